"""What was decided, passage by passage, before an act, a list or minutes were put online."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from config.lib.fields import public_id
from council.models.act import Act, Minutes, ResultList


class Redaction(models.Model):
    """The text that the public reads of one act, list or minutes, and who decided what it hides.

    ``decisions`` keeps each passage with its choice: the words of a hidden one are in the original,
    which stays whole. ``source_sha256`` is the text that was looked at; ``spans`` the places
    hidden in each of its parts, so that the page may be set again with the day it goes online.
    """

    uid = public_id()
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    act = models.OneToOneField(
        Act, null=True, blank=True, on_delete=models.PROTECT, related_name="redaction"
    )
    result_list = models.OneToOneField(
        ResultList, null=True, blank=True, on_delete=models.PROTECT, related_name="redaction"
    )
    minutes = models.OneToOneField(
        Minutes, null=True, blank=True, on_delete=models.PROTECT, related_name="redaction"
    )
    source_sha256 = models.CharField(max_length=64)
    decisions = models.JSONField(default=list)
    spans = models.JSONField(default=dict)
    hidden = models.PositiveIntegerField("passages cachés", default=0)
    version = models.ForeignKey("documents.Version", on_delete=models.PROTECT, related_name="+")
    decided_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        verbose_name = "occultation"
        constraints = [
            models.CheckConstraint(
                condition=Q(act__isnull=False, result_list__isnull=True, minutes__isnull=True)
                | Q(act__isnull=True, result_list__isnull=False, minutes__isnull=True)
                | Q(act__isnull=True, result_list__isnull=True, minutes__isnull=False),
                name="council_redaction_of_one_text",
            ),
        ]

    def __str__(self) -> str:
        return f"Occultation, {self.act or self.result_list or self.minutes}"
