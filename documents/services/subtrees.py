"""What one person may read below a folder, to copy it or take it away."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.actor import Actor
from config.lib.text import number
from documents.access import visible_documents, visible_folders
from documents.models import Document, Folder
from documents.services.refusals import TooMuch


@dataclass(frozen=True, slots=True)
class Subtree:
    """A folder, the folders below it (parents first) and their documents, as far as readable.

    `partly`: something there is closed to this person, and is not in the lists.
    """

    folders: list[Folder]
    documents: list[Document]
    partly: bool


def readable_below(actor: Actor, folder: Folder, *, at_most: int) -> Subtree:
    """Everything readable from this folder down. Raises TooMuch above `at_most` documents.

    A readable folder under one that is not has no place in a copy: it is left out with it.
    """
    below = Folder.objects.below(folder)
    seen = visible_folders(actor).filter(pk__in=below.values("pk"))
    kept: dict[int, Folder] = {}
    for found in seen.order_by("path"):
        if found.pk == folder.pk or found.parent_id in kept:
            kept[found.pk] = found
    documents = list(
        visible_documents(actor)
        .filter(folder__in=list(kept), current_version__isnull=False)
        .select_related("current_version", "folder")
        .order_by("folder__path", "sort_title", "id")[: at_most + 1]
    )
    if len(documents) > at_most or len(kept) > at_most:
        raise TooMuch(
            f"« {folder.name} » contient plus de {number(at_most)} éléments. "
            "Choisissez moins de dossiers à la fois."
        )
    all_here = Document.objects.live().filter(
        folder__in=below.live().values("pk"), current_version__isnull=False
    )
    partly = below.live().count() != len(kept) or all_here.count() != len(documents)
    return Subtree(list(kept.values()), documents, partly)
