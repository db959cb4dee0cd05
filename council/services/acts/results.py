"""What a session decided on each point, for the papers that follow."""

from __future__ import annotations

from council.enums import ItemState
from council.models import AgendaItem, Meeting
from council.rules.result import ItemResult
from council.services.session.results import results_of

_SENTENCES = {
    ItemState.ADOPTED: "Le conseil adopte la proposition.",
    ItemState.AMENDED: "Le conseil adopte la proposition, modifiée en séance.",
    ItemState.REJECTED: "Le conseil rejette la proposition.",
    ItemState.NOTED: "Le conseil prend acte.",
    ItemState.ADJOURNED: "Le point est ajourné.",
    ItemState.WITHDRAWN: "Le point est retiré de l’ordre du jour.",
    ItemState.POSTPONED: "Le point est reporté à une prochaine séance.",
}


def results(meeting: Meeting) -> dict[int, ItemResult]:
    """What came of each point of a session, by its primary key. Where the session noted nothing
    but an outcome, its sentence alone."""
    told = results_of(meeting)
    for item in AgendaItem.objects.filter(meeting=meeting):
        known = told.get(item.pk)
        if known is None or not known.sentence or known.outcome != item.state:
            told[item.pk] = outcome_alone(item)
    return told


def outcome_alone(item: AgendaItem) -> ItemResult:
    """The outcome of a point of which nothing else is known."""
    return ItemResult(
        outcome=item.state, sentence=_SENTENCES.get(ItemState(item.state), "Le point est examiné.")
    )
