"""What every journey starts from: the cast, its tree, somebody at a browser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from accounts.models import Person
from tests.documents.tree_of_cast import Tree, tree
from tests.personas import password_of

__all__ = ["tree"]

SignIn = Callable[..., Page]


@pytest.fixture
def at_browser(new_context: Callable[..., Any]) -> SignIn:
    """`at_browser(person)`: that person, in a browser of their own, signed in by the form."""

    def sign_in(person: Person, **options: Any) -> Page:
        page: Page = new_context(**options).new_page()
        page.goto("/connexion/")
        page.get_by_label("Identifiant").fill(person.identifier or "")
        page.get_by_label("Mot de passe").fill(password_of(person))
        page.get_by_role("button", name="Se connecter").click()
        page.wait_for_url(lambda url: "/connexion/" not in url)
        return page

    return sign_in


@pytest.fixture
def journey(transactional_db: None, tree: Tree) -> Tree:
    """The tree, in a database that the live server and the worker share."""
    return tree


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    """A page typed, printed, scanned a little crooked: a PDF that holds nothing but an image."""
    from documents.demo_files import make_files

    file = next(f for f in make_files() if f.name.startswith("Registre 1987"))
    path = tmp_path / "Scan du 12 mars.pdf"
    path.write_bytes(file.content)
    return path
