#!/usr/bin/env python3
"""Fetch the front-end files that Parvis ships, and write what they are.

Run by hand when a version changes (`python scripts/vendor.py`); needs npm. Neither the site nor
the tests need Node: the files are committed under `static/vendor/`, `static/fonts/` and
`static/img/icons.svg`, with their versions and SHA-256 in `static/vendor/VERSIONS.json`.
"""

import hashlib
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STATIC = ROOT / "static"

# package: (version, {file in the package: where it goes under static/})
PACKAGES: dict[str, tuple[str, dict[str, str]]] = {
    "htmx.org": (
        "2.0.11",
        {"dist/htmx.min.js": "vendor/htmx/htmx.min.js", "LICENSE": "vendor/htmx/LICENSE"},
    ),
    "sortablejs": (
        "1.15.7",
        {
            "Sortable.min.js": "vendor/sortable/Sortable.min.js",
            "LICENSE": "vendor/sortable/LICENSE",
        },
    ),
    "pdfjs-dist": (
        "5.6.205",
        {
            "legacy/build/pdf.min.mjs": "vendor/pdfjs/pdf.min.mjs",
            "legacy/build/pdf.worker.min.mjs": "vendor/pdfjs/pdf.worker.min.mjs",
            # JPEG 2000 without WebAssembly, which a strict content policy refuses.
            "wasm/openjpeg_nowasm_fallback.js": "vendor/pdfjs/wasm/openjpeg_nowasm_fallback.js",
            "wasm/LICENSE_OPENJPEG": "vendor/pdfjs/wasm/LICENSE_OPENJPEG",
            "standard_fonts/": "vendor/pdfjs/standard_fonts/",
            "LICENSE": "vendor/pdfjs/LICENSE",
        },
    ),
    "@fontsource-variable/atkinson-hyperlegible-next": (
        "5.3.0",
        {
            "files/atkinson-hyperlegible-next-latin-wght-normal.woff2": (
                "fonts/atkinson-hyperlegible-next-latin.woff2"
            ),
            "LICENSE": "fonts/OFL.txt",
        },
    ),
    "lucide-static": ("1.48.0", {"LICENSE": "img/LICENSE-lucide.txt"}),
}

# The icons of the house, by their Lucide name. `icon` refuses any other.
ICONS = """
archive arrow-down arrow-left arrow-right arrow-up ban bell book-open building-2 calendar
calendar-days camera check chevron-down chevron-left chevron-right chevron-up circle circle-alert
circle-check circle-help circle-user clipboard-check clock copy download ellipsis external-link
eye eye-off file file-archive file-image file-spreadsheet file-text folder folder-input
folder-lock folder-open folder-plus gavel graduation-cap grip-vertical handshake history house
inbox info key landmark layout-list list list-checks list-ordered lock log-in log-out mail map-pin
menu message-square minus moon paperclip pen pencil phone plus presentation printer refresh-cw
rotate-ccw save scale search send settings share-2 shield shield-check star sun tag trash-2
triangle-alert undo-2 upload user user-check user-plus users user-x vote x zoom-in zoom-out
""".split()  # noqa: SIM905 - one name per word reads better


def fetch(package: str, version: str, into: Path) -> Path:
    npm = shutil.which("npm")
    if npm is None:
        sys.exit("npm is needed to fetch the vendored files")
    done = subprocess.run(  # noqa: S603 - fixed command, names from the table above
        [npm, "pack", f"{package}@{version}", "--silent"],
        cwd=into, check=True, capture_output=True, text=True,
    )  # fmt: skip
    archive = into / done.stdout.strip().splitlines()[-1]
    unpacked = into / re.sub(r"\W+", "-", package)
    with tarfile.open(archive) as tar:
        tar.extractall(unpacked, filter="data")
    return unpacked / "package"


def sprite(icons: Path, target: Path) -> None:
    """One SVG file of symbols; size and colour come from the CSS of `.icon`."""
    symbols = []
    for name in sorted(ICONS):
        source = (icons / f"{name}.svg").read_text(encoding="utf-8")
        source = re.sub(r"<!--.*?-->", "", source, flags=re.DOTALL)
        found = re.search(r"<svg[^>]*>(.*)</svg>", source, flags=re.DOTALL)
        if found is None:
            sys.exit(f"{name}.svg is not an icon")
        body = re.sub(r"\s+", " ", found.group(1)).replace("> <", "><").strip()
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{body}</symbol>')
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n",
        encoding="utf-8",
    )


def main() -> None:
    written: dict[str, dict[str, object]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for package, (version, files) in PACKAGES.items():
            source = fetch(package, version, Path(folder))
            targets: list[Path] = []
            for inside, outside in files.items():
                if inside.endswith("/"):
                    pairs = [
                        (path, STATIC / outside / path.name)
                        for path in sorted((source / inside).iterdir())
                    ]
                else:
                    pairs = [(source / inside, STATIC / outside)]
                for path, target in pairs:
                    target.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copyfile(path, target)
                    if target.suffix in {".js", ".mjs"}:
                        # Hashed static files refuse a pointer to a map that is not shipped.
                        text = target.read_text(encoding="utf-8")
                        target.write_text(
                            re.sub(r"\n?//# sourceMappingURL=\S+\s*$", "\n", text),
                            encoding="utf-8",
                        )
                    targets.append(target)
            if package == "lucide-static":
                sprite(source / "icons", STATIC / "img/icons.svg")
                targets.append(STATIC / "img/icons.svg")
            written[package] = {
                "version": version,
                "files": {
                    str(path.relative_to(STATIC)): hashlib.sha256(path.read_bytes()).hexdigest()
                    for path in sorted(targets)
                },
            }
    (STATIC / "vendor/VERSIONS.json").write_text(
        json.dumps(written, indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
    )


if __name__ == "__main__":
    main()
