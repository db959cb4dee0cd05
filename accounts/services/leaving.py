"""A person leaves an organisation: every right ends with the membership, at local midnight."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from accounts import audit
from accounts.access import can_administer
from accounts.actor import Actor
from accounts.audit import record
from accounts.enums import TeamKind
from accounts.models import Membership, Organisation, TeamMembership
from accounts.services.locking import lock_organisation
from config.lib.access import require
from config.work.services import emit


class LastOfDirection(Exception):
    """Nobody would be left to administer the organisation."""


def require_direction_left(organisation: Organisation, *, after: date) -> None:
    """Raise LastOfDirection unless somebody still runs the DGS team once the day has passed."""
    lasting = TeamMembership.objects.filter(
        Q(to_date=None) | Q(to_date__gt=after),
        organisation=organisation,
        team__kind=TeamKind.DGS,
    )
    current = Membership.objects.filter(
        Q(to_date=None) | Q(to_date__gt=after), organisation=organisation
    )
    if not lasting.filter(person__in=current.values("person")).exists():
        raise LastOfDirection(
            "Il ne resterait personne à la direction générale. Ajoutez-y d’abord quelqu’un d’autre."
        )


@transaction.atomic
def end_membership(*, actor: Actor, membership: Membership, last_day: date, now: datetime) -> None:
    """End a membership at the end of `last_day` (local time), and the person's teams with it.

    A membership that would end before it begins is removed. Teams go on when the person still
    belongs to the organisation in another capacity. Raises LastOfDirection.
    """
    organisation = lock_organisation(actor.organisation)
    require(can_administer(actor))
    mine = Membership.objects.select_for_update(of=("self",)).get(
        pk=membership.pk, organisation=organisation
    )
    uid, person = mine.uid, mine.person
    if last_day < mine.from_date:
        mine.delete()
    else:
        mine.to_date = last_day
        mine.save(update_fields=["to_date"])
    others = Membership.objects.filter(
        Q(to_date=None) | Q(to_date__gt=last_day), organisation=organisation, person=person
    )
    if not others.exists():
        teams = TeamMembership.objects.filter(organisation=organisation, person=person)
        teams.filter(from_date__gt=last_day).delete()
        teams.filter(Q(to_date=None) | Q(to_date__gt=last_day)).update(to_date=last_day)
    if TeamMembership.objects.filter(
        organisation=organisation, person=person, team__kind=TeamKind.DGS
    ).exists():
        require_direction_left(organisation, after=max(last_day, actor.today))
    record(
        actor,
        audit.acts.MEMBERSHIP_ENDED,
        mine if mine.pk else person,
        now=now,
        data={"person": str(person.uid), "to": last_day.isoformat()},
    )
    emit(
        "accounts.membership.ended",
        now=now,
        organisation_id=organisation.pk,
        actor_id=actor.person.pk,
        payload={"membership": str(uid), "person": str(person.uid), "to": last_day.isoformat()},
    )
