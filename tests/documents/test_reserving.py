"""Setting a document aside: who may, what it stops, how it ends."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
from django.urls import reverse

from accounts.models import Notification
from config.lib.access import Refused
from documents.models import Reservation, Version
from documents.services import filing, reserving
from documents.services.refusals import ReservedByAnother
from documents.services.reserving import AlreadyReserved, BadEnd, NotReserved
from tests.documents.tree_of_cast import Tree

HOUR = timedelta(hours=1)


def _save(tree: Tree, person, document, content: bytes, now=None):
    return filing.add_version(
        actor=tree.cast.actor(person),
        document=document,
        received=filing.receive(BytesIO(content), "note.txt"),
        now=now or tree.cast.now,
    )


def _take(tree: Tree, person, document, **changes):
    now = changes.pop("now", tree.cast.now)
    return reserving.take(
        actor=tree.cast.actor(person),
        document=document,
        until=changes.pop("until", now + HOUR),
        now=now,
        **changes,
    )


def test_nobody_else_saves_a_reserved_document_by_any_path(tree: Tree) -> None:
    cast, document = tree.cast, tree.file("note.txt", b"un")
    first = document.current_version
    _save(tree, cast.julien, document, b"deux")
    _take(tree, cast.julien, document)
    with pytest.raises(ReservedByAnother) as refused:
        _save(tree, cast.nadia, document, b"trois")
    assert "Julien Petit jusqu’" in str(refused.value)
    with pytest.raises(ReservedByAnother):
        tree.file("note.txt", b"trois", by=cast.nadia, as_new_version=True)
    with pytest.raises(ReservedByAnother):
        filing.restore_version(actor=cast.dgs, version=first, now=cast.now)
    assert document.versions.count() == 2
    assert _save(tree, cast.julien, document, b"quatre").version.number == 3


def test_the_saves_of_one_sitting_carry_its_mark(tree: Tree) -> None:
    document = tree.file("note.txt", b"un")
    held = _take(tree, tree.cast.julien, document)
    for content in (b"deux", b"trois"):
        _save(tree, tree.cast.julien, document, content)
    marks = Version.objects.filter(document=document).order_by("number")
    assert list(marks.values_list("sitting", flat=True)) == [None, held.uid, held.uid]


def test_it_ends_by_itself(tree: Tree) -> None:
    cast, document = tree.cast, tree.file("note.txt", b"un")
    _take(tree, cast.julien, document)
    later = cast.now + HOUR
    assert _save(tree, cast.nadia, document, b"deux", now=later).version.number == 2
    assert _take(tree, cast.nadia, document, now=later).holder == cast.nadia
    assert Reservation.objects.count() == 1


def test_a_reader_cannot_reserve_and_two_people_do_not_hold_it_together(tree: Tree) -> None:
    cast, document = tree.cast, tree.file("note.txt", b"un")
    with pytest.raises(Refused):
        _take(tree, cast.claire, document)
    _take(tree, cast.julien, document)
    with pytest.raises(AlreadyReserved):
        _take(tree, cast.nadia, document)


@pytest.mark.parametrize("days", [-1, 0, 8])
def test_the_end_is_ahead_and_within_a_week(tree: Tree, days: int) -> None:
    with pytest.raises(BadEnd):
        _take(
            tree,
            tree.cast.julien,
            tree.file("note.txt", b"un"),
            until=tree.cast.now + timedelta(days=days),
        )


def test_the_holder_gives_it_back_and_nobody_else_does(tree: Tree) -> None:
    cast, document = tree.cast, tree.file("note.txt", b"un")
    _take(tree, cast.julien, document)
    with pytest.raises(NotReserved):
        reserving.release(actor=cast.dgs, document=document, now=cast.now)
    reserving.release(actor=cast.actor(cast.julien), document=document, now=cast.now)
    assert not Reservation.objects.exists()


def test_a_manager_lifts_it_and_its_holder_is_told(tree: Tree) -> None:
    cast, document = tree.cast, tree.file("note.txt", b"un")
    _take(tree, cast.julien, document)
    with pytest.raises(Refused):
        reserving.break_reservation(actor=cast.actor(cast.karim), document=document, now=cast.now)
    reserving.break_reservation(actor=cast.dgs, document=document, now=cast.now)
    line = Notification.objects.get(person=cast.julien, kind="documents.reservation_broken")
    assert line.object_uid == document.uid
    assert _save(tree, cast.nadia, document, b"deux").version.number == 2


def test_another_commune_cannot_reserve_it(tree: Tree) -> None:
    cast, document = tree.cast, tree.file("note.txt", b"un")
    with pytest.raises(type(document).DoesNotExist):
        reserving.take(
            actor=cast.actor(cast.sophie, cast.valmorel),
            document=document,
            until=cast.now + HOUR,
            now=cast.now,
        )


def test_a_programme_does_not_shorten_what_was_reserved_by_hand(tree: Tree) -> None:
    cast, document = tree.cast, tree.file("note.txt", b"un")
    _take(tree, cast.julien, document)
    soon = cast.now + timedelta(minutes=10)
    held = _take(tree, cast.julien, document, until=soon, by_programme=True)
    assert held.expires_at == cast.now + HOUR


def test_the_page_says_who_and_until_when_and_offers_what_each_may_do(
    tree: Tree, client_of
) -> None:
    cast, document = tree.cast, tree.file("note.txt", b"un")
    page = reverse("documents:document", args=["saint-aubin", document.uid])
    mine = client_of(cast.julien)
    answer = mine.post(
        reverse("documents:reserve", args=["saint-aubin", document.uid]), {"duration": "3d"}
    )
    assert answer.headers["Location"] == page
    assert "Vous avez réservé ce document" in mine.get(page).content.decode()
    theirs = client_of(cast.nadia).get(page).content.decode()
    assert "Réservé par Julien Petit" in theirs
    assert "Lever la réservation" in theirs
    reader = client_of(cast.claire).get(page).content.decode()
    assert "Réservé par Julien Petit" in reader
    assert "Lever la réservation" not in reader
    folder = reverse("documents:folder", args=["saint-aubin", tree.urbanisme.uid])
    assert "Réservé par Julien Petit" in mine.get(folder).content.decode()
    mine.post(reverse("documents:reservation-release", args=["saint-aubin", document.uid]))
    assert "Réservé par" not in client_of(cast.nadia).get(page).content.decode()


def test_the_upload_form_says_why_it_refuses(tree: Tree, client_of) -> None:
    cast, document = tree.cast, tree.file("note.txt", b"un")
    _take(tree, cast.julien, document)
    answer = client_of(cast.nadia).post(
        reverse("documents:version-add", args=["saint-aubin", document.uid]),
        {"file": BytesIO(b"deux"), "reason": ""},
    )
    assert answer.status_code == 422
    assert "réservé par Julien Petit" in answer.content.decode()


def test_a_manager_lifts_it_from_the_page(tree: Tree, client_of) -> None:
    cast, document = tree.cast, tree.file("note.txt", b"un")
    _take(tree, cast.julien, document)
    address = reverse("documents:reservation-break", args=["saint-aubin", document.uid])
    assert client_of(cast.claire).post(address).status_code == 403
    assert client_of(cast.nadia).post(address).status_code == 302
    assert not Reservation.objects.exists()
