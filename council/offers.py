"""What the council adds to the page of a document: an action, and the members who have it."""

from __future__ import annotations

from accounts.actor import Actor
from config.lib.addresses import address
from config.lib.text import day_name, plural
from council.access import assemblies_to_propose_to
from council.enums import RequestState
from council.models import DossierEdition, PieceRequest
from documents.models import Document
from documents.registry import (
    Action,
    FrozenReaders,
    SelectionAction,
    actions,
    frozen_readers,
    selection_actions,
)


def put_on_the_agenda(actor: Actor, document: Document) -> Action | None:
    """« Mettre à l’ordre du jour », for those who may propose a point."""
    if document.current_version_id is None:
        return None
    # Agents may all propose: no question to the database on each page of a document.
    if not actor.is_agent and not assemblies_to_propose_to(actor).exists():
        return None
    url = address("council:item-create", actor.organisation.slug)
    return Action("Mettre à l’ordre du jour", "landmark", f"{url}?document={document.uid}")


def put_selection_on_the_agenda(actor: Actor) -> SelectionAction | None:
    """The same for the documents ticked in a folder: the agents, who may all propose a point."""
    if not actor.is_agent and not actor.is_dgs:
        return None
    url = address("council:item-create", actor.organisation.slug)
    return SelectionAction("ordre-du-jour", "Mettre à l’ordre du jour", "landmark", url)


def members_of_sent_dossiers(actor: Actor, document: Document) -> list[FrozenReaders]:
    """Members who have a version of this document in hand; rights on it no longer matter there."""
    editions = (
        DossierEdition.objects.filter(
            organisation=actor.organisation, pieces__version__document=document
        )
        .select_related("meeting__assembly")
        .distinct()
        .order_by("-created_at", "-pk")
    )
    readers = []
    for edition in editions:
        meeting = edition.meeting
        count = edition.convocations.count()
        readers.append(
            FrozenReaders(
                f"{plural(count, 'membre')} de l’instance « {meeting.assembly.name} » : "
                f"dossier envoyé pour le {day_name(meeting.local_start)}. Déplacer ou limiter ce "
                "document ne le retire pas d’un dossier déjà envoyé.",
                address("council:meeting-detail", actor.organisation.slug, meeting.uid),
            )
        )
    return readers


def members_given_a_piece(actor: Actor, document: Document) -> list[FrozenReaders]:
    """Members to whom a version of this document was given because one of them asked for it."""
    given = (
        PieceRequest.objects.filter(
            organisation=actor.organisation, version__document=document, state=RequestState.GIVEN
        )
        .select_related("meeting__assembly")
        .order_by("-answered_at", "-pk")
    )
    return [
        FrozenReaders(
            f"Les membres de l’instance « {one.meeting.assembly.name} » : pièce communiquée à la "
            f"demande de l’un d’eux pour le {day_name(one.meeting.local_start)}.",
            address("council:request", actor.organisation.slug, one.uid),
        )
        for one in given
    ]


actions.register("council.agenda", put_on_the_agenda)
selection_actions.register("council.agenda", put_selection_on_the_agenda)
frozen_readers.register("council.dossiers", members_of_sent_dossiers)
frozen_readers.register("council.pieces_given", members_given_a_piece)
