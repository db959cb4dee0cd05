"""The register of a year as one file."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from config.lib.fields import public_id
from council.models.act import Register


class BoundRegister(models.Model):
    """One year of one register, its feuillets numbered, made by a job.

    ``version`` is the last file made, ``sheets`` how many feuillets it has; ``problem`` says in
    French why the last try made none.
    """

    uid = public_id()
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    register = models.ForeignKey(Register, on_delete=models.PROTECT, related_name="bound")
    year = models.PositiveSmallIntegerField("année")
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(
        "documents.Version", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField(null=True, blank=True)
    sheets = models.PositiveIntegerField("feuillets", default=0)
    problem = models.TextField(blank=True)

    class Meta:
        verbose_name = "registre de l’année"
        verbose_name_plural = "registres de l’année"
        constraints = [
            models.UniqueConstraint(
                fields=["register", "year"], name="council_boundregister_one_per_year"
            ),
            models.CheckConstraint(
                condition=Q(version__isnull=True) | Q(made_at__isnull=False, sheets__gte=1),
                name="council_boundregister_made_with_its_feuillets",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.register} {self.year}"

    @property
    def is_waiting(self) -> bool:
        """Asked for, and neither made nor refused since."""
        return not self.problem and (self.made_at is None or self.made_at < self.asked_at)
