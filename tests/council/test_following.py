"""What decisions ask of people: entrusted, followed by everybody, reminded."""

import datetime as dt
import re

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.handover import handovers
from accounts.models import Notification
from accounts.standing import Chapter, standing_of
from config.lib import clock
from config.lib.access import Refused
from council import access_following
from council.enums import EndReason, FollowUpState, ItemState
from council.models import Act, Convocation, FollowUp
from council.services import following, seating
from council.services.acts import drafting, signing
from council.services.following import Impossible, NotOfHere
from council.services.refusals import Missing
from tests.council.acts_stage import AFTER, TODAY, held
from tests.council.stage import NOV_30, belongs, person
from tests.council.test_access_acts import everybody
from tests.council.test_acts import signed
from tests.inbox import still_asked

ORG = "saint-aubin"
WEEK = dt.timedelta(days=7)
S = FollowUpState


@pytest.fixture(autouse=True)
def _the_morning_after(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: AFTER)


def at(name, *args):
    return reverse(f"council:{name}", args=[ORG, *args])


def text_of(response):
    flat = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(flat.replace("\u00a0", " ").split())


@pytest.fixture
def dgs(stage):
    return stage.actor(stage.dgs_person, now=AFTER)


@pytest.fixture
def act(stage, dgs):
    meeting = held(stage, ("Bancs de l’école",))
    (made,) = drafting.draft_deliberations(actor=dgs, meeting=meeting, now=AFTER)
    return signed(dgs, made)


def entrusted(actor, act, *, to, due=TODAY + WEEK, what="Commander les bancs"):
    return following.entrust(actor=actor, act=act, what=what, due_on=due, person=to, now=AFTER)


def test_from_the_deliberation_to_done_seen_by_every_member(stage, act, client_of):
    """The DGS entrusts, the agent is told and answers, each member reads it, opposition too."""
    boss, agent = client_of(stage.dgs_person), client_of(stage.agent)
    page = text_of(boss.get(at("act", act.uid)))
    assert "Rien n’est encore confié" in page
    boss.post(
        at("follow-up-create", act.uid),
        {"what": "Commander les bancs", "person": stage.agent.uid, "due_on": "2026-12-08"},
    )
    one = FollowUp.objects.get()
    assert Notification.objects.get(object_uid=one.uid).person == stage.agent
    assert "Commander les bancs" in text_of(agent.get(f"/c/{ORG}/"))
    agent.post(at("follow-up", one.uid), {"state": S.DOING, "progress": "Devis demandé."})
    for who in stage.members:
        assert "Devis demandé." in text_of(client_of(who).get(at("follow-up", one.uid)))
        assert "Commander les bancs" in text_of(client_of(who).get(at("follow-ups")))
    assert still_asked("council.follow_up.given") == 1
    agent.post(at("follow-up", one.uid), {"state": S.DONE})
    assert not still_asked("council.follow_up.given")
    one.refresh_from_db()
    assert one.state == S.DONE
    line = Notification.objects.get(object_uid=one.uid, person=stage.dgs_person)
    assert line.kind == "council.follow_up.settled"
    assert "Aucune suite" in text_of(agent.get(at("follow-ups")))
    assert "Commander les bancs" in text_of(agent.get(at("follow-ups"), {"etat": "tout"}))


def test_the_members_page_shows_it_without_an_account(stage, dgs, act, client):
    entrusted(dgs, act, to=stage.agent)
    convocation = Convocation.objects.get(person=stage.members[4])
    Convocation.objects.filter(pk=convocation.pk).update(state="accepted", handed_over_at=AFTER)
    client.force_login(stage.members[4])
    page = text_of(client.get(reverse("portal:follow-ups", args=[convocation.uid])))
    assert "Commander les bancs" in page
    assert "Julien Petit · avant le mardi 8 décembre 2026" in page


def test_giving_up_takes_a_reason_that_everybody_reads(stage, dgs, act):
    one = entrusted(dgs, act, to=stage.agent)
    agent = stage.actor(stage.agent, now=AFTER)
    with pytest.raises(Missing, match="pourquoi"):
        following.advance(actor=agent, follow_up=one, state=S.ABANDONED, now=AFTER)
    given_up = following.advance(
        actor=agent, follow_up=one, state=S.ABANDONED, reason="Trop cher", now=AFTER
    )
    assert given_up.reason == "Trop cher"
    with pytest.raises(Impossible, match="abandonné"):
        following.advance(actor=agent, follow_up=one, state=S.DONE, now=AFTER)
    with pytest.raises(Impossible, match="Rouvrez"):
        following.change_follow_up(
            actor=dgs, follow_up=one, what="Autre", due_on=TODAY, person=stage.agent, now=AFTER
        )
    again = following.advance(actor=dgs, follow_up=one, state=S.DOING, now=AFTER)
    assert (again.state, again.reason) == (S.DOING, "")
    with pytest.raises(IntegrityError), transaction.atomic():
        FollowUp.objects.filter(pk=one.pk).update(state=S.ABANDONED)


@pytest.mark.parametrize("state", [ItemState.REJECTED, ItemState.ADJOURNED, ItemState.NOTED])
def test_only_what_was_adopted_asks_something(stage, dgs, act, state):
    act.item.state = state
    act.item.save()
    with pytest.raises(Refused, match="adoptée"):
        entrusted(dgs, act, to=stage.agent)


def test_what_is_entrusted_is_said_whole_to_somebody_of_here(stage, dgs, act, elsewhere):
    for wrong, more in (
        (Missing, {"what": "  ", "person": stage.agent}),
        (Missing, {"what": "Commander"}),
        (NotOfHere, {"what": "Commander", "person": elsewhere.agent}),
        (NotOfHere, {"what": "Commander", "team": elsewhere.council.preparing_team}),
        (Impossible, {"what": "Commander", "person": stage.agent, "due_on": TODAY - WEEK}),
    ):
        with pytest.raises(wrong):
            following.entrust(actor=dgs, act=act, now=AFTER, **{"due_on": TODAY} | more)
    assert not FollowUp.objects.exists()


def test_reminders_a_week_before_the_day_itself_then_each_week(stage, dgs, act):
    one = entrusted(dgs, act, to=stage.agent, due=TODAY + 2 * WEEK)
    team = following.entrust(
        actor=dgs,
        act=act,
        what="Écrire aux parents",
        due_on=TODAY + 2 * WEEK,
        team=stage.council.preparing_team,
        now=AFTER,
    )
    Notification.objects.all().delete()
    told = [following.remind(now=AFTER + dt.timedelta(days=day)) for day in range(29)]
    assert [day for day, count in enumerate(told) if count] == [7, 14, 21, 28]
    assert set(told) == {0, 2}, "the person, and the one member of the team"
    lines = Notification.objects.filter(object_uid__in=[one.uid, team.uid])
    assert {line.person for line in lines} == {stage.agent, stage.secretary}
    following.advance(actor=dgs, follow_up=one, state=S.DONE, now=AFTER)
    assert following.remind(now=AFTER + 5 * WEEK) == 1


def test_where_the_commune_stands_and_who_takes_over(stage, dgs, act):
    one = entrusted(dgs, act, to=stage.agent)
    late = AFTER + 2 * WEEK
    facts = standing_of(stage.actor(stage.dgs_person, now=late), late)[Chapter.WAITING]
    assert [(fact.title, fact.late) for fact in facts if fact.title == one.what] == [
        ("Commander les bancs", True)
    ]
    handed = handovers.get("council.follow_ups")
    assert handed.words(handed.count(dgs, stage.agent)) == "1\u00a0suite d’une décision"
    assert handed.give(dgs, stage.agent, stage.secretary, AFTER) == 1
    assert handed.count(dgs, stage.agent) == 0


def test_each_row_rule_agrees_with_its_list(stage, dgs, act, elsewhere):
    closed = held(stage, ("À huis clos", "Rejeté", "Projet"), starts_at=NOV_30 + WEEK)
    there = held(elsewhere)
    later = stage.actor(stage.dgs_person, now=AFTER + WEEK)
    made = drafting.draft_deliberations(actor=later, meeting=closed, now=AFTER + WEEK)
    signed(later, made[0], TODAY + WEEK)
    for one in [act, *made]:
        entrusted(later, one, to=stage.members[2], due=TODAY + 2 * WEEK)
    closed.items.filter(title="À huis clos").update(closed_doors=True)
    closed.items.filter(title="Rejeté").update(state=ItemState.REJECTED)
    boss = elsewhere.actor(elsewhere.dgs_person, now=AFTER)
    for one in drafting.draft_deliberations(actor=boss, meeting=there, now=AFTER):
        entrusted(boss, one, to=elsewhere.agent)
    cancelled = made[2]
    signing.cancel_number(actor=later, act=cancelled, reason="Erreur", now=AFTER + WEEK)
    seating.end_mandate(
        actor=later,
        mandate=stage.mandate(stage.members[4]),
        last_day=TODAY,
        reason=EndReason.RESIGNATION,
        now=AFTER + WEEK,
    )
    Act.objects.filter(pk=act.pk).update(nominative=True)
    pairs = [
        (access_following.can_entrust, access_following.acts_to_entrust, Act),
        (access_following.can_see_follow_up, access_following.visible_follow_ups, FollowUp),
        (access_following.can_advance, access_following.follow_ups_to_advance, FollowUp),
    ]
    for who in everybody(stage):
        actor = stage.actor(who, now=AFTER + WEEK)
        for can, listed, model in pairs:
            rows = list(model.objects.all())
            allowed = {row.pk for row in rows if can(actor, row)}
            assert allowed == set(listed(actor).values_list("pk", flat=True)), (who, can.__name__)


def test_another_commune_and_strangers_see_nothing(stage, dgs, act, elsewhere, client_of):
    one = entrusted(dgs, act, to=stage.agent)
    outside = client_of(elsewhere.dgs_person)
    own = lambda name, *args: reverse(f"council:{name}", args=["valmorel", *args])  # noqa: E731
    for name, uid in (
        ("follow-up", one.uid),
        ("follow-up-change", one.uid),
        ("follow-up-create", act.uid),
    ):
        assert outside.get(own(name, uid)).status_code == 404
        assert outside.get(at(name, uid)).status_code == 404
    partner = person("Paule", "Externe")
    belongs(partner, stage.organisation, "external")
    assert client_of(partner).get(at("follow-up", one.uid)).status_code == 404
    member = client_of(stage.members[2])
    assert member.post(at("follow-up", one.uid), {"state": S.DONE}).status_code == 403
    assert member.get(at("follow-up-create", act.uid)).status_code == 403
    assert client_of(stage.mayor).get(at("follow-up-create", act.uid)).status_code == 200


def test_as_many_queries_for_two_as_for_sixty(stage, dgs, act, client_of):
    client = client_of(stage.agent)

    def count():
        with CaptureQueriesContext(
            connection,
        ) as seen:
            client.get(at("follow-ups"))
        return len(seen)

    for n in range(2):
        entrusted(dgs, act, to=stage.agent, what=f"Chose {n}")
    client.get(at("follow-ups"))
    few = count()
    FollowUp.objects.bulk_create(
        FollowUp(
            organisation=stage.organisation,
            act=act,
            what=f"Autre {n}",
            person=stage.agent,
            due_on=TODAY,
            given_by=stage.dgs_person,
            created_at=AFTER,
            changed_at=AFTER,
        )
        for n in range(45)
    )
    assert count() == few
