"""XML that comes from anybody, and the XML of answers."""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree import ElementTree as ET
from xml.parsers import expat
from xml.sax.saxutils import escape

from documents.dav.faults import Fault

MOST_BYTES = 256 * 1024
HEAD = '<?xml version="1.0" encoding="utf-8"?>\n'


def parse(body: bytes) -> ET.Element | None:
    """The root element; None for an empty body. Raises Fault 400.

    A document type is refused before anything is built: no entity is ever expanded.
    """
    if not body.strip():
        return None

    def refuse(*_: object) -> None:
        raise Fault(400, "Un DTD n’est pas accepté.")

    guard = expat.ParserCreate(namespace_separator="}")
    guard.StartDoctypeDeclHandler = refuse
    try:
        guard.Parse(body, True)
        return ET.fromstring(body)  # noqa: S314 - just parsed without a document type
    except (expat.ExpatError, ET.ParseError, ValueError, LookupError):
        raise Fault(400, "Le corps de la demande n’est pas du XML lisible.") from None


def text(value: str) -> str:
    """Escaped; control characters, which XML cannot hold, are left out."""
    return escape("".join(c for c in value if c >= " " or c in "\t\n\r"))


def element(name: str) -> str:
    """`{namespace}local` as an empty element with its own prefix."""
    space, _, local = name[1:].partition("}") if name.startswith("{") else ("", "", name)
    if space == "DAV:":
        return f"<D:{local}/>"
    if not space:
        return f'<{local} xmlns=""/>'
    quoted = escape(space, {'"': "&quot;"})
    return f'<P:{local} xmlns:P="{quoted}"/>'


def propstats(
    found: Iterable[str], missing: Iterable[str], *, status: str = "404 Not Found"
) -> str:
    """The propstat parts of one response: properties with values, then the names without."""
    parts = []
    good, bad = "".join(found), "".join(element(name) for name in missing)
    if good or not bad:
        parts.append(
            f"<D:propstat><D:prop>{good}</D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat>"
        )
    if bad:
        parts.append(
            f"<D:propstat><D:prop>{bad}</D:prop><D:status>HTTP/1.1 {status}</D:status></D:propstat>"
        )
    return "".join(parts)


def error_body(fault: Fault) -> str:
    """The body of a refusal: its condition for programmes, its sentence for people."""
    inner = ""
    if fault.condition:
        where = f"<D:href>{text(fault.href)}</D:href>" if fault.href else ""
        inner = f"<D:{fault.condition}>{where}</D:{fault.condition}>"
    words = f"<D:responsedescription>{text(fault.words)}</D:responsedescription>"
    return f'{HEAD}<D:error xmlns:D="DAV:">{inner}{words if fault.words else ""}</D:error>'
