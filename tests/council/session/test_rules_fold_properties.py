"""What stays true of any list of facts, the impossible ones included."""

import datetime as dt
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from council.rules import sitting
from council.rules.session import BallotFacts, Fact, Kind, Verb, fold, may_add
from council.rules.session.facts import About
from council.rules.session.fold import Folding
from council.rules.voters import proxies_in_effect
from council.rules.votes import Ballot, Choice
from tests.council.session.sitting import START, frame, people

COUNT = 7
PEOPLE = st.sampled_from(people(COUNT))
ITEMS = st.sampled_from(["a", "b", "c", "i", "n"])
FRAME = frame(COUNT, proxies={"m7": "m2"})
OFTEN = [Kind.ARRIVAL, Kind.DEPARTURE, Kind.CALLED, Kind.BALLOT, Kind.OUTCOME, Kind.PROXY]


@st.composite
def ballots(draw):
    mode = draw(st.sampled_from(Ballot))
    voices = draw(st.dictionaries(PEOPLE, st.sampled_from(Choice), max_size=COUNT))
    return BallotFacts(
        about=draw(st.sampled_from([About.ITEM, *About])),
        mode=mode,
        voices={} if mode is Ballot.SECRET else voices,
        in_favour=draw(st.integers(0, COUNT)) if mode is Ballot.SECRET else None,
        against=draw(st.one_of(st.none(), st.integers(0, COUNT))),
        asking_secret=draw(st.integers(0, 4)),
        asking_doors=draw(st.integers(0, 4)),
        choices=draw(st.dictionaries(st.sampled_from("XYZ"), st.integers(0, 5), max_size=3)),
    )


@st.composite
def facts(draw, n=1):
    kind = draw(st.sampled_from([*OFTEN, *Kind]))
    return Fact(
        n=n,
        kind=kind,
        at=START + dt.timedelta(minutes=draw(st.integers(-5, 60))),
        person=draw(PEOPLE),
        item=draw(ITEMS) if kind is not Kind.CHAIR else "",
        holder=draw(PEOPLE),
        verb=draw(st.sampled_from(Verb)),
        ballot=draw(ballots()) if kind is Kind.BALLOT else None,
    )


@st.composite
def sittings(draw):
    """Most of the council is there and the session opens; then anything."""
    there = draw(st.lists(PEOPLE, unique=True, min_size=3, max_size=COUNT))
    told = [Fact(i, Kind.PRESENT, START, person=p) for i, p in enumerate(there, 1)]
    told.append(Fact(len(told) + 1, Kind.OPENED, START, person=draw(st.sampled_from(there))))
    for _ in range(draw(st.integers(0, 14))):
        told.append(draw(facts(n=len(told) + 1)))
    return told


@settings(max_examples=80, deadline=None)
@given(sittings())
def test_nothing_that_is_typed_breaks_the_law(told):
    session = fold(FRAME, told)
    one_by_one = Folding(FRAME, ())
    for fact in told:
        one_by_one.add(fact)
    assert one_by_one.session == session
    for point in session.points.values():
        for vote in point.ballots:
            seated = vote.situation.present
            # Nobody is both in the room and represented; the withdrawn have no voice at all.
            assert not set(proxies_in_effect(vote.situation)) & seated
            assert not set(vote.voters) & set(vote.situation.withdrawn)
            assert set(vote.voters.values()) <= seated
            assert vote.counts.accounted_for <= len(vote.voters)
            if vote.facts.mode is Ballot.SECRET:
                assert vote.choices == {}
        if point.verb in (Verb.ADOPT, Verb.ADOPT_AMENDED, Verb.REJECT):
            assert point.ballots
        if point.ballots and point.ref != "i" and point.quorum:
            assert point.quorum.reached
            assert point.quorum.counted <= len(session.stays)
    for giver, holder in {**session.proxies, **session.waiting}.items():
        assert giver != holder
    holders = [*session.proxies.values(), *session.waiting.values()]
    assert len(holders) == len(set(holders))


@settings(max_examples=60, deadline=None)
@given(sittings())
def test_an_impossible_fact_leaves_no_trace(told):
    session = fold(FRAME, told)
    wrong = {contradiction.n for contradiction in session.contradictions}
    clean = fold(FRAME, [fact for fact in told if fact.n not in wrong])
    assert clean == replace(session, contradictions=())


@settings(max_examples=60, deadline=None)
@given(sittings(), facts(n=99))
def test_what_may_be_added_contradicts_nothing(told, new):
    before = fold(FRAME, told).contradictions
    if may_add(FRAME, told, new) is None:
        after = fold(FRAME, [*told, new]).contradictions
        assert {c.n for c in after} <= {c.n for c in before}


@settings(max_examples=60, deadline=None)
@given(sittings(), st.randoms(use_true_random=False))
def test_typed_live_or_afterwards_it_is_the_same_sitting(told, random):
    """With an hour of its own for each fact, the order of typing does not matter."""
    spaced = [replace(fact, at=fact.at + dt.timedelta(seconds=fact.n)) for fact in told]
    late = list(spaced)
    random.shuffle(late)
    numbers = {fact.n: place for place, fact in enumerate(late, 1)}
    renamed = [replace(fact, n=numbers[fact.n]) for fact in late]
    live, after = fold(FRAME, spaced), fold(FRAME, renamed)
    roll = [fact for fact in spaced if fact.kind in (Kind.PRESENT, Kind.EXCUSED)]
    assert len({(f.at, f.person) for f in roll}) == len(roll)
    assert {numbers[c.n] for c in live.contradictions} == {c.n for c in after.contradictions}
    assert live.stays == after.stays
    assert live.proxies == after.proxies
    assert {k: p.verb for k, p in live.points.items()} == {
        k: p.verb for k, p in after.points.items()
    }


STEPS = {
    Kind.PRESENT: sitting.Step.ARRIVES,
    Kind.ARRIVAL: sitting.Step.ARRIVES,
    Kind.DEPARTURE: sitting.Step.LEAVES,
    Kind.OPENED: sitting.Step.OPENS,
    Kind.PROXY: sitting.Step.PROXY_GIVEN,
    Kind.PROXY_ENDED: sitting.Step.PROXY_REVOKED,
    Kind.CALLED: sitting.Step.CALLED,
    Kind.OUTCOME: sitting.Step.VOTED,
}


@settings(max_examples=80, deadline=None)
@given(sittings())
def test_presences_and_pouvoirs_are_those_that_the_plain_replay_finds(told):
    """Two ways to the same seats: the fold, and ``council.rules.sitting`` on the facts it kept."""
    session = fold(FRAME, told)
    wrong = {contradiction.n for contradiction in session.contradictions}
    events, current = [], ""
    for fact in sorted(told, key=lambda f: (f.kind is not Kind.PRESENT, f.at, f.n)):
        if fact.n in wrong or fact.kind not in STEPS:
            continue
        if fact.kind is Kind.OUTCOME and fact.item != current:
            continue
        current = fact.item if fact.kind is Kind.CALLED else current
        current = "" if fact.kind is Kind.OUTCOME else current
        events.append(
            sitting.Event(STEPS[fact.kind], fact.person, fact.item, holder=fact.holder)
            if fact.kind in (Kind.CALLED, Kind.OUTCOME) or fact.kind is not Kind.OPENED
            else sitting.Event(STEPS[fact.kind])
        )
    plain = sitting.replay(events, given_before=FRAME.proxies)
    assert plain.seats.present & set(FRAME.members) == session.seats.present
    assert dict(plain.seats.proxies) == {**session.proxies, **session.waiting}
