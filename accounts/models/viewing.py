"""« Voir comme »: a director looks at the documents as a colleague sees them, for a while."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import F, Q

from accounts.models.organisation import Organisation
from accounts.models.person import Person
from config.lib.clock import zone
from config.lib.fields import public_id


class Viewing(models.Model):
    """One look, with its reason: read-only, ended by hand or by its term."""

    uid = public_id()
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    viewer = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", verbose_name="qui regarde"
    )
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", verbose_name="comme qui"
    )
    reason = models.CharField("motif", max_length=300)
    started_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "vue comme une autre personne"
        verbose_name_plural = "vues comme une autre personne"
        constraints = [
            models.CheckConstraint(
                condition=~Q(viewer=F("person")), name="accounts_viewing_somebody_else"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="accounts_viewing_has_a_reason"),
        ]
        indexes = [
            models.Index(
                fields=["expires_at"],
                condition=Q(stopped_at=None),
                name="accounts_viewing_running",
            )
        ]

    def __str__(self) -> str:
        return f"{self.viewer} comme {self.person}"

    @property
    def local_end(self) -> datetime:
        """When it ends, on the town hall's wall."""
        return self.expires_at.astimezone(zone(self.organisation.timezone))
