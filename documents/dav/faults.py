"""Refusals of the drive, and which status each refusal of the services becomes."""

from __future__ import annotations

from config.lib.access import Refused
from documents.services import filing, refusals, reserving


class Fault(Exception):
    """An answer other than success: `condition` is of RFC 4918 §16, `words` are French."""

    def __init__(
        self, status: int, words: str = "", *, condition: str = "", href: str = ""
    ) -> None:
        super().__init__(words or str(status))
        self.status, self.words, self.condition, self.href = status, words, condition, href


_STATUS: tuple[tuple[type[Exception], int], ...] = (
    (filing.FileTooLarge, 413),
    (filing.NoRoomLeft, 507),
    (refusals.ReservedByAnother, 423),
    (reserving.AlreadyReserved, 423),
    (filing.NameTaken, 409),
    (refusals.NameTaken, 409),
    (refusals.MovedMeanwhile, 409),
    (refusals.NeedsConfirmation, 403),
    (refusals.TooDeep, 409),
    (refusals.Refusal, 403),
    (Refused, 403),
)


def fault_of(refusal: Exception) -> Fault:
    """The refusal of a service, as the drive says it."""
    status = next(status for kind, status in _STATUS if isinstance(refusal, kind))
    words = refusal.decision.reason if isinstance(refusal, Refused) else str(refusal)
    return Fault(status, words, condition="lock-token-submitted" if status == 423 else "")
