"""How an act is made public (R-PUB-02, R-PUB-03, R-PUB-05, R-PUB-06, R-EPCI-07).

CGCT, art. L2131-1, R2131-1 (1 July 2022); CRPA, art. L312-1-1, L312-1-2; CJA, art. R421-1. Since
when it is in force is in ``council.rules.enforce``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from council.rules.calendar import add_months, next_working_day
from council.rules.finding import Finding, inform, refuse, warn
from council.rules.policy import LARGE, Body

CITATION, DETAILS = "CGCT, art. L2131-1", "CGCT, art. R2131-1"
PERSONAL = "CRPA, art. L312-1-2"

#: Inhabitants and staff from which documents must be published as open data (R-PUB-06).
OPEN_DATA_POPULATION, OPEN_DATA_STAFF = 3_500, 50


class Mode(Enum):
    """How acts are published."""

    ELECTRONIC = "electronic"
    POSTING = "posting"
    PAPER = "paper"


@dataclass(frozen=True, slots=True)
class ModeChoice:
    """The deliberation by which a small commune chose its mode."""

    mode: Mode
    decided_on: date
    reference: str = ""


def may_choose(body: Body, population: int) -> bool:
    """R-PUB-03: communes under 3,500 inhabitants, their CCAS, and syndicates; never an EPCI with
    its own council (R-EPCI-07)."""
    if body is Body.COMMUNITY_COUNCIL:
        return False
    return body is Body.SYNDICATE_COMMITTEE or population < LARGE


def publication_mode(body: Body, population: int, choice: ModeChoice | None, *, on: date) -> Mode:
    """The mode in force that day. Without a deliberation, electronic (T-DEAD-09).

    ``population`` is the current one: it is not frozen for publicity (R-PUB-02).
    """
    if choice is None or choice.decided_on > on or not may_choose(body, population):
        return Mode.ELECTRONIC
    return choice.mode


def check_mode(
    body: Body,
    *,
    population: int,
    frozen_population: int,
    choice: ModeChoice | None,
    on: date,
    has_website: bool = True,
) -> list[Finding]:
    """What stands against the mode chosen, and what a new census changes (T-DEAD-10)."""
    found: list[Finding] = []
    other = choice is not None and choice.mode is not Mode.ELECTRONIC
    if other and not may_choose(body, population):
        found.append(
            refuse(
                "R-PUB-02",
                "À partir de 3 500 habitants, seule la publication en ligne rend un acte "
                "exécutoire."
                if body is not Body.COMMUNITY_COUNCIL
                else "Un EPCI publie ses actes en ligne : c’est le seul mode valable.",
                CITATION,
            )
        )
    if choice is not None and not choice.reference.strip():
        found.append(
            warn("R-PUB-03", "Notez la délibération qui a choisi ce mode de publication.", CITATION)
        )
    if frozen_population < LARGE <= population:
        found.append(
            warn(
                "R-PUB-02",
                "La commune a dépassé 3 500 habitants depuis le dernier renouvellement : la "
                "publication en ligne est sans doute devenue obligatoire. Les délais de "
                "convocation, "
                "eux, ne changent pas avant le prochain renouvellement.",
                CITATION,
            )
        )
    mode = publication_mode(body, population, choice, on=on)
    if mode is Mode.ELECTRONIC and not has_website:
        found.append(
            warn(
                "R-PUB-03",
                "Sans site internet, la commune peut choisir l’affichage ou le papier par "
                "délibération, publiée sur le site de son EPCI.",
                DETAILS,
            )
        )
    return found


@dataclass(frozen=True, slots=True)
class PublishedCopy:
    """The file that the public reads. ``redaction_checked_by``: who looked for personal data."""

    author_given_name: str
    author_family_name: str
    author_capacity: str
    posted_on: date | None
    is_pdf: bool = True
    is_whole: bool = True
    redaction_checked_by: str = ""
    mode: Mode = Mode.ELECTRONIC


def check_copy(copy: PublishedCopy) -> list[Finding]:
    """R-PUB-02, R-PUB-05: what a copy lacks before it may be published (T-DEAD-08)."""
    missing = [
        word
        for word, there in (
            ("le prénom de l’auteur", copy.author_given_name.strip()),
            ("le nom de l’auteur", copy.author_family_name.strip()),
            ("la qualité de l’auteur", copy.author_capacity.strip()),
            ("la date de mise en ligne", copy.posted_on or copy.mode is not Mode.ELECTRONIC),
        )
        if not there
    ]
    found = [
        refuse("R-PUB-02", f"Il manque {word} sur le document à publier.", DETAILS)
        for word in missing
    ]
    if copy.mode is Mode.ELECTRONIC and not copy.is_pdf:
        found.append(
            refuse("R-PUB-02", "L’acte se publie dans un format non modifiable : en PDF.", DETAILS)
        )
    if not copy.is_whole:
        found.append(refuse("R-PUB-02", "L’acte se publie en entier, pas par extrait.", DETAILS))
    if not copy.redaction_checked_by.strip():
        found.append(
            refuse(
                "R-PUB-05",
                "Vérifiez d’abord les données personnelles : ce que la loi protège est à masquer "
                "avant de publier. L’original reste entier au registre.",
                PERSONAL,
            )
        )
    return found


def earliest_removal(posted_on: date) -> date:
    """R-PUB-02: at least two months of publicity (T-DEAD-05)."""
    return add_months(posted_on, 2)


def check_removal(*, posted_on: date, on: date) -> list[Finding]:
    """Whether an act may leave the site or the board that day."""
    if on >= earliest_removal(posted_on):
        return []
    until = earliest_removal(posted_on)
    return [
        refuse(
            "R-PUB-02",
            f"Un acte reste publié deux mois au moins : jusqu’au {until.day:02d}/{until.month:02d}/"
            f"{until.year}.",
            DETAILS,
        )
    ]


def appeal_until(made_public_on: date, *, local_law: bool = False) -> date:
    """The last day to go to court: two clear months, carried over a weekend or a holiday.

    Made public on 2 December: until 3 February (CJA, art. R421-1).
    """
    return next_working_day(add_months(made_public_on, 2) + timedelta(days=1), local_law=local_law)


def owes_open_data(population: int, staff: int) -> bool:
    """R-PUB-06: above 3,500 inhabitants, with 50 agents or more."""
    return population > OPEN_DATA_POPULATION and staff >= OPEN_DATA_STAFF


def check_open_data(population: int, staff: int, *, publishes: bool) -> list[Finding]:
    """Said, never imposed by the tool."""
    if publishes or not owes_open_data(population, staff):
        return []
    return [
        inform(
            "R-PUB-06",
            "La commune publie ses documents principaux en données ouvertes : plus de 3 500 "
            "habitants et 50 agents au moins.",
            "CRPA, art. L312-1-1",
        )
    ]
