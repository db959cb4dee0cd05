"""What may be put on an agenda, voted, added or changed (R-AGE-01, R-CONV-05, -06, -10)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from council.rules.finding import Finding, Severity
from council.rules.notice import Notice, clear_days_between, latest_sending_day
from council.rules.policy import BodyPolicy, Count
from council.rules.wording import day_in_words

VOTABLE = frozenset({"deliberation", "wish"})
URGENCY, MINUTES, ICPE, MAYOR_ELECTION = "urgency", "minutes", "icpe", "mayor_election"


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """A point as the rules see it; ``ref`` comes back in the findings."""

    ref: str
    title: str
    kind: str
    matter: str = "ordinary"
    has_note: bool = False
    equivalent_document: bool = False
    documents: int = 0


def can_be_voted(item: ItemFacts) -> bool:
    """Only an announced deliberation or wish carries a vote (R-AGE-01)."""
    return item.kind in VOTABLE


def check_vote(item: ItemFacts) -> list[Finding]:
    """T-VOT-23: a vote asked on an information is refused."""
    if can_be_voted(item):
        return []
    return [
        Finding(
            "R-AGE-01",
            Severity.BLOCKING,
            "Ce point n’a pas été annoncé comme une délibération : il ne peut pas être voté.",
            "CGCT, art. L2121-10",
            item.ref,
        )
    ]


def check_agenda(
    items: Sequence[ItemFacts],
    policy: BodyPolicy,
    *,
    urgent: bool = False,
    first_of_the_body: bool = False,
) -> list[Finding]:
    """What stands against this agenda leaving as it is."""
    findings: list[Finding] = []
    if not items:
        findings.append(
            Finding(
                "R-CONV-02",
                Severity.BLOCKING,
                "L’ordre du jour est vide : inscrivez au moins un point.",
                "CGCT, art. L2121-10",
            )
        )
    findings += [finding for item in items for finding in _check_note(item, policy)]
    findings += _check_urgency(items, urgent=urgent)
    council = policy.body.value in ("municipal_council", "community_council")
    forgotten = not any(item.matter == MINUTES for item in items)
    if council and items and not first_of_the_body and forgotten:
        findings.append(
            Finding(
                "R-DOC-02",
                Severity.WARNING,
                "Le procès-verbal de la séance précédente n’est pas à l’ordre du jour : "
                "il s’approuve au début de la séance.",
                "CGCT, art. L2121-15",
            )
        )
    return findings


def _check_note(item: ItemFacts, policy: BodyPolicy) -> list[Finding]:
    """R-CONV-05: a note on each matter to deliberate, or documents that replace it."""
    owed = item.kind in VOTABLE and (policy.note_required or item.matter == ICPE)
    exempt = item.matter in (URGENCY, MINUTES)
    if not owed or exempt or item.has_note:
        return []
    if item.equivalent_document and item.documents:
        return []
    citation = (
        "code de l’environnement, art. L511-1 ; CGCT, art. L2121-12"
        if item.matter == ICPE and not policy.note_required
        else "CGCT, art. L2121-12"
    )
    return [
        Finding(
            "R-CONV-05",
            Severity.BLOCKING,
            f"Il manque la note de synthèse du point « {item.title} ». "
            "Écrivez-la, ou joignez un document équivalent et dites-le.",
            citation,
            item.ref,
        )
    ]


def _check_urgency(items: Sequence[ItemFacts], *, urgent: bool) -> list[Finding]:
    """R-CONV-06: the council votes on the urgency before anything else."""
    first_is_urgency = bool(items) and items[0].matter == URGENCY
    if urgent and items and not first_is_urgency:
        return [
            Finding(
                "R-CONV-06",
                Severity.BLOCKING,
                "En urgence, le premier point est « Approbation de l’urgence » : "
                "le conseil en décide avant tout le reste.",
                "CGCT, art. L2121-11 et L2121-12",
            )
        ]
    if not urgent and any(item.matter == URGENCY for item in items):
        return [
            Finding(
                "R-CONV-06",
                Severity.WARNING,
                "Le point « Approbation de l’urgence » est inutile : la séance n’est pas urgente.",
            )
        ]
    return []


def check_election_mention(items: Sequence[ItemFacts], *, election_due: bool) -> list[Finding]:
    """T-CONV-40: the convocation says that the mayor will be elected (L2122-8)."""
    if not election_due or any(item.matter == MAYOR_ELECTION for item in items):
        return []
    return [
        Finding(
            "R-CONV-14",
            Severity.BLOCKING,
            "La convocation doit annoncer l’élection du maire : ajoutez ce point.",
            "CGCT, art. L2122-8",
        )
    ]


class Addition(Enum):
    """How a point may still join a meeting already convened."""

    CONVOCATION = "convocation"
    URGENCY = "urgency"
    INFORMATION = "information"


def ways_to_add(
    *, added_on: date, meets_on: date, notice: Notice, urgent: Notice | None
) -> tuple[Addition, ...]:
    """What remains possible that day for one more point (R-CONV-10, T-CONV-38).

    A complementary convocation respects the whole delay; urgency keeps its own; information
    without a vote is always possible before the meeting.
    """
    ways: list[Addition] = []
    if added_on <= latest_sending_day(meets_on, notice):
        ways.append(Addition.CONVOCATION)
    elif urgent is not None and added_on <= latest_sending_day(meets_on, urgent):
        ways.append(Addition.URGENCY)
    if added_on <= meets_on:
        ways.append(Addition.INFORMATION)
    return tuple(ways)


def check_addition(
    *,
    added_on: date,
    meets_on: date,
    kind: str,
    notice: Notice,
    urgent: Notice | None,
    declared_urgent: bool = False,
    ref: str = "",
) -> list[Finding]:
    """Whether that point may be added after the convocation has left."""
    ways = ways_to_add(added_on=added_on, meets_on=meets_on, notice=notice, urgent=urgent)
    if Addition.CONVOCATION in ways or (kind not in VOTABLE and Addition.INFORMATION in ways):
        return []
    if Addition.URGENCY in ways and declared_urgent:
        return []
    left = max(0, clear_days_between(added_on, meets_on))
    way_out = "Il peut être inscrit comme information, sans vote"
    if Addition.URGENCY in ways and urgent is not None:
        way_out += ", ou en urgence : il faudra que le conseil l’approuve"
    last = day_in_words(latest_sending_day(meets_on, notice))
    unit = "jours francs" if notice.count is Count.CLEAR else "jours"
    return [
        Finding(
            "R-CONV-10",
            Severity.BLOCKING,
            f"Trop tard pour ajouter ce point et le voter : il fallait le convoquer au plus tard "
            f"{last} ({notice.days} {unit}, il en reste {left}). {way_out}.",
            "CAA Versailles, 3 mars 2011, n° 09VE03950",
            ref,
        )
    ]


@dataclass(frozen=True, slots=True)
class Setting:
    """When and where: local date and hour, place."""

    starts_at: datetime
    place: str


def check_change(before: Setting, after: Setting, *, minor_reason: str = "") -> list[Finding]:
    """R-CONV-10: after sending, another date, hour or place is another convocation.

    Only a small change of hour may pass, ticked as minor and with its reason (T-CONV-39).
    """
    if before == after:
        return []
    same_day = before.starts_at.date() == after.starts_at.date()
    same_place = before.place == after.place
    if same_day and same_place and minor_reason.strip():
        return [
            Finding(
                "R-CONV-10",
                Severity.WARNING,
                "Changement d’heure noté comme mineur : prévenez chaque membre.",
                "",
            )
        ]
    what = "la date" if not same_day else "le lieu" if not same_place else "l’heure"
    return [
        Finding(
            "R-CONV-10",
            Severity.BLOCKING,
            f"La convocation est partie : changer {what} demande une nouvelle convocation, "
            "avec le délai entier.",
            "CGCT, art. L2121-10",
        )
    ]
