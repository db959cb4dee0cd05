"""The headings of an agenda: settled by the direction, followed by points, kept once settled."""

import pytest
from django.urls import reverse

from config.lib import clock
from config.lib.access import Refused
from council.dossier.manifest import read_manifest
from council.enums import ItemKind, MeetingState
from council.models import AgendaItem, AgendaSection, Meeting
from council.services import agenda, convening, freezing, items, placing, sections
from council.services.items import ItemContent
from council.services.refusals import Missing
from council.services.sections import SectionContent
from tests.council.stage import NOW
from tests.council.test_preparing import text_of

ORG = "saint-aubin"


def at(name, *args):
    return reverse(f"council:{name}", args=[ORG, *args])


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def model(stage):
    """Finances (7), Urbanisme (2), Questions diverses."""
    return [
        sections.add_section(actor=stage.dgs, assembly=stage.council, content=content, now=NOW)
        for content in (
            SectionContent("Finances", ("7",)),
            SectionContent("Urbanisme", ("2", "3.2")),
            SectionContent("Questions diverses", takes_questions=True),
        )
    ]


def shown(meeting):
    """[(heading, title), …] in order."""
    return [(one.section_title, one.title) for one in agenda.listed(meeting)]


@pytest.fixture
def meeting(stage, model):
    made = stage.meeting()
    stage.item("Question", meeting=made, kind=ItemKind.ORAL_QUESTION)
    stage.item("Permis", meeting=made, subject_code="2.2")
    stage.item("Budget", meeting=made, subject_code="7.1")
    stage.item("Personnel", meeting=made, subject_code="4.1")
    stage.item("Subvention", meeting=made, subject_code="7.5")
    return made


IN_ORDER = [
    ("", "Personnel"),
    ("Finances", "Budget"),
    ("Finances", "Subvention"),
    ("Urbanisme", "Permis"),
    ("Questions diverses", "Question"),
]


class TestAnAgendaWithAModel:
    def test_points_land_by_their_matter_or_where_they_are_told(self, stage, model, meeting):
        assert shown(meeting) == IN_ORDER
        stage.item("Cimetière", meeting=meeting, subject_code="7.1", section=model[1])
        assert shown(meeting)[4] == ("Urbanisme", "Cimetière"), "chosen: stronger than the matter"

    def test_a_point_given_its_matter_later_joins_its_heading(self, stage, meeting):
        item = AgendaItem.objects.get(title="Personnel")
        content = ItemContent(title="Personnel", subject_code="3.2")
        items.edit_item(actor=stage.dgs, item=item, content=content, now=NOW)
        assert shown(meeting)[2:4] == [("Urbanisme", "Permis"), ("Urbanisme", "Personnel")]

    def test_to_rank_n_it_takes_the_heading_of_that_rank(self, stage, meeting):
        item = AgendaItem.objects.get(title="Budget")
        placing.move_item(actor=stage.dgs, item=item, rank=4, now=NOW)
        assert shown(meeting)[2:4] == [("Urbanisme", "Permis"), ("Urbanisme", "Budget")]
        placing.move_item(actor=stage.dgs, item=item, rank=1, now=NOW)
        assert shown(meeting)[:2] == [("", "Budget"), ("", "Personnel")]

    def test_another_order_or_one_heading_less_and_open_agendas_follow(self, stage, model, meeting):
        stage.agreed(meeting)
        sections.move_section(actor=stage.dgs, section=model[1], rank=1, now=NOW)
        assert [title for _, title in shown(meeting)] == [
            "Personnel", "Permis", "Budget", "Subvention", "Question",
        ]  # fmt: skip
        assert not agenda.agreement_stands(meeting), "the mayor agreed to another agenda"
        sections.remove_section(actor=stage.dgs, section=model[0], now=NOW)
        assert shown(meeting)[:3] == [("", "Personnel"), ("", "Budget"), ("", "Subvention")]

    def test_settled_it_is_numbered_without_a_gap_and_keeps_its_words(self, stage, model, meeting):
        frozen = stage.frozen(meeting)
        points = list(agenda.listed(frozen))
        assert [one.number for one in points] == [1, 2, 3, 4, 5]
        sections.move_section(actor=stage.dgs, section=model[2], rank=1, now=NOW)
        sections.change_section(
            actor=stage.dgs, section=model[0], content=SectionContent("Budget"), now=NOW
        )
        assert shown(frozen) == IN_ORDER
        edition = convening.convene(actor=stage.dgs, meeting=frozen, now=NOW)
        told = read_manifest(edition.manifest).points
        assert [(one.section, one.title) for one in told] == IN_ORDER

    def test_open_again_it_follows_the_model_and_numbers_stay(self, stage, model, meeting):
        frozen = stage.frozen(meeting)
        freezing.unfreeze_agenda(actor=stage.dgs, meeting=frozen, reason="Oubli", now=NOW)
        sections.change_section(
            actor=stage.dgs, section=model[0], content=SectionContent("Argent", ("7",)), now=NOW
        )
        assert ("Argent", "Budget") in shown(frozen)
        late = stage.item("Emprunt", meeting=frozen, subject_code="7.3")
        stage.agreed(frozen)
        freezing.freeze_agenda(actor=stage.dgs, meeting=frozen, now=NOW)
        late.refresh_from_db()
        assert late.number == 6
        assert shown(frozen)[3] == ("Argent", "Emprunt")


class TestTheModel:
    def test_only_the_direction_of_this_commune_settles_it(self, stage, elsewhere, model):
        content = SectionContent("Voirie")
        others = [stage.actor(who) for who in (stage.secretary, stage.agent, stage.mayor)]
        for actor in [*others, elsewhere.dgs]:
            for verb in (
                lambda a: sections.add_section(
                    actor=a, assembly=stage.council, content=content, now=NOW
                ),
                lambda a: sections.change_section(
                    actor=a, section=model[0], content=content, now=NOW
                ),
                lambda a: sections.remove_section(actor=a, section=model[0], now=NOW),
                lambda a: sections.move_section(actor=a, section=model[0], rank=3, now=NOW),
                lambda a: sections.begin(actor=a, assembly=stage.council, now=NOW),
            ):
                with pytest.raises((Refused, sections.Refusal)):
                    verb(actor)
        assert [one.title for one in sections.in_use(stage.council)] == [
            "Finances", "Urbanisme", "Questions diverses",
        ]  # fmt: skip

    def test_a_heading_of_another_body_is_refused(self, stage, elsewhere, model):
        theirs = sections.begin(actor=elsewhere.dgs, assembly=elsewhere.council, now=NOW)[0]
        with pytest.raises(Missing, match="autre instance"):
            stage.item("Point", section=theirs)

    @pytest.mark.parametrize("code", ["12", "7.99", "0", "abc", "7."])
    def test_a_matter_that_does_not_exist_is_refused(self, stage, code):
        with pytest.raises(Missing, match="matière"):
            sections.add_section(
                actor=stage.dgs,
                assembly=stage.council,
                content=SectionContent("Voirie", (code,)),
                now=NOW,
            )


class TestThePages:
    def test_begun_ordered_and_taken_out_without_a_script(self, stage, client_of):
        dgs, page = client_of(stage.dgs_person), at("sections", stage.council.uid)
        assert "Aucune rubrique" in text_of(dgs.get(page))
        dgs.post(at("section-begin", stage.council.uid))
        first, second, *_ = sections.in_use(stage.council)
        dgs.post(at("section-order", stage.council.uid), {"move": f"{second.uid}:up"})
        dgs.post(at("section-order", stage.council.uid), {"move": f"{first.uid}:off"})
        posted = {"title": "Voirie", "codes": "8.3; 8.4", "takes_questions": ""}
        assert dgs.post(page, posted).status_code == 302
        assert dgs.post(page, posted).status_code == 422, "one per name"
        told = text_of(dgs.get(page))
        assert told.index("Finances") < told.index("Urbanisme") < told.index("Matières 8.3, 8.4")
        assert not AgendaSection.objects.in_use().filter(pk=first.pk).exists()
        edit = at("section-edit", second.uid)
        assert "7, 1" in dgs.get(edit).content.decode()
        assert dgs.post(edit, {"title": "Argent", "codes": "x"}).status_code == 422
        assert dgs.post(edit, {"title": "Argent", "codes": "7"}).status_code == 302
        assert dgs.get(edit).context["form"].initial["title"] == "Argent"
        assert "Argent, Ressources humaines" in text_of(dgs.get(at("bodies")))

    def test_the_agenda_shows_headings_and_lines_pass_them_one_by_one(
        self, stage, meeting, client_of
    ):
        dgs, order = client_of(stage.dgs_person), at("meeting-order", meeting.uid)
        page = dgs.get(at("meeting-detail", meeting.uid))
        assert 'class="sortable__heading">Finances' in page.content.decode()
        budget = AgendaItem.objects.get(title="Budget")
        dgs.post(order, {"move": f"{budget.uid}:up"})
        assert shown(meeting)[:2] == [("", "Personnel"), ("", "Budget")]
        for _ in range(3):
            dgs.post(order, {"move": f"{budget.uid}:down"})
        assert shown(meeting)[2:4] == [("Urbanisme", "Budget"), ("Urbanisme", "Permis")]

    def test_dropped_under_an_empty_heading_it_takes_it(self, stage, model, meeting, client_of):
        dgs, order = client_of(stage.dgs_person), at("meeting-order", meeting.uid)
        question = AgendaItem.objects.get(title="Question")
        items.unlist_item(actor=stage.dgs, item=question, now=NOW)
        rows = {one.title: str(one.uid) for one in agenda.listed(meeting)}
        keys = [rows["Personnel"], f"rubrique-{model[0].uid}", rows["Budget"]]
        keys += [f"rubrique-{model[1].uid}", rows["Permis"], f"rubrique-{model[2].uid}"]
        posted = {"order": [*keys, rows["Subvention"]], "moved": rows["Subvention"]}
        dgs.post(order, posted, headers={"Accept": "application/json"})
        assert shown(meeting)[-1] == ("Questions diverses", "Subvention")

    def test_the_form_offers_them_and_the_mayor_sees_them(self, stage, model, meeting, client_of):
        dgs = client_of(stage.dgs_person)
        item = AgendaItem.objects.get(title="Permis")
        form = dgs.get(at("item-edit", item.uid)).context["form"]
        assert form.initial["section"] == model[1].uid
        posted = {"title": "Permis", "kind": "deliberation", "section": model[2].uid}
        assert dgs.post(at("item-edit", item.uid), posted).status_code == 302
        assert shown(meeting)[3] == ("Questions diverses", "Permis")
        stage.agreed(meeting)
        told = text_of(client_of(stage.mayor).get(at("meeting-agree", meeting.uid)))
        assert told.index("Finances") < told.index("Budget") < told.index("Questions diverses")

    def test_members_read_them_in_their_dossier(self, stage, meeting, client_of):
        frozen = stage.frozen(meeting)
        convening.convene(actor=stage.dgs, meeting=frozen, now=NOW)
        convened = Meeting.objects.get(pk=frozen.pk)
        assert convened.state == MeetingState.CONVENED
        page = text_of(client_of(stage.agent).get(at("meeting-detail", meeting.uid)))
        assert page.index("Finances") < page.index("2. Budget") < page.index("Urbanisme")
        public = client_of(stage.agent).get(reverse("public:meeting", args=[ORG, meeting.uid]))
        assert "Questions diverses" in text_of(public)
