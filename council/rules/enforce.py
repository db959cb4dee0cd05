"""When an act may be carried out: publication or notification, and transmission (R-PUB-01).

Sources: CGCT L2131-1 (publication, in force once published or notified and transmitted), L2131-2
(what is transmitted), R2131-1 (how), L2122-22 and L2122-23 (decisions by delegation), L2121-25
(list of deliberations), L2121-15 (minutes); CRPA L221-8 (individual decisions are notified),
code de justice administrative R421-1 (two months to appeal).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from config.lib.text import join_french
from council.rules.afterwards import list_due as list_due_on
from council.rules.afterwards import minutes_due as minutes_due_on
from council.rules.calendar import add_months
from council.rules.publication import appeal_until
from council.rules.publication import earliest_removal as kept_online_until

__all__ = [
    "ActFacts",
    "Formalities",
    "Sort",
    "add_months",
    "appeal_until",
    "enforceable_on",
    "executory_sentence",
    "formalities_of",
    "individual_transmission_due_on",
    "kept_online_until",
    "list_due_on",
    "minutes_due_on",
    "missing_words",
    "must_be_published",
]


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
    STAFF_ENTRY = "staff_entry"
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
    # 5°: nominations, contracts and dismissals are transmitted; the rest of a career is not.
    Sort.STAFF_ENTRY: Formalities(True, False, True, False, 3, _L2131_2),
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


def executory_sentence(facts: ActFacts) -> str:
    """« Acte exécutoire le 04/12/2026 : reçu en préfecture le…, publié le… », or what is
    missing."""
    since = enforceable_on(facts)
    if since is None:
        return "Pas encore exécutoire : il manque " + join_french(missing_words(facts)) + "."
    published = must_be_published(facts)
    known = facts.published_on if published else facts.notified_on
    parts = [f"reçu en préfecture le {facts.received_on:%d/%m/%Y}"] if facts.transmissible else []
    parts.append(f"{'publié' if published else 'notifié'} le {known:%d/%m/%Y}")
    return f"Acte exécutoire le {since:%d/%m/%Y} : {', '.join(parts)}."


def individual_transmission_due_on(signed_on: date) -> date:
    """Individual decisions are transmitted within fifteen days of their signature (L2131-1)."""
    return signed_on + timedelta(days=15)
