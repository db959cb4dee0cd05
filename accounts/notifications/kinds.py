"""What this app itself tells people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.urls import reverse

from accounts.actor import Actor
from accounts.enums import NoticeClass
from accounts.heads import is_head
from accounts.models import Interim, Notification
from accounts.notifications.registry import Shown, notice_kind


def _resolve_interim(actor: Actor, lines: Sequence[Notification]) -> Mapping[UUID, Shown]:
    """Interims of the organisation, for the direction, the mayor and the person."""
    everything = actor.is_dgs or is_head(actor)
    interims = {
        interim.uid: interim
        for interim in Interim.objects.filter(
            organisation=actor.organisation, uid__in=[line.object_uid for line in lines]
        ).select_related("person")
        if everything or interim.person_id == actor.person.pk
    }
    return {
        line.uid: Shown(
            title=str(interim.person),
            href=reverse("accounts:interim", args=[actor.organisation.slug]),
        )
        for line in lines
        if (interim := interims.get(line.object_uid)) is not None
    }


notice_kind(
    "accounts.interim_named",
    NoticeClass.SECURITY,
    one="{title} assure l’intérim de la direction générale",
    resolve=_resolve_interim,
    icon="shield-check",
)
notice_kind(
    "accounts.interim_proposed",
    NoticeClass.SECURITY,
    one="Votre accord est demandé : intérim de la direction par {title}",
    resolve=_resolve_interim,
    icon="shield",
)
