"""Sharing a folder or a document: with colleagues, with somebody outside, and what is open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.access import can_administer
from accounts.actor import Actor
from config.lib import clock
from config.lib.access import require
from config.lib.htmx import render_page
from config.lib.http import AuthedRequest, post_view, private, read_view, write_view
from config.lib.text import MONTHS, day_number, human_datetime, join_french, plural
from documents.access import breadcrumb, domain_id_of, roles_on
from documents.access.links import can_share, policy_of, visible_links
from documents.enums import LinkKind, Role
from documents.forms.links import DropForm, PolicyForm, ShareForm
from documents.models import Deposit, Document, Folder, OutsideLink
from documents.notifications.links import address_of, share_address
from documents.registry import FrozenReaders, external_readers
from documents.rules.link_tokens import mint
from documents.services import linking
from documents.services.linking import State
from documents.services.refusals import Refusal
from documents.views.browse import crumbs_for_page
from documents.views.fetch import document_or_404, folder_or_404

PER_PAGE = 50
MOST_NAMED = 5
MOST_DEPOSITS = 200
_TONES = {
    State.OPEN: "success",
    State.CLOSED: "warn",
    State.REVOKED: "neutral",
    State.EXPIRED: "neutral",
    State.USED_UP: "neutral",
}


@read_view
def share_folder(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """The links of a folder, and of what it holds."""
    return _page(request, folder_or_404(request.actor, uid))


@read_view
def share_document(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """The links of a document."""
    return _page(request, document_or_404(request.actor, uid))


def _page(request: AuthedRequest, obj: Folder | Document) -> HttpResponse:
    actor, now = request.actor, clock.now()
    known = visible_links(actor)
    if isinstance(obj, Document):
        found = known.filter(document=obj).order_by("-created_at", "-pk")
    else:
        found = linking.links_below(known, obj)
    allowed = can_share(actor, obj)
    context = {
        "name": str(obj),
        "is_document": isinstance(obj, Document),
        "crumbs": _crumbs(actor, obj, "Partager"),
        "internal": settings.SITE_ADDRESS
        + reverse("documents:link", args=[actor.organisation.slug, obj.uid]),
        "may_share": bool(allowed),
        "why_not": allowed.reason,
        "open_url": _open_url(actor, obj),
        "drop_url": reverse("documents:drop-open", args=[actor.organisation.slug, obj.uid])
        if isinstance(obj, Folder)
        else "",
        "lines": link_lines(actor, found[:PER_PAGE], here=obj, now=now),
        "back": request.path,
    }
    return private(render_page(request, "documents/links/share.html", context))


def _crumbs(
    actor: Actor, obj: Folder | Document, *last: str
) -> list[tuple[str | None, str | None]]:
    folder = obj.folder if isinstance(obj, Document) else obj
    trail = crumbs_for_page(actor, breadcrumb(actor, folder))
    if isinstance(obj, Document):
        trail.append((obj.title, address_of(actor, obj)))
    return [*trail, *((word, None) for word in last)]


def _open_url(actor: Actor, obj: Folder | Document) -> str:
    name = "document-open" if isinstance(obj, Document) else "folder-open"
    return reverse(f"documents:{name}", args=[actor.organisation.slug, obj.uid])


def link_lines(
    actor: Actor,
    links: Iterable[OutsideLink],
    *,
    now: datetime,
    here: Folder | Document | None = None,
) -> list[dict[str, Any]]:
    """Links as the lists show them. The address is for its author alone: a link acts in the
    author's name, so whoever else needs one opens their own."""
    found = list(links)
    states = linking.states(found, now=now)
    brought: dict[int, list[Deposit]] = defaultdict(list)
    latest = Deposit.objects.filter(link__in=[link.pk for link in found]).order_by("-at", "-pk")
    for deposit in latest[:MOST_DEPOSITS]:
        brought[deposit.link_id].append(deposit)
    roles = roles_on(actor, (domain_id_of(link.target) for link in found))
    zone = clock.zone(actor.organisation.timezone)
    lines = []
    for link in found:
        state, obj = states[link.pk], link.target
        end = link.expires_at.astimezone(zone)
        words = [f"jusqu’au {day_number(end.day)} {MONTHS[end.month - 1]} {end.year}"]
        if link.kind == LinkKind.SHARE:
            of = f" sur {link.max_downloads}" if link.max_downloads else ""
            words.append(plural(link.download_count, "téléchargement") + of)
        else:
            words.append(f"{plural(link.file_count, 'fichier reçu', 'fichiers reçus')}")
        if link.password:
            words.append("avec mot de passe")
        words.append(f"par {link.author.full_name}")
        mine = link.author_id == actor.person.pk
        reads = roles.get(domain_id_of(obj), Role.NONE) >= Role.READER
        path = "outside-share" if link.kind == LinkKind.SHARE else "outside-drop"
        lines.append(
            {
                "uid": str(link.uid),
                "label": link.label,
                "kind": link.get_kind_display(),
                "icon": "share-2" if link.kind == LinkKind.SHARE else "inbox",
                "meta": " · ".join(words),
                "state": state.value,
                "tone": _TONES[state],
                "deposits": [
                    {
                        "who": f"{one.name}, {one.email}" if one.email else one.name,
                        "meta": f"{human_datetime(one.at, now, zone)} · "
                        + plural(len(one.files), "fichier"),
                        "message": one.message,
                    }
                    for one in brought[link.pk]
                ]
                if reads
                else [],
                "open": state in (State.OPEN, State.CLOSED),
                "where": "" if obj == here else (str(obj) if reads else "un élément limité"),
                "where_url": share_address(actor, obj) if reads and obj != here else "",
                "address": settings.SITE_ADDRESS
                + reverse(f"documents:{path}", args=[mint(link.uid)])
                if mine and state is State.OPEN
                else "",
                "cut_label": f"Couper le lien « {link.label} »",
            }
        )
    return lines


@write_view
def open_folder(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Open a folder to somebody outside."""
    return _open(request, folder_or_404(request.actor, uid))


@write_view
def open_document(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Open a document to somebody outside."""
    return _open(request, document_or_404(request.actor, uid))


@write_view
def open_drop(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Let somebody outside bring files into a folder."""
    return _open(request, folder_or_404(request.actor, uid), LinkKind.DROP)


def _open(
    request: AuthedRequest, obj: Folder | Document, kind: LinkKind = LinkKind.SHARE
) -> HttpResponse:
    actor = request.actor
    require(can_share(actor, obj))
    typed = DropForm if kind == LinkKind.DROP else ShareForm
    form = typed(actor, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            link = linking.create_link(
                actor=actor,
                obj=obj,
                kind=kind,
                now=clock.now(),
                **form.cleaned_data,
            )
        except Refusal as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(
                request, f"Le lien pour « {link.label} » est ouvert. Copiez son adresse ci-dessous."
            )
            return redirect(share_address(actor, obj))
    context = {
        "name": str(obj),
        "is_document": isinstance(obj, Document),
        "is_drop": kind == LinkKind.DROP,
        "crumbs": _crumbs(actor, obj, kind.label.capitalize()),
        "back": share_address(actor, obj),
        "form": form,
    }
    return private(
        render_page(
            request, "documents/links/open.html", context, status=422 if form.errors else 200
        )
    )


@post_view
def revoke(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """Cut a link, at once."""
    link = get_object_or_404(visible_links(request.actor), uid=uid)
    linking.revoke_link(actor=request.actor, link=link, now=clock.now())
    messages.success(request, f"Le lien pour « {link.label} » est coupé : il n’ouvre plus rien.")
    back = request.POST.get("retour", "")
    if url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        return redirect(back)
    return redirect("documents:outside-links", org)


@read_view
def everywhere(request: AuthedRequest, org: str) -> HttpResponse:
    """Every link that one may know of: for the direction, the organisation's."""
    actor = request.actor
    found = visible_links(actor).order_by("-created_at", "-pk")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    rule = policy_of(actor.organisation)
    context = {
        "lines": link_lines(actor, page.object_list, now=clock.now()),
        "page": page,
        "back": request.get_full_path(),
        "is_dgs": actor.is_dgs,
        "days": plural(rule.longest_days, "jour"),
        "editors": rule.least_role == Role.EDITOR,
    }
    return private(render_page(request, "documents/links/everywhere.html", context))


@write_view
def policy(request: AuthedRequest, org: str) -> HttpResponse:
    """What the organisation allows."""
    actor = request.actor
    require(can_administer(actor))
    rule = policy_of(actor.organisation)
    initial = {"longest_days": rule.longest_days, "least_role": int(rule.least_role)}
    form = PolicyForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        linking.change_policy(actor=actor, now=clock.now(), **form.cleaned_data)
        messages.success(request, "Les règles des liens vers l’extérieur sont enregistrées.")
        return redirect("documents:outside-links", org)
    return private(
        render_page(
            request,
            "documents/links/policy.html",
            {"form": form},
            status=422 if form.errors else 200,
        )
    )


def readers_through_links(actor: Actor, obj: Folder | Document) -> list[FrozenReaders]:
    """Who reaches this without an account, for « Qui voit ceci »."""
    links = linking.open_links_over(obj, now=clock.now())
    if not links:
        return []
    people = join_french([link.label for link in links[:MOST_NAMED]])
    if len(links) > MOST_NAMED:
        people += f", et {len(links) - MOST_NAMED} de plus"
    count = plural(len(links), "lien vers l’extérieur", "liens vers l’extérieur")
    verb = "permettent" if len(links) > 1 else "permet"
    return [
        FrozenReaders(
            sentence=f"{count} {verb} de télécharger ce qui est ici, sans compte : {people}.",
            href=share_address(actor, obj),
        )
    ]


external_readers.register("documents.links", readers_through_links)
