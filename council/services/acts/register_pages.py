"""The pages of the register of a year: opening, acts, closing sheets, tables, closing page.

Only the job that binds imports it: with it come pikepdf and the whole composition of PDFs.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from pathlib import Path

import pikepdf
from django.db.models import Max

from config.lib.storage import blobs
from config.lib.text import plural
from council.dossier import binding, french
from council.dossier.act_paper import Hand
from council.dossier.data import Letterhead
from council.dossier.statement import statement_pdf
from council.enums import ActKind, ActState
from council.models import Act, Meeting, Register
from council.papers import capital_name
from council.rules.finding import blocking
from council.rules.register import (
    Entry,
    check_dates,
    check_order_numbers,
    check_sheets,
    paginate,
    table_by_date,
    table_by_subject,
)
from council.services.acts.binding import NotWhole
from council.services.acts.closing import closing_sheet
from council.services.acts.orders import head_of
from council.services.acts.printing import letterhead_of_register, subject_words


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


def make(
    register: Register, year: int, acts: Iterable[Act], folder: Path, *, today: date
) -> tuple[Path, int]:
    """The file, in ``folder``, and how many feuillets it has. ``today``: whose name closes it.

    The same acts make the same pages. Raises NotWhole when an order, a date or a file is wrong.
    """
    return _write(_gather(register, year, acts, folder), today)


def _gather(register: Register, year: int, acts: Iterable[Act], folder: Path) -> _Book:
    last = Act.objects.filter(register=register, year=year).aggregate(at=Max("changed_at"))["at"]
    book = _Book(register, year, folder, letterhead_of_register(register), last)
    found = []
    for meeting, of_meeting in groupby(acts, key=_meeting):
        entries = _chapter(book, meeting, list(of_meeting))
        if meeting is not None:
            # Two sessions of one day have their own order numbers.
            found += blocking(check_order_numbers(entries))
    if register.kind == ActKind.DELIBERATION:
        # An order takes its number before the day on which it is signed: the table by date sorts.
        found += blocking(check_dates(book.entries))
    found += blocking(check_sheets(book.sheets))
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
    entries: list[Entry] = []
    for order, act in enumerate(acts, start=1):
        path = _paper(book, act)
        pages, archivable = _looked(act, path)
        entry = Entry(
            ref=str(act.uid),
            number=act.reference,
            order=order,
            session_on=meeting.local_day if meeting else act.dated or _last_day(entries, book),
            title=_title(act),
            matter=act.subject_code,
            pages=pages,
        )
        entries.append(entry)
        title = f"{act.reference} {entry.title}"
        book.parts.append(binding.Part(path, pages, title, running, session, archivable))
    closing = 0
    if meeting is not None:
        sheet = book.written(f"cloture-{meeting.pk}.pdf", closing_sheet(meeting))
        closing = binding.page_count(sheet)
        book.parts.append(
            binding.Part(sheet, closing, "Feuillet de clôture", running, session, archivable=True)
        )
    after = len(book.sheets)
    for leaf in paginate(entries, after=after, closing_pages=closing):
        book.sheets.append(leaf.number)
        if leaf.entry:
            book.first_sheet.setdefault(leaf.entry, leaf.number)
    book.entries += entries
    return entries


def _last_day(entries: list[Entry], book: _Book) -> date:
    """A number given up bears no date: it stands at that of the one before it."""
    return entries[-1].session_on if entries else date(book.year, 1, 1)


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


def _looked(act: Act, path: Path) -> tuple[int, bool]:
    try:
        return binding.look(path)
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
    parts = [
        *book.parts,
        binding.Part(tables, binding.page_count(tables), "Tables", running, archivable=True),
    ]
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
    parts.append(binding.Part(end, 1, "Clôture du registre", running, archivable=True))
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
    sheets = binding.bind(
        opening, parts, target, title=title, author=book.letterhead.organisation, at=book.at
    )
    return target, sheets
