"""The papers of a session, read back with other programs than those that wrote them."""

import hashlib
import io
import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pikepdf
import pypdfium2
import pytest
from icalendar import Calendar
from PIL import Image

from council.dossier import french
from council.dossier.calendar_file import session_ics
from council.dossier.data import (
    Dossier,
    Letterhead,
    Piece,
    PieceKind,
    Point,
    Recipient,
    Session,
    Signatory,
)
from council.dossier.letters import convocation_pdf
from council.dossier.manifest import manifest, read_manifest
from council.dossier.whole import Whole, build_whole

FROZEN = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
RENE = Recipient("René LACOMBE", "Monsieur", ("12 chemin des Vignes", "38190 Saint-Aubin"))


def pdf_file(folder: Path, name: str, pages: int, *, password: str = "") -> Path:
    path = folder / name
    with pikepdf.new() as pdf:
        for _ in range(pages):
            pdf.add_blank_page(page_size=(595, 842))
        pdf.save(
            path,
            encryption=pikepdf.Encryption(user=password, owner=password) if password else False,
        )
    return path


def a_piece(path: Path, title: str, media_type: str = "application/pdf") -> Piece:
    content = path.read_bytes()
    return Piece(
        uid=f"piece-{path.name}",
        title=title,
        media_type=media_type,
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        path=path,
        kind=PieceKind.ANNEX,
        file_name=path.name,
    )


def a_dossier(*points: Point, zone: str = "Europe/Paris", **changes: object) -> Dossier:
    dossier = Dossier(
        letterhead=Letterhead(
            "Saint-Aubin-le-Parvis", ("1 place de la Mairie",), "04 76 00 00 00", "m@s.example"
        ),
        session=Session(
            uid="2b1f",
            assembly="Conseil municipal",
            assembly_article="le",
            starts_at=datetime(2026, 11, 30, 20, 0, tzinfo=ZoneInfo(zone)),
            zone=ZoneInfo(zone),
            place="Salle du conseil",
        ),
        signatory=Signatory("Michel GARNIER", "Le maire"),
        points=points or (Point("p1", 1, "Budget primitif"),),
        edition=1,
        frozen_at=FROZEN,
        written_at=FROZEN,
        legal_mention="Articles L. 2121-10 et L. 2121-11 du CGCT.",
    )
    return replace(dossier, **changes)  # type: ignore[arg-type]


def words(pdf: bytes | Path) -> list[str]:
    """The text of each page, as PDFium reads it, with single plain spaces."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [
            re.sub(r"\s+", " ", document[number].get_textpage().get_text_range())
            for number in range(len(document))
        ]
    finally:
        document.close()


def bookmarks(path: Path) -> list[tuple[int, str, int]]:
    document = pypdfium2.PdfDocument(path)
    try:
        return [
            (one.level, one.get_title(), one.get_dest().get_index() + 1)
            for one in document.get_toc()
        ]
    finally:
        document.close()


# The convocation


def test_a_convocation_says_who_convenes_where_when_and_for_what() -> None:
    dossier = a_dossier(
        Point("a", 1, "Approbation du procès-verbal"),
        Point("b", 2, "Budget primitif", section="Finances", rapporteur="Hélène Roux"),
        Point("c", 3, "Recrutement", section="Personnel", closed=True),
    )
    page = words(convocation_pdf(dossier))[0]
    for expected in (
        "Convocation du conseil municipal",
        "Lundi 30 novembre 2026 à 20 heures",
        "Salle du conseil",
        "2 Budget primitif Rapporteur : Hélène Roux",
        "à huis clos",
        "Le maire,",
        "Michel GARNIER",
        "L. 2121-10",
        "Le 24 novembre 2026",
    ):
        assert expected in page


def test_a_convocation_is_archivable_and_accessible() -> None:
    with pikepdf.open(io.BytesIO(convocation_pdf(a_dossier()))) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == "fr-FR"
        assert "/StructTreeRoot" in pdf.Root
        with pdf.open_metadata() as meta:
            assert meta.pdfa_status == "2A"
            assert meta["pdfuaid:part"] == "1"


def test_the_same_data_make_the_same_bytes() -> None:
    assert convocation_pdf(a_dossier()) == convocation_pdf(a_dossier())


@pytest.mark.parametrize(
    "title",
    [
        '#read("/etc/passwd")',
        "#panic()",
        "*gras* _italique_ $x^2$ `code` @ref <label> // fin",
        '#import "@preview/cetz:0.1.0"',
        "\\u{41} #sys.inputs",
    ],
)
def test_what_people_type_is_printed_and_never_run(title: str) -> None:
    page = words(convocation_pdf(a_dossier(Point("a", 1, title))))[0]
    assert french.typeset(title).split()[0] in page
    assert "root:" not in page


def test_a_character_that_no_font_draws_becomes_a_box() -> None:
    page = words(convocation_pdf(a_dossier(Point("a", 1, "Fête 😀 漢字 du village"))))[0]
    assert "Fête □ □□ du village" in page


def test_marks_that_turn_the_writing_around_are_dropped() -> None:
    assert french.typeset("devis\u202efdp.exe") == "devisfdp.exe"


def test_an_urgent_convocation_gives_its_reason_and_the_vote_to_come() -> None:
    page = words(convocation_pdf(a_dossier(urgency_reason="toiture effondrée")))[0]
    assert "en urgence : toiture effondrée." in page
    assert "se prononcera définitivement sur l’urgence" in page


def test_a_paper_convocation_has_its_slip_and_the_others_have_not() -> None:
    paper = words(convocation_pdf(a_dossier(), recipient=RENE, on_paper=True))
    assert len(paper) == 3
    assert "Pouvoir" not in paper[1], "the slip is not printed on the back of the letter"
    assert "Je soussigné René LACOMBE membre du conseil municipal, empêché d’assister" in paper[2]
    assert "un seul pouvoir" in paper[2]
    assert "12 chemin des Vignes" in paper[0]
    assert "lien personnel" not in paper[0]
    assert len(words(convocation_pdf(a_dossier()))) == 1


def test_a_member_without_a_vote_gets_no_slip() -> None:
    silent = replace(RENE, voting=False)
    assert len(words(convocation_pdf(a_dossier(), recipient=silent, on_paper=True))) == 1


def test_the_date_is_the_town_hall_s_also_overseas() -> None:
    page = words(convocation_pdf(a_dossier(zone="Pacific/Noumea")))[0]
    assert "Lundi 30 novembre 2026 à 20 heures" in page


def test_forty_points_go_on_to_the_next_page() -> None:
    points = [Point(str(n), n, f"Question numéro {n} " + "longue " * 12) for n in range(1, 41)]
    pages = words(convocation_pdf(a_dossier(*points)))
    assert len(pages) > 1
    assert "Question numéro 40" in " ".join(pages)
    assert f"{len(pages)} / {len(pages)}" in pages[-1]


# The whole dossier


@pytest.fixture
def mixed(tmp_path: Path) -> Dossier:
    Image.new("RGBA", (900, 600), (200, 30, 30, 128)).save(tmp_path / "plan.png")
    (tmp_path / "lettre.txt").write_bytes("Voici l’été à la Côte".encode("cp1252"))
    (tmp_path / "bad.pdf").write_bytes(b"%PDF-1.7\nrien")
    (tmp_path / "bad.jpg").write_bytes(b"\xff\xd8\xff\xe0 cut")
    (tmp_path / "tableau.ods").write_bytes(b"PK\x03\x04")
    secret = pdf_file(tmp_path, "secret.pdf", 1, password="x")
    return a_dossier(
        Point("a", 1, "Approbation", pieces=(a_piece(pdf_file(tmp_path, "pv.pdf", 3), "PV"),)),
        Point(
            "b",
            2,
            "École",
            pieces=(
                a_piece(tmp_path / "plan.png", "Plan", "image/png"),
                a_piece(tmp_path / "lettre.txt", "Lettre", "text/plain"),
                a_piece(tmp_path / "bad.pdf", "Devis"),
                a_piece(tmp_path / "bad.jpg", "Photo", "image/jpeg"),
                a_piece(tmp_path / "tableau.ods", "Tableau", "application/vnd.oasis"),
                a_piece(secret, "Secret"),
            ),
        ),
        Point("c", 3, "Questions diverses", summary="Rien à signaler.", proposed_text="Décide."),
    )


@pytest.fixture
def whole(mixed: Dossier, tmp_path: Path) -> Whole:
    return build_whole(mixed, tmp_path / "whole.pdf")


def test_bookmarks_follow_the_agenda_and_open_the_right_pages(whole: Whole) -> None:
    assert bookmarks(whole.path) == [
        (0, "Sommaire", 1),
        (0, "Convocation et ordre du jour", 2),
        (0, "1. Approbation", 3),
        (1, "PV", 4),
        (0, "2. École", 7),
        (1, "Plan", 8),
        (1, "Lettre", 9),
        (1, "Devis", 10),
        (1, "Photo", 11),
        (1, "Tableau", 12),
        (1, "Secret", 13),
        (0, "3. Questions diverses", 14),
    ]
    pages = words(whole.path)
    assert "Point n° 2 École" in pages[6]
    assert whole.pages == len(pages) == 14


def test_the_number_printed_on_a_page_is_its_label_and_its_place_in_the_contents(
    whole: Whole,
) -> None:
    pages = words(whole.path)
    assert "9 / 14" in pages[8]
    assert re.search(r"Lettre [ .]*9\b", pages[0])
    with pikepdf.open(whole.path) as pdf:
        assert pdf.pages[8].label == "9"
        targets = [one["/Dest"][0].objgen for one in pdf.pages[0].Annots]
        assert pdf.pages[8].obj.objgen in targets
        assert b"dossier.invalid" not in whole.path.read_bytes()


def test_a_document_that_cannot_be_shown_leaves_a_page_that_says_so(whole: Whole) -> None:
    pages = words(whole.path)
    assert "abîmé" in pages[9]
    assert "04 76 00 00 00" in pages[9]
    assert "mot de passe" in pages[12]
    assert [piece.title for piece, _reason in whole.missing] == [
        "Devis",
        "Photo",
        "Tableau",
        "Secret",
    ]


def test_a_text_of_windows_is_read_with_its_accents(whole: Whole) -> None:
    assert "Voici l’été à la Côte" in words(whole.path)[8]


def test_the_texts_of_a_point_are_in_the_dossier(whole: Whole) -> None:
    assert (
        "Note de synthèse Rien à signaler. Projet de délibération Décide."
        in (words(whole.path)[13])
    )


def test_on_paper_each_point_starts_on_a_right_hand_page(mixed: Dossier, tmp_path: Path) -> None:
    made = build_whole(mixed, tmp_path / "paper.pdf", recipient=RENE, on_paper=True)
    starts = [page for level, _title, page in bookmarks(made.path) if level == 0]
    assert all(page % 2 == 1 for page in starts)
    assert "Dossier de René LACOMBE" in words(made.path)[0]


def test_nothing_in_a_document_acts_by_itself_any_more(tmp_path: Path) -> None:
    path = tmp_path / "trap.pdf"
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page()
        action = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
        page.obj["/AA"] = pikepdf.Dictionary(O=action)
        pdf.Root.OpenAction = action
        page.obj["/Annots"] = pdf.make_indirect(
            pikepdf.Array(
                [
                    pikepdf.Dictionary(
                        Type=pikepdf.Name.Annot,
                        Subtype=pikepdf.Name.Link,
                        Rect=[0, 0, 9, 9],
                        A=pikepdf.Dictionary(S=pikepdf.Name.Launch, F="calc.exe"),
                    ),
                    pikepdf.Dictionary(
                        Type=pikepdf.Name.Annot,
                        Subtype=pikepdf.Name.Link,
                        Rect=[0, 0, 9, 9],
                        A=pikepdf.Dictionary(
                            S=pikepdf.Name.URI, URI="https://example.org", Next=action
                        ),
                    ),
                ]
            )
        )
        pdf.save(path)
    point = Point("a", 1, "Piège", pieces=(a_piece(path, "Piège"),))
    made = build_whole(a_dossier(point), tmp_path / "whole.pdf")
    with pikepdf.open(made.path) as pdf:
        pdf.save(
            tmp_path / "plain.pdf", qdf=True, object_stream_mode=pikepdf.ObjectStreamMode.disable
        )
    plain = (tmp_path / "plain.pdf").read_bytes()
    assert b"JavaScript" not in plain
    assert b"calc.exe" not in plain
    assert b"example.org" in plain


def test_inner_links_by_name_still_lead_to_their_page(tmp_path: Path) -> None:
    path = tmp_path / "named.pdf"
    with pikepdf.new() as pdf:
        for _ in range(3):
            pdf.add_blank_page()
        tree = pikepdf.NameTree.new(pdf)
        tree["fin"] = pikepdf.Array([pdf.pages[2].obj, pikepdf.Name.Fit])
        pdf.Root.Names = pikepdf.Dictionary(Dests=tree.obj)
        pdf.pages[0].obj["/Annots"] = pikepdf.Array(
            [
                pikepdf.Dictionary(
                    Type=pikepdf.Name.Annot,
                    Subtype=pikepdf.Name.Link,
                    Rect=[0, 0, 9, 9],
                    A=pikepdf.Dictionary(S=pikepdf.Name.GoTo, D=pikepdf.String("fin")),
                )
            ]
        )
        pdf.save(path)
    point = Point("a", 1, "Liens", pieces=(a_piece(path, "Rapport"),))
    made = build_whole(a_dossier(point), tmp_path / "whole.pdf")
    first = next(page for _level, title, page in bookmarks(made.path) if title == "Rapport")
    with pikepdf.open(made.path) as pdf:
        link = pdf.pages[first - 1].Annots[0]
        assert link.Dest[0].objgen == pdf.pages[first + 1].obj.objgen


def test_a_turned_page_carries_its_number_upright(tmp_path: Path) -> None:
    path = tmp_path / "turned.pdf"
    with pikepdf.new() as pdf:
        for turn in (90, 180, 270):
            page = pdf.add_blank_page(page_size=(600, 800))
            page.obj["/Rotate"] = turn
        pdf.save(path)
    point = Point("a", 1, "Plans", pieces=(a_piece(path, "Plans"),))
    made = build_whole(a_dossier(point), tmp_path / "whole.pdf")
    document = pypdfium2.PdfDocument(made.path)
    for number in (3, 4, 5):
        picture = document[number].render(scale=1).to_pil().convert("L")
        dark = picture.point(lambda value: 255 if value < 160 else 0).getbbox()
        assert dark is not None
        left, top, right, bottom = dark
        assert left > picture.width - 90
        assert top > picture.height - 30
        assert right - left > bottom - top
    document.close()


def test_a_dossier_of_three_hundred_pages_is_made(tmp_path: Path) -> None:
    pieces = tuple(
        a_piece(pdf_file(tmp_path, f"{n}.pdf", 30), f"Rapport {n}") for n in range(1, 11)
    )
    point = Point("a", 1, "Tout", pieces=pieces)
    assert build_whole(a_dossier(point), tmp_path / "whole.pdf").pages == 303


# The manifest


def test_the_manifest_s_hash_is_that_of_its_bytes(mixed: Dossier) -> None:
    made = manifest(mixed)
    assert hashlib.sha256(made.content).hexdigest() == made.sha256
    assert [one["number"] for one in json.loads(made.content)["points"]] == [1, 2, 3]


def test_an_edition_is_made_again_from_its_manifest_alone(mixed: Dossier) -> None:
    paths = {piece.uid: piece.path for piece in mixed.pieces if piece.path}
    again = read_manifest(manifest(mixed).content, paths)
    assert manifest(again) == manifest(mixed)
    assert convocation_pdf(again) == convocation_pdf(mixed)
    assert again.pieces == mixed.pieces


def test_one_changed_byte_changes_the_manifest(mixed: Dossier) -> None:
    point = mixed.points[0]
    other = replace(point, pieces=(replace(point.pieces[0], sha256="0" * 64),))
    changed = replace(mixed, points=(other, *mixed.points[1:]))
    assert manifest(changed).sha256 != manifest(mixed).sha256


def test_a_file_altered_after_the_freeze_is_not_shown_as_the_frozen_one(
    mixed: Dossier, tmp_path: Path
) -> None:
    first, second = mixed.pieces[:2]
    assert first.path is not None
    assert second.path is not None
    first.path.write_bytes(first.path.read_bytes() + b"\n")
    second.path.unlink()
    made = build_whole(mixed, tmp_path / "whole.pdf")
    reasons = dict(made.missing)
    assert "n’est plus celui qui a été envoyé" in reasons[first]
    assert "manque sur le serveur" in reasons[second]
    assert "n’est plus celui qui a été envoyé" in words(made.path)[3]


# The calendar file


@pytest.mark.parametrize(
    ("zone", "offset"),
    [
        ("Europe/Paris", 1),
        ("America/Guadeloupe", -4),
        ("Indian/Reunion", 4),
        ("Pacific/Noumea", 11),
    ],
)
def test_a_calendar_file_carries_the_commune_s_own_zone(zone: str, offset: int) -> None:
    calendar = Calendar.from_ical(session_ics(a_dossier(zone=zone), host="p.example", at=FROZEN))
    event = calendar.walk("VEVENT")[0]
    assert calendar["METHOD"] == "PUBLISH"
    assert [str(one["TZID"]) for one in calendar.walk("VTIMEZONE")] == [zone]
    assert event["DTSTART"].params["TZID"] == zone
    start = event.decoded("DTSTART")
    assert start.hour == 20
    assert start.utcoffset() == timedelta(hours=offset)


def test_a_second_convocation_moves_the_calendar_entry(mixed: Dossier) -> None:
    first = Calendar.from_ical(session_ics(mixed, host="p.example", at=FROZEN)).walk("VEVENT")[0]
    second = Calendar.from_ical(
        session_ics(replace(mixed, edition=2), host="p.example", at=FROZEN)
    ).walk("VEVENT")[0]
    assert first["UID"] == second["UID"] == "seance-2b1f@p.example"
    assert second["SEQUENCE"] > first["SEQUENCE"]


# French


@pytest.mark.parametrize(
    ("typed", "set_"),
    [
        ("Budget : vote", "Budget\u00a0: vote"),
        ("Qui vient ?", "Qui vient\u202f?"),
        ("l'école", "l’école"),
        ("« oui »", "«\u00a0oui\u00a0»"),
        ("12 500 €", "12\u202f500\u00a0€"),
        ("https://example.org/a:b", "https://example.org/a:b"),
        ("14:30", "14:30"),
    ],
)
def test_typed_text_is_set_as_french_asks(typed: str, set_: str) -> None:
    assert french.typeset(typed) == set_


def test_dates_are_written_as_a_town_hall_writes_them() -> None:
    assert french.long_date(datetime(2026, 12, 1).date()) == "mardi 1er\u00a0décembre 2026"
    assert french.hour(datetime(2026, 12, 1, 18, 30)) == "18\u00a0h\u00a030"
    assert french.hour(datetime(2026, 12, 1, 20, 0)) == "20\u00a0heures"
