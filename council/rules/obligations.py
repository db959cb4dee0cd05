"""The year of a council: what must pass, and by which day (R-CONV-12, R-CONV-15 and the texts
cited).

Each obligation proposes its point. Days are the legal ones; a body may keep its own habits before
them. « Before 1 July » is written as 30 June; « before 15 April » is read as 15 April, as
prefectures do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from council.rules.budget import budget_debate_window, budget_last_day, owes_debate
from council.rules.calendar import add_months
from council.rules.finding import Finding, warn
from council.rules.frequency import Quarter, must_meet_quarterly
from council.rules.installation import (
    first_commission_meeting_due,
    opposition_has_space,
    rules_of_procedure_due,
)
from council.rules.notice import SPECIAL_DELAYS
from council.rules.policy import Body
from council.rules.wording import day_in_words

#: Inhabitants above which equality between women and men has its report, land its balance.
EQUALITY, LAND = 20_000, 2_000


@dataclass(frozen=True, slots=True)
class YearFacts:
    """What must be known of a body and a year.

    ``renewal``: general renewal that year. ``installed_on``: when the council was installed, the
    year of a renewal. ``budget_vote_on``: when the budget is planned. The flags say which services
    the body runs itself.
    """

    body: Body
    population: int
    year: int
    renewal: bool = False
    installed_on: date | None = None
    budget_vote_on: date | None = None
    runs_water: bool = False
    delegates_a_service: bool = False
    member_of_epci: bool = True
    has_visitor_tax: bool = False


@dataclass(frozen=True, slots=True)
class Obligation:
    """One thing to do, at the latest on ``last_day``. ``code`` is stable within a year.

    ``first_day``: not before, when the text says so. ``kind``, ``subject`` and ``classification``
    (the @ctes matter) fill the point proposed; ``kind`` is empty when nothing is to be voted.
    ``papers_by``: when its documents are owed, if a text says. ``by_habit``: no text gives the day,
    the end of the year is only a habit.
    """

    code: str
    title: str
    last_day: date
    citation: str
    first_day: date | None = None
    kind: str = "deliberation"
    subject: str = "ordinary"
    classification: str = "7.10"
    papers_by: date | None = None
    by_habit: bool = False


def obligations_of(facts: YearFacts) -> tuple[Obligation, ...]:
    """The obligations of that body that year, by last day."""
    told: list[Obligation] = []
    for part in (_budget, _accounts, _taxes, _reports, _quarters, _new_council):
        told += part(facts)
    return tuple(sorted(told, key=lambda one: (one.last_day, one.code)))


def _council(facts: YearFacts) -> bool:
    return facts.body in (
        Body.MUNICIPAL_COUNCIL,
        Body.COMMUNITY_COUNCIL,
        Body.SYNDICATE_COMMITTEE,
    )


def _has_budget(facts: YearFacts) -> bool:
    return _council(facts) or facts.body is Body.CCAS_BOARD


def _budget(facts: YearFacts) -> list[Obligation]:
    if not _has_budget(facts):
        return []
    last = budget_last_day(facts.year, renewal=facts.renewal)
    vote = facts.budget_vote_on or last
    told = [
        Obligation(
            "budget",
            f"Budget primitif {vote.year}",
            last,
            "CGCT, art. L1612-2",
            subject="budget",
            classification="7.1",
            papers_by=SPECIAL_DELAYS["budget"].latest_day(vote),
        ),
        Obligation(
            "amending",
            f"Dernière décision modificative {facts.year - 1}",
            date(facts.year, 1, 21),
            "CGCT, art. L1612-11",
            classification="7.1",
        ),
    ]
    if owes_debate(facts.body, facts.population):
        first, before = budget_debate_window(vote)
        told.append(
            Obligation(
                "budget_debate",
                f"Débat d’orientation budgétaire {vote.year}",
                before,
                "CGCT, art. L2312-1",
                first_day=first,
                subject="budget_debate",
                classification="7.1",
            )
        )
    if facts.body in (Body.MUNICIPAL_COUNCIL, Body.COMMUNITY_COUNCIL):
        told.append(
            Obligation(
                "allowances_statement",
                "État des indemnités reçues par les élus, avant l’examen du budget",
                vote,
                "CGCT, art. L2123-24-1-1"
                if facts.body is Body.MUNICIPAL_COUNCIL
                else "CGCT, art. L5211-12-1",
                kind="information",
                classification="5.6",
            )
        )
        if facts.population > EQUALITY:
            told.append(
                Obligation(
                    "equality",
                    "Rapport sur l’égalité entre les femmes et les hommes, avant le débat "
                    "budgétaire",
                    vote,
                    "CGCT, art. L2311-1-2",
                    kind="information",
                    classification="8.2",
                )
            )
    return told


def _accounts(facts: YearFacts) -> list[Obligation]:
    if not _has_budget(facts):
        return []
    before = facts.year - 1
    told = [
        Obligation(
            "accounts",
            f"Compte financier unique {before}",
            date(facts.year, 6, 30),
            "CGCT, art. L1612-12",
            subject="accounts",
            classification="7.1",
        ),
        Obligation(
            "accounts_sent",
            f"Comptes {before} transmis à la préfecture",
            date(facts.year, 7, 15),
            "CGCT, art. L1612-13",
            kind="",
            classification="7.1",
        ),
    ]
    if facts.body is Body.MUNICIPAL_COUNCIL and facts.population > LAND:
        told.append(
            Obligation(
                "land",
                f"Bilan des acquisitions et cessions {before}, annexé aux comptes",
                date(facts.year, 6, 30),
                "CGCT, art. L2241-1",
                classification="3.2",
            )
        )
    if facts.body is Body.MUNICIPAL_COUNCIL:
        told.append(
            Obligation(
                "training",
                f"Débat sur la formation des élus {before}, annexé aux comptes",
                date(facts.year, 6, 30),
                "CGCT, art. L2123-12",
                classification="5.6",
            )
        )
    return told


def _taxes(facts: YearFacts) -> list[Obligation]:
    if facts.body not in (Body.MUNICIPAL_COUNCIL, Body.COMMUNITY_COUNCIL):
        return []
    next_year = facts.year + 1
    told = [
        Obligation(
            "rates",
            f"Taux des impôts locaux {facts.year}",
            budget_last_day(facts.year, renewal=facts.renewal),
            "CGI, art. 1639 A",
            classification="7.2",
        ),
        Obligation(
            "tax_rules",
            f"Exonérations et abattements pour {next_year}",
            date(facts.year, 9, 30),
            "CGI, art. 1639 A bis",
            classification="7.2",
        ),
        Obligation(
            "development_tax",
            f"Taxe d’aménagement pour {next_year}",
            date(facts.year, 6, 30),
            "CGI, art. 1639 A",
            classification="7.2",
        ),
    ]
    if facts.has_visitor_tax:
        told.append(
            Obligation(
                "visitor_tax",
                f"Taxe de séjour pour {next_year}",
                date(facts.year, 6, 30),
                "CGCT, art. L2333-30",
                classification="7.2",
            )
        )
    return told


def _reports(facts: YearFacts) -> list[Obligation]:
    before, told = facts.year - 1, []
    if facts.runs_water and _council(facts):
        told.append(
            Obligation(
                "water",
                f"Rapport sur le prix et la qualité de l’eau {before}",
                date(facts.year, 9, 30),
                "CGCT, art. L2224-5 et D2224-1",
                classification="8.8",
            )
        )
    if facts.delegates_a_service and _council(facts):
        told.append(
            Obligation(
                "delegate_report",
                f"Rapport du délégataire {before}, dû par lui avant le 1er juin",
                date(facts.year, 12, 31),
                "CGCT, art. L1411-3",
                kind="information",
                classification="1.2",
                by_habit=True,
            )
        )
    if facts.body is Body.MUNICIPAL_COUNCIL and facts.member_of_epci:
        told.append(
            Obligation(
                "epci_report",
                f"Rapport d’activité {before} de l’intercommunalité",
                date(facts.year, 12, 31),
                "CGCT, art. L5211-39",
                kind="information",
                classification="5.7",
                by_habit=True,
            )
        )
    if facts.body is Body.COMMUNITY_COUNCIL:
        told.append(
            Obligation(
                "activity_report",
                f"Rapport d’activité {before} adressé aux maires",
                date(facts.year, 9, 29),
                "CGCT, art. L5211-39",
                kind="",
                classification="5.7",
            )
        )
    if _council(facts):
        told.append(
            Obligation(
                "register",
                f"Registre {facts.year} relié"
                if facts.population >= 1000
                else f"Registre {facts.year} : feuillets rangés, à relier tous les cinq ans",
                date(facts.year, 12, 31),
                "CGCT, art. R2121-9",
                kind="",
                classification="5.2",
            )
        )
    return told


def _quarters(facts: YearFacts) -> list[Obligation]:
    if not must_meet_quarterly(facts.body):
        return []
    text = "CASF, art. R123-16" if facts.body is Body.CCAS_BOARD else "CGCT, art. L2121-7"
    if facts.body in (Body.COMMUNITY_COUNCIL, Body.SYNDICATE_COMMITTEE):
        text = "CGCT, art. L5211-11"
    told = []
    for n in range(1, 5):
        first = date(facts.year, 3 * n - 2, 1)
        last = add_months(first, 3) - timedelta(days=1)
        told.append(
            Obligation(
                f"quarter_{n}",
                f"Une séance au {Quarter(facts.year, n)}",
                last,
                text,
                first_day=first,
                kind="",
                classification="5.2",
            )
        )
    return told


def _new_council(facts: YearFacts) -> list[Obligation]:
    """What a general renewal makes owed, counted from the installation."""
    if not facts.renewal or facts.installed_on is None:
        return []
    on, told = facts.installed_on, []

    def add(code: str, title: str, last: date, citation: str, classification: str) -> None:
        told.append(Obligation(code, title, last, citation, classification=classification))

    rules = rules_of_procedure_due(facts.body, facts.population, on)
    if rules is not None:
        add("rules_of_procedure", "Règlement intérieur", rules, "CGCT, art. L2121-8", "5.2")
    if facts.body in (Body.MUNICIPAL_COUNCIL, Body.COMMUNITY_COUNCIL):
        three = add_months(on, 3)
        add("allowances", "Indemnités de fonction", three, "CGCT, art. L2123-20-1", "5.6")
        add("training_rights", "Droit à la formation des élus", three, "CGCT, art. L2123-12", "5.6")
    if facts.body is Body.MUNICIPAL_COUNCIL:
        two = add_months(on, 2)
        add(
            "ccas_board",
            "Conseil d’administration du CCAS : nombre et élection",
            two,
            "CASF, art. R123-10",
            "5.3",
        )
        add(
            "tax_commission", "Commission des impôts : liste proposée", two, "CGI, art. 1650", "5.3"
        )
    if opposition_has_space(facts.population, facts.body) and rules is not None:
        add(
            "opposition_space",
            "Espace d’expression de l’opposition, fixé par le règlement intérieur",
            rules,
            "CGCT, art. L2121-27-1",
            "5.2",
        )
    return told


def late_commissions(named: Mapping[str, date], met: frozenset[str], today: date) -> list[Finding]:
    """Commissions that have not met within eight days of their appointment (L2121-22)."""
    return [
        warn(
            "L2121-22",
            "Cette commission devait se réunir dans les huit jours de sa désignation.",
            "CGCT, art. L2121-22",
            commission,
        )
        for commission, on in sorted(named.items())
        if commission not in met and today > first_commission_meeting_due(on)
    ]


#: How many days ahead an obligation starts to be said.
AHEAD = 45


def check_obligations(
    obligations: Iterable[Obligation],
    done: frozenset[str],
    *,
    today: date,
    ahead: int = AHEAD,
    planned: Callable[[Obligation], date | None] = lambda _: None,
) -> list[Finding]:
    """What is late, or soon due and neither done nor planned in time. ``done``: codes."""
    found = []
    for one in obligations:
        meets = planned(one)
        fits = meets is not None and today <= meets <= one.last_day
        if one.code in done or fits or one.last_day > today + timedelta(days=ahead):
            continue
        # A point planned too late is said as well as a point not planned at all.
        when = day_in_words(one.last_day, today)
        message = (
            f"{one.title} : c’était dû au plus tard {when}."
            if today > one.last_day
            else f"{one.title} : au plus tard {when}."
        )
        found.append(warn("OBLIGATION", message, one.citation, one.code))
    return found
