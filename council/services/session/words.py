"""The sentences of a sitting, for the screen, the minutes and the acts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from council.rules.session import BallotResult
from council.rules.session.facts import About
from council.rules.votes import Ballot as Mode
from council.rules.votes import Choice, Outcome, Why
from council.rules.wording import Gender, Named, agreed
from council.rules.wording.results import (
    CLOSED_DOORS,
    THE_ACCOUNTS,
    THE_DELIBERATION,
    THE_MINUTES,
    THE_URGENCY,
    THE_WISH,
    Voices,
    election_sentence,
    named_at_once_sentence,
    result_sentence,
)

if TYPE_CHECKING:
    from council.services.session.reading import Sitting

THE_AMENDMENT = Named("l’amendement", Gender.MASCULINE)
THE_CHAIR = Named("la présidence proposée", Gender.FEMININE)
_MATTERS = {"minutes": THE_MINUTES, "urgency": THE_URGENCY, "accounts": THE_ACCOUNTS}


def subject_of(sitting: Sitting, result: BallotResult) -> Named:
    """What was put to the vote."""
    apart = {
        About.AMENDMENT: THE_AMENDMENT,
        About.CLOSED_DOORS: CLOSED_DOORS,
        About.CHAIR: THE_CHAIR,
    }
    if result.facts.about is About.AMENDMENT and result.facts.question:
        return replace(THE_AMENDMENT, name=f"l’amendement «\u00a0{result.facts.question}\u00a0»")
    if result.facts.about in apart:
        return apart[result.facts.about]
    point = sitting.frame.point(result.item)
    if point is None:
        return THE_DELIBERATION
    if point.kind == "wish":
        return THE_WISH
    return _MATTERS.get(point.matter, THE_DELIBERATION)


def people(sitting: Sitting, refs: Iterable[str]) -> list[Named]:
    """In the order of the tableau."""
    wanted = set(refs)
    order = (*sitting.frame.members, *sitting.frame.others)
    return [sitting.name(ref) for ref in order if ref in wanted]


def with_titular(sitting: Sitting, ref: str, stand_ins: Mapping[str, str]) -> str:
    """« Anne Roy (suppléante de M. Paul Faure) »; the bare name of who sits in their own seat."""
    person = sitting.name(ref)
    if ref not in stand_ins:
        return person.name
    role = agreed("suppléant", [person])
    return f"{person.name} ({role} de {sitting.name(stand_ins[ref]).titled})"


def said(sitting: Sitting, result: BallotResult, choice: Choice) -> list[Named]:
    """Who gave that voice, when names are given."""
    return people(sitting, (p for p, c in result.choices.items() if c is choice))


def elected_of(result: BallotResult) -> Sequence[str]:
    """The names that this vote elected."""
    if result.facts.at_once:
        return tuple(result.facts.choices)
    if result.election and result.election.is_over:
        return (result.election.elected,)
    return ()


def candidate(sitting: Sitting, label: str) -> Named:
    """A candidate: a member under their name, or what was written."""
    return next((n for n in sitting.frame.names.values() if n.name == label), Named(label))


def ballot_sentence(sitting: Sitting, result: BallotResult) -> str:
    """The result in one French sentence. Never a name of a secret ballot."""
    facts = result.facts
    if facts.at_once:
        chosen = [candidate(sitting, label) for label in facts.choices]
        return named_at_once_sentence(chosen, facts.question)
    if result.election is not None:
        return election_sentence(
            result.election,
            result.rounds,
            elected=candidate(sitting, result.election.elected),
            to=facts.question,
        )
    if facts.about is About.SECRECY_WAIVER:
        return (
            "Le conseil décide, à l’unanimité, de ne pas voter au scrutin secret."
            if result.carried
            else "Faute d’unanimité, la désignation se vote au scrutin secret."
        )
    divided = result.counts.against + result.counts.abstentions
    outcome = result.outcome or Outcome(
        adopted=bool(result.carried),
        why=Why.MAJORITY if divided else Why.UNANIMITY,
        counts=result.counts,
        ballot=facts.mode,
    )
    secret = facts.mode is Mode.SECRET
    told = Voices(
        opponents=() if secret else said(sitting, result, Choice.AGAINST),
        abstainers=() if secret else said(sitting, result, Choice.ABSTAINS),
        not_voting=() if secret else said(sitting, result, Choice.NOT_VOTING),
        represented=sum(1 for whose, by in result.voters.items() if whose != by),
    )
    return result_sentence(
        outcome,
        subject=subject_of(sitting, result),
        voices=told,
        chair=sitting.name(result.chair) if result.chair else None,
    )
