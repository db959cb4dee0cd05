"""Durable jobs and events: rows are the truth, each effect is done at least once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from config.lib.clock import now
from config.work import services
from config.work.enums import JobState
from config.work.models import Delivery, Event, Job
from tests.work.handlers import done, mark

pytestmark = pytest.mark.django_db


def _job(kind="tests.note", **more) -> Job:
    return services.enqueue(kind, payload=more.pop("payload", {}), now=now(), **more)


def _fresh(job: Job) -> Job:
    return Job.objects.get(pk=job.pk)


def test_a_job_is_done_once_and_says_when():
    job = _job()
    assert services.run(job.pk, now=now())
    assert not services.run(job.pk, now=now())
    assert done() == 1
    assert _fresh(job).state == JobState.DONE
    assert _fresh(job).finished_at is not None


def test_an_unknown_kind_is_refused_at_once():
    with pytest.raises(LookupError):
        _job("tests.unknown")


def test_a_job_goes_away_with_the_transaction_of_its_cause():

    def cancelled():
        with transaction.atomic():
            _job()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        cancelled()
    assert not Job.objects.exists()


def test_a_job_for_later_is_not_done_now():
    job = _job(at=now() + timedelta(hours=1))
    assert not services.run(job.pk, now=now())
    assert services.run(job.pk, now=now() + timedelta(hours=1, seconds=1))


def test_one_waiting_job_per_key_and_the_earliest_date_wins():
    later, sooner = now() + timedelta(hours=2), now() + timedelta(hours=1)
    first = _job(dedupe="a", at=later)
    second = _job(dedupe="a", at=sooner)
    third = _job(dedupe="a", at=later)
    assert first.pk == second.pk == third.pk
    assert _fresh(first).next_try_at == sooner
    assert _job(dedupe="b").pk != first.pk


def test_a_running_job_does_not_hide_what_comes_after_it():
    first = _job(dedupe="a")
    services.lease(first.pk, now=now())
    second = _job(dedupe="a")
    assert second.pk != first.pk


def test_a_lease_is_for_one_worker_and_ends():
    job = _job("tests.die_once")
    at = now()
    taken = services.lease(job.pk, now=at)
    assert taken is not None
    assert services.lease(job.pk, now=at) is None
    again = services.lease(job.pk, now=at + timedelta(seconds=2))
    assert again is not None
    assert (again.attempts, again.fencing_token) == (2, taken.fencing_token + 1)


def test_a_worker_that_lost_its_lease_cannot_close_the_job_of_its_successor():
    job = _job()
    at = now()
    slow = services.lease(job.pk, now=at)
    quick = services.lease(job.pk, now=at + timedelta(minutes=3))
    known = services.handlers.get("tests.note")
    services._close_failed(slow, known, "trop lent", "slow")
    services._again(slow, known, "trop lent", "slow")
    assert _fresh(job).state == JobState.RUNNING
    assert services._mine(slow).count() == 0
    assert services._mine(quick).count() == 1
    with pytest.raises(services.Retry):
        services._run_of(slow, known, at).heartbeat()
    services._run_of(quick, known, at).heartbeat()


def test_a_broken_job_waits_longer_each_time_then_fails_visibly():
    job = _job("tests.break")
    services.run(job.pk, now=now())
    waiting = _fresh(job)
    assert (waiting.state, waiting.error, waiting.error_code) == ("waiting", "cassé", "ValueError")
    assert waiting.next_try_at > now()
    services.run(job.pk, now=waiting.next_try_at)
    failed = _fresh(job)
    assert (failed.state, failed.attempts) == ("failed", 2)
    assert done("tests.failed") == 1


def test_giving_up_is_final_and_keeps_its_french_reason():
    job = _job("tests.refuse")
    services.run(job.pk, now=now())
    assert (_fresh(job).state, _fresh(job).error) == ("failed", "Le fichier est chiffré.")
    assert Event.objects.get(name="tests.failed").payload == {"reason": "Le fichier est chiffré."}


def test_a_failed_job_has_a_second_life_from_its_button():
    job = _job("tests.refuse")
    services.run(job.pk, now=now())
    services.retry_failed(_fresh(job), now=now())
    assert (_fresh(job).state, _fresh(job).attempts) == ("waiting", 0)


@pytest.mark.parametrize(("free", "attempts"), [(True, 0), (False, 1)])
def test_not_now_counts_as_a_try_unless_it_is_free(free, attempts):
    job = _job("tests.later", payload={"free": free})
    services.run(job.pk, now=now())
    later = _fresh(job)
    assert (later.state, later.attempts) == ("waiting", attempts)
    assert later.next_try_at > now() + timedelta(minutes=4)


def test_a_job_that_kills_its_workers_is_stopped():
    job = _job("tests.die_always")
    at = now()
    for n in range(2):
        assert services.lease(job.pk, now=at + timedelta(seconds=2 * n)) is not None
    assert services.lease(job.pk, now=at + timedelta(seconds=10)) is None
    assert (_fresh(job).state, _fresh(job).error_code) == ("failed", "died")
    assert done("tests.failed") == 1


def test_the_beat_finds_what_is_due_and_what_a_dead_worker_left():
    waiting, left, future = _job(), _job("tests.die_once"), _job(at=now() + timedelta(hours=1))
    services.lease(left.pk, now=now())
    assert services.wake_due(now=now() + timedelta(minutes=1)) == 2
    assert {waiting.state, future.state} == {JobState.WAITING}


# -- events -------------------------------------------------------------------------------------


def test_each_consumer_hears_each_event_once_and_one_that_stumbles_holds_nobody(run_jobs):
    event = services.emit("tests.happened", now=now(), organisation_id=None, payload={})
    assert Delivery.objects.count() == 2
    run_jobs()
    assert done("tests.heard") == 1
    assert Delivery.objects.filter(delivered_at=None).count() == 1
    mark("tests.stumbled")
    job = Job.objects.get(kind=services.REACT)
    services.run(job.pk, now=job.next_try_at)
    assert done("tests.heard") == 1
    assert done("tests.heard_late") == 1
    services.deliver(event.pk, now=now())
    assert done("tests.heard_late") == 1


def test_an_event_that_interests_nobody_makes_no_job():
    services.emit("tests.nobody", now=now(), organisation_id=None, payload={})
    assert not Job.objects.exists()


def test_finished_work_is_forgotten_and_what_waits_is_kept(run_jobs):
    _job()
    services.emit("tests.happened", now=now(), organisation_id=None, payload={})
    run_jobs()
    services.purge(now=now() + timedelta(days=40))
    assert not Job.objects.filter(state=JobState.DONE).exists()
    # Its stumbling consumer has not heard it yet.
    assert Event.objects.filter(name="tests.happened").exists()
