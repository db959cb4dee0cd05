"""What a sitting's facts tell: presences, pouvoirs, quorum, chair, doors, urgency."""

import datetime as dt
from dataclasses import replace

import pytest

from council.rules.policy import Body
from council.rules.session import BallotFacts, Kind, Point, Verb, may_add
from council.rules.session.clock import NoSuchHour, instant_of
from council.rules.session.facts import About
from council.rules.votes import Ballot
from tests.council.session.sitting import (
    ABSTAINS,
    AGAINST,
    FOR,
    NOT_VOTING,
    PARIS,
    START,
    Script,
    frame,
    people,
)


def minutes(count):
    return START + dt.timedelta(minutes=count)


class TestQuorum:
    def test_proxies_vote_and_never_count(self):
        """T-QUO-10: 10 present of 19, six pouvoirs: reached, sixteen voters."""
        script = Script()
        for giver, holder in zip(people(19)[10:16], people(10), strict=False):
            script.proxy(giver, holder)
        told = script.opened(*people(10)).call("a").vote("a").told()
        assert told.points["a"].quorum.counted == 10
        assert told.points["a"].vote.counts.in_favour == 16

    def test_nine_present_and_nine_proxies_cannot_open(self):
        """T-QUO-11."""
        script = Script()
        for giver, holder in zip(people(19)[9:18], people(9), strict=True):
            script.proxy(giver, holder)
        script.opened(*people(9))
        assert script.told().opened_at is None
        assert script.reasons() == [
            "Le quorum n’est pas atteint : 9\u00a0présents pour 10 nécessaires."
        ]

    def test_leaving_after_the_call_does_not_void_the_vote_but_stops_the_next_point(self):
        """T-QUO-12."""
        script = Script(frame(23)).opened(*people(12)).call("a").leaves("m12").vote("a")
        script.decide("a").call("b")
        told = script.told()
        assert told.points["a"].verb is Verb.ADOPT
        assert told.points["a"].vote.counts.in_favour == 11
        assert told.points["b"].called_at is None
        assert "ne peut pas être mis en discussion" in script.reasons()[0]

    def test_the_session_opens_when_the_last_one_needed_arrives(self):
        """T-QUO-14: 11 of 23 at 20:00, the twelfth at 20:20."""
        script = Script(frame(23)).roll(*people(11)).add(Kind.OPENED, at=START)
        script.arrives("m12", at=minutes(20)).add(Kind.OPENED, at=minutes(20))
        told = script.told()
        assert told.opened_at == minutes(20)
        assert len(told.contradictions) == 1

    def test_the_interested_drop_out_of_the_count_of_their_point_alone(self):
        """T-QUO-15: twelve of nineteen, three interested."""
        script = Script().opened(*people(12))
        for person in ("m10", "m11", "m12"):
            script.out(person, "a")
        script.call("a")
        assert "9\u00a0présents pour 10" in script.reasons()[0]
        assert script.call("b").vote("b").decide("b").told().points["b"].verb is Verb.ADOPT

    def test_interest_told_after_the_call_is_counted_too(self):
        script = Script().opened(*people(10)).call("a").out("m10", "a").vote("a")
        assert script.told().points["a"].vote is None
        assert "9\u00a0présents pour 10" in script.reasons()[0]

    def test_the_mayor_is_not_counted_for_the_accounts(self):
        """T-QUO-17."""
        script = Script().opened(*people(10)).call("c")
        assert "9\u00a0présents pour 10" in script.reasons()[0]

    def test_a_point_that_may_not_be_called_leaves_the_former_one_open(self):
        script = Script().opened(*people(10)).call("a").call("c")
        assert "9\u00a0présents pour 10" in script.reasons()[0]
        assert script.told().current == "a"

    def test_carried_over_points_need_none(self):
        """T-QUO-20: five of twenty-three, second convocation."""
        points = (Point("a", "Tarifs", 1, needs_no_quorum=True), Point("b", "Nouveau", 2))
        script = Script(frame(23, points=points)).opened(*people(5)).call("a").vote("a")
        script.decide("a").call("b")
        told = script.told()
        assert told.points["a"].verb is Verb.ADOPT
        assert told.points["b"].called_at is None

    def test_a_missed_quorum_ends_the_session_before_it_opens(self):
        script = Script().roll(*people(9)).add(Kind.NO_QUORUM, at=minutes(30)).call("a")
        told = script.told()
        assert told.quorum_missed_at == minutes(30)
        assert told.is_over
        assert len(told.contradictions) == 1
        enough = Script().roll(*people(10)).add(Kind.NO_QUORUM, at=minutes(30)).told()
        assert enough.quorum_missed_at is None

    def test_a_commission_has_no_quorum(self):
        script = Script(frame(7, body=Body.COMMISSION)).opened("m1", "m2").call("a").vote("a")
        assert script.told().points["a"].vote.carried


class TestProxies:
    def test_arriving_ends_the_pouvoir_that_one_gave(self):
        """R-PRO-05."""
        script = Script(frame(proxies={"m19": "m2"})).opened(*people(12))
        script.call("a").vote("a").decide("a").arrives("m19").call("b").vote("b")
        told = script.told()
        assert told.points["a"].vote.voters["m19"] == "m2"
        assert told.points["b"].vote.voters["m19"] == "m19"
        assert told.lapsed == {"m19": "m2"}
        # It does not come back when its giver leaves again.
        script.leaves("m19").decide("b").call("n")
        assert "m19" not in script.vote("n", about=About.SECRECY_WAIVER).told().proxies

    def test_a_pouvoir_is_not_passed_on_when_its_holder_leaves(self):
        script = Script(frame(proxies={"m19": "m12"})).opened(*people(12)).leaves("m12")
        script.call("a").vote("a")
        assert set(script.told().points["a"].vote.voters) == set(people(11))

    def test_one_handed_over_during_a_point_counts_from_the_next(self):
        """T-PRO-05."""
        script = Script().opened(*people(12)).call("a").proxy("m12", "m2").leaves("m12").vote("a")
        script.decide("a").call("b").vote("b")
        told = script.told()
        assert "m12" not in told.points["a"].vote.voters
        assert told.points["b"].vote.voters["m12"] == "m2"

    def test_one_per_holder_even_at_the_door(self):
        script = Script(frame(proxies={"m19": "m2"})).proxy("m18", "m2")
        assert "un seul par membre" in script.reasons()[0]

    def test_the_rules_of_procedure_may_forbid_it_in_session(self):
        """T-PRO-06."""
        where = frame(mid_session_proxies=False)
        assert Script(where).opened(*people(12)).proxy("m12", "m2").reasons() == [
            "Le règlement intérieur ne permet pas de donner pouvoir en séance."
        ]
        assert Script(where).proxy("m19", "m2").reasons() == []

    def test_it_may_be_revoked(self):
        script = Script(frame(proxies={"m19": "m2"})).opened(*people(12))
        script.add(Kind.PROXY_ENDED, person="m19").call("a").vote("a")
        assert "m19" not in script.told().points["a"].vote.voters
        script.add(Kind.PROXY_ENDED, person="m19")
        assert "n’a pas de pouvoir" in script.reasons()[0]

    def test_the_interested_use_neither_their_voice_nor_the_pouvoir_they_hold(self):
        """R-PRO-04."""
        script = Script(frame(proxies={"m19": "m2"})).opened(*people(12)).call("a").out("m2", "a")
        told = script.vote("a").told()
        assert not {"m2", "m19"} & set(told.points["a"].vote.voters)


class TestVotes:
    def test_unanimity_is_the_default_and_exceptions_are_named(self):
        told = Script().opened(*people(12)).call("a").vote("a").told()
        assert told.points["a"].vote.counts.in_favour == 12
        told = (
            Script()
            .opened(*people(12))
            .call("a")
            .vote("a", voices={"m3": AGAINST, "m4": ABSTAINS, "m5": NOT_VOTING})
            .told()
        )
        counts = told.points["a"].vote.counts
        assert (counts.in_favour, counts.against, counts.abstentions) == (9, 1, 1)
        assert counts.not_voting == 1

    def test_an_absent_member_does_not_vote(self):
        script = Script().opened(*people(12)).call("a").vote("a", voices={"m19": AGAINST})
        assert "ni présente ni représentée" in script.reasons()[0]

    def test_a_roll_call_names_every_voice(self):
        script = Script().opened(*people(11)).call("a")
        all_but_one = dict.fromkeys(people(10), FOR)
        script.vote("a", mode=Ballot.PUBLIC, voices=all_but_one)
        assert script.reasons() == ["Il manque le sens de ce vote."]

    def test_a_tie_follows_the_chair(self):
        """T-VOT-03 and T-VOT-04."""
        no = dict.fromkeys(people(16)[8:], AGAINST)
        kept = Script().opened(*people(16)).call("a").vote("a", voices=no).told()
        assert kept.points["a"].vote.carried is True
        no = dict.fromkeys(people(8), AGAINST)
        lost = Script().opened(*people(16)).call("a").vote("a", voices=no).told()
        assert lost.points["a"].vote.carried is False

    def test_a_tie_counted_without_names_asks_how_the_chair_voted(self):
        script = Script().opened(*people(16)).call("a").vote("a", against=8)
        assert "dites comment la présidence a voté" in script.reasons()[0]
        script.vote("a", against=8, chair_choice=FOR)
        assert script.told().points["a"].vote.carried is True

    def test_a_secret_tie_is_a_rejection_and_keeps_no_name(self):
        """T-VOT-06."""
        script = Script().opened(*people(16)).call("a")
        secret = {"mode": Ballot.SECRET, "in_favour": 8, "against": 8, "asking_secret": 6}
        vote = script.vote("a", **secret).told().points["a"].vote
        assert vote.carried is False
        assert vote.choices == {}
        named = Script().opened(*people(16)).call("a").vote("a", voices={"m2": FOR}, **secret)
        assert "que des totaux" in named.reasons()[0]

    def test_a_secret_ballot_must_have_been_asked_for(self):
        script = Script().opened(*people(17)).call("a")
        script.vote("a", mode=Ballot.SECRET, in_favour=17, asking_secret=5)
        assert "6\u00a0membres présents" in script.reasons()[0]

    def test_more_ballots_than_voters_are_refused(self):
        script = Script().opened(*people(12)).call("a")
        script.vote("a", mode=Ballot.SECRET, in_favour=13, asking_secret=4)
        assert script.told().points["a"].vote is None

    def test_an_information_is_not_voted(self):
        """T-VOT-23."""
        script = Script().opened(*people(12)).call("i").vote("i")
        assert "ne peut pas être voté" in script.reasons()[0]
        assert script.decide("i", Verb.NOTE).told().points["i"].verb is Verb.NOTE

    def test_a_point_is_voted_once(self):
        script = Script().opened(*people(12)).call("a").vote("a").vote("a")
        assert "déjà enregistré" in script.reasons()[0]

    def test_what_is_decided_is_what_was_voted(self):
        script = Script().opened(*people(12)).call("a").decide("a")
        assert "n’a pas été voté" in script.reasons()[0]
        script.vote("a").decide("a", Verb.REJECT)
        assert script.reasons()[-1] == "Le vote a adopté ce point."

    def test_a_withdrawal_noted_after_the_vote_is_refused(self):
        script = Script().opened(*people(12)).call("a").vote("a").out("m2", "a")
        assert "déjà enregistré" in script.reasons()[0]


class TestNominations:
    def round(self, script, number, votes, **more):
        return script.vote(
            "n",
            about=About.NOMINATION,
            mode=Ballot.SECRET,
            round=number,
            choices=votes,
            **more,
        )

    def test_three_rounds_then_the_eldest(self):
        """T-VOT-15."""
        script = Script().opened(*people(17)).call("n")
        for number in (1, 2):
            self.round(script, number, {"X": 8, "Y": 7, "Z": 2})
            assert not script.told().points["n"].ballots[-1].election.is_over
        self.round(script, 3, {"X": 8, "Y": 8, "Z": 1})
        assert "la plus âgée" in script.reasons()[0]
        self.round(script, 3, {"X": 8, "Y": 8, "Z": 1}, eldest="Y")
        told = script.decide("n").told()
        assert told.points["n"].ballots[-1].election.elected == "Y"
        assert told.points["n"].verb is Verb.ADOPT

    def test_the_first_round_needs_the_absolute_majority(self):
        """T-VOT-14, and no round after it."""
        script = Script().opened(*people(17)).call("n")
        self.round(script, 1, {"X": 9, "Y": 6, "Z": 2})
        assert script.told().points["n"].ballots[0].election.elected == "X"
        self.round(script, 2, {"X": 9, "Y": 8})
        assert script.reasons() == ["Cette élection est déjà acquise."]

    def test_rounds_come_in_order(self):
        script = Script().opened(*people(17)).call("n")
        self.round(script, 2, {"X": 8, "Y": 7})
        assert "premier tour" in script.reasons()[0]

    def test_it_is_secret_unless_all_waive_it(self):
        script = Script().opened(*people(17)).call("n").vote("n")
        assert "scrutin secret" in script.reasons()[0]
        script.vote("n", about=About.SECRECY_WAIVER, voices={"m2": AGAINST}).vote("n")
        assert script.told().points["n"].vote is None
        script.vote("n", about=About.SECRECY_WAIVER).vote("n")
        assert script.told().points["n"].vote.carried

    def test_one_candidate_per_seat_is_named_at_once(self):
        script = Script().opened(*people(17)).call("n")
        script.vote("n", about=About.NOMINATION, at_once=True, choices={"X": 0}).decide("n")
        assert script.told().points["n"].verb is Verb.ADOPT


class TestConduct:
    def test_the_accounts_are_chaired_and_voted_without_the_mayor(self):
        script = Script().opened(*people(13)).call("c").vote("c")
        assert "élit d’abord" in script.reasons()[0]
        script.add(Kind.CHAIR, person="m2", item="c").vote("c", voices={"m3": AGAINST})
        told = script.decide("c").call("a").told()
        vote = told.points["c"].vote
        assert "m1" not in vote.voters
        assert vote.chair == "m2"
        assert told.chair == "m1"

    def test_the_mayor_does_not_chair_the_accounts(self):
        script = Script().opened(*people(13)).call("c").add(Kind.CHAIR, person="m1", item="c")
        assert "élit un autre président" in script.reasons()[0]

    def test_an_empty_chair_stops_the_votes(self):
        script = Script().opened(*people(13)).leaves("m1").call("a").vote("a")
        assert "dites qui préside" in script.reasons()[0]
        script.add(Kind.CHAIR, person="m2").vote("a")
        assert script.told().points["a"].vote.chair == "m2"

    def test_who_withdraws_does_not_chair_the_point(self):
        script = Script().opened(*people(13)).call("a").out("m1", "a").vote("a")
        assert "dites qui la remplace" in script.reasons()[0]
        script.add(Kind.CHAIR, person="m2", item="a").vote("a")
        assert script.told().points["a"].vote.carried

    def test_closed_doors_need_the_majority_of_those_present_or_represented(self):
        """R-VOT-09: of the members, not of the votes cast."""
        where = frame(proxies={"m19": "m2"})
        seven = dict.fromkeys(people(12)[:6], ABSTAINS)
        script = Script(where).opened(*people(12)).call("a")
        script.vote(about=About.CLOSED_DOORS, asking_doors=2)
        assert "à la demande de 3 membres" in script.reasons()[0]
        script.vote(about=About.CLOSED_DOORS, asking_doors=3, voices=seven | {"m7": ABSTAINS})
        assert script.told().doors_closed is False
        script.vote(about=About.CLOSED_DOORS, asked_by_chair=True, voices=seven)
        assert script.told().doors_closed is True
        told = script.vote("a").decide("a").add(Kind.DOORS_OPENED).call("b").vote("b").told()
        assert told.points["a"].closed_doors is True
        assert told.points["b"].closed_doors is False

    def test_the_urgency_comes_first_and_its_refusal_stops_everything(self):
        points = (Point("u", "Urgence", 1, matter="urgency"), Point("a", "Tarifs", 2))
        script = Script(frame(points=points, urgent=True)).opened(*people(12)).call("a")
        assert script.reasons() == ["Le conseil se prononce d’abord sur l’urgence."]
        no = dict.fromkeys(people(12)[:7], AGAINST)
        script.call("u").vote("u", voices=no).decide("u", Verb.REJECT).call("a")
        assert "a refusé l’urgence" in script.reasons()[-1]
        assert script.decide("a", Verb.POSTPONE).told().points["a"].verb is Verb.POSTPONE

    def test_a_complementary_urgency_refused_stops_its_points_alone(self):
        points = (
            Point("u", "Urgence", 3, matter="urgency"),
            Point("a", "Tarifs", 1),
            Point("b", "Digue", 4, hurried_by="u"),
        )
        script = Script(frame(points=points)).opened(*people(12)).call("b")
        assert script.reasons() == ["Le conseil se prononce d’abord sur l’urgence."]
        no = dict.fromkeys(people(12)[:7], AGAINST)
        script.call("u").vote("u", voices=no).decide("u", Verb.REJECT).call("b").call("a").vote("a")
        assert "a refusé l’urgence" in script.reasons()[-1]
        assert script.told().points["a"].vote.carried
        assert [point.ref for point in script.frame.hurried("u")] == ["b"]

    def test_nothing_is_voted_while_suspended(self):
        script = Script().opened(*people(12)).call("a").add(Kind.SUSPENDED).vote("a")
        assert script.reasons() == ["La séance est suspendue : reprenez-la d’abord."]
        told = script.add(Kind.RESUMED).vote("a").told()
        assert told.points["a"].vote.carried
        assert told.suspensions[0][1] is not None

    def test_nothing_happens_after_the_end(self):
        script = Script().opened(*people(12)).add(Kind.CLOSED, at=minutes(90)).call("a")
        assert script.reasons() == [
            "La séance est levée depuis 21\u00a0h\u00a030 : notez l’heure juste, ou annulez la "
            "levée."
        ]

    def test_it_does_not_open_before_its_hour(self):
        script = Script().roll(*people(12)).add(Kind.OPENED, at=minutes(-5))
        assert "elle ne s’ouvre pas avant" in script.reasons()[0]
        rehearsal = Script(frame(not_before=None)).roll(*people(12))
        assert rehearsal.add(Kind.OPENED, at=minutes(-5)).told().opened_at == minutes(-5)

    def test_the_secretary_is_somebody_present(self):
        script = Script().opened(*people(12)).add(Kind.SECRETARY, person="m19")
        assert "membre présent" in script.reasons()[0]
        assert script.add(Kind.SECRETARY, person="m4").told().secretaries == ("m4",)


class TestWrittenAfterwards:
    def test_the_hours_rule_not_the_order_of_typing(self):
        live = Script().opened(*people(12)).call("a").leaves("m12").vote("a").decide("a")
        late = [replace(fact, n=100 - fact.n) for fact in live.facts]
        told = Script(live.frame)
        told.facts = list(reversed(late))
        assert told.told().points["a"].vote.counts == live.told().points["a"].vote.counts
        assert told.told().contradictions == ()

    def test_somebody_forgotten_at_the_roll_call_joins_the_unanimous_votes(self):
        script = Script().opened(*people(12)).call("a").vote("a").decide("a")
        script.roll("m13")
        told = script.told()
        assert told.points["a"].vote.counts.in_favour == 13
        assert told.stays["m13"][0].arrived is None

    def test_a_late_correction_that_breaks_a_vote_is_refused_with_its_reason(self):
        voices = dict.fromkeys(people(12), FOR)
        script = Script().opened(*people(12)).call("a")
        script.vote("a", mode=Ballot.PUBLIC, voices=voices)
        gone = replace(script.facts[-1], n=99, kind=Kind.DEPARTURE, at=minutes(0), person="m12")
        found = may_add(script.frame, script.facts, replace(gone, item="", ballot=None))
        assert "ni présente ni représentée" in found.message


class TestHours:
    """Night sessions, time zones, clocks put forward and back."""

    def at(self, hour, minute, starts=START, timezone="Europe/Paris", after=None):
        return instant_of(dt.time(hour, minute), starts_at=starts, timezone=timezone, after=after)

    def test_after_midnight_is_the_next_day(self):
        assert self.at(0, 20) == dt.datetime(2026, 12, 1, 0, 20, tzinfo=PARIS)
        assert self.at(19, 45) == dt.datetime(2026, 11, 30, 19, 45, tzinfo=PARIS)

    def test_clocks_put_back_the_hour_is_the_one_that_follows_the_entry_before(self):
        saturday = dt.datetime(2026, 10, 24, 20, 0, tzinfo=PARIS)
        first = self.at(2, 30, saturday)
        second = self.at(2, 30, saturday, after=first + dt.timedelta(minutes=1))
        assert second - first == dt.timedelta(hours=1)
        assert first == dt.datetime(2026, 10, 25, 0, 30, tzinfo=dt.UTC)

    def test_clocks_put_forward_that_hour_does_not_exist(self):
        saturday = dt.datetime(2026, 3, 28, 20, 0, tzinfo=PARIS)
        with pytest.raises(NoSuchHour, match="n’existe pas"):
            self.at(2, 30, saturday)
        assert self.at(3, 10, saturday) == dt.datetime(2026, 3, 29, 1, 10, tzinfo=dt.UTC)

    def test_overseas_has_its_own_midnight(self):
        reunion = dt.datetime(2026, 11, 30, 18, 0, tzinfo=dt.UTC)  # 22:00 there
        told = self.at(0, 15, reunion, "Indian/Reunion")
        assert told == dt.datetime(2026, 11, 30, 20, 15, tzinfo=dt.UTC)

    def test_an_hour_of_the_next_evening_is_refused(self):
        noon = dt.datetime(2026, 10, 24, 19, 0, tzinfo=PARIS)
        with pytest.raises(NoSuchHour, match="n’est pas une heure de cette séance"):
            self.at(12, 30, noon)

    def test_the_session_of_the_longest_night_is_in_order(self):
        saturday = dt.datetime(2026, 10, 24, 20, 0, tzinfo=PARIS)
        script = Script(frame(not_before=saturday)).roll(*people(12))
        script.add(Kind.OPENED, at=saturday)
        called = self.at(2, 50, saturday)
        script.add(Kind.CALLED, at=called, item="a")
        voted = self.at(2, 10, saturday, after=called)
        told = script.add(Kind.BALLOT, at=voted, item="a", ballot=BallotFacts()).told()
        assert told.points["a"].vote.carried
        assert voted - called == dt.timedelta(minutes=20)
