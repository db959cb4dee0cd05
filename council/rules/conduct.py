"""What a council decides about its own sitting: urgency, closed doors (R-CONV-06, R-VOT-09)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from council.rules.finding import Finding, inform, refuse, warn
from council.rules.policy import Body
from council.rules.votes import Ballot, Counts, decide
from council.rules.wording import plural

DOORS, EPCI_DOORS = "CGCT, art. L2121-18", "CGCT, art. L5211-11"
URGENCY = "CGCT, art. L2121-11 et L2121-12"

#: How many members ask for closed doors: three in a council, five in an EPCI.
ASKING, EPCI_ASKING = 3, 5


def _intermunicipal(body: Body) -> bool:
    return body in (Body.COMMUNITY_COUNCIL, Body.SYNDICATE_COMMITTEE)


def closed_doors_needs(body: Body) -> int:
    """How many members must ask, when the chair does not."""
    return EPCI_ASKING if _intermunicipal(body) else ASKING


def may_ask_closed_doors(body: Body, *, asking: int, by_the_chair: bool = False) -> bool:
    """R-VOT-09: three members (five in an EPCI), or the mayor (the president) (T-VOT-18)."""
    return by_the_chair or asking >= closed_doors_needs(body)


@dataclass(frozen=True, slots=True)
class ClosedDoors:
    """A request for closed doors and its vote. ``present`` and ``represented`` are numbers of
    members: the majority is of those, never of the votes cast. ``in_session``: during the
    sitting."""

    body: Body
    asking: int
    by_the_chair: bool
    present: int
    represented: int
    counts: Counts
    ballot: Ballot = Ballot.PUBLIC
    in_session: bool = True
    debated: bool = False


def closed_doors_majority(present: int, represented: int) -> int:
    """The absolute majority of the members present or represented."""
    return (present + represented) // 2 + 1


def closed_doors_are_decided(facts: ClosedDoors) -> bool:
    """Whether the doors close."""
    return not check_closed_doors(facts) and facts.counts.in_favour >= closed_doors_majority(
        facts.present, facts.represented
    )


def check_closed_doors(facts: ClosedDoors) -> list[Finding]:
    """What stands against this vote. The minutes and the register are kept as usual."""
    text = EPCI_DOORS if _intermunicipal(facts.body) else DOORS
    found: list[Finding] = []
    if not may_ask_closed_doors(facts.body, asking=facts.asking, by_the_chair=facts.by_the_chair):
        needed = closed_doors_needs(facts.body)
        chair = "le président" if _intermunicipal(facts.body) else "le maire"
        found.append(
            refuse(
                "R-VOT-09",
                f"Le huis clos se décide à la demande de {needed} membres, ou si {chair} le "
                "demande.",
                text,
            )
        )
    if not facts.in_session:
        found.append(
            refuse("R-VOT-09", "Le huis clos se vote pendant la séance, jamais avant.", text)
        )
    if facts.debated:
        found.append(refuse("R-VOT-09", "Le huis clos se décide sans débat.", text))
    if facts.ballot is Ballot.SECRET:
        found.append(refuse("R-VOT-09", "Le huis clos ne se vote pas au scrutin secret.", text))
    if facts.counts.accounted_for > facts.present + facts.represented:
        found.append(refuse("R-VOT-01", "Il y a plus de voix que de votants.", text))
    return found


def closed_doors_reminders(*, recording: bool) -> list[Finding]:
    """What follows once the doors are closed."""
    found = [
        inform(
            "R-VOT-09",
            "Le public sort. Le procès-verbal et le registre se tiennent comme d’habitude.",
            DOORS,
        )
    ]
    if recording:
        found.append(warn("R-VOT-09", "Arrêtez l’enregistrement et la retransmission.", DOORS))
    return found


@dataclass(frozen=True, slots=True)
class UrgencyVote:
    """What the council said of the urgency, and what becomes of each point."""

    approved: bool
    kept: tuple[str, ...]
    postponed: tuple[str, ...]


def after_urgency_vote(
    items: Iterable[str], *, counts: Counts, urgent: frozenset[str] | None = None
) -> UrgencyVote:
    """R-CONV-06: the council may refuse the urgency: the urgent points (all of them when the whole
    meeting was convened in urgency, ``urgent`` None) go to a later session."""
    approved = decide(counts).adopted
    listed = tuple(items)
    hurried = frozenset(listed) if urgent is None else urgent
    if approved:
        return UrgencyVote(True, listed, ())
    return UrgencyVote(
        False,
        tuple(item for item in listed if item not in hurried),
        tuple(item for item in listed if item in hurried),
    )


def check_urgency_vote(*, voted: bool, reason: str, first_vote: bool) -> list[Finding]:
    """The mayor reports on the urgency at the opening, and the council decides before all else."""
    found = []
    if not reason.strip():
        found.append(refuse("R-CONV-06", "Écrivez le motif de l’urgence.", URGENCY))
    if not voted:
        found.append(refuse("R-CONV-06", "Le conseil se prononce d’abord sur l’urgence.", URGENCY))
    elif not first_vote:
        found.append(refuse("R-CONV-06", "L’urgence se vote avant tout autre point.", URGENCY))
    return found


def check_end_of_point(*, present: int, quorum_needed: int) -> list[Finding]:
    """R-QUO-04: somebody left: said before the next point is called, not held against this one."""
    if present >= quorum_needed:
        return []
    return [
        warn(
            "R-QUO-04",
            f"Le quorum n’est plus atteint : {plural(present, 'présent', 'présents')} pour "
            f"{quorum_needed}. Le point en cours peut se voter, le suivant ne peut pas s’ouvrir.",
            "CGCT, art. L2121-17",
        )
    ]
