"""The member's rights, from their dossier: ask for a piece, ask an oral question, read answers."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404

from config.lib.access import require
from config.lib.downloads import serve
from config.lib.htmx import render_page
from config.lib.http import read_view, write_view
from config.lib.storage import blobs
from config.lib.text import hour, human_datetime, human_size, long_date
from council.access_member_rights import can_open_given, given_pieces
from council.enums import QuestionState, RequestState
from council.forms_members import AskPieceForm, AskQuestionForm
from council.models import AgendaItem, OralQuestion, PieceRequest
from council.services import asking, questioning
from council.services.refusals import Refusal
from council.views.portal import frame
from council.views.portal_reading import answered_for
from council.views.portal_session import Visit, portal_page


def _day(day: date) -> str:
    return long_date(datetime.combine(day, time()))


def _today(visit: Visit) -> date:
    return visit.now.astimezone(visit.meeting.tz).date()


def _answered(visit: Visit, one: PieceRequest) -> dict[str, Any]:
    at = one.answered_at or one.asked_at
    return {
        "what": one.what,
        "given": one.state == RequestState.GIVEN,
        "when": human_datetime(at, visit.now, visit.meeting.tz),
        "answer": one.answer,
        "piece": one.label,
        "size": human_size(one.version.size) if one.version else "",
        "url": visit.url("given-piece", one.uid) if one.version else "",
        "mine": one.person_id == visit.person.pk,
    }


def _question(one: OralQuestion) -> dict[str, Any]:
    words = QuestionState(one.state).label
    if one.state == QuestionState.ACCEPTED and one.item and one.item.number:
        words = f"À l’ordre du jour, point {one.item.number}"
    tones = {
        QuestionState.ACCEPTED: "success",
        QuestionState.REFUSED: "danger",
        QuestionState.PUT_OFF: "warn",
    }
    return {
        "subject": one.subject,
        "state": words,
        "tone": tones.get(QuestionState(one.state), "neutral"),
        "reason": one.reason,
    }


@portal_page
@read_view
def rights(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """What was communicated to everybody, what I asked for, and by when I am answered."""
    mine = PieceRequest.objects.waiting().filter(meeting=visit.own.meeting_id, person=visit.person)
    questions = OralQuestion.objects.filter(meeting=visit.own.meeting_id, person=visit.person)
    limit = questioning.deadline_of(visit.meeting)
    context = frame(visit) | {
        "title": visit.meeting.assembly.name,
        "given": [_answered(visit, one) for one in answered_for(visit).select_related("version")],
        "waiting": [
            {
                "what": one.what,
                "asked": human_datetime(one.asked_at, visit.now, visit.meeting.tz),
                "due": _day(one.due_on),
                "late": one.due_on < _today(visit),
            }
            for one in mine.oldest_first()
        ],
        "questions": [
            _question(one) for one in questions.select_related("item").order_by("asked_at", "pk")
        ],
        "piece_closed": asking.why_closed(visit.meeting),
        "question_closed": questioning.why_closed(visit.meeting, now=visit.now),
        "question_limit": f"{long_date(limit)}, {hour(limit)}",
        "limit_passed": visit.now > limit,
        "urls": {"piece": visit.url("ask-piece"), "question": visit.url("ask-question")},
    }
    return render_page(request, "council/portal/rights.html", context)


def _points(visit: Visit) -> Any:
    return AgendaItem.objects.filter(meeting=visit.own.meeting_id).on_the_agenda()


@portal_page
@write_view
def ask_piece(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """« Demander une pièce »: one field, one button; the day of the answer is said."""
    closed = asking.why_closed(visit.meeting)
    if closed:
        messages.error(request, closed)
        return HttpResponseRedirect(visit.url("rights"), status=303)
    form = AskPieceForm(request.POST or None, items=_points(visit))
    if request.method == "POST" and form.is_valid():
        try:
            made = asking.ask_piece(
                convocation=visit.latest,
                what=form.cleaned_data["what"],
                item=form.cleaned_data["item"],
                source=visit.source,
                now=visit.now,
            )
        except Refusal as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(
                request, f"Votre demande est partie. Réponse au plus tard le {_day(made.due_on)}."
            )
            return HttpResponseRedirect(visit.url("rights"), status=303)
    return _form(request, visit, form, "Demander une pièce", "Envoyer ma demande", _PIECE_INTRO)


_PIECE_INTRO = (
    "La mairie vous répond à une date. Ce qu’elle communique, tous les membres de l’assemblée le "
    "reçoivent au même moment ; si elle refuse, elle dit pourquoi."
)


@portal_page
@write_view
def ask_question(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """An oral question, handed in before the hour that the rules of the body fix."""
    closed = questioning.why_closed(visit.meeting, now=visit.now)
    if closed:
        messages.error(request, closed)
        return HttpResponseRedirect(visit.url("rights"), status=303)
    limit = questioning.deadline_of(visit.meeting)
    form = AskQuestionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            questioning.ask_question(
                convocation=visit.latest,
                subject=form.cleaned_data["subject"],
                text=form.cleaned_data["text"],
                source=visit.source,
                now=visit.now,
            )
        except Refusal as refused:
            form.add_error(None, str(refused))
        else:
            words = "Votre question est remise."
            if visit.now > limit:
                words += " Elle arrive après l’heure limite : elle peut attendre la suivante."
            messages.success(request, words)
            return HttpResponseRedirect(visit.url("rights"), status=303)
    intro = f"À remettre avant le {long_date(limit)}, {hour(limit)}."
    if visit.now > limit:
        intro += " Cette heure est passée : votre question peut être renvoyée à la séance suivante."
    return _form(request, visit, form, "Poser une question orale", "Remettre ma question", intro)


def _form(
    request: HttpRequest, visit: Visit, form: Any, title: str, submit: str, intro: str
) -> HttpResponseBase:
    context = frame(visit) | {
        "form": form,
        "title": title,
        "submit": submit,
        "intro": intro,
        "back": visit.url("rights"),
    }
    status = 422 if form.is_bound and form.errors else 200
    return render_page(request, "council/portal/ask.html", context, status=status)


@portal_page
@read_view
def given_piece(request: HttpRequest, visit: Visit, given: UUID) -> HttpResponseBase:
    """The bytes of a piece communicated to the assembly, as they were that day."""
    one = get_object_or_404(
        given_pieces(visit.person, visit.meeting, today=_today(visit)).select_related("version"),
        uid=given,
    )
    require(can_open_given(visit.person, one, today=_today(visit)))
    if one.version is None:
        raise Http404
    pdf = one.version.media_type == "application/pdf"
    return serve(
        request,
        blobs().path(one.version.storage_key),
        media_type=one.version.media_type,
        name=one.version.original_name,
        inline=pdf,
        etag=one.version.sha256,
    )
