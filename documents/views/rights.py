"""The "Droits" panel of a folder or a document: who sees it and why; giving, taking, limiting.

Nothing is saved before a second page has said who gains and who loses.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from accounts.models import Person, Team
from config.lib import clock
from config.lib.access import require
from config.lib.htmx import render_page
from config.lib.http import AuthedRequest, private, write_view
from documents.access import (
    abilities,
    breadcrumb,
    can_manage,
    can_read,
    can_take_over,
    domain_id_of,
    is_confidential,
)
from documents.enums import Role
from documents.forms.rights import RightForm, value_of
from documents.models import AccessDomain, Document, Folder
from documents.services import consequences, reach, rights
from documents.services.consequences import Preview
from documents.services.refusals import Refusal
from documents.views.browse import crumbs_for_page
from documents.views.fetch import document_or_404, folder_or_404
from documents.views.sight import who_sees


@dataclass(frozen=True)
class Step:
    """One change asked for: what it is called, what it would do, and how it is done."""

    title: str
    confirm: str
    done: str
    preview: Callable[[], Preview]
    apply: Callable[[], object]
    notes: list[str] = field(default_factory=list)
    hidden: list[tuple[str, str]] = field(default_factory=list)


@write_view
def folder_rights(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Who sees this folder; for its managers, changing it."""
    return _page(request, folder_or_404(request.actor, uid))


@write_view
def document_rights(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Who sees this document; for its managers, changing it."""
    return _page(request, document_or_404(request.actor, uid))


def _page(request: AuthedRequest, obj: Folder | Document) -> HttpResponse:
    if request.method != "POST":
        return _panel(request, obj, RightForm(request.actor, initial=_asked(request)))
    form = RightForm(request.actor, request.POST or None)
    if request.POST.get("action") == "donner" and not form.is_valid():
        return _panel(request, obj, form)
    try:
        step = _step(request, obj, form)
        if request.POST.get("confirme") == "1":
            step.apply()
            messages.success(request, step.done)
            return redirect(_next(request, obj))
        return _ask(request, obj, step, step.preview())
    except Refusal as refused:
        return _panel(request, obj, RightForm(request.actor, initial=_asked(request)), str(refused))


def _asked(request: AuthedRequest) -> dict[str, str]:
    """The line that « Modifier » points at."""
    return {
        "who": request.GET.get("qui", ""),
        "role": request.GET.get("droit", str(int(Role.READER))),
    }


def _name(obj: Folder | Document) -> str:
    return f"« {obj} »"


def _address(request: AuthedRequest, obj: Folder | Document) -> str:
    name = "documents:document-rights" if isinstance(obj, Document) else "documents:folder-rights"
    return reverse(name, args=[request.actor.organisation.slug, obj.uid])


def _next(request: AuthedRequest, obj: Folder | Document) -> str:
    """Back to the panel, or to the tree for those who have just shut themselves out."""
    fresh = type(obj).objects.get(pk=obj.pk)
    if can_read(request.actor, fresh):
        return _address(request, obj)
    return reverse("documents:root", args=[request.actor.organisation.slug])


# -- the panel -------------------------------------------------------------------------------------


def _panel(
    request: AuthedRequest, obj: Folder | Document, form: RightForm, problem: str = ""
) -> HttpResponse:
    actor = request.actor
    manages = bool(can_manage(actor, obj))
    folder = obj.folder if isinstance(obj, Document) else obj
    domain = AccessDomain.objects.get(pk=domain_id_of(obj))
    restricted = isinstance(obj, Folder) and domain.folder_id == obj.pk and not domain.inherits
    context: dict[str, Any] = {
        "obj": obj,
        "is_document": isinstance(obj, Document),
        **who_sees(request, obj),
        "manages": manages,
        "columns": "Équipe ou personne|Droit|Parce que" + ("|À faire" if manages else ""),
        "may": abilities(Role(obj.role)),  # type: ignore[union-attr]
        "form": form,
        "problem": problem,
        "at_root": isinstance(obj, Folder) and obj.parent_id is None,
        "restricted": restricted,
        "confidential": restricted and domain.confidential,
        "confidential_above": is_confidential(obj) and not (restricted and domain.confidential),
        "may_take_over": not manages
        and isinstance(obj, Folder)
        and bool(can_take_over(actor, obj)),
        "crumbs": crumbs_for_page(
            actor, breadcrumb(actor, folder), here=str(obj) if isinstance(obj, Document) else ""
        ),
    }
    status = 422 if problem or (form.is_bound and form.errors) else 200
    return private(render_page(request, "documents/rights.html", context, status=status))


# -- the change asked for, and its confirmation ----------------------------------------------------


def _step(request: AuthedRequest, obj: Folder | Document, form: RightForm) -> Step:
    action = request.POST.get("action", "")
    if action == "donner":
        return _give(request, obj, form)
    if action == "retirer":
        return _take(request, obj)
    if isinstance(obj, Folder) and action in _FOLDER_STEPS:
        return _FOLDER_STEPS[action](request, obj)
    raise Http404


def _give(request: AuthedRequest, obj: Folder | Document, form: RightForm) -> Step:
    principal, role = form.principal, form.cleaned_data["role"]
    who = f"l’équipe {principal.label}" if isinstance(principal, Team) else principal.full_name
    what = {Role.NONE: "n’a pas accès à", Role.MANAGER: "gère les droits de"}.get(role, role.label)
    sentence = f"{who[:1].upper()}{who[1:]} {what} {_name(obj)}."
    now = clock.now()
    return Step(
        title=sentence,
        confirm="Confirmer",
        done=sentence,
        preview=lambda: consequences.preview_role(
            actor=request.actor, obj=obj, principal=principal, role=role, now=now
        ),
        apply=lambda: rights.set_role(
            actor=request.actor, obj=obj, principal=principal, role=role, now=now, confirmed=True
        ),
        hidden=[("who", form.cleaned_data["who"]), ("role", str(int(role)))],
    )


def _take(request: AuthedRequest, obj: Folder | Document) -> Step:
    value = request.POST.get("who", "")
    listed = {value_of(line.principal): line for line in reach.lines(request.actor, obj)}
    line = listed.get(value)
    if line is None or not line.here:
        raise Http404
    now = clock.now()
    return Step(
        title=f"Retirer ce qui est inscrit ici pour {line.name[:1].lower() + line.name[1:]}"
        if isinstance(line.principal, Team)
        else f"Retirer ce qui est inscrit ici pour {line.name}",
        confirm="Retirer",
        done=f"{line.name} n’est plus inscrit ici.",
        preview=lambda: consequences.preview_role(
            actor=request.actor, obj=obj, principal=line.principal, role=None, now=now
        ),
        apply=lambda: rights.remove_entry(
            actor=request.actor, obj=obj, principal=line.principal, now=now
        ),
        hidden=[("who", value)],
    )


def _limit(request: AuthedRequest, folder: Folder) -> Step:
    keep, hidden = _kept(request, folder)
    now = clock.now()
    return Step(
        title=f"Limiter {_name(folder)}",
        confirm="Limiter ce dossier",
        done=f"{_name(folder)} est limité aux personnes inscrites ici.",
        preview=lambda: consequences.preview_restriction(
            actor=request.actor, folder=folder, restricted=True, keep=keep, now=now
        ),
        apply=lambda: rights.restrict(actor=request.actor, folder=folder, keep=keep, now=now),
        notes=["Ce qui est donné plus haut ne comptera plus ici. Vous en gardez la gestion."],
        hidden=hidden,
    )


def _open(request: AuthedRequest, folder: Folder) -> Step:
    now = clock.now()
    return Step(
        title=f"Rouvrir {_name(folder)}",
        confirm="Rouvrir ce dossier",
        done=f"{_name(folder)} reprend les droits du dossier qui le contient.",
        preview=lambda: consequences.preview_restriction(
            actor=request.actor, folder=folder, restricted=False, now=now
        ),
        apply=lambda: rights.unrestrict(actor=request.actor, folder=folder, now=now),
        notes=["Ce qui est donné plus haut comptera de nouveau ici."],
    )


def _confide(request: AuthedRequest, folder: Folder) -> Step:
    keep, hidden = _kept(request, folder)
    now = clock.now()
    return Step(
        title=f"Rendre {_name(folder)} confidentiel",
        confirm="Rendre confidentiel",
        done=f"{_name(folder)} est confidentiel.",
        preview=lambda: consequences.preview_restriction(
            actor=request.actor, folder=folder, restricted=True, keep=keep, now=now
        ),
        apply=lambda: rights.make_confidential(
            actor=request.actor, folder=folder, keep=keep, now=now
        ),
        notes=[
            "Seules les personnes inscrites ici pourront l’ouvrir. Chaque ouverture sera notée, "
            "et les courriels ne diront pas le nom des documents."
        ],
        hidden=hidden,
    )


def _unconfide(request: AuthedRequest, folder: Folder) -> Step:
    now = clock.now()
    return Step(
        title=f"Lever la confidentialité de {_name(folder)}",
        confirm="Lever la confidentialité",
        done=f"{_name(folder)} n’est plus confidentiel ; il reste limité.",
        preview=Preview,
        apply=lambda: rights.end_confidential(actor=request.actor, folder=folder, now=now),
        notes=["Les ouvertures ne seront plus notées. Le dossier reste limité."],
    )


def _take_over(request: AuthedRequest, folder: Folder) -> Step:
    require(can_take_over(request.actor, folder))
    now = clock.now()
    return Step(
        title=f"Reprendre {_name(folder)}",
        confirm="Reprendre ce dossier",
        done=f"La direction générale gère les droits de {_name(folder)}.",
        preview=Preview,
        apply=lambda: rights.take_over(actor=request.actor, folder=folder, now=now),
        notes=[
            "La direction générale en gérera les droits. C’est noté au journal, et les personnes "
            "qui le géraient en sont averties."
        ],
    )


_FOLDER_STEPS: dict[str, Callable[[AuthedRequest, Folder], Step]] = {
    "limiter": _limit,
    "rouvrir": _open,
    "confidentiel": _confide,
    "lever": _unconfide,
    "reprendre": _take_over,
}


def _kept(
    request: AuthedRequest, folder: Folder
) -> tuple[list[Person | Team], list[tuple[str, str]]]:
    """Those ticked to keep, in a limited folder, what they had from above."""
    chosen = set(request.POST.getlist("garder"))
    kept = [
        line.principal
        for line in reach.lines(request.actor, folder)
        if value_of(line.principal) in chosen
    ]
    return kept, [("garder", value_of(principal)) for principal in kept]


def _ask(
    request: AuthedRequest, obj: Folder | Document, step: Step, preview: Preview
) -> HttpResponse:
    context = {
        "obj": obj,
        "step": step,
        "action": request.POST.get("action", ""),
        "gains": [{"name": s.person.full_name, "what": s.summary} for s in preview.gains],
        "losses": [{"name": s.person.full_name, "what": s.summary} for s in preview.losses],
        "warnings": preview.warnings,
        "address": _address(request, obj),
    }
    return private(render_page(request, "documents/rights_confirm.html", context))
