"""What is posted at the door of the town hall, and when it was taken down."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from config.lib.fields import public_id
from council.enums import PostedWhat
from council.models.act import Act
from council.models.meeting import Meeting


class Posting(models.Model):
    """One notice: a convocation or a list (of a meeting), or an act. ``by`` answers for it."""

    uid = public_id()
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    what = models.CharField(max_length=12, choices=PostedWhat)
    meeting = models.ForeignKey(
        Meeting, null=True, blank=True, on_delete=models.PROTECT, related_name="postings"
    )
    act = models.OneToOneField(
        Act, null=True, blank=True, on_delete=models.PROTECT, related_name="posting"
    )
    posted_on = models.DateField("affiché le")
    removed_on = models.DateField("retiré le", null=True, blank=True)
    place = models.CharField("lieu", max_length=120, default="à la porte de la mairie")
    by = models.CharField("affiché par", max_length=120)
    noted_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name = "affichage"
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "what"],
                condition=Q(meeting__isnull=False),
                name="council_posting_once_per_meeting",
            ),
            models.CheckConstraint(
                condition=Q(what=PostedWhat.ACT, act__isnull=False, meeting__isnull=True)
                | (~Q(what=PostedWhat.ACT) & Q(act__isnull=True, meeting__isnull=False)),
                name="council_posting_of_an_act_or_of_a_meeting",
            ),
            models.CheckConstraint(
                condition=Q(removed_on__isnull=True) | Q(removed_on__gte=F("posted_on")),
                name="council_posting_taken_down_after_it_was_posted",
                violation_error_message="Le retrait vient après l’affichage.",
            ),
            models.CheckConstraint(condition=~Q(by=""), name="council_posting_by_somebody"),
        ]

    def __str__(self) -> str:
        return f"{self.get_what_display()}, {self.act or self.meeting}"
