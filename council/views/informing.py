"""R-EPCI-03: who gets copies for information, and what became of each."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from accounts.enums import MailState
from accounts.services.importing import MOST_BYTES, NotReadable
from config.lib import clock
from config.lib.access import require
from config.lib.htmx import render_page
from config.lib.http import AuthedRequest, post_view, read_view, write_view
from config.lib.text import long_date, plural
from council.access import can_prepare_meeting, can_settle_bodies, prepared_assemblies
from council.enums import CopyOf
from council.models import InformationCopy, InformedCouncillor, Meeting, Minutes
from council.rules.afterwards import councillors_copy_due
from council.services import informing
from council.services.refusals import Refusal
from council.views.fetch import meeting_or_404
from council.views.mandates import body_or_404
from council.views.meetings import said_when, when


class InformedForm(forms.Form):
    """The councillors of the member communes, as a CSV file."""

    file = forms.FileField(label="Les conseillers (fichier CSV)")


@write_view
def informed(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Who is sent copies by a community council or a syndicate; a file adds to them."""
    actor = request.actor
    body = body_or_404(actor, uid)
    require(can_settle_bodies(actor))
    form = InformedForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        content = form.cleaned_data["file"].read(MOST_BYTES + 1)
        try:
            new = informing.keep_informed(
                actor=actor, assembly=body, content=content, now=clock.now()
            )
        except (Refusal, NotReadable) as refused:
            form.add_error("file", str(refused))
        else:
            people = plural(new, "personne ajoutée", "personnes ajoutées")
            messages.success(request, f"{people}.")
            return redirect("council:informed", org, uid)
    rows = InformedCouncillor.objects.filter(assembly=body).current(actor.today)
    people = [
        {
            "name": one.person.full_name,
            "meta": f"{one.commune}, {one.person.email or 'sans adresse'}",
            "end": reverse("council:informed-end", args=[org, one.uid]),
        }
        for one in rows.select_related("person").in_order()
    ]
    context = {
        "org": org,
        "body": body,
        "form": form,
        "informs": informing.informs(body),
        "people": people,
        "count": plural(len(people), "conseiller informé", "conseillers informés"),
        "template_href": reverse("council:informed-template", args=[org]),
        "back": reverse("council:members", args=[org, uid]),
    }
    wrong = form.is_bound and bool(form.errors)
    return render_page(request, "council/informed.html", context, status=422 if wrong else 200)


@read_view
def informed_template(request: AuthedRequest, org: str) -> HttpResponse:
    """The file to fill in."""
    require(can_settle_bodies(request.actor))
    response = HttpResponse(
        informing.template().encode("utf-8-sig"), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = 'attachment; filename="Conseillers.csv"'
    return response


@post_view
def informed_end(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Somebody left the council of their commune."""
    actor = request.actor
    rows = InformedCouncillor.objects.filter(assembly__in=prepared_assemblies(actor))
    row = get_object_or_404(rows.select_related("assembly", "person"), uid=uid)
    require(can_settle_bodies(actor))
    informing.stop_informing(actor=actor, councillor=row, now=clock.now())
    messages.success(request, f"{row.person.full_name} ne recevra plus de copie.")
    return redirect("council:informed", org, row.assembly.uid)


@write_view
def meeting_copies(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """What the councillors of the member communes were sent of a meeting, and what is owed."""
    actor, now = request.actor, clock.now()
    meeting = meeting_or_404(actor, uid)
    require(can_prepare_meeting(actor, meeting))
    if request.method == "POST":
        what = request.POST.get("what", "")
        try:
            count = informing.send_copies(
                actor=actor,
                meeting=meeting,
                what=CopyOf(what if what in CopyOf.values else CopyOf.CONVOCATION),
                now=now,
            )
        except Refusal as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, f"{plural(count, 'copie')} à envoyer.")
        return redirect("council:meeting-copies", org, uid)
    context = {
        "org": org,
        "when": when(meeting),
        "back": reverse("council:meeting-detail", args=[org, uid]),
        "list_href": reverse("council:informed", args=[org, meeting.assembly.uid]),
        "may_settle": bool(can_settle_bodies(actor)),
        "kinds": [_kind(meeting, what, now) for what in CopyOf]
        if informing.informs(meeting.assembly)
        else [],
    }
    return render_page(request, "council/meeting_copies.html", context)


def _kind(meeting: Meeting, what: CopyOf, now: datetime) -> dict[str, Any]:
    rows = (
        InformationCopy.objects.filter(meeting=meeting, what=what)
        .select_related("councillor__person")
        .order_by("asked_at", "councillor__commune", "pk")
    )
    due = _due(meeting, what)
    ready = what != CopyOf.CONVOCATION and informing.version_of(meeting, what) is not None
    return {
        "value": what.value,
        "title": what.label,
        "due": f"À envoyer au plus tard le {long_date(datetime.combine(due, time()))}."
        if due
        else "",
        "ready": ready,
        "rows": [
            {
                "name": str(one.councillor),
                "address": one.address,
                "state": said_of(one, meeting, now),
            }
            for one in rows
        ],
    }


def said_of(copy: InformationCopy, meeting: Meeting, now: datetime) -> str:
    """What became of a copy, in words."""
    if copy.mail is None:
        return copy.words
    if copy.settled_at is None:
        return "En cours d’envoi."
    if copy.outcome == MailState.ACCEPTED:
        return f"Partie {said_when(copy.settled_at, meeting, now)}."
    return f"Pas partie : {copy.words or 'issue incertaine'}"


def _due(meeting: Meeting, what: CopyOf) -> date | None:
    """The last day of the law, once it runs."""
    if what == CopyOf.RESULTS and meeting.opened_at is not None:
        return councillors_copy_due(meeting.local_day)
    if what == CopyOf.MINUTES:
        row = Minutes.objects.filter(meeting=meeting).first()
        if row is not None and row.settled_on is not None:
            return councillors_copy_due(row.settled_on)
    return None
