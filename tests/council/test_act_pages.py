"""The screens of the acts: from the session to the signed, published act, page by page."""

import datetime as dt
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from config.lib import clock
from council.enums import ActKind, ActState
from council.models import Act, Minutes, MinutesSection, Posting, ResultList
from council.services.acts import drafting, printing, signing
from tests.council.acts_stage import AFTER, held
from tests.council.test_act_papers import blank_page
from tests.council.test_acts import order

ORG = "saint-aubin"


@pytest.fixture(autouse=True)
def _the_morning_after(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: AFTER)


def at(name, *args):
    return reverse(f"council:{name}", args=[ORG, *args])


def text_of(response):
    flat = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(flat.replace("\u00a0", " ").split())


@pytest.fixture
def dgs(stage, client_of):
    return client_of(stage.dgs_person)


@pytest.fixture
def after(stage):
    return stage.actor(stage.dgs_person, now=AFTER)


def test_from_the_session_to_an_act_in_force(stage, dgs, client_of):
    meeting = held(stage, ("Tarifs",))
    page = text_of(dgs.get(at("meeting-after", meeting.uid)))
    assert "Faire les délibérations" in page
    assert "Au plus tard le lundi 7 décembre 2026. Il vous reste 6 jours." in page
    for _ in range(2):  # a double click
        dgs.post(at("meeting-acts", meeting.uid))
    act = Act.objects.get()
    assert "Enregistrer la signature" in text_of(dgs.get(at("act", act.uid)))

    printing.print_act(act_id=act.pk, person_id=stage.dgs_person.pk, now=AFTER)
    mayor = client_of(stage.mayor)
    assert "Tarifs" in text_of(mayor.get(at("acts-waiting")))
    phone = mayor.get(at("act-sign", act.uid))
    shown = re.search(r'name="shown" value="([0-9a-f]{64})"', phone.content.decode())[1]
    mayor.post(at("act-sign", act.uid), {"shown": shown})
    act.refresh_from_db()
    assert act.agreed_sha256 == shown
    assert b"".join(mayor.get(at("act-file", act.uid)).streaming_content).startswith(b"%PDF")

    dgs.post(
        at("act-signature", act.uid),
        {
            "signed_on": "2026-12-01",
            "mode": "paper",
            "file": SimpleUploadedFile("Signé.pdf", blank_page()),
        },
    )
    act.refresh_from_db()
    assert act.state == ActState.SIGNED
    assert act.signed_version.number == 2
    dgs.post(at("act-publication", act.uid), {"mode": "electronic", "published_on": "2026-12-01"})
    dgs.post(at("act-transmission", act.uid), {"received_on": "2026-12-01", "receipt_id": "003-1"})
    page = text_of(dgs.get(at("act", act.uid)))
    assert "Depuis le mardi 1er décembre 2026" in page
    assert "Recours possible jusqu’au mardi 2 février 2027" in page
    assert dgs.get(at("act-extract", act.uid)).content.startswith(b"%PDF")


def test_an_order_is_written_presented_and_sent_back(stage, dgs, client_of):
    new = dgs.get(at("act-create", "arrete"))
    assert "Vu le code général" in text_of(new)
    dgs.post(
        at("act-create", "arrete"),
        {"title": "Rue barrée", "type": "traffic", "subject_code": "6.1", "text": "Arrête."},
    )
    act = Act.objects.get()
    assert (act.kind, act.number) == (ActKind.ORDER, None)
    dgs.post(at("act-present", act.uid), {"signatory": stage.mayor.uid})
    assert Act.objects.get().reference == "ARR-2026-001"
    mayor = client_of(stage.mayor)
    empty = mayor.post(at("act-sign", act.uid), {"refuse": "1", "reason": ""})
    assert empty.status_code == 422
    mayor.post(at("act-sign", act.uid), {"refuse": "1", "reason": "La rue, pas le chemin."})
    assert "La rue, pas le chemin." in text_of(dgs.get(at("act", act.uid)))
    dgs.post(at("act-cancel", act.uid), {"reason": "Le marché n’a pas lieu."})
    register = text_of(dgs.get(at("register", act.register.uid)))
    assert "Numéro annulé : Le marché n’a pas lieu." in register
    assert "1 numéro, sans aucun trou." in register


def test_what_was_typed_stays_when_somebody_saved_first(stage, dgs, after):
    act = drafting.draft_deliberations(actor=after, meeting=held(stage, ("Tarifs",)), now=AFTER)[0]
    first = {"title": "Tarifs", "text": "Le premier texte.", "revision": act.revision}
    dgs.post(at("act-edit", act.uid), first)
    second = dgs.post(at("act-edit", act.uid), {**first, "text": "Le second texte."})
    assert second.status_code == 422
    shown = text_of(second)
    assert "Le premier texte." in shown
    assert "Le second texte." in shown
    assert Act.objects.get().text == "Le premier texte."


def test_the_list_and_the_minutes_by_their_pages(stage, dgs):
    meeting = held(stage, ("Tarifs",))
    dgs.post(at("meeting-acts", meeting.uid))
    dgs.post(at("meeting-results", meeting.uid))
    dgs.post(
        at("meeting-results", meeting.uid),
        {"what": "dates", "published_on": "2026-12-01", "posted_on": "2026-12-01"},
    )
    assert ResultList.objects.get().published_on == dt.date(2026, 12, 1)
    # Its days at the door have their certificate, wherever they were typed.
    kept = Posting.objects.get()
    assert (kept.what, kept.posted_on) == ("list", dt.date(2026, 12, 1))
    assert dgs.get(at("posting-certificate", kept.uid)).content.startswith(b"%PDF")
    for _ in range(2):
        dgs.post(at("minutes-draft", meeting.uid))
    minutes = Minutes.objects.get()
    section = MinutesSection.objects.get(minutes=minutes, item__title="Tarifs")
    page = dgs.get(at("minutes-section", meeting.uid, section.uid))
    assert "Ce qui s’est dit" in text_of(page)
    dgs.post(
        at("minutes-section", meeting.uid, section.uid),
        {"words": "Une question sur les familles.", "revision": section.revision},
    )
    again = dgs.post(
        at("minutes-section", meeting.uid, section.uid),
        {"words": "Autre chose.", "revision": section.revision},
    )
    assert again.status_code == 422
    assert "Une question sur les familles." in text_of(dgs.get(at("minutes", meeting.uid)))
    dgs.post(at("minutes-print", meeting.uid))
    assert b"".join(dgs.get(at("minutes-file", meeting.uid)).streaming_content).startswith(b"%PDF")


def test_members_read_minutes_once_they_are_settled(stage, dgs, client_of):
    meeting = held(stage, ("Tarifs",))
    dgs.post(at("minutes-draft", meeting.uid))
    member = client_of(stage.members[2])
    assert member.get(at("minutes", meeting.uid)).status_code == 403
    next_one = held(stage, ("Vœux",), starts_at=meeting.starts_at + dt.timedelta(days=14))
    Minutes.objects.update(settled_on=next_one.local_day, approved_in=next_one)
    assert member.get(at("minutes", meeting.uid)).status_code == 200


@pytest.mark.parametrize("name", ["act", "act-file", "act-edit", "act-signature", "act-sign"])
def test_another_commune_finds_nothing(stage, after, elsewhere, client_of, name):
    act = drafting.draft_deliberations(actor=after, meeting=held(stage, ("Tarifs",)), now=AFTER)[0]
    other = client_of(elsewhere.dgs_person)
    assert other.get(at(name, act.uid)).status_code == 404
    theirs = reverse(f"council:{name}", args=["valmorel", act.uid])
    assert other.get(theirs).status_code == 404


def test_the_list_asks_as_much_for_two_acts_as_for_many(stage, after, client_of):
    reader = client_of(stage.agent)

    def count():
        with CaptureQueriesContext(
            connection,
        ) as told:
            assert reader.get(at("act-list")).status_code == 200
        return len(told)

    def signed_orders(many):
        for n in range(many):
            act = order(stage, after, title=f"Rue {n}")
            signing.present_for_signature(actor=after, act=act, now=AFTER)
            signing.note_signature(
                actor=after, act=act, signed_on=AFTER.date(), mode="paper", now=AFTER
            )

    signed_orders(2)
    count()
    few = count()
    signed_orders(20)
    assert count() == few
