"""The council's lines in the inbox: what is asked of the mayor and of those who prepare."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse

from accounts.actor import Actor
from accounts.enums import NoticeClass
from accounts.models import Notification
from accounts.notifications.registry import Shown, notice_kind
from config.lib.text import day_name
from council.access import meetings_to_agree, prepared_meetings, visible_items
from council.models import Meeting

AGREEMENT_ASKED = "council.agreement.asked"
AGREEMENT_GIVEN = "council.agreement.given"
AGREEMENT_REFUSED = "council.agreement.refused"
CONVOCATION_TROUBLE = "council.convocation.trouble"
DEADLINE_CLOSE = "council.deadline.close"
ITEM_PROPOSED = "council.item.proposed"
ITEM_RETURNED = "council.item.returned"


def _meetings(
    rows: QuerySet[Meeting], lines: Sequence[Notification], page: str, org: str
) -> Mapping[UUID, Shown]:
    known = {
        meeting.uid: meeting
        for meeting in rows.filter(uid__in=[line.object_uid for line in lines]).select_related(
            "assembly"
        )
    }
    shown = {}
    for line in lines:
        meeting = known.get(line.object_uid) if line.object_uid else None
        if meeting is not None:
            title = f"{meeting.assembly.name} du {day_name(meeting.local_start)}"
            shown[line.uid] = Shown(title, reverse(f"council:{page}", args=[org, meeting.uid]))
    return shown


def _to_agree(actor: Actor, lines: Sequence[Notification]) -> Mapping[UUID, Shown]:
    org = actor.organisation.slug
    return _meetings(meetings_to_agree(actor), lines, "meeting-agree", org)


def _to_prepare(actor: Actor, lines: Sequence[Notification]) -> Mapping[UUID, Shown]:
    org = actor.organisation.slug
    return _meetings(prepared_meetings(actor), lines, "meeting-detail", org)


def _to_prove(actor: Actor, lines: Sequence[Notification]) -> Mapping[UUID, Shown]:
    org = actor.organisation.slug
    return _meetings(prepared_meetings(actor), lines, "meeting-proof", org)


def _items(actor: Actor, lines: Sequence[Notification]) -> Mapping[UUID, Shown]:
    wanted = [line.object_uid for line in lines]
    known = {item.uid: item for item in visible_items(actor).filter(uid__in=wanted)}
    org = actor.organisation.slug
    return {
        line.uid: Shown(
            known[line.object_uid].title,
            reverse("council:item-detail", args=[org, line.object_uid]),
        )
        for line in lines
        if line.object_uid in known
    }


notice_kind(
    AGREEMENT_ASKED,
    NoticeClass.LEGAL,
    one="{actors} vous demande votre accord : {title}",
    resolve=_to_agree,
    icon="clipboard-check",
)
notice_kind(
    AGREEMENT_GIVEN,
    NoticeClass.ACTION,
    one="{actors} a donné son accord : {title}",
    resolve=_to_prepare,
    icon="check",
)
notice_kind(
    AGREEMENT_REFUSED,
    NoticeClass.ACTION,
    one="{actors} demande un changement : {title}",
    resolve=_to_prepare,
    icon="message-square",
)
notice_kind(
    CONVOCATION_TROUBLE,
    NoticeClass.LEGAL,
    one="Une convocation est à reprendre : {title}",
    many="{count} convocations sont à reprendre : {title}",
    resolve=_to_prove,
    icon="triangle-alert",
)
notice_kind(
    DEADLINE_CLOSE,
    NoticeClass.LEGAL,
    one="Le délai s’achève et tout n’est pas parti : {title}",
    resolve=_to_prove,
    icon="clock",
)
notice_kind(
    ITEM_PROPOSED,
    NoticeClass.DIRECT,
    one="{actors} propose un point : {title}",
    resolve=_items,
    icon="file-text",
)
notice_kind(
    ITEM_RETURNED,
    NoticeClass.ACTION,
    one="{actors} vous retourne un point : {title}",
    resolve=_items,
    icon="undo-2",
)
