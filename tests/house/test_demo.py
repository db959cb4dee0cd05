"""The demonstration is built through the services, whole, once."""

from collections.abc import Callable

import pytest
from django.core.management import call_command

from accounts.actor import Actor, actor_for
from accounts.models import Organisation, Person
from config.lib.clock import now as read_clock
from documents.access import visible_documents
from documents.models import Document, Version


def _actor(identifier: str, slug: str) -> Actor:
    actor = actor_for(
        Person.objects.get(identifier=identifier),
        Organisation.objects.get(slug=slug),
        now=read_clock(),
    )
    assert actor is not None
    return actor


@pytest.mark.django_db
def test_the_demonstration_builds_a_commune_its_ccas_and_a_walled_neighbour(
    demonstration: Callable[[], None],
) -> None:
    demonstration()
    saint_aubin = Organisation.objects.get(slug="saint-aubin")
    assert Document.objects.filter(organisation=saint_aubin).count() >= 60
    kinds = Version.objects.filter(organisation=saint_aubin).values("media_type").distinct()
    assert kinds.count() >= 20
    dgs = visible_documents(_actor("nadia.morel", "saint-aubin"))
    planner = visible_documents(_actor("julien.petit", "saint-aubin"))
    elected = visible_documents(_actor("jeanne.martin", "saint-aubin"))
    assert dgs.count() > planner.count() > elected.count() > 0
    secret = {"État civil", "Ressources humaines", "Aides sociales"}
    assert not planner.filter(folder__name__in=secret).exists()
    neighbour = visible_documents(_actor("sophie.bertin", "valmorel"))
    assert {d.organisation.slug for d in neighbour.select_related("organisation")} == {"valmorel"}

    before = Document.objects.count()
    call_command("seed_demo", verbosity=0)
    assert Document.objects.count() == before
