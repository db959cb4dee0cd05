"""What a rule says about a situation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum


class Severity(Enum):
    """How strongly a finding speaks."""

    BLOCKING = "blocking"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that the law says here: its code, a French sentence and the text it rests on.

    ``subject`` tells which point or person it is about, when the caller gave one.
    """

    code: str
    severity: Severity
    message: str
    citation: str = ""
    subject: str = ""

    @property
    def is_blocking(self) -> bool:
        """Nothing leaves while one of these stands."""
        return self.severity is Severity.BLOCKING


def blocking(findings: Iterable[Finding]) -> list[Finding]:
    """Those that forbid going on."""
    return [finding for finding in findings if finding.is_blocking]


def refuse(code: str, message: str, citation: str = "", subject: str = "") -> Finding:
    """Nothing goes on while this stands."""
    return Finding(code, Severity.BLOCKING, message, citation, subject)


def warn(code: str, message: str, citation: str = "", subject: str = "") -> Finding:
    """People decide, knowing it."""
    return Finding(code, Severity.WARNING, message, citation, subject)


def inform(code: str, message: str, citation: str = "", subject: str = "") -> Finding:
    """Worth knowing; nothing to do."""
    return Finding(code, Severity.INFO, message, citation, subject)
