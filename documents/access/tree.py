"""Who may do what with folders and documents.

One person's readable domains are one small set, worked out by one statement (`_ROLES`): the same
for a page, a list, a search, a count. A role comes from the entry in the person's own name if
there is one, otherwise from the best of their teams (a team's `none` never takes away what
another team gives).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import (
    CharField,
    Count,
    Exists,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce

from accounts.actor import Actor
from accounts.models import Organisation
from config.lib.access import ALLOWED, Decision, refuse
from documents.enums import CommentReaders, Role
from documents.models import (
    AccessDomain,
    Comment,
    Document,
    EliminationSlip,
    Folder,
    ImportRun,
    OpinionRequest,
)

# MATERIALIZED: worked out once per statement, not once per row of the list that it filters.
_ROLES = """
    SELECT domain_id,
           COALESCE(max(role) FILTER (WHERE principal > 0),
                    max(role) FILTER (WHERE principal < 0)) AS role
      FROM documents_effectiveaccess
     WHERE organisation_id = %s AND principal = ANY(%s) AND domain_id <> ALL(%s)
     GROUP BY domain_id
"""
_READABLE = f"""
    WITH readable AS MATERIALIZED ({_ROLES})
    SELECT domain_id FROM readable WHERE role >= %s
"""  # noqa: S608 - constant text, parameters apart


def _holder(actor: Actor) -> tuple[int, list[int], list[int]]:
    """Whose roles: the organisation, the keys, and the domains shut whatever they give."""
    return actor.organisation.pk, list(actor.principals), list(actor.closed)


def readable_domains_sql() -> str:
    """The sub-select of domain ids that an actor may use, for statements written by hand (search).

    Parameters, in order: see `readable_domains_params`.
    """
    return _READABLE


def readable_domains_params(actor: Actor, at_least: Role = Role.READER) -> tuple[object, ...]:
    """The parameters of `readable_domains_sql`."""
    return (*_holder(actor), int(at_least))


def readable_domains(actor: Actor, at_least: Role = Role.READER) -> RawSQL:
    """The same as an ORM expression: `filter(domain__in=readable_domains(actor))`."""
    return RawSQL(_READABLE, readable_domains_params(actor, at_least))  # noqa: S611


_ROLE_ON = """(
    SELECT COALESCE(max(e.role) FILTER (WHERE e.principal > 0),
                    max(e.role) FILTER (WHERE e.principal < 0), 0)
      FROM documents_effectiveaccess e
     WHERE e.organisation_id = %s AND e.principal = ANY(%s) AND e.domain_id <> ALL(%s)
       AND e.domain_id = {domain})"""
_DOMAIN_COLUMN = {
    Folder: '"documents_folder"."domain_id"',
    Document: 'COALESCE("documents_document"."own_domain_id", "documents_folder"."domain_id")',
}


def role_annotation(actor: Actor, model: type[Folder] | type[Document]) -> RawSQL:
    """The actor's role on each row of a list, for `annotate(role=…)`.

    A list of documents must join its folder under its own table name (`select_related("folder")`
    or any condition on it). Worked out for the rows of the page only.
    """
    return RawSQL(  # noqa: S611
        _ROLE_ON.format(domain=_DOMAIN_COLUMN[model]),
        _holder(actor),
        IntegerField(),
    )


def visible_folders(actor: Actor, at_least: Role = Role.READER) -> QuerySet[Folder]:
    """Folders of the acting organisation on which the actor has at least this role, not trashed."""
    folders: QuerySet[Folder] = Folder.objects.filter(
        organisation=actor.organisation,
        trashed_at=None,
        domain__in=readable_domains(actor, at_least),
    )
    return folders


def visible_documents(actor: Actor, at_least: Role = Role.READER) -> QuerySet[Document]:
    """Documents on which the actor has at least this role; they and their folder not trashed."""
    return (
        Document.objects.filter(organisation=actor.organisation)
        .live()
        .alias(effective_domain=Coalesce("own_domain_id", "folder__domain_id"))
        .filter(effective_domain__in=readable_domains(actor, at_least))
    )


def visible_documents_in(actor: Actor, folder: Folder) -> QuerySet[Document]:
    """`visible_documents` of one folder.

    Said otherwise for the planner: nearly all follow their folder, so the first lines of an order
    are found by walking its index. Asked for their domain, each would seem to be the exception.
    """
    readable = readable_domains(actor)
    return (
        Document.objects.filter(folder=folder, folder__organisation=actor.organisation)
        .live()
        .filter(
            Q(own_domain=None, folder__domain__in=readable)
            | Q(own_domain__isnull=False, own_domain__in=readable)
        )
    )


def count_visible_to_both(one: Actor, other: Actor) -> tuple[int, int]:
    """How many folders, and documents, two people of one organisation may both read."""
    folders = visible_folders(one).filter(domain__in=readable_domains(other))
    following = Document.objects.filter(folder__in=folders, own_domain=None, trashed_at=None)
    apart = (
        Document.objects.filter(organisation=one.organisation, own_domain__isnull=False)
        .live()
        .filter(own_domain__in=readable_domains(one))
        .filter(own_domain__in=readable_domains(other))
    )
    return folders.count(), following.count() + apart.count()


def visible_trash_folders(actor: Actor) -> QuerySet[Folder]:
    """What stands in the trash as such (not by its parent), for those who may edit it."""
    folders: QuerySet[Folder] = Folder.objects.filter(
        organisation=actor.organisation,
        trashed_at__isnull=False,
        domain__in=readable_domains(actor, Role.EDITOR),
    )
    return folders


def visible_trash_documents(actor: Actor) -> QuerySet[Document]:
    """Documents put in the trash by themselves, for those who may edit them."""
    return (
        Document.objects.filter(organisation=actor.organisation, trashed_at__isnull=False)
        .alias(effective_domain=Coalesce("own_domain_id", "folder__domain_id"))
        .filter(effective_domain__in=readable_domains(actor, Role.EDITOR))
    )


def roles_on(actor: Actor, domain_ids: Iterable[int]) -> dict[int, Role]:
    """The actor's role in each of these domains, in one statement; absent means none."""
    wanted = sorted(set(domain_ids))
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH r AS ({_ROLES}) SELECT domain_id, role FROM r WHERE domain_id = ANY(%s)",  # noqa: S608
            [*_holder(actor), wanted],
        )
        return {domain: Role(role) for domain, role in cursor.fetchall()}


def domain_id_of(obj: Folder | Document) -> int:
    """The domain that decides for this folder or document."""
    if isinstance(obj, Document):
        return obj.own_domain_id or obj.folder.domain_id
    domain_id: int = obj.domain_id
    return domain_id


def role_of(actor: Actor, obj: Folder | Document) -> Role:
    """The actor's role on one object; none outside the acting organisation."""
    if obj.organisation_id != actor.organisation.pk:
        return Role.NONE
    domain = domain_id_of(obj)
    return roles_on(actor, [domain]).get(domain, Role.NONE)


def is_trashed(obj: Folder | Document) -> bool:
    """In the trash, by itself or with its folder."""
    if isinstance(obj, Document):
        return obj.trashed_at is not None or obj.folder.trashed_at is not None
    return obj.trashed_at is not None


def _noun(obj: Folder | Document) -> str:
    return "ce document" if isinstance(obj, Document) else "ce dossier"


def can_read(actor: Actor, obj: Folder | Document) -> Decision:
    """Who reads: role reader at least; what is in the trash shows to editors only."""
    role = role_of(actor, obj)
    if role >= (Role.EDITOR if is_trashed(obj) else Role.READER):
        return ALLOWED
    return refuse(f"Vous n’avez pas accès à {_noun(obj)}.")


def can_comment(actor: Actor, obj: Folder | Document) -> Decision:
    """Who comments: role commenter at least, outside the trash."""
    return _at_least(actor, obj, Role.COMMENTER, "le commenter")


def can_edit(actor: Actor, obj: Folder | Document) -> Decision:
    """Who files, renames, moves, adds a version: role editor at least, outside the trash."""
    return _at_least(
        actor,
        obj,
        Role.EDITOR,
        "le modifier" if isinstance(obj, Document) else "y déposer ni le modifier",
    )


def can_manage(actor: Actor, obj: Folder | Document) -> Decision:
    """Who changes rights: role manager, or the DGS team's members once they have taken over."""
    return _at_least(actor, obj, Role.MANAGER, "changer qui y a accès")


def can_reserve(actor: Actor, document: Document) -> Decision:
    """Who sets a document aside for a while: whoever may save it, role editor at least."""
    return _at_least(actor, document, Role.EDITOR, "le réserver")


def can_break_reservation(actor: Actor, document: Document) -> Decision:
    """Who lifts somebody else's reservation: those who manage the document's rights."""
    return _at_least(actor, document, Role.MANAGER, "lever la réservation d’une autre personne")


def can_take_over(actor: Actor, folder: Folder) -> Decision:
    """Who may take a folder over: the organisation's DGS team, restricted folders included."""
    if actor.is_dgs and folder.organisation_id == actor.organisation.pk:
        return ALLOWED
    return refuse("Seule la direction générale peut reprendre un dossier.")


def can_see_reach(actor: Actor) -> Decision:
    """Who may ask what a colleague sees: the DGS team, and whoever manages rights somewhere.

    The answer stays among what they may read themselves (`documents.services.seen_by`).
    """
    if actor.is_dgs or visible_folders(actor, Role.MANAGER).exists():
        return ALLOWED
    return refuse(
        "Ce que voit une autre personne se demande à la direction générale, "
        "ou à qui gère les droits d’un dossier."
    )


def can_restore(actor: Actor, obj: Folder | Document) -> Decision:
    """Who takes out of the trash: role editor on the object."""
    if role_of(actor, obj) >= Role.EDITOR:
        return ALLOWED
    return refuse(f"Vous ne pouvez pas restaurer {_noun(obj)}.")


def _at_least(actor: Actor, obj: Folder | Document, needed: Role, what: str) -> Decision:
    role = role_of(actor, obj)
    if is_trashed(obj):
        return refuse(f"{_noun(obj).capitalize()} est dans la corbeille. Restaurez-le d’abord.")
    if role >= needed:
        return ALLOWED
    if role < Role.READER:
        return refuse(f"Vous n’avez pas accès à {_noun(obj)}.")
    return refuse(
        f"Vous pouvez {role_verb(role)} {_noun(obj)}, mais pas {what}. "
        "Demandez ce droit à une personne qui en gère les droits."
    )


def role_verb(role: Role) -> str:
    """The role as an infinitive: "lire", "commenter"."""
    return {
        Role.NONE: "ignorer",
        Role.READER: "lire",
        Role.COMMENTER: "lire et commenter",
        Role.EDITOR: "lire et modifier",
        Role.MANAGER: "lire, modifier et partager",
    }[role]


@dataclass(frozen=True, slots=True)
class Abilities:
    """What the actor may do with one object, for a template to show or hide buttons."""

    role: Role
    read: bool
    comment: bool
    edit: bool
    manage: bool


def abilities(role: Role, *, trashed: bool = False) -> Abilities:
    """The abilities that a role gives; in the trash, only what leads out of it."""
    live = not trashed
    return Abilities(
        role=role,
        read=role >= (Role.READER if live else Role.EDITOR),
        comment=live and role >= Role.COMMENTER,
        edit=live and role >= Role.EDITOR,
        manage=live and role >= Role.MANAGER,
    )


@dataclass(frozen=True, slots=True)
class Crumb:
    """One step of the path to an object. A folder that the actor may not read has no name here."""

    name: str
    folder: Folder | None


MASKED = "…"


class Trail(list[Crumb]):
    """From the root to a folder; whether it passes a confidential point."""

    confidential = False


def breadcrumb(actor: Actor, folder: Folder) -> Trail:
    """From the root to this folder; names of unreadable ancestors are masked. One statement."""
    return breadcrumbs(actor, [folder])[folder.pk]


def breadcrumbs(actor: Actor, folders: Iterable[Folder]) -> dict[int, Trail]:
    """The paths to several folders at once, in one statement whatever their number."""
    wanted = list(folders)
    step = Folder.steplen
    paths = {f.path[:end] for f in wanted for end in range(step, len(f.path) + 1, step)}
    above_all = Folder.objects.filter(path__in=paths, organisation=actor.organisation)
    secret = AccessDomain.objects.filter(folder=OuterRef("pk"), confidential=True)
    annotated = above_all.annotate(role=role_annotation(actor, Folder), secret=Exists(secret))
    by_path = {f.path: f for f in annotated.order_by("path")}
    result: dict[int, Trail] = {}
    for folder in wanted:
        trail = Trail()
        for end in range(step, len(folder.path) + 1, step):
            above = by_path.get(folder.path[:end])  # None: moved since this folder was read
            trail.confidential |= above is not None and above.secret
            if above is not None and above.role >= Role.READER:
                trail.append(Crumb(above.name, above))
            elif not trail or trail[-1].folder is not None:
                trail.append(Crumb(MASKED, None))  # one mask however many are hidden
        result[folder.pk] = trail
    return result


# The nearest folder, from the document's own up to the root, that says who sees comments.
_COMMENT_READERS = f"""(
    SELECT f.comment_readers FROM documents_folder f
     WHERE f.path IN (SELECT left("documents_folder"."path", n)
                        FROM generate_series({Folder.steplen}, length("documents_folder"."path"),
                                             {Folder.steplen}) n)
       AND f.comment_readers <> ''
     ORDER BY f.depth DESC LIMIT 1)"""  # noqa: S608


def with_visible_comments(
    actor: Actor, documents: QuerySet[Document] | None = None
) -> QuerySet[Document]:
    """Readable documents whose comments and opinions the actor sees: list twin of
    `can_see_comments`."""
    rows = visible_documents(actor) if documents is None else documents
    return (
        rows.select_related("folder")
        .alias(
            comment_role=role_annotation(actor, Document),
            comment_readers=RawSQL(_COMMENT_READERS, (), CharField()),  # noqa: S611
        )
        .filter(
            Q(comment_role__gte=Role.COMMENTER)
            | Q(comment_readers=None)
            | Q(comment_readers=CommentReaders.READERS)
        )
    )


def comment_readers_of(folder: Folder) -> tuple[CommentReaders, Folder | None]:
    """Who sees the comments below this folder, and the folder that says so (None: nobody did)."""
    step = Folder.steplen
    above = [folder.path[:end] for end in range(step, len(folder.path) + 1, step)]
    said = (
        Folder.objects.filter(path__in=above).exclude(comment_readers="").order_by("-depth").first()
    )
    return (CommentReaders(said.comment_readers), said) if said else (CommentReaders.READERS, None)


def can_see_comments(actor: Actor, document: Document) -> Decision:
    """Who sees what was said of a document: its readers, unless its folder keeps that to those
    who may comment."""
    readable = can_read(actor, document)
    if not readable or role_of(actor, document) >= Role.COMMENTER:
        return readable
    if comment_readers_of(document.folder)[0] == CommentReaders.COMMENTERS:
        return refuse(
            "Dans ce dossier, les commentaires et les avis sont réservés aux personnes qui peuvent "
            "commenter."
        )
    return ALLOWED


def awaited_of(actor: Actor) -> QuerySet[OpinionRequest]:
    """Opinions that are awaited from the actor or from one of their teams, on documents that they
    may read."""
    return OpinionRequest.objects.open().filter(
        Q(person=actor.person) | Q(team__in=sorted(actor.team_ids)),
        ~Q(asked_by=actor.person),
        organisation=actor.organisation,
        document__in=visible_documents(actor),
    )


def awaited_by(actor: Actor) -> QuerySet[OpinionRequest]:
    """Opinions that the actor waits for, on documents that they may still read."""
    return OpinionRequest.objects.open().filter(
        asked_by=actor.person,
        organisation=actor.organisation,
        document__in=visible_documents(actor),
    )


def visible_opinions(actor: Actor, document: Document) -> QuerySet[OpinionRequest]:
    """The opinions on one readable document: all for who sees its comments, else one's own."""
    rows = OpinionRequest.objects.filter(organisation=actor.organisation, document=document)
    if can_see_comments(actor, document):
        return rows
    return rows.filter(
        Q(asked_by=actor.person) | Q(person=actor.person) | Q(team__in=sorted(actor.team_ids))
    )


def waiting_threads() -> Subquery:
    """How many threads wait for an answer on each document of a list, for `annotate`; null when
    none. Whoever shows it asks `open_threads`."""
    threads = (
        Comment.objects.filter(
            document=OuterRef("pk"), thread=None, resolved_at=None, deleted_at=None
        )
        .order_by()
        .values("document")
        .annotate(count=Count("pk"))
        .values("count")
    )
    return Subquery(threads)


def open_threads(document: Any) -> int | None:
    """How many threads wait for an answer on a document annotated with `waiting_threads`, `role`
    and `said_readers`; None when none, or when the actor does not see them."""
    if document.role < Role.COMMENTER and document.said_readers == CommentReaders.COMMENTERS:
        return None
    return document.waiting_threads or None


def said_readers() -> RawSQL:
    """Who sees the comments of each document of a list, "readers" when no folder says it."""
    return RawSQL(f"COALESCE({_COMMENT_READERS}, 'readers')", (), CharField())  # noqa: S611


def is_confidential(obj: Folder | Document) -> bool:
    """Whether the object lies under a confidential point: titles masked, openings traced."""
    folder = obj.folder if isinstance(obj, Document) else obj
    step = Folder.steplen
    above = [folder.path[:end] for end in range(step, len(folder.path) + 1, step)]
    return AccessDomain.objects.filter(folder__path__in=above, confidential=True).exists()


def thrown_away(organisation: Organisation, *, before: datetime) -> QuerySet[Document]:
    """Documents in the trash, by themselves or with their folder, since before a moment."""
    return Document.objects.filter(
        Q(trashed_at__lt=before) | Q(folder__trashed_at__lt=before), organisation=organisation
    ).select_related("folder")


def visible_thrown_away(actor: Actor, *, before: datetime) -> QuerySet[Document]:
    """Those of the acting organisation that the actor may edit."""
    return (
        thrown_away(actor.organisation, before=before)
        .alias(effective_domain=Coalesce("own_domain_id", "folder__domain_id"))
        .filter(effective_domain__in=readable_domains(actor, Role.EDITOR))
    )


def can_eliminate(actor: Actor) -> Decision:
    """Draw up and execute slips of elimination: the direction's, answerable for the archives."""
    if actor.is_dgs:
        return ALLOWED
    return refuse("Seule la direction générale établit les bordereaux d’élimination.")


def visible_slips(actor: Actor) -> QuerySet[EliminationSlip]:
    """The slips of the organisation, for the direction."""
    slips = EliminationSlip.objects.filter(organisation=actor.organisation)
    return slips if actor.is_dgs else slips.none()


def visible_imports(actor: Actor) -> QuerySet[ImportRun]:
    """Imports that the actor started; the direction sees those of everybody."""
    runs = ImportRun.objects.filter(organisation=actor.organisation)
    return runs if actor.is_dgs else runs.filter(started_by=actor.person)


def shared_with_me(actor: Actor) -> tuple[QuerySet[Folder], QuerySet[Document]]:
    """Readable folders and documents whose parent is not readable: reached from nowhere else."""
    readable = readable_domains(actor)
    folders = (
        visible_folders(actor).filter(parent__isnull=False).exclude(parent__domain__in=readable)
    )
    documents = (
        visible_documents(actor)
        .filter(own_domain__isnull=False)
        .exclude(folder__domain__in=readable)
    )
    return folders, documents
