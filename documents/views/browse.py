"""Walking the tree: the root, a folder, what is shared with me, the trash."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import redirect

from accounts.actor import Actor
from accounts.notifications import is_followed
from config.lib import clock
from config.lib.addresses import address
from config.lib.htmx import render_page
from config.lib.http import AuthedRequest, read_view
from config.lib.text import human_datetime
from documents.access import (
    MASKED,
    Crumb,
    abilities,
    breadcrumb,
    can_eliminate,
    shared_with_me,
    visible_folders,
    visible_trash_documents,
    visible_trash_folders,
)
from documents.access.arrivals import can_keep_bin, waiting_arrivals
from documents.enums import Role
from documents.models import Document, Folder
from documents.registry import help_links, selection_actions_for
from documents.services import keeping
from documents.views.fetch import folder_or_404
from documents.views.listing import (
    BY_NAME,
    PAGE_SIZES,
    SORTS,
    folder_rows,
    rows_of_documents,
    rows_of_folders,
)

MOST_SHARED = 200


def crumbs_for_page(
    actor: Actor, trail: list[Crumb], *, here: str = ""
) -> list[tuple[str | None, str | None]]:
    """The breadcrumb as the component takes it; a masked name is None."""
    org = actor.organisation.slug
    items: list[tuple[str | None, str | None]] = [
        (
            None if crumb.name == MASKED and crumb.folder is None else crumb.name,
            address("documents:folder", org, crumb.folder.uid) if crumb.folder else None,
        )
        for crumb in trail
    ]
    if here:
        items.append((here, None))
    return items


def page_number(request: AuthedRequest) -> int:
    """The page asked for in the address; the first when it says anything else."""
    raw = request.GET.get("page", "1")
    return min(max(int(raw), 1), 10_000) if raw.isdigit() else 1


def _page_size(request: AuthedRequest) -> int:
    raw = request.GET.get("par", "")
    return int(raw) if raw.isdigit() and int(raw) in PAGE_SIZES else 50


def _sorted_by(request: AuthedRequest, code: str) -> str:
    """The first page of the same list in another order."""
    query = request.GET.copy()
    query["tri"] = code
    query.pop("page", None)
    return f"?{query.urlencode()}"


def role_sentence(role: Role) -> str:
    """My role here, in words."""
    return {
        Role.READER: "Vous pouvez lire ce dossier.",
        Role.COMMENTER: "Vous pouvez lire et commenter ce dossier.",
        Role.EDITOR: "Vous pouvez déposer et modifier dans ce dossier.",
        Role.MANAGER: "Vous gérez les droits de ce dossier.",
    }.get(role, "")


def help_link(request: AuthedRequest, place: str) -> dict[str, str] | None:
    """A module that explains this screen, when an upper app offers one."""
    if place not in help_links or not request.actor.organisation.training_enabled:
        return None
    label, address = help_links.get(place)
    return {"label": label, "href": address(request.actor)}


@read_view
def root(request: AuthedRequest, org: str) -> HttpResponse:
    """The organisation's tree; for who may not read its top, what is shared with them."""
    top = visible_folders(request.actor).filter(parent=None).values_list("uid", flat=True).first()
    if top is None:
        return redirect("documents:shared", org)
    return folder(request, org=org, uid=top)  # type: ignore[return-value]


@read_view
def folder(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """One folder: where it is, what I may do here, what it holds."""
    page_wanted = page_number(request)
    here = folder_or_404(request.actor, uid, counted=page_wanted > 1)
    now = clock.now()
    sort = SORTS.get(request.GET.get("tri", ""), BY_NAME)
    rows, page = folder_rows(
        request.actor,
        here,
        page=page_wanted,
        size=_page_size(request),
        now=now,
        sort=sort,
    )
    trail = breadcrumb(request.actor, here)
    context = {
        "folder": here,
        "is_template": hasattr(here, "template"),
        "rows": rows,
        "page": page,
        "sort": sort,
        "sorts": [
            {"code": one.code, "label": one.label, "href": _sorted_by(request, one.code)}
            for one in SORTS.values()
        ],
        "crumbs": crumbs_for_page(request.actor, trail),
        "may": abilities(Role(here.role)),
        "role_sentence": role_sentence(Role(here.role)),
        "at_root": here.parent_id is None,
        "to_sort": _to_sort(request) if here.parent_id is None else None,
        "follows": is_followed(request.actor, here.uid),
        "help": help_link(request, "documents.folder"),
        "offered": selection_actions_for(request.actor),
    }
    return render_page(request, "documents/folder.html", context)


def _to_sort(request: AuthedRequest) -> int | None:
    """How many arrivals wait, for who keeps the bin or was sent some; None for the others."""
    waiting = waiting_arrivals(request.actor).count()
    return waiting if waiting or can_keep_bin(request.actor) else None


@read_view
def shared(request: AuthedRequest, org: str) -> HttpResponse:
    """Folders and documents that I reach although what is above them is closed to me."""
    folders, documents = shared_with_me(request.actor)
    now = clock.now()
    rows = rows_of_folders(folders.in_french_order()[:MOST_SHARED], request.actor)
    rows += rows_of_documents(
        documents.in_french_order()[:MOST_SHARED], actor=request.actor, now=now
    )
    return render_page(request, "documents/shared.html", {"rows": rows})


@read_view
def trash(request: AuthedRequest, org: str) -> HttpResponse:
    """What was put in the trash, by whom and when, for those who may take it out again."""
    folders = (
        visible_trash_folders(request.actor)
        .filter(trash_root=F("pk"))
        .select_related("trashed_by")
        .order_by("-trashed_at", "id")[:200]
    )
    documents = (
        visible_trash_documents(request.actor)
        .select_related("trashed_by")
        .order_by("-trashed_at", "id")[:200]
    )
    lines = sorted([*folders, *documents], key=lambda o: o.trashed_at, reverse=True)
    future = keeping.fates(d for d in lines if isinstance(d, Document))
    entries = [
        {
            "uid": str(line.uid),
            "name": line.name if isinstance(line, Folder) else line.title,
            "is_folder": isinstance(line, Folder),
            "meta": _trashed(line, clock.now(), request.actor.organisation.timezone),
            "future": ""
            if isinstance(line, Folder)
            else keeping.in_words(future[line.pk], request.actor.organisation.timezone),
        }
        for line in lines
    ]
    context = {
        "entries": entries,
        "slips_href": address("documents:slips", org) if can_eliminate(request.actor) else "",
    }
    return render_page(request, "documents/trash.html", context)


def _trashed(line: Folder | Document, now: datetime, zone: str) -> str:
    when = human_datetime(line.trashed_at, now, zone) if line.trashed_at else ""
    return f"Mis à la corbeille {when}, par {line.trashed_by}" if line.trashed_by else when
