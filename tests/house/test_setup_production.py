"""Production does not start on an unsafe default, and says which one."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent.parent
SAFE = {
    "SECRET_KEY": "9fK2-vYw8Qm4Lx7Rt1Zc6Nb3Hd5Jg0PsAeUoIiWqTrMnBvCxLkJh",
    "LINK_KEY": "Zx1Cv2Bn3Mq4We5Rt6Yu7Io8Pa9Sd0Fg-Hj1Kl2Zx3Cv4Bn5Mq6W",
    "DATABASE_URL": "postgresql://parvis:secret@postgres/parvis",
    "REDIS_URL": "redis://redis:6379/0",
    "SITE_ADDRESS": "https://parvis.example.fr",
    "ALLOWED_HOSTS": "parvis.example.fr",
    "PARVIS_STORAGE_DIR": "/srv/parvis/files",
    "EMAIL_HOST": "mail.example.fr",
    "EMAIL_FROM": "Parvis <parvis@example.fr>",
}


def start(*command: str, **changes: str) -> subprocess.CompletedProcess[str]:
    environment = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "config.settings.prod",
        **SAFE,
        **changes,
    }
    return subprocess.run(
        [sys.executable, *(command or ("-c", "import config.settings.prod"))],
        cwd=PROJECT,
        env={name: value for name, value in environment.items() if value},
        capture_output=True,
        text=True,
        check=False,
    )


def test_production_starts_when_everything_is_said():
    assert start().returncode == 0


@pytest.mark.parametrize("name", sorted(SAFE))
def test_production_refuses_a_missing_variable_by_its_name(name):
    refused = start(**{name: ""})
    assert refused.returncode != 0
    assert f"{name} is not set" in refused.stderr


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("SECRET_KEY", "too-short", "SECRET_KEY must be 50 random characters"),
        ("SECRET_KEY", "a" * 60, "SECRET_KEY must be 50 random characters"),
        ("LINK_KEY", SAFE["SECRET_KEY"], "LINK_KEY must differ"),
        ("SITE_ADDRESS", "http://parvis.example.fr", "SITE_ADDRESS must begin with https://"),
        ("ALLOWED_HOSTS", "*", "ALLOWED_HOSTS must not contain *"),
        ("DEBUG", "1", "DEBUG must not be on"),
        ("DATABASE_URL", "postgresql://parvis@postgres/parvis", "DATABASE_URL has no password"),
        ("EMAIL_PORT", "smtp", "EMAIL_PORT must be a whole number"),
    ],
)
def test_production_refuses_an_unsafe_value(name, value, reason):
    refused = start(**{name: value})
    assert refused.returncode != 0
    assert reason in refused.stderr


def test_the_deployment_check_finds_nothing():
    checked = start("manage.py", "check", "--deploy", "--fail-level", "WARNING")
    assert checked.returncode == 0, checked.stderr
