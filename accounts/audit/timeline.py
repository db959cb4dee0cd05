"""Reading the audit as sentences."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from accounts.audit.registry import verbs
from accounts.models import AuditEntry, AuditLabel, Organisation


@dataclass(frozen=True, slots=True)
class Line:
    """One act: "Nadia Morel a créé le dossier Finances"."""

    id: int
    at: datetime
    actor: str
    sentence: str
    target: str
    data: dict[str, object]


def timeline(
    organisation: Organisation,
    *,
    target_uid: UUID | None = None,
    limit: int = 50,
    before: int | None = None,
) -> list[Line]:
    """The latest acts in this organisation, or on one of its objects, latest first."""
    entries = AuditEntry.objects.filter(organisation_uid=organisation.uid).order_by("-id")
    if target_uid is not None:
        entries = entries.filter(target_uid=target_uid)
    if before is not None:
        entries = entries.filter(id__lt=before)
    rows = list(entries[:limit])
    wanted = {r.actor_uid for r in rows} | {r.target_uid for r in rows}
    labels = dict(
        AuditLabel.objects.filter(object_uid__in=[u for u in wanted if u]).values_list(
            "object_uid", "label"
        )
    )
    return [
        Line(
            id=row.pk,
            at=row.at,
            actor=labels.get(
                row.actor_uid, "Parvis" if row.actor_uid is None else "Une personne effacée"
            ),
            sentence=verbs.get(row.verb).sentence if row.verb in verbs else row.verb,
            target=labels.get(row.target_uid, ""),
            data=row.data,
        )
        for row in rows
    ]
