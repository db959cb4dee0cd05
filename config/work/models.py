"""Durable work: a job row is the truth, the broker only wakes workers up."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import Q

from config.lib.fields import public_id
from config.work.enums import JobState, Queue


class JobQuerySet(models.QuerySet["Job"]):
    def due(self, now: dt.datetime) -> JobQuerySet:
        """Waiting and ripe, or running under a lease that has run out (its worker died)."""
        return self.filter(
            Q(state=JobState.WAITING, next_try_at__lte=now)
            | Q(state=JobState.RUNNING, lease_until__lt=now)
        )


class Job(models.Model):
    """One effect to be done outside the transaction that caused it, at least once."""

    uid = public_id()
    kind = models.CharField(max_length=80)
    queue = models.CharField(max_length=20, choices=Queue.choices, default=Queue.DEFAULT)
    # No foreign key: the machine room knows nobody above it.
    organisation_key = models.BigIntegerField(null=True, blank=True)
    payload = models.JSONField(default=dict)
    dedupe_key = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=10, choices=JobState.choices, default=JobState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    next_try_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)
    # Grows with each lease: a worker that lost its lease cannot close the job of its successor.
    fencing_token = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True, blank=True)
    error_code = models.CharField(max_length=80, blank=True)
    error = models.TextField(blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = "travail"
        verbose_name_plural = "travaux"
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(state=JobState.RUNNING, lease_until__isnull=False)
                    | (~Q(state=JobState.RUNNING) & Q(lease_until__isnull=True))
                ),
                name="work_job_lease_only_while_running",
            ),
            models.UniqueConstraint(
                fields=["kind", "dedupe_key"],
                condition=Q(state=JobState.WAITING) & ~Q(dedupe_key=""),
                name="work_job_one_waiting_per_dedupe_key",
            ),
        ]
        indexes = [
            models.Index(
                fields=["queue", "next_try_at"],
                condition=Q(state=JobState.WAITING),
                name="work_job_due",
            ),
            models.Index(
                fields=["lease_until"],
                condition=Q(state=JobState.RUNNING),
                name="work_job_leased",
            ),
            models.Index(
                fields=["organisation_key", "finished_at"],
                condition=Q(state=JobState.FAILED),
                name="work_job_failed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} ({self.get_state_display()})"


class Event(models.Model):
    """Something that happened, for those who react to it. Purgeable: it is not the audit."""

    uid = public_id()
    name = models.CharField(max_length=80)
    organisation_key = models.BigIntegerField(null=True, blank=True)
    actor_key = models.BigIntegerField(null=True, blank=True)
    payload = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        verbose_name = "événement"
        verbose_name_plural = "événements"
        indexes = [models.Index(fields=["at"], name="work_event_at")]

    def __str__(self) -> str:
        return self.name


class Delivery(models.Model):
    """One event for one consumer. A row each: reading "id greater than the last one" would lose
    events whose transactions committed out of order."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="deliveries")
    consumer = models.CharField(max_length=80)
    delivered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "remise d’événement"
        verbose_name_plural = "remises d’événements"
        constraints = [
            models.UniqueConstraint(fields=["event", "consumer"], name="work_delivery_once"),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} → {self.consumer}"
