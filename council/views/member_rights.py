"""What members asked for a meeting: pieces and oral questions, each with its answer and its day."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.text import capfirst

from config.lib import clock
from config.lib.access import require
from config.lib.htmx import render_page
from config.lib.http import AuthedRequest, read_view, write_view
from config.lib.text import hour, human_datetime, join_french, long_date
from council.access import can_prepare_meeting
from council.access_member_rights import (
    can_answer_members,
    visible_questions,
    visible_requests,
)
from council.enums import QuestionState, RequestState
from council.forms import ReasonForm
from council.forms_members import (
    GiveForm,
    NotePieceForm,
    NoteQuestionForm,
    SettleQuestionForm,
)
from council.models import AgendaItem, Meeting, OralQuestion, PieceRequest
from council.rules.members import PaperRequest, check_paper_request
from council.services import asking, questioning
from council.services.refusals import Refusal
from council.views.fetch import meeting_or_404
from council.views.meetings import when
from council.views.pages import form_page
from council.views.step import received
from documents.access import visible_documents
from documents.services.refusals import Refusal as NotDone

#: The documents offered at once; the others are brought as files or found by their name.
MOST_OFFERED = 50
REQUEST_TONES = {
    RequestState.ASKED: "warn",
    RequestState.GIVEN: "success",
    RequestState.REFUSED: "danger",
}
QUESTION_TONES = {
    QuestionState.RECEIVED: "warn",
    QuestionState.ACCEPTED: "success",
    QuestionState.PUT_OFF: "info",
    QuestionState.REFUSED: "danger",
}


def _day(day: date) -> str:
    return long_date(datetime.combine(day, time()))


def _state(one: PieceRequest, today: date) -> tuple[str, str]:
    if one.state == RequestState.ASKED and one.due_on < today:
        return "En retard", "danger"
    return one.get_state_display(), REQUEST_TONES[RequestState(one.state)]


@read_view
def requests(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Everything asked for this meeting, for those who answer."""
    actor, now = request.actor, clock.now()
    meeting = meeting_or_404(actor, uid)
    require(can_answer_members(actor, meeting))
    pieces = meeting.piece_requests.select_related("person", "item").oldest_first()
    questions = meeting.oral_questions.select_related("person").order_by("asked_at", "pk")
    limit = questioning.deadline_of(meeting)
    context = {
        "org": org,
        "meeting": meeting,
        "when": when(meeting),
        "may_prepare": bool(can_prepare_meeting(actor, meeting)),
        "limit": f"{long_date(limit)}, {hour(limit)}",
        "pieces": [
            {
                "title": one.what,
                "href": reverse("council:request", args=[org, one.uid]),
                "meta": f"{one.person} · réponse au plus tard le {_day(one.due_on)}",
                "state": _state(one, actor.today),
            }
            for one in pieces
        ],
        "questions": [
            {
                "title": capfirst(one.subject),
                "href": reverse("council:question", args=[org, one.uid]),
                "meta": f"{one.person} · {human_datetime(one.asked_at, now, meeting.tz)}",
                "state": one.get_state_display(),
                "tone": QUESTION_TONES[QuestionState(one.state)],
            }
            for one in questions
        ],
    }
    return render_page(request, "council/members/requests.html", context)


def request_or_404(request: AuthedRequest, uid: UUID) -> PieceRequest:
    """A request that the actor may see."""
    rows = visible_requests(request.actor).select_related(
        "meeting__assembly__organisation",
        "organisation",
        "item",
        "person",
        "answered_by",
        "version__document",
    )
    return get_object_or_404(rows, uid=uid)


@write_view
def request(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """One piece asked for: give it to everybody, or say why not."""
    actor, now = request.actor, clock.now()
    one = request_or_404(request, uid)
    meeting = one.meeting
    may_answer = bool(can_prepare_meeting(actor, meeting))
    waiting = one.state == RequestState.ASKED
    refusing = request.POST.get("what") == "refuse"
    give = GiveForm(
        None if refusing else request.POST or None,
        None if refusing else request.FILES or None,
        documents=_offered(request, one),
    )
    refuse = ReasonForm(request.POST if refusing else None)
    if request.method == "POST":
        require(can_prepare_meeting(actor, meeting))
        form = refuse if refusing else give
        if form.is_valid():
            try:
                if refusing:
                    asking.refuse_piece(
                        actor=actor, request=one, reason=refuse.cleaned_data["reason"], now=now
                    )
                else:
                    _give(request, one, give)
            except (Refusal, NotDone) as refused:
                form.add_error(None, str(refused))
            else:
                messages.success(request, "La réponse est partie à tous les membres.")
                return redirect("council:request", org, uid)
    state, tone = _state(one, actor.today)
    by_hand = asking.on_paper(meeting, today=actor.today) if may_answer else []
    context = {
        "org": org,
        "one": one,
        "state": state,
        "tone": tone,
        "when": when(meeting),
        "asked": human_datetime(one.asked_at, now, meeting.tz),
        "answered": human_datetime(one.answered_at, now, meeting.tz) if one.answered_at else "",
        "due": _day(one.due_on),
        "asker": str(one.person) if may_answer or one.person_id == actor.person.pk else "",
        "may_answer": may_answer and waiting,
        "give": give,
        "refuse": refuse,
        "findings": check_paper_request(
            PaperRequest(asked_on=one.asked_at.astimezone(meeting.tz).date()),
            today=actor.today,
            meets_on=meeting.local_day,
        )
        if may_answer and waiting
        else [],
        "by_hand": join_french([str(person) for person in by_hand]),
        "requests_href": reverse("council:requests", args=[org, meeting.uid])
        if can_answer_members(actor, meeting)
        else "",
    }
    wrong = bool(give.errors or refuse.errors)
    return render_page(
        request, "council/members/request.html", context, status=422 if wrong else 200
    )


def _offered(request: AuthedRequest, one: PieceRequest) -> Any:
    """The documents of the last days, those of the point first among them."""
    seen = visible_documents(request.actor)
    newest = seen.order_by("-changed_at", "pk").values_list("pk", flat=True)[:MOST_OFFERED]
    return seen.filter(pk__in=list(newest)).order_by("title", "pk")


def _give(request: AuthedRequest, one: PieceRequest, form: GiveForm) -> None:
    document = form.cleaned_data["document"]
    brought = received(form, "file")
    if brought is not None:
        document = asking.file_piece(
            actor=request.actor, request=one, received=brought, now=clock.now()
        )
    asking.give_piece(
        actor=request.actor,
        request=one,
        document=document,
        words=form.cleaned_data["words"],
        now=clock.now(),
    )


def _prepared(request: AuthedRequest, uid: UUID) -> Meeting:
    meeting = meeting_or_404(request.actor, uid)
    require(can_prepare_meeting(request.actor, meeting))
    return meeting


@write_view
def request_note(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Note a piece asked for by telephone, on paper, at the desk."""
    meeting = _prepared(request, uid)
    points = AgendaItem.objects.filter(meeting=meeting).on_the_agenda()
    form = NotePieceForm(request.POST or None, items=points, meeting=meeting)
    back = reverse("council:requests", args=[org, uid])
    if request.method == "POST" and form.is_valid():
        try:
            asking.note_request(
                actor=request.actor, meeting=meeting, now=clock.now(), **form.cleaned_data
            )
        except Refusal as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "La demande est notée.")
            return redirect(back)
    return form_page(
        request, form, title="Noter une demande de pièce", intro=when(meeting), submit="Noter",
        back=back,
    )  # fmt: skip


@write_view
def question_note(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Note an oral question received on paper or by mail."""
    meeting = _prepared(request, uid)
    form = NoteQuestionForm(request.POST or None, meeting=meeting)
    back = reverse("council:requests", args=[org, uid])
    if request.method == "POST" and form.is_valid():
        try:
            questioning.note_question(
                actor=request.actor, meeting=meeting, now=clock.now(), **form.cleaned_data
            )
        except Refusal as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "La question est notée.")
            return redirect(back)
    return form_page(
        request, form, title="Noter une question orale", intro=when(meeting), submit="Noter",
        back=back,
    )  # fmt: skip


def question_or_404(request: AuthedRequest, uid: UUID) -> OralQuestion:
    """A question that the actor may see."""
    rows = visible_questions(request.actor).select_related(
        "meeting__assembly__organisation", "organisation", "item", "person", "settled_by"
    )
    return get_object_or_404(rows, uid=uid)


@write_view
def question(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """One oral question: last on the agenda, at the next meeting, or refused with its reason."""
    actor, now = request.actor, clock.now()
    one = question_or_404(request, uid)
    allowed = can_answer_members(actor, one.meeting)
    form = SettleQuestionForm(request.POST or None) if allowed else None
    if request.method == "POST":
        require(allowed)
        if form is not None and form.is_valid():
            try:
                _settle(request, one, form)
            except Refusal as refused:
                form.add_error(None, str(refused))
            else:
                messages.success(request, "C’est noté, et dit à la personne qui l’a posée.")
                return redirect("council:question", org, uid)
    context = {
        "org": org,
        "one": one,
        "state": one.get_state_display(),
        "tone": QUESTION_TONES[QuestionState(one.state)],
        "when": when(one.meeting),
        "asked": human_datetime(one.asked_at, now, one.meeting.tz),
        "form": form if one.state == QuestionState.RECEIVED else None,
        "findings": questioning.findings_of(one) if allowed else [],
        "requests_href": reverse("council:requests", args=[org, one.meeting.uid])
        if allowed
        else "",
    }
    wrong = form is not None and bool(form.errors)
    return render_page(
        request, "council/members/question.html", context, status=422 if wrong else 200
    )


def _settle(request: AuthedRequest, one: OralQuestion, form: SettleQuestionForm) -> None:
    actor, now, reason = request.actor, clock.now(), form.cleaned_data["reason"]
    answer = form.cleaned_data["answer"]
    if answer == "accept":
        questioning.accept_question(actor=actor, question=one, now=now)
    elif answer == "put_off":
        questioning.put_off_question(actor=actor, question=one, reason=reason, now=now)
    else:
        questioning.refuse_question(actor=actor, question=one, reason=reason, now=now)
