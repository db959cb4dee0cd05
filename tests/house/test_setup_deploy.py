"""What the containers promise: nobody is root, everybody is watched, only the proxy is outside."""

import re
from pathlib import Path

import yaml

PROJECT = Path(__file__).resolve().parent.parent.parent
COMPOSE = yaml.safe_load((PROJECT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES = COMPOSE["services"]
OURS = {name for name, service in SERVICES.items() if service.get("build") == "."}


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


def test_the_proxy_buffers_slow_clients_and_believes_no_visitor():
    proxy = (PROJECT / "deploy" / "nginx.conf.template").read_text(encoding="utf-8")
    assert re.search(r"proxy_request_buffering\s+on;", proxy)
    assert re.search(r"proxy_buffering\s+on;", proxy)
    assert re.search(r"X-Forwarded-For\s+\$remote_addr;", proxy)
