"""The proofs of convocation that were drawn up: each kept as it was, with its digest."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from config.lib.fields import public_id
from council.models.meeting import Meeting


class ConvocationProof(models.Model):
    """One proof as one PDF, on the day that it was drawn up. Its bytes never change (by trigger);
    a time-stamp comes beside them when the host has an authority (RFC 3161).

    It is not a document of the tree: who reads a folder would read there what the proof alone may
    hold, a member's own receipt (house rule: reading is private).
    """

    uid = public_id()
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="proofs")
    n = models.PositiveSmallIntegerField()
    pdf = models.BinaryField()
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    made_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    stamp = models.BinaryField(null=True, blank=True)
    stamped_at = models.DateTimeField(null=True, blank=True)
    stamp_authority = models.CharField(max_length=200, blank=True)
    stamp_problem = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = "preuve de convocation"
        verbose_name_plural = "preuves de convocation"
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "n"], name="council_convocationproof_one_per_number"
            ),
            models.CheckConstraint(
                condition=Q(stamp__isnull=True, stamped_at__isnull=True)
                | Q(stamp__isnull=False, stamped_at__isnull=False),
                name="council_convocationproof_stamped_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.meeting}, preuve {self.n}"
