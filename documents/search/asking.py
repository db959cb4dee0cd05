"""From what was typed to what is found: as typed first, then less strictly when nothing answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from accounts.actor import Actor
from documents.search import normaliser, vocabulary
from documents.search.engine import count_each, search
from documents.search.query import Query, Term, parse
from documents.search.results import Filters, Results

#: Words that are looked for among those of the organisation when nothing holds them.
CORRECTED = 3
#: Questions asked with a word less, after which nothing is found.
TRIED = 3


def ask(
    actor: Actor,
    text: str,
    filters: Filters | None = None,
    *,
    typing: bool = False,
    without: str = "",
    in_title: bool = False,
    page: int = 1,
    by_folder: bool = False,
    now: datetime,
) -> Results:
    """What answers `text`, in this order until something does:

    its words; its last word as the beginning of one; the words of the organisation that differ
    from them by a letter or two; all of its words but the most common ones.
    """
    filters = filters or Filters()
    query = parse(text, typing=typing, without=without, in_title=in_title)
    found = search(actor, query, filters, page=page, by_folder=by_folder, now=now)
    if found.total or typing or not query.terms:
        return found
    loose = parse(text, typing=True, without=without, in_title=in_title)
    if loose != query and loose.askable:
        begun = search(actor, loose, filters, page=page, by_folder=by_folder, now=now)
        if begun.total:
            return replace(begun, query=query, loosened=True)
    counts = dict(
        zip(
            query.terms, count_each(actor, [query.of(t) for t in query.terms], filters), strict=True
        )
    )
    unknown = [term for term in query.terms if not counts[term]]
    words = _meant(actor, query, unknown[:CORRECTED], filters)
    corrected = _spelt(text, words)
    if words:
        query = parse(corrected, without=without, in_title=in_title)
        again = search(actor, query, filters, page=page, by_folder=by_folder, now=now)
        if again.total:
            return replace(again, corrected=corrected)
        counts |= dict.fromkeys(set(query.terms) - set(counts), 1)
    fewer = _without_common(actor, query, counts, filters, page, now, by_folder=by_folder)
    if fewer is None:
        return found
    return replace(fewer, corrected=corrected if words else "")


def _meant(actor: Actor, query: Query, unknown: list[Term], filters: Filters) -> dict[str, str]:
    """What to write instead of each unknown word: the likeliest that this reader can find."""
    candidates = [
        (term, word)
        for term in unknown
        for word in vocabulary.alike(actor.organisation.pk, term.exact)
    ]
    if not candidates:
        return {}
    questions = [
        replace(parse(word, in_title=query.in_title), excluded=query.excluded)
        for _, word in candidates
    ]
    askable = [pair for pair in zip(candidates, questions, strict=True) if pair[1].askable]
    if not askable:
        return {}
    counts = count_each(actor, [question for _, question in askable], filters)
    words: dict[str, str] = {}
    for ((term, word), _), count in zip(askable, counts, strict=True):
        if count:
            words.setdefault(term.exact, word)
    return words


def _spelt(text: str, words: dict[str, str]) -> str:
    """The question with some of its words written otherwise."""
    text = normaliser.clean(text)
    spelt, done = [], 0
    for token in normaliser.tokens(text):
        word = words.get(token.reading.exact[0]) if token.reading.exact else None
        if word is not None:
            spelt += [text[done : token.start], word]
            done = token.end
    return "".join((*spelt, text[done:])).strip()


def _without_common(
    actor: Actor,
    query: Query,
    counts: dict[Term, int],
    filters: Filters,
    page: int,
    now: datetime,
    *,
    by_folder: bool,
) -> Results | None:
    """What holds all the words but those found nowhere, then but the most common ones."""
    dropped = [term for term in query.terms if not counts[term]]
    left = sorted((t for t in query.terms if counts[t]), key=lambda term: counts[term])
    if not dropped and left:
        dropped.append(left.pop())
    for _ in range(TRIED):
        fewer = query.less(dropped)
        if not left or not fewer.askable:
            return None
        found = search(actor, fewer, filters, page=page, by_folder=by_folder, now=now)
        if found.total:
            return replace(found, dropped=tuple(term.exact for term in dropped))
        dropped.append(left.pop())
    return None
