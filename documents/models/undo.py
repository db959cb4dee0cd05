"""What somebody has just done to the tree, and may still undo."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from accounts.models import Organisation
from config.lib.fields import public_id


class UndoKind(models.TextChoices):
    """What was done."""

    MOVED = "moved", "déplacement"
    RENAMED = "renamed", "nouveau nom"
    TRASHED = "trashed", "mise à la corbeille"


class UndoStep(models.Model):
    """One act of one person, with what is needed to bring everything back as it was.

    `items` is a list of `{"kind": "folder" | "document", "uid", "before", "after"}`: folders'
    identifiers for a move, names for a renaming, for the trash the instant in `after`.
    """

    uid = public_id()
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=UndoKind.choices)
    items = models.JSONField()
    created_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "annulation possible"
        verbose_name_plural = "annulations possibles"
        indexes = [models.Index(fields=["created_at"], name="documents_undo_age")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({len(self.items)})"
