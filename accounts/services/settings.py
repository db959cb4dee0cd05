"""What an organisation's DGS may change of the organisation itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import audit
from accounts.access import can_administer
from accounts.actor import Actor
from accounts.audit import record
from accounts.colours import readable
from accounts.models import Organisation
from accounts.services.locking import lock_organisation
from config.lib.access import require

OPEN = frozenset({"accent", "phone", "email", "address", "siret", "training_enabled"})


@transaction.atomic
def change_organisation(*, actor: Actor, now: datetime, **values: Any) -> Organisation:
    """Change the colour, the reception's address and phone, the SIRET, what the menu shows.

    Raises ValidationError for a colour on which words cannot be read.
    """
    organisation = lock_organisation(actor.organisation)
    require(can_administer(actor))
    if set(values) - OPEN:
        raise ValidationError("Ces informations sont tenues par l’hébergeur.")
    for name, value in values.items():
        setattr(organisation, name, value)
    if organisation.accent and not readable(organisation.accent):
        raise ValidationError({"accent": "Cette couleur est trop claire."})
    organisation.siret = "".join(organisation.siret.split())
    organisation.full_clean()
    organisation.save(update_fields=sorted(values))
    record(
        actor, audit.acts.ORGANISATION_CHANGED, organisation, now=now,
        data={"fields": sorted(values)},
    )  # fmt: skip
    return organisation
