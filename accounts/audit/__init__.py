"""The audit trail: `record()` writes, `verb()` declares, `timeline()` reads, `acts` are ours."""

from accounts.audit import acts
from accounts.audit.record import record
from accounts.audit.registry import Verb, verb, verbs

__all__ = ["Verb", "acts", "record", "verb", "verbs"]
