"""States and moves as data: the table is the rule, and the diagram in the docs is drawn from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


class IllegalMove(ValueError):
    """This verb does not apply in this state."""


@dataclass(frozen=True)
class Workflow:
    """`moves` maps a state to {verb: next state}."""

    name: str
    moves: Mapping[str, Mapping[str, str]]

    def next(self, state: str, verb: str) -> str:
        """The state after the verb. Raises IllegalMove."""
        try:
            return self.moves[state][verb]
        except KeyError:
            raise IllegalMove(
                f"{self.name}: « {verb} » ne s’applique pas à l’état « {state} »"
            ) from None

    def allows(self, state: str, verb: str) -> bool:
        """Whether the verb applies in this state."""
        return verb in self.moves.get(state, {})

    @property
    def states(self) -> frozenset[str]:
        """Every state of the table, final ones included."""
        return frozenset(self.moves) | {s for row in self.moves.values() for s in row.values()}

    def mermaid(self) -> str:
        """A state diagram for the docs."""
        lines = ["stateDiagram-v2"]
        for state, row in self.moves.items():
            lines += [f"    {state} --> {after}: {verb}" for verb, after in row.items()]
        return "\n".join(lines) + "\n"
