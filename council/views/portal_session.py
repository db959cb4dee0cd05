"""Who is looking at a dossier: the holder of its personal link, or the member signed in.

The portal has a cookie of its own, bound to one convocation and to the generation of its links.
It is never a Django session: it makes nobody a user, and leaves whoever is signed in as they are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse

from accounts.models import Person
from config.lib import clock
from config.lib.access import Decision
from config.lib.htmx import render_page
from config.lib.http import private
from council.access import can_open_dossier
from council.enums import AnswerSource
from council.models import Convocation, Meeting
from council.services import links

_SALT = "council.portal"
#: A week: an élu who left the page open on Thursday finds it again before Monday's meeting.
LASTS_SECONDS = 7 * 24 * 3600

P = ParamSpec("P")


@dataclass(frozen=True, slots=True)
class Visit:
    """One member in front of their dossier. `own` is the convocation of the address, `latest` the
    one whose edition is shown: a modified dossier replaces the first."""

    own: Convocation
    latest: Convocation
    source: AnswerSource
    now: datetime

    @property
    def person(self) -> Person:
        """The member."""
        return self.own.person

    @property
    def meeting(self) -> Meeting:
        """The meeting that this visit is limited to."""
        return self.own.meeting

    def url(self, name: str, *more: Any) -> str:
        """A page of this dossier."""
        return reverse(f"portal:{name}", args=[self.own.uid, *more])


def cookie_name(convocation: Convocation) -> str:
    """A name of its own for each dossier, so that none can stand in for another."""
    return f"dossier-{convocation.uid.hex[:12]}"


def cookie_path(convocation: Convocation) -> str:
    """Below which addresses the cookie is sent: those of this dossier alone."""
    return reverse("portal:home", args=[convocation.uid])


def open_session(response: HttpResponse, convocation: Convocation) -> None:
    """Give the browser the cookie of this dossier."""
    value = signing.dumps(
        [str(convocation.uid), convocation.generation], key=settings.LINK_KEY, salt=_SALT
    )
    response.set_cookie(
        cookie_name(convocation),
        value,
        max_age=LASTS_SECONDS,
        path=cookie_path(convocation),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def close_session(response: HttpResponse, convocation: Convocation) -> None:
    """Take the cookie back."""
    response.delete_cookie(cookie_name(convocation), path=cookie_path(convocation), samesite="Lax")


def has_session(request: HttpRequest, convocation: Convocation) -> bool:
    """Whether this browser opened this dossier with a link that still holds."""
    try:
        opened, generation = signing.loads(
            request.COOKIES.get(cookie_name(convocation), ""),
            key=settings.LINK_KEY,
            salt=_SALT,
            max_age=LASTS_SECONDS,
        )
    except (signing.BadSignature, ValueError, TypeError):
        return False
    return bool(opened == str(convocation.uid) and generation == convocation.generation)


def _source(request: HttpRequest, convocation: Convocation) -> AnswerSource | None:
    if request.user.is_authenticated and request.user.pk == convocation.person_id:
        return AnswerSource.ACCOUNT
    if has_session(request, convocation):
        return AnswerSource.LINK
    return None


def portal_page(
    view: Callable[Concatenate[HttpRequest, Visit, P], HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """A page of one dossier. Whoever may not see it gets the same page, whether it exists or not.

    Nothing is kept by a cache nor indexed. The decision is made again at each page: a mandate that
    ends, a link that is revoked, close what is open.
    """

    @wraps(view)
    def wrapped(
        request: HttpRequest, convocation: UUID, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponseBase:
        own = links.find(convocation)
        source = _source(request, own) if own is not None else None
        if own is None or source is None:
            return closed(request)
        now = clock.now()
        latest = links.latest_of(own)
        today = now.astimezone(own.meeting.tz).date()
        decision = can_open_dossier(own.person, latest.edition, today=today)
        if not decision:
            return closed(request, decision)
        visit = Visit(own=own, latest=latest, source=source, now=now)
        return sealed(view(request, visit, *args, **kwargs))

    return login_not_required(wrapped)


def closed(request: HttpRequest, decision: Decision | None = None) -> HttpResponseBase:
    """The dossier is not open on this device: how to open it, never whether it exists."""
    # A refusal is falsy: only its absence means that we say nothing of what exists.
    context = {
        "reason": "" if decision is None else decision.reason,
        "signed_in": decision is not None and request.user.is_authenticated,
    }
    status = 404 if decision is None else 403
    return sealed(render_page(request, "council/portal/closed.html", context, status=status))


def sealed(response: HttpResponseBase) -> HttpResponseBase:
    """Not kept, not indexed."""
    if isinstance(response, HttpResponse):
        private(response)
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
