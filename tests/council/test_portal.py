"""The élu's portal: from the mail to the dossier, and every way that must stay closed."""

import datetime as dt
import functools
import io
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import uuid4

import pikepdf
import pypdfium2
import pytest
from django.core import mail as outbox
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from icalendar import Calendar
from PIL import Image

from accounts.models import AuditEntry, Mail, Person
from accounts.services import mailing
from config.work.models import Event
from council import papers
from council.enums import AnswerSource, Channel, ConvocationState, Intent, ProxyState
from council.models import AgendaItemDocument, Answer, Convocation, Proxy
from council.services import answering, convening, handing_over, links
from council.views.portal_session import cookie_name
from documents.models import DocumentPage, Version
from documents.previews import pdf_path
from documents.services import filing
from tests.conftest import StrictClient
from tests.council.stage import NOV_30, NOW, Stage, make_stage, person
from tests.remembered import recall

DAY = dt.timedelta(days=1)


@dataclass
class Sent:
    """A meeting that was convened: its mails have left, its paper dossier was given."""

    stage: Stage
    clock: list[dt.datetime]
    convocations: dict[int, Convocation] = field(default_factory=dict)

    def of(self, who: Person) -> Convocation:
        return Convocation.objects.get(pk=self.convocations[who.pk].pk)

    @property
    def mayor(self) -> Person:
        return self.stage.members[0]

    @property
    def rene(self) -> Person:
        return self.stage.members[1]

    @property
    def jeanne(self) -> Person:
        return self.stage.members[2]

    @property
    def paul(self) -> Person:
        return self.stage.members[3]

    @property
    def aline(self) -> Person:
        return self.stage.members[4]

    def link(self, who: Person) -> str:
        """The address that this person's last mail holds."""
        message = next(m for m in reversed(outbox.outbox) if who.full_name in m.to[0])
        found = re.search(r"https?://[^/\s]+(/dossier/lien/\S+)", message.body)
        assert found is not None
        return found[1]

    def url(self, name: str, who: Person, *more: object) -> str:
        return reverse(f"portal:{name}", args=[self.of(who).uid, *more])

    def opened(self, who: Person) -> Client:
        """A browser in which this person pressed the button of their gate."""
        client = StrictClient()
        client.post(self.link(who))
        return client


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[dt.datetime]:
    """The instant that everything reads; tests move its only element."""
    instant = [NOW]
    monkeypatch.setattr("config.lib.clock.now", lambda: instant[0])
    return instant


@functools.cache
def pdf(pages: int = 2) -> bytes:
    buffer = io.BytesIO()
    with pikepdf.new() as made:
        for _ in range(pages):
            made.add_blank_page(page_size=(595, 842))
        made.save(buffer)
    return buffer.getvalue()


def picture() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (320, 200), "#227744").save(buffer, "JPEG")
    return buffer.getvalue()


def send(stage: Stage, clock: list[dt.datetime]) -> Sent:
    meeting = stage.meeting()
    stage.item(
        "Tarifs de la cantine",
        meeting=meeting,
        documents=(
            stage.document("Tarifs.pdf", pdf()),
            stage.document("Photo.jpg", picture()),
            stage.document("Lettre.txt", "Été <b>chaud</b>".encode()),
            stage.document("Annexe.bin", b"\x00\x01\x02" * 50),
        ),
        summary="Il est proposé d'augmenter les tarifs.",
    )
    stage.item("Chemin des Vignes", meeting=meeting)
    convening.convene(actor=stage.dgs, meeting=stage.frozen(meeting), now=NOW)
    for one in Mail.objects.filter(kind=convening.CONVOCATION_MAIL).order_by("pk"):
        mailing.hand_over(one.pk, now=NOW)
    for one in Convocation.objects.filter(channel=Channel.PAPER, meeting=meeting).order_by("pk"):
        handing_over.hand_over_paper(
            actor=stage.dgs, convocation=one, given_at=NOW, now=NOW, how="en main propre"
        )
    found = Convocation.objects.filter(meeting=meeting).select_related("person", "meeting")
    return Sent(stage, clock, {one.person_id: one for one in found.order_by("pk")})


@pytest.fixture
def sent(stage: Stage, clock: list[dt.datetime], settings: object, tmp_path: object) -> Sent:
    settings.PARVIS_STORAGE_DIR = tmp_path  # type: ignore[attr-defined]
    found, mails = recall(
        "sent", lambda: (send(stage, []), list(outbox.outbox)), at=NOW, upon=stage
    )
    found.clock, outbox.outbox[:] = clock, mails
    return found


def html(response: object) -> str:
    return re.sub(r"\s+", " ", response.content.decode())  # type: ignore[attr-defined]


def body(response: object) -> bytes:
    return b"".join(response.streaming_content)  # type: ignore[attr-defined]


# The mail


def test_a_convocation_mail_names_its_reader_the_meeting_and_the_hour(sent: Sent) -> None:
    message = next(m for m in outbox.outbox if "Aline" in m.to[0])
    assert message.subject.replace("\u00a0", " ") == (
        "Aline Zola — Conseil municipal du lundi 30 novembre, 20 h : votre dossier"
    )
    assert "Tarifs de la cantine" in message.body
    assert "8 jours francs avant la séance" in message.body.replace("\u00a0", " ")
    assert message.extra_headers["Message-ID"] == sent.of(sent.aline).message_id


def test_the_mail_carries_the_convocation_and_the_calendar_entry(sent: Sent) -> None:
    parts = {part.get_content_type(): part for part in outbox.outbox[0].attachments}
    written = pypdfium2.PdfDocument(parts["application/pdf"].get_payload(decode=True))
    assert "Chemin des Vignes" in written[0].get_textpage().get_text_range()
    written.close()
    raw = parts["text/calendar"].get_payload(decode=True)
    event = Calendar.from_ical(raw).walk("VEVENT")[0]
    assert event.decoded("DTSTART") == NOV_30
    assert b"/dossier/lien/" not in raw


def test_everybody_gets_the_same_convocation(sent: Sent) -> None:
    files = {
        part.get_payload(decode=True)
        for message in outbox.outbox
        for part in message.attachments
        if part.get_content_type() == "application/pdf"
    }
    assert len(outbox.outbox) == 4
    assert len(files) == 1


def test_the_copy_kept_for_proof_has_no_link(sent: Sent) -> None:
    for kept in Mail.objects.filter(kind=convening.CONVOCATION_MAIL):
        assert "/dossier/lien/" not in kept.body
        assert "Tarifs de la cantine" in kept.body
        assert "token" not in str(kept.payload)


def test_each_person_has_a_link_of_their_own(sent: Sent) -> None:
    people = [sent.mayor, sent.jeanne, sent.paul, sent.aline]
    assert len({sent.link(one) for one in people}) == 4


# The gate


def test_looking_at_the_gate_changes_nothing(sent: Sent) -> None:
    for _ in range(3):
        client = StrictClient()
        page = client.get(sent.link(sent.jeanne))
        assert "Vous êtes bien Jeanne Martin ?" in html(page)
        assert client.head(sent.link(sent.jeanne)).status_code == 200
        assert not client.cookies
    assert sent.of(sent.jeanne).opened_at is None
    assert not AuditEntry.objects.filter(verb="council.dossier.opened").exists()


def test_one_press_opens_and_leaves_the_token_behind(sent: Sent) -> None:
    client = StrictClient(enforce_csrf_checks=True)
    answer = client.post(sent.link(sent.jeanne))
    assert answer.status_code == 303
    assert answer["Location"] == sent.url("home", sent.jeanne)
    cookie = next(iter(answer.cookies.values()))
    assert cookie["path"] == sent.url("home", sent.jeanne)
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert sent.of(sent.jeanne).opened_at == NOW
    page = client.get(answer["Location"])
    assert "Ouvrir mon dossier" in html(page)
    assert "/dossier/lien/" not in html(page)


def test_the_second_opening_does_not_move_the_first(sent: Sent) -> None:
    sent.opened(sent.jeanne)
    sent.clock[0] = NOW + DAY
    sent.opened(sent.jeanne)
    assert sent.of(sent.jeanne).opened_at == NOW
    assert AuditEntry.objects.filter(verb="council.dossier.opened").count() == 1
    said = Event.objects.filter(name="council.dossier.opened", actor_key=sent.jeanne.pk)
    assert said.count() == 2


def test_an_open_dossier_is_not_asked_who_it_is_again(sent: Sent) -> None:
    client = sent.opened(sent.jeanne)
    assert client.get(sent.link(sent.jeanne))["Location"] == sent.url("home", sent.jeanne)


def test_the_gate_and_its_neighbours_send_no_referrer_and_are_kept_nowhere(sent: Sent) -> None:
    link = sent.link(sent.jeanne)
    for address in (link, f"{link}non/", "/dossier/lien/abc/"):
        page = StrictClient().get(address)
        assert page["Referrer-Policy"] == "no-referrer"
        assert "no-store" in page["Cache-Control"]
        assert "noindex" in page["X-Robots-Tag"]


def test_a_shared_mailbox_is_said_at_the_gate(sent: Sent) -> None:
    assert "Plusieurs personnes lisent" in html(StrictClient().get(sent.link(sent.jeanne)))
    assert "Plusieurs personnes lisent" not in html(StrictClient().get(sent.link(sent.aline)))


def test_it_is_not_me_tells_nothing_and_opens_nothing(sent: Sent) -> None:
    page = html(StrictClient().get(f"{sent.link(sent.jeanne)}non/"))
    assert "04 00 00 00 00" in page
    assert "Jeanne" not in page
    assert sent.of(sent.jeanne).opened_at is None


# Links that open nothing


def test_a_changed_token_opens_nothing(sent: Sent) -> None:
    link = sent.link(sent.jeanne)
    token = link.split("/")[3]
    for place in (0, 10, 25, 30, 53):
        other = "A" if token[place] != "A" else "B"
        broken = link.replace(token, token[:place] + other + token[place + 1 :])
        assert StrictClient().get(broken).status_code == 404
        assert StrictClient().post(broken).status_code == 404
    assert StrictClient().get(link.replace(token, token[:-3])).status_code == 404


def test_a_revoked_link_opens_nothing_and_closes_what_was_open(sent: Sent) -> None:
    link, client = sent.link(sent.jeanne), sent.opened(sent.jeanne)
    links.revoke_links(actor=sent.stage.dgs, convocation=sent.of(sent.jeanne), now=NOW)
    page = StrictClient().get(link)
    assert page.status_code == 410
    assert "Ce lien n’est plus valable." in html(page)
    assert StrictClient().post(link).status_code == 410
    assert client.get(sent.url("home", sent.jeanne)).status_code == 404


def test_a_link_lives_until_two_weeks_after_the_meeting(sent: Sent) -> None:
    link = sent.link(sent.jeanne)
    sent.clock[0] = NOV_30 + 15 * DAY
    assert StrictClient().get(link).status_code == 200
    sent.clock[0] = NOV_30 + 16 * DAY
    page = StrictClient().get(link)
    assert page.status_code == 410
    assert "Il a servi pour la séance du lundi 30 novembre 2026." in html(page)


def test_a_dead_link_offers_a_new_one_to_the_known_address_and_the_telephone(sent: Sent) -> None:
    link = sent.link(sent.aline)
    sent.clock[0] = NOV_30 + 20 * DAY
    page = html(StrictClient().get(link))
    assert "Recevoir un nouveau lien à a…@example.fr" in page
    assert "04 00 00 00 00" in page
    told = StrictClient().post(f"{link}nouveau/", {"email": "voleur@example.net"})
    assert "Un nouveau lien part à a…@example.fr" in html(told)
    waiting = Mail.objects.get(kind="council.new_link")
    mailing.hand_over(waiting.pk, now=sent.clock[0])
    assert outbox.outbox[-1].to == ["Aline Zola <aline@example.fr>"]
    assert StrictClient().get(sent.link(sent.aline)).status_code == 200


def test_new_links_are_counted(sent: Sent) -> None:
    address = f"{sent.link(sent.aline)}nouveau/"
    answers = [StrictClient().post(address).status_code for _ in range(5)]
    assert answers == [200, 200, 200, 429, 429]
    assert Mail.objects.filter(kind="council.new_link").count() == 3


def test_asking_for_a_new_link_needs_a_link_that_we_made(sent: Sent) -> None:
    assert StrictClient().post("/dossier/lien/abcdef/nouveau/").status_code == 404
    assert StrictClient().get(f"{sent.link(sent.aline)}nouveau/").status_code == 405
    assert not Mail.objects.filter(kind="council.new_link").exists()


def test_a_mandate_that_ended_closes_the_dossier(sent: Sent) -> None:
    client = sent.opened(sent.jeanne)
    mandate = sent.stage.mandate(sent.jeanne)
    mandate.to_date, mandate.end_reason = NOW.date() - DAY, "resignation"
    mandate.save()
    page = client.get(sent.url("home", sent.jeanne))
    assert page.status_code == 403
    assert "votre mandat est terminé" in html(page)
    assert StrictClient().get(sent.link(sent.jeanne)).status_code == 410


# One dossier, one browser


def test_nothing_opens_without_the_cookie_and_nothing_tells_what_exists(sent: Sent) -> None:
    known = StrictClient().get(sent.url("home", sent.jeanne))
    unknown = StrictClient().get(reverse("portal:home", args=[uuid4()]))
    assert known.status_code == unknown.status_code == 404
    assert html(known) == html(unknown)


def test_one_member_s_cookie_opens_no_other_member_s_dossier(sent: Sent) -> None:
    [cookie] = sent.opened(sent.jeanne).cookies.values()
    thief = StrictClient()
    thief.cookies[cookie.key] = cookie.value
    assert thief.get(sent.url("home", sent.jeanne)).status_code == 200
    thief.cookies[cookie_name(sent.of(sent.paul))] = cookie.value
    assert thief.get(sent.url("home", sent.paul)).status_code == 404


def test_another_meeting_s_dossier_stays_closed(sent: Sent) -> None:
    client = sent.opened(sent.jeanne)
    other = send(make_stage("valmorel"), sent.clock)
    own = Convocation.objects.get(pk=other.convocations[other.stage.members[2].pk].pk)
    [cookie] = client.cookies.values()
    client.cookies[cookie_name(own)] = cookie.value
    for name in ("home", "read", "convocation", "whole", "calendar", "proxy"):
        assert client.get(reverse(f"portal:{name}", args=[own.uid])).status_code == 404
    piece = own.edition.pieces.order_by("position")[0]
    assert client.get(sent.url("piece", sent.jeanne, piece.uid)).status_code == 404
    assert client.get(sent.url("piece-download", sent.jeanne, piece.uid)).status_code == 404
    assert client.get(sent.url("read-piece", sent.jeanne, piece.uid)).status_code == 404
    assert client.get(sent.url("read-point", sent.jeanne, piece.item.uid)).status_code == 404


def test_two_dossiers_live_side_by_side_in_two_tabs(sent: Sent) -> None:
    client = sent.opened(sent.jeanne)
    client.post(sent.link(sent.paul))
    first = client.get(sent.url("home", sent.jeanne))
    second = client.get(sent.url("home", sent.paul))
    assert "Jeanne Martin" in html(first)
    assert "Jeanne Martin" not in html(second)
    assert "Paul Martin" in html(second)


def test_a_link_makes_nobody_a_user_and_leaves_the_signed_in_one(sent: Sent) -> None:
    client = StrictClient()
    client.force_login(sent.stage.agent)
    before = client.session.session_key
    client.post(sent.link(sent.jeanne))
    assert client.session.session_key == before
    assert client.session["_auth_user_id"] == str(sent.stage.agent.pk)
    assert "Jeanne Martin" in html(client.get(sent.url("home", sent.jeanne)))
    anonymous = sent.opened(sent.jeanne)
    assert "sessionid" not in anonymous.cookies
    assert anonymous.get(reverse("portal:mine")).status_code == 302


def test_closing_takes_the_cookie_back(sent: Sent) -> None:
    client = sent.opened(sent.jeanne)
    assert "fermé sur cet appareil" in html(client.post(sent.url("leave", sent.jeanne)))
    assert client.get(sent.url("home", sent.jeanne)).status_code == 404


def test_a_member_reaches_the_same_dossier_from_their_account(sent: Sent) -> None:
    client = StrictClient()
    client.force_login(sent.rene)
    page = html(client.get(reverse("portal:mine")))
    assert sent.url("home", sent.rene) in page
    assert sent.url("home", sent.jeanne) not in page
    assert client.get(sent.url("home", sent.rene)).status_code == 200
    assert client.get(sent.url("home", sent.jeanne)).status_code == 404
    client.post(sent.url("open", sent.rene))
    assert sent.of(sent.rene).opened_at == NOW


def test_the_home_of_a_member_begins_with_their_meeting_and_one_button(
    sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("accounts.views.home.now", lambda: sent.clock[0])
    client = StrictClient()
    client.force_login(sent.jeanne)
    org = sent.of(sent.jeanne).organisation.slug
    page = html(client.get(f"/c/{org}/"))
    main = page[page.index("<main") :]
    assert main.index("lundi 30 novembre, 20 h 00") < main.index("Ce qu’on attend de vous")
    assert "Serez-vous là ?" in main
    assert main.count("button--primary") == 1
    assert client.post(sent.url("open", sent.jeanne)).status_code == 303
    answering.answer(
        convocation=sent.of(sent.jeanne),
        intent=Intent.PRESENT,
        source=AnswerSource.ACCOUNT,
        now=sent.clock[0],
    )
    page = html(client.get(f"/c/{org}/"))
    assert "Vous avez répondu que vous serez là." in page
    assert "Changer ma réponse" in page
    sent.clock[0] = NOV_30 + DAY
    assert "Ouvrir mon dossier" not in html(client.get(f"/c/{org}/"))


def test_an_agent_s_account_opens_no_dossier(sent: Sent) -> None:
    client = StrictClient()
    client.force_login(sent.stage.dgs_person)
    assert client.get(sent.url("home", sent.jeanne)).status_code == 404
    assert "Aucune séance à venir" in html(client.get(reverse("portal:mine")))


def test_what_has_not_left_is_not_open(sent: Sent) -> None:
    Convocation.objects.filter(pk=sent.of(sent.jeanne).pk).update(
        state=ConvocationState.TO_SEND, handed_over_at=None, accepted_at=None
    )
    assert StrictClient().get(sent.link(sent.jeanne)).status_code == 410


# Reading


def pieces_of(sent: Sent, who: Person) -> dict[str, object]:
    return {one.label: one for one in sent.of(who).edition.pieces.order_by("position")}


def test_next_leads_through_the_whole_dossier_in_order(sent: Sent) -> None:
    client = sent.opened(sent.jeanne)
    address, seen = client.post(sent.url("open", sent.jeanne))["Location"], []
    while address:
        page = html(client.get(address))
        title = re.search(r"<h1>(.*?)</h1>", page)
        place = re.search(r'turn__where">(\d+ / \d+)', page)
        assert title is not None
        assert place is not None
        seen.append((place[1], title[1]))
        following = re.search(
            r'<a class="[^"]*primary[^"]*" href="([^"]+)"[^>]*>(?:(?!</a>).)*Suivant', page
        )
        address = following[1] if following else ""
    assert seen == [
        ("1 / 7", "Convocation et ordre du jour"),
        ("2 / 7", "Tarifs de la cantine"),
        ("3 / 7", "Tarifs"),
        ("4 / 7", "Photo"),
        ("5 / 7", "Lettre"),
        ("6 / 7", "Annexe"),
        ("7 / 7", "Chemin des Vignes"),
    ]


def test_each_document_is_shown_as_it_can_be(sent: Sent) -> None:
    client, found = sent.opened(sent.jeanne), pieces_of(sent, sent.jeanne)

    def page(label: str) -> str:
        return html(client.get(sent.url("read-piece", sent.jeanne, found[label].uid)))

    assert "data-ui-pdf" in page("Tarifs.pdf")
    assert "<img" in page("Photo.jpg")
    assert "Été &lt;b&gt;chaud&lt;/b&gt;" in page("Lettre.txt")
    assert "ne s’affiche pas dans la page" in page("Annexe.bin")


def test_bytes_come_in_ranges_and_run_nothing(sent: Sent) -> None:
    client, found = sent.opened(sent.jeanne), pieces_of(sent, sent.jeanne)
    address = sent.url("piece", sent.jeanne, found["Tarifs.pdf"].uid)
    whole = client.get(address)
    assert body(whole) == pdf()
    assert whole["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in whole["Content-Security-Policy"]
    part = client.get(address, headers={"Range": "bytes=0-7"})
    assert part.status_code == 206
    assert body(part) == pdf()[:8]
    download = client.get(sent.url("piece-download", sent.jeanne, found["Lettre.txt"].uid))
    assert download["Content-Disposition"].startswith("attachment")
    assert body(download) == "Été <b>chaud</b>".encode()


def test_a_picture_is_the_one_drawn_again_by_us(sent: Sent) -> None:
    client, found = sent.opened(sent.jeanne), pieces_of(sent, sent.jeanne)
    shown = client.get(sent.url("piece", sent.jeanne, found["Photo.jpg"].uid))
    assert shown["Content-Type"] == "image/jpeg"
    content = body(shown)
    assert content != picture()
    assert Image.open(io.BytesIO(content)).size == (320, 200)


def test_a_text_or_an_unknown_file_is_never_shown_as_bytes(sent: Sent) -> None:
    client, found = sent.opened(sent.jeanne), pieces_of(sent, sent.jeanne)
    for label in ("Lettre.txt", "Annexe.bin"):
        address = sent.url("piece", sent.jeanne, found[label].uid)
        assert client.get(address).status_code == 404


def test_the_dossier_opens_no_address_of_the_documents_themselves(sent: Sent) -> None:
    client, found = sent.opened(sent.jeanne), pieces_of(sent, sent.jeanne)
    version = found["Tarifs.pdf"].version
    address = reverse("documents:version-download", args=["saint-aubin", version.uid])
    assert client.get(address).status_code == 302
    client.force_login(sent.jeanne)
    assert client.get(address).status_code == 404


def test_the_dossier_stays_as_sent_when_the_document_changes(sent: Sent) -> None:
    client, found = sent.opened(sent.jeanne), pieces_of(sent, sent.jeanne)
    document = found["Tarifs.pdf"].version.document
    received = filing.receive(io.BytesIO(pdf(5)), "Tarifs.pdf")
    filing.add_version(actor=sent.stage.dgs, document=document, received=received, now=NOW)
    address = sent.url("piece", sent.jeanne, found["Tarifs.pdf"].uid)
    assert body(client.get(address)) == pdf()


def test_the_whole_dossier_is_one_pdf_with_bookmarks(sent: Sent) -> None:
    client = sent.opened(sent.jeanne)
    answer = client.get(sent.url("whole", sent.jeanne))
    assert "dossier.pdf" in answer["Content-Disposition"]
    document = pypdfium2.PdfDocument(body(answer))
    titles = [one.get_title() for one in document.get_toc()]
    document.close()
    assert titles == [
        "Sommaire",
        "Convocation et ordre du jour",
        "1. Tarifs de la cantine",
        "Tarifs",
        "Photo",
        "Lettre",
        "Annexe",
        "2. Chemin des Vignes",
    ]
    assert body(client.get(sent.url("whole", sent.jeanne))) == body(
        sent.opened(sent.paul).get(sent.url("whole", sent.paul))
    )


def test_a_modified_dossier_replaces_the_first_and_says_what_is_new(sent: Sent) -> None:
    client, former = sent.opened(sent.aline), sent.of(sent.aline)
    added = sent.stage.document("Avis.txt", b"Avis favorable.")
    AgendaItemDocument.objects.create(
        organisation=sent.stage.organisation,
        item=former.edition.pieces.order_by("position")[0].item,
        document=added,
        pinned_version=added.current_version,
        position=99,
        added_at=NOW,
    )
    second = convening._create_edition(sent.stage.dgs, former.meeting, NOW)
    Convocation.objects.create(
        organisation=former.organisation,
        meeting=former.meeting,
        edition=second,
        mandate=former.mandate,
        person=sent.aline,
        channel=Channel.EMAIL,
        state=ConvocationState.ACCEPTED,
        handed_over_at=NOW,
        accepted_at=NOW,
        created_at=NOW,
    )
    home = client.get(sent.url("home", sent.aline))
    assert "Nouveau depuis votre lecture : 1 pièce" in html(home).replace("\u00a0", " ")
    page = html(client.get(sent.url("read", sent.aline)))
    assert re.search(r"Avis\s*<span class=\"badge[^>]*>(<svg.*?</svg>)?Nouveau", page)
    piece = second.pieces.get(version=added.current_version)
    client.get(sent.url("read-piece", sent.aline, piece.uid))
    assert "Nouveau depuis" not in html(client.get(sent.url("home", sent.aline)))
    gone = former.edition.pieces.order_by("position")[0]
    assert client.get(sent.url("piece", sent.aline, gone.uid)).status_code == 404
    moved = client.get(sent.url("read-piece", sent.aline, gone.uid))
    same = second.pieces.get(version=gone.version)
    assert moved["Location"] == sent.url("read-piece", sent.aline, same.uid)


def test_reading_leaves_no_trace_in_the_database(
    sent: Sent, django_assert_max_num_queries: Callable[..., object]
) -> None:
    client, found = sent.opened(sent.jeanne), pieces_of(sent, sent.jeanne)
    before = AuditEntry.objects.count()
    for one in found.values():
        address = sent.url("read-piece", sent.jeanne, one.uid)
        with django_assert_max_num_queries(15):
            client.get(address)
    assert AuditEntry.objects.count() == before
    page = html(client.get(sent.url("read", sent.jeanne)))
    assert page.count(">lu<") == 8  # the drawer and the column
    assert ">lu<" not in html(sent.opened(sent.jeanne).get(sent.url("read", sent.jeanne)))


def test_the_calendar_file_has_no_link(sent: Sent) -> None:
    answer = sent.opened(sent.jeanne).get(sent.url("calendar", sent.jeanne))
    assert answer["Content-Type"].startswith("text/calendar")
    assert b"/dossier/" not in answer.content


# Answering


def test_an_answer_is_kept_and_can_be_changed(sent: Sent) -> None:
    client = sent.opened(sent.aline)
    for wanted, words in (("present", "vous serez là"), ("absent", "vous ne serez pas là")):
        address = sent.url("answer", sent.aline)
        page = client.post(address, {"answer": wanted}, follow=True)
        assert f"C’est noté : {words}." in html(page)
    assert [one.intent for one in Answer.objects.order_by("answered_at", "pk")] == [
        "present",
        "absent",
    ]
    assert Answer.objects.current().get().intent == Intent.ABSENT
    assert Answer.objects.current().get().source == AnswerSource.LINK


def give(sent: Sent, who: Person, holder: Person) -> object:
    return sent.opened(who).post(sent.url("proxy", who), {"holder": str(holder.uid)}, follow=True)


def test_a_pouvoir_is_given_from_the_link(sent: Sent) -> None:
    page = html(give(sent, sent.aline, sent.mayor))
    assert "Vous avez donné pouvoir à Michel Garnier." in page
    proxy = Proxy.objects.get()
    assert (proxy.giver, proxy.holder) == (sent.aline, sent.mayor)
    assert proxy.state == ProxyState.CONFIRMED


def test_a_pouvoir_from_a_shared_mailbox_waits_for_the_town_hall(sent: Sent) -> None:
    page = html(give(sent, sent.jeanne, sent.mayor))
    assert "La mairie va le confirmer avec vous." in page
    proxy = Proxy.objects.get()
    assert proxy.state == ProxyState.TO_CONFIRM
    answering.confirm_proxy(actor=sent.stage.dgs, proxy=proxy, now=NOW)
    assert Proxy.objects.get().state == ProxyState.CONFIRMED


def test_a_member_holds_one_pouvoir_only(sent: Sent) -> None:
    give(sent, sent.aline, sent.mayor)
    client = sent.opened(sent.jeanne)
    page = html(client.get(sent.url("proxy", sent.jeanne)))
    assert str(sent.mayor.uid) not in page
    assert "Michel Garnier a déjà reçu un pouvoir" in page
    refused = client.post(sent.url("proxy", sent.jeanne), {"holder": str(sent.mayor.uid)})
    assert refused.status_code == 422
    assert "ne peut plus recevoir de pouvoir" in html(refused)
    assert Proxy.objects.live().count() == 1


def test_the_service_itself_refuses_a_second_pouvoir_to_one_holder(sent: Sent) -> None:
    give(sent, sent.aline, sent.mayor)
    with pytest.raises(answering.NotThisHolder, match="un seul par membre"):
        answering.answer(
            convocation=sent.of(sent.jeanne),
            intent=Intent.PROXY,
            holder=sent.mayor,
            source=AnswerSource.LINK,
            now=NOW,
        )


def test_a_new_pouvoir_replaces_the_former_and_both_are_kept(sent: Sent) -> None:
    give(sent, sent.aline, sent.mayor)
    give(sent, sent.aline, sent.jeanne)
    assert Proxy.objects.live().get().holder == sent.jeanne
    assert Proxy.objects.filter(state=ProxyState.REVOKED).get().holder == sent.mayor


def test_coming_after_all_cancels_the_pouvoir_and_says_so(sent: Sent) -> None:
    give(sent, sent.aline, sent.mayor)
    page = sent.opened(sent.aline).post(
        sent.url("answer", sent.aline), {"answer": "present"}, follow=True
    )
    assert "Le pouvoir donné à Michel Garnier est annulé." in html(page)
    assert not Proxy.objects.live().exists()


def test_a_pouvoir_goes_to_no_stranger_and_not_to_oneself(sent: Sent) -> None:
    stranger = person("Ines", "Ailleurs")
    for holder in (stranger, sent.stage.agent, sent.aline):
        assert give(sent, sent.aline, holder).status_code == 422  # type: ignore[attr-defined]
    assert not Proxy.objects.exists()


def test_a_holder_who_will_not_come_is_told_to_warn_the_giver(sent: Sent) -> None:
    give(sent, sent.aline, sent.mayor)
    page = sent.opened(sent.mayor).post(
        sent.url("answer", sent.mayor), {"answer": "absent"}, follow=True
    )
    assert "Aline Zola vous avait donné pouvoir" in html(page)


def test_after_the_hour_the_answer_goes_to_the_secretary(sent: Sent) -> None:
    client = sent.opened(sent.aline)
    sent.clock[0] = NOV_30
    home = html(client.get(sent.url("home", sent.aline)))
    assert "La séance a commencé" in home
    assert "Je serai là" not in home
    client.post(sent.url("answer", sent.aline), {"answer": "present"})
    assert not Answer.objects.exists()
    assert client.get(sent.url("proxy", sent.aline)).status_code == 303
    sent.clock[0] = NOV_30 + DAY
    assert "La séance a eu lieu." in html(client.get(sent.url("home", sent.aline)))


def test_a_form_of_another_site_cannot_answer(sent: Sent) -> None:
    client = sent.opened(sent.aline)
    strict = StrictClient(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    refused = strict.post(sent.url("answer", sent.aline), {"answer": "present"})
    assert refused.status_code == 403
    assert not Answer.objects.exists()


def test_the_town_hall_notes_what_was_said_by_telephone(sent: Sent) -> None:
    meeting = sent.of(sent.rene).meeting
    answering.note_answer(
        actor=sent.stage.dgs,
        meeting=meeting,
        person=sent.rene,
        intent=Intent.PROXY,
        holder=sent.aline,
        now=NOW,
    )
    assert Answer.objects.get().recorded_by == sent.stage.dgs_person
    assert Proxy.objects.get().state == ProxyState.CONFIRMED


def test_home_costs_few_queries(
    sent: Sent, django_assert_max_num_queries: Callable[..., object]
) -> None:
    client = sent.opened(sent.aline)
    with django_assert_max_num_queries(12):
        client.get(sent.url("home", sent.aline))


def test_two_members_who_choose_the_same_holder_at_once_get_one_pouvoir(
    transactional_db: None, sent: Sent
) -> None:
    """Two real connections: the meeting is held by the first, the second reads it again."""
    together, refused = threading.Barrier(2), []

    def choose(convocation: Convocation) -> None:
        try:
            together.wait(timeout=10)
            with transaction.atomic():
                answering.answer(
                    convocation=convocation,
                    intent=Intent.PROXY,
                    holder=sent.mayor,
                    source=AnswerSource.LINK,
                    now=NOW,
                )
        except answering.NotThisHolder as refusal:
            refused.append(str(refusal))
        finally:
            connection.close()

    both = [sent.of(sent.jeanne), sent.of(sent.aline)]
    threads = [threading.Thread(target=choose, args=[one]) for one in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert Proxy.objects.live().count() == 1
    assert Answer.objects.current().count() == 1
    assert len(refused) == 1
    assert "un seul par membre" in refused[0]


def test_the_whole_dossier_is_made_before_anybody_asks(
    sent: Sent, run_jobs: Callable[[], int]
) -> None:
    run_jobs()
    edition = sent.of(sent.aline).edition
    assert (papers._folder() / f"{edition.uid}-dossier.pdf").is_file()


def test_many_who_ask_at_once_get_one_and_the_same_file(transactional_db: None, sent: Sent) -> None:
    edition, made = sent.of(sent.aline).edition, []

    def ask() -> None:
        try:
            made.append(papers.whole_file(edition).read_bytes())
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert len(made) == 6
    assert len(set(made)) == 1


def test_an_office_document_is_shown_by_its_words(sent: Sent) -> None:
    client, found = sent.opened(sent.jeanne), pieces_of(sent, sent.jeanne)
    annex = found["Annexe.bin"]
    DocumentPage.objects.create(
        organisation=sent.stage.organisation,
        version=annex.version,
        number=1,
        text="Le devis <b>est</b> joint.",
    )
    page = html(client.get(sent.url("read-piece", sent.jeanne, annex.uid)))
    assert "Le devis &lt;b&gt;est&lt;/b&gt; joint." in page
    assert "Voici le texte de ce document" in page


def test_an_office_document_is_shown_with_its_layout_once_it_has_a_pdf(sent: Sent) -> None:
    client, annex = sent.opened(sent.jeanne), pieces_of(sent, sent.jeanne)["Annexe.bin"]
    Version.objects.filter(pk=annex.version_id).update(media_type="application/rtf")
    shown = sent.url("piece", sent.jeanne, annex.uid)
    assert client.get(shown).status_code == 404
    made = pdf_path(annex.version.storage_key)
    made.parent.mkdir(parents=True, exist_ok=True)
    made.write_bytes(pdf())
    assert "data-ui-pdf" in html(client.get(sent.url("read-piece", sent.jeanne, annex.uid)))
    answer = client.get(shown)
    assert body(answer) == pdf()
    assert answer["Content-Type"] == "application/pdf"
    # What is kept is the document as it was frozen.
    assert body(client.get(sent.url("piece-download", sent.jeanne, annex.uid))) != pdf()
