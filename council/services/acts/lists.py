"""The list of the deliberations examined in a session (L2121-25), within one week."""

from __future__ import annotations

import io
from datetime import date, datetime

from django.db import transaction

from accounts.actor import Actor
from accounts.audit import record
from config.lib.access import require
from council import audit
from council.access import can_prepare_meeting
from council.dossier import french
from council.dossier.session_papers import ListRow, SittingWords, list_pdf
from council.enums import ItemState
from council.models import Act, AgendaItem, Meeting, Redaction, ResultList
from council.papers import article_of, letterhead_of
from council.rules.afterwards import list_due
from council.services.acts.drafting import PROCEDURAL, VOTED_KINDS, NotOver
from council.services.acts.passages import Reading, look, people_of
from council.services.acts.places import folder_of_register
from council.services.acts.publishing import NotLookedAt, must_be_clear
from council.services.acts.registers import register_of_assembly
from council.services.locking import lock_meeting
from council.services.refusals import Refusal
from documents.services import filing
from documents.services.holds import hold
from documents.services.locking import lock_organisation

_SAID = {
    ItemState.ADOPTED: "Adoptée",
    ItemState.AMENDED: "Adoptée, modifiée",
    ItemState.REJECTED: "Rejetée",
    ItemState.NOTED: "Pris acte",
    ItemState.ADJOURNED: "Ajournée",
    ItemState.POSTPONED: "Reportée",
}


class NotMade(Refusal):
    """The list has to be made before it is published."""


class WrongDay(Refusal):
    """A date that cannot be."""


def rows_of(meeting: Meeting) -> list[ListRow]:
    """Every deliberation examined, approved, rejected or put off, in the order of the agenda. Only
    objects: a point held behind closed doors is listed like the others (R-DOC-04)."""
    references = {
        act.item_id: act.reference
        for act in Act.objects.filter(item__meeting=meeting).select_related("register")
    }
    examined = (
        AgendaItem.objects.filter(meeting=meeting, kind__in=VOTED_KINDS, state__in=_SAID)
        .exclude(matter__in=PROCEDURAL)
        .order_by("number", "position", "pk")
    )
    return [
        ListRow(
            number=item.number or item.position,
            title=item.title,
            reference=references.get(item.pk, ""),
            outcome=_SAID[ItemState(item.state)],
        )
        for item in examined
    ]


def due_on(meeting: Meeting) -> date:
    """The last day to post it and put it online."""
    return list_due(meeting.local_day)


def sitting_words(meeting: Meeting) -> SittingWords:
    """Which session, as printed."""
    name = meeting.assembly.name
    article = article_of(name)
    inside = name[:1].lower() + name[1:] if name[1:2].islower() else name
    joined = f"{article}{inside}" if article.endswith("’") else f"{article} {inside}"
    return SittingWords(french.of(joined), meeting.local_start, meeting.place)


def read_list(meeting: Meeting) -> Reading:
    """The objects of the list, as the public titles of their acts say them, and what may be
    personal in them."""
    public = {
        act.reference: act.public_title
        for act in Act.objects.filter(item__meeting=meeting).select_related("register")
        if act.public_title
    }
    parts = {
        str(index): public.get(row.reference, row.title)
        for index, row in enumerate(rows_of(meeting))
    }
    return look(parts, people_of(meeting.organisation))


def must_be_looked_at(made: ResultList | None, meeting: Meeting) -> None:
    """Raise NotLookedAt while a passage of the list as it is now has no decision."""
    reading = read_list(meeting)
    prepared = Redaction.objects.filter(result_list=made).first() if made else None
    if prepared is None:
        must_be_clear(reading, "cette liste")
    elif prepared.source_sha256 != reading.sha256:
        raise NotLookedAt(
            "La liste a changé depuis que son texte public a été préparé : préparez-le à nouveau."
        )


@transaction.atomic
def make_list(*, actor: Actor, meeting: Meeting, now: datetime) -> ResultList:
    """Set the list and file it. Made again, it is the next version of the same document, unless
    nothing changed."""
    lock_organisation(actor.organisation.pk)
    locked = lock_meeting(meeting)
    require(can_prepare_meeting(actor, locked))
    if locked.adjourned_at is None:
        raise NotOver("La séance n’est pas levée : la liste se fait après.")
    content = list_pdf(
        letterhead_of(locked.assembly),
        sitting_words(locked),
        rows_of(locked),
        at=locked.adjourned_at,
    )
    received = filing.receive(
        io.BytesIO(content), f"Liste des délibérations {locked.local_day.isoformat()}.pdf"
    )
    known = ResultList.objects.select_for_update(of=("self",)).filter(meeting=locked).first()
    if known is not None and known.published_on is not None:
        # What is online changes with it at once.
        must_be_looked_at(known, locked)
    if known is not None and known.version is not None:
        filed = filing.add_version(
            actor=actor, document=known.version.document, received=received, now=now
        )
    else:
        register = register_of_assembly(locked.assembly, now=now)
        filed = filing.file_document(
            actor=actor,
            folder=folder_of_register(actor, register, now=now),
            received=received,
            now=now,
            keep_both=True,
        )
    if known is None:
        known = ResultList(
            organisation=locked.organisation, meeting=locked, made_at=now, made_by=actor.person
        )
    if known.version_id != filed.version.pk:
        known.version, known.made_at, known.made_by = filed.version, now, actor.person
        known.save()
        record(actor, audit.LIST_MADE, locked, now=now)
    return known


@transaction.atomic
def note_list_published(
    *,
    actor: Actor,
    meeting: Meeting,
    now: datetime,
    published_on: date | None = None,
    posted_on: date | None = None,
    posted_until: date | None = None,
) -> ResultList:
    """When it went online, when it was posted at the door and taken down.

    Raises NotLookedAt when it goes online while a passage that may be personal has no decision.
    """
    locked = lock_meeting(meeting)
    require(can_prepare_meeting(actor, locked))
    known = ResultList.objects.select_for_update(of=("self",)).filter(meeting=locked).first()
    if known is None or known.version is None:
        raise NotMade("Établissez d’abord la liste.")
    for day in (published_on, posted_on, posted_until):
        if day is not None and not locked.local_day <= day <= actor.today:
            raise WrongDay("Cette date est avant la séance, ou pas encore venue.")
    if published_on is not None and known.published_on is None:
        must_be_looked_at(known, locked)
    known.published_on = published_on or known.published_on
    known.posted_on = posted_on or known.posted_on
    known.posted_until = posted_until or known.posted_until
    if known.posted_until and (known.posted_on is None or known.posted_until < known.posted_on):
        raise WrongDay("La liste ne peut pas être retirée avant d’être affichée.")
    known.save()
    hold(known.version, "Liste des délibérations publiée", holder_uid=known.uid, now=now)
    record(actor, audit.LIST_PUBLISHED, locked, now=now)
    return known
