"""Who chairs, who keeps the minutes (R-AGE-07, R-QUO-07, R-CONV-01, R-CONV-14).

CGCT, art. L2121-14 (the council elects its chair for the accounts), L2121-15 (secretary), L2122-8
(the eldest for the mayor's election), L2122-17 (the mayor's replacement).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from council.rules.finding import Finding, refuse, warn

CHAIR, SECRETARY = "CGCT, art. L2121-14", "CGCT, art. L2121-15"
REPLACEMENT, ELECTION = "CGCT, art. L2122-17", "CGCT, art. L2122-8"


class ChairRole(Enum):
    """In which quality somebody chairs."""

    MAYOR = "mayor"
    DEPUTY = "deputy"
    ELDEST = "eldest"
    ELECTED = "elected"
    COUNCILLOR = "councillor"


@dataclass(frozen=True, slots=True)
class Bench:
    """Those who may chair. ``deputies`` in the order of their election, ``councillors`` in the
    order
    of the tableau, ``eldest_first`` all the members by age; only ``present`` ones chair."""

    mayor: str
    deputies: tuple[str, ...]
    councillors: tuple[str, ...]
    eldest_first: tuple[str, ...]
    present: frozenset[str]


@dataclass(frozen=True, slots=True)
class Chair:
    """Who chairs, and why."""

    person: str
    role: ChairRole


def replacement_for(
    mayor: str, deputies: Sequence[str], councillors: Sequence[str], available: frozenset[str]
) -> Chair | None:
    """R-CONV-01: who acts for the mayor: a deputy in the order of their election, failing which a
    councillor (one that the council names, or else the order of the tableau). None for nobody."""
    if mayor in available:
        return Chair(mayor, ChairRole.MAYOR)
    for people, role in ((deputies, ChairRole.DEPUTY), (councillors, ChairRole.COUNCILLOR)):
        for person in people:
            if person in available:
                return Chair(person, role)
    return None


def chair_for(
    bench: Bench,
    *,
    mayor_election: bool = False,
    accounts: bool = False,
    elected: str = "",
    withdrawn: frozenset[str] = frozenset(),
) -> Chair | None:
    """Who chairs this point. None when nobody may, or while the chair for the accounts is not
    elected (R-QUO-07)."""
    available = bench.present - withdrawn
    if mayor_election:
        eldest = next((p for p in bench.eldest_first if p in available), "")
        return Chair(eldest, ChairRole.ELDEST) if eldest else None
    if accounts:
        fit = elected in available and elected != bench.mayor
        return Chair(elected, ChairRole.ELECTED) if fit else None
    return replacement_for(bench.mayor, bench.deputies, bench.councillors, available)


def check_chair(
    bench: Bench,
    chair: str,
    *,
    mayor_election: bool = False,
    accounts: bool = False,
    withdrawn: frozenset[str] = frozenset(),
) -> list[Finding]:
    """Whether that person may chair that point."""
    if chair not in bench.present:
        return [refuse("R-AGE-07", "La présidence revient à un membre présent.", CHAIR, chair)]
    if chair in withdrawn:
        return [
            refuse(
                "R-VOT-11",
                "Cette personne est intéressée à l’affaire : un autre membre préside ce point.",
                "CGCT, art. L2131-11",
                chair,
            )
        ]
    if accounts:
        if chair == bench.mayor:
            return [
                refuse(
                    "R-QUO-07",
                    "Le conseil élit un autre président pour débattre des comptes du maire, qui se "
                    "retire au moment du vote.",
                    CHAIR,
                    chair,
                )
            ]
        return []
    due = chair_for(bench, mayor_election=mayor_election, withdrawn=withdrawn)
    if due is None or due.person == chair:
        return []
    if mayor_election:
        return [
            refuse(
                "R-CONV-14",
                "Le plus âgé des membres présents préside l’élection du maire.",
                ELECTION,
                chair,
            )
        ]
    return [
        warn(
            "R-CONV-01",
            "En l’absence du maire, la présidence revient à l’adjoint qui vient le premier dans "
            "l’ordre de nomination."
            if due.role is not ChairRole.MAYOR
            else "Le maire est présent : c’est lui qui préside.",
            REPLACEMENT,
            chair,
        )
    ]


def check_accounts_vote(
    *, mayor: str, voting: frozenset[str], givers: frozenset[str], chair: str
) -> list[Finding]:
    """R-QUO-07: at the vote on the accounts, the mayor is out, gives no pouvoir, does not chair."""
    found = []
    if mayor in voting:
        found.append(
            refuse(
                "R-QUO-07",
                "Le maire se retire au moment du vote des comptes : il ne vote pas.",
                CHAIR,
                mayor,
            )
        )
    if mayor in givers:
        found.append(
            refuse(
                "R-PRO-04",
                "Le maire ne peut pas donner pouvoir pour le vote de ses comptes.",
                CHAIR,
                mayor,
            )
        )
    if not chair or chair == mayor:
        found.append(
            refuse("R-QUO-07", "Le conseil élit d’abord le président de ce point.", CHAIR, chair)
        )
    return found


def check_secretary(
    named: Sequence[str],
    *,
    present: frozenset[str],
    auxiliaries: Sequence[str] = (),
    members: frozenset[str] = frozenset(),
    at_the_start: bool = True,
) -> list[Finding]:
    """R-AGE-07: one or more members, named at the start of each session; agents may assist them
    without taking part in the deliberations."""
    found = []
    if not named:
        found.append(
            refuse("R-AGE-07", "Le conseil nomme un secrétaire au début de la séance.", SECRETARY)
        )
    found += [
        refuse(
            "R-AGE-07",
            "Le secrétaire de séance est un membre présent ; un agent peut l’assister.",
            SECRETARY,
            person,
        )
        for person in named
        if person not in present
    ]
    found += [
        warn("R-AGE-07", "Un auxiliaire se choisit hors du conseil.", SECRETARY, person)
        for person in auxiliaries
        if person in members
    ]
    if named and not at_the_start:
        found.append(
            warn(
                "R-AGE-07",
                "Le secrétaire se nomme au début de la séance : dites pourquoi si tard.",
                SECRETARY,
            )
        )
    return found
