"""Rights: explicit entries, the points where they change, and what follows from them.

Entries are what people see and edit. `EffectiveAccess` is derived from them, rebuilt in the same
transaction, and read by everything.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from accounts.models import Organisation
from config.lib.fields import public_id
from documents.enums import Role
from documents.models.document import Document
from documents.models.folder import Folder


class AccessDomain(models.Model):
    """A folder or a document where rights change. Everything below, up to the next one, follows.

    `inherits=False` is a restricted folder: nothing comes from above. `confidential` implies it:
    title masked in mails, no external link, every opening traced.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    folder = models.OneToOneField(
        Folder, on_delete=models.CASCADE, null=True, blank=True, related_name="own_domain"
    )
    document = models.OneToOneField(
        Document, on_delete=models.CASCADE, null=True, blank=True, related_name="domain_of_its_own"
    )
    inherits = models.BooleanField("reprend les droits du dessus", default=True)
    confidential = models.BooleanField("confidentiel", default=False)

    class Meta:
        verbose_name = "domaine de droits"
        verbose_name_plural = "domaines de droits"
        constraints = [
            models.CheckConstraint(
                condition=Q(folder__isnull=False, document=None)
                | Q(folder=None, document__isnull=False),
                name="documents_domain_folder_or_document",
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=False) | Q(inherits=False, folder__isnull=False),
                name="documents_domain_root_inherits_nothing",
            ),
            models.CheckConstraint(
                condition=Q(confidential=False) | Q(inherits=False),
                name="documents_domain_confidential_is_restricted",
            ),
        ]
        indexes = [models.Index(fields=["parent"], name="documents_domain_parent")]

    def __str__(self) -> str:
        return str(self.folder or self.document)


class GrantFields(models.Model):
    """Who gave an entry, and when."""

    uid = public_id()
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    granted_at = models.DateTimeField()

    class Meta:
        abstract = True


class FolderUserGrant(GrantFields, UserObjectPermissionBase):  # type: ignore[misc]
    """A person's entry on a folder."""

    content_object = models.ForeignKey(Folder, on_delete=models.CASCADE, related_name="user_grants")

    class Meta(UserObjectPermissionBase.Meta):  # type: ignore[misc]
        abstract = False
        verbose_name = "droit d’une personne sur un dossier"
        verbose_name_plural = "droits des personnes sur les dossiers"
        constraints = [
            models.UniqueConstraint(
                fields=["content_object", "user"], name="documents_folderusergrant_one_role"
            )
        ]


class FolderGroupGrant(GrantFields, GroupObjectPermissionBase):  # type: ignore[misc]
    """A team's entry on a folder."""

    content_object = models.ForeignKey(
        Folder, on_delete=models.CASCADE, related_name="group_grants"
    )

    class Meta(GroupObjectPermissionBase.Meta):  # type: ignore[misc]
        abstract = False
        verbose_name = "droit d’une équipe sur un dossier"
        verbose_name_plural = "droits des équipes sur les dossiers"
        constraints = [
            models.UniqueConstraint(
                fields=["content_object", "group"], name="documents_foldergroupgrant_one_role"
            )
        ]


class DocumentUserGrant(GrantFields, UserObjectPermissionBase):  # type: ignore[misc]
    """A person's entry on a document."""

    content_object = models.ForeignKey(
        Document, on_delete=models.CASCADE, related_name="user_grants"
    )

    class Meta(UserObjectPermissionBase.Meta):  # type: ignore[misc]
        abstract = False
        verbose_name = "droit d’une personne sur un document"
        verbose_name_plural = "droits des personnes sur les documents"
        constraints = [
            models.UniqueConstraint(
                fields=["content_object", "user"], name="documents_documentusergrant_one_role"
            )
        ]


class DocumentGroupGrant(GrantFields, GroupObjectPermissionBase):  # type: ignore[misc]
    """A team's entry on a document."""

    content_object = models.ForeignKey(
        Document, on_delete=models.CASCADE, related_name="group_grants"
    )

    class Meta(GroupObjectPermissionBase.Meta):  # type: ignore[misc]
        abstract = False
        verbose_name = "droit d’une équipe sur un document"
        verbose_name_plural = "droits des équipes sur les documents"
        constraints = [
            models.UniqueConstraint(
                fields=["content_object", "group"], name="documents_documentgroupgrant_one_role"
            )
        ]


class EffectiveAccess(models.Model):
    """What a principal may do in a domain, once inheritance is worked out. Derived, never edited.

    `principal` is a person's id, or minus a group's id. Role `none` rows are kept: they are what
    stops the same principal's inheritance.
    """

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    domain = models.ForeignKey(
        AccessDomain, on_delete=models.CASCADE, related_name="effective", db_index=False
    )
    principal = models.BigIntegerField()
    role = models.SmallIntegerField(choices=Role.choices)
    source_domain = models.ForeignKey(
        AccessDomain, on_delete=models.CASCADE, related_name="+", db_index=False
    )

    class Meta:
        verbose_name = "droit effectif"
        verbose_name_plural = "droits effectifs"
        constraints = [
            models.UniqueConstraint(
                fields=["domain", "principal"], name="documents_effective_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["organisation", "principal", "domain"],
                include=["role"],
                name="documents_effective_of",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.principal} {self.get_role_display()}"
