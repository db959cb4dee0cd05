"""The register of a year in one file: feuillets, closing sheets, tables, what keeps it back."""

from __future__ import annotations

import datetime as dt
import io
import subprocess
import sys

import pikepdf
import pytest
from django.test import Client
from django.urls import reverse

from config.lib import clock
from config.lib.access import Refused
from config.lib.storage import blobs
from config.work.models import Job
from council.enums import ActKind, ActState, ActType, SignatureMode
from council.models import Act, BoundRegister
from council.services.acts import binding, drafting, registers, signing
from documents.services import folders
from tests.council.acts_stage import AFTER, TODAY, held
from tests.council.stage import NOV_30, NOW
from tests.council.test_public import DAY, pdf


def sheets(count, rotate=0):
    """A signed scan of so many pages."""
    out = io.BytesIO()
    with pikepdf.new() as made:
        for _ in range(count):
            made.add_blank_page(page_size=(595, 842)).obj["/Rotate"] = rotate
        made.save(out)
    return out.getvalue()


@pytest.fixture(autouse=True)
def _morning(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: AFTER)


@pytest.fixture
def after(stage):
    return stage.actor(stage.dgs_person, now=AFTER)


@pytest.fixture
def year(stage, after):
    """Two sessions: two acts of two pages and one, then one act whose number was given up."""
    first = held(stage, ("Tarifs de la cantine", "Chemin (des Vignes)"), subject_code="7.10")
    acts = drafting.draft_deliberations(actor=after, meeting=first, now=AFTER)
    second = held(stage, ("Erreur",), starts_at=NOV_30 + DAY // 24)
    acts += drafting.draft_deliberations(actor=after, meeting=second, now=AFTER)
    for n, act in enumerate(acts[:2]):
        signing.note_signature(
            actor=after, act=act, signed_on=TODAY, mode=SignatureMode.PAPER, now=AFTER
        )
        scan = pdf(stage, f"scan {n}", sheets(2 - n, rotate=90 * n))
        Act.objects.filter(pk=act.pk).update(signed_version=scan)
    signing.cancel_number(actor=after, act=acts[2], reason="Double saisie.", now=AFTER)
    return acts[0].register


def bind(after, register):
    bound = binding.ask_for_binding(actor=after, register=register, year=2026, now=AFTER)
    binding.bind_register(bound_id=bound.pk, person_id=after.person.pk, now=AFTER)
    return BoundRegister.objects.get(pk=bound.pk)


def words_of(path):
    """The text of each page, as another program reads it."""
    import pypdfium2

    with pypdfium2.PdfDocument(path) as document:
        return [page.get_textpage().get_text_range() for page in document]


def test_every_page_has_its_feuillet_and_the_tables_say_which(after, year):
    bound = bind(after, year)
    assert bound.problem == ""
    path = blobs().path(bound.version.storage_key)
    with pikepdf.open(path) as made, made.open_metadata() as meta:
        assert meta.pdfa_status == ""  # a copier's scan is in it
    pages = words_of(path)
    assert bound.sheets == len(pages) - 1
    assert f"{bound.sheets} feuillets" in pages[0].replace("\u00a0", " ")
    for number, text in enumerate(pages[1:], start=1):
        assert f"Feuillet n° {number}\r" in f"{text.strip()}\r", number
    assert "Séance du 30 novembre 2026" in pages[1].replace("\u00a0", " ")
    closing = next(n for n, text in enumerate(pages) if "Feuillet de clôture" in text)
    assert closing == 4
    assert "Numéro annulé" in "".join(pages)
    tables = next(text for text in pages if "Table par date" in text)
    assert "Chemin (des Vignes)" in tables
    assert "Table par matière" in "".join(pages)
    assert "sans aucun manque" in pages[-1]
    with pikepdf.open(path) as made, made.open_outline() as outline:
        assert [one.title for one in outline.root][:1] == ["Séance du 30\u00a0novembre 2026"]
        assert outline.root[-1].title == "Clôture du registre"


def test_it_is_filed_once_and_made_again_as_a_version(after, year):
    first = bind(after, year)
    again = bind(after, year)
    assert again.version.document_id == first.version.document_id
    assert again.version.sha256 == first.version.sha256
    assert BoundRegister.objects.count() == 1


@pytest.mark.parametrize("broken", ["unsigned", "gap"])
def test_a_year_that_is_not_whole_is_refused_in_words(after, year, broken):
    act = Act.objects.order_by("number")[1]
    if broken == "unsigned":
        Act.objects.filter(pk=act.pk).update(state=ActState.TO_SIGN)
        said = f"À signer d’abord : {act.reference}"
    else:
        Act.objects.filter(pk=act.pk).update(number=9)
        said = "manquants"
    with pytest.raises(binding.NotWhole, match=said):
        binding.ask_for_binding(actor=after, register=year, year=2026, now=AFTER)
    assert not Job.objects.filter(kind=binding.BIND).exists()


def test_orders_signed_in_another_order_than_their_numbers_are_bound(stage, after):
    register = registers.register_of_mayor(stage.organisation, ActKind.ORDER, now=AFTER)
    for number, (title, day) in enumerate(
        (("Rue barrée", 1), ("Marché", None), ("Fête", 1), ("Neige", -1)), start=1
    ):
        signed = day is not None
        on = AFTER.date() + dt.timedelta(days=day) if signed else None
        Act.objects.create(
            organisation=stage.organisation,
            register=register,
            kind=ActKind.ORDER,
            type=ActType.TRAFFIC,
            state=ActState.SIGNED if signed else ActState.CANCELLED,
            state_reason="" if signed else "Marché annulé.",
            year=2026,
            number=number,
            title=title,
            dated=on,
            signed_on=on,
            signature_mode=SignatureMode.PAPER if signed else "",
            signatory=stage.mayor,
            created_at=AFTER,
            changed_at=AFTER,
        )
    bound = bind(after, register)
    assert bound.problem == ""
    with pikepdf.open(blobs().path(bound.version.storage_key)) as made:
        # Every part was set here: the whole is archivable too, the fonts of its feuillets in it.
        with made.open_metadata() as meta:
            assert meta.pdfa_status == "2B"
        assert made.Root.OutputIntents[0].S == "/GTS_PDFA1"
        for page in list(made.pages)[1:]:
            for font in page.obj.Resources.XObject["/ParvisSheet"].Resources.Font.values():
                (one,) = font.DescendantFonts
                assert {"/FontFile2", "/FontFile3"} & set(one.FontDescriptor.keys())
    text = "\n".join(words_of(blobs().path(bound.version.storage_key)))
    table = text[text.index("Table par date") :]
    assert table.index("Neige") < table.index("Rue barrée") < table.index("Fête")


def test_a_damaged_original_is_named_and_nothing_is_filed(stage, after, year):
    act = Act.objects.order_by("number")[0]
    Act.objects.filter(pk=act.pk).update(signed_version=pdf(stage, "abîmé", b"%PDF-1.4 rien"))
    bound = bind(after, year)
    assert act.reference in bound.problem
    assert bound.version is None


def test_the_page_asks_for_it_and_opens_it(stage, after, year):
    client = Client()
    client.force_login(stage.dgs_person)
    slug = stage.organisation.slug
    there = client.post(reverse("council:register-bind", args=[slug, year.uid, 2026]), follow=True)
    assert "Il se prépare" in there.content.decode()
    bind(after, year)
    page = client.get(reverse("council:register", args=[slug, year.uid])).content.decode()
    assert "feuillets 1 à" in page
    file = client.get(reverse("council:register-file", args=[slug, year.uid, 2026]))
    assert b"".join(file.streaming_content).startswith(b"%PDF")
    with pytest.raises(Refused):
        binding.ask_for_binding(
            actor=stage.actor(stage.agent, now=AFTER), register=year, year=2026, now=AFTER
        )


def test_the_folder_of_a_register_is_chosen_in_the_tree(stage, after, year):
    client = Client()
    client.force_login(stage.dgs_person)
    made = folders.create_folder(actor=stage.dgs, parent=stage.root, name="Registres", now=NOW)
    address = reverse("council:register-folder", args=[stage.organisation.slug, year.uid])
    assert stage.root.name in client.get(address).content.decode()
    assert client.post(address, {"vers": str(made.uid)}).status_code == 302
    year.refresh_from_db()
    assert year.folder == made


def test_a_big_register_stays_in_bounded_memory(tmp_path):
    """A year of 400 acts of 250 kB each is bound by a process that never holds them all."""
    script = """
import datetime, io, os, resource, sys
from pathlib import Path
import pikepdf
sys.path.insert(0, os.getcwd())
from council.dossier import binding
folder = Path(sys.argv[1])
noise = os.urandom(250_000)
parts = []
for n in range(400):
    path = folder / f"{n}.pdf"
    with pikepdf.new() as made:
        page = made.add_blank_page(page_size=(595, 842))
        page.obj["/Extra"] = made.make_stream(noise + n.to_bytes(4, "big"))
        made.save(path)
    parts.append(binding.Part(path, 1, str(n), "Montréval"))
opening = folder / "0.pdf"
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
at = datetime.datetime(2027, 1, 4, tzinfo=datetime.UTC)
count = binding.bind(
    opening, parts, folder / "out.pdf", title="Registre", author="Montréval", at=at
)
grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
print(count, grown // 1024, (folder / "out.pdf").stat().st_size // 1_000_000)
"""
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
        env={"DJANGO_SETTINGS_MODULE": "config.settings.test", "PATH": ""},
    )
    count, grown, size = (int(one) for one in done.stdout.split())
    assert count == 400
    assert size > 90
    assert grown < 60, f"{grown} MB for a file of {size} MB"
