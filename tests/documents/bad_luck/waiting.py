"""Meeting points for tests of races: PostgreSQL itself says who waits for a lock."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from django.db import connection, connections, transaction

from accounts.models import Organisation
from config.lib.clock import now
from documents.services import oracle, storage_check
from documents.services.locking import lock_organisation

Result = TypeVar("Result")


def all_is_well(*organisations: Organisation) -> None:
    """Tree and rights are what the entries say; rows and files agree to the last byte."""
    for organisation in organisations:
        assert oracle.differences(organisation) == []
    assert list(storage_check.differences(now=now(), deep=True)) == []


def waiting_for_a_lock() -> list[int]:
    """The PostgreSQL processes of this database that wait for a lock of another one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")  # else frozen for the transaction
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() "
            "AND wait_event_type = 'Lock'"
        )
        return [pid for (pid,) in cursor.fetchall()]


def wait_for_waiters(count: int, *, seconds: float = 60) -> list[int]:
    """Until so many PostgreSQL processes wait for a lock; who they are."""
    deadline = time.monotonic() + seconds
    while len(found := waiting_for_a_lock()) < count:
        assert time.monotonic() < deadline, f"{len(found)} of {count} came to the lock"
        time.sleep(0.02)
    return found


def at_once(organisation: Organisation, *acts: Callable[[], Result]) -> list[Result]:
    """Do all these acts, each on a connection of its own, so that they meet.

    The organisation's lock is held until every act has read what it reads first and waits for
    its turn: whichever comes second decides on what it saw before the first.
    """
    with ThreadPoolExecutor(len(acts)) as pool:
        with transaction.atomic():
            lock_organisation(organisation.pk)
            begun = []
            for act in acts:  # in this order at the lock, which serves them as they came
                begun.append(pool.submit(_alone, act))
                wait_for_waiters(len(begun))
        return [act.result(timeout=60) for act in begun]


def _alone(act: Callable[[], Result]) -> Result:
    try:
        return act()
    finally:
        connections.close_all()


@contextmanager
def stopped_before(table: str, act: Callable[[], Result]) -> Iterator[tuple[int, Future[Result]]]:
    """Begin an act and hold it at its first write into `table`; gives who waits, in PostgreSQL."""
    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {table} IN SHARE MODE")
        begun = pool.submit(_alone, act)
        (pid,) = wait_for_waiters(1)
        yield pid, begun
