"""From data to a tagged PDF, through typst.

What people typed reaches typst as one JSON input, read by the template as *data*: it is never
parsed as markup, so a title such as `#read("/etc/passwd")` is printed as it is. The compilation
has an empty root of its own and no system font: the same data make the same bytes everywhere.
"""

import functools
import json
import logging
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

# typst is imported when a first PDF is made: a process that makes none does not carry it.
if TYPE_CHECKING:
    import typst
    from typst import PDFStandard

logger = logging.getLogger(__name__)

TEMPLATES = Path(__file__).parent / "typst"

# Archivable (PDF/A-2a) and accessible (PDF/UA-1) at once.
STANDARDS: "list[PDFStandard]" = ["ua-1", "a-2a"]

# Scripts that the bundled fonts draw; anything else becomes a visible box, never an error.
_DRAWN_NAMES = ("LATIN", "GREEK", "CYRILLIC", "DIGIT", "SUPERSCRIPT", "SUBSCRIPT", "VULGAR")
_MISSING = "\u25a1"


@functools.cache
def _source(name: str) -> bytes:
    common = (TEMPLATES / "common.typ").read_bytes()
    return common + b"\n" + (TEMPLATES / f"{name}.typ").read_bytes()


@functools.cache
def _fonts() -> "typst.Fonts":
    import typst

    return typst.Fonts(include_system_fonts=False)


def _drawable(value: Any) -> Any:
    """The same data, with each character that the fonts may lack replaced by a box."""
    if isinstance(value, str):
        return "".join(c if _is_drawn(c) else _MISSING for c in unicodedata.normalize("NFC", value))
    if isinstance(value, list | tuple):
        return [_drawable(item) for item in value]
    if isinstance(value, Mapping):
        return {key: _drawable(item) for key, item in value.items()}
    return value


def _is_drawn(character: str) -> bool:
    code = ord(character)
    if (
        code < 0x250
        or character in "\n\t\u202f\u2009\u2010\u2011\u2013\u2014\u2018\u2019\u201c\u201d"
    ):
        return True
    if code in (0x2022, 0x2026, 0x20AC, 0x2030, 0x2190, 0x2192, 0x2212, 0x25A1):
        return True
    if code > 0x2FFF:
        return False
    return unicodedata.name(character, "").startswith(_DRAWN_NAMES)


def typeset_pdf(
    template: str, data: Mapping[str, Any], *, at: datetime, root: Path | None = None
) -> bytes:
    """Compile `template` with `data`; `at` is the date written in the file.

    A character that no font has would break the promise of the standards: it is then replaced by
    a box. If typst still cannot keep them, the PDF is made without, and that is logged: a letter
    that leaves is worth more than a label.
    """
    import typst

    for attempt in ("whole", "drawable"):
        given = data if attempt == "whole" else _drawable(data)
        try:
            return _compile(template, given, at=at, root=root, standards=STANDARDS)
        except typst.TypstError as error:
            if "could not be displayed" not in error.message:
                raise
    logger.warning("PDF %s made without PDF/A: a character has no glyph", template)
    return _compile(template, _drawable(data), at=at, root=root, standards=[])


def _compile(
    template: str,
    data: Mapping[str, Any],
    *,
    at: datetime,
    root: Path | None,
    standards: "list[PDFStandard]",
) -> bytes:
    import typst

    compiler = typst.Compiler(
        input=_source(template),
        root=root or TEMPLATES / "empty",
        font_paths=_fonts(),
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
    )
    made = compiler.compile(format="pdf", pdf_standards=standards, timestamp=int(at.timestamp()))
    if not isinstance(made, bytes):
        raise TypeError(f"typst gave no PDF for {template}")
    return made
