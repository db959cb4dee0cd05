"""What a person typed, understood: words that must all be there, phrases, words to leave out."""

from __future__ import annotations

import re
from dataclasses import dataclass

from documents.search import normaliser
from documents.search.normaliser import Token

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
    #: Something was typed, but it is too short or made of words found everywhere.
    too_short: bool = False

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

    def where(self, column: str = "t") -> tuple[str, dict[str, str]]:
        """The SQL condition on the vectors of the table named `column`, and its parameters.

        Each question is a sub-select, for a reason said in `documents.search.engine`.
        """
        params: dict[str, str] = {}

        def holds(vector: str, question: str) -> str:
            name = f"asked{len(params)}"
            params[name] = question
            return f"{column}.{vector} @@ (SELECT %({name})s::tsquery)"

        parts: list[str] = []
        wanted = [quote(term.norm) for term in self.terms]
        unwanted = [f"!{quote(lexeme)}" for lexeme in self.excluded]
        if wanted or unwanted:
            parts.append(holds("tsv_norm", " & ".join(wanted + unwanted)))
        for phrase in self.phrases:
            words = "".join(
                f" <{distance}> {quote(lexeme)}" if distance else quote(lexeme)
                for lexeme, distance in phrase
            )
            parts.append(holds("tsv_exact", words))
        if self.prefix is not None:
            whole = holds("tsv_norm", quote(self.prefix.norm))
            begun = holds("tsv_exact", f"{quote(self.prefix.exact)}:*")
            parts.append(f"({whole} OR {begun})")
        return " AND ".join(parts), params

    def weight(self, column: str = "t") -> tuple[str, dict[str, str]]:
        """The SQL expression that says how well a document answers, and its parameters."""
        norm = dict.fromkeys(term.norm for term in self.all_terms)
        params = {"weigh0": " | ".join(map(quote, norm))}
        sql = f"ts_rank({_WEIGHTS}, {column}.tsv_norm, %(weigh0)s::tsquery, 1)"
        if self.prefix is not None:
            params["weigh1"] = f"{quote(self.prefix.exact)}:*"
            sql = f"({sql} + ts_rank({_WEIGHTS}, {column}.tsv_exact, %(weigh1)s::tsquery, 1))"
        return sql, params

    def marks(self, token: Token) -> bool:
        """Whether this token of a text is one of those looked for."""
        norm, exact = token.reading
        for term in self.terms:
            if term.norm in norm:
                return True
        prefix = self.prefix
        if prefix is not None:
            if prefix.norm in norm:
                return True
            for written in exact:
                if written.startswith(prefix.exact):
                    return True
        for phrase in self.phrases:
            for lexeme, _ in phrase:
                if lexeme in exact:
                    return True
        return False

    def matches_name(self, name: str) -> bool:
        """Whether a name alone holds all the words: how folders are found."""
        found = list(normaliser.tokens(normaliser.clean(name)))
        norm = {lexeme for token in found for lexeme in token.reading.norm}
        exact = {lexeme for token in found for lexeme in token.reading.exact}
        if not self.askable or norm.intersection(self.excluded):
            return False
        if not all(term.norm in norm for term in self.terms):
            return False
        if not all(lexeme in exact for phrase in self.phrases for lexeme, _ in phrase):
            return False
        return self.prefix is None or (
            self.prefix.norm in norm
            or any(lexeme.startswith(self.prefix.exact) for lexeme in exact)
        )


def quote(lexeme: str) -> str:
    """A lexeme as a tsquery spells it."""
    escaped = lexeme.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"


def parse(text: str, *, typing: bool = False) -> Query:
    """Understand a question. `typing`: the last word may not be finished."""
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
    rest = _EXCLUDED.sub(" ", rest)
    found = [token for token in normaliser.tokens(rest) if token.reading.norm]
    terms = [Term(token.reading.norm[0], token.reading.exact[0]) for token in found]
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
    )
    if query.text and not query.askable:
        return Query(text=query.text, too_short=True)
    return query


def _phrase(text: str) -> tuple[tuple[str, int], ...]:
    """The words of a quotation with the distances between them, stop words counted."""
    phrase: list[tuple[str, int]] = []
    last = 0
    for position, token in enumerate(normaliser.tokens(text), 1):
        if token.reading.exact:
            phrase.append((token.reading.exact[0], position - last if phrase else 0))
            last = position
    return tuple(phrase[:MAX_TERMS])
