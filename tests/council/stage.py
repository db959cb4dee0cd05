"""A small council for the tests: a commune, its people, and another commune beside it."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import dataclass, field
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.contrib.auth.models import Group

from accounts.actor import Actor, actor_for
from accounts.enums import Capacity as Belongs
from accounts.enums import OrganisationKind, TeamKind
from accounts.models import Membership, Organisation, Person, Team, TeamMembership
from council.enums import AssemblyKind, Function, Matter
from council.models import AgendaItem, Assembly, Mandate, Meeting
from council.services import agenda, agreeing, freezing, items, planning, seating
from council.services.items import ItemContent
from documents.models import Document, Folder
from documents.services import filing, folders

PARIS = ZoneInfo("Europe/Paris")
#: Saturday 21 November 2026, 10:00 in Paris.
NOW = dt.datetime(2026, 11, 21, 9, 0, tzinfo=dt.UTC)
LONG_AGO = dt.date(2020, 7, 1)
#: Monday 30 November 2026, 20:00: with 3 clear days, the last day to send is Thursday 26.
NOV_30 = dt.datetime(2026, 11, 30, 20, 0, tzinfo=PARIS)
LAST_MOMENT = dt.datetime(2026, 11, 26, 23, 59, 59, tzinfo=PARIS)


def person(given: str, family: str, *, email: str = "", **more: object) -> Person:
    return Person.objects.create(given_name=given, family_name=family, email=email, **more)


def belongs(who: Person, organisation: Organisation, capacity: str = Belongs.AGENT) -> None:
    Membership.objects.create(
        organisation=organisation, person=who, capacity=capacity, from_date=LONG_AGO
    )


def team(organisation: Organisation, label: str, kind: str, *people: Person) -> Team:
    made = Team.objects.create(
        organisation=organisation,
        label=label,
        kind=kind,
        group=Group.objects.create(name=f"team:{uuid4()}"),
    )
    for who in people:
        TeamMembership.objects.create(
            organisation=organisation, team=made, person=who, from_date=LONG_AGO
        )
    return made


@dataclass
class Stage:
    """One commune with a council of five: mayor, deputy on paper, three councillors."""

    organisation: Organisation
    dgs_person: Person
    secretary: Person
    agent: Person
    mayor: Person
    members: list[Person]
    council: Assembly
    root: Folder
    mandates: dict[int, Mandate] = field(default_factory=dict)

    def actor(self, who: Person, *, now: dt.datetime = NOW) -> Actor:
        actor = actor_for(who, self.organisation, now=now)
        assert actor is not None
        return actor

    @property
    def dgs(self) -> Actor:
        return self.actor(self.dgs_person)

    @property
    def maire(self) -> Actor:
        return self.actor(self.mayor)

    def mandate(self, who: Person) -> Mandate:
        return Mandate.objects.get(assembly=self.council, person=who)

    def document(self, title: str = "Plan.txt", content: bytes = b"Plan du chemin.") -> Document:
        received = filing.receive(io.BytesIO(content), title)
        return filing.file_document(
            actor=self.dgs, folder=self.root, received=received, now=NOW
        ).document

    def meeting(
        self,
        *,
        starts_at: dt.datetime = NOV_30,
        assembly: Assembly | None = None,
        now: dt.datetime = NOW,
    ) -> Meeting:
        return planning.create_meeting(
            actor=self.dgs,
            assembly=assembly or self.council,
            starts_at=starts_at,
            place="Salle du conseil",
            now=now,
        )

    def item(
        self,
        title: str = "Tarifs de la cantine",
        *,
        meeting: Meeting | None = None,
        documents: tuple[Document, ...] = (),
        by: Person | None = None,
        now: dt.datetime = NOW,
        **content: object,
    ) -> AgendaItem:
        """A point; listed when a meeting is given."""
        made = items.draft_item_from_documents(
            actor=self.actor(by) if by else self.dgs,
            assembly=meeting.assembly if meeting else self.council,
            content=ItemContent(title=title, **content),  # type: ignore[arg-type]
            documents=documents,
            now=now,
        )
        if meeting is not None:
            made = items.list_item(actor=self.dgs, item=made, meeting=meeting, now=now)
        return made

    def agreed(self, meeting: Meeting, *, now: dt.datetime = NOW) -> Meeting:
        agreeing.ask_mayor(actor=self.dgs, meeting=meeting, now=now)
        agreeing.give_agreement(
            actor=self.maire, meeting=meeting, shown=agenda.digest(meeting), now=now
        )
        return Meeting.objects.get(pk=meeting.pk)

    def frozen(self, meeting: Meeting | None = None, *, now: dt.datetime = NOW) -> Meeting:
        """A meeting with two points, its agenda settled."""
        if meeting is None:
            meeting = self.meeting()
            self.item("Tarifs de la cantine", meeting=meeting, documents=(self.document(),))
            self.item("Chemin des Vignes", meeting=meeting)
        self.agreed(meeting, now=now)
        return freezing.freeze_agenda(actor=self.dgs, meeting=meeting, now=now)


def make_stage(
    slug: str = "saint-aubin", *, population: int = 2300, timezone: str = "Europe/Paris"
) -> Stage:
    organisation = Organisation.objects.create(
        slug=slug,
        name=slug.replace("-", " ").title(),
        kind=OrganisationKind.COMMUNE,
        population=population,
        timezone=timezone,
        phone="04 00 00 00 00",
    )
    dgs = person("Nadia", "Morel")
    secretary = person("Sami", "Leroy")
    agent = person("Julien", "Petit")
    for who in (dgs, secretary, agent):
        belongs(who, organisation)
    team(organisation, "Direction générale", TeamKind.DGS, dgs)
    meetings_team = team(organisation, "Assemblées", TeamKind.FUNCTION, secretary)
    mayor = person("Michel", "Garnier", email="maire@example.fr")
    paper = person("René", "Lacombe")
    martin = person("Jeanne", "Martin", email="couple@example.fr")
    martin2 = person("Paul", "Martin", email="couple@example.fr")
    last = person("Aline", "Zola", email="aline@example.fr")
    members = [mayor, paper, martin, martin2, last]
    for who in members:
        belongs(who, organisation, Belongs.ELECTED)
    actor = actor_for(dgs, organisation, now=NOW)
    assert actor is not None
    council = seating.create_assembly(
        actor=actor,
        kind=AssemblyKind.MUNICIPAL_COUNCIL,
        name="Conseil municipal",
        preparing_team=meetings_team,
        now=NOW,
    )
    for rank, who in enumerate(members, start=1):
        seating.give_mandate(
            actor=actor,
            assembly=council,
            person=who,
            rank=rank,
            from_date=LONG_AGO,
            function=Function.MAYOR if who is mayor else Function.MEMBER,
            wants_paper=who is paper,
            paper_requested_on=LONG_AGO if who is paper else None,
            now=NOW,
        )
    root = folders.create_root(organisation=organisation, now=NOW)
    return Stage(organisation, dgs, secretary, agent, mayor, members, council, root)


URGENCY = Matter.URGENCY
