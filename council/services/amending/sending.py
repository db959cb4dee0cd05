"""The mayor agrees to exactly this change, then it leaves: one edition more, one convocation more
for each member, chained to the former."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from accounts.audit import record
from config.lib.access import require
from config.work.services import emit
from council import audit
from council.access import can_agree, can_prepare_meeting
from council.enums import EditionChange, ItemState, Matter, ProxyState
from council.models import (
    AgendaItem,
    AgendaItemDocument,
    Amendment,
    Answer,
    DossierEdition,
    MayorAgreement,
    Meeting,
    Proxy,
)
from council.rules import blocking
from council.rules.amending import Verdict
from council.rules.changes import Change
from council.services import (
    addressing,
    agenda,
    agreeing,
    convening,
    informing,
    numbering,
    public_titles,
    telling,
)
from council.services.amending.comparing import Comparison, compare, draft_of
from council.services.amending.preparing import check_changeable, lock_amendment
from council.services.copies import content_fields
from council.services.locking import lock_meeting
from council.services.refusals import Missing, Refusal
from council.services.standing_in import acting_as, chair_or_stand_in
from council.workflow import ITEM
from documents.services.holds import hold


class NotAgreed(Refusal):
    """The mayor has not agreed to exactly this change."""


class AgainstTheLaw(Refusal):
    """The change may not leave as it is: its delay, or what it lacks."""


class PieceGone(Refusal):
    """A piece is in the trash or has no file."""


def question(amendment: Amendment) -> MayorAgreement | None:
    """What was asked about this change and still stands, answered or not."""
    return MayorAgreement.objects.filter(amendment=amendment, withdrawn_at=None).first()


def agreement_stands(amendment: Amendment, digest: str) -> bool:
    """Whether the mayor agreed to exactly this."""
    asked = question(amendment)
    return bool(asked and asked.agreed and asked.agenda_digest == digest)


@transaction.atomic
def ask_mayor(*, actor: Actor, amendment: Amendment, now: datetime) -> MayorAgreement:
    """Show the change as it is to the mayor. Asking again replaces the former question."""
    locked = lock_amendment(actor, amendment, now)
    meeting = locked.meeting
    asked_of = chair_or_stand_in(meeting, now)
    if asked_of is None:
        raise agreeing.NoMayor(
            "Cette instance n’a ni maire ni président en exercice : enregistrez son mandat."
        )
    told = _sendable(locked, now)
    known = question(locked)
    if known is not None and known.agenda_digest == told.digest and known.agreed is not False:
        return known
    if known is not None:
        known.withdrawn_at = now
        known.save(update_fields=["withdrawn_at"])
    asked = MayorAgreement.objects.create(
        organisation=meeting.organisation,
        meeting=meeting,
        amendment=locked,
        agenda_digest=told.digest,
        asked_by=actor.person,
        asked_at=now,
    )
    record(actor, audit.AGREEMENT_ASKED, meeting, now=now, data={"digest": told.digest})
    due = told.verdict.latest or meeting.starts_at
    telling.tell_mayor(actor, meeting, asked_of, now=now, due=due, change=True)
    return asked


@transaction.atomic
def answer(
    *, actor: Actor, amendment: Amendment, shown: str, agreed: bool, reason: str = "", now: datetime
) -> MayorAgreement:
    """The mayor agrees to the change whose digest is ``shown``, or says what to mend."""
    meeting = lock_meeting(amendment.meeting)
    require(can_agree(actor, meeting))
    check_changeable(meeting, now)
    held = Amendment.objects.open().filter(pk=amendment.pk).first()
    asked = question(amendment)
    if asked is None or held is None:
        raise agreeing.NothingToAgree("Aucun accord ne vous est demandé pour cette séance.")
    if asked.agreed is not None:
        if asked.agreed and agreed:
            return asked
        raise agreeing.NothingToAgree("Vous avez déjà répondu à cette demande.")
    if agreed:
        held.meeting = meeting
        digest = compare(held, now=now).digest
        if shown != asked.agenda_digest or shown != digest:
            raise agreeing.AgendaChanged(
                "Le modificatif a changé depuis que cette page s’est affichée. Relisez-le."
            )
    elif not reason.strip():
        raise Missing("Dites en quelques mots ce qu’il faut changer.")
    asked.agreed, asked.answered_by, asked.answered_at = agreed, actor.person, now
    asked.refusal_reason = "" if agreed else reason.strip()
    asked.acting_as = acting_as(meeting, actor.person, now)
    asked.save(
        update_fields=["agreed", "answered_by", "answered_at", "refusal_reason", "acting_as"]
    )
    told = audit.AGREEMENT_GIVEN if agreed else audit.AGREEMENT_REFUSED
    record(actor, told, meeting, now=now, data={"digest": asked.agenda_digest})
    telling.tell_answer(actor, meeting, agreed=agreed, now=now)
    return asked


@transaction.atomic
def send(
    *, actor: Actor, amendment: Amendment, now: datetime, expected: int | None = None
) -> DossierEdition:
    """Send the change to every member in office. The second of two clicks finds the edition made
    by the first."""
    meeting = lock_meeting(amendment.meeting)
    require(can_prepare_meeting(actor, meeting))
    done = Amendment.objects.select_related("edition").get(pk=amendment.pk).edition
    if done is not None:
        return done
    locked = lock_amendment(actor, amendment, now)
    meeting = locked.meeting
    told = _sendable(locked, now)
    agreement = question(locked)
    if agreement is None or not agreement_stands(locked, told.digest):
        raise NotAgreed("Ce modificatif attend l’accord du maire.")
    people = addressing.recipients(meeting, now=now)
    if not people:
        raise convening.NobodyInOffice("Cette instance n’a aucun membre en exercice.")
    if expected is not None and expected != len(people):
        raise convening.RecipientsChanged(
            f"La liste a changé : {len(people)} personnes sont à prévenir. Relisez-la."
        )
    _apply(actor, locked, told.verdict, now)
    edition = convening.create_edition(
        actor,
        meeting,
        convening.items_of(meeting),
        convening.pieces_of(meeting),
        now,
        agreement=agreement,
        change=_edition_change(told.verdict),
        changes=[line.sentence for line in told.lines],
        urgency_reason=locked.urgency_reason if told.verdict.in_urgency else "",
    )
    convening.create_convocations(edition, people, now)
    informing.queue_convocation_copies(actor, edition, now)
    locked.sent_at, locked.edition = now, edition
    locked.save(update_fields=["sent_at", "edition"])
    record(
        actor,
        audit.AMENDMENT_SENT,
        meeting,
        now=now,
        data={"edition": edition.n, "sha256": edition.sha256, "recipients": len(people)},
    )
    telling.tell_members(
        meeting, [one.mandate.person for one in people], changed_by=edition, now=now
    )
    emit(
        "council.meeting.amended",
        now=now,
        organisation_id=actor.organisation.pk,
        actor_id=actor.person.pk,
        payload={"meeting": str(meeting.uid), "edition": str(edition.uid)},
    )
    return edition


def _sendable(amendment: Amendment, now: datetime) -> Comparison:
    told = compare(amendment, now=now)
    if told.gone:
        raise PieceGone(
            f"« {told.gone[0]} » est dans la corbeille : restaurez ce document, ou ôtez-le."
        )
    stopped = blocking(told.verdict.findings)
    if stopped:
        way = f" {told.verdict.ways[0]}" if told.verdict.ways else ""
        raise AgainstTheLaw(stopped[0].message + way, stopped)
    return told


def _edition_change(verdict: Verdict) -> EditionChange:
    if verdict.change is Change.NEW_CONVOCATION:
        return EditionChange.URGENT if verdict.in_urgency else EditionChange.NEW
    if verdict.change is Change.COMPLEMENTARY:
        return EditionChange.URGENT if verdict.in_urgency else EditionChange.COMPLEMENTARY
    return EditionChange.MODIFIED


def _apply(actor: Actor, amendment: Amendment, verdict: Verdict, now: datetime) -> None:
    """The agenda becomes what was agreed to: new words, new versions, new points with numbers
    that were never given."""
    meeting = amendment.meeting
    draft = draft_of(amendment)
    pinned = {(piece.item_id, piece.document_id): piece for piece in draft.pieces}
    waiting = AgendaItem.objects.filter(amendment=amendment, state=ItemState.READY)
    for wording in waiting.filter(amends__isnull=False).order_by("pk"):
        _reword(meeting, wording, pinned, now)
    fresh = draft.fresh
    numbers = numbering.take(
        organisation=meeting.organisation,
        name=numbering.item_numbers(meeting),
        count=len(fresh),
    )
    urgency = next((item for item in fresh if item.matter == Matter.URGENCY), None)
    for item, number in zip(fresh, numbers, strict=True):
        item.hurried_by = urgency if item is not urgency else None
        item.number, item.meeting, item.amendment = number, meeting, None
        item.state = ITEM.next(ITEM.next(ItemState.READY, "list"), "freeze")
        item.changed_at = now
        item.save(
            update_fields=["number", "meeting", "amendment", "hurried_by", "state", "changed_at"]
        )
        _pin(meeting, item, pinned, now)
        if item.matter == Matter.URGENCY:
            agenda.place_first(meeting, item)
        else:
            agenda.place_last(meeting, item)
        record(actor, audit.ITEM_LISTED, item, now=now)
    if urgency is not None and verdict.change is Change.NEW_CONVOCATION:
        # The whole meeting is convened anew, in urgency.
        agenda.listed(meeting).exclude(pk=urgency.pk).update(hurried_by=urgency)
    _move(meeting, amendment, now)
    public_titles.hide_in_titles(meeting)


def _reword(
    meeting: Meeting,
    wording: AgendaItem,
    pinned: dict[tuple[int, int], AgendaItemDocument],
    now: datetime,
) -> None:
    held = AgendaItem.objects.select_for_update(of=("self",), no_key=True)
    sent = held.get(amended_by=wording)
    names = content_fields()
    for name in names:
        setattr(sent, name, getattr(wording, name))
    sent.changed_at = now
    sent.save(update_fields=[*names, "changed_at"])
    sent.pieces.all().delete()
    wording.pieces.update(item=sent)
    _pin(meeting, sent, pinned, now)
    wording.state = ITEM.next(ITEM.next(ItemState.READY, "take_back"), "abandon")
    wording.changed_at = now
    wording.save(update_fields=["state", "changed_at"])


def _pin(
    meeting: Meeting,
    item: AgendaItem,
    pinned: dict[tuple[int, int], AgendaItemDocument],
    now: datetime,
) -> None:
    for piece in item.pieces.select_related("document").order_by("position", "pk"):
        told = pinned[item.pk, piece.document_id]
        piece.pinned_version, piece.label = told.pinned_version, told.label
        piece.save(update_fields=["pinned_version", "label"])
        if told.pinned_version is not None:
            hold(told.pinned_version, f"Ordre du jour : {meeting}", holder_uid=meeting.uid, now=now)


def _move(meeting: Meeting, amendment: Amendment, now: datetime) -> None:
    """The new hour and place. Another day: the answers and pouvoirs were for the former one."""
    if amendment.starts_at is None and not amendment.place:
        return
    former = meeting.local_day
    meeting.starts_at = amendment.starts_at or meeting.starts_at
    meeting.place = amendment.place or meeting.place
    meeting.save(update_fields=["starts_at", "place"])
    if meeting.local_day == former:
        return
    Answer.objects.filter(meeting=meeting).current().update(replaced_at=now)
    Proxy.objects.filter(meeting=meeting).live().update(
        state=ProxyState.LAPSED, ended_at=now, end_reason="La séance a changé de jour."
    )
