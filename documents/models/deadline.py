"""A day that a document commits the town hall to: the end of a contract, a commission's visit."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.models import Organisation
from config.lib.fields import public_id
from documents.enums import DeadlineKind
from documents.models.document import Document


class DeadlineQuerySet(models.QuerySet["Deadline"]):
    def waiting(self) -> DeadlineQuerySet:
        """Those that nobody has noted as done."""
        return self.filter(done_at=None)

    def late(self, today: date) -> DeadlineQuerySet:
        """Those whose day has passed."""
        return self.waiting().filter(due__lt=today)

    def near(self, today: date) -> DeadlineQuerySet:
        """Those whose reminder is due, late ones included."""
        return self.waiting().filter(remind_on__lte=today)

    def looked_after_by(self, person_id: int) -> DeadlineQuerySet:
        """Theirs by name; or nobody's by name, on a document that they answer for."""
        return self.filter(Q(owner=person_id) | Q(owner=None, document__owner=person_id))


class Deadline(models.Model):
    """One deadline of a document. `due` and `remind_on` are days of the organisation's calendar."""

    uid = public_id()
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    # Cascades: a document that may be erased is not kept by its deadlines.
    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="deadlines")
    kind = models.CharField("genre", max_length=10, choices=DeadlineKind.choices)
    label = models.CharField("échéance", max_length=200)
    due = models.DateField("le")
    remind_on = models.DateField("rappel le")
    # None: whoever answers for the document.
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="suivie par",
    )
    note = models.CharField("remarque", max_length=1000, blank=True)
    created_at = models.DateTimeField("notée le")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="par"
    )
    done_at = models.DateTimeField("faite le", null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="faite par",
    )
    # The `due` for which each message has left: another day makes it leave again.
    reminded_for = models.DateField(null=True, blank=True, editable=False)
    late_told_for = models.DateField(null=True, blank=True, editable=False)

    objects = DeadlineQuerySet.as_manager()

    class Meta:
        verbose_name = "échéance"
        verbose_name_plural = "échéances"
        constraints = [
            models.CheckConstraint(condition=~Q(label=""), name="documents_deadline_has_label"),
            models.CheckConstraint(
                condition=Q(kind__in=DeadlineKind.values), name="documents_deadline_known_kind"
            ),
            models.CheckConstraint(
                condition=Q(remind_on__lte=F("due")), name="documents_deadline_reminds_before"
            ),
            models.CheckConstraint(
                condition=Q(done_at=None, done_by=None)
                | Q(done_at__isnull=False, done_by__isnull=False),
                name="documents_deadline_done_together",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organisation", "due", "id"],
                condition=Q(done_at=None),
                name="documents_deadline_waiting",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def remind_days(self) -> int:
        """How many days before the reminder leaves."""
        return (self.due - self.remind_on).days
