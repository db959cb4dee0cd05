"""The people and the teams of an exported tree: recognised here, or made without any way in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from accounts.enums import TeamKind
from accounts.models import Membership, Organisation, Person, Team, TeamMembership
from accounts.services.founding import new_team
from config.lib.text import name_key
from documents.services.transfer.manifest import Row, read_moment


def people_of(
    rows: Sequence[Row], organisation: Organisation, *, create: bool
) -> dict[str, Person]:
    """The people of the export by their identifier there: members here; with `create`, those who
    are missing are made, with their memberships."""
    known = {
        str(p.uid): p for p in Person.objects.filter(uid__in=[UUID(row["id"]) for row in rows])
    }
    here = set(
        Membership.objects.filter(organisation=organisation).values_list("person_id", flat=True)
    )
    people: dict[str, Person] = {}
    for row in rows:
        person = known.get(row["id"])
        if person is None and create:
            person = _new_person(row)
        if person is None:
            continue
        if person.pk not in here and create:
            _join(organisation, person, row)
            here.add(person.pk)
        if person.pk in here:
            people[row["id"]] = person
    return people


def teams_of(
    rows: Sequence[Row], organisation: Organisation, people: dict[str, Person], *, create: bool
) -> tuple[dict[str, Team], list[str]]:
    """The teams of the export by their identifier there, and what was left out, in English."""
    mine = list(Team.objects.filter(organisation=organisation))
    by_uid = {str(t.uid): t for t in mine}
    by_label = {name_key(t.label): t for t in mine}
    directors = next((t for t in mine if t.kind == TeamKind.DGS), None)
    teams: dict[str, Team] = {}
    left_out: list[str] = []
    for row in rows:
        team = by_uid.get(row["id"]) or by_label.get(name_key(row["label"]))
        if team is None and row["kind"] == TeamKind.DGS:
            team = directors
        if team is None and create:
            team = new_team(organisation, row["label"], row["kind"])
            team.archived_at = read_moment(row.get("archived_at"))
            team.save(update_fields=["archived_at"])
        if team is None:
            left_out.append(f"team “{row['label']}” and its entries")
            continue
        teams[row["id"]] = team
        if create:
            _fill(team, row["members"], people)
    return teams, left_out


def _fill(team: Team, members: list[Row], people: dict[str, Person]) -> None:
    there = set(team.memberships.values_list("person_id", "from_date"))
    for row in members:
        person = people.get(row["person"])
        begins = dt.date.fromisoformat(row["from"])
        if person is None or (person.pk, begins) in there:
            continue
        if team.memberships.filter(person=person, to_date=None).exists():
            continue  # already in it, by the organisation's own hand
        TeamMembership.objects.create(
            organisation=team.organisation,
            team=team,
            person=person,
            from_date=begins,
            to_date=dt.date.fromisoformat(row["to"]) if row["to"] else None,
        )


def _new_person(row: Row) -> Person:
    person = Person(
        uid=UUID(row["id"]),
        given_name=row["given_name"],
        family_name=row["family_name"],
        gender=row["gender"],
        email=row["email"],
    )
    person.set_unusable_password()
    person.full_clean()
    person.save()
    return person


def _join(organisation: Organisation, person: Person, row: Row) -> None:
    for one in row["memberships"]:
        Membership.objects.create(
            organisation=organisation,
            person=person,
            capacity=one["capacity"],
            job_title=one["job_title"],
            from_date=dt.date.fromisoformat(one["from"]),
            to_date=dt.date.fromisoformat(one["to"]) if one["to"] else None,
        )
