"""The rows of the council cycle."""

from council.models.assembly import Assembly, Counter, DateRange, Mandate
from council.models.convocation import (
    Answer,
    Convocation,
    DossierEdition,
    EditionPiece,
    Proxy,
)
from council.models.function import FunctionTeam
from council.models.meeting import (
    OFF_AGENDA,
    AgendaItem,
    AgendaItemDocument,
    MayorAgreement,
    Meeting,
)
from council.models.session import (
    Ballot,
    BallotChoice,
    BallotVoice,
    RoomScreen,
    SessionEntry,
)

__all__ = [
    "OFF_AGENDA",
    "AgendaItem",
    "AgendaItemDocument",
    "Answer",
    "Assembly",
    "Ballot",
    "BallotChoice",
    "BallotVoice",
    "Convocation",
    "Counter",
    "DateRange",
    "DossierEdition",
    "EditionPiece",
    "FunctionTeam",
    "Mandate",
    "MayorAgreement",
    "Meeting",
    "Proxy",
    "RoomScreen",
    "SessionEntry",
]
