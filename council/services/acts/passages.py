"""Passages of a text that may be personal: proposed in their sentence, decided one by one.

The same looking serves an act, a list of deliberations and minutes: a text is a mapping of named
parts, each masked on its own, so that no pattern goes across two of them.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from accounts.models import Organisation, Person
from config.lib.text import fold
from council.models import Mandate
from council.rules.personal_data import (
    KIND_WORDS,
    Kind,
    KnownPerson,
    Span,
    mask,
    proposals,
    same_everywhere,
    without_title,
)
from council.services.refusals import Missing

#: What is shown of the text on each side of a passage.
_AROUND = 70


@dataclass(frozen=True, slots=True)
class Passage:
    """The same words wherever they stand. ``places``: part and span of each; ``around``: the first
    of them in its sentence, as (before, words, after)."""

    key: str
    words: str
    kind: Kind
    places: tuple[tuple[str, Span], ...]
    around: tuple[str, str, str]

    @property
    def why(self) -> str:
        """« adresse »"""
        return KIND_WORDS[self.kind]


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as it is looked at: its parts, what may be personal in them, and their digest."""

    parts: Mapping[str, str]
    passages: tuple[Passage, ...]
    sha256: str


@dataclass(frozen=True, slots=True)
class Choices:
    """What an agent decided: each passage by its key, and other words to hide, a line each."""

    hide: frozenset[str]
    keep: frozenset[str]
    others: Sequence[str] = field(default=())


def look(parts: Mapping[str, str], people: Sequence[KnownPerson]) -> Reading:
    """The passages to look at in these parts, each with its places; the elected are left out."""
    parts = {name: composed(text) for name, text in parts.items()}
    found: dict[str, list[tuple[str, Span]]] = {}
    for part, text in parts.items():
        for span in proposals(text, people):
            found.setdefault(fold(span.text), []).append((part, span))
    for places in found.values():
        _add_bare_names(parts, found, places)
    passages = tuple(
        Passage(
            key=hashlib.sha256(words.encode()).hexdigest()[:16],
            words=places[0][1].text,
            kind=places[0][1].kind,
            places=tuple(places),
            around=_around(parts[places[0][0]], places[0][1]),
        )
        for words, places in found.items()
    )
    digest = hashlib.sha256("\0".join(parts.values()).encode()).hexdigest()
    return Reading(parts, passages, digest)


def masked(reading: Reading, spans: Mapping[str, list[Span]]) -> dict[str, str]:
    """Each part without what was chosen to be hidden."""
    return {name: mask(text, spans[name]) for name, text in reading.parts.items()}


def decisions(reading: Reading, choices: Choices) -> list[dict[str, object]]:
    """What was decided, as it is kept: never the words, which stay in the original."""
    return [
        {"key": one.key, "kind": one.kind.value, "hidden": one.key in choices.hide}
        for one in reading.passages
    ]


def chosen(reading: Reading, choices: Choices) -> dict[str, list[Span]]:
    undecided = [
        one.words
        for one in reading.passages
        if (one.key in choices.hide) == (one.key in choices.keep)
    ]
    if undecided:
        raise Missing(f"Décidez pour chaque passage. Il reste : « {undecided[0]} ».")
    spans: dict[str, list[Span]] = {name: [] for name in reading.parts}
    for one in reading.passages:
        if one.key not in choices.hide:
            continue
        for part, span in one.places:
            spans[part].append(span)
        # The same words standing where no rule saw them.
        for said in {span.text for _, span in one.places}:
            _add(spans, reading, said)
    for other in choices.others:
        words = composed(" ".join(other.split()))
        if words and not _add(spans, reading, words):
            raise Missing(f"« {words} » n’est pas dans ce texte : recopiez le passage exact.")
    return spans


def _add(spans: dict[str, list[Span]], reading: Reading, words: str) -> bool:
    """Hide these words wherever they stand; False when they stand nowhere."""
    found = {part: _everywhere(reading.parts[part], words) for part in reading.parts}
    for part, places in found.items():
        spans[part] += places
    return any(found.values())


def _everywhere(text: str, words: str) -> list[Span]:
    # A place before the text: every one that is in it is another.
    return same_everywhere(text, Span(-1, -1, Kind.MAYBE_NAME, words))


def _add_bare_names(
    parts: Mapping[str, str],
    found: Mapping[str, list[tuple[str, Span]]],
    places: list[tuple[str, Span]],
) -> None:
    """« Mme Paulette Durand » is Paulette Durand too, where no other passage says so."""
    said = places[0][1]
    bare = without_title(said.text)
    if said.kind is not Kind.NAME or bare == said.text or fold(bare) in found:
        return
    taken = [(part, span) for rows in found.values() for part, span in rows]
    for part in parts:
        for span in _everywhere(parts[part], bare):
            if not any(
                where == part and span.start < other.end and other.start < span.end
                for where, other in taken
            ):
                places.append((part, replace(span, kind=Kind.NAME)))


def people_of(organisation: Organisation, *public_too: int | None) -> list[KnownPerson]:
    """Everybody whom the organisation knows; those elected, and ``public_too``, are public."""
    public = set(
        Mandate.objects.filter(organisation=organisation, capacity="elected").values_list(
            "person_id", flat=True
        )
    )
    rows = Person.objects.filter(memberships__organisation=organisation).distinct()
    return [
        KnownPerson(one.given_name, one.family_name, one.pk in public or one.pk in public_too)
        for one in rows.order_by("pk")
    ]


def composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _around(text: str, span: Span) -> tuple[str, str, str]:
    before = " ".join(text[max(0, span.start - _AROUND) : span.start].split("\n")[-1:])
    after = text[span.end : span.end + _AROUND].split("\n", maxsplit=1)[0]
    lead = "…" if span.start > _AROUND and len(before) == _AROUND else ""
    return f"{lead}{before}", span.text, after
