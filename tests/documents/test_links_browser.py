"""Links in a real browser: refused, asked, answered; at every width."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from documents.enums import Role
from documents.services.requesting_access import ask_access
from tests.browser import DESK, PHONE, assert_accessible_at_both_widths
from tests.documents.tree_of_cast import Tree

pytestmark = pytest.mark.django_db(transaction=True)


def signed_in(new_context, live_server, person, **options):
    client = Client()
    client.force_login(person)
    context = new_context(**options)
    cookie = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
    return context.new_page()


def look(page) -> None:
    page.wait_for_function("() => document.documentElement.hasAttribute('data-ui-ready')")
    assert_accessible_at_both_widths(page)


def test_a_colleague_asks_and_is_let_in(tree: Tree, new_context, live_server) -> None:
    folder = tree.urbanisme
    colleague = signed_in(new_context, live_server, tree.cast.michel, viewport=PHONE)
    colleague.goto(reverse("documents:link", args=["saint-aubin", folder.uid]))
    look(colleague)
    colleague.get_by_label("Pourquoi").fill("Pour préparer la commission de lundi.")
    colleague.get_by_role("button", name="Demander l’accès").click()
    colleague.get_by_text("Votre demande attend une réponse").wait_for()
    look(colleague)

    manager = signed_in(new_context, live_server, tree.cast.nadia, viewport=PHONE)
    manager.goto(reverse("accounts:home", args=["saint-aubin"]))
    manager.get_by_role("link", name="Répondre à Michel Garnier").click()
    manager.get_by_role("heading", name="Une demande d’accès").wait_for()
    look(manager)
    manager.get_by_role("button", name="Donner ce droit", exact=True).click()
    manager.get_by_text("Michel Garnier peut lire « Urbanisme ».").wait_for()

    colleague.reload()
    colleague.get_by_role("heading", name="Urbanisme").wait_for()


def test_the_address_is_copied_with_the_button(tree: Tree, new_context, live_server) -> None:
    ask_access(
        actor=tree.cast.actor(tree.cast.michel),
        obj=tree.urbanisme,
        wanted=Role.READER,
        message="",
        now=tree.cast.now,
    )
    page = signed_in(
        new_context,
        live_server,
        tree.cast.claire,
        viewport=DESK,
        permissions=["clipboard-read", "clipboard-write"],
    )
    page.goto(reverse("documents:folder-share", args=["saint-aubin", tree.urbanisme.uid]))
    look(page)
    page.get_by_role("button", name="Copier").first.click()
    page.get_by_text("Copié.").first.wait_for()
    copied = page.evaluate("() => navigator.clipboard.readText()")
    assert copied.endswith(f"/documents/lien/{tree.urbanisme.uid}/")


def test_a_file_goes_out_and_another_comes_in_by_links(
    tree: Tree, new_context, live_server, tmp_path: Path
) -> None:
    document = tree.file("Plan de la parcelle AB 12, version définitive.txt", b"Parcelle AB 12")
    agent = signed_in(new_context, live_server, tree.cast.julien, viewport=PHONE)
    agent.goto(reverse("documents:folder-open", args=["saint-aubin", tree.urbanisme.uid]))
    look(agent)
    agent.get_by_label("Pour qui").fill("Cabinet Durand, géomètre")
    agent.get_by_label("Mot de passe").fill("parcelle et jardin")
    agent.get_by_role("button", name="Ouvrir le lien").click()
    address = agent.get_by_label("Adresse à envoyer").input_value()
    look(agent)

    # Somebody else's browser, without account nor script.
    outsider = new_context(viewport=PHONE, java_script_enabled=False).new_page()
    path = address[address.index("/partage/") :]
    outsider.goto(path)
    outsider.get_by_label("Mot de passe").fill("parcelle et jardin")
    outsider.get_by_role("button", name="Continuer").click()
    outsider.get_by_role("heading", name="Urbanisme").wait_for()
    with outsider.expect_download() as waiting:
        outsider.get_by_role("button", name="Télécharger").click()
    assert waiting.value.path().read_bytes() == b"Parcelle AB 12"
    assert waiting.value.suggested_filename == document.title

    agent.goto(reverse("documents:drop-open", args=["saint-aubin", tree.urbanisme.uid]))
    look(agent)
    agent.get_by_label("Pour qui").fill("Riverains")
    agent.get_by_role("button", name="Ouvrir le lien").click()
    # The latest link comes first.
    box = agent.get_by_label("Adresse à envoyer").first.input_value()
    photo = tmp_path / "courrier du riverain.txt"
    photo.write_text("Bonjour", encoding="utf-8")
    watched = new_context(viewport=PHONE).new_page()
    watched.goto(box[box.index("/depot/") :])
    look(watched)
    outsider.goto(box[box.index("/depot/") :])
    outsider.get_by_label("Vos fichiers").set_input_files(photo)
    outsider.get_by_label("Votre nom").fill("M. Durand")
    outsider.get_by_role("button", name="Envoyer").click()
    outsider.get_by_role("heading", name="Vos fichiers sont bien arrivés").wait_for()
    receipt = outsider.url
    watched.goto(receipt)
    look(watched)

    agent.reload()
    agent.get_by_role("button", name="Couper le lien « Cabinet Durand, géomètre »").click()
    agent.get_by_text("est coupé").wait_for()
    outsider.goto(path)
    outsider.get_by_role("heading", name="Ce lien n’est plus valable").wait_for()
