"""The private address of somebody's agenda."""

from __future__ import annotations

from django.db import models

from accounts.models.organisation import Organisation
from accounts.models.person import Person
from config.lib.fields import public_id


class CalendarFeed(models.Model):
    """The agenda of one person in one organisation, for their own calendar program.

    The secret is not kept: it is worked out from the row, and another ``generation`` makes the
    former address a stranger's.
    """

    uid = public_id()
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    generation = models.PositiveIntegerField(default=1)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "abonnement à l’agenda"
        verbose_name_plural = "abonnements à l’agenda"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "person"], name="accounts_calendarfeed_one_per_person"
            )
        ]

    def __str__(self) -> str:
        return "abonnement à l’agenda"
