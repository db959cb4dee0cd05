"""A general renewal of a council, step by step: what was confirmed, and when."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from config.lib.fields import public_id
from council.models.assembly import Assembly
from council.models.meeting import Meeting


class Renewal(models.Model):
    """One election of a council in full. ``complete_on``: the round at which it was complete, the
    last day of the outgoing. Another body (community, syndicate, CCAS) has no ballot of its own:
    it is the eve of its installation.

    Each step is dated once done: the outgoing ended and the elected seated (``cut_at``), the first
    meeting prepared (``meeting``), the mayor and the deputies in office (``installed_at``).
    """

    uid = public_id()
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    assembly = models.ForeignKey(Assembly, on_delete=models.PROTECT, related_name="renewals")
    complete_on = models.DateField("conseil élu au complet le")
    cut_at = models.DateTimeField(null=True, blank=True)
    meeting = models.ForeignKey(
        Meeting, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    installed_on = models.DateField(null=True, blank=True)
    installed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = "renouvellement"
        constraints = [
            models.UniqueConstraint(
                fields=["assembly", "complete_on"], name="council_renewal_one_per_election"
            ),
            models.UniqueConstraint(
                fields=["assembly"],
                condition=Q(installed_at__isnull=True),
                name="council_renewal_one_under_way",
                violation_error_message="Un renouvellement de ce conseil est déjà en cours.",
            ),
            models.CheckConstraint(
                condition=Q(installed_at__isnull=True, installed_on__isnull=True)
                | Q(
                    installed_at__isnull=False,
                    cut_at__isnull=False,
                    installed_on__gt=F("complete_on"),
                ),
                name="council_renewal_installed_after_the_election",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assembly}, {self.complete_on}"
