"""The house stands: nothing points upwards, and no edge crosses organisations."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import connection, models

from config.lib.walls import TENANT_FIELD, wall_name

# Lower floors first. A model may only point at its own floor or below.
FLOORS = {"work": 0, "accounts": 1, "documents": 2, "council": 3, "training": 3}


def _edges() -> list[tuple[type[models.Model], models.Field, type[models.Model]]]:
    return [
        (model, field, field.related_model)
        for model in apps.get_models()
        if model._meta.app_label in FLOORS
        for field in model._meta.get_fields(include_parents=False)
        if isinstance(field, models.ForeignKey)
    ]


def _has_tenant(model: type[models.Model]) -> bool:
    return any(
        f.name == TENANT_FIELD
        and f.is_relation
        and f.related_model._meta.label == "accounts.Organisation"
        for f in model._meta.get_fields()
        if hasattr(f, "column")
    )


def test_no_foreign_key_points_upwards() -> None:
    upward = [
        f"{model._meta.label}.{field.name} -> {target._meta.label}"
        for model, field, target in _edges()
        if target._meta.app_label in FLOORS
        and (
            FLOORS[target._meta.app_label] > FLOORS[model._meta.app_label]
            or (
                FLOORS[target._meta.app_label] == FLOORS[model._meta.app_label]
                and target._meta.app_label != model._meta.app_label
            )
        )
    ]
    assert upward == []


@pytest.mark.django_db
def test_the_database_walls_every_edge_between_tenant_rows() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT conname FROM pg_constraint WHERE contype = 'f'")
        known = {name for (name,) in cursor.fetchall()}
    missing = [
        f"{model._meta.label}.{field.name} -> {target._meta.label}"
        for model, field, target in _edges()
        if field.name != TENANT_FIELD
        and _has_tenant(model)
        and _has_tenant(target)
        and model._meta.managed
        and wall_name(model, field.column) not in known
    ]
    assert missing == []


@pytest.mark.django_db
def test_a_tenant_row_always_says_its_organisation() -> None:
    """A model that points at a tenant row, from any app of ours, belongs to a tenant itself."""
    homeless = [
        f"{model._meta.label}.{field.name} -> {target._meta.label}"
        for model, field, target in _edges()
        if _has_tenant(target) and not _has_tenant(model) and model._meta.app_label in FLOORS
    ]
    assert homeless == []
