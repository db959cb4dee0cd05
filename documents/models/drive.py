"""What the network drive remembers: locks, drafts, properties of clients, editing links."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import Organisation
from config.lib.fields import public_id
from documents.models.document import Document
from documents.models.folder import Folder


class DriveDraft(models.Model):
    """A file that one person's programme put beside the documents, and that is not one (yet).

    Office's and the system's own files (`~$note.docx`, `._x`, `.DS_Store`), copies under a
    temporary name, and the empty file by which Windows and macOS announce what they will write.
    Only its author sees it, for some hours; bytes under a real name become a document at once.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    folder = models.ForeignKey(Folder, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=255)
    name_key = models.CharField(max_length=500)
    storage_key = models.CharField(max_length=64, blank=True)
    size = models.BigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    changed_at = models.DateTimeField()
    # The document that the programme put aside under this name while it saves: hidden from the
    # drive of that person for a moment, never touched.
    stands_for = models.ForeignKey(
        Document, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = "fichier provisoire"
        verbose_name_plural = "fichiers provisoires"
        constraints = [
            models.UniqueConstraint(
                fields=["person", "folder", "name_key"], name="documents_drivedraft_once"
            )
        ]

    def __str__(self) -> str:
        return self.name


class DriveLockQuerySet(models.QuerySet["DriveLock"]):
    def running(self, now: datetime) -> DriveLockQuerySet:
        """Those that have not ended."""
        return self.filter(expires_at__gt=now)


class DriveLock(models.Model):
    """A WebDAV lock (RFC 4918 §6): the token is the uid. On a document it is also a reservation."""

    uid = public_id()
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    document = models.ForeignKey(
        Document, on_delete=models.CASCADE, null=True, blank=True, related_name="drive_locks"
    )
    folder = models.ForeignKey(
        Folder, on_delete=models.CASCADE, null=True, blank=True, related_name="drive_locks"
    )
    draft = models.ForeignKey(
        DriveDraft, on_delete=models.CASCADE, null=True, blank=True, related_name="drive_locks"
    )
    deep = models.BooleanField(default=False)
    owner = models.TextField(blank=True)  # XML, as the client gave it
    seconds = models.PositiveIntegerField()
    expires_at = models.DateTimeField()

    objects = DriveLockQuerySet.as_manager()

    class Meta:
        verbose_name = "verrou du lecteur réseau"
        verbose_name_plural = "verrous du lecteur réseau"
        constraints = [
            models.CheckConstraint(
                condition=Q(document__isnull=False, folder=None, draft=None)
                | Q(document=None, folder__isnull=False, draft=None)
                | Q(document=None, folder=None, draft__isnull=False),
                name="documents_drivelock_on_one_thing",
            ),
            models.UniqueConstraint(
                fields=["document"],
                condition=Q(document__isnull=False),
                name="documents_drivelock_document",
            ),
            models.UniqueConstraint(
                fields=["folder"],
                condition=Q(folder__isnull=False),
                name="documents_drivelock_folder",
            ),
            models.UniqueConstraint(
                fields=["draft"],
                condition=Q(draft__isnull=False),
                name="documents_drivelock_draft",
            ),
        ]

    def __str__(self) -> str:
        return f"urn:uuid:{self.uid}"


class DriveProperty(models.Model):
    """A property that a client keeps on something (RFC 4918 §4): ours to store only."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    document = models.ForeignKey(
        Document, on_delete=models.CASCADE, null=True, blank=True, related_name="drive_properties"
    )
    folder = models.ForeignKey(
        Folder, on_delete=models.CASCADE, null=True, blank=True, related_name="drive_properties"
    )
    name = models.CharField(max_length=300)  # {namespace}local
    value = models.TextField()  # the element, as XML

    class Meta:
        verbose_name = "propriété du lecteur réseau"
        verbose_name_plural = "propriétés du lecteur réseau"
        constraints = [
            models.CheckConstraint(
                condition=Q(document__isnull=False, folder=None)
                | Q(document=None, folder__isnull=False),
                name="documents_driveproperty_on_one_thing",
            ),
            models.UniqueConstraint(
                fields=["document", "name"], name="documents_driveproperty_document"
            ),
            models.UniqueConstraint(
                fields=["folder", "name"], name="documents_driveproperty_folder"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class EditingLink(models.Model):
    """One document opened in a programme by one person: an address of its own, for a while."""

    uid = public_id()
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="editing_links")
    opened_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "ouverture dans un logiciel"
        verbose_name_plural = "ouvertures dans un logiciel"
        indexes = [models.Index(fields=["document", "person"], name="documents_editinglink_whose")]

    def __str__(self) -> str:
        return f"{self.document} : {self.person}"
