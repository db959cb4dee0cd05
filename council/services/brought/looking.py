"""What a session prepared elsewhere would make, line by line, in words. Nothing is written."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from accounts.actor import Actor
from accounts.models import Person
from config.lib.text import fold, join_french, long_date
from council.dossier.described import Described, Point
from council.enums import ItemKind, ItemState, PreparedState
from council.models import AgendaItem, Mandate, Meeting, PreparedSession, ValidationStep
from council.rules.nomenclature import MATTERS
from council.services.brought import archive
from documents.extraction import HTML_TYPES

_GONE = (ItemState.WITHDRAWN, ItemState.ABANDONED)
_TITLES = {"m", "mme", "mr", "monsieur", "madame"}


@dataclass(slots=True)
class Line:
    """One point: what would be made of it, what is doubtful. ``keep``: proposed as ticked."""

    point: Point
    made: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    text_file: str = ""
    rapporteur: Person | None = None
    keep: bool = True
    possible: bool = True


@dataclass(slots=True)
class Look:
    """The whole. ``stops`` are the reasons for which nothing can be taken in."""

    told: Described
    lines: list[Line]
    by_steps: bool
    stops: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    people: list[str] = field(default_factory=list)
    unnamed: list[str] = field(default_factory=list)


def look(*, actor: Actor, brought: PreparedSession) -> Look:
    """What the archive would make here today."""
    told = Described.again(brought.told)
    seats = _seats(brought, actor.today)
    taken = _titles_here(brought)
    lines: list[Line] = []
    for point in told.points:
        lines.append(_line(point, brought, seats, taken))
        taken.setdefault(fold(point.title), f"la ligne {point.line} du même fichier")
    seen = Look(
        told,
        lines,
        by_steps=ValidationStep.objects.filter(assembly=brought.assembly).exists(),
        stops=[*_not_ours(told, actor), *_again(brought)],
        doubts=[*told.doubts, *_setting(told, brought, actor)],
        people=_people(told, seats),
    )
    named = {path for line in lines for path in (*line.files, line.text_file)}
    seen.unnamed = [one["path"] for one in brought.files if one["path"] not in named]
    if seen.by_steps:
        seen.doubts.append(
            "Cette instance valide ses points par étapes : ils seront des brouillons, à proposer."
        )
    if not any(line.possible for line in lines):
        seen.stops.append("Aucun point ne peut être repris.")
    return seen


def words_of(name: str) -> str:
    """A name whatever its order, its capitals and its title: « MARTIN Jeanne », « Mme Martin »."""
    words = re.findall(r"[^\s.,-]+", fold(name))
    return " ".join(sorted(word for word in words if word not in _TITLES))


def _seats(brought: PreparedSession, today: date) -> dict[str, Person]:
    rows = Mandate.objects.filter(assembly=brought.assembly).current(today)
    people = [row.person for row in rows.select_related("person").order_by("rank", "pk")]
    return {words_of(person.full_name): person for person in people}


def _titles_here(brought: PreparedSession) -> dict[str, str]:
    """The titles already in preparation in the body, and where."""
    rows = (
        AgendaItem.objects.filter(assembly=brought.assembly, meeting__adjourned_at=None)
        .exclude(state__in=_GONE)
        .exclude(meeting__cancelled_at__isnull=False)
        .select_related("meeting")
        .order_by("pk")
    )
    return {
        fold(row.title): f"la séance du {long_date(row.meeting.local_start)}"
        if row.meeting
        else "les points en attente"
        for row in rows
    }


def _line(
    point: Point, brought: PreparedSession, seats: dict[str, Person], taken: dict[str, str]
) -> Line:
    line = Line(point, doubts=list(point.doubts))
    if not point.title:
        line.doubts.append("Ce point n’a pas d’objet : il ne peut pas être repris.")
        line.keep = line.possible = False
        return line
    line.made.append(ItemKind(point.kind).label)
    if point.subject_code:
        line.made.append(f"matière {point.subject_code} {MATTERS[point.subject_code]}")
    if point.closed_doors:
        line.made.append("à huis clos")
    if point.rapporteur:
        line.rapporteur = seats.get(words_of(point.rapporteur))
        if line.rapporteur is None:
            line.doubts.append(
                f"« {point.rapporteur} » ne siège pas ici : le point n’aura pas de rapporteur."
            )
        else:
            line.made.append(f"rapporteur : {line.rapporteur.full_name}")
    if fold(point.title) in taken:
        line.keep = False
        line.doubts.append(f"Un point de même objet est déjà dans {taken[fold(point.title)]}.")
    if "approbation" in fold(point.title) and "proces-verbal" in fold(point.title):
        line.keep = False
        line.doubts.append("Parvis inscrit lui-même l’approbation du procès-verbal précédent.")
    _files(line, brought)
    if not point.text and not line.text_file and point.kind == ItemKind.DELIBERATION:
        line.doubts.append("Le projet de délibération manque.")
    if not point.summary:
        line.doubts.append("La note de synthèse manque.")
    return line


def _files(line: Line, brought: PreparedSession) -> None:
    """Which files of the archive are its pieces; each said as what it is."""
    point = line.point
    for named in dict.fromkeys([*([point.text_file] if point.text_file else []), *point.files]):
        found = archive.find(brought.files, named)
        if found is None:
            line.doubts.append(f"« {named} » n’est pas dans l’archive.")
            continue
        if problem := found.get("problem"):
            line.doubts.append(f"« {named} » : {problem}")
            continue
        if notice := found.get("notice"):
            line.doubts.append(f"« {named} » : {notice}")
        path = found["path"]
        if path not in line.files:
            line.files.append(path)
            line.made.append(f"« {path.rpartition('/')[2]} », {found['label']}, {found['size']}")
        if named == point.text_file:
            if found["type"] in HTML_TYPES:
                line.text_file = path
            else:
                line.doubts.append(
                    f"Le texte n’est pas repris de « {named} », qui n’est ni un document Word ni "
                    "un document LibreOffice : il est joint."
                )


def _not_ours(told: Described, actor: Actor) -> list[str]:
    """The description names another commune."""
    ours = actor.organisation
    if told.siren and ours.siren:
        theirs = told.siren != ours.siren
    else:
        said, own = (set(re.findall(r"\w+", fold(name))) for name in (told.organisation, ours.name))
        theirs = bool(told.organisation) and not (own <= said or said <= own)
    if not theirs:
        return []
    named = told.organisation or f"SIREN {told.siren}"
    return [f"Cette séance est celle de « {named} », pas de « {ours.name} »."]


def _again(brought: PreparedSession) -> list[str]:
    done = PreparedSession.objects.filter(
        organisation=brought.organisation, sha256=brought.sha256, state=PreparedState.DONE
    ).exclude(pk=brought.pk)
    return ["Cette archive a déjà été reprise."] if done.exists() else []


def _setting(told: Described, brought: PreparedSession, actor: Actor) -> list[str]:
    doubts = []
    if told.body and fold(told.body) != fold(brought.assembly.name):
        doubts.append(f"Le fichier parle de « {told.body} », pas de « {brought.assembly.name} ».")
    missing = [
        word
        for word, value in (("la date", told.day), ("l’heure", told.hour), ("le lieu", told.place))
        if not value
    ]
    if missing:
        doubts.append(f"Le fichier ne dit pas {join_french(missing)} : complétez plus bas.")
    if told.day:
        day = date.fromisoformat(told.day)
        if day < actor.today:
            doubts.append(
                "La date du fichier est passée. Une séance se prépare pour un jour à venir."
            )
        same = Meeting.objects.filter(assembly=brought.assembly).alive()
        zone = ZoneInfo(actor.organisation.timezone)
        start, end = (datetime.combine(day, edge, tzinfo=zone) for edge in (time.min, time.max))
        if same.filter(starts_at__range=(start, end)).exists():
            doubts.append("Une séance de cette instance existe déjà ce jour-là.")
    if told.convened_on:
        sent = datetime.combine(date.fromisoformat(told.convened_on), time.min)
        doubts.append(
            f"Le fichier date la convocation du {long_date(sent)}. Parvis n’en garde pas la "
            "preuve et n’envoie rien : la séance reste à convoquer d’ici."
        )
    return doubts


def _people(told: Described, seats: dict[str, Person]) -> list[str]:
    """Members of the file who do not sit here, and the other way round."""
    if not told.members:
        return []
    listed = {words_of(name) for name in told.members}
    unknown = [name for name in told.members if words_of(name) not in seats]
    absent = [person.full_name for words, person in seats.items() if words not in listed]
    said = [f"{name} ne siège pas ici : aucun siège n’est créé." for name in unknown]
    return said + [f"{name} siège ici et n’est pas dans le fichier." for name in absent]
