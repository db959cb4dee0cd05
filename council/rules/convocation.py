"""What a convocation says, where one meets, and when it may be called off.

R-CONV-01, R-CONV-02, R-CONV-06, R-CONV-10, R-CONV-17, R-EPCI-06, R-AGE-02. CGCT, art. L2121-7,
L2121-10, L5211-11-1.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from config.lib.text import fold
from council.rules.finding import Finding, inform, refuse, warn
from council.rules.policy import Body

CITATION, PLACE = "CGCT, art. L2121-10", "CGCT, art. L2121-7"
REMOTE = "CGCT, art. L5211-11-1"

#: Titles that announce nothing precise: no vote may come under them.
_VAGUE = {"questions diverses", "divers", "affaires diverses", "points divers", "autres questions"}


@dataclass(frozen=True, slots=True)
class ConvocationText:
    """What the document carries. ``author_is_mayor`` or ``acting_for``: by what right they sign
    (the
    deputy who replaces the mayor). ``agreed_by``: who agreed that it leaves."""

    starts_at: datetime | None
    place: str
    titles: tuple[str, ...]
    author: str
    author_is_mayor: bool = True
    acting_for: str = ""
    agreed_by: str = ""
    urgent: bool = False
    urgency_reason: str = ""
    remote_places: tuple[str, ...] = ()


def check_text(text: ConvocationText) -> list[Finding]:
    """R-CONV-01, R-CONV-02: nothing leaves without these."""
    missing = [
        words
        for words, there in (
            ("la date et l’heure", text.starts_at),
            ("le lieu", text.place.strip()),
            ("l’ordre du jour", text.titles),
        )
        if not there
    ]
    found = [
        refuse("R-CONV-02", f"Il manque {words} sur la convocation.", CITATION) for words in missing
    ]
    if not text.author.strip():
        found.append(
            refuse("R-CONV-01", "La convocation est faite par le maire : son nom manque.", CITATION)
        )
    elif not text.author_is_mayor and not text.acting_for.strip():
        found.append(
            refuse(
                "R-CONV-01",
                "Seul le maire convoque, ou l’adjoint qui le remplace : dites à quel titre.",
                "CGCT, art. L2121-10 et L2122-17",
            )
        )
    if not text.agreed_by.strip():
        found.append(refuse("R-CONV-01", "Rien ne part sans l’accord noté du maire.", CITATION))
    if text.urgent and not text.urgency_reason.strip():
        found.append(
            refuse("R-CONV-06", "Écrivez le motif de l’urgence.", "CGCT, art. L2121-11 et L2121-12")
        )
    return found


def check_titles(items: Iterable[tuple[str, str, bool]]) -> list[Finding]:
    """R-AGE-02: each title is clear and precise. ``items``: reference, title, may be voted."""
    found = []
    for ref, title, votable in items:
        words = fold(title).strip(" .:;")
        if not words:
            found.append(refuse("R-AGE-02", "Ce point n’a pas de titre.", CITATION, ref))
        elif votable and words in _VAGUE:
            found.append(
                refuse(
                    "R-AGE-01",
                    f"Rien ne se vote sous « {title.strip()} » : nommez le sujet, ou faites-en une "
                    "information.",
                    CITATION,
                    ref,
                )
            )
        elif votable and len(words) < 6:
            found.append(
                warn(
                    "R-AGE-02", "Ce titre est trop court pour dire ce qui se décide.", CITATION, ref
                )
            )
    return found


def check_place(place: str, registered: Iterable[str]) -> list[Finding]:
    """R-CONV-17: the town hall, or another place of the commune, lastingly chosen."""
    known = {fold(one).strip() for one in registered}
    if not known or fold(place).strip() in known:
        return []
    return [
        warn(
            "R-CONV-17",
            "Ce lieu n’est pas celui du conseil : il doit être dans la commune, neutre, "
            "accessible, "
            "sûr, et permettre au public d’assister.",
            PLACE,
        )
    ]


def check_cancellation(
    *, now: datetime, starts_at: datetime, by_the_mayor: bool, open_: bool = False
) -> list[Finding]:
    """R-CONV-10: the mayor may cancel a meeting up to its hour."""
    found = []
    if open_ or now >= starts_at:
        found.append(
            refuse(
                "R-CONV-10",
                "L’heure de la séance est passée : elle se lève ou s’ajourne, elle ne s’annule "
                "plus.",
                CITATION,
            )
        )
    if not by_the_mayor:
        found.append(refuse("R-CONV-10", "C’est le maire qui annule une séance.", CITATION))
    if not found:
        found.append(
            inform(
                "R-CONV-10",
                "Chaque personne convoquée est prévenue. Les points reviendront dans une nouvelle "
                "convocation, avec le délai entier.",
                CITATION,
            )
        )
    return found


def check_remote(
    body: Body,
    *,
    allowed_by_the_rules: bool,
    said_in_the_convocation: bool,
    secret_ballot: bool = False,
    budget: bool = False,
    election: bool = False,
) -> list[Finding]:
    """R-EPCI-06, R-QUO-09: an EPCI may meet in several places at once, not a municipal council; the
    members of all the linked places count for the quorum."""
    if body not in (Body.COMMUNITY_COUNCIL, Body.SYNDICATE_COMMITTEE, Body.BUREAU):
        return [
            refuse(
                "R-EPCI-06",
                "La visioconférence n’est prévue que pour les intercommunalités.",
                REMOTE,
            )
        ]
    checks = [
        (allowed_by_the_rules, "Le règlement intérieur doit l’organiser."),
        (said_in_the_convocation, "La convocation doit dire que la séance se tient à distance."),
        (not secret_ballot, "Un scrutin secret ne se tient pas à distance."),
        (not budget, "Le budget primitif ne se vote pas à distance."),
        (not election, "Le président et le bureau ne s’élisent pas à distance."),
    ]
    return [refuse("R-EPCI-06", words, REMOTE) for right, words in checks if not right]
