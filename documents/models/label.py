"""What the DGS names without code: types of documents, and tags."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from accounts.models import Organisation
from config.lib.fields import public_id


class LabelQuerySet(models.QuerySet["Label"]):
    def offered(self) -> LabelQuerySet:
        """Those that may still be chosen."""
        return self.filter(retired=False)

    def in_french_order(self) -> LabelQuerySet:
        """By stored sort key, then by id."""
        return self.order_by("sort_label", "id")


class Label(models.Model):
    """A word of one organisation, put on documents. Retired, it stays where it was put."""

    uid = public_id()
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    label = models.CharField("nom", max_length=60)
    name_key = models.CharField(max_length=120, editable=False)
    sort_label = models.CharField(max_length=120, editable=False)
    retired = models.BooleanField(
        "n’est plus proposé",
        default=False,
        help_text="Les documents qui le portent le gardent ; on ne peut plus le choisir.",
    )

    objects = LabelQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.label


class DocumentType(Label):
    """What a document is: a deliberation, a contract, an invoice. One at most per document."""

    class Meta:
        verbose_name = "type de document"
        verbose_name_plural = "types de documents"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name_key"],
                name="documents_type_once",
                violation_error_message="Ce type existe déjà.",
            ),
            models.CheckConstraint(condition=~Q(label=""), name="documents_type_has_label"),
        ]


class Tag(Label):
    """A word on documents, as many as needed."""

    class Meta:
        verbose_name = "étiquette"
        verbose_name_plural = "étiquettes"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name_key"],
                name="documents_tag_once",
                violation_error_message="Cette étiquette existe déjà.",
            ),
            models.CheckConstraint(condition=~Q(label=""), name="documents_tag_has_label"),
        ]


class DocumentTag(models.Model):
    """One tag on one document, both of the same organisation."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    document = models.ForeignKey(
        "documents.Document", on_delete=models.CASCADE, related_name="tagged"
    )
    tag = models.ForeignKey(Tag, on_delete=models.PROTECT, related_name="tagged")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["document", "tag"], name="documents_tag_once_per_document"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document} : {self.tag}"
