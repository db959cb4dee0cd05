"""The law as pure functions: frozen dataclasses in, findings out. No row, no clock, no setting.

Codes ``R-…`` are stable: they name a rule in the code, in the tests and on the screen. Nothing
here is legal advice; every delay is a default that a body may replace (``policy``).
"""

from council.rules.finding import Finding, Severity, blocking

__all__ = ["Finding", "Severity", "blocking"]
