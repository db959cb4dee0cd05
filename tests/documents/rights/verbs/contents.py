"""Bytes and versions; what is held for a while."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

from documents.enums import ImportKind
from documents.services import (
    drafts,
    drive_locks,
    duplicates,
    editing,
    filing,
    importing,
    mail_pieces,
    reserving,
    undoing,
    uploading,
)
from tests.documents.rights.place import Who, zipped
from tests.documents.rights.verbs.table import OWNER, E, M, R, verb

verb(
    filing.file_document,
    "folder",
    E,
    lambda p: {"folder": p.folder, "received": p.received("neuf.txt")},
)
verb(
    filing.file_document,
    "document of that name",
    E,
    lambda p: {
        "folder": p.folder,
        "received": p.received("document.txt"),
        "as_new_version": True,
    },
)
verb(
    filing.add_version,
    "document",
    E,
    lambda p: {"document": p.document, "received": p.received("neuf.txt")},
)
verb(
    mail_pieces.file_piece,
    "version, in the folder of its document",
    E,
    lambda p: {"version": p.model_first, "received": p.received("Bail.pdf")},
)
verb(filing.restore_version, "version", E, lambda p: {"version": p.model_first})
verb(filing.read_again, "version", E, lambda p: {"version": p.failed})
verb(
    uploading.begin,
    "folder",
    E,
    lambda p: {"folder": p.folder, "name": "gros.txt", "size": 10},
    unheard=True,
)
verb(
    uploading.receive_part,
    "upload",
    OWNER,
    lambda p: {"upload": p.upload, "source": BytesIO(b"ok"), "length": 2, "at": 0},
    also=(Who.EDITOR,),
    unheard=True,
)
verb(uploading.finish, "upload", OWNER, lambda p: {"upload": p.whole}, also=(Who.EDITOR,))
verb(
    uploading.cancel,
    "upload",
    OWNER,
    lambda p: {"upload": p.upload},
    also=(Who.EDITOR,),
    silent=True,
    unheard=True,
)
verb(
    importing.start_zip,
    "folder",
    E,
    lambda p: {"folder": p.folder, "received": p.received("lot.zip", zipped())},
)
verb(
    importing.start_from_disk,
    "folder",
    E,
    lambda p: {"folder": p.folder, "path": p.made["disk"], "kind": ImportKind.FOLDER},
)
verb(
    importing.open_old_network,
    "folder",
    M,
    lambda p: {"folder": p.target, "readers": [p.post]},
)
verb(
    duplicates.same_bytes,
    "version",
    R,
    lambda p: {"version": p.first},
    reads=True,
    answers=True,
)

verb(
    reserving.take,
    "document",
    E,
    lambda p: {"document": p.document, "until": p.now + timedelta(hours=2)},
)
verb(
    reserving.release,
    "reservation",
    OWNER,
    lambda p: {"document": p.reserved},
    also=(Who.EDITOR,),
)
verb(reserving.break_reservation, "reservation", M, lambda p: {"document": p.reserved})
_LOCK = {"deep": False, "owner": "", "seconds": 60}
verb(drive_locks.lock, "folder", E, lambda p: {"thing": p.target, **_LOCK}, unheard=True)
verb(drive_locks.lock, "document", E, lambda p: {"thing": p.document, **_LOCK})
verb(
    drive_locks.lock,
    "draft",
    OWNER,
    lambda p: {"thing": p.draft, **_LOCK},
    also=(Who.EDITOR,),
    unheard=True,
)
for lock in ("folder_lock", "document_lock", "draft_lock"):
    verb(
        drive_locks.refresh,
        lock,
        OWNER,
        lambda p, lock=lock: {"uid": p.made[lock].uid, "seconds": 900},
        also=(Who.EDITOR,),
        silent=True,
        unheard=True,
    )
verb(
    drive_locks.unlock,
    "document_lock",
    OWNER,
    lambda p: {"held": p.document_lock},
    also=(Who.EDITOR,),
    silent=True,
)
verb(
    drive_locks.hand_over,
    "draft",
    OWNER,
    lambda p: {"draft": p.announced, "document": p.document},
    also=(Who.EDITOR,),
    silent=True,
)
verb(
    drafts.keep_draft,
    "folder",
    E,
    lambda p: {"folder": p.folder, "name": "~z.tmp", "stored": None},
    unheard=True,
)
verb(
    drafts.move_draft,
    "draft",
    OWNER,
    lambda p: {"draft": p.draft, "folder": p.folder, "name": "~autre.tmp"},
    also=(Who.EDITOR,),
    unheard=True,
)
verb(
    drafts.drop_draft,
    "draft",
    OWNER,
    lambda p: {"draft": p.draft},
    also=(Who.EDITOR,),
    silent=True,
    unheard=True,
)
verb(
    drafts.back_in_place,
    "document put aside",
    OWNER,
    lambda p: {"document": p.locked},
    also=(Who.EDITOR,),
    silent=True,
    unheard=True,
)
verb(editing.open_link, "document", E, lambda p: {"document": p.model})
verb(
    editing.end_link,
    "document",
    OWNER,
    lambda p: {"document": p.document},
    also=(Who.EDITOR,),
    silent=True,
    unheard=True,
)
verb(undoing.undo, "what was done", OWNER, lambda p: {"step": p.step}, also=(Who.EDITOR,))
