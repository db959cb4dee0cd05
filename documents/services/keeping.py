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

from django.db import connection, transaction

from accounts.actor import Actor
from config.lib.access import require
from config.lib.clock import local_date
from config.lib.text import MONTHS, day_number
from documents import audit
from documents.access import (
    can_manage,
)
from documents.enums import Keeping
from documents.models import (
    Document,
    Folder,
    KeepingRule,
    VersionHold,
)
from documents.services.locking import lock_organisation, reread
from documents.services.telling import tell

#: Days that anything stays in the trash before it may be erased.
TRASH_DAYS = timedelta(days=30)


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
    when = f" le {in_full(local_date(fate.at, zone))}" if fate.at else ""
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


def in_full(day: date) -> str:
    """« 1er décembre 2026 »."""
    return f"{day_number(day.day)} {MONTHS[day.month - 1]} {day.year}"
