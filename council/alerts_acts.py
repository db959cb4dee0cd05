"""The council's lines in the inbox about acts: what waits for a signature, what a scan gave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.urls import reverse

from accounts.actor import Actor
from accounts.enums import NoticeClass
from accounts.models import Notification
from accounts.notifications import Shown, notice_kind
from config.lib.text import plural
from council.access_acts import acts_to_sign, visible_acts

ACT_TO_SIGN = "council.act.to_sign"
ACT_AGREED = "council.act.ready_to_sign"
ACT_SENT_BACK = "council.act.to_correct"
SCAN_READ = "council.scan.read"


def _to_sign(actor: Actor, lines: Sequence[Notification]) -> Mapping[UUID, Shown]:
    waiting = {
        act.uid: act
        for act in acts_to_sign(actor)
        .filter(uid__in=[line.object_uid for line in lines])
        .select_related("register")
    }
    org = actor.organisation.slug
    return {
        line.uid: Shown(
            str(waiting[line.object_uid]),
            reverse("council:act-sign", args=[org, line.object_uid]),
            mail_title=waiting[line.object_uid].reference,
        )
        for line in lines
        if line.object_uid in waiting
    }


def _seen(actor: Actor, lines: Sequence[Notification]) -> Mapping[UUID, Shown]:
    acts = {
        act.uid: act
        for act in visible_acts(actor)
        .filter(uid__in=[line.object_uid for line in lines])
        .select_related("register")
    }
    org = actor.organisation.slug
    return {
        line.uid: Shown(
            str(acts[line.object_uid]),
            reverse("council:act", args=[org, line.object_uid]),
            mail_title=acts[line.object_uid].reference,
        )
        for line in lines
        if line.object_uid in acts
    }


def _scan(actor: Actor, lines: Sequence[Notification]) -> Mapping[UUID, Shown]:
    shown = {}
    for line in lines:
        filed, left = line.payload.get("filed", 0), line.payload.get("left", 0)
        words = plural(filed, "acte rangé", "actes rangés")
        if left:
            words += f", {plural(left, 'page')} à classer"
        shown[line.uid] = Shown(words, reverse("council:act-list", args=[actor.organisation.slug]))
    return shown


notice_kind(
    ACT_TO_SIGN,
    NoticeClass.ACTION,
    one="{actors} vous présente un acte à signer : {title}",
    many="{count} actes attendent votre signature : {title}",
    resolve=_to_sign,
    icon="pen",
)
notice_kind(
    ACT_AGREED,
    NoticeClass.ACTION,
    one="{actors} a donné son bon pour signature : {title}",
    resolve=_seen,
    icon="check",
)
notice_kind(
    ACT_SENT_BACK,
    NoticeClass.ACTION,
    one="{actors} demande une correction : {title}",
    resolve=_seen,
    icon="undo-2",
)
notice_kind(
    SCAN_READ,
    NoticeClass.DIRECT,
    one="Votre scan d’actes signés est lu : {title}",
    resolve=_scan,
    icon="inbox",
)
