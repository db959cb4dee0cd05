"""Where the file of an act goes: the folder of its point, else the folder of its register."""

from __future__ import annotations

from datetime import datetime

from accounts.actor import Actor
from config.lib.text import name_key
from council.enums import ActKind
from council.models import Act, AgendaItem, Register
from council.services.refusals import Refusal
from documents.access import can_edit
from documents.models import Folder
from documents.services import folders

_NAMES = {
    ActKind.DELIBERATION: "Délibérations",
    ActKind.ORDER: "Arrêtés",
    ActKind.DECISION: "Décisions du maire",
}


class NoFolder(Refusal):
    """Nobody said where the acts of this register go."""


def folder_of_item(actor: Actor, item: AgendaItem) -> Folder | None:
    """The folder of the first piece of a point, when the actor may file there."""
    for piece in item.pieces.select_related("document__folder").order_by("position", "pk"):
        folder = piece.document.folder
        if folder.trashed_at is None and piece.document.trashed_at is None:
            return folder if can_edit(actor, folder) else None
    return None


def folder_of_act(actor: Actor, act: Act, *, now: datetime) -> Folder:
    """Where this act is filed. The organisation's lock is held by the caller."""
    if act.item is not None:
        beside = folder_of_item(actor, act.item)
        if beside is not None:
            return beside
    return folder_of_register(actor, act.register, now=now)


def folder_of_register(actor: Actor, register: Register, *, now: datetime) -> Folder:
    """The folder chosen for a register; one of its own at the root when nobody chose any and the
    actor may make it. Raises NoFolder."""
    chosen = register.folder
    if chosen is not None and chosen.trashed_at is None:
        if can_edit(actor, chosen):
            return chosen
        raise NoFolder(
            f"Vous ne pouvez pas déposer dans « {chosen.name} », le dossier de ce registre. "
            "Demandez-en le droit à la direction générale."
        )
    root = Folder.objects.filter(organisation=actor.organisation, parent=None).first()
    if root is None or not can_edit(actor, root):
        raise NoFolder(
            "Ce registre n’a pas encore de dossier. Demandez à la direction générale de le "
            "choisir sur la page du registre."
        )
    name = _NAMES[ActKind(register.kind)]
    known = Folder.objects.filter(parent=root, name_key=name_key(name), trashed_at=None).first()
    if known is not None and not can_edit(actor, known):
        raise NoFolder(f"Choisissez avec la direction générale le dossier de « {register.name} ».")
    made = known or folders.create_folder(actor=actor, parent=root, name=name, now=now)
    register.folder = made
    register.save(update_fields=["folder"])
    return made
