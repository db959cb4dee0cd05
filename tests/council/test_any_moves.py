"""Random moves, legal or not, over the whole cycle: from the empty agenda to the minutes online.

Each is tried whatever the state, through the services, in PostgreSQL. What is refused changes
nothing; whatever was done, states moved as ``council.workflow`` says, numbers have no gap and are
never given again, nothing left without the mayor or too late, no proof vanished.
"""

import datetime as dt
from uuid import uuid4

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.lib.access import Refused
from council import workflow
from council.enums import EditionChange, EntryKind, ItemState, MeetingState, SignatureMode
from council.models import (
    Act,
    AgendaItem,
    Ballot,
    Convocation,
    DossierEdition,
    Meeting,
    SessionEntry,
)
from council.rules.session import BallotFacts, Verb
from council.rules.votes import Choice
from council.services import agenda, agreeing, convening, freezing, items, planning
from council.services.acts import drafting, signing
from council.services.amending import comparing, preparing, sending
from council.services.minutes import writing
from council.services.refusals import Refusal
from council.services.session import recording, room, sitting, voting
from tests.council.stage import NOV_30, NOW, PARIS

DAY = dt.timedelta(days=1)
MINUTE = dt.timedelta(minutes=1)


def within(table, most):
    """The pairs of states that so many moves of a table join, the state itself included."""
    near = {(state, state) for state in table.states}
    for _ in range(most):
        near |= {(a, then) for a, b in near for then in table.moves.get(b, {}).values()}
    return near


#: One act of somebody may make several moves: a copy put off is unlisted, taken back, given up.
POINT, SESSION = within(workflow.ITEM, 3), within(workflow.MEETING, 1)
CONVOCATION, ACT = within(workflow.CONVOCATION, 1), within(workflow.ACT, 1)


class World:
    """One meeting pushed around; what must stay true is looked at after each push."""

    def __init__(self, stage):
        self.stage, self.now, self.count = stage, NOW, 0
        self.meeting = stage.meeting()
        stage.item("Premier point", meeting=self.meeting)
        self.numbers: dict[int, int] = {}
        self.editions: dict[int, str] = {}
        self.convocations: set[int] = set()

    @property
    def common(self):
        return {"actor": self.stage.dgs, "now": self.now}

    def current(self):
        return Meeting.objects.get(pk=self.meeting.pk)

    def amendment(self):
        found = comparing.in_preparation(self.current())
        if found is None:
            raise Refusal("Rien n’est en préparation.")
        return found

    def point(self, **more):
        self.count += 1
        return self.stage.item(f"Point de plus {self.count}", now=self.now, **more)

    def some_point(self):
        found = agenda.listed(self.meeting).last()
        if found is None:
            raise Refusal("Aucun point.")
        return found

    # --- moves: each is tried whatever the state -------------------------------------------

    def ask(self):
        agreeing.ask_mayor(meeting=self.meeting, **self.common)

    def agree(self):
        agreeing.give_agreement(
            actor=self.stage.maire,
            meeting=self.meeting,
            shown=agenda.digest(self.current()),
            now=self.now,
        )

    def freeze(self):
        freezing.freeze_agenda(meeting=self.meeting, **self.common)

    def unfreeze(self):
        freezing.unfreeze_agenda(meeting=self.meeting, reason="Un oubli", **self.common)

    def convene(self):
        already = self.current().convened_at
        agreed = agenda.digest(self.current())
        edition = convening.convene(meeting=self.meeting, **self.common)
        if already is None:
            assert edition.agreement.agenda_digest == agreed

    def cancel(self):
        planning.cancel_meeting(
            meeting=self.meeting, reason="Neige", decided_by_mayor=True, **self.common
        )

    def move(self):
        planning.change_meeting(
            meeting=self.meeting, starts_at=NOV_30 + DAY, place="École", **self.common
        )

    def list_one(self):
        items.list_item(item=self.point(), meeting=self.current(), **self.common)

    def withdraw(self):
        items.withdraw_item(item=self.some_point(), reason="Étude", **self.common)

    def open_change(self):
        preparing.open_amendment(meeting=self.meeting, **self.common)

    def add(self):
        preparing.add_points(amendment=self.amendment(), points=[self.point()], **self.common)

    def word_anew(self):
        item = self.some_point()
        anew = preparing.write_anew(amendment=self.amendment(), item=item, **self.common)
        self.count += 1
        content = items.ItemContent(f"Autrement {self.count}")
        items.edit_item(item=anew, content=content, **self.common)

    def ask_change(self):
        sending.ask_mayor(amendment=self.amendment(), **self.common)

    def agree_change(self):
        amendment = self.amendment()
        shown = comparing.compare(amendment, now=self.now).digest
        sending.answer(
            actor=self.stage.maire, amendment=amendment, shown=shown, agreed=True, now=self.now
        )

    def send_change(self):
        amendment = self.amendment()
        leaving = comparing.compare(amendment, now=self.now).digest
        edition = sending.send(amendment=amendment, **self.common)
        assert edition.agreement.agenda_digest == leaving

    def give_up(self):
        preparing.abandon(amendment=self.amendment(), **self.common)

    def sleep(self):
        self.now += DAY

    # --- what stays true ----------------------------------------------------------------------

    def check(self):
        for pk, number in AgendaItem.objects.filter(
            meeting=self.meeting, number__isnull=False
        ).values_list("pk", "number"):
            assert self.numbers.setdefault(number, pk) == pk, "a number was given again"
        for edition in DossierEdition.objects.filter(meeting=self.meeting).select_related(
            "agreement"
        ):
            assert self.editions.setdefault(edition.n, edition.manifest) == edition.manifest
            assert edition.agreement.agreed, "it left without the mayor"
            assert edition.agreement.answered_at <= edition.created_at
            if edition.change != EditionChange.MODIFIED:
                meets_on = comparing.read_manifest(edition.manifest).session.local_start.date()
                sent_on = edition.created_at.astimezone(PARIS).date()
                assert (meets_on - sent_on).days > 3, "it left too late"
        rows = Convocation.objects.filter(meeting=self.meeting)
        kept = set(rows.values_list("pk", flat=True))
        assert self.convocations <= kept, "a proof vanished"
        self.convocations = kept
        assert len(kept) == 5 * len(self.editions)

    # --- the evening, and what follows it --------------------------------------------------------

    def pen(self):
        self.now += MINUTE
        return recording.Pen(
            actor=self.stage.dgs, meeting=self.current(), key=uuid4(), at=self.now, now=self.now
        )

    def evening(self):
        self.now = max(self.now, self.current().starts_at)

    def enter(self):
        for one in self.stage.members:
            room.record_presence(pen=self.pen(), person=one)

    def leave(self):
        room.record_departure(pen=self.pen(), person=self.stage.members[3])

    def open(self):
        sitting.open_session(pen=self.pen())

    def call(self):
        waiting = AgendaItem.objects.filter(meeting=self.meeting, state=ItemState.FROZEN)
        found = waiting.order_by("position").first() or self.some_point()
        sitting.call_item(pen=self.pen(), item=found)

    def called(self):
        entries = SessionEntry.objects.filter(meeting=self.meeting, kind=EntryKind.CALLED)
        found = entries.filter(cancelled_at=None).order_by("-n").first()
        if found is None:
            raise Refusal("Aucun point n’est appelé.")
        return found.item

    def vote(self):
        voting.record_ballot(pen=self.pen(), ballot=BallotFacts(), item=self.called())

    def reject(self):
        against = {str(one.uid): Choice.AGAINST for one in self.stage.members}
        voting.record_ballot(pen=self.pen(), ballot=BallotFacts(voices=against), item=self.called())

    def put_off(self):
        item = self.some_point()
        sitting.decide_item(pen=self.pen(), item=item, verb=Verb.POSTPONE, reason="Étude")

    def take_back(self):
        entries = SessionEntry.objects.filter(meeting=self.meeting, cancelled_at=None)
        found = entries.order_by("-n").first()
        if found is None:
            raise Refusal("Rien n’est saisi.")
        recording.cancel_entry(entry=found, **self.common)

    def close(self):
        sitting.close_session(pen=self.pen(), adjourn_the_rest=True)

    def make_acts(self):
        drafting.draft_deliberations(meeting=self.current(), **self.common)

    def some_act(self):
        found = Act.objects.filter(item__meeting=self.meeting).order_by("number").last()
        if found is None:
            raise Refusal("Aucun acte.")
        return found

    def sign(self):
        today = self.now.astimezone(PARIS).date()
        signing.note_signature(
            act=self.some_act(), signed_on=today, mode=SignatureMode.PAPER, **self.later
        )

    def spoil(self):
        signing.cancel_number(act=self.some_act(), reason="À refaire", **self.later)

    def tell(self):
        writing.draft_minutes(meeting=self.current(), **self.later)

    @property
    def later(self):
        """The direction on the day that it is."""
        return {"actor": self.stage.actor(self.stage.dgs_person, now=self.now), "now": self.now}

    def check_states(self, before):
        """Whatever was done since: only moves of the tables; the old rows are all there."""
        after = self.states()
        for rows, allowed in ((0, POINT), (1, SESSION), (2, CONVOCATION), (3, ACT)):
            for pk, state in before[rows].items():
                assert (state, after[rows][pk]) in allowed, (state, after[rows][pk])

    def states(self):
        meetings = Meeting.objects.all()
        return (
            dict(AgendaItem.objects.values_list("pk", "state")),
            {one.pk: one.state.value for one in meetings},
            dict(Convocation.objects.values_list("pk", "state")),
            dict(Act.objects.values_list("pk", "state")),
        )

    def check_session(self):
        entries = SessionEntry.objects.filter(meeting=self.meeting).order_by("n")
        assert list(entries.values_list("n", flat=True)) == list(range(1, entries.count() + 1))
        acts = list(Act.objects.order_by("number").values_list("number", flat=True))
        assert acts == list(range(1, len(acts) + 1)), "a number is missing, or twice"
        over = (MeetingState.ADJOURNED, MeetingState.MINUTES_DRAFTED)
        if acts:
            assert self.current().state in over, "an act before the end"
        for ballot in Ballot.objects.filter(entry__cancelled_at=None):
            told = ballot.for_count + ballot.against_count + ballot.abstention_count
            assert told + ballot.not_voting_count <= ballot.voters <= ballot.in_office == 5
        decided = AgendaItem.objects.filter(state__in=[ItemState.ADOPTED, ItemState.REJECTED])
        voted = Ballot.objects.filter(entry__cancelled_at=None, about="item").values("item")
        assert not decided.exclude(pk__in=voted).exists(), "decided without a vote"


SENT = ["ask", "agree", "freeze", "convene", "open_change", "add", "ask_change", "agree_change"]
HELD = ["send_change", "evening", "enter", "open", "call", "vote", "call", "reject", "close"]
FORWARD = [*SENT, *HELD, "make_acts", "sign", "tell"]
ASIDE = ["unfreeze", "cancel", "move", "list_one", "withdraw", "word_anew", "give_up", "sleep"]
MOVES = [*dict.fromkeys(FORWARD), *ASIDE, "leave", "put_off", "take_back", "spoil"]


@settings(
    max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.integers(0, len(FORWARD)), st.lists(st.sampled_from(MOVES), min_size=3, max_size=7))
def test_any_moves_in_any_order_keep_the_law_and_the_proof(stage, ahead, moves):
    with transaction.atomic():
        world = World(stage)
        for name in [*FORWARD[:ahead], *moves]:
            before = world.states()
            try:
                with transaction.atomic():
                    getattr(world, name)()
            except (Refusal, Refused):
                assert world.states() == before, "refused, and yet something moved"
            world.check_states(before)
            world.check()
            world.check_session()
        transaction.set_rollback(True)
