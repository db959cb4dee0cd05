"""What is owed after a session, and by when (R-DOC-01 to R-DOC-03, R-DOC-05, R-EPCI-03).

CGCT, art. L2121-15, L2121-25, L2122-23, L5211-40-2. « One week » is counted as seven calendar days
after the session; no text says how.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from council.rules.calendar import add_months
from council.rules.finding import Finding, refuse, warn
from council.rules.policy import Body
from council.rules.wording import day_in_words, plural

LIST, MINUTES = "CGCT, art. L2121-25", "CGCT, art. L2121-15"
EPCI, REPORT = "CGCT, art. L5211-40-2", "CGCT, art. L2122-23"
WEEK = timedelta(days=7)


def list_due(session_on: date) -> date:
    """R-DOC-01: the list of the deliberations examined, posted and online (T-DEAD-01)."""
    return session_on + WEEK


def minutes_due(approved_on: date) -> date:
    """R-DOC-03: the minutes are online within the week after the session that approved them."""
    return approved_on + WEEK


def councillors_copy_due(on: date) -> date:
    """R-EPCI-03: list and approved minutes to every councillor of the member communes, within one
    month (T-DEAD-03, T-DEAD-04)."""
    return add_months(on, 1)


@dataclass(frozen=True, slots=True)
class Due:
    """One thing owed after a session."""

    code: str
    what: str
    by: date
    citation: str


def owed_after(session_on: date, *, body: Body, approved_on: date | None = None) -> tuple[Due, ...]:
    """Everything that a session makes owed, by date. ``approved_on``: when its minutes were."""
    told = [
        Due(
            "R-DOC-01",
            "Liste des délibérations examinées : affichée et en ligne",
            list_due(session_on),
            LIST,
        )
    ]
    if approved_on:
        told.append(Due("R-DOC-03", "Procès-verbal en ligne", minutes_due(approved_on), MINUTES))
    if body in (Body.COMMUNITY_COUNCIL, Body.SYNDICATE_COMMITTEE):
        whom = "à tous les conseillers des communes membres"
        told.append(
            Due(
                "R-EPCI-03",
                f"Liste des délibérations {whom}",
                councillors_copy_due(session_on),
                EPCI,
            )
        )
        if approved_on:
            told.append(
                Due("R-EPCI-03", f"Procès-verbal {whom}", councillors_copy_due(approved_on), EPCI)
            )
    return tuple(sorted(told, key=lambda due: due.by))


def check_due(due: Due, *, today: date, done_on: date | None = None) -> list[Finding]:
    """Late, or due within two days."""
    if done_on is not None and done_on <= due.by:
        return []
    if done_on is not None:
        late = (done_on - due.by).days
        return [
            warn(
                due.code,
                f"{due.what} : fait avec {plural(late, 'jour', 'jours')} de retard.",
                due.citation,
            )
        ]
    if today > due.by:
        words = f"{due.what} : c’était dû le {day_in_words(due.by, today)}."
        return [warn(due.code, words, due.citation)]
    if due.by - today <= timedelta(days=2):
        words = f"{due.what} : à faire au plus tard {day_in_words(due.by, today)}."
        return [warn(due.code, words, due.citation)]
    return []


def check_list(examined: Iterable[str], listed: Iterable[str]) -> list[Finding]:
    """R-DOC-01: every deliberation examined is on the list, approved or rejected, and no other."""
    seen, told = list(examined), set(listed)
    found = [
        refuse(
            "R-DOC-01",
            "Cette délibération manque à la liste : adoptée ou rejetée, elle a été examinée.",
            LIST,
            item,
        )
        for item in seen
        if item not in told
    ]
    found += [
        refuse("R-DOC-01", "Cette délibération n’a pas été examinée à cette séance.", LIST, item)
        for item in sorted(told - set(seen))
    ]
    return found


@dataclass(frozen=True, slots=True)
class MinutesFacts:
    """What a procès-verbal says. ``public_ballots`` maps a point voted by name to whether the names
    are there; ``reports`` tells which adopted deliberations have their report."""

    date_and_hour: bool = True
    chair: str = ""
    members_listed: bool = True
    secretaries: Sequence[str] = ()
    quorum_said: bool = True
    agenda_said: bool = True
    without_report: Sequence[str] = ()
    without_result: Sequence[str] = ()
    without_substance: Sequence[str] = ()
    public_without_names: Sequence[str] = ()
    ballot_requests_said: bool = True


def check_minutes(facts: MinutesFacts) -> list[Finding]:
    """R-DOC-02: what the minutes must contain, and lack."""
    whole = [
        (facts.date_and_hour, "la date et l’heure"),
        (bool(facts.chair), "le nom du président de séance"),
        (facts.members_listed, "les membres présents ou représentés"),
        (bool(facts.secretaries), "le nom du secrétaire"),
        (facts.quorum_said, "le quorum"),
        (facts.agenda_said, "l’ordre du jour"),
        (facts.ballot_requests_said, "les demandes de scrutin particulier"),
    ]
    found = [
        refuse("R-DOC-02", f"Il manque {what} au procès-verbal.", MINUTES)
        for there, what in whole
        if not there
    ]
    per_point = [
        (facts.without_report, "le rapport au vu duquel la délibération a été adoptée"),
        (facts.without_result, "le résultat du vote"),
        (facts.without_substance, "la teneur des discussions"),
        (facts.public_without_names, "les noms des votants et le sens de leur vote"),
    ]
    return found + [
        refuse("R-DOC-02", f"Il manque {what}.", MINUTES, point)
        for points, what in per_point
        for point in points
    ]


def check_approval(
    *,
    approved_on: date | None,
    next_session_on: date,
    signed_by_mayor: bool,
    unsigned: Sequence[str],
) -> list[Finding]:
    """R-DOC-02: approved at the start of the next session, signed by the mayor and secretaries."""
    found: list[Finding] = []
    if approved_on is None or approved_on > next_session_on:
        found.append(
            warn("R-DOC-02", "Le procès-verbal s’arrête au début de la séance suivante.", MINUTES)
        )
    if approved_on and not signed_by_mayor:
        found.append(refuse("R-DOC-02", "Le maire signe le procès-verbal.", MINUTES))
    if approved_on:
        found += [
            refuse("R-DOC-02", "Chaque secrétaire de séance signe le procès-verbal.", MINUTES, who)
            for who in unsigned
        ]
    return found


@dataclass(frozen=True, slots=True)
class DecisionTaken:
    """A decision of the mayor by delegation (L2122-22)."""

    ref: str
    number: str
    signed_on: date


def decisions_to_report(
    decisions: Iterable[DecisionTaken], reported: frozenset[str], *, session_on: date
) -> list[DecisionTaken]:
    """R-DOC-05: those that no session has heard of yet, in the order of their signature."""
    due = [one for one in decisions if one.ref not in reported and one.signed_on <= session_on]
    return sorted(due, key=lambda one: (one.signed_on, one.number))


def check_decisions_report(
    decisions: Iterable[DecisionTaken],
    reported: frozenset[str],
    *,
    session_on: date,
    on_the_agenda: bool,
) -> list[Finding]:
    """The mayor reports at each mandatory meeting."""
    due = decisions_to_report(decisions, reported, session_on=session_on)
    if not due or on_the_agenda:
        return []
    return [
        warn(
            "R-DOC-05",
            f"{plural(len(due), 'décision', 'décisions')} du maire à rapporter au conseil : "
            "ajoutez "
            "le compte rendu à l’ordre du jour.",
            REPORT,
        )
    ]
