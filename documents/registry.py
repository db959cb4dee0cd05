"""What upper apps add to the pages of documents, without documents learning their words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from accounts.actor import Actor
from config.lib.registry import Registry
from documents.models import Document, Folder


@dataclass(frozen=True, slots=True)
class Action:
    """A link offered on a document: "Mettre à l’ordre du jour"."""

    label: str
    icon: str
    href: str


@dataclass(frozen=True, slots=True)
class SelectionAction:
    """A button on the documents ticked in a folder. ``href`` opens with ``?document=`` for each;
    ``code`` names it in the form of the list."""

    code: str
    label: str
    icon: str
    href: str


@dataclass(frozen=True, slots=True)
class FrozenReaders:
    """People who read a document without a role in the tree: the members of a sent dossier."""

    sentence: str
    href: str = ""


# Each takes (actor, document) and answers None when it has nothing to offer.
actions: Registry[Callable[[Actor, Document], Action | None]] = Registry("document actions")
# The same for what is ticked in a folder: asked on every folder page, so it reads no row.
selection_actions: Registry[Callable[[Actor], SelectionAction | None]] = Registry(
    "selection actions"
)
frozen_readers: Registry[Callable[[Actor, Document], list[FrozenReaders]]] = Registry(
    "frozen readers"
)
# Readers from outside, or through a link: each takes (actor, folder or document).
external_readers: Registry[Callable[[Actor, Folder | Document], list[FrozenReaders]]] = Registry(
    "external readers"
)
# Help beside a screen: place -> (label, address for this actor), filled by training.
help_links: Registry[tuple[str, Callable[[Actor], str]]] = Registry("help links")


def actions_for(actor: Actor, document: Document) -> list[Action]:
    """What the upper apps offer to do with this document."""
    return [a for _, offer in actions.items() if (a := offer(actor, document)) is not None]


def selection_actions_for(actor: Actor) -> list[SelectionAction]:
    """What the upper apps offer to do with the documents ticked in a folder."""
    return [a for _, offer in selection_actions.items() if (a := offer(actor)) is not None]


def frozen_readers_of(actor: Actor, document: Document) -> list[FrozenReaders]:
    """Who reads this document through a sent dossier."""
    return [reader for _, readers in frozen_readers.items() for reader in readers(actor, document)]


def external_readers_of(actor: Actor, obj: Folder | Document) -> list[FrozenReaders]:
    """Who reads this from outside: the live links that lead here."""
    return [reader for _, readers in external_readers.items() for reader in readers(actor, obj)]
