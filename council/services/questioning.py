"""Oral questions (L2121-19): asked, then put last on the agenda, sent on, or refused."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from accounts.audit import record
from accounts.models import Person
from accounts.notifications import notify, settle
from config.lib.access import require
from config.lib.clock import local_date
from config.work.services import emit
from council import alerts_members, audit
from council.access import can_open_dossier, can_prepare_meeting
from council.access_member_rights import can_answer_members
from council.enums import AnswerSource, ItemKind, ItemState, MeetingState, QuestionState
from council.models import AgendaItem, Convocation, Mandate, Meeting, OralQuestion
from council.rules.finding import Finding
from council.rules.members import QuestionRules, check_oral_question, question_deadline
from council.services import agenda, numbering, public_titles
from council.services.locking import lock_meeting
from council.services.refusals import Missing, Refusal
from council.services.session.carrying_over import next_meeting
from council.services.telling import preparers
from council.workflow import QUESTION

#: So that a link in bad hands floods nobody.
MOST = 20


class TooLate(Refusal):
    """The meeting has begun, or will not be held."""


class TooMany(Refusal):
    """This member asked many questions for this meeting."""


class AlreadySettled(Refusal):
    """The question has its answer."""


class AgendaSettled(Refusal):
    """The agenda is settled and not sent: it opens again, or leaves first."""


def rules_of(meeting: Meeting) -> QuestionRules:
    """What the règlement intérieur of the body says."""
    body = meeting.assembly
    return QuestionRules(
        hours_before=body.question_hours, per_member=body.questions_per_member, in_writing=True
    )


def deadline_of(meeting: Meeting) -> datetime:
    """The last instant for a question, on the town hall's clock."""
    return question_deadline(meeting.starts_at, rules_of(meeting)).astimezone(meeting.tz)


def findings_of(question: OralQuestion) -> list[Finding]:
    """What the rules of the body say of this question: late, one too many."""
    earlier = OralQuestion.objects.filter(
        meeting=question.meeting_id, person=question.person_id, asked_at__lt=question.asked_at
    ).exclude(state=QuestionState.REFUSED)
    return check_oral_question(
        asked_at=question.asked_at,
        starts_at=question.meeting.local_start,
        rules=rules_of(question.meeting),
        already_asked=earlier.count(),
    )


def why_closed(meeting: Meeting, *, now: datetime) -> str:
    """Why no question can be handed in any more; "" while one can."""
    if meeting.cancelled_at is not None:
        return "Cette séance est annulée."
    if meeting.opened_at is not None or now >= meeting.starts_at:
        return "La séance a commencé : posez votre question à la suivante."
    return ""


@transaction.atomic
def ask_question(
    *, convocation: Convocation, subject: str, text: str, source: AnswerSource, now: datetime
) -> OralQuestion:
    """A member hands a question in from their dossier."""
    meeting = lock_meeting(convocation.meeting)
    today = local_date(now, meeting.timezone)
    require(can_open_dossier(convocation.person, convocation.edition, today=today))
    return _ask(meeting, convocation.person, subject, text, source, now, noted_by=None)


@transaction.atomic
def note_question(
    *, actor: Actor, meeting: Meeting, person: Person, subject: str, text: str, now: datetime
) -> OralQuestion:
    """The town hall notes a question received on paper or by mail."""
    held = lock_meeting(meeting)
    require(can_prepare_meeting(actor, held))
    return _ask(held, person, subject, text, AnswerSource.TOWN_HALL, now, noted_by=actor)


def _ask(
    meeting: Meeting,
    person: Person,
    subject: str,
    text: str,
    source: AnswerSource,
    now: datetime,
    *,
    noted_by: Actor | None,
) -> OralQuestion:
    closed = why_closed(meeting, now=now)
    if closed:
        raise TooLate(closed)
    words = " ".join(subject.split())
    if not words or not text.strip():
        raise Missing("Donnez un sujet et écrivez votre question.")
    seats = Mandate.objects.filter(assembly=meeting.assembly_id, person=person)
    if not seats.current(local_date(now, meeting.timezone)).exists():
        raise Refusal("Seuls les membres posent des questions orales.")
    if OralQuestion.objects.filter(meeting=meeting, person=person).count() >= MOST:
        raise TooMany("Vous avez déjà posé beaucoup de questions : appelez la mairie.")
    made = OralQuestion.objects.create(
        organisation=meeting.organisation,
        meeting=meeting,
        person=person,
        subject=words,
        text=text.strip(),
        source=source,
        asked_at=now,
    )
    record(
        noted_by,
        audit.QUESTION_ASKED,
        made,
        now=now,
        organisation=meeting.organisation,
        actor_uid=person.uid,
        label=False,
    )
    notify(
        alerts_members.QUESTION_ASKED,
        organisation=meeting.organisation,
        recipients=preparers(meeting.assembly, now),
        group_key=f"question:{made.uid}",
        object_uid=made.uid,
        actor_uid=noted_by.person.uid if noted_by else person.uid,
        reason="parce que vous préparez cette séance",
        now=now,
    )
    return made


@transaction.atomic
def accept_question(*, actor: Actor, question: OralQuestion, now: datetime) -> AgendaItem:
    """The last point of the agenda. After the convocation it comes « sur table », with a number of
    its own: a question is not put to the vote, so nobody is taken by surprise (R-AGE-01)."""
    held = _lock(actor, question, "accept")
    meeting = held.meeting
    closed = why_closed(meeting, now=now)
    if closed:
        raise TooLate(closed)
    if meeting.state == MeetingState.SETTLED:
        raise AgendaSettled(
            "L’ordre du jour est arrêté et n’est pas encore parti. Rouvrez-le, ou convoquez "
            "d’abord : la question viendra sur table."
        )
    sent = meeting.convened_at is not None
    item = _point(actor, held, meeting, ItemState.TABLED if sent else ItemState.LISTED, now)
    if sent:
        item.number = numbering.take(
            organisation=meeting.organisation, name=numbering.item_numbers(meeting)
        )[0]
        item.save(update_fields=["number"])
        public_titles.hide_in_titles(meeting)
    else:
        agenda.withdraw_agreement(actor, meeting, now)
    _settle(actor, held, QuestionState.ACCEPTED, now, item=item)
    return item


@transaction.atomic
def put_off_question(
    *, actor: Actor, question: OralQuestion, now: datetime, reason: str = ""
) -> AgendaItem:
    """To the next meeting of the body: last on its agenda when there is one, else waiting."""
    held = _lock(actor, question, "put_off")
    following = next_meeting(held.meeting)
    state = ItemState.LISTED if following else ItemState.READY
    item = _point(actor, held, following, state, now)
    if following is not None:
        agenda.withdraw_agreement(actor, following, now)
    _settle(actor, held, QuestionState.PUT_OFF, now, item=item, reason=reason)
    return item


@transaction.atomic
def refuse_question(
    *, actor: Actor, question: OralQuestion, reason: str, now: datetime
) -> OralQuestion:
    """Refused, with its reason: whoever asked reads it."""
    held = _lock(actor, question, "refuse")
    if not reason.strip():
        raise Missing("Dites pourquoi la question est refusée.")
    return _settle(actor, held, QuestionState.REFUSED, now, reason=reason)


def _lock(actor: Actor, question: OralQuestion, verb: str) -> OralQuestion:
    lock_meeting(question.meeting)
    held = (
        OralQuestion.objects.select_for_update(of=("self",), no_key=True)
        .select_related("meeting__assembly", "meeting__organisation", "organisation", "person")
        .get(pk=question.pk)
    )
    require(can_answer_members(actor, held.meeting))
    if not QUESTION.allows(held.state, verb):
        raise AlreadySettled("Cette question a déjà sa réponse.")
    return held


def _point(
    actor: Actor, held: OralQuestion, meeting: Meeting | None, state: ItemState, now: datetime
) -> AgendaItem:
    item = AgendaItem.objects.create(
        organisation=held.organisation,
        assembly=held.meeting.assembly,
        meeting=meeting,
        state=state,
        kind=ItemKind.ORAL_QUESTION,
        title=f"Question orale de {held.person.full_name} : {held.subject}"[:400],
        summary=held.text,
        rapporteur=held.person,
        created_by=actor.person,
        created_at=now,
        changed_at=now,
    )
    if meeting is not None:
        agenda.place_last(meeting, item)
    record(actor, audit.ITEM_DRAFTED, item, now=now, data={"question": str(held.uid)})
    return item


def _settle(
    actor: Actor,
    held: OralQuestion,
    state: QuestionState,
    now: datetime,
    *,
    item: AgendaItem | None = None,
    reason: str = "",
) -> OralQuestion:
    held.state, held.settled_at, held.settled_by = state, now, actor.person
    held.item, held.reason = item, reason.strip()
    held.save()
    record(actor, audit.QUESTION_SETTLED, held, now=now, data={"state": state.value}, label=False)
    settle(alerts_members.QUESTION_ASKED, about=held.uid, organisation=held.organisation, now=now)
    emit(
        "council.question.settled",
        organisation_id=held.organisation_id,
        actor_id=actor.person.pk,
        payload={"question": str(held.uid), "state": state.value},
        now=now,
    )
    notify(
        alerts_members.QUESTION_SETTLED,
        organisation=held.organisation,
        recipients=[held.person],
        group_key=f"question:settled:{held.uid}",
        object_uid=held.uid,
        actor=actor,
        reason="parce que vous l’avez posée",
        now=now,
    )
    return held
