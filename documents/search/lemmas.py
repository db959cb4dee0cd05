"""From a form to its keys: ``conseillères`` → ``conseille``, ``vendu`` → ``vendre``.

A key need not be a word; it is the same for the forms of one word and differs from those of
another. Three sources, in this order: the tables of `documents.search.words` (the words of the
trade), the lexicon (what rules get wrong), and rules (everything else, unknown words included).
"""

from __future__ import annotations

import unicodedata
from typing import NamedTuple

from documents.search import lexicon
from documents.search import words as w
from documents.search.acronyms import INITIALS


class Keys(NamedTuple):
    """The keys of a form. A question asks for any of the first `asked`; the index holds all."""

    keys: tuple[str, ...]
    asked: int = 1


def fold(word: str) -> str:
    """Lower case without accents; ``œ`` and ``æ`` spelt out."""
    word = word.casefold()
    if word.isascii():
        return word
    stripped = "".join(
        c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c)
    )
    return stripped.replace("œ", "oe").replace("æ", "ae").replace("ø", "o")


def keys_of(word: str) -> Keys:
    """The keys of one word as written, without its elision."""
    low = word.casefold()
    if low in INITIALS:
        return Keys((low,))
    known = w.ACCENTED.get(low)
    if known is not None:
        return Keys((known,))
    folded = fold(low)
    if word.isupper() and len(word) > 2:
        # Capitals often lose their accents: MARCHE may be marché as well as marche.
        if folded in w.CAPITALS:
            return Keys(tuple(dict.fromkeys((w.CAPITALS[folded], by_rule(folded)))))
        line = lexicon.FRENCH.find(folded.upper())
        if line is not None:
            return _read(line)
    known = w.FORMS.get(folded)
    if known is not None:
        return Keys((known,))
    line = (lexicon.FRENCH.find(low) if low != folded else None) or lexicon.FRENCH.find(folded)
    if line is not None:
        return _read(line)
    return Keys((by_rule(folded),))


def _read(line: str) -> Keys:
    """``asked|asked held held`` as the lexicon writes it."""
    first, *others = line.split(" ")
    asked = first.split("|")
    return Keys((*asked, *others), len(asked))


def by_rule(folded: str) -> str:
    """The key of a folded word that no table knows."""
    verb = _of_verb(folded)
    return verb if verb is not None else of_noun(folded)


def of_noun(folded: str) -> str:
    """The key of a noun or an adjective: plural, then feminine."""
    word = folded
    if len(word) <= 3 or word in w.INVARIABLE:
        return word
    if word.endswith("aux") and len(word) > 4:
        return word[:-1] if word.endswith(("eaux", "yaux")) else word[:-2] + "l"
    if word.endswith("oux") and len(word) > 4:
        return word[:-1]
    if word.endswith("s") and not word.endswith("ss"):
        word = word[:-1]
        known = w.FORMS.get(word)
        if known is not None:
            return known
        if word in w.INVARIABLE or len(word) <= 3:
            return word
    for ending, smallest, replacement in w.ENDINGS:
        if len(word) >= smallest and word.endswith(ending):
            return word[: -len(ending)] + replacement
    return word


def of_verb(folded: str) -> str:
    """The key of an infinitive: that of the noun which is said like it (voter, vote)."""
    return folded[:-1] if folded.endswith("er") else folded


def _of_verb(word: str) -> str | None:
    """The key of a regular verb that the lexicon marks as one, whatever its tense."""
    if len(word) < 4:
        return None
    for ending in w.FIRST_GROUP:
        if not word.endswith(ending):
            continue
        stem = word[: len(word) - len(ending)]
        for candidate in _stems(stem, ending):
            if len(candidate) > 1 and lexicon.FRENCH.find(f"^{candidate}er") is not None:
                return candidate + "e"
    for ending in w.SECOND_GROUP:
        if word.endswith(ending):
            stem = word[: len(word) - len(ending)]
            if len(stem) > 1 and lexicon.FRENCH.find(f"^{stem}ir") is not None:
                return stem + "ir"
    return None


def _stems(stem: str, ending: str) -> list[str]:
    """A stem as its infinitive spells it: engage-ant, appell-e, pai-e."""
    found = [stem]
    if ending[0] in "ao" and stem.endswith("ge"):
        found.append(stem[:-1])
    if ending[0] == "e" and stem.endswith(("ll", "tt")):
        found.append(stem[:-1])
    if ending[0] == "e" and stem.endswith("i"):
        found.append(stem[:-1] + "y")
    return found
