"""The register of the post: what came in, what went out, numbered by year without a gap."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.models import Organisation, Team
from config.lib.fields import public_id
from documents.enums import MailDirection
from documents.models.document import Document


class MailCounter(models.Model):
    """The last number given, by direction and year; locked by whoever gives the next one."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    direction = models.CharField(max_length=3, choices=MailDirection.choices)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "compteur de courrier"
        verbose_name_plural = "compteurs de courrier"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "direction", "year"], name="documents_mailcounter_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_direction_display()} {self.year} : {self.last}"


class MailEntry(models.Model):
    """One line of the register. Never deleted: a number that was given stays given."""

    uid = public_id()
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    direction = models.CharField("sens", max_length=3, choices=MailDirection.choices)
    year = models.PositiveSmallIntegerField("année")
    number = models.PositiveIntegerField("numéro")
    day = models.DateField("date")
    correspondent = models.CharField("expéditeur ou destinataire", max_length=200)
    subject = models.CharField("objet", max_length=300)
    # The line outlives its document: a number that was given stays given, its words stay closed.
    document = models.ForeignKey(
        Document, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    on_paper = models.BooleanField("sans document", default=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="pour la personne",
    )
    team = models.ForeignKey(
        Team,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="pour l’équipe",
    )
    reply_due = models.DateField("réponse attendue avant le", null=True, blank=True)
    # An outgoing line that answers an incoming one.
    answers = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="answered_by"
    )
    done_at = models.DateTimeField("traité le", null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField("inscrit le")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = "courrier"
        verbose_name_plural = "registre du courrier"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "direction", "year", "number"],
                name="documents_mailentry_number_once",
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1), name="documents_mailentry_number_from_one"
            ),
            models.CheckConstraint(
                condition=~Q(correspondent="") & ~Q(subject=""),
                name="documents_mailentry_says_who_and_what",
            ),
            models.CheckConstraint(
                condition=Q(person=None) | Q(team=None), name="documents_mailentry_one_in_charge"
            ),
            models.CheckConstraint(
                condition=Q(answers=None)
                | (Q(direction=MailDirection.OUTGOING) & ~Q(answers=F("id"))),
                name="documents_mailentry_answers_incoming",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organisation", "reply_due"],
                condition=Q(done_at=None, reply_due__isnull=False),
                name="documents_mailentry_waiting",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """A-2026-0012 for what came in, D-2026-0003 for what went out."""
        letter = "A" if self.direction == MailDirection.INCOMING else "D"
        return f"{letter}-{self.year}-{self.number:04d}"
