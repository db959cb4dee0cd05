"""The mechanism of a decision: may this be done, and if not, why. The rules are in each app."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied


@dataclass(frozen=True, slots=True)
class Decision:
    """An answer to "may this person do that?". Truthy when allowed.

    `reason` is a French sentence for the person refused: why, and what to do. It is shown on the
    403 page and beside a button that cannot be pressed, so it never names what they may not see.
    """

    allowed: bool
    reason: str = ""

    def __bool__(self) -> bool:
        return self.allowed


ALLOWED = Decision(allowed=True)


def refuse(reason: str) -> Decision:
    """A refusal with its French reason."""
    return Decision(allowed=False, reason=reason)


class Refused(PermissionDenied):
    """Raised by `require`; becomes the 403 page with the reason."""

    def __init__(self, decision: Decision) -> None:
        super().__init__(decision.reason)
        self.decision = decision


def require(decision: Decision) -> None:
    """Go on only if allowed. Raises Refused, which carries the decision."""
    if not decision:
        raise Refused(decision)
