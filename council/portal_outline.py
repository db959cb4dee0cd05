"""The dossier as its reader goes through it: one step after the other, in the order of the agenda.

Pure: from a frozen dossier and the public ids of its pieces to a list of steps.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from council.dossier.data import Point


class StepKind(StrEnum):
    """What one step shows."""

    CONVOCATION = "convocation"
    POINT = "point"
    PIECE = "piece"


@dataclass(frozen=True, slots=True)
class Step:
    """One screen of the reader. `uid` is a point's or a piece's; empty for the convocation."""

    kind: StepKind
    title: str
    uid: str = ""
    number: int = 0
    point: Point | None = None
    opens_point: bool = False
    is_new: bool = False
    is_read: bool = False


@dataclass(frozen=True, slots=True)
class Turn:
    """Where the reader stands: `place` of `total`, and the steps on both sides."""

    step: Step
    place: int
    total: int
    before: Step | None
    after: Step | None


def steps_of(
    points: Iterable[Point],
    pieces: Mapping[str, list[tuple[UUID, str]]],
    *,
    new: Set[UUID] = frozenset(),
    read: Set[UUID] = frozenset(),
) -> list[Step]:
    """The steps. `pieces` gives, by point uid, each piece's public id and title, in order.

    A point with a text of its own, or with nothing joined, has a screen; otherwise its first
    document opens it.
    """
    steps = [Step(StepKind.CONVOCATION, "Convocation et ordre du jour")]
    for point in points:
        joined = pieces.get(point.uid, [])
        has_text = bool(point.summary.strip() or point.proposed_text.strip())
        if has_text or not joined:
            steps.append(
                Step(
                    StepKind.POINT,
                    point.title,
                    uid=point.uid,
                    number=point.number,
                    point=point,
                    opens_point=True,
                )
            )
        for place, (uid, title) in enumerate(joined):
            steps.append(
                Step(
                    StepKind.PIECE,
                    title,
                    uid=str(uid),
                    number=point.number,
                    point=point,
                    opens_point=place == 0 and not has_text,
                    is_new=uid in new,
                    is_read=uid in read,
                )
            )
    return steps


def turn_at(steps: list[Step], kind: StepKind, uid: str = "") -> Turn | None:
    """The reader at that step; None when this dossier has no such step."""
    for place, step in enumerate(steps):
        if step.kind is kind and step.uid == uid:
            return Turn(
                step=step,
                place=place + 1,
                total=len(steps),
                before=steps[place - 1] if place else None,
                after=steps[place + 1] if place + 1 < len(steps) else None,
            )
    return None
