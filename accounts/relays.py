"""What people and the machine room say to whoever takes over."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse

from accounts.actor import Actor
from accounts.failures import Subject, failure_subjects, visible_failures
from accounts.mail import HAND_OVER
from accounts.services import proposing
from accounts.standing import Chapter, Fact, standing_sources
from config.lib.text import plural

AGAIN = "Un courriel se renvoie depuis la page d’où il est parti : le délai peut être passé."


def _mail(actor: Actor, payload: dict[str, object]) -> Subject:
    return Subject("Envoi d’un courriel", elsewhere=AGAIN)


def _invitation(actor: Actor, payload: dict[str, object]) -> Subject:
    return Subject("Courriel d’invitation")


failure_subjects.register(HAND_OVER, _mail)
failure_subjects.register(proposing.TELL, _invitation)


def _standing(actor: Actor, now: datetime) -> Iterable[Fact]:
    failed = visible_failures(actor).count()
    if failed:
        yield Fact(
            Chapter.WAITING,
            plural(failed, "traitement en échec", "traitements en échec"),
            reverse("accounts:failures", args=[actor.organisation.slug]),
            icon="triangle-alert",
        )


standing_sources.register("accounts", _standing)
