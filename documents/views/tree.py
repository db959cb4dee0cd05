"""Changing the tree: create, rename, move, put in the trash, take out of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from config.lib import clock
from config.lib.access import require
from config.lib.htmx import render_page
from config.lib.http import AuthedRequest, post_view, write_view
from config.lib.ui import undo
from documents.access import can_edit, visible_folders
from documents.enums import Role
from documents.forms.documents import NameForm
from documents.models import Document, Folder, UndoKind, UndoStep
from documents.services import folders, moving, trash
from documents.services.consequences import in_words, preview_move
from documents.services.refusals import NeedsConfirmation, Refusal
from documents.services.undoing import Done, remember
from documents.views.choosing import destination, seen_in
from documents.views.fetch import (
    document_or_404,
    folder_or_404,
    trashed_document_or_404,
    trashed_folder_or_404,
)
from documents.views.reserving import leave_alone


@write_view
def create_folder(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """A new folder inside this one."""
    parent = folder_or_404(request.actor, uid)
    require(can_edit(request.actor, parent))
    form = NameForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            created = folders.create_folder(
                actor=request.actor, parent=parent, name=form.cleaned_data["name"], now=clock.now()
            )
        except Refusal as refused:
            form.add_error("name", str(refused))
        else:
            messages.success(request, f"Le dossier « {created.name} » est créé.")
            return redirect("documents:folder", org, created.uid)
    context = {
        "form": form,
        "title": "Nouveau dossier",
        "intro": f"Il sera créé dans « {parent.name} » et en suivra les droits.",
        "submit": "Créer le dossier",
        "back": reverse("documents:folder", args=[org, uid]),
    }
    return _form(request, context, form)


@write_view
def rename_folder(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Another name for a folder."""
    folder = folder_or_404(request.actor, uid)
    require(can_edit(request.actor, folder))
    form = NameForm(request.POST or None, initial={"name": folder.name})
    back = _list_of(request, folder.parent) or reverse("documents:folder", args=[org, uid])
    if request.method == "POST" and form.is_valid():
        try:
            renamed = folders.rename_folder(
                actor=request.actor, folder=folder, name=form.cleaned_data["name"], now=clock.now()
            )
        except Refusal as refused:
            form.add_error("name", str(refused))
        else:
            _say_renamed(request, org, "Le dossier", renamed, folder.name, renamed.name)
            return redirect(back)
    context = {
        "form": form,
        "title": f"Renommer « {folder.name} »",
        "intro": "",
        "submit": "Renommer",
        "back": back,
    }
    return _form(request, context, form)


@write_view
def rename_document(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Another name for a document."""
    document = document_or_404(request.actor, uid)
    require(can_edit(request.actor, document))
    if (held := leave_alone(request, document)) is not None:
        return held
    form = NameForm(request.POST or None, initial={"name": document.title})
    form.fields["name"].max_length = moving.LONGEST_TITLE  # type: ignore[attr-defined]
    back = _list_of(request, document.folder) or reverse("documents:document", args=[org, uid])
    if request.method == "POST" and form.is_valid():
        try:
            renamed = moving.rename_document(
                actor=request.actor,
                document=document,
                name=form.cleaned_data["name"],
                now=clock.now(),
            )
        except Refusal as refused:
            form.add_error("name", str(refused))
        else:
            _say_renamed(request, org, "Le document", renamed, document.title, renamed.title)
            return redirect(back)
    context = {
        "form": form,
        "title": f"Renommer « {document.title} »",
        "intro": "Un bon nom se comprend sans ouvrir le document. "
        "Inutile d’y écrire la version : Parvis les garde toutes.",
        "submit": "Renommer",
        "back": back,
    }
    return _form(request, context, form)


def _list_of(request: AuthedRequest, home: Folder | None) -> str:
    """The list that the person came from (`?liste=1`), when they may still open it."""
    if "liste" not in request.GET or home is None:
        return ""
    if not visible_folders(request.actor).filter(pk=home.pk).exists():
        return ""
    return reverse("documents:folder", args=[request.actor.organisation.slug, home.uid])


def _say_renamed(
    request: AuthedRequest, org: str, what: str, obj: Folder | Document, before: str, after: str
) -> None:
    """The new name, with the way back to the old one."""
    if before == after:
        return
    done = [Done(obj, before=before, after=after)]
    step = remember(actor=request.actor, kind=UndoKind.RENAMED, done=done, now=clock.now())
    messages.success(request, f"{what} s’appelle « {after} ».", extra_tags=_undo(org, step))


def _form(request: AuthedRequest, context: dict[str, Any], form: NameForm) -> HttpResponse:
    return render_page(
        request, "documents/name_form.html", context, status=422 if form.errors else 200
    )


@write_view
def move_folder(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Choose where, walking the tree; then move."""
    return _move(request, org, folder_or_404(request.actor, uid))


@write_view
def move_document(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Choose where, walking the tree; then move."""
    document = document_or_404(request.actor, uid)
    require(can_edit(request.actor, document))
    return leave_alone(request, document) or _move(request, org, document)


def _move(request: AuthedRequest, org: str, moved: Folder | Document) -> HttpResponse:
    require(can_edit(request.actor, moved))
    is_document = isinstance(moved, Document)
    name = moved.title if isinstance(moved, Document) else moved.name
    back = reverse(
        "documents:document" if is_document else "documents:folder", args=[org, moved.uid]
    )
    where = destination(request, [moved])
    here = moved.folder if isinstance(moved, Document) else moved.parent
    home = seen_in(request) or here
    shown = home is not None and visible_folders(request.actor).filter(pk=home.pk).exists()
    if request.method == "POST" and where.target is not None:
        now = clock.now()
        try:
            _do_move(request, moved, where.target, home, now)
        except NeedsConfirmation as asked:
            where.consequences = asked.consequences
        except Refusal as refused:
            # As things stand now: what was read first may be what somebody has just changed.
            where = destination(request, [_read_again(request, moved)])
            where.problem = str(refused)
        else:
            done = [Done(moved, before=str(home.uid) if home else "", after=str(where.target.uid))]
            step = remember(actor=request.actor, kind=UndoKind.MOVED, done=done, now=now)
            messages.success(
                request,
                f"« {name} » est maintenant dans « {where.target.name} ».",
                extra_tags=_undo(org, step),
            )
            return redirect(back)
    context = where.context(
        request,
        title=f"Déplacer « {name} »",
        back=back,
        origin=str(home.uid) if home is not None and shown else "",
        verb="Déplacer ici",
        confirm="Confirmer le déplacement",
        icon="folder-input",
    )
    status = 422 if where.problem else 200
    return render_page(request, "documents/move.html", context, status=status)


def _read_again(request: AuthedRequest, moved: Folder | Document) -> Folder | Document:
    if isinstance(moved, Document):
        return document_or_404(request.actor, moved.uid)
    return folder_or_404(request.actor, moved.uid)


def _undo(org: str, step: UndoStep | None) -> str:
    """The tags of a message that offers to undo this step."""
    return undo(reverse("documents:undo", args=[org, step.uid])) if step else ""


def _do_move(
    request: AuthedRequest,
    moved: Folder | Document,
    target: Folder,
    home: Folder | None,
    now: datetime,
) -> None:
    """Move, once who gains and who loses has been shown and confirmed."""
    confirmed = request.POST.get("confirme") == "1"
    if not confirmed:
        seen = preview_move(actor=request.actor, obj=moved, target=target, now=now)
        if sentences := in_words(seen):
            raise NeedsConfirmation(sentences)
    if isinstance(moved, Document):
        moving.move_document(
            actor=request.actor,
            document=moved,
            target=target,
            now=now,
            confirmed=confirmed,
            seen_in=home,
        )
    else:
        folders.move_folder(actor=request.actor, folder=moved, target=target, now=now, seen_in=home)


@post_view
def trash_folder(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Into the trash, with all it holds; the message offers to undo."""
    folder = folder_or_404(request.actor, uid)
    parent = folder.parent
    try:
        trash.trash_folder(actor=request.actor, folder=folder, now=clock.now())
    except Refusal as refused:
        messages.error(request, str(refused))
        return redirect("documents:folder", org, uid)
    messages.success(
        request,
        f"« {folder.name} » est dans la corbeille.",
        extra_tags=undo(reverse("documents:folder-restore", args=[org, uid])),
    )
    if (
        parent is not None
        and visible_folders(request.actor, Role.READER).filter(pk=parent.pk).exists()
    ):
        return redirect("documents:folder", org, parent.uid)
    return redirect("documents:root", org)


@post_view
def trash_document(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Into the trash; the message offers to undo."""
    document = document_or_404(request.actor, uid)
    try:
        trash.trash_document(actor=request.actor, document=document, now=clock.now())
    except Refusal as refused:
        messages.error(request, str(refused))
        return redirect("documents:document", org, uid)
    messages.success(
        request,
        f"« {document.title} » est dans la corbeille.",
        extra_tags=undo(reverse("documents:document-restore", args=[org, uid])),
    )
    if visible_folders(request.actor).filter(pk=document.folder_id).exists():
        return redirect("documents:folder", org, document.folder.uid)
    return redirect("documents:root", org)


@post_view
def restore_folder(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Back to its place."""
    folder = trashed_folder_or_404(request.actor, uid)
    try:
        trash.restore_folder(
            actor=request.actor, folder=folder, now=clock.now(), name=request.POST.get("name", "")
        )
    except Refusal as refused:
        messages.error(request, str(refused))
        return redirect("documents:trash", org)
    messages.success(request, f"« {folder.name} » est de retour à sa place.")
    return redirect("documents:folder", org, uid)


@post_view
def restore_document(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Back to its place."""
    document = trashed_document_or_404(request.actor, uid)
    try:
        trash.restore_document(
            actor=request.actor,
            document=document,
            now=clock.now(),
            name=request.POST.get("name", ""),
        )
    except Refusal as refused:
        messages.error(request, str(refused))
        return redirect("documents:trash", org)
    messages.success(request, f"« {document.title} » est de retour à sa place.")
    return redirect("documents:document", org, uid)
