"""The files attached to a message: each downloaded alone, or filed in the folder of its message."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect

from accounts.audit import record
from config.lib import clock
from config.lib.access import require
from config.lib.downloads import serve
from config.lib.http import AuthedRequest, post_view, read_view, trace
from documents import audit
from documents.access import can_edit, is_confidential
from documents.services import filing, mail_pieces
from documents.services.mail_pieces import NoSuchPiece
from documents.services.refusals import Refusal
from documents.views.fetch import version_or_404


@read_view
def download(request: AuthedRequest, org: str, uid: UUID, rank: int) -> HttpResponseBase:
    """One attached file, always as a file to keep: whoever reads the message."""
    version = version_or_404(request.actor, uid)
    try:
        piece = mail_pieces.take_out(version, rank)
    except NoSuchPiece:
        raise Http404 from None
    except Refusal as refused:
        return HttpResponse(str(refused), status=422, content_type="text/plain; charset=utf-8")
    with piece.file:
        if "Range" not in request.headers:  # the parts of one download are one download
            with trace():
                record(
                    request.actor,
                    audit.DOCUMENT_DOWNLOADED,
                    version.document,
                    now=clock.now(),
                    data={"version": str(version.uid), "piece": rank},
                    label=not is_confidential(version.document),
                )
        # Opened again before it is closed here: it goes with the last byte sent.
        return serve(request, piece.path, media_type=piece.sniffed.media_type, name=piece.true_name)


@post_view
def file_beside(request: AuthedRequest, org: str, uid: UUID, rank: int) -> HttpResponse:
    """« Classer cette pièce »: whoever may file in the folder of the message."""
    version = version_or_404(request.actor, uid)
    require(can_edit(request.actor, version.document.folder))
    try:
        piece = mail_pieces.take_out(version, rank)
        with piece.file:
            received = filing.receive(piece.file, piece.name)
        filed = mail_pieces.file_piece(
            actor=request.actor, version=version, received=received, now=clock.now()
        )
    except NoSuchPiece:
        raise Http404 from None
    except Refusal as refused:
        messages.error(request, str(refused))
    else:
        if filed.created:
            said = f"« {filed.document.title} » est classé dans le même dossier. {filed.notice}"
            messages.success(request, said.strip())
        else:
            messages.info(request, f"« {filed.document.title} » est déjà dans ce dossier.")
    return redirect("documents:document", org, version.document.uid)
