"""The same dossier again, to one member: the letter of the same edition, with the same link."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from accounts.actor import Actor
from accounts.audit import record
from accounts.enums import NoticeClass
from accounts.mail import queue_mail
from accounts.models import Mail
from config.lib.access import require
from council import audit
from council.access import HANDED_OVER, can_prepare_meeting
from council.enums import Channel, FactKind
from council.models import Convocation, SendingFact
from council.services import handing_over, sending_facts
from council.services.handing_over import NotRetriable
from council.services.locking import lock_convocation
from council.services.refusals import Refusal
from council.workflow import CONVOCATION

#: The kind of mail, declared in ``council.jobs``; its payload is ``{"convocation": uid}``.
COPY_MAIL = "council.convocation_copy"
#: A second click, or a second colleague, within this time is the same copy.
TOGETHER = timedelta(minutes=2)
MOST_COPIES = 5


class TooManyCopies(Refusal):
    """One goes on sending what does not arrive."""


@transaction.atomic
def resend(*, actor: Actor, convocation: Convocation, now: datetime) -> Convocation:
    """Send a member their convocation again. What failed starts anew, within the legal time; what
    had left keeps the instant that the law counts, and a copy follows."""
    locked = lock_convocation(convocation)
    require(can_prepare_meeting(actor, locked.meeting))
    if locked.channel == Channel.EMAIL and CONVOCATION.allows(locked.state, "retry"):
        return handing_over.send_again(actor=actor, convocation=locked, now=now)
    if locked.channel != Channel.EMAIL or locked.state not in HANDED_OVER:
        raise NotRetriable("Cette convocation n’est pas partie par courriel.")
    if locked.meeting.cancelled_at or now >= locked.meeting.starts_at:
        raise NotRetriable("La séance est annulée, ou a commencé.")
    if not locked.person.email:
        raise NotRetriable("Cette personne n’a plus d’adresse : remettez-lui le dossier papier.")
    copies = SendingFact.objects.filter(convocation=locked, kind=FactKind.COPY)
    if copies.filter(at__gt=now - TOGETHER).exists():
        return locked
    if copies.count() >= MOST_COPIES:
        raise TooManyCopies(
            f"Le dossier a déjà été renvoyé {MOST_COPIES} fois : appelez cette personne, ou "
            "remettez-lui le dossier papier."
        )
    mail = queue_mail(
        COPY_MAIL,
        person=locked.person,
        organisation=locked.organisation,
        payload={"convocation": str(locked.uid)},
        notice_class=NoticeClass.LEGAL,
        now=now,
        not_after=locked.meeting.starts_at,
    )
    sending_facts.note(
        locked, FactKind.COPY, at=now, mail=mail, by=actor.person, address=locked.person.email
    )
    record(actor, audit.CONVOCATION_COPIED, locked, now=now)
    return locked


def why_not_leave(mail: Mail, now: datetime) -> str:
    """The last check of a copy."""
    convocation = handing_over.of_mail(mail)
    if convocation.meeting.cancelled_at:
        return "La séance est annulée."
    if now >= convocation.meeting.starts_at:
        return "La séance a commencé."
    if handing_over.has_left(convocation, now):
        return handing_over.MANDATE_ENDED
    return ""


def note_outcome(mail: Mail, now: datetime) -> None:
    """What became of a copy."""
    sending_facts.settle(mail, FactKind.COPY, now)
