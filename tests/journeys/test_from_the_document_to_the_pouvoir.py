"""A document becomes a point, the mayor agrees, the council is convened, an élue opens her dossier
with one press from her mail and gives a pouvoir."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from council.enums import AssemblyKind, Function, Intent
from council.models import Answer, Convocation, Meeting, Proxy
from council.services import planning, seating
from tests.browser import PHONE
from tests.documents.tree_of_cast import Tree
from tests.journeys.conftest import SignIn
from tests.worker import Worker

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def meeting(journey: Tree) -> Meeting:
    """A council of three (the mayor, Jeanne, René on paper) that meets in twenty days."""
    cast = journey.cast
    council = seating.create_assembly(
        actor=cast.dgs, kind=AssemblyKind.MUNICIPAL_COUNCIL, name="Conseil municipal", now=cast.now
    )
    for rank, (person, function, paper) in enumerate(
        (
            (cast.michel, Function.MAYOR, False),
            (cast.jeanne, Function.MEMBER, False),
            (cast.rene, Function.MEMBER, True),
        ),
        start=1,
    ):
        seating.give_mandate(
            actor=cast.dgs,
            assembly=council,
            person=person,
            rank=rank,
            from_date=cast.dgs.today,
            function=function,
            wants_paper=paper,
            paper_requested_on=cast.dgs.today if paper else None,
            now=cast.now,
        )
    return planning.create_meeting(
        actor=cast.dgs,
        assembly=council,
        starts_at=cast.now + timedelta(days=20),
        place="Salle du conseil",
        now=cast.now,
    )


def _prepare(page: Page, tree: Tree) -> None:
    document = tree.file("Tarifs de la cantine.txt")
    page.goto(f"/c/saint-aubin/documents/document/{document.uid}/")
    page.get_by_role("link", name="Mettre à l’ordre du jour").click()
    page.get_by_label("Objet").fill("Tarifs de la cantine")
    page.get_by_role("button", name="Enregistrer le point").click()
    page.get_by_role("button", name="Marquer prêt").click()
    page.get_by_role("button", name="Inscrire").click()


def _link_in_mail(worker: Worker, address: str) -> str:
    mails = [m for m in worker.mails() if address in str(m["To"])]
    convocation = next(m for m in mails if "votre dossier" in str(m["Subject"]))
    body = convocation.get_body(("plain",))
    assert body is not None
    found = re.search(r"https?://[^/\s]+(/dossier/lien/\S+)", body.get_content())
    assert found is not None
    return found.group(1)


def test_item_agenda_agreement_convocation_mail_dossier_pouvoir(
    journey: Tree, meeting: Meeting, at_browser: SignIn, worker: Worker, new_context
) -> None:
    cast = journey.cast
    dgs = at_browser(cast.nadia)
    _prepare(dgs, journey)
    here = f"/c/saint-aubin/seances/{meeting.uid}/"

    dgs.goto(here + "demander-accord/")
    dgs.get_by_role("button", name="Demander l’accord").click()
    mayor = at_browser(cast.michel, viewport=PHONE)
    mayor.goto(here + "a-valider/")
    mayor.get_by_role("button", name="Je donne mon accord").click()
    expect(mayor.get_by_text("Vous avez donné votre accord")).to_be_visible()

    dgs.goto(here + "arreter/")
    dgs.get_by_role("button", name="Arrêter l’ordre du jour").click()
    dgs.goto(here + "convoquer/")
    expect(dgs.get_by_text("2 par courriel, 1 sur papier").first).to_be_visible()
    dgs.locator("form.card button[type=submit]").last.click()
    worker.wait_until(
        lambda: Convocation.objects.filter(meeting=meeting, accepted_at__isnull=False).count() >= 2,
        seconds=60,
    )

    # The élue: no account, one press from the mail.
    elue = new_context(viewport=PHONE).new_page()
    elue.goto(_link_in_mail(worker, cast.jeanne.email))
    expect(elue.get_by_role("heading", level=1)).to_contain_text("Vous êtes bien Jeanne Martin ?")
    elue.get_by_role("button", name="Oui, ouvrir mon dossier").click()
    elue.get_by_role("button", name="Ouvrir mon dossier").click()
    expect(elue.get_by_role("heading", level=1)).to_have_text("Convocation et ordre du jour")
    elue.get_by_role("link", name="Suivant").first.click()
    expect(elue.get_by_role("heading", level=1)).to_have_text("Tarifs de la cantine")

    convocation = Convocation.objects.get(meeting=meeting, person=cast.jeanne)
    elue.goto(f"/dossier/{convocation.uid}/")
    elue.get_by_role("link", name="Je donne pouvoir à…").click()
    elue.get_by_label("Michel Garnier").check()
    elue.get_by_role("button", name="Donner pouvoir à cette personne").click()
    expect(elue.get_by_text("Vous avez donné pouvoir à Michel Garnier.").first).to_be_visible()
    assert Answer.objects.current().get().intent == Intent.PROXY
    assert Proxy.objects.live().get().holder == cast.michel

    # Without any right in the tree: the document's own address stays closed to her.
    own = at_browser(cast.jeanne)
    document = journey.urbanisme.documents.get()
    closed = own.goto(f"/c/saint-aubin/documents/document/{document.uid}/")
    assert closed is not None
    assert closed.status == 404

    dgs.goto(here + "preuve/")
    expect(dgs.get_by_role("row", name="Jeanne Martin")).to_contain_text(
        "Donne pouvoir à Michel Garnier"
    )
