"""What happens in a sitting, as the minutes tell it. Hours are local datetimes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from config.lib.text import join_french, long_date
from council.rules.sitting import Opening
from council.rules.voters import Basis
from council.rules.wording.hours import told_hour
from council.rules.wording.people import Named, agreed, listed, verb


def opening_sentence(told: Opening, chair: Named) -> str:
    """Both hours when the quorum came late (T-QUO-14)."""
    opens = told_hour(told.opens_at)
    head = f"La séance, convoquée à {told_hour(told.convened_at)}, est ouverte à {opens}"
    if not told.is_late:
        head = f"La séance est ouverte à {opens}"
    late = ", le quorum étant alors atteint" if told.is_late else ""
    return f"{head}{late}, sous la présidence de {chair.titled}."


def no_quorum_sentence(convened_at: datetime, present: int, needed: int) -> str:
    """The record of a sitting that could not open."""
    were = "membre présent" if present == 1 else "membres présents"
    return (
        f"Le {long_date(convened_at)} à {told_hour(convened_at)}, le quorum n’est pas atteint : "
        f"{present} "
        f"{were} pour {needed} nécessaires. Le conseil sera convoqué une seconde fois, à trois "
        "jours "
        "francs au moins d’intervalle."
    )


def arrival_sentence(people: Sequence[Named], at: datetime | None, before_point: int | None) -> str:
    """Mme A arrive à 20 h 20, avant l’examen du point 3."""
    return _movement(people, verb("arrive", "arrivent", people), at, before_point)


def departure_sentence(
    people: Sequence[Named],
    at: datetime | None,
    before_point: int | None,
    proxy_to: Named | None = None,
) -> str:
    """M. B quitte la séance à 21 h 05, avant l’examen du point 5, et donne pouvoir à Mme C."""
    told = _movement(people, verb("quitte", "quittent", people) + " la séance", at, before_point)
    if proxy_to is None:
        return told
    return (
        f"{told.removesuffix('.')}, et {verb('donne', 'donnent', people)} pouvoir à "
        f"{proxy_to.titled}."
    )


def _movement(
    people: Sequence[Named], what: str, at: datetime | None, before_point: int | None
) -> str:
    when = f" à {told_hour(at)}" if at else ""
    where = f", avant l’examen du point {before_point}" if before_point else ""
    return f"{listed(people)} {what}{when}{where}."


def withdrawal_sentence(people: Sequence[Named], basis: Basis) -> str:
    """R-VOT-11: the minutes say who withdrew and on what ground."""
    who = listed(people)
    if basis is Basis.ACCOUNTS:
        return f"{who} {verb('se retire', 'se retirent', people)} au moment du vote des comptes."
    if basis is Basis.REPRESENTS:
        return (
            f"{who}, {agreed('désigné', people)} pour représenter la commune dans l’organisme "
            "concerné, "
            f"{verb('ne prend', 'ne prennent', people)} part ni au débat ni au vote (article "
            "L1111-6 du CGCT)."
        )
    return (
        f"{who}, {agreed('intéressé', people)} à l’affaire, "
        f"{verb('ne prend', 'ne prennent', people)} "
        "part ni au débat ni au vote (article L2131-11 du CGCT)."
    )


def secretary_sentence(people: Sequence[Named]) -> str:
    """Mme A est nommée secrétaire de séance."""
    role = "secrétaire de séance" if len(people) == 1 else "secrétaires de séance"
    return f"{listed(people)} {verb('est', 'sont', people)} {agreed('nommé', people)} {role}."


def accounts_chair_sentence(chair: Named) -> str:
    """The council elects its chair for the accounts (R-QUO-07)."""
    return (
        f"Le conseil élit {chair.titled} pour présider l’examen du compte ; {chair.titled} préside "
        "jusqu’à l’issue du vote."
    )


def suspension_sentence(from_: datetime, until: datetime | None) -> str:
    """La séance est suspendue à 21 h 30 et reprise à 21 h 45."""
    back = f" et reprise à {told_hour(until)}" if until else ""
    return f"La séance est suspendue à {told_hour(from_)}{back}."


def urgency_refused_sentence(points: Sequence[int]) -> str:
    """R-CONV-06: what falls with the urgency."""
    if not points:
        return ""
    told = join_french([str(number) for number in points])
    if len(points) == 1:
        return f"Le point {told}, inscrit en urgence, est reporté à une prochaine séance."
    return f"Les points {told}, inscrits en urgence, sont reportés à une prochaine séance."


def closing_sentence(at: datetime) -> str:
    """L’ordre du jour étant épuisé…"""
    return f"L’ordre du jour étant épuisé, la séance est levée à {told_hour(at)}."
