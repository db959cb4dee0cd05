"""A member's own list of interests, and the withdrawals that they choose to announce."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404

from config.lib.htmx import render_page
from config.lib.http import post_view, write_view
from council.access_interests import own_interests
from council.dossier.data import Point
from council.enums import RecusalBasis
from council.forms_interests import InterestForm, WithdrawalForm
from council.models import AgendaItem, AnnouncedWithdrawal
from council.rules.interests import named_interests, prompts
from council.services import interests as verbs
from council.services.refusals import Refusal
from council.views.portal import frame
from council.views.portal_session import Visit, portal_page


def about_point(visit: Visit, point: Point) -> dict[str, Any]:
    """The discreet word beside a point: what it names, what was announced, how to say so."""
    told = AnnouncedWithdrawal.objects.filter(item__uid=point.uid, person=visit.person).first()
    known = verbs.as_rules_see(verbs.declared_by(visit.person, visit.own.organisation))
    text = verbs.text_of(point)
    found = named_interests(text, known)
    first = told.basis if told else found[0].basis.value if found else RecusalBasis.PERSONAL
    return {
        "words": [one.message for one in prompts(text, known)],
        "announced": told is not None,
        "form": WithdrawalForm(initial={"basis": first}),
        "url": visit.url("withdrawal", UUID(point.uid)),
        "list_url": visit.url("interests"),
    }


@portal_page
@write_view
def interests(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """My list: mine alone. Which points of this dossier name it; one more name."""
    form = InterestForm(request.POST or None, initial={"basis": RecusalBasis.PERSONAL.value})
    if request.method == "POST" and form.is_valid():
        try:
            verbs.declare_interest(
                convocation=visit.latest,
                name=form.cleaned_data["name"],
                basis=RecusalBasis(form.cleaned_data["basis"]),
                now=visit.now,
            )
        except Refusal as refused:
            form.add_error("name", str(refused))
        else:
            messages.success(request, "C’est noté, pour vous seul.")
            return HttpResponseRedirect(visit.url("interests"), status=303)
    known = verbs.declared_by(visit.person, visit.own.organisation)
    context = frame(visit) | {
        "form": form,
        "lines": [
            {
                "uid": one.uid,
                "name": one.name,
                "meta": "J’y représente la collectivité"
                if one.basis == RecusalBasis.REPRESENTS
                else "À titre personnel",
                "forget_url": visit.url("interest-forget", one.uid),
            }
            for one in known
        ],
        "points": [
            {
                "words": f"{point.number}. {point.title}",
                "url": visit.url("point-where", UUID(point.uid)),
            }
            for point in verbs.points_named(visit.person, visit.latest.edition)
        ],
    }
    status = 422 if form.is_bound and form.errors else 200
    return render_page(request, "council/portal/interests.html", context, status=status)


@portal_page
@post_view
def interest_forget(request: HttpRequest, visit: Visit, interest: UUID) -> HttpResponseBase:
    """Erase a name from my list."""
    row = get_object_or_404(own_interests(visit.person, visit.own.organisation), uid=interest)
    verbs.forget_interest(convocation=visit.latest, interest=row, now=visit.now)
    messages.success(request, "Ce nom est effacé. Il n’en reste rien.")
    return HttpResponseRedirect(visit.url("interests"), status=303)


@portal_page
@post_view
def withdrawal(request: HttpRequest, visit: Visit, item: UUID) -> HttpResponseBase:
    """« Je me retirerai de ce point », or after all no."""
    row = get_object_or_404(AgendaItem, meeting=visit.own.meeting_id, uid=item)
    form = WithdrawalForm(request.POST)
    try:
        if "undo" in request.POST:
            verbs.take_back(convocation=visit.latest, item=row, now=visit.now)
            messages.success(request, "Votre annonce est retirée.")
        elif form.is_valid():
            basis = RecusalBasis(form.cleaned_data["basis"])
            verbs.announce_withdrawal(
                convocation=visit.latest, item=row, basis=basis, now=visit.now
            )
            messages.success(
                request, "La personne qui tient la séance saura que vous vous retirez de ce point."
            )
        else:
            messages.error(request, "Dites à quel titre vous vous retirez.")
    except Refusal as refused:
        messages.error(request, str(refused))
    return HttpResponseRedirect(visit.url("point-where", item), status=303)
