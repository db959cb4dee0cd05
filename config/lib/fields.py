"""Field shapes shared by every app."""

from __future__ import annotations

import uuid

from django.db import models


def public_id() -> models.UUIDField[uuid.UUID, uuid.UUID]:
    """The identifier that may leave the server. Integer keys stay inside, where joins are cheap."""
    return models.UUIDField("identifiant", default=uuid.uuid4, unique=True, editable=False)
