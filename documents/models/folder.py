"""The tree: folders only are tree nodes."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from treebeard.mp_tree import MP_Node, MP_NodeManager, MP_NodeQuerySet

from accounts.models import Organisation
from config.lib.fields import public_id
from documents.enums import ROLE_PERMISSIONS, CommentReaders


class FolderQuerySet(MP_NodeQuerySet):  # type: ignore[misc]
    def live(self) -> FolderQuerySet:
        """Not in the trash."""
        return self.filter(trashed_at=None)

    def below(self, folder: Folder) -> FolderQuerySet:
        """This folder and everything under it, by path range (one index scan)."""
        return self.filter(path__gte=folder.path, path__lt=path_end(folder.path))

    def in_french_order(self) -> FolderQuerySet:
        """By stored sort key, then by id so that equal names keep their order."""
        return self.order_by("sort_name", "id")


class FolderManager(MP_NodeManager.from_queryset(FolderQuerySet)):  # type: ignore[misc]
    def get_queryset(self) -> FolderQuerySet:
        """Without treebeard's implicit ordering by path: each list says its own."""
        return FolderQuerySet(self.model, using=self._db)


def path_end(path: str) -> str:
    """The first path after the subtree. treebeard's alphabet ends with Z; "[" follows it."""
    return path + "["


class Folder(MP_Node):  # type: ignore[misc]
    """A folder of one organisation's tree.

    `domain` says who may do what here: the nearest point, at or above, where rights change.
    """

    node_order_by: list[str] = []

    uid = public_id()
    path = models.CharField(max_length=255, unique=True, db_collation="C")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    # Repeats what the path says, for joins, uniqueness and the walls between organisations.
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    name = models.CharField("nom", max_length=200)
    name_key = models.CharField(max_length=400, editable=False)
    sort_name = models.CharField(max_length=300, editable=False)
    domain = models.ForeignKey(
        "documents.AccessDomain", on_delete=models.PROTECT, related_name="folders"
    )
    # Who sees the comments on the documents below, until a folder further down says otherwise.
    comment_readers = models.CharField(
        "commentaires visibles par", max_length=10, choices=CommentReaders.choices, blank=True
    )
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    trashed_at = models.DateTimeField("mis à la corbeille le", null=True, blank=True)
    trashed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # The folder that was put in the trash, this one or one above it: restored together.
    trash_root = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = FolderManager()

    class Meta:
        verbose_name = "dossier"
        verbose_name_plural = "dossiers"
        default_permissions = ()
        permissions = ROLE_PERMISSIONS
        constraints = [
            models.UniqueConstraint(
                fields=["parent", "name_key"],
                condition=Q(trashed_at=None),
                name="documents_folder_name_once",
                violation_error_message="Un dossier porte déjà ce nom ici.",
            ),
            models.UniqueConstraint(
                fields=["organisation"],
                condition=Q(parent=None),
                name="documents_folder_one_root_per_organisation",
            ),
            models.CheckConstraint(
                condition=Q(trashed_at=None, trash_root=None)
                | Q(trashed_at__isnull=False, trash_root__isnull=False),
                name="documents_folder_trashed_has_root",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="documents_folder_has_name"),
        ]
        indexes = [
            models.Index(fields=["parent", "sort_name", "id"], name="documents_folder_children"),
            models.Index(fields=["parent", "created_at", "id"], name="documents_folder_by_date"),
            models.Index(fields=["domain"], name="documents_folder_domain"),
        ]

    def __str__(self) -> str:
        return self.name
