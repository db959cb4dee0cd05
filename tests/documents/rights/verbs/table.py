"""What one row says: a verb of the services, on a kind of thing, and its least right."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from typing import Any

from documents.enums import DeadlineKind, Role
from documents.services.deadlines import Terms
from tests.documents.rights.place import Place, Who

R, C, E, M = Role.READER, Role.COMMENTER, Role.EDITOR, Role.MANAGER


class Charge(Enum):
    """Rights that do not come from the tree."""

    DIRECTION = "the DGS team"
    POST = "the DGS team, and the team that sorts the post"
    HEAD = "the mayor"
    OWNER = "nobody but whose it is"
    MEMBER = "whoever belongs to the commune"


DIRECTION, POST, HEAD, OWNER, MEMBER = Charge
Least = Role | Charge
Everywhere = ("plain", "restricted", "confidential")
Limited = ("restricted", "confidential")
Plain = ("plain",)


@dataclass(frozen=True)
class Verb:
    """One function on one kind of thing. `on` is the thing, for the messages.

    All of `least` is needed; `also` may whatever their role. `silent`: a refusal may be that
    nothing happens. `reads`: it changes nothing; with `answers`, a refusal is an empty answer.
    `unheard`: no line of the journal is written, on purpose. `below`: only those under this role
    have something to ask.
    """

    function: Callable[..., Any]
    on: str
    least: tuple[Least, ...]
    call: Callable[[Place], Mapping[str, Any]]
    also: tuple[Who, ...] = ()
    states: tuple[str, ...] = Everywhere
    silent: bool = False
    reads: bool = False
    answers: bool = False
    unheard: bool = False
    below: Role | None = None

    @property
    def name(self) -> str:
        """As the messages say it."""
        module = self.function.__module__.rpartition(".")[2]
        return f"{module}.{self.function.__name__} on {self.on}"


VERBS: list[Verb] = []


def verb(
    function: Callable[..., Any],
    on: str,
    least: Least | tuple[Least, ...],
    call: Callable[[Place], Mapping[str, Any]],
    **more: Any,
) -> None:
    """Add a row; `more` are its other fields."""
    every = least if isinstance(least, tuple) else (least,)
    VERBS.append(Verb(function, on, every, call, **more))


def soon(p: Place) -> date:
    """A day ahead."""
    return p.today + timedelta(days=5)


def terms(p: Place) -> Terms:
    """A deadline that a reader follows."""
    return Terms(kind=DeadlineKind.OTHER, label="Rappeler", due=soon(p), owner=p.reader)
