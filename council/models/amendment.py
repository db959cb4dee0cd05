"""What changes in a meeting already convened, prepared beside the dossier that was sent."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from config.lib.fields import public_id
from council.models.convocation import DossierEdition
from council.models.meeting import MayorAgreement, Meeting


class AmendmentQuerySet(models.QuerySet["Amendment"]):
    def open(self) -> AmendmentQuerySet:
        return self.filter(sent_at__isnull=True, abandoned_at__isnull=True)

    def to_agree(self) -> AmendmentQuerySet:
        """Those about which the mayor was asked and has not answered."""
        return self.open().filter(
            agreements__in=MayorAgreement.objects.waiting().filter(amendment__isnull=False)
        )


class Amendment(models.Model):
    """A complementary convocation, or a modificatif, while it is prepared; then what left.

    The members keep the dossier they were sent until the change leaves: points to add and new
    wordings wait in rows of their own (``AgendaItem.amendment``), the new hour or place waits here.
    """

    uid = public_id()
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="amendments")
    # Empty: unchanged.
    starts_at = models.DateTimeField(null=True, blank=True)
    place = models.CharField(max_length=200, blank=True)
    # R-CONV-10: a small change of hour passes with its reason (T-CONV-39).
    minor_reason = models.TextField(blank=True)
    # R-CONV-06: points added in urgency, the council decides on it first.
    urgency_reason = models.TextField(blank=True)
    edition = models.OneToOneField(
        DossierEdition, null=True, blank=True, on_delete=models.PROTECT, related_name="amendment"
    )
    created_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    abandoned_at = models.DateTimeField(null=True, blank=True)

    objects = AmendmentQuerySet.as_manager()

    class Meta:
        verbose_name = "modificatif"
        constraints = [
            models.UniqueConstraint(
                fields=["meeting"],
                condition=Q(sent_at__isnull=True, abandoned_at__isnull=True),
                name="council_amendment_one_in_preparation",
                violation_error_message="Un modificatif est déjà en préparation.",
            ),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True, edition__isnull=True)
                | Q(sent_at__isnull=False, edition__isnull=False, abandoned_at__isnull=True),
                name="council_amendment_sent_as_an_edition",
            ),
        ]

    def __str__(self) -> str:
        return f"Modificatif, {self.meeting}"

    @property
    def is_open(self) -> bool:
        """Still being prepared."""
        return self.sent_at is None and self.abandoned_at is None
