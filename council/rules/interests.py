"""Conflicts of interest: who is warned, who must stay out (R-VOT-11, R-PRO-04).

CGCT, art. L1111-6 and L2131-11 (law 2025-1249: mere presence is not taking part). What somebody
declared stays theirs: these functions are asked about one person at a time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from config.lib.text import fold
from council.rules.finding import Finding, inform, refuse
from council.rules.voters import Basis

CITATION, REPRESENTS = "CGCT, art. L2131-11", "CGCT, art. L1111-6"

#: Too short or too common to be a sign by itself.
SHORTEST = 4


@dataclass(frozen=True, slots=True)
class Interest:
    """Something that somebody declared: an association, an employer, a relative, a parcel.

    ``basis``: ``REPRESENTS`` when they sit there for the commune.
    """

    name: str
    basis: Basis = Basis.PERSONAL


def named_interests(text: str, interests: Iterable[Interest]) -> list[Interest]:
    """The interests that the text of a point names, whole words, accents and case aside."""
    words = f" {' '.join(re.findall(r'[0-9a-z]+', fold(text)))} "
    found = []
    for interest in interests:
        name = " ".join(re.findall(r"[0-9a-z]+", fold(interest.name)))
        if len(name) >= SHORTEST and f" {name} " in words:
            found.append(interest)
    return found


def prompts(text: str, interests: Iterable[Interest], *, person: str = "") -> list[Finding]:
    """A discreet word for the person alone; nothing is decided in their place."""
    return [
        inform(
            "R-VOT-11",
            f"Ce point nomme « {interest.name} », que vous avez déclaré : voulez-vous vous "
            "retirer ?"
            if interest.basis is Basis.PERSONAL
            else f"Ce point nomme « {interest.name} », où vous représentez la commune : dites si "
            "vous vous retirez.",
            CITATION if interest.basis is Basis.PERSONAL else REPRESENTS,
            person,
        )
        for interest in named_interests(text, interests)
    ]


@dataclass(frozen=True, slots=True)
class PointPart:
    """Who took which part in a point. ``proxies`` maps giver to holder, those exercised."""

    withdrawn: Mapping[str, Basis]
    rapporteur: str = ""
    chair: str = ""
    speakers: frozenset[str] = frozenset()
    voters: frozenset[str] = frozenset()
    proxies: Mapping[str, str] = field(default_factory=dict)


def check_part(part: PointPart) -> list[Finding]:
    """Whoever withdrew reports nothing, says nothing, votes nothing, represents nobody, and nobody
    represents them. Sitting there is not taking part. The mayor may debate their accounts."""
    found = []
    for person, basis in part.withdrawn.items():
        text = REPRESENTS if basis is Basis.REPRESENTS else CITATION
        debates = basis is Basis.ACCOUNTS
        wrong = [
            (person == part.rapporteur and not debates, "ne rapporte pas ce point"),
            (person == part.chair, "ne préside pas ce point"),
            (person in part.speakers and not debates, "ne prend pas part au débat"),
            (person in part.voters, "ne vote pas"),
            (person in part.proxies, "ne se fait pas représenter"),
            (person in part.proxies.values(), "n’utilise pas le pouvoir qui lui est donné"),
        ]
        found += [
            refuse(
                "R-VOT-11",
                f"Cette personne s’est retirée : elle {words}. La délibération serait illégale.",
                text,
                person,
            )
            for is_wrong, words in wrong
            if is_wrong
        ]
    return found
