"""Acts: gapless numbers, the way to the signature, what makes them enforceable."""

import datetime as dt
import threading

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError

from config.lib.access import Refused
from config.lib.clock import local_date
from council.enums import ActKind, ActState, ActType, ItemState, PublicationMode, SignatureMode
from council.models import Act, AgendaItem, Meeting, Register
from council.rules.mayor_acts import Exempt
from council.services.acts import drafting, formalities, registers, signing
from council.services.refusals import Missing
from tests.council.acts_stage import AFTER, TODAY, held
from tests.council.stage import NOV_30, make_stage
from tests.inbox import still_asked

DAY = dt.timedelta(days=1)


@pytest.fixture
def after(stage):
    """The DGS, the morning after the session."""
    return stage.actor(stage.dgs_person, now=AFTER)


@pytest.fixture
def acts(stage, after):
    return drafting.draft_deliberations(actor=after, meeting=held(stage), now=AFTER)


def signed(actor, act, on=TODAY):
    return signing.note_signature(
        actor=actor, act=act, signed_on=on, mode=SignatureMode.PAPER, now=AFTER
    )


def order(stage, actor, **more):
    register = registers.register_of_mayor(stage.organisation, ActKind.ORDER, now=AFTER)
    return Act.objects.create(
        organisation=stage.organisation,
        register=register,
        kind=ActKind.ORDER,
        created_by=actor.person,
        created_at=AFTER,
        changed_at=AFTER,
        **{
            "type": ActType.TRAFFIC,
            "transmissible": False,
            "title": "Rue barrée",
            "text": "Article 1er — La rue est barrée.",
            "signatory": stage.mayor,
            **more,
        },
    )


class TestNumbers:
    def test_each_decided_point_takes_the_next_number_in_its_order(self, acts):
        assert [act.reference for act in acts] == ["2026-001", "2026-002"]
        assert [act.internal_number for act in acts] == ["D2026_001", "D2026_002"]
        assert [act.title for act in acts] == ["Tarifs de la cantine", "Chemin des Vignes"]
        assert {act.state for act in acts} == {ActState.TO_SIGN}
        assert acts[0].dated == NOV_30.date()

    def test_asking_twice_makes_them_once(self, acts, after):
        again = drafting.draft_deliberations(actor=after, meeting=acts[0].item.meeting, now=AFTER)
        assert [act.pk for act in again] == [act.pk for act in acts]
        assert Act.objects.count() == 2

    def test_two_sessions_follow_each_other_and_a_new_year_begins_at_one(self, stage, after, acts):
        january = dt.datetime(2027, 1, 11, 20, 0, tzinfo=NOV_30.tzinfo)
        more = drafting.draft_deliberations(
            actor=after, meeting=held(stage, ("Vœux",), starts_at=NOV_30 + 7 * DAY), now=AFTER
        )
        next_year = drafting.draft_deliberations(
            actor=after, meeting=held(stage, ("Tarifs",), starts_at=january), now=AFTER
        )
        assert [act.reference for act in (*more, *next_year)] == ["2026-003", "2027-001"]

    def test_a_rejected_proposal_is_registered_and_a_postponed_one_is_not(self, stage, after):
        meeting = held(stage, ("Rejeté", "Reporté", "Pris acte"))
        for title, state in (("Rejeté", ItemState.REJECTED), ("Reporté", ItemState.POSTPONED)):
            AgendaItem.objects.filter(title=title).update(state=state)
        made = drafting.draft_deliberations(actor=after, meeting=meeting, now=AFTER)
        assert [act.title for act in made] == ["Rejeté", "Pris acte"]

    def test_nothing_is_numbered_while_a_point_has_no_result(self, stage, after):
        meeting = held(stage)
        AgendaItem.objects.filter(title="Chemin des Vignes").update(state=ItemState.FROZEN)
        with pytest.raises(drafting.NotDecided, match="Chemin des Vignes"):
            drafting.draft_deliberations(actor=after, meeting=meeting, now=AFTER)
        assert not Act.objects.exists()

    def test_nothing_is_numbered_before_the_session_is_over(self, stage, after):
        meeting = held(stage)
        Meeting.objects.filter(pk=meeting.pk).update(adjourned_at=None)
        with pytest.raises(drafting.NotOver):
            drafting.draft_deliberations(actor=after, meeting=meeting, now=AFTER)

    def test_a_cancelled_number_stays_in_the_register_and_is_not_given_again(
        self, stage, after, acts
    ):
        signing.cancel_number(actor=after, act=acts[0], reason="Vote à refaire", now=AFTER)
        register = acts[0].register
        assert registers.missing_numbers(register, 2026) == []
        one = order(stage, after)
        signing.present_for_signature(actor=after, act=one, now=AFTER)
        more = drafting.draft_deliberations(
            actor=after, meeting=held(stage, ("Vœux",), starts_at=NOV_30 + 7 * DAY), now=AFTER
        )
        assert more[0].reference == "2026-003"
        assert Act.objects.get(pk=one.pk).reference == "ARR-2026-001"

    def test_a_number_touched_by_hand_is_seen(self, acts):
        Act.objects.filter(pk=acts[1].pk).update(number=4)
        assert registers.missing_numbers(acts[0].register, 2026) == [2, 3]

    def test_the_database_refuses_the_same_number_twice(self, acts):
        with pytest.raises(IntegrityError), transaction.atomic():
            Act.objects.filter(pk=acts[1].pk).update(number=1)

    def test_each_organisation_counts_for_itself(self, acts, elsewhere):
        there = elsewhere.actor(elsewhere.dgs_person, now=AFTER)
        made = drafting.draft_deliberations(actor=there, meeting=held(elsewhere), now=AFTER)
        assert made[0].reference == "2026-001"
        assert Register.objects.filter(code="D").count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_secretaries_who_present_orders_at_once_leave_no_gap():
    stage = make_stage()
    actor = stage.actor(stage.dgs_person, now=AFTER)
    orders = [order(stage, actor, title=f"Arrêté {n}") for n in range(6)]
    failures = []

    def present(some):
        try:
            for one in some:
                signing.present_for_signature(actor=actor, act=one, now=AFTER)
        except Exception as error:  # noqa: BLE001 - shown below
            failures.append(error)
        finally:
            connection.close()

    both = [threading.Thread(target=present, args=(orders[i::2],)) for i in (0, 1)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert failures == []
    assert sorted(Act.objects.values_list("number", flat=True)) == [1, 2, 3, 4, 5, 6]


class TestSigning:
    def test_an_order_takes_its_number_when_it_is_presented_and_its_date_when_it_is_signed(
        self, stage, after
    ):
        one = order(stage, after)
        assert one.reference == ""
        shown = signing.present_for_signature(actor=after, act=one, now=AFTER)
        assert (shown.reference, shown.dated) == ("ARR-2026-001", None)
        assert shown.signatory_title == "Le maire"
        done = signed(after, shown)
        assert (done.state, done.dated) == (ActState.SIGNED, TODAY)

    @pytest.mark.parametrize(
        ("text", "why"),
        [
            (" ", "Écrivez le texte"),
            ("Vu la délibération n° … du 3 mai 2026 ;", "n° … du 3 mai"),
            ("Article 1er — …", "Article 1er — …"),
        ],
    )
    def test_nobody_signs_what_is_empty_or_has_blanks(self, stage, after, text, why):
        one = order(stage, after, text=text)
        with pytest.raises(Missing, match=why):
            signing.present_for_signature(actor=after, act=one, now=AFTER)
        assert Act.objects.get(pk=one.pk).number is None

    def test_presenting_twice_keeps_one_number(self, stage, after):
        one = order(stage, after)
        for _ in range(2):
            shown = signing.present_for_signature(actor=after, act=one, now=AFTER)
        assert shown.number == 1

    def test_an_act_sent_back_keeps_its_number(self, stage, after):
        one = order(stage, after)
        signing.present_for_signature(actor=after, act=one, now=AFTER)
        mayor = stage.actor(stage.mayor, now=AFTER)
        assert still_asked("council.act.to_sign") == 1
        back = signing.send_back(actor=mayor, act=one, reason="La rue, pas le chemin", now=AFTER)
        assert not still_asked("council.act.to_sign")
        assert (back.state, back.reference) == (ActState.DRAFT, "ARR-2026-001")
        again = signing.present_for_signature(actor=after, act=one, now=AFTER)
        assert again.number == 1

    def test_only_the_signatory_agrees(self, stage, acts):
        for who in (stage.dgs_person, stage.secretary, stage.members[2]):
            with pytest.raises(Refused):
                signing.agree(
                    actor=stage.actor(who, now=AFTER), act=acts[0], shown="0" * 64, now=AFTER
                )

    def test_a_signature_has_a_possible_day(self, after, acts):
        for day in (TODAY + DAY, NOV_30.date() - DAY):
            with pytest.raises(signing.WrongDate):
                signed(after, acts[0], day)

    def test_the_text_no_longer_changes_once_signed(self, after, acts):
        act = signed(after, acts[0])
        with pytest.raises(Refused, match="signé"):
            drafting.write_act(
                actor=after, act=act, content=drafting.ActContent("Autre", "…"), now=AFTER
            )

    def test_the_second_of_two_writers_is_told(self, after, acts):
        content = drafting.ActContent("Tarifs", "Nouveau texte", revision=acts[0].revision)
        drafting.write_act(actor=after, act=acts[0], content=content, now=AFTER)
        with pytest.raises(drafting.ChangedMeanwhile):
            drafting.write_act(actor=after, act=acts[0], content=content, now=AFTER)

    def test_a_person_without_a_mandate_does_not_sign(self, stage, after):
        one = order(stage, after, signatory=None)
        with pytest.raises(signing.NoSignatory):
            signing.present_for_signature(actor=after, act=one, signatory=stage.agent, now=AFTER)


class TestInForce:
    def test_a_deliberation_needs_both_its_publication_and_its_receipt(self, after, acts):
        act = signed(after, acts[0])
        formalities.note_publication(
            actor=after, act=act, mode=PublicationMode.ELECTRONIC, on=TODAY, now=AFTER
        )
        act.refresh_from_db()
        assert (act.state, act.enforceable_on) == (ActState.SIGNED, None)
        formalities.note_transmission(actor=after, act=act, at=AFTER, now=AFTER)
        done = formalities.note_receipt(
            actor=after, act=act, received_on=TODAY, receipt_id="038-1-DE", now=AFTER
        )
        assert (done.state, done.enforceable_on) == (ActState.IN_FORCE, TODAY)

    def test_the_later_of_the_two_days_counts(self, after, stage, acts):
        act = signed(after, acts[0])
        later = stage.actor(stage.dgs_person, now=AFTER + 3 * DAY)
        formalities.note_receipt(actor=after, act=act, received_on=TODAY, receipt_id="1", now=AFTER)
        act.refresh_from_db()
        assert act.state == ActState.RECEIPT
        done = formalities.note_publication(
            actor=later,
            act=act,
            mode=PublicationMode.POSTING,
            on=TODAY + 2 * DAY,
            now=AFTER + 3 * DAY,
        )
        assert (done.state, done.enforceable_on) == (ActState.IN_FORCE, TODAY + 2 * DAY)

    def test_a_traffic_order_is_in_force_once_posted(self, stage, after):
        one = order(stage, after)
        signing.present_for_signature(actor=after, act=one, now=AFTER)
        signed(after, one)
        with pytest.raises(formalities.NotTransmissible):
            formalities.note_transmission(actor=after, act=one, at=AFTER, now=AFTER)
        done = formalities.note_publication(
            actor=after, act=one, mode=PublicationMode.POSTING, on=TODAY, now=AFTER
        )
        assert done.state == ActState.IN_FORCE

    def test_a_staff_order_is_notified_and_never_published(self, stage, after):
        one = order(stage, after, type=ActType.STAFF, nominative=True)
        signing.present_for_signature(actor=after, act=one, now=AFTER)
        signed(after, one)
        one.refresh_from_db()
        assert not one.publishes_by_itself
        with pytest.raises(formalities.NeverPublished):
            formalities.note_publication(
                actor=after, act=one, mode=PublicationMode.ELECTRONIC, on=TODAY, now=AFTER
            )
        done = formalities.note_notification(
            actor=after, act=one, on=TODAY, to="Julien Petit", now=AFTER
        )
        assert done.state == ActState.IN_FORCE

    def test_the_receipt_never_comes_before_what_was_sent(self, after, acts):
        act = signed(after, acts[0], on=TODAY - DAY)
        sent = dt.datetime.combine(TODAY, dt.time(7), tzinfo=dt.UTC)
        formalities.note_transmission(actor=after, act=act, at=sent, now=AFTER)
        with pytest.raises(formalities.WrongDay, match="avant son envoi"):
            formalities.note_receipt(
                actor=after, act=act, received_on=TODAY - DAY, receipt_id="", now=AFTER
            )
        # The day of the sending was the wrong one: it is put right until the receipt is there.
        formalities.note_transmission(actor=after, act=act, at=sent - DAY, now=AFTER)
        done = formalities.note_receipt(
            actor=after, act=act, received_on=TODAY - DAY, receipt_id="A", now=AFTER
        )
        assert done.received_on == TODAY - DAY
        assert (
            formalities.note_transmission(actor=after, act=act, at=sent, now=AFTER).transmitted_at
            == sent - DAY
        )

    def test_a_receipt_alone_was_sent_that_day_at_the_latest(self, after, acts):
        act = signed(after, acts[0], on=TODAY - DAY)
        done = formalities.note_receipt(
            actor=after, act=act, received_on=TODAY - DAY, receipt_id="A", now=AFTER
        )
        assert local_date(done.transmitted_at, "Europe/Paris") == TODAY - DAY

    def test_what_the_law_wants_transmitted_is_unless_an_exception_is_named(self, after, acts):
        def write(**more):
            return drafting.write_act(
                actor=after, act=acts[0], content=drafting.ActContent("Un", "Texte", **more),
                now=AFTER,
            )  # fmt: skip

        with pytest.raises(drafting.NotExempt, match="soit transmis"):
            write(transmissible=False)
        with pytest.raises(drafting.NotExempt, match="pas prévue"):
            write(exempt=Exempt.DRINKS)
        done = write(exempt=Exempt.ROAD_TARIFF)
        assert (done.transmissible, done.exempt) == (False, "road_tariff")
        assert write(exempt=Exempt.NONE).transmissible

    def test_nothing_happens_to_an_unsigned_act(self, after, acts):
        with pytest.raises(formalities.NotSigned):
            formalities.note_publication(
                actor=after, act=acts[0], mode=PublicationMode.ELECTRONIC, on=TODAY, now=AFTER
            )

    def test_publication_does_not_precede_the_signature(self, after, acts):
        act = signed(after, acts[0])
        for day in (TODAY - DAY, TODAY + DAY):
            with pytest.raises(formalities.WrongDay):
                formalities.note_publication(
                    actor=after, act=act, mode=PublicationMode.ELECTRONIC, on=day, now=AFTER
                )

    def test_the_first_day_of_publication_stays(self, stage, after, acts):
        act = signed(after, acts[0])
        for day, now in ((TODAY, AFTER), (TODAY + DAY, AFTER + DAY)):
            formalities.note_publication(
                actor=stage.actor(stage.dgs_person, now=now),
                act=act,
                mode=PublicationMode.ELECTRONIC,
                on=day,
                now=now,
            )
        act.refresh_from_db()
        assert act.published_on == TODAY


@pytest.mark.parametrize("who", ["agent", "mayor"])
def test_formalities_are_for_those_who_keep_the_register(stage, after, acts, who):
    act = signed(after, acts[0])
    with pytest.raises(Refused):
        formalities.note_publication(
            actor=stage.actor(getattr(stage, who), now=AFTER),
            act=act,
            mode=PublicationMode.ELECTRONIC,
            on=TODAY,
            now=AFTER,
        )
