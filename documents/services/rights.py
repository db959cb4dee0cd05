"""Giving, taking and limiting rights.

`set_role` is the only way in to the grant rows, from panels, the admin and the seeds alike.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Q

from accounts.actor import Actor
from accounts.enums import TeamKind
from accounts.models import Membership, Person, Team
from accounts.notifications import notify
from config.lib.access import refuse, require
from config.lib.text import plural
from documents import audit
from documents.access import can_manage, can_take_over, role_of
from documents.enums import Role
from documents.models import AccessDomain, Document, EffectiveAccess, Folder
from documents.notifications import FOLDER_TAKEN_OVER
from documents.services.domains import Change, domain_of_its_own
from documents.services.entries import (
    Principal,
    close_to_above,
    entries_on,
    entry_of,
    erase_entry,
    key_of,
    mark_confidential,
    open_to_above,
    role_in,
    roles_said,
    write_entry,
)
from documents.services.locking import lock_and_reread
from documents.services.reach import HOLDERS, managers
from documents.services.refusals import (
    InTrash,
    LastManager,
    NeedsConfirmation,
    NotAMember,
    RootIsFixed,
)
from documents.services.telling import tell


@transaction.atomic
def set_role(
    *,
    actor: Actor,
    obj: Folder | Document,
    principal: Principal,
    role: Role,
    now: datetime,
    confirmed: bool = False,
) -> list[Change]:
    """Say on this very folder or document what a person or a team may do.

    Replaces the entry that they had here; entries further down stay. Raises NeedsConfirmation when
    an entry in somebody's own name gives less than their teams do, here or below.
    """
    obj = lock_and_reread(obj, actor.organisation.pk)
    require(can_manage(actor, obj))
    principal = current_principal(actor, principal)
    if role > role_of(actor, obj):
        require(refuse("On ne donne pas plus de droits qu’on n’en a soi-même."))
    standing = entry_of(obj, principal)
    if standing is not None and role_in(standing) == role:
        return []
    changes = write_entry(obj, principal, role, by=actor.person, now=now)
    _require_a_manager(actor, obj)
    if isinstance(principal, Person) and not confirmed:
        lowered = lowered_by_name(actor, obj, principal)
        if lowered:
            raise NeedsConfirmation(lowered)
    tell(
        actor,
        audit.RIGHT_SET,
        obj,
        now=now,
        data={
            **_named(principal),
            "role": int(role),
            "before": int(role_in(standing)) if standing else None,
        },
    )
    return changes


@transaction.atomic
def remove_entry(
    *, actor: Actor, obj: Folder | Document, principal: Principal, now: datetime
) -> list[Change]:
    """Forget what is said here of a person or a team: what comes from above counts again.

    Works for people who have left, too.
    """
    obj = lock_and_reread(obj, actor.organisation.pk)
    require(can_manage(actor, obj))
    standing = entry_of(obj, principal)
    if standing is None:
        return []
    changes = erase_entry(obj, principal)
    _require_a_manager(actor, obj)
    tell(
        actor,
        audit.RIGHT_REMOVED,
        obj,
        now=now,
        data={**_named(principal), "before": int(role_in(standing))},
    )
    return changes


@transaction.atomic
def restrict(
    *, actor: Actor, folder: Folder, now: datetime, keep: Iterable[Principal] = ()
) -> list[Change]:
    """Limit a folder: nothing comes from above any more.

    Those in `keep` get here, as an entry, the role that they had from above. The actor stays its
    manager, in their own name if nothing else makes them so.
    """
    folder = lock_and_reread(folder, actor.organisation.pk)
    require(can_manage(actor, folder))
    changes = limit(actor, folder, keep=keep, now=now)
    if not changes and _is_restricted(folder):
        return []
    tell(actor, audit.FOLDER_RESTRICTED, folder, now=now)
    return changes


@transaction.atomic
def unrestrict(*, actor: Actor, folder: Folder, now: datetime) -> list[Change]:
    """Open a limited folder to what comes from above; confidentiality ends with the limit."""
    folder = lock_and_reread(folder, actor.organisation.pk)
    require(can_manage(actor, folder))
    if folder.parent_id is None:
        raise RootIsFixed("Rien n’est au-dessus du dossier racine.")
    if not _is_restricted(folder):
        return []
    changes = open_to_above(folder)
    _require_a_manager(actor, folder)
    tell(actor, audit.FOLDER_UNRESTRICTED, folder, now=now)
    return changes


@transaction.atomic
def make_confidential(
    *, actor: Actor, folder: Folder, now: datetime, keep: Iterable[Principal] = ()
) -> list[Change]:
    """Limit a folder, mask its title in mails, trace every opening."""
    folder = lock_and_reread(folder, actor.organisation.pk)
    require(can_manage(actor, folder))
    if folder.parent_id is None:
        raise RootIsFixed("Le dossier racine ne peut pas être confidentiel.")
    changes = limit(actor, folder, keep=keep, now=now)
    mark_confidential(folder, True)
    tell(actor, audit.MADE_CONFIDENTIAL, folder, now=now)
    return changes


@transaction.atomic
def end_confidential(*, actor: Actor, folder: Folder, now: datetime) -> None:
    """Lift the mark; the folder stays limited."""
    folder = lock_and_reread(folder, actor.organisation.pk)
    require(can_manage(actor, folder))
    mark_confidential(folder, False)
    tell(actor, audit.NO_LONGER_CONFIDENTIAL, folder, now=now)


@transaction.atomic
def take_over(*, actor: Actor, folder: Folder, now: datetime) -> list[Change]:
    """The DGS team becomes manager of a folder, limited ones included, and of its documents.

    Recorded, and told to those who managed it until then. A folder inside is taken over by itself.
    """
    folder = lock_and_reread(folder, actor.organisation.pk)
    require(can_take_over(actor, folder))
    if folder.trashed_at is not None:
        raise InTrash(f"« {folder.name} » est dans la corbeille.")
    holders = managers(folder, organisation=actor.organisation, day=actor.today)
    directors = Team.objects.get(organisation=actor.organisation, kind=TeamKind.DGS)
    changes = write_entry(folder, directors, Role.MANAGER, by=actor.person, now=now)
    if not can_manage(actor, folder):  # an entry in their own name says less
        changes += write_entry(folder, actor.person, Role.MANAGER, by=actor.person, now=now)
    changes += _open_its_documents(actor, folder, directors)
    tell(
        actor,
        audit.FOLDER_TAKEN_OVER,
        folder,
        now=now,
        data={"holders": [str(p.uid) for p in holders if p.pk != actor.person.pk]},
    )
    notify(
        FOLDER_TAKEN_OVER,
        organisation=actor.organisation,
        recipients=holders,
        actor=actor,
        group_key=f"folder:taken-over:{folder.uid}",
        object_uid=folder.uid,
        reason="parce que vous gérez les droits de ce dossier",
        now=now,
    )
    return changes


def _open_its_documents(actor: Actor, folder: Folder, directors: Team) -> list[Change]:
    """What an entry on a document of this folder takes from the direction, it takes no more."""
    changes: list[Change] = []
    own = Document.objects.filter(folder=folder, own_domain__isnull=False).order_by("pk")
    for document in own.select_related("folder"):
        for principal in (directors, actor.person):
            standing = entry_of(document, principal)
            if standing is not None and role_in(standing) < Role.MANAGER:
                changes += erase_entry(document, principal)
                document.refresh_from_db()
    return changes


def limit(
    actor: Actor, folder: Folder, *, keep: Iterable[Principal], now: datetime
) -> list[Change]:
    """The change of `restrict`, nothing asked, nothing told: for it and for its preview."""
    had = dict(
        EffectiveAccess.objects.filter(domain=folder.domain_id)
        .order_by("principal")
        .values_list("principal", "role")
    )
    changes = close_to_above(folder)
    for kept in keep:
        principal = current_principal(actor, kept)
        role = Role(had.get(key_of(principal), Role.NONE))
        if role > Role.NONE and entry_of(folder, principal) is None:
            changes += write_entry(folder, principal, role, by=actor.person, now=now)
    if not can_manage(actor, folder):
        changes += write_entry(folder, actor.person, Role.MANAGER, by=actor.person, now=now)
    return changes


def foreseen_limit(
    actor: Actor, folder: Folder, *, restricted: bool, keep: Iterable[Principal] = ()
) -> tuple[dict[int, int], dict[int, int]]:
    """Role by principal on a folder now, and once limited by `limit` or opened again."""
    had = roles_said(folder.domain_id)
    own = domain_of_its_own(folder)
    entries = entries_on(folder)
    if not restricted:
        if own is None or own.inherits or own.parent_id is None:
            return had, had
        return had, roles_said(own.parent_id) | entries
    after = dict(entries)
    for kept in keep:
        key = key_of(current_principal(actor, kept))
        if had.get(key, Role.NONE) > Role.NONE:
            after.setdefault(key, had[key])
    mine = [after[key] for key in actor.principals if key in after and key < 0]
    if after.get(actor.person.pk, max(mine, default=Role.NONE)) < Role.MANAGER:
        after[actor.person.pk] = Role.MANAGER
    return had, after


_LOWERED = f"""
WITH {HOLDERS}
SELECT own.domain_id, own.role, best.role, t.label
  FROM documents_effectiveaccess own
  CROSS JOIN LATERAL (
       SELECT e.role, e.principal FROM documents_effectiveaccess e JOIN holder h USING (principal)
        WHERE e.domain_id = own.domain_id AND h.person_id = own.principal AND e.principal < 0
        ORDER BY e.role DESC, e.principal DESC LIMIT 1) best
  JOIN accounts_team t ON t.group_id = -best.principal
 WHERE own.principal = %(person)s AND own.source_domain_id = %(domain)s AND best.role > own.role
 ORDER BY (own.domain_id = %(domain)s) DESC, best.role DESC, own.domain_id
"""  # noqa: S608 - constant text, parameters apart


def lowered_by_name(actor: Actor, obj: Folder | Document, person: Person) -> list[str]:
    """What the entry in a person's own name takes away from what their teams give, in French.

    At most one sentence: about here, or about the most that is lost further down.
    """
    domain = domain_of_its_own(obj)
    if domain is None:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            _LOWERED,
            {
                "organisation": actor.organisation.pk,
                "day": actor.today,
                "person": person.pk,
                "domain": domain.pk,
            },
        )
        rows = cursor.fetchall()
    if not rows:
        return []
    where, role, best, team = rows[0]
    deeper = sum(1 for row in rows if row[0] != domain.pk)
    places = "ici" if where == domain.pk else ""
    if deeper:
        places += (" et " if places else "") + f"à {plural(deeper, 'endroit')} plus bas"
    return [
        f"{person.full_name} aura moins que ce que l’équipe {team} lui donne {places} : "
        f"« {Role(best).label} » devient « {Role(role).label} »."
    ]


def current_principal(actor: Actor, principal: Principal) -> Principal:
    """The person or team as they stand, members of the acting organisation. Or NotAMember."""
    if isinstance(principal, Team):
        team = Team.objects.filter(
            pk=principal.pk, organisation=actor.organisation, archived_at=None
        ).first()
        if team is None:
            raise NotAMember("Cette équipe n’existe pas, ou plus, dans votre organisation.")
        return team
    belongs = Membership.objects.filter(
        Q(to_date__isnull=True) | Q(to_date__gte=actor.today),
        person=principal,
        organisation=actor.organisation,
    )
    if not belongs.exists():
        raise NotAMember("Cette personne n’appartient pas, ou plus, à votre organisation.")
    return principal


def _is_restricted(folder: Folder) -> bool:
    return bool(AccessDomain.objects.filter(folder=folder, inherits=False).exists())


def _require_a_manager(actor: Actor, obj: Folder | Document) -> None:
    if not managers(obj, organisation=actor.organisation, day=actor.today):
        raise LastManager(
            "Plus personne ne pourrait changer les droits ici. Donnez d’abord « gère les droits » "
            "à une autre personne ou équipe."
        )


def _named(principal: Principal) -> dict[str, str]:
    kind = "team" if isinstance(principal, Team) else "person"
    return {"to": kind, kind: str(principal.uid)}
