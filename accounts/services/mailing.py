"""Handing messages over: one attempt in flight, and the truth about what became of each."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from accounts.enums import MailState
from accounts.mail import transport
from accounts.mail.content import MailContent, message_of, named_subject
from accounts.mail.registry import mail_kinds
from accounts.mail.returning import return_address
from accounts.mail.unsubscribing import unsubscribe_url
from accounts.models import Mail
from config.lib.clock import now as read_clock
from config.work.registry import Retry

# How long we insist when the cause sets no limit of its own.
PATIENCE = timedelta(days=2)
_WAITS = (1, 2, 5, 10, 20, 30)  # minutes before the next try; then the last one for ever
SETTLED = {MailState.ACCEPTED, MailState.FAILED, MailState.CANCELLED, MailState.UNCERTAIN}

NO_ADDRESS = "Cette personne n’a pas d’adresse de courriel."
TOO_LATE = "Le délai d’envoi est passé."
CUT = "L’envoi s’est interrompu avant la réponse du serveur."
BROKEN = "Ce courriel n’a pas pu être préparé."


class _TakenOver(Exception):
    """Another worker is already sending the body of this message."""


def hand_over(mail_id: int, *, now: datetime) -> None:
    """Try once to hand this message over. Raises Retry when it must be tried again later.

    The state goes to "sending" in its own transaction just before the body leaves. A message
    found in that state was being sent by a worker that died: nobody knows whether it left, it is
    uncertain, and it is never sent twice by itself.
    """
    prepared = _prepare(mail_id, now)
    if prepared is None:
        return
    mail, content = prepared
    message = message_of(mail, content, unsubscribe=unsubscribe_url(mail))
    try:
        answer = transport.deliver(
            message,
            before_body=lambda: _start_sending(mail),
            returns_to=return_address(mail.uid) if mail_kinds.get(mail.kind).returned else "",
        )
    except _TakenOver:
        return
    except transport.TryLater as later:
        _wait(mail, str(later), now)
    except transport.Refused as refused:
        _settle(
            mail.pk,
            MailState.FAILED,
            error="Le serveur a refusé ce courriel.",
            response=str(refused),
        )
    except transport.Unknown as unknown:
        _settle(mail.pk, MailState.UNCERTAIN, error=CUT, response=str(unknown))
    else:
        _settle(mail.pk, MailState.ACCEPTED, response=answer)


def abandon(mail_id: int, reason: str) -> None:
    """The job died for good: say so on the message, once. `reason` is for whoever repairs."""
    mail = Mail.objects.get(pk=mail_id)
    if mail.state == MailState.SENDING:
        _settle(mail_id, MailState.UNCERTAIN, error=CUT, response=reason)
    elif mail.state == MailState.QUEUED:
        _settle(mail_id, MailState.FAILED, error=BROKEN, response=reason)


def _locked(mail_id: int) -> Mail:
    return (
        Mail.objects.select_for_update(of=("self",), no_key=True)
        .select_related("person", "organisation")
        .get(pk=mail_id)
    )


def _prepare(mail_id: int, now: datetime) -> tuple[Mail, MailContent] | None:
    """The message to send, rendered for this moment; None when there is nothing to send."""
    with transaction.atomic():
        mail = _locked(mail_id)
        if mail.state in SETTLED:
            return None
        if mail.state == MailState.SENDING:
            _close(
                mail,
                MailState.UNCERTAIN,
                now,
                error=CUT,
            )
            return None
        if now > _limit(mail):
            _close(mail, MailState.FAILED, now, error=TOO_LATE)
            return None
        kind = mail_kinds.get(mail.kind)
        reason = kind.check(mail, now) if kind.check else ""
        if reason:
            _close(mail, MailState.CANCELLED, now, error=reason)
            return None
        if not mail.person.email:
            _close(mail, MailState.FAILED, now, error=NO_ADDRESS)
            return None
        content = kind.render(mail, now)
        mail.address = mail.person.email
        mail.subject = named_subject(mail.person.full_name, content.subject)
        mail.body = content.masked_text()
        mail.attempts += 1
        mail.save(update_fields=["address", "subject", "body", "attempts"])
        return mail, content


def _start_sending(mail: Mail) -> None:
    taken = Mail.objects.filter(pk=mail.pk, state=MailState.QUEUED).update(state=MailState.SENDING)
    if not taken:
        raise _TakenOver


def _limit(mail: Mail) -> datetime:
    return mail.not_after or mail.queued_at + PATIENCE


def _wait(mail: Mail, why: str, now: datetime) -> None:
    """Put the message back in the queue, or give up when its limit would be passed."""
    minutes = _WAITS[min(mail.attempts, len(_WAITS)) - 1]
    limit = _limit(mail)
    if now >= limit:
        _settle(mail.pk, MailState.FAILED, error=TOO_LATE, response=why)
        return
    Mail.objects.filter(pk=mail.pk, state__in=[MailState.QUEUED, MailState.SENDING]).update(
        state=MailState.QUEUED, error="Le serveur de courriel ne répond pas encore.", response=why
    )
    # The last try comes at the limit itself, not after it.
    after = min(timedelta(minutes=minutes), limit - now)
    raise Retry(why, after=after, free=True)


def _settle(mail_id: int, state: MailState, *, error: str = "", response: str = "") -> None:
    with transaction.atomic():
        mail = _locked(mail_id)
        settled_better = mail.state in SETTLED and not (
            mail.state == MailState.UNCERTAIN and state in {MailState.ACCEPTED, MailState.FAILED}
        )
        if not settled_better:
            _close(mail, state, read_clock(), error=error, response=response)


def _close(
    mail: Mail, state: MailState, now: datetime, *, error: str = "", response: str = ""
) -> None:
    mail.state = state
    mail.error = error
    mail.response = response or mail.response
    if state in {MailState.ACCEPTED, MailState.UNCERTAIN}:
        mail.handed_over_at = now
    mail.save(update_fields=["state", "error", "response", "handed_over_at"])
    settled = mail_kinds.get(mail.kind).settled
    if settled is not None:
        settled(mail, now)
