"""One follow-up of a decision, as a line: on its list, on the act, on the members' page."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django.urls import reverse

from accounts.actor import Actor
from config.lib.text import long_date, plural
from council.access_following import visible_follow_ups
from council.enums import FollowUpState
from council.models import Act, FollowUp
from council.models.following import FollowUpQuerySet

#: The tone of a state, beside its word.
TONES = {
    FollowUpState.TODO: "neutral",
    FollowUpState.DOING: "info",
    FollowUpState.DONE: "success",
    FollowUpState.ABANDONED: "warn",
}


def day_words(day: date) -> str:
    """lundi 30 novembre 2026"""
    return long_date(datetime.combine(day, time()))


def line_of(one: FollowUp, today: date, href: str = "") -> dict[str, Any]:
    """One follow-up in a list."""
    late = one.is_late(today)
    state, tone = one.get_state_display(), TONES[FollowUpState(one.state)]
    if late:
        days = (today - one.due_on).days
        state, tone = f"En retard de {plural(days, 'jour')}", "danger"
    return {
        "title": one.what,
        "who": one.who,
        "due": day_words(one.due_on),
        "meta": f"{one.who} · avant le {day_words(one.due_on)}",
        "act": str(one.act),
        "progress": one.reason or one.progress,
        "state": state,
        "tone": tone,
        "href": href,
    }


def rows_for(actor: Actor) -> FollowUpQuerySet:
    """What the actor may see, with what a line shows."""
    seen = FollowUp.objects.filter(pk__in=visible_follow_ups(actor).values("pk"))
    return seen.select_related(
        "act__register__assembly", "act__item__meeting", "person", "team", "given_by"
    )


def lines_of_act(actor: Actor, act: Act, org: str) -> list[dict[str, Any]]:
    """The follow-ups of one act, the soonest first."""
    mine = rows_for(actor).filter(act=act).soonest_first()
    return [
        line_of(one, actor.today, reverse("council:follow-up", args=[org, one.uid])) for one in mine
    ]
