"""The network drive before litmus, the public test suite of WebDAV servers (`make litmus`).

    python -m bench.litmus          run every suite; ends with 1 on a failure that is not expected
    python -m bench.litmus serve    only start the drive, say how to reach it, wait for Ctrl-C

Starts servers of its own and the real web server. `litmus` comes from the distribution
(`apt-get install litmus`). What is expected to fail, and why, is in docs/webdav.md.
"""

# ruff: noqa: T201, S603

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
SUITES = "basic copymove props locks http"
# Each with its reason in docs/webdav.md.
EXPECTED = {"lock_shared"}


def main(serve: bool) -> int:
    """Start, run, stop. Returns the exit status."""
    import django

    from config.lib.embedded import EmbeddedServers

    program = shutil.which("litmus")
    if program is None and not serve:
        print("litmus is not installed: apt-get install litmus")
        return 2
    state = Path(tempfile.mkdtemp(prefix="parvis-litmus-"))
    state.chmod(0o711)
    servers = EmbeddedServers(state, durable=False)
    web: subprocess.Popen[bytes] | None = None
    try:
        addresses = servers.start()
        os.environ.update(
            addresses.environment()
            | {
                "DATABASE_URL": addresses.owner_url,
                "PARVIS_STORAGE_DIR": str(state / "files"),
                "DJANGO_SETTINGS_MODULE": "config.settings.dev",
            }
        )
        django.setup()
        secret = _commune()
        port = _free_port()
        with (state / "web.log").open("wb") as log:
            web = subprocess.Popen(
                [
                    *(sys.executable, "-m", "granian", "config.wsgi:application"),
                    *("--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)),
                    *("--workers", "1", "--blocking-threads", "8", "--no-ws"),
                ],
                cwd=PROJECT,
                stdout=log,
                stderr=log,
            )
        _wait(port)
        address = f"http://127.0.0.1:{port}/dav/essais/"
        if serve:
            print(f"{address}  agent  {secret}", flush=True)
            signal.sigwait({signal.SIGINT, signal.SIGTERM})
            return 0
        return _run(str(program), address, secret, state)
    finally:
        if web is not None:
            web.send_signal(signal.SIGTERM)
            web.wait(20)
        servers.stop()
        shutil.rmtree(state, ignore_errors=True)


def _commune() -> str:
    """An organisation with an empty tree; the application password of who directs it."""
    from django.core.management import call_command

    from accounts.enums import OrganisationKind
    from accounts.models import Person
    from accounts.services.founding import found_organisation
    from accounts.services.programmes import make_password
    from config.lib.clock import now as read_clock
    from documents.services.folders import create_root

    call_command("migrate", verbosity=0)
    now = read_clock()
    person = Person.objects.create_user("agent", None, given_name="Agent", family_name="Essai")
    founded = found_organisation(
        name="Essais", slug="essais", kind=OrganisationKind.COMMUNE, director=person, now=now
    )
    create_root(organisation=founded.organisation, now=now)
    _, secret = make_password(
        person=person, organisation=founded.organisation, name="litmus", now=now
    )
    return secret


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(port: int) -> None:
    deadline = time.monotonic() + 40
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise SystemExit("the web server does not answer") from None
            time.sleep(0.1)


def _run(program: str, address: str, secret: str, state: Path) -> int:
    done = subprocess.run(
        [program, "--keep-going", address, "agent", secret],
        env=os.environ | {"TESTS": SUITES},
        cwd=state,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    print(done.stdout)
    failed = set(re.findall(r"^\s*\d+\.\s+(\w+)\.+\s*FAIL", done.stdout, re.M))
    unexpected, mended = failed - EXPECTED, EXPECTED - failed
    if unexpected:
        print(f"unexpected: {', '.join(sorted(unexpected))}")
        print((state / "web.log").read_text()[-3000:])
    if mended:
        print(f"expected to fail, and passed: {', '.join(sorted(mended))}")
    return 1 if unexpected or mended or "summary for" not in done.stdout else 0


if __name__ == "__main__":
    raise SystemExit(main("serve" in sys.argv[1:]))
