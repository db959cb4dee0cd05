"""What the failed jobs of the documents were about, for the page that lists them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import reverse

from accounts.actor import Actor
from accounts.failures import Subject, failure_subjects
from documents.access import visible_documents, visible_imports
from documents.services import arrival_reading, arriving, importing, reading


def _version(what: str) -> Callable[[Actor, dict[str, Any]], Subject]:
    def subject(actor: Actor, payload: dict[str, Any]) -> Subject:
        version = payload["version"]
        document = visible_documents(actor).filter(versions=version).first()
        if document is None:  # erased since, or not theirs to know of
            return Subject(f"{what} d’un fichier")
        address = reverse("documents:document", args=[actor.organisation.slug, document.uid])
        return Subject(what, document.title, address)

    return subject


def _import(actor: Actor, payload: dict[str, Any]) -> Subject:
    run = visible_imports(actor).filter(pk=payload["run"]).first()
    if run is None:
        return Subject("Import")
    return Subject(
        "Import", run.label, reverse("documents:import", args=[actor.organisation.slug, run.uid])
    )


def _arrival(what: str) -> Callable[[Actor, dict[str, Any]], Subject]:
    def subject(actor: Actor, payload: dict[str, Any]) -> Subject:
        address = reverse("documents:arrivals", args=[actor.organisation.slug])
        return Subject(f"{what} d’un fichier arrivé, à classer", href=address)

    return subject


failure_subjects.register(reading.EXTRACT, _version("Lecture du texte"))
failure_subjects.register(reading.OCR, _version("Reconnaissance du texte"))
failure_subjects.register(importing.IMPORT, _import)
failure_subjects.register(reading.PREVIEW, _version("Aperçu"))
failure_subjects.register(arriving.READ, _arrival("Lecture"))
failure_subjects.register(arrival_reading.PREVIEW, _arrival("Aperçu"))
