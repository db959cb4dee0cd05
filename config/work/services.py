"""Writing jobs and events in the transaction of their cause; running them afterwards."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from config.lib.clock import now as read_clock
from config.work.enums import JobState
from config.work.models import Delivery, Event, Job
from config.work.pulse import beating
from config.work.registry import GiveUp, Handler, JobRun, Retry, consumers, handlers

log = logging.getLogger(__name__)
REACT = "work.react"
_FOR_PEOPLE = {"gave_up", "retry", "died"}


def enqueue(
    kind: str,
    *,
    payload: dict[str, Any],
    now: datetime,
    organisation_id: int | None = None,
    dedupe: str = "",
    at: datetime | None = None,
) -> Job:
    """Write a job in the caller's transaction; a worker is woken once it commits.

    `payload` holds ids and codes only. With `dedupe`, a job of the same kind and key that is
    still waiting is returned instead of a second one (and brought forward if `at` is earlier).
    """
    known = handlers.get(kind)
    due = at or now
    try:
        with transaction.atomic():
            job = Job.objects.create(
                kind=kind,
                queue=known.queue,
                organisation_key=organisation_id,
                payload=payload,
                dedupe_key=dedupe,
                created_at=now,
                next_try_at=due,
            )
    except IntegrityError:
        if not dedupe:
            raise
        waiting = Job.objects.filter(kind=kind, dedupe_key=dedupe, state=JobState.WAITING)
        waiting.filter(next_try_at__gt=due).update(next_try_at=due)
        found = waiting.order_by("pk").first()
        if found is None:  # taken between the two statements: then a new one is right
            return enqueue(
                kind,
                payload=payload,
                now=now,
                organisation_id=organisation_id,
                dedupe=dedupe,
                at=at,
            )
        job = found
    if due <= now:
        transaction.on_commit(lambda: wake(job.pk, known.queue), robust=True)
    return job


def wake(job_id: int, queue: str) -> None:
    """Tell a worker. A lost message loses nothing: the beat finds what is due."""
    from config.work.tasks import run_job

    try:
        run_job.apply_async(kwargs={"job_id": job_id}, queue=queue, retry=False)
    except Exception as lost:  # noqa: BLE001 - the broker may be down in any way it likes
        log.warning("broker unreachable, job %s waits for the beat: %s", job_id, lost)


def emit(
    name: str,
    *,
    now: datetime,
    organisation_id: int | None,
    actor_id: int | None = None,
    payload: dict[str, Any],
) -> Event:
    """Say that something happened. Consumers react after commit, each once delivered."""
    event = Event.objects.create(
        name=name, organisation_key=organisation_id, actor_key=actor_id, payload=payload, at=now
    )
    interested = [c.name for _, c in consumers.items() if name in c.events]
    if interested:
        Delivery.objects.bulk_create(Delivery(event=event, consumer=c) for c in interested)
        enqueue(
            REACT,
            payload={"event": event.pk},
            now=now,
            organisation_id=organisation_id,
            dedupe=str(event.pk),
        )
    return event


def deliver(event_id: int, *, now: datetime) -> None:
    """Let every consumer that has not yet seen this event react to it."""
    for delivery in Delivery.objects.filter(event_id=event_id, delivered_at=None).order_by("pk"):
        with transaction.atomic():
            mine = (
                Delivery.objects.select_for_update(of=("self",))
                .filter(pk=delivery.pk, delivered_at=None)
                .select_related("event")
                .first()
            )
            if mine is not None:
                consumers.get(mine.consumer).react(mine.event)
                mine.delivered_at = now
                mine.save(update_fields=["delivered_at"])


def lease(job_id: int, *, now: datetime) -> Job | None:
    """Take a due job, or None when another worker has it or it is done."""
    with transaction.atomic():
        job = (
            Job.objects.due(now)
            .select_for_update(skip_locked=True, of=("self",))
            .filter(pk=job_id)
            .first()
        )
        if job is None:
            return None
        known = handlers.get(job.kind)
        if job.state == JobState.RUNNING and job.attempts >= known.max_attempts:
            # Its worker died each time: a poisonous job must not kill workers for ever.
            _fail(
                job, known, "Le traitement s’est interrompu plusieurs fois de suite.", "died", now
            )
            return None
        job.state = JobState.RUNNING
        job.attempts += 1
        job.fencing_token += 1
        job.lease_until = now + known.lease
        job.save(update_fields=["state", "attempts", "fencing_token", "lease_until"])
        return job


def run(job_id: int, *, now: datetime) -> bool:
    """Lease a job and do it. True when it was done here. Never raises what the handler raised."""
    job = lease(job_id, now=now)
    if job is None:
        return False
    known = handlers.get(job.kind)
    this_run = _run_of(job, known, now)

    def extend() -> bool:
        return bool(_mine(job).update(lease_until=read_clock() + known.lease))

    try:
        with beating(extend, lease=known.lease, longest=known.longest):
            known.run(this_run)
    except GiveUp as final:
        _close_failed(job, known, str(final), "gave_up")
    except Retry as later:
        _again(job, known, str(later), "retry", after=later.after, free=later.free)
    except Exception as broken:
        log.exception("job %s %s failed", job.kind, job.uid)
        _again(job, known, str(broken)[:500], type(broken).__name__)
    else:
        _mine(job).update(
            state=JobState.DONE, lease_until=None, finished_at=read_clock(), error="", error_code=""
        )
        return True
    return False


def _run_of(job: Job, known: Handler, now: datetime) -> JobRun:
    def heartbeat() -> None:
        if not _mine(job).update(lease_until=read_clock() + known.lease):
            raise Retry("lease lost", free=True)

    return JobRun(
        uid=str(job.uid),
        kind=job.kind,
        payload=job.payload,
        attempt=job.attempts,
        last_attempt=job.attempts >= known.max_attempts,
        now=now,
        heartbeat=heartbeat,
    )


def _mine(job: Job) -> Any:
    return Job.objects.filter(pk=job.pk, state=JobState.RUNNING, fencing_token=job.fencing_token)


def _again(
    job: Job,
    known: Handler,
    reason: str,
    code: str,
    *,
    after: timedelta | None = None,
    free: bool = False,
) -> None:
    if job.attempts >= known.max_attempts and not free:
        _close_failed(job, known, reason, code)
        return
    wait = after if after is not None else known.backoff * 2 ** (job.attempts - 1)
    values: dict[str, Any] = {
        "state": JobState.WAITING,
        "lease_until": None,
        "next_try_at": read_clock() + wait,
        "error": reason,
        "error_code": code,
    }
    if free:
        values["attempts"] = job.attempts - 1
    try:
        with transaction.atomic():
            _mine(job).update(**values)
    except IntegrityError:
        # A newer job with the same key already waits: this one has nothing left to do.
        _mine(job).update(
            state=JobState.DONE, lease_until=None, finished_at=read_clock(), error_code="replaced"
        )


def _close_failed(job: Job, known: Handler, reason: str, code: str) -> None:
    with transaction.atomic():
        if _mine(job).exists():
            _fail(job, known, reason, code, read_clock())


def _fail(job: Job, known: Handler, reason: str, code: str, now: datetime) -> None:
    Job.objects.filter(pk=job.pk).update(
        state=JobState.FAILED, lease_until=None, finished_at=now, error=reason, error_code=code
    )
    if known.on_failure is not None:
        # What an unforeseen error says is for the log, in the words of a library.
        known.on_failure(_run_of(job, known, now), reason if code in _FOR_PEOPLE else "")


def retry_failed(job: Job, *, now: datetime) -> bool:
    """Give a failed job a new life: the "Réessayer" button. False when another one of the same key
    already waits, or it has not failed."""
    known = handlers.get(job.kind)
    try:
        with transaction.atomic():
            changed = Job.objects.filter(pk=job.pk, state=JobState.FAILED).update(
                state=JobState.WAITING,
                attempts=0,
                next_try_at=now,
                finished_at=None,
                error="",
                error_code="",
            )
            if not changed:
                return False
            if known.on_retry is not None:
                known.on_retry(job.payload)
    except IntegrityError:
        # The same thing waits already, asked for otherwise: this row has nothing left to say.
        Job.objects.filter(pk=job.pk, state=JobState.FAILED).update(
            state=JobState.DONE, error_code="replaced"
        )
        return False
    transaction.on_commit(lambda: wake(job.pk, known.queue), robust=True)
    return True


def wake_due(*, now: datetime, limit: int = 500) -> int:
    """Wake workers for what is due and was not started: called by the beat. Returns how many."""
    due = list(
        Job.objects.due(now - timedelta(seconds=5))
        .order_by("next_try_at")
        .values_list("pk", "queue")[:limit]
    )
    for job_id, queue in due:
        wake(job_id, queue)
    return len(due)


def purge(*, now: datetime) -> None:
    """Forget finished jobs after a week and delivered events after a month."""
    Job.objects.filter(state=JobState.DONE, finished_at__lt=now - timedelta(days=7)).delete()
    Event.objects.filter(at__lt=now - timedelta(days=30)).exclude(
        deliveries__delivered_at=None, deliveries__isnull=False
    ).delete()
