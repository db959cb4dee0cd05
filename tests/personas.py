"""The cast of the tests: two communes and a CCAS, peopled through the services.

`make_cast(now)` is the factory; the `cast` fixture gives one at this instant. Everybody with an
account signs in with `password_of(person)`; addresses are confirmed, so no test message is queued.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import pytest

from accounts.actor import Actor, actor_for
from accounts.enums import Capacity, Gender, OrganisationKind, TeamKind
from accounts.models import Organisation, Person, Team
from accounts.services.founding import found_organisation
from accounts.services.joining import join
from accounts.services.teams import add_to_team, create_team
from config.lib.clock import now as read_clock
from tests.remembered import recall


@dataclass(frozen=True)
class Cast:
    """Everybody, by first name; organisations; teams of Saint-Aubin."""

    now: datetime
    saint_aubin: Organisation
    ccas: Organisation
    valmorel: Organisation
    nadia: Person  # DGS of Saint-Aubin
    julien: Person  # agent, urbanisme
    claire: Person  # agent, accueil and état civil; directs the CCAS
    michel: Person  # maire
    jeanne: Person  # élue
    rene: Person  # élu, 85, on paper: no account, no address
    sophie: Person  # élue and DGS of Valmorel
    karim: Person  # agent of both communes
    direction: Team
    urbanisme: Team
    etat_civil: Team
    finances: Team  # Karim
    commission: Team  # commission des finances: Michel, Jeanne

    def actor(self, person: Person, organisation: Organisation | None = None) -> Actor:
        """That person acting in Saint-Aubin, or elsewhere; fails when they may not."""
        actor = actor_for(person, organisation or self.saint_aubin, now=self.now)
        assert actor is not None, f"{person} does not belong to {organisation or self.saint_aubin}"
        return actor

    @property
    def dgs(self) -> Actor:
        """Nadia, at the head of Saint-Aubin."""
        return self.actor(self.nadia)


def password_of(person: Person) -> str:
    """What this persona types."""
    return f"le mot de passe de {person.identifier}"


def make_person(
    given: str, family: str, gender: str, *, now: datetime, account: bool = True, **fields: str
) -> Person:
    """Somebody, with an account unless told otherwise, whose mail is known to arrive."""
    identifier = f"{given}.{family}".lower().replace("é", "e") if account else None
    person = Person(
        given_name=given,
        family_name=family,
        gender=gender,
        identifier=identifier,
        **({"email": f"{identifier}@exemple.fr"} if account else {}),
        **fields,
    )
    if account:
        person.email_confirmed_at = now
        person.set_password(password_of(person))
    else:
        person.set_unusable_password()
    person.full_clean()
    person.save()
    return person


def make_cast(now: datetime) -> Cast:
    """The whole cast, whose memberships start on the day of `now`."""
    feminine, masculine = Gender.FEMININE, Gender.MASCULINE
    nadia = make_person("Nadia", "Morel", feminine, now=now)
    julien = make_person("Julien", "Petit", masculine, now=now)
    claire = make_person("Claire", "Fontaine", feminine, now=now)
    michel = make_person("Michel", "Garnier", masculine, now=now)
    jeanne = make_person("Jeanne", "Martin", feminine, now=now)
    rene = make_person("René", "Lacombe", masculine, now=now, account=False, phone="04 70 00 00 00")
    sophie = make_person("Sophie", "Bertin", feminine, now=now)
    karim = make_person("Karim", "Haddad", masculine, now=now)

    direction_of_saint_aubin = found_organisation(
        name="Saint-Aubin-le-Parvis",
        slug="saint-aubin",
        kind=OrganisationKind.COMMUNE,
        population=2300,
        siren="210300018",
        siret="21030001800012",
        insee="03001",
        email="mairie@saint-aubin.exemple.fr",
        phone="04 70 00 00 01",
        director=nadia,
        job_title="Directrice générale des services",
        now=now,
    )
    saint_aubin = direction_of_saint_aubin.organisation
    ccas = found_organisation(
        name="CCAS de Saint-Aubin-le-Parvis",
        slug="saint-aubin-ccas",
        kind=OrganisationKind.CCAS,
        population=2300,
        parent=saint_aubin,
        director=claire,
        now=now,
    ).organisation
    direction_of_valmorel = found_organisation(
        name="Valmorel-sur-Orge",
        slug="valmorel",
        kind=OrganisationKind.COMMUNE,
        population=900,
        director=sophie,
        now=now,
    )
    dgs = direction_of_saint_aubin
    for person, capacity, title in (
        (julien, Capacity.AGENT, "Instructeur urbanisme"),
        (claire, Capacity.AGENT, "Accueil et état civil"),
        (karim, Capacity.AGENT, "Comptable"),
        (michel, Capacity.ELECTED, "Maire"),
        (jeanne, Capacity.ELECTED, "Conseillère municipale"),
        (rene, Capacity.ELECTED, "Conseiller municipal"),
    ):
        join(actor=dgs, person=person, capacity=capacity, job_title=title, now=now)
    for person, capacity in ((sophie, Capacity.ELECTED), (karim, Capacity.AGENT)):
        join(actor=direction_of_valmorel, person=person, capacity=capacity, now=now)

    urbanisme = create_team(actor=dgs, label="Urbanisme", kind=TeamKind.SERVICE, now=now)
    etat_civil = create_team(actor=dgs, label="État civil", kind=TeamKind.SERVICE, now=now)
    finances = create_team(actor=dgs, label="Finances", kind=TeamKind.SERVICE, now=now)
    commission = create_team(
        actor=dgs, label="Commission des finances", kind=TeamKind.COMMISSION, now=now
    )
    for team, person in (
        (urbanisme, julien),
        (etat_civil, claire),
        (finances, karim),
        (commission, michel),
        (commission, jeanne),
    ):
        add_to_team(actor=dgs, team=team, person=person, now=now)
    return Cast(
        now=now,
        saint_aubin=saint_aubin,
        ccas=ccas,
        valmorel=direction_of_valmorel.organisation,
        nadia=nadia,
        julien=julien,
        claire=claire,
        michel=michel,
        jeanne=jeanne,
        rene=rene,
        sophie=sophie,
        karim=karim,
        direction=Team.objects.get(organisation=saint_aubin, kind=TeamKind.DGS),
        urbanisme=urbanisme,
        etat_civil=etat_civil,
        finances=finances,
        commission=commission,
    )


@pytest.fixture
def cast(db: None) -> Cast:
    """The cast, at this instant."""
    now = read_clock()
    return recall("cast", lambda: make_cast(now), at=now)
