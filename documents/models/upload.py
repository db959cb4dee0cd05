"""Files that arrive in parts, over a connection that may be cut."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.models import Organisation
from config.lib.fields import public_id
from documents.models.document import Document
from documents.models.folder import Folder


class Upload(models.Model):
    """One large file on its way to a folder. `offset` bytes of `size` are safely on disk.

    Once filed it keeps the document for a while: a browser whose connection broke at the last
    moment may still ask what became of its file.
    """

    uid = public_id()
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    folder = models.ForeignKey(Folder, on_delete=models.CASCADE, related_name="+")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name="par"
    )
    name = models.CharField("nom", max_length=255)
    # How the browser knows the same file again: its size, its date, its two ends.
    fingerprint = models.CharField(max_length=100, blank=True)
    size = models.BigIntegerField("taille")
    offset = models.BigIntegerField("reçu", default=0)
    storage_key = models.CharField(max_length=64)
    document = models.ForeignKey(Document, on_delete=models.CASCADE, null=True, related_name="+")
    said = models.CharField("résultat", max_length=500, blank=True)
    created_at = models.DateTimeField("commencé le")
    expires_at = models.DateTimeField("oublié le")

    class Meta:
        verbose_name = "dépôt en cours"
        verbose_name_plural = "dépôts en cours"
        constraints = [
            models.CheckConstraint(
                condition=Q(offset__gte=0, offset__lte=F("size")),
                name="documents_upload_offset_within",
            ),
            models.CheckConstraint(
                condition=Q(document=None) | Q(offset=F("size")),
                name="documents_upload_filed_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "folder"], name="documents_upload_owner"),
            models.Index(fields=["storage_key"], name="documents_upload_key"),
            models.Index(fields=["expires_at"], name="documents_upload_expiry"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.offset}/{self.size})"
