"""What one person may read, as somebody else may be told. Reading only.

Decided: who looks sees the intersection. A place shows only if the one who looks may read it too
(there, the panel already says who else does), so nothing is learnt that was hidden. The direction
is also told in how many further places the person has rights, without their names: it may take
them over, and that is recorded.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from accounts.actor import Actor
from accounts.models import Team
from documents.access import (
    Crumb,
    breadcrumbs,
    count_visible_to_both,
    is_trashed,
    readable_domains_params,
    readable_domains_sql,
)
from documents.enums import Role
from documents.models import AccessDomain, Document, Folder
from documents.services.consequences import place_of
from documents.services.reach import Sight

_THEIRS = f"""
WITH theirs AS (
    SELECT DISTINCT ON (domain_id) domain_id, principal, role, source_domain_id
      FROM documents_effectiveaccess
     WHERE organisation_id = %s AND principal = ANY(%s)
     ORDER BY domain_id, (principal > 0) DESC, role DESC, principal DESC
),
mine AS MATERIALIZED ({readable_domains_sql()})
SELECT d.id, d.parent_id, d.inherits, COALESCE(t.role, 0), t.principal, t.source_domain_id,
       EXISTS (SELECT FROM mine m WHERE m.domain_id = d.id)
  FROM documents_accessdomain d LEFT JOIN theirs t ON t.domain_id = d.id
 WHERE d.organisation_id = %s
"""  # noqa: S608 - constant text, parameters apart


@dataclass(frozen=True, slots=True)
class Place:
    """A point where what the person may do changes: it holds for all that is below, until the next.

    `depth` counts the points above it in the list; `trail` is the path as the looker may read it.
    """

    obj: Folder | Document
    role: Role
    because: str
    depth: int
    trail: list[Crumb]


@dataclass(frozen=True, slots=True)
class Seen:
    """What one person sees: the places, and how much that makes in all."""

    places: list[Place] = field(default_factory=list)
    folders: int = 0
    documents: int = 0
    hidden: int = 0


def what_is_seen(*, looker: Actor, person: Actor) -> Seen:
    """What `person` may do, among what `looker` may read. Both act in one organisation."""
    with connection.cursor() as cursor:
        params: list[Any] = [
            person.organisation.pk,
            list(person.principals),
            *readable_domains_params(looker),
            looker.organisation.pk,
        ]
        cursor.execute(_THEIRS, params)
        rows = {row[0]: row[1:] for row in cursor.fetchall()}
    # Where the role is not the one of the domain above.
    turning = {
        pk for pk, row in rows.items() if row[2] != (rows[row[0]][2] if row[0] in rows else 0)
    }
    shown = {pk for pk in turning if rows[pk][5]}
    domains = {
        domain.pk: domain
        for domain in AccessDomain.objects.filter(pk__in=shown).select_related(
            "folder", "document__folder"
        )
    }
    sources = AccessDomain.objects.filter(
        pk__in={rows[pk][4] for pk in shown if rows[pk][4]}
    ).select_related("folder", "document")
    named = {source.pk: source for source in sources}
    teams = {
        -team.group_id: team
        for team in Team.objects.filter(
            organisation=looker.organisation,
            group_id__in=[-row[3] for row in rows.values() if row[3] and row[3] < 0],
        )
    }
    live = {pk: domain for pk, domain in domains.items() if not is_trashed(place_of(domain))}
    objects = {pk: place_of(domain) for pk, domain in live.items()}
    folders_of = {
        pk: obj.folder if isinstance(obj, Document) else obj for pk, obj in objects.items()
    }
    trails = breadcrumbs(looker, folders_of.values())
    places = []
    for pk, obj in objects.items():
        _, inherits, role, principal, source, _ = rows[pk]
        places.append(
            Place(
                obj=obj,
                role=Role(role),
                because=_because(
                    person,
                    Role(role),
                    teams.get(principal),
                    named.get(source),
                    source_readable=bool(source and rows[source][5]),
                    here=source == pk,
                    limited=not inherits,
                ),
                depth=_depth(pk, rows, live),
                trail=trails[folders_of[pk].pk][: None if isinstance(obj, Document) else -1],
            )
        )
    places.sort(key=lambda place: _order(place.obj))
    folders, documents = count_visible_to_both(person, looker)
    return Seen(
        places=places,
        folders=folders,
        documents=documents,
        hidden=sum(1 for pk in turning if not rows[pk][5] and rows[pk][2] >= Role.READER)
        if looker.is_dgs
        else 0,
    )


def _because(
    person: Actor,
    role: Role,
    team: Team | None,
    source: AccessDomain | None,
    *,
    source_readable: bool,
    here: bool,
    limited: bool,
) -> str:
    if source is None:
        return (
            "parce que ce dossier est limité" if limited else "parce que rien ne lui est donné ici"
        )
    return Sight(
        person=person.person,
        role=role,
        team=team,
        source=place_of(source) if source_readable else None,
        here=here,
    ).because


def _depth(pk: int, rows: dict[int, tuple], shown: dict[int, AccessDomain]) -> int:  # type: ignore[type-arg]
    depth, above = 0, rows[pk][0]
    while above:
        depth += above in shown
        above = rows[above][0]
    return depth


def _order(obj: Folder | Document) -> tuple[str, str]:
    if isinstance(obj, Document):
        return obj.folder.path, obj.sort_title or "~"
    return obj.path, ""
