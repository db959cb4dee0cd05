"""The manifest of an edition: every file in order with its SHA-256, and the manifest's own.

It is what the proof rests on: the same bytes for the first and for the last member. It is written
in a canonical form, so that anyone can compute its hash again with `sha256sum`.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from council.dossier.data import (
    Dossier,
    Letterhead,
    Piece,
    PieceKind,
    Point,
    Session,
    Signatory,
)

FORMAT = "parvis-edition-1"


@dataclass(frozen=True, slots=True)
class Manifest:
    """The canonical bytes and their SHA-256, in hexadecimal."""

    content: bytes
    sha256: str

    @property
    def data(self) -> dict[str, Any]:
        """The manifest as data."""
        loaded: dict[str, Any] = json.loads(self.content)
        return loaded


def manifest(dossier: Dossier) -> Manifest:
    """The manifest of an edition: all that its papers say, and the hash of each document.

    The convocation and the covers are made from it alone (`read_manifest`), so what the commune
    changes afterwards in its settings never changes an edition.
    """
    session = dossier.session
    data = {
        "format": FORMAT,
        "letterhead": {
            "organisation": dossier.letterhead.organisation,
            "address": list(dossier.letterhead.address),
            "phone": dossier.letterhead.phone,
            "email": dossier.letterhead.email,
            "accent": dossier.letterhead.accent,
        },
        "session": {
            "uid": session.uid,
            "assembly": session.assembly,
            "assembly_article": session.assembly_article,
            "title": session.title,
            "starts_at": session.starts_at.astimezone(UTC).isoformat(),
            "time_zone": session.zone.key,
            "place": session.place,
            "place_address": session.place_address,
            "minutes": session.minutes,
        },
        "signatory": asdict(dossier.signatory),
        "edition": dossier.edition,
        "frozen_at": dossier.frozen_at.astimezone(UTC).isoformat(),
        "written_at": dossier.written_at.astimezone(UTC).isoformat(),
        "legal_mention": dossier.legal_mention,
        "urgency_reason": dossier.urgency_reason,
        "proxies_allowed": dossier.proxies_allowed,
        "changes": list(dossier.changes),
        "extra_mentions": list(dossier.extra_mentions),
        "points": [
            {
                "number": point.number,
                "uid": point.uid,
                "title": point.title,
                "section": point.section,
                "rapporteur": point.rapporteur,
                "closed": point.closed,
                "for_information": point.for_information,
                "summary": point.summary,
                "proposed_text": point.proposed_text,
                **({"advice": list(point.advice)} if point.advice else {}),
                "pieces": [
                    {
                        "uid": piece.uid,
                        "title": piece.title,
                        "kind": piece.kind.value,
                        "file_name": piece.file_name,
                        "media_type": piece.media_type,
                        "size": piece.size,
                        "sha256": piece.sha256,
                        "version": piece.version,
                    }
                    for piece in point.pieces
                ],
            }
            for point in dossier.points
        ],
    }
    content = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    return Manifest(content, hashlib.sha256(content).hexdigest())


def read_manifest(content: bytes | str, paths: Mapping[str, Path] | None = None) -> Dossier:
    """The dossier that a manifest describes; `paths` says where each piece's bytes are, by uid."""
    data = json.loads(content)
    if data["format"] != FORMAT:
        raise ValueError(f"unknown manifest format {data['format']!r}")
    where = paths or {}
    session = data["session"]
    letterhead = data["letterhead"]
    return Dossier(
        letterhead=Letterhead(**{**letterhead, "address": tuple(letterhead["address"])}),
        session=Session(
            uid=session["uid"],
            assembly=session["assembly"],
            assembly_article=session["assembly_article"],
            starts_at=datetime.fromisoformat(session["starts_at"]),
            zone=ZoneInfo(session["time_zone"]),
            place=session["place"],
            place_address=session["place_address"],
            title=session["title"],
            minutes=session["minutes"],
        ),
        signatory=Signatory(**data["signatory"]),
        points=tuple(
            Point(
                **{
                    **point,
                    "advice": tuple(point.get("advice", ())),
                    "pieces": tuple(
                        Piece(
                            **{**piece, "kind": PieceKind(piece["kind"])},
                            path=where.get(piece["uid"]),
                        )
                        for piece in point["pieces"]
                    ),
                }
            )
            for point in data["points"]
        ),
        edition=data["edition"],
        frozen_at=datetime.fromisoformat(data["frozen_at"]),
        written_at=datetime.fromisoformat(data["written_at"]),
        legal_mention=data["legal_mention"],
        urgency_reason=data["urgency_reason"],
        proxies_allowed=data["proxies_allowed"],
        changes=tuple(data["changes"]),
        extra_mentions=tuple(data["extra_mentions"]),
    )
