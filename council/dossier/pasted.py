"""HTML that was pasted, typed, posted by the editor or read in a text file, as what is kept.

nh3 (html5ever, as browsers read) drops scripts, styles, attributes and every unknown element; what
is left becomes the small signs of `written`. Nothing of the HTML itself is ever kept or shown.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

from council.dossier.written import Run, line_of

_LOOKS_LIKE_HTML = re.compile(
    r"\s*(?:<!--.*?-->\s*)?<(?:!doctype|html|head|body|meta|div|p|span|h[1-6]|ul|ol|table|b|strong"
    r"|i|em|br|blockquote|section|article)\b[^>]*>",
    re.I | re.S,
)
_INLINE = {"b": "bold", "strong": "bold", "i": "italic", "em": "italic"}
_HEADINGS = {f"h{n}" for n in range(1, 7)}
_LINES = {"p", "div", "blockquote", "pre", "li", *_HEADINGS}
_KEPT = {*_INLINE, *_LINES, "br", "ul", "ol", "table", "thead", "tbody", "tr", "th", "td"}
_SPACES = re.compile(r"[ \t\n\r\f]+")
#: Longer than any deliberation: what is beyond is refused before it is read.
LONGEST = 400_000


def markup_of(text: str) -> str:
    """What a person wrote, as it is kept: their own signs, or those that their HTML becomes."""
    if not _LOOKS_LIKE_HTML.match(text):
        return text.replace("\r\n", "\n").strip()
    return from_html(text)


def from_html(html: str) -> str:
    """The signs that say what this HTML says, and nothing that it does."""
    import nh3  # carried only by the process where somebody pasted

    reader = _Reader()
    reader.feed(nh3.clean(html, tags=_KEPT, attributes={}, link_rel=None))
    reader.close()
    return reader.text()


class _Reader(HTMLParser):
    """Reads clean, well-formed HTML, one line after the other."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = []
        self.line: list[Run] = []
        self.bold = self.italic = 0
        self.heading = False
        self.lists: list[int | None] = []
        self.mark = ""
        self.rows: list[list[str]] | None = None
        self.row: list[str] | None = None
        self.depth = 0
        self.heads = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        look = _INLINE.get(tag)
        if look == "bold":
            self.bold += 1
        elif look == "italic":
            self.italic += 1
        elif tag == "table":
            self.depth += 1
            if self.depth == 1:
                self._end_line()
                self.rows, self.heads = [], 0
        elif tag == "tr" and self.depth == 1:
            self.row = []
        elif tag in ("td", "th"):
            self.line = self.line if self.depth > 1 else []
            self.heads += tag == "th" and self.depth == 1 and not self.rows
        elif tag in ("ul", "ol"):
            self._end_line()
            self.lists.append(0 if tag == "ol" else None)
        elif tag == "br" or tag in _LINES:
            self._begin_line(tag)

    def _begin_line(self, tag: str) -> None:
        if tag == "br" and self.heading:
            self.line.append(Run(" "))
            return
        # The first paragraph of a line of a list is that line.
        if not (self.mark and not _said(self.line)):
            self._end_line()
        if tag in _HEADINGS:
            self.heading = True
        if tag == "li" and self.lists and self.depth == 0:
            count = self.lists[-1]
            if count is None:
                self.mark = "- "
            else:
                self.lists[-1] = count + 1
                self.mark = f"{count + 1}. "

    def handle_endtag(self, tag: str) -> None:
        look = _INLINE.get(tag)
        if look == "bold":
            self.bold = max(0, self.bold - 1)
        elif look == "italic":
            self.italic = max(0, self.italic - 1)
        elif tag in ("td", "th", "tr", "table"):
            self._end_in_table(tag)
        elif tag in ("ul", "ol"):
            self._end_line()
            if self.lists:
                self.lists.pop()
        elif tag in _LINES:
            self._end_line()
            self.heading = False

    def _end_in_table(self, tag: str) -> None:
        if tag == "table":
            self.depth = max(0, self.depth - 1)
            if self.depth == 0:
                self._end_table()
        elif self.depth != 1 or self.row is None:
            return
        elif tag == "tr":
            if self.rows is not None and any(self.row):
                self.rows.append(self.row)
            self.row = None
        else:
            self.row.append(line_of(self.line).replace("|", "\\|"))
            self.line = []

    def handle_data(self, data: str) -> None:
        self.line.append(Run(_SPACES.sub(" ", data), self.bold > 0, self.italic > 0))

    def _end_line(self) -> None:
        if self.depth:
            # Paragraphs of one cell follow each other on its line.
            self.line.append(Run(" "))
            return
        if _said(self.line):
            if self.heading:
                self.lines.append(f"# {line_of([Run(run.text) for run in self.line])}")
            else:
                said = line_of(self.line)
                if not self.mark and said[:1] in ("#", "|"):
                    said = "\\" + said
                self.lines.append(self.mark + said)
            self.mark = ""
        self.line = []

    def _end_table(self) -> None:
        rows, self.rows, self.row, self.line = self.rows or [], None, None, []
        if not rows:
            return
        width = max(len(row) for row in rows)
        said = [f"| {' | '.join(row + [''] * (width - len(row)))} |" for row in rows]
        if self.heads:
            said.insert(1, f"|{' --- |' * width}")
        if self.lines and self.lines[-1].startswith("|"):
            self.lines.append("")
        self.lines += said

    def text(self) -> str:
        """All that was read."""
        self._end_line()
        return "\n".join(self.lines)


def _said(line: list[Run]) -> bool:
    return any(run.text.strip() for run in line)
