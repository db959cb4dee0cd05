"""Delivery reports: which of our messages one is about, and whether it is believed."""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import transaction

from accounts.mail.registry import mail_kinds
from accounts.mail.reports import Report, read_report
from accounts.mail.returning import carries_a_word, returned_uid
from accounts.models import Mail, Organisation

#: What is noted of a report.
NOTED, UNKNOWN, NO_REPORT = "returned", "unknown", "no_report"
log = logging.getLogger(__name__)


def take_report(raw: bytes, *, now: datetime, organisation: Organisation | None = None) -> str:
    """Tell the message's own kind what its server says of it. Returns what was decided.

    A report about nothing that we sent, forged, or about somebody else's message changes nothing.
    ``organisation`` limits it to the messages of whoever brought the report.
    """
    report = read_report(raw)
    if report is None:
        return NO_REPORT
    with transaction.atomic():
        mail = _mail_of(report)
        if mail is None or mail.handed_over_at is None:
            return UNKNOWN
        if organisation is not None and mail.organisation_id != organisation.pk:
            return UNKNOWN
        returned = mail_kinds.get(mail.kind).returned
        if returned is None:
            return UNKNOWN
        fates = [one for one in report.fates if _is_of(mail, one.recipient, report)]
        if not fates:
            log.info("a report on %s names somebody else", mail.uid)
            return UNKNOWN
        returned(mail, fates[0], now)
    return NOTED


def _mail_of(report: Report) -> Mail | None:
    """By the address that the report was sent to; else by the message that it returns, whose
    identifier only its recipients ever had. When it says both, both must agree."""
    sent = Mail.objects.select_related("person", "organisation")
    uid = returned_uid(report.sent_to)
    if uid is None:
        if carries_a_word(report.sent_to):
            return None  # an address of ours whose word is wrong: made up
        if not report.message_id:
            return None
        return sent.filter(message_id=report.message_id).first()
    mail = sent.filter(uid=uid).first()
    if mail is not None and report.message_id and report.message_id != mail.message_id:
        return None
    return mail


def _is_of(mail: Mail, recipient: str, report: Report) -> bool:
    """One of several recipients must be ours by name; a lone one may be where a mailbox forwards,
    when the report came to the message's own address."""
    if recipient == mail.address.casefold():
        return True
    return len(report.fates) == 1 and returned_uid(report.sent_to) == mail.uid
