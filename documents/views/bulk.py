"""What is done to several lines of a list at once, and undone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.db import connection
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from config.lib import clock
from config.lib.downloads import attachment
from config.lib.htmx import render_page
from config.lib.http import AuthedRequest, post_view, write_view
from config.lib.storage import blobs
from config.lib.text import plural
from config.lib.ui import undo as undo_tag
from config.lib.zips import safe_name, stream
from documents.access import visible_documents, visible_folders
from documents.enums import Role
from documents.forms.documents import BulkLabelForm
from documents.models import Document, Folder, UndoKind, UndoStep
from documents.registry import selection_actions_for
from documents.services import batches, copying, downloading, labels, undoing
from documents.services.batches import Outcome, Thing
from documents.services.refusals import NeedsConfirmation, Refusal, WorldMovedOn
from documents.views.choosing import destination, folder_named, home_id, origin_of, seen_in

MOST = 200  # two pages of a hundred lines
GESTURES = {"deplacer": "bulk-move", "copier": "bulk-copy", "etiqueter": "bulk-label"}


@dataclass(frozen=True, slots=True)
class Selection:
    """What was ticked, as far as the actor may still see it, in the order of the keys."""

    things: list[Thing]
    keys: list[str]
    missing: int

    @property
    def documents(self) -> list[Document]:
        return [thing for thing in self.things if isinstance(thing, Document)]

    @property
    def folders(self) -> list[Folder]:
        return [thing for thing in self.things if isinstance(thing, Folder)]

    @property
    def words(self) -> str:
        """« Budget.pdf », or "3 éléments"."""
        if len(self.things) == 1:
            return f"« {batches.name_of(self.things[0])} »"
        return plural(len(self.things), "élément")


def selection(request: AuthedRequest, raw: Iterable[str]) -> Selection:
    """The things of these keys (`d:<uid>`, `f:<uid>`); what is not visible is only counted."""
    keys = list(dict.fromkeys(raw))[:MOST]
    wanted: dict[str, set[UUID]] = {"d": set(), "f": set()}
    for key in keys:
        kind, _, uid = key.partition(":")
        try:
            wanted[kind].add(UUID(uid))
        except (KeyError, ValueError):
            continue
    found: dict[str, Thing] = {}
    if wanted["d"]:
        documents = visible_documents(request.actor).filter(uid__in=wanted["d"])
        for document in documents.select_related("folder", "current_version").order_by("pk"):
            found[f"d:{document.uid}"] = document
    if wanted["f"]:
        folders = visible_folders(request.actor).filter(uid__in=wanted["f"])
        for folder in folders.select_related("parent").order_by("pk"):
            found[f"f:{folder.uid}"] = folder
    kept = [key for key in keys if key in found]
    return Selection([found[key] for key in kept], kept, len(keys) - len(kept))


def _back(request: AuthedRequest, org: str) -> str:
    """The folder where one pastes, else the one whose list this came from, or the top."""
    landing = folder_named(request, request.POST.get("retour") or origin_of(request))
    if landing is not None:
        return reverse("documents:folder", args=[org, landing.uid])
    return reverse("documents:root", args=[org])


def _say_missing(request: AuthedRequest, chosen: Selection) -> None:
    if chosen.missing:
        messages.warning(
            request,
            f"{plural(chosen.missing, 'élément')} de votre sélection n’est plus là, "
            "ou ne vous est plus ouvert."
            if chosen.missing == 1
            else f"{plural(chosen.missing, 'élément')} de votre sélection ne sont plus là, "
            "ou ne vous sont plus ouverts.",
        )


def _say(request: AuthedRequest, org: str, outcome: Outcome, done: str, stayed: str) -> None:
    """What was done, with the way back; then what was not, and why."""
    if outcome.done:
        step = outcome.step
        tags = undo_tag(reverse("documents:undo", args=[org, step.uid])) if step else ""
        messages.success(request, done, extra_tags=tags)
    if why := outcome.reasons(stayed):
        messages.warning(request, why)
    elif not outcome.done:
        messages.info(request, done)


@require_POST
def act(request: AuthedRequest, org: str) -> HttpResponseBase:
    """The bar of the selection: one form, several buttons. What asks more has a page.

    `tout` alone is a whole folder to take away.
    """
    whole = request.POST.get("tout", "")
    chosen = selection(request, [f"f:{whole}"] if whole else request.POST.getlist("choix"))
    back = _back(request, org)
    gesture = "telecharger" if whole else request.POST.get("geste", "")
    if not chosen.things:
        _say_missing(request, chosen)
        if not chosen.missing:
            messages.info(request, "Cochez d’abord les lignes voulues, puis choisissez l’action.")
        return redirect(back)
    if gesture in GESTURES:
        _say_missing(request, chosen)
        query = [("choix", key) for key in chosen.keys]
        if dossier := request.POST.get("dossier"):
            query.append(("dossier", dossier))
        address = reverse(f"documents:{GESTURES[gesture]}", args=[org])
        return redirect(f"{address}?{urlencode(query, safe=':')}")
    for offered in selection_actions_for(request.actor):
        if gesture == offered.code:
            return _hand_over(request, chosen, offered.href, back)
    if gesture == "corbeille":
        return _trash(request, org, chosen, back)
    if gesture == "telecharger":
        return _download(request, chosen, back)
    messages.info(request, "Choisissez une action.")
    return redirect(back)


def _hand_over(request: AuthedRequest, chosen: Selection, href: str, back: str) -> HttpResponse:
    """To the page of an upper app, with the documents ticked; folders stay here, and it is said."""
    if not chosen.documents:
        messages.info(request, "Cochez des documents : un dossier entier ne se joint pas.")
        return redirect(back)
    _say_missing(request, chosen)
    if chosen.folders:
        messages.info(request, "Les dossiers cochés sont laissés de côté.")
    query = urlencode([("document", str(document.uid)) for document in chosen.documents])
    return redirect(f"{href}?{query}")


def _trash(request: AuthedRequest, org: str, chosen: Selection, back: str) -> HttpResponse:
    outcome = batches.trash_all(actor=request.actor, things=chosen.things, now=clock.now())
    _say_missing(request, chosen)
    done = outcome.said("« {name} » est dans la corbeille.", "{count} sont dans la corbeille.")
    _say(request, org, outcome, done, "« {name} » est resté à sa place")
    return redirect(back)


def _download(request: AuthedRequest, chosen: Selection, back: str) -> HttpResponseBase:
    """Everything in one archive, written while it is sent."""
    try:
        parcel = downloading.prepare_parcel(
            actor=request.actor, folders=chosen.folders, documents=chosen.documents,
            now=clock.now(),
        )  # fmt: skip
    except Refusal as refused:
        messages.error(request, str(refused))
        return redirect(back)
    if chosen.missing:
        parcel.note.append(
            f"{plural(chosen.missing, 'élément')} de la sélection : disparu ou fermé depuis."
        )
    things = chosen.things
    name = batches.name_of(things[0]) if len(things) == 1 else request.actor.organisation.name
    # A slow reader holds a socket, not a connection to the database.
    if not connection.in_atomic_block:
        connection.close()
    response = StreamingHttpResponse(
        stream(
            parcel.entries,
            blobs(),
            note_name=downloading.NOTE_NAME,
            note=parcel.note,
            missing=downloading.MISSING,
        )
    )
    stem = name.rpartition(".")[0] or name if isinstance(things[0], Document) else name
    return attachment(response, f"{safe_name(stem)}.zip", media_type="application/zip")


@write_view
def move(request: AuthedRequest, org: str) -> HttpResponse:
    """Where to: walk the tree, then move all that was ticked."""
    chosen = _chosen(request)
    if not chosen.things:
        return _nothing(request, org, chosen)
    back, where = _back(request, org), destination(request, chosen.things)
    if request.method == "POST" and where.target is not None:
        try:
            outcome = batches.move_all(
                actor=request.actor,
                things=chosen.things,
                target=where.target,
                now=clock.now(),
                confirmed=request.POST.get("confirme") == "1",
                seen_in=seen_in(request),
            )
        except NeedsConfirmation as asked:
            where.consequences = asked.consequences
        else:
            here = f"dans « {_braced(where.target.name)} »."
            done = outcome.said(
                f"« {{name}} » est maintenant {here}",
                f"{{count}} sont maintenant {here}",
                "Rien n’a été déplacé."
                if outcome.refused
                else "Rien à déplacer : tout y est déjà.",
            )
            _say_missing(request, chosen)
            _say(request, org, outcome, done, "« {name} » est resté à sa place")
            return redirect(back)
    context = where.context(
        request,
        title=f"Déplacer {chosen.words}",
        keys=chosen.keys,
        origin=origin_of(request),
        back=back,
        verb="Déplacer ici",
        confirm="Confirmer le déplacement",
        icon="folder-input",
    )
    return render_page(request, "documents/move.html", context)


@write_view
def copy(request: AuthedRequest, org: str) -> HttpResponse:
    """Where to: walk the tree, then copy all that was ticked."""
    chosen = _chosen(request)
    if not chosen.things:
        return _nothing(request, org, chosen)
    back, where = _back(request, org), destination(request, chosen.things)
    if request.method == "POST" and where.target is not None:
        outcome = batches.copy_all(
            actor=request.actor, things=chosen.things, target=where.target, now=clock.now()
        )
        here = f"dans « {_braced(where.target.name)} », avec les droits de ce dossier."
        done = outcome.said(
            f"La copie « {{name}} » est {here}",
            f"{{count}} sont copiés {here}",
            "Rien n’a été copié.",
        )
        _say_missing(request, chosen)
        _say(request, org, outcome, done, "« {name} » n’a pas été copié")
        return redirect(back)
    context = where.context(
        request,
        title=f"Copier {chosen.words}",
        keys=chosen.keys,
        origin=origin_of(request),
        back=back,
        verb="Copier ici",
        confirm="Copier ici",
        icon="copy",
        stay_out=False,
        hint=copying.LEFT_BEHIND,
    )
    return render_page(request, "documents/move.html", context)


@write_view
def label(request: AuthedRequest, org: str) -> HttpResponse:
    """A type and tags for all the documents that were ticked and may be changed."""
    chosen = _chosen(request)
    mine = visible_documents(request.actor, Role.EDITOR)
    editable = set(
        mine.filter(pk__in=[d.pk for d in chosen.documents]).values_list("pk", flat=True)
    )
    documents = [d for d in chosen.documents if d.pk in editable]
    if not documents:
        return _nothing(request, org, chosen)
    back = _back(request, org)
    form = BulkLabelForm(request.POST or None, organisation=request.actor.organisation)
    if request.method == "POST" and form.is_valid():
        labelled = labels.label_documents(
            actor=request.actor,
            documents=documents,
            type=form.cleaned_data["type"],
            add=list(form.cleaned_data["add"]),
            remove=list(form.cleaned_data["remove"]),
            now=clock.now(),
        )
        words = plural(labelled.changed, "document a changé", "documents ont changé")
        if labelled.changed:
            messages.success(request, f"{words}.")
        elif not labelled.refused:
            messages.info(request, "Rien n’a changé.")
        if why := Outcome(refused=labelled.refused).reasons("« {name} » n’a pas changé"):
            messages.warning(request, why)
        return redirect(back)
    skipped = len(chosen.things) - len(documents)
    context = {
        "form": form,
        "count": plural(len(documents), "document"),
        "skipped": skipped,
        "skipped_words": plural(skipped, "élément"),
        "keys": [f"d:{d.uid}" for d in documents],
        "origin": origin_of(request),
        "back": back,
    }
    status = 422 if form.errors else 200
    return render_page(request, "documents/labels_bulk.html", context, status=status)


def _braced(name: str) -> str:
    """A name inside a sentence to be formatted."""
    return name.replace("{", "{{").replace("}", "}}")


def _chosen(request: AuthedRequest) -> Selection:
    source = request.POST if request.method == "POST" else request.GET
    return selection(request, source.getlist("choix"))


def _nothing(request: AuthedRequest, org: str, chosen: Selection) -> HttpResponse:
    """Nothing left of the selection that this act can take."""
    back = _back(request, org)
    context = {"back": back, "missing": bool(chosen.missing)}
    return render_page(request, "documents/nothing_chosen.html", context)


@post_view
def undo(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Bring back what one has just moved, renamed or put in the trash."""
    step = get_object_or_404(
        UndoStep, uid=uid, organisation=request.actor.organisation, person=request.actor.person
    )
    try:
        undone = undoing.undo(actor=request.actor, step=step, now=clock.now())
    except WorldMovedOn as refused:
        messages.error(request, str(refused))
        things = [item["uid"] for item in step.items if item["kind"] == "document"]
        here = visible_documents(request.actor).filter(uid__in=things).order_by("pk").first()
        return redirect(_home(request, org, here.folder_id if here else None))
    messages.success(request, _said_back(UndoKind(step.kind), undone.back))
    if undone.reasons:
        messages.warning(request, f"Le reste n’a pas changé. {' '.join(undone.reasons)}")
    return redirect(_home(request, org, home_id(undone.back[0])))


def _said_back(kind: UndoKind, back: list[Thing]) -> str:
    if kind == UndoKind.RENAMED:
        return f"« {batches.name_of(back[0])} » a retrouvé son nom."
    if len(back) == 1:
        return f"« {batches.name_of(back[0])} » est de retour à sa place."
    return f"{plural(len(back), 'élément')} sont de retour à leur place."


def _home(request: AuthedRequest, org: str, folder_id: int | None) -> str:
    """The list where a thing is, when it may be opened; the top of the tree otherwise."""
    home = visible_folders(request.actor).filter(pk=folder_id).first() if folder_id else None
    if home is None:
        return reverse("documents:root", args=[org])
    return reverse("documents:folder", args=[org, home.uid])
