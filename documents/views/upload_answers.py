"""What the script of the deposits is told, in JSON."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, JsonResponse
from django.urls import reverse

from accounts.actor import Actor
from config.lib.access import Refused
from config.lib.http import AuthedRequest
from documents.access import can_read
from documents.models import Document, Version
from documents.services.duplicates import same_bytes
from documents.services.filing import FileTooLarge, NameTaken, NoRoomLeft
from documents.services.refusals import Refusal


def choice_of(request: AuthedRequest) -> dict[str, bool]:
    """What the person decided for names that are taken, as the services take it."""
    choice = request.POST.get("choice", "")
    return {
        "as_new_version": choice == "version" or request.POST.get("confirm") == "1",
        "keep_both": choice == "both",
    }


def filed_answer(
    request: AuthedRequest, document: Document, said: str, version: Version | None
) -> HttpResponse:
    """201: where it is, what to say, and where else the same bytes are."""
    return JsonResponse(
        {
            "title": document.title,
            "url": _address(request.actor, document),
            "message": said,
            "same": duplicates(request.actor, version),
        },
        status=201,
    )


def duplicates(actor: Actor, version: Version | None) -> list[dict[str, str]]:
    """Documents with the same bytes that the actor may read; the folder's name if readable."""
    if version is None:
        return []
    return [
        {
            "title": one.title,
            "url": _address(actor, one),
            "folder": one.folder.name if can_read(actor, one.folder) else "",
        }
        for one in same_bytes(actor=actor, version=version)
    ]


def _address(actor: Actor, document: Document) -> str:
    return reverse("documents:document", args=[actor.organisation.slug, document.uid])


def refusal_answer(refused: Refusal | Refused) -> JsonResponse:
    """The reason in French, under the status that says what the script may try next."""
    status = 422
    if isinstance(refused, NameTaken):
        status = 409
    elif isinstance(refused, Refused):
        status = 403
    elif isinstance(refused, FileTooLarge):
        status = 413
    elif isinstance(refused, NoRoomLeft):
        status = 507
    answer: dict[str, Any] = {"reason": str(refused)}
    if isinstance(refused, NameTaken):
        answer["choices"] = ["version", "both"] if refused.existing else ["both"]
    return JsonResponse(answer, status=status)
