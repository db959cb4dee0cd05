"""Meeting again after a missed quorum: the same agenda, three clear days later, without quorum
(R-QUO-05; CGCT, art. L2121-17)."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from accounts.actor import Actor
from accounts.audit import record
from config.lib.access import require
from config.work.services import emit
from council import audit
from council.access import can_prepare_meeting
from council.enums import MeetingState
from council.models import Meeting
from council.rules import Finding, blocking
from council.rules.again import (
    SecondConvocation,
    check_second_convocation,
    earliest_second_meeting,
)
from council.rules.delivery import Verdict
from council.services import agenda, points_again, proving
from council.services.locking import lock_meeting
from council.services.refusals import Missing, Refusal


class NotAgain(Refusal):
    """The law gives no second convocation here."""


def second_of(meeting: Meeting) -> Meeting | None:
    """The meeting convened again for this one, unless it was cancelled."""
    return Meeting.objects.filter(again_after=meeting).alive().order_by("starts_at", "pk").first()


def earliest(meeting: Meeting, now: datetime) -> date:
    """The first day possible, if everything leaves today."""
    return earliest_second_meeting(now.astimezone(meeting.tz).date())


def check(meeting: Meeting, *, meets_on: date, now: datetime) -> list[Finding]:
    """What the law says of meeting again that day, if everything leaves today."""
    refs = tuple(str(item.uid) for item in agenda.listed(meeting))
    told, _ = proving.whole_verdict(proving.lines_of(meeting))
    return check_second_convocation(
        SecondConvocation(
            first_regular=told is not Verdict.TO_RESEND,
            sent_on=now.astimezone(meeting.tz).date(),
            meets_on=meets_on,
            first_items=frozenset(refs),
            items=refs,
            local_law=meeting.assembly.local_law,
            no_quorum_seen=meeting.quorum_missed_at is not None,
        )
    )


@transaction.atomic
def convene_again(
    *, actor: Actor, meeting: Meeting, starts_at: datetime, place: str, now: datetime
) -> Meeting:
    """Plan the second meeting with the whole agenda of the first. It is then agreed to, frozen
    and sent like any other. Asked twice, it is the same meeting. Raises NotAgain."""
    first = lock_meeting(meeting)
    require(can_prepare_meeting(actor, first))
    known = second_of(first)
    if known is not None:
        return known
    if first.state != MeetingState.NO_QUORUM:
        raise NotAgain("Cette séance n’a pas manqué de quorum : créez une nouvelle séance.")
    if not place.strip():
        raise Missing("Dites où la séance se tiendra.")
    meets_on = starts_at.astimezone(first.tz).date()
    stopped = blocking(check(first, meets_on=meets_on, now=now))
    if stopped:
        raise NotAgain(stopped[0].message, stopped)
    if starts_at <= now:
        raise NotAgain("Choisissez une date à venir.")
    second = Meeting.objects.create(
        organisation=first.organisation,
        assembly=first.assembly,
        starts_at=starts_at,
        place=place.strip(),
        timezone=first.timezone,
        again_after=first,
        created_by=actor.person,
        created_at=now,
    )
    points = points_again.same_agenda(actor=actor, first=first, second=second, now=now)
    record(
        actor,
        audit.MEETING_AGAIN,
        second,
        now=now,
        data={"first": str(first.uid), "points": points},
    )
    emit(
        "council.meeting.created",
        now=now,
        organisation_id=actor.organisation.pk,
        actor_id=actor.person.pk,
        payload={"meeting": str(second.uid)},
    )
    return second
