"""Lines as a given reader sees them today: rights re-checked, names filled in, in bulk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from accounts.actor import Actor
from accounts.models import Notification, Person
from accounts.notifications.registry import notice_kinds
from config.lib.text import join_french


@dataclass(frozen=True, slots=True)
class Line:
    """One line, ready to be shown. `mail_sentence` hides confidential titles."""

    uid: UUID
    sentence: str
    mail_sentence: str
    href: str
    icon: str
    reason: str
    notice_class: str
    at: datetime
    read: bool

    @property
    def unread(self) -> bool:
        """Not yet looked at."""
        return not self.read


def shown_lines(actor: Actor, rows: Sequence[Notification]) -> list[Line]:
    """These lines in the same order, without those that the actor may no longer see."""
    by_kind: dict[str, list[Notification]] = defaultdict(list)
    for row in rows:
        if row.kind in notice_kinds:
            by_kind[row.kind].append(row)
    visible = {}
    for kind, members in by_kind.items():
        visible.update(notice_kinds.get(kind).resolve(actor, members))
    uids = {UUID(a) for row in rows for a in row.actors}
    names = (
        {
            str(person.uid): person.full_name
            for person in Person.objects.filter(uid__in=uids).only(
                "uid", "given_name", "family_name"
            )
        }
        if uids
        else {}
    )
    lines = []
    for row in rows:
        shown = visible.get(row.uid)
        if shown is None:
            continue
        kind_ = notice_kinds.get(row.kind)
        actors = _named(row.actors, names)
        lines.append(
            Line(
                uid=row.uid,
                sentence=kind_.sentence(count=row.count, actors=actors, title=shown.title),
                mail_sentence=kind_.sentence(
                    count=row.count, actors=actors, title=shown.mail_title or shown.title
                ),
                href=shown.href,
                icon=kind_.icon,
                reason=row.reason,
                notice_class=row.notice_class,
                at=row.last_at,
                read=row.read_at is not None,
            )
        )
    return lines


def _named(actors: Sequence[str], names: dict[str, str]) -> str:
    """Paul Roy et Léa Prat; from four on, the first two and how many others."""
    known = [names[a] for a in actors if a in names]
    if len(known) > 3:
        return f"{known[0]}, {known[1]} et {len(known) - 2} autres"
    return join_french(known)
