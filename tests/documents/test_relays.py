"""The direction is away, or somebody leaves: who stands in, and where everything goes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from accounts.actor import Actor, actor_for
from accounts.models import AuditEntry, Interim, Membership, Notification, TeamMembership
from accounts.services import handing_over, interim
from config.lib.access import Refused
from council.enums import AssemblyKind, Function
from council.models import Assembly, Mandate
from documents.enums import Role
from documents.models import Document, Reservation
from documents.services import filing, folders, owning, reserving, rights
from tests.documents.tree_of_cast import Tree
from tests.personas import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def mayor(cast: Cast) -> Actor:
    """Michel, in office."""
    council = Assembly.objects.create(
        organisation=cast.saint_aubin,
        kind=AssemblyKind.MUNICIPAL_COUNCIL,
        name="Conseil municipal",
        created_at=cast.now,
    )
    Mandate.objects.create(
        organisation=cast.saint_aubin,
        assembly=council,
        person=cast.michel,
        function=Function.MAYOR,
        rank=1,
        from_date=dt.date(2020, 5, 25),
        created_at=cast.now,
    )
    return cast.actor(cast.michel)


def _name(cast: Cast, mayor: Actor, **other: Any) -> Interim:
    values = {
        "person": cast.julien,
        "from_date": mayor.today,
        "to_date": mayor.today + dt.timedelta(days=20),
        "reason": "congé maladie",
        "now": cast.now,
    } | other
    return interim.name_interim(actor=mayor, **values)


def _at(cast: Cast, day: dt.date) -> Actor:
    """Julien at noon of that day."""
    actor = actor_for(
        cast.julien, cast.saint_aubin, now=dt.datetime.combine(day, dt.time(12), tzinfo=dt.UTC)
    )
    assert actor is not None
    return actor


def test_the_mayor_names_and_the_powers_end_by_themselves(cast: Cast, mayor: Actor) -> None:
    assert not cast.actor(cast.julien).is_dgs
    named = _name(cast, mayor)
    assert cast.actor(cast.julien).is_dgs
    assert _at(cast, named.to_date).is_dgs
    assert not _at(cast, named.to_date + dt.timedelta(days=1)).is_dgs
    assert AuditEntry.objects.filter(verb="accounts.interim.named").count() == 1
    told = set(Notification.objects.values_list("person", flat=True))
    assert told == {cast.nadia.pk, cast.julien.pk}


def test_nobody_else_names_not_even_the_direction(cast: Cast, mayor: Actor) -> None:
    for person in (cast.nadia, cast.julien, cast.jeanne):
        with pytest.raises(Refused):
            _name(cast, cast.actor(person))
    with pytest.raises(Refused):
        _name(cast, cast.actor(cast.sophie, cast.valmorel))
    assert not Interim.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"to_date": dt.date(2000, 1, 1)},
        {"from_date": dt.date(2000, 1, 1)},
        {"reason": " "},
    ],
)
def test_dates_and_reason_are_checked(cast: Cast, mayor: Actor, wrong: dict[str, Any]) -> None:
    with pytest.raises(interim.CannotStandIn):
        _name(cast, mayor, **wrong)


def test_three_months_at_most_and_by_an_agent_of_the_house(cast: Cast, mayor: Actor) -> None:
    with pytest.raises(interim.CannotStandIn, match="trois mois"):
        _name(cast, mayor, to_date=mayor.today + dt.timedelta(days=93))
    with pytest.raises(interim.CannotStandIn, match="ne travaille pas"):
        _name(cast, mayor, person=cast.jeanne)
    with pytest.raises(interim.CannotStandIn, match="n’appartient pas"):
        _name(cast, mayor, person=cast.sophie)
    with pytest.raises(interim.CannotStandIn, match="déjà à la direction"):
        _name(cast, mayor, person=cast.nadia)
    Membership.objects.filter(person=cast.julien).update(to_date=mayor.today + dt.timedelta(days=5))
    with pytest.raises(interim.CannotStandIn, match="ne travaille pas"):
        _name(cast, mayor)


def test_it_stops_at_once_when_the_direction_is_back(cast: Cast, mayor: Actor) -> None:
    named = _name(cast, mayor)
    with pytest.raises(Refused):
        interim.end_interim(actor=cast.actor(cast.claire), interim=named, now=cast.now)
    interim.end_interim(actor=cast.dgs, interim=named, now=cast.now)
    assert not cast.actor(cast.julien).is_dgs
    assert not TeamMembership.objects.filter(team=cast.direction, person=cast.julien).exists()


def test_what_the_host_proposes_counts_once_the_mayor_agrees(cast: Cast, mayor: Actor) -> None:
    call_command("propose_interim", "saint-aubin", "julien.petit", reason="DGS parti")
    proposed = Interim.objects.get()
    assert not cast.actor(cast.julien).is_dgs
    assert list(Notification.objects.values_list("person", flat=True)) == [cast.michel.pk]
    with pytest.raises(Refused):
        interim.agree(actor=cast.dgs, interim=proposed, now=cast.now)
    interim.agree(actor=mayor, interim=proposed, now=cast.now)
    assert cast.actor(cast.julien).is_dgs
    with pytest.raises(interim.CannotStandIn):
        interim.agree(actor=mayor, interim=proposed, now=cast.now)
    with pytest.raises(CommandError):
        call_command("propose_interim", "saint-aubin", "jeanne.martin", reason="x")


def test_the_page_shows_what_changes_before_it_is_done(
    cast: Cast, mayor: Actor, client_of: Callable[[object], Any]
) -> None:
    client = client_of(cast.michel)
    address = reverse("accounts:interim", args=["saint-aubin"])
    sent = {
        "do": "name",
        "person": cast.julien.pk,
        "from_date": mayor.today.isoformat(),
        "to_date": (mayor.today + dt.timedelta(days=10)).isoformat(),
        "reason": "congé",
    }
    asked = client.post(address, sent).content.decode()
    assert "droits de la direction générale" in asked
    assert not Interim.objects.exists()
    client.post(address, sent | {"confirme": "1"})
    assert Interim.objects.get().person == cast.julien
    assert client_of(cast.claire).get(address).status_code == 403
    page = client.get(address).content.decode()
    assert "en cours" in page
    client.post(address, {"do": "end", "uid": str(Interim.objects.get().uid)})
    assert not cast.actor(cast.julien).is_dgs


def test_where_things_stand_is_for_the_direction_and_the_mayor(
    tree: Tree, mayor: Actor, client_of: Callable[[object], Any]
) -> None:
    address = reverse("accounts:standing", args=["saint-aubin"])
    page = client_of(tree.cast.nadia).get(address).content.decode()
    assert "Urbanisme" in page
    assert "État civil" in page
    theirs = client_of(tree.cast.michel).get(address).content.decode()
    assert "État civil" not in theirs  # no more than what he may read
    assert client_of(tree.cast.julien).get(address).status_code == 403
    assert client_of(tree.cast.sophie).get(address).status_code == 404


def test_what_somebody_has_in_charge_goes_to_somebody_else(tree: Tree) -> None:
    cast = tree.cast
    first = tree.file("un.txt", b"1")
    second = tree.file("deux.txt", b"2")
    reserving.take(
        actor=cast.actor(cast.julien),
        document=first,
        until=cast.now + dt.timedelta(hours=2),
        now=cast.now,
    )
    charges = {c.key: c.count for c in handing_over.in_charge_of(cast.dgs, cast.julien)}
    assert charges == {"documents.owned": 2, "documents.reservations": 1}
    given = handing_over.hand_over(actor=cast.dgs, person=cast.julien, to=cast.claire, now=cast.now)
    assert given == {"documents.owned": 2, "documents.reservations": 1}
    assert set(Document.objects.values_list("owner", flat=True)) == {cast.claire.pk}
    assert not Reservation.objects.exists()
    assert handing_over.in_charge_of(cast.dgs, cast.julien) == []
    assert second.versions.get().author == cast.julien  # history is not rewritten


def test_only_what_was_chosen_goes(tree: Tree) -> None:
    tree.file("un.txt", b"1")
    given = handing_over.hand_over(
        actor=tree.cast.dgs,
        person=tree.cast.julien,
        to=tree.cast.claire,
        keys=[],
        now=tree.cast.now,
    )
    assert given == {}


def test_handing_over_stays_within_the_organisation(tree: Tree) -> None:
    cast = tree.cast
    with pytest.raises(Refused):
        handing_over.hand_over(
            actor=cast.actor(cast.claire), person=cast.julien, to=cast.claire, now=cast.now
        )
    for receiver in (cast.julien, cast.sophie):
        with pytest.raises(handing_over.NobodyToTakeOver):
            handing_over.hand_over(actor=cast.dgs, person=cast.julien, to=receiver, now=cast.now)
    with pytest.raises(Membership.DoesNotExist):
        handing_over.hand_over(actor=cast.dgs, person=cast.sophie, to=cast.claire, now=cast.now)
    theirs = filing.file_document(
        actor=cast.actor(cast.karim, cast.valmorel),
        folder=_shared_root(tree),
        received=filing.receive(BytesIO(b"x"), "x.txt"),
        now=cast.now,
    ).document
    handing_over.hand_over(actor=cast.dgs, person=cast.karim, to=cast.claire, now=cast.now)
    theirs.refresh_from_db()
    assert theirs.owner == cast.karim


def _shared_root(tree: Tree) -> Any:
    sophie = tree.cast.actor(tree.cast.sophie, tree.cast.valmorel)
    folder = folders.create_folder(
        actor=sophie, parent=tree.valmorel, name="Commun", now=tree.cast.now
    )
    rights.set_role(
        actor=sophie,
        obj=folder,
        principal=tree.cast.karim,
        role=Role.EDITOR,
        now=tree.cast.now,
    )
    return folder


def test_the_page_hands_over(tree: Tree, client_of: Callable[[object], Any]) -> None:
    document = tree.file("un.txt", b"1")
    address = reverse("accounts:handover", args=["saint-aubin", tree.cast.julien.uid])
    client = client_of(tree.cast.nadia)
    assert "1" in client.get(address).content.decode()
    assert client.post(address, {"what": []}).status_code == 422
    client.post(address, {"what": ["documents.owned"], "to": tree.cast.claire.pk})
    document.refresh_from_db()
    assert document.owner == tree.cast.claire
    assert "Rien à transmettre" in client.get(address).content.decode()


def test_a_document_is_answered_for_by_who_may_change_it(
    tree: Tree, client_of: Callable[[object], Any]
) -> None:
    cast = tree.cast
    document = tree.file()
    assert document.owner == cast.julien
    with pytest.raises(owning.CannotAnswerForIt):
        owning.hand_document(actor=cast.dgs, document=document, owner=cast.claire, now=cast.now)
    with pytest.raises(Refused):
        owning.hand_document(
            actor=cast.actor(cast.claire), document=document, owner=cast.nadia, now=cast.now
        )
    with pytest.raises(Document.DoesNotExist):
        owning.hand_document(
            actor=cast.actor(cast.sophie, cast.valmorel),
            document=document,
            owner=cast.sophie,
            now=cast.now,
        )
    address = reverse("documents:document-owner", args=["saint-aubin", document.uid])
    client_of(cast.julien).post(address, {"owner": cast.nadia.pk})
    document.refresh_from_db()
    assert document.owner == cast.nadia
