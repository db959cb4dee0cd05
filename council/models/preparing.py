"""What helps to write a point: the sentences of the commune, what is to be looked at again."""

from __future__ import annotations

from django.db import models

from config.lib.fields import public_id
from council.enums import BudgetImpact, ItemKind, Matter, PassageKind, SnippetKind
from council.models.meeting import AgendaItem


class SnippetQuerySet(models.QuerySet["Snippet"]):
    def in_reading_order(self) -> SnippetQuerySet:
        """Visas, then considérants, then articles: as they stand in a deliberation."""
        rank = models.Case(
            *(models.When(kind=kind, then=place) for place, kind in enumerate(SnippetKind)),
            output_field=models.SmallIntegerField(),
        )
        return self.annotate(rank=rank).order_by("rank", "title", "pk")


class Snippet(models.Model):
    """A sentence that comes back from one deliberation to the next, inserted in one click."""

    uid = public_id()
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    kind = models.CharField(max_length=8, choices=SnippetKind)
    title = models.CharField(max_length=120)
    text = models.TextField()
    changed_at = models.DateTimeField()

    objects = SnippetQuerySet.as_manager()

    class Meta:
        verbose_name = "formule"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "title"],
                name="council_snippet_one_per_title",
                violation_error_message="Une formule porte déjà ce nom.",
            ),
            models.CheckConstraint(
                condition=~models.Q(title="") & ~models.Q(text=""),
                name="council_snippet_says_something",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class PointTemplate(models.Model):
    """A point that comes back with other names and figures, from which a new one is begun."""

    uid = public_id()
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    name = models.CharField(max_length=120)
    title = models.CharField(max_length=400)
    kind = models.CharField(max_length=16, choices=ItemKind, default=ItemKind.DELIBERATION)
    matter = models.CharField(max_length=16, choices=Matter, default=Matter.ORDINARY)
    subject_code = models.CharField(max_length=8, blank=True)
    budget_impact = models.CharField(max_length=12, choices=BudgetImpact, blank=True)
    closed_doors = models.BooleanField(default=False)
    summary = models.TextField(blank=True)
    proposed_text = models.TextField(blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name = "modèle de point"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name"],
                name="council_pointtemplate_one_per_name",
                violation_error_message="Un modèle porte déjà ce nom.",
            ),
            models.CheckConstraint(
                condition=~models.Q(name="") & ~models.Q(title=""),
                name="council_pointtemplate_has_a_name_and_a_title",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ItemPassage(models.Model):
    """Words of a point taken from a former one, that may no longer be true.

    Looked at once somebody says so, or once the text no longer has them.
    """

    uid = public_id()
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    item = models.ForeignKey(AgendaItem, on_delete=models.CASCADE, related_name="passages")
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=PassageKind)
    words = models.CharField(max_length=300)
    seen_at = models.DateTimeField(null=True, blank=True)
    seen_by = models.ForeignKey(
        "accounts.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = "passage à revoir"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(seen_at__isnull=True, seen_by__isnull=True)
                | models.Q(seen_at__isnull=False, seen_by__isnull=False),
                name="council_itempassage_seen_by_somebody",
            )
        ]

    def __str__(self) -> str:
        return self.words
