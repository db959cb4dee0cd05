"""A small commune for the tests of the tree and of rights, and another one beside it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import uuid4

from django.contrib.auth.models import Group

from accounts.actor import Actor, actor_for
from accounts.enums import Capacity, OrganisationKind, TeamKind
from accounts.models import Membership, Organisation, Person, Team, TeamMembership
from config.lib.text import name_key, sort_key
from documents.access import role_of
from documents.enums import Role
from documents.models import Document, Folder
from documents.services import folders

NOW = dt.datetime(2026, 11, 21, 9, 0, tzinfo=dt.UTC)
LONG_AGO = dt.date(2020, 1, 1)


def make_organisation(slug: str) -> Organisation:
    return Organisation.objects.create(
        slug=slug, name=slug.title(), kind=OrganisationKind.COMMUNE, population=2300
    )


def make_person(given: str, family: str = "Test", *organisations: Organisation) -> Person:
    person = Person.objects.create(given_name=given, family_name=family)
    for organisation in organisations:
        Membership.objects.create(
            organisation=organisation,
            person=person,
            capacity=Capacity.AGENT,
            from_date=LONG_AGO,
        )
    return person


def make_team(
    organisation: Organisation, label: str, *people: Person, kind: str = TeamKind.SERVICE
) -> Team:
    group = Group.objects.create(name=f"team:{uuid4()}")
    team = Team.objects.create(organisation=organisation, label=label, kind=kind, group=group)
    for person in people:
        join(team, person)
    return team


def join(team: Team, person: Person, *, to_date: dt.date | None = None) -> TeamMembership:
    return TeamMembership.objects.create(
        organisation_id=team.organisation_id,
        team=team,
        person=person,
        from_date=LONG_AGO,
        to_date=to_date,
    )


def make_document(folder: Folder, title: str) -> Document:
    """A document row without bytes: enough for rights and names."""
    return Document.objects.create(
        organisation_id=folder.organisation_id,
        folder=folder,
        title=title,
        name_key=name_key(title),
        sort_title=sort_key(title),
        created_at=NOW,
        changed_at=NOW,
    )


@dataclass
class World:
    """A commune with its DGS, two services and their people."""

    organisation: Organisation
    nadia: Person  # DGS
    julien: Person  # urbanisme
    claire: Person  # accueil
    directors: Team
    planning: Team
    desk: Team
    root: Folder

    def actor(self, person: Person) -> Actor:
        actor = actor_for(person, self.organisation, now=NOW)
        assert actor is not None
        return actor

    @property
    def dgs(self) -> Actor:
        return self.actor(self.nadia)

    def role(self, person: Person, obj: Folder | Document) -> Role:
        """The person's role on the object as it stands now."""
        return role_of(self.actor(person), type(obj).objects.get(pk=obj.pk))

    def folder(self, name: str, parent: Folder | None = None) -> Folder:
        return folders.create_folder(actor=self.dgs, parent=parent or self.root, name=name, now=NOW)


def make_world(slug: str = "saint-aubin") -> World:
    organisation = make_organisation(slug)
    nadia = make_person("Nadia", "Morel", organisation)
    julien = make_person("Julien", "Petit", organisation)
    claire = make_person("Claire", "Fontaine", organisation)
    directors = make_team(organisation, "Direction générale", nadia, kind=TeamKind.DGS)
    planning = make_team(organisation, "Urbanisme", julien)
    desk = make_team(organisation, "Accueil", claire)
    root = folders.create_root(organisation=organisation, now=NOW)
    return World(organisation, nadia, julien, claire, directors, planning, desk, root)
