"""Sending cannot go wrong: the same date for two hundred, once for each, by nobody else, never out
of order."""

import datetime as dt
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from zoneinfo import ZoneInfo

import pytest
from django.core import mail as outbox
from django.db import connection
from django.urls import reverse

from accounts.enums import Capacity as Belongs
from accounts.models import Mail, Person
from config.lib import clock
from config.work import services as work
from config.work.models import Job
from council import papers
from council.dossier import letters
from council.enums import (
    AssemblyKind,
    Capacity,
    Channel,
    ConvocationState,
)
from council.models import Convocation, DossierEdition, Mandate, Meeting
from council.notifications import convocation_mail
from council.services import (
    addressing,
    convening,
)
from council.services.amending import comparing, preparing, sending
from council.services.seating import create_assembly, give_mandate
from tests.council.stage import LONG_AGO, NOW, belongs, make_stage, person

ORG = "saint-aubin"
DAY = dt.timedelta(days=1)


class TestOneDateForAll:
    """A peer's bug: a date shared by all the letters, moved a little further by each."""

    def printed(self, meeting, monkeypatch):
        """Everything that each member is told of when it is."""
        told: list[dict] = []
        monkeypatch.setattr(
            letters, "typeset_pdf", lambda name, data, *, at: told.append(data) or b"%PDF-"
        )
        said = set()
        rows = Convocation.objects.filter(meeting=meeting).select_related("person").order_by("pk")
        for row in rows:
            if row.channel == Channel.EMAIL:
                content = convocation_mail(Mail.objects.get(message_id=row.message_id), NOW)
                assert row.person.full_name in content.text
                start = re.search(
                    rb"BEGIN:VEVENT.*?DTSTART;(\S+)", content.attachments[1].content, re.S
                )
                when = content.text.split("\n    ")[1].strip()
                said.add((content.subject.partition("\u00a0: ")[0], when, start[1].decode()))
        dossier = papers.edition_dossier(DossierEdition.objects.get(meeting=meeting))
        for row in rows:
            on_paper = row.channel == Channel.PAPER
            letters.convocation_pdf(dossier, recipient=papers.recipient_of(row), on_paper=on_paper)
        assert len(told) >= len(rows)
        return said, {data["when"] for data in told}

    def test_two_hundred_members_read_the_same_day_and_hour(self, stage, monkeypatch):
        people = Person.objects.bulk_create(
            Person(given_name=f"N{n:03}", family_name="Membre", email=f"m{n}@example.fr")
            for n in range(200)
        )
        Mandate.objects.bulk_create(
            Mandate(
                organisation=stage.organisation,
                assembly=stage.council,
                person=one,
                rank=10 + n,
                from_date=LONG_AGO,
                created_at=NOW,
                wants_paper=n % 20 == 0,
                paper_requested_on=LONG_AGO if n % 20 == 0 else None,
            )
            for n, one in enumerate(people)
        )
        convening.convene(actor=stage.dgs, meeting=stage.frozen(), now=NOW)
        said, printed = self.printed(Meeting.objects.get(), monkeypatch)
        assert said == {
            (
                "Conseil municipal du lundi 30\u00a0novembre, 20\u00a0h",
                "lundi 30\u00a0novembre 2026 à 20\u00a0heures",
                "TZID=Europe/Paris:20261130T200000",
            )
        }
        assert printed == {"Lundi 30\u00a0novembre 2026 à 20\u00a0heures"}
        assert Convocation.objects.count() == 205

    @pytest.mark.parametrize(
        ("starts_at", "zone", "words"),
        [
            (
                (2026, 12, 1, 0, 30),
                "Europe/Paris",
                "mardi 1er\u00a0décembre 2026 à 0\u00a0h\u00a030",
            ),
            (
                (2027, 3, 28, 3, 30),
                "Europe/Paris",
                "dimanche 28\u00a0mars 2027 à 3\u00a0h\u00a030",
            ),
            (
                (2026, 11, 30, 18, 0),
                "Pacific/Noumea",
                "lundi 30\u00a0novembre 2026 à 18\u00a0heures",
            ),
        ],
        ids=["after midnight", "clocks go forward", "overseas"],
    )
    def test_at_night_when_the_clock_changes_and_overseas(
        self, db, starts_at, zone, words, monkeypatch
    ):
        commune = make_stage("ailleurs", timezone=zone)
        at = dt.datetime(*starts_at, tzinfo=ZoneInfo(zone))
        meeting = commune.meeting(starts_at=at)
        commune.item(meeting=meeting)
        convening.convene(actor=commune.dgs, meeting=commune.frozen(meeting), now=NOW)
        said, printed = self.printed(meeting, monkeypatch)
        assert {(when, start) for _, when, start in said} == {
            (words, f"TZID={zone}:{at:%Y%m%dT%H%M%S}")
        }
        assert printed == {words[:1].upper() + words[1:]}


def at_once(*acts):
    """Each in a thread and a connection of its own, begun together."""
    start = threading.Barrier(len(acts))

    def one(act):
        try:
            start.wait()
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=len(acts)) as pool:
        done = [pool.submit(one, act) for act in acts]
    return [each.result() for each in done]


@pytest.mark.django_db(transaction=True)
def test_two_workers_and_two_clicks_send_each_message_once():
    stage = make_stage()
    meeting = stage.frozen()
    actor = stage.dgs
    convening.convene(actor=actor, meeting=meeting, now=NOW)
    Convocation.objects.filter(channel=Channel.PAPER).update(
        state=ConvocationState.SENT, handed_over_at=NOW
    )
    later = NOW + dt.timedelta(hours=1)

    def worker():
        jobs = Job.objects.filter(kind="accounts.mail.hand_over").order_by("pk")
        return [work.run(pk, now=later) for pk in jobs.values_list("pk", flat=True)]

    at_once(worker, worker)
    assert len(outbox.outbox) == 4
    assert len({message.to[0] for message in outbox.outbox}) == 4
    assert set(Convocation.objects.by_mail().values_list("state", flat=True)) == {
        ConvocationState.ACCEPTED
    }
    amendment = preparing.open_amendment(actor=actor, meeting=meeting, now=NOW)
    point = stage.item("Tracteur")
    preparing.add_points(actor=actor, amendment=amendment, points=[point], now=NOW)
    sending.ask_mayor(actor=actor, amendment=amendment, now=NOW)
    shown = comparing.compare(amendment, now=NOW).digest
    sending.answer(actor=stage.maire, amendment=amendment, shown=shown, agreed=True, now=NOW)

    def click():
        return sending.send(actor=actor, amendment=amendment, now=NOW)

    first, second = at_once(click, click)
    assert first == second
    at_once(worker, worker)
    assert len(outbox.outbox) == 8
    assert DossierEdition.objects.count() == 2
    assert Convocation.objects.count() == 10


class TestRecipients:
    def test_each_members_own_message_and_letter(self, stage, client_of, monkeypatch):
        monkeypatch.setattr(clock, "now", lambda: NOW)
        dgs, meeting = client_of(stage.dgs_person), stage.frozen()
        page = reverse("council:meeting-convene", args=[ORG, meeting.uid])
        letter = reverse("council:letter-preview", args=[ORG, meeting.uid])
        jeanne, rene = stage.mandate(stage.members[2]), stage.mandate(stage.members[1])
        shown = dgs.get(page, {"membre": jeanne.uid}).content.decode()
        assert "Jeanne Martin — Conseil municipal du lundi" in shown
        assert f"{letter}?membre={jeanne.uid}" in shown
        on_paper = dgs.get(page, {"membre": rene.uid}).content.decode()
        assert "la feuille de pouvoir" in on_paper
        assert "Sans adresse postale : à remettre en main propre." in on_paper
        assert dgs.get(letter, {"membre": rene.uid}).content.startswith(b"%PDF")
        assert not Convocation.objects.exists()

    def test_alternates_where_the_law_has_them_and_nowhere_else(self, stage):
        board = create_assembly(
            actor=stage.dgs, kind=AssemblyKind.TENDER_COMMISSION, name="CAO", now=NOW
        )
        alternate = person("Sophie", "Perez", email="sophie@example.fr")
        belongs(alternate, stage.organisation, Belongs.ELECTED)
        for body in (board, stage.council):
            give_mandate(
                actor=stage.dgs,
                assembly=body,
                person=alternate,
                rank=50,
                from_date=LONG_AGO,
                capacity=Capacity.ALTERNATE,
                now=NOW,
            )
        (told,) = addressing.recipients(stage.meeting(assembly=board), now=NOW)
        assert told.remark.startswith("Siège si un titulaire est empêché.")
        names = [one.name for one in addressing.recipients(stage.meeting(), now=NOW)]
        assert "Sophie Perez" not in names
