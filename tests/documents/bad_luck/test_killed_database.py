"""PostgreSQL dies under a move: everything is where it was, and the site goes on."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from django.db import connection
from django.urls import reverse
from pytest_django import Settings

from documents.enums import Role
from documents.models import Folder
from documents.services import folders, rights
from tests.documents.bad_luck.waiting import all_is_well, stopped_before
from tests.documents.tree_of_cast import Tree
from tests.website import Website, website

__all__ = ["website"]


@pytest.fixture(autouse=True)
def _own_store(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> None:
    settings.PARVIS_STORAGE_DIR = tmp_path_factory.mktemp("files")


def _kill_every_connection() -> int:
    """As a database that restarts: those at work and those that wait in the pool of the site."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return int(cursor.fetchone()[0])


def _places() -> list[tuple[str, str, int | None, int]]:
    rows = Folder.objects.order_by("path")
    return list(rows.values_list("path", "name", "parent_id", "domain_id"))


def _subtree(tree: Tree) -> tuple[Folder, Folder]:
    """Forty folders on two levels, a right of their own on one of them; and where they will go."""
    cast = tree.cast

    def make(name: str, parent: Folder) -> Folder:
        return folders.create_folder(actor=cast.dgs, parent=parent, name=name, now=cast.now)

    moved, target = make("Projets", tree.urbanisme), make("Archives", tree.root)
    for n in range(13):
        project = make(f"Projet {n}", moved)
        for part in ("Plans", "Courriers"):
            make(part, project)
    tree.file("plan.txt", folder=project)
    for folder, team in ((moved, cast.finances), (project, cast.etat_civil)):
        rights.set_role(actor=cast.dgs, obj=folder, principal=team, role=Role.MANAGER, now=cast.now)
    return moved, target


@pytest.mark.parametrize("table", ["documents_effectiveaccess", "accounts_auditentry"])
def test_a_database_killed_during_a_move(website: Website, tree: Tree, table: str) -> None:
    moved, target = _subtree(tree)
    nadia = website.visitor(tree.cast.nadia)
    address = reverse("documents:folder-move", args=["saint-aubin", moved.uid])
    form = urlencode({"vers": str(target.uid), "confirme": "1"}).encode()

    def move() -> tuple[int, dict[str, str], bytes]:
        return nadia.ask("POST", address, form, Content_Type="application/x-www-form-urlencoded")

    before = _places()
    # The forty paths are written, in the transaction, when it comes to this table.
    with stopped_before(table, move) as (_, answer):
        assert _kill_every_connection() >= 1
        status, _, page = answer.result(timeout=60)
    assert status == 500
    assert "Ce qui était déjà enregistré l’est toujours" in page.decode()
    assert _places() == before
    all_is_well(tree.cast.saint_aubin, tree.cast.valmorel)
    # The site found other connections by itself, and the same click works now.
    assert nadia.ask("GET", "/c/saint-aubin/")[0] == 200
    assert move()[0] == 302
    moved.refresh_from_db()
    assert moved.parent == target
    assert Folder.objects.below(moved).count() == 40
    all_is_well(tree.cast.saint_aubin, tree.cast.valmorel)
