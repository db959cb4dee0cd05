from documents.models.document import Document, Version, VersionHold
from documents.models.folder import Folder
from documents.models.rights import (
    AccessDomain,
    DocumentGroupGrant,
    DocumentUserGrant,
    EffectiveAccess,
    FolderGroupGrant,
    FolderUserGrant,
)

__all__ = [
    "AccessDomain",
    "Document",
    "DocumentGroupGrant",
    "DocumentUserGrant",
    "EffectiveAccess",
    "Folder",
    "FolderGroupGrant",
    "FolderUserGrant",
    "Version",
    "VersionHold",
]
