"""Who sees a folder or a document, with what role, and because of what. Reading only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import connection

from accounts.actor import Actor
from accounts.models import Organisation, Person, Team
from config.lib.text import join_french, plural, sort_key
from documents.access import domain_id_of, is_confidential, roles_on
from documents.enums import Role
from documents.models import AccessDomain, Document, EffectiveAccess, Folder

# Everybody who may act in the organisation on a day, once per key that rights are given to.
# Parameters: organisation, day.
HOLDERS = """
member AS (
    SELECT DISTINCT m.person_id
      FROM accounts_membership m JOIN accounts_person p ON p.id = m.person_id AND p.is_active
     WHERE m.organisation_id = %(organisation)s AND m.from_date <= %(day)s
       AND (m.to_date IS NULL OR m.to_date >= %(day)s)
),
holder AS MATERIALIZED (
    SELECT person_id, person_id AS principal FROM member
    UNION
    SELECT tm.person_id, -t.group_id::bigint
      FROM accounts_teammembership tm
      JOIN accounts_team t ON t.id = tm.team_id AND t.archived_at IS NULL
      JOIN member USING (person_id)
     WHERE tm.organisation_id = %(organisation)s AND tm.from_date <= %(day)s
       AND (tm.to_date IS NULL OR tm.to_date >= %(day)s)
)
"""
_SEEN = f"""
WITH {HOLDERS}
SELECT DISTINCT ON (h.person_id) h.person_id, e.principal, e.role, e.source_domain_id
  FROM holder h JOIN documents_effectiveaccess e USING (principal)
 WHERE e.domain_id = %(domain)s
 ORDER BY h.person_id, (e.principal > 0) DESC, e.role DESC, e.principal DESC
"""  # noqa: S608 - constant text, parameters apart
_UNMANAGED = f"""
WITH {HOLDERS},
verdict AS (
    SELECT e.domain_id, h.person_id,
           COALESCE(max(e.role) FILTER (WHERE e.principal > 0),
                    max(e.role) FILTER (WHERE e.principal < 0)) AS role
      FROM documents_effectiveaccess e JOIN holder h USING (principal)
     WHERE e.organisation_id = %(organisation)s
     GROUP BY 1, 2
)
SELECT d.folder_id FROM documents_accessdomain d
 WHERE d.organisation_id = %(organisation)s AND d.folder_id IS NOT NULL
   AND NOT EXISTS (SELECT FROM verdict v WHERE v.domain_id = d.id AND v.role >= %(manager)s)
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Sight:
    """A person's role on an object, and where it comes from.

    `team` is None when the entry is in the person's own name. `source` is None when the reader of
    this may not know its name. `here`: the entry stands on the object itself.
    """

    person: Person
    role: Role
    team: Team | None
    source: Folder | Document | None
    here: bool

    @property
    def because(self) -> str:
        """parce que l’équipe Finances peut lire « Budget »."""
        above = f"« {self.source} »" if self.source else "un dossier plus haut"
        place = "ici" if self.here else above
        if self.team is None:
            return f"parce que son nom est inscrit {'ici' if self.here else 'sur ' + above}"
        verb = self.role.label
        if self.role == Role.MANAGER and not self.here:
            verb = "gère les droits de"
        elif self.role == Role.NONE and not self.here:
            verb = "n’a pas accès à"
        return f"parce que l’équipe {self.team.label} {verb} {place}"


def roles_in(domain_id: int, *, organisation: Organisation, day: date) -> dict[int, Role]:
    """Each person's role in a domain on a day, by person's id; absent means nothing said."""
    return {person: Role(role) for person, _, role, _ in _seen(domain_id, organisation, day)}


def managers(obj: Folder | Document, *, organisation: Organisation, day: date) -> list[Person]:
    """Those who could change the rights here on a day."""
    roles = roles_in(domain_id_of(obj), organisation=organisation, day=day)
    holding = [person for person, role in roles.items() if role >= Role.MANAGER]
    return list(Person.objects.filter(pk__in=holding).order_by("family_name", "given_name", "pk"))


def who_sees(actor: Actor, obj: Folder | Document) -> list[Sight]:
    """Everybody with a role here today, or whose access is removed by name; best role first.

    Call it for an actor who may read the object.
    """
    rows = _seen(domain_id_of(obj), actor.organisation, actor.today)
    people = Person.objects.in_bulk([row[0] for row in rows])
    teams = {
        -team.group_id: team
        for team in Team.objects.filter(
            organisation=actor.organisation, group_id__in=[-row[1] for row in rows if row[1] < 0]
        )
    }
    sources = {
        domain.pk: domain
        for domain in AccessDomain.objects.filter(pk__in={row[3] for row in rows}).select_related(
            "folder", "document"
        )
    }
    readable = roles_on(actor, sources)
    sights = []
    for person_id, principal, role, source_id in rows:
        source = sources[source_id].folder or sources[source_id].document
        named = readable.get(source_id, Role.NONE) >= Role.READER
        sights.append(
            Sight(
                person=people[person_id],
                role=Role(role),
                team=teams[principal] if principal < 0 else None,
                source=source if named else None,
                here=source == obj,
            )
        )
    return sorted(
        sights,
        key=lambda sight: (-sight.role, *by_name(sight.person)),
    )


@dataclass(frozen=True, slots=True)
class Line:
    """What is said of a person or a team here, by an entry here or above.

    `source` is None when the reader of this may not know its name.
    """

    principal: Person | Team
    role: Role
    source: Folder | Document | None
    here: bool

    @property
    def name(self) -> str:
        """L’équipe Finances; Julien Petit."""
        if isinstance(self.principal, Team):
            return f"L’équipe {self.principal.label}"
        return self.principal.full_name

    @property
    def because(self) -> str:
        """inscrit ici; inscrit sur « Budget »."""
        if self.here:
            return "Inscrit ici"
        return f"Inscrit sur « {self.source} »" if self.source else "Inscrit plus haut"


def lines(actor: Actor, obj: Folder | Document) -> list[Line]:
    """The entries that count here: teams first, then people by name. Past members included."""
    rows = list(
        EffectiveAccess.objects.filter(domain=domain_id_of(obj))
        .select_related("source_domain__folder", "source_domain__document")
        .order_by("pk")
    )
    people = Person.objects.in_bulk([row.principal for row in rows if row.principal > 0])
    teams = Team.objects.filter(
        organisation=actor.organisation,
        group_id__in=[-r.principal for r in rows if r.principal < 0],
    )
    known: dict[int, Person | Team] = {**people, **{-team.group_id: team for team in teams}}
    readable = roles_on(actor, (row.source_domain_id for row in rows))
    found = []
    for row in rows:
        source = row.source_domain.folder or row.source_domain.document
        named = readable.get(row.source_domain_id, Role.NONE) >= Role.READER
        found.append(
            Line(
                principal=known[row.principal],
                role=Role(row.role),
                source=source if named else None,
                here=source == obj,
            )
        )
    return sorted(found, key=_line_order)


_MEMBERS = f"""
WITH {HOLDERS}
SELECT principal, person_id FROM holder WHERE principal = ANY(%(teams)s)
"""  # noqa: S608


def members_of(actor: Actor, principals: Iterable[Person | Team]) -> dict[int, list[Person]]:
    """Who is in these teams today, by team id, in the order of names. People are passed over."""
    teams = {-p.group_id: p.pk for p in principals if isinstance(p, Team)}
    with connection.cursor() as cursor:
        cursor.execute(
            _MEMBERS,
            {
                "organisation": actor.organisation.pk,
                "day": actor.today,
                "teams": list(teams),
            },
        )
        rows = cursor.fetchall()
    people = Person.objects.in_bulk([person for _, person in rows])
    found: dict[int, list[Person]] = {}
    for principal, person in rows:
        found.setdefault(teams[principal], []).append(people[person])
    return {team: sorted(members, key=by_name) for team, members in found.items()}


def _line_order(line: Line) -> tuple[int, str, str, int]:
    if isinstance(line.principal, Team):
        return 0, sort_key(line.principal.label), "", line.principal.pk
    return 1, *by_name(line.principal)


def by_name(person: Person) -> tuple[str, str, int]:
    """The order of a list of people."""
    return sort_key(person.family_name), sort_key(person.given_name), person.pk


def sentence(sights: list[Sight], obj: Folder | Document) -> str:
    """ "Visible par 14 personnes : l’équipe Finances et 3 autres personnes."""
    readers = [s for s in sights if s.role >= Role.READER]
    if is_confidential(obj):
        names = join_french(_few([s.person.full_name for s in readers]))
        if len(readers) == 1:
            return f"Confidentiel : {names} est la seule personne à pouvoir l’ouvrir. {_NOTED}"
        return f"Confidentiel : {names} peuvent l’ouvrir, et personne d’autre. {_NOTED}"
    if not readers:
        return "Visible par personne."
    if len(readers) == 1:
        return f"Visible par une seule personne : {readers[0].person.full_name}."
    teams = sorted({s.team.label for s in readers if s.team is not None}, key=sort_key)
    alone = [s.person.full_name for s in readers if s.team is None]
    through = _few([f"l’équipe {label}" for label in teams] + alone)
    return f"Visible par {plural(len(readers), 'personne')} : {join_french(through)}."


_NOTED = "Chaque ouverture est notée."
_NAMED = 5


def _few(words: list[str]) -> list[str]:
    if len(words) <= _NAMED + 1:
        return words
    return [*words[:_NAMED], f"{len(words) - _NAMED} autres"]


def unmanaged_folders(organisation: Organisation, day: date) -> list[Folder]:
    """Folders with rights of their own that nobody could manage on that day.

    With a day a month ahead: those whose managers all end before.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _UNMANAGED,
            {"organisation": organisation.pk, "day": day, "manager": int(Role.MANAGER)},
        )
        found = [row[0] for row in cursor.fetchall()]
    return list(Folder.objects.live().filter(pk__in=found).order_by("path"))


def _seen(domain_id: int, organisation: Organisation, day: date) -> list[tuple[int, int, int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(_SEEN, {"organisation": organisation.pk, "day": day, "domain": domain_id})
        return cursor.fetchall()  # type: ignore[no-any-return]
