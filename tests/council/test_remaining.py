"""What signed acts still want, done for several at once; each receipt finds its act."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import Organisation
from config.lib import clock
from council.dossier.ctes import ACTES
from council.enums import ActState, ActType, SignatureMode
from council.home_acts import formalities as lines
from council.models import Act, Posting
from council.services.acts import drafting, printing, remaining, settings
from tests.council.acts_stage import AFTER, TODAY, held
from tests.council.test_acts import order
from tests.council.test_public import DAY


@pytest.fixture(autouse=True)
def _morning(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: AFTER)


@pytest.fixture
def after(stage):
    return stage.actor(stage.dgs_person, now=AFTER)


@pytest.fixture
def acts(stage, after):
    """Three deliberations; somebody is named in the last."""
    meeting = held(stage, ("Tarifs", "Chemin", "Aide à Mme Paulette Durand"))
    made = drafting.draft_deliberations(actor=after, meeting=meeting, now=AFTER)
    for act in made:
        printing.print_act(act_id=act.pk, person_id=after.person.pk, now=AFTER)
    return [Act.objects.get(pk=act.pk) for act in made]


@pytest.fixture
def page(stage):
    client = Client()
    client.force_login(stage.dgs_person)
    address = reverse("council:acts-together", args=[stage.organisation.slug])

    def ask(step, data=None):
        url = f"{address}?reste={step}"
        return client.get(url) if data is None else client.post(url, data)

    return ask


def receipt(number, day="2026-12-01"):
    unique = f"003-217500016-20261130-{number}-DE"
    said = f'<a:ARActe xmlns:a="{ACTES}" a:IDActe="{unique}" a:DateReception="{day}"/>'
    return SimpleUploadedFile(f"{number}.xml", said.encode())


def states():
    return list(Act.objects.order_by("number").values_list("state", flat=True))


def test_a_whole_session_from_signed_to_in_force_in_four_presses(stage, after, acts, page):
    every = {"acte": [str(act.uid) for act in acts], "day": str(TODAY)}
    assert "Tarifs" in page("signer").content.decode()
    assert page("signer", every).status_code == 302
    assert page("transmettre", every).status_code == 302
    told = [line.title.replace("\u00a0", " ") for line in lines(after, AFTER)]
    assert told == ["3 actes sans accusé de la préfecture", "3 actes à publier"]
    # A name is still to be looked at in the third: it waits, the others do not.
    shown = page("publier", every)
    assert shown.status_code == 422
    assert "Préparer le texte" in shown.content.decode()
    assert states() == [ActState.TRANSMITTED] * 3
    files = [receipt("D2026_001"), receipt("D2026_002"), receipt("D2026_009")]
    shown = page("accuse", {"receipts": files})
    assert "D2026_009.xml" in shown.content.decode()
    assert states() == [ActState.IN_FORCE, ActState.IN_FORCE, ActState.TRANSMITTED]
    assert page("accuse", {"receipts": []}).status_code == 422


def test_in_a_commune_that_posts_the_day_at_the_door_is_noted(stage, after, acts, page):
    Organisation.objects.filter(pk=stage.organisation.pk).update(population=900)
    settings.set_formalities(
        actor=stage.actor(stage.dgs_person, now=AFTER),
        now=AFTER,
        publication_mode="posting",
        mode_decided_on=TODAY - 30 * DAY,
        mode_reference="2026-07-012",
    )
    every = {"acte": [str(act.uid) for act in acts], "day": str(TODAY)}
    page("signer", every)
    assert page("publier", every).status_code == 302
    assert Posting.objects.filter(posted_on=TODAY).count() == 3
    assert not remaining.waiting_for(after, remaining.PUBLISH).exists()


def test_each_act_waits_for_what_its_sort_owes_and_for_who_keeps_it(stage, after):
    rows = [
        (ActType.TRAFFIC, False, {remaining.PUBLISH}),
        (ActType.STAFF, False, {remaining.NOTIFY}),
        (ActType.STAFF_ENTRY, True, {remaining.NOTIFY, remaining.SEND}),
        (ActType.POLICE, True, {remaining.PUBLISH, remaining.SEND}),
    ]
    for number, (kind, sent, owed) in enumerate(rows, start=1):
        act = order(
            stage, after, type=kind, transmissible=sent, nominative=kind.startswith("staff"),
            year=2026, number=number, state=ActState.SIGNED, dated=TODAY,
            signed_on=TODAY - 20 * DAY, signature_mode=SignatureMode.PAPER,
        )  # fmt: skip
        waits = {step for step in remaining.STEPS if act in remaining.waiting_for(after, step)}
        assert waits == owed, kind
        agent = stage.actor(stage.agent, now=AFTER)
        assert not any(remaining.waiting_for(agent, step) for step in remaining.STEPS)
    first = next(iter(lines(after, AFTER)))
    # Fifteen days after its signature, the individual decision is late.
    assert (first.title.replace("\u00a0", " "), first.late) == (
        "2 actes à transmettre à la préfecture",
        True,
    )
    assert not list(lines(agent, AFTER))
