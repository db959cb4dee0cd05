"""What is known of each member's convocation, and what the law makes of it (R-CONV-08, R-CONV-09).

The page of the proof and its PDF are both made from here. What a member reads is not here, unless
they declared it themselves in their receipt.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from council.enums import AnswerSource, Channel, ConvocationState, FactKind, Means
from council.law import notice_owed_by
from council.models import Answer, Convocation, Meeting, Proxy, SendingFact
from council.rules.delivery import (
    Delivery,
    Verdict,
    summary,
    verdict,
    verdict_of_all,
)

#: Not yet sent, and nothing went wrong: there is nothing to judge.
UNDER_WAY = (ConvocationState.TO_SEND,)

WHOLE = {
    Verdict.ON_TIME: "Chacun a été convoqué dans le délai.",
    Verdict.CURED: "Régularisé : la convocation est bien parvenue à chacun dans le délai, même si "
    "elle n’est pas partie comme il fallait (CE, 9 mars 2007, n° 290687).",
    Verdict.TO_RESEND: "À renvoyer : tous n’ont pas été convoqués dans le délai. Une délibération "
    "prise ainsi peut être annulée, même si tous sont venus.",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One member's convocation. ``verdict`` is None while the message is on its way."""

    convocation: Convocation
    facts: tuple[SendingFact, ...]
    answer: Answer | None
    proxy: Proxy | None
    verdict: Verdict | None
    reached_at: datetime | None

    def last(self, *kinds: FactKind) -> SendingFact | None:
        """The latest fact of these kinds."""
        return next((one for one in reversed(self.facts) if one.kind in kinds), None)

    @property
    def receipt(self) -> SendingFact | None:
        """What the member declared, when they chose to."""
        return self.last(FactKind.RECEIPT)

    @property
    def bounced(self) -> bool:
        """Their message came back, and nobody has opened it since."""
        return (
            self.convocation.state == ConvocationState.FAILED
            and self.convocation.handed_over_at is not None
        )


def lines_of(meeting: Meeting) -> list[Line]:
    """One line per convocation, the latest edition first, in the order of the tableau."""
    convocations = list(
        Convocation.objects.filter(meeting=meeting)
        .select_related("person", "mandate", "edition", "handed_over_by")
        .order_by("-edition__n", "mandate__rank", "pk")
    )
    facts: dict[int, list[SendingFact]] = {}
    for fact in SendingFact.objects.filter(convocation__meeting=meeting).select_related("by"):
        facts.setdefault(fact.convocation_id, []).append(fact)
    answers = {
        one.person_id: one
        for one in Answer.objects.filter(meeting=meeting)
        .current()
        .select_related("recorded_by", "received_by")
        .order_by("pk")
    }
    given = {
        one.giver_id: one
        for one in Proxy.objects.filter(meeting=meeting)
        .live()
        .select_related("giver", "holder")
        .order_by("pk")
    }
    return [
        _line(
            one,
            meeting,
            tuple(facts.get(one.pk, ())),
            answers.get(one.person_id),
            given.get(one.person_id),
        )
        for one in convocations
    ]


def _line(
    convocation: Convocation,
    meeting: Meeting,
    facts: tuple[SendingFact, ...],
    answer: Answer | None,
    proxy: Proxy | None,
) -> Line:
    reached = reached_at(convocation, facts)
    told: Verdict | None = None
    convocation.edition.meeting = meeting
    if convocation.state not in (*UNDER_WAY, ConvocationState.REPLACED) or reached is not None:
        failed = convocation.state in (ConvocationState.FAILED, ConvocationState.TOO_LATE)
        told = verdict(
            Delivery(str(convocation.uid), convocation.handed_over_at, reached, bounced=failed),
            starts_at=meeting.starts_at,
            notice=notice_owed_by(convocation),
            timezone=meeting.timezone,
        )
    return Line(convocation, facts, answer, proxy, told, reached)


def reached_at(convocation: Convocation, facts: Iterable[SendingFact]) -> datetime | None:
    """The first proof that they had it: they opened it, or said so themselves."""
    known = [convocation.opened_at, *(one.at for one in facts if one.kind == FactKind.RECEIPT)]
    return min((at for at in known if at is not None), default=None)


def source_words(answer: Answer) -> str:
    """« reçue par téléphone, par Sami Leroy », « par son lien personnel »."""
    if answer.received_by is None:
        return AnswerSource(answer.source).label
    said = f"reçue {Means(answer.means).label}, par {answer.received_by.full_name}"
    if answer.recorded_by is not None and answer.recorded_by_id != answer.received_by_id:
        said += f" (notée par {answer.recorded_by.full_name})"
    return said


def whole_verdict(lines: Sequence[Line]) -> tuple[Verdict | None, str]:
    """What is said of them all, and the count: « 17 dans le délai, 1 régularisé. » None while
    something has still to leave, unless somebody already needs care."""
    # What was replaced before it left is judged by what replaced it.
    lines = [one for one in lines if one.convocation.state != ConvocationState.REPLACED]
    known = [one.verdict for one in lines if one.verdict is not None]
    if not lines or (len(known) < len(lines) and Verdict.TO_RESEND not in known):
        return None, summary(known) if known else ""
    return verdict_of_all(known), summary(known)


def calls_for(meeting: Meeting) -> list[Convocation]:
    """Whom to call: their latest convocation by mail did not arrive, or did not leave in time."""
    latest = (
        Convocation.objects.filter(meeting=meeting)
        .order_by("person", "-edition__n")
        .distinct("person")
    )
    return list(
        Convocation.objects.filter(
            pk__in=latest.values("pk"),
            channel=Channel.EMAIL,
            state__in=(ConvocationState.FAILED, ConvocationState.TOO_LATE),
        )
        .select_related("person")
        .in_order_of_the_tableau()
    )
