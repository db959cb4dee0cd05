"""Bringing many files in at once: a ZIP that was sent, a folder of the server, an old drive.

Each file goes through the same door as an upload, in a transaction of its own with the line that
says what became of it: an import that is cut goes on where it was, and files nothing twice.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from django.db import transaction
from django.db.models import Count

from accounts.actor import Actor, actor_for
from accounts.enums import TeamKind
from accounts.models import Team
from accounts.notifications import notify
from config.lib import clock
from config.lib.access import Refused, require
from config.lib.storage import blobs
from config.lib.text import clean_name, name_key
from config.lib.unpacking import Archive, Bomb, Limits, Locked, NotAnArchive
from config.work.services import enqueue
from documents import audit
from documents.access import can_edit
from documents.enums import ImportKind, ImportOutcome, ImportState, Role
from documents.models import Document, Folder, ImportedFile, ImportRun
from documents.notifications import IMPORT_ENDED
from documents.services import filing, rights
from documents.services.filing import Received
from documents.services.folders import LONGEST_NAME, create_folder
from documents.services.import_sources import ArchiveSource, Item, Source, is_litter
from documents.services.locking import lock_organisation, reread
from documents.services.names import free_name
from documents.services.refusals import Refusal
from documents.services.telling import tell

IMPORT = "documents.import"
#: One job works this long, then leaves its turn: other work is never kept waiting.
A_TURN = timedelta(seconds=60)


class NotImportable(Refusal):
    """What was sent cannot be opened, or holds too much."""


@transaction.atomic
def start_zip(*, actor: Actor, folder: Folder, received: Received, now: datetime) -> ImportRun:
    """Import a ZIP into a folder, behind the scenes. Raises Refused or NotImportable."""
    lock_organisation(actor.organisation.pk)
    folder = reread(folder, actor.organisation.pk)
    require(can_edit(actor, folder))
    try:
        with blobs().open(received.stored.key) as file, Archive(file) as archive:
            total = sum(1 for m in archive.members() if not m.is_folder)
    except NotAnArchive:
        raise NotImportable(
            "Ce fichier n’est pas une archive ZIP, ou il est abîmé. Rien n’a été importé."
        ) from None
    except Locked:
        raise NotImportable(
            "Cette archive est protégée par un mot de passe. Décompressez-la d’abord."
        ) from None
    except Bomb:
        raise NotImportable(
            "Cette archive contient trop de fichiers, ou des fichiers démesurés. "
            "Rien n’a été importé."
        ) from None
    run = _begin(actor, folder, ImportKind.ZIP, received.name, received.stored.key, total, now)
    enqueue(
        IMPORT,
        payload={"run": run.pk},
        now=now,
        organisation_id=actor.organisation.pk,
        dedupe=f"{run.pk}:0",
    )
    return run


@transaction.atomic
def start_from_disk(
    *, actor: Actor, folder: Folder, path: Path, kind: ImportKind, now: datetime
) -> ImportRun:
    """The import of a folder of the server; the one begun from there earlier, if it was cut."""
    lock_organisation(actor.organisation.pk)
    folder = reread(folder, actor.organisation.pk)
    require(can_edit(actor, folder))
    begun = (
        ImportRun.objects.filter(
            organisation=actor.organisation, folder=folder, kind=kind, source=str(path)
        )
        .exclude(state=ImportState.DONE)
        .order_by("-started_at")
        .first()
    )
    if begun is not None:
        begun.state, begun.ended_at, begun.reason = ImportState.RUNNING, None, ""
        begun.save(update_fields=["state", "ended_at", "reason"])
        return begun
    return _begin(actor, folder, kind, path.name or str(path), str(path), None, now)


def _begin(
    actor: Actor,
    folder: Folder,
    kind: ImportKind,
    label: str,
    source: str,
    total: int | None,
    now: datetime,
) -> ImportRun:
    run = ImportRun.objects.create(
        organisation=actor.organisation,
        folder=folder,
        kind=kind,
        label=label[:255],
        source=source,
        started_by=actor.person,
        total=total,
        started_at=now,
    )
    tell(actor, audit.IMPORT_STARTED, folder, now=now, data={"import": str(run.uid)})
    return run


def take_a_turn(*, run_id: int, turn: int, now: datetime, heartbeat: Callable[[], None]) -> None:
    """Go on with a ZIP for a while; what is left is for the next turn."""
    run = ImportRun.objects.select_related("organisation", "folder", "started_by").get(pk=run_id)
    if run.state != ImportState.RUNNING:
        return
    actor = actor_for(run.started_by, run.organisation, now=now)
    if actor is None:
        stop(run_id=run.pk, reason="La personne qui l’a lancé n’agit plus ici.", now=now)
        return
    try:
        with blobs().open(run.source) as file, Archive(file, Limits()) as archive:
            finished = bring_in(
                actor=actor,
                run=run,
                source=ArchiveSource(archive, run.organisation.timezone),
                until=now + A_TURN,
                heartbeat=heartbeat,
            )
    except Refused:
        return  # stopped, and said on its page
    except (NotAnArchive, Bomb, Locked, FileNotFoundError):
        stop(run_id=run.pk, reason="L’archive n’a pas pu être lue jusqu’au bout.", now=now)
        return
    if not finished:
        enqueue(
            IMPORT,
            payload={"run": run.pk, "turn": turn + 1},
            now=clock.now(),
            organisation_id=run.organisation_id,
            dedupe=f"{run.pk}:{turn + 1}",
        )


def bring_in(
    *,
    actor: Actor,
    run: ImportRun,
    source: Source,
    until: datetime | None = None,
    heartbeat: Callable[[], None] | None = None,
) -> bool:
    """File what is not filed yet. True when the source is exhausted, and the import ended.

    Raises Refused when the right to file here was lost meanwhile: the import is then stopped.
    """
    known = set(run.files.values_list("path", flat=True))
    folders: dict[tuple[str, ...], Folder] = {(): run.folder}
    for item in source.items():
        path = "/".join(item.parts)
        if path in known or is_litter(item.parts):
            continue
        if until is not None and clock.now() >= until:
            return False
        if heartbeat is not None:
            heartbeat()
        try:
            _bring(actor, run, source, item, path, folders)
        except Refused as refused:
            stop(run_id=run.pk, reason=refused.decision.reason, now=clock.now())
            raise
    _end(actor, run, clock.now())
    return True


def _bring(
    actor: Actor,
    run: ImportRun,
    source: Source,
    item: Item,
    path: str,
    folders: dict[tuple[str, ...], Folder],
) -> None:
    try:
        if item.is_folder:
            problem = getattr(item, "problem", "")
            if problem:
                _say(run, path, item, ImportOutcome.REFUSED, problem)
            else:
                _folder(actor, folders, item.parts)
            return
        if item.size == 0:
            _say(run, path, item, ImportOutcome.LEFT, "Fichier vide.")
            return
        folder = _folder(actor, folders, item.parts[:-1])
        opened = source.open(item)
        try:
            received = filing.receive(opened, item.parts[-1])
        finally:
            getattr(opened, "close", lambda: None)()
        _file(actor, run, folder, received, item, path)
    except Refusal as refusal:
        _say(run, path, item, ImportOutcome.REFUSED, str(refusal))
    except (Bomb, NotAnArchive):
        _say(run, path, item, ImportOutcome.REFUSED, "Ce fichier est abîmé dans l’archive.")
    except PermissionError:
        _say(run, path, item, ImportOutcome.REFUSED, "Ce fichier n’a pas pu être ouvert.")


@transaction.atomic
def _file(
    actor: Actor, run: ImportRun, folder: Folder, received: Received, item: Item, path: str
) -> None:
    """The document and the line that says so, together or not at all."""
    now = clock.now()
    lock_organisation(actor.organisation.pk)
    twin = (
        Document.objects.select_related("current_version")
        .filter(folder=folder, name_key=name_key(received.name), trashed_at=None)
        .first()
    )
    if twin is not None and twin.current_version is not None:
        if twin.current_version.sha256 == received.stored.sha256:
            _say(run, path, item, ImportOutcome.SAME, "Déjà là, identique.", twin)
            return
        received = replace(received, name=free_name(folder, received.name))
    elif Folder.objects.filter(
        parent=folder, name_key=name_key(received.name), trashed_at=None
    ).exists():
        received = replace(received, name=free_name(folder, received.name))
    document = filing.file_document(
        actor=actor, folder=folder, received=received, now=now, reason=f"Import de {run.label}"
    ).document
    if item.modified_at is not None and item.modified_at < now:
        # Its own date, not the day of the import: that is how people will look for it.
        Document.objects.filter(pk=document.pk).update(changed_at=item.modified_at)
    _say(run, path, item, ImportOutcome.FILED, "", document)


def _say(
    run: ImportRun,
    path: str,
    item: Item,
    outcome: ImportOutcome,
    reason: str,
    document: Document | None = None,
) -> None:
    ImportedFile.objects.get_or_create(
        run=run,
        path=path,
        defaults={
            "organisation_id": run.organisation_id,
            "size": item.size,
            "outcome": outcome,
            "reason": reason[:300],
            "document": document,
        },
    )


def _folder(actor: Actor, folders: dict[tuple[str, ...], Folder], parts: tuple[str, ...]) -> Folder:
    """The folder at this path, made when missing."""
    known = folders.get(parts)
    if known is not None:
        return known
    parent = _folder(actor, folders, parts[:-1])
    name = clean_name(parts[-1])[:LONGEST_NAME].strip() or "Sans nom"
    with transaction.atomic():
        lock_organisation(actor.organisation.pk)
        there: Folder | None = Folder.objects.filter(
            parent=parent, name_key=name_key(name), trashed_at=None
        ).first()
        if there is None:
            if Document.objects.filter(
                folder=parent, name_key=name_key(name), trashed_at=None
            ).exists():
                name = free_name(parent, name)
            there = create_folder(actor=actor, parent=parent, name=name, now=clock.now())
    folders[parts] = there
    return there


@transaction.atomic
def _end(actor: Actor, run: ImportRun, now: datetime) -> None:
    run.state, run.ended_at = ImportState.DONE, now
    run.save(update_fields=["state", "ended_at"])
    counts = counted(run)
    tell(
        actor,
        audit.IMPORT_ENDED,
        run.folder,
        now=now,
        data={"import": str(run.uid), **{k: n for k, n in counts.items() if n}},
    )
    notify(
        IMPORT_ENDED,
        organisation=actor.organisation,
        recipients=[run.started_by],
        group_key=f"import:{run.uid}",
        now=now,
        actor=None,
        object_uid=run.uid,
        reason="parce que vous avez lancé cet import",
    )


@transaction.atomic
def stop(*, run_id: int, reason: str, now: datetime) -> None:
    """End an import that cannot go on; what was filed stays. `reason` is French."""
    ImportRun.objects.filter(pk=run_id, state=ImportState.RUNNING).update(
        state=ImportState.FAILED, reason=(reason or "Import interrompu.")[:300], ended_at=now
    )


def start_again(*, run_id: int) -> None:
    """An import that had stopped goes on: what was filed is not filed twice."""
    ImportRun.objects.filter(pk=run_id, state=ImportState.FAILED).update(
        state=ImportState.RUNNING, reason="", ended_at=None
    )


def counted(run: ImportRun) -> dict[str, int]:
    """How many files had each outcome."""
    found = dict(
        run.files.order_by()
        .values_list("outcome")
        .annotate(n=Count("pk"))
        .values_list("outcome", "n")
    )
    return {outcome.value: found.get(outcome.value, 0) for outcome in ImportOutcome}


@transaction.atomic
def open_old_network(*, actor: Actor, folder: Folder, readers: list[Team], now: datetime) -> Folder:
    """Make a folder ready for a former drive: limited, managed by the direction, read by teams.

    Nobody files there: what is still of use is taken out of it (`documents.services.refiling`).
    """
    directors = Team.objects.get(organisation=actor.organisation, kind=TeamKind.DGS)
    rights.restrict(actor=actor, folder=folder, now=now, keep=[directors])
    for team in readers:
        rights.set_role(actor=actor, obj=folder, principal=team, role=Role.READER, now=now)
    ready: Folder = reread(folder, actor.organisation.pk)
    return ready
