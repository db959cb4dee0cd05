"""The whole dossier of a session as one PDF: 40 points, 120 documents, 300 pages and a few.

    python -m bench.dossier            # scans, about 1.2 MB a page
    python -m bench.dossier text       # born-digital pages

Files are made first; the dossier is then built by a process of its own, as the worker does, and its
largest memory is read from the system. No server is needed.
"""

# ruff: noqa: T201, S603

from __future__ import annotations

import hashlib
import io
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

POINTS, DOCUMENTS, PAGES = 40, 120, 264
SEED = 20261122


def main(kind: str) -> None:
    """Make the files, then build in another process."""
    with tempfile.TemporaryDirectory(prefix="parvis-bench-") as name:
        folder = Path(name)
        size = _make(folder, kind)
        print(f"{POINTS} points, {DOCUMENTS} documents of {kind}, {size / 1e6:.0f} MB; ", end="")
        print(f"load {os.getloadavg()[0]:.1f}", flush=True)
        subprocess.run([sys.executable, "-m", "bench.dossier", "build", name], check=True)


def _make(folder: Path, kind: str) -> int:
    """The documents, two or three pages each. Their weight in bytes."""
    import pikepdf

    chance = random.Random(SEED)  # noqa: S311
    left, total = PAGES, 0
    page = _scan(chance) if kind == "scans" else b""
    for n in range(DOCUMENTS):
        pages = left // (DOCUMENTS - n)
        left -= pages
        path = folder / f"{n:03}.pdf"
        with pikepdf.new() as pdf:
            for _ in range(pages):
                pdf.add_blank_page(page_size=(595, 842))
                _fill(pdf, pdf.pages[-1], page)
            pdf.save(path)
        total += path.stat().st_size
    return total


def _scan(chance: random.Random) -> bytes:
    """A page as a copier sends it: 200 dots an inch, grey, with its grain."""
    from PIL import Image

    grain = Image.frombytes("L", (827, 1169), chance.randbytes(827 * 1169)).resize((1654, 2339))
    out = io.BytesIO()
    grain.save(out, "JPEG", quality=60)
    return out.getvalue()


def _fill(pdf, page, scan: bytes) -> None:
    import pikepdf

    if scan:
        image = pikepdf.Stream(pdf, scan)
        image.Type, image.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
        image.Width, image.Height, image.BitsPerComponent = 1654, 2339, 8
        image.ColorSpace, image.Filter = pikepdf.Name.DeviceGray, pikepdf.Name.DCTDecode
        page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(S=image))
        page.Contents = pikepdf.Stream(pdf, b"q 595 0 0 842 0 0 cm /S Do Q")
        return
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
    )
    page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=font))
    line = b"(Le conseil municipal, apres en avoir delibere, decide ce qui suit.) Tj 0 -14 Td "
    page.Contents = pikepdf.Stream(pdf, b"BT /F 10 Tf 60 780 Td " + line * 50 + b"ET")


def digest(path: Path) -> str:
    """Its SHA-256: the builder leaves out a file that is not what was frozen."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def build(folder: Path) -> None:
    """Build it, and say what it took."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
    import django

    django.setup()
    from council.dossier.data import Dossier, Letterhead, Piece, Point, Session, Signatory
    from council.dossier.whole import build_whole

    files = sorted(folder.glob("*.pdf"))
    pieces = [
        Piece(f"p{n}", f"Document {n}", "application/pdf", digest(one), one.stat().st_size, one)
        for n, one in enumerate(files, start=1)
    ]
    zone = ZoneInfo("Europe/Paris")
    at = datetime(2026, 11, 24, 9, tzinfo=zone)
    each = DOCUMENTS // POINTS
    dossier = Dossier(
        letterhead=Letterhead("Saint-Aubin-le-Parvis"),
        session=Session("s", "Conseil municipal", "le", at, zone, "Salle du conseil"),
        signatory=Signatory("Michel GARNIER", "Le maire"),
        points=tuple(
            Point(f"i{n}", n, f"Point {n}", pieces=tuple(pieces[(n - 1) * each : n * each]))
            for n in range(1, POINTS + 1)
        ),
        edition=1,
        frozen_at=at,
        written_at=at,
    )
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    began, spent = time.perf_counter(), time.process_time()
    target = folder / "whole"
    done = build_whole(dossier, target)
    wall, cpu = time.perf_counter() - began, time.process_time() - spent
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{done.pages} pages, {target.stat().st_size / 1e6:.0f} MB, {len(done.missing)} missing")
    print(f"{wall:.1f} s, {cpu:.1f} CPU-s; largest memory {after} MB (process alone: {before} MB)")


if __name__ == "__main__":
    if sys.argv[1:2] == ["build"]:
        build(Path(sys.argv[2]))
    else:
        main("text" if sys.argv[1:] == ["text"] else "scans")
