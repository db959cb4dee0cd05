"""The headings under which a body always calls its points: « Finances », « Questions diverses »."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from config.lib.fields import public_id
from council.models.assembly import Assembly


class AgendaSectionQuerySet(models.QuerySet["AgendaSection"]):
    def in_use(self) -> AgendaSectionQuerySet:
        """Those of the model as it is now, in its order."""
        return self.filter(removed_at__isnull=True).order_by("position", "pk")


class AgendaSection(models.Model):
    """One heading of the model of a body, at its place.

    ``codes``: the @ctes matters, of one level or two, whose points go there by themselves.
    ``takes_questions``: oral questions too, and wishes and information without a matter of
    another heading. Removed, it stays for the agendas already settled under it.
    """

    uid = public_id()
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    assembly = models.ForeignKey(Assembly, on_delete=models.CASCADE, related_name="sections")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)
    codes = models.JSONField(default=list, blank=True)
    takes_questions = models.BooleanField(default=False)
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = AgendaSectionQuerySet.as_manager()

    class Meta:
        verbose_name = "rubrique"
        constraints = [
            models.UniqueConstraint(
                fields=["assembly", "title"],
                condition=Q(removed_at__isnull=True),
                name="council_agendasection_one_per_title",
                violation_error_message="Une rubrique porte déjà ce nom.",
            ),
            models.CheckConstraint(condition=~Q(title=""), name="council_agendasection_named"),
        ]

    def __str__(self) -> str:
        return self.title
