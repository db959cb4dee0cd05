"""Acts and registers: the list, one act and its way, its files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from accounts.actor import Actor
from config.lib import clock
from config.lib.access import require
from config.lib.clock import local_date
from config.lib.downloads import serve
from config.lib.htmx import render_page
from config.lib.http import AuthedRequest, post_view, read_view
from config.lib.storage import blobs
from config.lib.ui import Step
from council.access_acts import (
    acts_to_sign,
    can_agree_to_act,
    can_edit_act,
    can_keep_act,
    can_set_formalities,
    kept_registers,
    registers_to_write_in,
    visible_acts,
)
from council.access_following import can_entrust
from council.dossier import french
from council.dossier.written import blocks
from council.enums import ActKind, ActState, PublicationMode
from council.forms_acts import ActFilterForm
from council.models import Act, Posting, Redaction, Register
from council.rules.enforce import (
    appeal_until,
    individual_transmission_due_on,
    missing_words,
    must_be_published,
)
from council.services.acts import drafting, printing, transmitting
from council.services.acts.settings import mode_on
from council.services.refusals import Refusal
from council.views.following_lines import lines_of_act

PER_PAGE = 50
TONES = {
    ActState.DRAFT: "neutral",
    ActState.TO_SIGN: "warn",
    ActState.IN_FORCE: "success",
    ActState.CANCELLED: "danger",
}


@dataclass(frozen=True, slots=True)
class Move:
    """The next step of an act, as one button."""

    label: str
    href: str
    icon: str
    why: str


def act_or_404(actor: Actor, uid: UUID) -> Act:
    """An act that the actor may see."""
    rows = visible_acts(actor).select_related(
        "register__assembly__organisation",
        "organisation",
        "item__meeting__assembly",
        "item__rapporteur",
        "signatory",
        "created_by",
        "document",
        "draft_version",
        "signed_version",
        "published_version",
        "reported_in__assembly",
    )
    return get_object_or_404(rows, uid=uid)


@read_view
def act_list(request: AuthedRequest, org: str) -> HttpResponse:
    """The acts, newest first, by register, year and state."""
    actor = request.actor
    seen = visible_acts(actor)
    registers = list(Register.objects.filter(pk__in=seen.values("register")).in_french_order())
    years = list(
        seen.exclude(year=None).order_by("-year").values_list("year", flat=True).distinct()
    )
    form = ActFilterForm(request.GET, registers=registers, years=years)
    rows = seen
    if form.chosen("registre"):
        rows = rows.filter(register__uid=form.chosen("registre"))
    if form.chosen("annee"):
        rows = rows.filter(year=int(form.chosen("annee")))
    if form.chosen("etat"):
        rows = rows.filter(state=form.chosen("etat"))
    listed = Act.objects.filter(pk__in=rows.values("pk")).select_related("register")
    page = Paginator(listed.newest_first(), PER_PAGE).get_page(request.GET.get("page"))
    kept = set(kept_registers(actor).values_list("pk", flat=True))
    context = {
        "org": org,
        "rows": [
            {
                "title": act.title,
                "reference": act.reference or "Projet",
                "href": reverse("council:act", args=[org, act.uid]),
                "meta": _meta(act),
                "state": act.get_state_display(),
                "tone": TONES.get(ActState(act.state), "info"),
            }
            for act in page
        ],
        "page": page,
        "form": form,
        "registers": [
            (one.name, reverse("council:register", args=[org, one.uid]))
            for one in registers
            if one.pk in kept
        ],
        "may_write": registers_to_write_in(actor).exists() or actor.is_agent,
        "may_scan": bool(kept),
        "may_set": bool(can_set_formalities(actor)),
        "to_sign": acts_to_sign(actor).count(),
    }
    return render_page(request, "council/acts/list.html", context)


def _meta(act: Act) -> str:
    parts = [act.get_kind_display()]
    if act.dated:
        parts.append(french.long_date(act.dated, with_day=False))
    return " · ".join(parts)


@read_view
def act(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """One act: its way in words, the next step as one button, its text and files."""
    actor = request.actor
    one = act_or_404(actor, uid)
    keeps = bool(can_keep_act(actor, one))
    move = next_move(actor, one, org) if keeps else None
    waits_for_me = one.state == ActState.TO_SIGN and bool(can_agree_to_act(actor, one))
    item = one.item
    meeting = item.meeting if item else None
    context: dict[str, Any] = {
        "org": org,
        "act": one,
        "reference": one.reference or "Projet",
        "state": one.get_state_display(),
        "tone": TONES.get(ActState(one.state), "info"),
        "blocks": blocks(one.text),
        "stages": stages_of(one),
        "missing": missing_words(one.facts) if one.state != ActState.CANCELLED else [],
        "move": move,
        "waits_for_me": waits_for_me,
        "keeps": keeps,
        "may_edit": bool(can_edit_act(actor, one)),
        "may_cancel": keeps and one.state in (ActState.DRAFT, ActState.TO_SIGN),
        "result": one.item_result,
        "meeting": meeting,
        "subject": printing.subject_words(one.subject_code) if one.subject_code else "",
        "empty": not one.is_signed and not one.own_file and not one.text.strip()
        if one.state != ActState.CANCELLED
        else False,
        "redacted": keeps and Redaction.objects.filter(act=one).exists(),
        "posting": Posting.objects.filter(act=one).first() if keeps else None,
        "before_prefecture": _refused_there(one) if keeps or bool(can_edit_act(actor, one)) else [],
        "transmission_due": _transmission_due(one),
        "appeal": french.long_date(appeal_until(one.enforceable_on)) if one.enforceable_on else "",
        "enforceable": french.long_date(one.enforceable_on) if one.enforceable_on else "",
        "current": one.signed_version or one.draft_version,
        "printing": one.number is not None and not one.own_file and one.draft_version is None,
    }
    deliberation = one.kind == ActKind.DELIBERATION
    context["follow_ups"] = lines_of_act(actor, one, org) if deliberation else []
    told = drafting.reworded(one) if context["may_edit"] else None
    context["reworded"] = told
    context["to_take"] = told is not None and told.text != one.text
    context["proposed"] = blocks(item.proposed_text) if told is not None and item else []
    context["may_entrust"] = deliberation and bool(can_entrust(actor, one))
    return render_page(request, "council/acts/act.html", context)


@post_view
def act_take_changes(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Write in what the council changed in session."""
    one = act_or_404(request.actor, uid)
    try:
        drafting.take_changes(actor=request.actor, act=one, now=clock.now())
    except Refusal as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "Les changements sont dans le texte. Relisez-le.")
    return redirect("council:act", org, uid)


def _refused_there(act: Act) -> list[str]:
    """What the prefecture would refuse, from the first draft on until it has it."""
    if act.transmitted_at is not None or act.state == ActState.CANCELLED:
        return []
    return [one.message for one in transmitting.findings(act)]


def _transmission_due(act: Act) -> str:
    individual = act.transmissible and not must_be_published(act.facts)
    if not individual or act.signed_on is None or act.transmitted_at is not None:
        return ""
    return french.long_date(individual_transmission_due_on(act.signed_on))


def stages_of(act: Act) -> list[Step]:
    """« Numéroté → signé → reçu en préfecture → publié → exécutoire », with the days known."""

    def day(at: datetime) -> date:
        return local_date(at, act.organisation.timezone)

    known: list[tuple[str, date | None, str]] = [
        ("Présenté", act.dated or day(act.created_at) if act.number else None, act.reference),
        ("Signé", act.signed_on, ""),
    ]
    if act.transmissible:
        sent = day(act.transmitted_at) if act.transmitted_at else None
        known += [("Transmis", sent, ""), ("Reçu en préfecture", act.received_on, "")]
    if must_be_published(act.facts):
        mode = act.get_publication_mode_display() if act.publication_mode else ""
        known.append(("Publié", act.published_on, mode))
    if act.notified_on or not must_be_published(act.facts):
        known.append(("Notifié", act.notified_on, ""))
    known.append(("Exécutoire", act.enforceable_on, ""))
    steps: list[Step] = []
    waiting = act.state != ActState.CANCELLED
    for name, on, more in known:
        if on is not None:
            told = "" if name == "Présenté" else french.long_date(on, with_day=False)
            detail = ", ".join(part for part in (told, more) if part)
            steps.append(Step(name, "done", detail))
            continue
        steps.append(Step(name, "current" if waiting else "todo"))
        waiting = False
    return steps


def next_move(actor: Actor, act: Act, org: str) -> Move | None:
    """The obvious next step for those who keep the register; None when all is done."""

    def to(name: str) -> str:
        return reverse(f"council:{name}", args=[org, act.uid])

    if act.state == ActState.CANCELLED:
        return None
    if act.state == ActState.DRAFT:
        return Move(
            "Présenter à la signature", to("act-present"), "send", "Le numéro est donné maintenant."
        )
    if act.state == ActState.TO_SIGN:
        why = "Le bon pour signature est donné." if act.agreed_at else ""
        return Move("Enregistrer la signature", to("act-signature"), "pen", why)
    facts = act.facts
    if must_be_published(facts) and act.published_on is None:
        if mode_on(act.organisation, actor.today) == PublicationMode.POSTING:
            return Move("Noter l’affichage", to("act-posting"), "landmark", "")
        return Move("Publier", to("act-publication"), "external-link", "")
    if not must_be_published(facts) and act.notified_on is None:
        return Move("Noter la notification", to("act-notification"), "user-check", "")
    if act.transmissible and act.received_on is None:
        label = "Noter l’accusé de réception" if act.transmitted_at else "Noter la transmission"
        return Move(label, to("act-transmission"), "landmark", "")
    return None


@read_view
def act_file(request: AuthedRequest, org: str, uid: UUID) -> HttpResponseBase:
    """The file of an act as it stands: signed, else the draft. Seen by whoever sees the act, for
    the signatory has no role in the tree."""
    one = act_or_404(request.actor, uid)
    version = one.signed_version or one.draft_version
    if version is None:
        raise Http404
    return serve(
        request,
        blobs().path(version.storage_key),
        media_type=version.media_type,
        name=printing.file_name(one)
        if version.media_type == "application/pdf"
        else version.original_name,
        inline=version.media_type == "application/pdf",
    )


@read_view
def act_extract(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """A certified copy of a signed act, printed from what was kept of it."""
    one = act_or_404(request.actor, uid)
    require(can_keep_act(request.actor, one))
    if not one.is_signed or one.own_file:
        raise Http404
    response = HttpResponse(printing.extract_pdf(one), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="Extrait {one.reference}.pdf"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
