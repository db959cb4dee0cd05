"""What a commune's prefecture gave it, and how the commune publishes its acts."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.actor import Actor
from accounts.audit import record
from accounts.models import Organisation
from config.lib.access import require
from council import audit
from council.access_acts import can_set_formalities
from council.enums import PublicationMode
from council.law import body_of_organisation
from council.models import FormalitySettings
from council.rules.actes import Envelope
from council.rules.finding import Finding
from council.rules.publication import (
    Mode,
    ModeChoice,
    check_mode,
    may_choose,
    publication_mode,
)
from council.services.refusals import Refusal
from documents.services.locking import lock_organisation


class NotAllowed(Refusal):
    """The law does not let this commune choose that."""


def settings_of(organisation: Organisation) -> FormalitySettings:
    """The settings of a commune; empty ones while it has none."""
    known = FormalitySettings.objects.filter(organisation=organisation).first()
    return known or FormalitySettings(organisation=organisation)


def envelope_of(organisation: Organisation) -> Envelope:
    """Who sends, for the State (R-ACT-02)."""
    kept = settings_of(organisation)
    return Envelope(
        siren=organisation.legal_number,
        department=kept.department,
        arrondissement=kept.arrondissement,
        nature=kept.body_nature,
        return_emails=kept.emails,
        referent_name=kept.referent_name,
        referent_phone=kept.referent_phone,
        referent_email=kept.referent_email,
    )


def mode_on(organisation: Organisation, day: date) -> PublicationMode:
    """How its acts are published that day; online unless a deliberation says otherwise
    (R-PUB-03)."""
    kept = settings_of(organisation)
    choice = (
        ModeChoice(Mode(kept.publication_mode), kept.mode_decided_on, kept.mode_reference)
        if kept.mode_decided_on
        else None
    )
    body = body_of_organisation(organisation)
    return PublicationMode(publication_mode(body, _counted(kept), choice, on=day).value)


def findings(organisation: Organisation, today: date) -> list[Finding]:
    """What stands against the mode chosen, and what a new census changes (T-DEAD-10)."""
    kept = settings_of(organisation)
    choice = (
        ModeChoice(Mode(kept.publication_mode), kept.mode_decided_on, kept.mode_reference)
        if kept.mode_decided_on
        else None
    )
    return check_mode(
        body_of_organisation(organisation),
        population=_counted(kept),
        frozen_population=organisation.population,
        choice=choice,
        on=today,
    )


def _counted(kept: FormalitySettings) -> int:
    """The population that counts for publicity: that of today when it was told."""
    return kept.current_population or kept.organisation.population


@transaction.atomic
def set_formalities(*, actor: Actor, now: datetime, **values: Any) -> FormalitySettings:
    """Keep what the direction typed. Raises NotAllowed for a mode that the law does not leave to
    this commune, Refusal for a value that cannot be."""
    lock_organisation(actor.organisation.pk)
    require(can_set_formalities(actor))
    organisation = actor.organisation
    kept = settings_of(organisation)
    for name, value in values.items():
        setattr(kept, name, value)
    if kept.publication_mode != PublicationMode.ELECTRONIC and not may_choose(
        body_of_organisation(organisation), _counted(kept)
    ):
        raise NotAllowed(
            "À partir de 3 500 habitants, et dans un EPCI, seule la publication en ligne rend un "
            "acte exécutoire."
        )
    if kept.mode_decided_on is not None and kept.mode_decided_on > actor.today:
        raise Refusal("La délibération qui choisit le mode ne peut pas être à venir.")
    try:
        kept.full_clean()
    except ValidationError as wrong:
        raise Refusal(" ".join(wrong.messages)) from None
    kept.save()
    record(actor, audit.FORMALITIES_SET, organisation, now=now, data={"fields": sorted(values)})
    return kept
