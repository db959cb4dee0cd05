"""Two people at once, on two real connections: they take turns and nothing is lost."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from time import monotonic

import pytest
from django.db import connection, transaction

from accounts.enums import Capacity
from accounts.models import Membership
from documents.enums import Role
from documents.models import Document, Folder
from documents.services import folders, rights
from documents.services.oracle import differences
from documents.services.refusals import InsideItself, NameTaken, TooDeep
from tests.documents.world import (
    LONG_AGO,
    NOW,
    World,
    make_document,
    make_organisation,
    make_person,
    make_team,
    make_world,
)

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 30.0


@pytest.fixture
def world() -> World:
    return make_world()


def elsewhere(work: Callable[[], object]) -> object:
    """Run on this thread's own connection, and close it."""
    try:
        return work()
    finally:
        connection.close()


def wait_until_blocked(backends: int) -> None:
    """Until so many connections wait for a lock of this database."""
    end = monotonic() + PATIENCE
    while monotonic() < end:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                " AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone()[0] >= backends:
                return
    raise AssertionError("nobody waits")


def first_then(first: Callable[[], object], second: Callable[[], object]) -> Future[object]:
    """`first` has done its work but not committed when `second` starts; then it commits."""
    done, go = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            first()
            done.set()
            assert go.wait(PATIENCE)

    with ThreadPoolExecutor(2) as pool:
        holder = pool.submit(elsewhere, hold)
        assert done.wait(PATIENCE)
        follower = pool.submit(elsewhere, second)
        try:
            wait_until_blocked(1)
        finally:
            go.set()
        holder.result(PATIENCE)
        follower.exception(PATIENCE)
    return follower


def test_two_people_cannot_create_the_same_name(world: World) -> None:
    def create() -> Folder:
        return folders.create_folder(actor=world.dgs, parent=world.root, name="Budget", now=NOW)

    with pytest.raises(NameTaken):
        first_then(create, create).result()
    assert Folder.objects.filter(name="Budget").count() == 1


def test_two_folders_moved_into_each_other_do_not_leave_the_tree(world: World) -> None:
    a, b = world.folder("A"), world.folder("B")
    second = first_then(
        lambda: folders.move_folder(actor=world.dgs, folder=a, target=b, now=NOW),
        lambda: folders.move_folder(actor=world.dgs, folder=b, target=a, now=NOW),
    )
    with pytest.raises(InsideItself):
        second.result()
    assert differences(world.organisation) == []


def test_a_right_given_while_the_folder_moves_follows_it(world: World) -> None:
    a, b = world.folder("A"), world.folder("B")
    x = world.folder("X", a)
    rights.set_role(actor=world.dgs, obj=b, principal=world.desk, role=Role.READER, now=NOW)
    first_then(
        lambda: folders.move_folder(actor=world.dgs, folder=x, target=b, now=NOW),
        lambda: rights.set_role(
            actor=world.dgs, obj=x, principal=world.planning, role=Role.EDITOR, now=NOW
        ),
    ).result()
    assert world.role(world.claire, x) == Role.READER
    assert world.role(world.julien, x) == Role.EDITOR
    assert differences(world.organisation) == []


def test_a_folder_created_while_its_parent_is_limited_follows_the_limit(world: World) -> None:
    a = world.folder("A")
    rights.set_role(
        actor=world.dgs, obj=world.root, principal=world.planning, role=Role.READER, now=NOW
    )
    first_then(
        lambda: rights.restrict(actor=world.dgs, folder=a, now=NOW),
        lambda: folders.create_folder(actor=world.dgs, parent=a, name="Dedans", now=NOW),
    ).result()
    assert world.role(world.julien, Folder.objects.get(name="Dedans")) == Role.NONE
    assert differences(world.organisation) == []


def test_two_first_entries_on_one_document_make_one_domain(world: World) -> None:
    document = make_document(world.root, "Plan.pdf")

    def give(principal: object) -> Callable[[], object]:
        return lambda: rights.set_role(
            actor=world.dgs, obj=document, principal=principal, role=Role.READER, now=NOW
        )

    first_then(give(world.planning), give(world.desk)).result()
    assert world.role(world.julien, document) == world.role(world.claire, document) == Role.READER
    assert differences(world.organisation) == []


def test_two_new_communes_get_two_roots(world: World) -> None:
    organisations = [make_organisation("un"), make_organisation("deux")]
    for organisation in organisations:
        make_team(organisation, "DGS", kind="dgs")
    first_then(
        *(
            lambda organisation=organisation: folders.create_root(
                organisation=organisation, now=NOW
            )
            for organisation in organisations
        )
    ).result()
    paths = set(Folder.objects.filter(parent=None).values_list("path", flat=True))
    assert len(paths) == 3


def test_the_lock_lets_rows_that_point_at_the_organisation_through(world: World) -> None:
    """A plain FOR UPDATE would stop every insert of the commune for the time of a move."""
    someone = make_person("Quelqu’un")

    def belong() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '5s'")
        Membership.objects.create(
            organisation=world.organisation,
            person=someone,
            capacity=Capacity.AGENT,
            from_date=LONG_AGO,
        )

    with transaction.atomic():
        folders.create_folder(actor=world.dgs, parent=world.root, name="A", now=NOW)
        with ThreadPoolExecutor(1) as pool:
            pool.submit(elsewhere, belong).result(PATIENCE)
    assert Membership.objects.filter(person=someone).exists()


def test_a_tree_as_deep_as_it_goes_says_so(world: World) -> None:
    place = world.root
    with transaction.atomic():
        while place.depth < folders.DEEPEST:
            place = world.folder("Plus bas", place)
    with pytest.raises(TooDeep):
        world.folder("Encore", place)
    assert not Document.objects.exists()
    top = Folder.objects.get(depth=2)
    aside = world.folder("À côté")
    with pytest.raises(TooDeep):
        folders.move_folder(actor=world.dgs, folder=top, target=aside, now=NOW)
