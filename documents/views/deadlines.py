"""Deadlines: those of one document, and all that one may know of in the organisation."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from accounts.actor import Actor
from accounts.notifications import seen
from config.lib import clock
from config.lib.access import require
from config.lib.clock import local_date
from config.lib.htmx import render_page
from config.lib.http import AuthedRequest, post_view, private, read_view, trace, write_view
from documents.access import abilities, breadcrumb, can_edit
from documents.access.deadlines import can_change_deadline, visible_deadlines
from documents.deadline_forms import DeadlineForm, values_of
from documents.enums import DeadlineKind, Role
from documents.models import Deadline, Document
from documents.rules.deadlines import countdown, day_in_words
from documents.services import deadlines as acts
from documents.services.refusals import Refusal
from documents.views.browse import crumbs_for_page
from documents.views.fetch import document_or_404
from documents.views.listing import Page

PER_PAGE = 50
_MOST_DONE = 30
_ICONS = {
    DeadlineKind.CONTRACT: "file-text",
    DeadlineKind.INSURANCE: "shield",
    DeadlineKind.SAFETY: "shield-check",
    DeadlineKind.SUBSIDY: "landmark",
    DeadlineKind.OTHER: "calendar",
}
_WINDOWS = {"30": timedelta(days=30), "90": timedelta(days=91)}
_FILTERS = (
    (
        "Montrer",
        (
            ("etat", "retard", "En retard"),
            ("etat", "30", "Dans les 30 jours"),
            ("etat", "90", "Dans les 3 mois"),
            ("pour", "moi", "Pour moi"),
            ("etat", "faites", "Faites"),
        ),
    ),
    ("Genre", tuple(("genre", kind.value, kind.label.capitalize()) for kind in DeadlineKind)),
)


def _filtered(request: AuthedRequest) -> QuerySet[Deadline]:
    """What the address asks for, in the order in which it is to be dealt with: late first."""
    actor = request.actor
    found: Any = visible_deadlines(actor)
    state, kind = request.GET.get("etat", ""), request.GET.get("genre", "")
    if kind in DeadlineKind.values:
        found = found.filter(kind=kind)
    if request.GET.get("pour") == "moi":
        found = found.looked_after_by(actor.person.pk)
    if state == "faites":
        return found.filter(done_at__isnull=False).order_by("-done_at", "-pk")  # type: ignore[no-any-return]
    found = found.waiting()
    if state == "retard":
        found = found.late(actor.today)
    elif state in _WINDOWS:
        found = found.filter(due__lte=actor.today + _WINDOWS[state])
    return found.order_by("due", "pk")  # type: ignore[no-any-return]


@read_view
def deadlines(request: AuthedRequest, org: str) -> HttpResponse:
    """`c/<org>/echeances/`: those of the documents that I may read."""
    raw = request.GET.get("page", "1")
    number = min(max(int(raw), 1), 10_000) if raw.isdigit() else 1
    start = (number - 1) * PER_PAGE
    found = list(
        _filtered(request).select_related("document__owner", "owner")[start : start + PER_PAGE + 1]
    )
    context = {
        "rows": [_row(request.actor, one) for one in found[:PER_PAGE]],
        "page": Page(number, len(found) > PER_PAGE),
        "filters": [
            {"title": title, "choices": [_filter(request, *choice) for choice in choices]}
            for title, choices in _FILTERS
        ],
        "filtered": any(request.GET.get(name) for name in ("etat", "pour", "genre")),
    }
    return private(render_page(request, "documents/deadlines/list.html", context))


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


def _state(actor: Actor, one: Deadline) -> tuple[str, str]:
    if one.done_at is not None:
        return "Faite", "success"
    words = countdown(one.due, actor.today).capitalize()
    if one.due < actor.today:
        return words, "danger"
    return words, "warn" if one.remind_on <= actor.today else "neutral"


def _row(actor: Actor, one: Deadline) -> dict[str, Any]:
    state, tone = _state(actor, one)
    in_charge = one.owner or one.document.owner
    meta = [day_in_words(one.due), one.document.title]
    if in_charge:
        meta.append(f"suivie par {in_charge}")
    return {
        "title": one.label,
        "href": reverse(
            "documents:document-deadlines", args=[actor.organisation.slug, one.document.uid]
        ),
        "icon": _ICONS[DeadlineKind(one.kind)],
        "meta": " · ".join(meta),
        "state": state,
        "tone": tone,
    }


@write_view
def of_document(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """The deadlines of one document; one more, for those who may edit it."""
    actor, here = request.actor, document_or_404(request.actor, uid)
    allowed = can_edit(actor, here)
    form = (
        DeadlineForm(request.POST or None, people=acts.may_follow(actor, here)) if allowed else None
    )
    if request.method == "POST":
        require(allowed)
        if form is not None and form.is_valid():
            try:
                made = acts.set_deadline(
                    actor=actor, document=here, terms=form.terms(), now=clock.now()
                )
            except Refusal as refused:
                form.add_error(None, str(refused))
            else:
                messages.success(
                    request, f"Échéance notée : {made.label}, le {day_in_words(made.due)}."
                )
                return redirect("documents:document-deadlines", org, uid)
    mine = list(
        visible_deadlines(actor)
        .filter(document=here, done_at=None)
        .select_related("owner")
        .order_by("due", "pk")
    )
    if actor.unread and mine:
        with trace():
            seen(actor, [one.uid for one in mine], now=clock.now())
    done = (
        visible_deadlines(actor)
        .filter(document=here, done_at__isnull=False)
        .select_related("done_by")
        .order_by("-done_at", "-pk")[:_MOST_DONE]
    )
    context = {
        "document": here,
        "waiting": [_sheet(actor, here, one) for one in mine],
        "done": [_done_line(actor, here, one) for one in done],
        "form": form,
        "may": abilities(Role(here.role)),
        "why_not": allowed.reason,
        "crumbs": crumbs_for_page(actor, breadcrumb(actor, here.folder), here=here.title),
    }
    status = 422 if form is not None and form.errors else 200
    return private(
        render_page(request, "documents/deadlines/document.html", context, status=status)
    )


def _sheet(actor: Actor, document: Document, one: Deadline) -> dict[str, Any]:
    state, tone = _state(actor, one)
    left = one.remind_days
    return {
        "uid": one.uid,
        "label": one.label,
        "kind": one.get_kind_display().capitalize(),
        "day": day_in_words(one.due),
        "state": state,
        "tone": tone,
        "owner": str(one.owner) if one.owner else "La personne responsable du document",
        "reminder": f"Le {day_in_words(one.remind_on)}" if left else "Le jour même",
        "note": one.note,
        "may_settle": document.role >= Role.EDITOR or one.owner_id == actor.person.pk,
    }


def _done_line(actor: Actor, document: Document, one: Deadline) -> dict[str, Any]:
    assert one.done_at is not None  # noqa: S101 - filtered
    day = day_in_words(local_date(one.done_at, actor.organisation.timezone))
    return {
        "uid": one.uid,
        "label": f"{one.label}, le {day_in_words(one.due)}",
        "meta": f"Faite le {day}, par {one.done_by}",
        "may_settle": document.role >= Role.EDITOR or one.owner_id == actor.person.pk,
    }


def near_lines(actor: Actor, document: Any) -> list[dict[str, Any]]:
    """What the document's own page says of what `document_or_404(dated=True)` found."""
    lines = []
    for one in document.near:
        due = date.fromisoformat(one["due"])
        lines.append(
            {
                "words": f"{one['label']}, le {day_in_words(due)}",
                "when": countdown(due, actor.today),
                "late": due < actor.today,
            }
        )
    return lines


def _deadline_or_404(actor: Actor, uid: UUID) -> Deadline:
    return get_object_or_404(
        visible_deadlines(actor).select_related("document__folder", "owner"), uid=uid
    )


@write_view
def deadline(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Write a deadline anew, or take it away."""
    actor, one = request.actor, _deadline_or_404(request.actor, uid)
    require(can_change_deadline(actor, one))
    form = DeadlineForm(
        request.POST or None,
        people=acts.may_follow(actor, one.document),
        initial=values_of(one),
    )
    back = reverse("documents:document-deadlines", args=[org, one.document.uid])
    if request.method == "POST" and form.is_valid():
        try:
            acts.change_deadline(actor=actor, deadline=one, terms=form.terms(), now=clock.now())
        except Refusal as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "L’échéance est à jour.")
            return redirect(back)
    context = {"form": form, "deadline": one, "document": one.document, "back": back}
    return private(
        render_page(
            request, "documents/deadlines/change.html", context, status=422 if form.errors else 200
        )
    )


def _do(
    request: AuthedRequest, org: str, uid: UUID, act: Callable[..., Any], words: str
) -> HttpResponse:
    one = _deadline_or_404(request.actor, uid)
    document_uid = one.document.uid
    try:
        made = act(actor=request.actor, deadline=one, now=clock.now())
    except Refusal as refused:
        messages.error(request, str(refused))
    else:
        day = day_in_words((made or one).due)
        messages.success(request, words.format(label=one.label, day=day))
    return redirect("documents:document-deadlines", org, document_uid)


@post_view
def done(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """It is dealt with; or, with `rouvrir`, it is not."""
    if request.POST.get("rouvrir"):
        return _do(
            request, org, uid, acts.reopen_deadline, "« {label} » est de nouveau en attente."
        )
    return _do(request, org, uid, acts.close_deadline, "« {label} » est notée comme faite.")


@post_view
def renew(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """The same, a year later."""
    return _do(request, org, uid, acts.renew_deadline, "« {label} » est reconduite au {day}.")


@post_view
def remove(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """It was noted by mistake."""
    return _do(request, org, uid, acts.remove_deadline, "L’échéance « {label} » est retirée.")
