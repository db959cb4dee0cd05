"""Documents and their versions."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import F, OuterRef, Q

from accounts.models import Organisation
from config.lib.fields import public_id
from documents.enums import ROLE_PERMISSIONS, IndexState
from documents.models.folder import Folder
from documents.models.label import DocumentTag, DocumentType, Tag


class DocumentQuerySet(models.QuerySet["Document"]):
    def live(self) -> DocumentQuerySet:
        """Neither in the trash nor in a folder that is."""
        return self.filter(trashed_at=None, folder__trashed_at=None)

    def in_french_order(self) -> DocumentQuerySet:
        """By stored sort key, then by id."""
        return self.order_by("sort_title", "id")

    def with_tag_labels(self) -> DocumentQuerySet:
        """With the names of the tags, in French order, as `tag_labels`: no statement more."""
        return self.annotate(tag_labels=tag_labels())


def tag_labels() -> ArraySubquery:
    """The names of the tags of each document of a list, in French order, for `annotate`."""
    tagged = DocumentTag.objects.filter(document=OuterRef("pk"))
    ordered = tagged.order_by("tag__sort_label", "tag_id")
    return ArraySubquery(ordered.values("tag__label"))


class Document(models.Model):
    """A document of one folder. Its rights are its folder's unless it has a domain of its own."""

    uid = public_id()
    # The indexes below begin with each of these three.
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    folder = models.ForeignKey(
        Folder, on_delete=models.PROTECT, related_name="documents", db_index=False
    )
    own_domain = models.ForeignKey(
        "documents.AccessDomain",
        on_delete=models.PROTECT,
        db_index=False,
        null=True,
        blank=True,
        related_name="documents",
    )
    title = models.CharField("nom", max_length=255)
    name_key = models.CharField(max_length=500, editable=False)
    sort_title = models.CharField(max_length=300, editable=False)
    current_version = models.ForeignKey(
        "documents.Version", on_delete=models.PROTECT, null=True, related_name="+"
    )
    # Repeat the current version's, for lists and filters without a join.
    media_type = models.CharField("type", max_length=120, blank=True)
    size = models.BigIntegerField("taille", default=0)
    # What the DGS named: a kind of document, and words on it.
    type = models.ForeignKey(
        DocumentType,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="documents",
        verbose_name="type de document",
    )
    tags = models.ManyToManyField(
        Tag, through=DocumentTag, related_name="documents", verbose_name="étiquettes"
    )
    created_at = models.DateTimeField("déposé le")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="déposé par",
    )
    # Who answers for it, and hands it over when they leave. The one who filed it, to begin with.
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="responsable",
    )
    changed_at = models.DateTimeField("modifié le")
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="modifié par",
    )
    trashed_at = models.DateTimeField("mis à la corbeille le", null=True, blank=True)
    trashed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = "document"
        verbose_name_plural = "documents"
        default_permissions = ()
        permissions = ROLE_PERMISSIONS
        constraints = [
            models.UniqueConstraint(
                fields=["folder", "name_key"],
                condition=Q(trashed_at=None),
                name="documents_document_name_once",
                violation_error_message="Un document porte déjà ce nom ici.",
            ),
            models.CheckConstraint(condition=~Q(title=""), name="documents_document_has_title"),
            models.CheckConstraint(
                condition=Q(trashed_at=None, trashed_by=None) | Q(trashed_at__isnull=False),
                name="documents_document_trashed_pair",
            ),
        ]
        indexes = [
            models.Index(
                fields=["folder", "sort_title", "id"], name="documents_document_in_folder"
            ),
            models.Index(fields=["folder", "changed_at", "id"], name="documents_document_by_date"),
            models.Index(fields=["folder", "size", "id"], name="documents_document_by_size"),
            models.Index(
                fields=["folder", "media_type", "sort_title", "id"],
                name="documents_document_by_type",
            ),
            # All that a search counts of the documents that somebody may read.
            models.Index(
                fields=["folder"],
                include=["id", "changed_at", "changed_by", "media_type", "sort_title"],
                condition=Q(trashed_at=None, own_domain=None),
                name="documents_document_search",
            ),
            models.Index(fields=["organisation", "-changed_at"], name="documents_document_recent"),
            models.Index(
                fields=["own_domain"],
                condition=Q(own_domain__isnull=False),
                name="documents_document_own_domain",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Version(models.Model):
    """One state of a document's bytes. Never changed; a restoration is a new version."""

    uid = public_id()
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField("version")
    storage_key = models.CharField(max_length=64)
    size = models.BigIntegerField("taille")
    sha256 = models.CharField(max_length=64)
    media_type = models.CharField("type", max_length=120)
    extension = models.CharField(max_length=20, blank=True)
    original_name = models.CharField("nom du fichier déposé", max_length=255)
    notice = models.CharField("remarque", max_length=300, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="par",
    )
    created_at = models.DateTimeField("le")
    reason = models.CharField("motif", max_length=300, blank=True)
    restored_from = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # The reservation under which it was saved: the saves of one sitting are shown together.
    sitting = models.UUIDField(null=True, blank=True, editable=False)
    index_state = models.CharField(
        max_length=10, choices=IndexState.choices, default=IndexState.WAITING
    )
    index_reason = models.CharField("raison", max_length=300, blank=True)
    page_count = models.PositiveIntegerField("pages", null=True, blank=True)
    # Pages whose words were recognised on a picture: such words may hold mistakes of their own.
    scanned_pages = models.PositiveIntegerField("pages numérisées", default=0)

    class Meta:
        verbose_name = "version"
        verbose_name_plural = "versions"
        constraints = [
            models.UniqueConstraint(
                fields=["document", "number"], name="documents_version_number_once"
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1), name="documents_version_number_from_one"
            ),
            models.CheckConstraint(
                condition=~Q(index_state=IndexState.FAILED) | ~Q(index_reason=""),
                name="documents_version_failure_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(restored_from=None) | ~Q(restored_from=F("id")),
                name="documents_version_not_restored_from_itself",
            ),
        ]
        indexes = [
            models.Index(fields=["storage_key"], name="documents_version_key"),
            models.Index(fields=["organisation", "sha256"], name="documents_version_bytes"),
            models.Index(
                fields=["organisation", "created_at"],
                condition=Q(index_state__in=["waiting", "ocr", "failed"]),
                name="documents_version_unread",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.original_name} v{self.number}"


class VersionHold(models.Model):
    """Pins a version for an upper app (a sent dossier): nothing held is ever purged."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="holds")
    label = models.CharField("retenue pour", max_length=200)
    holder_uid = models.UUIDField()
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = "retenue"
        verbose_name_plural = "retenues"
        constraints = [
            models.UniqueConstraint(
                fields=["version", "holder_uid"], name="documents_hold_once_per_holder"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version} : {self.label}"
