"""Subscribe to one's own agenda: open its private address, change it, close it."""

from __future__ import annotations

import hmac
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from accounts import audit
from accounts.actor import Actor, actor_for
from accounts.audit import record
from accounts.feed_tokens import feed_in, mint
from accounts.models import CalendarFeed, Person
from accounts.viewing import closures
from config.lib.access import refuse, require


@transaction.atomic
def open_feed(*, actor: Actor, now: datetime) -> CalendarFeed:
    """The address of one's own agenda here. Opened again, or asked for anew, it is another one:
    what was given to a program before works no more."""
    Person.objects.select_for_update(of=("self",), no_key=True).get(pk=actor.person.pk)
    if actor.viewed_by is not None:
        require(refuse("Seule la personne elle-même ouvre l’adresse de son agenda."))
    feed = CalendarFeed.objects.filter(organisation=actor.organisation, person=actor.person).first()
    if feed is None:
        feed = CalendarFeed(organisation=actor.organisation, person=actor.person)
    else:
        feed.generation += 1
    feed.opened_at, feed.closed_at = now, None
    feed.save()
    record(actor, audit.acts.FEED_OPENED, feed, now=now, label=False)
    return feed


@transaction.atomic
def close_feed(*, actor: Actor, now: datetime) -> bool:
    """The address answers no more, at once. False when there was none."""
    Person.objects.select_for_update(of=("self",), no_key=True).get(pk=actor.person.pk)
    if actor.viewed_by is not None:
        require(refuse("Seule la personne elle-même ferme l’adresse de son agenda."))
    feed = own_feed(actor)
    if feed is None:
        return False
    feed.closed_at = now
    feed.save(update_fields=["closed_at"])
    record(actor, audit.acts.FEED_CLOSED, feed, now=now, label=False)
    return True


def own_feed(actor: Actor) -> CalendarFeed | None:
    """The address in use, of the actor alone; nobody sees it by looking as somebody else."""
    if actor.viewed_by is not None:
        return None
    return CalendarFeed.objects.filter(
        organisation=actor.organisation, person=actor.person, closed_at=None
    ).first()


def reader_of(token: str, *, now: datetime) -> Actor | None:
    """Whose agenda an address opens, as they are at this instant: None once it was changed or
    closed, or when they belong here no more. What is confidential never leaves by it."""
    uid = feed_in(token)
    feed = (
        CalendarFeed.objects.filter(uid=uid, closed_at=None)
        .select_related("person", "organisation")
        .first()
        if uid
        else None
    )
    if feed is None or not hmac.compare_digest(mint(feed.uid, feed.generation), token):
        return None
    actor = actor_for(feed.person, feed.organisation, now=now)
    if actor is None:
        return None
    closed = {one for _, source in closures.items() for one in source(actor.organisation)}
    return replace(actor, closed=tuple(sorted(closed)))
