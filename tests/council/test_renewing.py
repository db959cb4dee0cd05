"""A general renewal: dated cuts, the elected seated, the installation prepared and noted."""

import datetime as dt
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.actor import actor_for
from accounts.models import Mail, Person
from config.lib import clock
from config.lib.access import Refused
from council.access import meetings_to_agree, visible_editions
from council.enums import (
    AssemblyKind,
    Capacity,
    ConvocationState,
    EndReason,
    Function,
    ProxyState,
    Voice,
)
from council.models import (
    AgendaItem,
    Convocation,
    Mandate,
    Meeting,
    NotesLeave,
    Proxy,
    Renewal,
)
from council.rules.session.facts import About
from council.rules.votes import Ballot as Mode
from council.services import (
    agreeing,
    convening,
    electing,
    functions,
    installing,
    leaving_notes,
    renewing,
    seating,
)
from tests.council.session.live import Live
from tests.council.stage import LONG_AGO, NOW, PARIS

ORG = "saint-aubin"
DAY = dt.timedelta(days=1)
SUNDAY = dt.date(2026, 11, 22)
MONDAY = dt.datetime(2026, 11, 23, 9, tzinfo=PARIS)
FRIDAY = dt.datetime(2026, 11, 27, 19, tzinfo=PARIS)
SATURDAY = FRIDAY + DAY

CSV = """liste;rang;civilité;prénom;nom;courriel;élu
Demain;1;Mme;Aline;Zola;aline@example.fr;oui
Demain;2;M.;Karim;Neuf;karim@example.fr;oui
Demain;3;Mme;Lise;Venue;lise@example.fr;oui
Demain;4;M.;Jean;Dernier;;non
Ensemble;1;M.;René;Lacombe;;oui
Ensemble;2;M.;Michel;Garnier;;non
"""


@pytest.fixture(autouse=True)
def at(monkeypatch):
    """The morning after the election; tests move its only element."""
    instant = [MONDAY]
    monkeypatch.setattr(clock, "now", lambda: instant[0])
    return instant


def dgs(stage, now=MONDAY):
    return stage.actor(stage.dgs_person, now=now)


def begun(stage, text=CSV):
    row = renewing.open_renewal(
        actor=dgs(stage), assembly=stage.council, complete_on=SUNDAY, now=MONDAY
    )
    electing.keep_lists(
        actor=dgs(stage),
        assembly=stage.council,
        election_on=SUNDAY,
        content=text.encode(),
        now=MONDAY,
    )
    return row


def cut(stage, row):
    return renewing.cut_council(actor=dgs(stage), renewal=row, now=MONDAY)


def prepared(stage, row, starts_at=FRIDAY, **facts):
    wanted = {"has_ccas": True, "outside": ["SIVOM du Val"]} | facts
    return installing.prepare_installation(
        actor=dgs(stage), renewal=row, starts_at=starts_at, place="Mairie", now=MONDAY, **wanted
    )


def installed(stage, row, mayor, *deputies):
    return installing.install_executive(
        actor=dgs(stage, SATURDAY),
        renewal=row,
        elected_on=FRIDAY.date(),
        mayor=mayor,
        deputies=deputies,
        now=SATURDAY,
    )


def someone(name):
    return Person.objects.get(family_name=name)


def seats(stage, on):
    rows = Mandate.objects.filter(assembly=stage.council).current(on)
    return {one.person.family_name: one for one in rows.select_related("person")}


def text_of(response):
    flat = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(flat.replace("\u00a0", " ").split())


def at_page(stage):
    return reverse("council:renewal", args=[ORG, stage.council.uid])


class TestTheCut:
    def test_each_function_ends_on_its_own_day(self, stage):
        commission = seating.create_assembly(
            actor=stage.dgs, kind=AssemblyKind.COMMISSION, name="Finances", now=NOW
        )
        jeanne, aline = stage.members[2], stage.members[4]
        for who in (jeanne, aline):
            seating.give_mandate(
                actor=stage.dgs,
                assembly=commission,
                person=who,
                rank=1,
                from_date=LONG_AGO,
                now=NOW,
            )
        row = begun(stage)
        shown = renewing.preview(row)
        assert shown.leave == ("Jeanne Martin", "Paul Martin")
        assert shown.stay == ("Aline Zola", "René Lacombe")
        assert shown.come == ("Karim Neuf", "Lise Venue")
        assert shown.acting == ("Michel Garnier (maire)",)
        assert shown.commissions == ("Finances",)
        cut(stage, row)
        old = Mandate.objects.filter(assembly=stage.council, from_date=LONG_AGO)
        assert {(one.to_date, one.end_reason) for one in old} == {(SUNDAY, EndReason.TERM)}
        now = seats(stage, MONDAY.date())
        assert set(now) == {"Zola", "Neuf", "Venue", "Lacombe", "Garnier"}
        assert [now[name].rank for name in ("Zola", "Neuf", "Venue", "Lacombe")] == [1, 2, 3, 4]
        assert now["Lacombe"].wants_paper, "a dated request stays"
        sits = Mandate.objects.filter(assembly=commission).current(MONDAY.date())
        assert [one.person for one in sits] == [aline], "her commission waits for the new ones"
        assert actor_for(jeanne, stage.organisation, now=MONDAY) is None
        assert actor_for(someone("Neuf"), stage.organisation, now=MONDAY) is not None

    def test_the_beaten_mayor_agrees_and_convenes_but_sits_no_more(self, stage):
        row = begun(stage)
        cut(stage, row)
        acting = seats(stage, MONDAY.date())["Garnier"]
        assert (acting.function, acting.voice, acting.to_date) == (
            Function.MAYOR,
            Voice.CONSULTATIVE,
            None,
        )
        meeting = prepared(stage, row)
        mayor = stage.actor(stage.mayor, now=MONDAY)
        agreeing.ask_mayor(actor=dgs(stage), meeting=meeting, now=MONDAY)
        assert meeting in meetings_to_agree(mayor)
        told = {one.name for one in convening.recipients(meeting, now=MONDAY)}
        assert told == {"Aline Zola", "Karim Neuf", "Lise Venue", "René Lacombe"}

    def test_a_mayor_elected_again_to_the_council_keeps_the_function_meanwhile(self, stage):
        row = begun(stage, CSV.replace("Michel;Garnier;;non", "Michel;Garnier;;oui"))
        cut(stage, row)
        seat = seats(stage, MONDAY.date())["Garnier"]
        assert (seat.function, seat.voice) == (Function.MAYOR, Voice.DELIBERATIVE)

    def test_links_pouvoirs_and_teams_stop_that_day(self, stage, client_of):
        jeanne, paul = stage.members[2], stage.members[3]
        rule = functions.follow_function(
            actor=stage.dgs,
            assembly=stage.council,
            function=Function.MEMBER,
            label="Conseillers",
            now=NOW,
        )
        meeting = stage.frozen()
        convening.convene(actor=stage.dgs, meeting=meeting, now=NOW)
        Convocation.objects.update(state=ConvocationState.SENT, handed_over_at=NOW)
        Proxy.objects.create(
            organisation=stage.organisation,
            meeting=meeting,
            giver=stage.members[4],
            holder=paul,
            state=ProxyState.CONFIRMED,
            source="account",
            given_at=NOW,
            confirmed_at=NOW,
        )
        row = begun(stage)
        shown = renewing.preview(row)
        assert (shown.links, shown.proxies) == (3, 1)
        assert "Jeanne Martin quitte l’équipe Conseillers" in shown.teams
        own = Convocation.objects.get(person=jeanne)
        cut(stage, row)
        assert Convocation.objects.get(pk=own.pk).generation == own.generation + 1
        assert not visible_editions(jeanne, today=MONDAY.date()).exists()
        assert client_of(jeanne).get(reverse("portal:home", args=[own.uid])).status_code == 403
        assert Proxy.objects.get().state == ProxyState.LAPSED
        inside = rule.team.memberships.current(MONDAY.date()).values_list("person", flat=True)
        assert set(inside) == {someone(name).pk for name in ("Neuf", "Venue", "Lacombe")} | {
            stage.members[4].pk
        }

    def test_thirty_days_for_notes_go_to_those_who_left_alone(self, stage):
        meeting = stage.frozen()
        convening.convene(actor=stage.dgs, meeting=meeting, now=NOW)
        cut(stage, begun(stage))
        leaving_notes.every_night(now=MONDAY)
        left = {one.person for one in NotesLeave.objects.select_related("person")}
        assert left == {stage.members[2], stage.members[3]}, "the mayor is still in function"
        assert Mail.objects.filter(kind="council.notes_leave").count() == 2

    def test_once_and_only_when_its_time_has_come(self, stage):
        with pytest.raises(renewing.TooSoon):
            renewing.open_renewal(
                actor=dgs(stage), assembly=stage.council, complete_on=SUNDAY + 9 * DAY, now=MONDAY
            )
        row = renewing.open_renewal(
            actor=dgs(stage), assembly=stage.council, complete_on=SUNDAY, now=MONDAY
        )
        with pytest.raises(renewing.TooSoon, match="listes"):
            cut(stage, row)
        with pytest.raises(renewing.TooSoon):
            prepared(stage, row)
        begun(stage)
        evening = dt.datetime(2026, 11, 22, 23, tzinfo=PARIS)
        with pytest.raises(renewing.TooSoon, match="lendemain"):
            renewing.cut_council(actor=dgs(stage, evening), renewal=row, now=evening)
        cut(stage, row)
        with pytest.raises(renewing.AlreadyDone):
            cut(stage, row)
        with pytest.raises(renewing.AlreadyDone):
            renewing.open_renewal(
                actor=dgs(stage), assembly=stage.council, complete_on=SUNDAY - DAY, now=MONDAY
            )
        with pytest.raises(IntegrityError), transaction.atomic():
            Renewal.objects.create(
                organisation=stage.organisation,
                assembly=stage.council,
                complete_on=LONG_AGO,
                created_at=NOW,
            )


class TestTheInstallation:
    def test_points_in_the_order_of_the_law_and_a_day_that_it_allows(self, stage):
        row = begun(stage)
        cut(stage, row)
        for wrong in (FRIDAY - DAY, FRIDAY + 3 * DAY):
            with pytest.raises(installing.NotByTheLaw, match="première séance"):
                prepared(stage, row, starts_at=wrong)
        meeting = prepared(stage, row)
        listed = AgendaItem.objects.filter(meeting=meeting, state="listed").order_by("position")
        titles = [one.title for one in listed]
        assert titles[:4] == [
            "Élection du maire",
            "Détermination du nombre d’adjoints",
            "Élection des adjoints",
            "Lecture de la charte de l’élu local",
        ]
        assert titles[-1] == "Désignation des délégués : SIVOM du Val"
        assert all(one.subject_code and one.summary for one in listed)
        with pytest.raises(renewing.AlreadyDone):
            prepared(stage, row)

    def test_the_former_minutes_wait_for_the_mayor_s_election(self, stage):
        meeting = stage.meeting(starts_at=NOW + DAY)
        Meeting.objects.filter(pk=meeting.pk).update(agenda_frozen_at=NOW, convened_at=NOW)
        row = begun(stage)
        cut(stage, row)
        items = AgendaItem.objects.filter(meeting=prepared(stage, row), state="listed")
        assert "procès-verbal" in items.order_by("position").last().title

    def test_the_new_mayor_and_deputies_from_the_day_of_their_election(self, stage):
        row = begun(stage)
        cut(stage, row)
        prepared(stage, row)
        aline, karim, rene = someone("Zola"), someone("Neuf"), someone("Lacombe")
        installed(stage, row, karim, rene, aline)
        now = seats(stage, FRIDAY.date())
        assert set(now) == {"Zola", "Neuf", "Venue", "Lacombe"}
        assert {
            name: (one.function, one.rank, one.function_label) for name, one in now.items()
        } == {
            "Neuf": (Function.MAYOR, 1, ""),
            "Lacombe": (Function.DEPUTY, 2, "1er adjoint"),
            "Zola": (Function.DEPUTY, 3, "2e adjoint"),
            "Venue": (Function.MEMBER, 4, ""),
        }
        eve = seats(stage, FRIDAY.date() - DAY)
        assert eve["Garnier"].function == Function.MAYOR
        assert actor_for(stage.mayor, stage.organisation, now=SATURDAY) is None
        with pytest.raises(renewing.AlreadyDone):
            installed(stage, row, karim, rene)

    @pytest.mark.parametrize("new", ["Garnier", "Neuf"])
    def test_a_former_mayor_is_mayor_again_or_a_deputy(self, stage, new):
        row = begun(stage, CSV.replace("Michel;Garnier;;non", "Michel;Garnier;;oui"))
        cut(stage, row)
        other = {"Garnier": "Neuf", "Neuf": "Garnier"}[new]
        installed(stage, row, someone(new), someone(other))
        now = seats(stage, SATURDAY.date())
        assert (now[new].function, now[other].function) == (Function.MAYOR, Function.DEPUTY)
        chairs = Mandate.objects.filter(assembly=stage.council).chairing()
        assert chairs.current(FRIDAY.date()).get().person == someone(new)

    def test_whoever_the_council_may_not_elect_is_refused(self, stage):
        row = begun(stage)
        cut(stage, row)
        for mayor, deputies in (
            (stage.members[2], [someone("Neuf")]),
            (someone("Neuf"), []),
            (someone("Neuf"), [someone("Neuf")]),
        ):
            with pytest.raises(installing.NotByTheLaw):
                installed(stage, row, mayor, *deputies)

    def test_the_ballots_of_the_session_propose_who_was_elected(self, stage, client_of, at):
        row = begun(stage)
        cut(stage, row)
        meeting = prepared(stage, row)
        aline = someone("Zola").full_name
        stage.frozen(meeting, now=MONDAY)
        convening.convene(actor=dgs(stage), meeting=meeting, now=MONDAY)
        seated = installing.seated(row, FRIDAY.date())
        live = Live(stage, meeting)
        live.at = FRIDAY
        live.roll(*(one.person for one in seated)).open(chair=someone("Zola"))
        first = live.items[0]
        live.call(first)
        live.vote(
            first, about=About.NOMINATION, mode=Mode.SECRET, question="maire", choices={aline: 4}
        )
        assert installing.elected_in_session(Renewal.objects.get()) == [someone("Zola")]
        at[0] = SATURDAY
        shown = client_of(stage.dgs_person).get(at_page(stage)).content.decode()
        chosen = f'<option value="{someone("Zola").uid}" selected>'
        assert shown.count(chosen) == 1
        assert "viennent des votes de la séance" in text_of(
            client_of(stage.dgs_person).get(at_page(stage))
        )


class TestABodyBesideTheCommune:
    """Renewed after the councils, on the day of its own installation."""

    def test_the_outgoing_sit_until_the_eve_and_the_president_is_one_of_the_new(
        self, stage, client_of, at
    ):
        board = seating.create_assembly(
            actor=stage.dgs, kind=AssemblyKind.CCAS_BOARD, name="CCAS", now=NOW
        )
        mayor, aline, paul = stage.mayor, stage.members[4], stage.members[3]
        for rank, who in enumerate((mayor, aline, paul), start=1):
            seating.give_mandate(
                actor=stage.dgs, assembly=board, person=who, rank=rank, from_date=LONG_AGO,
                function=Function.PRESIDENT if who == mayor else Function.MEMBER, now=NOW,
            )  # fmt: skip
        members = "liste;rang;prénom;nom;élu\nConseil;1;Aline;Zola;oui\nNommés;1;Lise;Venue;oui\n"
        boss = client_of(stage.dgs_person)
        page = reverse("council:renewal", args=[ORG, board.uid])
        way = [
            reverse("council:bodies", args=[ORG]),
            reverse("council:members", args=[ORG, board.uid]),
        ]
        for here, there in zip(way, [*way[1:], page], strict=True):
            assert there in boss.get(here).content.decode(), "found without knowing its address"
        shown = text_of(boss.get(page))
        assert "Nouveaux membres installés le" in shown
        assert "scrutin" not in shown
        boss.post(page, {"step": "dates", "complete_on": "2026-11-23"})
        boss.post(page, {"step": "lists", "file": SimpleUploadedFile("L.csv", members.encode())})
        shown = text_of(boss.get(page))
        assert "Michel Garnier, Paul Martin" in shown
        assert "4. La séance" not in shown
        boss.post(page, {"step": "cut"})
        old = Mandate.objects.filter(assembly=board, from_date=LONG_AGO)
        assert {one.to_date for one in old} == {SUNDAY}, "until the eve"
        now = Mandate.objects.filter(assembly=board).current(MONDAY.date())
        assert {one.person.family_name for one in now} == {"Zola", "Venue"}, "nobody stays acting"
        assert {one.person.family_name: one.capacity for one in now} == {
            "Zola": Capacity.ELECTED,
            "Venue": Capacity.APPOINTED,
        }
        assert stage.mandate(mayor).to_date is None, "the council goes on"
        with pytest.raises(renewing.NotACouncil):
            prepared(stage, Renewal.objects.get())
        told = {
            "step": "executive",
            "elected_on": "2026-11-23",
            "mayor": str(aline.uid),
            "deputy_1": str(someone("Venue").uid),
        }
        done = boss.post(page, told)
        assert done.status_code == 302, text_of(done)
        heads = Mandate.objects.filter(assembly=board).current(MONDAY.date())
        assert {one.person.family_name: (one.function, one.function_label) for one in heads} == {
            "Zola": (Function.PRESIDENT, ""),
            "Venue": (Function.VICE_PRESIDENT, "1er vice-président"),
        }
        assert "installation du lundi 23 novembre 2026" in text_of(boss.get(page))


class TestThePage:
    def test_from_the_election_to_the_new_mayor(self, stage, client_of, at):
        boss, page = client_of(stage.dgs_person), at_page(stage)
        assert "Commencer" in text_of(boss.get(page))
        boss.post(page, {"step": "dates", "complete_on": "2026-11-22"})
        wrong = boss.post(
            page,
            {
                "step": "lists",
                "file": SimpleUploadedFile("L.csv", (CSV + "X;0;;A;B;;non").encode()),
            },
        )
        assert wrong.status_code == 422
        assert "n’est pas un rang" in text_of(wrong)
        early = boss.post(page, {"step": "cut"})
        assert early.status_code == 422
        boss.post(page, {"step": "lists", "file": SimpleUploadedFile("L.csv", CSV.encode())})
        shown = text_of(boss.get(page))
        assert "Jeanne Martin, Paul Martin" in shown
        assert "art. L2122-15" in shown
        assert not Renewal.objects.get().cut_at, "looking writes nothing"
        boss.post(page, {"step": "cut"})
        pack = {
            "step": "pack",
            "day": "2026-11-27",
            "hour": "19:00",
            "place": "Mairie",
            "has_ccas": "on",
            "outside": "SIVOM du Val\n\n",
        }
        late = boss.post(page, pack | {"day": "2026-12-04"})
        assert late.status_code == 422
        assert boss.post(page, pack).status_code == 302
        assert "Séance du vendredi 27 novembre 2026" in text_of(boss.get(page))
        at[0] = SATURDAY
        done = boss.post(
            page,
            {
                "step": "executive",
                "elected_on": "2026-11-27",
                "mayor": str(someone("Neuf").uid),
                "deputy_1": str(someone("Zola").uid),
            },
        )
        assert done.status_code == 302, text_of(done)
        assert "Dernier renouvellement" in text_of(boss.get(page))

    def test_nobody_but_the_direction_renews_a_council(self, stage, client_of, elsewhere):
        page = at_page(stage)
        for who, status in (
            (stage.secretary, 403),
            (stage.mayor, 404),
            (stage.agent, 404),
            (stage.members[2], 404),
            (elsewhere.dgs_person, 404),
        ):
            client = client_of(who)
            for answer in (client.get(page), client.post(page, {"step": "cut"})):
                assert answer.status_code == status, who
        row = begun(stage)
        for who in (stage.secretary, stage.mayor):
            with pytest.raises(Refused):
                renewing.cut_council(actor=stage.actor(who, now=MONDAY), renewal=row, now=MONDAY)
        with pytest.raises(Refused):
            renewing.open_renewal(
                actor=dgs(elsewhere), assembly=stage.council, complete_on=SUNDAY, now=MONDAY
            )
