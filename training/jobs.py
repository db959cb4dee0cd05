"""Challenges are verified by what really happened elsewhere in the product."""

from __future__ import annotations

from config.work.models import Event
from config.work.registry import consumer
from training import services
from training.modules import modules


@consumer(
    "training.challenges",
    events=tuple(sorted({event for module in modules().values() for event in module.events})),
)
def recognise(event: Event) -> None:
    """Tick the challenge that this event proves, for the person who did it."""
    if event.actor_key is not None and event.organisation_key is not None:
        services.recognise(
            person_id=event.actor_key,
            organisation_id=event.organisation_key,
            event=event.name,
            now=event.at,
        )
