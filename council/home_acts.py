"""What acts, lists and minutes expect of each person, on their home page."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
from django.urls import reverse

from accounts.actor import Actor
from accounts.home import Expected, expected_sources
from config.lib.clock import end_of_day
from config.lib.text import day_name, plural
from council.access import prepared_meetings
from council.access_acts import acts_to_sign, can_bring_scan
from council.access_member_rights import meetings_to_answer
from council.enums import QuestionState
from council.models import Act, FollowUp, Minutes, OralQuestion, PieceRequest
from council.rules.afterwards import list_due, minutes_due
from council.rules.mayor_acts import transmission_due
from council.services.acts import remaining

#: How many sessions back are still looked at.
_MOST = 4


def to_sign(actor: Actor, now: datetime) -> Iterable[Expected]:
    """The signatory: acts not answered yet."""
    count = acts_to_sign(actor).filter(agreed_at=None).count()
    if count:
        yield Expected(
            f"{plural(count, 'acte')} à lire avant signature",
            reverse("council:acts-waiting", args=[actor.organisation.slug]),
            icon="pen",
        )


_STILL = {
    remaining.SEND: ("à transmettre à la préfecture", "landmark"),
    remaining.RECEIPT: ("sans accusé de la préfecture", "landmark"),
    remaining.PUBLISH: ("à publier", "external-link"),
    remaining.NOTIFY: ("à notifier", "user-check"),
}


def formalities(actor: Actor, now: datetime) -> Iterable[Expected]:
    """Those who keep a register: signed acts that are not in force yet, a line for each step."""
    if not can_bring_scan(actor):
        return
    page = reverse("council:acts-together", args=[actor.organisation.slug])
    for step, (words, icon) in _STILL.items():
        rows = remaining.waiting_for(actor, step)
        count = rows.count()
        if not count:
            continue
        due = _due(actor, rows) if step == remaining.SEND else None
        yield Expected(
            f"{plural(count, 'acte')} {words}",
            f"{page}?reste={step}",
            due=due,
            icon=icon,
            late=due is not None and due < now,
        )


def _due(actor: Actor, rows: QuerySet[Act]) -> datetime | None:
    """Individual decisions leave within fifteen days (R-PUB-04)."""
    days = [
        day for act in rows if act.signed_on and (day := transmission_due(act.sort, act.signed_on))
    ]
    return end_of_day(min(days), actor.organisation.timezone) if days else None


def afterwards(actor: Actor, now: datetime) -> Iterable[Expected]:
    """Those who prepare: the list of each session within a week, the approved minutes too."""
    org, zone = actor.organisation.slug, ZoneInfo(actor.organisation.timezone)
    late_lists = (
        prepared_meetings(actor)
        .filter(adjourned_at__isnull=False)
        .filter(
            Q(result_list=None) | Q(result_list__published_on=None) | Q(result_list__posted_on=None)
        )
        .select_related("assembly")
        .order_by("-starts_at", "pk")[:_MOST]
    )
    for meeting in late_lists:
        due = datetime.combine(list_due(meeting.local_day), time(23, 59), tzinfo=zone)
        yield Expected(
            f"Afficher la liste des délibérations : {day_name(meeting.local_start)}",
            reverse("council:meeting-results", args=[org, meeting.uid]),
            due=due,
            icon="list-ordered",
            late=due < now,
        )
    waiting = (
        Minutes.objects.filter(
            meeting__in=prepared_meetings(actor), settled_on__isnull=False, published_on=None
        )
        .select_related("meeting__assembly")
        .order_by("-settled_on", "pk")[:_MOST]
    )
    for minutes in waiting:
        if minutes.settled_on is None:
            continue
        due = datetime.combine(minutes_due(minutes.settled_on), time(23, 59), tzinfo=zone)
        yield Expected(
            f"Mettre en ligne le procès-verbal : {day_name(minutes.meeting.local_start)}",
            reverse("council:minutes", args=[org, minutes.meeting.uid]),
            due=due,
            icon="book-open",
            late=due < now,
        )


def follow_ups(actor: Actor, now: datetime) -> Iterable[Expected]:
    """Whoever is in charge: what decisions ask of them, or of their team."""
    org, zone = actor.organisation.slug, ZoneInfo(actor.organisation.timezone)
    mine = FollowUp.objects.filter(organisation=actor.organisation).filter(
        Q(person=actor.person) | Q(team_id__in=list(actor.team_ids))
    )
    for one in mine.open().soonest_first()[:_MOST]:
        yield Expected(
            one.what,
            reverse("council:follow-up", args=[org, one.uid]),
            due=datetime.combine(one.due_on, time(23, 59), tzinfo=zone),
            icon="list-checks",
            late=one.is_late(actor.today),
        )


def asked_by_members(actor: Actor, now: datetime) -> Iterable[Expected]:
    """Those who prepare: pieces to give, the late ones flagged; questions to settle."""
    org = actor.organisation.slug
    open_ = prepared_meetings(actor).filter(cancelled_at=None, adjourned_at=None)
    pieces = PieceRequest.objects.waiting().filter(meeting__in=open_).select_related("meeting")
    for one in pieces.oldest_first()[:_MOST]:
        yield Expected(
            f"Répondre à une demande de pièce : {one.what[:80]}",
            reverse("council:request", args=[org, one.uid]),
            due=end_of_day(one.due_on, one.meeting.timezone),
            icon="paperclip",
            late=one.due_on < actor.today,
        )
    questions = OralQuestion.objects.filter(
        meeting__in=meetings_to_answer(actor).filter(cancelled_at=None, opened_at=None),
        state=QuestionState.RECEIVED,
    ).select_related("meeting")
    for question in questions.order_by("asked_at", "pk")[:_MOST]:
        yield Expected(
            f"Répondre à une question orale : {question.subject}",
            reverse("council:question", args=[org, question.uid]),
            due=question.meeting.starts_at,
            icon="message-square",
        )


expected_sources.register("council.members", asked_by_members)
expected_sources.register("council.follow_ups", follow_ups)
expected_sources.register("council.acts_to_sign", to_sign)
expected_sources.register("council.acts_formalities", formalities)
expected_sources.register("council.afterwards", afterwards)
