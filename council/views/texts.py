"""The text of a point: its preview as a deliberation, one's own file, the commune's sentences."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from config.lib import clock
from config.lib.access import require
from config.lib.htmx import render_page
from config.lib.http import AuthedRequest, post_view, read_view, write_view
from council.access import can_edit_item, can_keep_snippets, usable_snippets
from council.dossier.pasted import markup_of
from council.dossier.written import blocks
from council.enums import SnippetKind
from council.forms_items import SnippetForm, TextFileForm
from council.models import AgendaItem, Snippet
from council.services import snippets, texts
from council.services.acts.projects import project_pdf
from council.services.refusals import Refusal
from council.views.fetch import item_or_404
from documents.access import visible_documents
from documents.extraction import HTML_TYPES
from documents.models import Document
from documents.services import filing
from documents.services.refusals import Refusal as NotDone


@read_view
def item_preview(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """The point as the deliberation that it would make, marked « projet ». Whoever sees the point
    reads the same words on its page."""
    item = item_or_404(request.actor, uid)
    response = HttpResponse(project_pdf(item), content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="Projet de deliberation.pdf"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


@write_view
def item_text_file(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Bring a .docx or an .odt: it is filed, joined, and its words become the text."""
    item = item_or_404(request.actor, uid)
    require(can_edit_item(request.actor, item))
    form = TextFileForm(request.POST or None, request.FILES or None, actor=request.actor, item=item)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            document = texts.bring_file(
                actor=request.actor,
                item=item,
                folder=form.cleaned_data["folder"],
                received=filing.receive(file, file.name),
                now=clock.now(),
            )
        except (Refusal, NotDone) as refused:
            form.add_error(None, str(refused))
        else:
            return _taken(request, org, item, document)
    context = {
        "form": form,
        "title": "Le texte est dans un fichier",
        "intro": "Le fichier est rangé et joint au point ; son texte devient le projet de "
        "délibération, que vous pourrez encore corriger.",
        "submit": "Prendre ce fichier",
        "back": reverse("council:item-detail", args=[org, uid]),
        "multipart": True,
        "act": None,
    }
    status = 422 if form.is_bound and form.errors else 200
    return render_page(request, "council/acts/step.html", context, status=status)


@post_view
def item_use_text(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Take the text of a piece already joined."""
    item = item_or_404(request.actor, uid)
    require(can_edit_item(request.actor, item))
    try:
        wanted = UUID(request.POST.get("document", ""))
    except ValueError:
        raise Http404 from None
    rows = visible_documents(request.actor).filter(
        pk__in=item.pieces.values("document"), uid=wanted
    )
    return _taken(request, org, item, get_object_or_404(rows))


def _taken(request: AuthedRequest, org: str, item: AgendaItem, document: Document) -> HttpResponse:
    version = document.current_version
    try:
        if version is None:
            raise Http404
        text = texts.text_of_version(version)
        texts.use_text(
            actor=request.actor, item=item, document=document, text=text, now=clock.now()
        )
    except Refusal as refused:
        messages.error(request, f"« {document.title} » est joint au point. {refused}")
        return redirect("council:item-detail", org, item.uid)
    messages.success(request, f"Le texte vient de « {document.title} ». Relisez-le.")
    return redirect("council:item-edit", org, item.uid)


def is_a_text(document: Document | None) -> bool:
    """Whether the text of a point may be taken from this piece."""
    version = document.current_version if document else None
    return version is not None and version.media_type in HTML_TYPES


def snippet_choices(request: AuthedRequest) -> list[tuple[str, list[dict[str, Any]]]]:
    """The sentences of the commune by kind, each with its words set out."""
    rows = list(usable_snippets(request.actor).in_reading_order())
    said: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        said.setdefault(row.get_kind_display(), []).append(
            {"uid": str(row.uid), "title": row.title, "blocks": blocks(row.text, t=str)}
        )
    return list(said.items())


def with_snippet(request: AuthedRequest, field: str) -> QueryDict | None:
    """Without the script: what was posted, the chosen sentence added at the end of the text."""
    wanted = request.POST.get("insert", "")
    if not wanted:
        return None
    try:
        snippet = get_object_or_404(usable_snippets(request.actor), uid=UUID(wanted))
    except ValueError:
        raise Http404 from None
    data = request.POST.copy()
    data[field] = "\n".join(one for one in (markup_of(data.get(field, "")), snippet.text) if one)
    return data


# --- the sentences of the commune --------------------------------------------------------------


@read_view
def snippet_list(request: AuthedRequest, org: str) -> HttpResponse:
    """The sentences that come back: visas, considérants, articles."""
    require(can_keep_snippets(request.actor))
    rows = list(usable_snippets(request.actor).in_reading_order())
    context = {
        "org": org,
        "groups": [
            (kind.label, [row for row in rows if row.kind == kind])
            for kind in SnippetKind
            if any(row.kind == kind for row in rows)
        ],
    }
    return render_page(request, "council/snippets.html", context)


@write_view
def snippet_add(request: AuthedRequest, org: str) -> HttpResponse:
    """A new sentence."""
    return _keep(request, org, None)


@write_view
def snippet_edit(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Rewrite a sentence."""
    return _keep(request, org, _snippet(request, uid))


def _snippet(request: AuthedRequest, uid: UUID) -> Snippet:
    return get_object_or_404(
        Snippet.objects.filter(organisation=request.actor.organisation), uid=uid
    )


def _keep(request: AuthedRequest, org: str, snippet: Snippet | None) -> HttpResponse:
    require(can_keep_snippets(request.actor))
    form = SnippetForm(request.POST or None, snippet=snippet)
    if request.method == "POST" and form.is_valid():
        try:
            snippets.keep_snippet(
                actor=request.actor, content=form.content(), snippet=snippet, now=clock.now()
            )
        except Refusal as refused:
            form.add_error("title", str(refused))
        else:
            messages.success(request, "La formule est enregistrée.")
            return redirect("council:snippets", org)
    context = {
        "form": form,
        "title": "Modifier la formule" if snippet else "Nouvelle formule",
        "intro": "",
        "submit": "Enregistrer",
        "variant": "primary",
        "back": reverse("council:snippets", args=[org]),
    }
    status = 422 if form.is_bound and form.errors else 200
    return render_page(request, "council/form.html", context, status=status)


@post_view
def snippet_remove(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Take a sentence away."""
    snippets.remove_snippet(actor=request.actor, snippet=_snippet(request, uid), now=clock.now())
    messages.success(request, "La formule est supprimée. Les textes écrits ne changent pas.")
    return redirect("council:snippets", org)


@post_view
def snippet_begin(request: AuthedRequest, org: str) -> HttpResponse:
    """The usual sentences, for a commune that has none."""
    snippets.begin_with_usual(actor=request.actor, now=clock.now())
    messages.success(request, "Les formules courantes sont là. Complétez les points de suite.")
    return redirect("council:snippets", org)
