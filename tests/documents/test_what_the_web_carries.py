"""Libraries that few requests need are not in the memory of the web process that serves pages.

Each weighs as much as all the templates together; the process that needs one imports it then.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from django.urls import reverse

from tests.documents.tree_of_cast import Tree
from tests.website import Website, website

__all__ = ["website"]

#: Compiled parts, as they stand in the maps of a process: PDF, pictures, OCR, typesetting, HTML.
HEAVY = ("pikepdf", "PIL", "pypdfium2", "tesserocr", "kreuzberg", "typst", "nh3", "rfc3161_client")


@pytest.fixture
def addresses(tree: Tree) -> list[str]:
    org, document = tree.cast.saint_aubin.slug, tree.file()
    return [
        reverse("accounts:home", args=[org]),
        reverse("accounts:agenda", args=[org]),
        reverse("documents:folder", args=[org, tree.urbanisme.uid]),
        reverse("documents:document", args=[org, document.uid]),
        f"{reverse('documents:search', args=[org])}?q=cantine",
        reverse("council:meeting-list", args=[org]),
        reverse("council:act-list", args=[org]),
    ]


def test_the_main_pages_are_served_without_the_libraries_of_paper(
    website: Website, tree: Tree, addresses: list[str]
) -> None:
    visitor = website.visitor(tree.cast.nadia)
    for address in addresses:
        status, _, _ = visitor.ask("GET", address, Accept="text/html")
        assert status == 200, address
    mapped = {
        line.rsplit("site-packages/", 1)[1]
        for pid in website.pids()
        for line in Path(f"/proc/{pid}/maps").read_text().splitlines()
        if "site-packages/" in line
    }
    # What must be there, so that the list of what must not can fail.
    assert any(path.startswith("psycopg") for path in mapped)
    assert sorted(path for path in mapped if path.startswith(HEAVY)) == []
