"""Who may see and do what with acts: the rule for one row agrees with its list."""

import datetime as dt

import pytest

from council import access_acts
from council.enums import ActKind, ActState, ActType, EndReason
from council.models import Act, Minutes, Register
from council.services import seating
from council.services.acts import drafting, registers, signing
from tests.council.acts_stage import AFTER, TODAY, held
from tests.council.stage import NOV_30, belongs, person
from tests.council.test_acts import order, signed

DAY = dt.timedelta(days=1)


@pytest.fixture
def full(stage, elsewhere):
    """Acts in every state, of every sort, and the other commune's beside them."""
    dgs = stage.actor(stage.dgs_person, now=AFTER)
    open_, closed = drafting.draft_deliberations(actor=dgs, meeting=held(stage), now=AFTER)
    closed.item.closed_doors = True
    closed.item.save()
    later = held(stage, ("Signé à huis clos", "Signé"), starts_at=NOV_30 + 7 * DAY)
    later.items.filter(title="Signé à huis clos").update(closed_doors=True)
    in_time = stage.actor(stage.dgs_person, now=AFTER + 10 * DAY)
    for act in drafting.draft_deliberations(actor=in_time, meeting=later, now=AFTER):
        signed(in_time, act, TODAY + 8 * DAY)
    signing.cancel_number(actor=dgs, act=open_, reason="À refaire", now=AFTER)
    agent = stage.actor(stage.agent, now=AFTER)
    order(stage, agent, title="Brouillon de Julien")
    order(stage, dgs, title="Brouillon de Nadia")
    for title, more in (("Rue", {}), ("Nomination", {"type": ActType.STAFF, "nominative": True})):
        one = order(stage, dgs, title=title, **more)
        signing.present_for_signature(actor=dgs, act=one, now=AFTER)
        signed(dgs, one)
    waiting = order(stage, dgs, title="Attend le maire")
    signing.present_for_signature(actor=dgs, act=waiting, now=AFTER)
    meeting = held(stage, ("Vœux",), starts_at=NOV_30 + 14 * DAY)
    Minutes.objects.create(
        organisation=stage.organisation,
        meeting=later,
        drafted_at=AFTER,
        drafted_by=stage.dgs_person,
        changed_at=AFTER,
        settled_on=TODAY,
        approved_in=meeting,
    )
    Minutes.objects.create(
        organisation=stage.organisation,
        meeting=meeting,
        drafted_at=AFTER,
        drafted_by=stage.dgs_person,
        changed_at=AFTER,
    )
    seating.end_mandate(
        actor=dgs,
        mandate=stage.mandate(stage.members[4]),
        last_day=TODAY - DAY,
        reason=EndReason.RESIGNATION,
        now=AFTER,
    )
    there = elsewhere.actor(elsewhere.dgs_person, now=AFTER)
    for act in drafting.draft_deliberations(actor=there, meeting=held(elsewhere), now=AFTER):
        signed(there, act)
    registers.register_of_mayor(elsewhere.organisation, ActKind.DECISION, now=AFTER)
    return stage


def everybody(stage):
    partner = person("Paule", "Externe")
    belongs(partner, stage.organisation, "external")
    return [stage.dgs_person, stage.secretary, stage.agent, *stage.members, partner]


def test_each_row_rule_agrees_with_its_list(full):
    pairs = [
        (access_acts.can_keep, access_acts.kept_registers, Register),
        (access_acts.can_write_act, access_acts.registers_to_write_in, Register),
        (access_acts.can_see_act, access_acts.visible_acts, Act),
        (access_acts.can_see_minutes, access_acts.visible_minutes, Minutes),
    ]
    for who in everybody(full):
        actor = full.actor(who, now=AFTER)
        for may, visible, model in pairs:
            listed = set(visible(actor).values_list("pk", flat=True))
            for row in model.objects.order_by("pk"):
                assert bool(may(actor, row)) == (row.pk in listed), (who, may.__name__, row)


def titles(stage, who):
    return set(
        access_acts.visible_acts(stage.actor(who, now=AFTER)).values_list("title", flat=True)
    )


def test_an_agent_sees_their_own_and_what_is_signed_and_names_nobody(full):
    assert titles(full, full.agent) == {"Brouillon de Julien", "Signé", "Rue"}


def test_a_member_sees_what_their_body_decided_closed_doors_included(full):
    assert titles(full, full.members[2]) == {
        "Chemin des Vignes",
        "Signé à huis clos",
        "Signé",
        "Rue",
    }


def test_the_mayor_sees_what_they_sign_even_what_names_people(full):
    seen = titles(full, full.mayor)
    assert {"Nomination", "Attend le maire"} <= seen
    assert "Brouillon de Nadia" not in seen


def test_a_former_member_sees_nothing(full):
    assert titles(full, full.members[4]) == set()


def test_only_the_signatory_in_office_has_acts_to_sign(full):
    waiting = {
        who: set(
            access_acts.acts_to_sign(full.actor(who, now=AFTER)).values_list("title", flat=True)
        )
        for who in everybody(full)
    }
    assert waiting.pop(full.mayor) == {"Chemin des Vignes", "Attend le maire"}
    assert not any(waiting.values())
    for act in Act.objects.filter(state=ActState.TO_SIGN):
        for who in everybody(full):
            may = bool(access_acts.can_agree_to_act(full.actor(who, now=AFTER), act))
            assert may == (who == full.mayor and act.organisation == full.organisation)


def test_a_register_of_deliberations_is_not_written_in(full):
    register = Register.objects.get(organisation=full.organisation, kind=ActKind.DELIBERATION)
    decision = access_acts.can_write_act(full.dgs, register)
    assert not decision
    assert "point" in decision.reason
