"""Who is convened, who gets a copy, and how (R-CONV-03, R-CONV-11, R-EPCI-03, R-EPCI-04).

CGCT, art. L2121-10, L5211-6, L5211-40-2. Nobody else is convened as a member.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import Enum

from council.rules.finding import Finding, refuse, warn
from council.rules.policy import Body

CITATION = "CGCT, art. L2121-10"


class Quality(Enum):
    """In which quality somebody receives the convocation."""

    MEMBER = "member"
    ALTERNATE = "alternate"
    COPY = "copy"


class Way(Enum):
    """How it reaches them."""

    ELECTRONIC = "electronic"
    PAPER = "paper"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody who sits, or may. ``paper_asked_on``: their own dated request for paper."""

    person: str
    sits_from: date
    sits_until: date | None = None
    is_alternate: bool = False
    has_email: bool = True
    paper_asked_on: date | None = None
    paper_address: str = ""

    def in_office(self, on: date) -> bool:
        """Whether they sit that day."""
        return self.sits_from <= on and (self.sits_until is None or on <= self.sits_until)


@dataclass(frozen=True, slots=True)
class Recipient:
    """One convocation, or one copy. ``with_documents``: the annexed documents go with it."""

    person: str
    quality: Quality
    way: Way
    with_documents: bool


def way_for(seat: Seat, on: date) -> Way:
    """R-CONV-03: electronic, unless the member asked for paper."""
    if seat.paper_asked_on is not None and seat.paper_asked_on <= on:
        return Way.PAPER
    return Way.ELECTRONIC if seat.has_email else Way.NONE


def recipients_of(
    body: Body,
    seats: Iterable[Seat],
    *,
    on: date,
    commune_councillors: Iterable[Seat] = (),
) -> list[Recipient]:
    """All the members in office, those who announced their absence included; in an EPCI the
    alternates with the documents, and the councillors of the member communes who do not sit."""
    intercommunal = body in (Body.COMMUNITY_COUNCIL, Body.SYNDICATE_COMMITTEE)
    told: dict[str, Recipient] = {}
    for seat in seats:
        if not seat.in_office(on):
            continue
        if seat.is_alternate and not (intercommunal or body is Body.TENDER_COMMISSION):
            continue
        quality = Quality.ALTERNATE if seat.is_alternate else Quality.MEMBER
        # Who is both keeps the higher quality.
        if seat.person not in told or quality is Quality.MEMBER:
            told[seat.person] = Recipient(seat.person, quality, way_for(seat, on), True)
    if intercommunal:
        for seat in commune_councillors:
            if seat.in_office(on) and seat.person not in told:
                told[seat.person] = Recipient(seat.person, Quality.COPY, way_for(seat, on), False)
    return list(told.values())


def check_recipients(
    seats: Iterable[Seat], recipients: Iterable[Recipient], *, on: date
) -> list[Finding]:
    """Who was forgotten, who cannot be reached, who has no business there."""
    chosen = {one.person: one for one in recipients}
    found: list[Finding] = []
    known = set()
    for seat in seats:
        known.add(seat.person)
        sits = seat.in_office(on)
        if sits and not seat.is_alternate and seat.person not in chosen:
            found.append(
                refuse(
                    "R-CONV-11",
                    "Ce membre en exercice n’est pas convoqué : il l’est même s’il a prévenu de "
                    "son "
                    "absence.",
                    CITATION,
                    seat.person,
                )
            )
        if not sits and seat.person in chosen:
            found.append(
                refuse(
                    "R-CONV-11",
                    "Cette personne n’est pas en exercice ce jour-là.",
                    CITATION,
                    seat.person,
                )
            )
        found += _check_way(seat, chosen.get(seat.person), on)
    found += [
        refuse(
            "R-CONV-11",
            "Cette personne ne siège pas : elle n’est pas convoquée comme membre.",
            CITATION,
            person,
        )
        for person, one in chosen.items()
        if person not in known and one.quality is not Quality.COPY
    ]
    return found


def _check_way(seat: Seat, recipient: Recipient | None, on: date) -> list[Finding]:
    if recipient is None:
        return []
    if recipient.way is Way.NONE:
        return [
            refuse(
                "R-CONV-03",
                "Ni adresse électronique, ni demande de papier : demandez-lui l’une ou l’autre.",
                CITATION,
                seat.person,
            )
        ]
    if recipient.way is Way.PAPER and way_for(seat, on) is not Way.PAPER:
        return [
            warn(
                "R-CONV-03",
                "Envoi papier sans demande : la convocation est électronique, sauf si le membre "
                "demande le papier. Notez sa demande et sa date.",
                CITATION,
                seat.person,
            )
        ]
    if recipient.way is Way.ELECTRONIC and way_for(seat, on) is Way.PAPER:
        return [
            refuse(
                "R-CONV-03",
                "Ce membre a demandé le papier.",
                CITATION,
                seat.person,
            )
        ]
    if recipient.way is Way.PAPER and not seat.paper_address.strip():
        return [
            refuse("R-CONV-03", "Il manque l’adresse où porter le papier.", CITATION, seat.person)
        ]
    return []
