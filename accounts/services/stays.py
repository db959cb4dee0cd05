"""Teams that another part of the house fills: their members follow, dates included."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q

from accounts import audit
from accounts.audit import record
from accounts.models import Organisation, Person, Team, TeamMembership
from config.work.services import emit


@dataclass(frozen=True, slots=True)
class Stay:
    """Somebody's time in a team, both days included; no end while it runs."""

    person: Person
    from_date: date
    to_date: date | None


def keep_in_step(
    *, organisation: Organisation, team: Team, stays: list[Stay], today: date, now: datetime
) -> bool:
    """Make the present and future members of a team those of `stays`. The past is left as it is.

    Under the organisation's lock. The machine signs: nobody may fill such a team by hand. Returns
    whether anything changed.
    """
    wanted = [stay for stay in stays if stay.to_date is None or stay.to_date >= today]
    entries = list(
        TeamMembership.objects.filter(
            Q(to_date=None) | Q(to_date__gte=today), organisation=organisation, team=team
        )
        .select_related("person")
        .order_by("from_date", "pk")
    )
    changed = False
    for entry in entries:
        match = next((stay for stay in wanted if _same(stay, entry)), None)
        if match is None:
            changed = True
            _close(entry, today)
            _record(organisation, team, entry.person, audit.acts.TEAM_LEFT, now)
        else:
            wanted.remove(match)
            if entry.to_date != match.to_date:
                changed = True
                entry.to_date = match.to_date
                entry.save(update_fields=["to_date"])
                _record(organisation, team, entry.person, audit.acts.TEAM_DATED, now)
    for stay in wanted:
        changed = True
        TeamMembership.objects.create(
            organisation=organisation,
            team=team,
            person=stay.person,
            from_date=_free_from(team, stay),
            to_date=stay.to_date,
        )
        _record(organisation, team, stay.person, audit.acts.TEAM_JOINED, now)
    if changed:
        emit(
            "accounts.team.changed",
            now=now,
            organisation_id=organisation.pk,
            payload={"team": str(team.uid), "person": None},
        )
    return changed


def _same(stay: Stay, entry: TeamMembership) -> bool:
    """The same person at overlapping dates."""
    return (
        stay.person.pk == entry.person_id
        and (stay.to_date is None or stay.to_date >= entry.from_date)
        and (entry.to_date is None or entry.to_date >= stay.from_date)
    )


def _close(entry: TeamMembership, today: date) -> None:
    if entry.from_date >= today:
        entry.delete()
    else:
        entry.to_date = today - timedelta(days=1)
        entry.save(update_fields=["to_date"])


def _free_from(team: Team, stay: Stay) -> date:
    """The first day of a stay that no earlier one of the same person covers."""
    last = (
        TeamMembership.objects.filter(team=team, person=stay.person, to_date__gte=stay.from_date)
        .order_by("-to_date")
        .values_list("to_date", flat=True)
        .first()
    )
    return max(stay.from_date, last + timedelta(days=1)) if last else stay.from_date


def _record(
    organisation: Organisation, team: Team, person: Person, verb: audit.Verb, now: datetime
) -> None:
    data = {"team": str(team.uid), "source": team.source}
    record(None, verb, person, now=now, organisation=organisation, data=data)
