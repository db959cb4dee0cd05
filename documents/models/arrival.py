"""What arrives and is not filed yet: envelopes (a mail, a scan, a deposit) and their files."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import Organisation, Team
from config.lib.fields import public_id
from documents.enums import ArrivalSource, ArrivalState
from documents.models.document import Document
from documents.models.folder import Folder


class ArrivalBin(models.Model):
    """The bin "À classer" of an organisation: which team empties it beside the direction."""

    organisation = models.OneToOneField(Organisation, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(
        Team,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="équipe qui classe",
    )

    class Meta:
        verbose_name = "corbeille d’arrivée"
        verbose_name_plural = "corbeilles d’arrivée"

    def __str__(self) -> str:
        return f"À classer, {self.organisation}"


class ArrivalAddress(models.Model):
    """A secret word in a mail address (`classer+<token>@…`): of the bin, or of one folder."""

    uid = public_id()
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    folder = models.ForeignKey(
        Folder, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    token = models.CharField(max_length=32, unique=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    closed_at = models.DateTimeField("fermée le", null=True, blank=True)

    class Meta:
        verbose_name = "adresse d’arrivée"
        verbose_name_plural = "adresses d’arrivée"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "folder"],
                condition=Q(closed_at=None),
                nulls_distinct=False,
                name="documents_arrivaladdress_one_open",
            ),
        ]

    def __str__(self) -> str:
        return f"adresse de {self.folder}" if self.folder_id else "adresse de la corbeille"


class Envelope(models.Model):
    """What came together: one mail, one scan, one deposit.

    `folder` is set when it was sent to that folder's own address: then only those who may file
    there see it. `source_key` makes a second reading of the same mail or scan harmless.
    """

    uid = public_id()
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    source = models.CharField("provenance", max_length=10, choices=ArrivalSource.choices)
    source_key = models.CharField(max_length=120)
    folder = models.ForeignKey(
        Folder, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    received_at = models.DateTimeField("arrivé le")
    sender_name = models.CharField("expéditeur", max_length=200, blank=True)
    sender_address = models.CharField("adresse", max_length=254, blank=True)
    subject = models.CharField("objet", max_length=300, blank=True)
    body = models.TextField("message", blank=True)
    brought_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # The whole mail (.eml) or the archive (.zip) that the files came out of.
    original_name = models.CharField(max_length=255, blank=True)
    original_key = models.CharField(max_length=64, blank=True)
    original_size = models.BigIntegerField(default=0)
    original_sha256 = models.CharField(max_length=64, blank=True)
    # Why nobody may open it yet; who vouched for it since.
    held_reason = models.CharField("retenu parce que", max_length=300, blank=True)
    released_at = models.DateTimeField("libéré le", null=True, blank=True)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    notice = models.CharField("remarque", max_length=300, blank=True)

    class Meta:
        verbose_name = "pli"
        verbose_name_plural = "plis"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "source_key"], name="documents_envelope_once"
            ),
            models.CheckConstraint(
                condition=Q(original_key="", original_size=0) | ~Q(original_key=""),
                name="documents_envelope_original_whole",
            ),
            models.CheckConstraint(
                condition=Q(released_at=None, released_by=None)
                | (Q(released_at__isnull=False) & ~Q(held_reason="")),
                name="documents_envelope_released_was_held",
            ),
        ]
        indexes = [
            models.Index(
                fields=["original_key"],
                condition=~Q(original_key=""),
                name="documents_envelope_original",
            ),
        ]

    def __str__(self) -> str:
        return self.subject or self.sender_name or "pli"

    @property
    def is_held(self) -> bool:
        """Its sender is not proved and nobody has vouched for it: its bytes stay closed."""
        return bool(self.held_reason) and self.released_at is None


class Arrival(models.Model):
    """One file that arrived. Its bytes become a document's first version when it is filed."""

    uid = public_id()
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    envelope = models.ForeignKey(Envelope, on_delete=models.PROTECT, related_name="arrivals")
    position = models.PositiveIntegerField(default=1)
    name = models.CharField("nom", max_length=255)
    storage_key = models.CharField(max_length=64)
    size = models.BigIntegerField("taille")
    sha256 = models.CharField(max_length=64)
    media_type = models.CharField("type", max_length=120)
    extension = models.CharField(max_length=20, blank=True)
    notice = models.CharField("remarque", max_length=300, blank=True)
    state = models.CharField(
        "état", max_length=10, choices=ArrivalState.choices, default=ArrivalState.TO_FILE
    )
    # The beginning of its words, read by a job: what proposals are made from.
    text = models.TextField(blank=True)
    read_at = models.DateTimeField("lu le", null=True, blank=True)
    # Erased with it, when archives law lets the document go.
    document = models.ForeignKey(
        Document, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    sorted_at = models.DateTimeField("traité le", null=True, blank=True)
    sorted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = "arrivée"
        verbose_name_plural = "arrivées"
        constraints = [
            models.UniqueConstraint(
                fields=["envelope", "position"], name="documents_arrival_position_once"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="documents_arrival_has_name"),
            models.CheckConstraint(
                condition=(
                    Q(state=ArrivalState.FILED, document__isnull=False, sorted_at__isnull=False)
                    | ~Q(state=ArrivalState.FILED) & Q(document=None)
                ),
                name="documents_arrival_filed_has_document",
            ),
        ]
        indexes = [
            models.Index(fields=["storage_key"], name="documents_arrival_key"),
            models.Index(
                fields=["organisation", "id"],
                condition=Q(state__in=["held", "to_file"]),
                name="documents_arrival_waiting",
            ),
        ]

    def __str__(self) -> str:
        return self.name
