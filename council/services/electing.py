"""The lists of an election, from a spreadsheet: looked at first, then all of it or nothing."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from accounts.actor import Actor
from accounts.audit import record
from accounts.enums import Gender
from accounts.models import Membership, Person
from accounts.services.importing import NotReadable, decode, rows_of
from accounts.services.joining import create_person
from accounts.services.locking import lock_organisation
from config.lib.access import require
from config.lib.text import clean_name, fold
from council import audit
from council.access import can_prepare, can_settle_bodies
from council.models import Assembly, Candidate, Mandate
from council.services.refusals import Refusal

COLUMNS = ("liste", "rang", "civilité", "prénom", "nom", "courriel", "élu")
_REQUIRED = ("liste", "rang", "prénom", "nom")
_GENDERS = {
    "": Gender.UNKNOWN,
    "mme": Gender.FEMININE,
    "madame": Gender.FEMININE,
    "m": Gender.MASCULINE,
    "m.": Gender.MASCULINE,
    "monsieur": Gender.MASCULINE,
}
MOST_LINES = 1000


class ListsWrong(Refusal):
    """Some lines are to be corrected: nothing was written."""


@dataclass(slots=True)
class Line:
    """One line of the file, understood. ``number`` is the one that the spreadsheet shows."""

    number: int
    list_name: str = ""
    rank: int = 0
    gender: str = ""
    given_name: str = ""
    family_name: str = ""
    email: str = ""
    elected: bool = False
    known: Person | None = None
    problems: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """Jeanne Martin"""
        return f"{self.given_name} {self.family_name}".strip()

    @property
    def outcome(self) -> str:
        """What would be done, or what is wrong, as a French sentence."""
        if self.problems:
            return " ".join(self.problems)
        who = "Déjà connue ici." if self.known else "Nouvelle personne."
        return f"{who} {'Siège.' if self.elected else 'Reste sur la liste.'}"


def template() -> str:
    """The file to fill in, with two lines as examples."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerow(["Ensemble", "1", "Mme", "Jeanne", "Exemple", "jeanne@exemple.fr", "oui"])
    writer.writerow(["Ensemble", "2", "M.", "Paul", "Exemple", "", "non"])
    return out.getvalue()


def look(*, actor: Actor, assembly: Assembly, content: bytes) -> list[Line]:
    """What the file says, line by line, with what is wrong. Nothing is written.

    Raises NotReadable when the file as a whole makes no sense.
    """
    require(can_settle_bodies(actor))
    require(can_prepare(actor, assembly))
    rows = rows_of(decode(content), COLUMNS, _REQUIRED, most=MOST_LINES)
    lines = [_understood(number, row) for number, row in rows]
    if not lines:
        raise NotReadable("Ce fichier ne contient personne sous sa ligne de titres.")
    known = _known(actor, assembly)
    ranks: dict[tuple[str, int], int] = {}
    people: dict[str, int] = {}
    for line in lines:
        line.known = known.get(fold(line.name))
        place, name = (fold(line.list_name), line.rank), fold(line.name)
        if place in ranks:
            line.problems.append(f"Le rang {line.rank} est déjà à la ligne {ranks[place]}.")
        if name in people:
            line.problems.append(f"La même personne est déjà à la ligne {people[name]}.")
        ranks.setdefault(place, line.number)
        people.setdefault(name, line.number)
    if not any(line.elected for line in lines):
        raise NotReadable("Personne n’est élu dans ce fichier : écrivez « oui » dans « élu ».")
    return lines


def _understood(number: int, row: dict[str, str]) -> Line:
    line = Line(
        number,
        list_name=clean_name(row.get("liste", "")),
        given_name=clean_name(row.get("prénom", "")),
        family_name=clean_name(row.get("nom", "")),
        email=row.get("courriel", ""),
    )
    for value, what in (
        (line.list_name, "la liste"),
        (line.given_name, "le prénom"),
        (line.family_name, "le nom"),
    ):
        if not value:
            line.problems.append(f"Il manque {what}.")
        elif len(value) > 100:
            line.problems.append(f"C’est trop long pour {what}.")
    rank = row.get("rang", "")
    if rank.isdecimal() and 0 < int(rank) < 1000:
        line.rank = int(rank)
    else:
        line.problems.append(f"« {rank} » n’est pas un rang : écrivez 1, 2, 3…")
    gender = fold(row.get("civilité", ""))
    if gender in _GENDERS:
        line.gender = _GENDERS[gender]
    else:
        line.problems.append("La civilité est « Mme », « M. » ou rien.")
    if line.email:
        try:
            validate_email(line.email)
        except ValidationError:
            line.problems.append(f"« {line.email} » n’est pas une adresse de courriel.")
    elected = fold(row.get("élu", ""))
    if elected not in ("", "oui", "non"):
        line.problems.append("« élu » se remplit par oui ou par non.")
    line.elected = elected == "oui"
    return line


def _known(actor: Actor, assembly: Assembly) -> dict[str, Person]:
    """Who is known here by name: those who belong or sat. Homonyms are left to a human."""
    here = Membership.objects.filter(organisation=actor.organisation).values("person")
    sat = Mandate.objects.filter(organisation=actor.organisation).values("person")
    listed = Candidate.objects.filter(assembly=assembly).values("person")
    people = Person.objects.filter(pk__in=here.union(sat, listed)).order_by("pk")
    found: dict[str, list[Person]] = {}
    for one in people:
        found.setdefault(fold(one.full_name), []).append(one)
    return {name: same[0] for name, same in found.items() if len(same) == 1}


@transaction.atomic
def keep_lists(
    *, actor: Actor, assembly: Assembly, election_on: date, content: bytes, now: datetime
) -> list[Candidate]:
    """Keep the lists of an election: everybody, or nobody. The same file again changes nothing.

    People are written on cards without any right: sitting is another act.
    """
    lock_organisation(actor.organisation)
    require(can_settle_bodies(actor))
    require(can_prepare(actor, assembly))
    lines = look(actor=actor, assembly=assembly, content=content)
    wrong = [line for line in lines if line.problems]
    if wrong:
        raise ListsWrong(f"Ligne {wrong[0].number} : {wrong[0].outcome} Rien n’a été enregistré.")
    kept = []
    for line in lines:
        person = line.known or create_person(
            actor=actor,
            given_name=line.given_name,
            family_name=line.family_name,
            gender=line.gender,
            email=line.email,
            now=now,
        )
        candidate, _ = Candidate.objects.update_or_create(
            assembly=assembly,
            election_on=election_on,
            person=person,
            defaults={
                "organisation": actor.organisation,
                "list_name": line.list_name,
                "rank": line.rank,
                "elected": line.elected,
                "unavailable": "",
            },
        )
        kept.append(candidate)
    record(actor, audit.LISTS_KEPT, assembly, now=now, data={"people": len(kept)})
    return kept
