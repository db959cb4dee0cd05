"""Comments: said on the document, instead of copies sent around."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import Organisation
from config.lib.fields import public_id
from documents.models.document import Document, Version


class Comment(models.Model):
    """One remark on a document, about the version that its author was reading."""

    uid = public_id()
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="comments")
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="par"
    )
    text = models.TextField("commentaire", max_length=4000)
    created_at = models.DateTimeField("le")

    class Meta:
        verbose_name = "commentaire"
        verbose_name_plural = "commentaires"
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="documents_comment_says_something"),
        ]
        indexes = [models.Index(fields=["document", "id"], name="documents_comment_on")]

    def __str__(self) -> str:
        return self.text[:80]
