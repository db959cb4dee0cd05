"""What a member writes for themselves on a point of their dossier. Nobody else reads it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from config.lib.fields import public_id
from council.models.meeting import AgendaItem, Meeting


class PrivateNoteQuerySet(models.QuerySet["PrivateNote"]):
    def in_reading_order(self) -> PrivateNoteQuerySet:
        return self.order_by(
            "meeting__starts_at", "meeting_id", "item__number", "item_id", "document_id", "page"
        )


class PrivateNote(models.Model):
    """One member's words on one point, on one of its documents (``page`` 0), or on one page of it.

    It hangs on the point and on the document, not on an edition nor a version: a modified dossier
    keeps it. ``content`` is sealed (``council.sealed``): no table holds the words.
    """

    uid = public_id()
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    person = models.ForeignKey("accounts.Person", on_delete=models.CASCADE, related_name="+")
    # The meeting at which it was written; a point that comes back at another keeps its notes.
    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="+")
    item = models.ForeignKey(AgendaItem, on_delete=models.CASCADE, related_name="+")
    document = models.ForeignKey(
        "documents.Document", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    page = models.PositiveSmallIntegerField(default=0)
    content = models.BinaryField()
    changed_at = models.DateTimeField()

    objects = PrivateNoteQuerySet.as_manager()

    class Meta:
        verbose_name = "note personnelle"
        verbose_name_plural = "notes personnelles"
        constraints = [
            models.UniqueConstraint(
                fields=["person", "item", "document", "page"],
                nulls_distinct=False,
                name="council_privatenote_one_per_place",
            ),
            models.CheckConstraint(
                condition=Q(document__isnull=False) | Q(page=0),
                name="council_privatenote_page_of_a_document",
            ),
        ]

    def __str__(self) -> str:
        return "Note personnelle"


class NotesLeave(models.Model):
    """Somebody who no longer sits anywhere here: until when they may take their notes away.

    ``until`` is a local day, itself included; the notes are erased the night after.
    """

    uid = public_id()
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    person = models.ForeignKey("accounts.Person", on_delete=models.CASCADE, related_name="+")
    until = models.DateField()
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = "départ"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "person"], name="council_notesleave_one_per_person"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} : {self.until}"
