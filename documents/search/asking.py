"""From what was typed to what is found: as typed first, then less strictly when nothing answers."""

from __future__ import annotations

from datetime import datetime

from accounts.actor import Actor
from documents.search.engine import Filters, Results, search
from documents.search.query import parse


def ask(
    actor: Actor,
    text: str,
    filters: Filters | None = None,
    *,
    typing: bool = False,
    page: int = 1,
    now: datetime,
) -> Results:
    """What answers `text`. A finished word that nothing holds may be the beginning of one."""
    return search(
        actor,
        parse(text, typing=typing),
        filters,
        page=page,
        now=now,
        otherwise=None if typing else parse(text, typing=True),
    )
