"""Where things like this one are usually filed: by neighbours, and explained in a sentence.

Pure. A neighbour is a document that the reader may read, in a folder where they may file, sharing
words with what is being sorted. A folder is as near as its nearest documents; words that many
neighbours share say little.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from config.lib.text import number
from documents.rules.clues import Kind

# What the nearest, the second… of a folder count for.
_SHARES = (1.0, 0.6, 0.4, 0.3, 0.2)
_SAME_KIND = 0.35
_SAME_SENDER = 0.9
_LEAST = 0.16


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A filed document: which of the words looked for it holds, its kind, who had sent it."""

    folder: int
    title: str
    words: frozenset[str]
    kind: str = ""
    by_author: bool = False
    same_sender: bool = False


@dataclass(frozen=True, slots=True)
class Proposal:
    """A folder, how near it is (more is nearer), and why: « parce que … »."""

    folder: int
    score: float
    because: str


def rank_folders(
    *,
    words: Mapping[str, float],
    kind: Kind | None,
    author: str,
    neighbours: Iterable[Neighbour],
    folder_words: Mapping[int, frozenset[str]],
    most: int = 3,
) -> list[Proposal]:
    """The nearest folders. `words` are those of the file with their weight; `folder_words` those
    among them that a folder's own name holds."""
    found = list(neighbours)
    shared: dict[str, int] = defaultdict(int)
    for one in found:
        for word in one.words:
            shared[word] += 1
    total = max(1, len(found))
    worth = {
        word: weight * math.log(1 + total / (1 + shared[word])) for word, weight in words.items()
    }
    whole = sum(worth.values()) or 1.0
    near: dict[int, list[tuple[float, Neighbour]]] = defaultdict(list)
    for one in found:
        likeness = sum(worth.get(word, 0.0) for word in one.words) / whole
        likeness += _SAME_KIND if kind is not None and one.kind == kind.code else 0.0
        likeness += _SAME_SENDER if one.same_sender else 0.0
        near[one.folder].append((likeness, one))
    scores: dict[int, float] = {}
    for folder in {*near, *folder_words}:
        nearest = sorted((likeness for likeness, _ in near.get(folder, ())), reverse=True)
        score = sum(share * value for share, value in zip(_SHARES, nearest, strict=False))
        named = sum(worth.get(word, 0.0) for word in folder_words.get(folder, ())) / whole
        scores[folder] = score + 1.2 * named
    best = sorted(scores, key=lambda folder: (-scores[folder], folder))
    return [
        Proposal(
            folder,
            scores[folder],
            _because(near.get(folder, []), kind, author),
        )
        for folder in best[:most]
        if scores[folder] >= _LEAST
    ]


def _because(near: list[tuple[float, Neighbour]], kind: Kind | None, author: str) -> str:
    """« parce que 12 factures d’EDF y sont déjà »."""
    ones = [one for _, one in near]
    same_kind = [one for one in ones if kind is not None and one.kind == kind.code]
    theirs = [one for one in ones if one.by_author or one.same_sender]
    both = [one for one in same_kind if one in theirs]
    if kind is not None and author and both:
        return f"parce que {_counted(len(both), kind)} {_of(author)} {_stand(len(both))}"
    if author and theirs:
        count = len(theirs)
        noun = "document" if count < 2 else "documents"
        return f"parce que {number(count)} {noun} {_of(author)} {_stand(count)}"
    if kind is not None and len(same_kind) > 1:
        return f"parce que {_counted(len(same_kind), kind)} {_stand(len(same_kind))}"
    if near:
        closest = max(near, key=lambda pair: (pair[0], pair[1].title))[1]
        return f"parce que « {closest.title} », qui lui ressemble, y est déjà"
    return "parce que son nom s’y retrouve"


def _counted(count: int, kind: Kind) -> str:
    return f"{number(count)} {kind.one if count < 2 else kind.many}"


def _stand(count: int) -> str:
    return "y est déjà" if count < 2 else "y sont déjà"


def _of(author: str) -> str:
    vowel = author[:1].casefold() in "aeiouyàâéèêëîïôöùûühœ"
    return f"d’{author}" if vowel else f"de {author}"
