"""What a session decided on one point, as the papers afterwards need it. Data only.

Whoever knows (the session's entries, an import, a grid typed afterwards) fills one ``ItemResult``
per point; deliberations, the list of deliberations, the minutes and the open data read it. Names
are whole, as printed (« Jeanne Martin »), in the order of the tableau.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import Any


class Way(StrEnum):
    """How the body decided."""

    NONE = "none"  # no vote: a communication, a point taken note of
    ORDINARY = "ordinary"  # show of hands (R-VOT-02)
    PUBLIC = "public"  # roll call, names and directions in the register (R-VOT-03)
    SECRET = "secret"  # noqa: S105 - counts alone (R-VOT-04)
    NOMINATION = "nomination"


@dataclass(frozen=True, slots=True)
class Tally:
    """Voices counted, those given by pouvoir included. ``not_voting``: NPPV, never an
    abstention (R-VOT-08)."""

    in_favour: int = 0
    against: int = 0
    abstaining: int = 0
    not_voting: int = 0
    blank: int = 0

    @property
    def cast(self) -> int:
        """Suffrages exprimés: neither abstentions nor blank ballots (R-VOT-01)."""
        return self.in_favour + self.against


@dataclass(frozen=True, slots=True)
class Represented:
    """Somebody absent who gave pouvoir, and to whom."""

    giver: str
    holder: str


@dataclass(frozen=True, slots=True)
class Recused:
    """Somebody who took no part, and why (R-VOT-11)."""

    name: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RoundTold:
    """One round of a nomination: the voices of each candidate, in the order of the ballot."""

    votes: tuple[int, ...]
    blank: int = 0
    void: int = 0


@dataclass(frozen=True, slots=True)
class Nomination:
    """Who was named to one seat, and how. Without a round, as many candidates as seats: the
    nominations took effect at once (R-VOT-04)."""

    question: str
    candidates: tuple[str, ...]
    elected: tuple[str, ...]
    rounds: tuple[RoundTold, ...] = ()

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Nomination:
        """What `asdict` gave."""
        return cls(
            question=data["question"],
            candidates=tuple(data["candidates"]),
            elected=tuple(data["elected"]),
            rounds=tuple(
                RoundTold(tuple(one["votes"]), one["blank"], one["void"]) for one in data["rounds"]
            ),
        )


@dataclass(frozen=True, slots=True)
class ItemResult:
    """One point: who was there when it was called, how they voted, what came of it.

    ``outcome`` is a value of ``council.enums.ItemState``. ``tally`` is None where nobody counted.
    ``in_favour_names`` is filled for a public ballot only; the two others whenever known.
    ``quorum_sentence`` and ``sentence`` are French sentences ready for the minutes.
    """

    outcome: str
    way: Way = Way.NONE
    tally: Tally | None = None
    in_office: int = 0
    present: tuple[str, ...] = ()
    represented: tuple[Represented, ...] = ()
    absent: tuple[str, ...] = ()
    recused: tuple[Recused, ...] = ()
    in_favour_names: tuple[str, ...] = ()
    against_names: tuple[str, ...] = ()
    abstaining_names: tuple[str, ...] = ()
    not_voting_names: tuple[str, ...] = ()
    chair: str = ""
    secretary: str = ""
    quorum_sentence: str = ""
    sentence: str = ""
    nominations: tuple[Nomination, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Plain data, to be kept with the act as it was printed."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> ItemResult:
        """What `as_json` gave. Unknown keys are left aside: an older act stays readable."""
        known = {one.name for one in fields(cls)}
        kept: dict[str, Any] = {key: value for key, value in data.items() if key in known}
        for name, value in kept.items():
            if isinstance(value, list):
                kept[name] = tuple(value)
        if kept.get("tally"):
            kept["tally"] = Tally(**kept["tally"])
        kept["way"] = Way(kept.get("way", Way.NONE))
        kept["represented"] = tuple(Represented(**one) for one in kept.get("represented", ()))
        kept["nominations"] = tuple(Nomination.from_json(o) for o in kept.get("nominations", ()))
        kept["recused"] = tuple(Recused(**one) for one in kept.get("recused", ()))
        return cls(**kept)
