"""What a session decided on each point, for the papers that follow."""

from __future__ import annotations

from council.enums import ItemState
from council.models import AgendaItem
from council.rules.result import ItemResult

_SENTENCES = {
    ItemState.ADOPTED: "Le conseil adopte la proposition.",
    ItemState.AMENDED: "Le conseil adopte la proposition, modifiée en séance.",
    ItemState.REJECTED: "Le conseil rejette la proposition.",
    ItemState.NOTED: "Le conseil prend acte.",
    ItemState.ADJOURNED: "Le point est ajourné.",
    ItemState.WITHDRAWN: "Le point est retiré de l’ordre du jour.",
    ItemState.POSTPONED: "Le point est reporté à une prochaine séance.",
}


def item_result(item: AgendaItem) -> ItemResult:
    """What came of a point: its outcome, when nothing else was noted."""
    return ItemResult(
        outcome=item.state, sentence=_SENTENCES.get(ItemState(item.state), "Le point est examiné.")
    )
