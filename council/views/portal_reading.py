"""What is new, and what was read. Reading is private: the marks stay on the reader's own device.

They are a cookie of this dossier alone, never a row: nobody at the town hall, nor the host, can
know which piece somebody read.
"""

from __future__ import annotations

import re
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase

from council.dossier.differences import Line, differences
from council.dossier.manifest import read_manifest
from council.enums import RequestState
from council.models import EditionPiece, PieceRequest
from council.services import links
from council.views.portal_session import LASTS_SECONDS, Visit, cookie_path

COOKIE = "lus"
_MARK = re.compile(r"[0-9a-f]{32}")
#: A cookie holds 4 KB at most: this many pieces, the last ones read.
_KEPT = 100


def read_marks(request: HttpRequest) -> frozenset[UUID]:
    """The pieces read on this device."""
    return frozenset(UUID(hex=one) for one in _marks(request))


def _marks(request: HttpRequest) -> list[str]:
    return _MARK.findall(request.COOKIES.get(COOKIE, "")[: 33 * _KEPT])


def mark_read(request: HttpRequest, response: HttpResponseBase, visit: Visit, piece: UUID) -> None:
    """Remember on this device that the piece was shown."""
    kept = [one for one in _marks(request) if one != piece.hex] + [piece.hex]
    response.set_cookie(
        COOKIE,
        ".".join(kept[-_KEPT:]),
        max_age=LASTS_SECONDS * 8,
        path=cookie_path(visit.own),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def new_pieces(visit: Visit) -> frozenset[UUID]:
    """The pieces that the last dossier opened by this member did not have."""
    earlier = links.last_opened_before(visit.latest)
    if earlier is None:
        return frozenset()
    known = EditionPiece.objects.filter(edition=earlier.edition_id).values("version_id")
    fresh = EditionPiece.objects.filter(edition=visit.latest.edition_id).exclude(
        version_id__in=known
    )
    return frozenset(fresh.values_list("uid", flat=True))


def changed_points(visit: Visit) -> dict[str, list[Line]]:
    """By point, what changed since the last dossier opened by this member; another member, who
    opened another edition, or none, has other marks."""
    earlier = links.last_opened_before(visit.latest) if visit.latest.edition.n > 1 else None
    if earlier is None:
        return {}
    before = read_manifest(earlier.edition.manifest)
    found: dict[str, list[Line]] = {}
    for line in differences(before, read_manifest(visit.latest.edition.manifest)):
        found.setdefault(line.point, []).append(line)
    found.pop("", None)
    return found


def answered_for(visit: Visit) -> QuerySet[PieceRequest]:
    """What was answered to members for this meeting, the same for each of them: pieces given, and
    refusals with their reason."""
    return (
        PieceRequest.objects.filter(meeting=visit.own.meeting_id)
        .exclude(state=RequestState.ASKED)
        .order_by("-answered_at", "-pk")
    )
