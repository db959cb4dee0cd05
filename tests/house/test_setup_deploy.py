"""What the containers promise: nobody is root, everybody is watched, only the proxy is outside."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from django.conf import settings

from documents.rules.link_tokens import PREFIXES

PROJECT = Path(__file__).resolve().parent.parent.parent
COMPOSE = yaml.safe_load((PROJECT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES = COMPOSE["services"]
OURS = {name for name, service in SERVICES.items() if service.get("build") == "."}


_LOADED = """
import os, stat, sys, threading
from config import serve
before = set(os.listdir("/proc/self/fd"))
serve.load()
from django.db import connections
open_now = [int(fd) for fd in set(os.listdir("/proc/self/fd")) - before]
sockets = 0
for fd in open_now:
    try:
        sockets += stat.S_ISSOCK(os.fstat(fd).st_mode)
    except OSError:
        pass  # that of the listing itself
held = [one.alias for one in connections.all() if one.connection]
print(f"threads {threading.active_count()}, connections {held}, sockets {sockets},",
      f"loaded {'council.urls' in sys.modules}")
"""


def queues(service: dict) -> set[str]:
    command = service.get("command", [])
    return set(command[command.index("-Q") + 1].split(",")) if "-Q" in command else set()


def test_every_part_of_the_house_has_its_container():
    assert {"postgres", "redis", "web", "worker", "worker-ocr", "worker-mail", "beat", "proxy"} <= (
        SERVICES.keys()
    )


def test_every_running_container_has_a_health_check():
    unwatched = {
        name
        for name, service in SERVICES.items()
        if name != "migrate" and "test" not in service.get("healthcheck", {})
    }
    assert unwatched == set()


def test_only_the_proxy_opens_ports():
    assert {name for name, service in SERVICES.items() if "ports" in service} == {"proxy"}


def test_our_containers_can_neither_gain_rights_nor_write_outside_their_volume():
    for name in OURS:
        service = SERVICES[name]
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service["read_only"] is True, name


def test_the_image_does_not_run_as_root():
    lines = (PROJECT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    users = [line.split()[1] for line in lines if line.startswith("USER ")]
    assert users
    assert users[-1] not in {"root", "0"}
    assert any(line.startswith("HEALTHCHECK ") for line in lines)


def test_the_workers_of_the_web_are_forked_from_a_process_that_holds_nothing_open():
    (command,) = (
        line for line in (PROJECT / "Dockerfile").read_text().splitlines() if line[:4] == "CMD "
    )
    assert '"config.serve", "config.wsgi:application"' in command
    told = subprocess.run(
        [sys.executable, "-c", _LOADED],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.stdout.strip() == "threads 1, connections [], sockets 0, loaded True", told.stderr


def test_every_queue_has_a_worker_and_mail_waits_for_nobody():
    from config.celery import QUEUES

    served = [queues(service) for service in SERVICES.values() if queues(service)]
    assert set().union(*served) == set(QUEUES)
    assert {"mail"} in served
    assert {"ocr"} in served


def test_only_the_migration_holds_the_owner_of_the_tables():
    holders = {
        name for name in OURS if "parvis_owner" in SERVICES[name]["environment"]["DATABASE_URL"]
    }
    assert holders == {"migrate"}


def test_every_variable_asked_for_is_in_the_example():
    text = (PROJECT / "docker-compose.yml").read_text(encoding="utf-8")
    asked = set(re.findall(r"\$\{([A-Z_]+)", text))
    example = (PROJECT / "deploy" / "env.example").read_text(encoding="utf-8")
    assert asked == set(re.findall(r"^([A-Z_]+)=", example, re.M))


def test_compose_gives_production_every_variable_that_it_demands():
    from tests.house.test_setup_production import SAFE

    assert set(SAFE) <= set(SERVICES["web"]["environment"])


def _location(path: str) -> str:
    """The body of one location of the proxy, without its comments."""
    proxy = (PROJECT / "deploy" / "nginx.conf.template").read_text(encoding="utf-8")
    found = re.search(rf"location {re.escape(path)} \{{(.*?)\n    \}}", proxy, re.S)
    assert found, path
    return re.sub(r"#.*", "", found[1])


def test_the_proxy_lets_the_network_drive_work():
    drive = _location("/dav/")
    # All methods: nothing names those that pass, and nothing answers in the application's place.
    for word in ("limit_except", "dav_methods", "if (", "return", "rewrite"):
        assert word not in drive
    # A file comes whole in one PUT, as large as the application takes, kept on disk meanwhile.
    size = re.search(r"client_max_body_size\s+(\d+)m;", drive)
    assert size
    assert int(size[1]) * 1024 * 1024 >= settings.MAX_UPLOAD_BYTES
    assert re.search(r"client_body_temp_path\s+/tmp/", drive)
    for wanted in (
        r"proxy_request_buffering\s+on;",
        r"proxy_buffering\s+on;",
        r"proxy_http_version\s+1\.1;",
        r"client_body_timeout\s+600s;",
        r"proxy_read_timeout\s+600s;",
        # The application compares Destination and If with the address that it was asked at.
        r"proxy_set_header\s+Host \$host;",
        r"proxy_set_header\s+X-Forwarded-Proto https;",
        r"proxy_set_header\s+X-Forwarded-For \$remote_addr;",
    ):
        assert re.search(wanted, drive), wanted
    # Headers of WebDAV pass as they are, and the address is not written anew on the way.
    for header in ("Destination", "If", "Depth", "Lock-Token", "Overwrite", "Timeout"):
        assert not re.search(rf"proxy_set_header\s+{header}\b", drive)
    assert re.search(r"proxy_pass\s+http://web:8000;", drive)


@pytest.mark.parametrize(
    "secret",
    [f"{prefix}SECRET/x" for prefix in (*PREFIXES, "/dossier/", "/dav/~/")],
)
def test_no_secret_of_an_address_reaches_the_journal_of_the_proxy(secret: str):
    proxy = (PROJECT / "deploy" / "nginx.conf.template").read_text(encoding="utf-8")
    rules = re.findall(r"^\s*~(\^\S+)\s+\"\$\{before\}\*\*\*\";", proxy, re.M)
    assert any(re.search(rule.replace("(?<", "(?P<"), secret) for rule in rules), secret


def test_the_proxy_buffers_slow_clients_and_believes_no_visitor():
    proxy = (PROJECT / "deploy" / "nginx.conf.template").read_text(encoding="utf-8")
    assert re.search(r"proxy_request_buffering\s+on;", proxy)
    assert re.search(r"proxy_buffering\s+on;", proxy)
    assert re.search(r"X-Forwarded-For\s+\$remote_addr;", proxy)
