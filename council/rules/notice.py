"""Clear days: when a convocation must leave at the latest (R-CONV-04 to R-CONV-08, R-CONV-15).

Everything is counted on local calendar dates, never on n × 24 hours: days of 23 and 25 hours, the
hour of the meeting, Saturdays, Sundays and public holidays change nothing (CE 13 October 1993,
d'André, n° 141677).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from zoneinfo import ZoneInfo

from council.rules.finding import Finding, Severity
from council.rules.policy import BodyPolicy, Count
from council.rules.wording import (
    clear_days_in_words,
    day_in_words,
    days_in_words,
    moment_in_words,
    plural,
)


class Occasion(Enum):
    """Why the body meets, when that changes the delay."""

    ORDINARY = "ordinary"
    FIRST_MEETING = "first_meeting"
    SECOND_CONVOCATION = "second_convocation"


@dataclass(frozen=True, slots=True)
class Notice:
    """A delay owed: so many days, counted so, by that text."""

    days: int
    count: Count = Count.CLEAR
    citation: str = ""
    code: str = "R-CONV-04"

    @property
    def in_words(self) -> str:
        """3 jours francs"""
        if self.count is Count.CLEAR:
            return plural(self.days, "jour franc", "jours francs")
        return plural(self.days, "jour", "jours")


def notice_owed(
    policy: BodyPolicy, *, urgent: bool = False, occasion: Occasion = Occasion.ORDINARY
) -> Notice:
    """The delay that applies. Raises ValueError when no text allows urgency for this body."""
    if urgent:
        if policy.urgent_notice_days is None:
            raise ValueError("no text allows this body to shorten its notice")
        return Notice(policy.urgent_notice_days, Count.CLEAR, policy.urgent_citation, "R-CONV-06")
    if occasion is Occasion.FIRST_MEETING:
        citation = (
            "art. L2121-7 du CGCT"
            if policy.first_meeting_days != policy.notice_days
            else policy.notice_citation
        )
        return Notice(policy.first_meeting_days, Count.CLEAR, citation, "R-CONV-14")
    if occasion is Occasion.SECOND_CONVOCATION:
        return Notice(3, Count.CLEAR, "art. L2121-17 du CGCT", "R-QUO-05")
    code = "R-CONV-05" if policy.notice_days >= 5 else "R-CONV-04"
    return Notice(policy.notice_days, policy.notice_count, policy.notice_citation, code)


def clear_days_between(sent_on: date, meets_on: date) -> int:
    """Whole days between the two, neither of them counted. Negative when sent after the day."""
    return (meets_on - sent_on).days - 1


def latest_sending_day(meets_on: date, notice: Notice) -> date:
    """The last local day on which a convocation may leave."""
    if notice.days == 0 and not notice.citation:
        return meets_on
    extra = 1 if notice.count is Count.CLEAR else 0
    return meets_on - timedelta(days=notice.days + extra)


def latest_sending_moment(starts_at: datetime, notice: Notice, timezone: str) -> datetime:
    """The last second: 23:59:59 of the last day, on the town hall's clock.

    Without any legal delay, the beginning of the meeting.
    """
    local = _local(starts_at, timezone)
    day = latest_sending_day(local.date(), notice)
    if day >= local.date():
        return local
    return datetime.combine(day, time(23, 59, 59), tzinfo=ZoneInfo(timezone))


def earliest_meeting_day(sent_on: date, notice: Notice) -> date:
    """The first day on which a meeting convened that day may be held."""
    extra = 1 if notice.count is Count.CLEAR else 0
    return sent_on + timedelta(days=notice.days + extra)


def is_on_time(sent_at: datetime, starts_at: datetime, notice: Notice, timezone: str) -> bool:
    """Whether a convocation handed over at that instant respects the delay (R-CONV-08)."""
    sent, starts = _local(sent_at, timezone), _local(starts_at, timezone)
    if sent_at.astimezone(UTC) >= starts_at.astimezone(UTC):
        return False
    return sent.date() <= latest_sending_day(starts.date(), notice)


def recommended_moment(starts_at: datetime, notice: Notice, timezone: str) -> datetime:
    """Noon of the day before the last one: what the clock advises."""
    latest = latest_sending_moment(starts_at, notice, timezone)
    return datetime.combine(
        latest.date() - timedelta(days=1), time(12, 0), tzinfo=ZoneInfo(timezone)
    )


def check_sending(
    *, sent_at: datetime, starts_at: datetime, notice: Notice, timezone: str
) -> list[Finding]:
    """What the law says of a convocation that would leave at that instant."""
    sent, starts = _local(sent_at, timezone), _local(starts_at, timezone)
    if is_on_time(sent_at, starts_at, notice, timezone):
        return []
    if sent >= starts:
        return [
            Finding(
                "R-CONV-07",
                Severity.BLOCKING,
                "La séance a commencé : on ne convoque plus.",
                notice.citation,
            )
        ]
    latest = latest_sending_moment(starts_at, notice, timezone)
    days = max(0, clear_days_between(sent.date(), starts.date()))
    return [
        Finding(
            notice.code,
            Severity.BLOCKING,
            f"Trop tard : il fallait envoyer au plus tard {moment_in_words(latest)}. "
            f"Il ne reste que {clear_days_in_words(days)} avant la séance, "
            f"et il en faut {notice.days}.",
            notice.citation,
        )
    ]


@dataclass(frozen=True, slots=True)
class Clock:
    """The legal clock of a meeting, ready to be said."""

    notice: Notice
    latest: datetime
    recommended: datetime
    counted: tuple[date, ...]
    late: bool

    @property
    def reason(self) -> str:
        """3 jours francs : vendredi 27, samedi 28 et dimanche 29 novembre (art. …)."""
        if not self.counted:
            return self.notice.citation
        source = f" ({self.notice.citation})" if self.notice.citation else ""
        return f"{self.notice.in_words} : {days_in_words(self.counted)}{source}."


def clock(*, now: datetime, starts_at: datetime, notice: Notice, timezone: str) -> Clock:
    """The clock at this instant."""
    starts = _local(starts_at, timezone)
    last_day = latest_sending_day(starts.date(), notice)
    between = (starts.date() - last_day).days
    counted = tuple(last_day + timedelta(days=k) for k in range(1, between))
    return Clock(
        notice=notice,
        latest=latest_sending_moment(starts_at, notice, timezone),
        recommended=recommended_moment(starts_at, notice, timezone),
        counted=counted,
        late=not is_on_time(now, starts_at, notice, timezone),
    )


# --- Special information delays (R-CONV-15): they are added to the convocation's ---------------


@dataclass(frozen=True, slots=True)
class SpecialDelay:
    """Documents owed so many calendar days before the meeting."""

    days: int
    label: str
    citation: str

    def latest_day(self, meets_on: date) -> date:
        """The last day on which the documents may be given."""
        return meets_on - timedelta(days=self.days)

    def safe_day(self, meets_on: date) -> date:
        """The day that is right under a reading in clear days too."""
        return meets_on - timedelta(days=self.days + 1)


SPECIAL_DELAYS: dict[str, SpecialDelay] = {
    "budget": SpecialDelay(
        12, "le projet de budget et ses rapports", "art. L1612-26 du CGCT (ancien L5217-10-4)"
    ),
    "dsp": SpecialDelay(15, "les documents sur le choix du délégataire", "art. L1411-7 du CGCT"),
    "budget_debate": SpecialDelay(
        5, "le rapport d’orientation budgétaire", "art. L2312-1 et D2312-3 du CGCT"
    ),
    "annex_meeting": SpecialDelay(
        15, "l’avis au public d’une séance dans une mairie annexe", "art. L2121-7 du CGCT"
    ),
}


def check_special_delay(
    *, matter: str, given_on: date, meets_on: date, subject: str = ""
) -> list[Finding]:
    """A late budget or concession file flags its point; the meeting itself stays regular."""
    delay = SPECIAL_DELAYS.get(matter)
    if delay is None or given_on <= delay.latest_day(meets_on):
        return []
    return [
        Finding(
            "R-CONV-15",
            Severity.WARNING,
            f"Pour ce point, {delay.label} devaient être communiqués au plus tard "
            f"{day_in_words(delay.latest_day(meets_on))} ({delay.days} jours avant la séance).",
            delay.citation,
            subject,
        )
    ]


def _local(at: datetime, timezone: str) -> datetime:
    if at.tzinfo is None:
        raise ValueError("a legal delay is counted from an aware datetime")
    return at.astimezone(ZoneInfo(timezone))
