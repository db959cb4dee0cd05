"""A mandate ends, the notes stay their author's: thirty days to take them away, then nothing.

The night does it, whatever ended the mandate: a resignation, the renewal, a date typed in the
administration. Whether somebody has notes is never said: all who leave get the same message.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from accounts.enums import NoticeClass
from accounts.mail import queue_mail
from accounts.models import Organisation, Person
from config.lib.clock import local_date
from council.link_tokens import read
from council.models import Convocation, DeclaredInterest, Mandate, NotesLeave, PrivateNote
from council.notifications_notes import TAKE_AWAY
from council.rules.mandates import NOTES_DAYS, private_notes_until
from council.services.noting import notes_of


def every_night(*, now: datetime) -> None:
    """Tell those who left until when their notes stay; erase those whose days have passed."""
    for organisation in Organisation.objects.filter(
        pk__in=Mandate.objects.values("organisation")
    ).order_by("pk"):
        with transaction.atomic():
            _of(organisation, now)


def _of(organisation: Organisation, now: datetime) -> None:
    today = local_date(now, organisation.timezone)
    sits = Mandate.objects.filter(organisation=organisation, person=OuterRef("person")).filter(
        Q(to_date=None) | Q(to_date__gte=today)
    )
    leaves = NotesLeave.objects.filter(organisation=organisation)
    # Whoever sits again keeps everything.
    leaves.filter(Exists(sits)).delete()
    over = leaves.filter(until__lt=today)
    for theirs in (PrivateNote, DeclaredInterest):
        theirs.objects.filter(organisation=organisation, person__in=over.values("person")).delete()
    for person in _leavers(organisation, today):
        _tell(organisation, person, today, now)


def _leavers(organisation: Organisation, today: date) -> list[Person]:
    """Those who left lately and had a dossier, and those who have notes still, told by nobody."""
    mandates = Mandate.objects.filter(organisation=organisation, person=OuterRef("pk"))
    convened = Convocation.objects.filter(organisation=organisation, person=OuterRef("pk"))
    notes = PrivateNote.objects.filter(organisation=organisation, person=OuterRef("pk"))
    told = NotesLeave.objects.filter(organisation=organisation, person=OuterRef("pk"))
    lately = today - timedelta(days=NOTES_DAYS)
    return list(
        Person.objects.filter(Exists(mandates), ~Exists(told))
        .exclude(Exists(mandates.filter(Q(to_date=None) | Q(to_date__gte=today))))
        .filter((Exists(mandates.filter(to_date__gte=lately)) & Exists(convened)) | Exists(notes))
        .order_by("pk")
    )


def _tell(organisation: Organisation, person: Person, today: date, now: datetime) -> None:
    # Thirty days from when they are told: an end noted late leaves as long as any other.
    leave = NotesLeave.objects.create(
        organisation=organisation,
        person=person,
        until=private_notes_until(today),
        created_at=now,
    )
    if person.email:
        queue_mail(
            TAKE_AWAY,
            person=person,
            organisation=organisation,
            payload={"leave": str(leave.uid)},
            notice_class=NoticeClass.LEGAL,
            now=now,
            dedupe=str(leave.uid),
        )


def follow(token: str, *, now: datetime) -> NotesLeave | None:
    """Whose notes a token takes away; None when it is none of ours, or when it is over."""
    link = read(token)
    leave = (
        NotesLeave.objects.filter(uid=link.convocation)
        .select_related("person", "organisation")
        .first()
        if link
        else None
    )
    if leave is None or local_date(now, leave.organisation.timezone) > leave.until:
        return None
    return leave


def notes_left(leave: NotesLeave) -> bool:
    """Whether there is anything to take away. For their author's page only."""
    return notes_of(leave.person).filter(organisation=leave.organisation).exists()
