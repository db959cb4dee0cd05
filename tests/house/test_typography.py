"""French guillemets hold what they quote: no line of a page ends after one of them."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOOSE = re.compile("« | »")


def _shown() -> list[Path]:
    """What people read that no person typed: templates, messages of the scripts."""
    pages = [*ROOT.glob("templates/**/*.html"), *ROOT.glob("templates/**/*.txt")]
    return sorted([*pages, *ROOT.glob("static/js/*.js")])


def test_guillemets_carry_no_ordinary_space() -> None:
    loose = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}"
        for path in _shown()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if LOOSE.search(line) and not line.lstrip().startswith("//")
    ]
    assert len(_shown()) > 150
    assert not loose, "a no-break space (U+00A0) inside guillemets:\n" + "\n".join(loose)
