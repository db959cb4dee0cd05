"""Trying again what failed for good."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.access import can_administer
from accounts.actor import Actor
from accounts.audit import record
from accounts.audit.acts import JOB_RETRIED
from accounts.failures import subject_of, visible_failures
from config.lib.access import refuse, require
from config.work.services import retry_failed


@transaction.atomic
def retry(*, actor: Actor, uid: UUID, now: datetime) -> bool:
    """Give a failed job of the acting organisation a new life. False when it runs again already.

    Raises Refused without the right, or for what is done again from its own page.
    """
    require(can_administer(actor))
    job = visible_failures(actor).select_for_update(of=("self",)).filter(uid=uid).first()
    if job is None:
        return False
    elsewhere = subject_of(actor, job).elsewhere
    if elsewhere:
        require(refuse(elsewhere))
    if not retry_failed(job, now=now):
        return False
    record(actor, JOB_RETRIED, None, now=now, data={"job": str(job.uid), "kind": job.kind})
    return True
