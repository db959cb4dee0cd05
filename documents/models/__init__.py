from documents.models.comment import Comment
from documents.models.document import Document, Version, VersionHold
from documents.models.folder import Folder
from documents.models.import_run import ImportedFile, ImportRun
from documents.models.reservation import Reservation
from documents.models.rights import (
    AccessDomain,
    DocumentGroupGrant,
    DocumentUserGrant,
    EffectiveAccess,
    FolderGroupGrant,
    FolderUserGrant,
)
from documents.models.text import DocumentPage, DocumentText
from documents.models.upload import Upload

__all__ = [
    "AccessDomain",
    "Comment",
    "Document",
    "DocumentGroupGrant",
    "DocumentPage",
    "DocumentText",
    "DocumentUserGrant",
    "EffectiveAccess",
    "Folder",
    "FolderGroupGrant",
    "FolderUserGrant",
    "ImportRun",
    "ImportedFile",
    "Reservation",
    "Upload",
    "Version",
    "VersionHold",
]
