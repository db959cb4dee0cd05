"""Who would gain and who would lose, before a change of rights or a move is saved.

The change is made for good, looked at, and undone: a preview cannot disagree with what saving
does. It takes the organisation's lock for that time, so it belongs in a POST. Limits alone, which
reach thousands of places, are foreseen by the very statement that writes them, without writing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import cast

from django.db import connection, transaction

from accounts.access import can_administer
from accounts.actor import Actor
from accounts.heads import can_name_interim
from accounts.models import Person, Team
from config.lib.access import require
from config.lib.text import plural
from documents.access import can_manage, domain_id_of, is_trashed
from documents.enums import Role
from documents.models import AccessDomain, Document, Folder
from documents.services import folders, foreseen, moving
from documents.services.domains import Change, follow_document
from documents.services.entries import Principal, erase_entry, write_entry
from documents.services.foreseen import Seen
from documents.services.locking import lock_and_reread, reread
from documents.services.reach import HOLDERS, by_name, roles_in
from documents.services.rights import current_principal, foreseen_limit, lowered_by_name


@dataclass(frozen=True, slots=True)
class Shift:
    """What one person could do on the object, and could then; and in how many places below."""

    person: Person
    before: Role
    after: Role
    deeper_gains: int = 0
    deeper_losses: int = 0

    @property
    def summary(self) -> str:
        """ "n’y a pas accès → peut lire, et 3 endroits plus bas"."""
        here = f"{self.before.label} → {self.after.label}" if self.before != self.after else ""
        deeper = self.deeper_gains or self.deeper_losses
        below = plural(deeper, "endroit") + " plus bas" if deeper else ""
        return ", et ".join(part for part in (here, below) if part)


@dataclass(frozen=True, slots=True)
class Preview:
    """Who gains, who loses, and what must be confirmed by name."""

    gains: list[Shift] = field(default_factory=list)
    losses: list[Shift] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def changes_nothing(self) -> bool:
        return not (self.gains or self.losses)


def preview_role(
    *, actor: Actor, obj: Folder | Document, principal: Principal, role: Role | None, now: datetime
) -> Preview:
    """Before `rights.set_role`, or `rights.remove_entry` when `role` is None."""
    obj = lock_and_reread(obj, actor.organisation.pk)
    require(can_manage(actor, obj))
    if role is not None:
        principal = current_principal(actor, principal)
    warnings: list[str] = []

    def change() -> list[Change]:
        if role is None:
            return erase_entry(obj, principal)
        made = write_entry(obj, principal, role, by=actor.person, now=now)
        if isinstance(principal, Person):
            warnings.extend(lowered_by_name(actor, obj, principal))
        return made

    return _look(actor, obj, change, warnings)


def preview_restriction(
    *, actor: Actor, folder: Folder, restricted: bool, now: datetime, keep: Iterable[Principal] = ()
) -> Preview:
    """Before `rights.restrict` (and `make_confidential`) or `rights.unrestrict`."""
    folder = lock_and_reread(folder, actor.organisation.pk)
    require(can_manage(actor, folder))
    had, would_have = foreseen_limit(actor, folder, restricted=restricted, keep=keep)
    return _preview(foreseen.look(actor, folder, had, would_have))


def preview_move(*, actor: Actor, obj: Folder | Document, target: Folder, now: datetime) -> Preview:
    """Before `folders.move_folder` or `moving.move_document`; refuses what they refuse."""
    obj = lock_and_reread(obj, actor.organisation.pk)
    target = reread(target, actor.organisation.pk)
    warnings: list[str] = []
    if isinstance(obj, Document):
        moving.check_move(actor, obj, target)
        if obj.own_domain_id is not None:
            warnings.append(moving.KEEPS_ITS_OWN.format(obj.title))
    else:
        folders.check_move(actor, obj, target)
    here = obj.folder_id if isinstance(obj, Document) else obj.parent_id
    if here == target.pk:
        return Preview()

    def change() -> list[Change]:
        if isinstance(obj, Document):
            obj.folder = target
            obj.save(update_fields=["folder"])
            return follow_document(obj, target)
        return folders.place(obj, target)

    return _look(actor, obj, change, warnings)


def in_words(preview: Preview) -> list[str]:
    """A preview as sentences, to be confirmed. Empty when nobody gains nor loses."""
    sentences = list(preview.warnings)
    for title, shifts in (("Gagnent", preview.gains), ("Perdent", preview.losses)):
        if shifts:
            names = [f"{shift.person.full_name} ({shift.summary})" for shift in shifts[:_NAMED]]
            if len(shifts) > _NAMED:
                names.append(plural(len(shifts) - _NAMED, "autre"))
            sentences.append(f"{title} un accès ou un droit : {', '.join(names)}.")
    return sentences


_NAMED = 12


@dataclass(frozen=True, slots=True)
class TeamShift:
    """A place where joining or leaving a team changes what a person may do."""

    place: Folder | Document
    before: Role
    after: Role


@dataclass(frozen=True, slots=True)
class PersonShift:
    """What changes for one person: the topmost places only."""

    person: Person
    places: list[TeamShift]


def preview_team(*, actor: Actor, team: Team, person: Person, joining: bool) -> list[TeamShift]:
    """What a person gains by joining a team today, or loses by leaving it: the topmost places."""
    found = preview_team_change(
        actor=actor, team=team, people=[person], joining=joining, day=actor.today
    )
    return found[0].places if found else []


def preview_team_change(
    *, actor: Actor, team: Team, people: Iterable[Person], joining: bool, day: date
) -> list[PersonShift]:
    """Who gains by joining a team on a day, or loses by leaving it.

    Nothing is written. For those who may administer teams, or name who stands in for the
    direction: places are named whether or not the actor may open them. Raises Refused.
    """
    _require_decides_of_people(actor)
    team = Team.objects.get(pk=team.pk, organisation=actor.organisation)
    return _shifts(
        actor, list(people), day=day, team=-team.group_id, joining=joining, leaving_all=False
    )


def preview_departure(*, actor: Actor, person: Person, day: date) -> list[PersonShift]:
    """What a person loses who stops belonging to the organisation. As `preview_team_change`."""
    _require_decides_of_people(actor)
    before = max(day - timedelta(days=1), actor.today)
    return _shifts(actor, [person], day=before, team=0, joining=False, leaving_all=True)


def _require_decides_of_people(actor: Actor) -> None:
    decision = can_administer(actor)
    if not decision and not can_name_interim(actor):
        require(decision)


_PEOPLE_SHIFT = f"""
WITH {HOLDERS},
chosen AS (SELECT unnest(%(people)s::bigint[]) AS person_id),
held AS (
    SELECT person_id, principal FROM chosen JOIN holder USING (person_id)
    UNION
    SELECT person_id, %(team)s::bigint FROM chosen WHERE %(team)s <> 0
),
verdict AS (
    SELECT h.person_id, e.domain_id,
           COALESCE(max(e.role) FILTER (WHERE e.principal > 0),
                    max(e.role) FILTER (WHERE e.principal < 0 AND e.principal <> %(team)s), 0)
               AS without,
           COALESCE(max(e.role) FILTER (WHERE e.principal > 0),
                    max(e.role) FILTER (WHERE e.principal < 0), 0) AS along
      FROM held h JOIN documents_effectiveaccess e USING (principal)
     WHERE e.organisation_id = %(organisation)s
     GROUP BY 1, 2
)
SELECT person_id, domain_id, CASE WHEN %(leaving_all)s THEN 0 ELSE without END, along
  FROM verdict
 WHERE along <> CASE WHEN %(leaving_all)s THEN 0 ELSE without END
"""  # noqa: S608 - constant text, parameters apart


def _shifts(
    actor: Actor, people: list[Person], *, day: date, team: int, joining: bool, leaving_all: bool
) -> list[PersonShift]:
    known = {person.pk: person for person in people}
    with connection.cursor() as cursor:
        cursor.execute(
            _PEOPLE_SHIFT,
            {
                "organisation": actor.organisation.pk,
                "day": day,
                "people": list(known),
                "team": team,
                "leaving_all": leaving_all,
            },
        )
        found: dict[int, dict[int, tuple[int, int]]] = {}
        for person_id, domain_id, without, along in cursor.fetchall():
            change = (without, along) if joining else (along, without)
            found.setdefault(person_id, {})[domain_id] = change
    touched = {domain for shifts in found.values() for domain in shifts}
    domains = {
        domain.pk: domain
        for domain in AccessDomain.objects.filter(pk__in=touched).select_related(
            "folder", "document__folder"
        )
    }
    result = []
    for person_id, shifts in found.items():
        places = [
            TeamShift(place_of(domains[pk]), Role(before), Role(after))
            for pk, (before, after) in shifts.items()
            if shifts.get(domains[pk].parent_id or 0) != (before, after)
            and not is_trashed(place_of(domains[pk]))
        ]
        places.sort(key=lambda shift: _path(shift.place))
        result.append(PersonShift(known[person_id], places))
    return sorted(result, key=lambda shift: by_name(shift.person))


def place_of(domain: AccessDomain) -> Folder | Document:
    """The folder or document where a domain stands."""
    return cast("Folder | Document", domain.folder or domain.document)


def _path(obj: Folder | Document) -> tuple[str, str]:
    if isinstance(obj, Document):
        return obj.folder.path, obj.sort_title
    return obj.path, ""


def _look(
    actor: Actor,
    obj: Folder | Document,
    change: Callable[[], list[Change]],
    warnings: list[str] | None = None,
) -> Preview:
    with transaction.atomic():
        before = roles_in(domain_id_of(obj), organisation=actor.organisation, day=actor.today)
        own = {domain_id_of(obj)}
        changes = change()
        obj = reread(obj, actor.organisation.pk)
        own.add(domain_id_of(obj))
        after = roles_in(domain_id_of(obj), organisation=actor.organisation, day=actor.today)
        deeper = _deeper(actor, _net([c for c in changes if c.domain_id not in own]))
        transaction.set_rollback(True)
    return _preview(Seen(before, after, deeper), warnings)


def _preview(seen: Seen, warnings: list[str] | None = None) -> Preview:
    people = Person.objects.in_bulk({*seen.before, *seen.after, *seen.deeper})
    shifts = []
    for pk, person in people.items():
        gains, losses = seen.deeper.get(pk, (0, 0))
        before, after = seen.before.get(pk, Role.NONE), seen.after.get(pk, Role.NONE)
        shifts.append(Shift(person, before, after, gains, losses))
    shifts.sort(key=lambda shift: by_name(shift.person))
    return Preview(
        gains=[s for s in shifts if s.after > s.before or s.deeper_gains],
        losses=[s for s in shifts if s.after < s.before or s.deeper_losses],
        warnings=warnings or [],
    )


def _net(changes: list[Change]) -> list[Change]:
    """Several rebuilds in a row: what stood first against what stands last."""
    merged: dict[tuple[int, int], Change] = {}
    for change in changes:
        key = (change.domain_id, change.principal)
        first = merged.get(key, change)
        merged[key] = Change(*key, first.before, change.after)
    return [change for change in merged.values() if change.before != change.after]


_DEEPER = f"""
WITH {HOLDERS},
changed AS MATERIALIZED (
    SELECT * FROM unnest(%(domains)s::bigint[], %(principals)s::bigint[],
                         %(befores)s::int[]) AS c(domain_id, principal, before)
),
stands AS (
    SELECT domain_id, principal, e.role AS after,
           CASE WHEN c.domain_id IS NULL THEN e.role ELSE c.before END AS before
      FROM (SELECT domain_id, principal, role FROM documents_effectiveaccess
             WHERE domain_id IN (SELECT domain_id FROM changed)) e
      FULL JOIN changed c USING (domain_id, principal)
),
verdict AS (
    -- An entry in one's own name beats any team: it weighs a thousand more.
    SELECT h.person_id,
           COALESCE(max(s.before + CASE WHEN s.principal > 0 THEN 1000 ELSE 0 END), 0) %% 1000
               AS before,
           COALESCE(max(s.after + CASE WHEN s.principal > 0 THEN 1000 ELSE 0 END), 0) %% 1000
               AS after
      FROM stands s JOIN holder h USING (principal)
     GROUP BY s.domain_id, h.person_id
)
SELECT person_id, count(*) FILTER (WHERE after > before), count(*) FILTER (WHERE after < before)
  FROM verdict WHERE after <> before GROUP BY person_id
"""  # noqa: S608 - constant text, parameters apart


def _deeper(actor: Actor, changes: list[Change]) -> dict[int, tuple[int, int]]:
    """By person: in how many domains below they gain, and lose."""
    if not changes:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            _DEEPER,
            {
                "organisation": actor.organisation.pk,
                "day": actor.today,
                "domains": [c.domain_id for c in changes],
                "principals": [c.principal for c in changes],
                "befores": [c.before for c in changes],
            },
        )
        return {person: (gains, losses) for person, gains, losses in cursor.fetchall()}
