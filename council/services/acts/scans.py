"""A scan of several signed acts, taken apart by the code printed on every page.

The scan comes in by « À classer », where it stays whole for ever; a job reads its codes in the
sandbox, gives each act its own pages, and leaves the pages that say nothing in « À classer ».
Done again after a crash it files nothing twice: the same pages make the same bytes.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from uuid import UUID

from django.db import transaction

from accounts.actor import Actor, actor_for
from accounts.audit import record
from accounts.models import Person
from accounts.notifications import notify
from config.lib.access import require
from config.lib.storage import blobs
from config.work.services import enqueue
from council import alerts_acts, audit
from council.access_acts import can_bring_scan, kept_registers
from council.dossier.page_codes import PageCode, read_code
from council.enums import SignatureMode
from council.models import Act
from council.services.acts import signing
from council.services.refusals import Refusal
from documents.enums import ArrivalSource
from documents.extraction import read_codes
from documents.models import Envelope
from documents.services import arriving, filing
from documents.services.locking import lock_organisation

#: The job that reads a scan and files its pages.
SPLIT = "council.acts.split"
_PDF = "application/pdf"


class NotAScan(Refusal):
    """What was brought is not a PDF."""


class AlreadyBrought(Refusal):
    """The very same file came before."""


@dataclass
class Sheets:
    """Pages of a scan, from 0: those of each act in the order of the paper, and the others.
    ``seen``: which pages of the paper of each act they are, from 1; ``notices``: why an act whose
    paper is not whole waits for a person."""

    by_act: dict[UUID, list[int]] = field(default_factory=dict)
    lost: list[int] = field(default_factory=list)
    seen: dict[UUID, list[int]] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)

    def set_aside(self, uid: UUID, why: str) -> None:
        """Leave the pages of an act to a person: a signed original is never completed later."""
        self.lost += self.by_act.pop(uid)
        self.notices.append(why)


@transaction.atomic
def bring_scan(
    *, actor: Actor, received: filing.Received, signed_on: date, now: datetime
) -> Envelope:
    """Take a scan in; its reading is planned. ``signed_on``: the day written on the acts."""
    require(can_bring_scan(actor))
    if received.sniffed.media_type != _PDF:
        raise NotAScan("Donnez un fichier PDF : le scan de toutes les pages, à la suite.")
    if signed_on > actor.today:
        raise signing.WrongDate("Une signature ne peut pas être datée de demain ou plus tard.")
    envelope = arriving.bring(
        organisation=actor.organisation,
        parcel=arriving.Parcel(
            source=ArrivalSource.SCANNER,
            key=f"acts:{received.stored.sha256}",
            files=(),
            sender_name=actor.person.full_name,
            subject=f"Scan d’actes signés : {received.name}",
            brought_by=actor.person,
            original=received,
        ),
        now=now,
        actor=actor,
    )
    if envelope is None:
        raise AlreadyBrought("Ce scan a déjà été déposé : ses pages sont rangées.")
    enqueue(
        SPLIT,
        payload={
            "envelope": envelope.pk,
            "person": actor.person.pk,
            "signed_on": signed_on.isoformat(),
        },
        now=now,
        organisation_id=actor.organisation.pk,
        dedupe=str(envelope.pk),
    )
    return envelope


def split_scan(*, envelope_id: int, person_id: int, signed_on: date, now: datetime) -> int:
    """Read a scan and file what it holds. Returns how many acts came back signed."""
    envelope = Envelope.objects.select_related("organisation").get(pk=envelope_id)
    person = Person.objects.get(pk=person_id)
    actor = actor_for(person, envelope.organisation, now=now)
    if actor is None:
        return 0
    path = blobs().path(envelope.original_key)
    known = set(
        Act.objects.filter(
            organisation=envelope.organisation, register__in=kept_registers(actor).values("pk")
        ).values_list("uid", flat=True)
    )
    read = read_codes(path, _PDF)
    codes = {page.number: page.text for page in read.pages}
    sheets = sort_pages(codes, read.page_count, known)
    found = Act.objects.filter(uid__in=list(sheets.by_act)).select_related("register")
    keep_whole(sheets, found.select_related("draft_version").order_by("pk"))
    # Bytes are in place before any row speaks of them.
    parts = {
        uid: filing.receive(io.BytesIO(_pages(path, pages)), "Acte signé.pdf")
        for uid, pages in sheets.by_act.items()
    }
    return _file(actor, envelope, path, sheets, parts, signed_on=signed_on, now=now)


def sort_pages(codes: dict[int, str], count: int, known: set[UUID]) -> Sheets:
    """Which page is whose: ``codes`` by page from 1. Pages are put back in the order of the paper;
    a page twice, or of an act unknown here, is left for a person."""
    sheets, numbers = Sheets(), dict[UUID, dict[int, int]]()
    for page in range(1, count + 1):
        found = {code for line in codes.get(page, "").splitlines() if (code := read_code(line))}
        one: PageCode | None = found.pop() if len(found) == 1 else None
        if one is None or one.uid not in known or one.page in numbers.get(one.uid, {}):
            sheets.lost.append(page - 1)
            continue
        numbers.setdefault(one.uid, {})[one.page] = page - 1
    for uid, pages in numbers.items():
        sheets.seen[uid] = sorted(pages)
        sheets.by_act[uid] = [pages[n] for n in sheets.seen[uid]]
    return sheets


def keep_whole(sheets: Sheets, acts: Iterable[Act]) -> None:
    """Set aside each act of which a page is missing in the scan, saying which."""
    from council.dossier.binding import page_count  # with it comes pikepdf

    for act in acts:
        version = act.draft_version
        if version is None or version.media_type != _PDF:
            continue
        count = page_count(blobs().path(version.storage_key))
        missing = [str(n) for n in range(1, count + 1) if n not in sheets.seen[act.uid]]
        if missing:
            which = "la page" if len(missing) == 1 else "les pages"
            sheets.set_aside(
                act.uid,
                f"{act.reference} : il manque {which} {', '.join(missing)} sur {count}. Scannez "
                "cet acte à nouveau, en entier.",
            )


@transaction.atomic
def _file(
    actor: Actor,
    envelope: Envelope,
    path: Path,
    sheets: Sheets,
    parts: dict[UUID, filing.Received],
    *,
    signed_on: date,
    now: datetime,
) -> int:
    lock_organisation(envelope.organisation_id)
    lost, filed, notices = list(sheets.lost), 0, list(sheets.notices)
    for act in Act.objects.filter(uid__in=parts).select_related("register").order_by("pk"):
        try:
            # What one act refuses keeps nobody else's pages back.
            with transaction.atomic():
                signing.note_signature(
                    actor=actor,
                    act=act,
                    signed_on=max(signed_on, act.dated) if act.dated else signed_on,
                    mode=SignatureMode.PAPER,
                    received=parts[act.uid],
                    now=now,
                )
            filed += 1
        except (Refusal, filing.NotFiled) as refused:
            lost += sheets.by_act[act.uid]
            notices.append(str(refused))
    if notices:
        envelope.notice = " ".join(notices)[:300]
        envelope.save(update_fields=["notice"])
    if lost:
        rest = filing.receive(io.BytesIO(_pages(path, sorted(lost))), "Pages à classer.pdf")
        if not envelope.arrivals.filter(sha256=rest.stored.sha256).exists():
            arriving.add_file(envelope, rest, now=now)
    record(actor, audit.SCAN_SPLIT, envelope, now=now, data={"acts": filed, "lost": len(lost)})
    notify(
        alerts_acts.SCAN_READ,
        organisation=envelope.organisation,
        recipients=[actor.person],
        group_key=f"acts:scan:{envelope.uid}",
        payload={"filed": filed, "left": len(lost)},
        reason="parce que vous avez déposé ce scan",
        now=now,
    )
    return filed


def _pages(path: Path, pages: list[int]) -> bytes:
    """These pages of a PDF, in this order, always as the same bytes."""
    import pikepdf  # carried only by the process that takes a scan apart

    out = io.BytesIO()
    with pikepdf.open(path) as scan, pikepdf.new() as part:
        for index in pages:
            part.pages.append(scan.pages[index])
        part.save(out, deterministic_id=True)
    return out.getvalue()
