"""`make demo`: the whole of Parvis on one machine, from nothing, under one supervisor.

Everything it writes is in one ignored folder (`.parvis/demo`, or where `.parvis/demo.path` says).
Ctrl-C stops every process; the next start finds the data again.
"""

import argparse
import fcntl
import hashlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from config.lib.embedded import (
    APPLICATION_ROLE,
    DATABASE,
    OWNER_ROLE,
    Addresses,
    EmbeddedFailure,
    EmbeddedServers,
    die_with_parent,
    locate,
)
from config.lib.env import BadEnvironment, Environment
from config.lib.supervisor import Service, ServiceFailed, Stopped, Supervisor, stop_signals

PROJECT = Path(__file__).resolve().parent.parent
_PORTS_TRIED = 100
_WEB_SECONDS = 60.0


class DemoFailed(RuntimeError):
    """The demo cannot start; the message is for the person in front of it."""


def say(text: str, *, end: str = "\n") -> None:
    """Show progress at once, even through a pipe."""
    sys.stdout.write(text + end)
    sys.stdout.flush()


@contextmanager
def step(title: str) -> Iterator[None]:
    """One line of progress with the time that it took."""
    began = time.monotonic()
    say(f"  {title}…", end=" ")
    try:
        yield
    except BaseException:
        say("")
        raise
    say(f"fait ({time.monotonic() - began:.1f} s)".replace(".", ","))


@contextmanager
def alone(state: Path) -> Iterator[None]:
    """Two demos over the same data would fight: the second says so and goes."""
    with (state / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            where = _read(state / "address") or "une autre fenêtre"
            raise DemoFailed(f"La démonstration tourne déjà : {where}") from None
        yield


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return ""


@contextmanager
def held_port(wanted: int) -> Iterator[int]:
    """The first port from `wanted` on which nobody listens; no other start gets it meanwhile.

    The web server shares its port with whoever else asks to share it: two starts at the same
    moment would answer each other's visitors. A name in the kernel, gone with us, says it is ours.
    """
    for port in range(wanted, wanted + _PORTS_TRIED):
        with socket.socket(socket.AF_UNIX) as claim, socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                claim.bind(f"\0parvis-port-{port}")
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            probe.close()
            yield port
            return
    raise DemoFailed(f"Aucun port libre entre {wanted} et {wanted + _PORTS_TRIED}.")


def keys(state: Path) -> dict[str, str]:
    """Drawn once, so that sessions and links survive a restart."""
    values = {}
    for name in ("SECRET_KEY", "LINK_KEY"):
        path = state / name.lower()
        if not path.exists():
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(60))
        values[name] = path.read_text(encoding="ascii")
    return values


def run(*arguments: str, environment: Mapping[str, str]) -> str:
    """Run one of Django's commands to its end and return its output; show it when it fails."""
    process = subprocess.run(  # noqa: S603 - our own commands
        [sys.executable, "manage.py", *arguments],
        cwd=PROJECT,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        preexec_fn=die_with_parent,
    )
    if process.returncode != 0:
        raise DemoFailed(f"« {' '.join(arguments)} » a échoué :\n{process.stdout[-4000:]}")
    return process.stdout


def write_sheet(path: Path, environment: Mapping[str, str]) -> None:
    """Keep who is who beside the data: the next starts show it without asking again."""
    output = subprocess.run(
        [sys.executable, "-m", "config.demo_sheet"],
        cwd=PROJECT,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if output.returncode != 0:
        raise DemoFailed(f"La liste des personnages manque :\n{output.stderr[-2000:]}")
    path.write_text(output.stdout, encoding="utf-8")


def start_again(addresses: Addresses) -> None:
    """Drop what an interrupted first run has left: half a commune helps nobody."""
    admin = addresses.owner_url.replace(f"/{DATABASE}?", "/postgres?")
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER_ROLE}")
    with psycopg.connect(addresses.owner_url, autocommit=True) as connection:
        connection.execute(f"GRANT CONNECT ON DATABASE {DATABASE} TO {APPLICATION_ROLE}")


def fingerprint(folder: Path) -> str:
    """Changes when a file of the folder does."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            facts = path.stat()
            digest.update(f"{path}{facts.st_size}{facts.st_mtime_ns}".encode())
    return digest.hexdigest()


def collect_static(state: Path, environment: Mapping[str, str]) -> None:
    """Collect and compress the static files, unless nothing changed since the last time."""
    wanted = fingerprint(PROJECT / "static") + fingerprint(PROJECT / "requirements")
    stamp = state / "static.stamp"
    if _read(stamp) != wanted:
        run("collectstatic", "--no-input", "--clear", environment=environment)
        stamp.write_text(wanted, encoding="ascii")


def services(environment: Mapping[str, str], port: int, log: Path) -> list[Service]:
    """The processes of a small town hall: one web, two workers (letters never wait for OCR), beat.

    The web answers many slow readers at once, hence its threads; they cost memory only when used.
    """
    python = sys.executable
    celery = [python, "-m", "celery", "--app", "config"]
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]

    def service(name: str, command: list[str], stop_seconds: float = 10.0) -> Service:
        return Service(name, command, environment, log / f"{name}.log", stop_seconds)

    def worker(name: str, queues: str) -> Service:
        options = ["--hostname", f"{name}@parvis", "--queues", queues, "--concurrency", "1"]
        return service(name, [*celery, "worker", *options, "--loglevel", "WARNING", *quiet])

    return [
        service(
            "web",
            [
                *(python, "-m", "granian", "config.wsgi:application", "--interface", "wsgi"),
                *("--host", "127.0.0.1", "--port", str(port), "--workers", "1"),
                *("--blocking-threads", "64", "--backpressure", "128", "--no-ws"),
                *("--respawn-failed-workers", "--workers-kill-timeout", "5"),
            ],
        ),
        worker("travaux", "default,mail"),
        worker("lecture", "extract,ocr"),
        Service(
            "horloge",
            [*celery, "beat", "--pidfile", "", "--loglevel", "WARNING"],
            environment,
            log / "horloge.log",
            # Asked politely, it waits for a database that died with us; it holds nothing to save.
            orphan_signal=signal.SIGKILL,
        ),
    ]


def wait_for_web(address: str, supervisor: Supervisor) -> None:
    """Until the health page says that web, database and broker answer."""
    deadline = time.monotonic() + _WEB_SECONDS
    while True:
        supervisor.look()
        try:
            with urllib.request.urlopen(f"{address}/sante/", timeout=2):  # noqa: S310 - localhost
                return
        except (urllib.error.URLError, OSError):
            if time.monotonic() > deadline:
                raise ServiceFailed("le serveur web ne répond pas") from None
            time.sleep(0.1)


def prepare(state: Path, addresses: Addresses, environment: dict[str, str], fresh: bool) -> None:
    """Schema, then data the first time only."""
    seeded = state / "seeded"
    if not fresh and not seeded.exists():
        with step("Reprise d’une première mise en route interrompue"):
            start_again(addresses)
            shutil.rmtree(state / "files", ignore_errors=True)
    (state / "files").mkdir(mode=0o700, exist_ok=True)
    with step("Structure de la base"):
        as_owner = environment | {"DATABASE_URL": addresses.owner_url}
        run("migrate", "--no-input", environment=as_owner)
    with step("Feuilles de style et scripts"):
        collect_static(state, environment)
    if not seeded.exists() and any(PROJECT.glob("*/management/commands/seed_demo.py")):
        with step("Données de démonstration (une minute la première fois)"):
            run("seed_demo", environment=environment)
            write_sheet(state / "sign-in.txt", environment)
        seeded.touch()


@dataclass(frozen=True)
class House:
    """A demonstration that runs: its address, and what keeps it alive."""

    address: str
    state: Path
    servers: EmbeddedServers
    supervisor: Supervisor


@contextmanager
def running(name: str, wanted_port: int, files: Path | None = None) -> Iterator[House]:
    """Everything started over the state called `name`, and stopped on the way out."""
    state = locate(PROJECT, name)
    with (
        alone(state),
        shown_servers(state) as (servers, addresses),
        held_port(wanted_port) as port,
    ):
        address = f"http://localhost:{port}"
        environment = {
            # Bytecode is kept: a process that compiles all of Parvis at its start weighs 15 MB
            # more for as long as it lives, and starts two seconds later.
            **{key: said for key, said in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"},
            **addresses.environment(),
            **keys(state),
            "DJANGO_SETTINGS_MODULE": "config.settings.dev",
            "PARVIS_STORAGE_DIR": str(state / "files"),
            "STATIC_ROOT": str(state / "static"),
            "MAIL_DIR": str(state / "mails"),
            "SITE_ADDRESS": address,
            # glibc keeps an arena per thread otherwise: twice the memory for nothing.
            "MALLOC_ARENA_MAX": "2",
            # Large buffers of downloads go back to the system instead of growing the process.
            "MALLOC_MMAP_THRESHOLD_": "131072",
            "MALLOC_TRIM_THRESHOLD_": "131072",
        }
        prepare(state, addresses, environment, servers.first_start)
        if files is not None:
            with step(f"Classement du dossier {files}"):
                told = run("import_tree", str(files), environment=environment)
            say(told.rstrip())
        supervisor = Supervisor(services(environment, port, state / "log"), say=say)
        try:
            with step("Serveur web, travaux, lecture des documents, horloge"):
                supervisor.start()
                wait_for_web(address, supervisor)
            (state / "address").write_text(address, encoding="ascii")
            if port != wanted_port:
                say(f"\n  Le port {wanted_port} est pris : c’est le {port} qui sert.")
            yield House(address, state, servers, supervisor)
        finally:
            supervisor.stop()


def demo(files: Path | None, wanted_port: int) -> None:
    """Everything, until somebody stops it."""
    began = time.monotonic()
    say("Parvis, la démonstration\n")
    with running("demo", wanted_port, files) as house:
        say(f"\nParvis est prêt en {time.monotonic() - began:.0f} s : {house.address}\n")
        sheet = _read(house.state / "sign-in.txt")
        if sheet:
            say(sheet + "\n")
        say(f"Journaux : {house.state / 'log'}. Ctrl-C arrête tout ; les données restent.")
        house.supervisor.watch(house.servers.alive)


@contextmanager
def shown_servers(state: Path) -> Iterator[tuple[EmbeddedServers, Addresses]]:
    """The embedded servers, with their line of progress."""
    servers = EmbeddedServers(state, durable=True)
    try:
        with step("Base de données et courtier"):
            addresses = servers.start()
        yield servers, addresses
    finally:
        servers.stop()


def main() -> int:
    """The command's door; says in French what went wrong."""
    parser = argparse.ArgumentParser(prog="make demo", description="La démonstration de Parvis.")
    parser.add_argument("--files", type=Path, help="un dossier à classer dans la commune")
    parser.add_argument("--port", type=int, help="le premier port essayé ; sinon PORT, sinon 8000")
    options = parser.parse_args()
    try:
        port = options.port or Environment().integer("PORT", 8000, at_least=1, at_most=65_000)
    except BadEnvironment as wrong:
        say(str(wrong))
        return 2
    if options.files is not None and not options.files.is_dir():
        say(f"« {options.files} » n’est pas un dossier.")
        return 2
    die_with_parent()  # when make is killed, we stop as if asked to
    try:
        with stop_signals():
            demo(options.files.resolve() if options.files else None, port)
    except Stopped:
        say("\nParvis est arrêté. « make demo » le relance avec ses données.")
        return 0
    except (DemoFailed, EmbeddedFailure, ServiceFailed) as failure:
        say(f"\n{failure}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
