"""What documents tell people, and what of them can be followed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db.models import Q
from django.urls import reverse

from accounts.actor import Actor
from accounts.enums import NoticeClass
from accounts.models import Notification
from accounts.notifications import Shown, followable, notice_kind
from config.lib.access import ALLOWED, Decision
from documents.access import (
    is_confidential,
    visible_documents,
    visible_folders,
    visible_imports,
    with_visible_comments,
)
from documents.access.arrivals import visible_entries
from documents.access.deadlines import visible_deadlines
from documents.models import Folder, OpinionRequest
from documents.notifications import links  # noqa: F401 - declares what is told about links
from documents.rules.deadlines import day_in_words


def _resolve(actor: Actor, lines: Sequence[Notification]) -> Mapping[UUID, Shown]:
    """Titles and addresses of the documents that the reader may still read."""
    documents = {
        document.uid: document
        for document in visible_documents(actor)
        .filter(uid__in=[line.object_uid for line in lines])
        .select_related("folder")
    }
    return {
        line.uid: Shown(
            title=document.title,
            href=reverse("documents:document", args=[actor.organisation.slug, document.uid]),
            mail_title="document confidentiel" if is_confidential(document) else "",
        )
        for line in lines
        if (document := documents.get(line.object_uid)) is not None
    }


notice_kind(
    "documents.document_filed",
    NoticeClass.FOLLOWED,
    one="{actors} a déposé « {title} »",
    many="{actors} ont déposé « {title} »",
    resolve=_resolve,
    icon="file-text",
)
notice_kind(
    "documents.version_published",
    NoticeClass.FOLLOWED,
    one="{actors} a déposé une nouvelle version de « {title} »",
    many="{count} nouvelles versions de « {title} », par {actors}",
    resolve=_resolve,
    icon="history",
)


def _resolve_comments(actor: Actor, lines: Sequence[Notification]) -> Mapping[UUID, Shown]:
    """As `_resolve`, for those who see what is said of the document; leads to its comments."""
    return _resolve_talk(actor, lines, "documents:comments")


def _resolve_opinions(actor: Actor, lines: Sequence[Notification]) -> Mapping[UUID, Shown]:
    """The opinions on a document, for its readers: whoever is asked may know the question."""
    asked = {
        str(uid): document
        for uid, document in OpinionRequest.objects.filter(
            _mine(actor),
            organisation=actor.organisation,
            uid__in=[line.payload.get("opinion") for line in lines if line.payload.get("opinion")],
        ).values_list("uid", "document__uid")
    }
    concerned = [line for line in lines if asked.get(str(line.payload.get("opinion")))]
    return _resolve_talk(actor, concerned, "documents:opinions", even_hidden=True)


def _mine(actor: Actor) -> Q:
    return Q(asked_by=actor.person) | Q(person=actor.person) | Q(team__in=sorted(actor.team_ids))


def _resolve_talk(
    actor: Actor, lines: Sequence[Notification], page: str, *, even_hidden: bool = False
) -> Mapping[UUID, Shown]:
    readable = visible_documents(actor).filter(uid__in=[line.object_uid for line in lines])
    rows = readable if even_hidden else with_visible_comments(actor, readable)
    documents = {document.uid: document for document in rows.select_related("folder")}
    return {
        line.uid: Shown(
            title=document.title,
            href=reverse(page, args=[actor.organisation.slug, document.uid]),
            mail_title="document confidentiel" if is_confidential(document) else "",
        )
        for line in lines
        if (document := documents.get(line.object_uid)) is not None
    }


notice_kind(
    "documents.mention",
    NoticeClass.DIRECT,
    one="{actors} vous cite sur « {title} »",
    many="{actors} vous citent sur « {title} »",
    resolve=_resolve_comments,
    icon="message-square",
)
notice_kind(
    "documents.comment_created",
    NoticeClass.DIRECT,
    one="{actors} a commenté « {title} »",
    many="{count} commentaires de {actors} sur « {title} »",
    resolve=_resolve_comments,
    icon="message-square",
)
notice_kind(
    "documents.comment_replied",
    NoticeClass.DIRECT,
    one="{actors} a répondu à un échange sur « {title} »",
    many="{count} réponses de {actors} sur « {title} »",
    resolve=_resolve_comments,
    icon="message-square",
)

OPINION_ASKED = "documents.opinion_asked"
OPINION_SOON = "documents.opinion_soon"
OPINION_LATE = "documents.opinion_late"
OPINION_ANSWERED = "documents.opinion_answered"
OPINION_CANCELLED = "documents.opinion_cancelled"
OPINION_ENDED = "documents.opinion_ended"
for _code, _class, _one in (
    (OPINION_ASKED, NoticeClass.ACTION, "{actors} vous demande votre avis sur « {title} »"),
    (OPINION_SOON, NoticeClass.ACTION, "Votre avis est attendu pour demain sur « {title} »"),
    (OPINION_LATE, NoticeClass.ACTION, "Un avis est en retard sur « {title} »"),
    (
        OPINION_ANSWERED,
        NoticeClass.DIRECT,
        "{actors} a répondu à votre demande d’avis sur « {title} »",
    ),
    (OPINION_CANCELLED, NoticeClass.DIRECT, "{actors} n’attend plus votre avis sur « {title} »"),
    (
        OPINION_ENDED,
        NoticeClass.DIRECT,
        "L’avis demandé sur « {title} » ne viendra pas : la personne n’y a plus accès",
    ),
):
    notice_kind(_code, _class, one=_one, resolve=_resolve_opinions, icon="clipboard-check")


# Told to the holder: somebody who manages the rights has opened the document to the others again.
RESERVATION_BROKEN = "documents.reservation_broken"
notice_kind(
    RESERVATION_BROKEN,
    NoticeClass.DIRECT,
    one="{actors} a levé votre réservation de « {title} »",
    resolve=_resolve,
    icon="lock",
)


def _resolve_folder(actor: Actor, lines: Sequence[Notification]) -> Mapping[UUID, Shown]:
    """Names and addresses of the folders that the reader may still read."""
    folders = {
        folder.uid: folder
        for folder in visible_folders(actor).filter(uid__in=[line.object_uid for line in lines])
    }
    return {
        line.uid: Shown(
            title=folder.name,
            href=reverse("documents:folder-rights", args=[actor.organisation.slug, folder.uid]),
            mail_title="dossier confidentiel" if is_confidential(folder) else "",
        )
        for line in lines
        if (folder := folders.get(line.object_uid)) is not None
    }


# Told to those who managed the folder until then; never delayed nor muted.
FOLDER_TAKEN_OVER = "documents.folder_taken_over"
notice_kind(
    FOLDER_TAKEN_OVER,
    NoticeClass.SECURITY,
    one="{actors} gère désormais, pour la direction générale, les droits de « {title} »",
    many="{actors} ont repris, pour la direction générale, le dossier « {title} »",
    resolve=_resolve_folder,
    icon="shield-check",
)


def _resolve_orphan(actor: Actor, lines: Sequence[Notification]) -> Mapping[UUID, Shown]:
    """Folders that nobody will soon manage: for the DGS, who may take over even what is closed."""
    if not actor.is_dgs:
        return {}
    folders = {
        folder.uid: folder
        for folder in Folder.objects.filter(
            organisation=actor.organisation,
            trashed_at=None,
            uid__in=[line.object_uid for line in lines],
        )
    }
    return {
        line.uid: Shown(
            title="dossier confidentiel" if is_confidential(folder) else folder.name,
            href=f"/c/{actor.organisation.slug}/admin/documents/accessdomain/",
        )
        for line in lines
        if (folder := folders.get(line.object_uid)) is not None
    }


FOLDER_UNMANAGED = "documents.folder_unmanaged"
notice_kind(
    FOLDER_UNMANAGED,
    NoticeClass.ACTION,
    one="Dans un mois, plus personne ne gérera les droits de « {title} »",
    resolve=_resolve_orphan,
    icon="shield",
)


def _resolve_import(actor: Actor, lines: Sequence[Notification]) -> Mapping[UUID, Shown]:
    """Imports that the reader may look at."""
    runs = {
        run.uid: run
        for run in visible_imports(actor).filter(uid__in=[line.object_uid for line in lines])
    }
    return {
        line.uid: Shown(
            title=run.label,
            href=reverse("documents:import", args=[actor.organisation.slug, run.uid]),
            mail_title="votre import",
        )
        for line in lines
        if (run := runs.get(line.object_uid)) is not None
    }


IMPORT_ENDED = "documents.import_ended"
notice_kind(
    IMPORT_ENDED,
    NoticeClass.DIRECT,
    one="L’import de « {title} » est terminé",
    resolve=_resolve_import,
    icon="folder-plus",
)


def _can_follow_folder(actor: Actor, uid: UUID) -> Decision | None:
    return ALLOWED if visible_folders(actor).filter(uid=uid).exists() else None


def _can_follow_document(actor: Actor, uid: UUID) -> Decision | None:
    return ALLOWED if visible_documents(actor).filter(uid=uid).exists() else None


followable("folder", can_follow=_can_follow_folder)
followable("document", can_follow=_can_follow_document)


def _resolve_mail(actor: Actor, lines: Sequence[Notification]) -> Mapping[UUID, Shown]:
    """Letters that the reader may see whole; a confidential one has no subject in mails."""
    entries = {
        entry.uid: entry
        for entry in visible_entries(actor)
        .filter(uid__in=[line.object_uid for line in lines], whole=True, done_at=None)
        .select_related("document__folder")
    }
    return {
        line.uid: Shown(
            title=f"{entry.reference} : {entry.subject}",
            href=reverse("documents:register-entry", args=[actor.organisation.slug, entry.uid]),
            mail_title=entry.reference
            if entry.document is not None and is_confidential(entry.document)
            else "",
        )
        for line in lines
        if (entry := entries.get(line.object_uid)) is not None
    }


MAIL_GIVEN = "documents.mail_given"
notice_kind(
    MAIL_GIVEN,
    NoticeClass.DIRECT,
    one="{actors} vous confie le courrier « {title} »",
    resolve=_resolve_mail,
    icon="mail",
)
MAIL_REPLY_DUE = "documents.mail_reply_due"
notice_kind(
    MAIL_REPLY_DUE,
    NoticeClass.ACTION,
    one="Une réponse est attendue au courrier « {title} »",
    resolve=_resolve_mail,
    icon="mail",
)


def _resolve_deadline(actor: Actor, lines: Sequence[Notification]) -> Mapping[UUID, Shown]:
    """Deadlines that still wait, on documents that the reader may still read."""
    deadlines = {
        deadline.uid: deadline
        for deadline in visible_deadlines(actor)
        .filter(uid__in=[line.object_uid for line in lines], done_at=None)
        .select_related("document__folder")
    }
    return {
        line.uid: Shown(
            title=f"{deadline.label}, le {day_in_words(deadline.due)}",
            href=reverse(
                "documents:document-deadlines",
                args=[actor.organisation.slug, deadline.document.uid],
            ),
            mail_title="document confidentiel" if is_confidential(deadline.document) else "",
        )
        for line in lines
        if (deadline := deadlines.get(line.object_uid)) is not None
    }


DEADLINE_GIVEN = "documents.deadline_given"
notice_kind(
    DEADLINE_GIVEN,
    NoticeClass.DIRECT,
    one="{actors} vous confie l’échéance « {title} »",
    resolve=_resolve_deadline,
    icon="calendar",
)
DEADLINE_NEAR = "documents.deadline_near"
notice_kind(
    DEADLINE_NEAR,
    NoticeClass.ACTION,
    one="L’échéance « {title} » approche",
    resolve=_resolve_deadline,
    icon="calendar",
)
DEADLINE_LATE = "documents.deadline_late"
notice_kind(
    DEADLINE_LATE,
    NoticeClass.ACTION,
    one="L’échéance « {title} » est dépassée",
    resolve=_resolve_deadline,
    icon="calendar",
)
