"""What the clock does to documents: forget stray bytes, see managers leave."""

from __future__ import annotations

import io
import os
from datetime import timedelta
from pathlib import Path

import pytest
from pytest_django import Settings

from accounts.models import Membership, Notification
from accounts.services.teams import create_team
from config.lib.storage import blobs
from documents.enums import Role
from documents.services import rights
from documents.services.sweeping import sweep
from documents.services.watching import watch_managers
from tests.documents.tree_of_cast import Tree


@pytest.fixture
def own_store(settings: Settings, tmp_path: Path) -> None:
    """Old files that no row names would look like a fault to a later test of this process."""
    settings.PARVIS_STORAGE_DIR = tmp_path


def _age(key: str, hours: float) -> None:
    path = blobs().path(key)
    then = path.stat().st_mtime - hours * 3600
    os.utime(path, (then, then))


@pytest.mark.usefixtures("own_store")
def test_only_old_bytes_that_no_version_names_are_swept(tree: Tree) -> None:
    document = tree.file()
    assert document.current_version is not None
    kept = document.current_version.storage_key
    stray, young = (blobs().put(io.BytesIO(b"x")).key for _ in range(2))
    _age(kept, 50)
    _age(stray, 25)
    _age(young, 23)
    assert sweep(now=tree.cast.now + timedelta(minutes=5)) == 1
    assert blobs().path(kept).exists()
    assert blobs().path(young).exists()
    assert not blobs().path(stray).exists()


def test_the_direction_hears_of_a_folder_whose_last_manager_leaves_within_a_month(
    tree: Tree,
) -> None:
    cast = tree.cast
    rights.set_role(
        actor=cast.dgs,
        obj=tree.urbanisme,
        principal=cast.julien,
        role=Role.MANAGER,
        now=cast.now,
        confirmed=True,
    )
    julien = cast.actor(cast.julien)
    rights.restrict(actor=julien, folder=tree.urbanisme, now=cast.now)
    assert watch_managers(now=cast.now) == 0
    leaving = cast.dgs.today + timedelta(days=20)
    Membership.objects.filter(person=cast.julien).update(to_date=leaving)
    assert watch_managers(now=cast.now) == 1
    line = Notification.objects.get(kind="documents.folder_unmanaged")
    assert (line.person, line.object_uid) == (cast.nadia, tree.urbanisme.uid)
    watch_managers(now=cast.now + timedelta(days=1))
    assert Notification.objects.filter(kind="documents.folder_unmanaged").count() == 1


def test_a_folder_kept_by_a_team_with_members_worries_nobody(tree: Tree) -> None:
    cast = tree.cast
    create_team(actor=cast.dgs, label="Vide", kind="service", now=cast.now)
    assert watch_managers(now=cast.now) == 0
