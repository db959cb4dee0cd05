"""A mandate ends: everything that it opened stops at once, and the next on the list takes over."""

import datetime as dt
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import reverse

from accounts.actor import actor_for
from accounts.enums import MailState
from accounts.models import Mail, Notification, Person
from accounts.services import mailing
from config.lib import clock
from config.lib.access import Refused
from council.access import visible_editions
from council.enums import (
    AnswerSource,
    AssemblyKind,
    Capacity,
    Channel,
    ConvocationState,
    EndReason,
    Function,
    Intent,
    ProxyState,
)
from council.models import Answer, Candidate, Convocation, Mandate, Meeting, Proxy
from council.services import (
    answering,
    convening,
    electing,
    ending,
    handing_over,
    links,
    resending,
    seating,
    succeeding,
    telling,
)
from council.services.ending import EndingFacts, NotCertain, Pending
from tests.council.stage import LONG_AGO, NOV_30, NOW, belongs

ORG = "saint-aubin"
TODAY = NOW.date()
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _saturday_21_november(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


def at(name, *args):
    return reverse(f"council:{name}", args=[ORG, *args])


def text_of(response):
    flat = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(flat.replace("\u00a0", " ").split())


def convened(stage, *, accepted=True):
    meeting = stage.frozen()
    convening.convene(actor=stage.dgs, meeting=meeting, now=NOW)
    if accepted:
        Convocation.objects.filter(meeting=meeting).update(
            state=ConvocationState.ACCEPTED, handed_over_at=NOW
        )
    meeting.refresh_from_db()
    return meeting


def of(meeting, who):
    return Convocation.objects.select_related("meeting", "edition", "person", "mandate").get(
        meeting=meeting, person=who
    )


def gives(meeting, giver, holder):
    answering.answer(
        convocation=of(meeting, giver),
        intent=Intent.PROXY,
        holder=holder,
        source=AnswerSource.ACCOUNT,
        now=NOW,
    )


def resigned(stage, who, **facts):
    wanted = {"reason": EndReason.RESIGNATION, "received_on": TODAY} | facts
    return ending.end(
        actor=stage.dgs, mandate=stage.mandate(who), facts=EndingFacts(**wanted), now=NOW
    )


# --- what stops --------------------------------------------------------------------------------


@pytest.mark.parametrize("reason", [EndReason.RESIGNATION, EndReason.DEATH, EndReason.ANNULMENT])
def test_the_seat_is_free_from_the_day_that_counts(stage, reason):
    gone = stage.members[4]
    resigned(stage, gone, reason=reason)
    mandate = stage.mandate(gone)
    assert (mandate.to_date, mandate.end_reason) == (TODAY - DAY, reason)
    assert gone not in {
        one.mandate.person for one in convening.recipients(stage.meeting(), now=NOW)
    }


def test_links_and_open_dossiers_close(stage, client_of):
    meeting, gone = convened(stage), stage.members[4]
    own = of(meeting, gone)
    browser = client_of(gone)
    assert browser.get(reverse("portal:home", args=[own.uid])).status_code == 200
    resigned(stage, gone)
    assert of(meeting, gone).generation == own.generation + 1
    assert not visible_editions(gone, today=TODAY).exists()
    assert browser.get(reverse("portal:home", args=[own.uid])).status_code == 403
    with pytest.raises(Refused):
        links.send_new_link(convocation=own, now=NOW)


def test_messages_already_in_the_queue_do_not_leave(stage):
    """The convocation, a copy, a fresh link and the notice of a change: looked at as they leave."""
    meeting, gone, other = convened(stage, accepted=False), stage.members[4], stage.members[2]
    links_mail = None
    Convocation.objects.filter(person=gone).update(state="accepted", handed_over_at=NOW)
    resending.resend(actor=stage.dgs, convocation=of(meeting, gone), now=NOW)
    links.send_new_link(convocation=of(meeting, gone), now=NOW)
    links_mail = Mail.objects.filter(person=gone).latest("pk")
    Convocation.objects.filter(person=gone).update(state="to_send", handed_over_at=None)
    before = ending.effects_of(
        stage.mandate(gone), EndingFacts(EndReason.RESIGNATION, TODAY), actor=stage.dgs
    )
    assert before.mails == 3
    resigned(stage, gone)
    for mail in Mail.objects.filter(person=gone).order_by("pk"):
        mailing.hand_over(mail.pk, now=NOW)
        mail.refresh_from_db()
        assert mail.state == MailState.CANCELLED, mail.kind
        assert "terminé" in mail.error
    assert links_mail is not None
    left = of(meeting, gone)
    assert (left.state, left.failure) == (ConvocationState.FAILED, handing_over.MANDATE_ENDED)
    assert not Notification.objects.filter(kind="council.convocation.trouble").exists()
    staying = Mail.objects.get(person=other, kind=convening.CONVOCATION_MAIL)
    mailing.hand_over(staying.pk, now=NOW)
    staying.refresh_from_db()
    assert staying.state == MailState.ACCEPTED
    Convocation.objects.filter(meeting=meeting).update(state="accepted", handed_over_at=NOW)
    assert telling.write_cancelled(meeting, now=NOW) == 3, "with an address, and in office"


def test_pouvoirs_given_and_held_fall_and_the_giver_is_told(stage):
    meeting, gone, giver = convened(stage), stage.members[4], stage.members[2]
    gives(meeting, giver, gone)
    gives(meeting, gone, stage.members[3])
    effects = resigned(stage, gone)
    assert (effects.given, effects.held) == (("Paul Martin",), ("Jeanne Martin",))
    assert {one.state for one in Proxy.objects.filter(meeting=meeting)} == {ProxyState.LAPSED}
    assert Notification.objects.get(kind="council.proxy.lost").person == giver
    assert not Answer.objects.current().filter(person=gone).exists()
    gives(meeting, giver, stage.members[3])
    assert Proxy.objects.filter(meeting=meeting).live().get().holder == stage.members[3]


def test_seats_in_commissions_the_organisation_and_its_teams_end_too(stage):
    gone = stage.members[4]
    commission = seating.create_assembly(
        actor=stage.dgs, kind=AssemblyKind.COMMISSION, name="Finances", now=NOW
    )
    for who in (gone, stage.members[2]):
        seating.give_mandate(
            actor=stage.dgs, assembly=commission, person=who, rank=1, from_date=LONG_AGO, now=NOW
        )
    effects = resigned(stage, gone)
    assert set(effects.seats) == {"Conseil municipal", "Finances"}
    assert effects.leaves_organisation
    assert list(Mandate.objects.filter(assembly=commission).current(TODAY)) == [
        Mandate.objects.get(assembly=commission, person=stage.members[2])
    ]
    assert actor_for(gone, stage.organisation, now=NOW) is None


def test_who_sat_this_morning_keeps_the_day(stage):
    gone, meeting = stage.members[4], convened(stage)
    Meeting.objects.filter(pk=meeting.pk).update(
        starts_at=NOW - dt.timedelta(hours=2),
        opened_at=NOW - dt.timedelta(hours=2),
        adjourned_at=NOW - dt.timedelta(hours=1),
    )
    resigned(stage, gone)
    assert stage.mandate(gone).to_date == TODAY


# --- when it is final --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, None),
        ({"accepted_on": TODAY}, TODAY),
        ({"renewed_on": dt.date(2026, 10, 20)}, dt.date(2026, 11, 20)),
        ({"renewed_on": TODAY}, None),
        ({"reason": EndReason.DEATH}, TODAY),
    ],
)
def test_the_mayor_s_resignation_waits_for_the_prefect(stage, facts, expected):
    received = {"received_on": dt.date(2026, 10, 1)} if "reason" not in facts else {}
    if expected is None:
        with pytest.raises(Pending, match="préfet"):
            resigned(stage, stage.mayor, **received, **facts)
        assert stage.mandate(stage.mayor).to_date is None
    else:
        assert resigned(stage, stage.mayor, **received, **facts).effective_on == expected


def test_a_mayor_who_stays_councillor_keeps_dossiers_and_voice(stage, client_of):
    meeting = convened(stage)
    resigned(stage, stage.mayor, accepted_on=TODAY, function_only=True)
    seat = Mandate.objects.current(TODAY).get(person=stage.mayor)
    assert (seat.function, seat.from_date, seat.rank) == (Function.MEMBER, TODAY, 1)
    assert visible_editions(stage.mayor, today=TODAY).exists()
    assert of(meeting, stage.mayor).generation == 1
    assert not Mandate.objects.current(TODAY).chairing().filter(assembly=stage.council).exists()


def test_what_is_no_resignation_and_who_may_note_it(stage, client_of):
    with pytest.raises(NotCertain, match="écrite et signée"):
        resigned(stage, stage.members[4], signed=False)
    with pytest.raises(Pending):
        resigned(stage, stage.members[4], received_on=TODAY + DAY)
    facts = EndingFacts(EndReason.RESIGNATION, TODAY)
    for who in (stage.secretary, stage.mayor, stage.agent):
        with pytest.raises(Refused):
            ending.end(
                actor=stage.actor(who),
                mandate=stage.mandate(stage.members[4]),
                facts=facts,
                now=NOW,
            )
    resigned(stage, stage.members[4])
    with pytest.raises(ending.AlreadyEnded):
        resigned(stage, stage.members[4])


# --- the next on the list ----------------------------------------------------------------------

CSV = """liste;rang;civilité;prénom;nom;courriel;élu
Ensemble;1;M.;Michel;Garnier;;oui
Ensemble;2;Mme;Aline;Zola;;oui
Ensemble;3;M.;Karim;Suivant;karim@example.fr;non
Ensemble;4;Mme;Lise;Après;;non
Autrement;1;Mme;Jeanne;Martin;;oui
"""


def listed(stage, text=CSV):
    return electing.keep_lists(
        actor=stage.dgs,
        assembly=stage.council,
        election_on=LONG_AGO,
        content=text.encode(),
        now=NOW,
    )


def test_from_the_resignation_to_the_newcomer_s_convocation(stage, client_of):
    """The pages: what stops is shown, confirmed; the next sits and gets the same dossier."""
    meeting, gone, boss = convened(stage), stage.members[4], client_of(stage.dgs_person)
    boss.post(
        at("election-lists", stage.council.uid),
        {"election_on": "2020-07-01", "file": SimpleUploadedFile("Listes.csv", CSV.encode())},
    )
    assert Candidate.objects.count() == 5
    page = at("mandate-end", stage.mandate(gone).uid)
    told = {"reason": "resignation", "received_on": "2026-11-21", "signed": "on"}
    shown = text_of(boss.post(page, told))
    assert "Le siège est vacant depuis le samedi 21 novembre 2026" in shown
    assert stage.mandate(gone).to_date is None, "a dry run writes nothing"
    there = boss.post(page, told | {"confirm": "1"})
    assert "Karim Suivant" in text_of(boss.get(there.url))
    boss.post(there.url)
    karim = Person.objects.get(family_name="Suivant")
    seat = Mandate.objects.get(person=karim)
    assert (seat.from_date, seat.rank) == (TODAY, 5)
    own = Convocation.objects.get(meeting=meeting, person=karim)
    assert own.edition == of(meeting, stage.mayor).edition
    assert (own.channel, own.state) == (Channel.EMAIL, ConvocationState.TO_SEND)
    mailing.hand_over(Mail.objects.get(message_id=own.message_id).pk, now=NOW)
    assert visible_editions(karim, today=TODAY).exists()
    assert "Karim Suivant siège à sa place" in text_of(boss.get(there.url))
    with pytest.raises(succeeding.StillHeld):
        succeeding.seat_next(actor=stage.dgs, mandate=stage.mandate(gone), now=NOW)


def test_too_late_for_the_delay_it_is_handed_over_on_paper(stage):
    meeting, gone = convened(stage), stage.members[4]
    listed(stage)
    late = NOV_30 - DAY
    ending.end(
        actor=stage.actor(stage.dgs_person, now=late),
        mandate=stage.mandate(gone),
        facts=EndingFacts(EndReason.RESIGNATION, late.date()),
        now=late,
    )
    _, (one,) = succeeding.seat_next(
        actor=stage.actor(stage.dgs_person, now=late), mandate=stage.mandate(gone), now=late
    )
    assert (one.in_time, one.convocation.channel) == (False, Channel.PAPER)
    handing_over.hand_over_paper(
        actor=stage.actor(stage.dgs_person, now=late),
        convocation=one.convocation,
        given_at=late,
        now=late,
    )
    assert meeting.convocations.count() == 6


def test_who_declines_leaves_it_to_the_one_after_until_nobody_is_left(stage):
    gone = stage.members[4]
    listed(stage)
    resigned(stage, gone)
    mandate = stage.mandate(gone)
    for name in ("Suivant", "Après"):
        candidate = succeeding.next_for(mandate)
        assert candidate.person.family_name == name
        succeeding.decline(actor=stage.dgs, candidate=candidate, reason="Refuse", now=NOW)
    with pytest.raises(succeeding.NobodyNext):
        succeeding.seat_next(actor=stage.dgs, mandate=mandate, now=NOW)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("Ensemble;1;;Paul;Petit;;non", "rang 1 est déjà à la ligne 2"),
        ("Ensemble;9;;Michel;Garnier;;non", "déjà à la ligne 2"),
        ("Ensemble;dix;;Paul;Petit;;non", "n’est pas un rang"),
        ("Ensemble;9;;Paul;;;non", "Il manque le nom"),
        ("Ensemble;9;;Paul;Petit;paul@;non", "n’est pas une adresse"),
        ("Ensemble;9;Dr;Paul;Petit;;non", "civilité"),
        ("Ensemble;9;;Paul;Petit;;peut-être", "oui ou par non"),
    ],
)
def test_each_wrong_line_is_told_and_nothing_is_written(stage, line, said):
    with pytest.raises(electing.ListsWrong) as wrong:
        listed(stage, CSV + line + "\n")
    assert said in str(wrong.value)
    assert "Ligne 7" in str(wrong.value)
    assert not Candidate.objects.exists()


def test_the_same_lists_twice_change_nothing_and_files_are_what_they_are(stage, elsewhere):
    listed(stage)
    listed(stage)
    assert Candidate.objects.count() == 5
    assert Person.objects.filter(family_name="Zola", given_name="Aline").count() == 2, "here, there"
    for content in (
        b"%PDF-1.7\0",
        b"nom;prenom\n",
        b"liste;rang;pr\xe9nom;nom;\xe9lu\nA;1;X;Y;non",
    ):
        with pytest.raises(electing.NotReadable), transaction.atomic():
            electing.keep_lists(
                actor=stage.dgs,
                assembly=stage.council,
                election_on=LONG_AGO,
                content=content,
                now=NOW,
            )
    with pytest.raises(Refused):
        electing.look(actor=stage.dgs, assembly=elsewhere.council, content=CSV.encode())
    with pytest.raises(Refused):
        electing.look(actor=stage.actor(stage.secretary), assembly=stage.council, content=b"")


def test_a_community_councillor_is_followed_by_somebody_of_the_same_sex(stage):
    community = seating.create_assembly(
        actor=stage.dgs, kind=AssemblyKind.COMMUNITY_COUNCIL, name="Communauté", now=NOW
    )
    text = CSV.replace("Autrement;1;Mme;Jeanne;Martin;;oui\n", "")
    electing.keep_lists(
        actor=stage.dgs, assembly=community, election_on=LONG_AGO, content=text.encode(), now=NOW
    )
    for rank, who in enumerate((stage.mayor, stage.members[4]), start=1):
        Person.objects.filter(pk=who.pk).update(gender="m" if who == stage.mayor else "f")
        seat = seating.give_mandate(
            actor=stage.dgs,
            assembly=community,
            person=who,
            rank=rank,
            from_date=LONG_AGO,
            now=NOW,
        )
    ending.end(
        actor=stage.dgs,
        mandate=seat,
        facts=EndingFacts(EndReason.RESIGNATION, TODAY),
        now=NOW,
    )
    assert succeeding.next_for(seat).person.family_name == "Après", (
        "a woman, though a man is before"
    )
    Candidate.objects.filter(person=stage.mayor).update(elected=False)
    assert succeeding.next_for(seat).person.family_name == "Suivant", "a commune with one seat"


def test_the_bodies_beside_the_commune_are_told_and_end_it_themselves(stage, elsewhere, client_of):
    gone = stage.members[4]
    belongs(gone, elsewhere.organisation, "elected")
    bodies = {}
    for kind in (AssemblyKind.COMMUNITY_COUNCIL, AssemblyKind.CCAS_BOARD, AssemblyKind.OTHER):
        bodies[kind] = seating.create_assembly(
            actor=elsewhere.dgs, kind=kind, name=kind.label, now=NOW
        )
        seating.give_mandate(
            actor=elsewhere.dgs,
            assembly=bodies[kind],
            person=gone,
            rank=1,
            from_date=LONG_AGO,
            capacity=Capacity.QUALIFIED if kind == AssemblyKind.CCAS_BOARD else Capacity.ELECTED,
            now=NOW,
        )
    resigned(stage, gone)
    there = Mandate.objects.filter(organisation=elsewhere.organisation, person=gone)
    assert not there.exclude(to_date=None).exists(), "nobody ends a seat of another organisation"
    noted = there.exclude(source_ended_on=None)
    assert {one.assembly.kind for one in noted} == {AssemblyKind.COMMUNITY_COUNCIL}
    assert noted.get().source_ended_on == TODAY - DAY
    told = Notification.objects.filter(kind="council.mandate.source_ended")
    assert {one.person for one in told} == {elsewhere.dgs_person}
    page = reverse("council:members", args=["valmorel", noted.get().assembly.uid])
    shown = text_of(client_of(elsewhere.dgs_person).get(page))
    assert (
        "Ne siège plus au conseil municipal de sa commune depuis le vendredi 20 novembre" in shown
    )
    assert "Saint-Aubin" not in shown
    other = elsewhere.members[4]
    ending.end_on(
        actor=elsewhere.dgs,
        mandate=elsewhere.mandate(other),
        last_day=TODAY - DAY,
        reason=EndReason.TERM,
        now=NOW,
    )
    assert Mandate.objects.exclude(source_ended_on=None).count() == 1, "a renewal waits for theirs"
