"""What becomes of the trash: archives law before housekeeping."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from accounts.models import AuditEntry
from config.lib.access import Refused
from config.lib.storage import blobs
from documents.enums import Keeping, Role
from documents.models import (
    Document,
    EliminationSlip,
    ErasedBytes,
    Folder,
    Version,
)
from documents.services import (
    commenting,
    eliminating,
    erasing,
    folders,
    keeping,
    rights,
    sweeping,
    trash,
)
from documents.services.holds import hold
from documents.services.oracle import differences
from tests.documents.tree_of_cast import Tree

pytestmark = pytest.mark.django_db

MONTH = dt.timedelta(days=31)


@pytest.fixture
def later(tree: Tree) -> dt.datetime:
    return tree.cast.now + MONTH


def _throw(tree: Tree, document: Document) -> Document:
    trash.trash_document(actor=tree.cast.dgs, document=document, now=tree.cast.now)
    return Document.objects.select_related("folder").get(pk=document.pk)


def _working(tree: Tree, folder: Folder | None = None) -> None:
    keeping.set_keeping(
        actor=tree.cast.dgs,
        folder=folder or tree.urbanisme,
        keeping=Keeping.WORKING,
        now=tree.cast.now,
    )


def _there(document: Document) -> bool:
    return Document.objects.filter(pk=document.pk).exists()


def test_without_a_rule_everything_waits_for_a_visa(tree: Tree, later: dt.datetime) -> None:
    thrown = _throw(tree, tree.file())
    assert keeping.fates([thrown])[thrown.pk].why == "visa"
    assert erasing.erase_due(now=later) == 0
    assert _there(thrown)


def test_working_papers_go_by_themselves_after_a_month(tree: Tree, later: dt.datetime) -> None:
    _working(tree)
    document = tree.file()
    commenting.add_comment(
        actor=tree.cast.dgs, document=document, text="À jeter", now=tree.cast.now
    )
    rights.set_role(
        actor=tree.cast.dgs,
        obj=document,
        principal=tree.cast.claire,
        role=Role.EDITOR,
        now=tree.cast.now,
    )
    tree.file(content=b"v2", as_new_version=True)
    thrown = _throw(tree, document)
    assert erasing.erase_due(now=later - dt.timedelta(days=2)) == 0
    assert erasing.erase_due(now=later) == 1
    assert not _there(thrown)
    assert not Version.objects.filter(document_id=thrown.pk).exists()
    assert AuditEntry.objects.filter(verb="documents.document.erased").count() == 1
    assert differences(tree.cast.saint_aubin) == []


def test_the_nearest_rule_counts(tree: Tree, later: dt.datetime) -> None:
    _working(tree, tree.root)
    keeping.set_keeping(
        actor=tree.cast.dgs, folder=tree.urbanisme, keeping=Keeping.ARCHIVES, now=tree.cast.now
    )
    below = folders.create_folder(
        actor=tree.cast.dgs, parent=tree.urbanisme, name="2019", now=tree.cast.now
    )
    kept = _throw(tree, tree.file(folder=below))
    gone = _throw(tree, tree.file(by=tree.cast.nadia, folder=tree.root))
    assert erasing.erase_due(now=later) == 1
    assert _there(kept)
    assert not _there(gone)
    keeping.set_keeping(actor=tree.cast.dgs, folder=tree.urbanisme, keeping=None, now=later)
    assert erasing.erase_due(now=later) == 1


def test_an_exact_copy_goes_a_changed_one_does_not(tree: Tree, later: dt.datetime) -> None:
    tree.file("original.txt", b"le texte")
    copy = _throw(tree, tree.file("copie.txt", b"le texte"))
    changed = tree.file("autre.txt", b"le texte")
    tree.file("autre.txt", b"avec une version de plus", as_new_version=True)
    changed = _throw(tree, changed)
    assert erasing.erase_due(now=later) == 1
    assert not _there(copy)
    assert _there(changed)


def test_two_copies_in_the_trash_never_vouch_for_each_other(tree: Tree, later: dt.datetime) -> None:
    first = _throw(tree, tree.file("un.txt", b"le texte"))
    second = _throw(tree, tree.file("deux.txt", b"le texte"))
    assert erasing.erase_due(now=later) == 0
    assert _there(first)
    assert _there(second)


def test_an_archive_folder_keeps_even_copies(tree: Tree, later: dt.datetime) -> None:
    tree.file("original.txt", b"le texte", by=tree.cast.nadia, folder=tree.root)
    keeping.set_keeping(
        actor=tree.cast.dgs, folder=tree.urbanisme, keeping=Keeping.ARCHIVES, now=tree.cast.now
    )
    copy = _throw(tree, tree.file("copie.txt", b"le texte"))
    assert erasing.erase_due(now=later) == 0
    assert _there(copy)


def test_what_a_sent_dossier_holds_is_never_erased(tree: Tree, later: dt.datetime) -> None:
    _working(tree)
    document = tree.file()
    assert document.current_version is not None
    hold(
        document.current_version,
        "dossier du conseil du 30 novembre",
        holder_uid=uuid4(),
        now=tree.cast.now,
    )
    thrown = _throw(tree, document)
    fate = keeping.fates([thrown])[thrown.pk]
    assert "30 novembre" in keeping.in_words(fate, "Europe/Paris")
    assert erasing.erase_due(now=later) == 0
    assert _there(thrown)


def test_bytes_outlive_their_rows_as_long_as_backups_reach(
    tree: Tree, later: dt.datetime, settings: Any
) -> None:
    settings.PARVIS_BACKUP_DAYS = 10
    _working(tree)
    document = tree.file()
    assert document.current_version is not None
    path = blobs().path(document.current_version.storage_key)
    _throw(tree, document)
    erasing.erase_due(now=later)
    sweeping.sweep(now=later + dt.timedelta(days=3))
    assert path.exists()
    assert erasing.erase_bytes(now=later + dt.timedelta(days=9)) == 0
    assert erasing.erase_bytes(now=later + dt.timedelta(days=11)) == 1
    assert not path.exists()
    assert not ErasedBytes.objects.exists()


def test_bytes_that_another_version_shares_stay(tree: Tree, later: dt.datetime) -> None:
    _working(tree)
    document = tree.file()
    kept = tree.file("autre.txt", b"autre")
    assert document.current_version is not None
    Version.objects.filter(document=kept).update(storage_key=document.current_version.storage_key)
    _throw(tree, document)
    assert erasing.erase_due(now=later) == 1
    assert not ErasedBytes.objects.exists()


def test_a_folder_of_the_trash_goes_once_it_is_empty(tree: Tree, later: dt.datetime) -> None:
    _working(tree)
    folder = folders.create_folder(
        actor=tree.cast.dgs, parent=tree.urbanisme, name="Vieux", now=tree.cast.now
    )
    rights.set_role(
        actor=tree.cast.dgs,
        obj=folder,
        principal=tree.cast.claire,
        role=Role.EDITOR,
        now=tree.cast.now,
    )
    below = folders.create_folder(
        actor=tree.cast.dgs, parent=folder, name="Encore", now=tree.cast.now
    )
    inside = tree.file(by=tree.cast.nadia, folder=below)
    trash.trash_folder(actor=tree.cast.dgs, folder=folder, now=tree.cast.now)
    assert erasing.erase_due(now=later) == 1
    assert not _there(inside)
    assert not Folder.objects.filter(pk__in=[folder.pk, below.pk]).exists()
    assert differences(tree.cast.saint_aubin) == []


def _slip(tree: Tree, now: dt.datetime) -> EliminationSlip:
    return eliminating.prepare_slip(actor=tree.cast.dgs, now=now)


def test_a_slip_lists_what_waits_and_erases_only_when_stamped(tree: Tree) -> None:
    dgs, now = tree.cast.dgs, tree.cast.now
    thrown = _throw(tree, tree.file("courrier 2004.txt"))
    taken_back = _throw(tree, tree.file("utile.txt", b"autre"))
    Document.objects.update(trashed_at=now - MONTH)
    slip = _slip(tree, now)
    assert str(slip) == f"Bordereau {slip.year}-001"
    assert list(slip.lines.order_by("title").values_list("title", "place")) == [
        ("courrier 2004.txt", "Documents › Urbanisme"),
        ("utile.txt", "Documents › Urbanisme"),
    ]
    with pytest.raises(eliminating.NoVisa):
        eliminating.execute_slip(actor=dgs, slip=slip, now=now)
    eliminating.record_visa(actor=dgs, slip=slip, reference="AD 91", day=dgs.today, now=now)
    trash.restore_document(actor=dgs, document=taken_back, now=now)
    assert eliminating.execute_slip(actor=dgs, slip=slip, now=now) == (1, 1)
    assert not _there(thrown)
    assert _there(taken_back)
    outcomes = dict(slip.lines.values_list("title", "outcome"))
    assert outcomes["courrier 2004.txt"].startswith("Éliminé le")
    assert outcomes["utile.txt"] == "Sorti de la corbeille : gardé."
    with pytest.raises(eliminating.SlipClosed):
        eliminating.execute_slip(actor=dgs, slip=slip, now=now)


def test_slips_are_numbered_without_gap_and_list_nothing_twice(
    tree: Tree, later: dt.datetime
) -> None:
    _throw(tree, tree.file("un.txt", b"1"))
    first = _slip(tree, later)
    with pytest.raises(eliminating.NothingToEliminate):
        _slip(tree, later)
    eliminating.abandon_slip(actor=tree.cast.dgs, slip=first, now=later)
    second = _slip(tree, later)
    assert (first.number, second.number) == (1, 2)


def test_the_visa_is_checked(tree: Tree) -> None:
    _throw(tree, tree.file("un.txt", b"1"))
    Document.objects.update(trashed_at=tree.cast.now - MONTH)
    slip = _slip(tree, tree.cast.now)
    today = tree.cast.dgs.today
    for reference, day in (("", today), ("AD", today + dt.timedelta(days=1))):
        with pytest.raises(eliminating.NoVisa):
            eliminating.record_visa(
                actor=tree.cast.dgs, slip=slip, reference=reference, day=day, now=tree.cast.now
            )
    stamped = eliminating.record_visa(
        actor=tree.cast.dgs, slip=slip, reference="AD", day=today, now=tree.cast.now
    )
    assert stamped.visa_date == today


def test_only_the_direction_eliminates_and_only_managers_set_rules(
    tree: Tree, later: dt.datetime
) -> None:
    julien = tree.cast.actor(tree.cast.julien)
    with pytest.raises(Refused):
        eliminating.prepare_slip(actor=julien, now=later)
    with pytest.raises(Refused):
        keeping.set_keeping(actor=julien, folder=tree.urbanisme, keeping=Keeping.WORKING, now=later)
    sophie = tree.cast.actor(tree.cast.sophie, tree.cast.valmorel)
    with pytest.raises(Folder.DoesNotExist):
        keeping.set_keeping(actor=sophie, folder=tree.urbanisme, keeping=Keeping.WORKING, now=later)
    _throw(tree, tree.file())
    slip = _slip(tree, later)
    with pytest.raises(EliminationSlip.DoesNotExist):
        eliminating.abandon_slip(actor=sophie, slip=slip, now=later)


def test_the_pages_lead_from_the_trash_to_the_visa(
    tree: Tree, client_of: Callable[[object], Any]
) -> None:
    _throw(tree, tree.file("courrier.txt"))
    Document.objects.update(trashed_at=tree.cast.now - MONTH)
    client = client_of(tree.cast.nadia)
    page = client.get(reverse("documents:trash", args=["saint-aubin"])).content.decode()
    assert "visa des archives" in page
    made = client.post(reverse("documents:slips", args=["saint-aubin"]))
    assert "Imprimer" in client.get(made.url).content.decode()
    assert client.post(made.url, {"do": "visa", "reference": "", "day": ""}).status_code == 422
    today = tree.cast.dgs.today.isoformat()
    client.post(made.url, {"do": "visa", "reference": "AD 12", "day": today})
    asked = client.get(made.url + "?executer=1").content.decode()
    assert "Il n’y a pas de retour" in asked
    client.post(made.url, {"do": "execute"})
    assert not Document.objects.filter(title="courrier.txt").exists()
    assert "exécuté" in client.get(made.url).content.decode()
    printed = client.get(made.url + "imprimer/").content.decode()
    assert "L212-3" in printed
    assert "courrier.txt" in printed
