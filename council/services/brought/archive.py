"""The archive of a session prepared elsewhere: what describes it, what its files really are."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings

from config.lib.storage import blobs
from config.lib.text import fold, human_size, name_key
from config.lib.unpacking import Archive, Bomb, Limits, Locked, Member, NotAnArchive
from council.dossier import described
from council.dossier.described import Described, NotDescribed
from council.services.refusals import Refusal
from documents.extraction.sniffing import sniff
from documents.services import filing
from documents.services.import_sources import is_litter

_CHUNK = 1024 * 1024
MOST_ENTRIES, MOST_BYTES = 3_000, 3 * 1024**3


class NotASession(Refusal):
    """What was sent cannot be opened, holds too much, or describes no session."""


def limits() -> Limits:
    """How much one session may hold."""
    return Limits(entries=MOST_ENTRIES, bytes=MOST_BYTES, one_file=settings.MAX_UPLOAD_BYTES)


def look_into(path: Path) -> tuple[Described, list[dict[str, Any]]]:
    """What the archive says and holds. Raises NotASession. Nothing is kept."""
    try:
        with path.open("rb") as file, Archive(file, limits()) as archive:
            members = _files(archive)
            told, base = _description(archive, members)
            seen = [_seen(archive, member, base) for member in members if member is not None]
    except Locked:
        raise NotASession(
            "Cette archive est protégée par un mot de passe. Demandez-la sans mot de passe."
        ) from None
    except Bomb:
        raise NotASession(
            "Cette archive contient trop de fichiers, ou des fichiers démesurés. "
            "Rien n’a été repris."
        ) from None
    except NotAnArchive:
        raise NotASession(
            "Ce fichier n’est pas une archive ZIP, ou elle est abîmée. Rien n’a été repris."
        ) from None
    except NotDescribed as wrong:
        raise NotASession(str(wrong)) from None
    return told, [one for one in seen if one]


def find(files: list[dict[str, Any]], named: str) -> dict[str, Any] | None:
    """The file that a point means: by its path, else by a name that no other file bears, whatever
    the capitals and the way accents are written."""
    key = name_key(named)
    exact = [one for one in files if name_key(one["path"]) == key]
    if exact:
        return exact[0]
    last = fold(named.rpartition("/")[2])
    alike = [one for one in files if fold(one["path"].rpartition("/")[2]) == last]
    return alike[0] if len(alike) == 1 else None


def receive_all(
    key: str, wanted: set[str], heartbeat: Callable[[], None]
) -> dict[str, filing.Received]:
    """The bytes of these files of a stored archive, safely on disk, by path. Outside any lock.

    Raises NotASession when the archive cannot be read to its end, and `filing.NotFiled`.
    """
    received: dict[str, filing.Received] = {}
    try:
        with blobs().open(key) as file, Archive(file, limits()) as archive:
            members = _files(archive)
            base = _base(members)
            for member in members:
                path = _below(member, base)
                if path in wanted and path not in received:
                    heartbeat()
                    with archive.open(member) as source:
                        received[path] = filing.receive(source, member.parts[-1])
    except (NotAnArchive, Bomb, Locked, FileNotFoundError):
        raise NotASession("L’archive n’a pas pu être lue jusqu’au bout.") from None
    return received


def _files(archive: Archive) -> list[Member]:
    return [m for m in archive.members() if not m.is_folder and not is_litter(m.parts)]


def _describes(member: Member) -> str:
    name = fold(member.parts[-1])
    return name if name in (described.JSON_NAME, *described.CSV_NAMES) else ""


def _base(members: list[Member]) -> tuple[str, ...]:
    """The folder of the description: paths of annexes begin there. Raises NotDescribed."""
    heads = {m.parts[:-1] for m in members if _describes(m) in (described.JSON_NAME, "points.csv")}
    if not heads:
        raise NotDescribed(
            "Aucune description dans cette archive : il faut « seance.json » ou « points.csv »."
        )
    top = min(len(one) for one in heads)
    nearest = {one for one in heads if len(one) == top}
    if len(nearest) > 1:
        raise NotDescribed("Cette archive décrit plusieurs séances : une archive par séance.")
    return nearest.pop()


def _description(archive: Archive, members: list[Member]) -> tuple[Described, tuple[str, ...]]:
    base = _base(members)
    found = {
        _describes(m): archive.read(m, described.MOST_BYTES)
        for m in members
        if m.parts[:-1] == base and _describes(m)
    }
    if described.JSON_NAME in found and "points.csv" in found:
        raise NotDescribed("L’archive contient « seance.json » et « points.csv » : gardez-en un.")
    if described.JSON_NAME in found:
        return described.read_json(found[described.JSON_NAME]), base
    return described.read_csv(found), base


def _below(member: Member, base: tuple[str, ...]) -> str:
    """Its path, from the folder of the description."""
    inside = member.parts[: len(base)] == base
    return "/".join(member.parts[len(base) :] if inside else member.parts)


def _seen(archive: Archive, member: Member, base: tuple[str, ...]) -> dict[str, Any] | None:
    """One file as it is, by its bytes; None for the description itself."""
    if member.parts[:-1] == base and _describes(member):
        return None
    told = {"path": _below(member, base), "size": human_size(member.size)}
    if member.size == 0:
        return {**told, "label": "", "type": "", "problem": "Ce fichier est vide."}
    try:
        filing.usable_name(member.parts[-1])
        with tempfile.NamedTemporaryFile() as copy, archive.open(member) as source:
            while chunk := source.read(_CHUNK):
                copy.write(chunk)
            copy.flush()
            found = sniff(copy.name, member.parts[-1])
    except NotAnArchive:
        return {**told, "label": "", "type": "", "problem": "Ce fichier est abîmé."}
    except filing.NotFiled as refused:
        return {**told, "label": "", "type": "", "problem": str(refused)}
    return {**told, "label": found.label, "type": found.media_type, "notice": found.notice}
