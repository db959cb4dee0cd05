"""Acts without a vote: arrêtés and décisions du maire, and what each sort is owed (R-PUB-04).

CGCT, art. L2122-22, L2122-23, L2131-1, L2131-2, R2122-7-1. Orders about staff and police are never
published by themselves: somebody decides, each time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from council.rules.actes import Nature
from council.rules.finding import Finding, refuse, warn
from council.rules.wording import day_in_words

TRANSMITTED = "CGCT, art. L2131-2"
#: Days from its signature to transmit an individual decision.
INDIVIDUAL_DAYS = 15


class ActKind(Enum):
    """The sort of an act."""

    DELIBERATION = "deliberation"
    DECISION = "decision"
    REGULATORY_ORDER = "regulatory_order"
    POLICE_REGULATORY = "police_regulatory"
    POLICE_INDIVIDUAL = "police_individual"
    TRAFFIC_ORDER = "traffic_order"
    STAFF_ORDER = "staff_order"
    STAFF_APPOINTMENT = "staff_appointment"
    PLANNING_ORDER = "planning_order"
    DELEGATION_ORDER = "delegation_order"


class Publicity(Enum):
    """How an act reaches those whom it concerns."""

    PUBLISHED = "published"
    NOTIFIED = "notified"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class ActRule:
    """What a sort of act is owed.

    ``by_itself``: may be published without somebody deciding it for that very act. ``register``:
    the series in which it is numbered.
    """

    label: str
    publicity: Publicity
    transmissible: bool
    by_itself: bool
    nature: Nature
    register: str
    individual: bool = False


_P, _N, _B = Publicity.PUBLISHED, Publicity.NOTIFIED, Publicity.BOTH
RULES: dict[ActKind, ActRule] = {
    ActKind.DELIBERATION: ActRule(
        "Délibération", _P, True, True, Nature.DELIBERATION, "deliberations"
    ),
    ActKind.DECISION: ActRule("Décision du maire", _P, True, True, Nature.OTHER, "decisions"),
    ActKind.REGULATORY_ORDER: ActRule(
        "Arrêté réglementaire", _P, True, True, Nature.REGULATORY, "orders"
    ),
    ActKind.POLICE_REGULATORY: ActRule(
        "Arrêté de police réglementaire", _P, True, False, Nature.REGULATORY, "orders"
    ),
    ActKind.POLICE_INDIVIDUAL: ActRule(
        "Arrêté de police individuel", _N, True, False, Nature.INDIVIDUAL, "orders", True
    ),
    # Traffic and parking are the exception among police orders (L2131-2, I, 2°).
    ActKind.TRAFFIC_ORDER: ActRule(
        "Arrêté de circulation ou de stationnement", _P, False, False, Nature.REGULATORY, "orders"
    ),
    ActKind.STAFF_ORDER: ActRule(
        "Arrêté individuel de personnel", _N, False, False, Nature.INDIVIDUAL, "staff", True
    ),
    ActKind.STAFF_APPOINTMENT: ActRule(
        "Nomination, recrutement ou licenciement", _N, True, False, Nature.INDIVIDUAL, "staff", True
    ),
    ActKind.PLANNING_ORDER: ActRule(
        "Autorisation d’urbanisme", _B, True, False, Nature.INDIVIDUAL, "planning", True
    ),
    ActKind.DELEGATION_ORDER: ActRule(
        "Délégation de fonction ou de signature", _B, True, True, Nature.REGULATORY, "orders"
    ),
}


class Exempt(Enum):
    """Deliberations and decisions that are not transmitted (L2131-2, I, 1°)."""

    NONE = "none"
    ROAD_TARIFF = "road_tariff"
    ROAD_CLASSIFICATION = "road_classification"
    PROMOTION_RATE = "promotion_rate"
    MANAGEMENT_CENTRE = "management_centre"


EXEMPT_WORDS = {
    Exempt.NONE: "aucune exception",
    Exempt.ROAD_TARIFF: "tarifs des droits de voirie et de stationnement",
    Exempt.ROAD_CLASSIFICATION: "classement, déclassement, alignement de voies communales",
    Exempt.PROMOTION_RATE: "taux de promotion d’un grade",
    Exempt.MANAGEMENT_CENTRE: "affiliation au centre de gestion et missions facultatives",
}


def is_transmissible(kind: ActKind, exempt: Exempt = Exempt.NONE) -> bool:
    """R-PUB-04 (T-DEAD-11)."""
    excepted = kind in (ActKind.DELIBERATION, ActKind.DECISION) and exempt is not Exempt.NONE
    return RULES[kind].transmissible and not excepted


def transmission_due(kind: ActKind, signed_on: date) -> date | None:
    """Individual decisions leave within fifteen days; nothing else has a fixed date: it is simply
    not in force before."""
    rule = RULES[kind]
    if not (rule.individual and rule.transmissible):
        return None
    return signed_on + timedelta(days=INDIVIDUAL_DAYS)


def check_transmission(
    kind: ActKind, *, signed_on: date, today: date, transmitted_on: date | None = None
) -> list[Finding]:
    """Late, or soon late."""
    due = transmission_due(kind, signed_on)
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


def publishes_by_itself(kind: ActKind) -> bool:
    """Whether signature and redaction check are enough to put the act online."""
    return RULES[kind].by_itself


def check_publication(kind: ActKind, *, decided_by: str, notified: bool = True) -> list[Finding]:
    """Before an act goes online. ``decided_by``: who asked for the publication of this very act."""
    rule = RULES[kind]
    if rule.publicity is Publicity.NOTIFIED:
        return [
            refuse(
                "R-PUB-01",
                f"{rule.label} : il se notifie à la personne, il ne se publie pas.",
                "CGCT, art. L2131-1",
            )
        ]
    found: list[Finding] = []
    if not rule.by_itself and not decided_by.strip():
        found.append(
            refuse(
                "R-PUB-05",
                f"{rule.label} : quelqu’un doit décider de sa publication.",
                "CRPA, art. L312-1-2",
            )
        )
    if rule.publicity is Publicity.BOTH and not notified:
        found.append(
            warn(
                "R-PUB-01",
                f"{rule.label} : à notifier aussi à la personne concernée.",
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
                "Signé par délégation : vérifiez que la délibération ne s’y oppose pas.",
                "CGCT, art. L2122-23",
            )
        )
    return found
