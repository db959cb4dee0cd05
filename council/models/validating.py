"""Who says yes before a point is ready, and who does it in the place of somebody away."""

from __future__ import annotations

from datetime import date

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Q

from config.lib.fields import public_id
from council.enums import Function, ReplacementReason, Verdict
from council.models.assembly import Assembly, DateRange, Mandate
from council.models.meeting import AgendaItem


class ValidationStep(models.Model):
    """One step between « proposé » and « prêt » for the points of a body: a team, or those who
    hold a function in it. A body without steps has none to wait for."""

    uid = public_id()
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    assembly = models.ForeignKey(Assembly, on_delete=models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=80)
    team = models.ForeignKey(
        "accounts.Team", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    function = models.CharField(max_length=16, choices=Function, blank=True)

    class Meta:
        verbose_name = "étape de validation"
        constraints = [
            models.UniqueConstraint(
                fields=["assembly", "position"], name="council_validationstep_one_per_place"
            ),
            models.CheckConstraint(
                condition=Q(team__isnull=False, function="")
                | (Q(team__isnull=True) & ~Q(function="")),
                name="council_validationstep_a_team_or_a_function",
                violation_error_message="Une étape est tenue par une équipe ou par une fonction.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ItemValidation(models.Model):
    """What was said of a point at one step; kept as history when the step is gone."""

    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    item = models.ForeignKey(AgendaItem, on_delete=models.CASCADE, related_name="validations")
    step = models.ForeignKey(
        ValidationStep, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    step_name = models.CharField(max_length=80)
    verdict = models.CharField(max_length=8, choices=Verdict)
    reason = models.TextField(blank=True)
    by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    in_place_of = models.ForeignKey(
        "accounts.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        verbose_name = "validation d’un point"
        constraints = [
            models.CheckConstraint(
                condition=Q(verdict=Verdict.AGREED) | ~Q(reason=""),
                name="council_itemvalidation_else_a_reason",
            )
        ]

    def __str__(self) -> str:
        return f"{self.step_name} : {self.get_verdict_display()}"


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def current(self, on: date) -> AbsenceQuerySet:
        """Those that run on that local date, both ends included."""
        return self.filter(from_date__lte=on, to_date__gte=on)


class Absence(models.Model):
    """A validator who is away names who validates meanwhile. It ends by itself."""

    uid = public_id()
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    replacement = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    from_date = models.DateField()
    to_date = models.DateField()
    created_at = models.DateTimeField()

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        verbose_name = "absence"
        constraints = [
            models.CheckConstraint(
                condition=Q(to_date__gte=F("from_date")),
                name="council_absence_ends_after_it_starts",
                violation_error_message="La fin de l’absence précède son début.",
            ),
            models.CheckConstraint(
                condition=~Q(person=F("replacement")), name="council_absence_somebody_else"
            ),
            ExclusionConstraint(
                name="council_absence_one_at_a_time",
                expressions=[
                    ("organisation", RangeOperators.EQUAL),
                    ("person", RangeOperators.EQUAL),
                    (
                        DateRange("from_date", "to_date", RangeBoundary(True, True)),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message="Vous avez déjà nommé quelqu’un à ces dates.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} : {self.replacement}"


class ReplacementQuerySet(models.QuerySet["MayorReplacement"]):
    def current(self, on: date) -> ReplacementQuerySet:
        """Those that run on that local date, the deputy being in office."""
        own = Q(by__to_date__isnull=True) | Q(by__to_date__gte=on)
        return self.filter(
            Q(from_date__lte=on) & (Q(to_date__isnull=True) | Q(to_date__gte=on)), own
        )


class MayorReplacement(models.Model):
    """L2122-17: who acts for the mayor (or the president), why, from when to when."""

    uid = public_id()
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    assembly = models.ForeignKey(Assembly, on_delete=models.PROTECT, related_name="replacements")
    by = models.ForeignKey(Mandate, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=12, choices=ReplacementReason)
    words = models.CharField(max_length=300, blank=True)
    from_date = models.DateField()
    to_date = models.DateField(null=True, blank=True)
    recorded_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    objects = ReplacementQuerySet.as_manager()

    class Meta:
        verbose_name = "remplacement du maire"
        constraints = [
            models.CheckConstraint(
                condition=Q(to_date__isnull=True) | Q(to_date__gte=F("from_date")),
                name="council_mayorreplacement_ends_after_it_starts",
                violation_error_message="La fin précède le début.",
            ),
            ExclusionConstraint(
                name="council_mayorreplacement_one_at_a_time",
                expressions=[
                    ("assembly", RangeOperators.EQUAL),
                    (
                        DateRange("from_date", "to_date", RangeBoundary(True, True)),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message="Un remplacement est déjà noté à ces dates.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.by.person} : {self.get_reason_display()}"
