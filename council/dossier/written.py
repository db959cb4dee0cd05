"""A text written in a sober editor, as blocks that a page can set, and back to what is kept.

Lines are paragraphs; « - » begins a line of a list, « # » a heading, « | a | b | » a row of a
table; « **gras** » and « *italique* » inside a line. A numbered article stays as it was typed, and
a backslash takes its meaning away from the sign that follows. Nothing else is read as a sign:
people paste what they like, and no mark-up of theirs ever reaches a page.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from council.dossier.french import typeset

_BULLET = re.compile(r"^\s*[-–•*]\s+")
_HEADING = re.compile(r"^\s*#{1,3}\s+")
_ROW = re.compile(r"^\s*\|.*\|\s*$")
_RULE = re.compile(r"^[\s|:-]*-[\s|:-]*$")
_SIGNS = re.compile(r"(\\[\\*|#-]|\*\*|\*)")
_BETWEEN_CELLS = re.compile(r"(?<!\\)\|")
_TO_ESCAPE = re.compile(r"\\(?=[\\*|#-]|$)|\*")


@dataclass(frozen=True, slots=True)
class Run:
    """Words of one look."""

    text: str
    bold: bool = False
    italic: bool = False

    def as_data(self) -> dict[str, Any]:
        """For the typesetter and the page."""
        return {"text": self.text, "bold": self.bold, "italic": self.italic, "mark": False}


def blocks(text: str, *, t: Callable[[str], str] = typeset) -> list[dict[str, Any]]:
    """The blocks of a text, in order, all plain data:

    ``{"kind": "text" | "heading", "text": words, "runs": […]}``,
    ``{"kind": "list", "lines": [words], "items": [[run…]…]}`` and
    ``{"kind": "table", "head": [cell…], "rows": [[cell…]…]}``, a cell being its runs.

    ``t`` sets the typography; the editor asks for none, so that saving changes nothing.
    """
    made: list[dict[str, Any]] = []
    for line in text.replace("\r\n", "\n").split("\n"):
        if not line.strip():
            # An empty line parts two tables.
            if made and made[-1]["kind"] == "table":
                made[-1]["closed"] = True
            continue
        if _ROW.match(line):
            _add_row(made, line.strip(), t)
        elif _BULLET.match(line):
            found = runs(t(_BULLET.sub("", line, count=1).strip()))
            if not (made and made[-1]["kind"] == "list"):
                made.append({"kind": "list", "lines": [], "items": []})
            made[-1]["lines"].append(_words(found))
            made[-1]["items"].append(_data(found))
        elif _HEADING.match(line):
            found = runs(t(_HEADING.sub("", line, count=1).strip()))
            made.append({"kind": "heading", "text": _words(found), "runs": _data(found)})
        else:
            found = runs(t(line.strip()))
            made.append({"kind": "text", "text": _words(found), "runs": _data(found)})
    for one in made:
        one.pop("closed", None)
    return made


def _add_row(made: list[dict[str, Any]], line: str, t: Callable[[str], str]) -> None:
    last = made[-1] if made and made[-1]["kind"] == "table" and "closed" not in made[-1] else None
    if _RULE.match(line):
        # The rule under the first row makes it the head.
        if last is not None and not last["head"] and len(last["rows"]) == 1:
            last["head"] = last["rows"].pop()
        return
    cells = [_data(runs(t(cell.strip()))) for cell in _BETWEEN_CELLS.split(line[1:-1])]
    if last is None:
        made.append({"kind": "table", "head": [], "rows": [cells], "columns": len(cells)})
        return
    last["rows"].append(cells)
    last["columns"] = max(last["columns"], len(cells))
    for row in (last["head"], *last["rows"]):
        row.extend([] for _ in range(last["columns"] - len(row)) if row)


def runs(line: str) -> list[Run]:
    """One line cut where its look changes. A sign without its pair is an ordinary character."""
    parts = _SIGNS.split(line)
    paired = _paired(parts)
    found: list[Run] = []
    bold = italic = False
    for place, part in enumerate(parts):
        if place in paired:
            bold, italic = (not bold, italic) if part == "**" else (bold, not italic)
            continue
        words = part[1] if place % 2 and part.startswith("\\") else part
        if not words:
            continue
        if found and (found[-1].bold, found[-1].italic) == (bold, italic):
            found[-1] = Run(found[-1].text + words, bold, italic)
        else:
            found.append(Run(words, bold, italic))
    return found


def _paired(parts: list[str]) -> set[int]:
    """Which signs open or close a look: those that hug their words and have a partner."""
    paired: set[int] = set()
    opened: dict[str, int] = {}
    for place in range(1, len(parts), 2):
        sign = parts[place]
        if sign not in ("*", "**"):
            continue
        before = "".join(parts[max(0, place - 2) : place])[-1:]
        after = "".join(parts[place + 1 : place + 3])[:1]
        if sign in opened and before.strip() and (sign == "**" or not after.isalnum()):
            paired |= {opened.pop(sign), place}
        elif sign not in opened and after.strip() and (sign == "**" or not before.isalnum()):
            opened[sign] = place
    return paired


def _words(found: Sequence[Run]) -> str:
    return "".join(run.text for run in found)


def _data(found: Sequence[Run]) -> list[dict[str, Any]]:
    return [run.as_data() for run in found]


def marked(found: list[dict[str, Any]], words: Sequence[str]) -> list[dict[str, Any]]:
    """The same blocks, these words highlighted wherever a run has them whole."""
    if not words:
        return found
    one_of = "|".join(
        r"\s+".join(re.escape(part) for part in one.split()).replace("'", "['’]")
        for one in sorted(words, key=len, reverse=True)
        if one.strip()
    )
    pattern = re.compile(f"({one_of})", re.IGNORECASE)

    def cut(line: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [
            {**run, "text": part, "mark": bool(place % 2)}
            for run in line
            for place, part in enumerate(pattern.split(run["text"]))
            if part
        ]

    made = []
    for one in found:
        again = dict(one)
        if one["kind"] == "list":
            again["items"] = [cut(item) for item in one["items"]]
        elif one["kind"] == "table":
            again["head"] = [cut(cell) for cell in one["head"]]
            again["rows"] = [[cut(cell) for cell in row] for row in one["rows"]]
        else:
            again["runs"] = cut(one["runs"])
        made.append(again)
    return made


def plain(text: str) -> str:
    """The words alone, one paragraph a line: for a search, a count, a comparison."""
    said: list[str] = []
    for one in blocks(text, t=str):
        if one["kind"] == "list":
            said += one["lines"]
        elif one["kind"] == "table":
            rows = [row for row in (one["head"], *one["rows"]) if row]
            said += [" ".join("".join(r["text"] for r in cell) for cell in row) for row in rows]
        else:
            said.append(one["text"])
    return "\n".join(said)


def without_look(text: str) -> str:
    """The same text without bold nor italic: its lines stay what they are (headings, lists, rows),
    and no sign stands inside a word any more."""
    return "\n".join(_bare(line) for line in text.replace("\r\n", "\n").split("\n"))


def _bare(line: str) -> str:
    if _ROW.match(line):
        cells = _BETWEEN_CELLS.split(line.strip()[1:-1])
        told = [line_of([Run(_words(runs(cell)))]).replace("|", "\\|") for cell in cells]
        return f"| {' | '.join(told)} |"
    head = _BULLET.match(line) or _HEADING.match(line)
    mark = head[0].lstrip() if head else ""
    return mark + line_of([Run(_words(runs(line[len(head[0]) if head else 0 :])))])


def line_of(found: Sequence[Run]) -> str:
    """Runs as one kept line: the inverse of `runs`."""
    said = ""
    for run in _merged(found):
        words = _TO_ESCAPE.sub(lambda sign: "\\" + sign[0], run.text)
        core = words.strip()
        sign = "**" * run.bold + "*" * run.italic
        if not core or not sign:
            said += words
            continue
        before = words[: len(words) - len(words.lstrip())]
        after = words[len(words.rstrip()) :]
        said += f"{before}{sign}{core}{sign[::-1]}{after}"
    return " ".join(said.split())


def _merged(found: Sequence[Run]) -> list[Run]:
    merged: list[Run] = []
    for run in found:
        last = merged[-1] if merged else None
        if last is not None and (last.bold, last.italic) == (run.bold, run.italic):
            merged[-1] = Run(last.text + run.text, run.bold, run.italic)
        elif run.text:
            merged.append(run)
    return merged
