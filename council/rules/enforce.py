"""When an act may be carried out: publication or notification, and transmission.

Sources: CGCT L2131-1 (publication, in force once published or notified and transmitted), L2131-2
(what is transmitted), R2131-1 (how), L2122-22 and L2122-23 (decisions by delegation), L2121-25
(list of deliberations), L2121-15 (minutes); CRPA L221-8 (individual decisions are notified),
code de justice administrative R421-1 (two months to appeal).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum


class Sort(Enum):
    """What an act is, as far as its formalities go; values of ``council.enums.ActType``."""

    DELIBERATION = "deliberation"
    DECISION = "decision"
    REGULATION = "regulation"
    POLICE = "police"
    POLICE_INDIVIDUAL = "police_individual"
    TRAFFIC = "traffic"
    DELEGATION = "delegation"
    PLANNING = "planning"
    STAFF = "staff"
    INDIVIDUAL = "individual"


@dataclass(frozen=True, slots=True)
class Formalities:
    """What a sort of act owes. ``by_itself``: may a schedule publish it without anybody asking?
    ``nature`` is the code of @ctes (1 délibération, 2 réglementaire, 3 individuel)."""

    transmit: bool
    publish: bool
    notify: bool
    by_itself: bool
    nature: int
    citation: str


_L2131_2 = "art. L2131-2 du CGCT"
_FORMALITIES = {
    Sort.DELIBERATION: Formalities(True, True, False, True, 1, "art. L2131-1 et L2131-2 du CGCT"),
    # Taken in the place of the council: the same rules as a deliberation (L2122-23).
    Sort.DECISION: Formalities(True, True, False, True, 1, "art. L2122-23 et L2131-2 du CGCT"),
    Sort.REGULATION: Formalities(True, True, False, True, 2, _L2131_2),
    # Orders of police name people and places as often as not: somebody decides each time.
    Sort.POLICE: Formalities(True, True, False, False, 2, _L2131_2),
    Sort.POLICE_INDIVIDUAL: Formalities(True, False, True, False, 3, _L2131_2),
    # « à l’exclusion de celles relatives à la circulation et au stationnement »
    Sort.TRAFFIC: Formalities(False, True, False, False, 2, _L2131_2),
    Sort.DELEGATION: Formalities(True, True, True, True, 2, "art. L2122-18 et L2131-2 du CGCT"),
    Sort.PLANNING: Formalities(True, False, True, False, 3, _L2131_2),
    Sort.STAFF: Formalities(False, False, True, False, 3, "art. L221-8 du CRPA"),
    Sort.INDIVIDUAL: Formalities(False, False, True, False, 3, "art. L221-8 du CRPA"),
}


def formalities_of(sort: Sort) -> Formalities:
    """What this sort of act owes before it may be carried out."""
    return _FORMALITIES[sort]


@dataclass(frozen=True, slots=True)
class ActFacts:
    """The dated facts of one act. ``received_on``: the day on the State's receipt (or its stamp
    on paper); without it, a transmission is not proved. ``nominative``: it names people and is
    notified to them, never published."""

    sort: Sort
    transmissible: bool
    nominative: bool = False
    signed_on: date | None = None
    published_on: date | None = None
    notified_on: date | None = None
    received_on: date | None = None


def enforceable_on(facts: ActFacts) -> date | None:
    """The first day on which the act may be carried out, None while something is missing.

    R-PUB-01: published or notified *and*, where L2131-2 says so, transmitted. An individual
    decision counts from its notification, the others from their publication (T-DEAD-11).
    """
    if facts.signed_on is None:
        return None
    known = facts.published_on if must_be_published(facts) else facts.notified_on
    if known is None:
        return None
    if not facts.transmissible:
        return known
    if facts.received_on is None:
        return None
    return max(known, facts.received_on)


def missing_words(facts: ActFacts) -> list[str]:
    """What still stands between this act and its being carried out, in order of time."""
    missing = []
    if facts.signed_on is None:
        missing.append("la signature")
    if facts.transmissible and facts.received_on is None:
        missing.append("l’accusé de réception de la préfecture")
    if must_be_published(facts):
        if facts.published_on is None:
            missing.append("la publication")
    elif facts.notified_on is None:
        missing.append("la notification à l’intéressé")
    return missing


def must_be_published(facts: ActFacts) -> bool:
    """Whether publication is the way for this act to be known; else it is notified."""
    return formalities_of(facts.sort).publish and not facts.nominative


def list_due_on(meets_on: date) -> date:
    """R-DOC-01: the list of deliberations, within one week of the session (T-DEAD-01)."""
    return meets_on + timedelta(days=7)


def minutes_due_on(approved_on: date) -> date:
    """R-DOC-03: the minutes, within the week after the session that approved them."""
    return approved_on + timedelta(days=7)


def kept_online_until(published_on: date) -> date:
    """R-PUB-02: two months at least (T-DEAD-05: 2 December until 2 February)."""
    return add_months(published_on, 2)


def appeal_until(enforceable: date) -> date:
    """The last day of the two months to appeal, counted in whole months (*délai franc*: the day
    of publication and that of its term do not count)."""
    return add_months(enforceable, 2) + timedelta(days=1)


def individual_transmission_due_on(signed_on: date) -> date:
    """Individual decisions are transmitted within fifteen days of their signature (L2131-1)."""
    return signed_on + timedelta(days=15)


def add_months(day: date, months: int) -> date:
    """The same day some months later, or the last of that month."""
    index = day.month - 1 + months
    year, month = day.year + index // 12, index % 12 + 1
    first_of_next = date(year + month // 12, month % 12 + 1, 1)
    return date(year, month, min(day.day, (first_of_next - timedelta(days=1)).day))
