"""The proof of convocation: one line per member, and what to do about each."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from config.lib import clock
from config.lib.access import require
from config.lib.htmx import render_page
from config.lib.http import AuthedRequest, post_view, read_view, write_view
from config.lib.text import human_datetime, plural
from council import papers
from council.access import HANDED_OVER, can_prepare_meeting, can_settle_bodies
from council.enums import Channel, ConvocationState, FactKind, Intent
from council.forms import PaperForm
from council.models import ConvocationProof, DossierEdition, Meeting, SendingFact
from council.rules.delivery import VERDICT_WORDS, Verdict
from council.services import answering, convening, handing_over, proving, resending
from council.services.refusals import Refusal
from council.views.fetch import convocation_or_404, meeting_or_404, proxy_or_404
from council.views.meetings import when
from council.views.pages import form_page

_WORDS = {
    ConvocationState.TO_SEND: ("À envoyer", "neutral"),
    ConvocationState.SENT: ("Remise", "success"),
    ConvocationState.ACCEPTED: ("Acceptée", "success"),
    ConvocationState.DELIVERED: ("Remise", "success"),
    ConvocationState.FAILED: ("Échec", "danger"),
    ConvocationState.UNCERTAIN: ("Incertaine", "warn"),
    ConvocationState.TOO_LATE: ("Hors délai", "danger"),
    ConvocationState.REPLACED: ("Remplacée", "neutral"),
}
_ANSWERS = {
    Intent.PRESENT: "Sera là",
    Intent.ABSENT: "Ne sera pas là",
    Intent.PROXY: "Donne pouvoir",
}
_TONES = {Verdict.ON_TIME: "success", Verdict.CURED: "info", Verdict.TO_RESEND: "danger"}
#: Proofs listed; the others stay at their address.
MOST_PROOFS = 8
#: Told under a member's line; the sendings and the receipt have their own place.
_TOLD = (FactKind.RETURNED, FactKind.DELAYED, FactKind.COPY, FactKind.REMINDER, FactKind.REFUSED)


def answer_words(line: proving.Line) -> str:
    """« Donne pouvoir à Jeanne Martin »; "" while nothing was answered."""
    if line.answer is None:
        return ""
    intent = Intent(line.answer.intent)
    if intent == Intent.PROXY and line.proxy is not None:
        return f"Donne pouvoir à {line.proxy.holder.full_name}"
    return _ANSWERS[intent]


@read_view
def meeting_proof(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """One line per member: sent, accepted, opened, answered. What each one read stays theirs."""
    actor, now = request.actor, clock.now()
    meeting = meeting_or_404(actor, uid)
    require(can_prepare_meeting(actor, meeting))
    lines = proving.lines_of(meeting)
    verdict, counted = proving.whole_verdict(lines)
    edition = DossierEdition.objects.filter(meeting=meeting).order_by("-n").first()
    context = {
        "meeting": meeting,
        "org": org,
        "when": when(meeting),
        "lines": [_shown(line, meeting, now) for line in lines],
        "on_paper": any(line.convocation.channel == Channel.PAPER for line in lines),
        "may_remind": meeting.starts_at > now and meeting.cancelled_at is None,
        "sending": _sending(lines, meeting, now),
        "leaving": any(_is_leaving(line) for line in lines),
        "fragment": "HX-Request" in request.headers,
        "calls": proving.calls_for(meeting),
        "verdict": proving.WHOLE[verdict] if verdict else "",
        "verdict_tone": _TONES[verdict] if verdict else "info",
        "counted": counted,
        "to_confirm": [
            line.proxy
            for line in lines
            if line.proxy is not None and line.proxy.state == "to_confirm"
        ],
        "edition": edition,
        "proofs": _proofs(meeting, now),
        "may_settle": bool(can_settle_bodies(actor)),
        "back": reverse("council:meeting-detail", args=[org, uid]),
    }
    return render_page(request, "council/meeting_proof.html", context)


def _is_leaving(line: proving.Line) -> bool:
    return line.convocation.channel == Channel.EMAIL and line.convocation.state in proving.UNDER_WAY


def _sending(lines: list[proving.Line], meeting: Meeting, now: datetime) -> dict[str, Any]:
    """How far the messages of the latest edition are, person by person, those that wait first."""
    latest = max((line.convocation.edition.n for line in lines), default=0)
    mails = [
        line
        for line in lines
        if line.convocation.channel == Channel.EMAIL and line.convocation.edition.n == latest
    ]
    left = [line for line in mails if not _is_leaving(line)]
    last = max(convening.paced_instants([line.convocation for line in mails]), default=now)
    return {
        "left": len(left),
        "all": max(len(mails), 1),
        "words": f"{len(left)} sur {len(mails)}",
        "pace": f"Les messages vers un même fournisseur s’étalent pour ne pas être pris pour du "
        f"courrier indésirable : le dernier part {human_datetime(last, now, meeting.timezone)}. "
        "S’il le fallait, la date limite passerait avant."
        if last > now
        else "",
        "people": [
            {
                "name": line.convocation.person.full_name,
                "state": _WORDS[ConvocationState(line.convocation.state)][0],
                "icon": "clock" if _is_leaving(line) else "circle-check",
            }
            for line in sorted(mails, key=lambda one: not _is_leaving(one))
        ],
    }


def _proofs(meeting: Meeting, now: datetime) -> list[dict[str, Any]]:
    """The proofs already drawn up, the last first, with their digests."""
    made = (
        ConvocationProof.objects.filter(meeting=meeting)
        .defer("pdf", "stamp")
        .select_related("made_by")
        .order_by("-n")[:MOST_PROOFS]
    )

    def said(at: datetime) -> str:
        return human_datetime(at, now, meeting.timezone)

    return [
        {
            "n": one.n,
            "title": f"Preuve n° {one.n}",
            "meta": f"établie {said(one.made_at)} par {one.made_by.full_name}",
            "sha256": one.sha256,
            "stamped": f"Horodatée {said(one.stamped_at)} par {one.stamp_authority}"
            if one.stamped_at
            else "",
            "problem": one.stamp_problem,
        }
        for one in made
    ]


def _shown(line: proving.Line, meeting: Meeting, now: datetime) -> dict[str, Any]:
    convocation = line.convocation
    state, tone = _WORDS[ConvocationState(convocation.state)]
    if line.bounced:
        state = "Revenue"

    def said(at: datetime | None) -> str:
        return human_datetime(at, now, meeting.timezone) if at else ""

    days = convening.clear_days_of(convocation)
    on_paper = convocation.channel == Channel.PAPER
    retry = convocation.state in (ConvocationState.FAILED, ConvocationState.UNCERTAIN)
    open_still = now < meeting.starts_at and meeting.cancelled_at is None
    return {
        "convocation": convocation,
        "name": convocation.person.full_name,
        "phone": convocation.person.phone,
        "channel": convocation.get_channel_display(),
        "address": convocation.address,
        "state": state,
        "tone": tone,
        "sent": said(convocation.handed_over_at),
        "opened": said(convocation.opened_at),
        "receipt": said(line.receipt.at) if line.receipt else "",
        "answer": answer_words(line),
        "heard": proving.source_words(line.answer)
        if line.answer and line.answer.received_by
        else "",
        "failure": convocation.failure,
        "days": plural(days, "jour franc", "jours francs") if days is not None else "",
        # What a mail server answered is in the proof, in its own words; here the state says it.
        "reply": convocation.server_reply if on_paper else "",
        "paper": on_paper,
        "verdict": VERDICT_WORDS[line.verdict] if line.verdict else "",
        "verdict_tone": _TONES[line.verdict] if line.verdict else "neutral",
        "facts": [_fact(one, said) for one in line.facts if one.kind in _TOLD],
        "to_give": (on_paper and convocation.state == ConvocationState.TO_SEND) or retry,
        "retry": not on_paper
        and open_still
        and (retry or convocation.state in HANDED_OVER)
        and bool(convocation.person.email),
    }


def _fact(fact: SendingFact, said: Any) -> str:
    """« Revenue hier à 14 h 02 : boîte pleine »"""
    words = fact.get_kind_display()
    by = f" par {fact.by.full_name}" if fact.by else ""
    told = fact.words if fact.kind in (FactKind.RETURNED, FactKind.DELAYED) else ""
    if fact.outcome and fact.outcome != "accepted" and fact.kind != FactKind.REFUSED:
        told = fact.words or "n’a pas pu partir"
    return f"{words} {said(fact.at)}{by}" + (f" : {told}" if told else "")


@write_view
def convocation_paper(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Note that the paper dossier was given."""
    convocation = convocation_or_404(request.actor, uid)
    meeting = convocation.meeting
    local = clock.now().astimezone(meeting.tz)
    form = PaperForm(
        request.POST or None, initial={"day": local.date(), "hour": local.strftime("%H:%M")}
    )
    back = reverse("council:meeting-proof", args=[org, meeting.uid])
    if request.method == "POST" and form.is_valid():
        try:
            handing_over.hand_over_paper(
                actor=request.actor,
                convocation=convocation,
                given_at=form.given_at(meeting.timezone),
                how=form.cleaned_data["how"],
                now=clock.now(),
            )
        except Refusal as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "La remise du dossier papier est notée.")
            return redirect(back)
    return form_page(
        request,
        form,
        title=f"Dossier papier de {convocation.person.full_name}",
        intro="Notez quand et comment il a été remis : c’est la preuve de la convocation.",
        submit="Noter la remise",
        back=back,
    )


@post_view
def convocation_retry(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Send the same dossier again: anew when it failed, a copy when it had left."""
    convocation = convocation_or_404(request.actor, uid)
    try:
        resending.resend(actor=request.actor, convocation=convocation, now=clock.now())
    except Refusal as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"Le dossier est renvoyé à {convocation.person.full_name}.")
    return redirect("council:meeting-proof", org, convocation.meeting.uid)


@read_view
def convocation_print(request: AuthedRequest, org: str, uid: UUID) -> HttpResponseBase:
    """What is printed for one member on paper: letter, slip, whole dossier."""
    convocation = convocation_or_404(request.actor, uid)
    path = papers.paper_file(convocation)
    file = path.open("rb")
    path.unlink()  # the open file lives on until it is sent
    name = f"Dossier papier {convocation.person.full_name}.pdf"
    return FileResponse(file, filename=name, content_type="application/pdf")


@post_view
def proxy_confirm(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Confirm a pouvoir whose author was not certain."""
    proxy = proxy_or_404(request.actor, uid)
    try:
        answering.confirm_proxy(actor=request.actor, proxy=proxy, now=clock.now())
    except Refusal as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"Le pouvoir de {proxy.giver.full_name} est confirmé.")
    return redirect("council:meeting-proof", org, proxy.meeting.uid)
