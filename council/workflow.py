"""The moves of the council, as data. The diagrams in the docs are drawn from these tables."""

from __future__ import annotations

from config.lib.workflow import Workflow
from council.enums import (
    ActState,
    AdviceState,
    ConvocationState,
    FollowUpState,
    ItemState,
    MeetingState,
    ProxyState,
    QuestionState,
    RequestState,
)

I, M, C, A = ItemState, MeetingState, ConvocationState, ActState  # noqa: E741
F, P, Q, R, V = FollowUpState, ProxyState, QuestionState, RequestState, AdviceState

_OUTCOMES = {
    "adopt": I.ADOPTED,
    "adopt_amended": I.AMENDED,
    "reject": I.REJECTED,
    "adjourn": I.ADJOURNED,
    "withdraw": I.WITHDRAWN,
    "postpone": I.POSTPONED,
    "note": I.NOTED,
}

#: What was entered by mistake in session, or lost its vote, is put back before the minutes exist.
_BACK = {"reconsider": I.FROZEN}
#: What came on the table goes back there; nothing of it is ever put to the vote.
_BACK_OR_TABLED = {**_BACK, "reconsider_tabled": I.TABLED}

#: A returned point keeps its place; a postponed one is cloned into the next meeting, with a link.
ITEM = Workflow(
    "point",
    {
        I.DRAFT: {"propose": I.PROPOSED, "mark_ready": I.READY, "abandon": I.ABANDONED},
        I.PROPOSED: {
            "return": I.RETURNED,
            "mark_ready": I.READY,
            "abandon": I.ABANDONED,
        },
        I.RETURNED: {"propose": I.PROPOSED, "mark_ready": I.READY, "abandon": I.ABANDONED},
        I.READY: {
            "list": I.LISTED,
            "table": I.TABLED,
            "return": I.RETURNED,
            "take_back": I.DRAFT,
            "abandon": I.ABANDONED,
        },
        I.LISTED: {
            "freeze": I.FROZEN,
            "unlist": I.READY,
            "return": I.RETURNED,
            "withdraw": I.WITHDRAWN,
        },
        I.FROZEN: {"unfreeze": I.LISTED, **_OUTCOMES},
        I.TABLED: {
            "note": I.NOTED,
            "withdraw": I.WITHDRAWN,
            "adjourn": I.ADJOURNED,
            "postpone": I.POSTPONED,
        },
        I.ADJOURNED: _BACK_OR_TABLED,
        I.ADOPTED: _BACK,
        I.AMENDED: _BACK,
        I.REJECTED: _BACK,
        I.WITHDRAWN: _BACK_OR_TABLED,
        I.POSTPONED: _BACK_OR_TABLED,
        I.NOTED: _BACK_OR_TABLED,
        I.ABANDONED: {},
    },
)

#: The state of a meeting is deduced; this table says which fact may be recorded next.
MEETING = Workflow(
    "séance",
    {
        M.PREPARATION: {"freeze": M.SETTLED, "cancel": M.CANCELLED},
        M.SETTLED: {"unfreeze": M.PREPARATION, "convene": M.CONVENED, "cancel": M.CANCELLED},
        M.CONVENED: {
            "open": M.OPEN,
            "miss_quorum": M.NO_QUORUM,
            "cancel": M.CANCELLED,
            "amend": M.CONVENED,
        },
        M.OPEN: {"adjourn": M.ADJOURNED, "correct_opening": M.CONVENED},
        M.NO_QUORUM: {"correct_quorum": M.CONVENED, "draft_minutes": M.MINUTES_DRAFTED},
        M.ADJOURNED: {"draft_minutes": M.MINUTES_DRAFTED, "correct_closing": M.OPEN},
        M.MINUTES_DRAFTED: {"settle_minutes": M.MINUTES_SETTLED},
        M.MINUTES_SETTLED: {"close": M.CLOSED},
        M.CLOSED: {},
        M.CANCELLED: {},
    },
)

#: One attempt in flight. « Incertaine » is resolved by a person, never by sending twice alone.
CONVOCATION = Workflow(
    "convocation",
    {
        C.TO_SEND: {
            "accept": C.ACCEPTED,
            "doubt": C.UNCERTAIN,
            "hand_over_paper": C.SENT,
            "miss": C.TOO_LATE,
            "fail": C.FAILED,
            "replace": C.REPLACED,
        },
        # Given into a hand, or posted: no server says anything of it.
        C.SENT: {},
        C.ACCEPTED: {"deliver": C.DELIVERED, "fail": C.FAILED},
        C.UNCERTAIN: {
            "accept": C.ACCEPTED,
            "retry": C.TO_SEND,
            "fail": C.FAILED,
            "miss": C.TOO_LATE,
            "hand_over_paper": C.SENT,
        },
        C.FAILED: {
            "accept": C.ACCEPTED,
            "doubt": C.UNCERTAIN,
            "retry": C.TO_SEND,
            "hand_over_paper": C.SENT,
            "miss": C.TOO_LATE,
            "replace": C.REPLACED,
        },
        C.TOO_LATE: {"replace": C.REPLACED},
        # Its message was already on the wire when another edition replaced it.
        C.REPLACED: {"accept": C.ACCEPTED, "doubt": C.UNCERTAIN},
        C.DELIVERED: {},
    },
)

#: Publication and notification are dated facts, possible from « signé » on; whichever formality
#: comes last brings the act into force (``council.rules.enforce``). A number given is never given
#: again: an act that will not be signed keeps its own, cancelled, with the reason.
ACT = Workflow(
    "acte",
    {
        A.DRAFT: {"present": A.TO_SIGN, "cancel": A.CANCELLED},
        A.TO_SIGN: {"sign": A.SIGNED, "send_back": A.DRAFT, "cancel": A.CANCELLED},
        A.SIGNED: {"prepare": A.TO_TRANSMIT, "transmit": A.TRANSMITTED, "enforce": A.IN_FORCE},
        A.TO_TRANSMIT: {"transmit": A.TRANSMITTED},
        A.TRANSMITTED: {"receive": A.RECEIPT},
        A.RECEIPT: {"enforce": A.IN_FORCE},
        A.IN_FORCE: {},
        A.CANCELLED: {},
    },
)

#: What a decision asks of somebody. What was done by mistake opens again.
FOLLOW_UP = Workflow(
    "suite",
    {
        F.TODO: {"start": F.DOING, "finish": F.DONE, "abandon": F.ABANDONED},
        F.DOING: {"finish": F.DONE, "abandon": F.ABANDONED, "put_back": F.TODO},
        F.DONE: {"reopen": F.DOING},
        F.ABANDONED: {"reopen": F.DOING},
    },
)

#: What was revoked or fell in session comes back when the entry that ended it is taken back.
PROXY = Workflow(
    "pouvoir",
    {
        P.TO_CONFIRM: {"confirm": P.CONFIRMED, "revoke": P.REVOKED, "lapse": P.LAPSED},
        P.CONFIRMED: {"revoke": P.REVOKED, "lapse": P.LAPSED},
        P.REVOKED: {"restore": P.CONFIRMED},
        P.LAPSED: {"restore": P.CONFIRMED},
    },
)

#: Recorded again while it is inside; once the members have it, it changes no more.
ADVICE = Workflow(
    "avis",
    {
        V.ASKED: {"record": V.GIVEN},
        V.GIVEN: {"record": V.GIVEN, "release": V.RELEASED},
        V.RELEASED: {},
    },
)

#: The answer is dated and everybody reads it: there is one.
REQUEST = Workflow(
    "demande de pièce",
    {R.ASKED: {"give": R.GIVEN, "refuse": R.REFUSED}, R.GIVEN: {}, R.REFUSED: {}},
)

QUESTION = Workflow(
    "question orale",
    {
        Q.RECEIVED: {"accept": Q.ACCEPTED, "put_off": Q.PUT_OFF, "refuse": Q.REFUSED},
        Q.ACCEPTED: {},
        Q.PUT_OFF: {},
        Q.REFUSED: {},
    },
)

ALL = (ITEM, MEETING, CONVOCATION, ACT, FOLLOW_UP, PROXY, ADVICE, REQUEST, QUESTION)
