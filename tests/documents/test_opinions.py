"""Opinions: asked, given, declined, cancelled, awaited on both sides, ended when out of reach."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEntry, Notification, Person, Team
from config.lib.access import Refused
from documents.enums import Advice, CommentReaders, OpinionState, Role
from documents.models import Document, OpinionRequest
from documents.services import commenting, opinions, rights
from documents.services.opinions import AlreadyAsked, BadDate, CannotBeAsked, NoAnswer
from tests.documents.tree_of_cast import Tree
from tests.inbox import still_asked

ClientOf = Callable[[object], Client]
ORG = "saint-aubin"


def _url(name: str, uid: object, org: str = ORG) -> str:
    return reverse(f"documents:{name}", args=[org, uid])


def _ask(
    tree: Tree,
    document: Document,
    who: Person | Team | None = None,
    *,
    by: Person | None = None,
    days: int = 5,
) -> OpinionRequest:
    actor = tree.cast.actor(by or tree.cast.julien)
    return opinions.ask_opinion(
        actor=actor,
        document=document,
        who=who or tree.cast.claire,
        question="Êtes-vous d’accord ?",
        due=actor.today + timedelta(days=days),
        now=tree.cast.now,
    )


def _told(person: object) -> list[str]:
    return sorted(Notification.objects.filter(person=person).values_list("kind", flat=True))


def _home(client: Client) -> str:
    return client.get(reverse("accounts:home", args=[ORG])).content.decode()


def test_what_is_awaited_shows_on_both_sides_until_it_comes(
    tree: Tree, client_of: ClientOf
) -> None:
    document = tree.file()
    asked = _ask(tree, document)
    mine, theirs = client_of(tree.cast.claire), client_of(tree.cast.julien)
    assert "Donner votre avis sur « note.txt »" in _home(mine)
    assert "Avis de Claire Fontaine sur « note.txt »" in _home(theirs)
    assert "Ce que vous attendez" not in _home(mine)
    assert _told(tree.cast.claire) == ["documents.opinion_asked"]
    answer = mine.post(
        _url("opinion-answer", asked.uid), {"advice": "favourable", "text": "Très bien."}
    )
    assert answer.headers["Location"] == _url("opinions", document.uid)
    assert "Donner votre avis" not in _home(mine)
    assert "Ce que vous attendez" not in _home(theirs)
    assert _told(tree.cast.julien) == ["documents.opinion_answered"]
    page = theirs.get(_url("opinions", document.uid)).content.decode()
    assert "Favorable" in page
    assert "Très bien." in page


def test_a_reader_who_is_asked_answers_without_being_allowed_to_comment(tree: Tree) -> None:
    asked = _ask(tree, tree.file())
    claire = tree.cast.actor(tree.cast.claire)
    given = opinions.give_opinion(
        actor=claire, request=asked, advice=Advice.NO_OBJECT, text="", now=tree.cast.now
    )
    assert given.state == OpinionState.GIVEN
    assert given.answered_version == given.document.current_version


@pytest.mark.parametrize("advice", [Advice.RESERVED, Advice.UNFAVOURABLE])
def test_an_opinion_against_says_why(tree: Tree, client_of: ClientOf, advice: Advice) -> None:
    asked = _ask(tree, tree.file())
    with pytest.raises(NoAnswer):
        opinions.give_opinion(
            actor=tree.cast.actor(tree.cast.claire),
            request=asked,
            advice=advice,
            text="  ",
            now=tree.cast.now,
        )
    page = client_of(tree.cast.claire).post(
        _url("opinion-answer", asked.uid), {"advice": advice.value}
    )
    assert page.status_code == 422
    assert "ce qui motive cet avis" in page.content.decode()


def test_a_team_is_asked_and_whoever_answers_first_answers_for_it(
    tree: Tree, client_of: ClientOf
) -> None:
    asked = _ask(tree, tree.file(), tree.cast.finances)
    assert _told(tree.cast.karim) == ["documents.opinion_asked"]
    assert "Donner votre avis" in _home(client_of(tree.cast.karim))
    assert still_asked("documents.opinion_asked") == 1
    opinions.give_opinion(
        actor=tree.cast.actor(tree.cast.karim),
        request=asked,
        advice=Advice.FAVOURABLE,
        text="",
        now=tree.cast.now,
    )
    assert not still_asked("documents.opinion_asked")
    with pytest.raises(opinions.NoLongerAwaited):
        opinions.decline_opinion(
            actor=tree.cast.actor(tree.cast.karim), request=asked, text="", now=tree.cast.now
        )


def test_who_cannot_read_is_shown_with_the_reason_and_never_asked(
    tree: Tree, client_of: ClientOf
) -> None:
    document = tree.file()
    for who in (tree.cast.jeanne, tree.cast.commission, tree.cast.urbanisme, tree.cast.sophie):
        with pytest.raises(CannotBeAsked):
            _ask(tree, document, who)
    page = client_of(tree.cast.julien).get(_url("opinions", document.uid)).content.decode()
    assert "Jeanne Martin : n’a pas accès à ce document." in page
    assert "Commission des finances : aucun de ses membres ne peut ouvrir ce document." in page
    assert "Sophie" not in page  # nor anybody from elsewhere
    forged = client_of(tree.cast.julien).post(
        _url("opinions", document.uid),
        {"who": f"personne:{tree.cast.jeanne.uid}", "question": "?", "due": "2099-01-01"},
    )
    assert forged.status_code == 422
    assert not OpinionRequest.objects.exists()


@pytest.mark.parametrize(
    ("who", "answer"),
    [("nadia", 302), ("karim", 302), ("claire", 403), ("jeanne", 404), ("sophie", 404)],
)
def test_who_comments_asks(tree: Tree, client_of: ClientOf, who: str, answer: int) -> None:
    document = tree.file()
    due = tree.cast.dgs.today + timedelta(days=3)
    form = {
        "who": f"personne:{tree.cast.julien.uid}",
        "question": "Qu’en dites-vous ?",
        "due": due.isoformat(),
    }
    client = client_of(getattr(tree.cast, who))
    assert client.post(_url("opinions", document.uid), form).status_code == answer
    assert OpinionRequest.objects.exists() is (answer == 302)


def test_one_question_at_a_time_and_no_date_that_has_passed(tree: Tree) -> None:
    document = tree.file()
    with pytest.raises(BadDate):
        _ask(tree, document, days=-1)
    _ask(tree, document, days=0)
    with pytest.raises(AlreadyAsked):
        _ask(tree, document, by=tree.cast.karim)


@pytest.mark.parametrize("who", ["nadia", "julien", "karim"])
def test_only_who_is_asked_answers(tree: Tree, client_of: ClientOf, who: str) -> None:
    asked = _ask(tree, tree.file())
    client = client_of(getattr(tree.cast, who))
    for name in ("opinion-answer", "opinion-decline"):
        address = _url(name, asked.uid)
        assert client.post(address, {"advice": "favourable"}).status_code == 403
    asked.refresh_from_db()
    assert asked.state == OpinionState.ASKED


def test_an_opinion_of_another_commune_does_not_exist(tree: Tree, client_of: ClientOf) -> None:
    asked = _ask(tree, tree.file(), tree.cast.karim)
    client = client_of(tree.cast.karim)
    assert client.get(_url("opinion-answer", asked.uid, "valmorel")).status_code == 404
    assert client.get(_url("opinion-answer", asked.uid)).status_code == 200
    assert client_of(tree.cast.sophie).get(_url("opinion-answer", asked.uid)).status_code == 404


def test_declining_says_it_to_who_asked(tree: Tree, client_of: ClientOf) -> None:
    asked = _ask(tree, tree.file())
    client_of(tree.cast.claire).post(_url("opinion-decline", asked.uid), {"text": "Pas mon sujet"})
    asked.refresh_from_db()
    assert (asked.state, asked.answer) == (OpinionState.DECLINED, "Pas mon sujet")
    assert _told(tree.cast.julien) == ["documents.opinion_answered"]


def test_who_asked_or_who_manages_cancels(tree: Tree) -> None:
    document = tree.file()
    asked = _ask(tree, document)
    with pytest.raises(Refused):
        opinions.cancel_opinion(
            actor=tree.cast.actor(tree.cast.claire), request=asked, now=tree.cast.now
        )
    opinions.cancel_opinion(actor=tree.cast.dgs, request=asked, now=tree.cast.now)
    again = _ask(tree, document)
    julien = tree.cast.actor(tree.cast.julien)
    opinions.cancel_opinion(actor=julien, request=again, now=tree.cast.now)
    assert "documents.opinion_cancelled" in _told(tree.cast.claire)
    verbs = AuditEntry.objects.filter(verb__startswith="documents.opinion.")
    assert sorted(verbs.values_list("verb", flat=True)) == [
        "documents.opinion.asked",
        "documents.opinion.asked",
        "documents.opinion.cancelled",
        "documents.opinion.cancelled",
    ]


def test_reminders_go_the_day_before_and_once_when_late(tree: Tree) -> None:
    _ask(tree, tree.file(), days=5)
    Notification.objects.all().delete()
    day = timedelta(days=1)
    opinions.remind(now=tree.cast.now + 3 * day)
    assert _told(tree.cast.claire) == []
    for _ in range(2):
        opinions.remind(now=tree.cast.now + 4 * day)
    assert _told(tree.cast.claire) == ["documents.opinion_soon"]
    opinions.remind(now=tree.cast.now + 5 * day)  # the day itself: nothing more
    for days in (6, 7, 8):
        opinions.remind(now=tree.cast.now + days * day)
    assert _told(tree.cast.claire) == ["documents.opinion_late", "documents.opinion_soon"]
    assert _told(tree.cast.julien) == ["documents.opinion_late"]
    assert Notification.objects.filter(count=1).count() == 3


def test_a_right_taken_away_ends_the_question(
    tree: Tree, client_of: ClientOf, run_jobs: Callable[[], int]
) -> None:
    document = tree.file()
    asked = _ask(tree, document)
    _ask(tree, document, tree.cast.finances)
    run_jobs()
    rights.set_role(
        actor=tree.cast.dgs,
        obj=tree.urbanisme,
        principal=tree.cast.etat_civil,
        role=Role.NONE,
        now=tree.cast.now,
    )
    assert "Donner votre avis" not in _home(client_of(tree.cast.claire))
    run_jobs()
    asked.refresh_from_db()
    assert asked.state == OpinionState.OUT_OF_REACH
    assert "documents.opinion_ended" in _told(tree.cast.julien)
    assert OpinionRequest.objects.open().count() == 1
    ended = AuditEntry.objects.get(verb="documents.opinion.out_of_reach")
    assert ended.actor_uid is None


def test_where_comments_are_hidden_one_sees_only_what_concerns_oneself(
    tree: Tree, client_of: ClientOf
) -> None:
    document = tree.file()
    _ask(tree, document, tree.cast.karim)
    client = client_of(tree.cast.claire)
    assert "Êtes-vous d’accord" in client.get(_url("opinions", document.uid)).content.decode()
    commenting.set_comment_readers(
        actor=tree.cast.dgs,
        folder=tree.urbanisme,
        readers=CommentReaders.COMMENTERS,
        now=tree.cast.now,
    )
    assert "Êtes-vous d’accord" not in client.get(_url("opinions", document.uid)).content.decode()
    asked = _ask(tree, document)
    assert "Êtes-vous d’accord" in client.get(_url("opinions", document.uid)).content.decode()
    assert client.get(_url("opinion-answer", asked.uid)).status_code == 200
    assert "documents.opinion_asked" in _told(tree.cast.claire)


def test_the_pages_cost_the_same_for_two_and_twenty_questions(
    tree: Tree, client_of: ClientOf
) -> None:
    document = tree.file()
    client = client_of(tree.cast.claire)

    def rounds(count: int) -> None:
        for _ in range(count):
            asked = _ask(tree, document)
            opinions.give_opinion(
                actor=tree.cast.actor(tree.cast.claire),
                request=asked,
                advice=Advice.FAVOURABLE,
                text="",
                now=tree.cast.now,
            )

    rounds(2)
    client.get(_url("opinions", document.uid))
    with CaptureQueriesContext(connection) as few:
        client.get(_url("opinions", document.uid))
    rounds(15)
    client.get(_url("opinions", document.uid))  # what was new is read
    with CaptureQueriesContext(connection) as many:
        client.get(_url("opinions", document.uid))
    assert len(few) == len(many)
