"""À classer: who sees what, filing, putting aside, taking back."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connection
from django.urls import reverse

from accounts.models import AuditEntry, Person
from accounts.services.teams import create_team
from config.lib.access import Refused
from documents.access.arrivals import (
    can_keep_bin,
    can_open_arrival,
    can_sort,
    visible_arrivals,
    visible_envelopes,
    waiting_arrivals,
)
from documents.enums import ArrivalState, Role
from documents.models import Arrival, Document, Folder
from documents.services import arriving, bins, rights, sorting
from documents.services.arriving import NotWaiting
from documents.services.blob_references import referenced
from tests.documents.arrivals.bringing import bring
from tests.documents.tree_of_cast import Tree


def _everybody(tree: Tree) -> list[Person]:
    cast = tree.cast
    return [cast.nadia, cast.julien, cast.claire, cast.karim, cast.michel, cast.jeanne]


def test_the_list_and_the_row_agree_for_every_role(tree: Tree) -> None:
    cast = tree.cast
    bins.choose_team(actor=cast.dgs, team=cast.etat_civil, now=cast.now)
    found = [
        *bring(tree),
        *bring(tree, folder=tree.urbanisme),
        *bring(tree, folder=tree.secret, held="Expéditeur inconnu."),
    ]
    for person in _everybody(tree):
        actor = cast.actor(person)
        visible = set(visible_envelopes(actor))
        for arrival in found:
            assert (arrival.envelope in visible) == bool(can_sort(actor, arrival.envelope))
            seen = visible_arrivals(actor).filter(pk=arrival.pk).exists()
            assert seen == bool(can_sort(actor, arrival.envelope))
            if not seen:
                assert not can_open_arrival(actor, arrival)


def test_the_bin_is_the_direction_s_and_its_chosen_team_s(tree: Tree) -> None:
    cast = tree.cast
    bring(tree)
    assert waiting_arrivals(cast.dgs).count() == 1
    claire = cast.actor(cast.claire)
    assert not can_keep_bin(claire)
    assert waiting_arrivals(claire).count() == 0
    bins.choose_team(actor=cast.dgs, team=cast.etat_civil, now=cast.now)
    assert can_keep_bin(claire)
    assert waiting_arrivals(claire).count() == 1
    assert not can_keep_bin(cast.actor(cast.julien))
    with pytest.raises(Refused):
        bins.choose_team(actor=claire, team=None, now=cast.now)


def test_what_came_for_a_folder_is_its_editors_alone(tree: Tree) -> None:
    cast = tree.cast
    (arrival,) = bring(tree, folder=tree.urbanisme)
    assert arrival in waiting_arrivals(cast.actor(cast.julien))  # edits
    assert arrival not in waiting_arrivals(cast.actor(cast.claire))  # reads
    assert arrival not in waiting_arrivals(cast.actor(cast.karim))  # comments
    rights.set_role(
        actor=cast.dgs, obj=tree.urbanisme, principal=cast.julien, role=Role.NONE,
        now=cast.now, confirmed=True,
    )  # fmt: skip
    assert arrival not in waiting_arrivals(cast.actor(cast.julien))


def test_a_neighbour_sees_nothing_even_with_the_right_identifiers(
    tree: Tree, client_of: Callable
) -> None:
    cast = tree.cast
    (arrival,) = bring(tree)
    sophie = cast.actor(cast.sophie, cast.valmorel)
    assert not waiting_arrivals(sophie).exists()
    assert not can_sort(sophie, arrival.envelope)
    client = client_of(cast.sophie)
    for name in ("arrival", "arrival-view", "arrival-download"):
        for org in ("saint-aubin", "valmorel"):
            assert (
                client.get(reverse(f"documents:{name}", args=[org, arrival.uid])).status_code == 404
            )
    for name, uid in (
        ("arrival", arrival.uid),
        ("arrival-discard", arrival.uid),
        ("arrival-take-back", arrival.uid),
        ("envelope-release", arrival.envelope.uid),
    ):
        assert client.post(reverse(f"documents:{name}", args=["valmorel", uid])).status_code == 404
    client.post(
        reverse("documents:arrivals-bulk", args=["valmorel"]),
        {"arrival": [arrival.uid], "action": "discard"},
    )
    arrival.refresh_from_db()
    assert arrival.state == ArrivalState.TO_FILE
    with pytest.raises(Arrival.DoesNotExist):
        sorting.discard(actor=sophie, arrival=arrival, now=cast.now)


def test_filing_makes_a_document_with_the_same_bytes(tree: Tree) -> None:
    cast = tree.cast
    (arrival,) = bring(tree)
    done = sorting.file_arrival(
        actor=cast.dgs, arrival=arrival, folder=tree.urbanisme,
        name="FACT_EDF_20260312.txt", now=cast.now,
    )  # fmt: skip
    document = done.filed.document
    assert document.current_version is not None
    assert document.current_version.sha256 == arrival.sha256
    assert document.folder == tree.urbanisme
    assert waiting_arrivals(cast.dgs).count() == 0
    assert AuditEntry.objects.filter(verb="documents.arrival.filed").count() == 1
    with pytest.raises(NotWaiting):
        sorting.file_arrival(
            actor=cast.dgs, arrival=arrival, folder=tree.urbanisme, name="x.txt", now=cast.now
        )


def test_nobody_files_where_they_may_not(tree: Tree) -> None:
    cast = tree.cast
    bins.choose_team(actor=cast.dgs, team=cast.etat_civil, now=cast.now)
    (arrival,) = bring(tree)
    with pytest.raises(Refused):
        sorting.file_arrival(
            actor=cast.actor(cast.claire), arrival=arrival, folder=tree.urbanisme,
            name="x.txt", now=cast.now,
        )  # fmt: skip
    arrival.refresh_from_db()
    assert arrival.state == ArrivalState.TO_FILE
    assert not Document.objects.filter(title="x.txt").exists()


def test_putting_aside_and_filing_are_undone(tree: Tree) -> None:
    cast = tree.cast
    (arrival,) = bring(tree)
    sorting.discard(actor=cast.dgs, arrival=arrival, now=cast.now)
    sorting.take_back(actor=cast.dgs, arrival=arrival, now=cast.now)
    done = sorting.file_arrival(
        actor=cast.dgs, arrival=arrival, folder=tree.urbanisme, name="a.txt", now=cast.now
    )
    back = sorting.take_back(actor=cast.dgs, arrival=arrival, now=cast.now)
    assert back.state == ArrivalState.TO_FILE
    assert Document.objects.get(pk=done.filed.document.pk).trashed_at is not None
    again = sorting.file_arrival(
        actor=cast.dgs, arrival=arrival, folder=tree.urbanisme, name="a.txt", now=cast.now
    )
    assert again.filed.document.pk != done.filed.document.pk


def test_a_held_message_stays_closed_until_somebody_vouches_for_it(
    tree: Tree, client_of: Callable, run_jobs: Callable[[], int]
) -> None:
    cast = tree.cast
    (arrival,) = bring(tree, held="Son expéditeur n’est pas prouvé.")
    run_jobs()
    arrival.refresh_from_db()
    assert (arrival.state, arrival.text, arrival.read_at) == (ArrivalState.HELD, "", None)
    client = client_of(cast.nadia)
    page = client.get(reverse("documents:arrival", args=["saint-aubin", arrival.uid]))
    assert "Son expéditeur n’est pas prouvé." in page.content.decode()
    for name in ("arrival-view", "arrival-download"):
        url = reverse(f"documents:{name}", args=["saint-aubin", arrival.uid])
        assert client.get(url).status_code == 403
    with pytest.raises(Refused):
        sorting.file_arrival(
            actor=cast.dgs, arrival=arrival, folder=tree.urbanisme, name="x.txt", now=cast.now
        )
    # Put aside then taken back, it is still held.
    sorting.discard(actor=cast.dgs, arrival=arrival, now=cast.now)
    assert sorting.take_back(actor=cast.dgs, arrival=arrival, now=cast.now).state == "held"
    arriving.release(actor=cast.dgs, envelope=arrival.envelope, now=cast.now)
    run_jobs()
    arrival.refresh_from_db()
    assert arrival.state == ArrivalState.TO_FILE
    assert "Facture EDF" in arrival.text


def test_the_same_thing_never_comes_twice(tree: Tree) -> None:
    bring(tree, key="mail:1")
    with pytest.raises(AssertionError):
        bring(tree, key="mail:1")
    assert Arrival.objects.count() == 1
    bring(tree, key="mail:1", organisation=tree.cast.valmorel)  # another commune's own


def test_bytes_that_wait_are_not_swept(tree: Tree) -> None:
    (arrival,) = bring(tree)
    stray = "aa/" + "0" * 32
    assert referenced([arrival.storage_key, stray]) == {arrival.storage_key}


@pytest.mark.django_db(transaction=True)
def test_two_people_who_file_the_same_thing_make_one_document(tree: Tree) -> None:
    cast = tree.cast
    (arrival,) = bring(tree)
    outcomes: list[str] = []
    start = threading.Barrier(2)

    def file(folder: Folder) -> None:
        start.wait()
        try:
            sorting.file_arrival(
                actor=cast.dgs, arrival=arrival, folder=folder, name="x.txt", now=cast.now
            )
            outcomes.append("filed")
        except NotWaiting:
            outcomes.append("too late")
        finally:
            connection.close()

    threads = [threading.Thread(target=file, args=[f]) for f in (tree.urbanisme, tree.secret)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["filed", "too late"]
    assert Document.objects.filter(title="x.txt").count() == 1


def test_an_address_belongs_to_who_manages_the_folder(tree: Tree) -> None:
    cast = tree.cast
    first = bins.open_address(actor=cast.dgs, folder=tree.urbanisme, now=cast.now)
    second = bins.open_address(actor=cast.dgs, folder=tree.urbanisme, now=cast.now)
    first.refresh_from_db()
    assert first.closed_at is not None
    assert second.token != first.token
    for person in (cast.julien, cast.claire):
        with pytest.raises(Refused):
            bins.open_address(actor=cast.actor(person), folder=tree.urbanisme, now=cast.now)
    with pytest.raises(Folder.DoesNotExist):
        bins.open_address(
            actor=cast.actor(cast.sophie, cast.valmorel), folder=tree.urbanisme, now=cast.now
        )
    other = create_team(
        actor=cast.actor(cast.sophie, cast.valmorel), label="Mairie", kind="service", now=cast.now
    )
    with pytest.raises(type(other).DoesNotExist):
        bins.choose_team(actor=cast.dgs, team=other, now=cast.now)


def test_what_is_filed_in_a_closed_folder_is_closed_to_the_bin(
    tree: Tree, client_of: Callable
) -> None:
    cast = tree.cast
    bins.choose_team(actor=cast.dgs, team=cast.finances, now=cast.now)
    (arrival,) = bring(tree, ("mariage.txt", b"Acte"))
    karim = client_of(cast.karim)
    url = reverse("documents:arrival-download", args=["saint-aubin", arrival.uid])
    assert b"".join(karim.get(url).streaming_content) == b"Acte"
    sorting.file_arrival(
        actor=cast.dgs, arrival=arrival, folder=tree.secret, name="mariage.txt", now=cast.now
    )
    assert karim.get(url).status_code == 403
    page = karim.get(reverse("documents:arrivals", args=["saint-aubin"]))
    assert "mariage" not in page.content.decode()
    with pytest.raises(Refused):
        sorting.take_back(actor=cast.actor(cast.karim), arrival=arrival, now=cast.now)
