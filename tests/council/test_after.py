"""After the session: the list within a week, the minutes and their way, the decisions reported."""

import datetime as dt
import io

import pytest

from config.lib.access import Refused
from council.enums import ActKind, ActType, ItemKind, ItemState, SignatureMode
from council.models import Act, AgendaItem, Meeting, MinutesSection
from council.services.acts import (
    closing,
    drafting,
    lists,
    orders,
    own_files,
    redacting_papers,
    registers,
    reporting,
    signing,
)
from council.services.acts.drafting import ActContent
from council.services.minutes import writing
from council.services.refusals import Missing
from documents.services import filing
from tests.council.acts_stage import AFTER, TODAY, held
from tests.council.stage import NOV_30
from tests.council.test_act_papers import blank_page, words

DAY = dt.timedelta(days=1)
DEC_14 = NOV_30 + 14 * DAY
LATER = AFTER + 14 * DAY


@pytest.fixture
def after(stage):
    return stage.actor(stage.dgs_person, now=AFTER)


@pytest.fixture
def meeting(stage):
    return held(stage, ("Tarifs de la cantine", "Chemin des Vignes"))


@pytest.fixture
def later(stage):
    return stage.actor(stage.dgs_person, now=LATER)


def bytes_of(version):
    return filing.blobs().path(version.storage_key).read_bytes()


class TestTheList:
    def test_it_names_what_was_examined_rejected_or_put_off_included(self, meeting, after):
        AgendaItem.objects.filter(title="Chemin des Vignes").update(state=ItemState.REJECTED)
        drafting.draft_deliberations(actor=after, meeting=meeting, now=AFTER)
        assert [(row.reference, row.outcome) for row in lists.rows_of(meeting)] == [
            ("2026-001", "Adoptée"),
            ("2026-002", "Rejetée"),
        ]

    def test_it_is_a_pdf_filed_once(self, meeting, after):
        first = lists.make_list(actor=after, meeting=meeting, now=AFTER)
        second = lists.make_list(actor=after, meeting=meeting, now=AFTER)
        assert first.version == second.version
        said = words(bytes_of(first.version))
        assert "Tarifs de la cantine" in said
        assert "article L. 2121-25" in said

    def test_t_dead_01_it_is_due_a_week_after(self, meeting):
        assert lists.due_on(meeting) == dt.date(2026, 12, 7)

    def test_its_dates_are_possible_ones(self, meeting, after):
        with pytest.raises(lists.NotMade):
            lists.note_list_published(actor=after, meeting=meeting, published_on=TODAY, now=AFTER)
        lists.make_list(actor=after, meeting=meeting, now=AFTER)
        for day in (TODAY + DAY, NOV_30.date() - DAY):
            with pytest.raises(lists.WrongDay):
                lists.note_list_published(actor=after, meeting=meeting, posted_on=day, now=AFTER)
        done = lists.note_list_published(
            actor=after, meeting=meeting, published_on=TODAY, posted_on=TODAY, now=AFTER
        )
        assert (done.published_on, done.posted_on) == (TODAY, TODAY)

    def test_it_is_for_those_who_prepare(self, meeting, stage):
        with pytest.raises(Refused):
            lists.make_list(actor=stage.actor(stage.agent, now=AFTER), meeting=meeting, now=AFTER)


def test_the_closing_sheet_recalls_every_number_and_leaves_room_for_two_hands(meeting, after):
    with pytest.raises(drafting.NotDecided):
        closing.closing_sheet(meeting)
    drafting.draft_deliberations(actor=after, meeting=meeting, now=AFTER)
    said = words(closing.closing_sheet(meeting))
    assert "comporte 2 délibérations, numérotées 2026-001, 2026-002." in said
    assert "Michel GARNIER" in said
    assert "secrétaire de séance" in said


class TestMinutes:
    def test_the_draft_has_a_section_for_each_point_and_says_its_result(self, meeting, after):
        minutes = writing.draft_minutes(actor=after, meeting=meeting, now=AFTER)
        headings = [section.heading for section in minutes.sections.all()]
        assert headings[0] == "Ouverture de la séance"
        assert headings[-1] == "Fin de la séance"
        assert any("Tarifs de la cantine" in one for one in headings)
        section = minutes.sections.get(item__title="Tarifs de la cantine")
        assert "Le conseil adopte la proposition." in section.facts
        assert Meeting.objects.get(pk=meeting.pk).minutes_drafted_at == AFTER

    def test_telling_the_facts_again_keeps_what_people_wrote(self, meeting, after):
        minutes = writing.draft_minutes(actor=after, meeting=meeting, now=AFTER)
        section = minutes.sections.get(item__title="Tarifs de la cantine")
        writing.write_section(
            actor=after, section=section, words="M. Martin demande…", revision=1, now=AFTER
        )
        AgendaItem.objects.filter(title="Tarifs de la cantine").update(state=ItemState.REJECTED)
        writing.draft_minutes(actor=after, meeting=meeting, now=AFTER)
        section.refresh_from_db()
        assert section.words == "M. Martin demande…"
        assert "rejette" in section.facts
        assert MinutesSection.objects.filter(minutes=minutes).count() == 4

    def test_the_second_of_two_writers_is_told(self, meeting, after):
        minutes = writing.draft_minutes(actor=after, meeting=meeting, now=AFTER)
        section = minutes.sections.first()
        writing.write_section(actor=after, section=section, words="Un", revision=1, now=AFTER)
        with pytest.raises(writing.ChangedMeanwhile):
            writing.write_section(actor=after, section=section, words="Deux", revision=1, now=AFTER)
        again = writing.write_section(
            actor=after, section=section, words="Un", revision=1, now=AFTER
        )
        assert again.words == "Un"

    def test_they_are_approved_by_a_later_session_signed_then_published(
        self, stage, meeting, after, later
    ):
        minutes = writing.draft_minutes(actor=after, meeting=meeting, now=AFTER)
        next_one = held(stage, ("Vœux",), starts_at=DEC_14)
        with pytest.raises(writing.NotYet):
            writing.settle_minutes(
                actor=after, minutes=minutes, approved_in=next_one, remarks="", now=AFTER
            )
        with pytest.raises(writing.WrongSession):
            writing.settle_minutes(
                actor=later, minutes=minutes, approved_in=meeting, remarks="", now=LATER
            )
        with pytest.raises(writing.NotYet):
            writing.publish_minutes(actor=later, minutes=minutes, on=later.today, now=LATER)
        settled = writing.settle_minutes(
            actor=later,
            minutes=minutes,
            approved_in=next_one,
            remarks="Une voix corrigée au point 2.",
            now=LATER,
        )
        assert writing.due_on(settled) == DEC_14.date() + 7 * DAY
        with pytest.raises(writing.AlreadySettled):
            writing.write_section(
                actor=later,
                section=minutes.sections.first(),
                words="Trop tard",
                revision=1,
                now=LATER,
            )
        said = words(bytes_of(settled.draft_version))  # set as it was approved
        assert "Procès-verbal arrêté à la séance du 14 décembre 2026" in said
        assert "Une voix corrigée" in said
        writing.sign_minutes(actor=later, minutes=minutes, signed_on=later.today, now=LATER)
        with pytest.raises(writing.NotYet, match="rien à lire"):
            writing.publish_minutes(actor=later, minutes=minutes, on=later.today, now=LATER)
        done = writing.publish_minutes(
            actor=later,
            minutes=minutes,
            on=later.today,
            now=LATER,
            version=redacting_papers.minutes_text(settled),
        )
        assert (done.signed_on, done.published_on) == (later.today, later.today)

    def test_another_body_does_not_approve_them(self, stage, meeting, after, later, elsewhere):
        minutes = writing.draft_minutes(actor=after, meeting=meeting, now=AFTER)
        theirs = held(elsewhere, ("Vœux",), starts_at=DEC_14)
        with pytest.raises(writing.WrongSession):
            writing.settle_minutes(
                actor=later, minutes=minutes, approved_in=theirs, remarks="", now=LATER
            )

    def test_what_was_said_is_missed_until_it_is_written(self, meeting, after):
        drafting.draft_deliberations(actor=after, meeting=meeting, now=AFTER)
        minutes = writing.draft_minutes(actor=after, meeting=meeting, now=AFTER)
        assert len(writing.silent_sections(minutes)) == 2

    def test_the_mayor_does_not_write_them(self, stage, meeting):
        with pytest.raises(Refused):
            writing.draft_minutes(
                actor=stage.actor(stage.mayor, now=AFTER), meeting=meeting, now=AFTER
            )


class TestDecisions:
    def decision(self, actor, title="Louer le logement"):
        register = registers.register_of_mayor(actor.organisation, ActKind.DECISION, now=AFTER)
        act = orders.draft_act(
            actor=actor, register=register, content=ActContent(title, "Décide."), now=AFTER
        )
        signing.present_for_signature(actor=actor, act=act, now=AFTER)
        return signing.note_signature(
            actor=actor, act=act, signed_on=TODAY, mode=SignatureMode.PAPER, now=AFTER
        )

    def test_they_are_reported_once_to_the_next_session(self, stage, after):
        act = self.decision(after)
        self.decision(after, "Accepter un don")
        coming = stage.meeting(starts_at=DEC_14)
        for _ in range(2):
            item = reporting.put_on_the_agenda(actor=after, meeting=coming, now=AFTER)
        assert AgendaItem.objects.filter(kind=ItemKind.DECISIONS_REPORT).count() == 1
        assert item.summary.splitlines() == [
            "- n° DEC-2026-001 du 1er\u00a0décembre 2026 : Louer le logement",
            "- n° DEC-2026-002 du 1er\u00a0décembre 2026 : Accepter un don",
        ]
        AgendaItem.objects.filter(pk=item.pk).update(state=ItemState.NOTED)
        assert reporting.mark_reported(coming) == 2
        act.refresh_from_db()
        assert act.reported_in == coming
        assert not reporting.decisions_to_report(stage.meeting(starts_at=DEC_14 + 7 * DAY))

    def test_with_none_there_is_nothing_to_report(self, stage, after):
        with pytest.raises(reporting.NothingToReport):
            reporting.put_on_the_agenda(
                actor=after, meeting=stage.meeting(starts_at=DEC_14), now=AFTER
            )

    def test_a_decision_needs_an_object(self, after):
        register = registers.register_of_mayor(after.organisation, ActKind.DECISION, now=AFTER)
        with pytest.raises(Missing):
            orders.draft_act(
                actor=after, register=register, content=ActContent("  ", "…"), now=AFTER
            )


class TestOrders:
    def test_an_agent_writes_one_and_does_not_number_it(self, stage, after):
        agent = stage.actor(stage.agent, now=AFTER)
        register = registers.register_of_mayor(after.organisation, ActKind.ORDER, now=AFTER)
        act = orders.draft_act(
            actor=agent, register=register, content=ActContent("Rue barrée", "Arrête."), now=AFTER
        )
        assert act.number is None
        assert act.signatory == stage.mayor
        with pytest.raises(Refused):
            signing.present_for_signature(actor=agent, act=act, now=AFTER)

    def test_a_member_does_not(self, stage, after):
        register = registers.register_of_mayor(after.organisation, ActKind.ORDER, now=AFTER)
        for who in (stage.mayor, stage.members[2]):
            with pytest.raises(Refused):
                orders.draft_act(
                    actor=stage.actor(who, now=AFTER),
                    register=register,
                    content=ActContent("Rue", "…"),
                    now=AFTER,
                )

    def test_nobody_writes_in_the_register_of_another_commune(self, after, elsewhere):
        theirs = registers.register_of_mayor(elsewhere.organisation, ActKind.ORDER, now=AFTER)
        with pytest.raises(Refused):
            orders.draft_act(
                actor=after, register=theirs, content=ActContent("Rue", "…"), now=AFTER
            )
        assert not Act.objects.exists()

    def test_a_staff_order_names_somebody_from_the_start(self, after):
        register = registers.register_of_mayor(after.organisation, ActKind.ORDER, now=AFTER)
        act = orders.draft_act(
            actor=after,
            register=register,
            content=ActContent("Nomination", "…", type=ActType.STAFF),
            now=AFTER,
        )
        assert act.nominative
        assert not act.transmissible

    def test_an_own_document_is_the_text(self, after):
        register = registers.register_of_mayor(after.organisation, ActKind.ORDER, now=AFTER)
        act = orders.draft_act(
            actor=after, register=register, content=ActContent("Rue barrée", ""), now=AFTER
        )
        with pytest.raises(own_files.NotAText):
            own_files.use_own_file(
                actor=after,
                act=act,
                received=filing.receive(io.BytesIO(b"GIF89a"), "photo.gif"),
                now=AFTER,
            )
        done = own_files.use_own_file(
            actor=after,
            act=act,
            received=filing.receive(io.BytesIO(blank_page()), "Arrêté.pdf"),
            now=AFTER,
        )
        assert done.own_file
        assert done.draft_version.document.folder.name == "Arrêtés"
