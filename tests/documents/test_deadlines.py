"""Deadlines of documents: who notes and sees them, when they are recalled, where they show."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.actor import Actor, actor_for
from accounts.calendar import entries_between
from accounts.handover import handovers
from accounts.home import expected_of
from accounts.models import AuditEntry, Membership, Notification, Organisation, Person
from accounts.notifications import notice_kinds
from accounts.services import handing_over
from accounts.standing import Chapter, standing_of
from config.lib.access import Refused
from config.lib.clock import start_of_day
from documents.access import visible_documents
from documents.access.deadlines import (
    can_change_deadline,
    can_see_deadline,
    can_settle_deadline,
    visible_deadlines,
)
from documents.enums import DeadlineKind, Keeping, Role
from documents.models import Deadline, Document
from documents.periodic import every_night
from documents.rules.deadlines import countdown, day_in_words, same_day_next_year
from documents.services import deadlines, erasing, keeping, rights, trash
from documents.services.deadlines import Terms
from tests.documents.tree_of_cast import Tree
from tests.inbox import still_asked

pytestmark = pytest.mark.django_db
ClientOf = Callable[[object], Any]


def _terms(tree: Tree, days: int = 10, **other: Any) -> Terms:
    today = tree.cast.dgs.today
    values: dict[str, Any] = {
        "kind": DeadlineKind.CONTRACT,
        "label": "Fin du contrat de chauffage",
        "due": today + dt.timedelta(days=days),
    }
    return Terms(**(values | other))


def _note(
    tree: Tree,
    document: Document | None = None,
    *,
    days: int = 10,
    by: Person | None = None,
    **other: Any,
) -> Deadline:
    return deadlines.set_deadline(
        actor=tree.cast.actor(by or tree.cast.julien),
        document=document or tree.file(),
        terms=_terms(tree, days, **other),
        now=tree.cast.now,
    )


def _acts(deadline: Deadline) -> list[Callable[[Actor, dt.datetime], Any]]:
    """What only editors do."""
    terms = Terms(DeadlineKind.OTHER, "Autre", deadline.due)
    return [
        lambda actor, now: deadlines.set_deadline(
            actor=actor, document=deadline.document, terms=terms, now=now
        ),
        lambda actor, now: deadlines.change_deadline(
            actor=actor, deadline=deadline, terms=terms, now=now
        ),
        lambda actor, now: deadlines.close_deadline(actor=actor, deadline=deadline, now=now),
        lambda actor, now: deadlines.renew_deadline(actor=actor, deadline=deadline, now=now),
        lambda actor, now: deadlines.remove_deadline(actor=actor, deadline=deadline, now=now),
    ]


def _night(at: dt.datetime) -> int:
    return deadlines.remind(now=at)


def _told() -> list[tuple[Person, str]]:
    lines = Notification.objects.filter(kind__startswith="documents.deadline").order_by("pk")
    return [(line.person, line.kind) for line in lines]


# -- Rights ----------------------------------------------------------------------------------------


def test_an_editor_does_it_all_and_the_journal_says_so(tree: Tree) -> None:
    cast, actor, now = tree.cast, tree.cast.actor(tree.cast.julien), tree.cast.now
    one = _note(tree, note="Préavis de trois mois")
    one = deadlines.change_deadline(
        actor=actor, deadline=one, terms=_terms(tree, 40, label="Fin du bail"), now=now
    )
    assert (one.label, one.remind_days) == ("Fin du bail", 30)
    deadlines.close_deadline(actor=actor, deadline=one, now=now)
    with pytest.raises(deadlines.AlreadyDone):
        deadlines.renew_deadline(actor=actor, deadline=one, now=now)
    one = deadlines.reopen_deadline(actor=actor, deadline=one, now=now)
    renewed = deadlines.renew_deadline(actor=actor, deadline=one, now=now)
    assert renewed.due == same_day_next_year(one.due)
    one.refresh_from_db()
    assert one.done_by == cast.julien
    with pytest.raises(deadlines.AlreadyDone):  # the second of two clicks
        deadlines.renew_deadline(actor=actor, deadline=one, now=now)
    deadlines.remove_deadline(actor=actor, deadline=renewed, now=now)
    assert list(Deadline.objects.values_list("pk", flat=True)) == [one.pk]
    verbs = AuditEntry.objects.filter(verb__startswith="documents.deadline.").order_by("pk")
    assert [entry.verb.rpartition(".")[2] for entry in verbs] == [
        "set", "changed", "done", "reopened", "renewed", "removed"
    ]  # fmt: skip
    assert {entry.target_uid for entry in verbs} == {one.document.uid}


@pytest.mark.parametrize("who", ["claire", "karim", "michel", "jeanne"])
def test_readers_commenters_and_strangers_change_nothing(tree: Tree, who: str) -> None:
    one = _note(tree)
    actor = tree.cast.actor(getattr(tree.cast, who))
    for act in _acts(one):
        with pytest.raises(Refused):
            act(actor, tree.cast.now)
    assert Deadline.objects.get().done_at is None


def test_another_commune_s_identifiers_are_worth_nothing(tree: Tree, client_of: ClientOf) -> None:
    one, cast = _note(tree), tree.cast
    sophie = cast.actor(cast.sophie, cast.valmorel)
    for act in _acts(one):
        with pytest.raises((Deadline.DoesNotExist, Document.DoesNotExist)):
            act(sophie, cast.now)
    assert not visible_deadlines(sophie).exists()
    client = client_of(cast.sophie)
    for name, uid in (("deadline", one.uid), ("document-deadlines", one.document.uid)):
        assert client.get(reverse(f"documents:{name}", args=["valmorel", uid])).status_code == 404
    for name in ("done", "renew", "remove"):
        address = reverse(f"documents:deadline-{name}", args=["valmorel", one.uid])
        assert client.post(address).status_code == 404
    Deadline.objects.filter(pk=one.pk).update(organisation=cast.valmorel)
    with pytest.raises(IntegrityError), transaction.atomic():
        connection.check_constraints()
    Deadline.objects.filter(pk=one.pk).update(organisation=cast.saint_aubin)


def test_what_is_seen_and_what_may_be_seen_agree(tree: Tree) -> None:
    cast = tree.cast
    plain = _note(tree)
    secret = _note(tree, tree.file("acte.txt", by=cast.claire, folder=tree.secret), by=cast.claire)
    thrown = _note(tree, tree.file("vieux.txt"))
    trash.trash_document(actor=cast.dgs, document=thrown.document, now=cast.now)
    for person in (cast.nadia, cast.julien, cast.claire, cast.karim, cast.michel, cast.jeanne):
        actor = cast.actor(person)
        listed = set(visible_deadlines(actor))
        assert thrown not in listed
        for one in (plain, secret):
            assert (one in listed) == bool(can_see_deadline(actor, one))
            readable = visible_documents(actor).filter(pk=one.document_id).exists()
            assert (one in listed) == readable
    assert not can_change_deadline(cast.actor(cast.claire), plain)
    assert can_change_deadline(cast.actor(cast.julien), plain)


def test_who_follows_it_must_read_the_document_and_may_note_it_as_done(tree: Tree) -> None:
    cast = tree.cast
    with pytest.raises(deadlines.CannotFollowIt):
        _note(tree, owner=cast.michel)
    one = _note(tree, tree.file("bail.txt"), owner=cast.claire)
    assert _told() == [(cast.claire, "documents.deadline_given")]
    claire = cast.actor(cast.claire)
    assert can_settle_deadline(claire, one)
    assert not can_settle_deadline(cast.actor(cast.karim), one)
    with pytest.raises(Refused):
        deadlines.renew_deadline(actor=claire, deadline=one, now=cast.now)
    assert deadlines.close_deadline(actor=claire, deadline=one, now=cast.now).done_by == cast.claire


def test_what_cannot_be(tree: Tree) -> None:
    with pytest.raises(deadlines.BadDay):
        _note(tree, due=dt.date(3026, 1, 1))
    with pytest.raises(deadlines.BadDay):
        _note(tree, tree.file("b.txt"), remind_days=-1)
    document = tree.file("c.txt")
    for number in range(deadlines.MOST_WAITING):
        _note(tree, document, label=f"Échéance {number}")
    with pytest.raises(deadlines.TooMuch):
        _note(tree, document)


def test_a_document_with_deadlines_may_still_be_erased(tree: Tree) -> None:
    cast = tree.cast
    keeping.set_keeping(
        actor=cast.dgs, folder=tree.urbanisme, keeping=Keeping.WORKING, now=cast.now
    )
    one = _note(tree)
    trash.trash_document(actor=cast.dgs, document=one.document, now=cast.now)
    assert erasing.erase_due(now=cast.now + dt.timedelta(days=31)) == 1
    assert not Deadline.objects.exists()


# -- Days ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "next_year"),
    [
        ((2028, 2, 29), (2029, 2, 28)),
        ((2027, 2, 28), (2028, 2, 28)),
        ((2026, 12, 31), (2027, 12, 31)),
        ((2095, 3, 1), (2096, 3, 1)),
    ],
)
def test_the_same_day_next_year(day: tuple[int, ...], next_year: tuple[int, ...]) -> None:
    assert same_day_next_year(dt.date(*day)) == dt.date(*next_year)


def test_a_leap_day_is_put_off_to_the_end_of_february(tree: Tree) -> None:
    one = _note(tree, due=dt.date(2028, 2, 29), remind_days=30)
    renewed = deadlines.renew_deadline(
        actor=tree.cast.actor(tree.cast.julien), deadline=one, now=tree.cast.now
    )
    assert (renewed.due, renewed.remind_days) == (dt.date(2029, 2, 28), 30)


def test_days_in_words() -> None:
    today = dt.date(2026, 3, 1)
    assert day_in_words(today) == "1er mars 2026"
    for days, words in (
        (0, "aujourd’hui"),
        (1, "demain"),
        (12, "dans 12 jours"),
        (-1, "en retard de 1 jour"),
    ):
        assert countdown(today + dt.timedelta(days=days), today).replace("\u00a0", " ") == words


# -- Reminders -------------------------------------------------------------------------------------


def test_the_reminder_leaves_once_then_again_once_it_is_late(tree: Tree) -> None:
    cast, day = tree.cast, dt.timedelta(days=1)
    one = _note(tree, days=40, owner=cast.claire)
    Notification.objects.all().delete()
    assert _night(cast.now + 9 * day) == 0
    assert _night(cast.now + 10 * day) == 1
    assert _night(cast.now + 10 * day) == 0
    assert _night(cast.now + 40 * day) == 0  # the day itself is not late
    assert _night(cast.now + 41 * day) == 1
    assert _night(cast.now + 41 * day) == 0
    assert _night(cast.now + 60 * day) == 0
    assert _told() == [
        (cast.claire, "documents.deadline_near"),
        (cast.claire, "documents.deadline_late"),
    ]
    # Another day: both leave again.
    actor = cast.actor(cast.julien)
    deadlines.change_deadline(
        actor=actor, deadline=one, terms=_terms(tree, 100, owner=cast.claire), now=cast.now
    )
    assert _night(cast.now + 60 * day) == 0
    assert _night(cast.now + 70 * day) == 1
    assert still_asked("documents.deadline_near", "documents.deadline_late")
    deadlines.close_deadline(actor=actor, deadline=one, now=cast.now)
    assert not still_asked("documents.deadline_near", "documents.deadline_late")
    assert _night(cast.now + 101 * day) == 0


def test_the_whole_night_run_twice_tells_once(tree: Tree) -> None:
    _note(tree, days=3)
    every_night()
    every_night()
    assert _told() == [(tree.cast.julien, "documents.deadline_near")]


def test_a_shorter_reminder_that_is_still_ahead_leaves_again(tree: Tree) -> None:
    cast = tree.cast
    one = _note(tree, days=10)
    assert _night(cast.now) == 1
    deadlines.change_deadline(
        actor=cast.actor(cast.julien), deadline=one, terms=_terms(tree, 10, remind_days=2),
        now=cast.now,
    )  # fmt: skip
    assert _night(cast.now) == 0
    assert _night(cast.now + dt.timedelta(days=8)) == 1


def test_reminders_go_to_the_next_in_turn_when_rights_have_gone(tree: Tree) -> None:
    cast, now = tree.cast, tree.cast.now
    one = _note(tree, owner=cast.claire)
    Notification.objects.all().delete()

    def forget() -> None:
        Notification.objects.all().delete()
        Deadline.objects.update(reminded_for=None)

    rights.set_role(
        actor=cast.dgs, obj=one.document, principal=cast.etat_civil, role=Role.NONE, now=now,
        confirmed=True,
    )  # fmt: skip
    assert _night(now) == 1
    assert [person for person, _ in _told()] == [cast.julien]  # answers for the document
    forget()
    Membership.objects.filter(person=cast.julien, organisation=cast.saint_aubin).update(
        from_date=dt.date(2020, 1, 1), to_date=dt.date(2020, 12, 31)
    )
    assert _night(now) == 1
    assert [person for person, _ in _told()] == [cast.nadia]  # manages the rights
    forget()
    trash.trash_document(actor=cast.dgs, document=one.document, now=now)
    assert _night(now) == 0
    assert Deadline.objects.get().reminded_for is None  # said once it is out of the trash


def test_a_confidential_title_does_not_leave_by_mail(tree: Tree) -> None:
    cast = tree.cast
    document = tree.file("acte.txt", by=cast.claire, folder=tree.secret)
    one = _note(tree, document, by=cast.claire)
    assert _night(cast.now) == 1
    line = Notification.objects.get(kind="documents.deadline_near")
    kind = notice_kinds.get(line.kind)
    shown = kind.resolve(cast.actor(cast.claire), [line])[line.uid]
    assert shown.title.startswith(one.label)
    assert shown.mail_title == "document confidentiel"
    assert not kind.resolve(cast.actor(cast.julien), [line])


@pytest.mark.parametrize("zone", ["Pacific/Noumea", "America/Guadeloupe", "Pacific/Tahiti"])
def test_midnight_is_that_of_the_town_hall(tree: Tree, zone: str) -> None:
    cast = tree.cast
    due = dt.date(2031, 3, 1)
    one = _note(tree, due=due, remind_days=0)
    Organisation.objects.filter(pk=cast.saint_aubin.pk).update(timezone=zone)
    midnight, second = start_of_day(due, zone), dt.timedelta(seconds=1)
    assert _night(midnight - second) == 0
    assert _night(midnight) == 1
    end = midnight + dt.timedelta(days=1)
    assert _night(end - second) == 0
    for at, late in ((end - second, False), (end, True)):
        actor = actor_for(cast.julien, Organisation.objects.get(pk=cast.saint_aubin.pk), now=at)
        assert actor is not None
        assert Deadline.objects.late(actor.today).exists() == late
        items, _ = expected_of(actor, at)
        line = next(item for item in items if one.label in item.title)
        assert line.late == late
        month = [start_of_day(dt.date(2031, n, 1), zone) for n in (2, 3, 4)]
        assert not _entries(actor, month[0], month[1], one)
        assert [e.at for e in _entries(actor, month[1], month[2], one)] == [midnight]
    assert _night(end) == 1


def _entries(actor: Actor, start: dt.datetime, end: dt.datetime, one: Deadline) -> list[Any]:
    return [entry for entry in entries_between(actor, start, end) if one.label in entry.title]


# -- Where they show -------------------------------------------------------------------------------


def test_home_agenda_and_where_the_commune_stands(tree: Tree) -> None:
    cast = tree.cast
    mine = _note(tree, days=20, owner=cast.claire)
    _note(tree, tree.file("loin.txt"), days=90, owner=cast.claire, label="Assurance")
    secret = tree.file("acte.txt", by=cast.claire, folder=tree.secret)
    _note(tree, secret, by=cast.claire, label="Registre à relier")

    def seen_by(person: Person) -> tuple[str, str, str]:
        actor = cast.actor(person)
        start = start_of_day(actor.today, actor.organisation.timezone)
        home = " ".join(item.title for item in expected_of(actor, cast.now)[0])
        agenda = " ".join(
            e.title for e in entries_between(actor, start, start + dt.timedelta(days=120))
        )
        facts = " ".join(fact.title for fact in standing_of(actor, cast.now)[Chapter.NEXT])
        return home, agenda, facts

    home, agenda, facts = seen_by(cast.claire)
    assert mine.label in home
    assert "Registre à relier" in home
    assert "Assurance" not in home  # its reminder is still ahead
    assert "Assurance" in agenda
    assert "Assurance" in facts
    home, agenda, facts = seen_by(cast.julien)
    assert mine.label not in home
    assert mine.label in agenda
    assert "Registre" not in home + agenda + facts
    home, agenda, facts = seen_by(cast.karim)  # a commenter
    assert mine.label not in home + agenda
    assert mine.label in facts
    assert "".join(seen_by(cast.jeanne)).find(mine.label) == -1


def test_deadlines_are_handed_over(tree: Tree) -> None:
    cast = tree.cast
    one = _note(tree, owner=cast.claire)
    done = _note(tree, tree.file("b.txt"), owner=cast.claire)
    deadlines.close_deadline(actor=cast.dgs, deadline=done, now=cast.now)
    kind = handovers.get("documents.deadlines")
    assert kind.count(cast.dgs, cast.claire) == 1
    handing_over.hand_over(actor=cast.dgs, person=cast.claire, to=cast.julien, now=cast.now)
    one.refresh_from_db()
    done.refresh_from_db()
    assert (one.owner, done.owner) == (cast.julien, cast.claire)


def _page(client: Any, **query: str) -> Any:
    answer = client.get(reverse("documents:deadlines", args=["saint-aubin"]), query)
    assert answer.status_code == 200
    return answer


def _labels(answer: Any) -> list[str]:
    return [row["title"] for row in answer.context["rows"]]


def test_the_page_of_the_organisation_filters_and_leaks_nothing(
    tree: Tree, client_of: ClientOf
) -> None:
    cast = tree.cast
    _note(tree, days=60, label="Dans deux mois", owner=cast.claire)
    _note(tree, tree.file("b.txt"), days=-3, label="En retard")
    _note(tree, tree.file("c.txt"), days=5, label="Bientôt", kind=DeadlineKind.SAFETY)
    _note(tree, tree.file("d.txt"), days=200, label="Loin")
    secret = tree.file("Adoption Durand.txt", by=cast.claire, folder=tree.secret)
    _note(tree, secret, by=cast.claire, days=7, label="Jugement attendu")
    done = _note(tree, tree.file("e.txt"), label="Déjà vue")
    deadlines.close_deadline(actor=cast.dgs, deadline=done, now=cast.now)

    julien = client_of(cast.julien)
    assert _labels(_page(julien)) == ["En retard", "Bientôt", "Dans deux mois", "Loin"]
    for query, labels in (
        ({"etat": "retard"}, ["En retard"]),
        ({"etat": "30"}, ["En retard", "Bientôt"]),
        ({"etat": "90"}, ["En retard", "Bientôt", "Dans deux mois"]),
        ({"etat": "faites"}, ["Déjà vue"]),
        ({"genre": "safety"}, ["Bientôt"]),
        ({"pour": "moi"}, ["En retard", "Bientôt", "Loin"]),
        ({"genre": "n-importe", "page": "x"}, ["En retard", "Bientôt", "Dans deux mois", "Loin"]),
    ):
        answer = _page(julien, **query)
        assert _labels(answer) == labels, query
        assert "Durand" not in answer.content.decode()
        assert "Jugement" not in answer.content.decode()
    claire = client_of(cast.claire)
    assert _labels(_page(claire, pour="moi")) == ["Jugement attendu", "Dans deux mois"]
    assert _labels(_page(client_of(cast.jeanne))) == []


def test_the_page_is_cut_and_takes_the_same_number_of_statements(
    tree: Tree, client_of: ClientOf
) -> None:
    cast = tree.cast
    client = client_of(cast.claire)
    counts = []
    for more in (2, 60):
        document = tree.file(f"lot {more}.txt")
        Deadline.objects.bulk_create(
            Deadline(
                organisation=cast.saint_aubin, document=document, kind="other",
                label=f"Échéance {number}", due=cast.dgs.today + dt.timedelta(days=number),
                remind_on=cast.dgs.today, owner=cast.karim, created_at=cast.now,
                created_by=cast.julien,
            )
            for number in range(more)
        )  # fmt: skip
        _page(client)
        with CaptureQueriesContext(connection) as seen:
            answer = _page(client)
        counts.append(len(seen.captured_queries))
    assert counts[0] == counts[1]
    assert len(_labels(answer)) == 50
    assert len(_labels(_page(client, page="2"))) == 12


def test_the_document_says_what_is_near_without_a_statement_more(
    tree: Tree, client_of: ClientOf
) -> None:
    cast, document = tree.cast, tree.file()
    client = client_of(cast.claire)
    address = reverse("documents:document", args=["saint-aubin", document.uid])
    client.get(address)
    with CaptureQueriesContext(connection) as without:
        client.get(address)
    for days in (-4, 3, 20, 25, 90):
        _note(tree, document, days=days, label=f"À {days} jours")
    with CaptureQueriesContext(connection) as dated:
        page = client.get(address).content.decode()
    assert len(dated) == len(without)
    assert "Échéance dépassée, en retard de 4" in page
    assert "À 3 jours" in page
    assert "À 25 jours" not in page  # three at most
    assert "À 90 jours" not in page


def test_pages_in_plain_forms(tree: Tree, client_of: ClientOf) -> None:
    cast, document = tree.cast, tree.file()
    julien, claire = client_of(cast.julien), client_of(cast.claire)
    address = reverse("documents:document-deadlines", args=["saint-aubin", document.uid])
    wrong = julien.post(address, {"label": " ", "kind": "contract", "due": "demain"})
    assert wrong.status_code == 422
    stranger = {"owner": str(cast.michel.uid)}
    right = {"label": "Fin du bail", "kind": "contract", "due": "2031-05-02", "remind_days": "60"}
    assert julien.post(address, right | stranger).status_code == 422
    assert julien.post(address, right | {"owner": str(cast.claire.uid)}).status_code == 302
    one = Deadline.objects.get()
    assert (one.owner, one.remind_on) == (cast.claire, dt.date(2031, 3, 3))
    assert "Fin du bail" in claire.get(address).content.decode()
    assert not Notification.objects.filter(read_at=None, object_uid=one.uid).exists()  # looked at
    assert claire.post(address, right).status_code == 403
    change = reverse("documents:deadline", args=["saint-aubin", one.uid])
    assert claire.get(change).status_code == 403
    assert client_of(cast.jeanne).get(change).status_code == 404
    assert 'value="2031-05-02"' in julien.get(change).content.decode()
    julien.post(change, right | {"label": "Fin du bail rural"})
    one.refresh_from_db()
    assert (one.label, one.owner) == ("Fin du bail rural", None)
    for name in ("renew", "remove", "done"):
        act = reverse(f"documents:deadline-{name}", args=["saint-aubin", one.uid])
        assert claire.post(act).status_code == 403
        assert julien.get(act).status_code == 405
    julien.post(reverse("documents:deadline-renew", args=["saint-aubin", one.uid]))
    assert Deadline.objects.waiting().get().due == dt.date(2032, 5, 2)
    julien.post(reverse("documents:deadline-done", args=["saint-aubin", one.uid]), {"rouvrir": "1"})
    assert Deadline.objects.waiting().count() == 2
    julien.post(reverse("documents:deadline-remove", args=["saint-aubin", one.uid]))
    assert Deadline.objects.count() == 1
