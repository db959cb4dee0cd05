"""A text written in a sober editor, as blocks that a page can set: headings, lists, paragraphs.

Lines are paragraphs; « - » begins a line of a list, « # » a heading, « 1. » a numbered article
stays as it was typed. Nothing else is read as a sign: people paste what they like.
"""

from __future__ import annotations

import re
from typing import Any

from council.dossier.french import typeset as t

_BULLET = re.compile(r"^\s*[-–•*]\s+")
_HEADING = re.compile(r"^\s*#{1,3}\s+")


def blocks(text: str) -> list[dict[str, Any]]:
    """The blocks of a text, in order: ``{"kind": "text" | "list" | "heading", …}``."""
    made: list[dict[str, Any]] = []
    for line in text.replace("\r\n", "\n").split("\n"):
        if not line.strip():
            continue
        if _BULLET.match(line):
            words = t(_BULLET.sub("", line, count=1).strip())
            if made and made[-1]["kind"] == "list":
                made[-1]["lines"].append(words)
            else:
                made.append({"kind": "list", "lines": [words]})
        elif _HEADING.match(line):
            made.append({"kind": "heading", "text": t(_HEADING.sub("", line, count=1).strip())})
        else:
            made.append({"kind": "text", "text": t(line.strip())})
    return made
