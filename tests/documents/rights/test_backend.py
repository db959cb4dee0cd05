"""Django's own question, `has_perm`, gets the answer of the effective rights."""

import pytest
from django.core.management import CommandError, call_command

from documents.backends import EffectiveAccessBackend
from documents.enums import Role
from documents.models import EffectiveAccess
from documents.services import rights
from tests.documents.world import NOW, make_document, make_world

pytestmark = pytest.mark.django_db


def test_has_perm_knows_inheritance_teams_and_exclusions() -> None:
    world = make_world()
    a = world.folder("A")
    document = make_document(world.folder("B", a), "Plan.pdf")
    give = {"actor": world.dgs, "now": NOW, "confirmed": True}
    rights.set_role(obj=a, principal=world.planning, role=Role.EDITOR, **give)
    a.refresh_from_db()
    document.refresh_from_db()
    for thing in (a, document):
        assert world.julien.has_perm("documents.role_editor", thing)
        assert not world.julien.has_perm("documents.role_manager", thing)
        assert not world.claire.has_perm("documents.role_reader", thing)
    rights.set_role(obj=document, principal=world.julien, role=Role.NONE, **give)
    document.refresh_from_db()
    assert not world.julien.has_perm("documents.role_reader", document)
    assert EffectiveAccessBackend().get_all_permissions(world.julien, a) == {
        "documents.role_reader",
        "documents.role_commenter",
        "documents.role_editor",
    }


def test_has_perm_without_an_object_or_with_none_gives_nothing() -> None:
    world = make_world()
    assert not world.nadia.has_perm("documents.role_reader")
    assert not world.nadia.has_perm("documents.role_none", world.root)
    assert not world.nadia.has_perm("documents.role_reader", world.organisation)


def test_rights_in_one_commune_say_nothing_in_another() -> None:
    here, there = make_world(), make_world("valmorel")
    assert here.nadia.has_perm("documents.role_manager", here.root)
    assert not here.nadia.has_perm("documents.role_reader", there.root)


def test_the_check_finds_what_somebody_changed_by_hand_and_repairs_it(capsys) -> None:
    world = make_world()
    call_command("check_rights")
    assert "Aucune différence" in capsys.readouterr().out
    EffectiveAccess.objects.create(
        organisation=world.organisation,
        domain_id=world.root.domain_id,
        principal=world.julien.pk,
        role=Role.MANAGER,
        source_domain_id=world.root.domain_id,
    )
    with pytest.raises(CommandError, match="1 différences"):
        call_command("check_rights", organisation="saint-aubin")
    call_command("check_rights", repair=True)
    assert not world.julien.has_perm("documents.role_reader", world.root)


def test_the_check_finds_a_folder_that_follows_the_wrong_domain(capsys) -> None:
    world = make_world()
    a, b = world.folder("A"), world.folder("B")
    rights.restrict(actor=world.dgs, folder=a, now=NOW)
    a.refresh_from_db()
    type(b).objects.filter(pk=b.pk).update(domain=a.domain)
    with pytest.raises(CommandError):
        call_command("check_rights")
    assert f"dossier {b.pk} : suit le domaine {a.domain_id}" in capsys.readouterr().out
