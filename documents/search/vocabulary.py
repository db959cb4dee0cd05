"""The words of an organisation's own documents, to propose one instead of one mistyped.

A word is kept as soon as it is indexed, whoever may read the document: alone, this table says
nothing to anybody. What is proposed is only what the reader asks to see among documents that the
same reader may read (`documents.search.asking`).
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection, transaction

from documents.search.lemmas import fold
from documents.search.words import STOP_WORDS

SHORTEST, LONGEST = 4, 30
#: Candidates compared letter by letter.
COMPARED = 400
#: Words that a process remembers to have written.
_REMEMBERED = 100_000
_known: set[tuple[int, str]] = set()

# One writer at a time for an organisation, and the others go on without waiting: two that would
# write the same new words in another order would wait for each other. What is skipped comes with
# another document, or when this one is indexed again.
_LEARN = """
    INSERT INTO documents_word (organisation_id, folded, shown)
    SELECT %s, new.folded, new.shown FROM unnest(%s::text[], %s::text[]) AS new (folded, shown)
     WHERE (SELECT pg_try_advisory_xact_lock(hashtext('documents_word'), %s))
        ON CONFLICT DO NOTHING
"""
_ALIKE = """
    SELECT folded, shown FROM (
    (SELECT folded, shown FROM documents_word
      WHERE organisation_id = %(organisation)s AND folded %% %(word)s
      ORDER BY similarity(folded, %(word)s) DESC LIMIT %(limit)s)
    UNION
    (SELECT folded, shown FROM documents_word
      WHERE organisation_id = %(organisation)s
        AND folded >= %(low)s AND folded < %(high)s
        AND length(folded) BETWEEN %(shortest)s AND %(longest)s
      LIMIT %(limit)s)) alike
"""
# A few at a time, so that each is looked at about once a month.
_FORGET = """
    DELETE FROM documents_word w
     WHERE abs(hashtext(w.folded)) %% 28 = %s
       AND NOT EXISTS (SELECT 1 FROM documents_documenttext t
                        WHERE t.organisation_id = w.organisation_id
                          AND t.tsv_exact @@ quote_literal(w.folded)::tsquery)
"""


def learn(organisation_id: int, words: Iterable[str]) -> None:
    """Remember the words of a document, as written, in the transaction that indexes it."""
    new: dict[str, str] = {}
    for word in words:
        low = word.lower()
        if (organisation_id, low) in _known or not word.isalpha():
            continue
        if SHORTEST <= len(low) <= LONGEST:
            # Of several spellings, the one with its accents.
            folded = fold(low)
            if folded in STOP_WORDS:
                continue
            new[folded] = max(low, new.get(folded, ""), key=lambda one: not one.isascii())
    if not new:
        return
    words_ = sorted(new)
    with connection.cursor() as cursor:
        cursor.execute(
            _LEARN, [organisation_id, words_, [new[word] for word in words_], organisation_id]
        )
    transaction.on_commit(lambda: _remember(organisation_id, new.values()))


def _remember(organisation_id: int, words: Iterable[str]) -> None:
    if len(_known) > _REMEMBERED:
        _known.clear()
    _known.update((organisation_id, word) for word in words)


def alike(organisation_id: int, word: str, *, most: int = 8) -> list[str]:
    """Words of the organisation that `word` may have been meant to be, the likeliest first."""
    folded = fold(word)
    if not folded.isalpha() or not SHORTEST <= len(folded) <= LONGEST:
        return []
    allowed = 1 if len(folded) < 7 else 2
    with connection.cursor() as cursor:
        cursor.execute(
            _ALIKE,
            {
                "organisation": organisation_id,
                "word": folded,
                "low": folded[:2],
                "high": folded[0] + chr(ord(folded[1]) + 1),
                "shortest": len(folded) - allowed,
                "longest": len(folded) + allowed,
                "limit": COMPARED,
            },
        )
        rows: list[tuple[str, str]] = cursor.fetchall()
    ranked = []
    for other, shown in rows:
        far = distance(folded, other, allowed)
        if other != folded and far <= allowed:
            ranked.append((far, other[0] != folded[0], other, shown))
    return [shown for *_, shown in sorted(ranked)[:most]]


def forget_unused(day: int) -> int:
    """Remove, a twenty-eighth at a time, the words that no document holds any more."""
    with connection.cursor() as cursor:
        cursor.execute(_FORGET, [day % 28])
        return int(cursor.rowcount)


def distance(one: str, other: str, most: int) -> int:
    """How many letters to add, remove, change or swap with the next; `most` + 1 when more."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        before, row, above = row, [i], before
        for j, its in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != its))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == its:
                cost = min(cost, above[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return row[-1]
