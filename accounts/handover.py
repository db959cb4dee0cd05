"""What a person leaves behind: each app counts its part, and hands it to somebody else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from accounts.actor import Actor
from accounts.models import Person
from config.lib.registry import Registry


@dataclass(frozen=True, slots=True)
class Handover:
    """One kind of thing in somebody's charge.

    `count` says how many, in the acting organisation. `words` makes it a sentence. `give` hands
    all of them to another member, within the caller's transaction, and says how many.
    """

    count: Callable[[Actor, Person], int]
    words: Callable[[int], str]
    give: Callable[[Actor, Person, Person, datetime], int]


handovers: Registry[Handover] = Registry("handovers")
