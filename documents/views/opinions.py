"""Opinions on a document: asking, answering, seeing what is awaited."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from accounts.models import Person, Team
from accounts.notifications import seen
from config.lib import clock
from config.lib.access import require
from config.lib.clock import local_date
from config.lib.htmx import render_page
from config.lib.http import AuthedRequest, post_view, private, trace, write_view
from config.lib.text import MONTHS, day_number, human_datetime
from documents.access import can_comment, can_see_comments, visible_documents, visible_opinions
from documents.enums import Advice, OpinionState
from documents.forms.documents import AdviceForm, OpinionForm
from documents.forms.rights import value_of
from documents.models import Document, OpinionRequest
from documents.services import opinions as services
from documents.services.refusals import Refusal
from documents.views.fetch import document_or_404
from documents.views.frame import document_frame

_TONES = {
    Advice.FAVOURABLE: "success",
    Advice.RESERVED: "warn",
    Advice.UNFAVOURABLE: "danger",
    Advice.NO_OBJECT: "neutral",
}


@write_view
def opinions(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """What was asked about this document and what was answered; a question to ask."""
    here = document_or_404(request.actor, uid)
    allowed = can_comment(request.actor, here)
    if request.method == "POST":
        require(allowed)
    elif request.actor.unread:
        with trace():
            seen(request.actor, [here.uid], now=clock.now())
    candidates = services.candidates(request.actor, here) if allowed else []
    known: dict[str, Person | Team] = {value_of(c.who): c.who for c in candidates if not c.reason}
    form = OpinionForm(request.POST or None)
    form.fields["who"].choices = [  # type: ignore[attr-defined]
        ("", "Choisir…"),
        ("Équipes", [(v, w.label) for v, w in known.items() if isinstance(w, Team)]),
        ("Personnes", [(v, w.full_name) for v, w in known.items() if isinstance(w, Person)]),
    ]
    if request.method == "POST" and form.is_valid():
        try:
            asked = services.ask_opinion(
                actor=request.actor,
                document=here,
                who=known[form.cleaned_data["who"]],
                question=form.cleaned_data["question"],
                due=form.cleaned_data["due"],
                now=clock.now(),
            )
        except Refusal as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(
                request, f"L’avis de {asked.asked} est demandé pour le {_day(asked.due)}."
            )
            return redirect("documents:opinions", org, uid)
    rows = [
        _shown(request, row)
        for row in visible_opinions(request.actor, here)
        .select_related("asked_by", "person", "team", "version", "answered_version", "closed_by")
        .order_by("-id")
    ]
    for row in rows:
        row["request"].document = here
    sees = can_see_comments(request.actor, here)
    context = {
        **document_frame(request, here),
        "waiting": [_with_doors(request, row) for row in rows if row["waiting"]],
        "closed": [row for row in rows if not row["waiting"]],
        "form": form,
        "allowed": bool(allowed),
        "why_not": allowed.reason,
        "hidden": "" if sees else sees.reason,
        "cannot": [{"name": c.name, "reason": c.reason} for c in candidates if c.reason],
    }
    page = render_page(
        request, "documents/opinions.html", context, status=422 if form.errors else 200
    )
    return private(page)


def _day(day: Any) -> str:
    return f"{day_number(day.day)} {MONTHS[day.month - 1]} {day.year}"


def _shown(request: AuthedRequest, row: OpinionRequest) -> dict[str, Any]:
    """One question, as the page says it."""
    now, zone = clock.now(), request.actor.organisation.timezone
    late = row.state == OpinionState.ASKED and row.due < local_date(now, zone)
    closed = human_datetime(row.closed_at, now, zone) if row.closed_at else ""
    outcome = {
        OpinionState.ASKED: "",
        OpinionState.GIVEN: f"Donné par {row.closed_by}, {closed}"
        + (f", sur la version {row.answered_version.number}" if row.answered_version else ""),
        OpinionState.DECLINED: f"Décliné par {row.closed_by}, {closed}",
        OpinionState.CANCELLED: f"Annulé par {row.closed_by}, {closed}",
        OpinionState.OUT_OF_REACH: f"Clos {closed} : plus personne de sollicité n’avait accès au "
        "document",
    }[OpinionState(row.state)]
    advice = Advice(row.advice) if row.advice else None
    return {
        "request": row,
        "waiting": row.state == OpinionState.ASKED,
        "title": f"Avis de {row.asked}",
        "meta": f"demandé par {row.asked_by}, {human_datetime(row.created_at, now, zone)}, "
        f"sur la version {row.version.number}",
        "question": row.question,
        "due": f"pour le {_day(row.due)}",
        "late": late,
        "advice": advice.label if advice else "",
        "tone": _TONES[advice] if advice else "neutral",
        "answer": row.answer,
        "outcome": outcome,
    }


def _with_doors(request: AuthedRequest, row: dict[str, Any]) -> dict[str, Any]:
    asked: OpinionRequest = row["request"]
    where = [request.actor.organisation.slug, asked.uid]
    answers = services.can_answer(request.actor, asked)
    cancels = services.can_cancel(request.actor, asked)
    return {
        **row,
        "give": reverse("documents:opinion-answer", args=where) if answers else "",
        "cancel": reverse("documents:opinion-cancel", args=where) if cancels else "",
    }


def _opinion_or_404(request: AuthedRequest, uid: UUID) -> OpinionRequest:
    """A question that the actor may know of, on a document that they read."""
    found = get_object_or_404(
        OpinionRequest.objects.filter(
            organisation=request.actor.organisation,
            document__in=visible_documents(request.actor),
        ).select_related("document__folder", "version", "asked_by", "person", "team"),
        uid=uid,
    )
    return get_object_or_404(
        visible_opinions(request.actor, found.document).select_related(
            "document__folder", "version", "answered_version", "asked_by", "person", "team",
            "closed_by",
        ),
        pk=found.pk,
    )  # fmt: skip


def _back(request: AuthedRequest, document: Document) -> str:
    return reverse("documents:opinions", args=[request.actor.organisation.slug, document.uid])


@write_view
def answer(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """The question large, and the answer to give."""
    asked = _opinion_or_404(request, uid)
    require(services.can_answer(request.actor, asked))
    back = _back(request, asked.document)
    if asked.state != OpinionState.ASKED:
        messages.info(request, "Cet avis n’est plus attendu : il a été donné, décliné ou annulé.")
        return redirect(back)
    form = AdviceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.give_opinion(
                actor=request.actor,
                request=asked,
                advice=Advice(form.cleaned_data["advice"]),
                text=form.cleaned_data["text"],
                now=clock.now(),
            )
        except services.NoAnswer as refused:
            form.add_error("text", str(refused))
        except Refusal as refused:
            messages.error(request, str(refused))
            return redirect(back)
        else:
            messages.success(request, f"Votre avis est transmis à {asked.asked_by}.")
            return redirect(back)
    context = {
        "document": asked.document,
        "asked": _shown(request, asked),
        "form": form,
        "read": reverse("documents:document", args=[org, asked.document.uid]),
        "decline": reverse("documents:opinion-decline", args=[org, asked.uid]),
        "back": back,
    }
    page = render_page(
        request, "documents/opinion_answer.html", context, status=422 if form.errors else 200
    )
    return private(page)


@post_view
def decline(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Say that one will not answer."""
    asked = _opinion_or_404(request, uid)
    try:
        services.decline_opinion(
            actor=request.actor,
            request=asked,
            text=request.POST.get("text", "")[:1000],
            now=clock.now(),
        )
        messages.success(request, f"{asked.asked_by} saura que vous ne donnerez pas d’avis.")
    except Refusal as refused:
        messages.error(request, str(refused))
    return redirect(_back(request, asked.document))


@post_view
def cancel(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """No longer wait for it."""
    asked = _opinion_or_404(request, uid)
    try:
        services.cancel_opinion(actor=request.actor, request=asked, now=clock.now())
        messages.success(request, f"L’avis de {asked.asked} n’est plus attendu.")
    except Refusal as refused:
        messages.error(request, str(refused))
    return redirect(_back(request, asked.document))
