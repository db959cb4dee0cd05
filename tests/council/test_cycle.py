"""From points to convocations: each service, what it does and what it refuses."""

import datetime as dt
import json
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from accounts.models import AuditEntry, Mail
from config.lib.access import Refused
from config.work.models import Job
from council import law
from council.enums import (
    AssemblyKind,
    Channel,
    ConvocationState,
    EndReason,
    ItemKind,
    ItemState,
    Matter,
    MeetingState,
)
from council.models import (
    AgendaItem,
    Convocation,
    DossierEdition,
    EditionPiece,
    MayorAgreement,
    Meeting,
)
from council.services import (
    agenda,
    agreeing,
    convening,
    freezing,
    items,
    pieces,
    placing,
    planning,
    seating,
)
from council.services.items import ItemContent
from council.services.refusals import Missing
from documents.models import VersionHold
from documents.services import filing
from tests.council.stage import (
    LAST_MOMENT,
    LONG_AGO,
    NOV_30,
    NOW,
    PARIS,
    belongs,
    make_stage,
    person,
)

DAY = dt.timedelta(days=1)


def titles(meeting):
    return [item.title for item in agenda.listed(meeting)]


class TestPlanning:
    def test_a_meeting_starts_in_preparation(self, stage):
        assert stage.meeting().state == MeetingState.PREPARATION

    def test_the_minutes_of_the_meeting_before_come_first_by_themselves(self, stage):
        before = stage.frozen()
        convening.convene(actor=stage.dgs, meeting=before, now=NOW)
        after = stage.meeting(starts_at=NOV_30 + 30 * DAY)
        [item] = agenda.listed(after)
        assert item.matter == Matter.MINUTES
        assert "lundi 30 novembre 2026" in item.title

    def test_a_date_in_the_past_is_refused(self, stage):
        with pytest.raises(planning.InThePast):
            stage.meeting(starts_at=NOW - DAY)

    def test_a_place_is_needed(self, stage):
        with pytest.raises(Missing):
            planning.create_meeting(
                actor=stage.dgs, assembly=stage.council, starts_at=NOV_30, place=" ", now=NOW
            )

    def test_an_agent_cannot_plan_and_the_meetings_team_can(self, stage):
        plan = {"assembly": stage.council, "starts_at": NOV_30, "place": "Mairie", "now": NOW}
        with pytest.raises(Refused):
            planning.create_meeting(actor=stage.actor(stage.agent), **plan)
        with pytest.raises(Refused):
            planning.create_meeting(actor=stage.maire, **plan)
        assert planning.create_meeting(actor=stage.actor(stage.secretary), **plan).pk

    def test_changing_the_date_before_sending_withdraws_the_agreement(self, stage):
        meeting = stage.frozen()
        planning.change_meeting(
            actor=stage.dgs, meeting=meeting, starts_at=NOV_30 + DAY, place="École", now=NOW
        )
        changed = Meeting.objects.get(pk=meeting.pk)
        assert changed.state == MeetingState.PREPARATION
        assert not agenda.agreement_stands(changed)

    def test_once_sent_it_changes_by_a_modificatif_alone(self, stage):
        meeting = stage.frozen()
        convening.convene(actor=stage.dgs, meeting=meeting, now=NOW)
        with pytest.raises(planning.NeedsNewConvocation, match="modificatif"):
            planning.change_meeting(
                actor=stage.dgs,
                meeting=meeting,
                starts_at=NOV_30.replace(hour=18),
                place=meeting.place,
                now=NOW,
            )

    def test_a_cancelled_meeting_says_why_and_is_not_convened(self, stage):
        meeting = stage.frozen()
        with pytest.raises(Missing):
            planning.cancel_meeting(actor=stage.dgs, meeting=meeting, reason="", now=NOW)
        planning.cancel_meeting(actor=stage.dgs, meeting=meeting, reason="Neige", now=NOW)
        with pytest.raises(convening.AgendaNotSettled):
            convening.convene(actor=stage.dgs, meeting=meeting, now=NOW)

    def test_a_meeting_begun_is_not_cancelled(self, stage):
        meeting = stage.meeting()
        with pytest.raises(planning.TooFarGone):
            planning.cancel_meeting(actor=stage.dgs, meeting=meeting, reason="Neige", now=NOV_30)


class TestSeats:
    def test_two_mandates_of_one_person_do_not_overlap(self, stage):
        with pytest.raises(seating.SeatTaken):
            seating.give_mandate(
                actor=stage.dgs,
                assembly=stage.council,
                person=stage.members[2],
                rank=9,
                from_date=dt.date(2026, 1, 1),
                now=NOW,
            )

    def test_a_body_has_one_mayor_at_a_time(self, stage):
        newcomer = person("Eva", "Neuve")
        belongs(newcomer, stage.organisation, "elected")
        with pytest.raises(seating.SeatTaken, match="maire"):
            seating.give_mandate(
                actor=stage.dgs,
                assembly=stage.council,
                person=newcomer,
                rank=1,
                from_date=dt.date(2026, 1, 1),
                function="mayor",
                now=NOW,
            )

    def test_a_stranger_to_the_organisation_gets_no_seat(self, stage, elsewhere):
        with pytest.raises(seating.Stranger):
            seating.give_mandate(
                actor=stage.dgs,
                assembly=stage.council,
                person=elsewhere.agent,
                rank=9,
                from_date=dt.date(2026, 1, 1),
                now=NOW,
            )

    def test_a_seat_ended_may_be_given_again_the_day_after(self, stage):
        leaving = stage.mandate(stage.members[4])
        last = dt.date(2026, 11, 20)
        seating.end_mandate(
            actor=stage.dgs, mandate=leaving, last_day=last, reason=EndReason.RESIGNATION, now=NOW
        )
        again = seating.give_mandate(
            actor=stage.dgs,
            assembly=stage.council,
            person=stage.members[4],
            rank=5,
            from_date=last + DAY,
            now=NOW,
        )
        assert again.is_current(NOW.date())

    def test_paper_needs_the_date_of_its_request(self, stage):
        with pytest.raises(Missing):
            seating.note_paper(
                actor=stage.dgs,
                mandate=stage.mandate(stage.members[4]),
                wants_paper=True,
                requested_on=None,
                now=NOW,
            )

    def test_own_delays_never_go_below_the_law(self, stage):
        with pytest.raises(seating.BelowTheLaw):
            seating.set_delays(
                actor=stage.dgs,
                assembly=stage.council,
                notice_days=2,
                urgent_notice_days=None,
                note_required=None,
                since=dt.date(2026, 1, 1),
                now=NOW,
            )

    def test_only_the_dgs_gives_mandates(self, stage):
        with pytest.raises(Refused):
            seating.end_mandate(
                actor=stage.actor(stage.secretary),
                mandate=stage.mandate(stage.members[4]),
                last_day=NOW.date(),
                reason=EndReason.RESIGNATION,
                now=NOW,
            )


class TestItems:
    def test_a_point_is_drafted_from_documents_that_stay_in_the_tree(self, stage):
        document = stage.document()
        item = stage.item(documents=(document,))
        assert item.state == ItemState.DRAFT
        assert [piece.document for piece in item.pieces.all()] == [document]

    def test_nobody_joins_a_document_that_they_may_not_read(self, stage):
        document = stage.document()
        with pytest.raises(pieces.NotReadable):
            stage.item(documents=(document,), by=stage.agent)

    def test_a_document_of_another_commune_is_refused(self, stage, elsewhere):
        with pytest.raises(pieces.NotReadable):
            stage.item(documents=(elsewhere.document(),))

    def test_a_title_is_needed(self, stage):
        with pytest.raises(Missing):
            stage.item("   ")

    def test_the_rapporteur_is_a_member_in_office(self, stage):
        with pytest.raises(items.NotAMember):
            stage.item(rapporteur=stage.agent)
        assert stage.item(rapporteur=stage.members[2]).rapporteur == stage.members[2]

    def test_an_agent_proposes_and_the_secretary_returns_with_a_reason(self, stage):
        item = stage.item(by=stage.agent)
        items.propose_item(actor=stage.actor(stage.agent), item=item, now=NOW)
        with pytest.raises(Missing):
            items.return_item(actor=stage.dgs, item=item, reason=" ", now=NOW)
        back = items.return_item(
            actor=stage.actor(stage.secretary), item=item, reason="Il manque le plan", now=NOW
        )
        assert (back.state, back.state_reason) == (ItemState.RETURNED, "Il manque le plan")
        again = items.propose_item(actor=stage.actor(stage.agent), item=item, now=NOW)
        assert again.state == ItemState.PROPOSED

    def test_an_agent_does_not_touch_the_point_of_another(self, stage):
        item = stage.item()
        with pytest.raises(Refused):
            items.edit_item(
                actor=stage.actor(stage.agent), item=item, content=ItemContent("X"), now=NOW
            )
        with pytest.raises(Refused):
            items.mark_ready(actor=stage.actor(stage.agent), item=item, now=NOW)

    def test_a_returned_point_keeps_its_place(self, stage):
        meeting = stage.meeting()
        first = stage.item("Un", meeting=meeting)
        stage.item("Deux", meeting=meeting)
        items.return_item(actor=stage.dgs, item=first, reason="À revoir", now=NOW)
        back = AgendaItem.objects.get(pk=first.pk)
        assert (back.position, back.meeting) == (1, meeting)

    def test_points_move_by_rank_and_the_others_make_room(self, stage):
        meeting = stage.meeting()
        one, _, three = (stage.item(t, meeting=meeting) for t in ("Un", "Deux", "Trois"))
        placing.move_item(actor=stage.dgs, item=three, rank=1, now=NOW)
        assert titles(meeting) == ["Trois", "Un", "Deux"]
        placing.move_item(actor=stage.dgs, item=one, rank=99, now=NOW)
        assert titles(meeting) == ["Trois", "Deux", "Un"]
        placing.move_item(actor=stage.dgs, item=one, rank=-3, now=NOW)
        assert titles(meeting) == ["Un", "Trois", "Deux"]
        positions = [item.position for item in agenda.listed(meeting)]
        assert positions == [1, 2, 3]

    def test_a_point_of_another_body_is_not_listed(self, stage):
        commission = seating.create_assembly(
            actor=stage.dgs, kind=AssemblyKind.COMMISSION, name="Commission travaux", now=NOW
        )
        item = stage.item()
        with pytest.raises(items.Refusal):
            items.list_item(
                actor=stage.dgs, item=item, meeting=stage.meeting(assembly=commission), now=NOW
            )

    def test_a_frozen_point_is_neither_edited_nor_moved(self, stage):
        meeting = stage.frozen()
        item = agenda.listed(meeting)[0]
        with pytest.raises(Refused):
            items.edit_item(actor=stage.dgs, item=item, content=ItemContent("X"), now=NOW)
        with pytest.raises(items.AgendaFrozen):
            placing.move_item(actor=stage.dgs, item=item, rank=2, now=NOW)
        with pytest.raises(Refused):
            pieces.join_document(
                actor=stage.dgs, item=item, document=stage.document("B.txt"), now=NOW
            )

    def test_a_withdrawn_point_keeps_its_number_for_ever(self, stage):
        meeting = stage.frozen()
        first, second = agenda.listed(meeting)
        items.withdraw_item(actor=stage.dgs, item=first, reason="Étude à finir", now=NOW)
        stage.item("Nouveau", meeting=Meeting.objects.get(pk=meeting.pk))
        stage.frozen(Meeting.objects.get(pk=meeting.pk))
        numbers = {item.title: item.number for item in AgendaItem.objects.filter(meeting=meeting)}
        assert numbers == {first.title: 1, second.title: 2, "Nouveau": 3}

    def test_withdrawing_before_sending_asks_the_mayor_again(self, stage):
        meeting = stage.frozen()
        first = agenda.listed(meeting)[0]
        items.withdraw_item(actor=stage.dgs, item=first, reason="Étude à finir", now=NOW)
        again = Meeting.objects.get(pk=meeting.pk)
        assert again.state == MeetingState.PREPARATION
        assert first.pieces.get().pinned_version is None
        assert convening.convene(actor=stage.dgs, meeting=stage.frozen(again), now=NOW)

    def test_withdrawing_after_sending_leaves_the_edition_as_it_was(self, stage):
        meeting = stage.frozen()
        edition = convening.convene(actor=stage.dgs, meeting=meeting, now=NOW)
        first = agenda.listed(meeting)[0]
        items.withdraw_item(actor=stage.dgs, item=first, reason="Étude à finir", now=NOW)
        assert Meeting.objects.get(pk=meeting.pk).state == MeetingState.CONVENED
        assert first.title in DossierEdition.objects.get(pk=edition.pk).manifest

    def test_after_sending_a_point_is_refused_with_the_ways_left(self, stage):
        meeting = stage.frozen()
        convening.convene(actor=stage.dgs, meeting=meeting, now=NOW)
        saturday = dt.datetime(2026, 11, 28, 9, tzinfo=PARIS)
        late = stage.item("Ajout", now=saturday)
        with pytest.raises(items.AddedTooLate, match="urgence"):
            items.list_item(actor=stage.dgs, item=late, meeting=meeting, now=saturday)


class TestMayor:
    def test_the_mayor_agrees_to_the_agenda_on_the_screen(self, stage):
        meeting = stage.meeting()
        stage.item(meeting=meeting)
        agreeing.ask_mayor(actor=stage.dgs, meeting=meeting, now=NOW)
        shown = agenda.digest(meeting)
        stage.item("Ajouté après", meeting=meeting)
        with pytest.raises(agreeing.AgendaChanged):
            agreeing.give_agreement(actor=stage.maire, meeting=meeting, shown=shown, now=NOW)

    def test_nobody_agrees_in_the_place_of_the_mayor(self, stage):
        meeting = stage.meeting()
        stage.item(meeting=meeting)
        agreeing.ask_mayor(actor=stage.dgs, meeting=meeting, now=NOW)
        shown = agenda.digest(meeting)
        for who in (stage.dgs_person, stage.secretary, stage.agent, stage.members[2]):
            with pytest.raises(Refused):
                agreeing.give_agreement(
                    actor=stage.actor(who), meeting=meeting, shown=shown, now=NOW
                )

    def test_a_former_mayor_no_longer_agrees(self, stage):
        meeting = stage.meeting()
        stage.item(meeting=meeting)
        agreeing.ask_mayor(actor=stage.dgs, meeting=meeting, now=NOW)
        seating.end_mandate(
            actor=stage.dgs,
            mandate=stage.mandate(stage.mayor),
            last_day=NOW.date() - DAY,
            reason=EndReason.RESIGNATION,
            now=NOW,
        )
        with pytest.raises(Refused):
            agreeing.give_agreement(
                actor=stage.maire, meeting=meeting, shown=agenda.digest(meeting), now=NOW
            )
        with pytest.raises(agreeing.NoMayor):
            agreeing.ask_mayor(actor=stage.dgs, meeting=meeting, now=NOW)

    def test_a_refusal_has_a_reason_and_may_be_asked_again(self, stage):
        meeting = stage.meeting()
        stage.item(meeting=meeting)
        agreeing.ask_mayor(actor=stage.dgs, meeting=meeting, now=NOW)
        with pytest.raises(Missing):
            agreeing.refuse_with_reason(actor=stage.maire, meeting=meeting, reason="", now=NOW)
        agreeing.refuse_with_reason(
            actor=stage.maire, meeting=meeting, reason="Sans la cantine", now=NOW
        )
        with pytest.raises(agreeing.NothingToAgree):
            agreeing.refuse_with_reason(actor=stage.maire, meeting=meeting, reason="X", now=NOW)
        agreeing.ask_mayor(actor=stage.dgs, meeting=meeting, now=NOW)
        assert MayorAgreement.objects.filter(meeting=meeting).count() == 2
        assert MayorAgreement.objects.filter(meeting=meeting).waiting().count() == 1

    def test_asking_twice_asks_once(self, stage):
        meeting = stage.meeting()
        stage.item(meeting=meeting)
        first = agreeing.ask_mayor(actor=stage.dgs, meeting=meeting, now=NOW)
        assert agreeing.ask_mayor(actor=stage.dgs, meeting=meeting, now=NOW) == first

    def test_an_empty_agenda_is_not_shown_to_the_mayor(self, stage):
        with pytest.raises(agreeing.NotReady):
            agreeing.ask_mayor(actor=stage.dgs, meeting=stage.meeting(), now=NOW)

    def test_an_answer_without_a_question_is_refused(self, stage):
        meeting = stage.meeting()
        with pytest.raises(agreeing.NothingToAgree):
            agreeing.give_agreement(actor=stage.maire, meeting=meeting, shown="", now=NOW)


class TestFreezing:
    def test_the_agenda_is_not_frozen_without_the_agreement(self, stage):
        meeting = stage.meeting()
        stage.item(meeting=meeting)
        with pytest.raises(freezing.NotAgreed):
            freezing.freeze_agenda(actor=stage.dgs, meeting=meeting, now=NOW)

    def test_a_change_after_the_agreement_is_no_longer_agreed(self, stage):
        meeting = stage.meeting()
        item = stage.item(meeting=meeting)
        stage.agreed(meeting)
        items.edit_item(actor=stage.dgs, item=item, content=ItemContent("Autre chose"), now=NOW)
        with pytest.raises(freezing.NotAgreed):
            freezing.freeze_agenda(actor=stage.dgs, meeting=meeting, now=NOW)

    def test_numbers_follow_the_order_and_versions_are_pinned_and_held(self, stage):
        meeting = stage.meeting()
        document = stage.document()
        one = stage.item("Un", meeting=meeting, documents=(document,))
        two = stage.item("Deux", meeting=meeting)
        placing.move_item(actor=stage.dgs, item=two, rank=1, now=NOW)
        stage.frozen(meeting)
        assert [(i.number, i.title) for i in agenda.listed(meeting)] == [(1, "Deux"), (2, "Un")]
        piece = AgendaItem.objects.get(pk=one.pk).pieces.get()
        assert piece.pinned_version == document.current_version
        assert VersionHold.objects.filter(version=document.current_version).exists()

    def test_opening_again_is_told_and_asks_the_mayor_again(self, stage):
        meeting = stage.frozen()
        with pytest.raises(Missing):
            freezing.unfreeze_agenda(actor=stage.dgs, meeting=meeting, reason="", now=NOW)
        freezing.unfreeze_agenda(actor=stage.dgs, meeting=meeting, reason="Un oubli", now=NOW)
        again = Meeting.objects.get(pk=meeting.pk)
        assert again.state == MeetingState.PREPARATION
        with pytest.raises(freezing.NotAgreed):
            freezing.freeze_agenda(actor=stage.dgs, meeting=again, now=NOW)
        assert AuditEntry.objects.filter(verb="council.agenda.unfrozen").exists()

    def test_once_sent_it_does_not_open_again(self, stage):
        meeting = stage.frozen()
        convening.convene(actor=stage.dgs, meeting=meeting, now=NOW)
        with pytest.raises(freezing.AlreadySent):
            freezing.unfreeze_agenda(actor=stage.dgs, meeting=meeting, reason="X", now=NOW)

    def test_an_agent_does_not_freeze(self, stage):
        meeting = stage.meeting()
        stage.item(meeting=meeting)
        meeting = stage.agreed(meeting)
        with pytest.raises(Refused):
            freezing.freeze_agenda(actor=stage.actor(stage.agent), meeting=meeting, now=NOW)


class TestConvening:
    def test_each_member_in_office_gets_one_convocation_to_one_edition(self, stage):
        edition = convening.convene(actor=stage.dgs, meeting=stage.frozen(), now=NOW)
        convocations = Convocation.objects.filter(edition=edition)
        assert {c.person for c in convocations} == set(stage.members)
        assert convocations.by_mail().count() == 4
        assert convocations.on_paper().count() == 1
        assert Mail.objects.filter(kind=convening.CONVOCATION_MAIL).count() == 4

    def test_the_mail_insists_until_the_legal_limit_and_not_after(self, stage):
        convening.convene(actor=stage.dgs, meeting=stage.frozen(), now=NOW)
        mail = Mail.objects.filter(kind=convening.CONVOCATION_MAIL).order_by("pk")[0]
        assert mail.not_after == LAST_MOMENT
        assert mail.notice_class == "L"

    def test_an_alarm_is_set_hours_before_the_limit(self, stage):
        convening.convene(actor=stage.dgs, meeting=stage.frozen(), now=NOW)
        job = Job.objects.get(kind=convening.DEADLINE_ALARM)
        assert job.next_try_at == LAST_MOMENT - convening.ALARM_BEFORE

    def test_clicking_twice_convenes_once(self, stage):
        meeting = stage.frozen()
        first = convening.convene(actor=stage.dgs, meeting=meeting, now=NOW)
        assert convening.convene(actor=stage.dgs, meeting=meeting, now=NOW) == first
        assert Convocation.objects.count() == 5
        assert Mail.objects.filter(kind=convening.CONVOCATION_MAIL).count() == 4

    def test_the_manifest_is_the_one_of_the_digest_and_names_every_file(self, stage):
        import hashlib

        edition = convening.convene(actor=stage.dgs, meeting=stage.frozen(), now=NOW)
        assert hashlib.sha256(edition.manifest.encode()).hexdigest() == edition.sha256
        piece = EditionPiece.objects.get(edition=edition)
        assert piece.sha256 in edition.manifest
        points = json.loads(edition.manifest)["points"]
        assert [p["title"] for p in points] == ["Tarifs de la cantine", "Chemin des Vignes"]

    def test_a_new_version_after_freezing_does_not_reach_the_edition(self, stage):
        import io

        meeting = stage.meeting()
        document = stage.document()
        old = document.current_version
        stage.item(meeting=meeting, documents=(document,))
        stage.frozen(meeting)
        filing.add_version(
            actor=stage.dgs,
            document=document,
            received=filing.receive(io.BytesIO(b"Autre plan."), "Plan.txt"),
            now=NOW,
        )
        edition = convening.convene(
            actor=stage.dgs, meeting=Meeting.objects.get(pk=meeting.pk), now=NOW
        )
        assert EditionPiece.objects.get(edition=edition).version == old

    def test_an_edition_never_changes(self, stage):
        edition = convening.convene(actor=stage.dgs, meeting=stage.frozen(), now=NOW)
        for change in (
            lambda: DossierEdition.objects.filter(pk=edition.pk).update(sha256="0" * 64),
            lambda: EditionPiece.objects.filter(edition=edition).update(label="X"),
            lambda: EditionPiece.objects.filter(edition=edition).delete(),
        ):
            with pytest.raises(DatabaseError), transaction.atomic():
                change()

    def test_nothing_leaves_before_the_agenda_is_settled(self, stage):
        meeting = stage.meeting()
        stage.item(meeting=meeting)
        with pytest.raises(convening.AgendaNotSettled):
            convening.convene(actor=stage.dgs, meeting=meeting, now=NOW)

    def test_t_conv_30_the_last_second_is_on_time(self, stage):
        assert convening.convene(actor=stage.dgs, meeting=stage.frozen(), now=LAST_MOMENT)

    def test_t_conv_31_a_second_later_is_refused_and_urgency_proposed(self, stage):
        meeting = stage.frozen()
        with pytest.raises(convening.TooLate, match="urgence") as late:
            convening.convene(
                actor=stage.dgs, meeting=meeting, now=LAST_MOMENT + dt.timedelta(seconds=1)
            )
        assert late.value.urgency_possible
        assert not Convocation.objects.exists()
        assert not DossierEdition.objects.exists()

    def test_on_the_eve_even_urgency_is_too_late(self, stage):
        meeting = stage.frozen()
        with pytest.raises(convening.TooLate, match="Changez la date") as late:
            convening.convene(
                actor=stage.dgs, meeting=meeting, now=dt.datetime(2026, 11, 29, 9, tzinfo=PARIS)
            )
        assert not late.value.urgency_possible

    def test_urgency_puts_its_approval_first_and_asks_the_mayor_again(self, stage):
        meeting = stage.frozen()
        friday = dt.datetime(2026, 11, 27, 9, tzinfo=PARIS)
        with pytest.raises(Missing):
            planning.declare_urgency(actor=stage.dgs, meeting=meeting, reason=" ", now=friday)
        meeting = planning.declare_urgency(
            actor=stage.dgs, meeting=meeting, reason="Toit de l’école arraché", now=friday
        )
        assert agenda.listed(meeting)[0].matter == Matter.URGENCY
        with pytest.raises(convening.AgendaNotSettled):
            convening.convene(actor=stage.dgs, meeting=meeting, now=friday)
        meeting = stage.frozen(meeting, now=friday)
        assert convening.convene(actor=stage.dgs, meeting=meeting, now=friday)
        first = agenda.listed(meeting)[0]
        assert first.number == 3

    def test_the_approval_of_urgency_stays_first(self, stage):
        meeting = stage.meeting()
        stage.item("Un", meeting=meeting)
        two = stage.item("Deux", meeting=meeting)
        planning.declare_urgency(actor=stage.dgs, meeting=meeting, reason="Toit", now=NOW)
        placing.move_item(actor=stage.dgs, item=two, rank=1, now=NOW)
        assert titles(meeting) == ["Approbation de l’urgence", "Deux", "Un"]
        planning.give_up_urgency(actor=stage.dgs, meeting=meeting, now=NOW)
        assert titles(meeting) == ["Deux", "Un"]

    def test_a_ccas_board_has_no_urgency(self, stage):
        board = seating.create_assembly(
            actor=stage.dgs, kind=AssemblyKind.CCAS_BOARD, name="CA du CCAS", now=NOW
        )
        with pytest.raises(planning.NotUrgent):
            planning.declare_urgency(
                actor=stage.dgs, meeting=stage.meeting(assembly=board), reason="X", now=NOW
            )

    def test_t_conv_37_a_large_commune_owes_a_note(self, db):
        large = make_stage("grandville", population=3500)
        meeting = large.meeting()
        item = large.item(meeting=meeting)
        with pytest.raises(agreeing.NotReady, match="note de synthèse"):
            agreeing.ask_mayor(actor=large.dgs, meeting=meeting, now=NOW)
        items.edit_item(
            actor=large.dgs,
            item=item,
            content=ItemContent(item.title, summary="Le prix du repas passe à 3,20 €."),
            now=NOW,
        )
        meeting = large.frozen(meeting)
        assert law.latest_moment(meeting).date() == dt.date(2026, 11, 24)
        assert convening.convene(actor=large.dgs, meeting=meeting, now=NOW)

    def test_an_information_owes_no_note(self, db):
        large = make_stage("grandville", population=3500)
        meeting = large.meeting()
        large.item(meeting=meeting, kind=ItemKind.INFORMATION)
        assert agreeing.ask_mayor(actor=large.dgs, meeting=meeting, now=NOW)

    def test_overseas_the_limit_is_on_the_town_halls_clock(self, db):
        noumea = ZoneInfo("Pacific/Noumea")
        island = make_stage("noumea", timezone="Pacific/Noumea")
        starts = dt.datetime(2026, 11, 30, 18, 0, tzinfo=noumea)
        meeting = island.meeting(starts_at=starts)
        island.item(meeting=meeting)
        meeting = island.frozen(meeting)
        last = dt.datetime(2026, 11, 26, 23, 59, 59, tzinfo=noumea)
        assert law.latest_moment(meeting) == last
        with pytest.raises(convening.TooLate):
            # Still Thursday 26 in Paris, already Friday 27 in Nouméa.
            convening.convene(
                actor=island.dgs, meeting=meeting, now=dt.datetime(2026, 11, 26, 15, tzinfo=PARIS)
            )

    def test_those_who_left_are_not_convened(self, stage):
        meeting = stage.frozen()
        seating.end_mandate(
            actor=stage.dgs,
            mandate=stage.mandate(stage.members[4]),
            last_day=NOW.date() - DAY,
            reason=EndReason.RESIGNATION,
            now=NOW,
        )
        convening.convene(actor=stage.dgs, meeting=meeting, now=NOW)
        assert not Convocation.objects.filter(person=stage.members[4]).exists()

    def test_the_list_shown_must_still_be_the_list(self, stage):
        with pytest.raises(convening.RecipientsChanged):
            convening.convene(actor=stage.dgs, meeting=stage.frozen(), now=NOW, expected=4)

    def test_the_preview_says_how_each_is_reached(self, stage):
        shown = {r.name: r for r in convening.recipients(stage.meeting(), now=NOW)}
        assert list(shown) == [
            "Michel Garnier",
            "René Lacombe",
            "Jeanne Martin",
            "Paul Martin",
            "Aline Zola",
        ]
        assert shown["René Lacombe"].channel == Channel.PAPER
        assert "partagée" in shown["Jeanne Martin"].remark
        assert "jamais confirmée" in shown["Aline Zola"].remark

    def test_without_an_address_it_is_paper(self, stage):
        stage.members[4].email = ""
        stage.members[4].save()
        last = convening.recipients(stage.meeting(), now=NOW)[-1]
        assert (last.channel, "Sans adresse" in last.remark) == (Channel.PAPER, True)

    def test_nobody_else_convenes(self, stage):
        meeting = stage.frozen()
        for who in (stage.agent, stage.mayor, stage.members[2]):
            with pytest.raises(Refused):
                convening.convene(actor=stage.actor(who), meeting=meeting, now=NOW)

    def test_the_other_commune_touches_nothing(self, stage, elsewhere):
        meeting = stage.frozen()
        item = agenda.listed(meeting)[0]
        intruder = elsewhere.dgs
        for attempt in (
            lambda: convening.convene(actor=intruder, meeting=meeting, now=NOW),
            lambda: freezing.unfreeze_agenda(actor=intruder, meeting=meeting, reason="X", now=NOW),
            lambda: planning.cancel_meeting(actor=intruder, meeting=meeting, reason="X", now=NOW),
            lambda: items.withdraw_item(actor=intruder, item=item, reason="X", now=NOW),
            lambda: seating.end_mandate(
                actor=intruder,
                mandate=stage.mandate(stage.members[2]),
                last_day=NOW.date(),
                reason=EndReason.DEATH,
                now=NOW,
            ),
        ):
            with pytest.raises(Refused):
                attempt()

    def test_the_database_itself_refuses_an_edge_between_communes(self, stage, elsewhere):
        meeting = elsewhere.meeting()
        AgendaItem.objects.create(
            organisation=stage.organisation,
            assembly=stage.council,
            meeting=meeting,
            title="Passe-muraille",
            created_at=NOW,
            changed_at=NOW,
        )
        with pytest.raises(IntegrityError, match="wall_council_agendaitem_meeting"):
            connection.check_constraints()


def test_convocations_start_to_send(stage):
    convening.convene(actor=stage.dgs, meeting=stage.frozen(), now=NOW)
    assert set(Convocation.objects.values_list("state", flat=True)) == {ConvocationState.TO_SEND}
    assert NOW.date() > LONG_AGO
