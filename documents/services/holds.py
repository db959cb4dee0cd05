"""Pinning versions for upper apps: nothing held is ever purged."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from documents.models import Version, VersionHold


def hold(version: Version, label: str, *, holder_uid: UUID, now: datetime) -> VersionHold:
    """Pin a version for a holder (a sent dossier). Holding it again is harmless."""
    held, _ = VersionHold.objects.get_or_create(
        version=version,
        holder_uid=holder_uid,
        defaults={"label": label, "organisation_id": version.organisation_id, "created_at": now},
    )
    return held


def release(holder_uid: UUID) -> int:
    """Let go of everything a holder pinned. Returns how many versions."""
    count, _ = VersionHold.objects.filter(holder_uid=holder_uid).delete()
    return count
