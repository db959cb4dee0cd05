"""Each move of each table of ``council.workflow``: who makes it, who may not, where it is refused.

The list is the tables': a move added there without a hand here fails. Each hand is tried from every
state; what it does must be the move of the table, and nothing else may change the state.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from uuid import uuid4

import pytest
from django.db import transaction

from accounts.actor import actor_for
from accounts.enums import MailState, TeamKind
from accounts.mail.reports import Action, Fate
from accounts.models import Mail
from config.lib.access import Refused
from council import workflow
from council.enums import (
    ActState,
    ActType,
    AdviceState,
    AnswerSource,
    Channel,
    EndReason,
    EntryKind,
    FollowUpState,
    Intent,
    ItemKind,
    ItemState,
    MeetingState,
    Opinion,
    ProxyState,
    PublicationMode,
    QuestionState,
    RequestState,
    SignatureMode,
)
from council.models import (
    AgendaItem,
    Convocation,
    DossierEdition,
    FollowUp,
    Meeting,
    OralQuestion,
    PieceRequest,
    Proxy,
    SessionEntry,
)
from council.rules.session import BallotFacts, Verb
from council.rules.votes import Choice
from council.services import (
    advising,
    answering,
    asking,
    convening,
    ending,
    following,
    freezing,
    handing_over,
    items,
    planning,
    questioning,
    returning,
)
from council.services.acts import drafting, formalities, signing
from council.services.amending import preparing
from council.services.minutes import writing
from council.services.refusals import Refusal
from council.services.session import recording, room, sitting, voting
from documents.enums import Role
from documents.services import rights
from tests.council.acts_stage import AFTER, TODAY, held
from tests.council.session.live import Live, convened
from tests.council.stage import NOV_30, NOW, belongs, person, team
from tests.council.test_acts import order

MINUTE = dt.timedelta(minutes=1)
DAY = dt.timedelta(days=1)
PREPARE = frozenset({"dgs", "secretary"})
WRITE = PREPARE | {"author"}


@dataclass(frozen=True)
class Hand:
    """What somebody does to make a move. ``after``: the move that it makes on the way when it must;
    ``tried_in``: the state where each person tries it."""

    do: Callable[..., object]
    who: frozenset[str] = PREPARE
    after: str = ""
    tried_in: str = ""
    again: bool = False  # done again, it changes nothing and says nothing


@dataclass
class Case:
    """A row and what is known around it."""

    row: object
    now: dt.datetime = NOW
    at: dt.datetime = NOW
    more: dict[str, object] = field(default_factory=dict)


class People:
    """Whoever may try: by role, the stranger being the director of another commune."""

    def __init__(self, stage, elsewhere):
        self.stage, self.elsewhere = stage, elsewhere
        self.other = person("Lou", "Autre")
        belongs(self.other, stage.organisation)

    def actor(self, name, now):
        stage = self.stage
        if name == "stranger":
            return actor_for(self.elsewhere.dgs_person, self.elsewhere.organisation, now=now)
        who = {
            "dgs": stage.dgs_person,
            "secretary": stage.secretary,
            "author": stage.agent,
            "agent": self.other,
            "mayor": stage.mayor,
            "member": stage.members[2],
        }[name]
        return stage.actor(who, now=now)

    #: The direction is who tries everything first.
    names = ("secretary", "author", "agent", "mayor", "member", "stranger")


@pytest.fixture
def people(stage, elsewhere):
    return People(stage, elsewhere)


def attempt(hand, actor, case, look):
    """(what it raised or "", the state then), all undone."""
    with transaction.atomic():
        raised = ""
        try:
            with transaction.atomic():
                hand.do(actor, case)
        except Refused:
            raised = "not theirs"
        except Refusal:
            raised = "refused"
        found = raised, look(case)
        transaction.set_rollback(True)
    return found


def try_all(people, table, hands, state, case, look):
    """Every hand in this state by who may; where the state is the hand's, by everybody."""
    assert look(case) == state, "the stage of the test"
    for verb, hand in hands.items():
        tried = hand.tried_in or next(s for s, row in table.moves.items() if verb in row)
        raised, then = attempt(hand, people.actor("dgs", case.now), case, look)
        via = table.moves[state].get(hand.after, "") if hand.after else ""
        if table.allows(state, verb):
            assert (raised, then) == ("", table.next(state, verb)), (state, verb)
        elif via and table.allows(via, verb):
            assert (raised, then) == ("", table.next(via, verb)), (state, verb)
        else:
            assert then == state, (state, verb)
            assert raised or hand.again, f"« {verb} » in « {state} » said nothing"
        others = [one for one in people.names if hand.who != PREPARE or one != "secretary"]
        for name in (
            (others if verb != next(iter(hands)) else people.names) if state == tried else ()
        ):
            raised, then = attempt(hand, people.actor(name, case.now), case, look)
            if name in hand.who:
                assert raised == "", (verb, name, raised)
            else:
                assert (raised, then) == ("not theirs", state), (verb, name, raised, then)


def walk(people, table, hands, put, look):
    """Every state of the table, put there anew."""
    for state in sorted(table.moves):
        with transaction.atomic():
            case = put(state)
            if case is not None:
                try_all(people, table, hands, state, case, look)
            transaction.set_rollback(True)


# --- a point -----------------------------------------------------------------------------------


def refuse_without(row, what):
    if row is None:
        raise Refusal(what)
    return row


def on_agenda(act):
    """An act on the agenda that the point is on."""

    def do(actor, case):
        row = AgendaItem.objects.get(pk=case.row.pk)
        meeting = refuse_without(row.meeting, "Aucune séance.")
        return act(actor=actor, meeting=meeting, now=case.now)

    return do


def on_point(act, **more):
    return lambda actor, case: act(actor=actor, item=case.row, now=case.now, **more)


POINT = {
    "propose": Hand(on_point(items.propose_item), WRITE, tried_in=ItemState.DRAFT),
    "abandon": Hand(on_point(items.abandon_item), WRITE, tried_in=ItemState.DRAFT),
    "mark_ready": Hand(on_point(items.mark_ready)),
    "return": Hand(on_point(items.return_item, reason="À revoir")),
    "list": Hand(
        lambda actor, case: items.list_item(
            actor=actor, item=case.row, meeting=case.more["spare"], now=case.now
        ),
        after="mark_ready",
    ),
    "unlist": Hand(on_point(items.unlist_item)),
    "freeze": Hand(on_agenda(freezing.freeze_agenda)),
    "unfreeze": Hand(on_agenda(partial(freezing.unfreeze_agenda, reason="Un oubli"))),
    "withdraw": Hand(on_point(items.withdraw_item, reason="Étude")),
}
IN_POOL = (
    ItemState.DRAFT,
    ItemState.PROPOSED,
    ItemState.RETURNED,
    ItemState.READY,
    ItemState.ABANDONED,
)


def state_of(case):
    return type(case.row).objects.get(pk=case.row.pk).state


def test_a_point_before_its_session(people):
    stage = people.stage
    spare = stage.meeting(starts_at=NOV_30 + DAY)
    meeting = stage.meeting()
    ready = stage.item("Tarifs", meeting=meeting, by=stage.agent)
    pool = stage.item("Un projet", by=stage.agent)
    stage.agreed(meeting)

    more = {"spare": spare}

    def look_at(row, state):
        AgendaItem.objects.filter(pk=row.pk).update(state=state, state_reason="Une raison")
        try_all(people, workflow.ITEM, POINT, state, Case(row, more=more), state_of)

    for state in IN_POOL:
        look_at(pool, state)
    look_at(ready, ItemState.LISTED)
    freezing.freeze_agenda(actor=stage.dgs, meeting=meeting, now=NOW)
    look_at(ready, ItemState.FROZEN)
    convening.convene(actor=stage.dgs, meeting=meeting, now=NOW)
    for state in (ItemState.TABLED, ItemState.ADOPTED, ItemState.WITHDRAWN):
        look_at(ready, state)


def pen(actor, case):
    case.at += MINUTE
    return recording.Pen(
        actor=actor, meeting=case.more["meeting"], key=uuid4(), at=case.at, now=case.at
    )


def ballot(choice, **more):
    def do(actor, case):
        voices = {str(one.uid): choice for one in case.more["voters"]}
        return voting.record_ballot(
            pen=pen(actor, case), ballot=BallotFacts(voices=voices), item=case.row, **more
        )

    return do


def decide(verb):
    return lambda actor, case: sitting.decide_item(
        pen=pen(actor, case), item=case.row, verb=verb, reason="Une raison"
    )


def cancel_last(kind):
    def do(actor, case):
        about = {"item": case.row} if isinstance(case.row, AgendaItem) else {"meeting": case.row}
        rows = SessionEntry.objects.filter(kind=kind, cancelled_at=None, **about)
        entry = refuse_without(rows.order_by("-n").first(), "Rien à reprendre.")
        return recording.cancel_entry(actor=actor, entry=entry, now=case.at)

    return do


DECIDED = {
    "adopt": Hand(ballot(Choice.FOR)),
    "adopt_amended": Hand(ballot(Choice.FOR, amended=True, text="Le prix est de 3,40 €.")),
    "reject": Hand(ballot(Choice.AGAINST)),
    "adjourn": Hand(decide(Verb.ADJOURN)),
    "withdraw": Hand(decide(Verb.WITHDRAW)),
    "postpone": Hand(decide(Verb.POSTPONE)),
    "note": Hand(decide(Verb.NOTE)),
}
TAKEN_BACK = Hand(cancel_last(EntryKind.OUTCOME))


@pytest.mark.parametrize("on_the_table", [False, True], ids=["settled", "on the table"])
def test_a_point_in_its_session(people, on_the_table):
    """From the call to the decision, and back when it was a mistake."""
    stage = people.stage
    meeting = convened(stage)
    case_of = partial(Case, at=NOV_30, now=NOV_30)
    point, _other = meeting.items.order_by("position")
    if on_the_table:
        point = AgendaItem.objects.create(
            organisation=stage.organisation, assembly=stage.council, meeting=meeting, number=9,
            state=ItemState.TABLED, kind=ItemKind.ORAL_QUESTION, title="Question",
            created_at=NOW + DAY, changed_at=NOW,
        )  # fmt: skip
    pool = stage.item("Un projet", by=stage.agent)
    Live(stage, meeting).roll().open().call(point)
    start = ItemState.TABLED if on_the_table else ItemState.FROZEN
    ways = {after: verb for verb, after in workflow.ITEM.moves[start].items() if verb in DECIDED}
    more = {"meeting": meeting, "voters": stage.members}
    back = "reconsider_tabled" if on_the_table else "reconsider"

    def put(state):
        case = case_of(point, more=more)
        if state == ItemState.DRAFT:
            return case_of(pool, more=more)
        if state in ways:
            DECIDED[ways[state]].do(people.actor("dgs", NOV_30), case)
        elif state != start:
            return None
        return case

    hands = {verb: replace(hand, tried_in=start) for verb, hand in DECIDED.items()}
    if on_the_table:
        hands = {v: h for v, h in hands.items() if v in workflow.ITEM.moves[start]}
    hands[back] = replace(TAKEN_BACK, tried_in=next(iter(ways)))
    for state in (start, ItemState.DRAFT):
        try_all(people, workflow.ITEM, hands, state, put(state), state_of)
    kept = {verb: hands[verb] for verb in (back, "postpone", "adopt") if verb in hands}
    walk(people, workflow.ITEM, kept, put, state_of)


# --- a session ---------------------------------------------------------------------------------


def at_the_hour(act, most=None):
    """What is entered on the evening itself, or whenever the state of the meeting says."""

    def do(actor, case):
        case.at = max(case.at, NOV_30)
        for one in case.more["present"][:most]:
            room.record_presence(pen=pen(actor, case), person=one)
        return act(pen=pen(actor, case))

    return do


def of_meeting(act, **more):
    return lambda actor, case: act(actor=actor, meeting=case.row, now=case.now, **more)


def minutes_of(act):
    def do(actor, case):
        meeting = Meeting.objects.get(pk=case.row.pk)
        found = refuse_without(getattr(meeting, "minutes", None), "Pas de procès-verbal.")
        return act(actor, case, found)

    return do


def settle(actor, case, minutes):
    return writing.settle_minutes(
        actor=actor, minutes=minutes, approved_in=case.more["next"], remarks="", now=case.now
    )


def publish(actor, case, minutes):
    return writing.publish_minutes(
        actor=actor, minutes=minutes, on=actor.today, version=minutes.draft_version, now=case.now
    )


SESSION = {
    "freeze": Hand(of_meeting(freezing.freeze_agenda)),
    "unfreeze": Hand(of_meeting(freezing.unfreeze_agenda, reason="Un oubli")),
    "convene": Hand(of_meeting(convening.convene), again=True),
    "cancel": Hand(of_meeting(planning.cancel_meeting, reason="Neige", decided_by_mayor=True)),
    "amend": Hand(of_meeting(preparing.open_amendment)),
    "open": Hand(at_the_hour(sitting.open_session)),
    "miss_quorum": Hand(at_the_hour(sitting.declare_no_quorum, most=2)),
    "adjourn": Hand(
        lambda actor, case: sitting.close_session(pen=pen(actor, case), adjourn_the_rest=True)
    ),
    "correct_opening": Hand(cancel_last(EntryKind.OPENED)),
    "correct_quorum": Hand(cancel_last(EntryKind.NO_QUORUM)),
    "correct_closing": Hand(cancel_last(EntryKind.CLOSED)),
    "draft_minutes": Hand(of_meeting(writing.draft_minutes), again=True),
    "settle_minutes": Hand(minutes_of(settle), again=True),
    "close": Hand(minutes_of(publish), again=True),
}


def test_a_session_from_its_agenda_to_its_minutes(people):
    stage = people.stage
    meeting = stage.meeting()
    stage.item("Tarifs", meeting=meeting)
    stage.agreed(meeting)
    meetings_team = stage.council.preparing_team
    rights.set_role(
        actor=stage.dgs, obj=stage.root, principal=meetings_team, role=Role.EDITOR, now=NOW
    )
    following_one = stage.meeting(starts_at=NOV_30 + 7 * DAY)
    Meeting.objects.filter(pk=following_one.pk).update(agenda_frozen_at=NOW, convened_at=NOW)
    after = NOV_30 + 8 * DAY
    case = Case(meeting, more={"meeting": meeting, "next": following_one, "present": []})

    def go(verb, when, *present):
        case.now, case.at, case.more["present"] = when, max(case.at, when), present
        SESSION[verb].do(people.actor("dgs", when), case)

    def look_at(state, *present):
        case.more["present"] = present
        try_all(people, workflow.MEETING, SESSION, state, case, state_of)

    def aside(state, *how):
        with transaction.atomic():
            go(*how)
            look_at(state)
            transaction.set_rollback(True)
        case.now = case.at = NOW

    look_at(MeetingState.PREPARATION)
    go("freeze", NOW)
    look_at(MeetingState.SETTLED)
    go("convene", NOW)
    aside(MeetingState.CANCELLED, "cancel", NOW)
    aside(MeetingState.NO_QUORUM, "miss_quorum", NOV_30, *stage.members[:2])
    look_at(MeetingState.CONVENED, *stage.members)
    go("open", NOV_30, *stage.members)
    look_at(MeetingState.OPEN)
    go("adjourn", NOV_30 + 5 * MINUTE)
    look_at(MeetingState.ADJOURNED)
    go("draft_minutes", after)
    look_at(MeetingState.MINUTES_DRAFTED)
    go("settle_minutes", after)
    look_at(MeetingState.MINUTES_SETTLED)
    go("close", after)
    look_at(MeetingState.CLOSED)


# --- an act ------------------------------------------------------------------------------------

KEEP = PREPARE


def on_act(act, **more):
    return lambda actor, case: act(actor=actor, act=case.row, now=case.now, **more)


def publish_act(actor, case):
    if state_of(case) == ActState.SIGNED:
        # Only what is not sent to the prefecture is in force by its publication alone.
        type(case.row).objects.filter(pk=case.row.pk).update(transmissible=False)
    return formalities.note_publication(
        actor=actor, act=case.row, mode=PublicationMode.ELECTRONIC, on=TODAY, now=case.now
    )


ACT = {
    "present": Hand(on_act(signing.present_for_signature), KEEP, again=True),
    "cancel": Hand(on_act(signing.cancel_number, reason="À refaire"), KEEP),
    "send_back": Hand(on_act(signing.send_back, reason="Une faute"), KEEP | {"mayor"}),
    "sign": Hand(
        on_act(signing.note_signature, signed_on=TODAY, mode=SignatureMode.PAPER), KEEP, again=True
    ),
    "transmit": Hand(on_act(formalities.note_transmission, at=AFTER), KEEP, again=True),
    "receive": Hand(
        on_act(formalities.note_receipt, received_on=TODAY, receipt_id="038-X"),
        KEEP,
        after="transmit",
        again=True,
    ),
    "enforce": Hand(publish_act, KEEP, again=True),
}


def test_an_act_from_its_draft_to_its_force(people):
    stage = people.stage
    dgs = people.actor("dgs", AFTER)
    act = order(stage, dgs, type=ActType.REGULATION, transmissible=True)
    case = Case(act, now=AFTER)

    def look_at(state):
        try_all(people, workflow.ACT, ACT, state, case, state_of)

    look_at(ActState.DRAFT)
    with transaction.atomic():
        ACT["cancel"].do(dgs, case)
        look_at(ActState.CANCELLED)
        transaction.set_rollback(True)
    for verb, state in (
        ("present", ActState.TO_SIGN),
        ("sign", ActState.SIGNED),
        ("transmit", ActState.TRANSMITTED),
        ("receive", ActState.RECEIPT),
        ("enforce", ActState.IN_FORCE),
    ):
        if verb == "transmit":
            type(act).objects.filter(pk=act.pk).update(state=ActState.TO_TRANSMIT)
            look_at(ActState.TO_TRANSMIT)
        ACT[verb].do(dgs, case)
        look_at(state)


# --- what a decision asks, opinions, questions, pieces, pouvoirs ---------------------------------


def test_what_a_decision_asks(people):
    """Moves are told by where they lead: every state is tried from every state."""
    stage, dgs = people.stage, people.actor("dgs", AFTER)
    (act,) = drafting.draft_deliberations(actor=dgs, meeting=held(stage, ("Bancs",)), now=AFTER)
    one = following.entrust(
        actor=dgs, act=act, what="Commander", due_on=TODAY + DAY, person=stage.agent, now=AFTER
    )
    table = workflow.FOLLOW_UP
    for state in table.moves:
        FollowUp.objects.filter(pk=one.pk).update(state=state, reason="Une raison")
        for target in FollowUpState:
            hand = Hand(
                lambda actor, case, target=target: following.advance(
                    actor=actor, follow_up=one, state=target, reason="Une raison", now=AFTER
                )
            )
            raised, then = attempt(hand, people.actor("author", AFTER), Case(one), state_of)
            legal = target == state or target in table.moves[state].values()
            assert (raised, then) == (("", target) if legal else ("refused", state))
    for name in people.names:
        raised, _ = attempt(hand, people.actor(name, AFTER), Case(one), state_of)
        assert (raised == "") is (name in WRITE | {"mayor"}), name


def on_row(name, act, **more):
    return lambda actor, case: act(actor=actor, now=case.now, **{name: case.row}, **more)


def test_an_opinion(people):
    stage = people.stage
    service = team(stage.organisation, "Finances", TeamKind.SERVICE, stage.agent)
    advice = advising.ask_advice(
        actor=stage.dgs, item=stage.item(), team=service, due_on=NOW.date() + DAY, now=NOW
    )
    said = {"opinion": Opinion.RESERVED, "words": "Si…", "given_on": NOW.date()}
    hands = {
        "record": Hand(on_row("advice", advising.record_advice, **said), WRITE),
        "release": Hand(on_row("advice", advising.release_advice), again=True),
    }

    def put(state):
        case = Case(advice)
        for verb in ("record", "release")[: list(AdviceState).index(state)]:
            hands[verb].do(stage.dgs, case)
        return case

    walk(people, workflow.ADVICE, hands, put, state_of)


def test_a_piece_asked_for_an_oral_question_and_a_pouvoir(people):
    stage = people.stage
    meeting = convened(stage)
    row = {"organisation": stage.organisation, "meeting": meeting}
    asker = row | {"person": stage.members[2], "source": AnswerSource.LINK, "asked_at": NOW}
    request = PieceRequest.objects.create(what="Le devis", due_on=NOW.date(), **asker)
    question = OralQuestion.objects.create(subject="L’école", text="Quand ?", **asker)
    proxy = Proxy.objects.create(
        giver=stage.members[2], holder=stage.members[3], state=ProxyState.TO_CONFIRM,
        source=AnswerSource.LINK, given_at=NOW, **row,
    )  # fmt: skip
    answered = {"answer": "Voilà", "answered_at": NOW, "answered_by": stage.dgs_person}
    settled = {"settled_at": NOW, "settled_by": stage.dgs_person, "reason": "Non"}
    point = stage.item()
    comes = {"meeting": meeting, "person": stage.members[2], "intent": Intent.PRESENT}

    def put(row, facts, first):
        def with_state(state):
            changed = {"state": state} | (facts(state) if state != first else {})
            type(row).objects.filter(pk=row.pk).update(**changed)
            return Case(row)

        return with_state

    hands = {
        "give": Hand(on_row("request", asking.give_piece, words="Voilà")),
        "refuse": Hand(on_row("request", asking.refuse_piece, reason="Non")),
    }
    first = RequestState.ASKED
    walk(people, workflow.REQUEST, hands, put(request, lambda _: answered, first), state_of)
    hands = {
        "accept": Hand(on_row("question", questioning.accept_question), PREPARE | {"mayor"}),
        "put_off": Hand(on_row("question", questioning.put_off_question), PREPARE | {"mayor"}),
        "refuse": Hand(
            on_row("question", questioning.refuse_question, reason="Non"), PREPARE | {"mayor"}
        ),
    }
    first = QuestionState.RECEIVED

    def settled_as(state):
        return settled | {"item": None if state == QuestionState.REFUSED else point}

    walk(people, workflow.QUESTION, hands, put(question, settled_as, first), state_of)

    def dates(state):
        live = state == ProxyState.CONFIRMED
        return {"ended_at": None if live else NOW, "confirmed_at": NOW if live else None}

    hands = {
        "confirm": Hand(on_row("proxy", answering.confirm_proxy)),
        "revoke": Hand(
            lambda actor, case: answering.note_answer(actor=actor, now=case.now, **comes),
            again=True,
        ),
    }
    first = ProxyState.TO_CONFIRM
    walk(people, workflow.PROXY, hands, put(proxy, dates, first), state_of)


def test_a_pouvoir_falls_with_the_mandate_and_comes_back_with_its_giver_s_absence(stage):
    meeting = convened(stage)
    giver, holder = stage.members[2], stage.members[3]
    row = {"organisation": stage.organisation, "meeting": meeting, "given_at": NOW}
    for state in workflow.PROXY.moves:
        confirmed = NOW if state == ProxyState.CONFIRMED else None
        live = workflow.PROXY.allows(state, "lapse")
        with transaction.atomic():
            proxy = Proxy.objects.create(
                giver=giver, holder=holder, state=state, source=AnswerSource.LINK,
                confirmed_at=confirmed, ended_at=None if live else NOW, **row,
            )  # fmt: skip
            ending.end(
                actor=stage.dgs,
                mandate=stage.mandate(giver),
                facts=ending.EndingFacts(EndReason.DEATH, NOW.date()),
                now=NOW,
            )
            assert state_of(Case(proxy)) == (ProxyState.LAPSED if live else state)
            transaction.set_rollback(True)
    proxy = Proxy.objects.create(
        giver=giver, holder=holder, state=ProxyState.CONFIRMED, source=AnswerSource.LINK,
        confirmed_at=NOW, **row,
    )  # fmt: skip
    live = Live(stage, meeting).roll(*(one for one in stage.members if one != giver)).open()
    entry = live.arrives(giver)
    live.close(adjourn_the_rest=True)
    assert state_of(Case(proxy)) == ProxyState.LAPSED
    closing = SessionEntry.objects.get(kind=EntryKind.CLOSED)
    recording.cancel_entry(actor=stage.dgs, entry=closing, now=live.at)
    recording.cancel_entry(actor=stage.dgs, entry=entry, now=live.at)
    assert state_of(Case(proxy)) == ProxyState.CONFIRMED


# --- a convocation -----------------------------------------------------------------------------


def test_a_convocation_moves_as_its_table_says_and_no_other_way(people):  # noqa: C901
    """Mail servers, returned reports, hands and a modificatif, in every state: all the moves of the
    table are seen, and none beside them."""
    stage = people.stage
    convening.convene(actor=stage.dgs, meeting=stage.frozen(), now=NOW)
    one = Convocation.objects.get(person=stage.members[4])
    mail = Mail.objects.get(message_id=one.message_id)
    later = NOW + MINUTE

    def outcome(state, at):
        def do(_actor, _case):
            mail.state, mail.error, mail.response = state, "", ""
            mail.handed_over_at = at if state != MailState.FAILED else None
            mail.save()
            handing_over.note_outcome(mail, at)

        return do

    def report(action):
        fate = Fate(one.address, action, "5.1.1" if action is Action.FAILED else "2.0.0", "")
        return lambda _actor, _case: returning.note_return(mail, fate, later)

    def another_edition(_actor, _case):
        edition = DossierEdition.objects.get()
        convening._replace_former(DossierEdition(pk=edition.pk + 1, meeting=edition.meeting, n=2))

    def by_hand(actor, _case):
        return handing_over.hand_over_paper(actor=actor, convocation=one, given_at=later, now=later)

    def again(actor, _case):
        return handing_over.send_again(actor=actor, convocation=one, now=later)

    happens = {
        "accepted": outcome(MailState.ACCEPTED, later),
        "uncertain": outcome(MailState.UNCERTAIN, later),
        "failed": outcome(MailState.FAILED, later),
        "failed late": outcome(MailState.FAILED, NOV_30),
        "returned": report(Action.FAILED),
        "delivered": report(Action.DELIVERED),
        "replaced": another_edition,
        "paper": by_hand,
        "again": again,
    }
    seen = {}
    for state in workflow.CONVOCATION.moves:
        gone = state not in ("to_send", "replaced", "too_late", "failed")
        Convocation.objects.filter(pk=one.pk).update(
            state=state,
            channel=Channel.PAPER if state == "sent" else Channel.EMAIL,
            handed_over_at=NOW if gone else None,
            failed_at=NOW if state == "failed" else None,
            failure="Adresse inconnue" if state == "failed" else "",
        )
        for name, do in happens.items():
            if name == "paper" and state == "to_send":
                continue  # only a convocation on paper: below
            _, then = attempt(Hand(do), people.actor("dgs", later), Case(one), state_of)
            if then != state:
                seen.setdefault((state, then), name)
        for do in (by_hand, again) if state == "failed" else ():
            for name in people.names:
                raised, then = attempt(Hand(do), people.actor(name, later), Case(one), state_of)
                assert (raised == "not theirs") is (name not in PREPARE), (name, state)
    paper = Convocation.objects.get(channel=Channel.PAPER)
    handing_over.hand_over_paper(actor=stage.dgs, convocation=paper, given_at=later, now=later)
    seen["to_send", state_of(Case(paper))] = "paper"
    table = {
        (state, then) for state, row in workflow.CONVOCATION.moves.items() for then in row.values()
    }
    assert set(seen) == table


def test_no_move_is_without_a_hand():
    """What is not a hand's is tried above by its own test, or there."""
    elsewhere = {
        "reconsider": "above",
        "reconsider_tabled": "above",
        "table": "tests/council/test_on_the_table.py",
        "take_back": "tests/council/test_amending.py",
        "prepare": "tests/council/test_prefecture.py",
        "record": "above",
    }
    tried = {
        workflow.ITEM.name: {*POINT, *DECIDED, *elsewhere},
        workflow.MEETING.name: set(SESSION),
        workflow.ACT.name: {*ACT, "prepare"},
    }
    for table in (workflow.ITEM, workflow.MEETING, workflow.ACT):
        verbs = {verb for row in table.moves.values() for verb in row}
        assert verbs <= tried[table.name], table.name
    assert {one.name for one in workflow.ALL} - set(tried) == {
        "convocation", "suite", "pouvoir", "avis", "demande de pièce", "question orale",
    }  # fmt: skip
