"""Pouvoirs (R-PRO-01 to R-PRO-03, R-PRO-07, R-PRO-08). CGCT, art. L2121-20; CASF, R123-16."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from council.rules.finding import Finding, Severity

CITATION = "CGCT, art. L2121-20"
SESSIONS = 3


@dataclass(frozen=True, slots=True)
class ProxyFacts:
    """A pouvoir asked for one meeting. People are opaque references.

    ``live`` maps each giver to their holder for this meeting; ``previous_in_a_row`` is how many
    meetings in a row, just before this one, the giver was represented.
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


def check_proxy(facts: ProxyFacts) -> list[Finding]:
    """What the law says of this pouvoir. A former pouvoir of the same giver is replaced, not held
    against them (T-PRO-02)."""
    found: list[Finding] = []
    if facts.giver == facts.holder:
        found.append(_no("R-PRO-02", "On ne se donne pas pouvoir à soi-même."))
    if facts.giver not in facts.members:
        found.append(_no("R-PRO-01", "Seul un membre en exercice peut donner pouvoir."))
    if facts.holder not in facts.members:
        found.append(_no("R-PRO-01", "Un pouvoir se donne à un membre en exercice de l’assemblée."))
    held_from = [g for g, h in facts.live.items() if h == facts.holder and g != facts.giver]
    if held_from:
        found.append(_no("R-PRO-01", "Cette personne a déjà reçu un pouvoir : un seul par membre."))
    if not facts.same_meeting:
        found.append(_no("R-PRO-06", "Ce pouvoir nomme une autre séance : il est à renouveler."))
    if facts.session_open and not facts.allowed_during_session:
        found.append(
            _no("R-PRO-02", "Le règlement intérieur ne permet pas de donner pouvoir en séance.")
        )
    too_long = facts.limited_to_three_sessions and facts.previous_in_a_row >= SESSIONS
    if too_long and not facts.illness_noted:
        found.append(
            _no(
                "R-PRO-01",
                "Un pouvoir ne vaut pas plus de trois séances de suite, sauf maladie dûment "
                "constatée.",
            )
        )
    if not facts.sender_is_certain:
        found.append(
            Finding(
                "R-PRO-02",
                Severity.WARNING,
                "Ce pouvoir est à confirmer par la mairie : son auteur n’est pas certain.",
                CITATION,
            )
        )
    return found


def _no(code: str, message: str) -> Finding:
    return Finding(code, Severity.BLOCKING, message, CITATION)
