"""Suppléants: present when their titulaire is away they sit, vote and count (R-EPCI-04)."""

from datetime import date, timedelta

import pytest

from accounts.models import Person
from config.lib import clock
from council.enums import AssemblyKind, Capacity
from council.models import Mandate
from council.rules.policy import Body
from council.rules.session import Kind
from council.services import seating
from council.services.minutes.telling import tell_session
from council.services.refusals import Refusal
from council.services.session import Impossible, room
from council.services.session.results import results_of
from council.services.session.sheets import sheets_data
from tests.council.session.live import EVENING, Live, convened
from tests.council.session.sitting import FOR, Script, frame
from tests.council.stage import NOW, belongs, person

#: Five delegates; s5 stands in for m5 alone, s for whoever is away.
HERE = frame(
    5,
    body=Body.COMMUNITY_COUNCIL,
    others=("s5", "s"),
    alternates={"s5": "m5", "s": ""},
)


def script(*here: str) -> Script:
    return Script(HERE).opened(*here)


def test_t_pro_16_the_alternate_sits_votes_and_counts():
    told = script("m1", "m2", "s5").call("a").vote("a").told()
    point = told.points["a"]
    assert point.quorum.counted == 3
    assert point.quorum.needed == 3
    assert set(point.vote.voters) == {"m1", "m2", "s5"}
    assert point.seats.in_office == {"m1", "m2", "m3", "m4", "s5"}
    assert not told.contradictions


def test_one_who_is_not_named_sits_only_once_it_is_said_for_whom():
    before = script("m1", "m2", "m3", "s").call("a").vote("a").told()
    assert set(before.points["a"].vote.voters) == {"m1", "m2", "m3"}
    after = (
        script("m1", "m2", "m3")
        .add(Kind.SUBSTITUTE, person="s", holder="m4")
        .call("a")
        .vote("a")
        .told()
    )
    assert after.points["a"].vote.voters["s"] == "s"
    assert "s" in after.present


@pytest.mark.parametrize("given", ["before", "in session"])
def test_no_pouvoir_counts_while_the_alternate_sits(given):
    if given == "before":
        told = Script(frame(5, others=("s5",), alternates={"s5": "m5"}, proxies={"m5": "m1"}))
        told.opened("m1", "m2", "s5").call("a").vote("a")
        assert "m5" not in told.told().points["a"].vote.voters
    else:
        told = script("m1", "m2", "s5").proxy("m5", "m1")
        assert "suppléant siège" in told.reasons()[0]


def test_the_pouvoir_counts_again_when_the_alternate_leaves():
    told = Script(frame(5, others=("s5",), alternates={"s5": "m5"}, proxies={"m5": "m1"}))
    told.opened("m1", "m2", "m3", "s5").leaves("s5").call("a").vote("a")
    assert told.told().points["a"].vote.voters["m5"] == "m1"


def test_the_titular_who_comes_takes_the_seat_again_and_leaves_it_again():
    played = script("m1", "m2", "m3", "s5").arrives("m5").call("a").vote("a").decide("a")
    played.leaves("m5").call("b").vote("b")
    told = played.told()
    assert "s5" not in told.points["a"].vote.voters
    assert "s5" in told.points["b"].vote.voters


@pytest.mark.parametrize(
    ("alternate", "titular", "why"),
    [
        ("s", "m1", "est dans la salle"),
        ("s", "m5", "y supplée déjà"),
        ("s5", "m4", "personne d’autre"),
        ("s", "", "Dites quel titulaire"),
        ("m3", "m4", "ne supplée personne"),
    ],
)
def test_what_cannot_be_is_refused(alternate, titular, why):
    played = script("m1", "m2", "s5").add(Kind.SUBSTITUTE, person=alternate, holder=titular)
    assert why in played.reasons()[0]


def test_an_alternate_receives_no_pouvoir():
    assert "membre en exercice" in script("m1", "m2", "s5").proxy("m4", "s5").reasons()[0]


def test_the_mayor_s_alternate_does_not_preside_by_right():
    told = Script(frame(5, others=("s",), alternates={"s": "m1"}))
    told.opened("m2", "m3", "s")
    assert "Dites qui préside" in told.reasons()[0]


@pytest.fixture
def epci(stage):
    """The council as a community's: Anne Roy stands in for the last member."""
    stage.council.kind = AssemblyKind.COMMUNITY_COUNCIL
    stage.council.save(update_fields=["kind"])
    anne = person("Anne", "Roy", gender="f", email="anne@example.fr")
    belongs(anne, stage.organisation, "elected")
    seating.give_mandate(
        actor=stage.dgs,
        assembly=stage.council,
        person=anne,
        rank=20,
        from_date=date(2026, 1, 1),
        now=NOW,
        capacity=Capacity.ALTERNATE,
        stands_in_for=stage.mandate(stage.members[-1]),
    )
    return stage


def _anne() -> Person:
    return Person.objects.get(family_name="Roy")


class TestInTheSession:
    def test_live_told_in_the_result_the_minutes_and_the_sheet(self, epci):
        meeting = convened(epci, summary="Note de synthèse.")
        live = Live(epci, meeting)
        sheet = sheets_data(live.told())
        titular = epci.members[-1]
        assert sheet["people"][-1]["note"] == f"suppléante de {titular.full_name}"
        live.roll(*epci.members[:2], _anne()).open()
        item = live.items[0]
        live.call(item).vote(item, voices={str(_anne().uid): FOR})
        with pytest.raises(Impossible, match="suppléant siège"):
            room.record_proxy(pen=live.pen(), giver=titular, holder=epci.members[0])
        told = results_of(meeting)[item.pk]
        assert told.in_office == 5
        assert told.tally.in_favour == 3
        assert f"Anne Roy (suppléante de {titular.full_name})" in told.present
        assert titular.full_name not in told.absent
        opening = tell_session(meeting)[0].facts
        assert f"Anne Roy (suppléante de {titular.full_name})" in opening
        assert "Quorum atteint : 3\u00a0présents pour 3 nécessaires." in opening

    def test_typed_afterwards_by_the_page_with_its_hour(self, epci, client_of, monkeypatch):
        monkeypatch.setattr(clock, "now", lambda: EVENING + timedelta(hours=14))
        Mandate.objects.filter(person=_anne()).update(stands_in_for=None)
        meeting = convened(epci, summary="Note de synthèse.")
        live = Live(epci, meeting)
        live.roll(*epci.members[:3]).open()
        page = f"/c/{epci.organisation.slug}/seances/{meeting.uid}/en-seance/"
        client = client_of(epci.dgs_person)
        assert "Noter la suppléance" in client.get(page + "?apres=1").content.decode()
        titular = epci.members[-1]
        client.post(
            page + "noter/",
            {
                "kind": "substitute",
                "person": _anne().uid,
                "holder": titular.uid,
                "hour": "20:30",
                "late": "1",
            },
        )
        assert live.told().session.seats.stand_ins == {str(_anne().uid): str(titular.uid)}
        told = client.get(page).content.decode()
        assert f"siège pour {titular.full_name}" in told
        assert "par Anne Roy" in told


class TestThePair:
    def test_is_said_by_who_settles_bodies_and_of_the_same_body(self, epci, elsewhere):
        mandate = Mandate.objects.get(person=_anne())
        told = seating.pair_alternate(actor=epci.dgs, mandate=mandate, titular=None, now=NOW)
        assert told.stands_in_for is None
        stranger = elsewhere.mandate(elsewhere.members[0])
        with pytest.raises(Refusal, match="même instance"):
            seating.pair_alternate(actor=epci.dgs, mandate=mandate, titular=stranger, now=NOW)
        with pytest.raises(Refusal, match="Seul un suppléant"):
            seating.pair_alternate(
                actor=epci.dgs,
                mandate=epci.mandate(epci.members[0]),
                titular=epci.mandate(epci.members[1]),
                now=NOW,
            )
