"""What somebody without an account sees, through a link: a page of its own, outside any session.

The address holds the secret: these pages send no referrer, are neither kept nor indexed, and need
no other proof that a form is theirs (a foreign site does not have the token). Looking at one
changes nothing, so a mail scanner that follows every link takes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.db import connection
from django.db.models import Count, Sum
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from config.lib import clock
from config.lib.downloads import attachment, serve
from config.lib.htmx import render_page
from config.lib.http import client_address, private
from config.lib.storage import blobs
from config.lib.text import MONTHS, day_number, human_size, plural
from config.lib.zips import safe_name, stream
from documents.enums import LinkKind
from documents.forms.links import PasswordForm
from documents.models import Document, Folder, OutsideLink
from documents.services import downloading, linked_parcel, linking
from documents.services.linking import DeadLink, Opening, State
from documents.services.refusals import Refusal
from documents.views.listing import icon_for

_SALT = "documents.outside"
_LASTS_SECONDS = 24 * 3600


def secret(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A page whose own address is a secret."""

    @wraps(view)
    def wrapped(request: HttpRequest, token: str, **kwargs: Any) -> HttpResponseBase:
        try:
            response = view(request, token, **kwargs)
        except DeadLink as dead:
            response = _dead(request, dead)
        if isinstance(response, HttpResponse):
            private(response)
        response["X-Robots-Tag"] = "noindex, nofollow"
        response["Referrer-Policy"] = "no-referrer"
        return response

    return login_not_required(csrf_exempt(wrapped))


@secret
@require_http_methods(["GET", "HEAD", "POST"])
def share(request: HttpRequest, token: str) -> HttpResponseBase:
    """What a link shares: the list, each file behind its button. POST gives the password."""
    opening = linking.follow(token, LinkKind.SHARE, now=clock.now())
    asked = ask_password(request, opening, token)
    if asked is not None:
        return asked
    return _list(request, opening, token)


def _list(
    request: HttpRequest, opening: Opening, token: str, problem: str = "", status: int = 200
) -> HttpResponse:
    shared = linking.shared_documents(opening)
    documents = list(shared[: linking.MOST_SHOWN])
    link = opening.link
    left = None if link.max_downloads is None else link.max_downloads - link.download_count
    whole = shared.order_by().aggregate(count=Count("pk"), size=Sum("size"))
    together = isinstance(opening.target, Folder) and whole["count"] > 1
    context = {
        **frame(opening),
        "title": str(opening.target),
        "is_folder": isinstance(opening.target, Folder),
        "groups": _groups(opening, token, documents),
        "left": left,
        "empty": not documents,
        "problem": problem,
        "all_action": reverse("documents:outside-all", args=[token])
        if together and (left is None or left >= whole["count"])
        else "",
        "all_words": f"{plural(whole['count'], 'fichier')}, {human_size(whole['size'] or 0)}",
        "too_few": together and left is not None and left < whole["count"],
        "more": plural(whole["count"] - len(documents), "autre fichier", "autres fichiers")
        if whole["count"] > len(documents)
        else "",
    }
    return render_page(request, "documents/outside/share.html", context, status=status)


def _groups(opening: Opening, token: str, documents: list[Document]) -> list[dict[str, Any]]:
    """The documents under the names of their folders, below the one that is shared."""
    root = opening.target
    names: dict[str, str] = {}
    step = Folder.steplen
    if isinstance(root, Folder):
        paths = {
            d.folder.path[:end]
            for d in documents
            for end in range(
                len(root.path) + Folder.steplen, len(d.folder.path) + 1, Folder.steplen
            )
        }
        names = dict(
            Folder.objects.filter(path__in=paths).order_by("path").values_list("path", "name")
        )
    groups: dict[str, list[dict[str, str]]] = {}
    for document in documents:
        path, start = document.folder.path, len(root.path) if isinstance(root, Folder) else 0
        steps = [names[path[:end]] for end in range(start + step, len(path) + 1, step) if start]
        groups.setdefault(" / ".join(steps), []).append(
            {
                "title": document.title,
                "meta": human_size(document.size),
                "icon": icon_for(document.media_type),
                "action": reverse("documents:outside-file", args=[token, document.uid]),
                "label": f"Télécharger {document.title}",
            }
        )
    return [{"name": name, "files": files} for name, files in groups.items()]


@secret
@require_POST
def share_file(request: HttpRequest, token: str, uid: UUID) -> HttpResponseBase:
    """The bytes of one file of a link: a button, so that nobody takes it by only looking."""
    opening = linking.follow(token, LinkKind.SHARE, now=clock.now())
    try:
        version = linking.take(
            token=token,
            document_uid=uid,
            opened_with=given(request, opening.link),
            address=client_address(request),
            now=clock.now(),
        )
    except linking.WrongPassword:
        return HttpResponseRedirect(reverse("documents:outside-share", args=[token]), status=303)
    except Document.DoesNotExist:
        raise DeadLink(None, opening.link.organisation) from None
    return serve(
        request,
        blobs().path(version.storage_key),
        media_type=version.media_type,
        name=version.document.title,
        etag=version.sha256,
    )


@secret
@require_POST
def share_all(request: HttpRequest, token: str) -> HttpResponseBase:
    """All that a folder's link shares, as one archive written while it is sent."""
    opening = linking.follow(token, LinkKind.SHARE, now=clock.now())
    try:
        parcel = linked_parcel.take_all(
            token=token,
            opened_with=given(request, opening.link),
            address=client_address(request),
            now=clock.now(),
        )
    except linking.WrongPassword:
        return HttpResponseRedirect(reverse("documents:outside-share", args=[token]), status=303)
    except Refusal as refused:
        return _list(request, opening, token, str(refused), 422)
    # A slow reader holds a socket, not a connection to the database.
    if not connection.in_atomic_block:
        connection.close()
    response = StreamingHttpResponse(
        stream(
            parcel.entries,
            blobs(),
            note_name=downloading.NOTE_NAME,
            note=parcel.note,
            missing=linked_parcel.MISSING,
        )
    )
    return attachment(
        response, f"{safe_name(str(opening.target))}.zip", media_type="application/zip"
    )


def ask_password(request: HttpRequest, opening: Opening, token: str) -> HttpResponse | None:
    """The page that asks for the password, when there is one and it was not given yet."""
    link = opening.link
    if given(request, link) == linking.proof_of(link):
        return None
    form = PasswordForm(request.POST if "password" in request.POST else None)
    status = 200
    if form.is_bound and form.is_valid():
        try:
            proof = linking.give_password(
                link=link,
                password=form.cleaned_data["password"],
                address=client_address(request),
                now=clock.now(),
            )
        except Refusal as refused:
            form.add_error("password", str(refused))
            status = 429 if isinstance(refused, linking.TooManyTries) else 422
        else:
            response = HttpResponseRedirect(request.path, status=303)
            response.set_cookie(
                _cookie(link),
                signing.dumps([str(link.uid), proof], key=settings.LINK_KEY, salt=_SALT),
                max_age=_LASTS_SECONDS,
                path=_path(link, token),
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
            return response
    return render_page(
        request, "documents/outside/password.html", {**frame(opening), "form": form}, status=status
    )


def _path(link: OutsideLink, token: str) -> str:
    name = "outside-share" if link.kind == LinkKind.SHARE else "outside-drop"
    return reverse(f"documents:{name}", args=[token])


def _cookie(link: OutsideLink) -> str:
    return f"lien-{link.uid.hex[:12]}"


def given(request: HttpRequest, link: OutsideLink) -> str:
    """The proof that this browser gave the password of this link, if it did."""
    try:
        uid, proof = signing.loads(
            request.COOKIES.get(_cookie(link), ""),
            key=settings.LINK_KEY,
            salt=_SALT,
            max_age=_LASTS_SECONDS,
        )
    except (signing.BadSignature, ValueError, TypeError):
        return ""
    return str(proof) if uid == str(link.uid) else ""


def frame(opening: Opening) -> dict[str, Any]:
    """What every page of a link says: who shares, for how long, whom to call."""
    link = opening.link
    end = link.expires_at.astimezone(clock.zone(link.organisation.timezone))
    return {
        "organisation": link.organisation,
        "author": link.author.full_name,
        "until": f"{day_number(end.day)} {MONTHS[end.month - 1]} {end.year}",
        "message": link.message,
    }


def _dead(request: HttpRequest, dead: DeadLink) -> HttpResponse:
    """Never what it was about: only that it is over, and whom to ask."""
    over = {
        State.REVOKED: "La personne qui l’a envoyé l’a arrêté.",
        State.EXPIRED: "Sa date est passée.",
        State.USED_UP: "Il a servi autant de fois que prévu.",
        State.CLOSED: "La personne qui l’a envoyé ne peut plus partager ce qu’il ouvrait.",
    }
    context = {
        "organisation": dead.organisation,
        "why": over.get(dead.state, "") if dead.state else "",
    }
    return render_page(
        request, "documents/outside/dead.html", context, status=410 if dead.state else 404
    )
