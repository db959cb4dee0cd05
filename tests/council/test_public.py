"""The public pages: what is published is there, to anybody and to any cache; nothing else is."""

import datetime as dt
import io
import re
from xml.etree import ElementTree as ET

import pypdfium2
import pytest
from django.test import Client
from django.urls import reverse

from accounts.enums import OrganisationKind
from accounts.models import Organisation, Person
from config.lib import clock
from config.lib.access import Refused
from council.access_public import CLOSED_DOORS_ACT, CLOSED_DOORS_POINT
from council.dossier.data import Letterhead
from council.dossier.statement import statement_pdf
from council.enums import ActKind, ActState, ActType, AssemblyKind, PublicationMode, SignatureMode
from council.models import Act, AgendaItem, Assembly, Mandate, Meeting, Minutes, ResultList
from council.public_urls import urlpatterns
from council.services import oparl
from council.services.acts import drafting, formalities, publishing, signing
from council.services.refusals import Missing
from documents.services import filing
from tests.council.acts_stage import AFTER, TODAY, held
from tests.council.stage import NOV_30, NOW
from tests.council.test_acts import order

DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _noon(monkeypatch):
    """Everybody looks the day after the session was published."""
    monkeypatch.setattr(clock, "now", lambda: AFTER + DAY)


@pytest.fixture
def after(stage):
    return stage.actor(stage.dgs_person, now=AFTER)


def pdf(stage, title, words=b"%PDF-1.4 texte mis en ligne"):
    received = filing.receive(io.BytesIO(words), f"{title}.pdf")
    return filing.file_document(
        actor=stage.dgs, folder=stage.root, received=received, now=NOW, keep_both=True
    ).version


def publish(stage, actor, act, *, text=True, **more):
    """Signed on paper, the original filed, then put online with another file."""
    if not act.is_signed:
        act = signing.note_signature(
            actor=actor, act=act, signed_on=TODAY, mode=SignatureMode.PAPER, now=AFTER
        )
    original = pdf(stage, "Original signé", b"%PDF-1.4 ORIGINAL SIGNE")
    Act.objects.filter(pk=act.pk).update(signed_version=original)
    return formalities.note_publication(
        actor=actor,
        act=Act.objects.get(pk=act.pk),
        now=AFTER,
        version=pdf(stage, "En ligne") if text else None,
        **{"mode": PublicationMode.ELECTRONIC, "on": TODAY, **more},
    )


@pytest.fixture
def meeting(stage):
    return held(stage, ("Tarifs de la cantine", "Chemin des Vignes"))


@pytest.fixture
def acts(stage, after, meeting):
    return drafting.draft_deliberations(actor=after, meeting=meeting, now=AFTER)


@pytest.fixture
def site(stage):
    return lambda name, *args, **query: Client().get(
        reverse(f"public:{name}", args=[stage.organisation.slug, *args]), query
    )


def body(response):
    if response.streaming:
        return b"".join(response.streaming_content)
    return response.content


def words(content):
    with pypdfium2.PdfDocument(io.BytesIO(content)) as document:
        said = " ".join(page.get_textpage().get_text_range() for page in document)
    return " ".join(said.replace("\u202f", " ").replace("\u00a0", " ").split())


def every_address(organisation):
    """Each public address, on each row that exists, whoever it belongs to."""
    slug = organisation.slug
    rows = {
        "act": Act.objects.all(),
        "act-text": Act.objects.all(),
        "meeting": Meeting.objects.all(),
        "list": Meeting.objects.all(),
        "minutes": Meeting.objects.all(),
    }
    models = {
        "bodies": Organisation,
        "organizations": Assembly,
        "people": Person,
        "memberships": Mandate,
        "meetings": Meeting,
        "agenda-items": AgendaItem,
        "papers": Act,
        "consultations": Act,
    }
    for kind in oparl.LISTED:
        yield reverse("public:oparl-list", args=[slug, kind])
    for kind, model in models.items():
        for row in model.objects.all():
            yield reverse("public:oparl-object", args=[slug, kind, row.uid])
    for row in (*Act.objects.all(), *Minutes.objects.all(), *ResultList.objects.all()):
        yield reverse("public:oparl-object", args=[slug, "files", row.uid])
    for pattern in urlpatterns:
        if pattern.name in ("oparl-list", "oparl-object"):
            continue
        if "uid" in str(pattern.pattern):
            for row in rows[pattern.name]:
                yield reverse(f"public:{pattern.name}", args=[slug, row.uid])
        else:
            yield reverse(f"public:{pattern.name}", args=[slug])


class TestWhatIsPublished:
    def test_the_next_session_and_its_agenda(self, stage, site):
        meeting = stage.meeting(starts_at=NOV_30 + 14 * DAY)
        stage.item("Budget primitif", meeting=meeting)
        meeting = stage.frozen(meeting)
        Meeting.objects.filter(pk=meeting.pk).update(convened_at=NOW)
        assert "lundi 14 décembre" in site("home").content.decode()
        said = site("meeting", meeting.uid).content.decode()
        assert "Budget primitif" in said
        assert "ouverte à tous" in said

    def test_an_act_its_text_and_where_it_was_decided(self, stage, after, acts, site):
        act = publish(stage, after, acts[0])
        said = site("act", act.uid).content.decode()
        assert "Tarifs de la cantine" in said
        assert act.signatory.full_name in said
        assert "1er décembre 2026" in said
        text = site("act-text", act.uid)
        assert body(text) == b"%PDF-1.4 texte mis en ligne"
        assert text["Content-Type"] == "application/pdf"
        assert act.reference in site("meeting", act.item.meeting.uid).content.decode()

    def test_acts_are_found_by_words_year_theme_and_kind(self, stage, after, acts, site):
        Act.objects.filter(pk=acts[0].pk).update(subject_code="7.10")
        Act.objects.filter(pk=acts[1].pk).update(subject_code="8.3")
        for act in acts:
            publish(stage, after, Act.objects.get(pk=act.pk))

        def found(**query):
            said = site("acts", **query).content.decode()
            return [title for title in ("Tarifs de", "Chemin des") if title in said]

        assert found() == ["Tarifs de", "Chemin des"]
        assert found(q="TARÎFS cantine") == ["Tarifs de"]
        assert found(q="2026-002") == ["Chemin des"]
        assert found(theme="7") == ["Tarifs de"]
        assert found(annee="2026", theme="8") == ["Chemin des"]
        assert found(nature="order") == []
        assert found(q="piscine") == []
        assert found(theme="autre", page="x") == ["Tarifs de", "Chemin des"]

    def test_the_list_and_the_minutes_of_a_session(self, stage, meeting, site):
        listed = ResultList.objects.create(
            organisation=stage.organisation,
            meeting=meeting,
            version=pdf(stage, "Liste"),
            made_at=AFTER,
            made_by=stage.dgs_person,
        )
        minutes = Minutes.objects.create(
            organisation=stage.organisation,
            meeting=meeting,
            drafted_at=AFTER,
            drafted_by=stage.dgs_person,
            changed_at=AFTER,
            published_version=pdf(stage, "PV"),
        )
        assert site("list", meeting.uid).status_code == 404
        assert site("minutes", meeting.uid).status_code == 404
        ResultList.objects.filter(pk=listed.pk).update(published_on=TODAY)
        next_one = held(stage, ("Autre",), starts_at=NOV_30 + 7 * DAY)
        Minutes.objects.filter(pk=minutes.pk).update(
            settled_on=TODAY, approved_in=next_one, published_on=TODAY
        )
        assert body(site("list", meeting.uid)).startswith(b"%PDF")
        assert body(site("minutes", meeting.uid)).startswith(b"%PDF")
        said = site("meeting", meeting.uid).content.decode()
        assert "Liste des délibérations examinées" in said
        assert "Procès-verbal" in said

    def test_the_feed_and_the_plan_name_each_act(self, stage, after, acts, site):
        empty = ET.fromstring(site("feed").content)
        assert empty.find("{*}updated") is not None
        act = publish(stage, after, acts[0])
        feed = ET.fromstring(site("feed").content)
        assert [one.text for one in feed.findall("{*}entry/{*}title")] == [
            "2026-001 : Tarifs de la cantine"
        ]
        places = [
            one.text for one in ET.fromstring(site("sitemap").content).findall("{*}url/{*}loc")
        ]
        address = reverse("public:act", args=[stage.organisation.slug, act.uid])
        assert f"http://testserver{address}" in places
        assert len(places) == 5


class TestPuttingOnline:
    @pytest.fixture
    def act(self, after, acts):
        return signing.note_signature(
            actor=after, act=acts[0], signed_on=TODAY, mode=SignatureMode.PAPER, now=AFTER
        )

    def put(self, after, act, received=None, **more):
        return publishing.publish_act(
            actor=after,
            act=act,
            now=AFTER,
            received=received,
            **{"mode": PublicationMode.ELECTRONIC, "on": TODAY, **more},
        )

    def test_the_public_reads_the_text_as_set_out(self, stage, after, act, site):
        with pytest.raises(Missing):
            self.put(after, act)
        Act.objects.filter(pk=act.pk).update(draft_version=pdf(stage, "d", b"%PDF-1.4 MIS EN PAGE"))
        assert site("act", act.uid).status_code == 404
        self.put(after, act)
        said = words(body(site("act-text", act.uid)))
        # R-PUB-02, T-DEAD-08: its author, their quality, the day; never the draft's own bytes.
        assert (
            "Mis en ligne le 1er décembre 2026. Auteur de l’acte : Michel Garnier, maire." in said
        )
        assert "Le conseil décide : tarifs de la cantine." in said
        page = " ".join(re.sub(r"<[^>]+>", " ", site("act", act.uid).content.decode()).split())
        assert "Mise en ligne 1er décembre 2026" in page.replace("\u00a0", " ")

    def test_a_day_before_counts_only_where_it_was_online_elsewhere(self, stage, after, act, site):
        Act.objects.filter(pk=act.pk).update(draft_version=pdf(stage, "d"), signed_on=TODAY - DAY)
        with pytest.raises(publishing.NotToday, match="aujourd’hui"):
            self.put(after, act, on=TODAY - DAY)
        done = self.put(after, act, on=TODAY - DAY, elsewhere=True)
        assert (done.published_on, done.online_on) == (TODAY - DAY, TODAY - DAY)

    def test_an_author_without_a_quality_is_asked_for(self, stage, after, act):
        Act.objects.filter(pk=act.pk).update(draft_version=pdf(stage, "d"), signatory_title="")
        with pytest.raises(publishing.NotComplete, match="la qualité de l’auteur"):
            self.put(after, act)

    def test_a_text_with_something_hidden_is_filed_beside_and_read_instead(
        self, stage, after, act, site
    ):
        Act.objects.filter(pk=act.pk).update(draft_version=pdf(stage, "d", b"%PDF-1.4 SECRET"))
        mine = statement_pdf(Letterhead("Mairie"), "Texte occulté", "", [], [], at=AFTER)
        hidden = filing.receive(io.BytesIO(mine), "n'importe quoi.pdf")
        done = self.put(after, act, hidden)
        said = words(body(site("act-text", act.uid)))
        assert "Texte occulté" in said
        assert "Mis en ligne le 1er décembre 2026" in said
        assert "SECRET" not in said
        assert done.published_version.document.title == "2026-001 texte mis en ligne.pdf"
        assert done.published_version.document_id != act.document_id

    def test_somebody_looks_at_what_was_decided_behind_closed_doors(self, stage, after, act):
        Act.objects.filter(pk=act.pk).update(draft_version=pdf(stage, "d"))
        AgendaItem.objects.filter(pk=act.item_id).update(closed_doors=True)
        with pytest.raises(Missing, match="huis clos"):
            self.put(after, act)

    def test_only_a_pdf_and_only_by_who_keeps_the_register(self, stage, after, act):
        word = filing.receive(io.BytesIO(b"Un texte."), "acte.txt")
        with pytest.raises(publishing.NotPdf):
            self.put(after, act, word)
        with pytest.raises(Refused):
            self.put(stage.actor(stage.agent, now=AFTER), act)


class TestNothingElse:
    """Each of these would be a leak; every public address is opened on every row."""

    def leaks(self, stage, *secrets):
        found = []
        for address in every_address(stage.organisation):
            response = Client().get(address)
            said = body(response)
            found += [f"{secret} at {address}" for secret in secrets if secret.encode() in said]
        return found

    def test_of_an_act_in_any_state_but_published(self, stage, after, acts):
        a, b = acts
        signing.note_signature(
            actor=after, act=a, signed_on=TODAY, mode=SignatureMode.PAPER, now=AFTER
        )
        Act.objects.filter(pk=a.pk).update(
            title="SECRET signé", published_version=pdf(stage, "x", b"%PDF-1.4 SECRET texte")
        )
        Act.objects.filter(pk=b.pk).update(title="SECRET à signer")
        order(stage, after, title="SECRET brouillon")
        assert self.leaks(stage, "SECRET") == []

    @pytest.mark.parametrize(
        "broken",
        [
            {"state": ActState.CANCELLED, "state_reason": "Refait"},
            {"published_on": TODAY + 5 * DAY},
            {"type": ActType.STAFF, "kind": ActKind.ORDER, "item": None},
            {"type": ActType.PLANNING, "kind": ActKind.ORDER, "item": None},
            {"publication_mode": PublicationMode.POSTING, "published_version": None},
        ],
    )
    def test_of_an_act_that_is_not_for_everybody(self, stage, after, acts, broken):
        act = publish(stage, after, acts[0])
        Act.objects.filter(pk=act.pk).update(title="SECRET", **broken)
        AgendaItem.objects.filter(pk=acts[0].item_id).update(title="Un point")
        assert self.leaks(stage, "SECRET", "texte mis en ligne", act.reference) == []

    def test_of_the_signed_original(self, stage, after, acts):
        act = publish(stage, after, acts[0])
        assert self.leaks(stage, "ORIGINAL") == []
        Act.objects.filter(pk=act.pk).update(published_version=act.signed_version)
        assert self.leaks(stage, "ORIGINAL") == []

    def test_of_what_was_said_behind_closed_doors(self, stage, after, site):
        meeting = held(stage, ("SECRET du dossier",))
        AgendaItem.objects.filter(title__contains="SECRET").update(closed_doors=True)
        act = drafting.draft_deliberations(actor=after, meeting=meeting, now=AFTER)[0]
        act = publish(stage, after, act, text=False)
        assert self.leaks(stage, "SECRET", act.reference) == []
        Act.objects.filter(pk=act.pk).update(draft_version=pdf(stage, "d", b"%PDF-1.4 SECRET"))
        Act.objects.filter(pk=act.pk).update(published_version=Act.objects.get().draft_version)
        assert self.leaks(stage, "SECRET") == []
        Act.objects.filter(pk=act.pk).update(published_version=pdf(stage, "occulté"))
        assert self.leaks(stage, "SECRET") == []
        assert CLOSED_DOORS_ACT in site("act", act.uid).content.decode()
        assert CLOSED_DOORS_POINT in site("meeting", meeting.uid).content.decode()

    def test_of_a_session_not_convened_nor_of_a_point_added_since(self, stage):
        draft = stage.meeting(starts_at=NOV_30 + 14 * DAY)
        stage.item("SECRET en préparation", meeting=draft)
        Meeting.objects.filter(pk=draft.pk).update(place="SECRET salle")
        sent = held(stage)
        late = stage.item("SECRET ajouté")
        AgendaItem.objects.filter(pk=late.pk).update(
            meeting=sent, state="listed", number=None, position=9
        )
        assert self.leaks(stage, "SECRET") == []

    @pytest.mark.parametrize(
        "kind", [AssemblyKind.COMMISSION, AssemblyKind.BUREAU, AssemblyKind.CCAS_BOARD]
    )
    def test_of_a_body_that_does_not_sit_in_public(self, stage, after, acts, kind):
        publish(stage, after, acts[0])
        Assembly.objects.filter(pk=stage.council.pk).update(kind=kind)
        assert self.leaks(stage, "Tarifs", "Chemin", "texte mis en ligne") == []

    def test_of_a_ccas(self, stage, after, acts):
        publish(stage, after, acts[0])
        Organisation.objects.filter(pk=stage.organisation.pk).update(kind=OrganisationKind.CCAS)
        stage.organisation.refresh_from_db()
        assert {Client().get(one).status_code for one in every_address(stage.organisation)} == {404}

    def test_of_another_commune(self, stage, elsewhere, after, acts):
        publish(stage, after, acts[0])
        for address in every_address(elsewhere.organisation):
            assert b"Tarifs" not in body(Client().get(address)), address
        uid = acts[0].uid
        there = reverse("public:act", args=[elsewhere.organisation.slug, uid])
        assert Client().get(there).status_code == 404


class TestCaches:
    def test_the_same_answer_for_everybody_without_a_cookie(self, stage, after, acts):
        publish(stage, after, acts[0])
        signed_in = Client()
        signed_in.force_login(stage.dgs_person)
        signed_in.cookies["theme"] = "dark"
        seen = 0
        for address in every_address(stage.organisation):
            response, theirs = Client().get(address), signed_in.get(address)
            if response.status_code != 200:
                continue
            seen += 1
            assert body(response) == body(theirs), address
            for one in (response, theirs):
                assert one["Cache-Control"] == "public, max-age=300"
                assert not one.cookies
                assert "Cookie" not in one.get("Vary", "")
            again = Client().get(address, headers={"If-None-Match": response["ETag"]})
            assert again.status_code == 304, address
        assert seen == 34

    def test_nobody_writes_there(self, stage):
        for name in ("home", "acts", "feed"):
            address = reverse(f"public:{name}", args=[stage.organisation.slug])
            assert Client().post(address).status_code == 405
