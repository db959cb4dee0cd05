"""The text of documents: page by page for snippets, as vectors for search."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from accounts.models import Organisation
from documents.models.document import Document, Version


class DocumentPage(models.Model):
    """The text of one page of one version, cleaned (`documents.search.normaliser.clean`)."""

    pk = models.CompositePrimaryKey("version_id", "number")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    version = models.ForeignKey(
        Version, on_delete=models.CASCADE, related_name="pages", db_index=False
    )
    number = models.PositiveIntegerField("page")
    text = models.TextField("texte")

    class Meta:
        verbose_name = "page de texte"
        verbose_name_plural = "pages de texte"

    def __str__(self) -> str:
        return f"page {self.number}"


class DocumentText(models.Model):
    """What search looks at: one row per document, in the partition of its organisation.

    Hash-partitioned by organisation, so that a word which is common elsewhere costs nothing here.
    Written only by `documents.search.index`, in the transaction that changes the title or the
    text; rights and trash are never copied here, they are joined when one searches.
    """

    pk = models.CompositePrimaryKey("organisation_id", "document_id")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    document = models.OneToOneField(Document, on_delete=models.CASCADE, related_name="text")
    # The version whose pages were read; none while only the title is known.
    version = models.ForeignKey(Version, on_delete=models.SET_NULL, null=True, related_name="+")
    # Meanings, for words and references; as written, for prefixes and quoted phrases.
    tsv_norm = SearchVectorField()
    tsv_exact = SearchVectorField()
    normaliser = models.PositiveSmallIntegerField()
    words = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "texte indexé"
        verbose_name_plural = "textes indexés"

    def __str__(self) -> str:
        return str(self.document_id)


class Word(models.Model):
    """One word of the documents of an organisation, to propose instead of one mistyped.

    Says nothing of who may read where it is: `documents.search.vocabulary` shows a word only to
    who can find it. Filled with the index, emptied of what no document holds any more.
    """

    pk = models.CompositePrimaryKey("organisation_id", "folded")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    folded = models.CharField("lettres", max_length=40, db_collation="C")
    shown = models.CharField("mot", max_length=40)

    class Meta:
        verbose_name = "mot du vocabulaire"
        verbose_name_plural = "mots du vocabulaire"
        indexes = [
            GinIndex(OpClass("folded", name="gin_trgm_ops"), name="documents_word_alike"),
        ]

    def __str__(self) -> str:
        return self.shown
