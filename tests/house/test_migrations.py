"""The database can be built from nothing, and the models say the same as the migrations."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db.migrations import Migration, RunSQL
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader

from config.lib.walls import SameOrganisation


@pytest.mark.django_db
def test_no_model_change_lacks_its_migration() -> None:
    out = StringIO()
    call_command("makemigrations", "--check", "--dry-run", stdout=out)
    assert "No changes detected" in out.getvalue()


def test_the_council_made_at_once_is_what_its_steps_make() -> None:
    """A new database takes one file, one in use the steps that it lacks: both end the same."""
    loader = MigrationLoader(None)
    whole = ("council", "0041_whole")
    of_council = sorted(key for key in loader.disk_migrations if key[0] == "council")
    replaced = loader.disk_migrations[whole].replaces
    assert replaced == [key for key in of_council if key < whole]
    below = [("accounts", "0004_feeds"), ("documents", "0026_search_index")]
    by_steps, at_once = (loader.project_state(below) for _ in range(2))
    for key in replaced:
        by_steps = loader.disk_migrations[key].mutate_state(by_steps, preserve=False)
    at_once = loader.disk_migrations[whole].mutate_state(at_once, preserve=False)
    changes = MigrationAutodetector(by_steps, at_once).changes(graph=loader.graph)
    assert changes == {}
    held = [
        [one for key in keys for one in _held_by(loader.disk_migrations[key])]
        for keys in (replaced, [whole])
    ]
    assert len(held[0]) > 100
    assert sorted(held[0]) == sorted(held[1])


def _held_by(migration: Migration) -> list[str]:
    """The walls and the functions that a migration puts into the database itself."""
    return [
        f"{one.model_name}.{one.field_name}" if isinstance(one, SameOrganisation) else one.sql
        for one in migration.operations
        if isinstance(one, SameOrganisation | RunSQL)
    ]
