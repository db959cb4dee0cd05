"""The delivery round: its order, the hours of each hand-over, the sheet that was signed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.actor import Actor
from accounts.audit import record
from config.lib.access import require
from config.lib.text import plural
from council import audit
from council.access import can_prepare_meeting
from council.enums import Channel, ConvocationState
from council.law import left_on_time
from council.models import AgendaItem, Convocation, Meeting, RoundScan, RoundStop
from council.rules.wording import moment_in_words
from council.services import convening, handing_over
from council.services.acts.places import folder_of_item
from council.services.locking import lock_meeting
from council.services.refusals import Refusal
from documents.access import can_edit
from documents.models import Folder
from documents.services import filing
from documents.services.holds import hold

_PDF_OR_PICTURE = ("application/pdf", "image/jpeg", "image/png")


class NotOnTheRound(Refusal):
    """This member is not served on paper for this meeting."""


class NothingGiven(Refusal):
    """No hour was entered."""


class NoFolder(Refusal):
    """Nobody said where the meeting's papers go."""


class NotASheet(Refusal):
    """A scan is a PDF or a picture."""


@dataclass(frozen=True, slots=True)
class Given:
    """One hand-over as it was written on the sheet."""

    at: datetime
    how: str = ""


def stops(meeting: Meeting) -> list[Convocation]:
    """The paper dossiers of the latest edition of each member, in the order of the round."""
    latest = (
        Convocation.objects.filter(meeting=meeting)
        .exclude(state=ConvocationState.REPLACED)
        .order_by("person", "-edition__n")
        .distinct("person")
    )
    rows = list(
        Convocation.objects.filter(pk__in=latest.values("pk"), channel=Channel.PAPER)
        .select_related(
            "person", "mandate", "meeting__assembly__organisation", "handed_over_by", "edition"
        )
        .in_order_of_the_tableau()
    )
    places = dict(
        RoundStop.objects.filter(organisation=meeting.organisation_id).values_list(
            "person_id", "position"
        )
    )
    last = len(places) + 1
    return sorted(rows, key=lambda one: places.get(one.person_id, last))


@transaction.atomic
def move_stop(
    *, actor: Actor, meeting: Meeting, convocation: UUID, rank: int, now: datetime
) -> int:
    """Bring one member to a rank of the round (1 is the first). The order is kept for the next
    meetings. Returns the rank taken."""
    locked = lock_meeting(meeting)
    require(can_prepare_meeting(actor, locked))
    order = stops(locked)
    moved = next((one for one in order if one.uid == convocation), None)
    if moved is None:
        raise NotOnTheRound("Cette personne n’est pas servie sur papier pour cette séance.")
    order.remove(moved)
    rank = max(1, min(rank, len(order) + 1))
    order.insert(rank - 1, moved)
    served = [one.person_id for one in order]
    # Those of other bodies keep their order, after the ones that were just put in order here.
    others = list(
        RoundStop.objects.filter(organisation=locked.organisation)
        .exclude(person__in=served)
        .order_by("position", "pk")
        .values_list("person_id", flat=True)
    )
    RoundStop.objects.filter(organisation=locked.organisation).delete()
    RoundStop.objects.bulk_create(
        RoundStop(organisation=locked.organisation, person_id=person, position=position)
        for position, person in enumerate([*served, *others], start=1)
    )
    record(actor, audit.ROUND_ORDERED, locked, now=now)
    return rank


@transaction.atomic
def note_round(
    *, actor: Actor, meeting: Meeting, given: Mapping[UUID, Given], now: datetime
) -> list[str]:
    """Enter the hours of the sheet after the round, all or none. Returns the sentences of those
    that were given too late: they count as they were (R-CONV-09)."""
    locked = lock_meeting(meeting)
    require(can_prepare_meeting(actor, locked))
    known = {one.uid: one for one in stops(locked)}
    if not given:
        raise NothingGiven("Écrivez la date et l’heure d’au moins une remise.")
    late = []
    for uid, what in given.items():
        if uid not in known:
            raise NotOnTheRound("Cette personne n’est pas servie sur papier pour cette séance.")
        done = handing_over.hand_over_paper(
            actor=actor, convocation=known[uid], given_at=what.at, how=what.how, now=now
        )
        late += late_sentence(done)
    return late


def late_sentence(convocation: Convocation) -> list[str]:
    """« Remis hors délai à Jeanne Martin, vendredi 27 novembre, 10 h 00… », or nothing."""
    at = convocation.handed_over_at
    if at is None or left_on_time(convocation, at):
        return []
    days = convening.clear_days_of(convocation) or 0
    had = plural(days, "jour franc", "jours francs") if days > 0 else "aucun jour franc"
    when = moment_in_words(at.astimezone(convocation.meeting.tz))
    return [
        f"Remis hors délai à {convocation.person.full_name} ({when}) : {had} avant la séance. Sa "
        "convocation est « à renvoyer », sauf preuve qu’elle lui est parvenue à temps."
    ]


@transaction.atomic
def attach_sheet(
    *, actor: Actor, meeting: Meeting, received: filing.Received, now: datetime
) -> RoundScan:
    """File the signed sheet with the meeting's documents, and keep it for the proof."""
    locked = lock_meeting(meeting)
    require(can_prepare_meeting(actor, locked))
    if received.sniffed.media_type not in _PDF_OR_PICTURE:
        raise NotASheet("Donnez un PDF ou une photo de la feuille signée.")
    filed = filing.file_document(
        actor=actor,
        folder=folder_of_meeting(actor, locked),
        received=received,
        keep_both=True,
        now=now,
    )
    version = filed.version
    scan = RoundScan.objects.create(
        organisation=locked.organisation,
        meeting=locked,
        version=version,
        filed_by=actor.person,
        filed_at=now,
    )
    hold(version, f"Preuve de convocation : {locked}", holder_uid=scan.uid, now=now)
    record(actor, audit.ROUND_SIGNED, locked, now=now, data={"sha256": version.sha256})
    return scan


def folder_of_meeting(actor: Actor, meeting: Meeting) -> Folder:
    """Where the meeting's documents are, when the actor may file there; else the root."""
    for item in AgendaItem.objects.filter(meeting=meeting).on_the_agenda():
        beside: Folder | None = folder_of_item(actor, item)
        if beside is not None:
            return beside
    root: Folder | None = Folder.objects.filter(
        organisation=meeting.organisation, parent=None
    ).first()
    if root is not None and can_edit(actor, root):
        return root
    raise NoFolder(
        "Vous ne pouvez déposer dans aucun dossier de cette séance. Demandez-en le droit à la "
        "direction générale."
    )
