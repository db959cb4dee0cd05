"""What the session decided, for the papers that follow: one ``ItemResult`` per point."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from council.enums import ItemState
from council.models import Meeting
from council.rules.result import (
    ItemResult,
    Nomination,
    Recused,
    Represented,
    RoundTold,
    Tally,
    Way,
)
from council.rules.session import BallotResult, PointState
from council.rules.session.facts import About
from council.rules.voters import Basis, proxies_in_effect
from council.rules.votes import Ballot as Mode
from council.rules.votes import Choice
from council.services.session import words
from council.services.session.reading import Sitting, sitting_of

_REASONS = {
    Basis.PERSONAL: "intéressé à l’affaire (article L2131-11 du CGCT)",
    Basis.REPRESENTS: "représente la collectivité dans l’organisme (article L1111-6 du CGCT)",
    Basis.ACCOUNTS: "se retire au moment du vote des comptes",
}
_WITHOUT_VOTE = {
    ItemState.NOTED: "Le conseil prend acte.",
    ItemState.ADJOURNED: "Le point est ajourné.",
    ItemState.WITHDRAWN: "Le point est retiré de l’ordre du jour.",
    ItemState.POSTPONED: "Le point est reporté à une prochaine séance.",
    ItemState.ADOPTED: "Le conseil adopte la proposition.",
    ItemState.AMENDED: "Le conseil adopte la proposition, modifiée en séance.",
    ItemState.REJECTED: "Le conseil rejette la proposition.",
}


def results_of(meeting: Meeting, sitting: Sitting | None = None) -> dict[int, ItemResult]:
    """For each point of the meeting (by its primary key): outcome, counts, names, quorum, sentence.

    Names of a secret ballot do not exist. A rehearsal is never read here.
    """
    told = sitting or sitting_of(meeting)
    secretary = ", ".join(told.name(ref).name for ref in told.session.secretaries)
    return {
        item.pk: _result(told, ref, ItemState(item.state), secretary)
        for ref, item in told.items.items()
    }


def _names(sitting: Sitting, refs: Iterable[str]) -> tuple[str, ...]:
    return tuple(person.name for person in words.people(sitting, refs))


def _result(sitting: Sitting, ref: str, outcome: ItemState, secretary: str) -> ItemResult:
    point = sitting.session.points[ref]
    vote = point.vote or _last_election(point)
    base = ItemResult(
        outcome=outcome,
        chair=sitting.name(point.chair).name if point.chair else "",
        secretary=secretary,
        quorum_sentence=point.quorum.sentence if point.quorum else "",
        sentence=_sentences(sitting, point, outcome),
        in_office=len(sitting.frame.members),
        nominations=_nominations(point),
        **_attendance(sitting, point),
    )
    if vote is None:
        return base
    return replace(base, **_vote(sitting, vote))


def _attendance(sitting: Sitting, point: PointState) -> dict[str, Any]:
    if point.seats is None:
        return {}
    seats = point.seats
    represented = proxies_in_effect(seats)
    out = seats.withdrawn
    absent = seats.in_office - seats.present - set(represented)
    return {
        "present": tuple(
            words.with_titular(sitting, ref, seats.stand_ins)
            for ref in (*sitting.frame.members, *sitting.frame.others)
            if ref in seats.present
        ),
        "represented": tuple(
            Represented(sitting.name(giver).name, sitting.name(represented[giver]).name)
            for giver in sitting.frame.members
            if giver in represented
        ),
        "absent": _names(sitting, absent),
        "recused": tuple(
            Recused(sitting.name(ref).name, _REASONS[out[ref]])
            for ref in (*sitting.frame.members, *sitting.frame.others)
            if ref in out
        ),
    }


def _nominations(point: PointState) -> tuple[Nomination, ...]:
    """Each seat with its candidates and rounds, in the order they were voted."""
    last: dict[str, BallotResult] = {}
    for vote in point.ballots:
        if vote.facts.about is About.NOMINATION:
            last[vote.facts.question] = vote
    told = []
    for question, vote in last.items():
        names = dict.fromkeys(name for one in vote.rounds for name in one.votes)
        candidates = tuple(names) or tuple(vote.facts.choices)
        rounds = tuple(
            RoundTold(tuple(one.votes.get(name, 0) for name in candidates), one.blank, one.void)
            for one in vote.rounds
        )
        told.append(
            Nomination(
                question=question,
                candidates=candidates,
                elected=tuple(words.elected_of(vote)),
                rounds=() if vote.facts.at_once else rounds,
            )
        )
    return tuple(told)


def _last_election(point: PointState) -> BallotResult | None:
    rounds = [b for b in point.ballots if b.facts.about is About.NOMINATION]
    return rounds[-1] if rounds else None


def _vote(sitting: Sitting, vote: BallotResult) -> dict[str, Any]:
    mode, counts = vote.facts.mode, vote.counts
    if vote.facts.about is About.NOMINATION:
        return {"way": Way.NOMINATION, "in_office": len(vote.situation.in_office)}
    named = mode is not Mode.SECRET
    return {
        "way": Way(mode.value),
        "in_office": len(vote.situation.in_office),
        "tally": Tally(
            in_favour=counts.in_favour,
            against=counts.against,
            abstaining=counts.abstentions,
            not_voting=counts.not_voting,
            blank=counts.blank + counts.void,
        ),
        "in_favour_names": _who(sitting, vote, Choice.FOR) if mode is Mode.PUBLIC else (),
        "against_names": _who(sitting, vote, Choice.AGAINST) if named else (),
        "abstaining_names": _who(sitting, vote, Choice.ABSTAINS) if named else (),
        "not_voting_names": _who(sitting, vote, Choice.NOT_VOTING) if named else (),
    }


def _who(sitting: Sitting, vote: BallotResult, choice: Choice) -> tuple[str, ...]:
    return tuple(person.name for person in words.said(sitting, vote, choice))


def _sentences(sitting: Sitting, point: PointState, outcome: ItemState) -> str:
    """Every vote of the point in its order, then its outcome when nothing was voted."""
    told = [words.ballot_sentence(sitting, vote) for vote in point.ballots]
    decided = point.vote is not None or any(words.elected_of(vote) for vote in point.ballots)
    if not decided and outcome in _WITHOUT_VOTE:
        told.append(_WITHOUT_VOTE[outcome])
    elif outcome is ItemState.AMENDED:
        told.append("Le texte adopté a été modifié en séance.")
    return " ".join(told)
