"""How many born-digital PDFs a second the sandboxed helper reads, and what OCR costs.

Run: `python -m bench.extraction [folder of PDFs]`. Without a folder the documents are typeset
here: deliberations, minutes, rules of 1 to 12 pages, as a town hall has them. Extraction only;
indexing is measured with the search.
"""

# ruff: noqa: T201 - a bench speaks on the terminal
from __future__ import annotations

import argparse
import os
import resource
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from documents.demo_files import make_files, pages, texts
from documents.demo_files.blocks import blocks_of
from documents.extraction import ExtractionPool, sniff

_CORES = 2
TARGET = 20.0  # documents a second on two cores, from the CPU that they cost


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures; 1 when the target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, help="real files, read but not kept")
    parser.add_argument("--seconds", type=float, default=8.0)
    parser.add_argument("--helpers", type=int, default=min(2, os.cpu_count() or 1))
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as place:
        paths = _real(options.folder) if options.folder else _typeset(Path(place))
        if not paths:
            parser.error("no PDF there")
        print(f"{len(paths)} PDF, {sum(path.stat().st_size for path in paths) / 1e6:.1f} MB")
        rate = _read_for(options.seconds, paths, options.helpers)
        if not options.folder:
            _recognise(Path(place))
    reached = rate >= TARGET
    print(f"target {TARGET:.0f} documents/s: {'reached' if reached else 'MISSED'}")
    return 0 if reached else 1


def _real(folder: Path) -> list[Path]:
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and sniff(path, path.name).media_type == "application/pdf"
    )


def _typeset(place: Path) -> list[Path]:
    minutes = texts.PROCES_VERBAL.replace("{p}", "2025").replace("{n}", "2026")
    articles = "\n".join(f"## {title}\n{body}" for title, body in texts.PLU_ARTICLES)
    paths = []
    for rank in range(24):
        length = (1, 1, 1, 1, 2, 2, 4, 12)[rank % 8]
        body = "\n".join([minutes if rank % 3 else articles] * length)
        paths.append(place / f"{rank}.pdf")
        paths[-1].write_bytes(pages.pdf(blocks_of(f"# Acte n° 2026-{rank:03d}\n{body}")))
    return paths


def _read_for(seconds: float, paths: Sequence[Path], helpers: int) -> float:
    def read(path: Path) -> int:
        found = pool.extract(path, "application/pdf")
        return max(found.page_count, 1)

    with ExtractionPool(size=helpers) as pool, ThreadPoolExecutor(helpers) as threads:
        list(threads.map(read, paths[:helpers]))  # helpers are started, libraries are loaded
        documents = read_pages = 0
        started, ours = time.perf_counter(), time.process_time()
        while time.perf_counter() - started < seconds:
            read_pages += sum(threads.map(read, paths))
            documents += len(paths)
        spent = time.perf_counter() - started
        ours = time.process_time() - ours
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    theirs = children.ru_utime + children.ru_stime
    print(
        f"{documents / spent:.0f} documents/s, {read_pages / spent:.0f} pages/s "
        f"with {helpers} helper(s) on this machine as busy as it is"
    )
    rate = _CORES * documents / (ours + theirs)
    print(
        f"CPU per document: helper {1000 * theirs / documents:.2f} ms, caller "
        f"{1000 * ours / documents:.2f} ms, so {rate:.0f} documents/s on {_CORES} free cores"
    )
    return rate


def _recognise(place: Path) -> None:
    scans = [file for file in make_files() if file.note.startswith("scan")]
    with ExtractionPool() as pool:
        for file in scans:
            path = place / "scan"
            path.write_bytes(file.content)
            media_type = sniff(path, file.name).media_type
            pool.extract(path, media_type)
            started = time.perf_counter()
            found = pool.ocr_pages(path, media_type)
            spent = time.perf_counter() - started
            words = sum(len(page.text.split()) for page in found.pages)
            print(f"OCR {file.name}: {spent / max(found.page_count, 1):.2f} s/page, {words} words")


if __name__ == "__main__":
    sys.exit(main())
