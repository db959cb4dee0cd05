"""The modules that explain a screen, offered on it."""

from __future__ import annotations

from django.urls import reverse

from accounts.actor import Actor
from documents.registry import help_links


def _naming(actor: Actor) -> str:
    return reverse("training:module", args=[actor.organisation.slug, "nommer-et-classer"])


help_links.register("documents.folder", ("Bien nommer et classer, en 12 minutes", _naming))
