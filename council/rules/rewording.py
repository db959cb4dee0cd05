"""The text adopted, once the amendments voted in session are written into the text proposed.

No text of law: the deliberation signed must be the one that was voted, amendments included, and a
word forgotten when it is typed again is another deliberation. What cannot be placed for certain is
left to a person, never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Change:
    """One modification as it was adopted: what was said of it, the words that go, those that come.

    Without ``former``, ``wording`` is added at the end; without ``wording``, ``former`` goes away;
    without either, only a person can write it.
    """

    said: str
    former: str = ""
    wording: str = ""


@dataclass(frozen=True, slots=True)
class Reworded:
    """The text with each change that found its place, and those left to a person."""

    text: str
    done: tuple[Change, ...]
    left: tuple[Change, ...]


def reword(text: str, changes: Sequence[Change]) -> Reworded:
    """Write the changes into a text, in their order. A change already there is done: writing them
    twice gives the same text. Words found nowhere, or in several places, are not replaced."""
    done: list[Change] = []
    left: list[Change] = []
    for change, told in _folded(changes):
        changed = _written(text, change)
        if changed is None:
            left += told
        else:
            text = changed
            done += told
    return Reworded(text, tuple(done), tuple(left))


def _folded(changes: Sequence[Change]) -> list[tuple[Change, list[Change]]]:
    """The changes with what they stand for: one that changes the words brought by another is
    written with it, so that a text that has both is seen to have both."""
    folded: list[tuple[Change, list[Change]]] = []
    for change in changes:
        for place, (one, told) in enumerate(folded):
            if change.former.strip() and len(_places(one.wording, change.former)) == 1:
                wording = _written(one.wording, change) or ""
                folded[place] = (replace(one, wording=wording), [*told, change])
                break
        else:
            folded.append((change, [change]))
    return folded


def _written(text: str, change: Change) -> str | None:
    """The text once changed; None when the place is not certain."""
    former, wording = change.former.strip(), change.wording.strip()
    if not former:
        if not wording:
            return None
        return text if _places(text, wording) else f"{text.rstrip()}\n{wording}".lstrip("\n")
    found = _places(text, former)
    # The new words may hold the former ones: « 3 € » made « 3 € par repas ».
    if wording and _places(text, wording) and len(found) <= len(_places(wording, former)):
        return text
    if len(found) != 1:
        return None
    start, end = found[0]
    if wording:
        return text[:start] + wording + text[end:]
    before, after = text[:start].rstrip(" \u00a0\u202f"), text[end:].lstrip(" \u00a0\u202f")
    if before.endswith("\n") and after.startswith("\n"):
        return before[:-1] + after
    joint = " " if before and after and before[-1] not in "\n" and after[0].isalnum() else ""
    return before + joint + after


def _places(text: str, words: str) -> list[tuple[int, int]]:
    """Where these words stand, whatever the spaces and the apostrophes; whole words only."""
    parts = re.split(r"\s+", words.strip())
    like = r"\s+".join(re.sub(r"['’]", "['’]", re.escape(part)) for part in parts)
    before = r"(?<!\w)" if words.strip()[:1].isalnum() else ""
    after = r"(?!\w)" if words.strip()[-1:].isalnum() else ""
    return [match.span() for match in re.finditer(before + like + after, text)]
