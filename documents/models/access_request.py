"""Asking to be let in: what a colleague writes when a link leads where they may not go."""

from __future__ import annotations

from typing import cast

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import Organisation
from config.lib.fields import public_id
from documents.enums import Role
from documents.models.document import Document
from documents.models.folder import Folder


class AccessRequest(models.Model):
    """Somebody of the organisation asks for a role on one folder or document.

    `given` is the role that the answer gave; empty once answered means refused, with its reason.
    `to_direction`: nobody managed the rights when it was asked, the DGS was told instead.
    """

    uid = public_id()
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name="demandé par",
    )
    folder = models.ForeignKey(
        Folder, on_delete=models.CASCADE, null=True, blank=True, related_name="access_requests"
    )
    document = models.ForeignKey(
        Document, on_delete=models.CASCADE, null=True, blank=True, related_name="access_requests"
    )
    wanted = models.SmallIntegerField("droit demandé", choices=Role.choices, default=Role.READER)
    message = models.CharField("pourquoi", max_length=500, blank=True)
    asked_at = models.DateTimeField("demandé le")
    to_direction = models.BooleanField("adressée à la direction générale", default=False)
    answered_at = models.DateTimeField("répondu le", null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="répondu par",
    )
    given = models.SmallIntegerField("droit donné", choices=Role.choices, null=True, blank=True)
    reason = models.CharField("motif du refus", max_length=300, blank=True)

    class Meta:
        verbose_name = "demande d’accès"
        verbose_name_plural = "demandes d’accès"
        constraints = [
            models.CheckConstraint(
                condition=Q(folder__isnull=False, document=None)
                | Q(folder=None, document__isnull=False),
                name="documents_request_folder_or_document",
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None, answered_by=None, given=None, reason="")
                | Q(answered_at__isnull=False, answered_by__isnull=False),
                name="documents_request_answered_together",
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None) | Q(given__isnull=False) | ~Q(reason=""),
                name="documents_request_refusal_has_reason",
            ),
            models.UniqueConstraint(
                fields=["person", "folder"],
                condition=Q(answered_at=None, folder__isnull=False),
                name="documents_request_once_per_folder",
            ),
            models.UniqueConstraint(
                fields=["person", "document"],
                condition=Q(answered_at=None, document__isnull=False),
                name="documents_request_once_per_document",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organisation", "asked_at"],
                condition=Q(answered_at=None),
                name="documents_request_waiting",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} : {self.get_wanted_display()}"

    @property
    def target(self) -> Folder | Document:
        """The folder or document asked for."""
        return cast("Folder | Document", self.folder or self.document)
