"""Copies to the councillors of the member communes who do not sit (R-EPCI-03, L5211-40-2).

The convocation with its note leaves with the convocation itself; the list and the minutes are sent
by who keeps them, within a month. Nobody gets anything twice, and a copy opens nothing.
"""

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
from accounts.enums import MailState, NoticeClass
from accounts.mail import queue_mail
from accounts.models import Mail, Person
from accounts.services.importing import NotReadable, decode, rows_of
from accounts.services.joining import create_person
from accounts.services.locking import lock_organisation
from config.lib.access import require
from config.lib.text import clean_name, fold
from council import audit
from council.access import can_prepare, can_prepare_meeting, can_settle_bodies
from council.enums import AssemblyKind, CopyOf
from council.models import (
    Assembly,
    DossierEdition,
    InformationCopy,
    InformedCouncillor,
    Mandate,
    Meeting,
    Minutes,
    ResultList,
)
from council.rules.policy import Body
from council.rules.recipients import Quality, Seat, recipients_of
from council.services.locking import lock_meeting
from council.services.refusals import Refusal
from documents.models import Version

#: The kind of mail, declared in ``council.jobs``; its payload is ``{"copy": uid}``.
COPY_MAIL = "council.information_copy"
COLUMNS = ("commune", "civilité", "prénom", "nom", "courriel")
_REQUIRED = ("commune", "prénom", "nom", "courriel")
NO_ADDRESS = "Sans adresse de courriel : les documents se consultent dans sa mairie."
MOST_LINES = 2000
_GENDERS = {"": "", "mme": "f", "madame": "f", "m": "m", "m.": "m", "monsieur": "m"}


class NothingYet(Refusal):
    """The paper to send does not exist yet."""


class LinesWrong(Refusal):
    """Some lines are to be corrected: nothing was written."""


def informs(assembly: Assembly) -> bool:
    """Whether the law wants copies from this body."""
    return assembly.kind in (AssemblyKind.COMMUNITY_COUNCIL, AssemblyKind.SYNDICATE_COMMITTEE)


def informed(assembly: Assembly, on: date) -> list[InformedCouncillor]:
    """Who gets a copy that day: the councillors listed who do not sit here themselves."""
    if not informs(assembly):
        return []
    listed = list(
        InformedCouncillor.objects.filter(assembly=assembly)
        .current(on)
        .select_related("person")
        .in_order()
    )
    seats = [
        Seat(str(one.person_id), one.from_date, one.to_date)
        for one in Mandate.objects.filter(assembly=assembly).current(on).order_by("pk")
    ]
    told = recipients_of(
        Body(assembly.kind),
        seats,
        on=on,
        commune_councillors=[
            Seat(str(one.person_id), one.from_date, one.to_date, has_email=bool(one.person.email))
            for one in listed
        ],
    )
    copies = {one.person for one in told if one.quality is Quality.COPY}
    return [one for one in listed if str(one.person_id) in copies]


# --- who they are -------------------------------------------------------------------------------


@dataclass(slots=True)
class Line:
    """One line of the file, understood. ``number`` is the one that the spreadsheet shows."""

    number: int
    commune: str = ""
    gender: str = ""
    given_name: str = ""
    family_name: str = ""
    email: str = ""
    problems: list[str] = field(default_factory=list)


def template() -> str:
    """The file to fill in, with one line as an example."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerow(["Montreuil", "Mme", "Jeanne", "Exemple", "jeanne@exemple.fr"])
    return out.getvalue()


def look(content: bytes) -> list[Line]:
    """What the file says, line by line. Raises NotReadable when it makes no sense as a whole."""
    rows = rows_of(decode(content), COLUMNS, _REQUIRED, most=MOST_LINES)
    lines = [_line(number, row) for number, row in rows]
    if not lines:
        raise NotReadable("Ce fichier ne contient personne sous sa ligne de titres.")
    return lines


def _line(number: int, row: dict[str, str]) -> Line:
    line = Line(
        number,
        commune=clean_name(row.get("commune", "")),
        gender=fold(row.get("civilité", "")),
        given_name=clean_name(row.get("prénom", "")),
        family_name=clean_name(row.get("nom", "")),
        email=row.get("courriel", ""),
    )
    for value, what in (
        (line.commune, "la commune"),
        (line.given_name, "le prénom"),
        (line.family_name, "le nom"),
    ):
        if not value:
            line.problems.append(f"Il manque {what}.")
        elif len(value) > 100:
            line.problems.append(f"C’est trop long pour {what}.")
    if line.gender not in _GENDERS:
        line.problems.append("La civilité est « Mme », « M. » ou rien.")
    if line.email:
        try:
            validate_email(line.email)
        except ValidationError:
            line.problems.append(f"« {line.email} » n’est pas une adresse de courriel.")
    return line


@transaction.atomic
def keep_informed(*, actor: Actor, assembly: Assembly, content: bytes, now: datetime) -> int:
    """Add the councillors of a file, and correct the address of those listed: all or nobody.

    Who also sits in the body is one person here, under the same name. Returns how many are new.
    """
    lock_organisation(actor.organisation)
    require(can_settle_bodies(actor))
    require(can_prepare(actor, assembly))
    if not informs(assembly):
        raise Refusal("La loi ne prévoit ces copies que d’un EPCI ou d’un syndicat.")
    lines = look(content)
    wrong = next((line for line in lines if line.problems), None)
    if wrong is not None:
        raise LinesWrong(
            f"Ligne {wrong.number} : {' '.join(wrong.problems)} Rien n’a été enregistré."
        )
    listed = InformedCouncillor.objects.filter(assembly=assembly, to_date=None)
    known = {
        (fold(one.commune), fold(one.person.full_name)): one.person
        for one in listed.select_related("person").order_by("pk")
    }
    sits = {
        fold(one.person.full_name): one.person
        for one in Mandate.objects.filter(assembly=assembly)
        .current(actor.today)
        .select_related("person")
        .order_by("pk")
    }
    new = 0
    for line in lines:
        name = fold(f"{line.given_name} {line.family_name}")
        person = known.get((fold(line.commune), name))
        if person is not None:
            _correct(person, line.email)
            continue
        person = sits.get(name) or create_person(
            actor=actor,
            given_name=line.given_name,
            family_name=line.family_name,
            gender=_GENDERS[line.gender],
            email=line.email,
            now=now,
        )
        InformedCouncillor.objects.create(
            organisation=actor.organisation,
            assembly=assembly,
            person=person,
            commune=line.commune,
            from_date=actor.today,
        )
        known[(fold(line.commune), name)] = person
        new += 1
    record(actor, audit.INFORMED_KEPT, assembly, now=now, data={"people": len(lines), "new": new})
    return new


def _correct(person: Person, email: str) -> None:
    """A card without an account follows the file; somebody's own address is theirs."""
    if email and email != person.email and not person.has_usable_password():
        person.email = email
        person.save(update_fields=["email"])


@transaction.atomic
def stop_informing(*, actor: Actor, councillor: InformedCouncillor, now: datetime) -> None:
    """They left the council of their commune: no copy any more. What was sent stays written."""
    row = (
        InformedCouncillor.objects.select_for_update(of=("self",))
        .select_related("assembly")
        .get(pk=councillor.pk)
    )
    require(can_settle_bodies(actor))
    require(can_prepare(actor, row.assembly))
    if row.to_date is not None:
        return
    row.to_date = max(actor.today, row.from_date)
    row.save(update_fields=["to_date"])
    record(actor, audit.INFORMED_ENDED, row.assembly, now=now)


# --- what they are sent -------------------------------------------------------------------------


def queue_convocation_copies(actor: Actor, edition: DossierEdition, now: datetime) -> int:
    """With the convocation of an edition; the meeting is locked by the caller."""
    return _queue(actor, edition.meeting, CopyOf.CONVOCATION, edition, now)


@transaction.atomic
def send_copies(*, actor: Actor, meeting: Meeting, what: CopyOf, now: datetime) -> int:
    """Send the list, or the minutes, once made. Sent again, only who joined since gets one."""
    locked = lock_meeting(meeting)
    require(can_prepare_meeting(actor, locked))
    if what == CopyOf.CONVOCATION or version_of(locked, what) is None:
        raise NothingYet(
            "La liste des délibérations n’est pas encore faite."
            if what == CopyOf.RESULTS
            else "Le procès-verbal n’est pas encore arrêté et signé."
        )
    count = _queue(actor, locked, what, None, now)
    if count:
        record(actor, audit.COPIES_SENT, locked, now=now, data={"what": what, "people": count})
    return count


def version_of(meeting: Meeting, what: str) -> Version | None:
    """The file that is sent: the list as made, the minutes as signed."""
    if what == CopyOf.RESULTS:
        made = ResultList.objects.filter(meeting=meeting).select_related("version").first()
        return made.version if made else None
    row = Minutes.objects.filter(meeting=meeting).select_related("signed_version").first()
    return row.signed_version if row else None


def _queue(
    actor: Actor, meeting: Meeting, what: CopyOf, edition: DossierEdition | None, now: datetime
) -> int:
    today = now.astimezone(meeting.tz).date()
    done = set(
        InformationCopy.objects.filter(meeting=meeting, what=what, edition=edition).values_list(
            "councillor", flat=True
        )
    )
    count = 0
    for councillor in informed(meeting.assembly, today):
        if councillor.pk in done:
            continue
        copy = InformationCopy.objects.create(
            organisation=meeting.organisation,
            meeting=meeting,
            councillor=councillor,
            what=what,
            edition=edition,
            address=councillor.person.email,
            asked_at=now,
            asked_by=actor.person,
            words="" if councillor.person.email else NO_ADDRESS,
        )
        count += 1
        if councillor.person.email:
            copy.mail = queue_mail(
                COPY_MAIL,
                person=councillor.person,
                organisation=meeting.organisation,
                payload={"copy": str(copy.uid)},
                notice_class=NoticeClass.LEGAL,
                now=now,
                not_after=meeting.starts_at if edition else None,
                dedupe=str(copy.uid),
            ).uid
            copy.save(update_fields=["mail"])
    return count


def why_not_leave(mail: Mail, now: datetime) -> str:
    """The last check of a copy."""
    copy = InformationCopy.objects.select_related("meeting", "councillor").get(
        uid=mail.payload["copy"]
    )
    if copy.councillor.to_date and copy.councillor.to_date < now.astimezone(copy.meeting.tz).date():
        return "Cette personne ne siège plus dans sa commune."
    if copy.what != CopyOf.CONVOCATION:
        return ""
    if copy.meeting.cancelled_at:
        return "La séance est annulée."
    return "La séance a commencé." if now >= copy.meeting.starts_at else ""


def note_outcome(mail: Mail, now: datetime) -> None:
    """What became of a copy."""
    InformationCopy.objects.filter(mail=mail.uid).update(
        settled_at=mail.handed_over_at or now,
        outcome=MailState(mail.state).value,
        address=mail.address[:300],
        words=(mail.response if mail.state == MailState.ACCEPTED else mail.error)[:500],
    )
