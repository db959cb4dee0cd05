"""The council's lines in the inbox about mandates that end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.urls import reverse

from accounts.actor import Actor
from accounts.enums import NoticeClass
from accounts.models import Notification
from accounts.notifications import Shown, notice_kind
from config.lib.text import day_name
from council.access import prepared_assemblies, visible_meetings
from council.models import Mandate

MANDATE_ENDED = "council.mandate.ended"
PROXY_LOST = "council.proxy.lost"
SOURCE_ENDED = "council.mandate.source_ended"


def _ending(actor: Actor, lines: Sequence[Notification]) -> Mapping[UUID, Shown]:
    return _mandates(actor, lines, page="council:mandate-end")


def _mandates(
    actor: Actor, lines: Sequence[Notification], page: str = "council:mandate-vacancy"
) -> Mapping[UUID, Shown]:
    wanted = [line.object_uid for line in lines]
    known = {
        one.uid: one
        for one in Mandate.objects.filter(
            assembly__in=prepared_assemblies(actor), uid__in=wanted
        ).select_related("person", "assembly")
    }
    org = actor.organisation.slug
    return {
        line.uid: Shown(
            str(known[line.object_uid]),
            reverse(page, args=[org, line.object_uid]),
        )
        for line in lines
        if line.object_uid in known
    }


def _meetings(actor: Actor, lines: Sequence[Notification]) -> Mapping[UUID, Shown]:
    wanted = [line.object_uid for line in lines]
    known = {
        one.uid: one
        for one in visible_meetings(actor).filter(uid__in=wanted).select_related("assembly")
    }
    org = actor.organisation.slug
    return {
        line.uid: Shown(
            f"{known[line.object_uid].assembly.name} du "
            f"{day_name(known[line.object_uid].local_start)}",
            reverse("council:meeting-detail", args=[org, line.object_uid]),
        )
        for line in lines
        if line.object_uid in known
    }


notice_kind(
    MANDATE_ENDED,
    NoticeClass.LEGAL,
    one="Un siège est vacant : {title}",
    resolve=_mandates,
    icon="user-x",
)
notice_kind(
    SOURCE_ENDED,
    NoticeClass.LEGAL,
    one="Ne siège plus dans sa commune, son siège ici prend fin : {title}",
    resolve=_ending,
    icon="user-x",
)
notice_kind(
    PROXY_LOST,
    NoticeClass.LEGAL,
    one="Votre pouvoir n’a plus de porteur, donnez-le à quelqu’un d’autre : {title}",
    resolve=_meetings,
    icon="handshake",
)
