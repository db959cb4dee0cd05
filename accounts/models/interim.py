"""Somebody runs the direction for a while, named by the mayor: dated, logged, ending by itself."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from accounts.models.membership import TeamMembership
from accounts.models.organisation import Organisation
from accounts.models.person import Person
from config.lib.fields import public_id


class Interim(models.Model):
    """Proposed by the host when nobody is left to manage, or named at once by the mayor.

    The powers are a dated seat in the team of the direction, and nothing else: they begin and end
    with it, at local midnight.
    """

    uid = public_id()
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", verbose_name="assuré par"
    )
    from_date = models.DateField("du")
    to_date = models.DateField("au (inclus)")
    reason = models.CharField("motif", max_length=200)
    proposed_at = models.DateTimeField("proposé le")
    named_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="nommé par"
    )
    named_at = models.DateTimeField("nommé le", null=True)
    seat = models.OneToOneField(
        TeamMembership, on_delete=models.SET_NULL, null=True, related_name="interim"
    )
    ended_at = models.DateTimeField("arrêté le", null=True)

    class Meta:
        verbose_name = "intérim"
        verbose_name_plural = "intérims"
        constraints = [
            models.CheckConstraint(
                condition=Q(to_date__gte=F("from_date")), name="accounts_interim_dates_in_order"
            ),
            models.CheckConstraint(
                condition=Q(named_by=None, named_at=None, seat=None)
                | Q(named_by__isnull=False, named_at__isnull=False),
                name="accounts_interim_named_is_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "-from_date"], name="accounts_interim_recent")
        ]

    def __str__(self) -> str:
        return f"Intérim de la direction par {self.person}"
