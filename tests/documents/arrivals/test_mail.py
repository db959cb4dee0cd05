"""Forwarded mails, read from a real IMAP server: once each, and only from people proved."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest
from django.urls import reverse

from accounts.models import Membership
from config.lib.env import Mailbox
from config.work.registry import Retry
from documents.enums import ArrivalState, Role
from documents.models import Arrival, ArrivalAddress, Document, Envelope, FetchedMail
from documents.services import arriving, bins, mail_arriving, rights
from documents.services.mail_fetching import fetch, plan_fetch
from tests.documents.arrivals.mails import ADDRESS, PDF, SERVER, Box, mail, served
from tests.documents.tree_of_cast import Tree

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 2000


@pytest.fixture
def box(tmp_path: Path, settings: object) -> Iterator[Box]:
    with served(tmp_path) as (box, mailbox):
        settings.IMAP_MAILBOX = mailbox
        settings.ARRIVALS_ADDRESS = ADDRESS
        settings.IMAP_AUTHSERV_ID = SERVER
        yield box


def _address(tree: Tree, folder: object = None) -> str:
    opened = bins.open_address(actor=tree.cast.dgs, folder=folder, now=tree.cast.now)
    return ADDRESS.replace("@", f"+{opened.token}@")


def _fetch(tree: Tree) -> int:
    return fetch(now=tree.cast.now, heartbeat=lambda: None)


def test_a_forwarded_mail_reaches_the_bin_with_its_author(tree: Tree, box: Box) -> None:
    box.put(1, mail(to=_address(tree)))
    assert _fetch(tree) == 1
    envelope = Envelope.objects.get()
    assert (envelope.sender_name, envelope.sender_address) == (
        "EDF Collectivités",
        "factures@edf.fr",
    )
    assert envelope.brought_by == tree.cast.julien
    assert envelope.subject == "Votre facture"
    arrival = envelope.arrivals.get()
    assert (arrival.name, arrival.media_type, arrival.state) == (
        "facture.pdf",
        "application/pdf",
        ArrivalState.TO_FILE,
    )
    assert envelope.original_key


def test_each_message_once_even_when_the_mailbox_is_rebuilt(tree: Tree, box: Box) -> None:
    address = _address(tree)
    box.put(1, mail(to=address))
    assert (_fetch(tree), _fetch(tree)) == (1, 0)
    box.put(2, mail(to=address, identity="<2@exemple.fr>"))
    assert _fetch(tree) == 1
    box.validity = 7  # the server has numbered everything again
    box.put(2, mail(to=address, identity="<2@exemple.fr>"))
    assert _fetch(tree) == 2
    assert Arrival.objects.count() == 2
    assert set(FetchedMail.objects.filter(uid_validity=7).values_list("outcome", flat=True)) == {
        "already"
    }


def test_killed_in_the_middle_nothing_is_lost_and_nothing_comes_twice(
    tree: Tree, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = _address(tree)
    for number in (1, 2, 3):
        box.put(number, mail(to=address, identity=f"<{number}@exemple.fr>"))
    bring, seen = arriving.bring, []

    def dies_on_the_second(**given: object) -> object:
        envelope = bring(**given)
        seen.append(envelope)
        if len(seen) == 2:
            raise RuntimeError("killed before the commit")
        return envelope

    with monkeypatch.context() as patch:
        patch.setattr(mail_arriving.arriving, "bring", dies_on_the_second)
        with pytest.raises(RuntimeError):
            _fetch(tree)
    assert (Envelope.objects.count(), FetchedMail.objects.count()) == (1, 1)
    assert _fetch(tree) == 2
    assert Envelope.objects.count() == Arrival.objects.count() == 3


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"proof": None}, "Rien ne prouve"),
        ({"proof": f"{SERVER}; dkim=pass header.d=voleur.fr; dmarc=fail header.from=exemple.fr"},
         "Rien ne prouve"),
        ({"proof": "mx.voleur.fr; dmarc=pass header.from=exemple.fr"}, "Rien ne prouve"),
        ({"sender": "Julien Petit <julien.petit@voleur.fr>",
          "proof": f"{SERVER}; dmarc=pass header.from=voleur.fr"}, "aucun de vos collègues"),
        ({"sender": "julien.petit@exemple.fr, x@voleur.fr"}, "un expéditeur et un seul"),
    ],
)  # fmt: skip
def test_a_forged_sender_is_held_and_nothing_of_it_is_opened(
    tree: Tree, box: Box, run_jobs: Callable[[], int], change: dict, reason: str
) -> None:
    box.put(1, mail(to=_address(tree), **change))
    _fetch(tree)
    envelope = Envelope.objects.get()
    assert reason in envelope.held_reason
    arrival = envelope.arrivals.get()
    assert arrival.state == ArrivalState.HELD
    run_jobs()
    arrival.refresh_from_db()
    assert arrival.read_at is None


def test_without_a_trusted_server_everything_is_held(
    tree: Tree, box: Box, settings: object
) -> None:
    settings.IMAP_AUTHSERV_ID = ""
    box.put(1, mail(to=_address(tree)))
    _fetch(tree)
    assert "IMAP_AUTHSERV_ID" in Envelope.objects.get().held_reason


def test_who_left_and_who_is_of_the_neighbour_are_strangers(tree: Tree, box: Box) -> None:
    cast = tree.cast
    Membership.objects.filter(person=cast.julien).update(
        from_date="2020-01-01", to_date="2020-12-31"
    )
    address = _address(tree)
    box.put(1, mail(to=address))
    sophie = "Sophie Bertin <sophie.bertin@exemple.fr>"
    box.put(2, mail(to=address, sender=sophie, identity="<2@exemple.fr>"))
    _fetch(tree)
    assert Arrival.objects.filter(state=ArrivalState.HELD).count() == 2


def test_the_address_of_a_folder_files_for_who_may_file_there(tree: Tree, box: Box) -> None:
    cast = tree.cast
    address = _address(tree, tree.urbanisme)
    box.put(1, mail(to=address))
    # A reader of the folder: it waits at its door, seen by its editors only.
    claire = "Claire Fontaine <claire.fontaine@exemple.fr>"
    box.put(2, mail(to=address, sender=claire, identity="<2@exemple.fr>"))
    _fetch(tree)
    document = Document.objects.get(folder=tree.urbanisme)
    assert (document.title, document.created_by) == ("facture.pdf", cast.julien)
    waiting = Arrival.objects.get(state=ArrivalState.TO_FILE)
    assert waiting.envelope.folder == tree.urbanisme
    rights.set_role(
        actor=cast.dgs, obj=tree.urbanisme, principal=cast.claire, role=Role.EDITOR,
        now=cast.now, confirmed=True,
    )  # fmt: skip
    box.put(3, mail(to=address, sender=claire, identity="<3@exemple.fr>"))
    _fetch(tree)
    assert Document.objects.filter(folder=tree.urbanisme).count() == 2


def test_logos_and_signatures_are_not_documents(tree: Tree, box: Box) -> None:
    from email import message_from_bytes, policy

    raw = mail(to=_address(tree))
    message = message_from_bytes(raw, policy=policy.default)
    for name, content, kind, cid in (
        ("image001.png", PNG, "image/png", "<logo@x>"),
        ("smime.p7s", b"0\x80", "application/pkcs7-signature", ""),
        ("plan.jpg", b"\xff\xd8\xff" + b"0" * 200_000, "image/jpeg", ""),
    ):
        main, _, sub = kind.partition("/")
        extra = {"cid": cid} if cid else {}
        message.add_attachment(content, maintype=main, subtype=sub, filename=name, **extra)
    box.put(1, bytes(message))
    _fetch(tree)
    assert set(Arrival.objects.values_list("name", flat=True)) == {"facture.pdf", "plan.jpg"}


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Return_Path": "<>"},
        {"Content_Type": 'multipart/report; boundary="x"', "body": "", "files": ()},
    ],
)
def test_machines_are_not_answered_nor_filed(tree: Tree, box: Box, headers: dict) -> None:
    raw = mail(to=_address(tree), **{k: v for k, v in headers.items() if k != "Content_Type"})
    if "Content_Type" in headers:
        raw = raw.replace(b"Content-Type: text/plain", b"Content-Type: multipart/report", 1)
    box.put(1, raw)
    _fetch(tree)
    assert FetchedMail.objects.get().outcome == "automatic"
    assert not Envelope.objects.exists()


def test_an_unknown_or_closed_address_brings_nothing(tree: Tree, box: Box) -> None:
    address = _address(tree)
    bins.close_address(actor=tree.cast.dgs, folder=None, now=tree.cast.now)
    box.put(1, mail(to=address))
    box.put(2, mail(to=ADDRESS, identity="<2@exemple.fr>"))
    box.put(3, mail(to=ADDRESS.replace("@", "+devine@"), identity="<3@exemple.fr>"))
    assert _fetch(tree) == 3
    assert not Envelope.objects.exists()


def test_a_mail_without_a_file_is_itself_the_document(tree: Tree, box: Box) -> None:
    box.put(1, mail(to=_address(tree), files=()))
    _fetch(tree)
    assert Arrival.objects.get().media_type == "message/rfc822"


def test_a_mail_that_is_too_large_leaves_its_header_and_says_so(
    tree: Tree, box: Box, settings: object
) -> None:
    settings.IMAP_MAX_MESSAGE_BYTES = 3000
    big = (("gros.pdf", PDF + b"0" * 9000, "application/pdf"),)
    box.put(1, mail(to=_address(tree), files=big))
    _fetch(tree)
    envelope = Envelope.objects.get()
    assert "trop gros" in envelope.notice
    assert envelope.arrivals.get().size < 3000


def test_the_mail_itself_is_filed_on_demand(tree: Tree, box: Box, client_of: Callable) -> None:
    box.put(1, mail(to=_address(tree)))
    _fetch(tree)
    envelope = Envelope.objects.get()
    client = client_of(tree.cast.nadia)
    url = reverse("documents:envelope-mail", args=["saint-aubin", envelope.uid])
    for _ in range(2):
        client.post(url)
    assert sorted(envelope.arrivals.values_list("media_type", flat=True)) == [
        "application/pdf",
        "message/rfc822",
    ]
    assert client_of(tree.cast.julien).post(url).status_code == 404


def test_a_server_that_is_away_is_tried_again(tree: Tree, settings: object) -> None:
    settings.IMAP_MAILBOX = Mailbox("127.0.0.1", 1, "classer", "secret", tls=False)
    settings.ARRIVALS_ADDRESS = ADDRESS
    with pytest.raises(Retry) as away:
        _fetch(tree)
    assert "secret" not in str(away.value)
    plan_fetch(now=tree.cast.now)


def test_bytes_of_mails_are_never_trusted(tree: Tree, box: Box) -> None:
    address = _address(tree)
    token = ArrivalAddress.objects.get().token
    box.put(1, b"\x00\xff\xfe" * 500 + b"\n\n" + b"x" * 100)
    box.put(2, mail(to=address, files=(("../../etc/pa\u202egpj.exe", b"MZ" + b"\0" * 90,
                                        "application/x-msdownload"),)))  # fmt: skip
    broken = f"To: classer+{token}@mairie.exemple.fr\nFrom: =?x?q?\nContent-Type: multipart/mixed"
    box.put(3, broken.encode() + b"; boundary=\n\n--\n\n" + BytesIO(b"x").getvalue())
    assert _fetch(tree) == 3
    for arrival in Arrival.objects.all():
        assert "/" not in arrival.name
        assert "\u202e" not in arrival.name
