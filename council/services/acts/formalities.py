"""What makes an act enforceable: transmission, receipt, publication, notification (R-PUB-01)."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.db import transaction

from accounts.actor import Actor
from accounts.audit import Verb, record
from config.lib.access import require
from config.lib.clock import local_date
from council import audit
from council.access_acts import can_keep_act
from council.dossier import french
from council.enums import ActState, PublicationMode
from council.models import Act
from council.rules.enforce import enforceable_on
from council.services.acts.drafting import tell
from council.services.acts.locking import lock_act
from council.services.refusals import Missing, Refusal
from council.workflow import ACT
from documents.models import Version


class NotSigned(Refusal):
    """Nothing is done with an act that is not signed."""


class NotTransmissible(Refusal):
    """This sort of act does not go to the prefecture."""


class NeverPublished(Refusal):
    """It is about one person, or names people: it is notified to them."""


class WrongDay(Refusal):
    """A date that cannot be."""


@transaction.atomic
def note_transmission(*, actor: Actor, act: Act, at: datetime, now: datetime) -> Act:
    """The act left for the prefecture. Noted again, its day is put right until the receipt is
    there, which stays."""
    locked = _held(actor, act)
    if not locked.transmissible:
        raise NotTransmissible("Cet acte n’est pas soumis au contrôle de légalité.")
    if locked.transmitted_at == at or locked.received_on is not None:
        return locked
    _check_day(actor, locked, local_date(at, locked.organisation.timezone), "La transmission")
    locked.transmitted_at = at
    if ACT.allows(locked.state, "transmit"):
        locked.state = ACT.next(locked.state, "transmit")
    return _keep(actor, locked, audit.ACT_TRANSMITTED, now)


@transaction.atomic
def note_receipt(
    *, actor: Actor, act: Act, received_on: date, receipt_id: str, now: datetime
) -> Act:
    """The State's receipt came back: its identifier and its day (R-ACT-03)."""
    locked = _held(actor, act)
    if not locked.transmissible:
        raise NotTransmissible("Cet acte n’est pas soumis au contrôle de légalité.")
    _check_day(actor, locked, received_on, "L’accusé de réception")
    zone = ZoneInfo(locked.organisation.timezone)
    sent_on = locked.transmitted_at and local_date(locked.transmitted_at, zone.key)
    if sent_on and received_on < sent_on:
        raise WrongDay(
            "La préfecture n’a pas pu le recevoir avant son envoi "
            f"({french.long_date(sent_on, with_day=False)}) : vérifiez les deux jours."
        )
    if locked.transmitted_at is None:
        # It left on the day it was received, at the latest.
        locked.transmitted_at = min(now, datetime.combine(received_on, time(12), tzinfo=zone))
        if ACT.allows(locked.state, "transmit"):
            locked.state = ACT.next(locked.state, "transmit")
    locked.received_on = received_on
    locked.receipt_id = receipt_id.strip()[:80]
    if ACT.allows(locked.state, "receive"):
        locked.state = ACT.next(locked.state, "receive")
    return _keep(actor, locked, audit.ACT_RECEIVED, now)


@transaction.atomic
def note_publication(
    *,
    actor: Actor,
    act: Act,
    mode: PublicationMode,
    on: date,
    now: datetime,
    version: Version | None = None,
    posted_until: date | None = None,
    corrects: bool = False,
) -> Act:
    """The act was made public that day. ``version`` is the file shown, when it is another one
    than the signed original (something was hidden in it). Noted again, the first day stays, unless
    the new one ``corrects`` what was noted by mistake in the same mode."""
    locked = _held(actor, act)
    if locked.nominative:
        raise NeverPublished("Cet acte nomme des personnes : il leur est notifié, pas publié.")
    _check_day(actor, locked, on, "La publication")
    if posted_until is not None and posted_until < on:
        raise WrongDay("L’affichage ne peut pas finir avant d’avoir commencé.")
    wrong = corrects and locked.publication_mode == mode
    if locked.published_on is None or wrong:
        locked.published_on, locked.publication_mode = on, mode
    if posted_until is not None:
        locked.posted_until = posted_until
    if version is not None:
        locked.published_version = version
    return _keep(actor, locked, audit.ACT_PUBLISHED, now)


@transaction.atomic
def note_notification(*, actor: Actor, act: Act, on: date, to: str, now: datetime) -> Act:
    """The act was handed or posted to the person concerned."""
    locked = _held(actor, act)
    if not to.strip():
        raise Missing("Dites à qui l’acte a été notifié.")
    _check_day(actor, locked, on, "La notification")
    locked.notified_on, locked.notified_to = on, to.strip()[:200]
    return _keep(actor, locked, audit.ACT_NOTIFIED, now)


def _held(actor: Actor, act: Act) -> Act:
    locked = lock_act(act)
    require(can_keep_act(actor, locked))
    if not locked.is_signed:
        raise NotSigned("Cet acte n’est pas encore signé.")
    return locked


def _check_day(actor: Actor, act: Act, day: date, what: str) -> None:
    if day > actor.today:
        raise WrongDay(f"{what} ne peut pas être datée de demain ou plus tard.")
    if act.signed_on is not None and day < act.signed_on:
        raise WrongDay(
            f"{what} ne peut pas précéder la signature ({french.long_date(act.signed_on)})."
        )


def _keep(actor: Actor, act: Act, verb: Verb, now: datetime) -> Act:
    """Deduce whether the act is in force, then write and tell."""
    act.enforceable_on = enforceable_on(act.facts)
    if act.enforceable_on is not None and ACT.allows(act.state, "enforce"):
        act.state = ACT.next(act.state, "enforce")
    act.changed_at = now
    act.save()
    record(actor, verb, act, now=now)
    tell(actor, verb.code, act, now)
    if act.state == ActState.IN_FORCE:
        tell(actor, "council.act.in_force", act, now)
    return act
