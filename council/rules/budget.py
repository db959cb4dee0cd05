"""The days of a budget: its vote and its debate (R-CONV-15). CGCT, art. L1612-2 and L2312-1."""

from __future__ import annotations

from datetime import date, timedelta

from council.rules.finding import Finding, refuse, warn
from council.rules.notice import SPECIAL_DELAYS
from council.rules.policy import LARGE, Body
from council.rules.wording import day_in_words

#: Weeks before the vote of the budget in which its debate is held.
DEBATE_WEEKS = 10


def budget_last_day(year: int, *, renewal: bool) -> date:
    """15 April, 30 April the year of a renewal (CGCT, art. L1612-2)."""
    return date(year, 4, 30 if renewal else 15)


def budget_debate_window(vote_on: date) -> tuple[date, date]:
    """R-CONV-15: within the ten weeks before the vote, at an earlier meeting."""
    return vote_on - timedelta(weeks=DEBATE_WEEKS), vote_on - timedelta(days=1)


def check_budget_debate(
    *, population: int, body: Body, debate_on: date | None, vote_on: date, report_on: date | None
) -> list[Finding]:
    """R-CONV-15: the debate is owed from 3,500 inhabitants on, and in time."""
    if not owes_debate(body, population):
        return []
    text = "CGCT, art. L2312-1"
    first, last = budget_debate_window(vote_on)
    if debate_on is None:
        return [
            refuse(
                "R-CONV-15",
                "Le budget ne se vote pas sans débat d’orientation dans les dix semaines qui "
                "précèdent.",
                text,
            )
        ]
    found: list[Finding] = []
    if not first <= debate_on <= last:
        found.append(
            refuse(
                "R-CONV-15",
                f"Le débat d’orientation se tient du {day_in_words(first, vote_on)} au "
                f"{day_in_words(last, vote_on)}, à une autre séance que le vote.",
                text,
            )
        )
    delay = SPECIAL_DELAYS["budget_debate"]
    if report_on is not None and report_on > delay.latest_day(debate_on):
        found.append(
            warn(
                "R-CONV-15",
                f"Le rapport d’orientation devait partir au plus tard "
                f"{day_in_words(delay.latest_day(debate_on), debate_on)}.",
                delay.citation,
            )
        )
    return found


def owes_debate(body: Body, population: int) -> bool:
    """From 3,500 inhabitants on, in councils and intermunicipal bodies."""
    return population >= LARGE and body in (
        Body.MUNICIPAL_COUNCIL,
        Body.COMMUNITY_COUNCIL,
        Body.SYNDICATE_COMMITTEE,
    )
