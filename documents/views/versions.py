"""The history of a document: its versions, one of them large, two of them compared."""

from __future__ import annotations

from collections.abc import Set
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from accounts.audit import record
from config.lib import clock
from config.lib.access import require
from config.lib.htmx import render_page
from config.lib.http import AuthedRequest, post_view, private, read_view, trace
from config.lib.text import human_datetime, human_size, number, plural
from documents import audit
from documents.access import Abilities, can_edit, is_confidential
from documents.enums import IndexState
from documents.models import Document, Version
from documents.rules.passages import Passage, passages, ranges
from documents.services import comparing, filing
from documents.services.comparing import CHANGES_SHOWN, Differences, NotComparable
from documents.services.refusals import Refusal
from documents.views.fetch import document_or_404, version_or_404
from documents.views.frame import document_frame
from documents.views.listing import icon_for, index_words
from documents.views.preview import page_asked, preview_of

SIDE, INLINE = "cote", "fil"


@read_view
def versions(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """The history: who, when, why, how big; open, compare or download any, restore one."""
    here = document_or_404(request.actor, uid)
    now = clock.now()
    every = list(here.versions.select_related("author", "restored_from").order_by("-number"))
    context = {
        **document_frame(request, here),
        "versions": _by_sitting(
            [(v, _line(request, here, v, now, alone=len(every) == 1)) for v in every]
        ),
        "several": len(every) > 1,
        "count": plural(len(every), "version"),
    }
    return render_page(request, "documents/versions.html", context)


def _by_sitting(lines: list[tuple[Version, dict[str, Any]]]) -> list[dict[str, Any]]:
    """The saves of one sitting (one reservation) behind the last of them, to unfold."""
    shown: list[dict[str, Any]] = []
    sitting = None
    for version, line in lines:
        if version.sitting is not None and version.sitting == sitting:
            shown[-1]["earlier"].append(line)
        else:
            shown.append({**line, "earlier": []})
        sitting = version.sitting
    for line in shown:
        saves = len(line["earlier"])
        line["earlier_words"] = plural(
            saves, "enregistrement précédent", "enregistrements précédents"
        )
    return shown


def _line(
    request: AuthedRequest, document: Document, version: Version, now: datetime, *, alone: bool
) -> dict[str, Any]:
    org = request.actor.organisation.slug
    state, tone = index_words(version.index_state)
    compare = reverse("documents:compare", args=[org, document.uid])
    current = version.pk == document.current_version_id
    # The first is compared with the one that is in force, the others with the one before them.
    pair = (
        {"de": version.number - 1, "a": version.number}
        if version.number > 1
        else {"de": version.number}
    )
    return {
        "uid": str(version.uid),
        "number": version.number,
        "name": f"Version {version.number}",
        "reason": version.reason,
        "when": human_datetime(version.created_at, now, request.actor.organisation.timezone),
        "author": str(version.author) if version.author else "",
        "size": human_size(version.size),
        "file": version.original_name,
        "pages": plural(version.page_count, "page") if version.page_count else "",
        "icon": icon_for(version.media_type),
        "notice": version.notice,
        "state": state,
        "state_tone": tone,
        "current": current,
        "href": reverse("documents:document", args=[org, document.uid])
        if current
        else reverse("documents:version", args=[org, version.uid]),
        "compare": "" if alone else f"{compare}?{urlencode(pair)}",
        "compare_label": f"Comparer la version {version.number} avec "
        + (f"la version {version.number - 1}" if version.number > 1 else "la version actuelle"),
    }


@read_view
def version(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """One version large; the current one is the document's own page."""
    shown = version_or_404(request.actor, uid)
    document = shown.document
    if shown.pk == document.current_version_id and "page" not in request.GET:
        return redirect("documents:document", org, document.uid)
    now = clock.now()
    _trace_confidential(request, document, now)
    zone = request.actor.organisation.timezone
    who = f", par {shown.author}" if shown.author else ""
    context = {
        **document_frame(request, document),
        "version": shown,
        "current": shown.pk == document.current_version_id,
        "several": document.versions.count() > 1,
        "summary": f"Version {shown.number}, {human_datetime(shown.created_at, now, zone)}{who}"
        f" · {human_size(shown.size)}",
        "preview": preview_of(
            request.actor,
            document,
            shown,
            title=f"{document.title}, version {shown.number}",
            page=page_asked(request),
        ),
    }
    return private(render_page(request, "documents/version.html", context))


@post_view
def restore(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Make an old version current again."""
    old = version_or_404(request.actor, uid)
    require(can_edit(request.actor, old.document))
    try:
        restored = filing.restore_version(actor=request.actor, version=old, now=clock.now())
    except Refusal as refused:
        messages.error(request, str(refused))
        return redirect("documents:versions", org, old.document.uid)
    messages.success(
        request,
        f"La version {old.number} est de nouveau la version actuelle (v{restored.number}). "
        "Rien n’a été effacé.",
    )
    return redirect("documents:versions", org, old.document.uid)


# -- comparing -------------------------------------------------------------------------------------


@read_view
def compare(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Two versions, word by word: `?de=2&a=3`, side by side (`vue=cote`) or one text (`fil`)."""
    here = document_or_404(request.actor, uid)
    now = clock.now()
    try:
        old, new = comparing.two_versions(here, _asked(request, "de"), _asked(request, "a"))
    except Version.DoesNotExist:
        raise Http404 from None
    _trace_confidential(request, here, now)
    view = INLINE if request.GET.get("vue") == INLINE else SIDE
    context: dict[str, Any] = {
        **document_frame(request, here),
        "view": view,
        "views": [
            {"label": label, "href": _address(old, new, vue=value), "current": value == view}
            for value, label in ((SIDE, "Côte à côte"), (INLINE, "Dans le texte"))
        ],
        "old": _side(request, old, now),
        "new": _side(request, new, now),
        "choices": [
            {
                "number": v.number,
                "label": f"Version {v.number}, "
                + human_datetime(v.created_at, now, request.actor.organisation.timezone)
                + (f", {v.reason}" if v.reason else ""),
            }
            for v in here.versions.order_by("-number")
        ],
        "found": None,
        "refusal": "",
        "again": "",
    }
    try:
        found = comparing.compare_versions(old, new)
    except NotComparable as refused:
        context["refusal"] = str(refused)
        may: Abilities = context["may"]
        if refused.version.index_state == IndexState.FAILED and may.edit:
            context["again"] = reverse(
                "documents:version-read-again", args=[org, refused.version.uid]
            )
    else:
        context["found"] = _found(request, found, view)
    return private(render_page(request, "documents/compare.html", context))


def _asked(request: AuthedRequest, name: str) -> int | None:
    raw = request.GET.get(name, "")
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 9 else None


def _address(old: Version, new: Version, **more: object) -> str:
    return "?" + urlencode({"de": old.number, "a": new.number, **more})


def _side(request: AuthedRequest, version: Version, now: datetime) -> dict[str, Any]:
    zone = request.actor.organisation.timezone
    who = f", par {version.author}" if version.author else ""
    return {
        "number": version.number,
        "name": f"Version {version.number}",
        "detail": f"{human_datetime(version.created_at, now, zone)}{who}",
        "href": reverse("documents:version", args=[request.actor.organisation.slug, version.uid]),
        "has_pages": version.media_type == "application/pdf",
    }


def _found(request: AuthedRequest, found: Differences, view: str) -> dict[str, Any]:
    """The differences as the page shows them, a hundred changes at a time."""
    total = len(found.comparison.changes)
    parts = max(1, -(-total // CHANGES_SHOWN))
    part = min(max(_asked(request, "partie") or 1, 1), parts)
    first = (part - 1) * CHANGES_SHOWN + 1
    shown = passages(found.comparison, first=first, last=first + CHANGES_SHOWN - 1)
    org = request.actor.organisation.slug
    old_page = reverse("documents:version", args=[org, found.old.uid])
    new_page = reverse("documents:version", args=[org, found.new.uid])
    old_is_pdf = found.old.media_type == "application/pdf"
    new_is_pdf = found.new.media_type == "application/pdf"

    def elsewhere(step: int, anchor: int) -> str:
        address = _address(found.old, found.new, vue=view, partie=part + step)
        return f"{address}#changement-{anchor}"

    lines = []
    for rank, passage in enumerate(shown):
        before = f"#changement-{shown[rank - 1].first}" if rank else ""
        after = f"#changement-{shown[rank + 1].first}" if rank + 1 < len(shown) else ""
        if not before and part > 1:
            before = elsewhere(-1, first - 1)
        if not after and part < parts:
            after = elsewhere(1, passage.last + 1)
        lines.append(
            {
                "name": _name(passage),
                "segments": passage.segments,
                "skipped": f"{number(passage.skipped)} mots inchangés"
                if passage.skipped > 1
                else "",
                "old_page": passage.old_pages[0] if old_is_pdf else 0,
                "new_page": passage.new_pages[0] if new_is_pdf else 0,
                "old_href": f"{old_page}?page={passage.old_pages[0]}",
                "new_href": f"{new_page}?page={passage.new_pages[0]}",
                "before": before,
                "after": after,
            }
        )
    return {
        "total": total,
        "count": plural(total, "changement"),
        "words": f"{plural(found.added, 'mot ajouté', 'mots ajoutés')}, "
        f"{plural(found.removed, 'mot retiré', 'mots retirés')}",
        "same_file": found.same_file,
        "warnings": found.warnings,
        "pages": _page_links(new_page, found.changed_pages) if new_is_pdf else [],
        "looked": found.looked,
        "redrawn": _page_links(new_page, found.redrawn),
        "passages": lines,
        "first": f"#changement-{first}" if total else "",
        "part": f"Changements {first} à {min(first + CHANGES_SHOWN - 1, total)} sur {total}"
        if parts > 1
        else "",
    }


def _page_links(address: str, pages: Set[int]) -> list[dict[str, str]]:
    return [
        {
            "label": str(low) if low == high else f"{low} à {high}",
            "href": f"{address}?page={low}",
        }
        for low, high in ranges(pages)
    ]


def _name(passage: Passage) -> str:
    if passage.first == passage.last:
        return f"Changement {passage.first}"
    link = "et" if passage.last == passage.first + 1 else "à"
    return f"Changements {passage.first} {link} {passage.last}"


def _trace_confidential(request: AuthedRequest, document: Document, now: datetime) -> None:
    if is_confidential(document):
        with trace():
            record(request.actor, audit.DOCUMENT_OPENED, document, now=now, label=False)
