"""One pool for the session, and a place to put bytes."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from documents.demo_files import DemoFile, make_files
from documents.extraction import Extraction, ExtractionPool, sniff, with_ocr

Save = Callable[[bytes], Path]

# Made once for all the modules of this folder: it takes seconds.
DEMO: dict[str, DemoFile] = {file.name: file for file in make_files()}


@pytest.fixture(scope="session")
def pool() -> Iterator[ExtractionPool]:
    with ExtractionPool() as pool:
        yield pool


@pytest.fixture
def save(tmp_path: Path) -> Save:
    """`save(content)`: the path of a file with these bytes, under a name that says nothing."""

    def put(content: bytes) -> Path:
        path = tmp_path / f"{len(list(tmp_path.iterdir()))}.bytes"
        path.write_bytes(content)
        return path

    return put


@pytest.fixture
def read(pool: ExtractionPool, save: Save) -> Callable[..., Extraction]:
    """`read(content, name)`: what the product would index of this file, OCR included."""

    def extract(content: bytes, name: str = "fichier", **options: object) -> Extraction:
        path = save(content)
        media_type = sniff(path, name).media_type
        found = pool.extract(path, media_type, **options)
        if found.needs_ocr_pages:
            seen = pool.ocr_pages(path, media_type, found.needs_ocr_pages, **options)
            found = with_ocr(found, seen)
        return found

    return extract


def words_of(found: Extraction) -> str:
    """All the text in one line, apostrophes straight, small letters."""
    text = " ".join(page.text for page in found.pages).replace("’", "'")
    return " ".join(text.split()).casefold()
