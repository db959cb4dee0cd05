"""Seats shared between lists, by proportional representation and the largest remainder.

For the CAO and the DSP commission (CGCT, art. D1411-3 to D1411-5), and the elected members of a
CCAS
board (CASF, art. R123-8). Municipal commissions are proportional too, without a method in the law
(CGCT, art. L2121-22).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from council.rules.finding import Finding, refuse, warn
from council.rules.policy import MEDIUM


def proportional_seats(
    votes: Mapping[str, int], seats: int, *, eldest_first: Sequence[str] = ()
) -> dict[str, int]:
    """How many seats each list has. Exact fractions: no rounding decides a seat.

    Equal remainders: the list with more votes; then the list of the eldest candidate who could be
    elected, in the order of ``eldest_first``. Raises ValueError when that order is needed and
    missing, when nobody voted, or for a number of seats below one.
    """
    cast = sum(votes.values())
    if cast <= 0 or seats < 1 or min(votes.values()) < 0:
        raise ValueError("votes and seats are needed")
    quotient = Fraction(cast, seats)
    won = {name: int(count // quotient) for name, count in votes.items()}
    remainders = {name: count - won[name] * quotient for name, count in votes.items()}
    left = seats - sum(won.values())
    order = sorted(votes, key=lambda name: (-remainders[name], -votes[name]))
    if 0 < left < len(order):
        order = _break_tie(order, left, remainders, votes, eldest_first)
    for name in order[:left]:
        won[name] += 1
    return won


def _break_tie(
    order: list[str],
    left: int,
    remainders: Mapping[str, Fraction],
    votes: Mapping[str, int],
    eldest_first: Sequence[str],
) -> list[str]:
    """Age decides only between lists equal on both counts, on the edge of the last seat."""

    def rank(name: str) -> tuple[Fraction, int]:
        return remainders[name], votes[name]

    edge = rank(order[left - 1])
    tied = [name for name in order if rank(name) == edge]
    if rank(order[left]) != edge:
        return order
    if not set(tied) <= set(eldest_first):
        raise ValueError("the ages of the tied lists must be known")
    above = [name for name in order if rank(name) > edge]
    below = [name for name in order if rank(name) < edge]
    return [*above, *(name for name in eldest_first if name in tied), *below]


def ccas_board_is_even(*, elected: int, appointed: int) -> list[Finding]:
    """As many elected as appointed members, four to eight of each, beside the mayor (R123-7)."""
    text = "CASF, art. L123-6 et R123-7"
    found = []
    if elected != appointed:
        found.append(
            refuse(
                "CCAS",
                "Le conseil d’administration compte autant de membres élus que de membres nommés.",
                text,
            )
        )
    if not (4 <= elected <= 8 and 4 <= appointed <= 8):
        found.append(
            refuse("CCAS", "De quatre à huit membres élus, et autant de membres nommés.", text)
        )
    return found


def check_commission_seats(
    seats: Mapping[str, int], groups: Mapping[str, int], *, population: int
) -> list[Finding]:
    """From 1,000 inhabitants on, every group of the council has a seat in each commission.

    ``groups``: how many councillors each group has; ``seats``: how many of them sit.
    """
    if population < MEDIUM:
        return []
    return [
        warn(
            "L2121-22",
            "Ce groupe n’a aucun siège dans la commission : chaque tendance du conseil doit "
            "pouvoir "
            "s’y exprimer.",
            "CGCT, art. L2121-22",
            group,
        )
        for group, members in groups.items()
        if members and not seats.get(group)
    ]
