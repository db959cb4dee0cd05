"""What a person typed, understood: words that must all be there, phrases, words to leave out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from documents.search import normaliser
from documents.search.normaliser import Reading, Token

#: Longer questions are cut: nobody types them, and each word costs an index probe.
MAX_LENGTH = 200
MAX_TERMS = 12
#: A word being typed is looked for by its beginning from this many letters on.
MIN_PREFIX = 3

# For D (the text), C, B, A (the title).
_WEIGHTS = "'{0.1, 0.2, 0.4, 1.0}'"

_QUOTED = re.compile(r"\"([^\"]*)\"|«([^»]*)»|“([^”]*)”")
_EXCLUDED = re.compile(r"(?:(?<=\s)|^)[-−](?=[^\W\d_])([^\s\"«“]+)")


@dataclass(frozen=True, slots=True)
class Term:
    """One word or reference: its meaning, and what was written."""

    norm: str
    exact: str
    #: Other meanings that answer as well: ``peche`` may be pêche or péché.
    others: tuple[str, ...] = ()

    @property
    def meanings(self) -> tuple[str, ...]:
        """All that answers."""
        return (self.norm, *self.others)

    def question(self, weights: str = "") -> str:
        """As a tsquery spells it; with `weights`, only where words weigh so."""
        if not self.others:
            return quote(self.norm, weights)
        return f"({' | '.join(quote(meaning, weights) for meaning in self.meanings)})"


@dataclass(frozen=True, slots=True)
class Query:
    """A question ready to be asked. Not `askable` when nothing in it can be looked for."""

    text: str
    terms: tuple[Term, ...] = ()
    #: Each phrase as (lexeme, distance from the word before it).
    phrases: tuple[tuple[tuple[str, int], ...], ...] = ()
    excluded: tuple[str, ...] = ()
    #: The word still being typed: its own meaning, or any word that begins so.
    prefix: Term | None = None
    #: Only titles are looked at.
    in_title: bool = False
    #: Something was typed, but it is too short or made of words found everywhere.
    too_short: bool = False
    #: What marks a word of a text: one of these meanings, or written so.
    wanted: frozenset[str] = field(init=False, compare=False)
    quoted: frozenset[str] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        """Gather what is compared with every word of a snippet."""
        words = [*self.terms, *([self.prefix] if self.prefix else [])]
        wanted = frozenset(meaning for term in words for meaning in term.meanings)
        object.__setattr__(self, "wanted", wanted)
        quoted = frozenset(lexeme for phrase in self.phrases for lexeme, _ in phrase)
        object.__setattr__(self, "quoted", quoted)

    @property
    def askable(self) -> bool:
        """Whether at least one thing to find was given."""
        return bool(self.terms or self.phrases or self.prefix)

    @property
    def all_terms(self) -> tuple[Term, ...]:
        """Everything whose presence is wanted, for snippets and ranking."""
        words = [*self.terms, *([self.prefix] if self.prefix else [])]
        for phrase in self.phrases:
            words += [Term(lexeme, lexeme) for lexeme, _ in phrase]
        return tuple(words)

    def where(self, column: str = "t", *, name: str = "asked") -> tuple[str, dict[str, str]]:
        """The SQL condition on the vectors of the table named `column`, and its parameters.

        Each question is a sub-select, for a reason said in `documents.search.engine`.
        """
        params: dict[str, str] = {}
        here = "A" if self.in_title else ""

        def holds(vector: str, question: str) -> str:
            key = f"{name}{len(params)}"
            params[key] = question
            return f"{column}.{vector} @@ (SELECT %({key})s::tsquery)"

        parts: list[str] = []
        wanted = [term.question(here) for term in self.terms]
        unwanted = [f"!{quote(lexeme)}" for lexeme in self.excluded]
        if wanted or unwanted:
            parts.append(holds("tsv_norm", " & ".join(wanted + unwanted)))
        for phrase in self.phrases:
            words = "".join(
                f" <{distance}> {quote(lexeme, here)}" if distance else quote(lexeme, here)
                for lexeme, distance in phrase
            )
            parts.append(holds("tsv_exact", words))
        if self.prefix is not None:
            whole = holds("tsv_norm", self.prefix.question(here))
            begun = holds("tsv_exact", quote(self.prefix.exact, f"*{here}"))
            parts.append(f"({whole} OR {begun})")
        return " AND ".join(parts), params

    def weight(self, column: str = "t") -> tuple[str, dict[str, str]]:
        """The SQL expression that says how well a document answers, and its parameters."""
        norm = dict.fromkeys(word for term in self.all_terms for word in term.meanings)
        params = {"weigh0": " | ".join(map(quote, norm))}
        sql = f"ts_rank({_WEIGHTS}, {column}.tsv_norm, %(weigh0)s::tsquery, 1)"
        if self.prefix is not None:
            params["weigh1"] = f"{quote(self.prefix.exact)}:*"
            sql = f"({sql} + ts_rank({_WEIGHTS}, {column}.tsv_exact, %(weigh1)s::tsquery, 1))"
        return sql, params

    def marks(self, token: Token) -> bool:
        """Whether this token of a text is one of those looked for."""
        norm, exact, _, parts = token.reading
        if not self.wanted.isdisjoint(norm):
            return True
        if self.prefix is not None:
            begun = self.prefix.exact
            if any(written.startswith(begun) for written in exact):
                return True
        return bool(self.quoted) and not (
            self.quoted.isdisjoint(exact) and self.quoted.isdisjoint(parts)
        )

    def less(self, gone: Iterable[Term]) -> Query:
        """The same question without some of its words."""
        left = set(gone)
        return replace(self, terms=tuple(term for term in self.terms if term not in left))

    def of(self, term: Term) -> Query:
        """The question of one word alone, with the same words left out."""
        return replace(self, terms=(term,), phrases=(), prefix=None)

    def matches_name(self, name: str) -> bool:
        """Whether a name alone holds all the words: how folders are found."""
        found = list(normaliser.tokens(normaliser.clean(name)))
        norm = {lexeme for token in found for lexeme in token.reading.norm}
        exact = {
            lexeme for token in found for lexeme in (*token.reading.exact, *token.reading.parts)
        }
        if not self.askable or norm.intersection(self.excluded):
            return False
        if not all(norm.intersection(term.meanings) for term in self.terms):
            return False
        if not all(lexeme in exact for phrase in self.phrases for lexeme, _ in phrase):
            return False
        return self.prefix is None or (
            bool(norm.intersection(self.prefix.meanings))
            or any(lexeme.startswith(self.prefix.exact) for lexeme in exact)
        )


def quote(lexeme: str, weights: str = "") -> str:
    """A lexeme as a tsquery spells it."""
    escaped = lexeme.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}':{weights}" if weights else f"'{escaped}'"


def parse(text: str, *, typing: bool = False, without: str = "", in_title: bool = False) -> Query:
    """Understand a question.

    `typing`: the last word may not be finished. `without`: words that must not be there, besides
    those that follow a dash. `in_title`: only titles are looked at.
    """
    text = normaliser.clean(text.replace("\x00", ""))[:MAX_LENGTH]
    rest = text
    phrases = []
    single: list[Term] = []
    for match in _QUOTED.finditer(text):
        phrase = _phrase(next(group for group in match.groups() if group is not None))
        if phrase:
            phrases.append(phrase)
    rest = _QUOTED.sub(" ", rest)
    excluded = [
        reading.norm[0]
        for match in _EXCLUDED.finditer(rest)
        for reading in normaliser.lexemes(match[1])
    ]
    excluded += [
        reading.norm[0] for reading in normaliser.lexemes(without.replace("\x00", "")[:MAX_LENGTH])
    ]
    rest = _EXCLUDED.sub(" ", rest)
    found = [token for token in normaliser.tokens(rest) if token.reading.norm]
    terms = [_term(token.reading) for token in found]
    prefix = None
    if typing and found and found[-1].end == len(rest):
        last = terms[-1]
        if len(last.exact) >= MIN_PREFIX:
            prefix = last
            terms.pop()
        elif len(terms) > 1 and last.exact.isalpha():
            terms.pop()  # one or two letters of the next word: not yet a word to look for
    terms = list(dict.fromkeys([*single, *terms]))[:MAX_TERMS]
    if typing and not prefix and not phrases and len(terms) == 1 and len(terms[0].exact) < 2:
        terms = []
    query = Query(
        text=text.strip(),
        terms=tuple(terms),
        phrases=tuple(phrases[:4]),
        excluded=tuple(dict.fromkeys(excluded))[:MAX_TERMS],
        prefix=prefix,
        in_title=in_title,
    )
    if query.text and not query.askable:
        return Query(text=query.text, too_short=True)
    return query


def _term(reading: Reading) -> Term:
    norm = reading.norm
    exact = reading.exact[0] if reading.exact else norm[0]
    return Term(norm[0], exact, norm[1 : reading.asked])


def _phrase(text: str) -> tuple[tuple[str, int], ...]:
    """The words of a quotation with the distances between them, stop words counted."""
    phrase: list[tuple[str, int]] = []
    last = 0
    for position, lexeme in enumerate(normaliser.plain_words(text), 1):
        if lexeme:
            phrase.append((lexeme, position - last if phrase else 0))
            last = position
    return tuple(phrase[:MAX_TERMS])
