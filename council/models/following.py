"""What a decision asks of somebody, and how far they are."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q

from config.lib.fields import public_id
from council.enums import OPEN_FOLLOW_UP, FollowUpState
from council.models.act import Act


class FollowUpQuerySet(models.QuerySet["FollowUp"]):
    def open(self) -> FollowUpQuerySet:
        return self.filter(state__in=OPEN_FOLLOW_UP)

    def late(self, today: date) -> FollowUpQuerySet:
        return self.open().filter(due_on__lt=today)

    def soonest_first(self) -> FollowUpQuerySet:
        return self.order_by("due_on", "pk")


class FollowUp(models.Model):
    """« Commander les bancs, Julien Petit, avant le 1er mars »: one thing that an adopted
    deliberation asks of one person or of one team. ``due_on`` is a local day, itself included."""

    uid = public_id()
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    act = models.ForeignKey(Act, on_delete=models.PROTECT, related_name="follow_ups")
    what = models.CharField("à faire", max_length=300)
    person = models.ForeignKey(
        "accounts.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    team = models.ForeignKey(
        "accounts.Team", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    due_on = models.DateField("avant le")
    state = models.CharField(max_length=10, choices=FollowUpState, default=FollowUpState.TODO)
    reason = models.TextField("pourquoi c’est abandonné", blank=True)
    # What whoever is in charge tells the assembly: a sentence, replaced by the next one.
    progress = models.TextField("où cela en est", blank=True)
    given_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        verbose_name = "suite d’une décision"
        verbose_name_plural = "suites des décisions"
        indexes = [
            models.Index(fields=["organisation", "state", "due_on"], name="council_followup_due")
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, team__isnull=True)
                | Q(person__isnull=True, team__isnull=False),
                name="council_followup_one_person_or_one_team",
                violation_error_message="Confiez la suite à une personne, ou à une équipe.",
            ),
            models.CheckConstraint(
                condition=~Q(state=FollowUpState.ABANDONED) | ~Q(reason=""),
                name="council_followup_abandoned_with_a_reason",
                violation_error_message="Dites pourquoi la suite est abandonnée.",
            ),
            models.CheckConstraint(condition=~Q(what=""), name="council_followup_says_what"),
        ]

    def __str__(self) -> str:
        return self.what

    @property
    def who(self) -> str:
        """Julien Petit; Services techniques"""
        return str(self.team) if self.team_id else str(self.person)

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_FOLLOW_UP

    def is_late(self, today: date) -> bool:
        return self.is_open and self.due_on < today
