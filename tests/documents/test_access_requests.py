"""An internal link that explains, the request that follows, the answer in one click."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from accounts.actor import actor_for
from accounts.audit.timeline import timeline
from accounts.models import Membership, Notification
from config.lib.access import Refused
from documents.access import role_of
from documents.enums import Role
from documents.models import AccessRequest, Folder
from documents.services import folders, rights
from documents.services.consequences import preview_role
from documents.services.refusals import NeedsConfirmation, Refusal
from documents.services.requesting_access import (
    MOST_PER_DAY,
    AlreadyAnswered,
    AlreadyThere,
    ReasonMissing,
    RefusedLately,
    TooManyRequests,
    ask_access,
    gain_of,
    give_access,
    refuse_access,
)
from tests.documents.tree_of_cast import Tree
from tests.inbox import still_asked

ClientOf = Callable[[object], Client]


def link(obj: object, org: str = "saint-aubin") -> str:
    return reverse("documents:link", args=[org, obj.uid])


def role(tree: Tree, person, folder) -> Role:
    return role_of(tree.cast.actor(person), Folder.objects.get(pk=folder.pk))


def page_of(request: AccessRequest) -> str:
    return reverse("documents:access-answer", args=["saint-aubin", request.uid])


def asked(tree: Tree, obj=None, who=None, wanted: Role = Role.READER) -> AccessRequest:
    return ask_access(
        actor=tree.cast.actor(who or tree.cast.michel),
        obj=obj or tree.urbanisme,
        wanted=wanted,
        message="Pour la commission.",
        now=tree.cast.now,
    )


def test_a_link_leads_its_reader_to_the_object(tree: Tree, client_of: ClientOf) -> None:
    document = tree.file()
    client = client_of(tree.cast.claire)
    for obj, name in ((tree.urbanisme, "folder"), (document, "document")):
        answer = client.get(link(obj))
        assert answer.url == reverse(f"documents:{name}", args=["saint-aubin", obj.uid])


def test_a_link_tells_a_colleague_that_something_exists_and_nothing_more(
    tree: Tree, client_of: ClientOf
) -> None:
    document = tree.file("Lettre de Mme Roux.txt", folder=tree.secret, by=tree.cast.claire)
    client = client_of(tree.cast.michel)
    for obj in (document, tree.secret, tree.urbanisme):
        page = client.get(link(obj))
        html = page.content.decode()
        assert page.status_code == 200
        assert "ne vous est pas encore ouvert" in html
        assert page["Cache-Control"] == "no-store, private"
        for name in ("Roux", "État civil", "Urbanisme", "Nadia", "Claire"):
            assert name not in html.split("<main")[1], name


def test_the_address_itself_stays_a_404_that_offers_the_same_for_what_does_not_exist(
    tree: Tree, client_of: ClientOf
) -> None:
    client = client_of(tree.cast.michel)
    pages = []
    for uid in (tree.urbanisme.uid, uuid4()):
        page = client.get(reverse("documents:folder", args=["saint-aubin", uid]))
        assert page.status_code == 404
        pages.append(page.content.decode().replace(str(uid), "…"))
    assert pages[0] == pages[1]
    assert "/documents/lien/…/" in pages[0]


def test_the_link_of_nothing_of_the_trash_and_of_elsewhere_is_a_404(
    tree: Tree, client_of: ClientOf
) -> None:
    from documents.services.trash import trash_document

    document = tree.file()
    michel = client_of(tree.cast.michel)
    assert michel.get(reverse("documents:link", args=["saint-aubin", uuid4()])).status_code == 404
    assert michel.get(link(tree.valmorel)).status_code == 404
    sophie = client_of(tree.cast.sophie)
    assert sophie.get(link(document)).status_code == 404
    assert sophie.get(link(document, "valmorel")).status_code == 404
    assert sophie.post(link(document, "valmorel"), {"wanted": 10}).status_code == 404
    trash_document(actor=tree.cast.dgs, document=document, now=tree.cast.now)
    assert michel.get(link(document)).status_code == 404
    assert not AccessRequest.objects.exists()


def test_the_managers_are_told_and_nobody_else(tree: Tree, client_of: ClientOf) -> None:
    request = asked(tree)
    assert not request.to_direction
    told = Notification.objects.filter(kind="documents.access_asked")
    assert [line.person for line in told] == [tree.cast.nadia]
    home = client_of(tree.cast.nadia).get(reverse("accounts:home", args=["saint-aubin"]))
    assert "Répondre à Michel Garnier, qui demande l’accès à « Urbanisme »" in home.content.decode()
    for person in (tree.cast.julien, tree.cast.claire, tree.cast.michel, tree.cast.sophie):
        assert client_of(person).get(page_of(request)).status_code == 404
        assert client_of(person).post(page_of(request), {"action": "donner"}).status_code == 404


def test_one_click_gives_what_was_asked_and_closes_the_line(
    tree: Tree, client_of: ClientOf
) -> None:
    request = asked(tree)
    client = client_of(tree.cast.nadia)
    page = client.get(page_of(request)).content.decode()
    assert "Pour la commission." in page
    assert "Michel Garnier : n’y a pas accès → peut lire." in page
    answer = client.post(page_of(request), {"action": "donner", "role": 10}, follow=True)
    assert "Michel Garnier peut lire « Urbanisme »." in answer.content.decode()
    assert "Répondre à Michel" not in answer.content.decode()
    assert role(tree, tree.cast.michel, tree.urbanisme) == Role.READER
    inbox = client_of(tree.cast.michel).get(reverse("accounts:inbox", args=["saint-aubin"]))
    assert "Nadia Morel vous a ouvert « Urbanisme »" in inbox.content.decode()
    assert client.get(page_of(request)).status_code == 404
    acts = [
        line.sentence for line in timeline(tree.cast.saint_aubin, target_uid=tree.urbanisme.uid)
    ]
    assert "a demandé l’accès à" in acts
    assert "a accepté une demande d’accès à" in acts
    assert "a donné un droit sur" in acts


def test_the_gain_announced_is_the_one_of_the_preview(tree: Tree) -> None:
    document = tree.file()
    for obj in (tree.urbanisme, document):
        request = asked(tree, obj)
        said = gain_of(tree.cast.dgs, request, Role.READER)
        preview = preview_role(
            actor=tree.cast.dgs,
            obj=obj,
            principal=tree.cast.michel,
            role=Role.READER,
            now=tree.cast.now,
        )
        assert [shift.person for shift in preview.gains] == [tree.cast.michel]
        assert preview.gains[0].summary in said
        assert not preview.losses


def test_another_role_may_be_given_but_never_above_ones_own(
    tree: Tree, client_of: ClientOf
) -> None:
    request = asked(tree)
    assert still_asked("documents.access_asked")
    client_of(tree.cast.nadia).post(page_of(request), {"action": "donner", "role": 30})
    assert not still_asked("documents.access_asked")
    assert role(tree, tree.cast.michel, tree.urbanisme) == Role.EDITOR
    again = asked(tree, who=tree.cast.jeanne)
    with pytest.raises(Refused):
        give_access(
            actor=tree.cast.actor(tree.cast.julien),
            request=again,
            role=Role.READER,
            now=tree.cast.now,
        )


def test_a_reader_asks_for_more_and_a_team_that_gives_more_below_is_confirmed(
    tree: Tree, client_of: ClientOf
) -> None:
    below = folders.create_folder(
        actor=tree.cast.dgs, parent=tree.urbanisme, name="Permis", now=tree.cast.now
    )
    rights.set_role(
        actor=tree.cast.dgs,
        obj=below,
        principal=tree.cast.etat_civil,
        role=Role.EDITOR,
        now=tree.cast.now,
    )
    client = client_of(tree.cast.claire)
    form = client.get(link(tree.urbanisme) + "?plus").content.decode()
    assert "Demander plus de droits" in form
    assert "Le lire</" not in form
    client.post(link(tree.urbanisme), {"wanted": 20, "message": ""})
    request = AccessRequest.objects.get()
    with pytest.raises(NeedsConfirmation):
        give_access(actor=tree.cast.dgs, request=request, role=Role.COMMENTER, now=tree.cast.now)
    nadia = client_of(tree.cast.nadia)
    page = nadia.post(page_of(request), {"action": "donner", "role": 20})
    assert page.status_code == 422
    assert "Donner quand même" in page.content.decode()
    nadia.post(page_of(request), {"action": "donner", "role": 20, "confirme": 1})
    assert role(tree, tree.cast.claire, tree.urbanisme) == Role.COMMENTER


def test_a_refusal_says_why_and_holds_for_a_week(tree: Tree, client_of: ClientOf) -> None:
    request = asked(tree)
    client = client_of(tree.cast.nadia)
    empty = client.post(page_of(request), {"action": "refuser", "reason": " "})
    assert empty.status_code == 422
    with pytest.raises(ReasonMissing):
        refuse_access(actor=tree.cast.dgs, request=request, reason=" ", now=tree.cast.now)
    client.post(page_of(request), {"action": "refuser", "reason": "Dossier en cours d’instruction"})
    michel = client_of(tree.cast.michel)
    page = michel.get(link(tree.urbanisme)).content.decode()
    assert "Dossier en cours d’instruction" in page
    assert "Urbanisme" not in page.split("<main")[1]
    inbox = michel.get(reverse("accounts:inbox", args=["saint-aubin"])).content.decode()
    assert "Nadia Morel n’a pas accepté votre demande d’accès du" in inbox
    assert "Urbanisme" not in inbox.split("<main")[1]
    with pytest.raises(RefusedLately):
        asked(tree)
    later = tree.cast.now + timedelta(days=8)
    actor = actor_for(tree.cast.michel, tree.cast.saint_aubin, now=later)
    assert actor is not None
    ask_access(actor=actor, obj=tree.urbanisme, wanted=Role.READER, message="", now=later)


def test_the_same_request_stays_one_and_is_answered_once(tree: Tree) -> None:
    first = asked(tree)
    second = ask_access(
        actor=tree.cast.actor(tree.cast.michel),
        obj=tree.urbanisme,
        wanted=Role.COMMENTER,
        message="Plus précisément",
        now=tree.cast.now,
    )
    assert first.pk == second.pk
    assert second.message == "Plus précisément"
    assert Notification.objects.filter(kind="documents.access_asked").count() == 1
    give_access(actor=tree.cast.dgs, request=first, role=Role.READER, now=tree.cast.now)
    with pytest.raises(AlreadyAnswered):
        refuse_access(actor=tree.cast.dgs, request=first, reason="Trop tard", now=tree.cast.now)


def test_asking_has_its_measure(tree: Tree) -> None:
    for number in range(MOST_PER_DAY):
        asked(tree, tree.file(f"{number}.txt", str(number).encode()))
    with pytest.raises(TooManyRequests):
        asked(tree)
    with pytest.raises(AlreadyThere):
        asked(tree, who=tree.cast.claire)


def test_what_was_given_meanwhile_is_never_lowered(tree: Tree) -> None:
    request = asked(tree)
    rights.set_role(
        actor=tree.cast.dgs,
        obj=tree.urbanisme,
        principal=tree.cast.commission,
        role=Role.EDITOR,
        now=tree.cast.now,
    )
    closed = give_access(actor=tree.cast.dgs, request=request, role=Role.READER, now=tree.cast.now)
    assert closed.given == Role.EDITOR
    assert role(tree, tree.cast.michel, tree.urbanisme) == Role.EDITOR


def test_a_confidential_name_stays_out_of_mails(
    tree: Tree, run_jobs: Callable[[], int], mailoutbox
) -> None:
    from accounts.services.telling import flush

    asked(tree, tree.secret)
    Notification.objects.update(send_after=tree.cast.now)
    flush(now=tree.cast.now)
    run_jobs()
    letters = [m for m in mailoutbox if tree.cast.nadia.email in str(m.to)]
    assert letters
    assert all("État civil" not in m.subject + m.body for m in letters)
    assert any("dossier confidentiel" in m.subject + m.body for m in letters)


def test_without_any_manager_the_direction_answers_after_taking_over(
    tree: Tree, client_of: ClientOf
) -> None:
    rights.set_role(
        actor=tree.cast.dgs,
        obj=tree.secret,
        principal=tree.cast.karim,
        role=Role.MANAGER,
        now=tree.cast.now,
    )
    for principal in (tree.cast.nadia, tree.cast.direction):
        rights.remove_entry(
            actor=tree.cast.actor(tree.cast.karim),
            obj=tree.secret,
            principal=principal,
            now=tree.cast.now,
        )
    Membership.objects.filter(person=tree.cast.karim, organisation=tree.cast.saint_aubin).update(
        from_date=tree.cast.now - timedelta(days=9), to_date=tree.cast.now - timedelta(days=1)
    )
    request = asked(tree, tree.secret)
    assert request.to_direction
    client = client_of(tree.cast.nadia)
    page = client.get(page_of(request)).content.decode()
    assert "un dossier limité" in page
    assert "État civil" not in page.split("<main")[1]
    assert client.post(page_of(request), {"action": "donner", "role": 10}).status_code == 403
    client.post(page_of(request), {"action": "reprendre"})
    client.post(page_of(request), {"action": "donner", "role": 10})
    assert role(tree, tree.cast.michel, tree.secret) == Role.READER


def test_somebody_who_has_left_gets_nothing(tree: Tree) -> None:
    request = asked(tree)
    Membership.objects.filter(person=tree.cast.michel).update(
        from_date=tree.cast.now - timedelta(days=9), to_date=tree.cast.now - timedelta(days=1)
    )
    with pytest.raises(Refusal, match="n’appartient pas"):
        give_access(actor=tree.cast.dgs, request=request, role=Role.READER, now=tree.cast.now)


def test_the_share_page_gives_the_address_to_copy(tree: Tree, client_of: ClientOf) -> None:
    document = tree.file()
    client = client_of(tree.cast.claire)
    for obj, name in ((tree.urbanisme, "folder-share"), (document, "document-share")):
        address = reverse(f"documents:{name}", args=["saint-aubin", obj.uid])
        assert link(obj) in client.get(address).content.decode()
        assert client_of(tree.cast.michel).get(address).status_code == 404
