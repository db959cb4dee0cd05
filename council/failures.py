"""What the failed jobs of the council were about, for the page that lists them."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from accounts.actor import Actor
from accounts.failures import Subject, failure_subjects
from council.access_acts import kept_registers, visible_acts
from council.access_preparing import visible_brought
from council.models import BoundRegister
from council.services.acts import binding, printing, scans
from council.services.brought import taking_in


def _act(actor: Actor, payload: dict[str, Any]) -> Subject:
    act = visible_acts(actor).filter(pk=payload["act"]).first()
    if act is None:
        return Subject("Mise en page d’un acte")
    address = reverse("council:act", args=[actor.organisation.slug, act.uid])
    return Subject("Mise en page de l’acte", act.title, address)


def _scan(actor: Actor, payload: dict[str, Any]) -> Subject:
    return Subject(
        "Rangement d’un scan d’actes signés",
        href=reverse("council:act-list", args=[actor.organisation.slug]),
    )


def _register(actor: Actor, payload: dict[str, Any]) -> Subject:
    bound = BoundRegister.objects.filter(
        pk=payload["bound"], register__in=kept_registers(actor)
    ).first()
    if bound is None:
        return Subject("Registre de l’année")
    address = reverse("council:register", args=[actor.organisation.slug, bound.register.uid])
    return Subject("Registre de l’année", str(bound), address)


def _brought(actor: Actor, payload: dict[str, Any]) -> Subject:
    brought = visible_brought(actor).filter(pk=payload["brought"]).first()
    if brought is None:
        return Subject("Reprise d’une séance")
    address = reverse("council:brought", args=[actor.organisation.slug, brought.uid])
    return Subject("Reprise d’une séance préparée ailleurs", str(brought.assembly), address)


failure_subjects.register(printing.TYPESET, _act)
failure_subjects.register(scans.SPLIT, _scan)
failure_subjects.register(binding.BIND, _register)
failure_subjects.register(taking_in.TAKE_IN, _brought)
