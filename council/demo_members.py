"""What members of the demonstration's council asked before the meeting to come."""

from __future__ import annotations

from datetime import timedelta

from accounts.demo import Stage
from council.enums import AnswerSource
from council.models import Convocation
from council.services import asking, questioning


def ask(stage: Stage, convocations: dict[str, Convocation]) -> None:
    """One piece is asked for, one oral question handed in; both wait for their answer."""
    at = stage.now - timedelta(days=1)
    nicolas = Convocation.objects.get(pk=convocations["Nicolas Rey"].pk)
    asking.ask_piece(
        convocation=nicolas,
        item=nicolas.meeting.items.filter(title__contains="cantine").first(),
        what="Le nombre de repas servis chaque mois depuis la rentrée, et le prix payé au "
        "fournisseur.",
        source=AnswerSource.LINK,
        now=at,
    )
    questioning.ask_question(
        convocation=nicolas,
        subject="la circulation devant l’école",
        text="Que prévoit la commune pour la sécurité des enfants aux heures d’entrée et de "
        "sortie ?",
        source=AnswerSource.LINK,
        now=at + timedelta(hours=1),
    )
