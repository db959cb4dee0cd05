"""A word planted in every text of the second commune is nowhere in the first, for anybody."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, models, transaction
from django.test import Client
from django.urls import reverse

from accounts.admin_base import site
from accounts.models import Membership, Organisation, Person
from documents.models import Document
from tests.house.test_urls_access import PERSONAS, TABLE, _subjects

MARK = "zorglubien"
NOWHERE = "zorglubiat"  # written nowhere at all
OURS = ("accounts", "documents", "council", "training", "work")
# Evidence that no statement may change; its labels are planted.
APPEND_ONLY = {"auditentry", "auditseal", "dossieredition", "editionpiece"}


def _plant(other: Organisation) -> int:
    """The mark at the head of every free text of the other commune. How many fields took it."""
    planted = 0
    for model in apps.get_models():
        if model._meta.app_label not in OURS or not model._meta.managed:
            continue
        if model._meta.model_name in APPEND_ONLY:
            continue
        rows = _rows_of(model, other)
        if rows is None:
            continue
        for field in model._meta.concrete_fields:
            free = isinstance(field, models.CharField | models.TextField) and not field.choices
            if not free or isinstance(field, models.SlugField | models.FilePathField):
                continue
            planted += _mark(rows, field)
    return planted


def _rows_of(model: Any, other: Organisation) -> Any:
    names = {field.name for field in model._meta.concrete_fields}
    if model is Organisation:
        return model.objects.filter(pk=other.pk)
    if model is Person:
        elsewhere = Membership.objects.exclude(organisation=other)
        mine = Membership.objects.filter(organisation=other)
        return model.objects.filter(pk__in=mine.values("person")).exclude(
            pk__in=elsewhere.values("person")
        )
    if "organisation" in names:
        return model._default_manager.filter(organisation=other)
    return None


def _mark(rows: Any, field: Any) -> int:
    done = 0
    for row in rows.order_by("pk"):
        text = f"{MARK} {row.pk} {getattr(row, field.attname) or ''}"
        try:
            with transaction.atomic():
                type(row)._default_manager.filter(pk=row.pk).update(
                    **{field.attname: text[: field.max_length or 300]}
                )
        except DatabaseError:
            continue  # a closed shape (a colour, a key, a hash): nothing to read there
        done += 1
    return done


def _clients() -> dict[str, Client]:
    clients = {}
    for persona, identifier in PERSONAS.items():
        if persona == "elsewhere":
            continue  # she belongs to the other commune: its words are hers
        clients[persona] = Client(raise_request_exception=False)
        if identifier:
            clients[persona].force_login(Person.objects.get(identifier=identifier))
    return clients


def _text(response: Any) -> str:
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return body.decode("utf-8", "ignore").lower()


@pytest.fixture
def planted(demonstration: Callable[[], None]) -> tuple[Organisation, Document]:
    """The demonstration, its second commune marked all over; one of its documents."""
    demonstration()
    other = Organisation.objects.get(slug="valmorel")
    theirs = Document.objects.filter(organisation=other).order_by("pk").first()
    assert theirs is not None
    return other, theirs


def test_no_page_list_suggestion_or_message_speaks_of_the_other_commune(
    planted: tuple[Organisation, Document],
) -> None:
    other, theirs = planted
    subjects = _subjects()
    assert _plant(other) > 50
    assert MARK in Document.objects.get(pk=theirs.pk).title
    clients = _clients()
    found = [
        *_in_pages(clients, subjects),
        *_in_answers(clients),
        *_in_messages(clients, theirs),
        *_in_the_administration(clients["dgs"]),
    ]
    assert not found, "\n".join(sorted(set(found)))


def _in_pages(clients: dict[str, Client], subjects: dict[str, list[object]]) -> Iterator[str]:
    """Every address of the first commune, from everybody."""
    for name, (subject, _) in TABLE.items():
        if name == "accounts:letterbox":
            continue  # the letterbox of a developer's machine shows every mail on purpose
        address = reverse(name, args=subjects[subject])
        for persona, client in clients.items():
            if MARK in _text(client.get(address)):
                yield f"{persona}: {address}"


def _in_answers(clients: dict[str, Client]) -> Iterator[str]:
    """What lists and searches answer to the mark must be what they answer to any unknown word."""
    for name in ("documents:search", "documents:root", "accounts:people", "documents:register"):
        address = reverse(name, args=["saint-aubin"])
        for persona, client in clients.items():
            for parameter in ("q", "nom"):
                asked = _text(client.get(address, {parameter: MARK})).count(MARK)
                twin = _text(client.get(address, {parameter: NOWHERE})).count(NOWHERE)
                if asked != twin:
                    yield f"{persona}: {address}?{parameter}= answers"


def _in_messages(clients: dict[str, Client], theirs: Document) -> Iterator[str]:
    """Their identifiers under our address: the message names nothing."""
    for name in ("document", "document-rights", "versions", "link"):
        address = reverse(f"documents:{name}", args=["saint-aubin", theirs.uid])
        for persona, client in clients.items():
            if MARK in _text(client.get(address)):
                yield f"{persona}: {address}"


def _in_the_administration(director: Client) -> Iterator[str]:
    for model in site._registry:
        base = f"/c/saint-aubin/admin/{model._meta.app_label}/{model._meta.model_name}/"
        for address in (base, base + "add/"):
            if MARK in _text(director.get(address)):
                yield address
        asked = _text(director.get(base, {"q": MARK})).count(MARK)
        if asked != _text(director.get(base, {"q": NOWHERE})).count(NOWHERE):
            yield f"{base}?q= answers"
        for field in model._meta.get_fields():
            if field.is_relation and field.concrete:
                asked_of = {
                    "app_label": model._meta.app_label,
                    "model_name": model._meta.model_name,
                    "field_name": field.name,
                    "term": MARK,
                }
                if MARK in _text(director.get("/c/saint-aubin/admin/autocomplete/", asked_of)):
                    yield f"autocomplete of {model._meta.label}.{field.name}"
