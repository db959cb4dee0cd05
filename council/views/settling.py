"""The mayor's agreement, the freeze, the convocation and its proof."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from accounts.audit import record
from config.lib import clock
from config.lib.access import require
from config.lib.downloads import content_disposition, serve
from config.lib.htmx import render_page
from config.lib.http import AuthedRequest, read_view, trace, write_view
from config.lib.storage import blobs
from config.lib.text import plural
from council import audit, papers
from council.access import can_agree, can_prepare_meeting, can_read_before_agreeing
from council.dossier.written import blocks
from council.enums import Channel
from council.models import AgendaItemDocument, DossierEdition
from council.rules import blocking
from council.services import addressing, agenda, agreeing, convening, freezing, informing, timing
from council.services.refusals import Refusal
from council.services.standing_in import chair_or_stand_in
from council.views.fetch import meeting_or_404
from council.views.meeting_page import beside_the_clock, clock_urls
from council.views.meetings import when, with_reason
from council.views.pages import answered
from documents.access import is_confidential


def _back(org: str, uid: UUID) -> str:
    return reverse("council:meeting-detail", args=[org, uid])


@write_view
def meeting_ask(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Ask the mayor: one page says what will be shown, one button sends the question."""
    meeting = meeting_or_404(request.actor, uid)
    require(can_prepare_meeting(request.actor, meeting))
    now = clock.now()
    problem = ""
    if request.method == "POST":
        try:
            agreeing.ask_mayor(actor=request.actor, meeting=meeting, now=now)
        except Refusal as refused:
            problem = str(refused)
        else:
            messages.success(request, "L’accord est demandé. Vous serez prévenu de la réponse.")
            return redirect(_back(org, uid))
    chair = chair_or_stand_in(meeting, now)
    context = {
        "meeting": meeting,
        "when": when(meeting),
        "chair": chair.full_name if chair else "",
        "items": list(agenda.listed(meeting)),
        "problem": problem,
        "back": _back(org, uid),
    }
    return render_page(request, "council/meeting_ask.html", context, status=422 if problem else 200)


@write_view
def meeting_agree(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """« À valider » : the mayor's phone page, two buttons."""
    meeting = meeting_or_404(request.actor, uid)
    require(can_agree(request.actor, meeting))
    form, problem, gone = answered(
        request,
        agree=lambda: agreeing.give_agreement(
            actor=request.actor,
            meeting=meeting,
            shown=request.POST.get("shown", ""),
            now=clock.now(),
        ),
        refuse=lambda why: agreeing.refuse_with_reason(
            actor=request.actor, meeting=meeting, reason=why, now=clock.now()
        ),
        agreed="Votre accord est enregistré.",
        refused="Votre demande de changement est transmise.",
        to=request.path,
    )
    if gone is not None:
        return gone
    asked = agenda.current_agreement(meeting)
    points = list(agenda.listed(meeting).select_related("rapporteur", "section"))
    joined = list(
        AgendaItemDocument.objects.filter(item__in=points)
        .select_related("document")
        .order_by("position", "pk")
    )
    context = {
        "meeting": meeting,
        "org": org,
        "when": when(meeting),
        "points": [
            (point, blocks(point.proposed_text), [p for p in joined if p.item_id == point.pk])
            for point in points
        ],
        "asked": asked,
        "waiting": asked is not None and asked.agreed is None and not meeting.agenda_frozen_at,
        "agreed": asked is not None and asked.agreed is True,
        "refused": asked is not None and asked.agreed is False,
        "shown": agenda.digest(meeting),
        "form": form,
        "problem": problem,
        "list_url": reverse("council:meeting-list", args=[org]),
    }
    bad = bool(problem) or (form.is_bound and bool(form.errors))
    return render_page(request, "council/meeting_agree.html", context, status=422 if bad else 200)


@read_view
def agree_piece(request: AuthedRequest, org: str, uid: UUID, document: UUID) -> HttpResponseBase:
    """A piece of the agenda that the mayor is asked to agree to."""
    meeting = meeting_or_404(request.actor, uid)
    require(can_read_before_agreeing(request.actor, meeting))
    piece = get_object_or_404(
        AgendaItemDocument.objects.filter(item__in=agenda.listed(meeting)).select_related(
            "document__current_version", "document__folder", "pinned_version", "item"
        ),
        document__uid=document,
    )
    return serve_piece(request, piece)


def serve_piece(request: AuthedRequest, piece: AgendaItemDocument) -> HttpResponseBase:
    """The bytes of a piece for who is asked to agree; the opening of a confidential one is kept."""
    version = piece.pinned_version or piece.document.current_version
    if version is None:
        raise Http404
    if is_confidential(piece.document):
        with trace():
            record(
                request.actor,
                audit.PIECE_OPENED,
                piece.document,
                now=clock.now(),
                data={"item": str(piece.item.uid)},
                label=False,
            )
    return serve(
        request,
        blobs().path(version.storage_key),
        media_type=version.media_type,
        name=version.original_name,
        inline=version.media_type == "application/pdf",
        etag=version.sha256,
    )


@write_view
def meeting_freeze(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Settle the agenda."""
    meeting = meeting_or_404(request.actor, uid)
    require(can_prepare_meeting(request.actor, meeting))
    problem = ""
    if request.method == "POST":
        try:
            freezing.freeze_agenda(actor=request.actor, meeting=meeting, now=clock.now())
        except Refusal as refused:
            problem = str(refused)
        else:
            messages.success(request, "L’ordre du jour est arrêté, les points sont numérotés.")
            return redirect(_back(org, uid))
    context = {
        "meeting": meeting,
        "when": when(meeting),
        "items": list(agenda.listed(meeting)),
        "problem": problem,
        "back": _back(org, uid),
    }
    return render_page(
        request, "council/meeting_freeze.html", context, status=422 if problem else 200
    )


@write_view
def meeting_unfreeze(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Open a settled agenda again, with the reason."""
    return with_reason(
        request,
        org,
        uid,
        title="Rouvrir l’ordre du jour",
        intro="L’accord du maire ne vaudra plus : il faudra le redemander. Les points gardent "
        "leur numéro.",
        submit="Rouvrir l’ordre du jour",
        tone="primary",
        done="L’ordre du jour est rouvert.",
        verb=freezing.unfreeze_agenda,
    )


@write_view
def meeting_convene(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Who will receive what, the exact message, the count; then one button."""
    actor, now = request.actor, clock.now()
    meeting = meeting_or_404(actor, uid)
    require(can_prepare_meeting(actor, meeting))
    problem = ""
    if request.method == "POST":
        expected = request.POST.get("expected", "")
        try:
            convening.convene(
                actor=actor,
                meeting=meeting,
                now=now,
                expected=int(expected) if expected.isdigit() else None,
            )
        except Refusal as refused:
            problem = str(refused)
        else:
            messages.success(request, "La convocation part. Suivez chaque envoi sur cette page.")
            return redirect("council:meeting-proof", org, uid)
    if meeting.convened_at and not problem:
        return redirect("council:meeting-proof", org, uid)
    people = addressing.recipients(meeting, now=now)
    copies = informing.informed(meeting.assembly, now.astimezone(meeting.tz).date())
    mails = [r for r in people if r.channel == Channel.EMAIL]
    settled = meeting.agenda_frozen_at is not None
    looked_at = addressing.chosen_among(people, request.GET.get("membre", ""))
    findings = convening.obstacles(meeting, now=now)
    told = timing.clock_for(meeting, now=now)
    # The clock says the delay itself, and what can still be done.
    lateness = convening.lateness(meeting, now=now) if told else []
    shown = [one for one in findings if one not in lateness]
    context = {
        "meeting": meeting,
        "org": org,
        "when": when(meeting),
        "people": people,
        "mail_count": len(mails),
        "paper_count": len(people) - len(mails),
        "count_words": plural(len(people), "membre"),
        "confirm_label": f"Convoquer {plural(len(people), 'membre')}",
        "findings": beside_the_clock(shown),
        "blocked": bool(blocking(findings)) or meeting.agenda_frozen_at is None,
        "settled": settled,
        "copies": copies,
        "copies_title": f"{plural(len(copies), 'copie')} pour information",
        "looked_at": looked_at,
        "message": convening.preview(meeting, looked_at, now=now)
        if looked_at and settled
        else None,
        "here": request.path if settled else "",
        "problem": problem,
        "clock": told,
        "clock_urls": clock_urls(meeting, org),
        "back": _back(org, uid),
    }
    return render_page(
        request, "council/meeting_convene.html", context, status=422 if problem else 200
    )


@read_view
def letter_preview(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """The letter of one member as it would leave now, as a PDF."""
    meeting = meeting_or_404(request.actor, uid)
    require(can_prepare_meeting(request.actor, meeting))
    now = clock.now()
    people = addressing.recipients(meeting, now=now)
    chosen = addressing.chosen_among(people, request.GET.get("membre", ""))
    if chosen is None or meeting.agenda_frozen_at is None:
        raise Http404
    response = HttpResponse(
        convening.letter_of(meeting, chosen, now=now), content_type="application/pdf"
    )
    name = f"Convocation {chosen.name}.pdf"
    response["Content-Disposition"] = content_disposition(name, inline=True)
    response["X-Content-Type-Options"] = "nosniff"
    return response


@read_view
def edition_whole(request: AuthedRequest, org: str, uid: UUID) -> HttpResponseBase:
    """The whole dossier of the last edition as one PDF, for those who prepare."""
    meeting = meeting_or_404(request.actor, uid)
    require(can_prepare_meeting(request.actor, meeting))
    edition = DossierEdition.objects.filter(meeting=meeting).order_by("-n").first()
    if edition is None:
        raise Http404
    return serve(
        request,
        papers.whole_file(edition),
        media_type="application/pdf",
        name=f"Dossier {meeting.local_day.isoformat()}.pdf",
        inline=True,
    )
