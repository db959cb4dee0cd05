"""What joining or leaving a team, or the organisation, opens and closes in the tree."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from django.db import connection
from django.urls import reverse

from accounts.access import can_see_person
from accounts.actor import Actor
from accounts.consequences import Consequence, departure_sources, team_sources
from accounts.models import Organisation, Person, Team
from accounts.offers import PersonOffer, person_offers
from accounts.viewing import closures, viewable
from documents.access import can_see_reach
from documents.services.consequences import PersonShift, preview_departure, preview_team_change


def _in_words(shifts: Iterable[PersonShift]) -> Iterable[Consequence]:
    for shift in shifts:
        for place in shift.places:
            yield Consequence(
                person=shift.person,
                gains=place.after > place.before,
                words=f"« {place.place} » ({place.before.label} → {place.after.label})",
            )


def _team(
    actor: Actor, team: Team, people: Sequence[Person], joining: bool, day: date
) -> Iterable[Consequence]:
    return _in_words(
        preview_team_change(actor=actor, team=team, people=people, joining=joining, day=day)
    )


def _departure(actor: Actor, person: Person, day: date) -> Iterable[Consequence]:
    return _in_words(preview_departure(actor=actor, person=person, day=day))


def _seen(actor: Actor, person: Person) -> PersonOffer | None:
    if not can_see_reach(actor) or not can_see_person(actor, person):
        return None
    return PersonOffer(
        "Ce que voit cette personne",
        "eye",
        reverse("documents:seen-by", args=[actor.organisation.slug, person.uid]),
    )


def _confidential(organisation: Organisation) -> list[int]:
    """Every domain at or below a confidential folder."""
    with connection.cursor() as cursor:
        cursor.execute(
            """WITH RECURSIVE shut AS (
                   SELECT id FROM documents_accessdomain
                    WHERE organisation_id = %s AND confidential
                   UNION
                   SELECT d.id FROM documents_accessdomain d JOIN shut ON d.parent_id = shut.id)
               SELECT id FROM shut""",
            [organisation.pk],
        )
        return [row[0] for row in cursor.fetchall()]


viewable.register("documents", "documents:root")
closures.register("documents", _confidential)
team_sources.register("documents", _team)
departure_sources.register("documents", _departure)
person_offers.register("documents", _seen)
