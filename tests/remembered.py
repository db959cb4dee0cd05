"""Worlds of the tests that are built once by the services, then put back row by row.

Building the cast takes ten times longer than writing its rows. The first test of a process that
asks for a world builds it; what the database then holds is remembered, and the next tests get the
same rows and fresh copies of the same objects, moved in time so that they are as old as if they had
just been made. A test that commits builds its world itself: only there do jobs leave at once.
"""

import datetime as dt
import io
import pickle
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Model

from config.lib.storage import blobs
from documents.services.blob_references import BLOB_REFERENCES

_KEPT = ["django_migrations", "django_content_type", "auth_permission"]
_TABLES = """
SELECT quote_ident(relname) FROM pg_class
 WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> ALL (%s)
 ORDER BY relname
"""
_COLUMNS = """
SELECT quote_ident(attname), atttypid = 'timestamptz'::regtype FROM pg_attribute
 WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
 ORDER BY attnum
"""
_WRITTEN = (
    "SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0) FROM pg_stat_xact_user_tables"
)

World = TypeVar("World")
Rows = dict[str, str]  # table: its rows, as JSON in a settled order


@dataclass(frozen=True)
class Memory:
    """What the database held at an instant, and the objects of the tests that stood for it."""

    at: dt.datetime
    rows: Rows  # whole, of each table that building changed
    columns: dict[str, list[tuple[str, bool]]]  # name, whether it is an instant
    objects: bytes = b""
    files: dict[str, bytes] = field(default_factory=dict)  # of the store, by their keys


_memories: dict[str, Memory] = {}
_standing: tuple[object, int] | None = None  # the last world, and how much was written by then


def recall(name: str, build: Callable[[], World], *, at: dt.datetime, upon: object = None) -> World:
    """The world called `name`, as `build` makes it at the instant `at`, `upon` another if given.

    Rows are put back only over what they were remembered over: a database where nothing was
    written, or where nothing was since `upon` stands. Anywhere else the world is built.
    """
    if not connection.in_atomic_block or not _nothing_written_since(upon):
        return build()
    memory = _memories.get(name)
    if memory is not None and _day(memory.at) == _day(at):
        put_back(memory, at - memory.at, replace=upon is not None)
        world: World = _Reader(memory.objects, upon, at - memory.at).load()
    else:
        before = rows_of_all_tables()
        world = build()
        after = rows_of_all_tables()
        if upon is None and before:
            return world
        changed = {table: rows for table, rows in after.items() if before.get(table) != rows}
        _memories[name] = keep(changed, at=at, objects=_written_down(world, upon))
    _stand(world)
    return world


def rows_of_all_tables() -> Rows:
    """The tables that hold something, but for what Django itself writes after a migration."""
    with connection.cursor() as cursor:
        cursor.execute(_TABLES, [_KEPT])
        tables = [name for (name,) in cursor.fetchall()]
        cursor.execute(
            " UNION ALL ".join(
                f"SELECT '{table}', (SELECT json_agg(t ORDER BY t::text)::text FROM {table} t)"
                for table in tables
            )
        )
        return {table: rows for table, rows in cursor.fetchall() if rows is not None}


def _columns(table: str) -> list[tuple[str, bool]]:
    with connection.cursor() as cursor:
        cursor.execute(_COLUMNS, [table])
        return cursor.fetchall()


def _day(at: dt.datetime) -> dt.date:
    """Dates are not moved: a memory is good for one day of the organisations."""
    return at.astimezone(ZoneInfo("Europe/Paris")).date()


def keep(rows: Rows, *, at: dt.datetime, objects: bytes = b"") -> Memory:
    """Rows as they are to be put back."""
    return Memory(at, rows, {table: _columns(table) for table in rows}, objects, _files())


def _files() -> dict[str, bytes]:
    found = {}
    for reference in BLOB_REFERENCES:
        rows = reference.model._default_manager.filter(reference.only)
        for key in rows.values_list(reference.key, flat=True):
            if (path := blobs().path(key)).exists():
                found[key] = path.read_bytes()
    return found


def put_back(memory: Memory, later: dt.timedelta, *, replace: bool) -> None:
    """The same rows, their instants moved `later`; `replace` what their tables hold."""
    move = f" + interval '{later // dt.timedelta(microseconds=1)} microseconds'"
    # Triggers and foreign keys sleep: these rows have satisfied them once.
    script = ["SET session_replication_role = replica"]
    for table, rows in memory.rows.items():
        columns = memory.columns[table]
        names = ", ".join(name for name, _ in columns)
        values = ", ".join(name + (move if instant else "") for name, instant in columns)
        quoted = rows.replace("'", "''")
        if replace:
            script.append(f"DELETE FROM {table}")
        script.append(
            f"INSERT INTO {table} ({names}) OVERRIDING SYSTEM VALUE "
            f"SELECT {values} FROM json_populate_recordset(NULL::{table}, '{quoted}')"
        )
    script.append("SET session_replication_role = DEFAULT")
    with connection.cursor() as cursor:
        cursor.execute(";\n".join(script))
    for key, content in memory.files.items():
        path = blobs().path(key)
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)


def _written() -> int:
    with connection.cursor() as cursor:
        cursor.execute(_WRITTEN)
        return int(cursor.fetchone()[0])


def _stand(world: object) -> None:
    global _standing  # noqa: PLW0603 - there is one connection, and it has one transaction
    _standing = (world, _written())


def _nothing_written_since(upon: object) -> bool:
    if upon is None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_current_xact_id_if_assigned() IS NULL")
            return bool(cursor.fetchone()[0])
    return _standing is not None and _standing[0] is upon and _standing[1] == _written()


def _parts(world: object, path: str = "") -> Iterator[tuple[str, object]]:
    """The world below and what it names, so that a world upon it keeps pointing at the same."""
    yield path, world
    if is_dataclass(world):
        for field in fields(world):
            part = getattr(world, field.name)
            if isinstance(part, Model) or is_dataclass(part):
                yield from _parts(part, f"{path}.{field.name}")


class _Writer(pickle.Pickler):
    def __init__(self, file: io.BytesIO, upon: object) -> None:
        super().__init__(file, pickle.HIGHEST_PROTOCOL)
        self._below = {} if upon is None else {id(part): path for path, part in _parts(upon)}

    def persistent_id(self, obj: Any) -> tuple[str, Any] | None:
        if isinstance(obj, dt.datetime):
            return "instant", pickle.dumps(obj)
        path = self._below.get(id(obj))
        return None if path is None else ("below", path)


class _Reader(pickle.Unpickler):
    def __init__(self, objects: bytes, upon: object, later: dt.timedelta) -> None:
        super().__init__(io.BytesIO(objects))
        self._below = {} if upon is None else dict(_parts(upon))
        self._later = later

    def persistent_load(self, pid: tuple[str, Any]) -> object:
        kind, what = pid
        return pickle.loads(what) + self._later if kind == "instant" else self._below[what]


def _written_down(world: object, upon: object) -> bytes:
    file = io.BytesIO()
    _Writer(file, upon).dump(world)
    return file.getvalue()
