"""The secretary's screen in a real browser: keyboard first, and a network that comes and goes."""

import datetime as dt
import re

import pytest
from playwright.sync_api import expect

from config.lib import clock
from council.enums import EntryKind
from council.models import AgendaItem, Ballot, SessionEntry
from council.services.session import screens
from tests.browser import DESK, PHONE, assert_accessible_at_both_widths
from tests.council.session.live import EVENING, Live, convened

OFFLINE = pytest.mark.page_errors("ERR_INTERNET_DISCONNECTED")
KEPT = "Cet écran se rouvre sans réseau"
STORED = "Object.keys(localStorage).filter((name) => name.startsWith('parvis-seance:'))"


# Two tabs of one person, then another person, on the same laptop; an undo follows its entry.
QUEUES = """async () => {
    const { Queue } = await import("/static/js/session-queue.js");
    const keys = (entries) => entries.map((entry) => entry.key);
    const entry = (key, more) => ({ key, at: Date.now(), fields: [], ...more });
    const one = new Queue("m:p:s"), two = new Queue("m:p:s");
    one.add(entry("a"));
    two.add(entry("b"));
    const told = { "two tabs": keys(one.waiting) };
    const other = new Queue("m:q:s");
    told["somebody else"] = [keys(other.waiting), other.others];
    one.arrived("a", "uid of a");
    two.add(entry("of b", { cancels: "b" }));
    told.undone = [keys(one.waiting), keys(one.undrawn.filter((each) => each.key === "b"))];
    one.refuse("b", "non");
    told.refused = [keys(two.waiting), keys(two.refused)];
    one.drawn();
    one.remove("b");
    return told;
}"""


@pytest.fixture
def meeting(stage):
    return convened(stage, "Tarifs de la cantine", "Chemin des Vignes", "Toiture de l’école")


@pytest.fixture
def screen(transactional_db, stage, meeting, new_context, client_of, live_server, monkeypatch):
    """`screen(viewport=PHONE)`: the session's page of the DGS, ready for keys."""
    monkeypatch.setattr(clock, "now", lambda: EVENING + dt.timedelta(minutes=30))
    session = client_of(stage.dgs_person).cookies["sessionid"].value

    def open_page(**options):
        context = new_context(**options)
        context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        page = context.new_page()
        page.goto(f"/c/saint-aubin/seances/{meeting.uid}/en-seance/")
        page.wait_for_selector("html[data-ui-ready]")
        # Everything that opens it again is on the laptop: the network may go.
        expect(page.get_by_text(KEPT)).to_be_visible()
        return page

    return open_page


def nothing_left(page):
    """Everything arrived and is drawn: the laptop keeps none of it."""
    page.wait_for_function(f"() => {STORED}.length === 0")


def saved(page):
    expect(page.locator("[data-session-state]")).to_contain_text("Enregistré")
    expect(page.locator("[data-session-waiting] li")).to_have_count(0)


def test_a_session_by_the_keyboard_alone(stage, meeting, screen):
    page = screen(viewport=DESK)
    page.keyboard.press("p")
    # Typed twice, a name that two people bear does not send the first away.
    for name in ("garn", "lac", "mart", "mart"):
        page.keyboard.type(name)
        page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    saved(page)
    expect(page.get_by_text("Quorum atteint : 4")).to_be_visible()
    page.keyboard.press("o")
    expect(page.get_by_role("heading", name="Séance ouverte")).to_be_visible()
    expect(page.get_by_role("button", name="Unanimité")).to_be_hidden()
    page.keyboard.press("n")
    expect(page.get_by_role("heading", name="1. Tarifs de la cantine")).to_be_visible()
    page.keyboard.press("u")
    expect(page.locator(".sitting__result")).to_contain_text("à l’unanimité")
    page.keyboard.press("n")
    expect(page.get_by_role("heading", name="2. Chemin des Vignes")).to_be_visible()
    # The last entry is taken back by one key.
    page.keyboard.press("z")
    expect(page.get_by_role("heading", name="1. Tarifs de la cantine")).to_be_visible()
    saved(page)
    assert Ballot.objects.get().for_count == 4
    nothing_left(page)


@OFFLINE
def test_the_network_goes_nothing_typed_is_lost(stage, meeting, screen):
    Live(stage, meeting).roll().open()
    page = screen(viewport=DESK)
    page.context.set_offline(True)
    page.keyboard.press("n")
    page.keyboard.press("u")
    expect(page.locator("[data-session-state]")).to_have_text("En attente du réseau (2 saisies)")
    # The screen follows what was typed: the next point, its vote, somebody who leaves.
    page.keyboard.press("n")
    expect(page.get_by_role("heading", name="2. Chemin des Vignes")).to_be_visible()
    page.get_by_role("button", name="Part : Aline Zola").click()
    expect(page.locator("[data-session-state]")).to_have_text("En attente du réseau (4 saisies)")
    before = SessionEntry.objects.count()
    page.context.set_offline(False)
    saved(page)
    kinds = SessionEntry.objects.order_by("n").values_list("kind", flat=True)[before:]
    assert list(kinds) == [
        EntryKind.CALLED,
        EntryKind.BALLOT,
        EntryKind.OUTCOME,
        EntryKind.CALLED,
        EntryKind.DEPARTURE,
    ]
    first, second, _ = AgendaItem.objects.filter(meeting=meeting).order_by("position")
    assert Ballot.objects.get().item == first
    assert SessionEntry.objects.filter(kind=EntryKind.CALLED, item=second).exists()
    expect(page.get_by_role("heading", name="2. Chemin des Vignes")).to_be_visible()
    nothing_left(page)


@OFFLINE
def test_the_browser_starts_again_without_network_and_resumes_where_it_was(stage, meeting, screen):
    Live(stage, meeting).roll()
    page = screen(viewport=DESK)
    page.context.set_offline(True)
    # Opened, a point called, its vote entered, taken back, entered again: all without network.
    for key in "onuzu":
        page.keyboard.press(key)
    expect(page.locator("[data-session-state]")).to_have_text("En attente du réseau (5 saisies)")
    page.get_by_text("Noter ce qui est dit").click()
    page.get_by_label("Pour le procès-verbal").fill("M. Garnier présente le")
    # The browser dies: the same address opens, in the same place, with the words half typed.
    address = page.url
    again = page.context.new_page()
    page.close(run_before_unload=False)
    again.goto(address)
    again.wait_for_selector("html[data-ui-ready]")
    state = again.locator("[data-session-state]")
    expect(state).to_contain_text("gardé sur cet ordinateur")
    expect(state).to_contain_text("(5 saisies)")
    expect(again.get_by_role("heading", name="1. Tarifs de la cantine")).to_be_visible()
    expect(again.get_by_label("Pour le procès-verbal")).to_have_value("M. Garnier présente le")
    again.keyboard.press("n")
    expect(again.get_by_role("heading", name="2. Chemin des Vignes")).to_be_visible()
    again.context.set_offline(False)
    saved(again)
    expect(again.get_by_label("Pour le procès-verbal")).to_have_value("M. Garnier présente le")
    expect(again.get_by_role("heading", name="2. Chemin des Vignes")).to_be_visible()
    first = AgendaItem.objects.filter(meeting=meeting).order_by("position").first()
    votes = [(vote.item, vote.entry.cancelled_at is None) for vote in Ballot.objects.order_by("pk")]
    assert votes == [(first, False), (first, True)]
    # Signed out, nothing of it is left on the computer.
    again.get_by_role("button", name="Ajouter la note").click()
    saved(again)
    again.locator(".app__top summary").click()
    again.get_by_role("button", name="Se déconnecter").click()
    expect(again).to_have_url(re.compile("/connexion/"))
    assert again.evaluate(STORED) == []
    assert again.evaluate("caches.keys()") == []
    assert again.evaluate("navigator.serviceWorker.getRegistrations()") == []


def test_signed_out_meanwhile_it_goes_on_for_the_same_person_alone(
    stage, meeting, screen, client_of, live_server
):
    Live(stage, meeting).roll().open()
    page = screen(viewport=DESK)

    def sign_in(person):
        """In another tab: another session, another token against forged forms."""
        page.context.clear_cookies()
        session = client_of(person).cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        with page.expect_response("**/en-seance/"):
            page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    page.context.clear_cookies(name="sessionid")
    page.keyboard.press("n")
    state = page.locator("[data-session-state]")
    expect(state).to_contain_text("Vous êtes déconnecté")
    expect(page.get_by_role("link", name="Se reconnecter")).to_be_visible()
    sign_in(stage.secretary)
    expect(state).to_contain_text("Vous êtes déconnecté")
    sign_in(stage.dgs_person)
    saved(page)
    entry = SessionEntry.objects.get(kind=EntryKind.CALLED)
    assert entry.recorded_by == stage.dgs_person
    nothing_left(page)


@pytest.fixture
def held():
    return []


def hold_the_next_drawing(page, held):
    """Keep the answer that would draw the screen anew, until `let_it_come`."""

    def keep(route):
        if route.request.headers.get("hx-target") == "sitting" and not held:
            held.append(route)
        else:
            route.continue_()

    page.route("**/en-seance/", keep)


def let_it_come(page, held):
    while not held:  # asked for as soon as the entry has arrived
        page.wait_for_timeout(10)
    with page.expect_response("**/en-seance/"):
        held.pop().continue_()


def test_the_question_before_the_close_stays_when_the_screen_is_drawn_again(
    stage, meeting, screen, held
):
    live = Live(stage, meeting).roll().open()
    first, second, third = live.items
    for item in (first, second):
        live.call(item).vote(item)
    live.call(third)
    page = screen(viewport=DESK)
    hold_the_next_drawing(page, held)
    page.keyboard.press("u")
    saved(page)
    page.get_by_role("button", name="Lever la séance").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Lever la séance ? Confirmer")).to_be_focused()
    let_it_come(page, held)
    expect(page.locator(".sitting__result")).to_contain_text("à l’unanimité")
    expect(page.get_by_role("button", name="Lever la séance ? Confirmer")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Annulez la levée")).to_be_visible()
    assert SessionEntry.objects.filter(kind=EntryKind.CLOSED).count() == 1


def test_a_button_is_not_drawn_again_while_it_is_pressed(stage, meeting, screen, held):
    Live(stage, meeting).roll().open()
    page = screen(viewport=DESK)
    hold_the_next_drawing(page, held)
    page.keyboard.press("n")
    saved(page)
    page.get_by_role("button", name="Part : Aline Zola").hover()
    page.mouse.down()
    let_it_come(page, held)
    page.wait_for_load_state("networkidle")
    page.mouse.up()
    saved(page)
    expect(page.get_by_role("button", name="Arrive : Aline Zola")).to_be_visible()
    assert SessionEntry.objects.filter(kind=EntryKind.DEPARTURE).count() == 1


def test_typing_goes_on_while_the_screen_is_drawn_again(stage, meeting, screen, held):
    Live(stage, meeting).roll().open()
    page = screen(viewport=DESK)
    hold_the_next_drawing(page, held)
    page.keyboard.press("n")
    saved(page)
    # A vote entered while an older drawing is still on its way: that one comes too late.
    page.keyboard.press("u")
    result = page.locator(".sitting__result")
    expect(result).to_contain_text("à l’unanimité")
    let_it_come(page, held)
    page.get_by_text("Noter ce qui est dit").click()
    note = page.get_by_label("Pour le procès-verbal")
    note.click()
    page.keyboard.type("M. Garnier le tarif")
    for _ in " le tarif":
        page.keyboard.press("ArrowLeft")
    page.get_by_label("Trouver un nom").fill("zol")
    page.keyboard.press("Enter")
    note.focus()
    expect(page.get_by_role("button", name="Arrive : Aline Zola")).to_be_visible()
    saved(page)
    expect(page.locator(".sitting__entries")).to_contain_text("Départ, Aline Zola")
    expect(result).to_contain_text("à l’unanimité")
    expect(note).to_be_focused()
    page.keyboard.type(" explique")
    expect(note).to_have_value("M. Garnier explique le tarif")


def test_an_impossible_entry_comes_back_with_its_reason_and_its_words(stage, meeting, screen):
    page = screen(viewport=DESK)
    page.get_by_role("button", name="Présent : Michel Garnier").click()
    saved(page)
    page.keyboard.press("o")
    refused = page.locator("[data-session-refused]")
    expect(refused).to_contain_text("Le quorum n’est pas atteint")
    refused.get_by_role("button", name="J’ai vu").click()
    expect(refused).to_be_hidden()
    nothing_left(page)


@OFFLINE
def test_signing_out_says_what_it_would_erase(stage, meeting, screen):
    page = screen(viewport=DESK)
    assert page.evaluate(QUEUES) == {
        "two tabs": ["a", "b"],
        "somebody else": [[], 2],
        "undone": [["b", "of b"], ["b"]],
        "refused": [[], ["b"]],
    }
    page.context.set_offline(True)
    page.get_by_role("button", name="Présent : Michel Garnier").click()
    expect(page.locator("[data-session-state]")).to_have_text("En attente du réseau (1 saisie)")
    asked = []

    def stay(dialog):
        asked.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", stay)
    page.locator(".app__top summary").click()
    with page.expect_event("dialog"):
        page.get_by_role("button", name="Se déconnecter").click()
    assert "Une saisie de séance" in asked[0]
    assert len(page.evaluate(STORED)) == 1


def test_it_is_accessible_and_fits(stage, meeting, screen):
    live = Live(stage, meeting).roll().open()
    live.call(live.items[0])
    page = screen(viewport=PHONE)
    for summary in page.locator(".sitting summary").all():
        summary.click()
    assert_accessible_at_both_widths(page)


def test_what_the_room_sees_is_accessible_and_follows_by_itself(
    stage, meeting, screen, live_server
):
    live = Live(stage, meeting).roll().open()
    link = screens.show_in_the_room(actor=stage.dgs, meeting=meeting, now=EVENING)
    page = screen(viewport=PHONE)
    page.goto(f"/c/saint-aubin/seances/{meeting.uid}/ecran/")
    assert_accessible_at_both_widths(page)
    page.goto(f"/salle/{screens.token_of(link)}/")
    assert_accessible_at_both_widths(page)
    live.call(live.items[0])
    expect(page.get_by_text("1. Tarifs de la cantine")).to_be_visible()
