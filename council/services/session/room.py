"""Who is there, who presides, which pouvoirs: the facts of the room."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from accounts.models import Person
from council.enums import EntryKind, ProxyState, RecusalBasis
from council.models import AgendaItem, Proxy, SessionEntry
from council.rules.policy import Body
from council.rules.proxies import ProxyFacts, check_proxy, limited_to_three_sessions
from council.services.answering import represented_in_a_row
from council.services.locking import lock_meeting
from council.services.refusals import Missing
from council.services.session.reading import Sitting, ref_of, sitting_of
from council.services.session.recording import Impossible, Pen, write, write_on


def record_presence(*, pen: Pen, person: Person) -> SessionEntry:
    """Somebody is there from the opening; also the way to repair a forgotten name."""
    return write(pen, EntryKind.PRESENT, person=person)


@transaction.atomic
def record_presences(*, pen: Pen, people: Sequence[Person]) -> SessionEntry:
    """Everybody named is there from the opening, whoever was noted already left as they are. One
    entry, and those that follow from it: taken back, they all are."""
    meeting = lock_meeting(pen.meeting)
    known = SessionEntry.objects.filter(client_key=pen.key).first()
    if known is not None:
        return known
    now: Sitting | None = sitting_of(meeting, rehearsal=pen.rehearsal)
    here = now.session.present if now else frozenset()
    absent = [person for person in people if ref_of(person) not in here]
    if not absent:
        raise Missing("Tous sont déjà pointés.")
    first, now = write_on(pen, EntryKind.PRESENT, person=absent[0], told=now)
    for person in absent[1:]:
        _, now = write_on(
            pen.then(f"present:{person.uid}"),
            EntryKind.PRESENT,
            person=person,
            data={"with": str(first.uid)},
            told=now,
        )
    return first


def record_excuse(*, pen: Pen, person: Person) -> SessionEntry:
    """Somebody said that they would not come."""
    return write(pen, EntryKind.EXCUSED, person=person)


def record_arrival(*, pen: Pen, person: Person) -> SessionEntry:
    """Somebody comes in, for the first time or again. The pouvoir that they gave falls."""
    return write(pen, EntryKind.ARRIVAL, person=person)


def record_departure(*, pen: Pen, person: Person) -> SessionEntry:
    """Somebody leaves. The pouvoir that they hold is no longer exercised."""
    return write(pen, EntryKind.DEPARTURE, person=person)


def seat_alternate(*, pen: Pen, alternate: Person, titular: Person) -> SessionEntry:
    """An alternate sits for a titular who is away (R-EPCI-04); they come in if they were not there.
    One named beforehand for that titular needs no more than their arrival."""
    return write(pen, EntryKind.SUBSTITUTE, person=alternate, data={"holder": ref_of(titular)})


@transaction.atomic
def record_proxy(
    *, pen: Pen, giver: Person, holder: Person | None, illness_seen: bool = False
) -> SessionEntry:
    """A written pouvoir handed over at the door, or by somebody who leaves."""
    if holder is None:
        raise Missing("Choisissez la personne qui reçoit le pouvoir.")
    meeting = pen.meeting
    if not pen.rehearsal and not SessionEntry.objects.filter(client_key=pen.key).exists():
        waiting = Proxy.objects.filter(
            meeting=meeting, holder=holder, state=ProxyState.TO_CONFIRM
        ).exclude(giver=giver)
        if waiting.exists():
            raise Impossible(
                f"{holder.full_name} a déjà un pouvoir à confirmer : confirmez-le ou écartez-le."
            )
        body = Body(meeting.assembly.kind)
        found = check_proxy(
            ProxyFacts(
                giver=ref_of(giver),
                holder=ref_of(holder),
                members=frozenset({ref_of(giver), ref_of(holder)}),
                previous_in_a_row=represented_in_a_row(meeting, giver),
                illness_noted=illness_seen,
                limited_to_three_sessions=limited_to_three_sessions(body),
                body=body,
            )
        )
        for finding in found:
            if finding.is_blocking:
                raise Impossible(finding.message, [finding])
    data = {"holder": ref_of(holder), "illness_seen": illness_seen}
    return write(pen, EntryKind.PROXY, person=giver, data=data)


def end_proxy(*, pen: Pen, giver: Person) -> SessionEntry:
    """A pouvoir is always revocable."""
    return write(pen, EntryKind.PROXY_ENDED, person=giver)


def name_secretary(*, pen: Pen, person: Person) -> SessionEntry:
    """The council names its secretary at the start (R-AGE-07)."""
    return write(pen, EntryKind.SECRETARY, person=person)


def record_recusal(
    *, pen: Pen, item: AgendaItem, person: Person, basis: RecusalBasis = RecusalBasis.PERSONAL
) -> SessionEntry:
    """Somebody takes no part in a point; it may be told before the point is called."""
    return write(
        pen, EntryKind.RECUSAL, person=person, item=item, data={"basis": RecusalBasis(basis).value}
    )


def replace_chair(*, pen: Pen, person: Person, item: AgendaItem | None = None) -> SessionEntry:
    """Somebody else presides: for the rest of the session, or for one point (accounts)."""
    return write(pen, EntryKind.CHAIR, person=person, item=item)
