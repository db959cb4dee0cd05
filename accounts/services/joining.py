"""A person enters an organisation."""

from __future__ import annotations

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts import audit
from accounts.access import can_administer, can_correct_contact
from accounts.actor import Actor
from accounts.audit import record
from accounts.models import Membership, Organisation, Person
from accounts.services.locking import lock_organisation
from accounts.services.writing_to import send_test_message
from config.lib.access import require
from config.lib.text import clean_name
from config.work.services import emit


class AlreadyMember(Exception):
    """The person already has this capacity at these dates."""


class DatesReversed(Exception):
    """The end comes before the beginning."""


@transaction.atomic
def create_person(
    *,
    actor: Actor,
    given_name: str,
    family_name: str,
    gender: str = "",
    email: str = "",
    phone: str = "",
    postal_address: str = "",
    identifier: str | None = None,
    now: datetime,
) -> Person:
    """Write a new person's card, without any right. Raises ValidationError on a bad address."""
    require(can_administer(actor))
    person = Person(
        given_name=clean_name(given_name),
        family_name=clean_name(family_name),
        gender=gender,
        email=email.strip(),
        phone=phone.strip(),
        postal_address=postal_address.strip(),
        identifier=(identifier or "").strip() or None,
    )
    person.set_unusable_password()
    person.full_clean()
    person.save()
    record(actor, audit.acts.PERSON_CREATED, person, now=now)
    return person


@transaction.atomic
def join(
    *,
    actor: Actor,
    person: Person,
    capacity: str,
    job_title: str = "",
    from_date: date | None = None,
    to_date: date | None = None,
    now: datetime,
) -> Membership:
    """Open a membership of the acting organisation, from a day to a day (both included).

    Raises AlreadyMember or DatesReversed. A person who may be written to receives the test
    message.
    """
    organisation = lock_organisation(actor.organisation)
    require(can_administer(actor))
    membership = open_membership(
        organisation=organisation,
        person=person,
        capacity=capacity,
        job_title=job_title,
        from_date=from_date or actor.today,
        to_date=to_date,
    )
    record(
        actor,
        audit.acts.MEMBERSHIP_STARTED,
        membership,
        now=now,
        data={
            "person": str(person.uid),
            "capacity": capacity,
            "from": membership.from_date.isoformat(),
        },
    )
    tell_joined(membership, by=actor.person.pk, now=now)
    return membership


def open_membership(
    *,
    organisation: Organisation,
    person: Person,
    capacity: str,
    job_title: str,
    from_date: date,
    to_date: date | None = None,
) -> Membership:
    """The row of a membership, under the organisation's lock. Raises as `join`."""
    if to_date is not None and to_date < from_date:
        raise DatesReversed("La fin ne peut pas précéder le début.")
    membership = Membership(
        organisation=organisation,
        person=person,
        capacity=capacity,
        job_title=clean_name(job_title),
        from_date=from_date,
        to_date=to_date,
    )
    try:
        with transaction.atomic():
            membership.save(force_insert=True)
    except IntegrityError as overlap:
        raise AlreadyMember("Cette personne a déjà cette qualité à ces dates.") from overlap
    return membership


def tell_joined(membership: Membership, *, by: int, now: datetime) -> None:
    """What follows a membership: its event, and the test message to an address not yet known."""
    organisation, person = membership.organisation, membership.person
    emit(
        "accounts.membership.started",
        now=now,
        organisation_id=organisation.pk,
        actor_id=by,
        payload={"membership": str(membership.uid), "person": str(person.uid)},
    )
    send_test_message(person, organisation, now=now)


@transaction.atomic
def change_membership(
    *, actor: Actor, membership: Membership, job_title: str, now: datetime
) -> Membership:
    """Change what a person does here. Dates end with `leaving.end_membership`."""
    lock_organisation(actor.organisation)
    require(can_administer(actor))
    mine: Membership = Membership.objects.select_for_update(of=("self",)).get(
        pk=membership.pk, organisation=actor.organisation
    )
    mine.job_title = clean_name(job_title)
    mine.save(update_fields=["job_title"])
    record(actor, audit.acts.MEMBERSHIP_CHANGED, mine, now=now)
    return mine


@transaction.atomic
def correct_person(*, actor: Actor, person: Person, now: datetime, **fields: str) -> Person:
    """Correct the card of somebody who has no account and belongs only here.

    A new address is a new mailbox: it must be confirmed again, and the person is asked to.
    """
    organisation = lock_organisation(actor.organisation)
    mine = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    require(can_correct_contact(actor, mine))
    allowed = {"given_name", "family_name", "gender", "email", "phone", "postal_address"}
    unknown = set(fields) - allowed
    if unknown:
        raise ValidationError(f"not part of the card: {', '.join(sorted(unknown))}")
    if fields.get("email", mine.email) != mine.email:
        mine.email_confirmed_at = None
    for name, value in fields.items():
        setattr(mine, name, value.strip())
    mine.full_clean()
    mine.save()
    record(actor, audit.acts.PERSON_CHANGED, mine, now=now, data={"fields": sorted(fields)})
    send_test_message(mine, organisation, now=now)
    return mine
