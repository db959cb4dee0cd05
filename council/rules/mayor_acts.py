"""Acts without a vote: arrêtés and décisions du maire (R-PUB-04, R-PUB-05, R-DOC-05).

CGCT, art. L2122-22, L2122-23, L2131-1, L2131-2, R2122-7-1. Orders about staff and police are never
published by themselves: somebody decides, each time.
"""

from __future__ import annotations

from datetime import date
from enum import Enum

from council.rules.enforce import Sort, formalities_of, individual_transmission_due_on
from council.rules.finding import Finding, refuse, warn
from council.rules.wording import day_in_words


class Exempt(Enum):
    """What is not transmitted although its sort is (L2131-2, I, 1° and 2°)."""

    NONE = ""
    ROAD_TARIFF = "road_tariff"
    ROAD_CLASSIFICATION = "road_classification"
    PROMOTION_RATE = "promotion_rate"
    MANAGEMENT_CENTRE = "management_centre"
    DRINKS = "drinks"


_VOTED = (Sort.DELIBERATION, Sort.DECISION)
_OF = {
    Exempt.NONE: tuple(Sort),
    Exempt.ROAD_TARIFF: _VOTED,
    Exempt.ROAD_CLASSIFICATION: _VOTED,
    Exempt.PROMOTION_RATE: _VOTED,
    Exempt.MANAGEMENT_CENTRE: _VOTED,
    Exempt.DRINKS: (Sort.POLICE, Sort.POLICE_INDIVIDUAL),
}


def may_be_exempt(sort: Sort, exempt: Exempt) -> bool:
    """Whether this exception is one of that sort of act."""
    return sort in _OF[exempt]


def is_transmissible(sort: Sort, exempt: Exempt = Exempt.NONE) -> bool:
    """R-PUB-04 (T-DEAD-11)."""
    excepted = exempt is not Exempt.NONE and may_be_exempt(sort, exempt)
    return formalities_of(sort).transmit and not excepted


def transmission_due(sort: Sort, signed_on: date) -> date | None:
    """Individual decisions leave within fifteen days; nothing else has a fixed date: it is simply
    not in force before."""
    owed = formalities_of(sort)
    individual = owed.notify and not owed.publish
    return individual_transmission_due_on(signed_on) if individual and owed.transmit else None


def check_transmission(
    sort: Sort, *, signed_on: date, today: date, transmitted_on: date | None = None
) -> list[Finding]:
    """Late, or soon late."""
    due = transmission_due(sort, signed_on)
    if due is None or (transmitted_on or today) <= due:
        return []
    return [
        warn(
            "R-PUB-04",
            f"Cet acte devait partir en préfecture au plus tard {day_in_words(due, today)} (quinze "
            "jours après sa signature).",
            "CGCT, art. L2131-1",
        )
    ]


def must_transmit_electronically(population: int, *, intercommunal_with_taxation: bool) -> bool:
    """R-PUB-04: communes above 50,000 inhabitants, and EPCI with their own taxation."""
    return population > 50_000 or intercommunal_with_taxation


def check_publication(sort: Sort, *, decided_by: str, notified: bool = True) -> list[Finding]:
    """Before an act goes online. ``decided_by``: who asked for the publication of this very act."""
    owed = formalities_of(sort)
    if not owed.publish:
        return [
            refuse(
                "R-PUB-01",
                "Cet acte se notifie à la personne, il ne se publie pas.",
                "CGCT, art. L2131-1",
            )
        ]
    found: list[Finding] = []
    if not owed.by_itself and not decided_by.strip():
        found.append(
            refuse(
                "R-PUB-05",
                "Quelqu’un doit décider de la publication de cet acte : elle ne se fait pas seule.",
                "CRPA, art. L312-1-2",
            )
        )
    if owed.notify and not notified:
        found.append(
            warn(
                "R-PUB-01",
                "Cet acte est à notifier aussi à la personne concernée.",
                "CGCT, art. L2131-1",
            )
        )
    return found


def check_delegated_decision(
    *,
    delegation: str,
    given_on: date | None,
    ends_on: date | None,
    signed_on: date,
    signatory_is_mayor: bool,
) -> list[Finding]:
    """R-DOC-05, R-CONV-01: a decision rests on a delegation of the council in force that day; it is
    signed by the mayor, or by whom the delegation lets sign."""
    if not delegation.strip() or given_on is None:
        return [
            refuse(
                "R-DOC-05",
                "Citez la délibération par laquelle le conseil a donné cette délégation au maire.",
                "CGCT, art. L2122-22",
            )
        ]
    found: list[Finding] = []
    if signed_on < given_on or (ends_on is not None and signed_on > ends_on):
        found.append(
            refuse(
                "R-DOC-05",
                "Cette délégation n’était pas en vigueur le jour de la signature.",
                "CGCT, art. L2122-22",
            )
        )
    if not signatory_is_mayor:
        found.append(
            warn(
                "R-CONV-01",
                "Signé par délégation : vérifiez que la délibération ne s’y oppose pas.",
                "CGCT, art. L2122-23",
            )
        )
    return found
