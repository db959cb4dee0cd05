"""Role × object × verb, drawn from the addresses themselves.

A new address without its minimum role fails here; every other is tried just under its minimum, at
it, and by somebody without any role.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction
from django.urls import get_resolver, reverse

from accounts.models import AuditEntry, Person
from accounts.services.joining import join
from documents.enums import Role
from documents.forms.rights import value_of
from documents.models import Comment, Document, Folder, Version
from documents.services import folders, rights, trash
from tests.documents.tree_of_cast import Tree
from tests.personas import make_person

R, C, E, M = Role.READER, Role.COMMENTER, Role.EDITOR, Role.MANAGER
NO = None  # the address does not answer this method

# Address: (least role to look, least role to act). What the trash gives back is apart.
MINIMUM: dict[str, tuple[Role | None, Role | None]] = {
    "folder": (R, NO),
    "folder-create": (E, E),
    "folder-rename": (E, E),
    "folder-move": (E, E),
    "folder-trash": (NO, E),
    "folder-rights": (R, M),
    "folder-keeping": (M, M),
    "folder-comments": (M, M),
    "folder-template": (NO, M),
    "start-from": (E, E),
    "folder-address": (M, M),
    "folder-share": (R, NO),
    "folder-open": (E, E),
    "drop-open": (E, E),
    "upload": (E, E),
    "upload-confirm": (NO, E),
    "upload-prepare": (NO, E),
    "upload-parts": (NO, E),
    "import-zip": (E, E),
    "photo": (E, E),
    "document": (R, NO),
    "versions": (R, NO),
    "compare": (R, NO),
    "document-rights": (R, M),
    "document-share": (R, NO),
    "document-open": (E, E),
    "document-labels": (E, E),
    "document-template": (NO, M),
    "opinions": (R, C),
    "document-deadlines": (R, E),
    "document-owner": (E, E),
    "edit": (E, E),
    "comments": (R, C),
    "activity": (M, NO),
    "version-add": (E, E),
    "document-rename": (E, E),
    "document-move": (E, E),
    "document-trash": (NO, E),
    "reserve": (E, E),
    "reservation-release": (NO, R),
    "reservation-break": (NO, M),
    "version": (R, NO),
    "version-download": (R, NO),
    "version-view": (R, NO),
    "mail-piece": (R, NO),
    "version-restore": (NO, E),
    "version-read-again": (NO, E),
}
FROM_THE_TRASH = {"folder-restore": E, "document-restore": E}
# Opened on something else than a folder, a document or a version: each has tests of its own.
OTHER_OBJECTS = {
    "link",  # explains a refusal: it opens to those without any role, on purpose
    "refile",  # its least role is the one on the folder where the document goes
    "mail-piece-file",  # its least role is the one on the folder of the message
    "seen-by",
    "upload-part",
    "upload-finish",
}
# Nothing confidential leaves by a link, whoever asks.
NEVER_CONFIDENTIAL = {"folder-open", "document-open", "drop-open"}
# Allowed, these still say 404 of what is not there: a second version, a kind that shows in a page.
MAY_BE_ABSENT = {"compare", "version-view", "mail-piece"}
# What stands in an address after the object.
AFTER = {"mail-piece": [1]}
KINDS = {
    "documents/dossier/": "folder",
    "documents/document/": "document",
    "documents/version/": "version",
}


def _addresses() -> Iterator[tuple[str, str]]:
    """Every address on a folder, a document or a version: (name, kind of object)."""
    for resolver in get_resolver().url_patterns:
        if getattr(resolver, "namespace", None) != "documents":
            for inner in getattr(resolver, "url_patterns", []):
                if getattr(inner, "namespace", None) == "documents":
                    yield from _of(inner)
            continue
        yield from _of(resolver)


def _of(resolver: Any) -> Iterator[tuple[str, str]]:
    for pattern in resolver.url_patterns:
        route = str(pattern.pattern)
        for start, kind in KINDS.items():
            if f"{start}<uuid:uid>/" in route:
                yield pattern.name, kind


ADDRESSES = dict(_addresses())


def test_every_address_on_an_object_has_its_minimum_role() -> None:
    known = set(MINIMUM) | set(FROM_THE_TRASH) | OTHER_OBJECTS
    assert ADDRESSES
    missing = set(ADDRESSES) - known
    assert not missing, f"say in MINIMUM which role these need: {sorted(missing)}"
    assert set(MINIMUM) | set(FROM_THE_TRASH) <= set(ADDRESSES)


@dataclass
class Stage:
    """The same three objects in several states, and one person per role on all of them."""

    people: dict[Role, Person]
    objects: dict[str, dict[str, Any]]
    somebody: Person


@pytest.fixture
def stage(tree: Tree) -> Stage:
    cast, now = tree.cast, tree.cast.now
    people = {}
    for role in Role:
        person = make_person(role.name.title(), "Essai", "f", now=now)
        join(actor=cast.dgs, person=person, capacity="agent", now=now)
        people[role] = person

    def open_to_all(obj: Folder | Document) -> None:
        for role, person in people.items():
            if role != Role.NONE:
                rights.set_role(
                    actor=cast.dgs, obj=obj, principal=person, role=role, now=now, confirmed=True
                )

    def make(name: str) -> Folder:
        return folders.create_folder(actor=cast.dgs, parent=tree.root, name=name, now=now)

    def three(folder: Folder) -> dict[str, Any]:
        document = tree.file(f"{folder.name}.txt", by=cast.nadia, folder=folder)
        return {"folder": folder, "document": document, "version": document.current_version}

    objects: dict[str, dict[str, Any]] = {}
    for state in ("plain", "restricted", "confidential"):
        folder = make(state.title())
        open_to_all(folder)
        if state == "restricted":
            rights.restrict(actor=cast.dgs, folder=folder, now=now)
        elif state == "confidential":
            rights.make_confidential(actor=cast.dgs, folder=folder, now=now)
        objects[state] = three(folder)
    own = three(make("Own"))
    open_to_all(own["document"])
    objects["own"] = {"document": own["document"], "version": own["version"]}
    thrown = make("Thrown")
    open_to_all(thrown)
    objects["trashed"] = three(thrown)
    alone = tree.file("seul.txt", by=cast.nadia, folder=objects["plain"]["folder"])
    trash.trash_document(actor=cast.dgs, document=alone, now=now)
    trash.trash_folder(actor=cast.dgs, folder=thrown, now=now)
    objects["trashed"]["alone"] = alone
    theirs = tree.file(
        "ailleurs.txt", by=cast.sophie, folder=tree.valmorel, organisation=cast.valmorel
    )
    objects["elsewhere"] = {
        "folder": tree.valmorel,
        "document": theirs,
        "version": theirs.current_version,
    }
    return Stage(people, objects, cast.karim)


def _asked(name: str, stage: Stage) -> dict[str, str]:
    """What a person would send; enough for what is allowed to be more than a refusal."""
    return {
        "name": "Autre nom",
        "text": "Un commentaire",
        "body": "Un commentaire",
        "action": "donner",
        "who": value_of(stage.somebody),
        "role": "10",
    }


def _marks() -> tuple[Any, ...]:
    """What would show that something was changed."""
    return (
        AuditEntry.objects.count(),
        Comment.objects.count(),
        Version.objects.count(),
        tuple(Folder.objects.order_by("pk").values_list("name", "path", "trashed_at", "domain_id")),
        tuple(Document.objects.order_by("pk").values_list("title", "folder_id", "trashed_at")),
    )


class _Undo(Exception):
    pass


def _answer(client: Any, method: str, name: str, uid: Any, stage: Stage) -> tuple[int, bool]:
    """The status, and whether anything changed; all of it is undone."""
    address = reverse(f"documents:{name}", args=["saint-aubin", uid, *AFTER.get(name, [])])
    status, changed = 0, False
    try:
        with transaction.atomic():
            before = _marks() if method == "post" else ()
            response = getattr(client, method)(
                address, _asked(name, stage) if method == "post" else {}
            )
            if response.streaming:
                b"".join(response.streaming_content)
            status = response.status_code
            changed = method == "post" and _marks() != before
            raise _Undo
    except _Undo:
        return status, changed


def _wrong(role: Role, needed: Role | None, method: str, status: int, changed: bool) -> str:
    if needed is None:
        return "" if status in ({404, 405} if role == Role.NONE else {405}) else "should be 405"
    if role == Role.NONE:
        return "" if status == 404 and not changed else "should be 404"
    if role < needed:
        if changed:
            return "changed something"
        if method == "get":
            return "" if status in {403, 404} else "should be refused"
        return "" if status in {302, 400, 403, 404, 409, 412, 422} else "should be refused"
    return "" if status not in {403, 404, 405} and status < 500 else "should be allowed"


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["plain", "restricted", "confidential", "own"])
def test_each_verb_opens_at_its_minimum_role_and_not_below(stage, client_of, state) -> None:
    clients = {role: client_of(person) for role, person in stage.people.items()}
    wrong = []
    for name, minimums in MINIMUM.items():
        subject = stage.objects[state].get(ADDRESSES[name])
        if subject is None:
            continue
        for method, needed in zip(("get", "post"), minimums, strict=True):
            below = [role for role in Role if needed is not None and role < needed]
            tried = {Role.NONE, *(below[-1:]), needed if needed is not None else Role.MANAGER}
            for role in sorted(tried):
                status, changed = _answer(clients[role], method, name, subject.uid, stage)
                if state == "confidential" and name in NEVER_CONFIDENTIAL and role >= R:
                    reason = "" if status == 403 and not changed else "should never open"
                else:
                    reason = _wrong(role, needed, method, status, changed)
                absent = name in MAY_BE_ABSENT and status == 404
                if reason and not absent:
                    wrong.append(f"{method} {name} as {role.name}: {status}, {reason}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.django_db
def test_in_the_trash_only_editors_and_only_restoring(stage, client_of) -> None:
    clients = {role: client_of(person) for role, person in stage.people.items()}
    wrong = []
    for name in MINIMUM:
        subject = stage.objects["trashed"].get(ADDRESSES[name])
        for method in ("get", "post"):
            status, changed = _answer(clients[M], method, name, subject.uid, stage)
            if status not in {404, 405} or changed:
                wrong.append(f"{method} {name}: {status}")
    for name, kind in (("folder-restore", "folder"), ("document-restore", "alone")):
        subject = stage.objects["trashed"][kind]
        for role in Role:
            status, changed = _answer(clients[role], "post", name, subject.uid, stage)
            if (status == 302 and changed) != (role >= E) or (role < E and status != 404):
                wrong.append(f"{name} as {role.name}: {status}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.django_db
def test_what_belongs_to_another_commune_does_not_exist(stage, client_of) -> None:
    manager = client_of(stage.people[M])
    wrong = []
    for name in {*MINIMUM, *FROM_THE_TRASH}:
        subject = stage.objects["elsewhere"][ADDRESSES[name]]
        for method in ("get", "post"):
            status, changed = _answer(manager, method, name, subject.uid, stage)
            if status not in {404, 405} or changed:
                wrong.append(f"{method} {name}: {status}")
    assert not wrong, "\n".join(wrong)
