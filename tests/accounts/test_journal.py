"""The journal: only grows, says when it was touched, keeps addresses apart."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from accounts.audit import record, sealing
from accounts.audit.acts import TEAM_CREATED
from accounts.models import AuditAddress, AuditEntry, AuditSeal
from accounts.services import keeping
from config.lib.clock import now
from config.work.models import Job


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE accounts_auditentry SET verb = 'x'",
        "DELETE FROM accounts_auditentry",
        "TRUNCATE accounts_auditentry CASCADE",
    ],
)
def test_the_database_itself_refuses_to_rewrite_the_journal(cast, statement):
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.fixture
def as_the_application(cast):
    """What follows is done under the application's own role, not its owner's."""
    role = connection.ops.quote_name(settings.DATABASE_APPLICATION_ROLE)
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {role}")
    yield
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")


@pytest.mark.parametrize("table", ["accounts_auditentry", "accounts_auditseal"])
@pytest.mark.parametrize("act", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {}"])
def test_the_application_has_no_right_to_rewrite_evidence(as_the_application, table, act):
    with (
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(act.format(table))


def test_the_application_can_do_all_that_the_journal_asks(cast, as_the_application):
    actor = dataclasses.replace(cast.dgs, address="192.0.2.1")
    record(actor, TEAM_CREATED, cast.urbanisme, now=now())
    _sealed()
    assert list(sealing.verify()) == []
    made, _dropped = keeping.keep_partitions(now=now() + timedelta(days=40))
    assert made >= 1
    keeping.every_night(now=now())


def test_an_undeclared_verb_cannot_be_recorded(cast):
    from accounts.audit.registry import Verb

    with pytest.raises(LookupError):
        record(cast.dgs, Verb("tests.unknown", "a fait"), None, now=cast.now)


def _without_the_trigger(statement: str) -> None:
    """What somebody holding the database itself could do."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE accounts_auditentry DISABLE TRIGGER USER")
        cursor.execute(statement)
        cursor.execute("ALTER TABLE accounts_auditentry ENABLE TRIGGER USER")


def _sealed(batches: int = 2) -> None:
    ids = list(AuditEntry.objects.order_by("id").values_list("id", flat=True))
    sealing.seal(up_to=ids[len(ids) // batches], now=now())
    sealing.seal(up_to=ids[-1], now=now())


def test_an_untouched_journal_is_intact(cast):
    _sealed()
    assert AuditSeal.objects.count() == 2
    assert list(sealing.verify()) == []
    out = StringIO()
    call_command("verify_audit", stdout=out)
    assert "intact" in out.getvalue()


def test_a_rewritten_entry_is_found(cast):
    _sealed()
    first = AuditEntry.objects.order_by("id")[0].pk
    _without_the_trigger(f"UPDATE accounts_auditentry SET verb = 'x' WHERE id = {first}")
    assert [b.reason for b in sealing.verify()] == ["une trace a été modifiée"]
    with pytest.raises(CommandError):
        call_command("verify_audit", stderr=StringIO())


def test_a_removed_entry_is_found(cast):
    _sealed()
    last = AuditEntry.objects.order_by("-id")[0].pk
    _without_the_trigger(f"DELETE FROM accounts_auditentry WHERE id = {last}")
    assert len(list(sealing.verify())) == 1


def test_an_entry_slipped_in_afterwards_is_found(cast):
    _sealed()
    first = AuditEntry.objects.order_by("id")[0]
    record(cast.dgs, TEAM_CREATED, cast.urbanisme, now=cast.now)
    newest = AuditEntry.objects.order_by("-id")[0].pk
    _without_the_trigger(f"UPDATE accounts_auditentry SET id = {first.pk - 1} WHERE id = {newest}")
    assert list(sealing.verify())


def test_the_seal_waits_until_everything_lower_is_written(cast):
    keeping.plan_seal(now=cast.now)
    job = Job.objects.get(kind=keeping.SEAL)
    assert job.next_try_at == cast.now + keeping.SETTLING
    assert job.payload["up_to"] == sealing.last_written()
    keeping.plan_seal(now=cast.now)
    assert Job.objects.filter(kind=keeping.SEAL).count() == 1
    made = keeping.seal(
        up_to=job.payload["up_to"], seen_at=cast.now, now=cast.now + keeping.SETTLING
    )
    assert made == 1
    assert keeping.seal(up_to=job.payload["up_to"], seen_at=cast.now, now=cast.now) == 0


def _partitions() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
            " WHERE i.inhparent = 'accounts_auditaddress'::regclass ORDER BY 1"
        )
        return [row[0] for row in cursor.fetchall()]


def test_addresses_fall_in_the_partition_of_their_month(cast):
    at = now() + timedelta(days=35)
    keeping.keep_partitions(now=at)
    assert keeping.keep_partitions(now=at)[0] == 0
    actor = dataclasses.replace(cast.dgs, address="192.0.2.1")
    record(actor, TEAM_CREATED, cast.urbanisme, now=at)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM accounts_auditaddress_{at:%Y%m}")
        assert cursor.fetchone() == (1,)


def test_old_addresses_are_dropped_by_whole_months_and_entries_stay(cast):
    old = now() - timedelta(days=800)
    with connection.cursor() as cursor:
        cursor.execute("SELECT accounts_auditaddress_prepare(%s::date)", [old])
    record(
        dataclasses.replace(cast.dgs, address="192.0.2.1"), TEAM_CREATED, cast.urbanisme, now=old
    )
    assert AuditAddress.objects.filter(at=old).exists()
    before = AuditEntry.objects.count()
    keeping.every_night(now=now())
    assert not AuditAddress.objects.filter(at=old).exists()
    assert AuditEntry.objects.count() == before
    assert f"accounts_auditaddress_{now():%Y%m}" in _partitions()


def test_recent_addresses_cannot_be_dropped_by_mistake(db):
    with (
        pytest.raises(DatabaseError, match="six months"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT accounts_auditaddress_forget(%s::date)", [now()])
