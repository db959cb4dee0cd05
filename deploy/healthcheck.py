"""Health of one container, for Docker: exit 0 when it does its work, 1 and a reason when not.

web     the health page answers (database and broker included)
worker  this worker answers to a ping through the broker
beat    the beat has marked its most frequent task as run within ten minutes
"""

import os
import socket
import sys
import urllib.request
from pathlib import Path

_BEAT_MINUTES = 10


def web() -> None:
    host = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].strip()
    request = urllib.request.Request("http://127.0.0.1:8000/sante/", headers={"Host": host})
    with urllib.request.urlopen(request, timeout=4):  # noqa: S310 - this container
        pass


def worker() -> None:
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    from config.celery import app

    name = f"celery@{socket.gethostname()}"
    if not app.control.ping(destination=[name], timeout=8):
        raise RuntimeError(f"{name} does not answer")


def beat() -> None:
    import psycopg

    # The beat writes its times every three minutes; a fresh one has written none yet.
    with psycopg.connect(os.environ["DATABASE_URL"], connect_timeout=4) as connection:
        row = connection.execute(
            "SELECT 1 FROM django_celery_beat_periodictask WHERE name = 'work.wake_due'"
            " AND (last_run_at IS NULL OR last_run_at > now() - make_interval(mins => %s))",
            [_BEAT_MINUTES],
        ).fetchone()
    if row is None:
        raise RuntimeError(f"the beat has not run for {_BEAT_MINUTES} minutes")


if __name__ == "__main__":
    try:
        {"web": web, "worker": worker, "beat": beat}[sys.argv[1]]()
    except Exception as reason:  # noqa: BLE001 - any reason is a reason
        sys.exit(f"unhealthy: {reason}")
