"""What may be looked at as somebody else, and what never is. The apps concerned say it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime

from accounts.access import can_view_as
from accounts.actor import Actor, actor_for
from accounts.models import Organisation, Viewing
from config.lib.registry import Registry

# Where the session keeps which look is under way.
SESSION_KEY = "viewing"
# Namespace of addresses that open -> the name of the one where it begins.
viewable: Registry[str] = Registry("viewable")
# The access domains that no look ever opens.
closures: Registry[Callable[[Organisation], Iterable[int]]] = Registry("closed to viewing as")


def seen_as(actor: Actor, viewing: Viewing, *, now: datetime) -> Actor | None:
    """The colleague's own actor, looked through; None when the look may not go on.

    `actor` is the one who looks, as they are. Unread lines stay unread: there is none to mark.
    """
    if not can_view_as(actor, viewing.person):
        return None
    theirs = actor_for(viewing.person, actor.organisation, now=now, address=actor.address)
    if theirs is None:
        return None
    closed = {domain for _, source in closures.items() for domain in source(actor.organisation)}
    return replace(theirs, viewed_by=actor.person, closed=tuple(sorted(closed)), unread=0)
