"""Walls between organisations that the database itself holds.

A foreign key from one tenant row to another is doubled by a composite one on
(target, organisation): a row of commune A cannot point at a row of commune B, whatever the code
above does. A house test compares the list in the database with the models.
"""

from __future__ import annotations

from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models import Model

TENANT_FIELD = "organisation"


def wall_name(model: type[Model], column: str) -> str:
    """The constraint's name: recognisable in an error and in the catalogue."""
    return f"wall_{model._meta.db_table}_{column}"[:63]


def _index_name(target: type[Model]) -> str:
    return f"wall_{target._meta.db_table}_key"[:63]


class SameOrganisation(Operation):
    """Migration operation: `model.field` may only point inside its own organisation."""

    reversible = True

    def __init__(self, model_name: str, field_name: str) -> None:
        self.model_name = model_name
        self.field_name = field_name

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (self.__class__.__name__, [self.model_name, self.field_name], {})

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """The models do not change."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        model: Any = to_state.apps.get_model(app_label, self.model_name)
        field = model._meta.get_field(self.field_name)
        target = field.related_model
        table, column = model._meta.db_table, field.column
        # The target's own organisation column; an organisation row stands for itself.
        target_table = target._meta.db_table
        schema_editor.execute(
            f'CREATE UNIQUE INDEX IF NOT EXISTS "{_index_name(target)}" '
            f'ON "{target_table}" (id, organisation_id)'
        )
        schema_editor.execute(
            f'ALTER TABLE "{table}" ADD CONSTRAINT "{wall_name(model, column)}" '
            f'FOREIGN KEY ("{column}", organisation_id) '
            f'REFERENCES "{target_table}" (id, organisation_id) DEFERRABLE INITIALLY DEFERRED'
        )

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        model: Any = from_state.apps.get_model(app_label, self.model_name)
        column = model._meta.get_field(self.field_name).column
        schema_editor.execute(
            f'ALTER TABLE "{model._meta.db_table}" DROP CONSTRAINT IF EXISTS '
            f'"{wall_name(model, column)}"'
        )

    def describe(self) -> str:
        return f"Hold {self.model_name}.{self.field_name} inside its organisation"
