"""Names: cleaned, and one namespace for the folders and documents of a folder."""

from __future__ import annotations

from config.lib.text import clean_name, name_key
from documents.models import Document, Folder
from documents.services.refusals import InvalidName, NameTaken

MAX_NAME_BYTES = 255
_ATTEMPTS = 1000


def checked_name(name: str, *, longest: int) -> str:
    """The name as it will be stored. Raises InvalidName; `longest` in characters."""
    cleaned = clean_name(name)
    if not cleaned.strip("."):
        raise InvalidName("Donnez un nom.")
    if len(cleaned) > longest:
        raise InvalidName(f"Ce nom est trop long : {longest} caractères au plus.")
    return cleaned


def is_taken(folder: Folder, name: str, *, ignoring: Folder | Document | None = None) -> bool:
    """Whether a live folder or document of this folder has this name. Call it under the lock."""
    key = name_key(name)
    folders = Folder.objects.filter(parent=folder, name_key=key, trashed_at=None)
    documents = Document.objects.filter(folder=folder, name_key=key, trashed_at=None)
    if isinstance(ignoring, Document):
        documents = documents.exclude(pk=ignoring.pk)
    elif ignoring is not None:
        folders = folders.exclude(pk=ignoring.pk)
    return bool(folders.exists() or documents.exists())


def require_free(
    folder: Folder, name: str, *, ignoring: Folder | Document | None = None, suggest: bool = False
) -> None:
    """Raise NameTaken, with a free name near it when asked."""
    if is_taken(folder, name, ignoring=ignoring):
        raise NameTaken(name, suggestion=free_name(folder, name) if suggest else "")


def free_name(folder: Folder, name: str) -> str:
    """A free name near this one: "Budget (2).pdf"."""
    stem, dot, extension = name.rpartition(".")
    if not dot or not stem or len(extension) > 5 or " " in extension:
        stem, extension = name, ""
    else:
        extension = "." + extension
    for number in range(2, _ATTEMPTS):
        ending = f" ({number}){extension}"
        candidate = clipped(stem[:180], MAX_NAME_BYTES - len(ending.encode())) + ending
        if not is_taken(folder, candidate):
            return candidate
    raise NameTaken(name)


def clipped(text: str, most: int) -> str:
    """The beginning of a text that fits in this many bytes."""
    return text.encode()[:most].decode(errors="ignore").rstrip()
