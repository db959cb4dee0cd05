"""Who counts and who votes on one point, name by name (R-QUO-06, R-QUO-07, R-PRO-04, R-PRO-05).

People are opaque references. What happens here is what ``council.rules.sitting`` replays at each
point, with the withdrawals of that point on top.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from council.rules.quorum import Attendance, Quorum, QuorumRule, count


class Basis(Enum):
    """Why somebody withdraws from a point (R-VOT-11)."""

    PERSONAL = "interet_personnel"
    REPRESENTS = "L1111-6"
    ACCOUNTS = "comptes"


class Standing(Enum):
    """What a pouvoir is worth on a point."""

    ACTIVE = "active"
    GIVER_PRESENT = "giver_present"
    HOLDER_ABSENT = "holder_absent"
    GIVER_WITHDRAWN = "giver_withdrawn"
    HOLDER_WITHDRAWN = "holder_withdrawn"
    OUTSIDE = "outside"


#: Why a pouvoir gives no voice, as the minutes say it.
STANDING_WORDS = {
    Standing.ACTIVE: "exercé",
    Standing.GIVER_PRESENT: "sans effet : la personne qui l’a donné est présente",
    Standing.HOLDER_ABSENT: "non exercé : la personne qui l’a reçu est absente",
    Standing.GIVER_WITHDRAWN: "non exercé : la personne qui l’a donné ne prend pas part à ce point",
    Standing.HOLDER_WITHDRAWN: "non exercé : la personne qui l’a reçu ne prend pas part à ce point",
    Standing.OUTSIDE: "sans effet : l’une des deux personnes n’est plus membre",
}


@dataclass(frozen=True, slots=True)
class PointSituation:
    """One point at the moment it is put to discussion or to the vote.

    ``in_office`` are the members with a vote; ``present`` those in the room, withdrawn ones
    included (their mere presence is not taking part). ``proxies`` maps each giver to their holder.
    ``withdrawn`` says why each of them, present or absent, stays out. ``stand_ins``: the alternates
    among those in office, each with the titular whose seat they hold.
    """

    in_office: frozenset[str]
    present: frozenset[str]
    proxies: Mapping[str, str] = field(default_factory=dict)
    withdrawn: Mapping[str, Basis] = field(default_factory=dict)
    carried_over: bool = False
    local_law: bool = False
    rule: QuorumRule = QuorumRule.MAJORITY
    stand_ins: Mapping[str, str] = field(default_factory=dict)


def standing_of(giver: str, holder: str, at: PointSituation) -> Standing:
    """What the pouvoir of ``giver`` is worth on this point.

    Presence is revocation; no sub-delegation; whoever is interested neither votes, nor is
    represented, nor uses the pouvoir that they hold.
    """
    if giver not in at.in_office or holder not in at.in_office:
        return Standing.OUTSIDE
    if giver in at.present:
        return Standing.GIVER_PRESENT
    if holder not in at.present:
        return Standing.HOLDER_ABSENT
    if giver in at.withdrawn:
        return Standing.GIVER_WITHDRAWN
    return Standing.HOLDER_WITHDRAWN if holder in at.withdrawn else Standing.ACTIVE


def proxies_in_effect(at: PointSituation) -> dict[str, str]:
    """Giver to holder, those alone that give a voice now."""
    return {
        giver: holder
        for giver, holder in at.proxies.items()
        if standing_of(giver, holder, at) is Standing.ACTIVE
    }


def votes_of(at: PointSituation) -> dict[str, str]:
    """Each voice of this point: whose it is, and who casts it (themselves, or their holder)."""
    seated = {
        person: person for person in sorted(at.present & at.in_office) if person not in at.withdrawn
    }
    return seated | dict(sorted(proxies_in_effect(at).items()))


def quorum_of(at: PointSituation) -> Quorum:
    """The quorum of this point.

    T-QUO-15: interest lowers the count alone. L1111-6 lowers the denominator too, for absent
    members as well. R-QUO-07: the mayor is not counted for the accounts (strict denominator).
    """
    seated = at.present & at.in_office

    def withdrawn(basis: Basis) -> set[str]:
        return {p for p, why in at.withdrawn.items() if why is basis and p in at.in_office}

    represent = withdrawn(Basis.REPRESENTS)
    interested = withdrawn(Basis.PERSONAL)
    return count(
        Attendance(
            in_office=len(at.in_office),
            present=len(seated),
            proxies=len(proxies_in_effect(at)),
            interested=len((interested | withdrawn(Basis.ACCOUNTS)) & seated),
            represent_the_body=len(represent & seated),
            represent_absent=len(represent - seated),
            prevented=len(interested | represent),
            carried_over=at.carried_over,
            local_law=at.local_law,
            rule=at.rule,
        )
    )
