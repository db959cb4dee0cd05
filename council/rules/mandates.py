"""Mandates: who sits, since when, until when, and who comes next (R-QUO-03, R-CONV-11, R-CONV-14).

CGCT, art. L2121-1, L2121-4, L2122-2, L2122-15, L5211-6, L5211-8, L5211-9, L5211-10, R2121-2,
R2121-4; code électoral, art. L228, L262, L270, L273-5, L273-10; CASF, art. R123-10. Since March
2026 lists are voted in every commune.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from council.rules.calendar import add_months
from council.rules.finding import Finding, inform, refuse, warn
from council.rules.quorum import deemed_complete_from
from council.rules.wording import plural

RESIGNATION, HEAD = "CGCT, art. L2121-4", "CGCT, art. L2122-15"
NEXT = "code électoral, art. L270"
#: Days left to somebody whose mandate ended to take their private notes away. The house's rule.
NOTES_DAYS = 30


class Ending(Enum):
    """Why a mandate ends; values of ``council.enums.EndReason``."""

    TERM = "term"
    RESIGNATION = "resignation"
    DEATH = "death"
    ANNULMENT = "annulment"
    REPLACEMENT = "replacement"


class Post(Enum):
    """What somebody resigns from."""

    COUNCILLOR = "councillor"
    MAYOR = "mayor"
    DEPUTY = "deputy"
    COMMUNITY_COUNCILLOR = "community_councillor"
    COMMUNITY_OFFICER = "community_officer"


def resignation_takes_effect(
    post: Post,
    *,
    received_on: date,
    accepted_on: date | None = None,
    renewed_on: date | None = None,
) -> date | None:
    """From which day the seat or the function is free (T-QUO-24).

    A councillor's resignation is final when the mayor (the president) receives it. Mayor, deputies,
    president and vice-presidents write to the prefect: from the acceptance, or one month after a
    second letter. None while it is pending.
    """
    if post in (Post.COUNCILLOR, Post.COMMUNITY_COUNCILLOR):
        return received_on
    if accepted_on is not None:
        return accepted_on
    return add_months(renewed_on, 1) if renewed_on is not None else None


def check_resignation(
    post: Post, *, written: bool, signed: bool, addressed_right: bool
) -> list[Finding]:
    """What makes a resignation certain. The mayor tells the prefect at once."""
    head = post in (Post.MAYOR, Post.DEPUTY, Post.COMMUNITY_OFFICER)
    text = HEAD if head else RESIGNATION
    found = []
    if not (written and signed):
        found.append(
            refuse("R-QUO-03", "Une démission est écrite et signée, sans équivoque.", text)
        )
    if not addressed_right:
        whom = "au préfet" if head else "au maire (au président)"
        found.append(refuse("R-QUO-03", f"Cette démission s’adresse {whom}.", text))
    if not found and not head:
        found.append(
            inform("R-QUO-03", "Démission définitive dès réception : informez-en le préfet.", text)
        )
    return found


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody on a list, at their rank. ``unavailable``: died, refused, became ineligible.
    ``gender``: « f », « m », empty when nobody noted it."""

    person: str
    rank: int
    elected: bool = False
    sat: bool = False
    unavailable: bool = False
    gender: str = ""


def next_on_list(candidates: Iterable[Candidate], *, like: str = "") -> str:
    """Who takes the seat: the first after the last elected, who has not sat already. Empty when the
    list is exhausted. ``like``: only somebody of that gender (``gender_of_the_next``)."""
    ordered = sorted(candidates, key=lambda one: one.rank)
    last = max((one.rank for one in ordered if one.elected), default=0)
    return next(
        (
            one.person
            for one in ordered
            if one.rank > last
            and not one.sat
            and not one.unavailable
            and (not like or one.gender == like)
        ),
        "",
    )


def gender_of_the_next(*, community: bool, gender: str, seats: int) -> str:
    """The gender that whoever takes the seat must have; empty where anybody may.

    A community councillor is followed by somebody of the same sex, a municipal councillor, next on
    the list of that commune (code électoral, L273-10). ``seats``: how many that list obtained: a
    commune with one seat has a single other candidate, of the other sex.
    """
    return gender if community and seats > 1 else ""


class Follows(Enum):
    """What a seat elsewhere does when the seat in the municipal council falls."""

    ENDS = "ends"
    STAYS = "stays"


def seat_elsewhere(ending: Ending, *, elected_by_the_council: bool) -> Follows:
    """A community councillor, a delegate to a syndicate, a board member that the council elected
    lose that seat with the one in the council (code électoral, L273-5; CGCT, L2121-33 and L5212-7;
    CASF, R123-9). At a general renewal it waits for the installation of the new body (L5211-8)."""
    falls = ending in (Ending.RESIGNATION, Ending.DEATH, Ending.ANNULMENT)
    return Follows.ENDS if elected_by_the_council and falls else Follows.STAYS


def max_vice_presidents(members: int) -> int:
    """Twenty per cent of the members, rounded up, fifteen at most; four may be chosen where that
    makes fewer (L5211-10)."""
    return min(15, max(4, -(-members * 20 // 100)))


def check_vacancies(
    *, legal: int, vacant: int, list_exhausted: bool, population: int
) -> list[Finding]:
    """A third of the seats vacant and nobody left on the lists: new elections within three months.

    Under 1,000 inhabitants, a council is deemed complete with fewer members (L2121-2-1).
    """
    found: list[Finding] = []
    if list_exhausted and 3 * vacant >= legal and vacant:
        found.append(
            warn(
                "R-QUO-03",
                f"{plural(vacant, 'siège vacant', 'sièges vacants')} sur {legal}, un tiers au "
                "moins, "
                "et plus personne sur la liste : de nouvelles élections se tiennent dans les trois "
                "mois.",
                NEXT,
            )
        )
    complete = legal - vacant >= deemed_complete_from(population)
    if vacant and not complete and not found:
        found.append(
            inform(
                "R-QUO-03",
                f"{plural(vacant, 'siège vacant', 'sièges vacants')} : l’élection d’un maire "
                "demande "
                "d’abord de compléter le conseil.",
                "CGCT, art. L2122-8",
            )
        )
    return found


def check_replacement(
    *, person: str, since: date, convened: bool, meets_on: date | None
) -> list[Finding]:
    """T-QUO-24: the next on the list sits at once, and must have been convened."""
    if meets_on is None or meets_on < since or convened:
        return []
    return [
        refuse(
            "R-CONV-11",
            "Le suivant de liste est conseiller dès la vacance : convoquez-le, si le délai le "
            "permet "
            "encore.",
            NEXT,
            person,
        )
    ]


class Cut(Enum):
    """What stops the moment a mandate ends."""

    LINKS = "links"
    MAILS = "mails"
    PROXIES_GIVEN = "proxies_given"
    PROXIES_HELD = "proxies_held"
    SEAT = "seat"
    COMMISSIONS = "commissions"
    DELEGATIONS = "delegations"


def cuts_of(ending: Ending, *, keeps_another_mandate: bool = False) -> frozenset[Cut]:
    """What stops at once. Whoever changes seats in another body keeps their mails for it."""
    cuts = set(Cut)
    if keeps_another_mandate:
        cuts.discard(Cut.MAILS)
    if ending is Ending.REPLACEMENT:
        # Another delegate is named to a body outside: the council's own commissions stay.
        cuts -= {Cut.COMMISSIONS, Cut.DELEGATIONS}
    return frozenset(cuts)


def private_notes_until(ended_on: date) -> date:
    """The last day to take one's private notes away."""
    return ended_on + timedelta(days=NOTES_DAYS)


@dataclass(frozen=True, slots=True)
class Renewal:
    """The dates of a general renewal. ``complete_on``: the round at which the council was
    complete."""

    complete_on: date
    council_installed_on: date
    community_installed_on: date | None = None
    ccas_elected_on: date | None = None


class Chamber(Enum):
    """Where the mandate that ends was held."""

    COUNCIL = "council"
    EXECUTIVE = "executive"
    COMMUNITY = "community"
    CCAS = "ccas"
    COMMISSION = "commission"


def ends_at_renewal(chamber: Chamber, renewal: Renewal) -> date | None:
    """The last day of an outgoing mandate; None while the body that ends it has not met.

    Councillors: the election that renews them. Mayor and deputies: until their successors are
    installed, for current business. Community councillors: until the new council meets. CCAS: until
    its new board is elected, two months at most.
    """
    if chamber is Chamber.COUNCIL:
        return renewal.complete_on
    if chamber is Chamber.EXECUTIVE:
        return renewal.council_installed_on
    if chamber is Chamber.COMMUNITY:
        return renewal.community_installed_on
    if chamber is Chamber.CCAS:
        return renewal.ccas_elected_on or add_months(renewal.council_installed_on, 2)
    return renewal.council_installed_on


def max_deputies(legal: int) -> int:
    """Thirty per cent of the legal number, rounded down (L2122-2)."""
    return legal * 30 // 100


class Rank(Enum):
    """The place at the head of the tableau."""

    MAYOR = 0
    DEPUTY = 1
    COUNCILLOR = 2


@dataclass(frozen=True, slots=True)
class TableauEntry:
    """What the order of the tableau looks at. ``deputy_rank`` counts from 1; ``votes`` are those of
    the person or of their list."""

    person: str
    rank: Rank
    elected_on: date
    votes: int
    born_on: date
    deputy_rank: int = 0


def order_of_tableau(members: Sequence[TableauEntry]) -> list[str]:
    """R2121-2 to R2121-4: mayor, deputies in their order, then by date of election, votes, age."""
    return [
        one.person
        for one in sorted(
            members,
            key=lambda m: (m.rank.value, m.deputy_rank, m.elected_on, -m.votes, m.born_on),
        )
    ]
