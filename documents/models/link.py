"""Links that let somebody without an account in: to take a file, or to bring some."""

from __future__ import annotations

from typing import cast

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.models import Organisation
from config.lib.fields import public_id
from documents.enums import Accepted, LinkKind, Role
from documents.models.document import Document
from documents.models.folder import Folder


class OutsideLink(models.Model):
    """A link on one folder or document. It can do what its author can, and stops when they cannot.

    Its secret is not stored: it is worked out from `uid` and a key of the server. `password` is a
    hash, or empty.
    """

    uid = public_id()
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField("sorte", max_length=5, choices=LinkKind.choices)
    folder = models.ForeignKey(
        Folder, on_delete=models.CASCADE, null=True, blank=True, related_name="outside_links"
    )
    document = models.ForeignKey(
        Document, on_delete=models.CASCADE, null=True, blank=True, related_name="outside_links"
    )
    label = models.CharField("pour qui", max_length=120)
    message = models.CharField("message affiché", max_length=500, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="par"
    )
    created_at = models.DateTimeField("créé le")
    expires_at = models.DateTimeField("valable jusqu’au")
    password = models.CharField(max_length=200, blank=True)
    max_downloads = models.PositiveIntegerField("téléchargements permis", null=True, blank=True)
    download_count = models.PositiveIntegerField("téléchargements", default=0)
    # What may be brought (deposit links).
    accepts = models.CharField(
        "fichiers acceptés", max_length=10, choices=Accepted.choices, default=Accepted.ANY
    )
    max_files = models.PositiveIntegerField("nombre de fichiers permis", default=20)
    max_bytes = models.BigIntegerField("taille permise par fichier", default=50 * 1024 * 1024)
    file_count = models.PositiveIntegerField("fichiers reçus", default=0)
    ending_told_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField("coupé le", null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = "lien vers l’extérieur"
        verbose_name_plural = "liens vers l’extérieur"
        constraints = [
            models.CheckConstraint(
                condition=Q(folder__isnull=False, document=None)
                | Q(folder=None, document__isnull=False),
                name="documents_link_folder_or_document",
            ),
            models.CheckConstraint(
                condition=~Q(kind=LinkKind.DROP) | Q(folder__isnull=False),
                name="documents_link_deposit_into_folder",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")), name="documents_link_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_by=None)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="documents_link_revoked_together",
            ),
            models.CheckConstraint(
                condition=Q(max_downloads=None) | Q(download_count__lte=F("max_downloads")),
                name="documents_link_within_its_downloads",
            ),
            models.CheckConstraint(
                condition=Q(file_count__lte=F("max_files")), name="documents_link_within_its_files"
            ),
            models.CheckConstraint(condition=~Q(label=""), name="documents_link_has_label"),
        ]
        indexes = [
            models.Index(fields=["organisation", "-created_at"], name="documents_link_by_org"),
            models.Index(
                fields=["expires_at"],
                condition=Q(revoked_at=None, ending_told_at=None),
                name="documents_link_ending",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def target(self) -> Folder | Document:
        """The folder or document that it leads to."""
        return cast("Folder | Document", self.folder or self.document)


class Deposit(models.Model):
    """What somebody brought in one go: who they say they are, and what was received.

    `files` is the receipt: the name and size of each file as it was sent, in order, with the
    document that it became.
    """

    uid = public_id()
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    link = models.ForeignKey(OutsideLink, on_delete=models.CASCADE, related_name="deposits")
    name = models.CharField("nom", max_length=120)
    email = models.EmailField("courriel", blank=True)
    message = models.CharField("message", max_length=1000, blank=True)
    at = models.DateTimeField("reçu le")
    files = models.JSONField("fichiers", default=list)

    class Meta:
        verbose_name = "dépôt"
        verbose_name_plural = "dépôts"
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="documents_deposit_has_name"),
        ]

    def __str__(self) -> str:
        return self.name


class LinkPolicy(models.Model):
    """What an organisation allows of links towards the outside; without a row, the defaults."""

    organisation = models.OneToOneField(Organisation, on_delete=models.CASCADE, related_name="+")
    longest_days = models.PositiveSmallIntegerField("durée la plus longue, en jours", default=90)
    least_role = models.SmallIntegerField(
        "qui peut en créer",
        choices=[
            (Role.EDITOR.value, "qui peut modifier"),
            (Role.MANAGER.value, "qui gère les droits"),
        ],
        default=Role.EDITOR,
    )

    class Meta:
        verbose_name = "règle des liens vers l’extérieur"
        verbose_name_plural = "règles des liens vers l’extérieur"
        constraints = [
            models.CheckConstraint(
                condition=Q(longest_days__gte=1, longest_days__lte=730),
                name="documents_link_policy_days",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.longest_days} jours"
