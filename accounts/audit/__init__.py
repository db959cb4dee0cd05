"""The audit trail: `record()` and `record_many()` write, `verb()` declares, `timeline()` reads,
`acts` are ours."""

from accounts.audit import acts
from accounts.audit.record import record, record_many
from accounts.audit.registry import Verb, verb, verbs

__all__ = ["Verb", "acts", "record", "record_many", "verb", "verbs"]
