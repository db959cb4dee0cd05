"""The register of a year in one PDF: opening, acts, closing sheets, tables, closing page.

It completes the register on paper, which stays compulsory and signed by hand (R-DOC-04).
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from pathlib import Path

import pikepdf
from django.db import transaction
from django.db.models import Max

from accounts.actor import Actor, actor_for
from accounts.audit import record
from accounts.models import Person
from config.lib.access import require
from config.lib.storage import blobs
from config.lib.text import plural
from config.work.services import enqueue
from council import audit
from council.access_acts import can_keep
from council.dossier import binding, french
from council.dossier.act_paper import Hand
from council.dossier.data import Letterhead
from council.dossier.statement import statement_pdf
from council.enums import ActState
from council.models import Act, BoundRegister, Meeting, Register
from council.papers import capital_name
from council.rules.finding import blocking
from council.rules.register import (
    Entry,
    check_dates,
    check_order_numbers,
    check_sheets,
    check_year_numbers,
    paginate,
    table_by_date,
    table_by_subject,
)
from council.services.acts.closing import closing_sheet
from council.services.acts.orders import head_of
from council.services.acts.places import folder_of_register
from council.services.acts.printing import letterhead_of_register, subject_words
from council.services.refusals import Refusal
from documents.services import filing
from documents.services.locking import lock_organisation

#: The job that makes the register of a year.
BIND = "council.register.bind"
_WAITING = (ActState.DRAFT, ActState.TO_SIGN)


class NotWhole(Refusal):
    """Something in the year keeps its register from being bound."""


@dataclass
class _Book:
    """What is gathered while the register is made; ``folder`` holds the pages made on the way."""

    register: Register
    year: int
    folder: Path
    letterhead: Letterhead
    at: datetime
    parts: list[binding.Part] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    first_sheet: dict[str, int] = field(default_factory=dict)
    sheets: list[int] = field(default_factory=list)

    def written(self, name: str, content: bytes) -> Path:
        """Bytes made here, as a file."""
        path = self.folder / name
        path.write_bytes(content)
        return path


def problems_of(register: Register, year: int) -> list[str]:
    """What keeps the register of that year from being bound; nothing when it may be."""
    acts = list(_acts(register, year))
    if not acts:
        return ["Ce registre n’a aucun acte pour cette année."]
    waiting = [act.reference for act in acts if act.state in _WAITING]
    told = []
    if waiting:
        told.append(f"À signer d’abord : {', '.join(waiting[:10])}{'…' if waiting[10:] else ''}.")
    found = check_year_numbers([act.number or 0 for act in acts])
    return [*told, *(one.message for one in blocking(found))]


@transaction.atomic
def ask_for_binding(*, actor: Actor, register: Register, year: int, now: datetime) -> BoundRegister:
    """Have the register of a year made in the background. Raises NotWhole with what it lacks."""
    lock_organisation(actor.organisation.pk)
    locked = Register.objects.select_for_update(of=("self",), no_key=True).get(pk=register.pk)
    require(can_keep(actor, locked))
    lacking = problems_of(locked, year)
    if lacking:
        raise NotWhole(" ".join(lacking))
    bound, _ = BoundRegister.objects.update_or_create(
        register=locked,
        year=year,
        defaults={
            "organisation": actor.organisation,
            "asked_at": now,
            "asked_by": actor.person,
            "problem": "",
        },
    )
    enqueue(
        BIND,
        payload={"bound": bound.pk, "person": actor.person.pk},
        now=now,
        organisation_id=actor.organisation.pk,
        dedupe=str(bound.pk),
    )
    record(actor, audit.REGISTER_BOUND, locked, now=now, data={"year": year})
    return bound


def bind_register(*, bound_id: int, person_id: int, now: datetime) -> BoundRegister | None:
    """Make the file outside any lock, then file it: the next version of the same document. What
    is refused is kept in ``problem``. The same acts make the same pages."""
    bound = BoundRegister.objects.select_related(
        "organisation", "register__assembly__organisation", "register__organisation"
    ).get(pk=bound_id)
    actor = actor_for(Person.objects.get(pk=person_id), bound.organisation, now=now)
    if actor is None or not can_keep(actor, bound.register):
        return None
    try:
        with tempfile.TemporaryDirectory(prefix="registre-") as name:
            book = _gather(bound.register, bound.year, Path(name))
            target, sheets = _write(book, actor.today)
            with target.open("rb") as file:
                received = filing.receive(file, f"{bound.register.name} {bound.year}.pdf")
        return _file(actor, bound, received, sheets, now)
    except (Refusal, filing.NotFiled) as refused:
        BoundRegister.objects.filter(pk=bound.pk).update(problem=str(refused))
        return None


def _acts(register: Register, year: int) -> Iterator[Act]:
    rows = Act.objects.filter(register=register, year=year).select_related(
        "item__meeting__assembly__organisation",
        "register",
        "signed_version",
        "draft_version",
        "signatory",
        "organisation",
    )
    return rows.order_by("number", "pk").iterator(chunk_size=200)


def _gather(register: Register, year: int, folder: Path) -> _Book:
    lacking = problems_of(register, year)
    if lacking:
        raise NotWhole(" ".join(lacking))
    last = Act.objects.filter(register=register, year=year).aggregate(at=Max("changed_at"))["at"]
    book = _Book(register, year, folder, letterhead_of_register(register), last)
    found = []
    for meeting, acts in groupby(_acts(register, year), key=_meeting):
        # Two sessions of one day have their own order numbers.
        found += blocking(check_order_numbers(_chapter(book, meeting, list(acts))))
    found += blocking([*check_dates(book.entries), *check_sheets(book.sheets)])
    if found:
        raise NotWhole(" ".join(one.message for one in found))
    return book


def _meeting(act: Act) -> Meeting | None:
    return act.item.meeting if act.item else None


def _chapter(book: _Book, meeting: Meeting | None, acts: list[Act]) -> list[Entry]:
    """The acts of one session in their order, then its closing sheet. Orders and decisions, which
    no session took, make one chapter without one."""
    day = french.long_date(meeting.local_day, with_day=False) if meeting else ""
    session = f"Séance du {day}" if meeting else ""
    running = " – ".join(
        part for part in (book.letterhead.organisation, session or str(book.year)) if part
    )
    entries = []
    for order, act in enumerate(acts, start=1):
        path = _paper(book, act)
        entry = Entry(
            ref=str(act.uid),
            number=act.reference,
            order=order,
            session_on=meeting.local_day if meeting else act.dated or date(book.year, 1, 1),
            title=_title(act),
            matter=act.subject_code,
            pages=_counted(act, path),
        )
        entries.append(entry)
        title = f"{act.reference} {entry.title}"
        book.parts.append(binding.Part(path, entry.pages, title, running, session))
    closing = 0
    if meeting is not None:
        sheet = book.written(f"cloture-{meeting.pk}.pdf", closing_sheet(meeting))
        closing = binding.page_count(sheet)
        book.parts.append(binding.Part(sheet, closing, "Feuillet de clôture", running, session))
    after = len(book.sheets)
    for leaf in paginate(entries, after=after, closing_pages=closing):
        book.sheets.append(leaf.number)
        if leaf.entry:
            book.first_sheet.setdefault(leaf.entry, leaf.number)
    book.entries += entries
    return entries


def _title(act: Act) -> str:
    cancelled = act.state == ActState.CANCELLED
    return f"Numéro annulé : {act.state_reason}" if cancelled else act.title


def _paper(book: _Book, act: Act) -> Path:
    """The signed original; where it is no PDF, or a number was given up, a page that says so."""
    version = act.signed_version or act.draft_version
    if act.state != ActState.CANCELLED and version and version.media_type == "application/pdf":
        return blobs().path(version.storage_key)
    if act.state == ActState.CANCELLED:
        said = f"Ce numéro est annulé : {act.state_reason}"
    elif version is not None:
        said = (
            f"L’original de cet acte est le fichier « {version.original_name} » "
            f"(SHA-256 : {version.sha256}). Joignez ici l’exemplaire signé à la main."
        )
    else:
        said = "Joignez ici l’exemplaire de cet acte signé à la main."
    made = statement_pdf(book.letterhead, act.reference, act.title, [said], [], at=act.changed_at)
    return book.written(f"acte-{act.pk}.pdf", made)


def _counted(act: Act, path: Path) -> int:
    try:
        return binding.page_count(path)
    except (pikepdf.PasswordError, pikepdf.PdfError, OSError):
        raise NotWhole(
            f"Le fichier de l’acte {act.reference} ne s’ouvre pas : déposez-le à nouveau."
        ) from None


def _write(book: _Book, today: date) -> tuple[Path, int]:
    """Tables, closing page, then the opening that says how many feuillets there are."""

    def line(entry: Entry) -> binding.Line:
        day = f"{entry.session_on:%d/%m/%Y}"
        return binding.Line(day, entry.number, entry.title, book.first_sheet[entry.ref])

    groups = [
        (subject_words(code) if code else "Sans matière", [line(one) for one in rows])
        for code, rows in table_by_subject(book.entries).items()
    ]
    tables = book.written(
        "tables.pdf",
        binding.tables_pdf(
            book.letterhead, [line(one) for one in table_by_date(book.entries)], groups, at=book.at
        ),
    )
    running = f"{book.letterhead.organisation} – {book.year}"
    parts = [*book.parts, binding.Part(tables, binding.page_count(tables), "Tables", running)]
    total = len(book.sheets) + parts[-1].pages + 1
    mayor = head_of(book.register.organisation, today)
    hands = [Hand("Le maire", capital_name(mayor) if mayor else "")]
    first, last = book.entries[0].number, book.entries[-1].number
    count = plural(len(book.entries), "numéro", "numéros")
    end = book.written(
        "fin.pdf",
        statement_pdf(
            book.letterhead,
            "Clôture du registre",
            f"Année {book.year}",
            [
                f"Ce registre comporte {count}, de {first} à {last}, sans aucun manque ni double.",
                f"Il est arrêté au feuillet n° {total}.",
            ],
            hands,
            at=book.at,
        ),
    )
    parts.append(binding.Part(end, 1, "Clôture du registre", running))
    opening = book.written(
        "ouverture.pdf",
        statement_pdf(
            book.letterhead,
            book.register.name,
            f"Année {book.year}",
            [
                f"Ce registre contient {plural(total, 'feuillet', 'feuillets')}, numérotés de 1 à "
                f"{total}, cotés et paraphés par nous.",
                "Il complète le registre sur papier permanent, signé à la main et relié sans "
                "colle (articles L. 2121-23 et R. 2121-9 du code général des collectivités "
                "territoriales).",
            ],
            hands,
            at=book.at,
        ),
    )
    target = book.folder / "registre.pdf"
    title = f"{book.register.name} {book.year}"
    sheets = binding.bind(opening, parts, target, title=title, author=book.letterhead.organisation)
    return target, sheets


@transaction.atomic
def _file(
    actor: Actor, bound: BoundRegister, received: filing.Received, sheets: int, now: datetime
) -> BoundRegister:
    lock_organisation(bound.organisation_id)
    locked = (
        BoundRegister.objects.select_for_update(of=("self",), no_key=True)
        .select_related("register__folder", "version__document")
        .get(pk=bound.pk)
    )
    known = locked.version.document if locked.version else None
    if known is not None and known.trashed_at is None:
        filed = filing.add_version(actor=actor, document=known, received=received, now=now)
    else:
        filed = filing.file_document(
            actor=actor,
            folder=folder_of_register(actor, locked.register, now=now),
            received=received,
            now=now,
            keep_both=True,
        )
    locked.version, locked.made_at, locked.sheets, locked.problem = filed.version, now, sheets, ""
    locked.save()
    return locked
