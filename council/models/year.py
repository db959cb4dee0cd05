"""The year of a body: what it runs, and what was done for it outside the agenda."""

from __future__ import annotations

from django.db import models

from config.lib.fields import public_id
from council.models.assembly import Assembly


class YearServices(models.Model):
    """What a body runs itself: it decides which obligations its year has. No text lets Parvis
    guess it, so it is said once."""

    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    assembly = models.OneToOneField(Assembly, on_delete=models.CASCADE, related_name="services")
    water = models.BooleanField(default=False)
    delegation = models.BooleanField(default=False)
    visitor_tax = models.BooleanField(default=False)
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name = "services de l’instance"

    def __str__(self) -> str:
        return f"Services : {self.assembly}"


class ObligationMet(models.Model):
    """An obligation of a year that was met otherwise than by a point of an agenda kept here."""

    uid = public_id()
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    assembly = models.ForeignKey(Assembly, on_delete=models.CASCADE, related_name="met")
    year = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=50)
    words = models.CharField(max_length=200, blank=True)
    noted_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    noted_at = models.DateTimeField()

    class Meta:
        verbose_name = "obligation remplie"
        constraints = [
            models.UniqueConstraint(
                fields=["assembly", "year", "code"], name="council_obligationmet_once_a_year"
            )
        ]

    def __str__(self) -> str:
        return f"{self.year} : {self.code}"
