"""Posting at the door: notices, dates, certificates."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from config.lib import clock
from config.lib.access import require
from config.lib.htmx import render_page
from config.lib.http import AuthedRequest, read_view, write_view
from config.lib.text import plural
from council.access import can_prepare_meeting, visible_meetings
from council.access_acts import can_keep_act, visible_acts
from council.enums import PostedWhat
from council.forms_formalities import PostingForm
from council.models import Meeting, Posting, ResultList
from council.services import public_titles
from council.services.acts import posting
from council.services.refusals import Refusal
from council.views.afterwards import prepared
from council.views.formalities import kept_act
from council.views.meetings import when
from council.views.step import ask


@write_view
def meeting_posting(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """The two notices of a session: its convocation, then the list of its deliberations."""
    meeting = prepared(request, uid)
    known = {one.what: one for one in Posting.objects.filter(meeting=meeting)}
    asked = request.POST.get("what", "")
    convened = meeting.convened_at is not None
    printable = {PostedWhat.CONVOCATION} if convened else set()
    if ResultList.objects.filter(meeting=meeting, version__isnull=False).exists():
        printable.add(PostedWhat.LIST)
    cards, status = [], 200
    for what in (PostedWhat.CONVOCATION, PostedWhat.LIST):
        kept = known.get(what)
        form = PostingForm(
            request.POST if asked == what else None,
            kept=kept,
            by=request.actor.person.full_name,
            today=request.actor.today,
            prefix=what.value,
        )
        if asked == what and form.is_valid():
            try:
                posting.note_meeting_posting(
                    actor=request.actor,
                    meeting=meeting,
                    what=what,
                    dates=form.dates(),
                    now=clock.now(),
                )
            except Refusal as refused:
                form.add_error(None, str(refused))
            else:
                messages.success(request, "L’affichage est noté.")
                return redirect(request.path)
        if form.is_bound and form.errors:
            status = 422
        cards.append(
            {
                "what": what.value,
                "title": what.label,
                "form": form,
                "kept": kept,
                "warnings": [one.message for one in posting.findings(kept, request.actor.today)]
                if kept
                else [],
                "paper": reverse(f"council:{_PAPERS[what]}", args=[org, uid])
                if what in printable
                else "",
                "certificate": _certificate(org, kept) if kept else "",
            }
        )
    context = {
        "org": org,
        "meeting": meeting,
        "when": when(meeting),
        "cards": cards,
        "convened": convened,
        "hidden": plural(count, "titre") if (count := public_titles.hidden_alone(meeting)) else "",
    }
    return render_page(request, "council/after/posting.html", context, status=status)


_PAPERS = {PostedWhat.CONVOCATION: "meeting-poster", PostedWhat.LIST: "results-file"}


@write_view
def act_posting(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """An act at the door, from when to when."""
    act = kept_act(request, uid)
    actor = request.actor
    kept = Posting.objects.filter(act=act).first()
    form = PostingForm(
        request.POST or None, kept=kept, by=actor.person.full_name, today=actor.today
    )
    chosen = posting.counts(act, actor.today)
    intro = (
        "Le conseil a choisi l’affichage : le premier jour affiché est celui de la publication."
        if chosen
        else "L’affichage ne suffit pas à rendre cet acte exécutoire : vos actes se publient en "
        "ligne."
    )
    return ask(
        request,
        form,
        lambda: posting.note_act_posting(actor=actor, act=act, dates=form.dates(), now=clock.now()),
        back=reverse("council:act", args=[org, act.uid]),
        act=act,
        title="Affichage à la porte",
        intro=intro,
        submit="Noter l’affichage",
        done="L’affichage est noté.",
    )


@read_view
def meeting_poster(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """The notice of the session, for the door."""
    meeting = prepared(request, uid)
    try:
        content = posting.poster(meeting)
    except Refusal:
        raise Http404 from None
    return pdf_response(content, f"Avis de seance {meeting.local_day.isoformat()}.pdf")


@read_view
def posting_certificate(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """The certificate of one posting."""
    actor = request.actor
    rows = Posting.objects.filter(
        Q(meeting__in=visible_meetings(actor)) | Q(act__in=visible_acts(actor)),
        organisation=actor.organisation,
    ).select_related("organisation", "act__register__assembly", "meeting__assembly__organisation")
    one = get_object_or_404(rows, uid=uid)
    if one.act is not None:
        require(can_keep_act(actor, one.act))
    else:
        assert isinstance(one.meeting, Meeting)  # noqa: S101 - an act or a meeting
        require(can_prepare_meeting(actor, one.meeting))
    try:
        content = posting.certificate(one, today=actor.today)
    except Refusal:
        raise Http404 from None
    return pdf_response(content, "Certificat d'affichage.pdf")


def _certificate(org: str, kept: Posting) -> str:
    return reverse("council:posting-certificate", args=[org, kept.uid])


def pdf_response(content: bytes, name: str) -> HttpResponse:
    """A PDF made for this answer, read in the page."""
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
