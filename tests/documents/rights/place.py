"""Who tries the verbs, and on what: one person per role, one commune's things by name."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from io import BytesIO
from typing import Any

from accounts.actor import Actor, actor_for
from accounts.models import Organisation, Person
from documents.enums import Role
from documents.services import filing
from documents.services.filing import Received
from tests.personas import make_person


class Who(StrEnum):
    """The people who try everything. All but the last two belong to the commune today."""

    NOBODY = "nobody"  # an agent whom nobody gave anything
    READER = "reader"
    COMMENTER = "commenter"
    EDITOR = "editor"
    MANAGER = "manager"
    KEEPER = "keeper"  # in the team that sorts the post; no role in the tree
    DIRECTION = "direction"  # in the DGS team, nothing in their own name
    MAYOR = "mayor"
    ELECTED = "elected"
    SEAT_OVER = "seat-over"  # their team may edit; they left it yesterday
    ELSEWHERE = (
        "elsewhere"  # manages the folder of the same name in the other commune, and acts there
    )
    ENDED = "ended"  # manages here, their membership ended yesterday
    DISABLED = "disabled"  # manages here, their account is closed


ROLES = {
    Who.READER: Role.READER,
    Who.COMMENTER: Role.COMMENTER,
    Who.EDITOR: Role.EDITOR,
    Who.MANAGER: Role.MANAGER,
    Who.ENDED: Role.MANAGER,
    Who.DISABLED: Role.MANAGER,
}
ACTING = tuple(who for who in Who if who not in (Who.ENDED, Who.DISABLED))


@dataclass
class Place:
    """One commune's things. `made` holds them by name; they read as attributes."""

    organisation: Organisation
    boss: Actor
    people: dict[Who, Person]
    now: datetime
    made: dict[str, Any] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        try:
            return self.__dict__["made"][name]
        except KeyError:
            raise AttributeError(name) from None

    def acting(self, who: Who) -> Actor:
        """That person acting here; fails when they may not."""
        actor = actor_for(self.people[who], self.organisation, now=self.now)
        assert actor is not None, who
        return actor

    @property
    def today(self) -> date:
        """The date on the wall of the town hall."""
        return self.boss.today

    def received(self, name: str, content: bytes = b"nouveau") -> Received:
        """Bytes on disk that no row speaks of; the same again when asked again."""
        known = self.made.setdefault("on disk", {})
        if (name, content) not in known:
            known[name, content] = filing.receive(BytesIO(content), name)
        return known[name, content]  # type: ignore[no-any-return]


def make_people(now: datetime) -> dict[Who, Person]:
    """One person per role, who belong nowhere yet."""
    return {who: make_person(who.title(), "Essai", "f", now=now) for who in Who}


def zipped() -> bytes:
    """An archive with one file."""
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("dedans.txt", "dedans")
    return target.getvalue()
