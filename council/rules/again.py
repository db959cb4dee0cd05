"""Meeting again after a missed quorum (R-QUO-05, R-QUO-08). CGCT, art. L2121-17 and L2541-4."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from council.rules.finding import Finding, refuse, warn
from council.rules.wording import day_in_words

CITATION = "CGCT, art. L2121-17"
LOCAL_CITATION = "CGCT, art. L2541-4"


def earliest_second_meeting(sent_on: date) -> date:
    """Three clear days after the new convocations (CE 16 June 1997, Pfister; T-QUO-18)."""
    return sent_on + timedelta(days=4)


def waiver_applies(*, sent_on: date, meets_on: date) -> bool:
    """Whether a second convocation frees from the quorum: never a shortened one (T-QUO-22)."""
    return meets_on >= earliest_second_meeting(sent_on)


@dataclass(frozen=True, slots=True)
class SecondConvocation:
    """A meeting convened again because the first one missed its quorum.

    ``first_regular``: the first convocation respected its own delay. ``first_items`` are the points
    of the first agenda that could not be decided, ``items`` those of the second; both are opaque
    references. ``recalls_the_law``: the text says that the council may then decide whatever the
    number present.
    """

    first_regular: bool
    sent_on: date
    meets_on: date
    first_items: frozenset[str]
    items: tuple[str, ...]
    recalls_the_law: bool = True
    local_law: bool = False
    no_quorum_seen: bool = True


def free_of_quorum(facts: SecondConvocation) -> frozenset[str]:
    """The points that need no quorum: carried over, on a regular second convocation alone."""
    blocked = (
        not facts.first_regular
        or not facts.no_quorum_seen
        or (facts.local_law and not facts.recalls_the_law)
        or (
            not facts.local_law
            and not waiver_applies(sent_on=facts.sent_on, meets_on=facts.meets_on)
        )
    )
    return frozenset() if blocked else facts.first_items & frozenset(facts.items)


def check_second_convocation(facts: SecondConvocation) -> list[Finding]:
    """What the law says of this second convocation. A new point is not freed of the quorum."""
    found: list[Finding] = []
    if not facts.no_quorum_seen:
        found.append(
            refuse(
                "R-QUO-05",
                "La première séance n’a pas manqué de quorum : convoquez une nouvelle séance, avec "
                "le délai entier.",
                CITATION,
            )
        )
    if not facts.first_regular:
        found.append(
            refuse(
                "R-QUO-05",
                "La première convocation n’a pas respecté son délai : la seconde ne dispense pas "
                "du "
                "quorum. Convoquez une nouvelle séance.",
                CITATION,
            )
        )
    if facts.local_law:
        found += _check_recall(facts)
    elif not waiver_applies(sent_on=facts.sent_on, meets_on=facts.meets_on):
        earliest = day_in_words(earliest_second_meeting(facts.sent_on))
        found.append(
            refuse(
                "R-QUO-05",
                "Trop tôt : trois jours francs séparent les nouvelles convocations de la seconde "
                f"séance, qui peut se tenir à partir du {earliest}. Plus tôt, ce serait une "
                "nouvelle séance, en urgence et avec quorum.",
                CITATION,
            )
        )
    found += [
        warn(
            "R-QUO-05",
            "Ce point n’était pas dans la première convocation : il demande le quorum, et le délai "
            "ordinaire de convocation.",
            CITATION,
            item,
        )
        for item in facts.items
        if item not in facts.first_items
    ]
    return found


def _check_recall(facts: SecondConvocation) -> list[Finding]:
    """R-QUO-08: no interval in the text, but the convocation says what it allows."""
    if facts.recalls_the_law:
        return []
    return [
        refuse(
            "R-QUO-08",
            "La seconde convocation doit rappeler que le conseil pourra décider quel que soit le "
            "nombre de membres présents.",
            LOCAL_CITATION,
        )
    ]


def second_convocation_mention(first_on: date, *, local_law: bool = False) -> str:
    """The sentence that the convocation and each deliberation carry."""
    article = "L2541-4" if local_law else "L2121-17"
    return (
        f"Le quorum n’ayant pas été atteint à la séance du {day_in_words(first_on)} "
        f"{first_on.year}, le conseil est convoqué une seconde fois : il délibère valablement quel "
        f"que soit le nombre de membres présents (article {article} du CGCT)."
    )
