"""Bringing the archive of a session, confirming what was shown, taking it in: whole or not at all.

The job receives every file first, outside any lock; then one transaction makes the meeting, its
points, its documents. Killed before, it begins again; killed after, it finds its work done.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime

from django.db import transaction

from accounts.actor import Actor, actor_for
from accounts.audit import record
from config.lib.access import Refused, require
from config.lib.storage import blobs
from config.lib.text import clean_name
from config.work.services import enqueue
from council import audit
from council.access import can_prepare
from council.enums import BudgetImpact, ItemKind, PreparedState
from council.models import AgendaItem, Assembly, Meeting, PreparedSession
from council.services import items, pieces, planning, texts
from council.services.brought import archive
from council.services.brought.looking import Line, Look, look
from council.services.items import ItemContent
from council.services.locking import lock_assembly
from council.services.refusals import Missing, Refusal
from documents.access import can_edit
from documents.models import Folder
from documents.services import filing, folders
from documents.services.locking import lock_organisation, reread
from documents.services.names import free_name, is_taken
from documents.services.refusals import Refusal as NotDone

#: The job that takes a session in.
TAKE_IN = "council.session.take_in"


class NothingKept(Refusal):
    """No point is ticked."""


class NotPossible(Refusal):
    """Something stops the whole: another commune's, or taken in already."""


def bring(
    *,
    actor: Actor,
    assembly: Assembly,
    folder: Folder,
    received: filing.Received,
    now: datetime,
) -> PreparedSession:
    """File the archive and keep what it describes. Nothing else is made.

    Outside a transaction: the archive is read first. Raises NotASession, Refused.
    """
    require(can_prepare(actor, assembly))
    told, files = archive.look_into(blobs().path(received.stored.key))
    with transaction.atomic():
        lock_organisation(actor.organisation.pk)
        body = lock_assembly(assembly)
        require(can_prepare(actor, body))
        filed = filing.file_document(
            actor=actor, folder=folder, received=received, now=now, keep_both=True
        )
        brought = PreparedSession.objects.create(
            organisation=actor.organisation,
            assembly=body,
            folder=folder,
            archive=filed.version,
            sha256=received.stored.sha256,
            told=told.kept(),
            files=files,
            brought_by=actor.person,
            brought_at=now,
        )
        record(actor, audit.SESSION_BROUGHT, body, now=now, data={"brought": str(brought.uid)})
    return brought


@transaction.atomic
def confirm(
    *,
    actor: Actor,
    brought: PreparedSession,
    kept: Collection[int],
    starts_at: datetime,
    place: str,
    now: datetime,
) -> PreparedSession:
    """Have what was shown made. Confirmed twice, it is made once.

    ``kept``: the lines of the points to take. Raises NothingKept, NotPossible, Missing, InThePast.
    """
    lock_organisation(actor.organisation.pk)
    locked = _locked(brought)
    require(can_prepare(actor, locked.assembly))
    if locked.state in (PreparedState.RUNNING, PreparedState.DONE):
        return locked
    require(can_edit(actor, reread(locked.folder, actor.organisation.pk)))
    seen = look(actor=actor, brought=locked)
    if seen.stops:
        raise NotPossible(seen.stops[0])
    if locked.archive_id is None:
        raise NotPossible("L’archive a été supprimée : déposez-la à nouveau.")
    if not any(line.possible and line.point.line in kept for line in seen.lines):
        raise NothingKept("Cochez au moins un point.")
    if starts_at <= now:
        raise planning.InThePast("Choisissez une date à venir.")
    if not place.strip():
        raise Missing("Dites où la séance se tiendra.")
    locked.state, locked.problem = PreparedState.RUNNING, ""
    locked.left_out = [line.point.line for line in seen.lines if line.point.line not in kept]
    locked.starts_at, locked.place = starts_at, place.strip()
    locked.brought_by = actor.person
    locked.save(update_fields=["state", "problem", "left_out", "starts_at", "place", "brought_by"])
    enqueue(
        TAKE_IN,
        payload={"brought": locked.pk},
        now=now,
        organisation_id=actor.organisation.pk,
        dedupe=f"{locked.pk}:{now.isoformat()}",
    )
    return locked


def take_in(*, brought_id: int, now: datetime, heartbeat: Callable[[], None]) -> Meeting | None:
    """Make the meeting of a confirmed archive. Done again, it makes nothing more."""
    brought = _fresh(brought_id)
    if brought.state != PreparedState.RUNNING:
        return brought.meeting
    actor = actor_for(brought.brought_by, brought.organisation, now=now)
    if actor is None or brought.archive is None:
        why = "l’archive a été supprimée" if actor else "la personne qui l’a lancée n’agit plus ici"
        stop(brought_id=brought_id, reason=f"Rien n’a été repris : {why}.", now=now)
        return None
    try:
        lines = _chosen(look(actor=actor, brought=brought), brought)
        wanted = {path for line in lines for path in line.files}
        received = archive.receive_all(brought.archive.storage_key, wanted, heartbeat)
        words = _words(lines, received, heartbeat)
        return _make(actor, brought, received, words, now)
    except Refused as refused:
        stop(brought_id=brought_id, reason=refused.decision.reason, now=now)
    except (Refusal, NotDone) as refused:
        stop(brought_id=brought_id, reason=str(refused), now=now)
    return None


@transaction.atomic
def stop(*, brought_id: int, reason: str, now: datetime) -> None:
    """Say why nothing was made; it may be confirmed again."""
    brought = _locked(_fresh(brought_id))
    if brought.state == PreparedState.RUNNING:
        brought.state, brought.ended_at = PreparedState.FAILED, now
        brought.problem = reason or "Un incident a arrêté la reprise. Rien n’a été créé."
        brought.save(update_fields=["state", "ended_at", "problem"])


@transaction.atomic
def start_again(*, brought_id: int) -> None:
    """The job of a stopped one is given another life."""
    brought = _locked(_fresh(brought_id))
    if brought.state == PreparedState.FAILED:
        brought.state, brought.ended_at, brought.problem = PreparedState.RUNNING, None, ""
        brought.save(update_fields=["state", "ended_at", "problem"])


def _words(
    lines: list[Line], received: dict[str, filing.Received], heartbeat: Callable[[], None]
) -> dict[int, str]:
    """The texts read from files, by line; what cannot be read stays a joined piece."""
    found: dict[int, str] = {}
    for line in lines:
        if line.point.text or line.text_file not in received:
            continue
        heartbeat()
        one = received[line.text_file]
        try:
            found[line.point.line] = texts.text_of_file(
                blobs().path(one.stored.key), one.sniffed.media_type
            )
        except texts.NotAText:
            continue
    return found


@transaction.atomic
def _make(
    actor: Actor,
    brought: PreparedSession,
    received: dict[str, filing.Received],
    words: dict[int, str],
    now: datetime,
) -> Meeting | None:
    lock_organisation(actor.organisation.pk)
    locked = _locked(brought)
    if locked.state != PreparedState.RUNNING or locked.starts_at is None:
        return locked.meeting
    seen = look(actor=actor, brought=locked)
    if seen.stops:
        raise NotPossible(seen.stops[0])
    meeting = planning.create_meeting(
        actor=actor,
        assembly=locked.assembly,
        starts_at=locked.starts_at,
        place=locked.place,
        now=now,
    )
    lines = _chosen(seen, locked)
    place = _folder(actor, locked, meeting, now) if any(line.files for line in lines) else None
    filed: dict[str, filing.Filed] = {}
    for line in lines:
        item = _item(actor, locked, meeting, line, words.get(line.point.line, ""), now)
        for path in line.files:
            # Named by two points, a file is one document; twins of name stay apart.
            if path not in filed and path in received and place is not None:
                filed[path] = filing.file_document(
                    actor=actor, folder=place, received=received[path], now=now, keep_both=True
                )
            if path in filed:
                pieces.join_document(actor=actor, item=item, document=filed[path].document, now=now)
        if not seen.by_steps:
            items.list_item(actor=actor, item=item, meeting=meeting, now=now)
    locked.state, locked.meeting, locked.ended_at = PreparedState.DONE, meeting, now
    locked.save(update_fields=["state", "meeting", "ended_at"])
    record(actor, audit.SESSION_TAKEN_IN, meeting, now=now, data={"points": len(lines)})
    return meeting


def _item(
    actor: Actor,
    brought: PreparedSession,
    meeting: Meeting,
    line: Line,
    read: str,
    now: datetime,
) -> AgendaItem:
    point = line.point
    return items.draft_item_from_documents(
        actor=actor,
        assembly=brought.assembly,
        content=ItemContent(
            title=point.title,
            kind=ItemKind(point.kind),
            summary=point.summary,
            proposed_text=point.text or read,
            closed_doors=point.closed_doors,
            subject_code=point.subject_code,
            budget_impact=BudgetImpact(point.budget_impact) if point.budget_impact else None,
            rapporteur=line.rapporteur,
        ),
        meeting=meeting,
        now=now,
    )


def _folder(actor: Actor, brought: PreparedSession, meeting: Meeting, now: datetime) -> Folder:
    """A folder of the meeting's own, in the one chosen."""
    day = meeting.local_start
    name = clean_name(f"{day:%Y-%m-%d} {brought.assembly.name}")[: folders.LONGEST_NAME].strip()
    if is_taken(brought.folder, name):
        name = free_name(brought.folder, name)
    return folders.create_folder(actor=actor, parent=brought.folder, name=name, now=now)


def _chosen(seen: Look, brought: PreparedSession) -> list[Line]:
    out = set(brought.left_out)
    return [line for line in seen.lines if line.possible and line.point.line not in out]


def _fresh(brought_id: int) -> PreparedSession:
    return PreparedSession.objects.select_related(
        "organisation", "assembly__organisation", "folder", "archive", "brought_by", "meeting"
    ).get(pk=brought_id)


def _locked(brought: PreparedSession) -> PreparedSession:
    return (
        PreparedSession.objects.select_for_update(of=("self",), no_key=True)
        .select_related("organisation", "assembly__organisation", "folder", "meeting")
        .get(pk=brought.pk)
    )
