"""The way of the minutes: project, corrections, approval at the next session, signature, online."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from accounts.actor import Actor
from accounts.audit import record
from config.lib.access import require
from config.lib.text import plural
from config.work.services import emit
from council import audit
from council.access_acts import can_write_minutes
from council.dossier import french
from council.dossier.act_paper import Hand
from council.dossier.session_papers import MinutesPart, minutes_pdf
from council.models import Act, Meeting, Minutes, MinutesSection
from council.papers import capital_name, letterhead_of
from council.rules.afterwards import MinutesFacts, check_minutes, minutes_due
from council.services.acts.drafting import NotOver
from council.services.acts.lists import sitting_words
from council.services.acts.places import folder_of_register
from council.services.acts.registers import register_of_assembly
from council.services.acts.signatories import signer_of
from council.services.locking import lock_meeting
from council.services.minutes.telling import CLOSING, DISCUSSION, tell_session
from council.services.refusals import Refusal
from council.services.session.reading import sitting_of
from documents.models import Version
from documents.services import filing
from documents.services.holds import hold
from documents.services.locking import lock_organisation


class AlreadySettled(Refusal):
    """The council approved these minutes: they no longer change."""


class ChangedMeanwhile(Refusal):
    """Somebody else saved this section since it was shown."""


class NotYet(Refusal):
    """A step before is missing."""


class WrongSession(Refusal):
    """Minutes are approved by a later session of the same body."""


class WrongDay(Refusal):
    """A date that cannot be."""


@transaction.atomic
def draft_minutes(*, actor: Actor, meeting: Meeting, now: datetime) -> Minutes:
    """Tell the session from its facts. Done again, the facts are told anew; what people wrote
    stays as it is."""
    locked = lock_meeting(meeting)
    require(can_write_minutes(actor, locked))
    if locked.adjourned_at is None and locked.quorum_missed_at is None:
        raise NotOver("La séance n’est pas levée : le procès-verbal se rédige après.")
    minutes, created = Minutes.objects.select_for_update(of=("self",)).get_or_create(
        meeting=locked,
        defaults={
            "organisation": locked.organisation,
            "drafted_at": now,
            "drafted_by": actor.person,
            "changed_at": now,
        },
    )
    _must_be_open(minutes)
    known = {(one.part, one.item_id): one for one in minutes.sections.all()}
    for position, told in enumerate(tell_session(locked), start=1):
        item_id = told.item.pk if told.item else None
        section = known.get((told.part, item_id)) or MinutesSection(
            organisation=locked.organisation,
            minutes=minutes,
            item=told.item,
            part=told.part,
            position=position,
            changed_at=now,
        )
        fresh = (position, told.heading, told.facts)
        if section.pk and fresh == (section.position, section.heading, section.facts):
            continue
        section.position, section.heading, section.facts = fresh
        section.changed_at = now
        section.save()
    minutes.changed_at = now
    minutes.save(update_fields=["changed_at"])
    if locked.minutes_drafted_at is None:
        locked.minutes_drafted_at = now
        locked.save(update_fields=["minutes_drafted_at"])
    if created:
        record(actor, audit.MINUTES_DRAFTED, locked, now=now)
        _tell(actor, "council.minutes.drafted", locked, now)
    return minutes


@transaction.atomic
def write_section(
    *, actor: Actor, section: MinutesSection, words: str, revision: int, now: datetime
) -> MinutesSection:
    """What was said on one point, in the words of the secretary. ``revision``: the one shown."""
    meeting = Meeting.objects.get(minutes__sections=section.pk)
    locked = lock_meeting(meeting)
    require(can_write_minutes(actor, locked))
    minutes = Minutes.objects.select_for_update(of=("self",)).get(meeting=locked)
    _must_be_open(minutes)
    row = MinutesSection.objects.select_for_update(of=("self",)).get(pk=section.pk)
    text = words.replace("\r\n", "\n").strip()
    if row.words == text:
        return row
    if row.revision != revision:
        raise ChangedMeanwhile(
            "Quelqu’un a enregistré cette partie pendant que vous écriviez. Votre texte est "
            "encore là : comparez avec le sien, puis enregistrez à nouveau."
        )
    row.words = text
    row.revision += 1
    row.changed_at, row.changed_by = now, actor.person
    row.save()
    minutes.changed_at = now
    minutes.save(update_fields=["changed_at"])
    record(actor, audit.MINUTES_WRITTEN, locked, now=now, data={"section": row.heading[:80]})
    return row


@transaction.atomic
def print_minutes(*, actor: Actor, minutes: Minutes, now: datetime) -> Version:
    """Set the minutes as they are now and file them. The same text makes no new version."""
    lock_organisation(actor.organisation.pk)
    meeting = lock_meeting(minutes.meeting)
    require(can_write_minutes(actor, meeting))
    row = _locked(meeting)
    if row.signed_version is not None:
        raise AlreadySettled("Le procès-verbal signé est là : il ne se remplace pas.")
    version = _file(
        actor, row, meeting, io.BytesIO(_content(row, meeting, actor.today)), now, reason="Projet"
    )
    row.draft_version = version
    row.save(update_fields=["document", "draft_version"])
    return version


@transaction.atomic
def settle_minutes(
    *, actor: Actor, minutes: Minutes, approved_in: Meeting, remarks: str, now: datetime
) -> Minutes:
    """The next session approved the minutes, with its remarks. They no longer change, and are set
    as they were approved: what was set before may hold words taken back since."""
    lock_organisation(actor.organisation.pk)
    meeting = lock_meeting(minutes.meeting)
    require(can_write_minutes(actor, meeting))
    row = _locked(meeting)
    if row.approved_in_id == approved_in.pk:
        return row
    _must_be_open(row)
    next_one = Meeting.objects.select_related("assembly").get(pk=approved_in.pk)
    if (
        next_one.assembly_id != meeting.assembly_id
        or next_one.starts_at <= meeting.starts_at
        or next_one.cancelled_at is not None
    ):
        raise WrongSession("Un procès-verbal s’arrête à une séance suivante de la même instance.")
    if next_one.local_day > actor.today:
        raise NotYet("Cette séance n’a pas encore eu lieu.")
    row.approved_in = next_one
    row.settled_on = next_one.local_day
    row.remarks = remarks.strip()
    content = io.BytesIO(_content(row, meeting, actor.today))
    row.draft_version = _file(actor, row, meeting, content, now, reason="Arrêté")
    row.save()
    meeting.minutes_settled_at = now
    meeting.save(update_fields=["minutes_settled_at"])
    record(actor, audit.MINUTES_SETTLED, meeting, now=now)
    _tell(actor, "council.minutes.settled", meeting, now)
    return row


@transaction.atomic
def sign_minutes(
    *,
    actor: Actor,
    minutes: Minutes,
    signed_on: date,
    now: datetime,
    received: filing.Received | None = None,
) -> Minutes:
    """The mayor and the secretary signed; ``received`` is the signed file that came back."""
    lock_organisation(actor.organisation.pk)
    meeting = lock_meeting(minutes.meeting)
    require(can_write_minutes(actor, meeting))
    row = _locked(meeting)
    if row.settled_on is None:
        raise NotYet("Le conseil arrête d’abord le procès-verbal ; il se signe ensuite.")
    if not row.settled_on <= signed_on <= actor.today:
        raise WrongDay("Cette date est avant l’approbation, ou pas encore venue.")
    if received is not None:
        known = row.signed_version
        if known is not None and known.sha256 != received.stored.sha256:
            raise AlreadySettled("Le procès-verbal signé est là : il ne se remplace pas.")
        row.signed_version = _file(actor, row, meeting, received, now, reason="Signé")
        hold(row.signed_version, "Procès-verbal signé", holder_uid=row.uid, now=now)
    row.signed_on = row.signed_on or signed_on
    row.save()
    record(actor, audit.MINUTES_SIGNED, meeting, now=now)
    return row


@transaction.atomic
def publish_minutes(
    *,
    actor: Actor,
    minutes: Minutes,
    on: date,
    now: datetime,
    version: Version | None = None,
) -> Minutes:
    """The minutes are online (R-DOC-03). ``version``: the file that the public reads."""
    meeting = lock_meeting(minutes.meeting)
    require(can_write_minutes(actor, meeting))
    row = _locked(meeting)
    if row.settled_on is None:
        raise NotYet("Le procès-verbal se publie une fois arrêté par le conseil.")
    if not row.settled_on <= on <= actor.today:
        raise WrongDay("Cette date est avant l’approbation, ou pas encore venue.")
    shown = version or row.published_version
    if shown is None:
        raise NotYet("Mettez d’abord le procès-verbal en page : le public n’aurait rien à lire.")
    row.published_on = row.published_on or on
    row.published_version = shown
    row.save()
    if meeting.closed_at is None:
        # The last thing that the law asks of a session is done.
        meeting.closed_at = now
        meeting.save(update_fields=["closed_at"])
    record(actor, audit.MINUTES_PUBLISHED, meeting, now=now)
    _tell(actor, "council.minutes.published", meeting, now)
    return row


def due_on(minutes: Minutes) -> date | None:
    """The last day to put them online; None before they are approved."""
    return minutes_due(minutes.settled_on) if minutes.settled_on else None


def possible_approvals(minutes: Minutes, today: date) -> list[Meeting]:
    """The sessions that may have approved them: later ones of the body, held by today."""
    rows = (
        Meeting.objects.filter(
            assembly=minutes.meeting.assembly_id, starts_at__gt=minutes.meeting.starts_at
        )
        .alive()
        .convened()
        .select_related("assembly")
        .order_by("starts_at", "pk")
    )
    return [one for one in rows if one.local_day <= today]


def silent_sections(minutes: Minutes) -> list[MinutesSection]:
    """The points where the substance of the discussion is not told yet (R-DOC-02)."""
    voted = set(Act.objects.filter(item__meeting=minutes.meeting).values_list("item_id", flat=True))
    return [one for one in minutes.sections.all() if one.item_id in voted and not one.words]


def lacking(minutes: Minutes) -> list[str]:
    """What the law wants in minutes and that these do not say yet (R-DOC-02)."""
    session = sitting_of(minutes.meeting).session
    facts = MinutesFacts(
        chair=session.chairs[0][1] if session.chairs else "",
        members_listed=bool(session.stays),
        secretaries=list(session.secretaries),
    )
    silent = len(silent_sections(minutes))
    told = [one.message for one in check_minutes(facts)]
    if silent:
        told.append(
            f"{plural(silent, 'délibération')} sans un mot sur la discussion : quelques lignes "
            "suffisent."
        )
    return told


def parts_of(minutes: Minutes) -> list[MinutesPart]:
    """The sections as they are printed: facts, what was said, the end of the facts."""
    parts = []
    for section in minutes.sections.all():
        before, _, after = section.facts.partition(DISCUSSION)
        if section.part == CLOSING:
            before, after = "", section.facts
        parts.append(MinutesPart(section.heading, before, section.words, after))
    return parts


def set_out(
    minutes: Minutes,
    meeting: Meeting,
    parts: Sequence[MinutesPart],
    remarks: str,
    mention: str,
    *,
    today: date,
) -> bytes:
    """The page of these parts; ``mention`` is printed after their approval. The mayor signs, or
    who acts for them, with each secretary of the session (L2121-15, L2122-17)."""
    signer = signer_of(meeting, minutes.signed_on or today)
    hands = [
        Hand(
            (signer.title if signer else "") or "Le maire",
            capital_name(signer.person) if signer else "",
        ),
        *(Hand("Le ou la secrétaire de séance", name) for name in secretaries_of(meeting) or [""]),
    ]
    approved = ""
    if minutes.settled_on is not None:
        day = french.long_date(minutes.settled_on, with_day=False)
        approved = " ".join(
            one for one in (f"Procès-verbal arrêté à la séance du {day}.", remarks, mention) if one
        )
    return minutes_pdf(
        letterhead_of(meeting.assembly),
        sitting_words(meeting),
        parts,
        hands,
        approved=approved,
        at=minutes.changed_at,
    )


def secretaries_of(meeting: Meeting) -> list[str]:
    """Who was named to keep the minutes, as noted in session."""
    sitting = sitting_of(meeting)
    return [sitting.name(ref).name for ref in sitting.session.secretaries]


def _content(minutes: Minutes, meeting: Meeting, today: date) -> bytes:
    return set_out(minutes, meeting, parts_of(minutes), minutes.remarks, "", today=today)


def _file(
    actor: Actor,
    minutes: Minutes,
    meeting: Meeting,
    source: io.BytesIO | filing.Received,
    now: datetime,
    *,
    reason: str,
) -> Version:
    received = (
        filing.receive(source, f"Procès-verbal {meeting.local_day.isoformat()}.pdf")
        if isinstance(source, io.BytesIO)
        else source
    )
    if minutes.document is not None:
        return filing.add_version(
            actor=actor, document=minutes.document, received=received, now=now, reason=reason
        ).version
    register = register_of_assembly(meeting.assembly, now=now)
    filed = filing.file_document(
        actor=actor,
        folder=folder_of_register(actor, register, now=now),
        received=received,
        now=now,
        keep_both=True,
        reason=reason,
    )
    minutes.document = filed.document
    return filed.version


def _locked(meeting: Meeting) -> Minutes:
    return (
        Minutes.objects.select_for_update(of=("self",))
        .select_related("document__folder", "signed_version")
        .get(meeting=meeting)
    )


def _must_be_open(minutes: Minutes) -> None:
    if minutes.settled_on is not None:
        raise AlreadySettled("Le conseil a arrêté ce procès-verbal : il ne change plus.")


def _tell(actor: Actor, name: str, meeting: Meeting, now: datetime) -> None:
    emit(
        name,
        now=now,
        organisation_id=meeting.organisation_id,
        actor_id=actor.person.pk,
        payload={"meeting": str(meeting.uid)},
    )
