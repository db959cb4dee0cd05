"""Folders and documents: made, named, moved, copied, thrown away, offered as templates."""

from __future__ import annotations

from documents.services import (
    batches,
    copying,
    downloading,
    folders,
    labels,
    moving,
    owning,
    preparing,
    refiling,
    templates,
    trash,
)
from tests.documents.rights.verbs.table import E, Limited, M, Plain, R, verb

verb(folders.create_folder, "folder", E, lambda p: {"parent": p.folder, "name": "Neuf"})
verb(folders.rename_folder, "folder", E, lambda p: {"folder": p.target, "name": "Autre"})
verb(folders.move_folder, "folder", E, lambda p: {"folder": p.sub, "target": p.target})
verb(
    folders.move_folder,
    "folder, out of a limited one",
    M,
    lambda p: {"folder": p.sub, "target": p.outside},
    states=Limited,
)
verb(moving.rename_document, "document", E, lambda p: {"document": p.document, "name": "B.txt"})
verb(moving.move_document, "document", E, lambda p: {"document": p.document, "target": p.target})
verb(
    moving.move_document,
    "document, out of a limited folder",
    M,
    lambda p: {"document": p.document, "target": p.outside},
    states=Limited,
)
verb(copying.copy_document, "document", E, lambda p: {"document": p.document, "target": p.target})
verb(
    copying.copy_document,
    "document, to where one may file",
    R,
    lambda p: {"document": p.document, "target": p.outside},
    states=Plain,
)
verb(
    copying.copy_document,
    "document, out of a limited folder",
    M,
    lambda p: {"document": p.document, "target": p.outside},
    states=Limited,
)
verb(copying.copy_folder, "folder", E, lambda p: {"folder": p.sub, "target": p.target})
verb(
    copying.copy_folder,
    "folder, out of a limited one",
    M,
    lambda p: {"folder": p.sub, "target": p.outside},
    states=Limited,
)
verb(
    batches.move_all,
    "folder and document",
    E,
    lambda p: {"things": [p.sub, p.document], "target": p.target, "confirmed": True},
)
verb(
    batches.copy_all,
    "folder and document",
    E,
    lambda p: {"things": [p.sub, p.document], "target": p.target},
)
verb(
    batches.trash_all,
    "folder and document",
    E,
    lambda p: {"things": [p.target, p.document]},
    silent=True,
)
verb(trash.trash_folder, "folder", E, lambda p: {"folder": p.target})
verb(trash.trash_document, "document", E, lambda p: {"document": p.document})
verb(trash.restore_folder, "folder of the trash", E, lambda p: {"folder": p.thrown_folder})
verb(trash.restore_document, "document of the trash", E, lambda p: {"document": p.thrown_document})
verb(
    preparing.prepare,
    "folder",
    E,
    lambda p: {"folder": p.folder, "paths": ["Photos"], "names": {}},
)
verb(
    downloading.prepare_parcel,
    "folder and document",
    R,
    lambda p: {"folders": [p.target], "documents": [p.document]},
)
verb(
    refiling.refile,
    "document of an old network",
    E,
    lambda p: {"document": p.old, "target": p.target},
)
verb(
    refiling.refile,
    "document of an old network, to where one may file",
    R,
    lambda p: {"document": p.old, "target": p.outside},
    states=Plain,
)
verb(
    refiling.refile,
    "document of an old network, out of a limited folder",
    M,
    lambda p: {"document": p.old, "target": p.outside},
    states=Limited,
)
verb(templates.offer, "folder", M, lambda p: {"obj": p.target})
verb(templates.offer, "document", M, lambda p: {"obj": p.document})
verb(templates.withdraw, "document", M, lambda p: {"obj": p.model})
verb(
    templates.start_from,
    "template",
    E,
    lambda p: {"template": p.template, "target": p.target, "name": "Lettre"},
)
verb(
    templates.start_from,
    "template, to where one may file",
    R,
    lambda p: {"template": p.template, "target": p.outside, "name": "Lettre"},
    states=Plain,
)
verb(owning.hand_document, "document", E, lambda p: {"document": p.document, "owner": p.editor})
verb(
    labels.describe_document,
    "document",
    E,
    lambda p: {"document": p.document, "type": p.type, "tags": [p.tag]},
)
verb(
    labels.label_documents,
    "document",
    E,
    lambda p: {"documents": [p.document], "type": p.type, "add": [p.tag]},
)
