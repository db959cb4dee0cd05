"""A whole cycle in a real browser, twice: prepared, convened, held, written, published; then the
next council approves the minutes of the first, which appear on the public pages."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from typing import Any

import pikepdf
import pypdfium2 as pdfium
import pytest
from playwright.sync_api import Locator, Page, expect

from accounts.models import Person
from config.lib import clock
from config.work import services as work
from config.work.models import Job
from council.enums import Channel, ConvocationState
from council.models import Act, AgendaItem, Convocation, Meeting
from council.services import handing_over
from tests.browser import PHONE
from tests.council.stage import NOV_30, NOW, PARIS, Stage, make_stage

pytestmark = pytest.mark.django_db(transaction=True)

HOME = "/c/saint-aubin/"
DEC_14 = dt.datetime(2026, 12, 14, 20, 0, tzinfo=PARIS)


def _a_page() -> bytes:
    made = io.BytesIO()
    with pikepdf.new() as one:
        one.add_blank_page(page_size=(595, 842))
        one.save(made)
    return made.getvalue()


class TownHall:
    """The people at their browsers, the hour on the wall, and the jobs that run by themselves."""

    def __init__(self, stage: Stage, at: list[dt.datetime], page_of: Callable[..., Page]) -> None:
        self.stage, self.at = stage, at
        self.dgs = page_of(stage.dgs_person)
        self.mayor = page_of(stage.members[0], viewport=PHONE)

    def work(self) -> None:
        """Do what the workers would: mails, pages set in type. The reading of texts can wait."""
        while jobs := [
            job for job in Job.objects.due(self.at[0]) if not job.kind.startswith("documents.")
        ]:
            for job in jobs:
                work.run(job.pk, now=self.at[0])

    def plan(self, starts_at: dt.datetime) -> Meeting:
        self.dgs.goto(f"{HOME}seances/nouvelle/")
        self.dgs.get_by_label("Jour").fill(starts_at.strftime("%Y-%m-%d"))
        self.dgs.get_by_label("Heure").fill(starts_at.strftime("%H:%M"))
        self.dgs.get_by_label("Lieu").fill("Salle du conseil")
        self.dgs.locator("form.card button[type=submit]").click()
        return Meeting.objects.get(starts_at=starts_at)

    def write(self, title: str, meeting: Meeting) -> None:
        self.dgs.goto(f"{HOME}seances/points/nouveau/")
        self.dgs.get_by_label("Objet").fill(title)
        self.dgs.get_by_role("button", name="Enregistrer le point").click()
        self.dgs.get_by_role("button", name="Marquer prêt").click()
        self.dgs.get_by_role("button", name="Inscrire").click()
        assert AgendaItem.objects.get(title=title).meeting == meeting

    def convene(self, meeting: Meeting) -> None:
        here = f"{HOME}seances/{meeting.uid}/"
        self.dgs.goto(here + "demander-accord/")
        self.dgs.get_by_role("button", name="Demander l’accord").click()
        self.mayor.goto(here + "a-valider/")
        self.mayor.get_by_role("button", name="Je donne mon accord").click()
        expect(self.mayor.get_by_text("Vous avez donné votre accord")).to_be_visible()
        self.dgs.goto(here + "arreter/")
        self.dgs.get_by_role("button", name="Arrêter l’ordre du jour").click()
        self.dgs.goto(here + "convoquer/")
        self.dgs.locator("form.card button[type=submit]").last.click()
        expect(self.dgs.get_by_role("heading", level=1)).not_to_have_text("Convoquer")
        self.work()
        sent = Convocation.objects.filter(meeting=meeting)
        for one in sent.filter(channel=Channel.PAPER):
            handing_over.hand_over_paper(
                actor=self.stage.dgs, convocation=one, given_at=self.at[0], now=self.at[0]
            )
        assert {one.state for one in sent} <= {ConvocationState.ACCEPTED, ConvocationState.SENT}

    def hold(self, meeting: Meeting) -> None:
        """By the keyboard: everybody is there, each point is adopted by all."""
        self.at[0] = meeting.starts_at + dt.timedelta(minutes=5)
        page = self.dgs
        page.goto(f"{HOME}seances/{meeting.uid}/en-seance/")
        page.wait_for_selector("html[data-ui-ready]")
        page.keyboard.press("p")
        for name in ("garn", "lac", "jean", "paul", "zola"):
            page.keyboard.type(name)
            page.keyboard.press("Enter")
        page.keyboard.press("Escape")
        _saved(page)
        page.keyboard.press("o")
        expect(page.get_by_role("heading", name="Séance ouverte")).to_be_visible()
        for item in AgendaItem.objects.filter(meeting=meeting).order_by("position"):
            self.at[0] += dt.timedelta(minutes=10)
            page.keyboard.press("n")
            expect(page.get_by_role("heading", name=item.title)).to_be_visible()
            page.keyboard.press("u")
            expect(page.locator(".sitting__result")).to_contain_text("à l’unanimité")
        _saved(page)
        page.get_by_role("button", name="Lever la séance").click()
        page.get_by_role("button", name="Confirmer").click()  # « Lever la séance ? »
        _saved(page)
        expect(page.get_by_text("Annulez la levée")).to_be_visible()

    def publish_act(self, act: Act) -> None:
        """Presented, agreed to by the mayor, signed by hand, received in préfecture, online."""
        here = f"{HOME}actes/{act.uid}/"
        today = self.at[0].astimezone(PARIS).date().isoformat()
        self.step(here + "presenter/")
        self.work()
        self.mayor.goto(here + "signer/")
        self.mayor.get_by_role("button", name="Bon pour signature").click()
        self.step(here + "signature/", {"Signé le": today}, file=("Le fichier signé", _a_page()))
        self.step(
            here + "transmission/",
            {"Reçu en préfecture le": today, "Identifiant de l’accusé de réception": "AR-1"},
        )
        self.step(here + "publication/", {"Publié le": today})

    def step(
        self,
        address: str,
        said: dict[str, str] | None = None,
        *,
        file: tuple[str, bytes] | None = None,
    ) -> None:
        """Fill the one form of a page, send it, and be sent on."""
        page = self.dgs
        page.goto(address)
        for label, value in (said or {}).items():
            page.get_by_label(label).fill(value)
        if file:
            label, content = file
            page.get_by_label(label).set_input_files(
                {"name": "signé.pdf", "mimeType": "application/pdf", "buffer": content}
            )
        page.locator("form.card button[type=submit]").last.click()
        page.wait_for_url(lambda url: not url.endswith(address))


def _saved(page: Page) -> None:
    expect(page.locator("[data-session-state]")).to_contain_text("Enregistré")
    expect(page.locator("[data-session-waiting] li")).to_have_count(0)


@pytest.fixture
def town_hall(
    transactional_db: None,
    new_context: Callable[..., Any],
    client_of: Callable[[object], Any],
    live_server: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> TownHall:
    at = [NOW]
    monkeypatch.setattr(clock, "now", lambda: at[0])

    def page_of(person: Person, **options: Any) -> Page:
        context = new_context(**options)
        cookie = client_of(person).cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
        page: Page = context.new_page()
        return page

    return TownHall(make_stage(), at, page_of)


def test_two_councils_follow_each_other_from_the_first_point_to_the_published_minutes(
    town_hall: TownHall, new_context: Callable[..., Any]
) -> None:
    dgs = town_hall.dgs
    first = town_hall.plan(NOV_30)
    town_hall.write("Tarifs de la cantine", first)
    town_hall.convene(first)
    town_hall.hold(first)
    here = f"{HOME}seances/{first.uid}/"

    # The day after: acts, list and minutes.
    town_hall.at[0] = NOV_30 + dt.timedelta(hours=15)
    dgs.goto(here + "suites/")
    dgs.get_by_role("button", name="Faire les délibérations").click()
    town_hall.work()
    act = Act.objects.get(item__meeting=first)
    town_hall.publish_act(act)
    dgs.goto(here + "liste/")
    dgs.get_by_role("button", name="Établir la liste").click()
    dgs.get_by_label("Mise en ligne le").fill("2026-12-01")
    dgs.get_by_label("Affichée le").fill("2026-12-01")
    dgs.get_by_role("button", name="Noter ces dates").click()
    expect(dgs.get_by_text("Affichée et en ligne.")).to_be_visible()
    dgs.goto(here + "pv/")
    dgs.get_by_role("button", name="Rédiger le projet").click()
    dgs.get_by_role("link", name="Écrire ce qui s’est dit : 1. Tarifs de la cantine").click()
    dgs.get_by_label("Ce qui s’est dit").fill("Mme Martin demande le prix d’un repas.")
    dgs.get_by_role("button", name="Enregistrer", exact=True).click()

    # The next council begins by itself with the minutes of the first.
    second = town_hall.plan(DEC_14)
    minutes = AgendaItem.objects.get(meeting=second)
    assert "lundi 30 novembre 2026" in minutes.title
    town_hall.write("Chemin des Vignes", second)
    town_hall.convene(second)
    town_hall.hold(second)
    town_hall.at[0] = DEC_14 + dt.timedelta(hours=15)
    town_hall.step(here + "pv/approbation/")
    town_hall.step(here + "pv/signatures/", {"Signé le": "2026-12-15"})
    town_hall.step(here + "pv/mise-en-ligne/")

    # Anybody reads what was decided and said; the second session's acts are not out yet.
    anybody = new_context(viewport=PHONE).new_page()
    anybody.goto(f"/publications/saint-aubin/seances/{first.uid}/")
    expect(anybody.get_by_role("link", name="Liste des délibérations examinées")).to_be_visible()
    said = _text_of(anybody, anybody.get_by_role("link", name="Procès-verbal"))
    assert "Mme Martin demande le prix d’un repas." in said
    assert "Procès-verbal arrêté à la séance du 14 décembre 2026" in said
    anybody.get_by_role("link", name=f"Délibération {act.reference}").click()
    expect(anybody.get_by_role("heading", level=1)).to_contain_text("Tarifs de la cantine")
    anybody.goto(f"/publications/saint-aubin/seances/{second.uid}/")
    expect(anybody.get_by_text("Chemin des Vignes")).to_be_visible()
    expect(anybody.get_by_role("link", name="Délibération")).to_have_count(0)


def _text_of(page: Page, link: Locator) -> str:
    answer = page.request.get(link.get_attribute("href") or "")
    with pdfium.PdfDocument(answer.body()) as read:
        text = " ".join(sheet.get_textpage().get_text_range() for sheet in read)
    return " ".join(text.split())
