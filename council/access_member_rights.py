"""Who may do what with the rights of members: pieces asked for, oral questions."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q, QuerySet

from config.lib.access import ALLOWED, Decision, refuse
from council.access import (
    HANDED_OVER,
    can_agree,
    can_prepare_meeting,
    current_mandates,
    prepared_assemblies,
)
from council.enums import RequestState
from council.models import Convocation, Mandate, Meeting, OralQuestion, PieceRequest

if TYPE_CHECKING:
    from accounts.actor import Actor
    from accounts.models import Person


def can_answer_members(actor: Actor, meeting: Meeting) -> Decision:
    """Who answers members: those who prepare the body, and its mayor or president."""
    if can_prepare_meeting(actor, meeting) or can_agree(actor, meeting):
        return ALLOWED
    return refuse("L’équipe qui prépare les séances et le maire répondent aux membres.")


def meetings_to_answer(actor: Actor) -> QuerySet[Meeting]:
    """List twin of `can_answer_members`."""
    chaired = current_mandates(actor).chairing().values("assembly")
    return Meeting.objects.filter(
        Q(assembly__in=prepared_assemblies(actor)) | Q(assembly__in=chaired),
        organisation=actor.organisation,
    )


def visible_requests(actor: Actor) -> QuerySet[PieceRequest]:
    """Which pieces asked for may be seen:

    - by those who answer: all;
    - by the member who asked: their own;
    - by every member in office of the body: those that were answered, given or refused.
    """
    seats = current_mandates(actor).filter(assembly=OuterRef("meeting__assembly"))
    return PieceRequest.objects.filter(organisation=actor.organisation).filter(
        Q(meeting__in=meetings_to_answer(actor))
        | Q(Exists(seats), person=actor.person)
        | Q(Exists(seats), ~Q(state=RequestState.ASKED))
    )


def can_see_request(actor: Actor, request: PieceRequest) -> Decision:
    """Row twin of `visible_requests`."""
    if request.organisation_id == actor.organisation.pk:
        if can_answer_members(actor, request.meeting):
            return ALLOWED
        seat = current_mandates(actor).filter(assembly=request.meeting.assembly_id)
        mine = request.person_id == actor.person.pk
        if (mine or request.state != RequestState.ASKED) and seat.exists():
            return ALLOWED
    return refuse("Cette demande ne vous est pas ouverte.")


def visible_questions(actor: Actor) -> QuerySet[OralQuestion]:
    """Which oral questions may be seen before they are points: by those who answer, and by the
    member who asked. An accepted one is a point of the agenda, seen as such."""
    seats = current_mandates(actor).filter(assembly=OuterRef("meeting__assembly"))
    return OralQuestion.objects.filter(organisation=actor.organisation).filter(
        Q(meeting__in=meetings_to_answer(actor)) | Q(Exists(seats), person=actor.person)
    )


def can_see_question(actor: Actor, question: OralQuestion) -> Decision:
    """Row twin of `visible_questions`."""
    if question.organisation_id == actor.organisation.pk:
        if can_answer_members(actor, question.meeting):
            return ALLOWED
        seat = current_mandates(actor).filter(assembly=question.meeting.assembly_id)
        if question.person_id == actor.person.pk and seat.exists():
            return ALLOWED
    return refuse("Cette question ne vous est pas ouverte.")


def given_pieces(person: Person, meeting: Meeting, *, today: date) -> QuerySet[PieceRequest]:
    """The pieces communicated to the assembly for a meeting, as one member has them: everybody who
    was sent the dossier, whoever asked. No role in the tree is needed, and none is given."""
    own = Convocation.objects.filter(
        meeting=OuterRef("meeting"),
        person=person,
        state__in=HANDED_OVER,
        mandate__in=Mandate.objects.filter(person=person).current(today),
    )
    return PieceRequest.objects.filter(
        Exists(own), meeting=meeting, state=RequestState.GIVEN
    ).order_by("answered_at", "pk")


def can_open_given(person: Person, request: PieceRequest, *, today: date) -> Decision:
    """Row twin of `given_pieces`."""
    if request.state == RequestState.GIVEN:
        own = Convocation.objects.filter(
            meeting=request.meeting_id, person=person, state__in=HANDED_OVER
        ).select_related("mandate")
        if any(one.mandate.is_current(today) for one in own.order_by("pk")):
            return ALLOWED
    return refuse("Cette pièce ne vous a pas été adressée, ou votre mandat est terminé.")
