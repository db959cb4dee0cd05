"""What the council changed in the text of a point, read from the facts of its session."""

from __future__ import annotations

from council.enums import BallotAbout, EntryKind
from council.models import AgendaItem, SessionEntry
from council.rules.rewording import Change
from council.rules.session import Verb


def changes_of(item: AgendaItem) -> list[Change]:
    """Each amendment that was adopted and each change noted with the vote, in their order."""
    rows = (
        SessionEntry.objects.filter(
            item=item,
            meeting=item.meeting_id,
            rehearsal=False,
            cancelled_at=None,
            kind__in=(EntryKind.BALLOT, EntryKind.OUTCOME),
        )
        .select_related("ballot")
        .order_by("n")
    )
    changes = []
    for row in rows:
        words = {name: str(row.data.get(name, "")) for name in ("former", "wording")}
        if row.kind == EntryKind.BALLOT:
            ballot = getattr(row, "ballot", None)
            if ballot is not None and ballot.about == BallotAbout.AMENDMENT and ballot.carried:
                changes.append(Change(ballot.question, **words))
        elif row.data.get("outcome") == Verb.ADOPT_AMENDED.value:
            said = str(row.data.get("text", ""))
            if said or any(words.values()):
                changes.append(Change(said, **words))
    return changes
