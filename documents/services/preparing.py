"""Before many files are deposited at once: make their folders, say which names are taken."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from config.lib.access import Refused, require
from config.lib.text import name_key
from documents.access import can_edit
from documents.models import Document, Folder
from documents.services import filing
from documents.services.folders import LONGEST_NAME, create_folder
from documents.services.locking import lock_organisation, reread
from documents.services.names import checked_name
from documents.services.refusals import Refusal

MOST_FOLDERS = 500
MOST_NAMES = 5000


class TooManyAtOnce(Refusal):
    """More folders or names than one request may ask about."""


@dataclass(slots=True)
class Prepared:
    """Folders by their path below the target ("" is the target itself), and why some are not.

    `taken` has, for each path, the names given that something bears already; `made` counts the
    folders that did not exist.
    """

    folders: dict[str, Folder] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    taken: dict[str, list[str]] = field(default_factory=dict)
    made: int = 0


@transaction.atomic
def prepare(
    *,
    actor: Actor,
    folder: Folder,
    paths: Collection[str],
    names: Mapping[str, Collection[str]],
    now: datetime,
) -> Prepared:
    """Make the folders that are missing below `folder`, and look for names that are taken.

    `paths` are relative ("Travaux/Photos"); those of `names` are added to them. A folder that
    exists is used as it is. Asked twice, it makes nothing twice. Raises Refused when the target
    may not be edited, TooManyAtOnce.
    """
    wanted = {path for path in (*paths, *names) if path}
    wanted |= {
        path.rsplit("/", depth)[0] for path in wanted for depth in range(1, path.count("/") + 1)
    }
    if len(wanted) > MOST_FOLDERS or sum(map(len, names.values())) > MOST_NAMES:
        raise TooManyAtOnce("C’est trop de fichiers d’un coup : déposez-les en plusieurs fois.")
    lock_organisation(actor.organisation.pk)
    folder = reread(folder, actor.organisation.pk)
    require(can_edit(actor, folder))
    done = Prepared(folders={"": folder})
    for path in sorted(wanted, key=lambda path: (path.count("/"), path)):
        above, _, name = path.rpartition("/")
        parent = done.folders.get(above)
        if parent is None:
            done.refused[path] = done.refused[above]
            continue
        try:
            done.folders[path] = _folder(actor, parent, name, now, done)
        except (Refusal, Refused) as refused:
            done.refused[path] = str(refused)
    for path, given in names.items():
        into = done.folders.get(path)
        if into is not None and (found := _taken(into, given)):
            done.taken[path] = found
    return done


def _folder(actor: Actor, parent: Folder, name: str, now: datetime, done: Prepared) -> Folder:
    """The folder of this name, made if need be. Raises Refusal or Refused."""
    cleaned = checked_name(name, longest=LONGEST_NAME)
    existing = Folder.objects.filter(
        parent=parent, name_key=name_key(cleaned), trashed_at=None
    ).first()
    if existing is not None:
        require(can_edit(actor, existing))
        return existing  # type: ignore[no-any-return]
    made = create_folder(actor=actor, parent=parent, name=cleaned, now=now)
    done.made += 1
    return made


def _taken(folder: Folder, names: Collection[str]) -> list[str]:
    keys: dict[str, list[str]] = {}
    for name in names:
        try:
            keys.setdefault(name_key(filing.usable_name(name)), []).append(name)
        except filing.BadName:
            continue  # said when it is deposited
    here = {"name_key__in": list(keys), "trashed_at": None}
    taken = {
        *Document.objects.filter(folder=folder, **here).values_list("name_key", flat=True),
        *Folder.objects.filter(parent=folder, **here).values_list("name_key", flat=True),
    }
    return sorted(name for key in taken for name in keys[key])
