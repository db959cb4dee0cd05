"""Who learns what: one's own progress, and nobody else's."""

from __future__ import annotations

from django.db.models import QuerySet

from accounts.actor import Actor
from config.lib.access import ALLOWED, Decision, refuse
from training.enums import Audience
from training.models import Enrolment
from training.modules import Module, modules


def visible_modules(actor: Actor) -> list[Module]:
    """The modules written for the actor first, then the others: reading is open to all."""
    library = list(modules().values())
    return sorted(library, key=lambda m: (not is_for(actor, m), m.code))


def is_for(actor: Actor, module: Module) -> bool:
    """Whether the module was written for somebody like the actor."""
    return (
        module.audience == Audience.ALL
        or (module.audience == Audience.ELECTED and actor.is_elected)
        or (module.audience == Audience.AGENT and actor.is_agent)
    )


def can_learn(actor: Actor) -> Decision:
    """Who takes modules: everybody, where the organisation has switched training on."""
    if actor.organisation.training_enabled:
        return ALLOWED
    return refuse("La formation n’est pas ouverte dans votre organisation.")


def own_enrolments(actor: Actor) -> QuerySet[Enrolment]:
    """The actor's own progress: the only progress that any page shows."""
    return Enrolment.objects.filter(person=actor.person, organisation=actor.organisation)
