"""Modules as they are written: files in `training/content/`, read once, checked strictly.

A module is short by rule: 20 minutes and 7 steps at most, a feedback on every wrong choice.
Source of the rules: the project's own charter of formation-action.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from training.enums import Audience, StepKind

CONTENT = Path(__file__).resolve().parent / "content"
LONGEST_MINUTES = 20
MOST_STEPS = 7


class BadModule(ValueError):
    """A content file breaks the rules; the message says which and where."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer. `feedback` explains it, right or wrong."""

    text: str
    right: bool
    feedback: str


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, or a list when it has items."""

    text: str = ""
    items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One screen of a module. `key` is stable: progress is kept under it.

    A challenge is done in the product itself: `events` are the real events that prove it,
    `action` and `address` lead to where it is done.
    """

    key: str
    number: int
    kind: StepKind
    title: str
    blocks: tuple[Block, ...] = ()
    choices: tuple[Choice, ...] = ()
    events: tuple[str, ...] = ()
    action: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Module:
    """A short lesson on one use."""

    code: str
    slug: str
    title: str
    summary: str
    audience: Audience
    minutes: int
    steps: tuple[Step, ...]

    @property
    def events(self) -> frozenset[str]:
        """The events that prove its challenges."""
        return frozenset(event for step in self.steps for event in step.events)

    def step(self, number: int) -> Step | None:
        """The step of this number, from 1."""
        return self.steps[number - 1] if 1 <= number <= len(self.steps) else None


def _blocks(lines: list[str]) -> tuple[Block, ...]:
    blocks: list[Block] = []
    items: list[str] = []
    for line in [*lines, ""]:
        if line.startswith("- "):
            items.append(line[2:])
            continue
        if items:
            blocks.append(Block(items=tuple(items)))
            items = []
        if line:
            blocks.append(Block(text=line))
    return tuple(blocks)


def _step(number: int, raw: dict[str, Any]) -> Step:
    choices = tuple(
        Choice(c["text"], bool(c.get("right", False)), c.get("feedback", ""))
        for c in raw.get("choices", [])
    )
    return Step(
        key=raw["key"],
        number=number,
        kind=StepKind(raw["kind"]),
        title=raw["title"],
        blocks=_blocks(raw.get("body", [])),
        choices=choices,
        events=tuple(raw.get("events", [])),
        action=raw.get("action", ""),
        address=raw.get("address", ""),
    )


def parse(text: str) -> Module:
    """Read one content file. Raises BadModule."""
    raw = tomllib.loads(text)
    module = Module(
        code=raw["code"],
        slug=raw["slug"],
        title=raw["title"],
        summary=raw["summary"],
        audience=Audience(raw["audience"]),
        minutes=raw["minutes"],
        steps=tuple(_step(n, s) for n, s in enumerate(raw["steps"], start=1)),
    )
    for complaint in complaints(module):
        raise BadModule(f"{module.code}: {complaint}")
    return module


def complaints(module: Module) -> list[str]:
    """What is wrong with a module, in words; empty when nothing is."""
    found = []
    if module.minutes > LONGEST_MINUTES:
        found.append(f"{module.minutes} minutes, more than {LONGEST_MINUTES}")
    if not 1 <= len(module.steps) <= MOST_STEPS:
        found.append(f"{len(module.steps)} steps, more than {MOST_STEPS}")
    if len({step.key for step in module.steps}) != len(module.steps):
        found.append("two steps have one key")
    for step in module.steps:
        if step.kind == StepKind.QUESTION:
            if sum(choice.right for choice in step.choices) != 1:
                found.append(f"step {step.key}: one right choice is needed")
            if not all(choice.feedback for choice in step.choices):
                found.append(f"step {step.key}: every choice needs its feedback")
        if step.kind == StepKind.CHALLENGE and not step.events:
            found.append(f"step {step.key}: a challenge is proved by an event")
    return found


@cache
def modules() -> dict[str, Module]:
    """Every module of the library, by slug, in the order of their codes."""
    read = [parse(path.read_text(encoding="utf-8")) for path in sorted(CONTENT.glob("*.toml"))]
    return {module.slug: module for module in sorted(read, key=lambda m: m.code)}
