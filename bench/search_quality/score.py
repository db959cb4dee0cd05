"""The score of the search: pairs of a question and its document, in a town hall of distractors.

Each question of `pairs.toml` has one document that must be among the first ten results. Each line
of `apart.toml` has a document that is meant and a neighbour in writing: it is confused when the
neighbour comes first, or before the one that is meant. A third of each, drawn with `SEED`, is held
out: no rule is ever written from it, and its score is the one that counts.
"""

from __future__ import annotations

import random
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.corpus import item, pages_of

#: Frozen before the first rule was written. Never drawn again.
SEED = 20_261_122
FIRST = 10
_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Pair:
    """A question and the document that it means."""

    kind: str
    question: str
    title: str
    text: str
    held_out: bool


@dataclass(frozen=True, slots=True)
class Neighbours:
    """A question, the title that it means, and one that must not come before."""

    question: str
    meant: str
    neighbour: str
    held_out: bool


@dataclass(frozen=True, slots=True)
class Score:
    """Shares between 0 and 1, with what missed."""

    recall: float
    confusion: float
    pairs: int
    neighbours: int
    missed: tuple[Pair, ...]
    confused: tuple[Neighbours, ...]


def _drawn(count: int) -> frozenset[int]:
    return frozenset(random.Random(SEED).sample(range(count), count // 3))  # noqa: S311


def pairs() -> list[Pair]:
    """Every pair, in the order of the file."""
    read = tomllib.loads((_HERE / "pairs.toml").read_text("utf-8"))
    lines = [(kind, *line) for kind, lines in read.items() for line in lines]
    held_out = _drawn(len(lines))
    return [
        Pair(kind, question, title, text, number in held_out)
        for number, (kind, question, title, text) in enumerate(lines)
    ]


def neighbours() -> list[Neighbours]:
    """Every couple that must stay apart, in the order of the file."""
    lines = tomllib.loads((_HERE / "apart.toml").read_text("utf-8"))["pairs"]
    held_out = _drawn(len(lines))
    return [
        Neighbours(question, meant, neighbour, number in held_out)
        for number, (question, meant, neighbour) in enumerate(lines)
    ]


def library(distractors: int) -> list[tuple[str, str]]:
    """(title, text) of everything to file: what is meant, its neighbours, and the distractors."""
    documents = [(pair.title, pair.text) for pair in pairs()]
    for couple in neighbours():
        for title in (couple.meant, couple.neighbour):
            documents.append((f"{title}.pdf", f"Note du service : {title.lower()}."))
    for number in range(1, distractors + 1):
        made = item(number)
        documents.append((made.title, pages_of(made.text, made.folder)[0]))
    random.Random(SEED).shuffle(documents)  # noqa: S311
    return documents


def score(find: Callable[[str], Sequence[str]], *, held_out: bool | None = None) -> Score:
    """Ask every question; `find` gives the titles found, best first.

    `held_out` chooses the third held out, the two others, or both (None).
    """
    asked = [p for p in pairs() if held_out is None or p.held_out is held_out]
    apart = [n for n in neighbours() if held_out is None or n.held_out is held_out]
    missed = tuple(pair for pair in asked if pair.title not in find(pair.question)[:FIRST])
    confused = tuple(couple for couple in apart if _confused(couple, find(couple.question)))
    return Score(
        1 - len(missed) / len(asked), len(confused) / len(apart),
        len(asked), len(apart), missed, confused,
    )  # fmt: skip


def _confused(couple: Neighbours, titles: Sequence[str]) -> bool:
    meant, neighbour = f"{couple.meant}.pdf", f"{couple.neighbour}.pdf"
    if neighbour not in titles:
        return False
    at = titles.index(neighbour)
    return at == 0 or meant not in titles[:at]
