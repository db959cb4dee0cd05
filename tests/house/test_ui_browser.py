"""The interface in a real browser: readable by all, at every width, by keyboard, and its scripts
under the content policy of the site."""

import io
import json
import struct

import pikepdf
import pytest
from PIL import Image, ImageDraw

from tests.browser import DESK, PHONE, assert_accessible

PAGES = ["", "app/", "elu/", "focus/", "public/", "print/", "403/", "404/", "429/", "500/"]
LARGE_FILE = {"name": "Budget.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 x"}


def test_axe_finds_nothing(page) -> None:
    page.emulate_media(reduced_motion="reduce")
    for name in PAGES:
        page.goto(f"/_ui/{name}")
        page.set_viewport_size(DESK)
        assert_accessible(page)
        page.set_viewport_size(PHONE)
        assert_accessible(page)


@pytest.mark.parametrize("theme", ["dark", "contrast"])
def test_every_theme_can_be_read(new_context, live_server, theme: str) -> None:
    context = new_context(color_scheme="dark", reduced_motion="reduce")
    if theme == "contrast":
        context.add_cookies([{"name": "theme", "value": "contrast", "url": live_server.url}])
    page = context.new_page()
    for name in PAGES[:3]:
        page.goto(f"/_ui/{name}")
        assert_accessible(page, rules="colours")


def test_no_page_is_wider_than_its_window(page) -> None:
    for name in PAGES:
        page.goto(f"/_ui/{name}")
        for width in (320, 360, 640, 1024, 1280):
            page.set_viewport_size({"width": width, "height": 700})
            extra = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            assert extra <= 0, f"/_ui/{name} at {width} px: {extra} px too wide"


def test_targets_are_large_enough_for_a_thumb(new_context) -> None:
    page = new_context(viewport=PHONE).new_page()
    page.goto("/_ui/")
    small = page.evaluate(
        """() => [...document.querySelectorAll(
                '.button, .menu__item, .choice, .input, .tab, .filter')]
            .filter((e) => e.offsetParent && !e.classList.contains('visually-hidden'))
            .map((e) => [e.className, e.getBoundingClientRect().height])
            .filter(([name, height]) => height < (name.includes('filter') ? 38 : 43.5))"""
    )
    assert small == []


def test_without_scripts_everything_is_still_there(new_context) -> None:
    page = new_context(java_script_enabled=False).new_page()
    page.goto("/_ui/")
    assert page.get_by_role("button", name="Déposer").last.is_visible()
    assert page.get_by_role("link", name="Ouvrir le PDF").is_visible()
    # For a finger: a desk has no camera to hold above a sheet.
    assert not page.get_by_role("link", name="Prendre en photo").is_visible()
    page.get_by_text("Autres actions").click()
    assert page.get_by_role("link", name="Renommer").is_visible()


def open_gallery(page) -> None:
    """The gallery, once its behaviours have started."""
    page.goto("/_ui/")
    page.wait_for_selector("html[data-ui-ready]")


def test_slash_leads_to_the_search_but_not_while_writing(page) -> None:
    open_gallery(page)
    search = page.locator("[data-ui-shortcut]")
    page.locator("body").press("/")
    page.wait_for_function("() => document.activeElement.matches('[data-ui-shortcut]')")
    page.keyboard.type("a/b")
    assert search.input_value() == "a/b"


def test_a_menu_closes_with_escape_and_gives_the_focus_back(page) -> None:
    open_gallery(page)
    menu = page.locator("details.menu", has_text="Autres actions")
    menu.locator("summary").click()
    link = menu.get_by_role("link", name="Renommer")
    menu.locator("summary").press("ArrowDown")
    assert link.evaluate("e => e === document.activeElement")
    page.keyboard.press("Escape")
    assert menu.get_attribute("open") is None
    assert menu.locator("summary").evaluate("e => e === document.activeElement")


def test_a_flash_message_can_be_put_away(page) -> None:
    open_gallery(page)
    messages = page.locator(".flash")
    assert messages.count() == 4
    messages.first.get_by_role("button", name="Fermer ce message").click()
    assert messages.count() == 3


def test_a_question_comes_before_the_action(page) -> None:
    open_gallery(page)
    sent = []
    page.on("request", lambda request: sent.append(request) if request.method == "POST" else None)
    page.get_by_role("button", name="Réessayer").click()
    page.get_by_role("group", name="Relancer la lecture").wait_for()
    page.keyboard.press("Escape")
    assert page.get_by_role("button", name="Réessayer").is_visible()
    assert sent == []
    page.get_by_role("button", name="Réessayer").click()
    with page.expect_request(lambda request: request.method == "POST"):
        page.get_by_role("button", name="Confirmer").click()


def test_the_theme_is_remembered(page) -> None:
    open_gallery(page)
    page.get_by_text("Apparence").first.click()
    page.get_by_role("button", name="Sombre").click()
    assert page.locator("html").get_attribute("data-theme") == "dark"
    page.reload()
    assert page.locator("html").get_attribute("data-theme") == "dark"


def test_the_arrows_go_from_line_to_line(page) -> None:
    open_gallery(page)
    page.locator("a.row__title").first.focus()
    page.keyboard.press("ArrowDown")
    assert "Délibération" in page.evaluate("document.activeElement.textContent")


def test_a_list_is_ordered_by_its_little_buttons(page) -> None:
    bodies: list[str] = []

    def answer(route) -> None:
        bodies.append(route.request.post_data or "")
        route.fulfill(status=204)

    open_gallery(page)
    page.route(
        "**/_ui/",
        lambda route: answer(route) if route.request.method == "POST" else route.continue_(),
    )
    with page.expect_event("requestfinished"):
        page.get_by_role("button", name="Descendre : Approbation du procès-verbal").click()
    order = page.locator(".sortable__item").evaluate_all("items => items.map(i => i.dataset.id)")
    assert order == ["b", "a", "c"]
    assert bodies[0].index('name="order"\r\n\r\nb') < bodies[0].index('name="order"\r\n\r\na')
    assert "Position 2 sur 3." in page.locator("[data-ui-sortable] [data-ui-said]").inner_text()


def test_an_order_that_could_not_be_saved_is_put_back(page) -> None:
    open_gallery(page)
    page.route(
        "**/_ui/",
        lambda route: (
            route.fulfill(status=403, json={"reason": "L’ordre du jour est arrêté."})
            if route.request.method == "POST"
            else route.continue_()
        ),
    )
    page.get_by_role("button", name="Monter : Questions diverses").click()
    page.get_by_text("L’ordre du jour est arrêté.").wait_for()
    order = page.locator(".sortable__item").evaluate_all("items => items.map(i => i.dataset.id)")
    assert order == ["a", "b", "c"]


def test_a_list_is_ordered_by_dragging(page) -> None:
    open_gallery(page)
    page.route(
        "**/_ui/", lambda r: r.fulfill(status=204) if r.request.method == "POST" else r.continue_()
    )
    page.wait_for_function("() => window.Sortable !== undefined")
    page.locator("[data-ui-handle]").nth(2).drag_to(page.locator("[data-ui-handle]").nth(0))
    page.wait_for_function("() => document.querySelector('.sortable__item').dataset.id === 'c'")


def test_files_are_sent_one_by_one_and_a_taken_name_is_asked_about(page) -> None:
    posts: list[str] = []

    def answer(route) -> None:
        if route.request.method != "POST":
            route.continue_()
            return
        body = (route.request.post_data_buffer or b"").decode("utf-8", "replace")
        posts.append(body)
        if 'name="choice"' not in body and "Budget.pdf" in body:
            route.fulfill(status=409, json={"reason": "« Budget.pdf » existe déjà ici."})
        elif "trop.bin" in body:
            route.fulfill(status=413, body="no")
        else:
            answer = {"title": "Budget", "url": "/_ui/", "message": "Déposé comme version 2."}
            route.fulfill(status=201, body=json.dumps(answer), content_type="application/json")

    open_gallery(page)
    page.route("**/_ui/", answer)
    big = {"name": "trop.bin", "mimeType": "application/octet-stream", "buffer": b"x" * 10}
    page.locator("[data-ui-files]").first.set_input_files([LARGE_FILE, big])
    page.get_by_text("« Budget.pdf » existe déjà ici.").wait_for()
    page.locator(".drop__reason", has_text="trop gros").wait_for()
    page.get_by_role("button", name="Nouvelle version", exact=True).click()
    page.get_by_text("Déposé comme version 2.").wait_for()
    assert len(posts) == 3
    assert all("csrfmiddlewaretoken" in body for body in posts)


def _scan() -> Image.Image:
    image = Image.new("L", (800, 1000), 255)
    draw = ImageDraw.Draw(image)
    for line in range(20):
        draw.rectangle((60, 60 + line * 40, 500, 76 + line * 40), fill=0)
    return image


def _pdf_of(data: bytes, *, filter_name: str, space: str, bits: int) -> bytes:
    pdf = pikepdf.new()
    image = pikepdf.Stream(
        pdf, data, Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=800, Height=1000,
        Filter=pikepdf.Name(filter_name), ColorSpace=pikepdf.Name(space), BitsPerComponent=bits,
    )  # fmt: skip
    if bits == 1:
        image.Decode = pikepdf.Array([1, 0])
    page = pdf.add_blank_page(page_size=(400, 500))
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im=pdf.make_indirect(image)))
    page.Contents = pdf.make_stream(b"q 400 0 0 500 0 0 cm /Im Do Q")
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


def jpeg2000_scan() -> bytes:
    out = io.BytesIO()
    _scan().convert("RGB").save(out, "JPEG2000")
    return _pdf_of(out.getvalue(), filter_name="/JPXDecode", space="/DeviceRGB", bits=8)


def jbig2_scan() -> bytes:
    """One generic region coded as a fax (MMR), the simplest thing that JBIG2 allows."""
    out = io.BytesIO()
    _scan().convert("1").save(out, "TIFF", compression="group4", strip_size=10**9)
    out.seek(0)
    tiff = Image.open(out)
    (start,), (length,) = tiff.tag_v2[273], tiff.tag_v2[279]
    coded = out.getvalue()[start : start + length]
    size = struct.pack(">IIIIBH", 800, 1000, 0, 0, 0, 0)
    region = struct.pack(">IIIIB", 800, 1000, 0, 0, 0) + b"\x01" + coded
    segments = struct.pack(">IBBBI", 0, 48, 0, 1, len(size)) + size
    segments += struct.pack(">IBBBI", 1, 38, 0, 1, len(region)) + region
    return _pdf_of(segments, filter_name="/JBIG2Decode", space="/DeviceGray", bits=1)


def test_the_reader_shows_pages_with_their_text(page) -> None:
    open_gallery(page)
    reader = page.locator(".reader")
    reader.scroll_into_view_if_needed()
    page.wait_for_selector(".reader[data-state=ready] [data-drawn] .reader__text span")
    assert "Délibération" in reader.locator(".reader__page").first.inner_text()
    reader.locator(".reader__where input").fill("3")
    reader.locator(".reader__where input").press("Enter")
    page.wait_for_selector(".reader__page[data-number='3'][data-drawn]")
    width = reader.locator("canvas").first.evaluate("e => e.getBoundingClientRect().width")
    reader.get_by_role("button", name="Agrandir").click()
    page.wait_for_function(
        "w => document.querySelector('.reader__page').getBoundingClientRect().width > w", arg=width
    )
    assert_accessible(page)


@pytest.mark.parametrize("scan", [jpeg2000_scan, jbig2_scan], ids=["jpeg2000", "jbig2"])
def test_the_reader_shows_scans_without_webassembly(page, scan) -> None:
    page.route("**/exemple*.pdf", lambda r: r.fulfill(body=scan(), content_type="application/pdf"))
    open_gallery(page)
    page.locator(".reader").scroll_into_view_if_needed()
    page.wait_for_selector(".reader__page[data-drawn] canvas")
    dark = page.locator(".reader canvas").evaluate(
        """canvas => {
            const context = canvas.getContext('2d');
            const data = context.getImageData(0, 0, canvas.width, canvas.height).data;
            let dark = 0;
            for (let i = 0; i < data.length; i += 4) dark += data[i] < 100;
            return dark / (data.length / 4);
        }"""
    )
    assert 0.12 < dark < 0.25  # the 20 bars of the scan, neither blank nor reversed


@pytest.mark.page_errors("InvalidPDFException")
def test_the_reader_says_when_it_cannot_read(page) -> None:
    page.route(
        "**/exemple*.pdf", lambda r: r.fulfill(body=b"not a pdf", content_type="application/pdf")
    )
    open_gallery(page)
    page.locator(".reader").scroll_into_view_if_needed()
    page.get_by_text("Ce PDF n’a pas pu être affiché ici.").wait_for()
    assert page.get_by_role("link", name="Ouvrir le PDF").is_visible()


def test_a_first_page_is_light(new_context) -> None:
    page = new_context().new_page()
    sizes: dict[str, int] = {}
    page.on("requestfinished", lambda r: sizes.update({r.url: r.sizes()["responseBodySize"]}))
    page.goto("/_ui/app/", wait_until="networkidle")
    assert not [url for url in sizes if "pdf" in url]
    # Not compressed in the tests: the production server sends about a third of the text.
    packed = sum(size if url.endswith(".woff2") else size * 0.36 for url, size in sizes.items())
    assert packed <= 150_000, sizes
