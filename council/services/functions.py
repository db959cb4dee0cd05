"""Teams by function: filled and emptied by the mandates, so that rights end the night they do."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from accounts.actor import Actor
from accounts.enums import TeamKind
from accounts.models import Organisation, Team
from accounts.services.locking import lock_organisation
from accounts.services.stays import Stay, keep_in_step
from accounts.services.teams import archive_team, create_team
from config.lib.access import require
from config.lib.clock import local_date
from config.lib.text import clean_name, fold
from council.access import can_settle_bodies
from council.enums import Function
from council.models import Assembly, FunctionTeam, Mandate
from council.services.refusals import Refusal

SOURCE = "council.mandates"


class AlreadyFollowed(Refusal):
    """Another team follows this function of this body."""


@transaction.atomic
def follow_function(
    *,
    actor: Actor,
    assembly: Assembly,
    function: Function,
    label: str,
    detail: str = "",
    now: datetime,
) -> FunctionTeam:
    """Open a team that those who hold this function enter and leave by themselves.

    Raises AlreadyFollowed when a team follows it already, and what `create_team` raises.
    """
    organisation = lock_organisation(actor.organisation)
    require(can_settle_bodies(actor))
    body = Assembly.objects.get(pk=assembly.pk, organisation=organisation)
    team = create_team(actor=actor, label=label, kind=TeamKind.FUNCTION, now=now)
    Team.objects.filter(pk=team.pk).update(source=SOURCE)
    team.source = SOURCE
    # A team closed from elsewhere leaves its function to another.
    FunctionTeam.objects.filter(organisation=organisation, team__archived_at__isnull=False).delete()
    try:
        with transaction.atomic():
            rule = FunctionTeam.objects.create(
                organisation=organisation,
                team=team,
                assembly=body,
                function=function,
                detail=clean_name(detail),
                created_at=now,
            )
    except IntegrityError as taken:
        raise AlreadyFollowed("Une équipe suit déjà cette fonction.") from taken
    _fill([rule], organisation, now)
    return rule


@transaction.atomic
def stop_following(*, actor: Actor, rule: FunctionTeam, now: datetime) -> None:
    """Close the team: what it gave stops at once."""
    lock_organisation(actor.organisation)
    require(can_settle_bodies(actor))
    mine = FunctionTeam.objects.select_related("team").get(
        pk=rule.pk, organisation=actor.organisation
    )
    archive_team(actor=actor, team=mine.team, now=now)
    mine.delete()


def follow_mandates(organisation: Organisation, *, now: datetime) -> None:
    """Bring the teams by function of an organisation in step with its mandates.

    Called under the organisation's lock by whoever changes a mandate, and every night.
    """
    rules = FunctionTeam.objects.filter(organisation=organisation, team__archived_at=None)
    _fill(rules.select_related("team").order_by("pk"), organisation, now)


def every_night(*, now: datetime) -> None:
    """Whatever happened to the mandates in the day, the teams say the same."""
    for organisation in Organisation.objects.filter(
        pk__in=FunctionTeam.objects.values("organisation")
    ).order_by("pk"):
        with transaction.atomic():
            follow_mandates(lock_organisation(organisation), now=now)


def teams_following(mandate: Mandate) -> list[Team]:
    """The teams that a mandate, as it is or as it would be, opens."""
    rules = (
        FunctionTeam.objects.filter(
            assembly_id=mandate.assembly_id,
            function=mandate.function,
            team__archived_at=None,
        )
        .select_related("team")
        .order_by("pk")
    )
    return [rule.team for rule in rules if _named(rule, mandate)]


def _named(rule: FunctionTeam, mandate: Mandate) -> bool:
    return fold(rule.detail) in fold(mandate.function_label)


def _fill(
    rules: Iterable[FunctionTeam] | QuerySet[FunctionTeam],
    organisation: Organisation,
    now: datetime,
) -> None:
    for rule in rules:
        mandates = (
            Mandate.objects.filter(assembly_id=rule.assembly_id, function=rule.function)
            .select_related("person")
            .order_by("from_date", "pk")
        )
        keep_in_step(
            organisation=organisation,
            team=rule.team,
            stays=[
                Stay(mandate.person, mandate.from_date, mandate.to_date)
                for mandate in mandates
                if _named(rule, mandate)
            ],
            today=local_date(now, organisation.timezone),
            now=now,
        )
