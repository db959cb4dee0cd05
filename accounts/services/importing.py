"""Many people at once, from a spreadsheet: looked at first, then all of it or nothing.

Only the acting organisation is looked into: whether a name or an address is known elsewhere on the
platform changes nothing to what is answered.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from accounts.access import can_administer, visible_teams
from accounts.actor import Actor
from accounts.enums import Capacity, Gender, TeamKind
from accounts.models import Membership, Person, Team, TeamMembership
from accounts.services import inviting, joining, teams
from accounts.services.locking import lock_organisation
from config.lib.access import require
from config.lib.text import clean_name, fold

COLUMNS = (
    "civilité",
    "prénom",
    "nom",
    "courriel",
    "téléphone",
    "qualité",
    "fonction",
    "équipes",
    "du",
    "au",
    "inviter",
)
_REQUIRED = ("prénom", "nom", "qualité")
MOST_LINES = 500
MOST_BYTES = 1_000_000

_GENDERS = {"": Gender.UNKNOWN, "mme": Gender.FEMININE, "madame": Gender.FEMININE,
            "m": Gender.MASCULINE, "m.": Gender.MASCULINE, "mr": Gender.MASCULINE,
            "monsieur": Gender.MASCULINE}  # fmt: skip
_CAPACITIES = {"agent": Capacity.AGENT, "agente": Capacity.AGENT, "elu": Capacity.ELECTED,
               "elue": Capacity.ELECTED, "exterieur": Capacity.EXTERNAL,
               "partenaire": Capacity.EXTERNAL,
               "partenaire exterieur": Capacity.EXTERNAL}  # fmt: skip
_YES_OR_NO = {"": False, "non": False, "oui": True}
_MOST = {"prénom": 100, "nom": 100, "téléphone": 20, "fonction": 120}


Word = TypeVar("Word")


class NotReadable(Exception):
    """The file as a whole cannot be read; the message says what to do."""


@dataclass(slots=True)
class Entry:
    """One line of the file, understood. `number` is the one that the spreadsheet shows."""

    number: int
    given_name: str = ""
    family_name: str = ""
    gender: str = ""
    email: str = ""
    phone: str = ""
    capacity: str = ""
    job_title: str = ""
    teams: list[Team] = field(default_factory=list)
    from_date: date | None = None
    to_date: date | None = None
    invite: bool = False
    known: Person | None = None
    belongs: bool = False
    problems: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}".strip()

    @property
    def outcome(self) -> str:
        """What would be done, as a French sentence."""
        if self.problems:
            return " ".join(self.problems)
        joins = ", ".join(team.label for team in self.teams)
        entering = f" Entre dans : {joins}." if joins else ""
        if self.known is None:
            return "Nouvelle personne." + entering
        if self.belongs:
            return "Déjà là, rien n’est créé en double." + entering
        return "Déjà connue ici : une appartenance de plus." + entering


def template() -> str:
    """The file to fill in, with two lines as examples."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerow(["Mme", "Jeanne", "Exemple", "jeanne.exemple@mairie.example", "", "agent",
                     "Accueil", "Accueil, État civil", "01/01/2026", "", "oui"])  # fmt: skip
    writer.writerow(["M.", "Paul", "Exemple", "", "04 70 00 00 00", "élu", "", "", "", "", "non"])
    return out.getvalue()


def decode(content: bytes) -> str:
    """The text of a spreadsheet's CSV: UTF-8 with or without its mark, else Windows-1252."""
    if len(content) > MOST_BYTES:
        raise NotReadable("Ce fichier est trop gros. Coupez-le en plusieurs.")
    if b"\0" in content:
        raise NotReadable(
            "Ce n’est pas un fichier CSV. Dans votre tableur : Enregistrer sous, puis CSV."
        )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def look(*, actor: Actor, text: str) -> list[Entry]:
    """What the file says, line by line, with what is wrong. Nothing is written.

    Raises NotReadable when the file as a whole makes no sense.
    """
    require(can_administer(actor))
    rows = _rows(text)
    known = _known_here(actor)
    groups = {fold(team.label): team for team in visible_teams(actor)}
    entries: list[Entry] = []
    seen: dict[tuple[str, str, str], int] = {}
    for number, row in rows:
        entry = _understood(number, row, groups)
        _recognise(actor, entry, known)
        key = (fold(entry.name), entry.email.lower(), entry.capacity)
        if not entry.problems and key in seen:
            entry.problems.append(f"La même personne est déjà à la ligne {seen[key]}.")
        seen.setdefault(key, number)
        entries.append(entry)
    if not entries:
        raise NotReadable("Ce fichier ne contient aucune personne sous sa ligne de titres.")
    return entries


@transaction.atomic
def import_people(*, actor: Actor, text: str, now: datetime) -> list[Entry]:
    """Bring everybody in, or nobody: a line that fails undoes the others.

    Raises NotReadable when a line no longer holds (the file or the organisation has changed).
    """
    lock_organisation(actor.organisation)
    entries = look(actor=actor, text=text)
    if any(entry.problems for entry in entries):
        raise NotReadable("Des lignes sont à corriger : rien n’a été enregistré.")
    try:
        for entry in entries:
            _bring_in(actor, entry, now)
    except (ValidationError, joining.AlreadyMember, teams.AlreadyInTeam) as wrong:
        raise NotReadable(
            f"Ligne {entry.number} : {_sentence(wrong)} Rien n’a été enregistré."
        ) from wrong
    return entries


def _bring_in(actor: Actor, entry: Entry, now: datetime) -> None:
    person = entry.known or joining.create_person(
        actor=actor,
        given_name=entry.given_name,
        family_name=entry.family_name,
        gender=entry.gender,
        email=entry.email,
        phone=entry.phone,
        now=now,
    )
    if not entry.belongs:
        joining.join(
            actor=actor,
            person=person,
            capacity=entry.capacity,
            job_title=entry.job_title,
            from_date=entry.from_date,
            to_date=entry.to_date,
            now=now,
        )
    for team in entry.teams:
        teams.add_to_team(
            actor=actor,
            team=team,
            person=person,
            from_date=entry.from_date,
            to_date=entry.to_date,
            now=now,
        )
    if entry.invite and entry.known is None:
        inviting.invite(actor=actor, person=person, now=now)


def _sentence(wrong: Exception) -> str:
    return " ".join(wrong.messages) if isinstance(wrong, ValidationError) else str(wrong)


def rows_of(
    text: str, columns: Sequence[str], required: Sequence[str], *, most: int = MOST_LINES
) -> list[tuple[int, dict[str, str]]]:
    """The lines of a list of people: the number that the spreadsheet shows, the cells by column.

    Titles are known with or without their accents; other columns are left out. Raises NotReadable.
    """
    first = text.split("\n", 1)[0]
    delimiter = ";" if first.count(";") >= first.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    names = {fold(name): name for name in columns}
    try:
        head = [names.get(fold(cell.strip()), "") for cell in next(reader, [])]
        missing = [name for name in required if name not in head]
        if missing:
            raise NotReadable(
                f"Il manque la colonne « {missing[0]} ». Partez du modèle à télécharger : "
                "la première ligne porte les titres."
            )
        rows = []
        for cells in reader:
            row = {name: cell.strip() for name, cell in zip(head, cells, strict=False) if name}
            if any(row.values()):
                rows.append((reader.line_num, row))
            if len(rows) > most:
                raise NotReadable(f"Plus de {most} lignes : coupez le fichier en plusieurs.")
    except csv.Error as broken:
        raise NotReadable("Ce fichier CSV est mal formé. Enregistrez-le de nouveau.") from broken
    return rows


def _rows(text: str) -> list[tuple[int, dict[str, str]]]:
    dated = ("du", "au")  # a slash is no part of a name, but it is of a date
    return [
        (number, {name: cell if name in dated else clean_name(cell) for name, cell in row.items()})
        for number, row in rows_of(text, COLUMNS, _REQUIRED)
    ]


def _understood(number: int, row: dict[str, str], groups: dict[str, Team]) -> Entry:
    entry = Entry(number)
    problems = entry.problems
    entry.given_name, entry.family_name = row.get("prénom", ""), row.get("nom", "")
    entry.phone, entry.job_title = row.get("téléphone", ""), row.get("fonction", "")
    for name in ("prénom", "nom"):
        if not row.get(name):
            problems.append(f"Le {name} manque.")
    for name, most in _MOST.items():
        if len(row.get(name, "")) > most:
            problems.append(f"« {name} » est trop long ({most} caractères au plus).")
    entry.gender = _one_of(row, "civilité", _GENDERS, "Mme ou M.", problems) or ""
    entry.capacity = (
        _one_of(row, "qualité", _CAPACITIES, "agent, élu ou partenaire", problems) or ""
    )
    entry.invite = bool(_one_of(row, "inviter", _YES_OR_NO, "oui ou non", problems))
    _address(entry, row)
    entry.from_date = _day(row, "du", problems)
    entry.to_date = _day(row, "au", problems)
    if entry.from_date and entry.to_date and entry.to_date < entry.from_date:
        problems.append("La fin précède le début.")
    _teams(entry, row, groups)
    return entry


def _address(entry: Entry, row: dict[str, str]) -> None:
    entry.email = row.get("courriel", "")
    if entry.email:
        try:
            validate_email(entry.email)
        except ValidationError:
            entry.problems.append(f"« {entry.email} » n’est pas une adresse de courriel.")
    elif entry.invite:
        entry.problems.append("Pour inviter cette personne, il faut son courriel.")


def _teams(entry: Entry, row: dict[str, str], groups: dict[str, Team]) -> None:
    problems = entry.problems
    for label in filter(None, (part.strip() for part in row.get("équipes", "").split(","))):
        team = groups.get(fold(label))
        if team is None:
            problems.append(f"L’équipe « {label} » n’existe pas. Créez-la d’abord.")
        elif team.source:
            problems.append(f"L’équipe « {label} » suit les mandats : on n’y entre pas à la main.")
        elif team.kind == TeamKind.DGS:
            problems.append("On n’entre pas à la direction générale par un fichier.")
        else:
            entry.teams.append(team)


def _one_of(
    row: dict[str, str], name: str, words: Mapping[str, Word], said: str, problems: list[str]
) -> Word | None:
    word = fold(row.get(name, ""))
    if word not in words:
        problems.append(
            f"« {name} » : écrivez {said}" + (f", pas « {row[name]} »." if row.get(name) else ".")
        )
        return None
    return words[word]


def _day(row: dict[str, str], name: str, problems: list[str]) -> date | None:
    word = row.get(name, "")
    if not word:
        return None
    for shape in ("%d/%m/%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(word, shape).date()  # noqa: DTZ007 - a calendar date
        except ValueError:
            continue
    problems.append(f"« {name} » : écrivez la date comme 31/12/2026, pas « {word} ».")
    return None


def _known_here(actor: Actor) -> dict[str, list[Person]]:
    """People who belong here now or soon, by folded name."""
    found: dict[str, list[Person]] = defaultdict(list)
    mine = Membership.objects.filter(organisation=actor.organisation)
    for person in Person.objects.filter(pk__in=mine.values("person")).order_by("pk"):
        found[fold(person.full_name)].append(person)
    return found


def _recognise(actor: Actor, entry: Entry, known: dict[str, list[Person]]) -> None:
    """Tell somebody who is already here: same name, and same address when both are known."""
    twins = [
        person
        for person in known.get(fold(entry.name), [])
        if not entry.email or not person.email or entry.email.lower() == person.email.lower()
    ]
    if not twins or entry.problems:
        return
    if len(twins) > 1:
        entry.problems.append("Plusieurs personnes d’ici portent ce nom : précisez le courriel.")
        return
    entry.known = twins[0]
    start = entry.from_date or actor.today
    entry.belongs = (
        Membership.objects.filter(
            organisation=actor.organisation, person=entry.known, capacity=entry.capacity
        )
        .current(max(start, actor.today))
        .exists()
    )
    already = set(
        TeamMembership.objects.filter(organisation=actor.organisation, person=entry.known)
        .current(start)
        .values_list("team_id", flat=True)
    )
    entry.teams = [team for team in entry.teams if team.pk not in already]


__all__ = [
    "COLUMNS",
    "Entry",
    "NotReadable",
    "decode",
    "import_people",
    "look",
    "rows_of",
    "template",
]
