"""The council's lines in the inbox about what decisions ask of people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.urls import reverse

from accounts.actor import Actor
from accounts.enums import NoticeClass
from accounts.models import Notification
from accounts.notifications import Shown, notice_kind
from council.access_following import visible_follow_ups

FOLLOW_UP_GIVEN = "council.follow_up.given"
FOLLOW_UP_DUE = "council.follow_up.due"
FOLLOW_UP_SETTLED = "council.follow_up.settled"


def _shown(actor: Actor, lines: Sequence[Notification]) -> Mapping[UUID, Shown]:
    wanted = [line.object_uid for line in lines]
    known = {one.uid: one for one in visible_follow_ups(actor).filter(uid__in=wanted)}
    org = actor.organisation.slug
    return {
        line.uid: Shown(
            known[line.object_uid].what, reverse("council:follow-up", args=[org, line.object_uid])
        )
        for line in lines
        if line.object_uid in known
    }


notice_kind(
    FOLLOW_UP_GIVEN,
    NoticeClass.ACTION,
    one="{actors} vous confie : {title}",
    many="{actors} vous a confié {count} suites : {title}",
    resolve=_shown,
    icon="list-checks",
)
notice_kind(
    FOLLOW_UP_DUE,
    NoticeClass.ACTION,
    one="À faire bientôt, après une décision : {title}",
    resolve=_shown,
    icon="clock",
)
notice_kind(
    FOLLOW_UP_SETTLED,
    NoticeClass.DIRECT,
    one="{actors} a terminé, ou abandonné : {title}",
    resolve=_shown,
    icon="circle-check",
)
