"""What changed from one edition of a dossier to another, as people read it: before, after.

Pure: two dossiers in, lines out. A point is known by its uid, a piece by its title inside its
point; the version of a file tells a replaced piece.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from council.dossier import french
from council.dossier.data import Dossier, Piece, Point

#: Beyond, two texts are shown one after the other instead of word by word.
MOST_WORDS = 4000
_WORDS = re.compile(r"\S+|\s+")


class Kind(StrEnum):
    """What happened to a thing."""

    ADDED = "ajouté"
    REMOVED = "retiré"
    CHANGED = "modifié"


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of words: kept, taken out or put in."""

    kind: str  # "same", "del", "ins"
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that changed. ``point`` is the uid of its point, empty for the meeting itself;
    ``sentence`` says it whole, for a message."""

    what: str
    field: str
    kind: Kind
    before: str
    after: str
    sentence: str
    point: str = ""
    is_text: bool = False

    @property
    def segments(self) -> list[Segment]:
        """The two texts told together, word by word."""
        return segments(self.before, self.after)


def differences(before: Dossier, after: Dossier) -> list[Line]:
    """Everything that a member should be shown, the meeting first, then points in order."""
    lines = list(_setting(before, after))
    old = {point.uid: point for point in before.points}
    new = {point.uid: point for point in after.points}
    for point in before.points:
        if point.uid not in new:
            words = _name(point)
            lines.append(
                Line(words, "Point", Kind.REMOVED, words, "", f"Retiré : {words}.", point.uid)
            )
    for point in after.points:
        if point.uid not in old:
            words = _name(point)
            lines.append(
                Line(words, "Point", Kind.ADDED, "", words, f"Ajouté : {words}.", point.uid)
            )
        else:
            lines += _point(old[point.uid], point)
    kept = [uid for uid in new if uid in old]
    if kept != [uid for uid in old if uid in new]:
        order = [str(one.number) for one in after.points]
        former = [str(one.number) for one in before.points]
        lines.append(
            Line(
                "Ordre du jour",
                "Ordre des points",
                Kind.CHANGED,
                ", ".join(former),
                ", ".join(order),
                f"Les points sont appelés dans cet ordre : {', '.join(order)}.",
            )
        )
    return lines


def _name(point: Point) -> str:
    return f"point {point.number}, « {point.title} »"


def _when(dossier: Dossier) -> str:
    start = dossier.session.local_start
    return f"{french.long_date(start.date())} à {french.hour(start)}"


def _setting(before: Dossier, after: Dossier) -> Iterator[Line]:
    first, second = _when(before), _when(after)
    if first != second:
        same_day = before.session.local_start.date() == after.session.local_start.date()
        yield Line(
            "La séance",
            "Heure" if same_day else "Date",
            Kind.CHANGED,
            first,
            second,
            f"La séance se tient {second}, et non {first}.",
        )
    if before.session.place != after.session.place:
        yield Line(
            "La séance",
            "Lieu",
            Kind.CHANGED,
            before.session.place,
            after.session.place,
            f"Le lieu change : {after.session.place}, et non {before.session.place}.",
        )


_FIELDS = (
    ("title", "Objet", "l’objet"),
    ("rapporteur", "Rapporteur", "le rapporteur"),
    ("summary", "Note de synthèse", "la note de synthèse"),
    ("proposed_text", "Projet de délibération", "le projet de délibération"),
)
_TEXTS = ("summary", "proposed_text")


def _point(old: Point, new: Point) -> Iterator[Line]:
    what = _name(new)
    head = what[:1].upper() + what[1:]
    for name, label, spoken in _FIELDS:
        former, now = getattr(old, name), getattr(new, name)
        if former == now:
            continue
        text = name in _TEXTS
        if text:
            sentence = f"{head} : {spoken} est modifié{'e' if name == 'summary' else ''}."
        elif former and now:
            sentence = f"{head} : {spoken} était « {former} »."
        else:
            sentence = f"{head} : {spoken} est {'précisé' if now else 'retiré'}."
        yield Line(what, label, Kind.CHANGED, former, now, sentence, new.uid, is_text=text)
    if old.closed != new.closed:
        words = {True: "à huis clos", False: "en public"}
        yield _flag(what, "Publicité", words[old.closed], words[new.closed], new.uid)
    if old.for_information != new.for_information:
        words = {True: "pour information, sans vote", False: "à voter"}
        yield _flag(what, "Nature", words[old.for_information], words[new.for_information], new.uid)
    yield from _pieces(old, new, what, head)


def _flag(what: str, field: str, before: str, after: str, uid: str) -> Line:
    head = what[:1].upper() + what[1:]
    return Line(
        what, field, Kind.CHANGED, before, after, f"{head} : {after}, et non {before}.", uid
    )


def _keyed(pieces: tuple[Piece, ...]) -> dict[tuple[str, int], Piece]:
    """Each piece by its title; two of the same title in one point are told apart by their rank."""
    seen: Counter[str] = Counter()
    keyed = {}
    for piece in pieces:
        keyed[piece.title, seen[piece.title]] = piece
        seen[piece.title] += 1
    return keyed


def _version(piece: Piece) -> str:
    size = f"{max(1, round(piece.size / 1024))}\u00a0Ko"
    number = f"version {piece.version}, " if piece.version else ""
    return f"{number}{size}, {piece.file_name or piece.title}"


def _pieces(old: Point, new: Point, what: str, head: str) -> Iterator[Line]:
    former, now = _keyed(old.pieces), _keyed(new.pieces)
    for key, piece in former.items():
        if key not in now:
            label = f"Pièce « {piece.title} »"
            yield Line(
                what,
                label,
                Kind.REMOVED,
                _version(piece),
                "",
                f"{head} : la pièce « {piece.title} » est retirée.",
                new.uid,
            )
    for key, piece in now.items():
        label = f"Pièce « {piece.title} »"
        before = former.get(key)
        if before is None:
            yield Line(
                what,
                label,
                Kind.ADDED,
                "",
                _version(piece),
                f"{head} : la pièce « {piece.title} » est ajoutée.",
                new.uid,
            )
        elif before.sha256 != piece.sha256:
            versions = (
                f" (version {piece.version} au lieu de {before.version})"
                if piece.version and before.version
                else ""
            )
            yield Line(
                what,
                label,
                Kind.CHANGED,
                _version(before),
                _version(piece),
                f"{head} : la pièce « {piece.title} » est remplacée{versions}.",
                new.uid,
            )


def segments(before: str, after: str) -> list[Segment]:
    """The words kept, taken out and put in, in reading order."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    if len(old) + len(new) > 2 * MOST_WORDS:
        whole = (("del", before), ("ins", after))
        return [Segment(kind, text) for kind, text in whole if text]
    told: list[Segment] = []
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for operation, first, last, start, end in matcher.get_opcodes():
        if operation == "equal":
            told.append(Segment("same", "".join(old[first:last])))
            continue
        for kind, words in (("del", old[first:last]), ("ins", new[start:end])):
            if words:
                told.append(Segment(kind, "".join(words)))
    return told
