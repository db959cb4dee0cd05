"""« Demander une pièce » (L2121-13): a member asks, the whole assembly is answered on a date."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from accounts.actor import Actor
from accounts.audit import record
from accounts.enums import NoticeClass
from accounts.mail import queue_mail
from accounts.models import Person
from accounts.notifications import notify, settle
from config.lib.access import require
from config.lib.clock import end_of_day, local_date
from config.work.services import emit
from council import alerts_members, audit
from council.access import HANDED_OVER, can_open_dossier, can_prepare_meeting
from council.enums import AnswerSource, RequestState
from council.models import AgendaItem, Convocation, Mandate, Meeting, PieceRequest
from council.notifications_members import PIECE_GIVEN_MAIL
from council.rules.members import paper_answer_due
from council.services.acts import places, registers
from council.services.locking import lock_meeting
from council.services.refusals import Missing, Refusal
from council.services.telling import preparers
from council.workflow import REQUEST
from documents.access import can_manage, can_read, is_confidential
from documents.models import Document
from documents.services import filing
from documents.services.holds import hold
from documents.services.locking import lock_organisation

#: So that a link in bad hands floods nobody.
MOST_WAITING = 20


class TooLate(Refusal):
    """The meeting is over, or will not be held."""


class TooMany(Refusal):
    """Many requests of this member still wait."""


class AlreadyAnswered(Refusal):
    """The answer is dated: it does not change."""


class NotToBeShown(Refusal):
    """Nobody gives the assembly a document that they may not read."""


def why_closed(meeting: Meeting) -> str:
    """Why nothing can be asked any more for this meeting; "" while it can."""
    if meeting.cancelled_at is not None:
        return "Cette séance est annulée."
    if meeting.adjourned_at is not None:
        return "La séance a eu lieu : demandez directement au secrétariat."
    return ""


@transaction.atomic
def ask_piece(
    *,
    convocation: Convocation,
    what: str,
    source: AnswerSource,
    now: datetime,
    item: AgendaItem | None = None,
) -> PieceRequest:
    """A member asks from their dossier. Those who prepare are told, with the last day."""
    meeting = lock_meeting(convocation.meeting)
    person = convocation.person
    today = local_date(now, meeting.timezone)
    require(can_open_dossier(person, convocation.edition, today=today))
    waiting = PieceRequest.objects.waiting().filter(meeting=meeting, person=person).count()
    if waiting >= MOST_WAITING:
        raise TooMany("Vos demandes précédentes attendent encore : appelez la mairie.")
    return _ask(meeting, person, what, item, source, now, noted_by=None)


@transaction.atomic
def note_request(
    *,
    actor: Actor,
    meeting: Meeting,
    person: Person,
    what: str,
    now: datetime,
    item: AgendaItem | None = None,
) -> PieceRequest:
    """The town hall notes what a member asked for by telephone, on paper or at the desk."""
    held = lock_meeting(meeting)
    require(can_prepare_meeting(actor, held))
    seats = Mandate.objects.filter(assembly=held.assembly_id, person=person)
    if not seats.current(local_date(now, held.timezone)).exists():
        raise Refusal("Cette personne ne siège pas dans cette instance.")
    return _ask(held, person, what, item, AnswerSource.TOWN_HALL, now, noted_by=actor)


def _ask(
    meeting: Meeting,
    person: Person,
    what: str,
    item: AgendaItem | None,
    source: AnswerSource,
    now: datetime,
    *,
    noted_by: Actor | None,
) -> PieceRequest:
    closed = why_closed(meeting)
    if closed:
        raise TooLate(closed)
    if not what.strip():
        raise Missing("Dites quelle pièce vous voulez lire.")
    if item is not None and item.meeting_id != meeting.pk:
        raise Refusal("Ce point n’est pas à l’ordre du jour de cette séance.")
    today = local_date(now, meeting.timezone)
    made = PieceRequest.objects.create(
        organisation=meeting.organisation,
        meeting=meeting,
        item=item,
        person=person,
        what=what.strip(),
        source=source,
        asked_at=now,
        due_on=paper_answer_due(today, max(today, meeting.local_day)),
    )
    record(
        noted_by,
        audit.PIECE_ASKED,
        made,
        now=now,
        organisation=meeting.organisation,
        actor_uid=person.uid,
        label=False,
    )
    emit(
        "council.piece.asked",
        organisation_id=meeting.organisation_id,
        actor_id=person.pk,
        payload={"request": str(made.uid)},
        now=now,
    )
    notify(
        alerts_members.PIECE_ASKED,
        organisation=meeting.organisation,
        recipients=preparers(meeting.assembly, now),
        group_key=f"piece:{made.uid}",
        object_uid=made.uid,
        actor_uid=noted_by.person.uid if noted_by else person.uid,
        reason="parce que vous préparez cette séance",
        due=end_of_day(made.due_on, meeting.timezone),
        now=now,
    )
    return made


@transaction.atomic
def give_piece(
    *,
    actor: Actor,
    request: PieceRequest,
    now: datetime,
    document: Document | None = None,
    words: str = "",
) -> PieceRequest:
    """Answer with the piece, or with explanations: all the members have it at this very instant,
    and are written to. The version is the one of now, and is never purged."""
    held = _lock(request)
    require(can_prepare_meeting(actor, held.meeting))
    _check(held, "give")
    if document is None and not words.strip():
        raise Missing("Choisissez la pièce, ou écrivez l’explication demandée.")
    if document is not None:
        _check_shown(actor, document)
        held.version = document.current_version
        held.label = document.title
    held.answer = words.strip()
    _settle(actor, held, RequestState.GIVEN, now)
    if held.version is not None:
        hold(held.version, f"Pièce communiquée : {held.meeting}", holder_uid=held.uid, now=now)
    data = {"sha256": held.version.sha256} if held.version else {}
    record(actor, audit.PIECE_GIVEN, held, now=now, data=data, label=False)
    _tell_members(held, now)
    return held


@transaction.atomic
def file_piece(
    *, actor: Actor, request: PieceRequest, received: filing.Received, now: datetime
) -> Document:
    """A file brought to answer goes beside the pieces of its point, else with the acts of the body:
    nothing is given that is not filed."""
    require(can_prepare_meeting(actor, request.meeting))
    lock_organisation(actor.organisation.pk)
    folder = places.folder_of_item(actor, request.item) if request.item else None
    if folder is None:
        register = registers.register_of_assembly(request.meeting.assembly, now=now)
        folder = places.folder_of_register(actor, register, now=now)
    return filing.file_document(actor=actor, folder=folder, received=received, now=now).document


@transaction.atomic
def refuse_piece(
    *, actor: Actor, request: PieceRequest, reason: str, now: datetime
) -> PieceRequest:
    """Answer that the piece is not given, and why: all the members read it."""
    held = _lock(request)
    require(can_prepare_meeting(actor, held.meeting))
    _check(held, "refuse")
    if not reason.strip():
        raise Missing("Un refus se motive par écrit.")
    held.answer = reason.strip()
    _settle(actor, held, RequestState.REFUSED, now)
    record(actor, audit.PIECE_REFUSED, held, now=now, label=False)
    _tell_members(held, now)
    return held


def on_paper(meeting: Meeting, *, today: date) -> list[Person]:
    """The members to whom what is given must be handed over: no address, or paper asked for."""
    rows = _latest(meeting, today)
    return [one.person for one in rows if one.mandate.wants_paper or not one.person.email]


def remind(*, now: datetime) -> int:
    """Every night: answers due today, or late, are flagged to those who prepare. Returns how many
    people were told."""
    told = 0
    waiting = (
        PieceRequest.objects.waiting()
        .filter(meeting__cancelled_at=None, meeting__adjourned_at=None)
        .select_related("meeting__assembly__organisation", "organisation")
        .oldest_first()
    )
    for one in waiting:
        today = local_date(now, one.meeting.timezone)
        if one.due_on <= today:
            told += notify(
                alerts_members.PIECE_LATE,
                organisation=one.organisation,
                recipients=preparers(one.meeting.assembly, now),
                group_key=f"piece:late:{one.uid}:{today:%Y%m%d}",
                object_uid=one.uid,
                reason="parce qu’un membre attend votre réponse",
                due=end_of_day(one.due_on, one.meeting.timezone),
                now=now,
            )
    return told


def _lock(request: PieceRequest) -> PieceRequest:
    lock_meeting(request.meeting)
    return (
        PieceRequest.objects.select_for_update(of=("self",), no_key=True)
        .select_related("meeting__assembly__organisation", "organisation", "item", "person")
        .get(pk=request.pk)
    )


def _check(request: PieceRequest, verb: str) -> None:
    if not REQUEST.allows(request.state, verb):
        raise AlreadyAnswered("Cette demande a déjà sa réponse, datée et lue de tous.")


def _check_shown(actor: Actor, document: Document) -> None:
    if document.organisation_id != actor.organisation.pk or not can_read(actor, document):
        raise NotToBeShown("Vous ne pouvez communiquer qu’un document que vous pouvez lire.")
    if document.current_version_id is None:
        raise NotToBeShown("Ce document n’a pas encore de fichier.")
    if is_confidential(document) and not can_manage(actor, document):
        raise NotToBeShown(
            f"« {document.title} » est confidentiel : seules les personnes qui en gèrent les "
            "droits peuvent le montrer à une assemblée."
        )


def _settle(actor: Actor, held: PieceRequest, state: RequestState, now: datetime) -> None:
    held.state, held.answered_at, held.answered_by = state, max(now, held.asked_at), actor.person
    held.save()
    settle(
        alerts_members.PIECE_ASKED,
        alerts_members.PIECE_LATE,
        about=held.uid,
        organisation=held.organisation,
        now=now,
    )
    emit(
        "council.piece.answered",
        organisation_id=held.organisation_id,
        actor_id=actor.person.pk,
        payload={"request": str(held.uid), "state": state.value},
        now=now,
    )


def _latest(meeting: Meeting, today: date) -> list[Convocation]:
    """The last convocation handed over to each member whose mandate runs."""
    rows = (
        Convocation.objects.filter(meeting=meeting, state__in=HANDED_OVER)
        .filter(Q(mandate__to_date=None) | Q(mandate__to_date__gte=today))
        .select_related("person", "mandate")
        .order_by("edition__n", "pk")
    )
    return sorted({one.person_id: one for one in rows}.values(), key=lambda one: one.mandate.rank)


def _tell_members(held: PieceRequest, now: datetime) -> None:
    """Everybody the same message at the same instant, the one who asked like the others."""
    everybody = _latest(held.meeting, local_date(now, held.meeting.timezone))
    for one in everybody:
        if one.person.email:
            queue_mail(
                PIECE_GIVEN_MAIL,
                person=one.person,
                organisation=held.organisation,
                payload={"convocation": str(one.uid), "request": str(held.uid)},
                notice_class=NoticeClass.LEGAL,
                now=now,
                not_after=end_of_day(held.meeting.local_day, held.meeting.timezone),
                dedupe=f"{held.uid}:{one.person_id}",
            )
    notify(
        alerts_members.PIECE_ANSWERED,
        organisation=held.organisation,
        recipients=[one.person for one in everybody],
        group_key=f"piece:answered:{held.uid}",
        object_uid=held.uid,
        reason="parce que vous siégez dans cette instance",
        now=now,
    )
