"""À classer: what arrived, one after the other, already filled in."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from accounts.actor import Actor
from accounts.audit import record
from config.lib import clock
from config.lib.access import require
from config.lib.downloads import serve
from config.lib.htmx import render_page
from config.lib.http import AuthedRequest, post_view, read_view, trace, write_view
from config.lib.storage import blobs
from config.lib.text import human_datetime, human_size, plural
from config.lib.ui import undo
from documents import audit
from documents.access import is_confidential
from documents.access.arrivals import (
    can_keep_bin,
    can_open_arrival,
    can_sort,
    editable_folders,
    visible_arrivals,
    visible_envelopes,
    waiting_arrivals,
)
from documents.enums import ArrivalSource, ArrivalState
from documents.forms.arrivals import BulkForm, SortForm
from documents.models import Arrival, Envelope, Folder
from documents.previews import preview_path
from documents.services import arriving, registering, sorting
from documents.services.filing import NameTaken, NotFiled
from documents.services.names import free_name
from documents.services.refusals import Refusal
from documents.services.suggesting import (
    Place,
    Suggestion,
    find_folders,
    paths_of,
    suggest,
)
from documents.views.listing import Page, icon_for
from documents.views.shown import has_pdf, serve_shown

PER_PAGE = 50
MOST_AT_ONCE = 50
TEXT_PREVIEW = 20_000


def arrival_or_404(actor: Actor, uid: UUID) -> Arrival:
    """An arrival that the actor may know of."""
    return get_object_or_404(
        visible_arrivals(actor).select_related(
            "envelope__folder", "envelope__brought_by", "sorted_by", "document", "organisation"
        ),
        uid=uid,
    )


def envelope_or_404(actor: Actor, uid: UUID) -> Envelope:
    """An envelope that the actor may know of."""
    return get_object_or_404(visible_envelopes(actor).select_related("folder"), uid=uid)


@read_view
def arrivals(request: AuthedRequest, org: str) -> HttpResponse:
    """What waits, the oldest first; several can be ticked."""
    actor, now = request.actor, clock.now()
    number = _page_number(request)
    start = (number - 1) * PER_PAGE
    found = list(
        waiting_arrivals(actor)
        .select_related("envelope", "envelope__folder")
        .defer("text", "envelope__body")
        .order_by("envelope__received_at", "envelope_id", "position")[start : start + PER_PAGE + 1]
    )
    keeps = can_keep_bin(actor)
    if not found and number == 1:
        require(keeps)
    context = {
        "rows": [_row(actor, arrival, now) for arrival in found[:PER_PAGE]],
        "page": Page(number, len(found) > PER_PAGE),
        "keeps": bool(keeps),
        "first": found[0] if found else None,
        "bulk": BulkForm(places=_shelves(actor)) if found else None,
        "recent": _recently(actor, now),
    }
    return render_page(request, "documents/arrivals/list.html", context)


def _page_number(request: AuthedRequest) -> int:
    raw = request.GET.get("page", "1")
    return min(max(int(raw), 1), 10_000) if raw.isdigit() else 1


def _shelves(actor: Actor) -> list[Place]:
    """The folders nearest to the root where the actor may file."""
    folders = list(editable_folders(actor).order_by("depth", "sort_name", "id")[:100])
    paths = paths_of(actor, folders)
    return sorted(
        (Place(folder, paths[folder.pk]) for folder in folders), key=lambda place: place.path
    )


_SOURCE_ICONS = {
    ArrivalSource.MAIL: "mail",
    ArrivalSource.SCANNER: "file-text",
    ArrivalSource.PHOTO: "camera",
    ArrivalSource.DEPOSIT: "inbox",
}


def _row(actor: Actor, arrival: Arrival, now: datetime) -> dict[str, Any]:
    envelope = arrival.envelope
    return {
        "uid": str(arrival.uid),
        "name": arrival.name,
        "icon": _SOURCE_ICONS.get(ArrivalSource(envelope.source), "inbox"),
        "href": reverse("documents:arrival", args=[actor.organisation.slug, arrival.uid]),
        "meta": came_from(envelope, actor, now) + f" · {human_size(arrival.size)}",
        "held": arrival.state == ArrivalState.HELD,
    }


def came_from(envelope: Envelope, actor: Actor, now: datetime) -> str:
    """« courriel de EDF, hier à 14 h 32 : Votre facture »."""
    who = envelope.sender_name or envelope.sender_address
    words = envelope.get_source_display() + (f" de {who}" if who else "")
    when = human_datetime(envelope.received_at, now, actor.organisation.timezone)
    subject = f" : {envelope.subject}" if envelope.subject else ""
    return f"{words}, {when}{subject}"


def _recently(actor: Actor, now: datetime) -> list[dict[str, Any]]:
    """What was put aside, and what I filed: the name of what others filed is their folder's."""
    done = (
        visible_arrivals(actor)
        .filter(
            Q(state=ArrivalState.FILED, sorted_by=actor.person) | Q(state=ArrivalState.DISCARDED)
        )
        .select_related("sorted_by")
        .defer("text")
        .order_by("-sorted_at", "-id")[:10]
    )
    zone = actor.organisation.timezone
    return [
        {
            "uid": str(arrival.uid),
            "name": arrival.name,
            "meta": f"{arrival.get_state_display()}"
            + (f" {human_datetime(arrival.sorted_at, now, zone)}" if arrival.sorted_at else "")
            + (f", par {arrival.sorted_by}" if arrival.sorted_by else ""),
        }
        for arrival in done
    ]


@write_view
def arrival(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """One arrival: its preview, and the form that files it and goes to the next."""
    here = arrival_or_404(request.actor, uid)
    now = clock.now()
    if here.state not in (ArrivalState.TO_FILE, ArrivalState.HELD):
        return _already_sorted(request, here)
    if here.state == ArrivalState.HELD:
        if request.method == "POST":
            require(can_open_arrival(request.actor, here))
        return render_page(request, "documents/arrivals/held.html", _about(request, here, now))
    if request.method != "POST" and here.envelope.folder and is_confidential(here.envelope.folder):
        with trace():
            record(request.actor, audit.ARRIVAL_OPENED, here, now=now, label=False)
    suggestion = suggest(actor=request.actor, arrival=here, now=now)
    others = _others(request.actor, here)
    searched = request.GET.get("dossier", "")[:100]
    form = SortForm(
        request.POST or None,
        suggestion=suggestion,
        places=_places(request, suggestion, searched),
        others=len(others),
    )
    if request.method == "POST" and form.is_valid():
        answer = _file(request, here, form, others, now)
        if answer is not None:
            return answer
    context = _about(request, here, now) | {
        "form": form,
        "searched": searched,
        "suggestion": suggestion,
        "reading": here.read_at is None,
        "preview": _preview_kind(here),
        "following": _following(request.actor, here, now),
    }
    return render_page(
        request, "documents/arrivals/arrival.html", context, status=422 if form.errors else 200
    )


def _already_sorted(request: AuthedRequest, here: Arrival) -> HttpResponse:
    words = "classé" if here.state == ArrivalState.FILED else "écarté"
    who = f" par {here.sorted_by}" if here.sorted_by else ""
    messages.info(request, f"« {here.name} » a déjà été {words}{who}.")
    return redirect("documents:arrivals", request.actor.organisation.slug)


def _places(request: AuthedRequest, suggestion: Suggestion, searched: str) -> list[Place]:
    """The folders to choose from: proposed, looked for, and the one already chosen."""
    places = list(suggestion.places)
    if searched:
        places = find_folders(actor=request.actor, words=searched) + places
    chosen = request.POST.get("folder", "") or request.GET.get("choisi", "")
    known = {str(place.folder.uid) for place in places}
    if chosen and chosen not in known:
        try:
            folder = editable_folders(request.actor).filter(uid=UUID(chosen)).first()
        except ValueError:
            folder = None
        if folder is not None:
            places.append(Place(folder, paths_of(request.actor, [folder])[folder.pk]))
    unique: dict[int, Place] = {}
    for place in places:
        kept = unique.get(place.folder.pk)
        if kept is None or (place.because and not kept.because):
            unique[place.folder.pk] = place
    return list(unique.values())


def _others(actor: Actor, here: Arrival) -> list[Arrival]:
    """The other files of the same envelope that wait."""
    return list(
        waiting_arrivals(actor)
        .filter(envelope=here.envelope)
        .exclude(pk=here.pk)
        .select_related("envelope__folder", "organisation")
        .order_by("position")
    )


def _file(
    request: AuthedRequest, here: Arrival, form: SortForm, others: list[Arrival], now: datetime
) -> HttpResponse | None:
    """File it and go to the next; None when the form must be shown again."""
    values, actor = form.cleaned_data, request.actor
    folder = get_object_or_404(editable_folders(actor), uid=UUID(values["folder"]))
    try:
        done = sorting.file_arrival(
            actor=actor, arrival=here, folder=folder, name=values["name"], now=now
        )
    except NameTaken:
        free = free_name(folder, values["name"])
        form.add_error("name", f"Ce nom est déjà pris dans ce dossier. Libre : « {free} ».")
        return None
    except Refusal as refused:
        form.add_error(None, str(refused))
        return None
    count = 1
    if values.get("together"):
        for other in others:
            name = suggest(actor=actor, arrival=other, now=now).name
            sorting.file_arrival(
                actor=actor, arrival=other, folder=folder, name=name, now=now, beside=True
            )
            count += 1
    title = done.filed.document.title
    said = f"« {title} » est classé dans {folder.name}."
    if count > 1:
        said = f"{plural(count, 'fichier')} sont classés dans {folder.name}."
    if values.get("register"):
        entry = registering.register_arrival(
            actor=actor, arrival=done.arrival, document=done.filed.document, now=now
        )
        said += f" Inscrit au registre sous le numéro {entry.reference}."
    back = reverse("documents:arrival-take-back", args=[actor.organisation.slug, here.uid])
    messages.success(request, said, extra_tags=undo(back) if count == 1 else "")
    return _to_next(request, here)


def _to_next(request: AuthedRequest, here: Arrival) -> HttpResponse:
    """The arrival after this one, else the first left, else the (empty) list."""
    org = request.actor.organisation.slug
    waiting = waiting_arrivals(request.actor).exclude(pk=here.pk)
    order = ("envelope__received_at", "envelope_id", "position")
    received = here.envelope.received_at
    after = waiting.filter(
        Q(envelope=here.envelope, position__gt=here.position)
        | Q(envelope__received_at__gt=received)
        | Q(envelope__received_at=received, envelope_id__gt=here.envelope_id)
    )
    following = after.order_by(*order).first() or waiting.order_by(*order).first()
    if following is None:
        return redirect("documents:arrivals", org)
    return redirect("documents:arrival", org, following.uid)


def _following(actor: Actor, here: Arrival, now: datetime) -> list[dict[str, Any]]:
    """The next few, at the side."""
    waiting = (
        waiting_arrivals(actor)
        .exclude(pk=here.pk)
        .select_related("envelope")
        .defer("text", "envelope__body")
        .order_by("envelope__received_at", "envelope_id", "position")[:8]
    )
    return [_row(actor, one, now) for one in waiting]


def _about(request: AuthedRequest, here: Arrival, now: datetime) -> dict[str, Any]:
    envelope = here.envelope
    return {
        "arrival": here,
        "envelope": envelope,
        "source": came_from(envelope, request.actor, now),
        "size": human_size(here.size),
        "icon": icon_for(here.media_type),
        "may_sort": can_sort(request.actor, envelope),
        "is_mail": envelope.source == ArrivalSource.MAIL and bool(envelope.original_key),
    }


def _preview_kind(here: Arrival) -> str:
    if has_pdf(here.storage_key, here.media_type):
        return "pdf"
    if here.media_type.startswith("image/") and preview_path(here.storage_key).exists():
        return "image"
    return "text" if here.text.strip() else ""


@post_view
def discard(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Put aside, and go to the next."""
    here = arrival_or_404(request.actor, uid)
    try:
        sorting.discard(actor=request.actor, arrival=here, now=clock.now())
    except Refusal as refused:
        messages.error(request, str(refused))
    else:
        back = reverse("documents:arrival-take-back", args=[org, uid])
        messages.success(request, f"« {here.name} » est écarté.", extra_tags=undo(back))
    return _to_next(request, here)


@post_view
def take_back(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Undo of a filing or of a putting aside."""
    here = arrival_or_404(request.actor, uid)
    try:
        sorting.take_back(actor=request.actor, arrival=here, now=clock.now())
    except Refusal as refused:
        messages.error(request, str(refused))
        return redirect("documents:arrivals", org)
    messages.success(request, f"« {here.name} » attend de nouveau d’être classé.")
    return redirect("documents:arrival", org, uid)


@post_view
def release(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Vouch for a held message."""
    envelope = envelope_or_404(request.actor, uid)
    try:
        arriving.release(actor=request.actor, envelope=envelope, now=clock.now())
    except Refusal as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "Le message est libéré : ses pièces peuvent être classées.")
    first = waiting_arrivals(request.actor).filter(envelope=envelope).order_by("position").first()
    if first is None:
        return redirect("documents:arrivals", org)
    return redirect("documents:arrival", org, first.uid)


@post_view
def keep_mail(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Sort the mail itself too."""
    envelope = envelope_or_404(request.actor, uid)
    try:
        kept = arriving.keep_mail(actor=request.actor, envelope=envelope, now=clock.now())
    except Refusal as refused:
        messages.error(request, str(refused))
        return redirect("documents:arrivals", org)
    return redirect("documents:arrival", org, kept.uid)


@post_view
def bulk(request: AuthedRequest, org: str) -> HttpResponse:
    """Several at once: each to its own proposal or all to one folder, or all put aside."""
    actor, now = request.actor, clock.now()
    chosen = _ticked(request)
    if not chosen:
        messages.error(request, "Cochez d’abord ce que vous voulez classer.")
        return redirect("documents:arrivals", org)
    if request.POST.get("action") == "discard":
        done = sum(_try(request, lambda one=one: sorting.discard(actor=actor, arrival=one, now=now))
                   for one in chosen)  # fmt: skip
        messages.success(request, f"{plural(done, 'fichier')} : mis de côté.")
        return redirect("documents:arrivals", org)
    folder = _bulk_folder(request)
    done, without = 0, 0
    for one in chosen:
        proposal = suggest(actor=actor, arrival=one, now=now)
        target = folder or (proposal.places[0].folder if proposal.places else None)
        if target is None or one.state != ArrivalState.TO_FILE:
            without += 1
            continue
        done += _try(
            request,
            lambda one=one, target=target, name=proposal.name: sorting.file_arrival(
                actor=actor, arrival=one, folder=target, name=name, now=now, beside=True
            ),
        )
    if done:
        messages.success(request, f"{plural(done, 'fichier classé', 'fichiers classés')}.")
    if without:
        messages.info(
            request, f"{plural(without, 'fichier')} sans proposition sûre : à ouvrir un par un."
        )
    return redirect("documents:arrivals", org)


def _ticked(request: AuthedRequest) -> list[Arrival]:
    try:
        uids = [UUID(word) for word in request.POST.getlist("arrival")[:MOST_AT_ONCE]]
    except ValueError:
        raise Http404 from None
    return list(
        waiting_arrivals(request.actor)
        .filter(uid__in=uids)
        .select_related("envelope__folder", "organisation")
        .order_by("envelope__received_at", "envelope_id", "position")
    )


def _bulk_folder(request: AuthedRequest) -> Folder | None:
    word = request.POST.get("folder", "")
    if not word:
        return None
    try:
        return get_object_or_404(editable_folders(request.actor), uid=UUID(word))
    except ValueError:
        raise Http404 from None


def _try(request: AuthedRequest, act: Any) -> bool:
    try:
        act()
    except (Refusal, NotFiled) as refused:
        messages.error(request, str(refused))
        return False
    return True


@read_view
def view(request: AuthedRequest, org: str, uid: UUID) -> HttpResponseBase:
    """What the page shows of an arrival: its PDF, its own or made of it, or its picture."""
    here = arrival_or_404(request.actor, uid)
    require(can_open_arrival(request.actor, here))
    return serve_shown(
        request, here.storage_key, here.media_type, name=here.name, sha256=here.sha256
    )


@read_view
def download(request: AuthedRequest, org: str, uid: UUID) -> HttpResponseBase:
    """The bytes of an arrival, as a file to keep."""
    here = arrival_or_404(request.actor, uid)
    require(can_open_arrival(request.actor, here))
    if "Range" not in request.headers:
        with trace():
            record(
                request.actor,
                audit.DOCUMENT_DOWNLOADED,
                here,
                now=clock.now(),
                label=arriving.may_be_named(here.envelope),
            )
    return serve(
        request,
        blobs().path(here.storage_key),
        media_type=here.media_type,
        name=here.name,
        etag=here.sha256,
    )
