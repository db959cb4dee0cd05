"""`make screenshots`: the eight main screens of the demonstration, on a phone and at a desk.

    python -m tests.screenshots [ADDRESS]

With the address of a demonstration that already runs, uses it; otherwise starts one.
"""

import io
import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from config.demo import PROJECT, running
from config.lib.embedded import locate
from tests.browser import DESK, FLAGS, PHONE, find_browser

FOLDER = PROJECT / "docs" / "screenshots"
HOME = "/c/saint-aubin/"
_COLOURS = 96
_MAIL_SECONDS = 180


def _open(page: Page, *names: str) -> None:
    """Follow links of the main part, by their names."""
    for name in names:
        page.get_by_role("main").get_by_role("link", name=re.compile(name)).first.click()


def folder(page: Page) -> None:
    page.goto(f"{HOME}documents/")
    _open(page, "^Finances", "^Budget")


def document(page: Page) -> None:
    page.goto(f"{HOME}recherche/?q=taux+fiscalité")
    _open(page, r"\.pdf")
    page.wait_for_timeout(3000)  # the reader draws its first page


def meeting(page: Page) -> None:
    page.goto(f"{HOME}seances/")
    _open(page, "^Conseil municipal")


def dossier(page: Page) -> None:
    """The personal link of the last convocation, and its one button."""
    deadline = time.monotonic() + _MAIL_SECONDS
    while not (link := _convocation_link(page)):
        if time.monotonic() > deadline:
            raise SystemExit("Aucune convocation parmi les courriels de la démonstration.")
        page.wait_for_timeout(2000)
    page.goto(link)
    page.get_by_role("main").get_by_role("button").first.click()
    page.wait_for_load_state()


def _convocation_link(page: Page) -> str:
    page.goto("/_courriels/")
    found = re.search(r"https?://[^\s\"<]+/dossier/lien/[^\s\"<]+", page.content())
    return found.group() if found else ""


SCREENS: list[tuple[str, str, Callable[[Page], object]]] = [
    ("connexion", "", lambda page: page.goto("/connexion/")),
    ("accueil", "nadia.morel", lambda page: page.goto(HOME)),
    ("documents", "nadia.morel", folder),
    ("document", "nadia.morel", document),
    ("recherche", "julien.petit", lambda page: page.goto(f"{HOME}recherche/?q=budget")),
    ("seance", "nadia.morel", meeting),
    ("portail", "", dossier),
    ("formation", "julien.petit", lambda page: page.goto(f"{HOME}formation/")),
]


def password() -> str:
    """The one that the demonstration shows with its address."""
    sheet = (locate(PROJECT, "demo") / "sign-in.txt").read_text(encoding="utf-8")
    return re.search(r"mot de passe de tous : (\S+)", sheet)[1]


@contextmanager
def signed_in(browser: Browser, address: str, width: dict[str, int], who: str) -> Iterator[Page]:
    """A fresh browser at this width, signed in when `who` is said."""
    context = browser.new_context(
        base_url=address,
        viewport=width,
        locale="fr-FR",
        timezone_id="Europe/Paris",
        reduced_motion="reduce",
    )
    page = context.new_page()
    if who:
        page.goto("/connexion/")
        page.locator("main input[type=text]").first.fill(who)
        page.locator("main input[type=password]").first.fill(password())
        page.keyboard.press("Enter")
        page.wait_for_url("**/c/**")
    yield page
    context.close()


def keep(shot: bytes, path: Path) -> None:
    """A few dozen colours are enough for flat screens, at a fifth of the size."""
    with Image.open(io.BytesIO(shot)) as image:
        image.convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)


def take(address: str) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=FLAGS)
        for width in (PHONE, DESK):
            for name, who, go in SCREENS:
                with signed_in(browser, address, width, who) as page:
                    go(page)
                    page.wait_for_load_state("networkidle")
                    keep(page.screenshot(), FOLDER / f"{name}-{width['width']}.png")
                sys.stdout.write(f"  {name}-{width['width']}.png\n")
        browser.close()


if __name__ == "__main__":
    given = sys.argv[1] if len(sys.argv) > 1 else ""
    with nullcontext() if given else running("demo", 8000) as house:
        take(given or house.address)
