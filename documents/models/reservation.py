"""A document set aside by one person for a while: the others read, only the holder saves."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.models import Organisation
from config.lib.fields import public_id
from documents.models.document import Document


class ReservationQuerySet(models.QuerySet["Reservation"]):
    def running(self, now: datetime) -> ReservationQuerySet:
        """Those that have not ended: an expired row is as if it were not there."""
        return self.filter(expires_at__gt=now)


class Reservation(models.Model):
    """Who holds a document, and until when. One row a document; an expired one is taken over."""

    uid = public_id()
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    document = models.OneToOneField(
        Document, on_delete=models.CASCADE, related_name="reservation", verbose_name="document"
    )
    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name="réservé par",
    )
    taken_at = models.DateTimeField("depuis")
    expires_at = models.DateTimeField("jusqu’à")
    # Taken by a programme (Word, LibreOffice, a network drive): it ends when the file is closed.
    by_programme = models.BooleanField("pris par un logiciel", default=False)

    objects = ReservationQuerySet.as_manager()

    class Meta:
        verbose_name = "réservation"
        verbose_name_plural = "réservations"
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("taken_at")),
                name="documents_reservation_ends_later",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document} : {self.holder}"
