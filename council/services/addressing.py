"""To whom a convocation goes, and by which way: shown before anything is sent (R-CONV-03,
R-CONV-11, R-EPCI-04)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from config.lib.text import join_french
from council.enums import Capacity, Channel, Intent
from council.models import Answer, Mandate, Meeting
from council.rules.policy import Body
from council.rules.recipients import Quality, Seat, recipients_of


@dataclass(frozen=True, slots=True)
class Recipient:
    """One member as the preview shows them: how they will be reached, and what may go wrong."""

    mandate: Mandate
    channel: Channel
    address: str
    remark: str = ""

    @property
    def name(self) -> str:
        """Jeanne Martin"""
        return self.mandate.person.full_name


def recipients(meeting: Meeting, *, now: datetime) -> list[Recipient]:
    """Every member in office on the day of sending, in the order of the tableau.

    Those who announced an absence are convened like the others. Whoever asked for paper, or has
    no address, is on paper. Alternates are convened where the law says so, and sit when their
    titulaire is kept away.
    """
    today = now.astimezone(meeting.tz).date()
    mandates = list(
        Mandate.objects.filter(assembly=meeting.assembly_id)
        .current(today)
        .with_a_seat()
        .select_related("person", "stands_in_for__person")
        .in_order_of_the_tableau()
    )
    told = {
        one.person: one.quality
        for one in recipients_of(
            Body(meeting.assembly.kind),
            [_seat(mandate) for mandate in mandates],
            on=today,
        )
    }
    chosen = [one for one in mandates if str(one.person_id) in told]
    shared: dict[str, int] = {}
    for mandate in chosen:
        key = mandate.person.email.casefold()
        shared[key] = shared.get(key, 0) + 1
    alternates = any(quality is Quality.ALTERNATE for quality in told.values())
    kept_away = _kept_away(meeting, chosen) if alternates else []
    return [
        _recipient(
            one,
            shared,
            alternate=told[str(one.person_id)] is Quality.ALTERNATE,
            kept_away=kept_away,
        )
        for one in chosen
    ]


def _seat(mandate: Mandate) -> Seat:
    return Seat(
        person=str(mandate.person_id),
        sits_from=mandate.from_date,
        sits_until=mandate.to_date,
        is_alternate=mandate.capacity == Capacity.ALTERNATE,
        has_email=bool(mandate.person.email),
        paper_asked_on=mandate.paper_requested_on if mandate.wants_paper else None,
        paper_address=mandate.paper_address,
    )


def _kept_away(meeting: Meeting, mandates: list[Mandate]) -> list[Mandate]:
    """The titulaires who said that they will not be there."""
    absent = set(
        Answer.objects.filter(meeting=meeting, intent=Intent.ABSENT)
        .current()
        .values_list("person_id", flat=True)
    )
    return [
        one for one in mandates if one.person_id in absent and one.capacity != Capacity.ALTERNATE
    ]


def _recipient(
    mandate: Mandate, shared: dict[str, int], *, alternate: bool, kept_away: list[Mandate]
) -> Recipient:
    person = mandate.person
    home = mandate.paper_address or person.postal_address
    remarks = []
    channel, address = Channel.EMAIL, person.email
    if alternate:
        remarks += _alternate_remarks(mandate, kept_away)
    if mandate.wants_paper or not person.email:
        channel, address = Channel.PAPER, home
        remarks.append(
            "A demandé le papier."
            if mandate.wants_paper
            else "Sans adresse de courriel : sur papier."
        )
        if not home:
            remarks.append("Sans adresse postale : à remettre en main propre.")
    elif shared[person.email.casefold()] > 1:
        remarks.append("Boîte partagée : ses réponses seront à confirmer.")
    elif person.email_confirmed_at is None:
        remarks.append("Adresse jamais confirmée : vérifiez qu’il reçoit bien le message.")
    return Recipient(mandate, channel, address, " ".join(remarks))


def _alternate_remarks(mandate: Mandate, kept_away: list[Mandate]) -> list[str]:
    """Whose seat they take, and who of those announced an absence."""
    own = mandate.stands_in_for
    told = f"Supplée {own.person.full_name}." if own else "Siège si un titulaire est empêché."
    away = [one.person.full_name for one in kept_away if own is None or one.pk == own.pk]
    return [told, *([f"Absence annoncée : {join_french(away)}."] if away else [])]


def chosen_among(people: list[Recipient], uid: str) -> Recipient | None:
    """The member whose message is looked at: the one asked for, else the first by mail, else the
    first."""
    asked = next((one for one in people if str(one.mandate.uid) == uid), None)
    mails = (one for one in people if one.channel == Channel.EMAIL)
    return asked or next(mails, None) or next(iter(people), None)
