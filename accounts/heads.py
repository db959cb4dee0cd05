"""Who heads an organisation: the mayor, the president. Upper apps know, from mandates."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from accounts.actor import Actor
from accounts.models import Organisation, Person
from config.lib.access import ALLOWED, Decision, refuse
from config.lib.registry import Registry

#: Whether the actor heads the acting organisation today.
is_head_sources: Registry[Callable[[Actor], bool]] = Registry("heads")
#: The people who head an organisation today, to be told.
head_sources: Registry[Callable[[Organisation], Iterable[Person]]] = Registry("people at the head")


def is_head(actor: Actor) -> bool:
    """The mayor or the president, today."""
    return any(source(actor) for _, source in is_head_sources.items())


def heads_of(organisation: Organisation) -> list[Person]:
    """The mayor or the president, today."""
    return [person for _, source in head_sources.items() for person in source(organisation)]


def can_name_interim(actor: Actor) -> Decision:
    """Who names somebody to run the direction for a while:

    - the mayor or the president, in office today; not the direction itself, which may be away.
    """
    if is_head(actor):
        return ALLOWED
    return refuse("Le maire (ou le président) nomme la personne qui assure l’intérim.")


def can_see_standing(actor: Actor) -> Decision:
    """Who reads « Où en est la commune »: the direction, and the mayor or the president."""
    if actor.is_dgs or is_head(actor):
        return ALLOWED
    return refuse("Cette page est celle de la direction générale et du maire.")
