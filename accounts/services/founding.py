"""Opening an organisation: the host's only act on its content, done once, from a command."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.contrib.auth.models import Group
from django.db import transaction

from accounts import audit
from accounts.actor import Actor, actor_for
from accounts.audit import record
from accounts.enums import Capacity, TeamKind
from accounts.models import Membership, Organisation, Person, Team, TeamMembership
from accounts.services.writing_to import send_test_message
from config.lib.clock import local_date
from config.work.services import emit


@transaction.atomic
def found_organisation(
    *,
    name: str,
    slug: str,
    kind: str,
    director: Person,
    job_title: str = "",
    now: datetime,
    **details: Any,
) -> Actor:
    """Open an organisation, its DGS team and its first member. Returns that director's actor.

    `details` are other fields of the organisation (SIREN, population, timezone, parent…).
    """
    organisation = Organisation(name=name, slug=slug, kind=kind, **details)
    organisation.full_clean()
    organisation.save()
    today = local_date(now, organisation.timezone)
    membership = Membership.objects.create(
        organisation=organisation,
        person=director,
        capacity=Capacity.AGENT,
        job_title=job_title,
        from_date=today,
    )
    team = new_team(organisation, "Direction générale", TeamKind.DGS)
    TeamMembership.objects.create(
        organisation=organisation, team=team, person=director, from_date=today
    )
    record(None, audit.acts.TEAM_CREATED, team, now=now, organisation=organisation)
    record(None, audit.acts.MEMBERSHIP_STARTED, membership, now=now, organisation=organisation)
    emit(
        "accounts.organisation.founded",
        now=now,
        organisation_id=organisation.pk,
        payload={"organisation": str(organisation.uid)},
    )
    send_test_message(director, organisation, now=now)
    actor = actor_for(director, organisation, now=now)
    assert actor is not None  # noqa: S101 - their membership starts today
    return actor


def new_team(organisation: Organisation, label: str, kind: str) -> Team:
    """A team and its group: the group's name is unique on the platform, the label is not."""
    uid = uuid.uuid4()
    team = Team(uid=uid, organisation=organisation, label=label, kind=kind)
    team.full_clean(exclude=["group"])
    team.group = Group.objects.create(name=f"team:{uid}")
    team.save()
    return team
