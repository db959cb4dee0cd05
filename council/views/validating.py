"""« À valider » : the steps of a point, absences, the mayor's replacement, and their settings."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from accounts.models import Team
from config.lib import clock
from config.lib.access import refuse, require
from config.lib.htmx import render_page
from config.lib.http import AuthedRequest, post_view, read_view, write_view
from config.lib.text import long_date
from council.access import (
    NOT_THEIRS,
    can_prepare,
    can_settle_bodies,
    can_validate,
    prepared_assemblies,
)
from council.dossier.written import blocks
from council.forms_validating import AbsenceForm, ReplacementForm, StepsForm
from council.models import Absence, AgendaItemDocument, Assembly, ItemValidation, MayorReplacement
from council.services import replacing, validating
from council.services.pieces import pieces_of
from council.services.standing_in import replacement_on
from council.views.fetch import item_or_404
from council.views.pages import answered, done_with, form_page, reason_page, shown
from council.views.settling import serve_piece


@write_view
def item_validate(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """One point on a phone: what it says, one button to validate, one to send it back."""
    actor = request.actor
    item = item_or_404(actor, uid)
    require(can_validate(actor, item))
    form, problem, gone = answered(
        request,
        agree=lambda: validating.validate_item(actor=actor, item=item, now=clock.now()),
        refuse=lambda why: validating.send_back(
            actor=actor, item=item, reason=why, now=clock.now()
        ),
        agreed="Le point est validé.",
        refused="Le point est retourné à son auteur. Il garde sa place.",
        to=reverse("council:acts-waiting", args=[org]),
    )
    if gone is not None:
        return gone
    context = {
        "org": org,
        "item": item,
        "step": item.step.name if item.step else "",
        "text": blocks(item.proposed_text),
        "pieces": [
            (one, reverse("council:validate-piece", args=[org, uid, one.document.uid]))
            for one in pieces_of(item)
        ],
        "form": form,
        "problem": problem,
    }
    bad = bool(problem) or (form.is_bound and bool(form.errors))
    return render_page(request, "council/item_validate.html", context, status=422 if bad else 200)


@read_view
def validate_piece(request: AuthedRequest, org: str, uid: UUID, document: UUID) -> HttpResponseBase:
    """A piece of the point that one is asked to validate, even in a folder that is not theirs."""
    item = item_or_404(request.actor, uid)
    require(can_validate(request.actor, item))
    rows = AgendaItemDocument.objects.filter(item=item).select_related(
        "document__current_version", "document__folder", "pinned_version", "item"
    )
    return serve_piece(request, get_object_or_404(rows, document__uid=document))


@write_view
def item_skip(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Go past the validation that is left, with the reason."""
    item = item_or_404(request.actor, uid)
    require(can_prepare(request.actor, item.assembly))
    return reason_page(
        request,
        title="Se passer de la validation",
        intro=f"{item.title}. Le motif est noté au journal.",
        submit="Déclarer le point prêt",
        back=reverse("council:item-detail", args=[org, uid]),
        done="Le point est prêt, sans la validation qui restait.",
        act=lambda why: validating.skip_steps(
            actor=request.actor, item=item, reason=why, now=clock.now()
        ),
    )


def said_of(item_pk: int, timezone: str) -> list[str]:
    """What was said of a point at each step, in order: « Maire : validé par … le … »."""
    rows = ItemValidation.objects.filter(item=item_pk).select_related("by", "in_place_of")
    lines = []
    for row in rows.order_by("pk"):
        instead = f" à la place de {row.in_place_of.full_name}" if row.in_place_of else ""
        why = f" : {row.reason}" if row.reason else ""
        when = clock.local_date(row.at, timezone)
        lines.append(
            f"{row.step_name} : {row.get_verdict_display().lower()} par {row.by.full_name}"
            f"{instead}, le {long_date(when)}{why}"
        )
    return lines


# --- settings ----------------------------------------------------------------------------------


@read_view
def bodies(request: AuthedRequest, org: str) -> HttpResponse:
    """The settings of the bodies that the actor prepares."""
    actor = request.actor
    rows = list(prepared_assemblies(actor).prefetch_related("steps", "sections").in_french_order())
    if not rows:
        require(refuse(NOT_THEIRS))
    context = {
        "org": org,
        "bodies": [
            {
                "name": body.name,
                "uid": body.uid,
                "steps": [step.name for step in sorted(body.steps.all(), key=lambda s: s.position)],
                "sections": [
                    one.title
                    for one in sorted(body.sections.all(), key=lambda s: s.position)
                    if one.removed_at is None
                ],
                "standing": _standing(body, request),
            }
            for body in rows
        ],
        "may_settle": bool(can_settle_bodies(actor)),
    }
    return render_page(request, "council/bodies.html", context)


def _standing(body: Assembly, request: AuthedRequest) -> str:
    standing = replacement_on(body, request.actor.today)
    return standing.by.person.full_name if standing else ""


def _body(request: AuthedRequest, uid: UUID, rows: QuerySet[Assembly]) -> Assembly:
    return get_object_or_404(rows.filter(organisation=request.actor.organisation), uid=uid)


@write_view
def steps(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Which steps the points of a body go through."""
    body = _body(request, uid, Assembly.objects.all())
    require(can_settle_bodies(request.actor))
    teams = Team.objects.filter(organisation=request.actor.organisation, archived_at=None)
    form = StepsForm(
        request.POST if request.method == "POST" else None,
        assembly=body,
        teams=list(teams.order_by("label", "pk")),
    )
    back = reverse("council:bodies", args=[org])
    return done_with(
        request,
        form,
        lambda: validating.settle_steps(
            actor=request.actor, assembly=body, content=form.content(), now=clock.now()
        ),
        done="Les étapes de validation sont enregistrées.",
        to=back,
    ) or form_page(
        request,
        form,
        title="Étapes de validation",
        intro=f"{body.name}. Aucune étape : un point proposé est aussitôt regardé par l’équipe "
        "des séances.",
        submit="Enregistrer",
        back=back,
    )


@write_view
def replacement(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Who acts for the mayor."""
    actor = request.actor
    body = _body(request, uid, Assembly.objects.all())
    require(can_prepare(actor, body))
    form = ReplacementForm(
        request.POST if request.method == "POST" else None,
        seats=replacing.in_order(body, actor.today),
        today=actor.today,
    )
    gone = done_with(
        request,
        form,
        lambda: replacing.replace_mayor(
            actor=actor, assembly=body, now=clock.now(), **form.cleaned_data
        ),
        done="Le remplacement est noté. Les deux sont prévenus.",
        to=request.path,
    )
    if gone is not None:
        return gone
    rows = MayorReplacement.objects.filter(assembly=body).select_related("by__person")
    context = {
        "org": org,
        "body": body,
        "lines": [_replaced(row, request) for row in rows.order_by("-from_date", "-pk")[:10]],
    }
    return shown(request, "council/replacement.html", form, context)


def _replaced(row: MayorReplacement, request: AuthedRequest) -> dict[str, Any]:
    until = f"au {long_date(row.to_date)}" if row.to_date else "jusqu’au retour du maire"
    return {
        "uid": row.uid,
        "who": row.by.person.full_name,
        "meta": " · ".join(
            one
            for one in (
                row.get_reason_display(),
                f"du {long_date(row.from_date)} {until}",
                row.words,
            )
            if one
        ),
        "running": row.to_date is None or row.to_date >= request.actor.today,
    }


@post_view
def replacement_end(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """The mayor is back."""
    rows = MayorReplacement.objects.filter(organisation=request.actor.organisation)
    row = get_object_or_404(rows.select_related("assembly"), uid=uid)
    replacing.end_replacement(actor=request.actor, replacement=row, now=clock.now())
    messages.success(request, "Le remplacement a pris fin.")
    return redirect("council:replacement", org, row.assembly.uid)


@write_view
def absence(request: AuthedRequest, org: str) -> HttpResponse:
    """Who validates in one's place."""
    actor = request.actor
    form = AbsenceForm(request.POST if request.method == "POST" else None, actor=actor)
    gone = done_with(
        request,
        form,
        lambda: validating.note_absence(actor=actor, now=clock.now(), **form.cleaned_data),
        done="C’est noté. Vous reprendrez la main le lendemain.",
        to=request.path,
    )
    if gone is not None:
        return gone
    mine = Absence.objects.filter(
        organisation=actor.organisation, person=actor.person, to_date__gte=actor.today
    ).select_related("replacement")
    context = {
        "org": org,
        "lines": [
            {
                "uid": row.uid,
                "who": row.replacement.full_name,
                "when": f"du {long_date(row.from_date)} au {long_date(row.to_date)}",
            }
            for row in mine.order_by("from_date", "pk")
        ],
    }
    return shown(request, "council/absence.html", form, context)


@post_view
def absence_end(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Back before the day said."""
    mine = Absence.objects.filter(
        organisation=request.actor.organisation, person=request.actor.person
    )
    validating.end_absence(
        actor=request.actor, absence=get_object_or_404(mine, uid=uid), now=clock.now()
    )
    messages.success(request, "Vous validez à nouveau vous-même.")
    return redirect("council:absence", org)
