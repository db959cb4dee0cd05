"""Bringing back what one has just moved, renamed or put in the trash.

Undoing is an act like another, checked against the rights and the tree of now. What somebody has
changed since, or holds, stays as it is and it says why; the rest comes back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from accounts.actor import Actor
from config.lib.access import Refused
from documents.access import visible_documents, visible_folders
from documents.models import Document, Folder, UndoKind, UndoStep
from documents.services import folders, moving, trash
from documents.services.locking import lock_organisation
from documents.services.refusals import Refusal, WorldMovedOn

# Long enough for a second thought, short enough that the list stays small.
KEPT = timedelta(days=2)
_SAID = 5  # reasons, at most


@dataclass(frozen=True, slots=True)
class Done:
    """One thing that was changed, and what it was before and after."""

    obj: Folder | Document
    before: str = ""
    after: str = ""


def remember(
    *, actor: Actor, kind: UndoKind, done: Sequence[Done], now: datetime
) -> UndoStep | None:
    """Keep what is needed to undo this, in the transaction that did it; None when nothing was."""
    if not done:
        return None
    return UndoStep.objects.create(
        organisation=actor.organisation,
        person=actor.person,
        kind=kind,
        items=[
            {
                "kind": "document" if isinstance(one.obj, Document) else "folder",
                "uid": str(one.obj.uid),
                "before": one.before,
                "after": one.after,
            }
            for one in done
        ],
        created_at=now,
    )


@dataclass(frozen=True, slots=True)
class Undone:
    """What came back, and why the others did not: French sentences, each once."""

    back: list[Folder | Document]
    reasons: list[str]


@transaction.atomic
def undo(*, actor: Actor, step: UndoStep, now: datetime) -> Undone:
    """Bring back what may come back; the rest may be tried again from the same step.

    Raises WorldMovedOn when nothing could: none of the things is as that act left it, or may be
    put back.
    """
    lock_organisation(actor.organisation.pk)
    step = UndoStep.objects.get(pk=step.pk, organisation=actor.organisation, person=actor.person)
    if step.undone_at is not None:
        raise WorldMovedOn("C’est déjà annulé.")
    if now - step.created_at > KEPT:
        raise WorldMovedOn("C’était il y a trop longtemps pour l’annuler d’un clic.")
    back, left, reasons = [], [], []
    for item in step.items:
        try:
            with transaction.atomic():
                back.append(_back(actor, UndoKind(step.kind), item, now))
        except (Refusal, Refused) as refused:
            left.append(item)
            reasons.append(str(refused))
    reasons = list(dict.fromkeys(reasons))
    if not back:
        raise WorldMovedOn(f"Rien n’a été annulé. {' '.join(reasons[:_SAID])}")
    if left:
        step.items = left
    else:
        step.undone_at = now
    step.save(update_fields=["items", "undone_at"])
    return Undone(back, reasons[:_SAID])


def _back(actor: Actor, kind: UndoKind, item: dict[str, str], now: datetime) -> Folder | Document:
    if kind == UndoKind.TRASHED:
        return _out_of_the_trash(actor, item, now)
    obj = _readable(actor, item)
    if kind == UndoKind.RENAMED:
        return _named_again(actor, obj, item, now)
    return _moved_back(actor, obj, item, now)


def _out_of_the_trash(actor: Actor, item: dict[str, str], now: datetime) -> Folder | Document:
    if item["kind"] == "document":
        document = Document.objects.filter(
            uid=UUID(item["uid"]), organisation=actor.organisation
        ).first()
        if document is None:
            raise WorldMovedOn(_GONE)
        _require_same_trash(document, document.title, item)
        return trash.restore_document(actor=actor, document=document, now=now)
    folder = Folder.objects.filter(uid=UUID(item["uid"]), organisation=actor.organisation).first()
    if folder is None:
        raise WorldMovedOn(_GONE)
    _require_same_trash(folder, folder.name, item)
    return trash.restore_folder(actor=actor, folder=folder, now=now)


def _require_same_trash(obj: Folder | Document, name: str, item: dict[str, str]) -> None:
    """Restored meanwhile, and perhaps thrown away again by somebody else: not ours to undo."""
    if obj.trashed_at is None or obj.trashed_at.isoformat() != item["after"]:
        raise WorldMovedOn(f"« {name} » a encore changé depuis.")


def _named_again(
    actor: Actor, obj: Folder | Document, item: dict[str, str], now: datetime
) -> Folder | Document:
    name = obj.title if isinstance(obj, Document) else obj.name
    if name != item["after"]:
        raise WorldMovedOn(f"« {name} » a encore changé de nom depuis.")
    if isinstance(obj, Document):
        return moving.rename_document(actor=actor, document=obj, name=item["before"], now=now)
    return folders.rename_folder(actor=actor, folder=obj, name=item["before"], now=now)


def _moved_back(
    actor: Actor, obj: Folder | Document, item: dict[str, str], now: datetime
) -> Folder | Document:
    name = obj.title if isinstance(obj, Document) else obj.name
    here = obj.folder if isinstance(obj, Document) else obj.parent
    if here is None or str(here.uid) != item["after"]:
        raise WorldMovedOn(f"« {name} » a encore été déplacé depuis.")
    home = visible_folders(actor).filter(uid=UUID(item["before"])).first()
    if home is None:
        raise WorldMovedOn(f"Le dossier où était « {name} » n’est plus là, ou vous est fermé.")
    if isinstance(obj, Document):
        return moving.move_document(actor=actor, document=obj, target=home, now=now, confirmed=True)
    return folders.move_folder(actor=actor, folder=obj, target=home, now=now)


_GONE = "Ce qui avait été changé n’est plus là."


def _readable(actor: Actor, item: dict[str, str]) -> Folder | Document:
    found: Folder | Document | None
    if item["kind"] == "document":
        documents = visible_documents(actor).select_related("folder")
        found = documents.filter(uid=UUID(item["uid"])).first()
    else:
        found = (
            visible_folders(actor).select_related("parent").filter(uid=UUID(item["uid"])).first()
        )
    if found is None:
        raise WorldMovedOn("L’un des éléments n’est plus là, ou ne vous est plus ouvert.")
    return found


def forget_old(*, now: datetime) -> int:
    """Remove what can no longer be undone. Returns how many."""
    removed, _ = UndoStep.objects.filter(created_at__lt=now - KEPT).delete()
    return removed
