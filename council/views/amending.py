"""A meeting already convened changes: what is prepared, what the mayor is shown, what leaves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from config.lib import clock
from config.lib.access import require
from config.lib.htmx import render_page
from config.lib.http import AuthedRequest, read_view, write_view
from config.lib.text import human_datetime, plural
from council.access import can_agree, can_prepare_meeting
from council.enums import Channel, ItemState
from council.forms import AmendSettingForm
from council.models import AgendaItem, AgendaItemDocument, Amendment, Meeting
from council.services import addressing, agenda, convening
from council.services.amending import comparing, preparing, sending
from council.services.refusals import Refusal
from council.views.fetch import meeting_or_404
from council.views.meetings import when
from council.views.pages import answered, form_page
from council.views.settling import serve_piece


def _here(org: str, uid: UUID) -> str:
    return reverse("council:meeting-amend", args=[org, uid])


def _prepared(request: AuthedRequest, uid: UUID) -> Meeting:
    meeting = meeting_or_404(request.actor, uid)
    require(can_prepare_meeting(request.actor, meeting))
    return meeting


def _amendment_or_404(meeting: Meeting) -> Amendment:
    amendment = comparing.in_preparation(meeting)
    if amendment is None:
        raise Http404
    amendment.meeting = meeting
    return amendment


@write_view
def meeting_amend(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """What changes after the convocation left: prepared here, sent from the next page."""
    meeting = _prepared(request, uid)
    if request.method == "POST":
        return _act(request, org, meeting)
    now = clock.now()
    context: dict[str, Any] = {
        "meeting": meeting,
        "org": org,
        "when": when(meeting),
        "back": reverse("council:meeting-detail", args=[org, uid]),
        "amendment": None,
        "why_not": "",
    }
    try:
        preparing.check_changeable(meeting, now)
    except preparing.NotConvened as refused:
        context["why_not"] = str(refused)
        return render_page(request, "council/amend.html", context)
    amendment = comparing.in_preparation(meeting)
    if amendment is not None:
        amendment.meeting = meeting
        context |= _prepared_change(request, amendment, org)
    return render_page(request, "council/amend.html", context)


def _prepared_change(request: AuthedRequest, amendment: Amendment, org: str) -> dict[str, Any]:
    now, meeting = clock.now(), amendment.meeting
    told = comparing.compare(amendment, now=now)
    asked = sending.question(amendment)
    waiting = list(
        AgendaItem.objects.filter(amendment=amendment, state=ItemState.READY)
        .select_related("amends")
        .order_by("position", "pk")
    )
    anew = {one.amends_id: one for one in waiting if one.amends_id}
    zone = meeting.timezone
    return {
        "amendment": amendment,
        "told": told,
        "lines": told.lines,
        "ready": bool(told.lines) and not told.verdict.blocked and not told.gone,
        "agreed": sending.agreement_stands(amendment, told.digest),
        "asked": asked,
        "asked_when": human_datetime(asked.asked_at, now, zone) if asked else "",
        "outdated": asked is not None and asked.agenda_digest != told.digest,
        "points": [
            {
                "uid": item.uid,
                "name": str(item),
                "wording": anew.get(item.pk),
                "newer": [] if item.pk in anew else _newer(item),
            }
            for item in agenda.listed(meeting).prefetch_related(
                "pieces__document__current_version", "pieces__pinned_version"
            )
        ],
        "fresh": [one for one in waiting if one.amends_id is None],
        "pool": list(AgendaItem.objects.filter(assembly=meeting.assembly_id).pool()[:50]),
        "new_hour": when_of(amendment),
    }


def _newer(item: AgendaItem) -> list[str]:
    """Documents of this point that have a version later than the one sent."""
    return [
        f"{piece.document.title} (version {piece.document.current_version.number})"
        for piece in item.pieces.all()
        if piece.document.current_version is not None
        and piece.document.current_version_id != piece.pinned_version_id
    ]


def when_of(amendment: Amendment) -> str:
    """The new hour and place, when they change."""
    if amendment.starts_at is None and not amendment.place:
        return ""
    told = Meeting(
        starts_at=amendment.starts_at or amendment.meeting.starts_at,
        timezone=amendment.meeting.timezone,
    )
    return f"{when(told)}, {amendment.place or amendment.meeting.place}"


def _act(request: AuthedRequest, org: str, meeting: Meeting) -> HttpResponse:
    """One of the buttons of the page."""
    wanted = request.POST.get("do", "")
    actor, now = request.actor, clock.now()
    here = _here(org, meeting.uid)
    try:
        if wanted == "open":
            preparing.open_amendment(actor=actor, meeting=meeting, now=now)
            return redirect(here)
        return _BUTTONS[wanted](request, org, _amendment_or_404(meeting)) or redirect(here)
    except KeyError:
        raise Http404 from None
    except Refusal as refused:
        messages.error(request, str(refused))
    return redirect(here)


def _point(request: AuthedRequest, org: str, amendment: Amendment) -> HttpResponse | None:
    item = get_object_or_404(agenda.listed(amendment.meeting), uid=request.POST.get("point"))
    made = preparing.write_anew(
        actor=request.actor, amendment=amendment, item=item, now=clock.now()
    )
    if "newer" in request.POST:
        messages.success(
            request, "Les dernières versions des pièces partiront avec le modificatif."
        )
        return None
    return redirect("council:item-edit", org, made.uid)


def _add(request: AuthedRequest, org: str, amendment: Amendment) -> HttpResponse | None:
    points = AgendaItem.objects.filter(
        assembly=amendment.meeting.assembly_id, uid__in=request.POST.getlist("point")
    )
    chosen = list(points.pool())
    preparing.add_points(actor=request.actor, amendment=amendment, points=chosen, now=clock.now())
    return None


def _leave(request: AuthedRequest, org: str, amendment: Amendment) -> HttpResponse | None:
    item = get_object_or_404(AgendaItem, amendment=amendment, uid=request.POST.get("point"))
    preparing.leave_out(actor=request.actor, amendment=amendment, item=item, now=clock.now())
    return None


def _abandon(request: AuthedRequest, org: str, amendment: Amendment) -> HttpResponse | None:
    preparing.abandon(actor=request.actor, amendment=amendment, now=clock.now())
    messages.success(request, "Le modificatif est abandonné : rien n’est parti.")
    return redirect("council:meeting-detail", org, amendment.meeting.uid)


def _ask(request: AuthedRequest, org: str, amendment: Amendment) -> HttpResponse | None:
    sending.ask_mayor(actor=request.actor, amendment=amendment, now=clock.now())
    messages.success(request, "L’accord est demandé. Vous serez prévenu de la réponse.")
    return None


_Button = Callable[[AuthedRequest, str, Amendment], HttpResponse | None]
_BUTTONS: dict[str, _Button] = {
    "point": _point,
    "add": _add,
    "leave": _leave,
    "abandon": _abandon,
    "ask": _ask,
}


@write_view
def amend_setting(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Another hour or place, why it is minor, why points are urgent."""
    meeting = _prepared(request, uid)
    amendment = _amendment_or_404(meeting)
    form = AmendSettingForm(request.POST or None, amendment=amendment)
    if request.method == "POST" and form.is_valid():
        try:
            preparing.set_setting(
                actor=request.actor,
                amendment=amendment,
                starts_at=form.starts_at(meeting.timezone),
                place=form.cleaned_data["place"],
                minor_reason=form.cleaned_data["minor_reason"],
                urgency_reason=form.cleaned_data["urgency_reason"],
                now=clock.now(),
            )
        except Refusal as refused:
            form.add_error(None, str(refused))
        else:
            return redirect(_here(org, uid))
    return form_page(
        request,
        form,
        title="Heure, lieu, urgence",
        intro="Rien ne part encore : le maire est consulté, puis vous envoyez le modificatif.",
        submit="Enregistrer",
        back=_here(org, uid),
    )


@write_view
def amend_send(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Who will be told, the exact message, the count; then one button."""
    meeting = _prepared(request, uid)
    amendment = _amendment_or_404(meeting)
    now, problem = clock.now(), ""
    if request.method == "POST":
        expected = request.POST.get("expected", "")
        try:
            sending.send(
                actor=request.actor,
                amendment=amendment,
                now=now,
                expected=int(expected) if expected.isdigit() else None,
            )
        except Refusal as refused:
            problem = str(refused)
        else:
            messages.success(request, "Le modificatif part. Suivez chaque envoi sur cette page.")
            return redirect("council:meeting-proof", org, uid)
    told = comparing.compare(amendment, now=now)
    people = addressing.recipients(meeting, now=now)
    mails = [one for one in people if one.channel == Channel.EMAIL]
    label = f"Envoyer à {plural(len(people), 'membre')}"
    context = {
        "meeting": meeting,
        "when": when(meeting),
        "told": told,
        "lines": told.lines,
        "people": people,
        "count_words": plural(len(people), "membre"),
        "mail_count": len(mails),
        "paper_count": len(people) - len(mails),
        "message": convening.preview_of(
            told.after, [line.sentence for line in told.lines], meeting, mails[0], now=now
        )
        if mails
        else None,
        "may_send": sending.agreement_stands(amendment, told.digest) and not told.verdict.blocked,
        "confirm_label": label,
        "problem": problem,
        "back": _here(org, uid),
    }
    return render_page(request, "council/amend_send.html", context, status=422 if problem else 200)


@write_view
def amendment_agree(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """« À valider » : what changes, before and after; two buttons, on a phone."""
    meeting = meeting_or_404(request.actor, uid)
    require(can_agree(request.actor, meeting))
    amendment = comparing.in_preparation(meeting)

    def answer(agreed: bool, why: str) -> None:
        if amendment is not None:
            sending.answer(
                actor=request.actor,
                amendment=amendment,
                shown=request.POST.get("shown", ""),
                agreed=agreed,
                reason=why,
                now=clock.now(),
            )

    form, problem, gone = answered(
        request,
        agree=lambda: answer(True, ""),
        refuse=lambda why: answer(False, why),
        agreed="Votre réponse est enregistrée.",
        refused="Votre réponse est enregistrée.",
        to=request.path,
    )
    if gone is not None:
        return gone
    context: dict[str, Any] = {
        "meeting": meeting,
        "org": org,
        "when": when(meeting),
        "form": form,
        "problem": problem,
        "waiting": False,
        "asked": None,
        "list_url": reverse("council:meeting-list", args=[org]),
    }
    if amendment is not None:
        amendment.meeting = meeting
        asked = sending.question(amendment)
        told = comparing.compare(amendment, now=clock.now())
        context |= {
            "asked": asked,
            "waiting": asked is not None
            and asked.agreed is None
            and asked.agenda_digest == told.digest,
            "told": told,
            "lines": told.lines,
            "shown": told.digest,
            "pieces": _new_pieces(amendment) if asked else [],
        }
    bad = bool(problem) or (form.is_bound and bool(form.errors))
    return render_page(request, "council/amend_agree.html", context, status=422 if bad else 200)


def _new_pieces(amendment: Amendment) -> list[AgendaItemDocument]:
    return list(
        AgendaItemDocument.objects.filter(item__amendment=amendment, item__state=ItemState.READY)
        .select_related("document__current_version", "document__folder", "item")
        .order_by("item__position", "position", "pk")
    )


@read_view
def amendment_piece(
    request: AuthedRequest, org: str, uid: UUID, document: UUID
) -> HttpResponseBase:
    """A piece of the change that the mayor is asked to agree to."""
    meeting = meeting_or_404(request.actor, uid)
    require(can_agree(request.actor, meeting))
    amendment = comparing.in_preparation(meeting)
    if amendment is None or sending.question(amendment) is None:
        raise Http404
    piece = next((p for p in _new_pieces(amendment) if p.document.uid == document), None)
    if piece is None:
        raise Http404
    return serve_piece(request, piece)
