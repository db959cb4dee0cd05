"""What signed acts still want before they are in force, and doing it for several at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.actor import Actor
from config.lib.access import Refused
from config.lib.storage import blobs
from council.access_acts import kept_registers
from council.access_public import PUBLISHED_SORTS
from council.dossier import ctes
from council.enums import ActState, PublicationMode, SignatureMode
from council.models import Act, Transmission
from council.services.acts import formalities, posting, publishing, signing, transmitting
from council.services.acts.settings import mode_on
from council.services.refusals import Refusal
from documents.services import filing
from documents.services.refusals import Refusal as NotDone

SIGN, SEND, RECEIPT, PUBLISH, NOTIFY = "signer", "transmettre", "accuse", "publier", "notifier"
STEPS = (SIGN, SEND, RECEIPT, PUBLISH, NOTIFY)

_KNOWN_BY_PUBLICATION = Q(type__in=PUBLISHED_SORTS, nominative=False)


@dataclass
class Outcome:
    """What was done, and for each act that was not, why."""

    done: list[Act] = field(default_factory=list)
    left: list[tuple[str, str]] = field(default_factory=list)


def waiting_for(actor: Actor, step: str) -> QuerySet[Act]:
    """The acts of the registers that one keeps which wait for that step, oldest first."""
    kept = Act.objects.filter(
        organisation=actor.organisation, register__in=kept_registers(actor).values("pk")
    )
    if step == SIGN:
        rows = kept.filter(state=ActState.TO_SIGN)
    elif step == SEND:
        rows = kept.signed().filter(transmissible=True, transmitted_at=None, received_on=None)
    elif step == RECEIPT:
        rows = kept.signed().filter(
            transmissible=True, transmitted_at__isnull=False, received_on=None
        )
    elif step == PUBLISH:
        rows = kept.signed().filter(_KNOWN_BY_PUBLICATION, published_on=None)
    else:
        rows = kept.signed().exclude(_KNOWN_BY_PUBLICATION).filter(notified_on=None)
    return rows.select_related("register").order_by("dated", "year", "number", "pk")


def sign_together(*, actor: Actor, acts: Iterable[Act], on: date, now: datetime) -> Outcome:
    """All were signed by hand that day; the papers stay at the town hall."""
    return _each(
        acts,
        lambda act: signing.note_signature(
            actor=actor, act=act, signed_on=on, mode=SignatureMode.PAPER, now=now
        ),
    )


def send_together(*, actor: Actor, acts: Iterable[Act], on: date, now: datetime) -> Outcome:
    """All left for the prefecture that day."""
    zone = ZoneInfo(actor.organisation.timezone)
    at = min(now, datetime.combine(on, time(12), tzinfo=zone))
    return _each(
        acts, lambda act: formalities.note_transmission(actor=actor, act=act, at=at, now=now)
    )


def publish_together(*, actor: Actor, acts: Iterable[Act], on: date, now: datetime) -> Outcome:
    """All are put online today or, where the council chose it, were posted that day. One in which
    a name has still to be looked at stays, and says so."""
    if mode_on(actor.organisation, on) == PublicationMode.POSTING:
        dates = posting.PostingDates(posted_on=on, by=actor.person.full_name)
        return _each(
            acts,
            lambda act: posting.note_act_posting(actor=actor, act=act, dates=dates, now=now),
        )
    return _each(
        acts,
        lambda act: publishing.publish_act(
            actor=actor, act=act, mode=PublicationMode.ELECTRONIC, on=actor.today, now=now
        ),
    )


def take_receipts(*, actor: Actor, files: Iterable[filing.Received], now: datetime) -> Outcome:
    """Each receipt finds its act by the identifier that it bears."""
    outcome = Outcome()
    for received in files:
        try:
            with blobs().path(received.stored.key).open("rb") as file:
                told = ctes.read_receipt(file.read(ctes.MOST_BYTES + 1))
            act = _act_of(actor, told.unique_id)
            if act is None:
                raise Refusal("Aucun acte de vos registres n’attend cet accusé.")
            with transaction.atomic():
                done = transmitting.take_receipt(actor=actor, act=act, received=received, now=now)
        except (Refusal, NotDone, Refused, ctes.NotAReceipt) as refused:
            outcome.left.append((received.name, str(refused)))
        else:
            outcome.done.append(done)
    return outcome


def _act_of(actor: Actor, unique_id: str) -> Act | None:
    waiting = waiting_for(actor, RECEIPT) | waiting_for(actor, SEND)
    sent = Transmission.objects.filter(act__in=waiting, unique_id=unique_id).first()
    if sent is not None:
        return waiting.get(pk=sent.act_id)
    related = waiting.select_related("organisation", "register")
    return next((act for act in related if transmitting.is_of(act, unique_id)), None)


def _each(acts: Iterable[Act], do: Callable[[Act], object]) -> Outcome:
    """What one act refuses keeps no other back."""
    outcome = Outcome()
    for act in acts:
        try:
            with transaction.atomic():
                do(act)
        except (Refusal, NotDone, Refused) as refused:
            outcome.left.append((str(act), str(refused)))
        else:
            outcome.done.append(act)
    return outcome
