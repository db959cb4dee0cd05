"""Templates: documents and folders that people start from."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import Organisation
from config.lib.fields import public_id
from documents.models.document import Document
from documents.models.folder import Folder


class Template(models.Model):
    """A folder or a document offered to start from. Only those who may read it see the offer."""

    uid = public_id()
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    folder = models.OneToOneField(
        Folder, on_delete=models.CASCADE, null=True, blank=True, related_name="template"
    )
    document = models.OneToOneField(
        Document, on_delete=models.CASCADE, null=True, blank=True, related_name="template"
    )
    offered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    offered_at = models.DateTimeField("proposé le")

    class Meta:
        verbose_name = "modèle"
        verbose_name_plural = "modèles"
        constraints = [
            models.CheckConstraint(
                condition=Q(folder__isnull=False, document=None)
                | Q(folder=None, document__isnull=False),
                name="documents_template_folder_or_document",
            )
        ]

    def __str__(self) -> str:
        return str(self.folder or self.document)
