"""Keeps access domains and effective rights in step with the entries, in the same transaction.

A domain stands wherever rights change: at the root, at a restricted folder, at a folder or a
document with entries of its own. Folders in between point at the nearest one above. Everything
here runs under the organisation's lock (`documents.services.locking`).

`rebuild` is one statement: what the entries give below a domain is worked out again and compared
with what is stored; only the differences are written, and they are returned.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import connection

from documents.enums import Role
from documents.models import AccessDomain, Document, Folder
from documents.models.folder import path_end

ROLE_OF_PERMISSION = (
    "CASE p.codename "
    + " ".join(f"WHEN '{role.codename}' THEN {int(role)}" for role in Role)
    + " END"
)
_GRANT_TABLES = (
    ("documents_folderusergrant", "folder_id", "g.user_id::bigint"),
    ("documents_foldergroupgrant", "folder_id", "-g.group_id::bigint"),
    ("documents_documentusergrant", "document_id", "g.user_id::bigint"),
    ("documents_documentgroupgrant", "document_id", "-g.group_id::bigint"),
)
# The entries of the domains of `sub`, as (domain_id, principal, role).
_ENTRIES = " UNION ALL ".join(
    f"""SELECT d.id AS domain_id, {principal} AS principal, {ROLE_OF_PERMISSION} AS role
          FROM sub JOIN documents_accessdomain d ON d.id = sub.id
          JOIN {table} g ON g.content_object_id = d.{column}
          JOIN auth_permission p ON p.id = g.permission_id
         WHERE %(principal)s::bigint IS NULL OR {principal} = %(principal)s"""  # noqa: S608
    for table, column, principal in _GRANT_TABLES
)
# What the entries give in the domains of `tops` and below. One text for what is written and for
# what is only foreseen: {above} is what stands above the tops.
_WORKED_OUT = """
sub AS (
    SELECT d.id, d.parent_id, d.inherits, TRUE AS is_top
      FROM documents_accessdomain d
     WHERE d.id = ANY(%(tops)s) AND d.organisation_id = %(organisation)s
    UNION ALL
    SELECT d.id, d.parent_id, d.inherits, FALSE
      FROM documents_accessdomain d JOIN sub ON d.parent_id = sub.id
     WHERE d.inherits
),
entry AS MATERIALIZED ({entries}),
fresh(domain_id, principal, role, source_id) AS (
    SELECT domain_id, principal, role, domain_id FROM entry
    UNION ALL
    SELECT s.id, e.principal, e.role::int, e.source_domain_id
      FROM sub s JOIN {above}
     WHERE s.is_top AND s.inherits
       AND (%(principal)s::bigint IS NULL OR e.principal = %(principal)s)
       AND NOT EXISTS (SELECT FROM entry x
                        WHERE x.domain_id = s.id AND x.principal = e.principal)
    UNION ALL
    SELECT s.id, f.principal, f.role, f.source_id
      FROM fresh f JOIN sub s ON s.parent_id = f.domain_id AND NOT s.is_top
     WHERE NOT EXISTS (SELECT FROM entry x
                        WHERE x.domain_id = s.id AND x.principal = f.principal)
),
stored AS MATERIALIZED (
    SELECT e.id, e.domain_id, e.principal, e.role, e.source_domain_id
      FROM documents_effectiveaccess e JOIN sub ON sub.id = e.domain_id
     WHERE %(principal)s::bigint IS NULL OR e.principal = %(principal)s
)
"""
_AS_STORED = "documents_effectiveaccess e ON e.domain_id = s.parent_id"
_REBUILD = f"""
WITH RECURSIVE
{_WORKED_OUT.format(entries=_ENTRIES, above=_AS_STORED)},
difference AS MATERIALIZED (
    SELECT COALESCE(f.domain_id, s.domain_id) AS domain_id,
           COALESCE(f.principal, s.principal) AS principal,
           s.id, s.role AS before, f.role AS after, f.source_id
      FROM fresh f FULL JOIN stored s USING (domain_id, principal)
     WHERE (s.role, s.source_domain_id) IS DISTINCT FROM (f.role, f.source_id)
),
gone AS (
    DELETE FROM documents_effectiveaccess e USING difference d
     WHERE e.id = d.id AND d.after IS NULL
),
written AS (
    INSERT INTO documents_effectiveaccess
           (organisation_id, domain_id, principal, role, source_domain_id)
    SELECT %(organisation)s, domain_id, principal, after, source_id
      FROM difference WHERE after IS NOT NULL
    ON CONFLICT (domain_id, principal)
       DO UPDATE SET role = EXCLUDED.role, source_domain_id = EXCLUDED.source_domain_id
)
SELECT domain_id, principal, before, after FROM difference
 WHERE before IS DISTINCT FROM after
"""  # noqa: S608 - constant text, parameters apart
# Domains that would change in the same way are told apart by nothing: they are counted together.
_FORESEE = f"""
WITH RECURSIVE
{_WORKED_OUT.format(entries=_ENTRIES, above="given e ON TRUE")},
given AS MATERIALIZED (
    SELECT principal, role, 0::bigint AS source_domain_id
      FROM unnest(%(principals)s::bigint[], %(roles)s::int[]) AS g(principal, role)
),
verdict AS (
    SELECT string_agg(principal || ' ' || COALESCE(s.role, -1) || ' ' || COALESCE(f.role, -1), ','
                      ORDER BY principal) AS said
      FROM fresh f FULL JOIN stored s USING (domain_id, principal)
     GROUP BY domain_id
    HAVING bool_or(s.role IS DISTINCT FROM f.role)
)
SELECT said, count(*) FROM verdict GROUP BY said
"""  # noqa: S608 - constant text, parameters apart


@dataclass(frozen=True, slots=True)
class Change:
    """What a principal could do in a domain, and can now. None: nothing was or is said."""

    domain_id: int
    principal: int
    before: int | None
    after: int | None


def rebuild(
    organisation_id: int, tops: Iterable[int], *, principal: int | None = None
) -> list[Change]:
    """Bring the effective rights of these domains, and of all that inherits from them, up to date.

    None of `tops` may inherit from another of them. With `principal`, only theirs: the entries of
    one person or team never change what another has.
    """
    wanted = sorted(set(tops))
    if not wanted:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            _REBUILD,
            {"organisation": organisation_id, "tops": wanted, "principal": principal},
        )
        return [Change(*row) for row in cursor.fetchall()]


def foresee(
    organisation_id: int, tops: Iterable[int], given: Mapping[int, int]
) -> list[tuple[list[tuple[int, int, int]], int]]:
    """What would change in these domains and below if `given` (role by principal) stood above.

    Nothing is written. Each outcome with the number of domains that would have it: all the
    principals of such a domain with their role now and then, -1 when nothing is said.
    """
    wanted = sorted(set(tops))
    if not wanted:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            _FORESEE,
            {
                "organisation": organisation_id,
                "tops": wanted,
                "principal": None,
                "principals": list(given),
                "roles": [int(role) for role in given.values()],
            },
        )
        return [
            ([(int(p), int(b), int(a)) for p, b, a in map(str.split, said.split(","))], count)
            for said, count in cursor.fetchall()
        ]


def rebuild_organisation(organisation_id: int) -> list[Change]:
    """All of an organisation's effective rights again, from its entries."""
    tops = AccessDomain.objects.filter(organisation_id=organisation_id, inherits=False)
    return rebuild(organisation_id, tops.values_list("pk", flat=True))


def next_id(table: str) -> int:
    """An identifier from the table's own sequence, before the row: two rows need each other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id'))", [table])
        return int(cursor.fetchone()[0])


def domain_of_its_own(obj: Folder | Document) -> AccessDomain | None:
    """The domain that stands exactly here, if there is one."""
    if isinstance(obj, Document):
        return AccessDomain.objects.filter(document=obj).first()
    return AccessDomain.objects.filter(folder=obj).first()


def open_domain(obj: Folder | Document) -> AccessDomain:
    """A domain exactly here, made if need be, with the same effective rights as before.

    The folders below that followed the same domain now follow this one, and the domains of folders
    and documents among them hang from it.
    """
    existing = domain_of_its_own(obj)
    if existing is not None:
        return existing
    if isinstance(obj, Document):
        above = obj.folder.domain_id
        domain = AccessDomain.objects.create(
            organisation_id=obj.organisation_id, parent_id=above, document=obj
        )
        Document.objects.filter(pk=obj.pk).update(own_domain=domain)
        obj.own_domain = domain
    else:
        above = obj.domain_id
        domain = AccessDomain.objects.create(
            organisation_id=obj.organisation_id, parent_id=above, folder=obj
        )
        _repoint(obj, from_domain=above, to_domain=domain.pk)
        obj.domain_id = domain.pk
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO documents_effectiveaccess
                      (organisation_id, domain_id, principal, role, source_domain_id)
               SELECT organisation_id, %s, principal, role, source_domain_id
                 FROM documents_effectiveaccess WHERE domain_id = %s""",
            [domain.pk, above],
        )
    return domain


def close_if_plain(obj: Folder | Document) -> bool:
    """Merge a domain that says nothing any more back into the one above. True if it was."""
    domain = domain_of_its_own(obj)
    if domain is None or not domain.inherits or domain.parent_id is None or _has_entries(obj):
        return False
    above = domain.parent_id
    if isinstance(obj, Document):
        Document.objects.filter(pk=obj.pk).update(own_domain=None)
        obj.own_domain = None
    else:
        Folder.objects.filter(domain=domain).update(domain=above)
        AccessDomain.objects.filter(parent=domain).update(parent=above)
        obj.domain_id = above
    # Straight to the tables: these rows have no other owner, and a cascade would read them first.
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM documents_effectiveaccess WHERE domain_id = %s", [domain.pk])
        cursor.execute("DELETE FROM documents_accessdomain WHERE id = %s", [domain.pk])
    return True


def follow_folder(folder: Folder, target: Folder) -> list[Change]:
    """After a folder's path has moved under `target`: make its rights follow their new place."""
    own = domain_of_its_own(folder)
    if own is not None:
        if own.parent_id == target.domain_id:
            return []
        AccessDomain.objects.filter(pk=own.pk).update(parent=target.domain_id)
        return rebuild(folder.organisation_id, [own.pk])
    before, after = folder.domain_id, target.domain_id
    if before == after:
        return []
    hanging = _repoint(folder, from_domain=before, to_domain=after)
    folder.domain_id = after
    return rebuild(folder.organisation_id, hanging)


def follow_document(document: Document, target: Folder) -> list[Change]:
    """After a document has moved into `target`. Without a domain of its own there is nothing."""
    if document.own_domain_id is None:
        return []
    AccessDomain.objects.filter(pk=document.own_domain_id).update(parent=target.domain_id)
    return rebuild(document.organisation_id, [document.own_domain_id])


# The domains of folders and documents below a path. Parameters: low, high.
_BELOW = """
    (d.folder_id IN (SELECT id FROM documents_folder WHERE path >= %(low)s AND path < %(high)s)
     OR d.document_id IN (SELECT x.id FROM documents_document x
                            JOIN documents_folder f ON f.id = x.folder_id
                           WHERE x.own_domain_id IS NOT NULL
                             AND f.path >= %(low)s AND f.path < %(high)s))
"""


def hanging_below(folder: Folder) -> list[int]:
    """The domains that a domain standing on this folder has, or would have, as its children."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT d.id FROM documents_accessdomain d
                 WHERE d.parent_id = %(above)s AND {_BELOW}""",  # noqa: S608 - constant text
            {"above": folder.domain_id, "low": folder.path, "high": path_end(folder.path)},
        )
        return [int(row[0]) for row in cursor.fetchall()]


def _repoint(folder: Folder, *, from_domain: int, to_domain: int) -> list[int]:
    """Below a folder, itself included, what followed or hung from one domain now does another.

    Returns the domains that changed parent.
    """
    span: dict[str, str | int] = {
        "low": folder.path,
        "high": path_end(folder.path),
        "a": from_domain,
        "b": to_domain,
    }
    with connection.cursor() as cursor:
        cursor.execute(
            f"""UPDATE documents_accessdomain d SET parent_id = %(b)s
                WHERE d.parent_id = %(a)s AND d.id <> %(b)s AND {_BELOW}
            RETURNING d.id""",  # noqa: S608 - constant text, parameters apart
            span,
        )
        hanging = [int(row[0]) for row in cursor.fetchall()]
        cursor.execute(
            """UPDATE documents_folder SET domain_id = %(b)s
                WHERE path >= %(low)s AND path < %(high)s AND domain_id = %(a)s""",
            span,
        )
    return hanging


def _has_entries(obj: Folder | Document) -> bool:
    return bool(obj.user_grants.exists() or obj.group_grants.exists())
