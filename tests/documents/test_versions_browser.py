"""Comparing two versions in a real browser: from change to change by keyboard, at every width."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from documents.services.commenting import add_comment
from documents.services.opinions import ask_opinion
from tests.browser import PHONE, assert_accessible_at_both_widths
from tests.documents.tree_of_cast import Tree

pytestmark = pytest.mark.django_db(transaction=True)

FILLER = " ".join(f"alinéa {n}" for n in range(120))
END = "Article 2. Le prix est de 900 euros, charges comprises, par an."
OLD = f"Article 1. La commune vend le terrain.\n\n{FILLER}\n\n{END}"
NEW = OLD.replace("vend", "loue").replace("900", "1 200").replace("par an", "par mois")


def signed_in(new_context, live_server, person, **options):
    client = Client()
    client.force_login(person)
    context = new_context(**options)
    cookie = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
    return context


def test_one_goes_from_change_to_change(
    new_context, live_server, tree: Tree, run_jobs: Callable[[], int]
) -> None:
    tree.file("bail.txt", OLD.encode(), reason="Premier jet")
    document = tree.file("bail.txt", NEW.encode(), as_new_version=True, reason="Relu par la DGS")
    run_jobs()
    context = signed_in(
        new_context,
        live_server,
        tree.cast.nadia,
        viewport=PHONE,
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(reverse("documents:versions", args=["saint-aubin", document.uid]))
    assert_accessible_at_both_widths(page)
    page.get_by_role("link", name="Comparer la version 2 avec la version 1").click()
    page.locator("html[data-ui-ready]").wait_for()
    assert_accessible_at_both_widths(page)
    page.keyboard.press("n")
    assert page.evaluate("document.activeElement.id") == "changement-1"
    page.keyboard.press("n")
    page.keyboard.press("n")
    assert page.evaluate("document.activeElement.id") == "changement-3"
    page.keyboard.press("n")  # the last stays the last
    assert page.evaluate("document.activeElement.id") == "changement-3"
    assert page.locator("[data-ui-where]").text_content() == "3 / 3"
    page.keyboard.press("p")
    assert page.evaluate("document.activeElement.id") == "changement-2"
    page.get_by_role("button", name="Suivant").click()
    assert page.evaluate("document.activeElement.id") == "changement-3"
    page.get_by_role("link", name="Dans le texte").click()
    page.locator("html[data-ui-ready]").wait_for()
    assert_accessible_at_both_widths(page)


def test_without_a_script_links_lead_from_change_to_change(
    new_context, live_server, tree: Tree, run_jobs: Callable[[], int]
) -> None:
    tree.file("bail.txt", OLD.encode())
    document = tree.file("bail.txt", NEW.encode(), as_new_version=True)
    run_jobs()
    context = signed_in(new_context, live_server, tree.cast.nadia, java_script_enabled=False)
    page = context.new_page()
    page.goto(reverse("documents:compare", args=["saint-aubin", document.uid]))
    page.get_by_role("link", name="Aller au premier").click()
    assert page.url.endswith("#changement-1")
    page.get_by_role("link", name="suivant", exact=True).click()
    assert page.url.endswith("#changement-2")


def test_comments_and_opinions_are_readable_at_every_width(
    new_context, live_server, tree: Tree, run_jobs: Callable[[], int]
) -> None:
    document = tree.file("bail.txt", OLD.encode())
    run_jobs()
    cast = tree.cast
    karim = cast.actor(cast.karim)
    thread = add_comment(
        actor=karim, document=document, text="Et les charges ?", page=1, now=cast.now
    )
    add_comment(actor=cast.dgs, document=document, text="Comprises.", thread=thread, now=cast.now)
    ask_opinion(
        actor=cast.actor(cast.julien),
        document=document,
        who=cast.nadia,
        question="Pouvons-nous signer ce bail avant la fin du mois ?",
        due=cast.dgs.today + timedelta(days=4),
        now=cast.now,
    )
    context = signed_in(
        new_context,
        live_server,
        cast.nadia,
        viewport=PHONE,
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(reverse("documents:comments", args=["saint-aubin", document.uid]))
    page.get_by_text("Répondre").first.click()
    page.get_by_label("Votre réponse").fill("Merci.")
    assert_accessible_at_both_widths(page)
    page.get_by_role("button", name="Répondre").click()
    page.get_by_text("Merci.").wait_for()
    page.get_by_role("link", name="Avis", exact=True).click()
    page.get_by_role("heading", name="Demander un avis").wait_for()
    assert_accessible_at_both_widths(page)
    page.get_by_role("link", name="Donner votre avis").click()
    page.get_by_label("Réservé").check()
    assert_accessible_at_both_widths(page)
    page.get_by_role("button", name="Donner cet avis").click()
    page.get_by_text("Dites en quelques mots").first.wait_for()
    page.goto(reverse("accounts:home", args=["saint-aubin"]))
    assert_accessible_at_both_widths(page)
    page.goto(reverse("documents:folder-comments", args=["saint-aubin", tree.urbanisme.uid]))
    assert_accessible_at_both_widths(page)
