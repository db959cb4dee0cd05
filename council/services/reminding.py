"""A reminder to who has not opened their dossier, or not answered: once, and never at night."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db import transaction

from accounts.actor import Actor
from accounts.audit import record
from accounts.enums import NoticeClass, Rhythm
from accounts.mail import queue_mail
from accounts.models import Mail
from accounts.notifications.slots import ELECTED, GRACE, next_sending
from config.lib.access import require
from config.lib.clock import local_date
from council import audit
from council.access import HANDED_OVER, can_prepare, can_prepare_meeting
from council.enums import Channel, FactKind
from council.models import Answer, Assembly, Convocation, Meeting, SendingFact
from council.services import handing_over, sending_facts
from council.services.locking import lock_assembly, lock_meeting
from council.services.refusals import Refusal

#: The kind of mail, declared in ``council.jobs``; its payload is ``{"convocation": uid}``.
REMINDER_MAIL = "council.reminder"
#: Automatic reminders leave within these hours of the town hall's day.
FROM, UNTIL = time(9), time(20)
#: Nobody is reminded by itself of what they received less than a day ago.
SETTLE = timedelta(hours=24)
MOST_DAYS = 15
_SUNDAY = 6


class NobodyToRemind(Refusal):
    """Everybody opened and answered, or was already reminded."""


class TooLateToRemind(Refusal):
    """The next decent hour comes after the meeting."""


class ListChanged(Refusal):
    """The list is no longer the one that was shown."""


class BadDays(Refusal):
    """Between one day and fifteen."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One member who may be reminded, and of what."""

    convocation: Convocation
    unopened: bool
    unanswered: bool

    @property
    def why(self) -> str:
        """« n’a ni ouvert son dossier, ni répondu »"""
        if self.unopened and self.unanswered:
            return "n’a ni ouvert son dossier, ni répondu"
        return "n’a pas ouvert son dossier" if self.unopened else "n’a pas répondu"


def to_remind(meeting: Meeting, *, now: datetime) -> list[Waiting]:
    """Who may be reminded: by mail, in office, not yet reminded of this meeting."""
    if meeting.cancelled_at or meeting.opened_at or now >= meeting.starts_at:
        return []
    reminded = SendingFact.objects.filter(
        convocation__meeting=meeting, kind=FactKind.REMINDER
    ).values("convocation__person")
    answered = set(
        Answer.objects.filter(meeting=meeting).current().values_list("person_id", flat=True)
    )
    latest = (
        Convocation.objects.filter(meeting=meeting)
        .order_by("person", "-edition__n")
        .distinct("person")
    )
    rows = (
        Convocation.objects.filter(
            pk__in=latest.values("pk"), channel=Channel.EMAIL, state__in=HANDED_OVER
        )
        .exclude(person__in=reminded)
        .exclude(person__email="")
        .select_related("person", "mandate", "organisation")
        .in_order_of_the_tableau()
    )
    today = local_date(now, meeting.timezone)
    found = [
        Waiting(one, one.opened_at is None, one.person_id not in answered)
        for one in rows
        if one.mandate.is_current(today)
    ]
    return [one for one in found if one.unopened or one.unanswered]


def leaves_at(meeting: Meeting, *, now: datetime) -> datetime | None:
    """When a reminder asked now leaves: now, or when the members' day opens; None when that is
    after the meeting has begun."""
    at = next_sending(
        NoticeClass.ACTION,
        Rhythm.DAILY,
        hours=ELECTED,
        timezone=meeting.timezone,
        now=now - GRACE,
    )
    return at if at is not None and at < meeting.starts_at else None


@transaction.atomic
def remind(*, actor: Actor, meeting: Meeting, expected: int, now: datetime) -> int:
    """Remind everybody on the list that was shown (``expected`` of them). Returns how many."""
    locked = lock_meeting(meeting)
    require(can_prepare_meeting(actor, locked))
    people = to_remind(locked, now=now)
    if not people:
        raise NobodyToRemind("Il n’y a personne à relancer.")
    if len(people) != expected:
        raise ListChanged("La liste a changé depuis que vous l’avez ouverte. Relisez-la.")
    return _remind(locked, people, actor, now)


def _remind(meeting: Meeting, people: list[Waiting], actor: Actor | None, now: datetime) -> int:
    at = leaves_at(meeting, now=now)
    if at is None:
        raise TooLateToRemind("On n’écrit pas la nuit, et la séance aura commencé : appelez.")
    count = 0
    for one in people:
        mail = queue_mail(
            REMINDER_MAIL,
            person=one.convocation.person,
            organisation=meeting.organisation,
            payload={"convocation": str(one.convocation.uid)},
            notice_class=NoticeClass.ACTION,
            now=now,
            at=at if at > now else None,
            not_after=meeting.starts_at,
            dedupe=f"{meeting.uid}:{one.convocation.person_id}",
        )
        noted = sending_facts.note(
            one.convocation,
            FactKind.REMINDER,
            at=now,
            mail=mail,
            by=actor.person if actor else None,
            address=one.convocation.person.email,
            words=one.why,
        )
        count += noted is not None
    record(
        actor,
        audit.MEMBERS_REMINDED,
        meeting,
        now=now,
        organisation=meeting.organisation,
        data={"people": count},
    )
    return count


@transaction.atomic
def set_reminder(*, actor: Actor, assembly: Assembly, days: int | None, now: datetime) -> Assembly:
    """How many days before its meetings a body reminds its members by itself; None: never."""
    locked = lock_assembly(assembly)
    require(can_prepare(actor, locked))
    if days is not None and not 1 <= days <= MOST_DAYS:
        raise BadDays(f"Choisissez entre 1 et {MOST_DAYS} jours avant la séance.")
    locked.reminder_days = days
    locked.save(update_fields=["reminder_days"])
    record(actor, audit.ASSEMBLY_CHANGED, locked, now=now)
    return locked


def remind_due(*, now: datetime) -> int:
    """Every ten minutes: the reminders whose day has come. Returns how many left."""
    soon = (
        Meeting.objects.filter(
            assembly__reminder_days__isnull=False,
            convened_at__isnull=False,
            cancelled_at=None,
            opened_at=None,
            starts_at__gt=now,
            starts_at__lte=now + timedelta(days=MOST_DAYS + 2),
        )
        .select_related("assembly")
        .order_by("pk")
    )
    return sum(_remind_if_due(one, now) for one in soon if is_due(one, now=now))


def is_due(meeting: Meeting, *, now: datetime) -> bool:
    """Whether the day of the automatic reminder has come, at a decent hour. What would fall on a
    Sunday leaves on Saturday."""
    days = meeting.assembly.reminder_days
    if days is None:
        return False
    local = now.astimezone(meeting.tz)
    day = meeting.local_day - timedelta(days=days)
    if day.weekday() == _SUNDAY:
        day -= timedelta(days=1)
    return (
        day <= local.date() < meeting.local_day
        and local.weekday() != _SUNDAY
        and FROM <= local.time() < UNTIL
    )


@transaction.atomic
def _remind_if_due(meeting: Meeting, now: datetime) -> int:
    locked = lock_meeting(meeting)
    people = [
        one
        for one in to_remind(locked, now=now)
        if one.convocation.handed_over_at and one.convocation.handed_over_at <= now - SETTLE
    ]
    return _remind(locked, people, None, now) if people and is_due(locked, now=now) else 0


def why_not_leave(mail: Mail, now: datetime) -> str:
    """The last check: what was true when it was asked may no longer be."""
    convocation = handing_over.of_mail(mail)
    meeting = convocation.meeting
    if meeting.cancelled_at or now >= meeting.starts_at:
        return "La séance est annulée, ou a commencé."
    if not convocation.mandate.is_current(local_date(now, meeting.timezone)):
        return "Le mandat est terminé."
    answered = Answer.objects.filter(meeting=meeting, person=convocation.person).current().exists()
    if convocation.opened_at and answered:
        return "Le dossier a été ouvert et la réponse donnée entre-temps."
    return ""


def note_outcome(mail: Mail, now: datetime) -> None:
    """What became of a reminder."""
    sending_facts.settle(mail, FactKind.REMINDER, now)
