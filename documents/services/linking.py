"""Links towards the outside: opening one, following it, cutting it.

A link has no power of its own. Each time that it is used, its author is asked again what they may
do there today.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any, cast
from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.access import can_administer
from accounts.actor import Actor, actor_for
from accounts.audit import record
from accounts.models import AuditAddress, Organisation
from accounts.notifications import notify, settle
from accounts.services import throttling
from config.lib.access import require
from config.lib.clock import end_of_day
from config.lib.text import clean_name, plural
from documents import audit
from documents.access import domain_id_of, is_trashed, roles_on, visible_documents
from documents.access.links import can_revoke, can_share, policy_of
from documents.enums import LinkKind, Role
from documents.models import AccessDomain, Document, Folder, LinkPolicy, OutsideLink, Version
from documents.models.folder import path_end
from documents.notifications.links import LINK_ENDS
from documents.rules.link_tokens import read
from documents.services.locking import lock_and_reread
from documents.services.refusals import Refusal
from documents.services.telling import tell

USUAL_DAYS = 30
SHORTEST_PASSWORD = 8
MOST_SHOWN = 500
# Told during the night before the last day.
BEFORE_THE_END = timedelta(hours=48)


class BadLink(Refusal):
    """What was typed does not make a link."""


class State(Enum):
    """Whether a link works, and if not why."""

    OPEN = "en service"
    REVOKED = "coupé"
    EXPIRED = "terminé"
    USED_UP = "épuisé"
    CLOSED = "suspendu"


class DeadLink(Exception):
    """The link opens nothing. `organisation` is known when the link is one that we made."""

    def __init__(self, state: State | None, organisation: Organisation | None = None) -> None:
        super().__init__(state.value if state else "unknown")
        self.state = state
        self.organisation = organisation


class TooManyTries(Refusal):
    """Wrong passwords, one after the other."""


class WrongPassword(Refusal):
    """Not the password of this link."""


@dataclass(frozen=True, slots=True)
class Opening:
    """A link that works, and the person in whose name it does."""

    link: OutsideLink
    author: Actor

    @property
    def target(self) -> Folder | Document:
        """What it leads to."""
        return self.link.target


@transaction.atomic
def create_link(
    *,
    actor: Actor,
    obj: Folder | Document,
    kind: LinkKind,
    label: str,
    last_day: date,
    now: datetime,
    password: str = "",
    message: str = "",
    max_downloads: int | None = None,
    **deposit: Any,
) -> OutsideLink:
    """Open a link, valid until the end of `last_day`. Raises Refused or BadLink.

    `deposit` holds what a deposit link accepts: `accepts`, `max_files`, `max_bytes`.
    """
    obj = lock_and_reread(obj, actor.organisation.pk)
    require(can_share(actor, obj))
    words = clean_name(label)[:120]
    if not words:
        raise BadLink("Dites pour qui est ce lien : vous le reconnaîtrez dans la liste.")
    longest = policy_of(actor.organisation).longest_days
    if last_day < actor.today or last_day > actor.today + timedelta(days=longest):
        raise BadLink(f"Choisissez un dernier jour d’ici {plural(longest, 'jour')} au plus.")
    if password and len(password) < SHORTEST_PASSWORD:
        raise BadLink(f"Un mot de passe d’au moins {SHORTEST_PASSWORD} caractères.")
    link = OutsideLink.objects.create(
        organisation=actor.organisation,
        kind=kind,
        folder=obj if isinstance(obj, Folder) else None,
        document=obj if isinstance(obj, Document) else None,
        label=words,
        message=message.strip()[:500],
        author=actor.person,
        created_at=now,
        expires_at=end_of_day(last_day, actor.organisation.timezone),
        password=make_password(password) if password else "",
        max_downloads=max_downloads,
        **deposit,
    )
    tell(
        actor,
        audit.LINK_CREATED,
        obj,
        now=now,
        data={
            "link": str(link.uid),
            "kind": str(kind),
            "until": last_day.isoformat(),
            "password": bool(password),
            "max_downloads": max_downloads,
        },
    )
    return link


@transaction.atomic
def revoke_link(*, actor: Actor, link: OutsideLink, now: datetime) -> OutsideLink:
    """Cut a link at once. Cutting it twice is harmless."""
    held = _locked(link.pk)
    require(can_revoke(actor, held))
    if held.revoked_at is None:
        held.revoked_at, held.revoked_by = now, actor.person
        held.save(update_fields=["revoked_at", "revoked_by"])
        tell(actor, audit.LINK_REVOKED, held.target, now=now, data={"link": str(held.uid)})
        settle(LINK_ENDS, about=held.uid, organisation=held.organisation, now=now)
    return held


@transaction.atomic
def change_policy(
    *, actor: Actor, longest_days: int, least_role: Role, now: datetime
) -> LinkPolicy:
    """What the organisation allows from now on. A stricter role stops the links of those who do not
    have it; a shorter delay counts for new links."""
    require(can_administer(actor))
    policy, _ = LinkPolicy.objects.update_or_create(
        organisation=actor.organisation,
        defaults={"longest_days": longest_days, "least_role": least_role},
    )
    record(
        actor,
        audit.LINK_POLICY_CHANGED,
        actor.organisation,
        now=now,
        data={"longest_days": longest_days, "least_role": int(least_role)},
    )
    return policy


def states(links: Iterable[OutsideLink], *, now: datetime) -> dict[int, State]:
    """Whether each link works, by its id. A few statements, however many links of one author."""
    found: dict[int, State] = {}
    asked: dict[tuple[int, int], list[OutsideLink]] = defaultdict(list)
    for link in links:
        if link.revoked_at is not None:
            found[link.pk] = State.REVOKED
        elif link.expires_at < now:
            found[link.pk] = State.EXPIRED
        elif _used_up(link):
            found[link.pk] = State.USED_UP
        else:
            asked[link.organisation_id, link.author_id].append(link)
    for group in asked.values():
        found.update(_by_their_author(group, now))
    return found


def _used_up(link: OutsideLink) -> bool:
    if link.kind == LinkKind.DROP:
        return link.file_count >= link.max_files
    return link.max_downloads is not None and link.download_count >= link.max_downloads


def _by_their_author(group: list[OutsideLink], now: datetime) -> dict[int, State]:
    organisation = group[0].organisation
    author = actor_for(group[0].author, organisation, now=now)
    if author is None:
        return {link.pk: State.CLOSED for link in group}
    needed = policy_of(organisation).least_role
    roles = roles_on(author, [domain_id_of(link.target) for link in group])
    confidential = tuple(
        AccessDomain.objects.filter(organisation=organisation, confidential=True)
        .order_by("pk")
        .values_list("folder__path", flat=True)
    )
    result = {}
    for link in group:
        obj = link.target
        path = obj.folder.path if isinstance(obj, Document) else obj.path
        fine = (
            not is_trashed(obj)
            and roles.get(domain_id_of(obj), Role.NONE) >= needed
            and not path.startswith(confidential)
        )
        result[link.pk] = State.OPEN if fine else State.CLOSED
    return result


def follow(token: str, kind: LinkKind, *, now: datetime) -> Opening:
    """What a token opens. Changes nothing. Raises DeadLink."""
    uid = read(token)
    link = _links().filter(uid=uid, kind=kind).first() if uid else None
    if link is None:
        raise DeadLink(None)
    state = states([link], now=now)[link.pk]
    if state is not State.OPEN:
        raise DeadLink(state, link.organisation)
    author = actor_for(link.author, link.organisation, now=now)
    if author is None:
        raise DeadLink(State.CLOSED, link.organisation)
    return Opening(link, author)


def shared_documents(opening: Opening) -> QuerySet[Document]:
    """What a link lets take: its document; or what its folder holds, sub-folders included.

    Of a folder: only what the author may share today, and never what is limited further down,
    which was limited on purpose.
    """
    needed = Role(policy_of(opening.link.organisation).least_role)
    documents = visible_documents(opening.author, needed).select_related(
        "folder", "current_version"
    )
    obj = opening.target
    if isinstance(obj, Document):
        return documents.filter(pk=obj.pk).order_by("pk")
    inside = documents.filter(folder__path__gte=obj.path, folder__path__lt=path_end(obj.path))
    for path in limited_below(opening.link.organisation, obj):
        inside = inside.exclude(folder__path__gte=path, folder__path__lt=path_end(path))
    return inside.order_by("folder__path", "sort_title", "pk")


def limited_below(organisation: Organisation, folder: Folder) -> list[str]:
    """The paths of what is limited further down: limited on purpose, no link of above opens it."""
    return list(
        AccessDomain.objects.filter(
            organisation=organisation,
            inherits=False,
            folder__path__gt=folder.path,
            folder__path__lt=path_end(folder.path),
        )
        .order_by("pk")
        .values_list("folder__path", flat=True)
    )


@transaction.atomic
def take(
    *, token: str, document_uid: UUID, opened_with: str, address: str, now: datetime
) -> Version:
    """Somebody takes a file: counted, and written down. Raises DeadLink, WrongPassword, or
    Document.DoesNotExist for what the link does not hold.

    `opened_with`: the proof that the password was given, when there is one (`proof_of`).
    """
    opening = follow(token, LinkKind.SHARE, now=now)
    held = lock_in_use(opening.link, now=now)
    if opened_with != proof_of(held):
        raise WrongPassword("Donnez d’abord le mot de passe.")
    document = shared_documents(opening).get(uid=document_uid)
    version = cast(Version, document.current_version)
    held.download_count += 1
    held.save(update_fields=["download_count"])
    note_outside(held, audit.LINK_DOWNLOADED, document, address=address, now=now, version=version)
    return version


def lock_in_use(link: OutsideLink, *, now: datetime) -> OutsideLink:
    """Its row, locked, as it stands now. Raises DeadLink when it was cut or used up meanwhile."""
    held = _locked(link.pk)
    if _used_up(held) or held.revoked_at is not None:
        raise DeadLink(states([held], now=now)[held.pk], held.organisation)
    return held


def note_outside(
    link: OutsideLink,
    verb: Any,
    document: Document,
    *,
    address: str,
    now: datetime,
    version: Version,
) -> None:
    """Write down what somebody without an account did, and from which address."""
    entry = record(
        None,
        verb,
        document,
        now=now,
        organisation=link.organisation,
        data={"link": str(link.uid), "version": str(version.uid)},
    )
    if address:
        AuditAddress.objects.create(at=now, entry_uid=entry.uid, address=address)


def give_password(*, link: OutsideLink, password: str, address: str, now: datetime) -> str:
    """Check a password and hand out its proof. Raises WrongPassword or TooManyTries.

    Each link is a door of its own: tries count for it and for the address that they come from.
    """
    door = f"lien:{link.uid}"
    if throttling.wait_before(door, address, now=now) > timedelta(0):
        raise TooManyTries("Trop d’essais de suite. Attendez quelques minutes, puis recommencez.")
    if not check_password(password, link.password):
        throttling.remember_failure(door, address, now=now)
        raise WrongPassword("Ce n’est pas le mot de passe de ce lien.")
    throttling.forget_failures(door, address)
    return proof_of(link)


def proof_of(link: OutsideLink) -> str:
    """What a browser keeps once the password was given; empty when there is none to give."""
    return link.password[-24:] if link.password else ""


def links_on(obj: Folder | Document) -> QuerySet[OutsideLink]:
    """The links of this very folder or document, the latest first."""
    here = Q(document=obj) if isinstance(obj, Document) else Q(folder=obj)
    return _links().filter(here).order_by("-created_at", "-pk")


def links_below(links: QuerySet[OutsideLink], folder: Folder) -> QuerySet[OutsideLink]:
    """Among these links, those of a folder and of all that it holds."""
    first, last = folder.path, path_end(folder.path)
    return links.filter(
        Q(folder__path__gte=first, folder__path__lt=last)
        | Q(document__folder__path__gte=first, document__folder__path__lt=last)
    ).order_by("-created_at", "-pk")


def open_links_over(obj: Folder | Document, *, now: datetime) -> list[OutsideLink]:
    """The links that let somebody outside reach this: on it, or on a folder above."""
    folder = obj.folder if isinstance(obj, Document) else obj
    step = Folder.steplen
    above = [folder.path[:end] for end in range(step, len(folder.path) + 1, step)]
    where = Q(folder__path__in=above)
    if isinstance(obj, Document):
        where |= Q(document=obj)
    found = list(
        _links()
        .filter(where, kind=LinkKind.SHARE, revoked_at=None, expires_at__gte=now)
        .order_by("-created_at", "-pk")
    )
    standing = states(found, now=now)
    reaching = []
    for link in found:
        if standing[link.pk] is not State.OPEN:
            continue
        author = actor_for(link.author, link.organisation, now=now)
        if author is None:
            continue
        if (
            isinstance(obj, Folder)
            or shared_documents(Opening(link, author)).filter(pk=obj.pk).exists()
        ):
            reaching.append(link)
    return reaching


@transaction.atomic
def tell_endings(*, now: datetime) -> int:
    """Tell each author, the day before, which of their links ends. Once. Returns how many."""
    ending = list(
        _links()
        .select_for_update(of=("self",), no_key=True, skip_locked=True)
        .filter(
            revoked_at=None,
            ending_told_at=None,
            expires_at__gt=now,
            expires_at__lte=now + BEFORE_THE_END,
        )
        .order_by("pk")
    )
    standing = states(ending, now=now)
    told = 0
    for link in ending:
        link.ending_told_at = now
        link.save(update_fields=["ending_told_at"])
        if standing[link.pk] is State.OPEN:
            told += notify(
                LINK_ENDS,
                organisation=link.organisation,
                recipients=[link.author],
                group_key=f"link:ends:{link.uid}",
                object_uid=link.uid,
                now=now,
                due=link.expires_at,
                reason="parce que vous avez créé ce lien",
            )
    return told


def _links() -> QuerySet[OutsideLink]:
    return OutsideLink.objects.select_related(
        "organisation", "author", "folder", "document__folder"
    )


def _locked(pk: int) -> OutsideLink:
    return _links().select_for_update(of=("self",), no_key=True).get(pk=pk)
