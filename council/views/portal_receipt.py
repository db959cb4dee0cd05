"""« J’ai bien reçu mon dossier »: the member's own act, the only one that tells what they read."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect

from config.lib.htmx import render_page
from config.lib.http import write_view
from config.lib.text import human_datetime
from council import papers
from council.services import acknowledging
from council.views.portal import frame
from council.views.portal_reading import read_marks
from council.views.portal_session import Visit, portal_page
from council.views.portal_words import day_and_hour


@portal_page
@write_view
def receipt(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """One list of documents, ticked as this device remembers them, and one button."""
    if request.method == "POST":
        acknowledging.acknowledge(
            convocation=visit.latest,
            declared=_uids(request.POST.getlist("piece")),
            now=visit.now,
        )
        messages.success(request, "Merci. Votre accusé de réception est joint à la preuve.")
        return HttpResponseRedirect(visit.url("home"), status=303)
    given = acknowledging.receipt_of(visit.latest)
    marks = read_marks(request)
    context = frame(visit) | {
        "title": visit.meeting.assembly.name,
        "when": day_and_hour(visit.meeting),
        "given": human_datetime(given.at, visit.now, visit.meeting.timezone) if given else "",
        "pieces": [
            {
                "uid": str(one.uid),
                "title": papers.shown_title(one.label),
                "number": one.item.number,
                "ticked": str(one.uid) in given.pieces if given else one.uid in marks,
            }
            for one in papers.edition_pieces(visit.latest.edition)
        ],
    }
    return render_page(request, "council/portal/receipt.html", context)


def _uids(given: list[str]) -> list[UUID]:
    found = []
    for one in given[:500]:
        try:
            found.append(UUID(one))
        except ValueError:
            continue
    return found
