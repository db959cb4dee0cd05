"""The kinds of files as people name them, over the media types that are stored."""

from __future__ import annotations

from dataclasses import dataclass

_OFFICE = "application/vnd.openxmlformats-officedocument."
_OPEN = "application/vnd.oasis.opendocument."


@dataclass(frozen=True, slots=True)
class Kind:
    """A word of the "type" filter. `types` are media types, or their beginning when ending in /."""

    key: str
    label: str
    types: tuple[str, ...]


KINDS = (
    Kind("pdf", "PDF", ("application/pdf",)),
    Kind(
        "texte",
        "Texte",
        (
            _OFFICE + "wordprocessingml.document",
            _OPEN + "text",
            "application/msword",
            "application/rtf",
            "text/rtf",
            "text/plain",
            "text/html",
            "text/markdown",
        ),
    ),
    Kind(
        "tableur",
        "Tableur",
        (
            _OFFICE + "spreadsheetml.sheet",
            _OPEN + "spreadsheet",
            "application/vnd.ms-excel",
            "text/csv",
        ),
    ),
    Kind(
        "presentation",
        "Présentation",
        (
            _OFFICE + "presentationml.presentation",
            _OPEN + "presentation",
            "application/vnd.ms-powerpoint",
        ),
    ),
    Kind("image", "Image", ("image/",)),
    Kind("courriel", "Courriel", ("message/rfc822", "application/vnd.ms-outlook")),
)
OTHER = Kind("autre", "Autre", ())
BY_KEY = {kind.key: kind for kind in (*KINDS, OTHER)}
_BY_TYPE = {media_type: kind for kind in KINDS for media_type in kind.types}


def kind_of(media_type: str) -> Kind:
    """The kind of a stored media type."""
    family = media_type.partition("/")[0] + "/"
    return _BY_TYPE.get(media_type) or _BY_TYPE.get(family) or OTHER


def where(kind: Kind, column: str) -> tuple[str, object]:
    """The SQL condition on a media type column, and its parameter ``types``."""
    if kind is OTHER:
        known = [t for k in KINDS for t in k.types if not t.endswith("/")]
        return f"{column} <> ALL(%(types)s) AND {column} NOT LIKE 'image/%%'", known
    if kind.types[0].endswith("/"):
        return f"{column} LIKE %(types)s", kind.types[0] + "%"
    return f"{column} = ANY(%(types)s)", list(kind.types)
