"""The rows of the council cycle."""

from council.models.act import Act, Minutes, MinutesSection, Register, ResultList
from council.models.advice import Advice
from council.models.amendment import Amendment
from council.models.assembly import Assembly, Counter, DateRange, Mandate
from council.models.binding import BoundRegister
from council.models.candidates import Candidate
from council.models.convocation import (
    Answer,
    Convocation,
    DossierEdition,
    EditionPiece,
    Proxy,
)
from council.models.delivery import ReturnHook, SendingFact
from council.models.following import FollowUp
from council.models.formalities import ActAnnex, FormalitySettings, Transmission
from council.models.function import FunctionTeam
from council.models.informing import InformationCopy, InformedCouncillor
from council.models.interests import AnnouncedWithdrawal, DeclaredInterest
from council.models.meeting import (
    OFF_AGENDA,
    AgendaItem,
    AgendaItemDocument,
    MayorAgreement,
    Meeting,
)
from council.models.member_rights import OralQuestion, PieceRequest
from council.models.note import NotesLeave, PrivateNote
from council.models.posting import Posting
from council.models.prepared import PreparedSession
from council.models.preparing import ItemPassage, PointTemplate, Snippet
from council.models.proof import ConvocationProof
from council.models.redaction import Redaction
from council.models.renewal import Renewal
from council.models.round import RoundScan, RoundStop
from council.models.sections import AgendaSection
from council.models.session import (
    Ballot,
    BallotChoice,
    BallotVoice,
    RoomScreen,
    SessionEntry,
)
from council.models.validating import (
    Absence,
    ItemValidation,
    MayorReplacement,
    ValidationStep,
)
from council.models.year import ObligationMet, YearServices

__all__ = [
    "OFF_AGENDA",
    "Absence",
    "Act",
    "ActAnnex",
    "Advice",
    "AgendaItem",
    "AgendaItemDocument",
    "AgendaSection",
    "Amendment",
    "AnnouncedWithdrawal",
    "Answer",
    "Assembly",
    "Ballot",
    "BallotChoice",
    "BallotVoice",
    "BoundRegister",
    "Candidate",
    "Convocation",
    "ConvocationProof",
    "Counter",
    "DateRange",
    "DeclaredInterest",
    "DossierEdition",
    "EditionPiece",
    "FollowUp",
    "FormalitySettings",
    "FunctionTeam",
    "InformationCopy",
    "InformedCouncillor",
    "ItemPassage",
    "ItemValidation",
    "Mandate",
    "MayorAgreement",
    "MayorReplacement",
    "Meeting",
    "Minutes",
    "MinutesSection",
    "NotesLeave",
    "ObligationMet",
    "OralQuestion",
    "PieceRequest",
    "PointTemplate",
    "Posting",
    "PreparedSession",
    "PrivateNote",
    "Proxy",
    "Redaction",
    "Register",
    "Renewal",
    "ResultList",
    "ReturnHook",
    "RoomScreen",
    "RoundScan",
    "RoundStop",
    "SendingFact",
    "SessionEntry",
    "Snippet",
    "Transmission",
    "ValidationStep",
    "YearServices",
]
