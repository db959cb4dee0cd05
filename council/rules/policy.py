"""What the law gives to each sort of body, and how a body's own settings replace it.

Sources: CGCT L2121-11, L2121-12 (communes), L5211-1 (EPCI: the rules of 3,500 inhabitants and
more, whatever the size), CASF R123-16 (CCAS), L2541-2 (Alsace-Moselle), L2121-22 (commissions:
no delay in the law).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum

#: « 3 500 habitants et plus »: the figure is frozen at the last full renewal (T-CONV-04).
LARGE = 3500
#: From here a règlement intérieur is owed, and a third of the members may ask for a meeting.
MEDIUM = 1000


class Body(Enum):
    """The sort of body; the values are those of ``council.enums.AssemblyKind``."""

    MUNICIPAL_COUNCIL = "municipal_council"
    COMMUNITY_COUNCIL = "community_council"
    SYNDICATE_COMMITTEE = "syndicate_committee"
    CCAS_BOARD = "ccas_board"
    COMMISSION = "commission"
    TENDER_COMMISSION = "tender_commission"
    BUREAU = "bureau"
    OTHER = "other"


class Count(Enum):
    """How days are counted."""

    CLEAR = "clear"
    CALENDAR = "calendar"


@dataclass(frozen=True, slots=True)
class OwnSettings:
    """What the body decided for itself, and from when. ``None`` means « as in the law »."""

    notice_days: int | None = None
    notice_count: Count = Count.CLEAR
    urgent_notice_days: int | None = None
    note_required: bool | None = None
    since: date | None = None


@dataclass(frozen=True, slots=True)
class BodyFacts:
    """What must be known of a body to know what it owes. ``population`` in inhabitants."""

    body: Body
    population: int
    timezone: str = "Europe/Paris"
    local_law: bool = False
    own: OwnSettings = OwnSettings()


@dataclass(frozen=True, slots=True)
class BodyPolicy:
    """What this body owes on a given day.

    ``notice_days`` is 0 when no text gives a delay; ``urgent_notice_days`` is ``None`` when no
    text allows to shorten it.
    """

    body: Body
    population: int
    timezone: str
    notice_days: int
    notice_count: Count
    notice_citation: str
    urgent_notice_days: int | None
    urgent_citation: str
    note_required: bool
    proxies_limited_to_three_sessions: bool
    first_meeting_days: int

    @property
    def has_legal_notice(self) -> bool:
        """Whether a text (or the rules of procedure) gives a delay at all."""
        return self.notice_days > 0


def policy_for(facts: BodyFacts, on: date) -> BodyPolicy:
    """What the body owes for a meeting held on that day."""
    legal = _legal_default(facts)
    own = facts.own
    if own.since is None or own.since > on:
        return legal
    replaced = own.notice_days is not None
    return BodyPolicy(
        body=legal.body,
        population=legal.population,
        timezone=legal.timezone,
        notice_days=legal.notice_days if own.notice_days is None else own.notice_days,
        notice_count=own.notice_count if replaced else legal.notice_count,
        notice_citation="règlement intérieur" if replaced else legal.notice_citation,
        urgent_notice_days=legal.urgent_notice_days
        if own.urgent_notice_days is None
        else own.urgent_notice_days,
        urgent_citation=legal.urgent_citation
        if own.urgent_notice_days is None
        else "règlement intérieur",
        note_required=legal.note_required if own.note_required is None else own.note_required,
        proxies_limited_to_three_sessions=legal.proxies_limited_to_three_sessions,
        first_meeting_days=legal.first_meeting_days,
    )


def shorter_than_the_law(facts: BodyFacts, on: date) -> bool:
    """Whether the body's own delay is below what the law demands: rules of procedure cannot."""
    legal, owed = _legal_default(facts), policy_for(facts, on)
    if not legal.has_legal_notice:
        return False
    lost_day = 1 if owed.notice_count is Count.CALENDAR else 0
    return owed.notice_days - lost_day < legal.notice_days


def _legal_default(facts: BodyFacts) -> BodyPolicy:
    """The texts alone."""
    large = facts.population >= LARGE
    intercommunal = facts.body in (Body.COMMUNITY_COUNCIL, Body.SYNDICATE_COMMITTEE)
    council = facts.body is Body.MUNICIPAL_COUNCIL or intercommunal
    days, citation = _notice(facts, large=large, intercommunal=intercommunal)
    urgent, urgent_citation = _urgency(facts, large=large, council=council)
    return BodyPolicy(
        body=facts.body,
        population=facts.population,
        timezone=facts.timezone,
        notice_days=days,
        notice_count=Count.CLEAR,
        notice_citation=citation,
        urgent_notice_days=urgent,
        urgent_citation=urgent_citation,
        note_required=intercommunal
        or (large and facts.body in (Body.MUNICIPAL_COUNCIL, Body.CCAS_BOARD)),
        proxies_limited_to_three_sessions=council,
        first_meeting_days=3 if facts.body is Body.MUNICIPAL_COUNCIL else days,
    )


def _notice(facts: BodyFacts, *, large: bool, intercommunal: bool) -> tuple[int, str]:
    if intercommunal:
        # R-EPCI-01: five clear days and a note, whatever the size.
        return 5, "art. L2121-12 et L5211-1 du CGCT"
    if facts.body is Body.MUNICIPAL_COUNCIL:
        if large:
            return 5, "art. L2121-12 du CGCT"
        if facts.local_law:
            # R-CONV-16: never judged whether these days are clear; the ministry advises it.
            return 3, "art. L2541-2 du CGCT"
        return 3, "art. L2121-11 du CGCT"
    if facts.body is Body.CCAS_BOARD:
        # « Trois jours au moins »: read strictly, as clear days (T-CONV-21).
        return 3, "art. R123-16 du CASF"
    if facts.body is Body.TENDER_COMMISSION:
        return 5, "usage ; à fixer par le règlement intérieur"
    return 0, ""


def _urgency(facts: BodyFacts, *, large: bool, council: bool) -> tuple[int | None, str]:
    if not council:
        return None, ""
    if facts.local_law and not large and facts.body is Body.MUNICIPAL_COUNCIL:
        # « La veille »: no clear day in between.
        return 0, "art. L2541-2 du CGCT"
    if large or facts.body is not Body.MUNICIPAL_COUNCIL:
        return 1, "art. L2121-12 du CGCT"
    return 1, "art. L2121-11 du CGCT"
