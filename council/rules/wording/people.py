"""People in a French sentence: titles, lists, agreement in gender and number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from config.lib.text import NBSP, join_french

_VOWELS = "AEIOUYÀÂÉÈÊËÎÏÔÖÙÛÜŒH"


class Gender(Enum):
    """The values are those of ``accounts.enums.Gender``. Unknown is an answer too."""

    FEMININE = "f"
    MASCULINE = "m"
    UNKNOWN = ""


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody, or something, that a sentence speaks of."""

    name: str
    gender: Gender = Gender.UNKNOWN

    @property
    def titled(self) -> str:
        """Mme Jeanne Martin; the bare name when the civility is unknown."""
        title = {Gender.FEMININE: "Mme", Gender.MASCULINE: "M."}.get(self.gender)
        return f"{title}{NBSP}{self.name}" if title else self.name


def listed(people: Sequence[Named]) -> str:
    """Mmes A et B; MM. A et B; M. A, Mme B et M. C: the order given is kept."""
    genders = {person.gender for person in people}
    if len(people) > 1 and len(genders) == 1:
        title = {Gender.FEMININE: "Mmes", Gender.MASCULINE: "MM."}.get(genders.pop())
        if title:
            return f"{title}{NBSP}{join_french([person.name for person in people])}"
    return join_french([person.titled for person in people])


def of(person: Named) -> str:
    """de Mme A, d’Anne Roy."""
    bare = person.titled == person.name
    return f"d’{person.name}" if bare and person.name[:1] in _VOWELS else f"de {person.titled}"


def agreed(word: str, people: Sequence[Named]) -> str:
    """The participle or adjective in -é (« élu », « présent »…) with those it speaks of.

    Feminine when all are women, masculine as soon as one man is among them; a point when nobody's
    gender is known to be a man's and one is unknown: élu·e, élu·es.
    """
    genders = {person.gender for person in people}
    many = "s" if len(people) > 1 and not word.endswith("s") else ""
    if genders == {Gender.FEMININE}:
        return f"{word}e{many}"
    if Gender.MASCULINE in genders or not genders:
        return f"{word}{many}"
    return f"{word}·e{many}"


def verb(singular: str, plural: str, people: Sequence[Named]) -> str:
    """prend, prennent."""
    return plural if len(people) > 1 else singular
