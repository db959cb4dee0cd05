"""What becomes of the trash: kept, erased by itself, or erased under a stamped slip.

Public archives are not ours to destroy (code du patrimoine, art. L212-3): only working papers and
exact copies go by themselves, acts and archive folders never do, and for the rest the direction
draws up a bordereau d'élimination and waits for the visa of the departmental archives.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count, Max, Min, ProtectedError, Sum

from accounts.actor import Actor
from accounts.audit import record
from accounts.models import Organisation
from config.lib.access import require
from config.lib.clock import local_date
from config.lib.storage import blobs
from config.lib.text import MONTHS, day_number
from documents import audit, previews
from documents.access import (
    can_eliminate,
    can_manage,
    is_confidential,
    thrown_away,
    visible_slips,
    visible_thrown_away,
)
from documents.enums import Keeping
from documents.models import (
    AccessDomain,
    Document,
    EliminationLine,
    EliminationSlip,
    ErasedBytes,
    Folder,
    KeepingRule,
    Version,
    VersionHold,
)
from documents.services.blob_references import referenced
from documents.services.locking import lock_organisation, reread
from documents.services.refusals import Refusal
from documents.services.telling import tell

#: Days that anything stays in the trash before it may be erased.
TRASH_DAYS = timedelta(days=30)


class NothingToEliminate(Refusal):
    """No document of the trash waits for a visa."""


class NoVisa(Refusal):
    """The slip has no visa yet."""


class SlipClosed(Refusal):
    """Executed or abandoned: it does not change any more."""


class StillOfUse(Refusal):
    """Something else refers to the document."""


Why = Literal["archives", "held", "copy", "working", "visa"]


@dataclass(frozen=True, slots=True)
class Fate:
    """What will become of a document of the trash, and from when (None: it is not there)."""

    why: Why
    at: datetime | None
    detail: str = ""

    @property
    def by_itself(self) -> bool:
        """Erased without anybody's act."""
        return self.why in ("copy", "working")


def in_words(fate: Fate, zone: str) -> str:
    """What will become of it, as a person reads it in the trash."""
    if fate.why == "archives":
        return "Sera gardé : ce dossier ne s’efface pas."
    if fate.why == "held":
        return f"Sera gardé : {fate.detail}."
    if fate.why == "visa":
        return "Ne sera effacé qu’avec le visa des archives départementales."
    when = f" le {_day(local_date(fate.at, zone))}" if fate.at else ""
    if fate.why == "copy":
        return f"S’effacera{when} : c’est la copie identique d’un document en place."
    return f"S’effacera{when} : document de travail."


@transaction.atomic
def set_keeping(*, actor: Actor, folder: Folder, keeping: Keeping | None, now: datetime) -> None:
    """Say what becomes of what is thrown away from here down; None: as above. Raises Refused."""
    lock_organisation(actor.organisation.pk)
    folder = reread(folder, actor.organisation.pk)
    require(can_manage(actor, folder))
    if keeping is None:
        KeepingRule.objects.filter(folder=folder).delete()
    else:
        KeepingRule.objects.update_or_create(
            folder=folder,
            defaults={
                "organisation": actor.organisation,
                "keeping": keeping,
                "set_by": actor.person,
                "set_at": now,
            },
        )
    tell(actor, audit.KEEPING_SET, folder, now=now, data={"keeping": keeping or ""})


def rule_over(folder: Folder) -> KeepingRule | None:
    """The rule that counts for a folder: its own, or the nearest above."""
    step = Folder.steplen
    above = [folder.path[:end] for end in range(step, len(folder.path) + 1, step)]
    rule: KeepingRule | None = (
        KeepingRule.objects.filter(folder__path__in=above)
        .select_related("folder")
        .order_by("-folder__path")
        .first()
    )
    return rule


def fates(documents: Iterable[Document]) -> dict[int, Fate]:
    """What will become of these documents of the trash, by id. A few statements for all of them.

    Give them with their folder. Anything without a rule above it waits for a visa.
    """
    thrown = list(documents)
    rules = _rules({d.folder.path for d in thrown})
    held = dict(
        VersionHold.objects.filter(version__document__in=thrown)
        .order_by("pk")
        .values_list("version__document_id", "label")
    )
    copies = _exact_copies([d.pk for d in thrown])
    result: dict[int, Fate] = {}
    for document in thrown:
        thrown_at = document.trashed_at or document.folder.trashed_at
        at = thrown_at + TRASH_DAYS if thrown_at else None
        keeping = rules.get(document.folder.path, Keeping.ON_VISA)
        if document.pk in held:
            result[document.pk] = Fate("held", at, held[document.pk])
        elif keeping == Keeping.ARCHIVES:
            result[document.pk] = Fate("archives", at)
        elif document.pk in copies:
            result[document.pk] = Fate("copy", at)
        elif keeping == Keeping.WORKING:
            result[document.pk] = Fate("working", at)
        else:
            result[document.pk] = Fate("visa", at)
    return result


def _rules(paths: set[str]) -> dict[str, Keeping]:
    step = Folder.steplen
    above = {path[:end] for path in paths for end in range(step, len(path) + 1, step)}
    known = dict(
        KeepingRule.objects.filter(folder__path__in=above).values_list("folder__path", "keeping")
    )
    found = {}
    for path in paths:
        for end in range(len(path), 0, -step):
            if path[:end] in known:
                found[path] = Keeping(known[path[:end]])
                break
    return found


_COPIES = """
    SELECT t.id FROM documents_document t
     WHERE t.id = ANY(%s)
       AND NOT EXISTS (
           SELECT FROM documents_version v
            WHERE v.document_id = t.id
              AND NOT EXISTS (
                  SELECT FROM documents_version o
                    JOIN documents_document d ON d.id = o.document_id
                    JOIN documents_folder f ON f.id = d.folder_id
                   WHERE o.organisation_id = v.organisation_id AND o.sha256 = v.sha256
                     AND d.id <> t.id AND d.trashed_at IS NULL AND f.trashed_at IS NULL))
"""


def _exact_copies(ids: list[int]) -> set[int]:
    """Those of which every version is also a version of a document in place."""
    with connection.cursor() as cursor:
        cursor.execute(_COPIES, [ids])
        return {pk for (pk,) in cursor.fetchall()}


def erase_due(*, now: datetime) -> int:
    """Every night: erase what goes by itself. Returns how many documents."""
    erased = 0
    for organisation in Organisation.objects.order_by("pk"):
        due = list(thrown_away(organisation, before=now - TRASH_DAYS).order_by("pk"))
        going = [pk for pk, fate in fates(due).items() if fate.by_itself]
        for pk in going:
            erased += _erase_if_still_due(organisation, pk, now)
        _forget_empty_folders(organisation, now)
    return erased


@transaction.atomic
def _erase_if_still_due(organisation: Organisation, pk: int, now: datetime) -> int:
    """One document at a time: what was read before the lock is read again."""
    lock_organisation(organisation.pk)
    document = thrown_away(organisation, before=now - TRASH_DAYS).filter(pk=pk).first()
    if document is None:
        return 0
    fate = fates([document])[pk]
    if not fate.by_itself:
        return 0
    try:
        _erase(document, organisation, now, actor=None, why=fate.why)
    except StillOfUse:
        return 0
    return 1


def _erase(
    document: Document, organisation: Organisation, now: datetime, *, actor: Actor | None, why: str
) -> None:
    """Rows now, bytes after the backups that could bring the rows back. Raises StillOfUse."""
    keys = set(document.versions.values_list("storage_key", flat=True))
    sums = list(document.versions.order_by("number").values_list("sha256", flat=True))
    try:
        with transaction.atomic():
            Document.objects.filter(pk=document.pk).update(current_version=None)
            document.opinions.all().delete()
            document.comments.filter(thread__isnull=False).delete()
            document.comments.all().delete()
            Version.objects.filter(document=document).update(restored_from=None)
            document.versions.all().delete()
            Document.objects.filter(pk=document.pk).update(own_domain=None)
            AccessDomain.objects.filter(document=document).delete()
            Document.objects.filter(pk=document.pk).delete()
    except ProtectedError as used:
        raise StillOfUse(f"« {document.title} » sert encore ailleurs.") from used
    record(
        actor,
        audit.DOCUMENT_ERASED,
        document,
        now=now,
        organisation=organisation,
        data={"why": why, "sha256": sums},
        label=not is_confidential(document),
    )
    still = set(Version.objects.filter(storage_key__in=keys).values_list("storage_key", flat=True))
    ErasedBytes.objects.bulk_create(
        [
            ErasedBytes(
                organisation=organisation,
                storage_key=key,
                erase_after=now + timedelta(days=settings.PARVIS_BACKUP_DAYS),
            )
            for key in sorted(keys - still)
        ],
        ignore_conflicts=True,
    )


def _forget_empty_folders(organisation: Organisation, now: datetime) -> None:
    """Folders of the trash with nothing left in them, the deepest first."""
    while True:
        empty = (
            Folder.objects.filter(organisation=organisation, trashed_at__lt=now - TRASH_DAYS)
            .filter(children=None, documents=None)
            .values_list("pk", flat=True)
        )
        gone = 0
        for pk in list(empty.order_by("pk")):
            gone += _forget_folder(organisation, pk)
        if not gone:
            return


@transaction.atomic
def _forget_folder(organisation: Organisation, pk: int) -> int:
    lock_organisation(organisation.pk)
    folder = Folder.objects.filter(
        pk=pk, organisation=organisation, trashed_at__isnull=False, children=None, documents=None
    ).first()
    if folder is None or KeepingRule.objects.filter(folder=folder, keeping="archives").exists():
        return 0
    try:
        with transaction.atomic():
            own = AccessDomain.objects.filter(folder=folder).first()
            above = own.parent_id if own is not None and own.parent_id else folder.domain_id
            # It may not refer to itself when it goes; no live folder meets this name meanwhile.
            Folder.objects.filter(pk=folder.pk).update(
                domain_id=above,
                trashed_at=None,
                trashed_by=None,
                trash_root=None,
                name_key=str(folder.uid),
            )
            folder.refresh_from_db()
            folder.delete()
    except ProtectedError:
        return 0
    return 1


def erase_bytes(*, now: datetime) -> int:
    """Every night: erase the bytes that no backup needs any more. Returns how many files."""
    store, erased = blobs(), 0
    for gone in ErasedBytes.objects.filter(erase_after__lte=now).order_by("pk"):
        gone.delete()
        if not referenced({gone.storage_key}):
            store.delete(gone.storage_key)
            previews.forget(gone.storage_key)
            erased += 1
    return erased


@transaction.atomic
def prepare_slip(*, actor: Actor, now: datetime) -> EliminationSlip:
    """Draw up a slip of all that waits for a visa and that the direction may see.

    Raises Refused or NothingToEliminate.
    """
    lock_organisation(actor.organisation.pk)
    require(can_eliminate(actor))
    listed = EliminationLine.objects.filter(
        organisation=actor.organisation,
        document__isnull=False,
        slip__executed_at=None,
        slip__abandoned_at=None,
    ).values("document")
    due = list(
        visible_thrown_away(actor, before=now - TRASH_DAYS)
        .exclude(pk__in=listed)
        .select_related("folder", "current_version")
        .annotate(
            first=Min("versions__created_at"),
            last=Max("versions__created_at"),
            count=Count("versions"),
            weight=Sum("versions__size"),
        )
        .order_by("folder__path", "sort_title", "pk")
    )
    future = fates(due)
    waiting = [d for d in due if future[d.pk].why == "visa"]
    if not waiting:
        raise NothingToEliminate(
            "Rien dans la corbeille n’attend le visa des archives : ce qui y est depuis moins de "
            "30 jours, les copies et les documents de travail n’en ont pas besoin."
        )
    today = actor.today
    last = (
        EliminationSlip.objects.filter(organisation=actor.organisation, year=today.year)
        .order_by("-number")
        .values_list("number", flat=True)
        .first()
    )
    slip = EliminationSlip.objects.create(
        organisation=actor.organisation,
        year=today.year,
        number=(last or 0) + 1,
        created_by=actor.person,
        created_at=now,
    )
    zone = actor.organisation.timezone
    EliminationLine.objects.bulk_create(
        [
            EliminationLine(
                organisation=actor.organisation,
                slip=slip,
                document=d,
                title=d.title,
                place=_place(d.folder),
                first_date=local_date(d.first or d.created_at, zone),
                last_date=local_date(d.last or d.created_at, zone),
                versions=d.count,
                size=d.weight or 0,
                sha256=d.current_version.sha256 if d.current_version else "",
            )
            for d in waiting
        ]
    )
    record(actor, audit.SLIP_PREPARED, slip, now=now, data={"lines": len(waiting)})
    return slip


def _place(folder: Folder) -> str:
    step = Folder.steplen
    above = [folder.path[:end] for end in range(step, len(folder.path) + 1, step)]
    names = Folder.objects.filter(path__in=above).order_by("path").values_list("name", flat=True)
    return " › ".join(names)


@transaction.atomic
def record_visa(
    *, actor: Actor, slip: EliminationSlip, reference: str, day: date, now: datetime
) -> EliminationSlip:
    """Write down the visa of the departmental archives. Raises Refused, SlipClosed or NoVisa."""
    slip = _open_slip(actor, slip)
    if not reference.strip():
        raise NoVisa("Recopiez la référence portée sur le bordereau visé.")
    if day > actor.today or day < local_date(slip.created_at, actor.organisation.timezone):
        raise NoVisa("La date du visa est comprise entre celle du bordereau et aujourd’hui.")
    slip.visa_reference, slip.visa_date = reference.strip()[:120], day
    slip.save(update_fields=["visa_reference", "visa_date"])
    record(actor, audit.SLIP_STAMPED, slip, now=now, data={"day": day.isoformat()})
    return slip


@transaction.atomic
def execute_slip(*, actor: Actor, slip: EliminationSlip, now: datetime) -> tuple[int, int]:
    """Erase what the stamped slip lists. Returns how many went, and how many did not.

    What was taken out of the trash since, or is held, stays; its line says so.
    """
    slip = _open_slip(actor, slip)
    if slip.visa_date is None:
        raise NoVisa("Ce bordereau n’a pas encore le visa des archives départementales.")
    erased = kept = 0
    for line in slip.lines.select_related("document__folder").order_by("pk"):
        document = line.document
        if document is None:
            continue
        fate = fates([document])[document.pk]
        if document.trashed_at is None and document.folder.trashed_at is None:
            outcome = "Sorti de la corbeille : gardé."
        elif fate.why in ("held", "archives"):
            outcome = "À garder : gardé."
        else:
            try:
                _erase(document, actor.organisation, now, actor=actor, why=str(slip))
                outcome = f"Éliminé le {_day(actor.today)}."
                erased += 1
            except StillOfUse:
                outcome = "Sert encore ailleurs : gardé."
        kept += not outcome.startswith("Éliminé")
        EliminationLine.objects.filter(pk=line.pk).update(outcome=outcome)
    slip.executed_at, slip.executed_by = now, actor.person
    slip.save(update_fields=["executed_at", "executed_by"])
    record(actor, audit.SLIP_EXECUTED, slip, now=now, data={"erased": erased, "kept": kept})
    return erased, kept


@transaction.atomic
def abandon_slip(*, actor: Actor, slip: EliminationSlip, now: datetime) -> None:
    """Give a slip up: nothing of it is erased, its number stays taken."""
    slip = _open_slip(actor, slip)
    slip.abandoned_at = now
    slip.save(update_fields=["abandoned_at"])
    record(actor, audit.SLIP_ABANDONED, slip, now=now)


def _open_slip(actor: Actor, slip: EliminationSlip) -> EliminationSlip:
    lock_organisation(actor.organisation.pk)
    require(can_eliminate(actor))
    slip = visible_slips(actor).get(pk=slip.pk)
    if slip.executed_at or slip.abandoned_at:
        raise SlipClosed("Ce bordereau est clos.")
    return slip


def _day(day: date) -> str:
    return f"{day_number(day.day)} {MONTHS[day.month - 1]} {day.year}"
