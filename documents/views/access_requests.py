"""An internal link, the refusal that it explains, and the request that follows from it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from config.lib import clock
from config.lib.access import require
from config.lib.htmx import render_page
from config.lib.http import AuthedRequest, private, write_view
from config.lib.text import human_datetime
from documents.access import can_read, can_take_over, role_of
from documents.access.links import behind_link, can_answer, requests_to_answer
from documents.enums import Role
from documents.forms.links import GIVEN, AskForm, GiveForm, RefuseForm
from documents.models import AccessRequest, Document, Folder
from documents.notifications.links import address_of, name_for_answering
from documents.services import requesting_access, rights
from documents.services.refusals import NeedsConfirmation, Refusal


@write_view
def link(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Where an internal link leads: to its object, or to a page that explains and lets one ask.

    For a member of the organisation who holds it, the link says that something exists; its name,
    place and readers stay unknown. Somebody from elsewhere gets the 404 of what does not exist.
    """
    here = behind_link(request.actor, uid)
    if here is None:
        raise Http404
    role = role_of(request.actor, here)
    more = "plus" in request.GET or request.method == "POST"
    if role >= Role.READER and not more:
        return redirect(address_of(request.actor, here))
    if role >= Role.EDITOR:
        return redirect(address_of(request.actor, here))
    form = AskForm(role, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            requesting_access.ask_access(
                actor=request.actor,
                obj=here,
                wanted=form.cleaned_data["wanted"],
                message=form.cleaned_data["message"],
                now=clock.now(),
            )
        except Refusal as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(
                request,
                "Votre demande est partie aux personnes qui gèrent les droits. "
                "Vous serez prévenu de leur réponse.",
            )
            return redirect(request.path + ("?plus" if role >= Role.READER else ""))
    return _refused_page(request, here, role, form)


def _refused_page(
    request: AuthedRequest, here: Folder | Document, role: Role, form: AskForm
) -> HttpResponse:
    actor, now = request.actor, clock.now()
    waiting = requesting_access.waiting_request(actor, here)
    refusal = requesting_access.last_refusal(actor, here, now=now)
    reads = bool(can_read(actor, here))
    zone = actor.organisation.timezone
    context = {
        "is_document": isinstance(here, Document),
        "name": str(here) if reads else "",
        "back": address_of(actor, here) if reads else "",
        "can": role.label if reads else "",
        "form": form,
        "waiting_since": human_datetime(waiting.asked_at, now, zone) if waiting else "",
        "refused": refusal.reason if refusal and not waiting else "",
        "refused_at": human_datetime(refusal.answered_at, now, zone)
        if refusal and refusal.answered_at
        else "",
    }
    status = 422 if form.is_bound and form.errors else 200
    return private(render_page(request, "documents/links/refused.html", context, status=status))


@write_view
def answer(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Who asks, for what, and the two answers."""
    asked = get_object_or_404(requests_to_answer(request.actor), uid=uid)
    obj = asked.target
    if request.method == "POST":
        return _answered(request, asked, obj)
    return _answer_page(request, asked, RefuseForm())


def _answered(request: AuthedRequest, asked: AccessRequest, obj: Folder | Document) -> HttpResponse:
    actor, now = request.actor, clock.now()
    action = request.POST.get("action", "")
    here = obj.folder if isinstance(obj, Document) else obj
    if action == "reprendre":
        require(can_take_over(actor, here))
        rights.take_over(actor=actor, folder=here, now=now)
        messages.success(request, "La direction générale gère désormais les droits ici.")
        return redirect(request.path)
    require(can_answer(actor, asked))
    try:
        if action == "refuser":
            form = RefuseForm(request.POST)
            if not form.is_valid():
                return _answer_page(request, asked, form)
            requesting_access.refuse_access(
                actor=actor, request=asked, reason=form.cleaned_data["reason"], now=now
            )
            done = f"Votre réponse est partie à {asked.person.full_name}."
        else:
            give = GiveForm(actor, obj, request.POST)
            if not give.is_valid():
                raise Http404
            requesting_access.give_access(
                actor=actor,
                request=asked,
                role=give.cleaned_data["role"],
                now=now,
                confirmed=request.POST.get("confirme") == "1",
            )
            done = f"{asked.person.full_name} {give.cleaned_data['role'].label} « {obj} »."
    except NeedsConfirmation as asks:
        return _answer_page(
            request, asked, RefuseForm(), confirm=str(asks), role=request.POST.get("role", "")
        )
    except Refusal as refused:
        return _answer_page(request, asked, RefuseForm(), problem=str(refused))
    messages.success(request, done)
    return redirect("accounts:home", org=actor.organisation.slug)


def _answer_page(
    request: AuthedRequest,
    asked: AccessRequest,
    form: RefuseForm,
    *,
    problem: str = "",
    confirm: str = "",
    role: str = "",
) -> HttpResponse:
    actor, now, obj = request.actor, clock.now(), asked.target
    wanted = Role(asked.wanted)
    reads = bool(can_read(actor, obj))
    context = {
        "asked": asked,
        "who": asked.person.full_name,
        "name": name_for_answering(actor, obj),
        "href": address_of(actor, obj) if reads else "",
        "is_document": isinstance(obj, Document),
        "when": human_datetime(asked.asked_at, now, actor.organisation.timezone),
        "wanted": GIVEN[wanted],
        "wanted_value": int(wanted),
        "gain": requesting_access.gain_of(actor, asked, wanted) if reads else "",
        "may_answer": bool(can_answer(actor, asked)),
        "may_take_over": bool(
            can_take_over(actor, obj.folder if isinstance(obj, Document) else obj)
        ),
        "others": GiveForm(actor, obj, initial={"role": int(wanted)}),
        "form": form,
        "problem": problem,
        "confirm": confirm,
        "confirm_role": role,
    }
    status = 422 if problem or confirm or form.errors else 200
    return private(render_page(request, "documents/links/answer.html", context, status=status))
