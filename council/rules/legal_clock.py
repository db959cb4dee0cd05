"""What must be sent by when, said for one meeting and its points (R-CONV-04 to R-CONV-07,
R-CONV-10, R-CONV-14, R-CONV-15).

Nothing is counted here: the delays are those of ``council.rules.notice``; this module says them,
and what can still be done when one of them is passed. CGCT, art. L2121-10 to L2121-12, L2122-8,
L1612-12, L1612-26, L1411-7.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum
from zoneinfo import ZoneInfo

from council.rules.agenda import ICPE, MAYOR_ELECTION, Addition, ways_to_add
from council.rules.notice import (
    SPECIAL_DELAYS,
    Notice,
    SpecialDelay,
    clear_days_between,
    clock,
    earliest_meeting_day,
    is_on_time,
    latest_sending_moment,
)
from council.rules.wording import (
    clear_days_in_words,
    day_in_words,
    deadline_words,
    moment_in_words,
    plural,
    remaining_sentence,
)

ACCOUNTS = "accounts"
#: « Soon » from here on: a day and a half, so that a clerk sees it on the eve.
_SOON = timedelta(hours=36)


class Tone(Enum):
    """How a line is shown: the values are those of the page."""

    CALM = "calm"
    SOON = "soon"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Announced:
    """A point of the agenda. ``name`` is how people call it; ``due_on`` the last day on which it
    may pass, when a text gives one; ``obligation`` the code of the year's obligation it answers."""

    ref: str
    name: str
    matter: str = "ordinary"
    obligation: str = ""
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class ClockFacts:
    """One meeting at one instant.

    ``notice`` is what it owes, urgency included when it was declared; ``urgent_notice`` the
    shortened delay that its body could still claim (None: no text, or already claimed).
    ``ordinary`` is the delay without urgency. ``sent_at``: when it was convened. ``mails`` and
    ``papers``: what has not left yet.
    """

    now: datetime
    starts_at: datetime
    timezone: str
    notice: Notice
    ordinary: Notice
    urgent_notice: Notice | None = None
    sent_at: datetime | None = None
    mails: int = 0
    papers: int = 0
    items: tuple[Announced, ...] = ()


@dataclass(frozen=True, slots=True)
class ClockLine:
    """What one point brings. ``due`` is the last instant, ``ways``: what can still be done."""

    ref: str
    name: str
    text: str
    tone: Tone = Tone.CALM
    due: datetime | None = None
    ways: tuple[str, ...] = ()
    citation: str = ""


@dataclass(frozen=True, slots=True)
class LegalClock:
    """The clock of a meeting in words: one sentence, why, what can still be done, then its points.

    ``latest`` is the last second for the convocations; ``additions`` says how a point may still
    join a meeting already convened.
    """

    text: str
    left: str
    tone: Tone
    reason: str
    latest: datetime
    late: bool
    ways: tuple[str, ...] = ()
    points: tuple[ClockLine, ...] = ()
    additions: tuple[str, ...] = ()
    urgency_possible: bool = False


def legal_clock(facts: ClockFacts) -> LegalClock:
    """The whole clock. Meant for a meeting to come."""
    told = clock(
        now=facts.now,
        starts_at=facts.starts_at,
        notice=facts.notice,
        timezone=facts.timezone,
    )
    waiting = facts.mails + facts.papers
    late = told.late and (facts.sent_at is None or waiting > 0)
    urgency = late and _urgency_still_possible(facts)
    if facts.sent_at is not None and not waiting:
        text, left, tone = _sent_sentence(facts), "", Tone.CALM
    else:
        text, left = deadline_words(
            latest=told.latest,
            now=facts.now,
            timezone=facts.timezone,
            mails=facts.mails,
            papers=facts.papers,
        )
        tone = _tone(told.latest, facts.now, late=late)
    return LegalClock(
        text=text,
        left=left,
        tone=tone,
        reason=told.reason,
        latest=told.latest,
        late=late,
        ways=tuple(_ways_out(facts, urgency=urgency)) if late else (),
        points=tuple(line for item in facts.items for line in _lines_of(item, facts)),
        additions=tuple(_additions(facts)) if facts.sent_at is not None else (),
        urgency_possible=urgency,
    )


def _local(at: datetime, facts: ClockFacts) -> datetime:
    return at.astimezone(ZoneInfo(facts.timezone))


def _tone(latest: datetime, now: datetime, *, late: bool) -> Tone:
    if late or now > latest:
        return Tone.LATE
    return Tone.SOON if latest - now < _SOON else Tone.CALM


def _sent_sentence(facts: ClockFacts) -> str:
    """Everything has left: since when, and how much the members had."""
    sent_at = facts.sent_at or facts.now
    sent, starts = _local(sent_at, facts), _local(facts.starts_at, facts)
    days = clear_days_in_words(max(0, clear_days_between(sent.date(), starts.date())))
    today = _local(facts.now, facts).date()
    owed = f" Il en fallait {facts.notice.days}." if facts.notice.days else ""
    return f"Tout est parti {moment_in_words(sent, today)} : {days} avant la séance.{owed}"


def _urgency_still_possible(facts: ClockFacts) -> bool:
    urgent = facts.urgent_notice
    return urgent is not None and is_on_time(facts.now, facts.starts_at, urgent, facts.timezone)


def _ways_out(facts: ClockFacts, *, urgency: bool) -> Iterable[str]:
    today = _local(facts.now, facts).date()
    if facts.sent_at is not None:
        yield (
            "Ce qui n’est pas parti ne partira plus par courriel : remettez le dossier en main "
            "propre et notez l’heure, ou annulez et convoquez une nouvelle séance."
        )
        return
    first = day_in_words(earliest_meeting_day(today, facts.notice), today)
    yield f"Changer la date : envoyée aujourd’hui, la séance peut se tenir à partir du {first}."
    if urgency and facts.urgent_notice is not None:
        latest = _local(
            latest_sending_moment(facts.starts_at, facts.urgent_notice, facts.timezone), facts
        )
        yield (
            "Convoquer en urgence, en disant pourquoi : tout doit alors partir au plus tard "
            f"{moment_in_words(latest, today)}, et le conseil se prononce d’abord sur l’urgence."
        )


def _additions(facts: ClockFacts) -> Iterable[str]:
    """R-CONV-10: how one more point may join what has been sent."""
    today, meets_on = _local(facts.now, facts).date(), _local(facts.starts_at, facts).date()
    ways = ways_to_add(
        added_on=today, meets_on=meets_on, notice=facts.ordinary, urgent=facts.urgent_notice
    )
    if Addition.CONVOCATION in ways:
        latest = _local(
            latest_sending_moment(facts.starts_at, facts.ordinary, facts.timezone), facts
        )
        yield (
            "Un point à voter peut encore s’ajouter par une convocation complémentaire, envoyée "
            f"au plus tard {moment_in_words(latest, today)}."
        )
        return
    if Addition.URGENCY in ways and facts.urgent_notice is not None:
        latest = _local(
            latest_sending_moment(facts.starts_at, facts.urgent_notice, facts.timezone), facts
        )
        yield (
            "Le délai pour ajouter un point à voter est passé. En urgence, avec son motif, c’est "
            f"possible jusqu’à {moment_in_words(latest, today)} ; sans vote, comme information, "
            "jusqu’à la séance."
        )
    elif Addition.INFORMATION in ways:
        yield (
            "Plus aucun point à voter ne peut s’ajouter ; une information, sans vote, reste "
            "possible jusqu’à la séance."
        )


def _lines_of(item: Announced, facts: ClockFacts) -> Iterable[ClockLine]:
    meets_on = _local(facts.starts_at, facts).date()
    key = item.matter if item.matter in SPECIAL_DELAYS else item.obligation.partition(":")[2]
    delay = SPECIAL_DELAYS.get(key)
    if delay is not None:
        yield _special(item, delay, facts)
    if item.matter == MAYOR_ELECTION:
        owed = f", {facts.notice.in_words}" if facts.notice.days else ""
        yield ClockLine(
            item.ref,
            item.name,
            f"La convocation doit annoncer cette élection. Le délai reste celui de la séance{owed} "
            "; le plus âgé des membres présents préside jusqu’à l’élection du maire.",
            citation="art. L2122-8 du CGCT",
        )
    if item.matter == ICPE:
        yield ClockLine(
            item.ref,
            item.name,
            "La note de synthèse part avec la convocation, quelle que soit la population.",
            citation="art. L2121-12 du CGCT",
        )
    due_on = item.due_on
    if item.matter == ACCOUNTS:
        due_on = due_on or date(meets_on.year, 6, 30)
        yield _last_day(
            item,
            due_on,
            meets_on,
            "Le maire se retire pour ce vote : une autre présidence est élue pour ce point.",
            "art. L1612-12 et L2121-14 du CGCT",
        )
    elif due_on is not None:
        yield _last_day(item, due_on, meets_on, "", "")


def _last_day(item: Announced, due_on: date, meets_on: date, more: str, citation: str) -> ClockLine:
    """A text says by when it must pass: the meeting is before, or it is not."""
    last = day_in_words(due_on, meets_on)
    late = meets_on > due_on
    text = (
        f"Il fallait le voter au plus tard {last} : la séance vient après."
        if late
        else f"Dernier jour pour le voter : {last}."
    )
    ways = ("Tenez une séance plus tôt si c’est encore possible ; sinon, écrivez au préfet.",)
    return ClockLine(
        item.ref,
        item.name,
        f"{text} {more}".strip(),
        Tone.LATE if late else Tone.CALM,
        ways=ways if late else (),
        citation=citation,
    )


def _special(item: Announced, delay: SpecialDelay, facts: ClockFacts) -> ClockLine:
    """R-CONV-15: documents owed before the meeting, on top of the convocation's own delay."""
    zone = ZoneInfo(facts.timezone)
    meets_on, today = _local(facts.starts_at, facts).date(), _local(facts.now, facts).date()
    last = delay.latest_day(meets_on)
    due = datetime.combine(last, time(23, 59, 59), tzinfo=zone)
    before = f"{delay.days} jours avant la séance"
    what = delay.label
    if facts.sent_at is not None:
        sent_on = _local(facts.sent_at, facts).date()
        if sent_on <= last:
            ahead = plural((meets_on - sent_on).days, "jour", "jours")
            return ClockLine(
                item.ref,
                item.name,
                f"Documents partis avec la convocation, {ahead} avant la séance : {what}. "
                f"Il en fallait {delay.days}.",
                due=due,
                citation=delay.citation,
            )
    elif today <= last:
        moment = moment_in_words(due, today)
        ahead_of = due < latest_sending_moment(facts.starts_at, facts.notice, facts.timezone)
        sooner = (
            " C’est plus tôt que la convocation : envoyez-la d’ici là, ou remettez ces documents à "
            "part, contre une trace."
            if ahead_of
            else ""
        )
        safe = delay.safe_day(meets_on)
        careful = f" ; par prudence, {day_in_words(safe, today)}" if safe >= today else ""
        left = remaining_sentence(facts.now, due, facts.timezone)
        return ClockLine(
            item.ref,
            item.name,
            f"Sont dus au plus tard {moment} ({before}{careful}) : {what}.{sooner} {left}",
            _tone(due, facts.now, late=False),
            due,
            citation=delay.citation,
        )
    first = day_in_words(today + timedelta(days=delay.days + 1), today)
    return ClockLine(
        item.ref,
        item.name,
        f"Étaient dus au plus tard {day_in_words(last, today)} ({before}) : {what}. La séance "
        "reste régulière ; ce point ne l’est que si ces documents ont été remis à temps, et si la "
        "trace en est gardée.",
        Tone.LATE,
        due,
        (f"Sinon, reportez ce point, ou la séance, à partir du {first}.",),
        delay.citation,
    )
