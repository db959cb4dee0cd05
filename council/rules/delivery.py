"""Did the convocation reach everybody in time? (R-CONV-08, R-CONV-09, R-CONV-10).

The instant that counts for a person is the hand-over of the message to their server, in the local
time of the town hall; a bounce is no sending. A late convocation is cured when it is proven that
it actually reached the person within the legal time (CE 9 March 2007, n° 290687).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from zoneinfo import ZoneInfo

from council.rules.finding import Finding, inform, refuse
from council.rules.notice import Notice, is_on_time
from council.rules.wording import moment_in_words, plural

CITATION = "CGCT, art. L2121-10 à L2121-12"


class Verdict(Enum):
    """What is known of one person's convocation, or of them all."""

    ON_TIME = "on_time"
    CURED = "cured"
    TO_RESEND = "to_resend"


VERDICT_WORDS = {
    Verdict.ON_TIME: "dans le délai",
    Verdict.CURED: "régularisé",
    Verdict.TO_RESEND: "à renvoyer",
}


@dataclass(frozen=True, slots=True)
class Delivery:
    """What happened to one person's convocation. ``handed_over_at``: accepted by their server, or
    put in their hands; ``reached_at``: the first proof that they had it (opened, receipt
    signed)."""

    person: str
    handed_over_at: datetime | None = None
    reached_at: datetime | None = None
    bounced: bool = False


def verdict(delivery: Delivery, *, starts_at: datetime, notice: Notice, timezone: str) -> Verdict:
    """On time, cured by a proof within the legal time, or to be sent again."""

    def in_time(at: datetime | None) -> bool:
        return at is not None and is_on_time(at, starts_at, notice, timezone)

    if in_time(delivery.handed_over_at) and not delivery.bounced:
        return Verdict.ON_TIME
    return Verdict.CURED if in_time(delivery.reached_at) else Verdict.TO_RESEND


def verdict_of_all(verdicts: Iterable[Verdict]) -> Verdict:
    """The meeting is regular when every member in office is: one late person is enough."""
    known = set(verdicts)
    if not known or Verdict.TO_RESEND in known:
        return Verdict.TO_RESEND
    return Verdict.CURED if Verdict.CURED in known else Verdict.ON_TIME


def check_deliveries(
    deliveries: Sequence[Delivery], *, starts_at: datetime, notice: Notice, timezone: str
) -> list[Finding]:
    """One finding per person not on time, and why."""
    found: list[Finding] = []
    zone = ZoneInfo(timezone)
    for one in deliveries:
        told = verdict(one, starts_at=starts_at, notice=notice, timezone=timezone)
        if told is Verdict.CURED and one.reached_at:
            reached = moment_in_words(one.reached_at.astimezone(zone))
            found.append(
                inform(
                    "R-CONV-09",
                    f"Régularisé : la convocation lui est bien parvenue dans le délai ({reached}).",
                    "CE, 9 mars 2007, n° 290687",
                    one.person,
                )
            )
        elif told is Verdict.TO_RESEND:
            why = "jamais partie"
            if one.bounced:
                why = "revenue en erreur"
            elif one.handed_over_at:
                why = f"partie hors délai, {moment_in_words(one.handed_over_at.astimezone(zone))}"
            found.append(
                refuse(
                    "R-CONV-09",
                    f"Convocation {why} : renvoyez-la s’il est encore temps, sinon cherchez la "
                    "preuve "
                    "qu’elle est parvenue.",
                    CITATION,
                    one.person,
                )
            )
    return found


def summary(verdicts: Sequence[Verdict]) -> str:
    """« 17 dans le délai, 1 régularisé, 1 à renvoyer. »"""
    parts = [
        f"{verdicts.count(kind)} {words}"
        for kind, words in VERDICT_WORDS.items()
        if kind in verdicts
    ]
    return (", ".join(parts) or plural(0, "convocation", "convocations")) + "."
