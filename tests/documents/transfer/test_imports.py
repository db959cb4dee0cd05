"""Many files at once: a ZIP from the page, a folder of the server, an old network drive."""

from __future__ import annotations

import csv
import os
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from accounts.models import Notification
from config.work.models import Job
from documents.access import visible_documents, visible_imports
from documents.enums import ImportKind, ImportState, Role
from documents.models import Document, Folder, ImportRun
from documents.services import filing, import_sources, importing, rights
from documents.services.surveying import survey
from tests.documents.tree_of_cast import Tree

pytestmark = pytest.mark.django_db


def _zip(files: dict[str, bytes]) -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in files.items():
            info = zipfile.ZipInfo(name, date_time=(2014, 3, 5, 10, 30, 0))
            archive.writestr(info, content)
    return target.getvalue()


def _start(tree: Tree, content: bytes, name: str = "plans.zip") -> ImportRun:
    return importing.start_zip(
        actor=tree.cast.actor(tree.cast.julien),
        folder=tree.urbanisme,
        received=filing.receive(BytesIO(content), name),
        now=tree.cast.now,
    )


def _work(run: ImportRun, now: datetime) -> ImportRun:
    turn = 0
    while ImportRun.objects.get(pk=run.pk).state == ImportState.RUNNING:
        importing.take_a_turn(run_id=run.pk, turn=turn, now=now, heartbeat=lambda: None)
        turn += 1
        assert turn < 20
    return ImportRun.objects.get(pk=run.pk)


def _titles(folder: Folder) -> set[str]:
    return set(Document.objects.filter(folder=folder).values_list("title", flat=True))


def test_a_zip_becomes_folders_and_documents_with_their_dates(tree: Tree) -> None:
    content = _zip(
        {
            "Lotissement/plan été.txt": b"un plan",
            "Lotissement/Annexes/note.txt": b"une note",
            "Lotissement/Thumbs.db": b"litter",
            "Lotissement/~$note.docx": b"litter",
            "vide.txt": b"",
        }
    )
    run = _work(_start(tree, content), tree.cast.now)
    assert run.state == ImportState.DONE
    assert importing.counted(run) == {"filed": 2, "same": 0, "left": 1, "refused": 0}
    plots = Folder.objects.get(parent=tree.urbanisme, name="Lotissement")
    assert _titles(plots) == {"plan été.txt"}
    plan = Document.objects.get(folder=plots)
    assert plan.changed_at == datetime(2014, 3, 5, 9, 30, tzinfo=UTC)  # 10:30 in Paris
    assert Job.objects.filter(kind="documents.extract").exists()
    assert Notification.objects.get(person=tree.cast.julien).kind == "documents.import_ended"


def test_what_is_there_already_is_neither_doubled_nor_replaced(tree: Tree) -> None:
    tree.file("plan.txt", b"the same")
    tree.file("note.txt", b"ours")
    run = _work(_start(tree, _zip({"plan.txt": b"the same", "note.txt": b"theirs"})), tree.cast.now)
    assert importing.counted(run) == {"filed": 1, "same": 1, "left": 0, "refused": 0}
    assert _titles(tree.urbanisme) == {"plan.txt", "note.txt", "note (2).txt"}
    ours = Document.objects.get(title="note.txt")
    assert ours.versions.count() == 1


def test_names_never_lead_out_of_the_folder(tree: Tree) -> None:
    run = _work(
        _start(tree, _zip({"../../etc/passwd.txt": b"x", "C:\\Windows\\note.txt": b"y"})),
        tree.cast.now,
    )
    assert importing.counted(run)["filed"] == 2
    below = Folder.objects.below(tree.urbanisme)
    assert Document.objects.filter(folder__in=below).count() == 2
    assert set(Folder.objects.filter(parent=tree.urbanisme).values_list("name", flat=True)) == {
        "etc",
        "Windows",
    }


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"not a zip at all", "n’est pas une archive ZIP"),
        (_zip({"note.txt": b"x" * 100})[:60], "n’est pas une archive ZIP"),
    ],
)
def test_what_cannot_be_opened_is_refused_at_once(tree: Tree, content: bytes, said: str) -> None:
    with pytest.raises(importing.NotImportable, match=said):
        _start(tree, content)
    assert not ImportRun.objects.exists()


def test_a_bomb_is_refused_before_anything_is_unpacked(tree: Tree) -> None:
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros.txt", b"\0" * 60_000_000)
    with pytest.raises(importing.NotImportable, match="démesurés"):
        _start(tree, target.getvalue())


def test_an_import_that_was_cut_files_nothing_twice(
    tree: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = _start(tree, _zip({f"{n}.txt": f"texte {n}".encode() for n in range(6)}))
    filed, count = filing.file_document, iter(range(100))

    def cut(**kwargs: Any) -> Any:
        if next(count) == 3:
            raise SystemExit("killed")
        return filed(**kwargs)

    monkeypatch.setattr(importing.filing, "file_document", cut)
    with pytest.raises(SystemExit):
        importing.take_a_turn(run_id=run.pk, turn=0, now=tree.cast.now, heartbeat=lambda: None)
    assert len(_titles(tree.urbanisme)) == 3
    run = _work(run, tree.cast.now)
    assert importing.counted(run)["filed"] == 6
    assert len(_titles(tree.urbanisme)) == 6


def test_an_import_stops_when_its_author_loses_the_right(tree: Tree) -> None:
    run = _start(tree, _zip({"a.txt": b"a"}))
    rights.set_role(
        actor=tree.cast.dgs,
        obj=tree.urbanisme,
        principal=tree.cast.urbanisme,
        role=Role.READER,
        now=tree.cast.now,
    )
    importing.take_a_turn(run_id=run.pk, turn=0, now=tree.cast.now, heartbeat=lambda: None)
    run.refresh_from_db()
    assert run.state == ImportState.FAILED
    assert "déposer" in run.reason or "modifier" in run.reason


def test_a_reader_cannot_import_and_a_neighbour_sees_nothing(
    tree: Tree, client_of: Callable[[object], Any]
) -> None:
    address = reverse("documents:import-zip", args=["saint-aubin", tree.urbanisme.uid])
    archive = BytesIO(_zip({"a.txt": b"a"}))
    archive.name = "a.zip"
    assert client_of(tree.cast.claire).post(address, {"archive": archive}).status_code == 403
    assert client_of(tree.cast.sophie).get(address).status_code == 404
    run = _start(tree, _zip({"a.txt": b"a"}))
    page = reverse("documents:import", args=["saint-aubin", run.uid])
    assert client_of(tree.cast.julien).get(page).status_code == 200
    assert client_of(tree.cast.nadia).get(page).status_code == 200
    assert client_of(tree.cast.claire).get(page).status_code == 404
    assert client_of(tree.cast.sophie).get(page).status_code == 404
    neighbour = tree.cast.actor(tree.cast.sophie, tree.cast.valmorel)
    assert not visible_imports(neighbour).exists()


def test_the_page_starts_the_import_and_says_what_became_of_it(
    tree: Tree, client_of: Callable[[object], Any]
) -> None:
    client = client_of(tree.cast.julien)
    tree.file("a.txt", b"a")
    archive = BytesIO(_zip({"a.txt": b"a", "vide.txt": b"", "b.txt": b"b"}))
    archive.name = "a.zip"
    address = reverse("documents:import-zip", args=["saint-aubin", tree.urbanisme.uid])
    started = client.post(address, {"archive": archive})
    assert started.status_code == 302
    assert "En cours" in client.get(started.url).content.decode()
    run = _work(ImportRun.objects.get(), tree.cast.now)
    page = client.get(started.url).content.decode()
    assert "terminé" in page
    # What asks for something comes before what was there already.
    assert page.index("Fichier vide.") < page.index("Déjà là, identique.")
    assert client.post(address, {}).status_code == 422
    assert run.total == 3


@pytest.fixture
def drive(tmp_path: Path) -> Path:
    """Fifteen years in six files."""
    (tmp_path / "Compta" / "2011").mkdir(parents=True)
    (tmp_path / "RH").mkdir()
    (tmp_path / "Compta" / "budget.txt").write_bytes(b"chiffres" * 100)
    (tmp_path / "Compta" / "2011" / "copie de budget.txt").write_bytes(b"chiffres" * 100)
    (tmp_path / "RH" / "Bulletin_de_paie Martin.txt").write_bytes(b"1200")
    (tmp_path / "RH" / "mots de passe.txt").write_bytes(b"azerty")
    (tmp_path / "RH" / "vide.doc").write_bytes(b"")
    (tmp_path / "RH" / "Thumbs.db").write_bytes(b"litter")
    (tmp_path / "lien").symlink_to("/etc")
    os.utime(tmp_path / "Compta" / "budget.txt", (1_300_000_000, 1_300_000_000))
    return tmp_path


def test_a_drive_is_looked_at_before_it_is_imported(drive: Path) -> None:
    found = survey(import_sources.FolderSource(drive))
    assert (found.files, found.folders, found.litter) == (5, 3, 1)
    assert found.copies == [["Compta/2011/copie de budget.txt", "Compta/budget.txt"]]
    assert found.bytes_in_copies == 800
    assert {(r.subject, r.path, r.detail) for r in found.remarks} == {
        ("fichier vide", "RH/vide.doc", "Il ne sera pas importé."),
        ("à protéger", "RH/Bulletin_de_paie Martin.txt", "paie"),
        ("à protéger", "RH/mots de passe.txt", "mot de passe"),
    }


def test_the_report_opens_in_a_spreadsheet_and_runs_nothing(tmp_path: Path) -> None:
    (tmp_path / "=cmd mdp.txt").write_bytes(b"x")
    target = StringIO()
    survey(import_sources.FolderSource(tmp_path)).write_report(target)
    lines = list(csv.reader(StringIO(target.getvalue()), delimiter=";"))
    assert lines[1][1] == "'=cmd mdp.txt"


def test_an_old_network_comes_in_closed_and_searchable(tree: Tree, drive: Path) -> None:
    def bring() -> None:
        call_command(
            "import_drive",
            str(drive),
            organisation="saint-aubin",
            bring=True,
            identifier="nadia.morel",
            readers=["Urbanisme"],
        )

    bring()
    julien = tree.cast.actor(tree.cast.julien)
    claire = tree.cast.actor(tree.cast.claire)
    old = Folder.objects.get(parent=tree.root, name="Ancien réseau")
    inside = Folder.objects.below(old)
    assert visible_documents(julien).filter(folder__in=inside).count() == 4
    assert not visible_documents(claire).filter(folder__in=inside).exists()
    assert not visible_documents(julien, Role.EDITOR).filter(folder__in=inside).exists()
    budget = Document.objects.get(title="budget.txt")
    assert budget.changed_at == datetime.fromtimestamp(1_300_000_000, UTC)
    bring()  # again: nothing twice
    assert Document.objects.filter(folder__in=inside).count() == 4
    assert ImportRun.objects.filter(kind=ImportKind.DRIVE).count() == 2


def test_the_command_says_what_is_wrong(tree: Tree, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="pas un dossier"):
        call_command("import_drive", str(tmp_path / "absent"), organisation="saint-aubin")
    with pytest.raises(CommandError, match="Aucune organisation"):
        call_command("import_drive", str(tmp_path), organisation="nulle-part")
    with pytest.raises(CommandError, match="n’agit pas"):
        call_command(
            "import_tree", str(tmp_path), organisation="valmorel", identifier="julien.petit"
        )
    (tmp_path / "faux.zip").write_bytes(b"nothing")
    with pytest.raises(CommandError, match="archive lisible"):
        call_command("import_tree", str(tmp_path / "faux.zip"))
