"""Setting a document aside, giving it back, lifting somebody else's reservation."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from config.lib import clock
from config.lib.access import require
from config.lib.htmx import render_page
from config.lib.http import AuthedRequest, post_view, write_view
from documents.access import can_break_reservation, can_reserve
from documents.forms.documents import ReserveForm
from documents.models import Document
from documents.services import reserving
from documents.services.refusals import Refusal
from documents.views.fetch import document_or_404


def leave_alone(request: AuthedRequest, document: Document) -> HttpResponse | None:
    """Before showing a form that would be refused: back to the document, with why. None: go on.

    The document comes from `document_or_404`, which joins its reservation.
    """
    held = getattr(document, "reservation", None)
    now = clock.now()
    if request.method == "POST" or held is None or held.expires_at <= now:
        return None
    if held.holder_id == request.actor.person.pk:
        return None
    may_lift = bool(can_break_reservation(request.actor, document))
    messages.error(request, reserving.refusal_of(held, now, request.actor, may_lift=may_lift))
    return redirect("documents:document", request.actor.organisation.slug, document.uid)


@write_view
def reserve(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """For how long; or, when it is mine already, until when instead."""
    document = document_or_404(request.actor, uid)
    require(can_reserve(request.actor, document))
    now, zone = clock.now(), request.actor.organisation.timezone
    form = ReserveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            held = reserving.take(
                actor=request.actor, document=document, until=form.until(now, zone), now=now
            )
        except Refusal as refused:
            messages.error(request, str(refused))
        else:
            messages.success(
                request,
                f"« {document.title} » est réservé pour vous "
                f"{reserving.until_words(held.expires_at, now, zone)}.",
            )
        return redirect("documents:document", org, uid)
    held_now = reserving.running_reservation(document, now)
    context = {
        "document": document,
        "form": form,
        "mine": held_now is not None and held_now.holder_id == request.actor.person.pk,
    }
    return render_page(
        request, "documents/reserve.html", context, status=422 if form.errors else 200
    )


@post_view
def give_back(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """The holder has finished."""
    document = document_or_404(request.actor, uid)
    try:
        reserving.release(actor=request.actor, document=document, now=clock.now())
    except Refusal as refused:
        messages.error(request, str(refused))
    else:
        messages.success(
            request, f"« {document.title} » est rendu : vos collègues peuvent l’enregistrer."
        )
    return redirect("documents:document", org, uid)


@post_view
def lift(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Whoever manages the rights opens the document to the others again."""
    document = document_or_404(request.actor, uid)
    require(can_break_reservation(request.actor, document))
    try:
        reserving.break_reservation(actor=request.actor, document=document, now=clock.now())
    except Refusal as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "La réservation est levée. La personne qui l’avait est prévenue.")
    return redirect("documents:document", org, uid)
