"""What documents offer on a document, beside the upper apps."""

from __future__ import annotations

from accounts.actor import Actor
from config.lib.addresses import address
from documents.models import Document
from documents.registry import Action, actions


def take_out_of_the_old_network(actor: Actor, document: Document) -> Action | None:
    """« Classer à sa place », for what was found in a former drive."""
    # Read with the document by its page; other callers have nothing to offer there.
    if not getattr(document, "in_old_network", False):
        return None
    url = address("documents:refile", actor.organisation.slug, document.uid)
    return Action("Classer à sa place", "folder-input", url)


actions.register("documents.refile", take_out_of_the_old_network)
