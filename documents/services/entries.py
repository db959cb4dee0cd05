"""Writing entries and limits, and the effective rights that follow. Nobody is asked here.

Only `documents.services.rights` (which asks) and `documents.services.previews` (which undoes) call
these; grant rows have no other writer. All of it runs under the organisation's lock and returns
what changed in effect.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeAlias

from django.contrib.auth.models import Permission

from accounts.models import Person, Team
from documents.enums import Role
from documents.models import (
    AccessDomain,
    Document,
    DocumentGroupGrant,
    DocumentUserGrant,
    EffectiveAccess,
    Folder,
    FolderGroupGrant,
    FolderUserGrant,
)
from documents.services.domains import Change, close_if_plain, open_domain, rebuild

Principal: TypeAlias = Person | Team
Grant: TypeAlias = FolderUserGrant | FolderGroupGrant | DocumentUserGrant | DocumentGroupGrant


def key_of(principal: Principal) -> int:
    """What effective rights call a person (their id) or a team (minus its group's id)."""
    return -principal.group_id if isinstance(principal, Team) else principal.pk


def entry_of(obj: Folder | Document, principal: Principal) -> Grant | None:
    """The entry that stands exactly here for this person or team."""
    if isinstance(principal, Team):
        grants = obj.group_grants.filter(group_id=principal.group_id)
    else:
        grants = obj.user_grants.filter(user=principal)
    grant: Grant | None = grants.select_related("permission").first()
    return grant


def entries_on(folder: Folder) -> dict[int, int]:
    """What the entries that stand exactly here say, by principal."""
    people = folder.user_grants.select_related("permission").order_by("pk")
    teams = folder.group_grants.select_related("permission").order_by("pk")
    said = {grant.user_id: int(role_in(grant)) for grant in people}
    return said | {-grant.group_id: int(role_in(grant)) for grant in teams}


def roles_said(domain_id: int) -> dict[int, int]:
    """What is said in a domain, from above or here, by principal."""
    found = EffectiveAccess.objects.filter(domain=domain_id).order_by("principal")
    return dict(found.values_list("principal", "role"))


def role_in(grant: Grant) -> Role:
    """The role that a grant row says."""
    return Role[grant.permission.codename.removeprefix("role_").upper()]


def write_entry(
    obj: Folder | Document, principal: Principal, role: Role, *, by: Person | None, now: datetime
) -> list[Change]:
    """Say here what this person or team may do, in place of what was said."""
    domain = open_domain(obj)
    permission = Permission.objects.get(
        content_type__app_label="documents",
        content_type__model=type(obj).__name__.lower(),
        codename=role.codename,
    )
    who: dict[str, Any] = {
        "group_id" if isinstance(principal, Team) else "user_id": abs(key_of(principal))
    }
    type_of_grant(obj, principal).objects.update_or_create(
        content_object=obj,
        **who,
        defaults={
            "organisation_id": obj.organisation_id,
            "permission": permission,
            "granted_by": by,
            "granted_at": now,
        },
    )
    return rebuild(obj.organisation_id, [domain.pk], principal=key_of(principal))


def type_of_grant(obj: Folder | Document, principal: Principal) -> type[Grant]:
    """Which of the four tables holds this pair."""
    if isinstance(obj, Document):
        return DocumentGroupGrant if isinstance(principal, Team) else DocumentUserGrant
    return FolderGroupGrant if isinstance(principal, Team) else FolderUserGrant


def erase_entry(obj: Folder | Document, principal: Principal) -> list[Change]:
    """Say nothing more here of this person or team: what comes from above counts again."""
    grant = entry_of(obj, principal)
    if grant is None:
        return []
    type(grant).objects.filter(pk=grant.pk).delete()
    changes = rebuild(obj.organisation_id, [open_domain(obj).pk], principal=key_of(principal))
    close_if_plain(obj)
    return changes


def close_to_above(folder: Folder) -> list[Change]:
    """Restrict: nothing comes from above any more. Entries here stay."""
    domain = open_domain(folder)
    if not domain.inherits:
        return []
    AccessDomain.objects.filter(pk=domain.pk).update(inherits=False)
    return rebuild(folder.organisation_id, [domain.pk])


def open_to_above(folder: Folder) -> list[Change]:
    """Un-restrict: what comes from above counts again, confidentiality ends."""
    domain = open_domain(folder)
    if domain.inherits:
        return []
    AccessDomain.objects.filter(pk=domain.pk).update(inherits=True, confidential=False)
    changes = rebuild(folder.organisation_id, [domain.pk])
    close_if_plain(folder)
    return changes


def mark_confidential(folder: Folder, confidential: bool) -> None:
    """Set or lift the mark, on a folder already restricted."""
    AccessDomain.objects.filter(folder=folder).update(confidential=confidential)
