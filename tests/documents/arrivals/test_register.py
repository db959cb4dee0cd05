"""The register of the post: numbers without a gap, who sees which line, reminders."""

from __future__ import annotations

import csv
import io
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse

from accounts.models import Notification, Person
from accounts.services.teams import create_team
from config.lib.access import Refused
from documents.access.arrivals import can_see_entry, visible_entries
from documents.enums import MailDirection
from documents.models import Document, MailEntry
from documents.services import registering
from documents.services.registering import BadLine, Line
from documents.services.telling_in_charge import remind
from tests.documents.tree_of_cast import Tree
from tests.inbox import still_asked

IN, OUT = MailDirection.INCOMING, MailDirection.OUTGOING


def _line(tree: Tree, **given: object) -> Line:
    values = {"day": tree.cast.dgs.today, "correspondent": "Préfecture", "subject": "Dotation"}
    return Line(**(values | given))


def _register(
    tree: Tree,
    by: Person | None = None,
    document: Document | None = None,
    direction: MailDirection = IN,
    answers: MailEntry | None = None,
    **given: object,
) -> MailEntry:
    cast = tree.cast
    return registering.register(
        actor=cast.actor(by or cast.nadia),
        direction=direction,
        line=_line(tree, **given),
        document=document,
        answers=answers,
        now=cast.now,
    )


def test_numbers_follow_by_direction_and_year_and_give_none_away(tree: Tree) -> None:
    last_year = tree.cast.dgs.today.replace(year=tree.cast.dgs.today.year - 1, day=1)
    assert [_register(tree).number for _ in range(2)] == [1, 2]
    assert _register(tree, direction=OUT).number == 1
    assert _register(tree, day=last_year).number == 1
    with pytest.raises(BadLine):
        _register(tree, correspondent=" ")
    with pytest.raises(BadLine):
        _register(tree, reply_due=last_year)
    with pytest.raises(Refused):
        _register(tree, by=tree.cast.julien)
    assert _register(tree).number == 3


@pytest.mark.django_db(transaction=True)
def test_numbers_given_at_the_same_time_have_no_gap_and_no_twin(tree: Tree) -> None:
    failures: list[Exception] = []

    def several() -> None:
        try:
            for rank in range(4):
                try:
                    _register(tree, correspondent="" if rank == 1 else "X")
                except BadLine:
                    continue
        except Exception as broken:  # noqa: BLE001 - told by the assertion below
            failures.append(broken)
        finally:
            connection.close()

    threads = [threading.Thread(target=several) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    numbers = MailEntry.objects.order_by("number").values_list("number", flat=True)
    assert list(numbers) == list(range(1, 13))


def test_lines_are_seen_as_their_documents_are(tree: Tree) -> None:
    cast = tree.cast
    secret = tree.file("mariage.txt", by=cast.claire, folder=tree.secret)
    public = tree.file("permis.txt")
    entries = {
        "paper": _register(tree),
        "public": _register(tree, by=cast.julien, document=public),
        "secret": _register(tree, by=cast.claire, document=secret),
        "julien": _register(tree, person=cast.julien),
        "team": _register(tree, team=cast.finances),
        "secret for julien": _register(tree, by=cast.claire, document=secret, person=cast.julien),
    }
    whole = {
        cast.nadia: set(entries),
        cast.julien: {"public", "julien", "secret for julien"},
        cast.claire: {"public", "secret", "secret for julien"},
        cast.karim: {"public", "team"},
        cast.michel: set(),
    }
    for person, names in whole.items():
        actor = cast.actor(person)
        lines = {line.pk: line.whole for line in visible_entries(actor)}
        for name, entry in entries.items():
            assert lines.get(entry.pk, False) == (name in names), (person, name)
            assert bool(can_see_entry(actor, entry)) == (name in names), (person, name)
    sophie = cast.actor(cast.sophie, cast.valmorel)
    assert not visible_entries(sophie).exists()
    assert not any(can_see_entry(sophie, entry) for entry in entries.values())


def test_a_keeper_who_may_not_read_sees_the_number_alone(tree: Tree, client_of: Callable) -> None:
    from documents.services import bins

    cast = tree.cast
    bins.choose_team(actor=cast.dgs, team=cast.finances, now=cast.now)
    secret = tree.file("mariage.txt", by=cast.claire, folder=tree.secret)
    entry = _register(
        tree, by=cast.claire, document=secret, correspondent="M. Secret", subject="Divorce"
    )
    client = client_of(cast.karim)
    page = client.get(reverse("documents:register", args=["saint-aubin"])).content.decode()
    assert entry.reference in page
    for hidden in ("M. Secret", "Divorce", "mariage"):
        assert hidden not in page
    url = reverse("documents:register-entry", args=["saint-aubin", entry.uid])
    assert client.get(url).status_code == 404
    table = client.get(reverse("documents:register-export", args=["saint-aubin"]))
    assert "Divorce" not in table.content.decode()


def test_an_answer_closes_what_it_answers(tree: Tree) -> None:
    incoming = _register(tree)
    answer = _register(tree, direction=OUT, answers=incoming)
    incoming.refresh_from_db()
    assert incoming.done_at is not None
    assert answer.answers == incoming
    with pytest.raises(BadLine):
        _register(tree, direction=IN, answers=incoming)


def test_who_is_in_charge_changes_and_closes_and_the_neighbour_does_not(
    tree: Tree, client_of: Callable
) -> None:
    cast = tree.cast
    entry = _register(tree, person=cast.julien)
    assert Notification.objects.filter(person=cast.julien, kind="documents.mail_given").count() == 1
    julien = client_of(cast.julien)
    url = reverse("documents:register-entry", args=["saint-aubin", entry.uid])
    form = {"day": entry.day, "correspondent": "Préfecture", "subject": "Dotation 2026",
            "team": cast.urbanisme.uid}  # fmt: skip
    assert julien.post(url, form).status_code == 302
    entry.refresh_from_db()
    assert (entry.subject, entry.person, entry.team) == ("Dotation 2026", None, cast.urbanisme)
    done = reverse("documents:register-done", args=["saint-aubin", entry.uid])
    assert client_of(cast.michel).post(done).status_code == 404
    for org in ("saint-aubin", "valmorel"):
        there = reverse("documents:register-done", args=[org, entry.uid])
        assert client_of(cast.sophie).post(there).status_code == 404
    julien.post(done)
    entry.refresh_from_db()
    assert entry.done_by == cast.julien
    julien.post(done, {"rouvrir": "1"})
    entry.refresh_from_db()
    assert entry.done_at is None
    stranger = create_team(
        actor=cast.actor(cast.sophie, cast.valmorel), label="Mairie", kind="service", now=cast.now
    )
    with pytest.raises(Refused):
        registering.change_entry(
            actor=cast.dgs, entry=entry, line=_line(tree, team=stranger), now=cast.now
        )


def test_reminders_go_to_who_must_answer_and_stop_when_it_is_done(tree: Tree) -> None:
    cast = tree.cast
    today = cast.dgs.today
    soon = _register(tree, person=cast.julien, reply_due=today + timedelta(days=3))
    _register(tree, person=cast.julien, reply_due=today + timedelta(days=2))
    _register(tree, reply_due=today)  # nobody is in charge
    sent = Notification.objects.filter(kind="documents.mail_reply_due")
    assert remind(now=cast.now) == 1
    assert sent.get().object_uid == soon.uid
    assert remind(now=cast.now + timedelta(days=1)) == 0
    assert remind(now=cast.now + timedelta(days=2)) == 1
    assert remind(now=cast.now + timedelta(days=10)) == 1  # a week late
    assert still_asked("documents.mail_reply_due") == 3
    registering.close_entry(actor=cast.actor(cast.julien), entry=soon, now=cast.now)
    assert still_asked("documents.mail_reply_due") == 1, "that of the other letter"
    assert remind(now=cast.now + timedelta(days=3)) == 0


def test_the_page_filters_and_the_table_holds_everything(tree: Tree, client_of: Callable) -> None:
    cast = tree.cast
    _register(tree, correspondent="=cmd|calc", subject="Piège")
    late = tree.cast.dgs.today
    _register(tree, subject="En attente", reply_due=late + timedelta(days=9), person=cast.nadia)
    _register(tree, direction=OUT, subject="Parti")
    client = client_of(cast.nadia)
    url = reverse("documents:register", args=["saint-aubin"])
    for query, shown, hidden in (
        ("etat=attente", ["En attente"], ["Piège", "Parti"]),
        ("etat=retard", [], ["Piège", "Parti"]),
        ("etat=moi", ["En attente"], ["Parti"]),
        ("sens=out", ["Parti"], ["Piège"]),
        (f"annee={late.year}", ["Piège", "Parti"], []),
        ("annee=1999", [], ["Piège"]),
    ):
        page = client.get(f"{url}?{query}").content.decode()
        titles = page.partition('id="courriers"')[2].partition("l-aside__filters")[0]
        assert all(word in titles for word in shown), query
        assert not any(word in titles for word in hidden), query
    answer = client.get(reverse("documents:register-export", args=["saint-aubin"]))
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert len(rows) == 4
    assert "'=cmd|calc" in rows[1]


def test_a_document_is_registered_from_its_page(tree: Tree, client_of: Callable) -> None:
    cast = tree.cast
    document = tree.file("réponse.txt")
    url = reverse("documents:register-add", args=["saint-aubin"]) + f"?document={document.uid}"
    form = {"direction": "out", "day": cast.dgs.today, "correspondent": "M. Dupont",
            "subject": "Votre demande"}  # fmt: skip
    julien = client_of(cast.julien)
    assert julien.get(url).status_code == 200
    assert julien.post(url, form).status_code == 302
    entry = MailEntry.objects.get()
    assert (entry.document, entry.reference[:2]) == (document, "D-")
    assert client_of(cast.claire).get(url).status_code == 403  # reads, does not edit
    assert client_of(cast.michel).get(url).status_code == 404
    assert client_of(cast.sophie).get(url).status_code == 404
