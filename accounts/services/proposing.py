"""Proposing an organisation to somebody who already signs in elsewhere; they alone decide.

Identity belongs to the person: an organisation that types an identifier learns nothing, neither
whether somebody signs in with it nor who, until that person accepts. What is answered, written and
shown is the same in every case; the message is looked for later, by a job.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from accounts import audit
from accounts.access import can_administer
from accounts.actor import Actor
from accounts.audit import record
from accounts.enums import InvitationState, NoticeClass
from accounts.mail import queue_mail
from accounts.models import Invitation, Membership, Person
from accounts.notifications.messages import PROPOSAL
from accounts.services.joining import open_membership, tell_joined
from accounts.services.locking import lock_organisation
from config.lib.access import require
from config.lib.clock import local_date
from config.lib.text import clean_name
from config.work.services import enqueue

TELL = "accounts.invitation.tell"
LASTS = timedelta(days=30)
WAITING = (InvitationState.OPEN, InvitationState.DECLINED)


class NoLongerOpen(Exception):
    """The invitation was withdrawn, answered, or is past its term."""


@transaction.atomic
def propose(
    *, actor: Actor, identifier: str, capacity: str, job_title: str = "", now: datetime
) -> Invitation:
    """Write an invitation for whoever signs in with this identifier, or renew the one that waits.

    A renewed one that was declined stays so: nobody is asked twice within its term.
    """
    organisation = lock_organisation(actor.organisation)
    require(can_administer(actor))
    wanted = identifier.strip()
    known = Invitation.objects.filter(
        organisation=organisation, identifier__iexact=wanted, state__in=WAITING
    ).first()
    invitation = known or Invitation(
        organisation=organisation, identifier=wanted, created_at=now, expires_at=now + LASTS
    )
    invitation.capacity = capacity
    invitation.job_title = clean_name(job_title)
    invitation.invited_by = actor.person
    if invitation.expires_at <= now:
        invitation.created_at, invitation.expires_at = now, now + LASTS
        invitation.state = InvitationState.OPEN
    invitation.save()
    record(actor, audit.acts.INVITATION_SENT, invitation, now=now)
    enqueue(
        TELL,
        payload={"invitation": invitation.pk},
        now=now,
        organisation_id=organisation.pk,
        dedupe=str(invitation.pk),
    )
    return invitation


@transaction.atomic
def tell(*, invitation_id: int, now: datetime) -> None:
    """Write to the person behind the identifier, if there is one who can be written to."""
    invitation = (
        Invitation.objects.select_related("organisation")
        .filter(pk=invitation_id, state=InvitationState.OPEN, expires_at__gt=now)
        .first()
    )
    if invitation is None:
        return
    person = Person.objects.filter(
        identifier__iexact=invitation.identifier, is_active=True, is_technical=False
    ).first()
    if person is not None and person.email:
        queue_mail(
            PROPOSAL,
            person=person,
            organisation=invitation.organisation,
            payload={"invitation": str(invitation.uid)},
            notice_class=NoticeClass.SECURITY,
            now=now,
            not_after=invitation.expires_at,
            dedupe=f"{invitation.uid}:{invitation.created_at:%Y%m%d%H%M%S}",
        )


def waiting_for(person: Person, *, now: datetime) -> QuerySet[Invitation]:
    """The invitations that this person may accept."""
    if not person.identifier or person.is_technical:
        return Invitation.objects.none()
    return (
        Invitation.objects.filter(
            identifier__iexact=person.identifier, state=InvitationState.OPEN, expires_at__gt=now
        )
        .select_related("organisation", "invited_by")
        .order_by("organisation__name", "pk")
    )


def waiting_from(actor: Actor, *, now: datetime) -> QuerySet[Invitation]:
    """The unanswered invitations of the acting organisation; one declined looks unanswered."""
    return Invitation.objects.filter(
        organisation=actor.organisation, state__in=WAITING, expires_at__gt=now
    ).order_by("created_at", "pk")


@transaction.atomic
def accept(*, person: Person, uid: UUID, now: datetime) -> Membership:
    """The person says yes: they belong to the organisation from today.

    Raises NoLongerOpen, or AlreadyMember when they already belong in that capacity.
    """
    invitation = _own(person, uid, now)
    organisation = lock_organisation(invitation.organisation)
    invitation = _own(person, uid, now)
    membership = open_membership(
        organisation=organisation,
        person=person,
        capacity=invitation.capacity,
        job_title=invitation.job_title,
        from_date=local_date(now, organisation.timezone),
    )
    invitation.state = InvitationState.ACCEPTED
    invitation.save(update_fields=["state"])
    record(
        None,
        audit.acts.INVITATION_ACCEPTED,
        membership,
        now=now,
        organisation=organisation,
        actor_uid=person.uid,
        data={
            "person": str(person.uid),
            "capacity": invitation.capacity,
            "invitation": str(invitation.uid),
        },
    )
    tell_joined(membership, by=person.pk, now=now)
    return membership


@transaction.atomic
def decline(*, person: Person, uid: UUID, now: datetime) -> None:
    """The person says no; nobody is told. Raises NoLongerOpen."""
    invitation = _own(person, uid, now)
    invitation.state = InvitationState.DECLINED
    invitation.save(update_fields=["state"])


@transaction.atomic
def withdraw(*, actor: Actor, uid: UUID, now: datetime) -> None:
    """The organisation thinks better of it. Raises NoLongerOpen."""
    organisation = lock_organisation(actor.organisation)
    require(can_administer(actor))
    invitation = (
        Invitation.objects.select_for_update(of=("self",))
        .filter(organisation=organisation, uid=uid, state__in=WAITING)
        .first()
    )
    if invitation is None:
        raise NoLongerOpen("Cette invitation n’attend plus de réponse.")
    invitation.state = InvitationState.WITHDRAWN
    invitation.save(update_fields=["state"])
    record(actor, audit.acts.INVITATION_WITHDRAWN, invitation, now=now)


def forget_expired(*, now: datetime) -> int:
    """Every night: invitations past their term go; the journal keeps that they were written."""
    return Invitation.objects.filter(expires_at__lte=now).delete()[0]


def _own(person: Person, uid: UUID, now: datetime) -> Invitation:
    found = (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("organisation")
        .filter(
            uid=uid,
            identifier__iexact=person.identifier or "",
            state=InvitationState.OPEN,
            expires_at__gt=now,
        )
        .first()
    )
    if found is None or person.is_technical:
        raise NoLongerOpen("Cette invitation n’est plus valable.")
    return found
