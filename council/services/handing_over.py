"""The moment that the law counts: a convocation handed over to the mail server, or into a hand.

The mail job asks ``why_not_leave`` just before sending and tells ``note_outcome`` what became of
the message; both are declared with the kind of mail in ``council.jobs``.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from accounts.audit import Verb, record
from accounts.enums import MailState
from accounts.models import Mail
from config.lib.access import require
from config.lib.clock import local_date
from config.work.services import emit
from council import audit
from council.access import can_prepare_meeting
from council.enums import Channel, ConvocationState, FactKind
from council.law import left_on_time, limit_of
from council.models import Convocation, Meeting
from council.services import convening, sending_facts, telling
from council.services.locking import lock_convocation
from council.services.refusals import Refusal
from council.workflow import CONVOCATION

C = ConvocationState
#: The message may be in somebody's mailbox, whatever was decided meanwhile.
_LEFT = (MailState.ACCEPTED, MailState.UNCERTAIN)
MANDATE_ENDED = "Le mandat de cette personne est terminé : rien ne part."
UNSENT = (C.TO_SEND, C.FAILED, C.UNCERTAIN)


class NotPaper(Refusal):
    """This convocation goes by mail."""


class NotRetriable(Refusal):
    """This convocation has left, or can no longer leave."""


class ImpossibleDate(Refusal):
    """A paper cannot have been given before it was printed, nor in the future."""


def of_mail(mail: Mail) -> Convocation:
    """The convocation that a message carries."""
    return Convocation.objects.select_related(
        "meeting__assembly__organisation",
        "person",
        "mandate",
        "edition__meeting__assembly__organisation",
    ).get(uid=mail.payload["convocation"])


def has_left(convocation: Convocation, now: datetime) -> bool:
    """Whether the mandate ended since the convocation was written: nothing leaves any more."""
    return not convocation.mandate.is_current(local_date(now, convocation.meeting.timezone))


def why_not_leave(mail: Mail, now: datetime) -> str:
    """The last check before the message leaves: "" to go on, or the reason in French.

    The delay is counted again at this very instant (R-CONV-08): an hour in a queue may be the
    hour too many.
    """
    convocation = of_mail(mail)
    meeting = convocation.meeting
    if convocation.message_id != mail.message_id:
        return "Cet envoi a été remplacé par un autre."
    if meeting.cancelled_at:
        return "La séance est annulée."
    if convocation.state == C.REPLACED:
        return "Le dossier a changé : une autre convocation remplace celle-ci."
    if has_left(convocation, now):
        return MANDATE_ENDED
    if convocation.state != C.TO_SEND:
        return "Cette convocation est déjà partie."
    if not left_on_time(convocation, now):
        return "Le délai légal est passé : la convocation n’est pas partie."
    return ""


def note_outcome(mail: Mail, now: datetime) -> None:
    """What became of the message, in the transaction that fixes it."""
    convocation = lock_convocation(of_mail(mail))
    known = (*UNSENT, C.REPLACED) if mail.state in _LEFT else UNSENT
    if convocation.message_id != mail.message_id or convocation.state not in known:
        return  # sent again, replaced, or given on paper meanwhile
    meeting = convocation.meeting
    convocation.address = mail.address or convocation.address
    convocation.server_reply = mail.response[:500]
    left_at = mail.handed_over_at or now
    left = mail.state in (MailState.ACCEPTED, MailState.UNCERTAIN)
    if left or mail.state == MailState.FAILED:
        sending_facts.note(
            convocation,
            FactKind.SENT if left else FactKind.REFUSED,
            at=left_at,
            mail=mail,
            address=convocation.address,
            words=mail.response if left else mail.error,
            outcome=MailState(mail.state).value,
        )
    if mail.state == MailState.ACCEPTED:
        convocation.handed_over_at = left_at
        convocation.accepted_at = left_at
        _settle(convocation, C.ACCEPTED, audit.CONVOCATION_HANDED, now)
        if not left_on_time(convocation, left_at):
            _alert(convocation, "late", now)
    elif mail.state == MailState.UNCERTAIN:
        convocation.handed_over_at = left_at
        _settle(convocation, C.UNCERTAIN, audit.CONVOCATION_UNCERTAIN, now)
        _alert(convocation, "uncertain", now)
    elif meeting.cancelled_at is None:
        late = not left_on_time(convocation, now)
        convocation.failed_at = now
        convocation.failure = (mail.error or "Le message n’a pas pu partir.")[:500]
        if has_left(convocation, now):
            convocation.failure = MANDATE_ENDED
            _settle(convocation, C.FAILED, audit.CONVOCATION_FAILED, now)
        elif late:
            _settle(convocation, C.TOO_LATE, audit.CONVOCATION_LATE, now)
            _alert(convocation, "too_late", now)
        else:
            _settle(convocation, C.FAILED, audit.CONVOCATION_FAILED, now)
            _alert(convocation, "failed", now)


@transaction.atomic
def hand_over_paper(
    *, actor: Actor, convocation: Convocation, given_at: datetime, now: datetime, how: str = ""
) -> Convocation:
    """Note that the paper dossier was given or posted at that moment.

    A late hand-over is noted as it was: the proof tells the truth (R-CONV-09).
    """
    locked = lock_convocation(convocation)
    require(can_prepare_meeting(actor, locked.meeting))
    rescue = locked.state in (C.FAILED, C.UNCERTAIN)
    if locked.channel != Channel.PAPER and not rescue:
        raise NotPaper("Cette convocation part par courriel.")
    if not CONVOCATION.allows(locked.state, "hand_over_paper"):
        raise NotRetriable("Cette convocation est déjà remise.")
    if given_at > now or given_at < locked.created_at:
        raise ImpossibleDate("La remise se fait après la convocation, et pas dans le futur.")
    locked.channel = Channel.PAPER
    locked.handed_over_at, locked.handed_over_by = given_at, actor.person
    locked.server_reply = how.strip()[:500]
    locked.state = CONVOCATION.next(ConvocationState(locked.state), "hand_over_paper")
    locked.failed_at, locked.failure = None, ""
    locked.save()
    record(actor, audit.CONVOCATION_PAPER, locked, now=now)
    if not left_on_time(locked, given_at):
        _alert(locked, "late", now)
    return locked


@transaction.atomic
def send_again(*, actor: Actor, convocation: Convocation, now: datetime) -> Convocation:
    """Try a failed or uncertain message again, to the address known today, within the delay."""
    locked = lock_convocation(convocation)
    require(can_prepare_meeting(actor, locked.meeting))
    if locked.channel != Channel.EMAIL or not CONVOCATION.allows(locked.state, "retry"):
        raise NotRetriable("Cette convocation est déjà partie, ou part sur papier.")
    if locked.meeting.cancelled_at:
        raise NotRetriable("La séance est annulée.")
    if not locked.person.email:
        raise NotRetriable("Cette personne n’a pas d’adresse : remettez-lui le dossier papier.")
    limit = limit_of(locked.edition)
    if now > limit:
        raise NotRetriable("Le délai légal est passé : remettez le dossier en main propre.")
    locked.state = CONVOCATION.next(ConvocationState(locked.state), "retry")
    locked.attempts += 1
    locked.failed_at, locked.failure, locked.handed_over_at = None, "", None
    locked.address = locked.person.email
    locked.save()
    convening.queue_convocation(locked, limit=limit, now=now)
    record(actor, audit.CONVOCATION_RETRIED, locked, now=now)
    return locked


def alarm(*, meeting_uid: str, now: datetime) -> int:
    """Hours before the limit: tell those who prepare what has not left. Returns how many."""
    meeting = (
        Meeting.objects.filter(uid=meeting_uid, cancelled_at=None)
        .select_related("assembly__organisation", "organisation")
        .first()
    )
    if meeting is None:
        return 0
    members = Convocation.objects.of_members(local_date(now, meeting.timezone))
    waiting = members.filter(meeting=meeting, state__in=UNSENT).count()
    if waiting:
        telling.tell_deadline(meeting, now=now)
        emit(
            "council.deadline.close",
            now=now,
            organisation_id=meeting.organisation_id,
            payload={"meeting": str(meeting.uid), "waiting": waiting},
        )
    return waiting


def _settle(convocation: Convocation, state: ConvocationState, verb: Verb, now: datetime) -> None:
    convocation.state = state
    convocation.save()
    record(
        None,
        verb,
        convocation,
        now=now,
        organisation=convocation.organisation,
        data={"state": state, "reply": convocation.server_reply[:100]},
    )


def _alert(convocation: Convocation, what: str, now: datetime) -> None:
    """Those who prepare the meeting must know at once."""
    telling.tell_trouble(convocation.meeting, now=now)
    emit(
        "council.convocation.alert",
        now=now,
        organisation_id=convocation.organisation_id,
        payload={
            "meeting": str(convocation.meeting.uid),
            "convocation": str(convocation.uid),
            "what": what,
        },
    )
