"""The audit trail: `record()`, `record_many()` and `record_outside()` write, `verb()` declares,
`timeline()` reads, `acts` are ours."""

from accounts.audit import acts
from accounts.audit.record import record, record_many, record_outside
from accounts.audit.registry import Verb, verb, verbs

__all__ = ["Verb", "acts", "record", "record_many", "record_outside", "verb", "verbs"]
