"""Comments: said on the document, instead of copies sent around."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import Organisation
from config.lib.fields import public_id
from documents.models.document import Document, Version


class Comment(models.Model):
    """One remark on a document or one of its pages, about the version that its author was reading.

    A remark opens a thread; answers point at it (`thread`), and only it is resolved.
    """

    uid = public_id()
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="comments")
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="+")
    thread = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replies"
    )
    page = models.PositiveIntegerField("page", null=True, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="par"
    )
    text = models.TextField("commentaire", max_length=4000, blank=True)
    created_at = models.DateTimeField("le")
    edited_at = models.DateTimeField("modifié le", null=True, blank=True)
    # Its words are gone, its place and its date stay: answers keep their sense.
    deleted_at = models.DateTimeField("supprimé le", null=True, blank=True)
    resolved_at = models.DateTimeField("résolu le", null=True, blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="résolu par",
    )

    class Meta:
        verbose_name = "commentaire"
        verbose_name_plural = "commentaires"
        constraints = [
            models.CheckConstraint(
                condition=(Q(deleted_at=None) & ~Q(text="")) | Q(deleted_at__isnull=False, text=""),
                name="documents_comment_says_something",
            ),
            models.CheckConstraint(
                condition=Q(resolved_at=None, resolved_by=None)
                | Q(resolved_at__isnull=False, resolved_by__isnull=False, thread=None),
                name="documents_comment_thread_resolved",
            ),
            models.CheckConstraint(
                condition=Q(page=None) | Q(page__gte=1, thread=None),
                name="documents_comment_page_of_thread",
            ),
        ]
        indexes = [models.Index(fields=["document", "id"], name="documents_comment_on")]

    def __str__(self) -> str:
        return self.text[:80]


class EarlierComment(models.Model):
    """What a comment said before its author changed it."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="earlier")
    text = models.TextField("commentaire", max_length=4000)
    written_at = models.DateTimeField("écrit le")

    class Meta:
        verbose_name = "ancien texte d’un commentaire"
        verbose_name_plural = "anciens textes des commentaires"

    def __str__(self) -> str:
        return self.text[:80]
