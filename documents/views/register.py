"""The register of the post: its lines, one line, a new one, the table to keep."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from accounts.actor import Actor
from config.lib import clock
from config.lib.access import require
from config.lib.clock import local_date
from config.lib.downloads import content_disposition
from config.lib.htmx import render_page
from config.lib.http import AuthedRequest, post_view, private, read_view, write_view
from config.lib.text import MONTHS, day_number
from documents.access import can_edit, visible_documents
from documents.access.arrivals import (
    can_change_entry,
    can_keep_register,
    visible_entries,
)
from documents.enums import MailDirection
from documents.forms.register import EntryForm
from documents.models import Document, MailEntry
from documents.services import registering
from documents.services.refusals import Refusal
from documents.views.fetch import document_or_404
from documents.views.listing import Page

PER_PAGE = 50
MOST_EXPORTED = 20_000
RESERVED = "Réservé"


def day_words(day: date | None) -> str:
    """12 mars 2026; nothing without a date."""
    return f"{day_number(day.day)} {MONTHS[day.month - 1]} {day.year}" if day else ""


def _filtered(request: AuthedRequest, entries: QuerySet[MailEntry]) -> QuerySet[MailEntry]:
    """The lines that the address asks for: year, direction, what is awaited, what is late."""
    today = request.actor.today
    year, direction = request.GET.get("annee", ""), request.GET.get("sens", "")
    state = request.GET.get("etat", "")
    if year.isdigit() and len(year) == 4:
        entries = entries.filter(year=int(year))
    if direction in MailDirection.values:
        entries = entries.filter(direction=direction)
    if state == "attente":
        entries = entries.filter(done_at=None, reply_due__isnull=False)
    elif state == "retard":
        entries = entries.filter(done_at=None, reply_due__lt=today)
    elif state == "moi":
        mine = entries.filter(person=request.actor.person, done_at=None)
        entries = mine | entries.filter(team__in=request.actor.team_ids, done_at=None)
    return entries


_FILTERS = (
    ("etat", "attente", "En attente de réponse"),
    ("etat", "retard", "En retard"),
    ("etat", "moi", "Pour moi"),
    ("sens", "in", "Arrivés"),
    ("sens", "out", "Au départ"),
)


@read_view
def register(request: AuthedRequest, org: str) -> HttpResponse:
    """The lines, the latest number first."""
    actor = request.actor
    keeps = can_keep_register(actor)
    mine = visible_entries(actor)
    number = _page_number(request)
    start = (number - 1) * PER_PAGE
    found = list(
        _filtered(request, mine)
        .select_related("person", "team")
        .order_by("-year", "-created_at", "-id")[start : start + PER_PAGE + 1]
    )
    if not found and not keeps and not mine.exists():
        require(keeps)
    years = sorted(set(mine.order_by().values_list("year", flat=True).distinct()), reverse=True)
    choices = [*_FILTERS, *(("annee", str(year), str(year)) for year in years[:6])]
    context = {
        "rows": [_row(actor, entry) for entry in found[:PER_PAGE]],
        "page": Page(number, len(found) > PER_PAGE),
        "filters": [_filter(request, *choice) for choice in choices],
        "filtered": any(request.GET.get(name) for name in ("etat", "sens", "annee")),
        "export": f"{reverse('documents:register-export', args=[org])}?{request.GET.urlencode()}",
        "keeps": bool(keeps),
    }
    return private(render_page(request, "documents/register/list.html", context))


def _page_number(request: AuthedRequest) -> int:
    raw = request.GET.get("page", "1")
    return min(max(int(raw), 1), 10_000) if raw.isdigit() else 1


def _filter(request: AuthedRequest, name: str, value: str, label: str) -> dict[str, Any]:
    """One filter as a link: it adds itself to the address, or takes itself away."""
    query = request.GET.copy()
    query.pop("page", None)
    current = query.get(name) == value
    if current:
        query.pop(name)
    else:
        query[name] = value
    return {"label": label, "href": f"?{query.urlencode()}", "current": current}


def _state(entry: MailEntry, today: date) -> tuple[str, str]:
    if entry.done_at is not None:
        return "Traité", "success"
    if entry.reply_due is None:
        return "", "neutral"
    if entry.reply_due < today:
        return "En retard", "danger"
    return f"Réponse avant le {day_words(entry.reply_due)}", "warn"


def _row(actor: Actor, entry: Any) -> dict[str, Any]:
    state, tone = _state(entry, actor.today)
    whole = entry.whole
    arrow = "De" if entry.direction == MailDirection.INCOMING else "À"
    meta = [day_words(entry.day)]
    if whole:
        meta.insert(0, f"{arrow} {entry.correspondent}")
        in_charge = entry.person or entry.team
        meta += [f"pour {in_charge}"] if in_charge else []
    return {
        "title": f"{entry.reference} · {entry.subject if whole else RESERVED}",
        "href": reverse("documents:register-entry", args=[actor.organisation.slug, entry.uid])
        if whole
        else "",
        "icon": "inbox" if entry.direction == MailDirection.INCOMING else "send",
        "meta": " · ".join(meta),
        "state": state,
        "tone": tone,
    }


@read_view
def export(request: AuthedRequest, org: str) -> HttpResponse:
    """The same lines as a table (CSV, semicolons, UTF-8 with its mark: opens in Excel)."""
    actor = request.actor
    require(can_keep_register(actor))
    entries = _filtered(request, visible_entries(actor)).select_related(
        "person", "team", "answers", "done_by"
    )
    out = io.StringIO()
    table = csv.writer(out, delimiter=";", lineterminator="\r\n")
    table.writerow(
        ["Numéro", "Sens", "Date", "Expéditeur ou destinataire", "Objet", "Pour",
         "Réponse attendue avant le", "Répond à", "Traité le", "Traité par"]
    )  # fmt: skip
    zone = actor.organisation.timezone
    for entry in entries.order_by("year", "direction", "number")[:MOST_EXPORTED]:
        line: Any = entry
        known = line.whole
        table.writerow(
            _harmless(value)
            for value in (
                line.reference,
                line.get_direction_display(),
                line.day.isoformat(),
                line.correspondent if known else RESERVED,
                line.subject if known else RESERVED,
                str(line.person or line.team or "") if known else "",
                line.reply_due.isoformat() if line.reply_due else "",
                line.answers.reference if line.answers else "",
                local_date(line.done_at, zone).isoformat() if line.done_at else "",
                str(line.done_by or ""),
            )
        )
    response = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = content_disposition("Registre du courrier.csv")
    return private(response)


def _harmless(value: str) -> str:
    """A spreadsheet runs what begins with these signs: a sender must not be able to."""
    return f"'{value}" if value[:1] in ("=", "+", "-", "@", "\t", "\r") else value


def entry_or_404(actor: Actor, uid: UUID) -> MailEntry:
    """A line that the actor may see whole."""
    return get_object_or_404(
        visible_entries(actor)
        .filter(whole=True)
        .select_related("person", "team", "document__folder", "answers", "done_by", "created_by"),
        uid=uid,
    )


@write_view
def entry(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """One line: who is in charge, by when, what answered it."""
    actor, here = request.actor, entry_or_404(request.actor, uid)
    may_change = can_change_entry(actor, here)
    form = EntryForm(
        request.POST or None,
        actor=actor,
        fixed=True,
        initial={
            "day": here.day,
            "correspondent": here.correspondent,
            "subject": here.subject,
            "person": here.person.uid if here.person else None,
            "team": here.team.uid if here.team else None,
            "reply_due": here.reply_due,
        },
    )
    if request.method == "POST":
        require(may_change)
        if form.is_valid():
            try:
                registering.change_entry(actor=actor, entry=here, line=form.line(), now=clock.now())
            except Refusal as refused:
                form.add_error(None, str(refused))
            else:
                messages.success(request, f"Le courrier {here.reference} est à jour.")
                return redirect("documents:register-entry", org, uid)
    state, tone = _state(here, actor.today)
    document = here.document
    readable = document is not None and visible_documents(actor).filter(pk=document.pk).exists()
    answers = visible_entries(actor).filter(answers=here, whole=True).order_by("pk")
    context = {
        "entry": here,
        "day": day_words(here.day),
        "due": day_words(here.reply_due),
        "state": state,
        "tone": tone,
        "form": form,
        "may_change": bool(may_change),
        "why_not": may_change.reason,
        "document": document if readable else None,
        "answered_by": [
            {"reference": one.reference, "uid": str(one.uid), "subject": one.subject}
            for one in answers
        ],
        "incoming": here.direction == MailDirection.INCOMING,
        "done": f"Traité le {day_words(local_date(here.done_at, actor.organisation.timezone))}"
        + (f", par {here.done_by}" if here.done_by else "")
        if here.done_at
        else "",
    }
    status = 422 if form.errors else 200
    return private(render_page(request, "documents/register/entry.html", context, status=status))


@write_view
def add(request: AuthedRequest, org: str) -> HttpResponse:
    """A new line, about a document (`?document=`) or a paper; an answer (`?repond=`)."""
    actor, now = request.actor, clock.now()
    document = _asked_document(request)
    require(can_keep_register(actor) if document is None else can_edit(actor, document))
    waiting = visible_entries(actor).filter(
        whole=True, direction=MailDirection.INCOMING, done_at=None
    )
    answered = _asked(request, "repond")
    to_answer = waiting.filter(uid=answered).first() if answered else None
    form = EntryForm(
        request.POST or None,
        actor=actor,
        waiting=waiting.order_by("-year", "-number"),
        initial={
            "direction": MailDirection.OUTGOING
            if document is not None or to_answer is not None
            else MailDirection.INCOMING,
            "day": actor.today,
            "subject": document.title if document else "",
            "correspondent": to_answer.correspondent if to_answer else "",
            "answers": to_answer.uid if to_answer else None,
        },
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = registering.register(
                actor=actor,
                direction=MailDirection(form.cleaned_data["direction"]),
                line=form.line(),
                document=document,
                answers=form.cleaned_data["answers"],
                now=now,
            )
        except Refusal as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"Inscrit sous le numéro {made.reference}.")
            return redirect("documents:register-entry", org, made.uid)
    context = {"form": form, "document": document}
    return render_page(
        request, "documents/register/add.html", context, status=422 if form.errors else 200
    )


def _asked(request: AuthedRequest, name: str) -> UUID | None:
    word = request.GET.get(name, "")
    if not word:
        return None
    try:
        return UUID(word)
    except ValueError:
        raise Http404 from None


def _asked_document(request: AuthedRequest) -> Document | None:
    uid = _asked(request, "document")
    return document_or_404(request.actor, uid) if uid else None


@post_view
def done(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Nothing more is expected of it; or, with `rouvrir`, something is."""
    here = entry_or_404(request.actor, uid)
    act = registering.reopen_entry if request.POST.get("rouvrir") else registering.close_entry
    act(actor=request.actor, entry=here, now=clock.now())
    return redirect("documents:register-entry", org, uid)
