"""Downloads from portals: archives opened within limits, XML named for what it is."""

from __future__ import annotations

import base64
import io
import zipfile
from collections.abc import Callable

from documents.enums import ArrivalState
from documents.models import Arrival
from documents.rules.portal_files import read_portal_xml
from tests.documents.arrivals.bringing import bring
from tests.documents.arrivals.mails import PDF
from tests.documents.tree_of_cast import Tree

WHOLE = PDF + b"% " + b"x" * 300


def _zip(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def test_a_zip_is_opened_once_nested_and_kept(tree: Tree, run_jobs: Callable[[], int]) -> None:
    deepest = _zip({"fond.txt": b"au fond"})
    inner = _zip({"dedans.txt": b"dedans", "encore.zip": deepest})
    (archive,) = bring(
        tree,
        ("export.zip", _zip({
            "dossier/facture.pdf": PDF,
            "../../../etc/passwd": b"root",
            "C:\\windows\\mal.txt": b"x",
            "__MACOSX/._facture.pdf": b"x",
            "vide.txt": b"",
            "autre.zip": inner,
        })),
    )  # fmt: skip
    run_jobs()
    archive.refresh_from_db()
    assert archive.state == ArrivalState.DISCARDED
    assert "gardée" in archive.notice
    names = Arrival.objects.filter(state=ArrivalState.TO_FILE).values_list("name", flat=True)
    assert sorted(names) == ["dedans.txt", "encore.zip", "facture.pdf", "mal.txt", "passwd"]
    run_jobs()
    assert Arrival.objects.count() == 6


def test_bombs_and_closed_archives_stay_shut_and_say_so(
    tree: Tree, run_jobs: Callable[[], int]
) -> None:
    bomb = _zip({"a.bin": b"\0" * 60_000_000})
    many = _zip({f"{rank}.txt": b"x" for rank in range(250)})
    cut = _zip({"a.txt": b"x" * 5000})[:-30]
    for content in (bomb, many, cut):
        (arrival,) = bring(tree, ("x.zip", content))
        run_jobs()
        arrival.refresh_from_db()
        assert arrival.state == ArrivalState.TO_FILE
        assert arrival.notice
    assert Arrival.objects.count() == 3


def test_an_invoice_in_xml_gives_its_pdf(tree: Tree, run_jobs: Callable[[], int]) -> None:
    inside = base64.b64encode(WHOLE).decode()
    xml = (
        '<?xml version="1.0"?><rsm:CrossIndustryInvoice xmlns:rsm="x">'
        f"<ram:AttachmentBinaryObject xmlns:ram='y'>{inside}</ram:AttachmentBinaryObject>"
        "</rsm:CrossIndustryInvoice>"
    )
    (arrival,) = bring(tree, ("facture.xml", xml.encode()))
    run_jobs()
    arrival.refresh_from_db()
    assert "Facture électronique (CII)" in arrival.notice
    pdf = Arrival.objects.get(media_type="application/pdf")
    assert (pdf.name, pdf.size) == ("facture.pdf", len(WHOLE))


def test_portals_are_named_and_entities_refused() -> None:
    for root, label in (
        ("n1:PES_Aller", "Flux Hélios PES aller"),
        ("CPPFactures", "Factures Chorus Pro"),
        ("actes:ARActe", "Accusé de réception de la préfecture (ACTES)"),
        ("inconnu", ""),
    ):
        space = ' xmlns:n1="a" xmlns:actes="b"'
        assert read_portal_xml(f"<{root}{space}/>".encode()).label == label
    laugh = (
        b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><CPPFactures>&b;</CPPFactures>'
    )
    assert read_portal_xml(laugh).label == ""
    assert read_portal_xml(b"\x00<<<").label == ""
