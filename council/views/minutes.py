"""The minutes of a session: written section by section, approved, signed, put online."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from accounts.actor import Actor
from config.lib import clock
from config.lib.access import require
from config.lib.htmx import render_page
from config.lib.http import AuthedRequest, post_view, read_view, write_view
from council.access_acts import can_see_minutes, can_write_minutes
from council.dossier import french
from council.forms_acts import (
    DayForm,
    MinutesSignedForm,
    SettleForm,
    WordsForm,
)
from council.models import Meeting, Minutes, MinutesSection, Redaction
from council.services.acts import redacting_papers
from council.services.minutes import telling, writing
from council.services.refusals import Refusal
from council.views.afterwards import countdown, serve_version
from council.views.fetch import meeting_or_404
from council.views.meetings import when
from council.views.step import ask, received
from documents.services.refusals import Refusal as NotDone


def minutes_of(actor: Actor, meeting: Meeting) -> Minutes | None:
    return (
        Minutes.objects.filter(meeting=meeting)
        .select_related(
            "meeting__assembly",
            "organisation",
            "draft_version",
            "signed_version",
            "published_version",
            "approved_in__assembly",
        )
        .first()
    )


@read_view
def minutes(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """The minutes, section by section, and the next step of their way."""
    actor = request.actor
    meeting = meeting_or_404(actor, uid)
    one = minutes_of(actor, meeting)
    writes = bool(can_write_minutes(actor, meeting))
    if one is None:
        require(can_write_minutes(actor, meeting))
    else:
        require(can_see_minutes(actor, one))
    sections = list(one.sections.all()) if one else []
    due = writing.due_on(one) if one and one.published_on is None else None
    context: dict[str, Any] = {
        "org": org,
        "meeting": meeting,
        "when": when(meeting),
        "minutes": one,
        "writes": writes,
        "open": writes and one is not None and one.settled_on is None,
        "over": meeting.adjourned_at is not None or meeting.quorum_missed_at is not None,
        "sections": [_shown(section, org, uid) for section in sections],
        "lacking": writing.lacking(one) if one and writes and not one.settled_on else [],
        "clock": countdown(due, actor.today) if due else None,
        "settled": french.long_date(one.settled_on) if one and one.settled_on else "",
        "published": french.long_date(one.published_on) if one and one.published_on else "",
        "signed": french.long_date(one.signed_on) if one and one.signed_on else "",
        "current": (one.signed_version or one.draft_version) if one else None,
        "prepared": Redaction.objects.filter(minutes=one).exists() if writes and one else False,
        "approvable": bool(one and writing.possible_approvals(one, actor.today)),
    }
    return render_page(request, "council/after/minutes.html", context)


def _shown(section: MinutesSection, org: str, uid: UUID) -> dict[str, Any]:
    before, _, after = section.facts.partition(telling.DISCUSSION)
    return {
        "id": f"partie-{section.position}",
        "heading": section.heading,
        "before": before,
        "words": section.words,
        "after": after,
        "href": reverse("council:minutes-section", args=[org, uid, section.uid]),
    }


@post_view
def minutes_draft(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Tell the session from its facts, the first time or again."""
    meeting = meeting_or_404(request.actor, uid)
    try:
        writing.draft_minutes(actor=request.actor, meeting=meeting, now=clock.now())
    except Refusal as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "Le projet suit les faits notés en séance.")
    return redirect("council:minutes", org, uid)


@write_view
def minutes_section(request: AuthedRequest, org: str, uid: UUID, section: UUID) -> HttpResponse:
    """Write what was said on one point."""
    meeting = meeting_or_404(request.actor, uid)
    require(can_write_minutes(request.actor, meeting))
    row = get_object_or_404(MinutesSection, uid=section, minutes__meeting=meeting)
    form = WordsForm(request.POST or None, initial={"words": row.words, "revision": row.revision})
    theirs = ""
    if request.method == "POST" and form.is_valid():
        try:
            writing.write_section(
                actor=request.actor,
                section=row,
                words=form.cleaned_data["words"],
                revision=form.cleaned_data["revision"],
                now=clock.now(),
            )
        except writing.ChangedMeanwhile as refused:
            form.add_error(None, str(refused))
            fresh = MinutesSection.objects.get(pk=row.pk)
            theirs = fresh.words
            form.data = form.data.copy()
            form.data["revision"] = str(fresh.revision)
        except Refusal as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "Enregistré.")
            if request.POST.get("next"):
                following = (
                    MinutesSection.objects.filter(minutes=row.minutes_id, position__gt=row.position)
                    .order_by("position")
                    .first()
                )
                if following is not None:
                    return redirect("council:minutes-section", org, uid, following.uid)
            return redirect("council:minutes", org, uid)
    context = {
        "form": form,
        "theirs": theirs,
        "section": _shown(row, org, uid),
        "back": reverse("council:minutes", args=[org, uid]),
        "when": when(meeting),
    }
    status = 422 if form.is_bound and form.errors else 200
    return render_page(request, "council/after/section.html", context, status=status)


@post_view
def minutes_print(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Set the minutes as PDF and file them."""
    return _do(
        request,
        org,
        uid,
        lambda one: writing.print_minutes(actor=request.actor, minutes=one, now=clock.now()),
        "Le procès-verbal est mis en page et rangé.",
    )


def _do(
    request: AuthedRequest, org: str, uid: UUID, do: Callable[[Minutes], Any], done: str
) -> HttpResponse:
    meeting = meeting_or_404(request.actor, uid)
    one = minutes_of(request.actor, meeting)
    if one is None:
        raise Http404
    try:
        do(one)
    except (Refusal, NotDone) as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, done)
    return redirect("council:minutes", org, uid)


@read_view
def minutes_file(request: AuthedRequest, org: str, uid: UUID) -> HttpResponseBase:
    """The minutes as PDF: signed, else the draft."""
    meeting = meeting_or_404(request.actor, uid)
    one = minutes_of(request.actor, meeting)
    if one is None:
        raise Http404
    require(can_see_minutes(request.actor, one))
    return serve_version(
        request,
        one.signed_version or one.draft_version,
        f"Procès-verbal {meeting.local_day.isoformat()}.pdf",
    )


def _written(request: AuthedRequest, uid: UUID) -> Minutes:
    meeting = meeting_or_404(request.actor, uid)
    require(can_write_minutes(request.actor, meeting))
    one = minutes_of(request.actor, meeting)
    if one is None:
        raise Http404
    return one


@write_view
def minutes_settle(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """The next session approved them."""
    one = _written(request, uid)
    meetings = writing.possible_approvals(one, request.actor.today)
    form = SettleForm(request.POST or None, meetings=meetings)
    return ask(
        request,
        form,
        lambda: writing.settle_minutes(
            actor=request.actor,
            minutes=one,
            approved_in=form.cleaned_data["meeting"],
            remarks=form.cleaned_data["remarks"],
            now=clock.now(),
        ),
        back=reverse("council:minutes", args=[org, uid]),
        title="Noter l’approbation du procès-verbal",
        intro="Il ne changera plus ensuite, et paraîtra dans la semaine.",
        submit="Noter l’approbation",
        done="Le procès-verbal est arrêté.",
    )


@write_view
def minutes_sign(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """The mayor and the secretary signed."""
    one = _written(request, uid)
    form = MinutesSignedForm(request.POST or None, request.FILES or None)
    form.initial["signed_on"] = request.actor.today
    return ask(
        request,
        form,
        lambda: writing.sign_minutes(
            actor=request.actor,
            minutes=one,
            signed_on=form.cleaned_data["signed_on"],
            received=received(form, "file"),
            now=clock.now(),
        ),
        back=reverse("council:minutes", args=[org, uid]),
        title="Enregistrer les signatures",
        intro="Le maire et le ou la secrétaire de séance signent le procès-verbal arrêté.",
        submit="Enregistrer",
        done="Les signatures sont notées.",
    )


@write_view
def minutes_publish(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """They are online."""
    one = _written(request, uid)
    form = DayForm(request.POST or None, label="Mis en ligne le", today=request.actor.today)
    return ask(
        request,
        form,
        lambda: writing.publish_minutes(
            actor=request.actor,
            minutes=one,
            on=form.cleaned_data["day"],
            now=clock.now(),
            version=redacting_papers.minutes_text(one),
        ),
        back=reverse("council:minutes", args=[org, uid]),
        title="Noter la mise en ligne",
        intro="Le public lit le texte préparé pour lui : décidez d’abord des noms, des adresses et "
        "des téléphones. Un exemplaire papier reste à sa disposition.",
        submit="Noter la mise en ligne",
        done="La mise en ligne est notée.",
    )
