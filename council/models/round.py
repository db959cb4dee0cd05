"""Carrying paper dossiers: the order of the round, kept by the commune, and its signed sheet."""

from __future__ import annotations

from django.db import models

from config.lib.fields import public_id
from council.models.meeting import Meeting


class RoundStop(models.Model):
    """Where one member comes in the delivery round, whatever the body. A member without a stop
    comes after the others, in the order of the tableau."""

    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.CASCADE, related_name="+"
    )
    person = models.ForeignKey("accounts.Person", on_delete=models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = "étape de tournée"
        verbose_name_plural = "étapes de tournée"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "person"], name="council_roundstop_one_per_person"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.person}"


class RoundScan(models.Model):
    """The round sheet of a meeting, signed by the members and scanned: a document of its folder.

    The version is pinned, so that its digest in the proof is that of what was signed.
    """

    uid = public_id()
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="round_scans")
    version = models.ForeignKey("documents.Version", on_delete=models.PROTECT, related_name="+")
    filed_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    filed_at = models.DateTimeField()

    class Meta:
        verbose_name = "feuille de tournée signée"
        verbose_name_plural = "feuilles de tournée signées"
        ordering = ["filed_at", "pk"]

    def __str__(self) -> str:
        return f"Feuille de tournée, {self.meeting}"
