"""First meetings, and what a new council owes (R-CONV-14, R-AGE-05, R-AGE-06).

CGCT, art. L2121-7, L2121-8, L2121-22, L2121-27-1, L2122-8, L5211-6; CASF, art. R123-10.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from council.rules.calendar import add_months
from council.rules.finding import Finding, refuse, warn
from council.rules.policy import MEDIUM, Body
from council.rules.wording import day_in_words

FIRST, ELECTION = "CGCT, art. L2121-7", "CGCT, art. L2122-8"
RULES = "CGCT, art. L2121-8"
FRIDAY, SUNDAY = 4, 6


def is_renewal_year(year: int) -> bool:
    """General renewal of municipal councils: every six years, in March (code électoral, art. L227),
    2026 and so on. That of 2020 counts, its second round having been put off to June."""
    return year % 6 == 2026 % 6


def first_meeting_window(complete_on: date) -> tuple[date, date]:
    """From the Friday to the Sunday after the round at which the council was elected in full."""
    friday = complete_on + timedelta(days=(FRIDAY - complete_on.weekday()) % 7 or 7)
    return friday, friday + timedelta(days=2)


@dataclass(frozen=True, slots=True)
class FirstMeeting:
    """The installation of a municipal council. ``convened_by_outgoing_mayor``, and so on: what the
    convocation and its dossier hold."""

    complete_on: date
    meets_on: date
    convened_by_outgoing_mayor: bool = True
    announces_election: bool = True
    has_charter: bool = True


def check_first_meeting(facts: FirstMeeting) -> list[Finding]:
    """What the law says of the installation as planned."""
    first, last = first_meeting_window(facts.complete_on)
    found: list[Finding] = []
    if not first <= facts.meets_on <= last:
        found.append(
            refuse(
                "R-CONV-14",
                f"La première séance se tient du {day_in_words(first)} au {day_in_words(last)}.",
                FIRST,
            )
        )
    if not facts.convened_by_outgoing_mayor:
        found.append(
            refuse("R-CONV-14", "La première séance est convoquée par le maire sortant.", FIRST)
        )
    if not facts.announces_election:
        found.append(
            refuse(
                "R-CONV-14",
                "La convocation doit annoncer l’élection du maire et des adjoints.",
                ELECTION,
            )
        )
    if not facts.has_charter:
        found.append(
            warn(
                "R-CONV-14",
                "Prévoyez la lecture de la charte de l’élu local et une copie pour chacun.",
                FIRST,
            )
        )
    return found


def first_community_meeting_due(mayors_elected_on: date) -> date:
    """The Friday of the fourth week after the election of the mayors."""
    monday = mayors_elected_on - timedelta(days=mayors_elected_on.weekday())
    return monday + timedelta(days=4 * 7 + FRIDAY)


def first_commission_meeting_due(named_on: date) -> date:
    """A municipal commission first meets within eight days of its appointment (L2121-22)."""
    return named_on + timedelta(days=8)


def rules_of_procedure_due(body: Body, population: int, installed_on: date) -> date | None:
    """R-AGE-05: within six months from 1,000 inhabitants on, and in every EPCI."""
    intercommunal = body in (Body.COMMUNITY_COUNCIL, Body.SYNDICATE_COMMITTEE)
    owed = intercommunal or (body is Body.MUNICIPAL_COUNCIL and population >= MEDIUM)
    return add_months(installed_on, 6) if owed else None


def check_rules_of_procedure(
    body: Body, population: int, *, installed_on: date, adopted_on: date | None, today: date
) -> list[Finding]:
    """From the fifth month on, and afterwards. The former rules stay in force meanwhile."""
    due = rules_of_procedure_due(body, population, installed_on)
    if due is None or adopted_on is not None or today < add_months(installed_on, 5):
        return []
    return [
        warn(
            "R-AGE-05",
            f"Le règlement intérieur s’adopte dans les six mois : au plus tard "
            f"{day_in_words(due, today)}.",
            RULES,
        )
    ]


def opposition_has_space(population: int, body: Body = Body.MUNICIPAL_COUNCIL) -> bool:
    """R-AGE-06: a space for those who are not of the majority in what the commune publishes about
    itself, from 1,000 inhabitants on (and in every EPCI)."""
    return population >= MEDIUM or body is Body.COMMUNITY_COUNCIL
