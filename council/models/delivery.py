"""What happens to a convocation on its way, fact by fact, and where reports of it may be posted."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from config.lib.fields import public_id
from council.enums import FactKind
from council.models.convocation import Convocation


class SendingFactQuerySet(models.QuerySet["SendingFact"]):
    def of_kind(self, *kinds: FactKind) -> SendingFactQuerySet:
        return self.filter(kind__in=kinds)


class SendingFact(models.Model):
    """One dated fact of one member's convocation: a sending, what came back, a copy, a reminder,
    the member's own receipt. The convocation says where it stands, this says how it got there.

    A copy and a reminder are asked at ``at``, and ``settled_at`` says when their fate was known.
    ``pieces`` is what a member chose to declare as opened (house rule: reading is private, it
    joins the proof by their own act only), as uids of the edition's pieces.
    """

    uid = public_id()
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    convocation = models.ForeignKey(Convocation, on_delete=models.PROTECT, related_name="facts")
    kind = models.CharField(max_length=10, choices=FactKind)
    at = models.DateTimeField()
    by = models.ForeignKey(
        "accounts.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    mail = models.UUIDField(null=True, blank=True)
    address = models.CharField(max_length=300, blank=True)
    code = models.CharField(max_length=20, blank=True)
    words = models.CharField(max_length=500, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=12, blank=True)
    pieces = models.JSONField(default=list, blank=True)

    objects = SendingFactQuerySet.as_manager()

    class Meta:
        verbose_name = "fait d’envoi"
        verbose_name_plural = "faits d’envoi"
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["convocation", "kind", "mail"],
                condition=Q(mail__isnull=False),
                name="council_sendingfact_once_per_message",
            ),
            models.UniqueConstraint(
                fields=["convocation"],
                condition=Q(kind=FactKind.REMINDER),
                name="council_sendingfact_reminded_once",
                violation_error_message="Cette personne a déjà été relancée.",
            ),
            models.UniqueConstraint(
                fields=["convocation"],
                condition=Q(kind=FactKind.RECEIPT),
                name="council_sendingfact_one_receipt",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} — {self.convocation}"


class ReturnHook(models.Model):
    """Where an organisation's mail provider may post delivery reports. The secret is derived from
    the generation: a new one makes the former worthless."""

    uid = public_id()
    organisation = models.OneToOneField(
        "accounts.Organisation", on_delete=models.CASCADE, related_name="+"
    )
    generation = models.PositiveIntegerField(default=1)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "adresse des retours"
        verbose_name_plural = "adresses des retours"

    def __str__(self) -> str:
        return f"Retours de {self.organisation}"
