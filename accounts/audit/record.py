"""Writing the audit, in the transaction of what it tells."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID, uuid4

from accounts.actor import Actor
from accounts.audit.registry import Verb, verbs
from accounts.models import AuditAddress, AuditEntry, AuditLabel, Organisation


class Auditable(Protocol):
    """Anything with a public identifier."""

    uid: Any


def record(
    actor: Actor | None,
    verb: Verb,
    target: Auditable | None,
    *,
    now: datetime,
    organisation: Organisation | None = None,
    actor_uid: UUID | None = None,
    data: dict[str, Any] | None = None,
    label: bool = True,
) -> AuditEntry:
    """Record one act.

    `actor` is None for the machine itself (or give `actor_uid` for a person without an acting
    organisation). `data` holds identifiers and codes only, never names or texts. The target's
    label goes to the erasable table unless `label` is false (confidential titles).
    """
    verbs.get(verb.code)
    details = dict(data or {})
    author = actor.person if actor else None
    if actor is not None and actor.viewed_by is not None:
        # The evidence names who really looked, and through whose eyes.
        author = actor.viewed_by
        details["viewed_as"] = str(actor.person.uid)
    where = organisation or (actor.organisation if actor else None)
    entry = AuditEntry.objects.create(
        organisation_uid=where.uid if where else None,
        actor_uid=author.uid if author else actor_uid,
        verb=verb.code,
        target_type=type(target).__name__.lower() if target is not None else "",
        target_uid=target.uid if target is not None else None,
        operation_uid=actor.operation if actor else uuid4(),
        data=details,
        at=now,
    )
    if target is not None and label:
        _remember(target.uid, str(target))
    if actor is not None and author is not None:
        _remember(author.uid, author.full_name)
        if actor.address:
            AuditAddress.objects.create(at=now, entry_uid=entry.uid, address=actor.address)
    return entry


def record_many(
    actor: Actor, verb: Verb, targets: Sequence[Auditable], *, now: datetime, label: bool = True
) -> None:
    """Record the same act on each of these, in as many statements as for one."""
    if not targets:
        return
    verbs.get(verb.code)
    entries = AuditEntry.objects.bulk_create(
        [
            AuditEntry(
                organisation_uid=actor.organisation.uid,
                actor_uid=actor.person.uid,
                verb=verb.code,
                target_type=type(target).__name__.lower(),
                target_uid=target.uid,
                operation_uid=actor.operation,
                data={},
                at=now,
            )
            for target in targets
        ]
    )
    labels = {actor.person.uid: actor.person.full_name}
    if label:
        labels |= {target.uid: str(target) for target in targets}
    _remember_all(labels)
    if actor.address:
        AuditAddress.objects.bulk_create(
            [AuditAddress(at=now, entry_uid=e.uid, address=actor.address) for e in entries]
        )


def record_outside(
    verb: Verb,
    targets: Sequence[Auditable],
    *,
    organisation: Organisation,
    now: datetime,
    address: str,
    data: Callable[[Any], dict[str, Any]],
) -> None:
    """Record what somebody without an account did to each of these, in a few statements; `data`
    says the identifiers and codes of one of them."""
    verbs.get(verb.code)
    operation = uuid4()
    entries = AuditEntry.objects.bulk_create(
        [
            AuditEntry(
                organisation_uid=organisation.uid,
                actor_uid=None,
                verb=verb.code,
                target_type=type(target).__name__.lower(),
                target_uid=target.uid,
                operation_uid=operation,
                data=data(target),
                at=now,
            )
            for target in targets
        ]
    )
    _remember_all({target.uid: str(target) for target in targets})
    if address:
        AuditAddress.objects.bulk_create(
            [AuditAddress(at=now, entry_uid=e.uid, address=address) for e in entries]
        )


def _remember(uid: UUID, label: str) -> None:
    _remember_all({uid: label})


def _remember_all(labels: dict[UUID, str]) -> None:
    AuditLabel.objects.bulk_create(
        [AuditLabel(object_uid=uid, label=label[:300]) for uid, label in labels.items()],
        update_conflicts=True,
        unique_fields=["object_uid"],
        update_fields=["label"],
    )
