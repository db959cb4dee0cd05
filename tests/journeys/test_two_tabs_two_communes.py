"""One agent, two communes, two tabs of one browser: nothing crosses."""

from io import BytesIO

from playwright.sync_api import expect

from documents.services import filing
from tests.documents.tree_of_cast import Tree
from tests.journeys.conftest import SignIn


def test_two_tabs_two_communes_nothing_crosses(journey: Tree, at_browser: SignIn) -> None:
    cast = journey.cast
    journey.file("Budget de Saint-Aubin.txt", b"budget de Saint-Aubin", by=cast.nadia)
    filing.file_document(
        actor=cast.actor(cast.sophie, cast.valmorel),
        folder=journey.valmorel,
        received=filing.receive(BytesIO(b"budget de Valmorel"), "Budget de Valmorel.txt"),
        now=cast.now,
    )
    from documents.enums import Role
    from documents.services import rights

    rights.set_role(
        actor=cast.actor(cast.sophie, cast.valmorel),
        obj=journey.valmorel,
        principal=cast.karim,
        role=Role.EDITOR,
        now=cast.now,
    )
    first = at_browser(cast.karim)
    second = first.context.new_page()
    first.goto("/c/saint-aubin/recherche/?q=budget")
    second.goto("/c/valmorel/recherche/?q=budget")
    for page, mine, other in (
        (first, "Saint-Aubin", "Valmorel"),
        (second, "Valmorel", "Saint-Aubin"),
        (first, "Saint-Aubin", "Valmorel"),
    ):
        page.reload()
        expect(page.locator(".top__name")).to_contain_text(mine)
        main = page.get_by_role("main")
        expect(main.get_by_role("link", name=f"Budget de {mine}.txt")).to_have_count(1)
        expect(main.get_by_text(f"Budget de {other}")).to_have_count(0)
    # A folder opened in the tab of one commune under the address of the other does not exist.
    crossed = first.goto(f"/c/saint-aubin/documents/dossier/{journey.valmorel.uid}/")
    assert crossed is not None
    assert crossed.status == 404
    expect(second.locator(".top__name")).to_contain_text("Valmorel")
