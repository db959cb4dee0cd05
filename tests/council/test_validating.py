"""From « proposé » to « prêt » : steps, absences, the mayor's replacement, the page of a phone."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.enums import TeamKind
from config.lib import clock
from config.lib.access import Refused
from council.access import can_agree, can_validate, items_to_validate, meetings_to_agree
from council.dossier.data import Signatory
from council.enums import Function, ItemState, ReplacementReason
from council.models import (
    Absence,
    AgendaItem,
    ItemValidation,
    Mandate,
    MayorAgreement,
    MayorReplacement,
)
from council.papers import signatory_of
from council.services import agenda, agreeing, items, replacing, validating
from council.services.validating import StepContent
from tests.council.stage import NOW, team
from tests.council.test_preparing import text_of
from tests.inbox import still_asked

ORG = "saint-aubin"
TODAY = NOW.date()
WEEK = TODAY + dt.timedelta(days=7)


def at(name, *args):
    return reverse(f"council:{name}", args=[ORG, *args])


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def chief(stage):
    """The agent becomes the head of the finance team; a deputy is elected."""
    Mandate.objects.filter(person=stage.members[2]).update(function=Function.DEPUTY)
    return team(stage.organisation, "Finances", TeamKind.SERVICE, stage.secretary)


@pytest.fixture
def two_steps(stage, chief):
    return validating.settle_steps(
        actor=stage.dgs,
        assembly=stage.council,
        content=[
            StepContent("Finances", team=chief),
            StepContent("Accord de l’adjoint", function=Function.DEPUTY),
        ],
        now=NOW,
    )


def proposed(stage):
    item = stage.item(by=stage.agent)
    return items.propose_item(actor=stage.actor(stage.agent), item=item, now=NOW)


class TestSteps:
    def test_a_point_is_ready_after_its_last_step_and_each_waits_its_turn(self, stage, two_steps):
        item = proposed(stage)
        finance, deputy = stage.actor(stage.secretary), stage.actor(stage.members[2])
        assert can_validate(finance, item)
        for other in (deputy, stage.maire, stage.actor(stage.agent), stage.dgs):
            assert not can_validate(other, item)
            assert not items_to_validate(other).exists()
            with pytest.raises(Refused):
                validating.validate_item(actor=other, item=item, now=NOW)
        with pytest.raises(items.NotValidated, match="Finances"):
            items.mark_ready(actor=stage.dgs, item=item, now=NOW)
        assert still_asked("council.item.to_validate") == 1
        validating.validate_item(actor=finance, item=item, now=NOW)
        assert not can_validate(finance, item)
        assert still_asked("council.item.to_validate") == 1, "of the next step alone"
        assert list(items_to_validate(deputy)) == [item]
        done = validating.validate_item(actor=deputy, item=item, now=NOW)
        assert (done.state, done.step) == (ItemState.READY, None)
        assert not still_asked("council.item.to_validate")
        assert [row.by for row in ItemValidation.objects.order_by("pk")] == [
            stage.secretary,
            stage.members[2],
        ]

    def test_sent_back_it_comes_back_to_the_same_step(self, stage, two_steps):
        item = proposed(stage)
        deputy = stage.actor(stage.members[2])
        validating.validate_item(actor=stage.actor(stage.secretary), item=item, now=NOW)
        back = validating.send_back(actor=deputy, item=item, reason="Le montant ?", now=NOW)
        assert (back.state, back.state_reason) == (ItemState.RETURNED, "Le montant ?")
        again = items.propose_item(actor=stage.actor(stage.agent), item=item, now=NOW)
        assert again.step == two_steps[1], "what finance said stays said"

    def test_who_prepares_goes_past_them_with_a_reason(self, stage, two_steps):
        item = proposed(stage)
        with pytest.raises(Refused):
            validating.skip_steps(
                actor=stage.actor(stage.members[2]), item=item, reason="Vite", now=NOW
            )
        done = validating.skip_steps(actor=stage.dgs, item=item, reason="Délai", now=NOW)
        assert done.state == ItemState.READY
        said = ItemValidation.objects.values_list("verdict", "reason").order_by("pk")
        assert list(said) == [("skipped", "Délai")] * 2

    def test_fewer_steps_let_go_what_waits_and_none_is_a_choice(self, stage, two_steps):
        item = proposed(stage)
        validating.settle_steps(actor=stage.dgs, assembly=stage.council, content=[], now=NOW)
        item.refresh_from_db()
        assert item.step is None
        assert items.mark_ready(actor=stage.dgs, item=item, now=NOW).state == ItemState.READY

    def test_only_the_direction_settles_them_by_the_page(self, stage, chief, client_of):
        posted = {"name1": "Finances", "who1": f"team:{chief.uid}", "name2": "", "who2": ""}
        page = at("steps", stage.council.uid)
        assert client_of(stage.secretary).post(page, posted).status_code == 403
        assert (
            client_of(stage.dgs_person).post(page, posted | {"who2": "function:mayor"}).status_code
            == 422
        )
        assert client_of(stage.dgs_person).post(page, posted).status_code == 302
        assert [step.name for step in stage.council.steps.all()] == ["Finances"]

    def test_another_commune_s_bodies_and_points_are_unknown(
        self, stage, elsewhere, two_steps, client_of
    ):
        dgs = client_of(stage.dgs_person)
        assert dgs.get(at("steps", elsewhere.council.uid)).status_code == 404
        assert dgs.get(at("replacement", elsewhere.council.uid)).status_code == 404
        theirs = elsewhere.item()
        assert dgs.post(at("item-validate", theirs.uid)).status_code == 404
        assert not can_validate(elsewhere.dgs, proposed(stage))

    def test_a_point_returned_from_the_agenda_keeps_its_rank(self, stage):
        meeting = stage.meeting()
        first, second, third = (stage.item(t, meeting=meeting) for t in ("Un", "Deux", "Trois"))
        items.return_item(actor=stage.dgs, item=second, reason="À revoir", now=NOW)
        items.list_item(actor=stage.dgs, item=second, meeting=meeting, now=NOW)
        assert list(agenda.listed(meeting)) == [first, second, third]


class TestAbsence:
    def test_the_one_named_validates_meanwhile_and_the_log_says_for_whom(
        self, stage, two_steps, client_of
    ):
        item = proposed(stage)
        stand_in = stage.members[4]
        posted = {"replacement": stand_in.uid, "from_date": TODAY, "to_date": WEEK}
        assert client_of(stage.secretary).post(at("absence"), posted).status_code == 302
        assert client_of(stage.secretary).post(at("absence"), posted).status_code == 422
        page = text_of(client_of(stand_in).get(at("acts-waiting")))
        assert "Commencer par valider" in page
        assert client_of(stand_in).get(at("item-validate", item.uid)).status_code == 200
        client_of(stand_in).post(at("item-validate", item.uid))
        said = ItemValidation.objects.get()
        assert (said.by, said.in_place_of) == (stand_in, stage.secretary)
        detail = text_of(client_of(stage.dgs_person).get(at("item-detail", item.uid)))
        assert "Finances : validé par Aline Zola à la place de Sami Leroy" in detail

    def test_it_ends_by_itself_or_when_one_is_back(self, stage, two_steps, client_of):
        item = proposed(stage)
        stand_in = stage.members[4]
        away = validating.note_absence(
            actor=stage.actor(stage.secretary),
            replacement=stand_in,
            from_date=TODAY,
            to_date=WEEK,
            now=NOW,
        )
        assert can_validate(stage.actor(stand_in), item)
        later = NOW + dt.timedelta(days=8)
        assert not can_validate(stage.actor(stand_in, now=later), item)
        other = client_of(stage.agent).post(at("absence-end", away.uid))
        assert other.status_code == 404, "only one's own"
        client_of(stage.secretary).post(at("absence-end", away.uid))
        assert not can_validate(stage.actor(stand_in), item)

    def test_one_at_a_time_in_the_database_too(self, stage):
        given = {
            "organisation": stage.organisation,
            "person": stage.secretary,
            "replacement": stage.agent,
            "from_date": TODAY,
            "to_date": WEEK,
            "created_at": NOW,
        }
        Absence.objects.create(**given)
        with pytest.raises(IntegrityError), transaction.atomic():
            Absence.objects.create(**given | {"from_date": WEEK})


class TestTheMayorIsReplaced:
    def replaced(self, stage, who, reason=ReplacementReason.ABSENCE, **more):
        return replacing.replace_mayor(
            actor=stage.dgs,
            assembly=stage.council,
            by=stage.mandate(who),
            reason=reason,
            from_date=more.pop("from_date", TODAY),
            now=NOW,
            **more,
        )

    def test_in_the_order_of_the_law_or_with_a_word(self, stage, chief):
        with pytest.raises(replacing.OutOfOrder, match="Jeanne Martin"):
            self.replaced(stage, stage.members[1])
        self.replaced(stage, stage.members[1], words="L’adjointe est souffrante.")
        with pytest.raises(replacing.AlreadyReplaced):
            self.replaced(stage, stage.members[2])

    def test_the_deputy_agrees_in_their_name_and_it_is_written(self, stage, chief, client_of):
        meeting = stage.meeting()
        stage.item(meeting=meeting)
        deputy = stage.members[2]
        assert not can_agree(stage.actor(deputy), meeting)
        self.replaced(stage, deputy, to_date=WEEK)
        assert can_agree(stage.actor(deputy), meeting)
        assert list(meetings_to_agree(stage.actor(deputy))) == [meeting]
        agreeing.ask_mayor(actor=stage.dgs, meeting=meeting, now=NOW)
        phone = client_of(deputy)
        assert "L’ordre du jour : Conseil municipal" in text_of(phone.get(at("acts-waiting")))
        phone.post(at("meeting-agree", meeting.uid), {"shown": agenda.digest(meeting)})
        assert agenda.agreement_stands(meeting)
        said = MayorAgreement.objects.get()
        assert (said.answered_by, said.acting_as) == (
            deputy,
            "Jeanne Martin, adjoint·e, en l’absence du maire",
        )
        assert signatory_of(meeting) == Signatory(
            "Jeanne MARTIN", "Adjoint·e", "en l’absence du maire."
        )
        assert not can_agree(stage.actor(deputy, now=NOW + dt.timedelta(days=8)), meeting)

    def test_a_mayor_away_may_still_agree_a_suspended_one_not(self, stage, chief):
        meeting = stage.meeting()
        row = self.replaced(stage, stage.members[2])
        assert can_agree(stage.maire, meeting)
        replacing.end_replacement(actor=stage.dgs, replacement=row, now=NOW)
        self.replaced(stage, stage.members[2], ReplacementReason.SUSPENSION)
        assert not can_agree(stage.maire, meeting)
        assert not meetings_to_agree(stage.maire).exists()

    def test_who_prepares_notes_it_and_its_end(self, stage, chief, client_of):
        page = at("replacement", stage.council.uid)
        posted = {
            "by": stage.mandate(stage.members[2]).uid,
            "reason": "absence",
            "from_date": TODAY,
        }
        assert client_of(stage.members[2]).post(page, posted).status_code == 403
        assert client_of(stage.secretary).post(page, posted).status_code == 302
        row = MayorReplacement.objects.get()
        assert client_of(stage.agent).post(at("replacement-end", row.uid)).status_code == 403
        client_of(stage.secretary).post(at("replacement-end", row.uid))
        assert not MayorReplacement.objects.exists(), "it never began"
        assert AgendaItem.objects.count() == 0
