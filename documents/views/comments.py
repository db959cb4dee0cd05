"""What is said of a document: its threads, and who sees them."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from accounts.actor import Actor
from accounts.notifications import seen
from config.lib import clock
from config.lib.access import require
from config.lib.htmx import render_page
from config.lib.http import AuthedRequest, post_view, private, trace, write_view
from config.lib.text import human_datetime
from documents.access import (
    can_comment,
    can_manage,
    can_see_comments,
    comment_readers_of,
    visible_documents,
)
from documents.enums import CommentReaders
from documents.forms.documents import CommentForm, CommentReadersForm, ReplyForm
from documents.models import Comment, Document
from documents.services import commenting
from documents.services.refusals import Refusal
from documents.views.fetch import document_or_404, folder_or_404
from documents.views.frame import document_frame

MOST_NAMES = 40


@write_view
def comments(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """What was said of this document; a thread to open for those who may comment."""
    here = document_or_404(request.actor, uid)
    if request.method != "POST":
        if request.actor.unread and can_see_comments(request.actor, here):
            with trace():
                seen(request.actor, [here.uid], now=clock.now())
        initial = {"page": _page_asked(request)}
        return _page(request, here, CommentForm(initial=initial))
    require(can_comment(request.actor, here))
    form = CommentForm(request.POST)
    if not form.is_valid():
        return _page(request, here, form)
    try:
        said = commenting.add_comment(
            actor=request.actor,
            document=here,
            text=form.cleaned_data["text"],
            page=form.cleaned_data["page"],
            now=clock.now(),
        )
    except Refusal as refused:
        form.add_error(None, str(refused))
        return _page(request, here, form)
    return redirect(_address(request.actor, said))


def _page_asked(request: AuthedRequest) -> int | None:
    raw = request.GET.get("page", "")
    return int(raw) if raw.isascii() and raw.isdigit() and 0 < int(raw) < 100_000 else None


def _page(request: AuthedRequest, here: Document, form: CommentForm) -> HttpResponse:
    actor = request.actor
    allowed, sees = can_comment(actor, here), can_see_comments(actor, here)
    threads = _threads(actor, here, bool(allowed), clock.now()) if sees else []
    version = here.current_version
    pages = version.page_count if version is not None else None
    if not pages or pages < 2:
        del form.fields["page"]
    context = {
        **document_frame(request, here),
        "threads": [thread for thread in threads if not thread["resolved"]],
        "resolved": [thread for thread in threads if thread["resolved"]],
        "form": form,
        "reply": ReplyForm(auto_id=False),
        "hidden": "" if sees else sees.reason,
        "why_not": allowed.reason,
        "names": [p.full_name for p in commenting.audience(actor, here)[:MOST_NAMES]]
        if allowed
        else [],
    }
    page = render_page(
        request, "documents/comments.html", context, status=422 if form.errors else 200
    )
    return private(page)


def _threads(actor: Actor, here: Document, may: bool, now: datetime) -> list[dict[str, Any]]:
    rows = list(
        here.comments.select_related("author", "version", "resolved_by")
        .prefetch_related("earlier")
        .order_by("id")
    )
    answers: dict[int, list[Comment]] = defaultdict(list)
    for row in rows:
        if row.thread_id is not None:
            answers[row.thread_id].append(row)
    zone, org = actor.organisation.timezone, actor.organisation.slug

    def said(row: Comment) -> dict[str, Any]:
        mine = may and row.author_id == actor.person.pk and row.deleted_at is None
        return {
            "uid": str(row.uid),
            "author": str(row.author),
            "meta": f"{human_datetime(row.created_at, now, zone)}, "
            f"sur la version {row.version.number}",
            "edited": f"modifié {human_datetime(row.edited_at, now, zone)}"
            if row.edited_at and not row.deleted_at
            else "",
            "earlier": [
                {"when": human_datetime(old.written_at, now, zone), "text": old.text}
                for old in sorted(row.earlier.all(), key=lambda old: old.pk, reverse=True)
            ],
            "deleted": f"Commentaire supprimé par son auteur, "
            f"{human_datetime(row.deleted_at, now, zone)}."
            if row.deleted_at
            else "",
            "text": row.text,
            "edit": reverse("documents:comment-edit", args=[org, row.uid]) if mine else "",
            "delete": reverse("documents:comment-delete", args=[org, row.uid]) if mine else "",
        }

    found = []
    for row in rows:
        if row.thread_id is not None:
            continue
        replies = answers[row.pk]
        if row.deleted_at and not any(reply.deleted_at is None for reply in replies):
            continue  # nothing is left of it
        anchor = ""
        if row.page:
            current = row.version_id == here.current_version_id
            name, target = ("document", here.uid) if current else ("version", row.version.uid)
            anchor = reverse(f"documents:{name}", args=[org, target]) + f"?page={row.page}"
        resolver = row.resolved_by
        found.append(
            {
                **said(row),
                "page": row.page,
                "page_href": anchor,
                "replies": [said(reply) for reply in replies],
                "resolved": f"Résolu par {resolver}, {human_datetime(row.resolved_at, now, zone)}."
                if row.resolved_at
                else "",
                "reply": reverse("documents:comment-reply", args=[org, row.uid]),
                "settle": reverse("documents:comment-settle", args=[org, row.uid]),
            }
        )
    return found


def _comment_or_404(request: AuthedRequest, uid: UUID) -> Comment:
    """A comment that the actor sees, on a document that they read."""
    found = get_object_or_404(
        Comment.objects.filter(document__in=visible_documents(request.actor)).select_related(
            "document__folder"
        ),
        uid=uid,
        organisation=request.actor.organisation,
    )
    require(can_see_comments(request.actor, found.document))
    return found


def _address(actor: Actor, comment: Comment) -> str:
    page = reverse("documents:comments", args=[actor.organisation.slug, comment.document.uid])
    return f"{page}#commentaire-{comment.uid}"


@post_view
def reply(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Answer in a thread."""
    thread = _comment_or_404(request, uid)
    require(can_comment(request.actor, thread.document))
    try:
        said = commenting.add_comment(
            actor=request.actor,
            document=thread.document,
            thread=thread,
            text=request.POST.get("text", "")[:4000],
            now=clock.now(),
        )
    except Refusal as refused:
        messages.error(request, str(refused))
        return redirect(_address(request.actor, thread))
    return redirect(_address(request.actor, said))


@write_view
def edit(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Change one's own words."""
    comment = _comment_or_404(request, uid)
    require(commenting.can_change(request.actor, comment))
    form = ReplyForm(request.POST or None, initial={"text": comment.text})
    if request.method == "POST" and form.is_valid():
        try:
            commenting.edit_comment(
                actor=request.actor,
                comment=comment,
                text=form.cleaned_data["text"],
                now=clock.now(),
            )
        except Refusal as refused:
            form.add_error("text", str(refused))
        else:
            return redirect(_address(request.actor, comment))
    context = {
        "form": form,
        "document": comment.document,
        "back": _address(request.actor, comment),
    }
    page = render_page(
        request, "documents/comment_form.html", context, status=422 if form.errors else 200
    )
    return private(page)


@post_view
def delete(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Take one's own words back."""
    comment = _comment_or_404(request, uid)
    commenting.delete_comment(actor=request.actor, comment=comment, now=clock.now())
    messages.success(request, "Votre commentaire est supprimé.")
    return redirect("documents:comments", org, comment.document.uid)


@post_view
def settle(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Mark a thread as resolved, or open it again (`resolu=0`)."""
    comment = _comment_or_404(request, uid)
    resolved = request.POST.get("resolu") != "0"
    commenting.settle_thread(
        actor=request.actor, comment=comment, resolved=resolved, now=clock.now()
    )
    messages.success(
        request, "L’échange est marqué comme résolu." if resolved else "L’échange est rouvert."
    )
    return redirect(_address(request.actor, comment))


@write_view
def folder_comments(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Who sees the comments below a folder, for those who manage its rights."""
    here = folder_or_404(request.actor, uid)
    require(can_manage(request.actor, here))
    form = CommentReadersForm(request.POST or None, initial={"readers": here.comment_readers})
    if request.method == "POST" and form.is_valid():
        commenting.set_comment_readers(
            actor=request.actor,
            folder=here,
            readers=CommentReaders(form.cleaned_data["readers"]),
            now=clock.now(),
        )
        messages.success(request, "C’est noté.")
        return redirect("documents:folder-comments", org, uid)
    readers, said_on = comment_readers_of(here)
    context = {
        "folder": here,
        "form": form,
        "now": {
            CommentReaders.READERS: "Aujourd’hui, qui peut lire un document voit ce qu’on en dit.",
            CommentReaders.COMMENTERS: "Aujourd’hui, seules les personnes qui peuvent commenter "
            "voient les commentaires et les avis.",
        }[readers],
        "from_above": said_on is not None and said_on.pk != here.pk,
    }
    page = render_page(
        request, "documents/folder_comments.html", context, status=422 if form.errors else 200
    )
    return private(page)
