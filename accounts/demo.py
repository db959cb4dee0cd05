"""The people of the demonstration: a commune of 2 300 inhabitants, its CCAS, a neighbour.

Built through the services, with dates that follow today. Everybody is invented.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from accounts.actor import Actor, actor_for
from accounts.enums import Capacity, Gender, OrganisationKind, TeamKind
from accounts.models import Organisation, Person, Team
from accounts.services.founding import found_organisation
from accounts.services.joining import join
from accounts.services.teams import add_to_team, create_team
from config.lib.clock import local_date
from config.lib.text import fold

PASSWORD = "parvis-demo-2026"  # noqa: S105 - shown on the sign-in page of the demonstration
COMMUNE, CCAS, NEIGHBOUR = "saint-aubin", "saint-aubin-ccas", "valmorel"
F, M = Gender.FEMININE, Gender.MASCULINE

# (given name, family name, civility, function, how they are reached)
AGENTS = [
    ("Julien", "Petit", M, "Instructeur urbanisme"),
    ("Claire", "Fontaine", F, "Accueil et état civil"),
    ("Karim", "Haddad", M, "Comptable"),
    ("Sandrine", "Roux", F, "Ressources humaines"),
    ("Patrick", "Lefèvre", M, "Responsable du service technique"),
    ("Élodie", "Marchand", F, "Affaires scolaires et cantine"),
    ("Thomas", "Guérin", M, "Bibliothèque et communication"),
]
# In the order of the tableau. "couple" shares one mailbox; "paper" is written to by post.
COUNCILLORS = [
    ("Michel", "Garnier", M, "Maire", ""),
    ("Françoise", "Delmas", F, "Première adjointe", ""),
    ("Bernard", "Chauvin", M, "Deuxième adjoint", ""),
    ("Jeanne", "Martin", F, "Troisième adjointe", ""),
    ("Olivier", "Perrin", M, "Quatrième adjoint", ""),
    ("Monique", "Barbier", F, "Conseillère déléguée", ""),
    ("René", "Lacombe", M, "Conseiller municipal", "paper"),
    ("Simone", "Vasseur", F, "Conseillère municipale", "paper"),
    ("Alain", "Bouvier", M, "Conseiller municipal", "couple"),
    ("Martine", "Bouvier", F, "Conseillère municipale", "couple"),
    ("Nicolas", "Rey", M, "Conseiller municipal", ""),
    ("Amina", "Belkacem", F, "Conseillère municipale", ""),
    ("Gérard", "Poulain", M, "Conseiller municipal", ""),
    ("Sylvie", "Navarro", F, "Conseillère municipale", ""),
    ("Damien", "Leroux", M, "Conseiller municipal", ""),
    ("Hélène", "Schmitt", F, "Conseillère municipale", ""),
    ("Yves", "Kerouanton", M, "Conseiller municipal", ""),
    ("Lucie", "Morin", F, "Conseillère municipale", ""),
    ("Mathieu", "Da Silva", M, "Conseiller municipal", ""),
]
TEAMS = {
    "Urbanisme": ("Julien Petit",),
    "État civil": ("Claire Fontaine",),
    "Finances": ("Karim Haddad",),
    "Ressources humaines": ("Sandrine Roux",),
    "Service technique": ("Patrick Lefèvre",),
    "Affaires scolaires": ("Élodie Marchand",),
    "Communication": ("Thomas Guérin",),
}
EVERY_AGENT, EVERY_COUNCILLOR = "Tous les agents", "Élus du conseil municipal"
COMMISSIONS = {
    "Commission des finances": (
        "Michel Garnier", "Françoise Delmas", "Jeanne Martin", "Olivier Perrin", "Gérard Poulain",
    ),
    "Commission des travaux": (
        "Michel Garnier", "Bernard Chauvin", "Nicolas Rey", "Hélène Schmitt", "Yves Kerouanton",
    ),
}  # fmt: skip


@dataclass
class Stage:
    """What each app's `demo.build(stage)` finds and adds to: people, organisations, teams."""

    now: datetime
    founded_at: datetime
    people: dict[str, Person] = field(default_factory=dict)
    organisations: dict[str, Organisation] = field(default_factory=dict)
    teams: dict[str, Team] = field(default_factory=dict)

    def actor(self, name: str, slug: str = COMMUNE, *, at: datetime | None = None) -> Actor:
        """This person acting in this organisation, now or at an earlier moment."""
        actor = actor_for(self.people[name], self.organisations[slug], now=at or self.now)
        if actor is None:
            raise LookupError(f"{name} does not act in {slug}")
        return actor

    @property
    def councillors(self) -> list[Person]:
        """The 19 members of the council, in the order of the tableau."""
        return [self.people[f"{given} {family}"] for given, family, *_ in COUNCILLORS]


def identifier_of(given: str, family: str) -> str:
    """nadia.morel, without accents."""
    return f"{fold(given)}.{fold(family)}".replace(" ", "-")


def _person(
    stage: Stage, given: str, family: str, gender: str, *, account: bool = True, **contact: str
) -> Person:
    person = Person(
        given_name=given,
        family_name=family,
        gender=gender,
        identifier=identifier_of(given, family) if account else None,
        **contact,
    )
    if account:
        person.set_password(PASSWORD)
    else:
        person.set_unusable_password()
    if person.email:
        person.email_confirmed_at = stage.founded_at
    person.full_clean()
    person.save()
    stage.people[person.full_name] = person
    return person


def build(stage: Stage) -> None:
    """People, organisations, memberships and teams."""
    stage.founded_at = stage.now - timedelta(days=430)
    since = local_date(stage.founded_at, "Europe/Paris")
    at = stage.founded_at
    nadia = _person(
        stage, "Nadia", "Morel", F, email="nadia.morel@saint-aubin.example", phone="04 70 55 01 02"
    )
    dgs = found_organisation(
        name="Saint-Aubin-le-Parvis",
        slug=COMMUNE,
        kind=OrganisationKind.COMMUNE,
        population=2300,
        siren="210302014",
        siret="21030201400019",
        insee="03201",
        phone="04 70 55 01 00",
        email="mairie@saint-aubin.example",
        address="1 place du Parvis\n03999 Saint-Aubin-le-Parvis",
        accent="#1f4a5c",
        director=nadia,
        job_title="Directrice générale des services",
        now=at,
    )
    stage.organisations[COMMUNE] = dgs.organisation
    for given, family, gender, title in AGENTS:
        person = _person(
            stage, given, family, gender,
            email=f"{identifier_of(given, family)}@saint-aubin.example",
        )  # fmt: skip
        join(
            actor=dgs, person=person, capacity=Capacity.AGENT, job_title=title,
            from_date=since, now=at,
        )  # fmt: skip
    for given, family, gender, title, how in COUNCILLORS:
        address = {"paper": "", "couple": "famille.bouvier@courriel.example"}.get(
            how, f"{identifier_of(given, family)}@courriel.example"
        )
        postal = "4 chemin des Vignes\n03999 Saint-Aubin-le-Parvis" if how == "paper" else ""
        person = _person(
            stage, given, family, gender, account=how != "paper", email=address,
            phone="04 70 55 12 34" if how == "paper" else "", postal_address=postal,
        )  # fmt: skip
        join(
            actor=dgs, person=person, capacity=Capacity.ELECTED, job_title=title,
            from_date=since, now=at,
        )  # fmt: skip
    everybody = {
        EVERY_AGENT: ("Nadia Morel", *(f"{given} {family}" for given, family, *_ in AGENTS)),
        EVERY_COUNCILLOR: tuple(f"{given} {family}" for given, family, *_ in COUNCILLORS),
    }
    for kind, groups in (
        (TeamKind.SERVICE, TEAMS),
        (TeamKind.COMMISSION, COMMISSIONS),
        (TeamKind.FUNCTION, everybody),
    ):
        for label, names in groups.items():
            team = create_team(actor=dgs, label=label, kind=kind, now=at)
            stage.teams[label] = team
            for name in names:
                add_to_team(
                    actor=dgs, team=team, person=stage.people[name], from_date=since, now=at
                )
    _others(stage, at)


def _others(stage: Stage, at: datetime) -> None:
    """The CCAS, another legal person, and a second commune that must never see the first."""
    since = local_date(at, "Europe/Paris")
    claire = stage.people["Claire Fontaine"]
    ccas = found_organisation(
        name="CCAS de Saint-Aubin-le-Parvis",
        slug=CCAS,
        kind=OrganisationKind.CCAS,
        population=2300,
        parent=stage.organisations[COMMUNE],
        accent="#22663b",
        phone="04 70 55 01 00",
        email="ccas@saint-aubin.example",
        director=claire,
        job_title="Responsable du CCAS",
        now=at,
    )
    stage.organisations[CCAS] = ccas.organisation
    for name in (
        "Michel Garnier",
        "Françoise Delmas",
        "Monique Barbier",
        "Amina Belkacem",
        "Lucie Morin",
    ):
        join(
            actor=ccas, person=stage.people[name], capacity=Capacity.ELECTED,
            job_title="Administrateur du CCAS", from_date=since, now=at,
        )  # fmt: skip
    sophie = _person(stage, "Sophie", "Bertin", F, email="sophie.bertin@valmorel.example")
    valmorel = found_organisation(
        name="Valmorel-sur-Orge",
        slug=NEIGHBOUR,
        kind=OrganisationKind.COMMUNE,
        population=900,
        siren="910602015",
        insee="91602",
        accent="#8a4f0e",
        phone="01 60 00 00 10",
        email="mairie@valmorel.example",
        director=sophie,
        job_title="Secrétaire générale",
        now=at,
    )
    stage.organisations[NEIGHBOUR] = valmorel.organisation
    join(
        actor=valmorel, person=sophie, capacity=Capacity.ELECTED,
        job_title="Conseillère municipale", from_date=since, now=at,
    )  # fmt: skip
    join(
        actor=valmorel, person=stage.people["Karim Haddad"], capacity=Capacity.AGENT,
        job_title="Comptable", from_date=since, now=at,
    )  # fmt: skip
