"""Starting from a template, and taking out of an old network what is still of use."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import Team
from config.lib.access import Refused
from documents.access import visible_documents
from documents.enums import ImportKind, Role
from documents.models import Document, Folder, Template
from documents.services import folders, import_sources, importing, refiling, rights, templates
from documents.services.refusals import NameTaken
from tests.documents.tree_of_cast import Tree

pytestmark = pytest.mark.django_db


@pytest.fixture
def project(tree: Tree) -> Template:
    """A project's folders, offered by the direction."""
    dgs, now = tree.cast.dgs, tree.cast.now
    model = folders.create_folder(actor=dgs, parent=tree.root, name="Projet type", now=now)
    plans = folders.create_folder(actor=dgs, parent=model, name="Plans", now=now)
    tree.file("calendrier.txt", b"etapes", by=tree.cast.nadia, folder=plans)
    rights.set_role(actor=dgs, obj=model, principal=tree.cast.urbanisme, role=Role.READER, now=now)
    return templates.offer(actor=dgs, obj=model, now=now)


def test_a_project_starts_from_its_template(tree: Tree, project: Template) -> None:
    julien = tree.cast.actor(tree.cast.julien)
    made = templates.start_from(
        actor=julien,
        template=project,
        target=tree.urbanisme,
        name="École 2027",
        now=tree.cast.now,
    )
    plans = Folder.objects.get(parent=made, name="Plans")
    copy = Document.objects.get(folder=plans)
    assert copy.title == "calendrier.txt"
    assert copy.owner == tree.cast.julien
    claire = tree.cast.actor(tree.cast.claire)  # follows the rights of where it is
    assert visible_documents(claire).filter(pk=copy.pk).exists()


def test_a_document_keeps_the_ending_of_its_template(tree: Tree) -> None:
    letter = tree.file("Courrier type.txt", b"Madame, Monsieur")
    template = templates.offer(actor=tree.cast.dgs, obj=letter, now=tree.cast.now)
    made = templates.start_from(
        actor=tree.cast.actor(tree.cast.julien),
        template=template,
        target=tree.urbanisme,
        name="Lettre à la préfecture",
        now=tree.cast.now,
    )
    assert str(made) == "Lettre à la préfecture.txt"
    with pytest.raises(NameTaken):
        templates.start_from(
            actor=tree.cast.actor(tree.cast.julien),
            template=template,
            target=tree.urbanisme,
            name="Lettre à la préfecture.txt",
            now=tree.cast.now,
        )


def test_a_template_one_may_not_read_is_not_there(tree: Tree, project: Template) -> None:
    for person, organisation in (
        (tree.cast.claire, tree.cast.saint_aubin),
        (tree.cast.sophie, tree.cast.valmorel),
    ):
        actor = tree.cast.actor(person, organisation)
        assert not templates.visible_templates(actor).exists()
    with pytest.raises(Refused):  # reads Urbanisme, files nothing there
        templates.start_from(
            actor=tree.cast.actor(tree.cast.claire),
            template=project,
            target=tree.urbanisme,
            name="x",
            now=tree.cast.now,
        )


def test_only_managers_offer_and_withdraw(tree: Tree, project: Template) -> None:
    julien = tree.cast.actor(tree.cast.julien)
    with pytest.raises(Refused):
        templates.offer(actor=julien, obj=tree.urbanisme, now=tree.cast.now)
    assert project.folder is not None
    with pytest.raises(Refused):
        templates.withdraw(actor=julien, obj=project.folder, now=tree.cast.now)
    templates.offer(actor=tree.cast.dgs, obj=project.folder, now=tree.cast.now)
    assert Template.objects.count() == 1
    templates.withdraw(actor=tree.cast.dgs, obj=project.folder, now=tree.cast.now)
    assert not Template.objects.exists()


def test_the_page_starts_from_a_template(
    tree: Tree, project: Template, client_of: Callable[[object], Any]
) -> None:
    client = client_of(tree.cast.julien)
    address = reverse("documents:start-from", args=["saint-aubin", tree.urbanisme.uid])
    assert "Projet type" in client.get(address).content.decode()
    assert client.post(address, {"template": project.pk, "name": ""}).status_code == 422
    answer = client.post(address, {"template": project.pk, "name": "Salle des fêtes"})
    made = Folder.objects.get(name="Salle des fêtes")
    assert answer.url == reverse("documents:folder", args=["saint-aubin", made.uid])
    director = client_of(tree.cast.nadia)
    offer = reverse("documents:folder-template", args=["saint-aubin", made.uid])
    director.post(offer, {"modele": "1"})
    assert Template.objects.filter(folder=made).exists()
    director.post(offer, {"modele": "0"})
    assert not Template.objects.filter(folder=made).exists()


@pytest.fixture
def old(tree: Tree, tmp_path: Path) -> Document:
    """One file of an old network that Julien's service may read."""
    (tmp_path / "bornage.txt").write_bytes(b"le plan de bornage")
    dgs, now = tree.cast.dgs, tree.cast.now
    folder = folders.create_folder(actor=dgs, parent=tree.root, name="Ancien réseau", now=now)
    team: Team = tree.cast.urbanisme
    folder = importing.open_old_network(actor=dgs, folder=folder, readers=[team], now=now)
    run = importing.start_from_disk(
        actor=dgs, folder=folder, path=tmp_path, kind=ImportKind.DRIVE, now=now
    )
    importing.bring_in(actor=dgs, run=run, source=import_sources.FolderSource(tmp_path))
    return Document.objects.get(title="bornage.txt")


def test_a_reader_takes_a_copy_and_leaves_the_original(tree: Tree, old: Document) -> None:
    made, copied = refiling.refile(
        actor=tree.cast.actor(tree.cast.julien),
        document=old,
        target=tree.urbanisme,
        now=tree.cast.now,
    )
    assert copied
    assert made.folder == tree.urbanisme
    assert Document.objects.filter(pk=old.pk).exists()


def test_the_direction_moves_it_with_its_history(tree: Tree, old: Document) -> None:
    made, copied = refiling.refile(
        actor=tree.cast.dgs, document=old, target=tree.urbanisme, now=tree.cast.now
    )
    assert (made.pk, copied) == (old.pk, False)


def test_what_is_limited_further_down_stays_there(tree: Tree, old: Document) -> None:
    dgs, now = tree.cast.dgs, tree.cast.now
    below = folders.create_folder(actor=dgs, parent=old.folder, name="Juridique", now=now)
    rights.restrict(actor=dgs, folder=below, now=now, keep=[tree.cast.direction])
    rights.set_role(actor=dgs, obj=below, principal=tree.cast.urbanisme, role=Role.READER, now=now)
    Document.objects.filter(pk=old.pk).update(folder=below)
    with pytest.raises(Refused):
        refiling.refile(
            actor=tree.cast.actor(tree.cast.julien),
            document=old,
            target=tree.urbanisme,
            now=now,
        )


def test_only_what_comes_from_an_old_network_is_taken_out_of_it(tree: Tree) -> None:
    with pytest.raises(refiling.NotFromAnOldNetwork):
        refiling.refile(
            actor=tree.cast.dgs, document=tree.file(), target=tree.root, now=tree.cast.now
        )


def test_the_page_of_an_old_document_offers_its_place(
    tree: Tree, old: Document, client_of: Callable[[object], Any]
) -> None:
    client = client_of(tree.cast.julien)
    page = client.get(reverse("documents:document", args=["saint-aubin", old.uid]))
    assert "Classer à sa place" in page.content.decode()
    other = client.get(reverse("documents:document", args=["saint-aubin", tree.file().uid]))
    assert "Classer à sa place" not in other.content.decode()
    address = reverse("documents:refile", args=["saint-aubin", old.uid])
    answer = client.post(address, {"vers": str(tree.urbanisme.uid)})
    made = Document.objects.get(folder=tree.urbanisme, title="bornage.txt")
    assert answer.url == reverse("documents:document", args=["saint-aubin", made.uid])
    assert client_of(tree.cast.claire).get(address).status_code == 404
