"""Pouvoirs: may this one be given? (R-PRO-01 to R-PRO-03, R-PRO-06 to R-PRO-08).

CGCT, art. L2121-20; CASF, art. R123-16. What each is worth on a point is in
``council.rules.voters``; how they live and lapse in a sitting, in ``council.rules.sitting``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from council.rules.finding import Finding, refuse, warn
from council.rules.policy import Body

CITATION = "CGCT, art. L2121-20"
CCAS_CITATION = "CASF, art. R123-16"
SESSIONS = 3


@dataclass(frozen=True, slots=True)
class ProxyFacts:
    """A pouvoir asked for one meeting. People are opaque references.

    ``live`` maps each giver to their holder for this meeting; ``previous_in_a_row`` is how many
    meetings in a row, just before this one, the giver was represented; ``sessions_named`` how many
    this pouvoir names. ``override_reason``: why the town hall takes it all the same beyond three
    sessions, with a new pouvoir each time. The illness is a yes or a no: never its nature.
    """

    giver: str
    holder: str
    members: frozenset[str]
    live: Mapping[str, str] = field(default_factory=dict)
    previous_in_a_row: int = 0
    illness_noted: bool = False
    limited_to_three_sessions: bool = True
    sender_is_certain: bool = True
    same_meeting: bool = True
    session_open: bool = False
    allowed_during_session: bool = True
    sessions_named: int = 1
    override_reason: str = ""
    body: Body = Body.MUNICIPAL_COUNCIL


def check_proxy(facts: ProxyFacts) -> list[Finding]:
    """What the law says of this pouvoir. A former pouvoir of the same giver is replaced, not held
    against them (T-PRO-02). Anybody may hold one, the mayor and opponents included (R-PRO-03)."""
    text = CCAS_CITATION if facts.body is Body.CCAS_BOARD else CITATION
    if not proxies_exist(facts.body):
        return [
            refuse(
                "R-PRO-01",
                "On ne donne pas pouvoir dans cette commission : un titulaire absent est remplacé "
                "par un suppléant.",
                "CGCT, art. L1411-5",
            )
        ]
    found: list[Finding] = []
    if facts.giver == facts.holder:
        found.append(refuse("R-PRO-02", "On ne se donne pas pouvoir à soi-même.", text))
    if facts.giver not in facts.members:
        found.append(refuse("R-PRO-01", "Seul un membre en exercice peut donner pouvoir.", text))
    if facts.holder not in facts.members:
        found.append(
            refuse("R-PRO-01", "Un pouvoir se donne à un membre en exercice de l’assemblée.", text)
        )
    held_from = [g for g, h in facts.live.items() if h == facts.holder and g != facts.giver]
    if held_from:
        found.append(
            refuse("R-PRO-01", "Cette personne a déjà reçu un pouvoir : un seul par membre.", text)
        )
    if not facts.same_meeting:
        found.append(
            refuse("R-PRO-06", "Ce pouvoir nomme une autre séance : il est à renouveler.", text)
        )
    if facts.session_open and not facts.allowed_during_session:
        found.append(
            refuse(
                "R-PRO-02",
                "Le règlement intérieur ne permet pas de donner pouvoir en séance.",
                "règlement intérieur",
            )
        )
    if not facts.sender_is_certain:
        found.append(
            warn(
                "R-PRO-02",
                "Ce pouvoir est à confirmer par la mairie : son auteur n’est pas certain.",
                text,
            )
        )
    return found + _check_length(facts, text)


def _check_length(facts: ProxyFacts, text: str) -> list[Finding]:
    """Three sessions in a row, except illness duly noted; whether new pouvoirs may follow one
    another was never answered: a person decides and says why (R-PRO-07)."""
    if not facts.limited_to_three_sessions or facts.illness_noted:
        return []
    if facts.sessions_named > SESSIONS:
        return [
            refuse(
                "R-PRO-01",
                "Ce pouvoir nomme plus de trois séances de suite : il en vaut trois au plus, sauf "
                "maladie dûment constatée.",
                text,
            )
        ]
    if facts.previous_in_a_row + facts.sessions_named <= SESSIONS:
        return []
    if facts.override_reason.strip():
        return [
            warn(
                "R-PRO-07",
                "Plus de trois séances de suite avec un pouvoir : accepté par la mairie "
                f"({facts.override_reason.strip()}).",
                text,
            )
        ]
    return [
        refuse(
            "R-PRO-01",
            "Un pouvoir ne vaut pas plus de trois séances de suite, sauf maladie dûment constatée.",
            text,
        )
    ]


def proxies_exist(body: Body) -> bool:
    """Not in tender commissions, where alternates sit; a CCAS and an EPCI have them (R-PRO-08)."""
    return body is not Body.TENDER_COMMISSION


def limited_to_three_sessions(body: Body) -> bool:
    """The limit is in the text of councils alone, not in that of a CCAS (R-PRO-08)."""
    return body in (Body.MUNICIPAL_COUNCIL, Body.COMMUNITY_COUNCIL, Body.SYNDICATE_COMMITTEE)


@dataclass(frozen=True, slots=True)
class Delegation:
    """The seat of a member commune in an intermunicipal council.

    ``alternate`` exists where the commune has a single delegate. ``told_the_president``: the
    titular said that they would be away.
    """

    titular: str
    titular_present: bool
    alternate: str = ""
    alternate_present: bool = False
    told_the_president: bool = True


def who_sits(seat: Delegation) -> str:
    """Who holds the seat and its vote now; empty for nobody (R-EPCI-04, T-PRO-16)."""
    if seat.titular_present:
        return seat.titular
    stands_in = seat.alternate and seat.alternate_present and seat.told_the_president
    return seat.alternate if stands_in else ""


def check_delegation_proxy(seat: Delegation) -> list[Finding]:
    """The alternate comes before any pouvoir; a pouvoir serves when they are absent too."""
    sitting = who_sits(seat)
    if not sitting:
        return []
    return [
        refuse(
            "R-PRO-08",
            "Le suppléant siège et vote à la place du titulaire : il n’y a pas lieu à pouvoir."
            if sitting == seat.alternate
            else "Le titulaire est présent : il n’y a pas lieu à pouvoir.",
            "CGCT, art. L5211-6 et L2121-20",
        )
    ]
