"""Which ballot applies (R-VOT-03 to R-VOT-06, R-VOT-10). CGCT, art. L2121-21.

Requests are counted on the members present, never on those represented, and for one vote at a
time.
"""

from __future__ import annotations

from dataclasses import dataclass

from council.rules.finding import Finding, inform, refuse
from council.rules.policy import Body
from council.rules.votes import Ballot, Counts
from council.rules.wording import plural

CITATION = "CGCT, art. L2121-21"
CCAS_CITATION = "CASF, art. R123-18"


def needed_for_public(present: int) -> int:
    """A quarter of the members present (R-VOT-06): 17 → 5."""
    return max(1, -(-present // 4))


def needed_for_secret(present: int) -> int:
    """A third of the members present (R-VOT-06): 12 → 4."""
    return max(1, -(-present // 3))


@dataclass(frozen=True, slots=True)
class BallotFacts:
    """What is asked for one vote. ``nomination``: the vote names or presents somebody.

    ``secrecy_waived``: the council unanimously chose not to vote in secret on this nomination;
    ``secrecy_imposed``: another text imposes it (election of the mayor and deputies, L2122-7).
    """

    present: int
    asking_public: int = 0
    asking_secret: int = 0
    nomination: bool = False
    secrecy_waived: bool = False
    secrecy_imposed: bool = False
    body: Body = Body.MUNICIPAL_COUNCIL


def ballot_for(facts: BallotFacts) -> Ballot:
    """The ballot that the requests and the subject give. Both valid at once: secret (R-VOT-05)."""
    if facts.secrecy_imposed:
        return Ballot.SECRET
    if facts.asking_secret >= needed_for_secret(facts.present):
        return Ballot.SECRET
    if facts.nomination and not facts.secrecy_waived:
        return Ballot.SECRET
    # A CCAS's text gives a public ballot to nobody on request.
    public = facts.asking_public >= needed_for_public(facts.present)
    if public and facts.body is not Body.CCAS_BOARD:
        return Ballot.PUBLIC
    return Ballot.ORDINARY


def check_ballot(facts: BallotFacts, chosen: Ballot) -> list[Finding]:
    """Whether the ballot chosen is the one that the text gives."""
    text = CCAS_CITATION if facts.body is Body.CCAS_BOARD else CITATION
    if max(facts.asking_public, facts.asking_secret) > facts.present:
        return [
            refuse(
                "R-VOT-06",
                "Seuls les membres présents demandent un scrutin, pas les pouvoirs.",
                text,
            )
        ]
    due = ballot_for(facts)
    if chosen is due:
        return []
    if due is Ballot.ORDINARY and chosen is Ballot.PUBLIC:
        # Naming the votes of a show of hands is a practice that nothing forbids (R-VOT-02).
        return [inform("R-VOT-02", "Scrutin public choisi sans y être tenu.", text)]
    if due is Ballot.SECRET:
        return [refuse("R-VOT-04", _why_secret(facts), text)]
    if due is Ballot.PUBLIC:
        needed = needed_for_public(facts.present)
        return [
            refuse(
                "R-VOT-03",
                f"{plural(facts.asking_public, 'membre', 'membres')} le demandent, il en faut "
                f"{needed} : le scrutin est public.",
                text,
            )
        ]
    return [
        refuse(
            "R-VOT-04",
            "Il faut "
            f"{plural(needed_for_secret(facts.present), 'membre présent', 'membres présents')} "
            "pour un scrutin secret.",
            text,
        )
    ]


def _why_secret(facts: BallotFacts) -> str:
    if facts.secrecy_imposed:
        return "La loi impose ici le scrutin secret."
    if facts.asking_secret >= needed_for_secret(facts.present):
        return "Un tiers des membres présents le demande : le scrutin est secret."
    return (
        "Une désignation se vote au scrutin secret, sauf si le conseil décide à l’unanimité d’y "
        "renoncer."
    )


def secrecy_is_waived(counts: Counts, *, secrecy_imposed: bool = False) -> bool:
    """R-VOT-04: unanimity, and no text that imposes secrecy (T-VOT-16, T-VOT-17).

    An abstention is not a voice against; an opposition is enough to refuse.
    """
    return not secrecy_imposed and counts.against == 0 and counts.in_favour > 0


def takes_effect_at_once(*, candidates: int, seats: int, secrecy_imposed: bool = False) -> bool:
    """R-VOT-04: as many candidates as seats (or a single list) after a call for candidates: the
    nominations take effect at once and are read out. Never for the mayor's election."""
    return not secrecy_imposed and 0 < candidates <= seats


def check_device(ballot: Ballot, *, direction_accessible: bool) -> list[Finding]:
    """R-VOT-10: a voting device must leave the direction of each public vote accessible; a secret
    one would need a proof of anonymity that Parvis does not give."""
    if ballot is Ballot.SECRET:
        return [
            refuse(
                "R-VOT-10",
                "Un scrutin secret se fait par bulletins : un vote électronique devrait prouver "
                "l’anonymat.",
                CITATION,
            )
        ]
    if direction_accessible:
        return []
    return [
        refuse(
            "R-VOT-10",
            "Un vote électronique public laisse voir le sens de chaque vote.",
            CITATION,
        )
    ]
