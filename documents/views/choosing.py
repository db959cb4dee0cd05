"""Choosing a folder to move or copy into: walking the tree, one page of folders at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from config.lib.http import AuthedRequest
from documents.access import MASKED, breadcrumb, can_edit, visible_folders
from documents.models import Document, Folder
from documents.views.browse import page_number
from documents.views.fetch import folder_or_404
from documents.views.listing import Page

SHOWN = 100


@dataclass(slots=True)
class Destination:
    """The folder looked at, as the place where `things` would go. None: the top of the tree."""

    things: Sequence[Folder | Document]
    target: Folder | None
    problem: str = ""
    consequences: Sequence[str] = ()

    def context(
        self,
        request: AuthedRequest,
        *,
        title: str,
        back: str,
        verb: str,
        confirm: str,
        icon: str,
        keys: Sequence[str] = (),
        origin: str = "",
        stay_out: bool = True,
        hint: str = "",
    ) -> dict[str, Any]:
        """What `documents/move.html` shows. `stay_out`: not where the things already are;
        `hint`: a sentence on what comes along."""
        kept = [("choix", key) for key in keys] + ([("dossier", origin)] if origin else [])

        def at(uid: object) -> str:
            return "?" + urlencode([*kept, ("vers", str(uid))], safe=":")

        target = self.target
        page = page_number(request)
        found = self._inside(request).in_french_order()[(page - 1) * SHOWN : page * SHOWN + 1]
        inside = [{"name": f.name, "href": at(f.uid)} for f in found]
        above = target and visible_folders(request.actor).filter(pk=target.parent_id).first()
        at_home = stay_out and target is not None and self._is_home(target)
        return {
            "heading_title": title,
            "target": target,
            "keys": keys,
            "origin": origin,
            "crumbs": [
                (None, None)
                if crumb.folder is None and crumb.name == MASKED
                else (crumb.name, at(crumb.folder.uid) if crumb.folder else None)
                for crumb in (breadcrumb(request.actor, target) if target else [])
            ],
            "inside": inside[:SHOWN],
            "page": Page(page, len(inside) > SHOWN),
            "hint": hint,
            "at_home": at_home,
            "may_drop": bool(
                target
                and not at_home
                and not self._inside_itself(target)
                and can_edit(request.actor, target)
            ),
            "submit_label": confirm if self.consequences else verb,
            "submit_icon": icon,
            "parent_label": f"Remonter à « {above.name} »" if above else "",
            "parent_href": at(above.uid) if above else "",
            "back": back,
            "problem": self.problem,
            "consequences": self.consequences,
        }

    def _inside(self, request: AuthedRequest) -> Any:
        moved = [thing.pk for thing in self.things if isinstance(thing, Folder)]
        folders: Any = visible_folders(request.actor).filter(parent=self.target)
        return folders.exclude(pk__in=moved) if moved else folders

    def _is_home(self, target: Folder) -> bool:
        return all(home_id(thing) == target.pk for thing in self.things)

    def _inside_itself(self, target: Folder) -> bool:
        return any(
            isinstance(thing, Folder) and target.path.startswith(thing.path)
            for thing in self.things
        )


def origin_of(request: AuthedRequest) -> str:
    """The folder, as the address or the form names it, in whose list the things were seen."""
    return request.POST.get("dossier") or request.GET.get("dossier") or ""


def seen_in(request: AuthedRequest) -> Folder | None:
    """The same folder, if the actor may still open it: what is there no longer has been moved by
    somebody else since the list was shown, however long the choice took."""
    return folder_named(request, origin_of(request))


def folder_named(request: AuthedRequest, raw: str) -> Folder | None:
    """The folder of that identifier, if the actor may open it."""
    try:
        uid = UUID(raw)
    except ValueError:
        return None
    return visible_folders(request.actor).filter(uid=uid).first()


def home_id(thing: Folder | Document) -> int | None:
    """The folder that a thing is in."""
    if isinstance(thing, Document):
        return thing.folder_id
    parent: int | None = thing.parent_id
    return parent


def destination(request: AuthedRequest, things: Sequence[Folder | Document]) -> Destination:
    """The folder named in the address or the form; at first, the one where the things are."""
    raw = request.POST.get("vers") or request.GET.get("vers")
    if raw:
        try:
            return Destination(things, folder_or_404(request.actor, UUID(raw)))
        except ValueError:
            return Destination(things, None)
    here = visible_folders(request.actor).filter(pk=home_id(things[0])).first()
    return Destination(things, here)
