"""Which pages look different from one version to the next, whatever their words say."""

from __future__ import annotations

from collections.abc import Mapping

#: Greys (of 255) by which one spot of a page may differ without a person seeing it: what another
#: program, or another printing of the same page, moves by a hair.
HAIR = 10


def changed_looks(old: Mapping[int, bytes], new: Mapping[int, bytes]) -> set[int]:
    """The pages of `new`, by number, that look like no page of `old`.

    A page is looked for at its own place first, then anywhere: one that moved has not changed.
    """
    return {
        number
        for number, look in new.items()
        if not (_alike(look, old.get(number)) or any(_alike(look, one) for one in old.values()))
    }


def _alike(one: bytes, other: bytes | None) -> bool:
    if other is None or len(one) != len(other):
        return False
    return all(-HAIR <= a - b <= HAIR for a, b in zip(one, other, strict=True))
