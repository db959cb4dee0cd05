"""What the script asks before it sends many files: their folders, and the names that are taken."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from config.lib import clock
from config.lib.access import Refused
from config.lib.http import AuthedRequest
from documents.services import preparing
from documents.services.refusals import Refusal
from documents.views.fetch import folder_or_404
from documents.views.upload_answers import refusal_answer


def _asked(body: bytes) -> tuple[list[str], dict[str, list[str]]]:
    """`{"folders": ["A/B"], "files": {"A": ["x.pdf"]}}`. Raises ValueError on anything else."""
    given: Any = json.loads(body)
    if not isinstance(given, dict):
        raise ValueError("not an object")
    folders, files = given.get("folders", []), given.get("files", {})
    lists = [folders, *files.values()] if isinstance(files, dict) else [None]
    if not all(isinstance(one, list) and all(isinstance(s, str) for s in one) for one in lists):
        raise ValueError("not lists of names")
    "".join([*files, *(s for one in lists for s in one)]).encode()  # no half characters
    return folders, files


@require_POST
def prepare(request: AuthedRequest, org: str, uid: UUID) -> HttpResponse:
    """200 `{"folders": {path: {"upload", "parts"}}, "refused": {path: reason}, "taken": {…}}`."""
    folder = folder_or_404(request.actor, uid)
    try:
        paths, names = _asked(request.body)
    except (ValueError, RecursionError):
        return JsonResponse({"reason": "Cette liste de fichiers est illisible."}, status=400)
    try:
        done = preparing.prepare(
            actor=request.actor, folder=folder, paths=paths, names=names, now=clock.now()
        )
    except (Refusal, Refused) as refused:
        return refusal_answer(refused)
    return JsonResponse(
        {
            "folders": {
                path: {
                    "upload": reverse("documents:upload", args=[org, one.uid]),
                    "parts": reverse("documents:upload-parts", args=[org, one.uid]),
                }
                for path, one in done.folders.items()
            },
            "refused": done.refused,
            "taken": done.taken,
            "made": done.made,
        }
    )
