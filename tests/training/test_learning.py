"""Learning is private, forgiving, and recognises what is really done."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Organisation
from config.work.models import Event
from config.work.services import emit
from tests.personas import Cast
from training import services
from training.jobs import recognise
from training.models import Enrolment, StepDone
from training.modules import modules

ClientOf = Callable[[object], Client]
M01, M03 = "ouvrir-son-dossier", "nommer-et-classer"


def _url(name: str, *args: object, org: str = "saint-aubin") -> str:
    return reverse(f"training:{name}", args=[org, *args])


def test_a_person_reads_answers_wrong_then_right_and_goes_on(
    cast: Cast, client_of: ClientOf
) -> None:
    client = client_of(cast.julien)
    page = client.get(_url("home")).content.decode()
    assert page.index("Nommer et classer") < page.index("Ouvrir son dossier")  # an agent's first
    assert client.post(_url("step", M03, 1)).headers["Location"] == _url("step", M03, 2)
    assert "Pas tout à fait" in client.post(_url("step", M03, 4), {"choix": "0"}).content.decode()
    assert not StepDone.objects.get(step="q-nom").right
    assert "C’est juste" in client.post(_url("step", M03, 4), {"choix": "2"}).content.decode()
    assert StepDone.objects.get(step="q-nom").right
    assert "2 étapes sur 7" in client.get(_url("home")).content.decode()
    assert client.get(_url("module", M03)).headers["Location"] == _url("step", M03, 2)


@pytest.mark.parametrize("choice", ["", "9", "-1", "deux"])
def test_an_answer_that_is_no_choice_is_asked_again(
    cast: Cast, client_of: ClientOf, choice: str
) -> None:
    response = client_of(cast.julien).post(_url("step", M03, 4), {"choix": choice})
    assert response.status_code == 422
    assert "Choisissez une réponse." in response.content.decode()
    assert not StepDone.objects.exists()


def _told(cast: Cast, person: object, organisation: Organisation, name: str) -> None:
    emit(
        name,
        now=cast.now + timedelta(minutes=5),
        organisation_id=organisation.pk,
        actor_id=person.pk,  # type: ignore[attr-defined]
        payload={},
    )
    recognise(Event.objects.order_by("-pk")[0])


def test_a_real_act_ticks_the_challenge_once_the_module_is_open(cast: Cast) -> None:
    module = modules()[M03]
    _told(cast, cast.julien, cast.saint_aubin, "documents.document.renamed")
    assert not StepDone.objects.exists()  # nobody is enrolled behind their back
    services.start(actor=cast.actor(cast.julien), module=module, now=cast.now)
    _told(cast, cast.claire, cast.saint_aubin, "documents.document.renamed")
    _told(cast, cast.julien, cast.valmorel, "documents.document.renamed")
    _told(cast, cast.julien, cast.saint_aubin, "documents.document.trashed")
    assert not StepDone.objects.exists()
    _told(cast, cast.julien, cast.saint_aubin, "documents.document.renamed")
    _told(cast, cast.julien, cast.saint_aubin, "documents.document.renamed")
    assert StepDone.objects.get().step == "classer"


def test_a_module_is_finished_when_every_step_is_right(cast: Cast) -> None:
    actor, module = cast.actor(cast.jeanne), modules()[M01]
    for step in module.steps:
        if step.kind == "question":
            right = next(i for i, choice in enumerate(step.choices) if choice.right)
            services.answer(actor=actor, module=module, step=step, choice=right, now=cast.now)
        elif step.kind == "text":
            services.read(actor=actor, module=module, step=step, now=cast.now)
    assert Enrolment.objects.get().finished_at is None
    _told(cast, cast.jeanne, cast.saint_aubin, "council.dossier.opened")
    assert Enrolment.objects.get().finished_at is not None


def test_progress_shows_to_nobody_else(cast: Cast, client_of: ClientOf) -> None:
    module = modules()[M03]
    actor = cast.actor(cast.julien)
    services.read(actor=actor, module=module, step=module.steps[0], now=cast.now)
    for other in (cast.nadia, cast.michel, cast.claire):
        assert "étape" not in client_of(other).get(_url("home")).content.decode()
    # The same person has a progress of their own in each organisation.
    karim = cast.actor(cast.karim, cast.valmorel)
    services.read(actor=karim, module=module, step=module.steps[0], now=cast.now)
    page = client_of(cast.karim).get(_url("home"))
    assert "étape" not in page.content.decode()


def test_training_switched_off_says_so(cast: Cast, client_of: ClientOf) -> None:
    Organisation.objects.filter(pk=cast.saint_aubin.pk).update(training_enabled=False)
    response = client_of(cast.julien).get(_url("home"))
    assert response.status_code == 403
    assert "pas ouverte" in response.content.decode()
    home = client_of(cast.julien).get(reverse("accounts:home", args=["saint-aubin"]))
    assert _url("home") not in home.content.decode()


def test_anybody_reads_a_module_without_an_account(client: Client, db: None) -> None:
    page = client.get(reverse("training:public", args=[M01]))
    assert page.status_code == 200
    assert "Vous êtes bien" in page.content.decode()
    assert client.get(reverse("training:public", args=["inconnu"])).status_code == 404


def test_a_step_that_does_not_exist_is_not_found(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.julien)
    assert client.get(_url("step", M03, 8)).status_code == 404
    assert client.get(_url("module", "inconnu")).status_code == 404
