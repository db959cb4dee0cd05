"""The council's lines in the inbox about the rights of members."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.urls import reverse

from accounts.actor import Actor
from accounts.enums import NoticeClass
from accounts.models import Notification
from accounts.notifications import Shown, notice_kind
from council.access_member_rights import visible_questions, visible_requests

PIECE_ASKED = "council.piece.asked"
PIECE_LATE = "council.piece.late"
PIECE_ANSWERED = "council.piece.answered"
QUESTION_ASKED = "council.question.asked"
QUESTION_SETTLED = "council.question.settled"


def _requests(actor: Actor, lines: Sequence[Notification]) -> Mapping[UUID, Shown]:
    wanted = [line.object_uid for line in lines]
    known = {one.uid: one for one in visible_requests(actor).filter(uid__in=wanted)}
    org = actor.organisation.slug
    return {
        line.uid: Shown(
            known[line.object_uid].what[:120],
            reverse("council:request", args=[org, line.object_uid]),
            mail_title="une pièce demandée par un membre",
        )
        for line in lines
        if line.object_uid in known
    }


def _questions(actor: Actor, lines: Sequence[Notification]) -> Mapping[UUID, Shown]:
    wanted = [line.object_uid for line in lines]
    known = {one.uid: one for one in visible_questions(actor).filter(uid__in=wanted)}
    org = actor.organisation.slug
    return {
        line.uid: Shown(
            known[line.object_uid].subject, reverse("council:question", args=[org, line.object_uid])
        )
        for line in lines
        if line.object_uid in known
    }


notice_kind(
    PIECE_ASKED,
    NoticeClass.LEGAL,
    one="{actors} demande une pièce : {title}",
    resolve=_requests,
    icon="paperclip",
)
notice_kind(
    PIECE_LATE,
    NoticeClass.LEGAL,
    one="Un membre attend toujours une pièce : {title}",
    resolve=_requests,
    icon="triangle-alert",
)
# Members have a message of their own, with their personal link: the line is for the inbox only.
notice_kind(
    PIECE_ANSWERED,
    NoticeClass.LEGAL,
    one="Réponse à une demande de pièce : {title}",
    resolve=_requests,
    icon="paperclip",
    mails=False,
)
notice_kind(
    QUESTION_ASKED,
    NoticeClass.ACTION,
    one="{actors} pose une question orale : {title}",
    resolve=_questions,
    icon="message-square",
)
notice_kind(
    QUESTION_SETTLED,
    NoticeClass.DIRECT,
    one="{actors} a répondu à votre question orale : {title}",
    resolve=_questions,
    icon="message-square",
)
