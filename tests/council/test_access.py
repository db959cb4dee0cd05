"""Who may what: the rule for one row agrees with the list, over roles and states."""

import datetime as dt

import pytest

from council import access
from council.enums import AssemblyKind, EndReason
from council.models import AgendaItem, Assembly, Convocation, DossierEdition, Meeting
from council.services import agreeing, convening, items, planning, seating
from tests.council.stage import NOV_30, NOW, belongs, person

DAY = dt.timedelta(days=1)


@pytest.fixture
def full(stage, elsewhere):
    """Meetings and points in every state, two bodies, and the other commune's beside them."""
    commission = seating.create_assembly(
        actor=stage.dgs, kind=AssemblyKind.COMMISSION, name="Commission travaux", now=NOW
    )
    seating.give_mandate(
        actor=stage.dgs,
        assembly=commission,
        person=stage.members[2],
        rank=1,
        from_date=dt.date(2026, 1, 1),
        now=NOW,
    )
    convened = stage.frozen()
    convening.convene(actor=stage.dgs, meeting=convened, now=NOW)
    Convocation.objects.filter(person=stage.members[3]).update(state="accepted", handed_over_at=NOW)
    asked = stage.meeting(starts_at=NOV_30 + 7 * DAY)
    stage.item("Demandé", meeting=asked, closed_doors=True)
    agreeing.ask_mayor(actor=stage.dgs, meeting=asked, now=NOW)
    stage.meeting(starts_at=NOV_30 + 14 * DAY, assembly=commission)
    cancelled = stage.meeting(starts_at=NOV_30 + 21 * DAY)
    planning.cancel_meeting(
        actor=stage.dgs, meeting=cancelled, reason="Neige", now=NOW, decided_by_mayor=True
    )
    stage.item("Brouillon de Julien", by=stage.agent)
    returned = stage.item("Retourné", by=stage.agent)
    items.propose_item(actor=stage.actor(stage.agent), item=returned, now=NOW)
    items.return_item(actor=stage.dgs, item=returned, reason="À revoir", now=NOW)
    stage.item("Brouillon de Nadia")
    former = stage.members[4]
    seating.end_mandate(
        actor=stage.dgs,
        mandate=stage.mandate(former),
        last_day=NOW.date() - DAY,
        reason=EndReason.RESIGNATION,
        now=NOW,
    )
    other = elsewhere.frozen()
    convening.convene(actor=elsewhere.dgs, meeting=other, now=NOW)
    return stage


def everybody(stage):
    partner = person("Paule", "Externe")
    belongs(partner, stage.organisation, "external")
    return [stage.dgs_person, stage.secretary, stage.agent, *stage.members, partner]


def test_each_row_rule_agrees_with_its_list(full):
    pairs = [
        (access.can_prepare, access.prepared_assemblies, Assembly),
        (access.can_propose, access.assemblies_to_propose_to, Assembly),
        (access.can_see_meeting, access.visible_meetings, Meeting),
        (access.can_prepare_meeting, access.prepared_meetings, Meeting),
        (access.can_agree, access.meetings_to_agree, Meeting),
        (access.can_see_item, access.visible_items, AgendaItem),
        (access.can_see_convocation, access.visible_convocations, Convocation),
    ]
    for who in everybody(full):
        actor = full.actor(who)
        for may, visible, model in pairs:
            listed = set(visible(actor).values_list("pk", flat=True))
            for row in model.objects.order_by("pk"):
                assert bool(may(actor, row)) == (row.pk in listed), (who, may.__name__, row)


def test_who_may_open_a_dossier_agrees_with_the_list(full):
    today = NOW.date()
    for who in everybody(full):
        listed = set(access.visible_editions(who, today=today).values_list("pk", flat=True))
        for edition in DossierEdition.objects.order_by("pk"):
            decision = access.can_open_dossier(who, edition, today=today)
            assert bool(decision) == (edition.pk in listed)


def test_a_dossier_opens_once_handed_over_and_while_the_mandate_runs(full):
    edition = DossierEdition.objects.get(organisation=full.organisation)
    received, waiting = full.members[3], full.members[2]
    assert access.can_open_dossier(received, edition, today=NOW.date())
    assert not access.can_open_dossier(waiting, edition, today=NOW.date())
    seating.end_mandate(
        actor=full.dgs,
        mandate=full.mandate(received),
        last_day=NOW.date(),
        reason=EndReason.RESIGNATION,
        now=NOW,
    )
    assert access.can_open_dossier(received, edition, today=NOW.date())
    assert not access.can_open_dossier(received, edition, today=NOW.date() + DAY)


def test_a_member_sees_what_was_convened_of_their_bodies_only(full):
    member = full.actor(full.members[3])
    seen = access.visible_meetings(member)
    assert {meeting.convened_at is not None for meeting in seen} == {True}
    assert {meeting.assembly for meeting in seen} == {full.council}


def test_a_former_member_sees_nothing(full):
    former = full.actor(full.members[4])
    assert not access.visible_meetings(former).exists()
    assert not access.visible_items(former).exists()


def test_an_agent_sees_no_draft_of_another_and_nothing_behind_closed_doors(full):
    agent = full.actor(full.agent)
    seen = {item.title for item in access.visible_items(agent)}
    assert seen == {
        "Tarifs de la cantine",
        "Chemin des Vignes",
        "Brouillon de Julien",
        "Retourné",
    }


def test_the_mayor_and_the_members_see_no_proof(full):
    for who in full.members:
        assert not access.visible_convocations(full.actor(who)).exists()


def test_no_list_crosses_to_the_other_commune(full, elsewhere):
    lists = (
        access.prepared_assemblies,
        access.assemblies_to_propose_to,
        access.visible_meetings,
        access.prepared_meetings,
        access.meetings_to_agree,
        access.visible_items,
        access.visible_convocations,
    )
    for who in everybody(full):
        for visible in lists:
            rows = visible(full.actor(who))
            assert not rows.filter(organisation=elsewhere.organisation).exists()
