"""The agenda as the public reads it: names are hidden in its titles until somebody decides.

An agenda is posted and online as soon as the convocation leaves (R-CONV-02), before anybody opens
the page of its acts: what may be personal (R-PUB-05) is hidden by itself, and shown again only by
a decision. The members' convocation and dossier keep the whole title.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from accounts.audit import record
from config.lib.access import require
from council import audit
from council.access import can_prepare_meeting
from council.models import AgendaItem, Meeting
from council.rules.personal_data import Span, mask
from council.services.acts.drafting import ChangedMeanwhile
from council.services.acts.passages import Choices, Reading, chosen, look, masked, people_of
from council.services.locking import lock_meeting


def hide_in_titles(meeting: Meeting) -> None:
    """Look at the numbered titles on which nobody decided, and hide what may be personal in them.
    The caller holds the meeting."""
    items = [item for item in _told(meeting) if item.title_decided != _digest(item.title)]
    if not items:
        return
    reading = look({str(item.uid): item.title for item in items}, people_of(meeting.organisation))
    places: dict[str, list[Span]] = {uid: [] for uid in reading.parts}
    for passage in reading.passages:
        for uid, span in passage.places:
            places[uid].append(span)
    for item in items:
        uid = str(item.uid)
        item.public_title = mask(reading.parts[uid], places[uid]) if places[uid] else ""
        item.title_decided = ""
    AgendaItem.objects.bulk_update(items, ["public_title", "title_decided"])


def read_titles(meeting: Meeting) -> Reading:
    """The titles of an agenda and what may be personal in them; closed doors tell none."""
    items = [item for item in _told(meeting) if not item.closed_doors]
    return look({str(item.uid): item.title for item in items}, people_of(meeting.organisation))


def hidden_alone(meeting: Meeting) -> int:
    """How many titles hide something that nobody decided on."""
    rows = AgendaItem.objects.filter(meeting=meeting, closed_doors=False, title_decided="")
    return rows.exclude(public_title="").count()


@transaction.atomic
def decide_titles(
    *, actor: Actor, meeting: Meeting, shown: str, choices: Choices, now: datetime
) -> int:
    """What the public reads of each title. ``shown``: the digest of what was looked at. Returns
    how many passages are hidden. Raises Missing, ChangedMeanwhile."""
    locked = lock_meeting(meeting)
    require(can_prepare_meeting(actor, locked))
    reading = read_titles(locked)
    if reading.sha256 != shown:
        raise ChangedMeanwhile("L’ordre du jour a changé depuis : relisez ses titres.")
    spans = chosen(reading, choices)
    told = masked(reading, spans)
    items = [item for item in _told(locked) if str(item.uid) in told]
    for item in items:
        uid = str(item.uid)
        item.public_title = told[uid] if spans[uid] else ""
        item.title_decided = _digest(item.title)
    AgendaItem.objects.bulk_update(items, ["public_title", "title_decided"])
    hidden = sum(len(rows) for rows in spans.values())
    record(actor, audit.TITLES_DECIDED, locked, now=now, data={"hidden": hidden})
    return hidden


def _told(meeting: Meeting) -> list[AgendaItem]:
    rows = AgendaItem.objects.filter(meeting=meeting, number__isnull=False)
    return list(rows.on_the_agenda())


def _digest(title: str) -> str:
    return hashlib.sha256(title.encode()).hexdigest()
