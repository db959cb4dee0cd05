from documents.models.access_request import AccessRequest
from documents.models.arrival import Arrival, ArrivalAddress, ArrivalBin, Envelope
from documents.models.comment import Comment, EarlierComment
from documents.models.deadline import Deadline
from documents.models.document import Document, Version, VersionHold
from documents.models.drive import DriveDraft, DriveLock, DriveProperty, EditingLink
from documents.models.folder import Folder
from documents.models.import_run import ImportedFile, ImportRun
from documents.models.label import DocumentTag, DocumentType, Tag
from documents.models.link import Deposit, LinkPolicy, OutsideLink
from documents.models.mail_register import MailCounter, MailEntry
from documents.models.mailbox import FetchedMail
from documents.models.opinion import OpinionRequest
from documents.models.reservation import Reservation
from documents.models.retention import (
    EliminationLine,
    EliminationSlip,
    ErasedBytes,
    KeepingRule,
)
from documents.models.rights import (
    AccessDomain,
    DocumentGroupGrant,
    DocumentUserGrant,
    EffectiveAccess,
    FolderGroupGrant,
    FolderUserGrant,
)
from documents.models.template import Template
from documents.models.text import DocumentPage, DocumentText, Word
from documents.models.undo import UndoKind, UndoStep
from documents.models.upload import Upload

__all__ = [
    "AccessDomain",
    "AccessRequest",
    "Arrival",
    "ArrivalAddress",
    "ArrivalBin",
    "Comment",
    "Deadline",
    "Deposit",
    "Document",
    "DocumentGroupGrant",
    "DocumentPage",
    "DocumentTag",
    "DocumentText",
    "DocumentType",
    "DocumentUserGrant",
    "DriveDraft",
    "DriveLock",
    "DriveProperty",
    "EarlierComment",
    "EditingLink",
    "EffectiveAccess",
    "EliminationLine",
    "EliminationSlip",
    "Envelope",
    "ErasedBytes",
    "FetchedMail",
    "Folder",
    "FolderGroupGrant",
    "FolderUserGrant",
    "ImportRun",
    "ImportedFile",
    "KeepingRule",
    "LinkPolicy",
    "MailCounter",
    "MailEntry",
    "OpinionRequest",
    "OutsideLink",
    "Reservation",
    "Tag",
    "Template",
    "UndoKind",
    "UndoStep",
    "Upload",
    "Version",
    "VersionHold",
    "Word",
]
