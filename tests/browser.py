"""Pytest plugin: a real Chromium driven by playwright, and axe for accessibility.

`python -m tests.browser` says whether a browser is there, and what to run when it is not.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.servers.basehttp import WSGIRequestHandler
from playwright._impl._driver import compute_driver_executable
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

FLAGS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-dev-shm-usage",
]
# Django's server writes head and body apart: on a connection that is kept, the second waited for
# the browser's delayed acknowledgement, 40 ms a request.
WSGIRequestHandler.disable_nagle_algorithm = True
# What a busy machine may take to do what is awaited, in ms: a test that passes waits no longer.
PATIENCE = 15_000
expect.set_options(timeout=PATIENCE)
PHONE = {"width": 360, "height": 800}
DESK = {"width": 1280, "height": 900}


class BrowserMissing(RuntimeError):
    """No browser on this machine; the message ends with the line to run."""


def _line_to_run() -> str:
    try:
        ubuntu = "ID=ubuntu" in Path("/etc/os-release").read_text(encoding="utf-8")
    except OSError:
        ubuntu = False
    if ubuntu:
        install = f"sudo {sys.executable} -m playwright install --with-deps chromium"
        return f"sudo apt-get install -y libatomic1 && {install}"
    return "sudo apt-get install -y chromium libatomic1"


def _is_stub(path: str) -> bool:
    """Ubuntu's `chromium` only asks for a snap."""
    real = os.path.realpath(path)
    if real.startswith("/snap/") or real == "/usr/bin/snap":
        return True
    with Path(real).open("rb") as file:
        head = file.read(4096)
    return head.startswith(b"#!") and b"snap" in head


def _driver_runs() -> bool:
    """Whether playwright's own driver starts: a bare system lacks one library that it needs."""
    command = [*compute_driver_executable(), "--version"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def find_browser() -> str:
    """Path of a Chromium: `PARVIS_CHROMIUM`, the system's, or the one playwright installed."""
    if not _driver_runs():
        raise BrowserMissing(
            "Il manque de quoi conduire un navigateur. Lancez :\n    " + _line_to_run()
        )
    named = os.environ.get("PARVIS_CHROMIUM")
    if named:
        return named
    for name in ("chromium", "chromium-browser"):
        path = shutil.which(name)
        if path and not _is_stub(path):
            return path
    with sync_playwright() as playwright:
        installed = playwright.chromium.executable_path
    if Path(installed).exists():
        return installed
    raise BrowserMissing(
        "Aucun navigateur Chromium pour les essais. Lancez :\n    " + _line_to_run()
    )


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "page_errors(pattern): errors of the page that this test provokes on purpose"
    )


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all the tests of this process."""
    path = find_browser()
    # Playwright's loop runs in the thread of the tests, where Django would refuse its ORM.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield chromium
        chromium.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


class _Watch:
    """Collects what a page complains about; a test fails when anything was collected."""

    def __init__(self) -> None:
        self.wrong: list[str] = []

    def follow(self, context: BrowserContext) -> None:
        context.on("page", self._follow_page)

    def _follow_page(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.wrong.append(f"{page.url}: {error}"))
        page.on("console", lambda message: self._console(page, message))

    def _console(self, page: Page, message: Any) -> None:
        # Chromium logs every 4xx answer as an error; tests look at those themselves.
        if message.type == "error" and "the server responded with a status of" not in message.text:
            self.wrong.append(f"{page.url}: {message.text}")


@pytest.fixture
def new_context(
    request: pytest.FixtureRequest, browser: Browser, live_server: Any
) -> Iterator[Callable[..., BrowserContext]]:
    """`new_context(viewport=PHONE, java_script_enabled=False)`: somebody else's browser.

    Its pages fail the test on any script error or refusal of the content policy.
    """
    watch = _Watch()
    contexts: list[BrowserContext] = []

    def make(**options: Any) -> BrowserContext:
        options = {
            "base_url": live_server.url,
            "locale": "fr-FR",
            "timezone_id": "Europe/Paris",
            "viewport": DESK,
            **options,
        }
        context = browser.new_context(**options)
        context.set_default_timeout(PATIENCE)
        watch.follow(context)
        contexts.append(context)
        return context

    yield make
    for context in contexts:
        context.close()
    expected = request.node.get_closest_marker("page_errors")
    if expected is not None:
        watch.wrong = [line for line in watch.wrong if not re.search(expected.args[0], line)]
    assert watch.wrong == []


@pytest.fixture
def page(new_context: Callable[..., BrowserContext]) -> Page:
    """One page at the width of a desk; paths are relative to the live server."""
    return new_context().new_page()


def problems(page: Page, *, rules: str = "all") -> list[str]:
    """What axe finds on this page, and whether it is wider than its window.

    `rules`: "all"; "structure", which leaves out the colours, as long to look at as all the rest
    and the same at another width; "colours" alone, for another theme.
    """
    from axe_playwright_python.sync_playwright import Axe

    # Violations alone: describing what passed takes longer than finding what does not. Nothing is
    # fetched again for it: only rules on sound and on a turned screen would look there.
    options: dict[str, Any] = {"resultTypes": ["violations"], "preload": False}
    if rules == "structure":
        options["rules"] = {"color-contrast": {"enabled": False}}
    elif rules == "colours":
        options["runOnly"] = ["color-contrast"]
    axe = Axe()
    # Once for a page that is looked at twice.
    if page.evaluate("() => Boolean(window.axe)"):
        axe.axe_script = "null"
    results = axe.run(page, options=options)
    found = [] if results.violations_count == 0 else [f"{page.url}\n{results.generate_report()}"]
    wide = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return found + ([f"{page.url}: {wide} px too wide"] if wide > 0 else [])


def problems_at_both_widths(page: Page) -> list[str]:
    """The same, of a page that is open, on a desk and then on a phone; the window stays there."""
    page.set_viewport_size(DESK)
    found = problems(page, rules="structure")
    page.set_viewport_size(PHONE)
    return found + problems(page)


def assert_accessible(page: Page, *, rules: str = "all") -> None:
    """axe finds nothing on this page, and it fits (see `problems`)."""
    found = problems(page, rules=rules)
    assert not found, "\n\n".join(found)


def assert_accessible_at_both_widths(page: Page) -> None:
    """A page that is open: nothing to say on a desk nor on a phone."""
    found = problems_at_both_widths(page)
    assert not found, "\n\n".join(found)


if __name__ == "__main__":
    try:
        sys.stdout.write(find_browser() + "\n")
    except BrowserMissing as missing:
        sys.exit(str(missing))
