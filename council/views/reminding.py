"""Reminding the members: who, first; then one button. And the day on which it is done by itself."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from config.lib import clock
from config.lib.access import require
from config.lib.htmx import render_page
from config.lib.http import AuthedRequest, post_view, write_view
from config.lib.text import human_datetime, plural
from council.access import can_prepare_meeting
from council.services import reminding
from council.services.refusals import Refusal
from council.views.fetch import meeting_or_404
from council.views.meetings import when


class ReminderDaysForm(forms.Form):
    """How many days before; empty: never by itself."""

    days = forms.IntegerField(
        label="Relancer tout seul, combien de jours avant la séance ?",
        min_value=1,
        max_value=reminding.MOST_DAYS,
        required=False,
        help_text="Vide : jamais. Une seule relance par séance, entre 9 h et 20 h, pas le "
        "dimanche, à qui n’a pas ouvert son dossier ou n’a pas répondu.",
    )


@write_view
def meeting_remind(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """The list, then the button."""
    actor, now = request.actor, clock.now()
    meeting = meeting_or_404(actor, uid)
    require(can_prepare_meeting(actor, meeting))
    back = reverse("council:meeting-proof", args=[org, uid])
    problem = ""
    if request.method == "POST":
        expected = request.POST.get("expected", "")
        try:
            count = reminding.remind(
                actor=actor,
                meeting=meeting,
                expected=int(expected) if expected.isdigit() else -1,
                now=now,
            )
        except Refusal as refused:
            problem = str(refused)
        else:
            messages.success(request, f"{plural(count, 'relance')} : le message part.")
            return redirect(back)
    people = reminding.to_remind(meeting, now=now)
    at = reminding.leaves_at(meeting, now=now)
    context = {
        "meeting": meeting,
        "org": org,
        "when": when(meeting),
        "people": [{"name": one.convocation.person.full_name, "why": one.why} for one in people],
        "confirm_label": f"Relancer {plural(len(people), 'personne')}",
        "later": human_datetime(at, now, meeting.timezone) if at and at > now else "",
        "possible": bool(people) and at is not None,
        "problem": problem,
        "form": ReminderDaysForm(initial={"days": meeting.assembly.reminder_days}),
        "body": meeting.assembly.name,
        "back": back,
    }
    return render_page(
        request, "council/meeting_remind.html", context, status=422 if problem else 200
    )


@post_view
def reminder_days(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """The automatic reminder of the body that this meeting is of."""
    meeting = meeting_or_404(request.actor, uid)
    form = ReminderDaysForm(request.POST)
    days = form.cleaned_data["days"] if form.is_valid() else 0
    try:
        reminding.set_reminder(
            actor=request.actor, assembly=meeting.assembly, days=days, now=clock.now()
        )
    except Refusal as refused:
        messages.error(request, str(refused))
    else:
        told = f"{plural(days, 'jour')} avant chaque séance" if days else "jamais"
        messages.success(request, f"Relance automatique : {told}.")
    return redirect("council:meeting-remind", org, uid)
