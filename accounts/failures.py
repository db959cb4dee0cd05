"""What failed for good in the machine room, in words: each app says what its jobs were about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from accounts.actor import Actor
from config.lib.registry import Registry
from config.work.enums import JobState
from config.work.models import Job

#: What an error that nobody foresaw is called: its own words are a library's, for the log.
UNFORESEEN = "Une erreur imprévue s’est produite ; le détail est dans le journal du serveur."
_FOR_PEOPLE = frozenset({"gave_up", "retry", "died"})


@dataclass(frozen=True, slots=True)
class Subject:
    """« Lecture du texte », of « Budget.pdf », and where it is. No name for what the actor may not
    know of. `elsewhere`: how it is done again, when not from here."""

    what: str
    name: str = ""
    href: str = ""
    elsewhere: str = ""


#: By kind of job. The payload holds ids of the acting organisation's own jobs.
failure_subjects: Registry[Callable[[Actor, dict[str, Any]], Subject]] = Registry("failed jobs")


def visible_failures(actor: Actor) -> QuerySet[Job]:
    """The failed jobs of the acting organisation, for those who administer it; the latest first."""
    if not actor.is_dgs:
        return Job.objects.none()
    return Job.objects.filter(
        organisation_key=actor.organisation.pk, state=JobState.FAILED
    ).order_by("-finished_at", "-pk")


def subject_of(actor: Actor, job: Job) -> Subject:
    """What a failed job was about, as this actor may know it."""
    if job.kind in failure_subjects:
        return failure_subjects.get(job.kind)(actor, job.payload)
    return Subject("Traitement en arrière-plan")


def reason_of(job: Job) -> str:
    """Why it failed: a French sentence."""
    return job.error if job.error and job.error_code in _FOR_PEOPLE else UNFORESEEN
