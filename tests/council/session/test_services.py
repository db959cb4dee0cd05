"""The session in the database: who writes, what follows, what is taken back, what stays."""

import datetime as dt
from dataclasses import replace
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEntry
from config.lib.access import Refused
from config.work.models import Event
from council.enums import EntryKind, ItemState, Matter, MeetingState, ProxyState
from council.models import (
    AgendaItem,
    Ballot,
    BallotVoice,
    Meeting,
    Proxy,
    SessionEntry,
)
from council.rules.session import BallotFacts, Verb
from council.rules.session.facts import About
from council.rules.votes import Ballot as Mode
from council.rules.votes import Choice
from council.services import items, planning
from council.services.minutes.telling import tell_session
from council.services.refusals import Missing
from council.services.session import (
    Impossible,
    SessionShut,
    recording,
    rehearsing,
    results_of,
    room,
    sitting,
    voting,
)
from tests.council.session.live import EVENING, Live, convened
from tests.council.stage import NOW


def ref(person):
    return str(person.uid)


@pytest.fixture
def meeting(stage):
    return convened(stage)


@pytest.fixture
def live(stage, meeting):
    return Live(stage, meeting)


def state(item):
    return AgendaItem.objects.get(pk=item.pk).state


class TestTheWholeSession:
    def test_from_the_roll_call_to_the_end(self, stage, meeting, live):
        live.roll().open()
        first, second = live.items
        live.call(first).vote(first)
        live.call(second).vote(second, voices={ref(stage.members[3]): Choice.AGAINST})
        live.close()
        meeting.refresh_from_db()
        assert meeting.state == MeetingState.ADJOURNED
        assert meeting.opened_at == EVENING
        assert [state(item) for item in live.items] == [ItemState.ADOPTED, ItemState.ADOPTED]
        told = results_of(meeting)
        assert told[first.pk].sentence == (
            "La délibération est adoptée à l’unanimité : 5\u00a0voix pour."
        )
        assert told[second.pk].against_names == ("Paul Martin",)
        assert told[second.pk].tally.in_favour == 4
        assert told[first.pk].present == tuple(p.full_name for p in stage.members)
        assert told[first.pk].quorum_sentence.startswith("Quorum atteint : 5")
        assert told[first.pk].chair == "Michel Garnier"
        assert set(Event.objects.values_list("name", flat=True)) >= {
            "council.session.opened",
            "council.session.closed",
            "council.item.decided",
        }

    def test_entries_are_numbered_without_a_gap_and_never_rewritten(self, live):
        live.roll().open()
        entry = live.leaves(live.stage.members[4])
        recording.cancel_entry(actor=live.stage.dgs, entry=entry, now=live.at)
        live.leaves(live.stage.members[4])
        numbers = list(SessionEntry.objects.order_by("n").values_list("n", flat=True))
        assert numbers == list(range(1, len(numbers) + 1))
        with pytest.raises(IntegrityError), transaction.atomic():
            SessionEntry.objects.filter(pk=entry.pk).update(at=NOW)
        with pytest.raises(IntegrityError), transaction.atomic():
            SessionEntry.objects.filter(pk=entry.pk).update(cancelled_at=None, cancelled_by=None)
        with pytest.raises(IntegrityError), transaction.atomic():
            SessionEntry.objects.filter(pk=entry.pk).delete()

    @pytest.mark.parametrize("kind", ["information", "oral_question", "decisions_report"])
    def test_what_is_not_voted_is_noted_when_the_next_point_is_called(self, stage, kind):
        meeting = stage.meeting()
        info = stage.item("Travaux", meeting=meeting, kind=kind)
        vote = stage.item("Tarifs", meeting=meeting)
        stage.frozen(meeting)
        Meeting.objects.filter(pk=meeting.pk).update(convened_at=NOW)
        live = Live(stage, meeting).roll().open()
        live.call(info).call(vote)
        assert state(info) == ItemState.NOTED

    def test_it_does_not_end_with_a_point_left_undecided(self, live):
        live.roll().open()
        first, second = live.items
        live.call(first).vote(first)
        with pytest.raises(Impossible, match="Sans décision : 2"):
            live.close()
        live.close(adjourn_the_rest=True)
        assert state(second) == ItemState.ADJOURNED
        assert Meeting.objects.get(pk=live.meeting.pk).adjourned_at is not None

    def test_a_missed_quorum_is_a_fact_of_the_meeting(self, stage, meeting, live):
        live.roll(*stage.members[:2])
        with pytest.raises(Impossible, match="Le quorum n’est pas atteint"):
            live.open()
        sitting.declare_no_quorum(pen=live.pen(at=EVENING + dt.timedelta(minutes=30)))
        meeting.refresh_from_db()
        assert meeting.state == MeetingState.NO_QUORUM
        assert meeting.opened_at is None


class TestVotes:
    def test_a_secret_ballot_keeps_totals_and_the_database_refuses_its_voices(self, stage, live):
        live.roll().open()
        first = live.items[0]
        live.call(first)
        secret = {"mode": Mode.SECRET, "in_favour": 3, "against": 2, "asking_secret": 2}
        live.vote(first, **secret)
        ballot = Ballot.objects.get()
        assert (ballot.for_count, ballot.against_count) == (3, 2)
        with pytest.raises(IntegrityError), transaction.atomic():
            BallotVoice.objects.create(
                organisation=stage.organisation,
                ballot=ballot,
                person=stage.mayor,
                direction="for",
            )
        told = results_of(live.meeting)[first.pk]
        assert told.against_names == told.in_favour_names == ()
        assert "au scrutin secret" in told.sentence

    def test_a_roll_call_names_everybody(self, stage, live):
        live.roll().open()
        first = live.items[0]
        live.call(first)
        voices = {ref(p): Choice.FOR for p in stage.members[:3]}
        voices |= {ref(p): Choice.ABSTAINS for p in stage.members[3:]}
        live.vote(first, mode=Mode.PUBLIC, voices=voices, asking_public=2)
        told = results_of(live.meeting)[first.pk]
        assert told.in_favour_names == tuple(p.full_name for p in stage.members[:3])
        assert len(told.abstaining_names) == 2

    def test_a_forgotten_presence_joins_the_show_of_hands(self, stage, live):
        live.roll(*stage.members[:4]).open()
        first = live.items[0]
        live.call(first).vote(first)
        assert Ballot.objects.get().for_count == 4
        room.record_presence(pen=live.pen(), person=stage.members[4])
        ballot = Ballot.objects.get()
        assert ballot.for_count == 5
        assert "5\u00a0voix" in ballot.sentence

    def test_the_urgency_refused_puts_all_the_rest_off(self, stage):
        meeting = stage.meeting()
        stage.item("Tarifs", meeting=meeting)
        meeting = planning.declare_urgency(
            actor=stage.dgs, meeting=meeting, reason="Digue", now=NOW
        )
        stage.frozen(meeting)
        Meeting.objects.filter(pk=meeting.pk).update(convened_at=NOW)
        live = Live(stage, meeting).roll().open()
        urgency, other = live.items
        assert urgency.matter == Matter.URGENCY
        live.call(urgency)
        no = {ref(p): Choice.AGAINST for p in stage.members[:3]}
        entry = live.vote(urgency, voices=no)
        assert state(urgency) == ItemState.REJECTED
        assert state(other) == ItemState.POSTPONED
        assert AgendaItem.objects.get(postponed_from=other).state == ItemState.READY
        told = {one.item: one.facts for one in tell_session(meeting) if one.item}
        number = other.number
        assert "l’urgence n’est pas approuvée" in told[urgency].lower()
        assert f"Le point {number}, inscrit en urgence, est reporté" in told[urgency]
        assert "Motif : Urgence non approuvée." in told[other]
        # Taken back, everything is as before.
        recording.cancel_entry(actor=stage.dgs, entry=entry, now=live.at)
        assert state(urgency) == state(other) == ItemState.FROZEN
        assert AgendaItem.objects.get(postponed_from=other).state == ItemState.ABANDONED

    def test_the_urgency_of_added_points_refused_leaves_the_others(self, stage):
        meeting = convened(stage, "Tarifs", "Approbation de l’urgence", "Digue")
        live = Live(stage, meeting).roll().open()
        ordinary, urgency, added = live.items
        AgendaItem.objects.filter(pk=urgency.pk).update(matter=Matter.URGENCY)
        AgendaItem.objects.filter(pk=added.pk).update(hurried_by=urgency)
        ordinary, urgency, added = live.items
        live.call(urgency)
        entry = live.vote(urgency, voices={ref(p): Choice.AGAINST for p in stage.members[:3]})
        assert state(added) == ItemState.POSTPONED
        live.call(ordinary).vote(ordinary)
        assert state(ordinary) == ItemState.ADOPTED
        recording.cancel_entry(actor=stage.dgs, entry=entry, now=live.at)
        assert state(added) == ItemState.FROZEN
        assert state(ordinary) == ItemState.ADOPTED

    def test_the_minutes_tell_each_thing_in_its_place_with_its_hour(self, stage, live):
        first, second = live.items
        live.roll(*stage.members[:4])
        room.record_proxy(pen=live.pen(), giver=stage.members[4], holder=stage.members[1])
        live.open()
        live.call(first)
        sitting.suspend(pen=live.pen())
        sitting.resume(pen=live.pen())
        live.leaves(stage.members[1])
        live.vote(first)
        live.arrives(stage.members[4])
        live.call(second).vote(second)
        live.close()
        opening, one, two, _end = tell_session(Meeting.objects.get(pk=live.meeting.pk))
        assert f"{stage.members[4].full_name} (pouvoir à" in opening.facts
        assert "4\u00a0présents pour 3" in opening.facts
        before, after = one.facts.split("---")
        assert "suspendue à 20\u00a0h\u00a002 et reprise à 20\u00a0h\u00a003." in before
        left = f"{stage.members[1].full_name} quitte la séance à 20\u00a0h\u00a004"
        assert left in before
        assert before.index("suspendue") < before.index("quitte")
        assert "n’est plus exercé" in before
        assert f"{stage.members[4].full_name} arrive à" in after
        assert "arrive" not in two.facts

    def test_an_amendment_is_voted_before_the_text_and_told_with_it(self, live):
        live.roll().open()
        first = live.items[0]
        live.call(first)
        amendment = {"about": About.AMENDMENT, "question": "Le repas à 3,40 €"}
        live.vote(first, **amendment)
        assert state(first) == ItemState.FROZEN, "the text itself is still to be voted"
        changed = "L’article 1 dit 3,40 €."
        voting.record_ballot(
            pen=live.pen(), ballot=BallotFacts(), item=first, amended=True, text=changed
        )
        assert state(first) == ItemState.AMENDED
        sentence = results_of(live.meeting)[first.pk].sentence
        assert sentence.startswith("L’amendement «\u00a0Le repas à 3,40 €\u00a0» est adopté")
        assert sentence.endswith("Le texte adopté a été modifié en séance.")
        told = {one.item: one.facts for one in tell_session(live.meeting) if one.item}
        assert f"Ce qui a été modifié\u00a0: {changed}" in told[first]
        with pytest.raises(Impossible, match="déjà décidé"):
            live.vote(first, **amendment)

    def test_closed_doors_are_a_vote_apart(self, live):
        live.roll().open()
        live.vote(about=About.CLOSED_DOORS, asked_by_chair=True)
        assert live.told().session.doors_closed
        assert Ballot.objects.get().carried is True
        assert "huis clos est décidé" in Ballot.objects.get().sentence

    def test_a_nomination_is_decided_after_its_seats(self, stage):
        meeting = convened(stage, "Délégué au syndicat", matter=Matter.NOMINATION)
        live = Live(stage, meeting).roll().open()
        item = live.items[0]
        live.call(item)
        name = stage.members[2].full_name
        live.vote(
            item,
            about=About.NOMINATION,
            mode=Mode.SECRET,
            question="déléguée au syndicat des eaux",
            choices={name: 3, "Paul Martin": 2},
        )
        live.decide(item, Verb.ADOPT)
        ballot = Ballot.objects.get()
        assert list(ballot.choices.order_by("position").values_list("label", "elected")) == [
            (name, True),
            ("Paul Martin", False),
        ]
        assert ballot.choices.get(elected=True).person == stage.members[2]
        assert "est élu" in ballot.sentence
        (seat,) = results_of(meeting)[item.pk].nominations
        assert (seat.elected, [one.votes for one in seat.rounds]) == ((name,), [(3, 2)])


class TestPutOff:
    def test_the_point_goes_to_the_next_meeting_with_a_link(self, stage, live):
        document = stage.document()
        first = live.items[0]
        following = stage.meeting(starts_at=EVENING + dt.timedelta(days=30))
        live.roll().open()
        live.call(first)
        with pytest.raises(Missing):
            live.decide(first, Verb.POSTPONE)
        live.decide(first, Verb.POSTPONE, "Il manque l’avis de la commission.")
        copy = AgendaItem.objects.get(postponed_from=first)
        assert copy.meeting == following
        assert copy.state == ItemState.LISTED
        assert copy.number is None
        assert document.title  # the pieces of the tree are not touched

    def test_its_pieces_follow_as_they_will_be_then(self, stage):
        meeting = stage.meeting()
        document = stage.document()
        item = stage.item("Plan", meeting=meeting, documents=(document,))
        stage.frozen(meeting)
        Meeting.objects.filter(pk=meeting.pk).update(convened_at=NOW)
        live = Live(stage, meeting).roll().open()
        live.decide(item, Verb.POSTPONE, "Plus tard")
        piece = AgendaItem.objects.get(postponed_from=item).pieces.get()
        assert piece.document == document
        assert piece.pinned_version is None


class TestProxiesOfTheDoor:
    def test_a_paper_pouvoir_is_kept_and_falls_when_its_giver_comes(self, stage, live):
        absent, holder = stage.members[4], stage.members[1]
        live.roll(*stage.members[:4])
        room.record_proxy(pen=live.pen(), giver=absent, holder=holder)
        live.open()
        first, second = live.items
        live.call(first).vote(first)
        assert Ballot.objects.get().voters == 5
        assert Proxy.objects.get().state == ProxyState.CONFIRMED
        live.arrives(absent)
        live.call(second).vote(second)
        live.close()
        proxy = Proxy.objects.get()
        assert proxy.in_session
        assert proxy.state == ProxyState.LAPSED
        told = results_of(live.meeting)
        assert told[first.pk].represented[0].holder == holder.full_name
        assert told[second.pk].represented == ()

    def test_taken_back_it_is_gone(self, stage, live):
        entry = room.record_proxy(pen=live.pen(), giver=stage.members[4], holder=stage.members[1])
        recording.cancel_entry(actor=stage.dgs, entry=entry, now=live.at)
        assert Proxy.objects.get().state == ProxyState.REVOKED
        assert live.told().session.proxies == {}

    def test_one_given_before_is_replaced_at_the_door_and_comes_back_if_taken_back(
        self, stage, live
    ):
        absent, before, after = stage.members[4], stage.members[1], stage.members[2]
        Proxy.objects.create(
            organisation=stage.organisation,
            meeting=live.meeting,
            giver=absent,
            holder=before,
            state=ProxyState.CONFIRMED,
            source="link",
            given_at=NOW,
            confirmed_at=NOW,
        )
        entry = room.record_proxy(pen=live.pen(), giver=absent, holder=after)
        assert live.told().session.proxies == {ref(absent): ref(after)}
        assert Proxy.objects.live().get().holder == after
        recording.cancel_entry(actor=stage.dgs, entry=entry, now=live.at)
        assert live.told().session.proxies == {ref(absent): ref(before)}
        assert Proxy.objects.live().get().holder == before

    def test_a_holder_with_one_to_confirm_receives_no_other(self, stage, live):
        Proxy.objects.create(
            organisation=stage.organisation,
            meeting=live.meeting,
            giver=stage.members[3],
            holder=stage.members[1],
            state=ProxyState.TO_CONFIRM,
            source="link",
            given_at=NOW,
        )
        with pytest.raises(Impossible, match="à confirmer"):
            room.record_proxy(pen=live.pen(), giver=stage.members[4], holder=stage.members[1])


class TestUndo:
    def test_what_rests_on_an_entry_is_taken_back_first(self, live):
        live.roll().open()
        first = live.items[0]
        live.call(first).vote(first)
        opening = SessionEntry.objects.get(kind=EntryKind.OPENED)
        with pytest.raises(Impossible, match="Cela contredit"):
            recording.cancel_entry(actor=live.stage.dgs, entry=opening, now=live.at)
        assert Meeting.objects.get(pk=live.meeting.pk).opened_at is not None

    def test_the_end_may_be_taken_back(self, live):
        live.roll().open()
        entry = live.close(adjourn_the_rest=True)
        recording.cancel_entry(actor=live.stage.dgs, entry=entry, now=live.at)
        assert Meeting.objects.get(pk=live.meeting.pk).state == MeetingState.OPEN

    def test_it_leaves_a_trace(self, live):
        live.roll()
        entry = SessionEntry.objects.order_by("n").first()
        recording.cancel_entry(actor=live.stage.dgs, entry=entry, now=live.at)
        entry.refresh_from_db()
        assert entry.cancelled_by == live.stage.dgs_person
        assert AuditEntry.objects.filter(verb="council.session.corrected").exists()
        again = recording.cancel_entry(actor=live.stage.dgs, entry=entry, now=live.at)
        assert again.cancelled_at == entry.cancelled_at


class TestAgain:
    def test_the_same_entry_sent_twice_is_one_entry(self, stage, live):
        key = uuid4()
        one = room.record_presence(pen=live.pen(key=key), person=stage.mayor)
        two = room.record_presence(pen=live.pen(key=key), person=stage.mayor)
        assert one.pk == two.pk
        assert SessionEntry.objects.count() == 1

    def test_a_vote_sent_twice_decides_once(self, live):
        live.roll().open()
        first = live.items[0]
        live.call(first)
        pen = live.pen()
        for _ in range(2):
            voting.record_ballot(pen=pen, ballot=BallotFacts(), item=first)
        assert Ballot.objects.count() == 1
        assert SessionEntry.objects.filter(kind=EntryKind.OUTCOME).count() == 1

    def test_a_key_of_another_meeting_is_refused(self, stage, live):
        key = uuid4()
        room.record_presence(pen=live.pen(key=key), person=stage.mayor)
        other = convened(stage, "Autre point")
        with pytest.raises(Impossible, match="autre séance"):
            room.record_presence(pen=Live(stage, other).pen(key=key), person=stage.mayor)


class TestRights:
    def test_the_team_that_prepares_writes_too(self, stage, meeting):
        Live(stage, meeting, by=stage.secretary).roll()
        assert SessionEntry.objects.count() == 5

    @pytest.mark.parametrize("who", ["agent", "mayor"])
    def test_nobody_else_does(self, stage, meeting, who):
        with pytest.raises(Refused):
            Live(stage, meeting, by=getattr(stage, who)).roll()

    def test_nor_somebody_of_another_commune(self, stage, elsewhere, meeting):
        live = Live(stage, meeting)
        pen = live.pen()
        stranger = elsewhere.dgs
        with pytest.raises(Refused):
            room.record_presence(
                pen=recording.Pen(stranger, meeting, pen.key, pen.at, pen.now),
                person=stage.mayor,
            )

    def test_a_person_or_a_point_of_another_commune_is_refused(self, stage, elsewhere, live):
        with pytest.raises(Impossible, match="ne siège pas"):
            room.record_presence(pen=live.pen(), person=elsewhere.mayor)
        live.roll().open()
        foreign = elsewhere.item("Ailleurs")
        with pytest.raises(Impossible, match="pas à l’ordre du jour"):
            live.call(foreign)


class TestWhen:
    def test_nothing_before_the_convocation(self, stage):
        meeting = stage.frozen()
        with pytest.raises(SessionShut, match="une fois convoquée"):
            Live(stage, meeting).roll()

    def test_nothing_of_tomorrow(self, stage, live):
        pen = replace(live.pen(), at=EVENING + dt.timedelta(days=1))
        with pytest.raises(Impossible, match="pas encore passée"):
            room.record_presence(pen=pen, person=stage.mayor)

    def test_nothing_once_the_minutes_are_drafted(self, stage, live):
        live.roll().open()
        live.close(adjourn_the_rest=True)
        Meeting.objects.filter(pk=live.meeting.pk).update(
            minutes_drafted_at=live.at + dt.timedelta(hours=1)
        )
        with pytest.raises(SessionShut, match="ne se corrige plus"):
            live.leaves(stage.members[4])

    def test_the_whole_session_typed_the_next_day(self, stage, live):
        """The same facts, at their real hours, from the paper sheets."""
        tomorrow = EVENING + dt.timedelta(hours=14)
        first, second = live.items

        def pen(minutes):
            return recording.Pen(
                stage.actor(stage.dgs_person, now=tomorrow),
                live.meeting,
                uuid4(),
                EVENING + dt.timedelta(minutes=minutes),
                tomorrow,
            )

        # In the order of the sheets: votes first, arrivals afterwards.
        for person in stage.members[:4]:
            room.record_presence(pen=pen(0), person=person)
        sitting.open_session(pen=pen(2))
        for minute, item in ((5, first), (30, second)):
            sitting.call_item(pen=pen(minute), item=item)
            voting.record_ballot(pen=pen(minute + 5), ballot=BallotFacts(), item=item)
        sitting.close_session(pen=pen(50))
        room.record_arrival(pen=pen(20), person=stage.members[4])
        told = results_of(live.meeting)
        assert told[first.pk].tally.in_favour == 4
        assert told[second.pk].tally.in_favour == 5
        assert Meeting.objects.get(pk=live.meeting.pk).adjourned_at == EVENING + dt.timedelta(
            minutes=50
        )

    def test_a_point_is_not_withdrawn_behind_the_screen(self, stage, live):
        live.roll().open()
        with pytest.raises(items.NotNow, match="écran de séance"):
            items.withdraw_item(actor=stage.dgs, item=live.items[0], reason="Erreur", now=live.at)
        live.decide(live.items[0], Verb.WITHDRAW, "Erreur de calcul")
        assert state(live.items[0]) == ItemState.WITHDRAWN


class TestRehearsal:
    def test_it_leaves_nothing(self, stage, meeting):
        before = {
            "items": list(AgendaItem.objects.order_by("pk").values()),
            "meeting": Meeting.objects.filter(pk=meeting.pk).values().get(),
            "events": Event.objects.count(),
            "audit": AuditEntry.objects.count(),
        }
        live = Live(stage, meeting, rehearsal=True)
        live.at = NOW
        live.roll()
        room.record_proxy(pen=live.pen(), giver=stage.members[3], holder=stage.members[1])
        sitting.open_session(pen=live.pen())
        first, second = live.items
        live.call(first).vote(first)
        live.decide(second, Verb.POSTPONE, "Essai")
        assert live.told().session.points[str(first.uid)].verb is Verb.ADOPT
        assert rehearsing.is_rehearsed(meeting)
        assert results_of(meeting)[first.pk].outcome == ItemState.FROZEN
        assert Proxy.objects.count() == 0
        assert {
            "items": list(AgendaItem.objects.order_by("pk").values()),
            "meeting": Meeting.objects.filter(pk=meeting.pk).values().get(),
            "events": Event.objects.count(),
            "audit": AuditEntry.objects.count(),
        } == before
        rehearsing.undo_rehearsal(actor=stage.dgs, meeting=meeting, now=NOW)
        assert SessionEntry.objects.count() == Ballot.objects.count() == 0

    def test_it_goes_when_the_session_really_opens(self, stage, meeting):
        rehearsed = Live(stage, meeting, rehearsal=True)
        rehearsed.at = NOW
        rehearsed.roll()
        Live(stage, meeting).roll().open()
        assert not rehearsing.is_rehearsed(meeting)
        with pytest.raises(SessionShut, match="on ne répète plus"):
            rehearsed.arrives(stage.mayor)


def test_reading_a_session_takes_as_many_queries_for_two_points_as_for_twenty(stage):
    counts = []
    for number in (2, 20):
        meeting = convened(stage, *[f"Point {n}" for n in range(number)])
        live = Live(stage, meeting).roll().open()
        for item in live.items[: number // 2]:
            live.call(item).vote(item)
        with CaptureQueriesContext(connection) as queries:
            live.told()
        counts.append(len(queries))
    assert counts[0] == counts[1]
