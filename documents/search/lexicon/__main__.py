"""Make `french.txt` from Lexique 3.83: only what the rules would get wrong.

    python -m documents.search.lexicon Lexique383.tsv

- forms of one word share a key (``vendu``, ``vendre``), and a form that is two words has both
  (``élue`` is élu and élire), the likelier first;
- words that only an accent tells apart keep it in their key (``pêche``, ``péché``), and what is
  typed without accents asks for all those it may be;
- ``^voter`` marks an infinitive whose tenses the rules may recognise.
"""

from __future__ import annotations

import csv
import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from documents.search import lexicon
from documents.search import words as w
from documents.search.acronyms import INITIALS
from documents.search.lemmas import by_rule, fold, of_noun, of_verb
from documents.search.lexicon import FILE, Lexicon

#: Per million words: below, a word is too rare to be confused with another.
RARE = 0.5


class Entry(NamedTuple):
    """One sense of a form. `often`: per million words, in books or films."""

    lemma: str
    verb: bool
    adjective: bool
    often: float
    participle: bool


def main(source: Path) -> None:
    """Read, decide, write."""
    forms = _read(source)
    regular = _regular_verbs(forms)
    marks = {f"^{verb}": "" for verb in regular}
    _write(marks)
    lexicon.FRENCH = Lexicon(FILE)
    noun_keys = _noun_keys(forms)
    wanted: dict[str, tuple[str, ...]] = {}
    often: dict[str, float] = {}
    for form, entries in forms.items():
        wanted[form], often[form] = _keys(entries, noun_keys)
    _write(marks | _lines(wanted, often))


def _read(source: Path) -> dict[str, list[Entry]]:
    forms: dict[str, list[Entry]] = defaultdict(list)
    with source.open(encoding="utf-8", newline="") as lines:
        for row in csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            form, lemma, sort, said = row[0], row[2], row[3], row[10]
            if sort not in ("NOM", "ADJ", "VER") or not form.isalpha() or not lemma.isalpha():
                continue
            often = max(float(row[8].replace(",", ".")), float(row[9].replace(",", ".")))
            forms[form.casefold()].append(
                Entry(lemma.casefold(), sort == "VER", sort == "ADJ", often, "par:pas" in said)
            )
    return dict(forms)


def _regular_verbs(forms: dict[str, list[Entry]]) -> set[str]:
    """Folded infinitives of the first two groups."""
    verbs = {entry.lemma for entries in forms.values() for entry in entries if entry.verb}
    first = {fold(verb) for verb in verbs if verb.endswith("er") and verb != "aller"}
    second = {fold(verb) for verb in verbs if verb.endswith("ir") and f"{verb[:-1]}ssant" in forms}
    return first | second


def _noun_keys(forms: dict[str, list[Entry]]) -> dict[str, str]:
    """The key of each noun and adjective; those that would meet keep their letters, or accents."""
    often: dict[str, float] = defaultdict(float)
    for entries in forms.values():
        for entry in entries:
            if not entry.verb:
                often[entry.lemma] += entry.often
    meeting: dict[str, list[str]] = defaultdict(list)
    for lemma in often:
        meeting[_plain_key(lemma)].append(lemma)
    keys: dict[str, str] = {}
    for key, met in meeting.items():
        common = [lemma for lemma in met if often[lemma] >= RARE]
        letters = {fold(lemma) for lemma in common}
        for lemma in met:
            folded = fold(lemma)
            keys[lemma] = folded if len(letters) > 1 and lemma in common else key
            alike = [other for other in common if fold(other) == folded and other != lemma]
            if lemma in common and any(not _variants(lemma, other) for other in alike):
                keys[lemma] = lemma.replace("œ", "oe").replace("æ", "ae")
    return keys


def _plain_key(lemma: str) -> str:
    folded = fold(lemma)
    return w.FORMS.get(folded) or of_noun(folded)


def _variants(one: str, other: str) -> bool:
    """Whether two words differ by the accent chosen only, as événement and évènement."""
    return len(one) == len(other) and all(
        a == b or not (a.isascii() or b.isascii()) for a, b in zip(one, other, strict=True)
    )


def _keys(entries: list[Entry], noun_keys: dict[str, str]) -> tuple[tuple[str, ...], float]:
    verbs = [entry for entry in entries if entry.verb]
    nouns = [entry for entry in entries if not entry.verb]
    verb = max(verbs, key=lambda entry: entry.often, default=None)
    if verb is not None and verb.participle:
        nouns = [entry for entry in nouns if not entry.adjective]
    noun = max(nouns, key=lambda entry: entry.often, default=None)
    often = sum(entry.often for entry in entries)
    keys: list[str] = []
    if noun is not None and (verb is None or noun.often >= 0.2 * verb.often):
        keys.append(noun_keys[noun.lemma])
    if verb is not None and (noun is None or not keys or verb.often >= 0.1 * noun.often):
        key = of_verb(fold(verb.lemma))
        # The verb of marché is said like the noun marche, from which it is kept apart.
        if not (keys and keys[0] != fold(keys[0]) and key == fold(keys[0])):
            keys.append(key)
    return tuple(dict.fromkeys(keys)), often


def _lines(wanted: dict[str, tuple[str, ...]], often: dict[str, float]) -> dict[str, str]:
    by_letters: dict[str, list[str]] = defaultdict(list)
    for form in wanted:
        by_letters[fold(form)].append(form)
    lines: dict[str, str] = {}
    for letters, forms in by_letters.items():
        if letters in w.FORMS or letters in INITIALS:
            continue
        forms.sort(key=lambda form: -often[form])
        meant = forms
        if letters in wanted:
            # Typed so, it is this word, or a much likelier one without its accents.
            meant = [
                form
                for form in forms
                if form == letters or often[form] > 10 * max(often[letters], 0.05)
            ]
        else:
            meant = [form for form in forms if often[form] >= 0.05 * often[forms[0]]]
        line = _line([wanted[form] for form in meant])
        if line != by_rule(letters):
            lines[letters] = line
        whole = _line([wanted[form] for form in forms])
        if whole != line:
            lines[letters.upper()] = whole
        for form in forms:
            own = _line([wanted[form]])
            if form != letters and own != line:
                lines[form] = own
    return lines


def _line(senses: Iterable[tuple[str, ...]]) -> str:
    """``asked|asked held``: the first key of each sense is asked, the others only held."""
    asked = list(dict.fromkeys(keys[0] for keys in senses))
    held = dict.fromkeys(key for keys in senses for key in keys[1:] if key not in asked)
    return " ".join(("|".join(asked), *held))


def _write(lines: dict[str, str]) -> None:
    ordered = sorted((f"{form}\t".encode(), value.encode()) for form, value in lines.items())
    FILE.write_bytes(b"".join(form + value + b"\n" for form, value in ordered))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
