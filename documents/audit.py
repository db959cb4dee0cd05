"""What is done to folders, documents and rights that is worth keeping."""

from accounts.audit import verb

FOLDER_CREATED = verb("documents.folder.created", "a créé le dossier")
FOLDER_RENAMED = verb("documents.folder.renamed", "a renommé le dossier")
FOLDER_MOVED = verb("documents.folder.moved", "a déplacé le dossier")
FOLDER_TRASHED = verb("documents.folder.trashed", "a mis à la corbeille le dossier")
FOLDER_RESTORED = verb("documents.folder.restored", "a sorti de la corbeille le dossier")
FOLDER_TAKEN_OVER = verb(
    "documents.folder.taken_over", "a repris, pour la direction générale, le dossier"
)
DOCUMENT_FILED = verb("documents.document.filed", "a déposé")
DOCUMENT_RENAMED = verb("documents.document.renamed", "a renommé")
DOCUMENT_MOVED = verb("documents.document.moved", "a déplacé")
DOCUMENT_TRASHED = verb("documents.document.trashed", "a mis à la corbeille")
DOCUMENT_RESTORED = verb("documents.document.restored", "a sorti de la corbeille")
DOCUMENT_OPENED = verb("documents.document.opened", "a ouvert")
DOCUMENT_DOWNLOADED = verb("documents.document.downloaded", "a téléchargé")
VERSION_ADDED = verb("documents.version.added", "a déposé une nouvelle version de")
VERSION_RESTORED = verb("documents.version.restored", "a remis en vigueur une ancienne version de")
INDEXING_RETRIED = verb("documents.version.indexing_retried", "a relancé la lecture de")
RIGHT_SET = verb("documents.right.set", "a donné un droit sur")
RIGHT_REMOVED = verb("documents.right.removed", "a retiré un droit sur")
FOLDER_RESTRICTED = verb("documents.folder.restricted", "a limité l’accès à")
FOLDER_UNRESTRICTED = verb("documents.folder.unrestricted", "a rouvert l’accès à")
MADE_CONFIDENTIAL = verb("documents.folder.made_confidential", "a rendu confidentiel")
NO_LONGER_CONFIDENTIAL = verb(
    "documents.folder.no_longer_confidential", "a levé la confidentialité de"
)
COMMENT_ADDED = verb("documents.comment.added", "a commenté")
DOCUMENT_RESERVED = verb("documents.document.reserved", "a réservé")
DOCUMENT_RELEASED = verb("documents.document.released", "a rendu")
RESERVATION_BROKEN = verb("documents.document.reservation_broken", "a levé la réservation de")
TREE_LOADED = verb("documents.tree.loaded", "a rechargé, depuis un export, l’arbre")
TREE_EXPORTED = verb("documents.tree.exported", "a exporté l’arbre")
IMPORT_STARTED = verb("documents.import.started", "a lancé un import dans")
IMPORT_ENDED = verb("documents.import.ended", "a terminé un import dans")
DOCUMENT_REFILED = verb("documents.document.refiled", "a sorti de l’ancien réseau")
