"""A world put back is the world that was built."""

import datetime as dt

import pytest
from django.db.transaction import atomic, set_rollback

from accounts.models import Organisation
from config.lib.clock import now
from documents.models import Folder
from tests import remembered
from tests.documents.tree_of_cast import Tree, plant
from tests.personas import Cast, make_cast
from tests.remembered import Rows, recall, rows_of_all_tables

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything is built here, whatever the tests before remember."""
    monkeypatch.setattr(remembered, "_memories", {})
    monkeypatch.setattr(remembered, "_standing", None)


def _build(at: dt.datetime) -> Tree:
    cast: Cast = recall("cast", lambda: make_cast(at), at=at)
    return recall("tree", lambda: plant(cast), at=at, upon=cast)


def _build_and_undo(at: dt.datetime, monkeypatch: pytest.MonkeyPatch) -> tuple[Tree, Rows]:
    """As the first of two tests does; the second starts from an empty database."""
    with atomic():
        built = _build(at)
        rows = rows_of_all_tables()
        set_rollback(True)
    assert rows_of_all_tables() == {}
    # The transaction has a number since: the next test's own has none.
    monkeypatch.setattr(remembered, "_nothing_written_since", lambda upon: True)
    return built, rows


def _refuse() -> Cast:
    raise AssertionError("built again")


def test_the_rows_and_the_objects_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    at = now()
    built, rows = _build_and_undo(at, monkeypatch)

    cast = recall("cast", _refuse, at=at)
    again: Tree = recall("tree", _refuse, at=at, upon=cast)

    assert rows_of_all_tables() == rows
    assert again.cast is cast
    assert again.secret is not built.secret
    assert again.secret == built.secret
    assert cast.direction.organisation == cast.saint_aubin
    assert cast.nadia.password == built.cast.nadia.password


def test_they_are_moved_to_the_instant_of_the_test(monkeypatch: pytest.MonkeyPatch) -> None:
    noon = now().replace(hour=12)
    _build_and_undo(noon, monkeypatch)

    later = noon + dt.timedelta(minutes=7, microseconds=3)
    cast = recall("cast", _refuse, at=later)
    tree: Tree = recall("tree", _refuse, at=later, upon=cast)

    assert cast.now == later
    assert tree.root.created_at == later
    assert Folder.objects.get(pk=tree.root.pk).created_at == later


def test_what_a_test_has_written_is_never_lost() -> None:
    at = now()
    cast: Cast = recall("cast", lambda: make_cast(at), at=at)
    Organisation.objects.filter(pk=cast.valmorel.pk).update(name="Ailleurs")

    recall("tree", lambda: plant(cast), at=at, upon=cast)

    assert set(remembered._memories) == {"cast"}
    assert Organisation.objects.get(pk=cast.valmorel.pk).name == "Ailleurs"


def test_another_day_is_built_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    at = now()
    _build_and_undo(at, monkeypatch)

    with pytest.raises(AssertionError, match="built again"):
        recall("cast", _refuse, at=at + dt.timedelta(days=1))
