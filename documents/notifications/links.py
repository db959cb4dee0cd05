"""What is told about links and requests for access."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.urls import reverse

from accounts.actor import Actor
from accounts.enums import NoticeClass
from accounts.models import Notification
from accounts.notifications import Shown, notice_kind
from config.lib.clock import zone
from config.lib.text import day_name
from documents.access import can_read, is_confidential, visible_documents, visible_folders
from documents.access.links import requests_to_answer
from documents.models import AccessRequest, Document, Folder, OutsideLink

ACCESS_ASKED = "documents.access_asked"
ACCESS_GIVEN = "documents.access_given"
ACCESS_REFUSED = "documents.access_refused"
LINK_ENDS = "documents.link_ends"
DEPOSITED = "documents.deposited"


def address_of(actor: Actor, obj: Folder | Document) -> str:
    """The page of a folder or document."""
    name = "documents:document" if isinstance(obj, Document) else "documents:folder"
    return reverse(name, args=[actor.organisation.slug, obj.uid])


def masked(obj: Folder | Document) -> str:
    """What a mail calls something confidential; nothing when its own name may be said."""
    if not is_confidential(obj):
        return ""
    return "document confidentiel" if isinstance(obj, Document) else "dossier confidentiel"


def name_for_answering(actor: Actor, obj: Folder | Document) -> str:
    """Its name, for those who read it; the direction may answer for what it cannot read."""
    if can_read(actor, obj):
        return str(obj)
    return "un document limité" if isinstance(obj, Document) else "un dossier limité"


def _resolve_asked(actor: Actor, lines: Sequence[Notification]) -> Mapping[UUID, Shown]:
    """Requests still without answer: once answered, the line is of use to nobody."""
    waiting = {
        request.uid: request
        for request in requests_to_answer(actor).filter(uid__in=[line.object_uid for line in lines])
    }
    return {
        line.uid: Shown(
            title=name_for_answering(actor, request.target),
            href=reverse("documents:access-answer", args=[actor.organisation.slug, request.uid]),
            mail_title=masked(request.target),
        )
        for line in lines
        if (request := waiting.get(line.object_uid)) is not None
    }


def _resolve_given(actor: Actor, lines: Sequence[Notification]) -> Mapping[UUID, Shown]:
    """Folders and documents that the reader may now open."""
    wanted = [line.object_uid for line in lines]
    found: dict[UUID, Folder | Document] = {
        obj.uid: obj
        for obj in (
            *visible_folders(actor).filter(uid__in=wanted),
            *visible_documents(actor).filter(uid__in=wanted).select_related("folder"),
        )
    }
    return {
        line.uid: Shown(title=str(obj), href=address_of(actor, obj), mail_title=masked(obj))
        for line in lines
        if (obj := found.get(line.object_uid)) is not None
    }


def _resolve_refused(actor: Actor, lines: Sequence[Notification]) -> Mapping[UUID, Shown]:
    """One's own requests: what was asked for keeps its name to itself."""
    mine = {
        request.uid: request
        for request in AccessRequest.objects.filter(
            organisation=actor.organisation,
            person=actor.person,
            uid__in=[line.object_uid for line in lines],
        ).select_related("folder", "document")
    }
    where = zone(actor.organisation.timezone)
    return {
        line.uid: Shown(
            title=day_name(request.asked_at.astimezone(where)),
            href=reverse("documents:link", args=[actor.organisation.slug, request.target.uid]),
        )
        for line in lines
        if (request := mine.get(line.object_uid)) is not None
    }


def share_address(actor: Actor, obj: Folder | Document) -> str:
    """The page of links of a folder or document."""
    name = "documents:document-share" if isinstance(obj, Document) else "documents:folder-share"
    return reverse(name, args=[actor.organisation.slug, obj.uid])


def _resolve_ending(actor: Actor, lines: Sequence[Notification]) -> Mapping[UUID, Shown]:
    """One's own links that still run, on what one may still read."""
    found = {
        link.uid: link
        for link in OutsideLink.objects.filter(
            organisation=actor.organisation,
            author=actor.person,
            revoked_at=None,
            uid__in=[line.object_uid for line in lines],
        ).select_related("folder", "document__folder")
    }
    return {
        line.uid: Shown(
            title=f"{link.target} » pour « {link.label}",
            href=share_address(actor, link.target),
        )
        for line in lines
        if (link := found.get(line.object_uid)) is not None and can_read(actor, link.target)
    }


def _resolve_deposit(actor: Actor, lines: Sequence[Notification]) -> Mapping[UUID, Shown]:
    """Folders that received something, for those who may read them."""
    found = {
        folder.uid: folder
        for folder in visible_folders(actor).filter(uid__in=[line.object_uid for line in lines])
    }
    return {
        line.uid: Shown(
            title=folder.name, href=address_of(actor, folder), mail_title=masked(folder)
        )
        for line in lines
        if (folder := found.get(line.object_uid)) is not None
    }


notice_kind(
    LINK_ENDS,
    NoticeClass.ACTION,
    one="Le lien vers l’extérieur sur « {title} » s’arrête bientôt",
    resolve=_resolve_ending,
    icon="clock",
)
notice_kind(
    DEPOSITED,
    NoticeClass.DIRECT,
    one="Un dépôt est arrivé dans « {title} »",
    many="{count} dépôts sont arrivés dans « {title} »",
    resolve=_resolve_deposit,
    icon="inbox",
)
notice_kind(
    ACCESS_ASKED,
    NoticeClass.ACTION,
    one="{actors} demande l’accès à « {title} »",
    many="{actors} demandent l’accès à « {title} »",
    resolve=_resolve_asked,
    icon="key",
)
notice_kind(
    ACCESS_GIVEN,
    NoticeClass.DIRECT,
    one="{actors} vous a ouvert « {title} »",
    resolve=_resolve_given,
    icon="key",
)
notice_kind(
    ACCESS_REFUSED,
    NoticeClass.DIRECT,
    one="{actors} n’a pas accepté votre demande d’accès du {title}",
    resolve=_resolve_refused,
    icon="key",
)
