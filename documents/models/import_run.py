"""Imports: many files brought in at once, and what became of each."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import MD5

from accounts.models import Organisation
from config.lib.fields import public_id
from documents.enums import ImportKind, ImportOutcome, ImportState
from documents.models.document import Document
from documents.models.folder import Folder


class ImportRun(models.Model):
    """One import into one folder. Goes on where it was when it is started again.

    `source` is a storage key for a ZIP that was sent, a path of the server for a disk.
    """

    uid = public_id()
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    folder = models.ForeignKey(
        Folder, on_delete=models.PROTECT, related_name="+", verbose_name="dans"
    )
    kind = models.CharField("origine", max_length=10, choices=ImportKind.choices)
    label = models.CharField("nom", max_length=255)
    source = models.TextField()
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="par"
    )
    state = models.CharField(
        "état", max_length=10, choices=ImportState.choices, default=ImportState.RUNNING
    )
    # Files of the source, when known beforehand (a ZIP has its list, a disk is walked).
    total = models.PositiveIntegerField("fichiers", null=True)
    reason = models.CharField("raison", max_length=300, blank=True)
    started_at = models.DateTimeField("commencé le")
    ended_at = models.DateTimeField("terminé le", null=True)

    class Meta:
        verbose_name = "import"
        verbose_name_plural = "imports"
        constraints = [
            models.CheckConstraint(
                condition=Q(state=ImportState.RUNNING, ended_at=None)
                | (~Q(state=ImportState.RUNNING) & Q(ended_at__isnull=False)),
                name="documents_importrun_ended_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(state=ImportState.FAILED) | ~Q(reason=""),
                name="documents_importrun_failure_has_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "-started_at"], name="documents_importrun_recent"),
            models.Index(
                fields=["folder"], condition=Q(kind=ImportKind.DRIVE), name="documents_old_network"
            ),
        ]

    def __str__(self) -> str:
        return self.label


class ImportedFile(models.Model):
    """What became of one file of an import, by its path in the source."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    run = models.ForeignKey(
        ImportRun, on_delete=models.CASCADE, related_name="files", db_index=False
    )
    path = models.TextField("fichier")
    size = models.BigIntegerField("taille")
    outcome = models.CharField("résultat", max_length=10, choices=ImportOutcome.choices)
    reason = models.CharField("raison", max_length=300, blank=True)
    document = models.ForeignKey(Document, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = "fichier importé"
        verbose_name_plural = "fichiers importés"
        constraints = [
            # By digest: a path of a disk may be longer than an index entry.
            models.UniqueConstraint(F("run"), MD5("path"), name="documents_importedfile_once"),
            models.CheckConstraint(
                condition=Q(outcome=ImportOutcome.FILED) | ~Q(reason=""),
                name="documents_importedfile_not_filed_has_reason",
            ),
        ]
        indexes = [models.Index(fields=["run", "outcome"], name="documents_importedfile_count")]

    def __str__(self) -> str:
        return self.path
