"""Convening: one frozen edition, then one convocation per member in office."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from accounts.actor import Actor
from accounts.audit import record
from accounts.enums import NoticeClass
from accounts.mail import queue_mail
from config.lib.access import require
from config.work.services import emit, enqueue
from council import audit, notifications, papers
from council.access import HANDED_OVER, can_prepare_meeting
from council.dossier.data import Dossier
from council.dossier.letters import convocation_pdf
from council.dossier.manifest import read_manifest
from council.enums import Channel, ConvocationState, EditionChange, MeetingState
from council.law import agenda_findings, limit_of, notice_of, urgent_notice_of
from council.models import (
    AgendaItem,
    AgendaItemDocument,
    Convocation,
    DossierEdition,
    EditionPiece,
    MayorAgreement,
    Meeting,
)
from council.rules import Finding, blocking
from council.rules.notice import check_sending, clear_days_between
from council.rules.pacing import spread
from council.services import agenda, informing, telling
from council.services.addressing import Recipient, recipients
from council.services.locking import lock_meeting
from council.services.refusals import Refusal
from council.workflow import CONVOCATION
from documents.services.holds import hold

#: The kind of mail, declared in ``council.jobs``; its payload is ``{"convocation": uid}``.
CONVOCATION_MAIL = "council.convocation"
#: The kind of job that warns, hours before the limit, about what has not left.
DEADLINE_ALARM = "council.deadline_alarm"
ALARM_BEFORE = timedelta(hours=6)


class AgendaNotSettled(Refusal):
    """The agenda must be settled, with the mayor's agreement, before it is sent."""


class TooLate(Refusal):
    """The legal delay can no longer be met. ``urgency_possible`` says whether that is a way out."""

    def __init__(self, findings: list[Finding], *, urgency_possible: bool) -> None:
        way_out = (
            " Vous pouvez changer la date, ou convoquer en urgence en disant pourquoi."
            if urgency_possible
            else " Changez la date de la séance."
        )
        super().__init__(findings[0].message + way_out, findings)
        self.urgency_possible = urgency_possible


class NotComplete(Refusal):
    """The law still wants something of this dossier (a note de synthèse…)."""


class NobodyInOffice(Refusal):
    """The body has no member."""


class RecipientsChanged(Refusal):
    """The list is no longer the one that was shown."""


def obstacles(meeting: Meeting, *, now: datetime) -> list[Finding]:
    """Everything that the law says against sending now, warnings included."""
    return [
        *agenda_findings(meeting, agenda.with_pieces(meeting), now=now),
        *lateness(meeting, now=now),
    ]


def lateness(meeting: Meeting, *, now: datetime) -> list[Finding]:
    """What the delay alone says against sending at that instant."""
    return check_sending(
        sent_at=now,
        starts_at=meeting.starts_at,
        notice=notice_of(meeting),
        timezone=meeting.timezone,
    )


@transaction.atomic
def convene(
    *, actor: Actor, meeting: Meeting, now: datetime, expected: int | None = None
) -> DossierEdition:
    """Send the convocation and its dossier to every member in office.

    Idempotent: the second of two clicks finds the edition made by the first. ``expected`` is the
    number of recipients that the person was shown. Raises TooLate when the delay is passed.
    """
    locked = lock_meeting(meeting)
    require(can_prepare_meeting(actor, locked))
    if locked.convened_at is not None and locked.cancelled_at is None:
        return DossierEdition.objects.filter(meeting=locked).latest("n")
    if locked.state != MeetingState.SETTLED:
        raise AgendaNotSettled("L’ordre du jour n’est pas arrêté : demandez l’accord du maire.")
    if not agenda.agreement_stands(locked):
        raise AgendaNotSettled("L’ordre du jour attend l’accord du maire.")
    stopped = blocking(agenda_findings(locked, agenda.with_pieces(locked), now=now))
    if stopped:
        raise NotComplete(stopped[0].message, stopped)
    late = lateness(locked, now=now)
    if late:
        possible = not locked.is_urgent and _urgency_possible(locked, now)
        raise TooLate(late, urgency_possible=possible)
    people = recipients(locked, now=now)
    if not people:
        raise NobodyInOffice("Cette instance n’a aucun membre en exercice.")
    if expected is not None and expected != len(people):
        raise RecipientsChanged(
            f"La liste a changé : {len(people)} personnes sont à convoquer. Relisez-la."
        )
    locked.convened_at = now
    locked.save(update_fields=["convened_at"])
    edition = _create_edition(actor, locked, now, agreement=agenda.current_agreement(locked))
    create_convocations(edition, people, now)
    informing.queue_convocation_copies(actor, edition, now)
    record(
        actor,
        audit.MEETING_CONVENED,
        locked,
        now=now,
        data={"edition": edition.n, "sha256": edition.sha256, "recipients": len(people)},
    )
    telling.tell_members(locked, [one.mandate.person for one in people], now=now)
    emit(
        "council.meeting.convened",
        now=now,
        organisation_id=actor.organisation.pk,
        actor_id=actor.person.pk,
        payload={"meeting": str(locked.uid), "edition": str(edition.uid)},
    )
    return edition


@dataclass(frozen=True, slots=True)
class Preview:
    """The message as one member would read it, the personal link masked."""

    subject: str
    text: str
    attached: str


def preview(meeting: Meeting, recipient: Recipient, *, now: datetime) -> Preview:
    """What this member would receive if the meeting were convened now. Writes nothing."""
    frozen = papers.freeze(meeting, items_of(meeting), pieces_of(meeting), edition=1, at=now)
    return preview_of(read_manifest(frozen.content), (), meeting, recipient, now=now)


def preview_of(
    dossier: Dossier,
    changes: Sequence[str],
    meeting: Meeting,
    recipient: Recipient,
    *,
    now: datetime,
) -> Preview:
    """The message that would carry this dossier to this member. Writes nothing."""
    convocation = Convocation(
        meeting=meeting, mandate=recipient.mandate, person=recipient.mandate.person
    )
    subject, text = notifications.convocation_preview(
        convocation, replace(dossier, changes=tuple(changes)), now=now
    )
    attached = "la convocation en PDF, la date pour votre agenda"
    if recipient.channel == Channel.PAPER:
        # Their letter says the same; it is what leaves.
        return Preview("", "", "la lettre, la feuille de pouvoir et le dossier, sur papier")
    return Preview(subject, text, attached)


def letter_of(meeting: Meeting, recipient: Recipient, *, now: datetime) -> bytes:
    """The letter that this member would receive if the meeting were convened now, as a PDF."""
    frozen = papers.freeze(meeting, items_of(meeting), pieces_of(meeting), edition=1, at=now)
    convocation = Convocation(
        meeting=meeting, mandate=recipient.mandate, person=recipient.mandate.person
    )
    return convocation_pdf(
        read_manifest(frozen.content),
        recipient=papers.recipient_of(convocation),
        on_paper=recipient.channel == Channel.PAPER,
    )


def _urgency_possible(meeting: Meeting, now: datetime) -> bool:
    urgent = urgent_notice_of(meeting)
    return urgent is not None and not check_sending(
        sent_at=now, starts_at=meeting.starts_at, notice=urgent, timezone=meeting.timezone
    )


def items_of(meeting: Meeting) -> list[AgendaItem]:
    """The points as they are called."""
    return list(agenda.listed(meeting).select_related("rapporteur", "section"))


def pieces_of(meeting: Meeting) -> list[AgendaItemDocument]:
    """Their pieces, in reading order."""
    return list(
        AgendaItemDocument.objects.filter(item__in=agenda.listed(meeting))
        .select_related("item", "pinned_version", "document")
        .order_by("item__position", "position", "pk")
    )


def _create_edition(
    actor: Actor, meeting: Meeting, now: datetime, *, agreement: MayorAgreement | None = None
) -> DossierEdition:
    return create_edition(
        actor, meeting, items_of(meeting), pieces_of(meeting), now, agreement=agreement
    )


def next_edition(meeting: Meeting) -> int:
    """The number of the edition to come."""
    last = DossierEdition.objects.filter(meeting=meeting).order_by("-n").first()
    return last.n + 1 if last else 1


def create_edition(
    actor: Actor,
    meeting: Meeting,
    items: Sequence[AgendaItem],
    pieces: Sequence[AgendaItemDocument],
    now: datetime,
    *,
    agreement: MayorAgreement | None,
    change: EditionChange = EditionChange.FIRST,
    changes: Sequence[str] = (),
    urgency_reason: str = "",
) -> DossierEdition:
    """Freeze the dossier as it leaves. The meeting is locked by the caller; points and pieces come
    in reading order."""
    n = next_edition(meeting)
    frozen = papers.freeze(
        meeting,
        items,
        pieces,
        edition=n,
        at=now,
        changes=changes,
        urgency_reason=urgency_reason,
    )
    edition = DossierEdition.objects.create(
        organisation=meeting.organisation,
        meeting=meeting,
        n=n,
        change=change,
        agreement=agreement,
        manifest=frozen.content.decode(),
        sha256=frozen.sha256,
        created_by=actor.person,
        created_at=now,
    )
    EditionPiece.objects.bulk_create(
        EditionPiece(
            organisation=meeting.organisation,
            edition=edition,
            item=piece.item,
            version=piece.pinned_version,
            position=position,
            label=piece.told[:255],
            sha256=piece.pinned_version.sha256,
        )
        for position, piece in enumerate(pieces, start=1)
        if piece.pinned_version is not None
    )
    for piece in pieces:
        if piece.pinned_version is not None:
            hold(
                piece.pinned_version,
                f"Dossier envoyé : {meeting}",
                holder_uid=edition.uid,
                now=now,
            )
    record(actor, audit.EDITION_CREATED, edition, now=now, data={"sha256": edition.sha256})
    return edition


def create_convocations(edition: DossierEdition, people: list[Recipient], now: datetime) -> None:
    """One row per person, chained to the former one when that one left; their messages queued.

    What had not left of a former edition never leaves: this one replaces it.
    """
    meeting = edition.meeting
    limit = limit_of(edition)
    former = _replace_former(edition)
    by_mail = [one for one in people if one.channel == Channel.EMAIL]
    instants = paced(by_mail, limit, now)
    leaving = {one.mandate.pk: at for one, at in zip(by_mail, instants, strict=True)}
    for person in people:
        convocation = Convocation.objects.create(
            organisation=meeting.organisation,
            meeting=meeting,
            edition=edition,
            mandate=person.mandate,
            person=person.mandate.person,
            follows=former.get(person.mandate.person_id),
            channel=person.channel,
            address=person.address[:300],
            state=ConvocationState.TO_SEND,
            created_at=now,
        )
        if person.channel == Channel.EMAIL:
            queue_convocation(convocation, limit=limit, now=now, at=leaving[person.mandate.pk])
    alarm = max(now, limit - ALARM_BEFORE)
    enqueue(
        DEADLINE_ALARM,
        payload={"meeting": str(meeting.uid)},
        now=now,
        organisation_id=meeting.organisation_id,
        dedupe=f"{meeting.uid}:{edition.n}",
        at=alarm,
    )


def _replace_former(edition: DossierEdition) -> dict[int, Convocation]:
    """What left of the former editions, by person; what did not is replaced."""
    former: dict[int, Convocation] = {}
    rows = (
        Convocation.objects.filter(meeting=edition.meeting)
        .exclude(edition=edition)
        .select_for_update(of=("self",), no_key=True)
        .order_by("edition__n", "pk")
    )
    for one in rows:
        if one.state in HANDED_OVER:
            former[one.person_id] = one
        elif CONVOCATION.allows(one.state, "replace"):
            one.state = CONVOCATION.next(ConvocationState(one.state), "replace")
            one.save(update_fields=["state"])
    return former


def paced_instants(convocations: Sequence[Convocation]) -> list[datetime]:
    """When the messages of one edition were to leave, as they were spread when it was sent."""
    if not convocations:
        return []
    ordered = sorted(convocations, key=lambda one: one.pk)
    limit = limit_of(ordered[0].edition)
    return _spread([one.address for one in ordered], limit, ordered[0].created_at)


def paced(people: Sequence[Recipient], limit: datetime, now: datetime) -> list[datetime]:
    """When each message leaves, at the host's pace for each provider; the legal limit wins."""
    return _spread([one.address for one in people], limit, now)


def _spread(addresses: Sequence[str], limit: datetime, now: datetime) -> list[datetime]:
    return spread(
        addresses,
        per_minute=settings.MAIL_PACE_PER_MINUTE,
        now=now,
        limit=limit,
    )


def queue_convocation(
    convocation: Convocation, *, limit: datetime, now: datetime, at: datetime | None = None
) -> None:
    """Write the message of one convocation; the same attempt is never queued twice. It leaves
    ``at`` that instant, at once when none is given."""
    mail = queue_mail(
        CONVOCATION_MAIL,
        person=convocation.person,
        organisation=convocation.organisation,
        payload={"convocation": str(convocation.uid)},
        notice_class=NoticeClass.LEGAL,
        now=now,
        not_after=limit,
        at=at if at and at > now else None,
        dedupe=f"{convocation.uid}:{convocation.attempts}",
    )
    convocation.message_id = mail.message_id
    convocation.save(update_fields=["message_id"])


def clear_days_of(convocation: Convocation) -> int | None:
    """How many clear days this member had, or None while it has not left."""
    if convocation.handed_over_at is None:
        return None
    meeting = convocation.meeting
    sent_on = convocation.handed_over_at.astimezone(meeting.tz).date()
    return clear_days_between(sent_on, meeting.local_day)
