"""The base of every business refusal of the council: a French sentence for the person."""

from __future__ import annotations

from collections.abc import Sequence

from council.rules import Finding


class Refusal(Exception):
    """What was asked cannot be done now. The message says why and what to do.

    ``findings`` carries the legal rules behind it, when there are some.
    """

    def __init__(self, message: str, findings: Sequence[Finding] = ()) -> None:
        super().__init__(message)
        self.findings = tuple(findings)


class Missing(Refusal):
    """A field that is needed was left empty."""
