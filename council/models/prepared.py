"""A session prepared elsewhere, brought in as one archive."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from config.lib.fields import public_id
from council.enums import PreparedState
from council.models.assembly import Assembly
from council.models.meeting import Meeting


class PreparedSession(models.Model):
    """What an archive describes, looked at, then taken in by a job: whole, or not at all.

    ``told`` is the description as it was read, ``files`` what each file of the archive really is,
    ``left_out`` the lines that the person did not keep. The archive itself is a document.
    """

    uid = public_id()
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    assembly = models.ForeignKey(Assembly, on_delete=models.PROTECT, related_name="+")
    folder = models.ForeignKey("documents.Folder", on_delete=models.PROTECT, related_name="+")
    # Its bytes stay with the document; purged since, there is nothing left to take in.
    archive = models.ForeignKey(
        "documents.Version", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=8, choices=PreparedState, default=PreparedState.LOOKED_AT)
    told = models.JSONField()
    files = models.JSONField(default=list)
    left_out = models.JSONField(default=list)
    starts_at = models.DateTimeField(null=True, blank=True)
    place = models.CharField(max_length=200, blank=True)
    meeting = models.ForeignKey(
        Meeting, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    brought_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    brought_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    problem = models.TextField(blank=True)

    class Meta:
        verbose_name = "séance préparée ailleurs"
        verbose_name_plural = "séances préparées ailleurs"
        constraints = [
            models.CheckConstraint(
                condition=Q(state=PreparedState.DONE, meeting__isnull=False)
                | (~Q(state=PreparedState.DONE) & Q(meeting__isnull=True)),
                name="council_preparedsession_done_with_its_meeting",
            ),
        ]

    def __str__(self) -> str:
        return f"Séance préparée ailleurs : {self.assembly}"
