"""Headers that put conditions: If, If-Match, If-None-Match, Depth, Timeout, Destination."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from documents.dav.faults import Fault

LONGEST_LOCK = 600  # seconds; a client that lives asks again before
_TAG = re.compile(r"\s*<([^<>]*)>")
_LIST = re.compile(r"\s*\(((?:[^()\"<>\[\]]|\"[^\"]*\"|<[^<>]*>|\[[^\[\]]*\])*)\)")
_STATE = re.compile(r"\s*(Not\b)?\s*(?:<([^<>]*)>|\[((?:W/)?\"[^\"]*\")\])", re.I)


@dataclass(frozen=True, slots=True)
class State:
    """One condition of a list: a lock token or an entity tag, wanted or (`negated`) not."""

    token: str
    etag: str
    negated: bool


@dataclass(frozen=True, slots=True)
class IfHeader:
    """RFC 4918 §10.4. Lists by the path they speak of ("" is the request's own)."""

    lists: tuple[tuple[str, tuple[State, ...]], ...] = ()
    tokens: frozenset[str] = field(default=frozenset())

    def holds(self, matches: Callable[[str, State], bool]) -> bool:
        """Whether one list at least is wholly true. Without lists, nothing is asked."""
        return not self.lists or any(
            all(matches(path, state) != state.negated for state in states)
            for path, states in self.lists
        )


def parse_if(header: str) -> IfHeader:
    """Raises Fault 400 when it cannot be read."""
    lists: list[tuple[str, tuple[State, ...]]] = []
    at, resource = 0, ""
    text = header.strip()
    while at < len(text):
        if tag := _TAG.match(text, at):
            resource, at = unquote(urlsplit(tag[1]).path), tag.end()
            continue
        found = _LIST.match(text, at)
        if found is None:
            raise Fault(400, "En-tête If illisible.")
        lists.append((resource, _states(found[1])))
        at = found.end()
    tokens = {state.token for _, states in lists for state in states if state.token}
    return IfHeader(tuple(lists), frozenset(tokens))


def _states(text: str) -> tuple[State, ...]:
    states, at = [], 0
    while at < len(text.rstrip()):
        found = _STATE.match(text, at)
        if found is None:
            raise Fault(400, "En-tête If illisible.")
        states.append(State(found[2] or "", found[3] or "", bool(found[1])))
        at = found.end()
    if not states:
        raise Fault(400, "En-tête If illisible.")
    return tuple(states)


def check_preconditions(headers: object, etag: str | None, *, reading: bool) -> None:
    """RFC 9110 §13: raises Fault 412, or 304 for a reader that has it already.

    `etag` is quoted, None when nothing stands there.
    """
    get = headers.get  # type: ignore[attr-defined]
    wanted = get("If-Match", "")
    if wanted and (etag is None or (wanted.strip() != "*" and etag not in _tags(wanted))):
        raise Fault(412)
    unwanted = get("If-None-Match", "")
    if unwanted and etag is not None and (unwanted.strip() == "*" or etag in _tags(unwanted)):
        raise Fault(304 if reading else 412)


def _tags(header: str) -> set[str]:
    return {tag.strip().removeprefix("W/") for tag in header.split(",")}


def depth_of(header: str | None, *, default: str) -> str:
    """ "0", "1" or "infinity"."""
    value = (header or default).strip().lower()
    if value not in {"0", "1", "infinity"}:
        raise Fault(400, "En-tête Depth illisible.")
    return value


def lock_seconds(header: str | None) -> int:
    """How long a lock is given for: what is asked for, ten minutes at most, one at least."""
    for wish in (header or "").split(","):
        name, _, number = wish.strip().partition("-")
        if name.lower() == "second" and number.isdecimal():
            return min(max(int(number), 60), LONGEST_LOCK)
    return LONGEST_LOCK


def destination_path(header: str | None, host: str) -> str:
    """The unquoted path of a Destination on this host. Raises Fault 400 or 502."""
    if not header:
        raise Fault(400, "Il manque l’en-tête Destination.")
    target = urlsplit(header)
    if target.netloc and target.netloc.rpartition("@")[2].lower() != host.lower():
        raise Fault(502, "La destination est sur un autre serveur.")
    if not target.path.startswith("/"):
        raise Fault(400, "En-tête Destination illisible.")
    return unquote(target.path)
