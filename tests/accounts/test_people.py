"""People join, leave and form teams; dates count where the town hall is."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import access
from accounts.actor import actor_for
from accounts.enums import Capacity, OrganisationKind, TeamKind
from accounts.models import AuditEntry, Membership, Person, Team, TeamMembership
from accounts.services import inviting, joining, leaving, teams
from accounts.services.founding import found_organisation
from config.lib.access import Refused
from tests.personas import make_cast, make_person


def test_overlapping_memberships_are_refused_by_the_service_and_by_the_database(cast):
    with pytest.raises(joining.AlreadyMember):
        joining.join(actor=cast.dgs, person=cast.julien, capacity=Capacity.AGENT, now=cast.now)
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(
            organisation=cast.saint_aubin,
            person=cast.julien,
            capacity=Capacity.AGENT,
            from_date=cast.dgs.today + timedelta(days=5),
        )


def test_another_capacity_or_another_period_is_no_overlap(cast):
    joining.join(actor=cast.dgs, person=cast.julien, capacity=Capacity.ELECTED, now=cast.now)
    first = Membership.objects.get(person=cast.julien, capacity=Capacity.AGENT)
    leaving.end_membership(
        actor=cast.dgs, membership=first, last_day=cast.dgs.today + timedelta(days=9), now=cast.now
    )
    joining.join(
        actor=cast.dgs,
        person=cast.julien,
        capacity=Capacity.AGENT,
        from_date=cast.dgs.today + timedelta(days=10),
        now=cast.now,
    )


def test_only_the_direction_changes_people(cast):
    julien = cast.actor(cast.julien)
    with pytest.raises(Refused):
        joining.join(actor=julien, person=cast.sophie, capacity=Capacity.AGENT, now=cast.now)
    with pytest.raises(Refused):
        teams.create_team(actor=julien, label="La mienne", kind=TeamKind.PROJECT, now=cast.now)
    with pytest.raises(Refused):
        teams.add_to_team(actor=julien, team=cast.direction, person=cast.julien, now=cast.now)


def test_a_direction_does_not_reach_into_another_organisation(cast):
    sophie = cast.actor(cast.sophie, cast.valmorel)
    theirs = Membership.objects.get(person=cast.julien)
    with pytest.raises(Membership.DoesNotExist):
        leaving.end_membership(actor=sophie, membership=theirs, last_day=sophie.today, now=cast.now)
    with pytest.raises(Team.DoesNotExist):
        teams.add_to_team(actor=sophie, team=cast.urbanisme, person=cast.karim, now=cast.now)
    with pytest.raises(inviting.NotAMember):
        inviting.invite(actor=sophie, person=cast.julien, now=cast.now)


def test_a_team_takes_only_people_of_its_organisation_even_in_sql(cast):
    with pytest.raises(teams.NotAMember):
        teams.add_to_team(actor=cast.dgs, team=cast.finances, person=cast.sophie, now=cast.now)
    crossing = TeamMembership(
        organisation=cast.valmorel,
        team=cast.urbanisme,
        person=cast.karim,
        from_date=date(2026, 1, 1),
    )
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(IntegrityError), transaction.atomic():
        crossing.save()


def test_the_last_of_the_direction_cannot_leave(cast):
    mine = Membership.objects.get(person=cast.nadia)
    with pytest.raises(leaving.LastOfDirection):
        leaving.end_membership(
            actor=cast.dgs, membership=mine, last_day=cast.dgs.today, now=cast.now
        )
    entry = TeamMembership.objects.get(team=cast.direction)
    with pytest.raises(leaving.LastOfDirection):
        teams.remove_from_team(actor=cast.dgs, entry=entry, now=cast.now)
    teams.add_to_team(actor=cast.dgs, team=cast.direction, person=cast.claire, now=cast.now)
    teams.remove_from_team(actor=cast.dgs, entry=entry, now=cast.now)
    assert not cast.actor(cast.nadia).is_dgs
    assert cast.actor(cast.claire).is_dgs


def test_the_direction_team_is_neither_archived_nor_doubled(cast):
    with pytest.raises(teams.DirectionStays):
        teams.archive_team(actor=cast.dgs, team=cast.direction, now=cast.now)
    with pytest.raises(teams.DirectionStays):
        teams.create_team(actor=cast.dgs, label="Bis", kind=TeamKind.DGS, now=cast.now)


def test_an_archived_team_gives_nothing_any_more(cast):
    teams.archive_team(actor=cast.dgs, team=cast.finances, now=cast.now)
    assert cast.actor(cast.karim).team_ids == frozenset()


def test_leaving_ends_the_teams_too_and_only_here(cast):
    mine = Membership.objects.get(person=cast.karim, organisation=cast.saint_aubin)
    leaving.end_membership(actor=cast.dgs, membership=mine, last_day=cast.dgs.today, now=cast.now)
    tomorrow = cast.now + timedelta(days=1)
    assert actor_for(cast.karim, cast.saint_aubin, now=tomorrow) is None
    assert actor_for(cast.karim, cast.valmorel, now=tomorrow) is not None
    assert TeamMembership.objects.get(person=cast.karim).to_date == cast.dgs.today


def test_someone_removed_from_a_team_loses_it_now(cast):
    entry = TeamMembership.objects.get(person=cast.julien)
    teams.remove_from_team(actor=cast.dgs, entry=entry, now=cast.now)
    assert cast.actor(cast.julien).team_ids == frozenset()


# -- where the town hall is ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "last_instant"),
    [
        # The last day is included, until local midnight: four hours earlier in La Réunion than
        # in UTC, one or two in Paris, four hours later in Martinique.
        ("Indian/Reunion", datetime(2026, 6, 30, 19, 59, 59, tzinfo=UTC)),
        ("Europe/Paris", datetime(2026, 6, 30, 21, 59, 59, tzinfo=UTC)),
        ("America/Martinique", datetime(2026, 7, 1, 3, 59, 59, tzinfo=UTC)),
    ],
)
def test_a_membership_ends_at_midnight_of_the_town_hall(db, zone, last_instant):
    start = datetime(2026, 6, 1, 8, tzinfo=UTC)
    director = make_person("Aline", "Hoarau", "f", now=start)
    agent = make_person("Théo", "Payet", "m", now=start)
    actor = found_organisation(
        name="Ailleurs", slug="ailleurs", kind=OrganisationKind.COMMUNE, timezone=zone,
        director=director, now=start,
    )  # fmt: skip
    joining.join(
        actor=actor, person=agent, capacity=Capacity.AGENT, to_date=date(2026, 6, 30), now=start
    )
    assert actor_for(agent, actor.organisation, now=last_instant) is not None
    assert actor_for(agent, actor.organisation, now=last_instant + timedelta(seconds=1)) is None
    assert list(access.own_organisations(agent, last_instant)) == [actor.organisation]
    assert list(access.own_organisations(agent, last_instant + timedelta(seconds=1))) == []


@pytest.mark.parametrize(
    ("day", "last_instant"),
    [
        # The clocks change on these days in Paris: the day has 23, then 25 hours.
        (date(2026, 3, 29), datetime(2026, 3, 29, 21, 59, 59, tzinfo=UTC)),
        (date(2026, 10, 25), datetime(2026, 10, 25, 22, 59, 59, tzinfo=UTC)),
    ],
)
def test_days_when_the_clocks_change_end_at_midnight_too(db, day, last_instant):
    cast = make_cast(datetime(2026, 1, 5, 8, tzinfo=UTC))
    mine = Membership.objects.get(person=cast.julien)
    leaving.end_membership(actor=cast.dgs, membership=mine, last_day=day, now=cast.now)
    assert actor_for(cast.julien, cast.saint_aubin, now=last_instant) is not None
    after = last_instant + timedelta(seconds=1)
    assert actor_for(cast.julien, cast.saint_aubin, now=after) is None


def test_a_person_switched_off_acts_nowhere(cast):
    cast.julien.is_active = False
    cast.julien.save()
    assert actor_for(cast.julien, cast.saint_aubin, now=cast.now) is None


# -- identity -----------------------------------------------------------------------------------


def test_a_direction_cannot_take_over_the_account_of_a_shared_agent(cast):
    for person in (cast.karim, cast.julien):
        with pytest.raises(Refused):
            joining.correct_person(
                actor=cast.dgs, person=person, now=cast.now, email="vol@exemple.fr"
            )
    joining.correct_person(actor=cast.dgs, person=cast.rene, now=cast.now, phone="04 70 11 11 11")
    cast.rene.refresh_from_db()
    assert cast.rene.phone == "04 70 11 11 11"


def test_a_card_used_by_two_organisations_is_corrected_by_neither(cast):
    joining.join(
        actor=cast.actor(cast.sophie, cast.valmorel),
        person=cast.rene,
        capacity=Capacity.EXTERNAL,
        now=cast.now,
    )
    with pytest.raises(Refused):
        joining.correct_person(actor=cast.dgs, person=cast.rene, now=cast.now, email="x@exemple.fr")


def test_the_directory_and_the_row_rule_agree(cast):
    everybody = list(Person.objects.order_by("pk"))
    for actor in (cast.dgs, cast.actor(cast.julien), cast.actor(cast.sophie, cast.valmorel)):
        listed = set(access.visible_people(actor))
        assert listed == {p for p in everybody if access.can_see_person(actor, p)}


def test_proposed_identifiers_are_free(cast):
    assert inviting.propose_identifier(cast.rene) == "rene.lacombe"
    twin = Person(given_name="Julien", family_name="Petit")
    assert inviting.propose_identifier(twin) == "julien.petit2"


# -- through the pages --------------------------------------------------------------------------


def test_the_direction_adds_somebody_who_chooses_a_password_and_enters(
    cast, client, client_of, run_jobs, mailoutbox
):
    nadia = client_of(cast.nadia)
    form = {
        "gender": "f",
        "given_name": "Lucie",
        "family_name": "D’Orléans",
        "email": "lucie@exemple.fr",
        "capacity": "agent",
        "job_title": "Stagiaire",
        "invite": "on",
    }
    answer = nadia.post(reverse("accounts:person-add", args=["saint-aubin"]), form)
    assert answer.status_code == 302
    lucie = Person.objects.get(given_name="Lucie")
    assert lucie.identifier == "lucie.d-orleans"
    run_jobs()
    subjects = sorted(m.subject for m in mailoutbox)
    assert subjects == [
        "Lucie D’Orléans — confirmez que vous recevez bien nos courriels",
        "Lucie D’Orléans — votre accès à Saint-Aubin-le-Parvis",
    ]
    invitation = next(m for m in mailoutbox if "votre accès" in m.subject)
    link = re.search(r"http://localhost:8000(\S+)", invitation.body).group(1)
    assert link not in (lucie.mails.get(kind="accounts.invitation").body)
    new = "quatre mots sans rapport"
    assert client.post(link, {"password": new, "again": new}).status_code == 302
    assert client.get("/c/saint-aubin/").status_code == 200
    assert client.get(link).status_code == 410
    lucie.refresh_from_db()
    assert lucie.email_confirmed_at is not None
    assert "Lucie D’Orléans" in nadia.get("/c/saint-aubin/personnes/").content.decode()


def test_the_direction_ends_a_membership_from_the_page(cast, client_of):
    nadia = client_of(cast.nadia)
    mine = Membership.objects.get(person=cast.julien)
    address = reverse("accounts:membership-end", args=["saint-aubin", mine.uid])
    yesterday = (cast.dgs.today - timedelta(days=1)).isoformat()
    asked = nadia.post(address, {"last_day": yesterday})
    assert "Mettre fin à l’appartenance de Julien Petit ?" in asked.content.decode()
    assert client_of(cast.julien).get("/c/saint-aubin/").status_code == 200
    done = nadia.post(address, {"last_day": yesterday, "confirme": "1"})
    assert done.status_code == 302
    assert client_of(cast.julien).get("/c/saint-aubin/").status_code == 404
    own = Membership.objects.get(person=cast.nadia)
    refused = nadia.post(
        reverse("accounts:membership-end", args=["saint-aubin", own.uid]),
        {"last_day": cast.dgs.today.isoformat(), "confirme": "1"},
    )
    assert refused.status_code == 422
    assert "Il ne resterait personne" in refused.content.decode()


def test_teams_are_made_filled_and_closed_from_the_pages(cast, client_of):
    nadia = client_of(cast.nadia)
    nadia.post(
        reverse("accounts:team-add", args=["saint-aubin"]), {"label": "Écoles", "kind": "service"}
    )
    made = Team.objects.get(label="Écoles")
    page = reverse("accounts:team", args=["saint-aubin", made.uid])
    someone = {"person": str(cast.claire.uid)}
    assert "Personne ne gagne" in nadia.post(page, someone).content.decode()
    assert not TeamMembership.objects.filter(team=made).exists()
    assert nadia.post(page, {**someone, "confirme": "1"}).status_code == 302
    assert "Claire Fontaine" in nadia.get(page).content.decode()
    # Somebody of another organisation is not a choice.
    assert nadia.post(page, {"person": str(cast.sophie.uid)}).status_code == 422
    twice = nadia.post(
        reverse("accounts:team-add", args=["saint-aubin"]), {"label": "Écoles", "kind": "service"}
    )
    assert "porte déjà ce nom" in twice.content.decode()
    entry = TeamMembership.objects.get(team=made)
    removal = reverse("accounts:team-remove", args=["saint-aubin", entry.uid])
    assert "de l’équipe Écoles ?" in nadia.post(removal).content.decode()
    assert TeamMembership.objects.filter(team=made).exists()
    nadia.post(removal, {"confirme": "1"})
    assert not TeamMembership.objects.filter(team=made).exists()
    nadia.post(reverse("accounts:team-rename", args=["saint-aubin", made.uid]), {"label": "École"})
    nadia.post(reverse("accounts:team-archive", args=["saint-aubin", made.uid]))
    made.refresh_from_db()
    assert (made.label, made.archived_at is not None) == ("École", True)
    verbs = AuditEntry.objects.filter(target_uid=made.uid).values_list("verb", flat=True)
    assert set(verbs) == {
        "accounts.team.created",
        "accounts.team.renamed",
        "accounts.team.archived",
    }


def test_the_colour_is_checked_where_it_is_chosen_and_served_as_a_sheet(cast, client_of):
    nadia = client_of(cast.nadia)
    address = reverse("accounts:organisation", args=["saint-aubin"])
    pale = nadia.post(address, {"accent": "#ffe680"})
    assert pale.status_code == 422
    assert "trop claire" in pale.content.decode()
    assert nadia.post(address, {"accent": "#7a1f3d", "training_enabled": "on"}).status_code == 302
    sheet = client_of(cast.julien).get("/c/saint-aubin/accent.css")
    assert sheet["Content-Type"].startswith("text/css")
    assert b"--commune-accent:#7a1f3d" in sheet.content
    same = client_of(cast.julien).get("/c/saint-aubin/accent.css", HTTP_IF_NONE_MATCH=sheet["ETag"])
    assert same.status_code == 304
    assert client_of(cast.sophie).get("/c/valmorel/accent.css").content == b""


def _queries(client, address):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_lists_cost_the_same_for_few_people_and_for_many(cast, client_of):
    nadia = client_of(cast.nadia)
    pages = [
        reverse("accounts:people", args=["saint-aubin"]),
        reverse("accounts:team", args=["saint-aubin", cast.urbanisme.uid]),
        reverse("accounts:journal", args=["saint-aubin"]),
        "/c/saint-aubin/admin/accounts/membership/",
        "/c/saint-aubin/admin/accounts/teammembership/",
    ]
    nadia.get(pages[0])
    few = [_queries(nadia, page) for page in pages]
    for n in range(20):
        someone = make_person(f"Agent{n}", "Nouveau", "", now=cast.now)
        joining.join(actor=cast.dgs, person=someone, capacity=Capacity.AGENT, now=cast.now)
        teams.add_to_team(actor=cast.dgs, team=cast.urbanisme, person=someone, now=cast.now)
    assert [_queries(nadia, page) for page in pages] == few


def test_people_are_listed_in_french_order(cast, client_of):
    for given, family in (("Zoé", "Évrard"), ("Ana", "Zola"), ("Éva", "Fabre")):
        someone = make_person(given, family, "", now=cast.now, account=False)
        joining.join(actor=cast.dgs, person=someone, capacity=Capacity.AGENT, now=cast.now)
    page = client_of(cast.nadia).get("/c/saint-aubin/personnes/").content.decode()
    names = ["Zoé Évrard", "Éva Fabre", "Claire Fontaine", "Julien Petit", "Ana Zola"]
    positions = [page.index(name) for name in names]
    assert positions == sorted(positions)


def test_the_journal_reads_as_sentences(cast, client_of):
    page = client_of(cast.nadia).get("/c/saint-aubin/personnes/journal/").content.decode()
    assert "Nadia Morel a créé l’équipe Urbanisme" in page
    assert "Valmorel" not in page
