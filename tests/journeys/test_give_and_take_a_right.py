"""The DGS gives a right and takes it back; the other person's list and search follow at once."""

from playwright.sync_api import Page, expect

from config.lib.clock import now as read_clock
from config.work import services as work
from config.work.models import Job
from tests.documents.tree_of_cast import Tree
from tests.journeys.conftest import SignIn


def _sees(page: Page, tree: Tree, *, expected: bool) -> None:
    address = f"/c/saint-aubin/documents/dossier/{tree.urbanisme.uid}/"
    response = page.goto(address)
    assert response is not None
    assert response.status == (200 if expected else 404)
    page.goto("/c/saint-aubin/recherche/?q=cantine")
    hit = page.get_by_role("main").get_by_role("link", name="note.txt")
    expect(hit).to_have_count(1 if expected else 0)


def test_the_dgs_gives_and_takes_a_right(journey: Tree, at_browser: SignIn) -> None:
    journey.file("note.txt", b"Les tarifs de la cantine scolaire.")
    for job in Job.objects.due(read_clock()):
        work.run(job.pk, now=read_clock())
    jeanne = at_browser(journey.cast.jeanne)
    _sees(jeanne, journey, expected=False)

    dgs = at_browser(journey.cast.nadia)
    dgs.goto(f"/c/saint-aubin/documents/dossier/{journey.urbanisme.uid}/droits/")
    give = dgs.locator("#donner")
    give.get_by_label("Équipe ou personne").select_option(label="Commission des finances")
    give.get_by_label("Droit").select_option(label="peut lire")
    give.get_by_role("button", name="Voir ce qui change").click()
    expect(dgs.get_by_role("heading", name="Gagnent un accès ou un droit")).to_be_visible()
    expect(dgs.get_by_text("Jeanne Martin").first).to_be_visible()
    dgs.locator("form.card button[type=submit]").click()
    expect(dgs.get_by_role("cell", name="Commission des finances").first).to_be_visible()
    _sees(jeanne, journey, expected=True)

    row = dgs.get_by_role("row", name="Commission des finances")
    row.get_by_role("button", name="Retirer").click()
    expect(dgs.get_by_role("heading", name="Perdent un accès ou un droit")).to_be_visible()
    dgs.locator("form.card button[type=submit]").click()
    expect(dgs.get_by_role("row", name="Commission des finances")).to_have_count(0)
    _sees(jeanne, journey, expected=False)
