"""The acting organisation is in the path, never in the session: three tabs, three communes."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import get_script_prefix, set_script_prefix

from accounts.actor import acting_at
from accounts.models import Viewing
from accounts.services.sessions import still_here
from accounts.services.viewing import running
from accounts.viewing import SESSION_KEY, seen_as, viewable
from config.lib import clock
from config.lib.access import refuse, require
from config.lib.http import client_address

_ADMIN = re.compile(r"^/c/(?P<slug>[a-z0-9-]+)(?P<rest>/admin/.*)$")


SEEN_ON = "seen_on"
_SAFE = {"GET", "HEAD", "OPTIONS"}
# What stays open to whoever looks as somebody else.
_WAYS_OUT = {"accounts:viewing-stop", "accounts:sign-out"}


def _note_presence(request: Any) -> None:
    """Once a day, date the session in the list that its owner sees. Only sessions opened at the
    door carry the mark."""
    if not request.user.is_authenticated:
        return
    at = clock.now()
    today = at.date().isoformat()
    if request.session.get(SEEN_ON, today) != today:
        request.session[SEEN_ON] = today
        still_here(request.session.session_key, now=at)


def _look_under_way(request: Any) -> Viewing | None:
    """The look that this session keeps, if any: nothing is written anywhere while it lasts."""
    if not request.user.is_authenticated or SESSION_KEY not in request.session:
        return None
    look = running(viewer=request.user, uid=request.session[SESSION_KEY], now=clock.now())
    if look is None:
        del request.session[SESSION_KEY]
        return None
    request.viewing = look
    if request.method not in _SAFE and request.resolver_match.view_name not in _WAYS_OUT:
        require(
            refuse(
                f"Vous voyez comme {look.person.full_name} : rien ne peut être modifié. "
                "Revenez d’abord à vous-même."
            )
        )
    return look


def _look_through(request: Any, look: Viewing) -> None:
    """Put the colleague's actor on the request; only what is made for it opens."""
    if request.resolver_match.view_name in _WAYS_OUT:
        return
    theirs = seen_as(request.actor, look, now=clock.now())
    if theirs is None or request.resolver_match.namespace not in viewable:
        require(
            refuse(
                f"Pendant que vous voyez comme {look.person.full_name}, seuls les documents "
                "s’ouvrent. Revenez d’abord à vous-même."
            )
        )
    request.actor = theirs


class OrganisationMiddleware:
    """Puts `request.actor` on every request under `/c/<organisation>/`, None elsewhere.

    A stranger to the organisation gets the same 404 as for one that does not exist. The admin is
    mounted once, at `/admin/`, and reached only under an organisation: the path is rewritten and
    the links that it makes carry the organisation again.
    """

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponseBase:
        request.viewing = None
        admin = _ADMIN.match(request.path_info)
        if admin is None:
            return self.get_response(request)
        prefix = get_script_prefix()
        request.path_info = admin["rest"]
        request.acting_slug = admin["slug"]
        set_script_prefix(f"{prefix}c/{admin['slug']}/")
        try:
            response = self.get_response(request)
            if hasattr(response, "render") and not getattr(response, "is_rendered", True):
                response = response.render()
            return response
        finally:
            set_script_prefix(prefix)

    def process_view(
        self, request: Any, view: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        """Build the actor before the view, after authentication."""
        request.actor = None
        if getattr(view, "sessionless", False):
            return None  # the same answer for everybody: the session is not even looked at
        _note_presence(request)
        look = _look_under_way(request)
        slug = getattr(request, "acting_slug", None) or kwargs.get("org")
        if slug is None:
            if request.path_info.startswith("/admin/"):
                raise Http404  # the admin exists only inside an organisation
            return None
        if not getattr(view, "login_required", True):
            return None  # a public page of the organisation has no actor
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        actor = acting_at(request.user, slug, now=clock.now(), address=client_address(request))
        if actor is None:
            raise Http404
        request.inbox_unread = actor.unread
        request.actor = actor
        if look is not None and look.organisation_id == actor.organisation.pk:
            _look_through(request, look)
        return None
