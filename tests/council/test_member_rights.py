"""The rights of members: the same file at the same minute, pieces asked for, oral questions."""

import datetime as dt
import hashlib
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import Mail, Notification
from config.lib import clock
from config.lib.access import Refused
from council import access_member_rights as rights
from council import notifications_members
from council.access import visible_editions
from council.enums import (
    AnswerSource,
    ConvocationState,
    EndReason,
    ItemKind,
    ItemState,
    QuestionState,
)
from council.models import AgendaItem, Convocation, OralQuestion, PieceRequest
from council.services import asking, convening, items, questioning, seating
from council.services.asking import AlreadyAnswered, NotToBeShown, TooMany
from council.services.refusals import Missing
from documents.models import VersionHold
from tests.council.stage import NOV_30, NOW
from tests.council.test_access_acts import everybody
from tests.inbox import still_asked

ORG = "saint-aubin"
DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
Q = QuestionState


@pytest.fixture(autouse=True)
def _saturday_21_november(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


def at(name, *args):
    return reverse(f"council:{name}", args=[ORG, *args])


def text_of(response):
    flat = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(flat.replace("\u00a0", " ").split())


def convened(stage):
    """Sent to all five; each message was accepted, the paper dossier given."""
    meeting = stage.frozen()
    convening.convene(actor=stage.dgs, meeting=meeting, now=NOW)
    Convocation.objects.filter(meeting=meeting).update(
        state=ConvocationState.ACCEPTED, handed_over_at=NOW
    )
    meeting.refresh_from_db()
    return meeting


def of(meeting, who):
    return Convocation.objects.select_related("meeting", "edition", "person").get(
        meeting=meeting, person=who
    )


def asked(meeting, who, what="Le devis", *, now=NOW):
    return asking.ask_piece(
        convocation=of(meeting, who), what=what, source=AnswerSource.LINK, now=now
    )


def questioned(meeting, who, subject="l’école", *, now=NOW):
    return questioning.ask_question(
        convocation=of(meeting, who),
        subject=subject,
        text="Que fait la commune ?",
        source=AnswerSource.LINK,
        now=now,
    )


# --- the same file, at the same minute ---------------------------------------------------------


def test_every_recipient_has_the_same_file_at_the_same_minute(stage, client):
    """Mayor, opposition, paper member: each recipient's dossier is walked and compared."""
    meeting = stage.meeting()
    for title in ("Tarifs", "Chemin"):
        stage.item(title, meeting=meeting, documents=(stage.document(f"{title}.txt"),))
    meeting = stage.frozen(meeting)
    convening.convene(actor=stage.dgs, meeting=meeting, now=NOW)
    files, instants = {}, {}
    for who in stage.members:
        own = of(meeting, who)
        instants[who.pk] = {own.created_at, own.edition.created_at}
        assert not visible_editions(who, today=stage.dgs.today).exists(), "not before it is sent"
        Convocation.objects.filter(pk=own.pk).update(
            state=ConvocationState.ACCEPTED, handed_over_at=NOW
        )
        (edition,) = visible_editions(who, today=stage.dgs.today)
        client.force_login(who)
        bytes_ = []
        for piece in edition.pieces.all():
            answer = client.get(reverse("portal:piece-download", args=[own.uid, piece.uid]))
            bytes_.append(hashlib.sha256(b"".join(answer.streaming_content)).hexdigest())
        points = [
            re.sub(r"\s+", " ", one)
            for one in re.findall(
                r"<h\d[^>]*>(.*?)</h\d>",
                client.get(reverse("portal:read", args=[own.uid])).content.decode(),
            )
        ]
        files[who.pk] = (edition.sha256, tuple(bytes_), tuple(points))
    assert len(set(files.values())) == 1
    assert all(len(one[1]) == 2 for one in files.values())
    assert instants == {who.pk: {NOW} for who in stage.members}


# --- pieces asked for --------------------------------------------------------------------------


def test_a_piece_asked_for_is_given_to_everybody_at_once(stage, client_of, client):
    meeting = convened(stage)
    jeanne, aline = stage.members[2], stage.members[4]
    member = client_of(jeanne)
    point = meeting.items.get(title="Tarifs de la cantine")
    page = member.post(
        reverse("portal:ask-piece", args=[of(meeting, jeanne).uid]),
        {"what": "Le devis du toit", "item": point.uid},
    )
    assert page.status_code == 303
    one = PieceRequest.objects.get()
    assert one.due_on == dt.date(2026, 11, 28), "two days to read before Monday 30"
    told = Notification.objects.filter(kind="council.piece.asked")
    assert {line.person for line in told} == {stage.dgs_person, stage.secretary}
    mine = text_of(member.get(reverse("portal:rights", args=[of(meeting, jeanne).uid])))
    assert "Réponse attendue au plus tard le samedi 28 novembre 2026" in mine
    other = client_of(aline)
    assert "devis" not in text_of(
        other.get(reverse("portal:rights", args=[of(meeting, aline).uid]))
    )

    boss = client_of(stage.dgs_person)
    assert "1 à répondre" in text_of(boss.get(at("meeting-detail", meeting.uid)))
    shown = text_of(boss.get(at("request", one.uid)))
    assert "À remettre aussi sur papier à René Lacombe" in shown
    boss.post(
        at("request", one.uid),
        {"words": "Le voici.", "file": SimpleUploadedFile("Devis.txt", b"12 400 euros")},
    )
    one.refresh_from_db()
    assert one.state == "given"
    assert not still_asked("council.piece.asked")
    assert one.version.document.folder.name == "Documents", "filed beside the pieces of its point"
    assert VersionHold.objects.filter(version=one.version, holder_uid=one.uid).exists()
    for who in stage.members:
        own = of(meeting, who)
        browser = client_of(who)
        assert "Le voici." in text_of(browser.get(reverse("portal:rights", args=[own.uid])))
        got = browser.get(reverse("portal:given-piece", args=[own.uid, one.uid]))
        assert b"".join(got.streaming_content) == b"12 400 euros"
    mails = Mail.objects.filter(kind=notifications_members.PIECE_GIVEN_MAIL)
    assert {m.person for m in mails} == {who for who in stage.members if who.email}
    assert {m.not_after for m in mails} == {mails[0].not_after}
    content = notifications_members.piece_given_mail(mails[0], NOW)
    assert "Devis" in content.text
    assert content.masks[0] in content.text


def test_a_refusal_says_why_to_everybody_and_does_not_change(stage):
    meeting = convened(stage)
    one = asked(meeting, stage.members[2])
    with pytest.raises(Missing, match="motive"):
        asking.refuse_piece(actor=stage.dgs, request=one, reason=" ", now=NOW)
    asking.refuse_piece(actor=stage.dgs, request=one, reason="Pièce d’un tiers", now=NOW + HOUR)
    with pytest.raises(AlreadyAnswered):
        asking.give_piece(actor=stage.dgs, request=one, words="Finalement", now=NOW + HOUR)
    lines = Notification.objects.filter(kind="council.piece.answered")
    assert {line.person for line in lines} == set(stage.members)
    with pytest.raises(IntegrityError), transaction.atomic():
        PieceRequest.objects.filter(pk=one.pk).update(answer="")


def test_nobody_gives_what_they_may_not_read(stage, elsewhere):
    meeting = convened(stage)
    one = asked(meeting, stage.members[2])
    secretary = stage.actor(stage.secretary)
    with pytest.raises(NotToBeShown, match="pouvez lire"):
        asking.give_piece(
            actor=secretary, request=one, document=stage.document("Secret.txt"), now=NOW
        )
    with pytest.raises(NotToBeShown):
        asking.give_piece(actor=stage.dgs, request=one, document=elsewhere.document(), now=NOW)
    with pytest.raises(Refused):
        asking.give_piece(actor=stage.maire, request=one, words="Voilà", now=NOW)
    with pytest.raises(Missing):
        asking.give_piece(actor=stage.dgs, request=one, now=NOW)
    assert PieceRequest.objects.waiting().count() == 1


def test_a_late_answer_is_flagged_to_the_direction(stage, client_of):
    meeting = convened(stage)
    one = asked(meeting, stage.members[2])
    Notification.objects.all().delete()
    told = [asking.remind(now=NOW + day * DAY) for day in range(9)]
    assert told == [0, 0, 0, 0, 0, 0, 0, 2, 2], "from the day itself on, until it is answered"
    assert {n.person for n in Notification.objects.all()} == {stage.dgs_person, stage.secretary}
    late = asked(meeting, stage.members[3], now=NOW + 8 * DAY)
    assert late.due_on == dt.date(2026, 11, 29), "asked on the eve: the very day"
    asking.give_piece(actor=stage.dgs, request=one, words="Voilà", now=NOW + 8 * DAY)
    asking.give_piece(actor=stage.dgs, request=late, words="Voilà", now=NOW + 8 * DAY)
    assert asking.remind(now=NOW + 8 * DAY) == 0


def test_who_left_and_who_was_not_convened_open_nothing(stage, elsewhere, client_of):
    meeting = convened(stage)
    one = asked(meeting, stage.members[2])
    asking.give_piece(actor=stage.dgs, request=one, document=stage.document("Devis.txt"), now=NOW)
    gone = stage.members[4]
    own = of(meeting, gone)
    seating.end_mandate(
        actor=stage.dgs,
        mandate=stage.mandate(gone),
        last_day=stage.dgs.today - DAY,
        reason=EndReason.RESIGNATION,
        now=NOW,
    )
    for name, more in (("rights", ()), ("ask-piece", ()), ("given-piece", (one.uid,))):
        url = reverse(f"portal:{name}", args=[own.uid, *more])
        assert client_of(gone).get(url).status_code == 403
    other = Convocation.objects.get(meeting=meeting, person=stage.mayor)
    stranger = client_of(elsewhere.members[2])
    assert stranger.get(reverse("portal:given-piece", args=[other.uid, one.uid])).status_code == 404
    mail = Mail.objects.get(kind=notifications_members.PIECE_GIVEN_MAIL, person=gone)
    assert "terminé" in notifications_members.why_not_leave(mail, NOW)


def test_a_link_in_bad_hands_floods_nobody(stage):
    meeting = convened(stage)
    for n in range(asking.MOST_WAITING):
        asked(meeting, stage.members[2], f"Pièce {n}")
    with pytest.raises(TooMany):
        asked(meeting, stage.members[2])


def test_the_town_hall_notes_what_was_asked_by_telephone(stage, client_of):
    meeting = convened(stage)
    boss = client_of(stage.dgs_person)
    boss.post(at("request-note", meeting.uid), {"person": stage.members[1].uid, "what": "Le plan"})
    boss.post(
        at("question-note", meeting.uid),
        {"person": stage.members[1].uid, "subject": "le pont", "text": "Quand ?"},
    )
    assert PieceRequest.objects.get().source == AnswerSource.TOWN_HALL
    assert OralQuestion.objects.get().person == stage.members[1]
    page = text_of(boss.get(at("requests", meeting.uid)))
    assert "René Lacombe · réponse au plus tard le samedi 28 novembre 2026" in page


# --- oral questions ----------------------------------------------------------------------------


def test_an_accepted_question_is_the_last_point_whatever_comes_after(stage, client_of):
    meeting = convened(stage)
    one = questioned(meeting, stage.members[2])
    boss = client_of(stage.dgs_person)
    assert still_asked("council.question.asked") == 2
    boss.post(at("question", one.uid), {"answer": "accept"})
    assert not still_asked("council.question.asked")
    one.refresh_from_db()
    item = one.item
    assert (item.kind, item.state, item.number) == (ItemKind.ORAL_QUESTION, ItemState.TABLED, 3)
    assert list(AgendaItem.objects.filter(meeting=meeting).on_the_agenda())[-1] == item
    told = Notification.objects.get(kind="council.question.settled")
    assert told.person == stage.members[2]
    member = client_of(stage.members[2])
    page = text_of(member.get(reverse("portal:rights", args=[of(meeting, stage.members[2]).uid])))
    assert "À l’ordre du jour, point 3" in page


def test_before_the_convocation_later_points_come_before_it(stage):
    first = convened(stage)
    later = stage.meeting(starts_at=NOV_30 + 7 * DAY)
    one = questioned(first, stage.members[2])
    item = questioning.put_off_question(actor=stage.dgs, question=one, now=NOW)
    assert (item.meeting, item.state) == (later, ItemState.LISTED)
    stage.item("Budget", meeting=later)
    titles = [one.title for one in AgendaItem.objects.filter(meeting=later).on_the_agenda()]
    assert titles[-2:] == ["Budget", "Question orale de Jeanne Martin : l’école"]
    with pytest.raises(items.NotNow):
        items.mark_ready(actor=stage.dgs, item=item, now=NOW)


def test_without_a_next_meeting_it_waits_among_the_ready_points(stage):
    one = questioned(convened(stage), stage.members[2])
    item = questioning.put_off_question(actor=stage.dgs, question=one, now=NOW, reason="Tard")
    assert (item.meeting, item.state) == (None, ItemState.READY)
    with pytest.raises(questioning.AlreadySettled):
        questioning.accept_question(actor=stage.dgs, question=one, now=NOW)


@pytest.mark.parametrize(
    ("hours", "per_member", "asked_at", "late", "too_many"),
    [
        (48, None, NOV_30 - 48 * HOUR, False, False),
        (48, None, NOV_30 - 48 * HOUR + dt.timedelta(seconds=1), True, False),
        (None, None, NOV_30 - HOUR, False, False),
        (None, 1, NOV_30 - HOUR, False, True),
    ],
)
def test_the_reglement_interieur_decides_what_is_late(
    stage, hours, per_member, asked_at, late, too_many
):
    seating.set_rules(
        actor=stage.dgs,
        assembly=stage.council,
        proxies_in_session=True,
        question_hours=hours,
        questions_per_member=per_member,
        now=NOW,
    )
    meeting = convened(stage)
    questioned(meeting, stage.members[2], "première", now=NOW)
    one = questioned(meeting, stage.members[2], "seconde", now=asked_at)
    words = [finding.message for finding in questioning.findings_of(one)]
    assert any("Question reçue après" in each for each in words) is late
    assert any("toutes les questions" in each for each in words) is too_many


def test_a_question_refused_says_why_to_whoever_asked(stage):
    meeting = convened(stage)
    one = questioned(meeting, stage.members[2])
    with pytest.raises(Refused):
        questioning.refuse_question(
            actor=stage.actor(stage.members[3]), question=one, reason="Non", now=NOW
        )
    with pytest.raises(Missing):
        questioning.refuse_question(actor=stage.maire, question=one, reason="", now=NOW)
    done = questioning.refuse_question(
        actor=stage.maire, question=one, reason="Sans rapport avec la commune", now=NOW
    )
    assert (done.state, done.item) == (Q.REFUSED, None)


def test_no_question_once_the_meeting_has_begun(stage):
    meeting = convened(stage)
    one = questioned(meeting, stage.members[2])
    with pytest.raises(questioning.TooLate):
        questioned(meeting, stage.members[2], now=NOV_30)
    with pytest.raises(questioning.TooLate):
        questioning.accept_question(actor=stage.dgs, question=one, now=NOV_30)


# --- who sees what -----------------------------------------------------------------------------


def test_each_row_rule_agrees_with_its_list(stage, elsewhere):
    meeting, theirs = convened(stage), convened(elsewhere)
    waiting, given, refused = (asked(meeting, who) for who in stage.members[2:5])
    asking.give_piece(actor=stage.dgs, request=given, words="Voilà", now=NOW)
    asking.refuse_piece(actor=stage.dgs, request=refused, reason="Non", now=NOW)
    asked(theirs, elsewhere.members[2])
    questioned(meeting, stage.members[2])
    questioned(theirs, elsewhere.members[2])
    seating.end_mandate(
        actor=stage.dgs,
        mandate=stage.mandate(stage.members[4]),
        last_day=stage.dgs.today - DAY,
        reason=EndReason.RESIGNATION,
        now=NOW,
    )
    for who in everybody(stage):
        actor = stage.actor(who)
        for can, listed, model in (
            (rights.can_see_request, rights.visible_requests, PieceRequest),
            (rights.can_see_question, rights.visible_questions, OralQuestion),
        ):
            allowed = {row.pk for row in model.objects.all() if can(actor, row)}
            assert allowed == set(listed(actor).values_list("pk", flat=True)), (who, can.__name__)
        for one in (meeting, theirs):
            answered = rights.meetings_to_answer(actor).filter(pk=one.pk)
            assert bool(rights.can_answer_members(actor, one)) is answered.exists()
            open_ = rights.given_pieces(who, one, today=actor.today)
            for row in PieceRequest.objects.filter(meeting=one):
                may = rights.can_open_given(who, row, today=actor.today)
                assert bool(may) is open_.filter(pk=row.pk).exists(), who
    assert waiting.state == "asked"
