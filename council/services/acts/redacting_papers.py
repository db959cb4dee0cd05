"""Before a list of deliberations or minutes are put online: the same looking as for an act.

The page is set again without the hidden words and filed beside the original, which stays whole
(R-PUB-05: the minutes too).
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from accounts.audit import record
from config.lib.access import require
from council import audit
from council.access import can_prepare_meeting
from council.access_acts import can_write_minutes
from council.dossier.session_papers import list_pdf
from council.dossier.written import without_look
from council.models import AgendaItem, Meeting, Minutes, Redaction, ResultList
from council.papers import letterhead_of
from council.services.acts.drafting import ChangedMeanwhile
from council.services.acts.lists import NotMade, read_list, rows_of, sitting_words
from council.services.acts.passages import (
    Choices,
    Reading,
    chosen,
    decisions,
    look,
    masked,
    people_of,
)
from council.services.acts.places import folder_of_register
from council.services.acts.publishing import NotLookedAt, must_be_clear
from council.services.acts.redacting import MENTION
from council.services.acts.registers import register_of_assembly
from council.services.locking import lock_meeting
from council.services.minutes import writing
from documents.models import Version
from documents.services import filing
from documents.services.holds import hold
from documents.services.locking import lock_organisation

_HELD = "Texte mis en ligne"
_REMARKS = "remarks"


# --- the list ----------------------------------------------------------------------------------


@transaction.atomic
def redact_list(
    *, actor: Actor, meeting: Meeting, shown: str, choices: Choices, now: datetime
) -> Redaction:
    """Make the list that the public reads. ``shown``: the digest of what the agent looked at.

    Raises NotMade, Missing when a passage has no decision, ChangedMeanwhile.
    """
    lock_organisation(actor.organisation.pk)
    locked = lock_meeting(meeting)
    require(can_prepare_meeting(actor, locked))
    made = ResultList.objects.select_for_update(of=("self",)).filter(meeting=locked).first()
    if made is None or made.version_id is None:
        raise NotMade("Établissez d’abord la liste.")
    reading, told, hidden = _decided(read_list(locked), shown, choices)
    rows = [replace(row, title=told[str(n)]) for n, row in enumerate(rows_of(locked))]
    content = list_pdf(
        letterhead_of(locked.assembly),
        sitting_words(locked),
        rows,
        at=made.made_at,
        mention=MENTION,
    )
    name = f"Liste des délibérations {locked.local_day.isoformat()} mise en ligne.pdf"
    version = _file(actor, locked, content, name, now)
    kept, _ = Redaction.objects.update_or_create(
        result_list=made, defaults=_row(actor, locked, reading, choices, hidden, version, now)
    )
    hold(version, _HELD, holder_uid=kept.uid, now=now)
    record(actor, audit.LIST_REDACTED, locked, now=now, data={"hidden": hidden})
    return kept


# --- the minutes -------------------------------------------------------------------------------


def read_minutes(minutes: Minutes) -> Reading:
    """Each section of the minutes in its parts, and what may be personal in them."""
    parts = {_REMARKS: minutes.remarks}
    for index, part in enumerate(writing.parts_of(minutes)):
        for name in ("heading", "before", "words", "after"):
            parts[f"{index}:{name}"] = without_look(getattr(part, name))
    return look(parts, people_of(minutes.organisation))


@transaction.atomic
def redact_minutes(
    *, actor: Actor, minutes: Minutes, shown: str, choices: Choices, now: datetime
) -> Redaction:
    """Make the minutes that the public reads, once the council approved them. Online already,
    they are read in this text at once.

    Raises NotYet, Missing when a passage has no decision, ChangedMeanwhile.
    """
    lock_organisation(actor.organisation.pk)
    meeting = lock_meeting(minutes.meeting)
    require(can_write_minutes(actor, meeting))
    row = Minutes.objects.select_for_update(of=("self",)).get(meeting=meeting)
    if row.settled_on is None:
        raise writing.NotYet("Le procès-verbal se prépare pour le public une fois arrêté.")
    reading, told, hidden = _decided(read_minutes(row), shown, choices)
    parts = [
        replace(
            part,
            heading=told[f"{n}:heading"],
            before=told[f"{n}:before"],
            words=told[f"{n}:words"],
            after=told[f"{n}:after"],
        )
        for n, part in enumerate(writing.parts_of(row))
    ]
    content = writing.set_out(row, meeting, parts, told[_REMARKS], MENTION, today=actor.today)
    name = f"Procès-verbal {meeting.local_day.isoformat()} mis en ligne.pdf"
    version = _file(actor, meeting, content, name, now)
    kept, _ = Redaction.objects.update_or_create(
        minutes=row, defaults=_row(actor, meeting, reading, choices, hidden, version, now)
    )
    hold(version, _HELD, holder_uid=kept.uid, now=now)
    if row.published_on is not None:
        row.published_version = version
        row.save(update_fields=["published_version"])
    record(actor, audit.MINUTES_REDACTED, meeting, now=now, data={"hidden": hidden})
    return kept


def minutes_text(minutes: Minutes) -> Version | None:
    """What the public will read of the minutes: the text prepared for it, else the minutes as set
    out, when nothing was said behind closed doors.

    Raises NotLookedAt while a passage that may be personal has no decision.
    """
    prepared = Redaction.objects.filter(minutes=minutes).select_related("version").first()
    if prepared is not None:
        return prepared.version
    if AgendaItem.objects.filter(meeting_id=minutes.meeting_id, closed_doors=True).exists():
        raise NotLookedAt(
            "Un point a été examiné à huis clos : préparez d’abord le texte à mettre en ligne."
        )
    must_be_clear(read_minutes(minutes), "ce procès-verbal")
    return minutes.draft_version


def _decided(
    reading: Reading, shown: str, choices: Choices
) -> tuple[Reading, Mapping[str, str], int]:
    if reading.sha256 != shown:
        raise ChangedMeanwhile("Le texte a changé depuis : relisez les passages proposés.")
    spans = chosen(reading, choices)
    return reading, masked(reading, spans), sum(len(rows) for rows in spans.values())


def _file(actor: Actor, meeting: Meeting, content: bytes, name: str, now: datetime) -> Version:
    register = register_of_assembly(meeting.assembly, now=now)
    return filing.file_document(
        actor=actor,
        folder=folder_of_register(actor, register, now=now),
        received=filing.receive(io.BytesIO(content), name),
        now=now,
        keep_both=True,
    ).version


def _row(
    actor: Actor,
    meeting: Meeting,
    reading: Reading,
    choices: Choices,
    hidden: int,
    version: Version,
    now: datetime,
) -> dict[str, object]:
    return {
        "organisation": meeting.organisation,
        "source_sha256": reading.sha256,
        "decisions": decisions(reading, choices),
        "hidden": hidden,
        "version": version,
        "decided_by": actor.person,
        "decided_at": now,
    }
