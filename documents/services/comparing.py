"""Comparing two versions of a document by their words, and the pages of a PDF by their looks too.
Reading only: nothing is written."""

from __future__ import annotations

from dataclasses import dataclass, replace

from config.lib.storage import blobs
from config.lib.text import NBSP
from documents import extraction
from documents.enums import IndexState
from documents.models import Document, DocumentPage, Version
from documents.rules.differences import Comparison, compare, words_of
from documents.rules.looks import changed_looks
from documents.services.refusals import Refusal

#: Changes on one page of a comparison.
CHANGES_SHOWN = 100
#: Pages that are looked at in each version while somebody waits: 60 take about a second.
PAGES_LOOKED_AT = 60
_PDF = "application/pdf"
_A_LOOK = replace(extraction.DEFAULT_LIMITS, max_pages=PAGES_LOOKED_AT, wall_seconds=15)


class NotComparable(Refusal):
    """One of the two has no words to compare, or not yet. `version` says which."""

    def __init__(self, message: str, version: Version, *, later: bool = False) -> None:
        super().__init__(message)
        self.version = version
        self.later = later


@dataclass(frozen=True, slots=True)
class Differences:
    """What changed from one version to another, and what a reader must know before believing it."""

    old: Version
    new: Version
    comparison: Comparison
    warnings: tuple[str, ...]
    added: int
    removed: int
    looked: bool = False  # whether the pages were looked at too
    redrawn: frozenset[int] = frozenset()  # pages whose words stayed and whose looks changed

    @property
    def same_file(self) -> bool:
        """The bytes themselves are the same."""
        return self.old.sha256 == self.new.sha256

    @property
    def changed_pages(self) -> set[int]:
        """Pages of the new version where something changed, or from which something went."""
        return {
            page
            for change in self.comparison.changes
            for page in range(change.new_pages[0], change.new_pages[1] + 1)
        }


def two_versions(document: Document, old: int | None, new: int | None) -> tuple[Version, Version]:
    """The versions of these numbers; by default the current one and the one before it.

    A number that does not exist gives way to the default. The older one comes first. Raises
    Version.DoesNotExist when the document has a single version.
    """
    versions = {v.number: v for v in document.versions.select_related("author").order_by("number")}
    if len(versions) < 2:
        raise Version.DoesNotExist
    numbers = list(versions)
    last = new if new in versions else numbers[-1]
    earlier = [number for number in numbers if number < last] or [numbers[0]]
    first = old if old in versions else earlier[-1]
    if first == last:
        first, last = (earlier[-1], last) if earlier[-1] != last else (numbers[0], numbers[1])
    return versions[min(first, last)], versions[max(first, last)]


def compare_versions(old: Version, new: Version) -> Differences:
    """What changed between two versions of one document. Raises NotComparable."""
    for version in (old, new):
        _require_words(version)
    comparison = compare(_pages(old), _pages(new))
    changes = comparison.changes
    found = Differences(
        old,
        new,
        comparison,
        tuple(_warnings(old, new, comparison)),
        added=sum(words_of(change.new) for change in changes),
        removed=sum(words_of(change.old) for change in changes),
    )
    if not _worth_a_look(found):
        return found
    changed = changed_looks(_looks(old), _looks(new))
    return replace(found, looked=True, redrawn=frozenset(changed - found.changed_pages))


def _worth_a_look(found: Differences) -> bool:
    """Two PDF whose pages were drawn, not scanned: two scans of one page never look the same."""
    return not found.same_file and all(
        version.media_type == _PDF and not version.scanned_pages
        for version in (found.old, found.new)
    )


def _looks(version: Version) -> dict[int, bytes]:
    read = extraction.read_looks(blobs().path(version.storage_key), version.media_type, _A_LOOK)
    return {page.number: bytes.fromhex(page.text) for page in read.pages}


def _pages(version: Version) -> list[tuple[int, str]]:
    pages = DocumentPage.objects.filter(version=version).order_by("number")
    return list(pages.values_list("number", "text"))


def _require_words(version: Version) -> None:
    number, state = version.number, version.index_state
    if state in (IndexState.WAITING, IndexState.OCR):
        raise NotComparable(
            f"La version {number} est en cours de lecture. La comparaison sera possible dès que "
            "ce sera fini : rechargez cette page dans un instant.",
            version,
            later=True,
        )
    if state == IndexState.FAILED:
        raise NotComparable(
            f"Le texte de la version {number} n’a pas pu être lu : {version.index_reason}", version
        )
    if state == IndexState.NO_TEXT:
        raise NotComparable(
            f"La version {number} ne contient pas de texte : il n’y a pas de mots à comparer. "
            "Ouvrez les deux versions pour les regarder côte à côte.",
            version,
        )


def _warnings(old: Version, new: Version, comparison: Comparison) -> list[str]:
    said = []
    scanned = [v for v in (old, new) if v.scanned_pages]
    if len(scanned) == 2:
        said.append(
            "Ces deux versions sont numérisées : leurs mots ont été reconnus sur des images. "
            "Une différence peut être une erreur de reconnaissance ; vérifiez sur la page."
        )
    elif scanned:
        said.append(
            f"La version {scanned[0].number} est numérisée : ses mots ont été reconnus sur des "
            "images. Une différence peut être une erreur de reconnaissance ; vérifiez sur la page."
        )
    said += [
        f"La version {v.number} n’a été lue qu’en partie : {v.index_reason}".rstrip(f" {NBSP}:")
        for v in (old, new)
        if v.index_state == IndexState.PARTIAL
    ]
    if (
        old.media_type == new.media_type == _PDF
        and max(old.page_count or 0, new.page_count or 0) > PAGES_LOOKED_AT
    ):
        said.append(
            f"Les plans, les images et la mise en page sont comparés sur les {PAGES_LOOKED_AT} "
            "premières pages ; les mots, partout."
        )
    if comparison.cut:
        said.append("Ces textes sont très longs : seul leur début est comparé, environ 500 pages.")
    if comparison.coarse:
        said.append(
            "Certains passages ont trop changé pour être comparés mot à mot : ils sont montrés "
            "en entier, l’ancien puis le nouveau."
        )
    return said
