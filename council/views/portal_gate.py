"""The gate of a personal link. Looking at it changes nothing: mail scanners follow every link.

The address holds the secret, so these pages send no referrer to anyone (`no-referrer`). Browsers
then hide the origin of a form too, and Django's check could not pass: the token itself, which a
foreign site does not have, stands in for it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt

from config.lib import clock
from config.lib.htmx import render_page
from config.lib.http import post_view, read_view, write_view
from config.lib.text import mask_email
from council.models import Convocation
from council.services import links
from council.services.refusals import Refusal
from council.views.portal_session import has_session, open_session, sealed
from council.views.portal_words import day_and_hour, french_day_of


def secret(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A page whose own address is a secret."""

    @wraps(view)
    def wrapped(request: HttpRequest, token: str) -> HttpResponseBase:
        response = sealed(view(request, token))
        response["Referrer-Policy"] = "no-referrer"
        return response

    return login_not_required(csrf_exempt(wrapped))


@secret
@write_view
def gate(request: HttpRequest, token: str) -> HttpResponseBase:
    """GET asks « Vous êtes bien Jeanne Martin ? »; POST opens, and leaves the token behind."""
    now = clock.now()
    try:
        convocation = links.follow(token, now=now)
    except links.DeadLink as dead:
        return _dead(request, token, dead)
    home = reverse("portal:home", args=[convocation.uid])
    if has_session(request, convocation):
        return HttpResponseRedirect(home, status=303)
    if request.method == "POST":
        links.open_dossier(convocation=convocation, now=now)
        response = HttpResponseRedirect(home, status=303)
        open_session(response, convocation)
        return response
    context = {
        "name": convocation.person.full_name,
        "organisation": convocation.organisation.name,
        "assembly": convocation.meeting.assembly.name,
        "when": day_and_hour(convocation.meeting),
        "no_url": reverse("portal:not-me", args=[token]),
        "shared": bool(links.namesakes_of_mailbox(convocation)),
    }
    return render_page(request, "council/portal/gate.html", context)


@secret
@read_view
def not_me(request: HttpRequest, token: str) -> HttpResponseBase:
    """Somebody else holds this link: what to do, and nothing about whose it is."""
    try:
        convocation: Convocation | None = links.follow(token, now=clock.now())
    except links.DeadLink as dead:
        convocation = dead.convocation
    context = {
        "organisation": convocation.organisation.name if convocation else "",
        "phone": links.phone_of(convocation) if convocation else "",
        "back_url": reverse("portal:gate", args=[token]),
    }
    return render_page(request, "council/portal/not_me.html", context)


@secret
@post_view
def new_link(request: HttpRequest, token: str) -> HttpResponseBase:
    """Send a fresh link to the address that we know, from a link that we once made."""
    now = clock.now()
    try:
        convocation = links.follow(token, now=now)
    except links.DeadLink as dead:
        if dead.convocation is None or dead.why is links.Dead.CLOSED:
            return _dead(request, token, dead)
        convocation = dead.convocation
    context: dict[str, Any] = {
        "organisation": convocation.organisation.name,
        "phone": links.phone_of(convocation),
        "address": mask_email(convocation.person.email),
        "refusal": "",
    }
    status = 200
    try:
        links.send_new_link(convocation=convocation, now=now)
    except Refusal as refusal:
        context["refusal"] = str(refusal)
        status = 429 if isinstance(refusal, links.TooManyLinks) else 409
    return render_page(request, "council/portal/link_sent.html", context, status=status)


def _dead(request: HttpRequest, token: str, dead: links.DeadLink) -> HttpResponse:
    """Never a dead end: a new link to the known address, and the town hall's telephone."""
    convocation = dead.convocation
    may_ask = (
        convocation is not None
        and dead.why is not links.Dead.CLOSED
        and bool(convocation.person.email)
    )
    context = {
        "why": dead.why.value,
        "organisation": convocation.organisation.name if convocation else "",
        "phone": links.phone_of(convocation) if convocation else "",
        "address": mask_email(convocation.person.email) if convocation and may_ask else "",
        "new_link_url": reverse("portal:new-link", args=[token]) if may_ask else "",
        "day": french_day_of(convocation.meeting) if convocation else "",
    }
    status = 404 if convocation is None else 410
    return render_page(request, "council/portal/dead_link.html", context, status=status)
