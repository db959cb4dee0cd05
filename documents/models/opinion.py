"""Opinions asked of a person or a team, by a date, on a document."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.models import Organisation, Team
from config.lib.fields import public_id
from documents.enums import Advice, OpinionState
from documents.models.document import Document, Version


class OpinionQuerySet(models.QuerySet["OpinionRequest"]):
    def open(self) -> Self:
        """Still awaited."""
        return self.filter(state=OpinionState.ASKED)

    def due_by(self, day: date) -> Self:
        """To be given on this day at the latest."""
        return self.filter(due__lte=day)


class OpinionRequest(models.Model):
    """One question to one person or one team; of a team, whoever answers first answers for it."""

    uid = public_id()
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="opinions")
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="par"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="personne",
    )
    team = models.ForeignKey(
        Team,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="équipe",
    )
    question = models.TextField("question", max_length=1000)
    due = models.DateField("pour le")
    created_at = models.DateTimeField("demandé le")
    state = models.CharField(
        "état", max_length=10, choices=OpinionState.choices, default=OpinionState.ASKED
    )
    closed_at = models.DateTimeField("clos le", null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    advice = models.CharField("avis", max_length=12, choices=Advice.choices, blank=True)
    answer = models.TextField("réponse", max_length=4000, blank=True)
    answered_version = models.ForeignKey(
        Version, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reminded_before_at = models.DateTimeField(null=True, blank=True)
    reminded_late_at = models.DateTimeField(null=True, blank=True)

    objects = OpinionQuerySet.as_manager()

    class Meta:
        verbose_name = "demande d’avis"
        verbose_name_plural = "demandes d’avis"
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, team=None) | Q(person=None, team__isnull=False),
                name="documents_opinion_person_or_team",
            ),
            models.CheckConstraint(
                condition=~Q(question=""), name="documents_opinion_asks_something"
            ),
            models.CheckConstraint(
                condition=Q(state=OpinionState.ASKED, closed_at=None, closed_by=None)
                | (~Q(state=OpinionState.ASKED) & Q(closed_at__isnull=False)),
                name="documents_opinion_closed_pair",
            ),
            models.CheckConstraint(
                condition=(
                    Q(state=OpinionState.GIVEN, answered_version__isnull=False) & ~Q(advice="")
                )
                | (~Q(state=OpinionState.GIVEN) & Q(advice="", answered_version=None)),
                name="documents_opinion_given_has_advice",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(closed_at__gte=F("created_at")),
                name="documents_opinion_dates_in_order",
            ),
            models.UniqueConstraint(
                fields=["document", "person"],
                condition=Q(state=OpinionState.ASKED, person__isnull=False),
                name="documents_opinion_once_per_person",
            ),
            models.UniqueConstraint(
                fields=["document", "team"],
                condition=Q(state=OpinionState.ASKED, team__isnull=False),
                name="documents_opinion_once_per_team",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organisation", "due"],
                condition=Q(state=OpinionState.ASKED),
                name="documents_opinion_awaited",
            ),
            models.Index(fields=["document", "id"], name="documents_opinion_on"),
        ]

    def __str__(self) -> str:
        return f"avis de {self.asked}"

    @property
    def asked(self) -> str:
        """Whose opinion it is, in words."""
        return f"l’équipe {self.team.label}" if self.team else str(self.person)
