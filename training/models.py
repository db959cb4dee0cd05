"""Progress: private to the person. Nobody else has a page that shows it by name."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.models import Organisation


class Enrolment(models.Model):
    """A person takes a module, in one organisation."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="enrolments"
    )
    module = models.SlugField(max_length=60)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "module suivi"
        verbose_name_plural = "modules suivis"
        constraints = [
            models.UniqueConstraint(
                fields=["person", "organisation", "module"], name="training_enrolment_once"
            ),
            models.CheckConstraint(
                condition=Q(finished_at__isnull=True) | Q(finished_at__gte=F("started_at")),
                name="training_enrolment_finished_after_start",
            ),
        ]

    def __str__(self) -> str:
        return self.module


class StepDone(models.Model):
    """A step that the person has read, answered, or proved by a real act."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="done")
    step = models.CharField(max_length=40)
    # The last choice made on a question, for the person alone.
    choice = models.PositiveSmallIntegerField(null=True, blank=True)
    right = models.BooleanField(default=True)
    done_at = models.DateTimeField()

    class Meta:
        verbose_name = "étape faite"
        verbose_name_plural = "étapes faites"
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "step"], name="training_step_once"),
        ]

    def __str__(self) -> str:
        return self.step
