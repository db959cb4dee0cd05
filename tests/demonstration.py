"""The demonstration, in the database of a test: built once by the run, then put back row by row.

Building it takes half a minute, and several tests walk through it whole. The first worker that
asks builds it by `seed_demo`, as everybody does; what the database and the store then hold is kept
beside the servers of the run, and the next tests, of whichever worker, get the same rows and bytes.
"""

import fcntl
import os
import pickle
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from config.lib.clock import now
from tests.remembered import Memory, keep, put_back, rows_of_all_tables

_SEQUENCES = """
SELECT quote_ident(t.relname), quote_ident(a.attname), s.oid::regclass::text
  FROM pg_class s
  JOIN pg_depend d ON d.objid = s.oid AND d.classid = 'pg_class'::regclass AND d.refobjsubid > 0
  JOIN pg_class t ON t.oid = d.refobjid
  JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
 WHERE s.relkind = 'S' AND quote_ident(t.relname) = ANY (%s)
"""


def _build() -> Memory:
    at = now()
    call_command("seed_demo", verbosity=0)
    return keep(rows_of_all_tables(), at=at)


def _put_back(memory: Memory) -> None:
    put_back(memory, now() - memory.at, replace=False)
    # Another worker's database has never counted these rows.
    with connection.cursor() as cursor:
        cursor.execute(_SEQUENCES, [list(memory.rows)])
        for table, column, sequence in cursor.fetchall():
            cursor.execute(
                f"SELECT setval('{sequence}', greatest("
                f"(SELECT max({column}) FROM {table}), (SELECT last_value FROM {sequence})))"
            )


@pytest.fixture
def demonstration(db: None) -> Callable[[], None]:
    """`demonstration()`: the whole of `seed_demo`, here and now, in an empty database."""

    def make() -> None:
        assert rows_of_all_tables() == {}, "something is there already"
        kept = Path(os.environ["PARVIS_TEST_STATE"]) / "demonstration"
        with kept.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if kept.exists():
                memory: Memory = pickle.loads(kept.read_bytes())
            else:
                memory = _build()
                kept.write_bytes(pickle.dumps(memory))
                return
        _put_back(memory)

    return make
