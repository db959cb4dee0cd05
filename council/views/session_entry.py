"""What the secretary posts, one fact at a time, turned into one verb of the session."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.http import QueryDict

from accounts.actor import Actor
from accounts.models import Person
from council.enums import EntryKind, RecusalBasis
from council.models import AgendaItem, Meeting, SessionEntry
from council.rules.session import BallotFacts, Verb
from council.rules.session.clock import NoSuchHour, instant_of
from council.rules.session.facts import About
from council.rules.votes import Ballot as Mode
from council.services.refusals import Missing, Refusal
from council.services.session import Pen, room, sitting, voting
from council.services.session.reading import CHOICES

#: A laptop kept without network this long is asked for the real hour instead: a long week-end and
#: the days around it pass first.
LONGEST = timedelta(days=7)
CANDIDATES = 6


class Posted:
    """The fields of one entry, read once each with its reason when it does not hold."""

    def __init__(self, data: QueryDict, meeting: Meeting) -> None:
        self.data, self.meeting = data, meeting

    def word(self, name: str) -> str:
        return str(self.data.get(name, "")).strip()

    def person(self, name: str = "person") -> Person | None:
        uid = self._uid(name)
        return Person.objects.filter(uid=uid).first() if uid else None

    def somebody(self, name: str = "person") -> Person:
        found = self.person(name)
        if found is None:
            raise Missing("Choisissez une personne.")
        return found

    def people(self) -> list[Person]:
        """Several at once, each once, in the order given."""
        try:
            uids = list(dict.fromkeys(UUID(text) for text in self.data.getlist("person")))
        except ValueError:
            return []
        known = Person.objects.in_bulk(uids, field_name="uid")
        return [known[uid] for uid in uids if uid in known]

    def item(self) -> AgendaItem | None:
        uid = self._uid("item")
        if uid is None:
            return None
        return AgendaItem.objects.filter(meeting=self.meeting, uid=uid).first()

    def point(self) -> AgendaItem:
        found = self.item()
        if found is None:
            raise Missing("Choisissez un point de l’ordre du jour.")
        return found

    def count(self, name: str) -> int | None:
        text = self.word(name)
        if not text:
            return None
        if not text.isdigit() or len(text) > 4:
            raise Refusal("Un nombre de voix s’écrit en chiffres.")
        return int(text)

    def key(self) -> UUID:
        return self._uid("key") or uuid4()

    def at(self, now: datetime, *, rehearsal: bool = False) -> datetime:
        """The legal hour: typed, or the moment when the key was pressed on the laptop.

        Live entries follow one another: a laptop whose clock is set right in the middle of the
        session does not put a vote before the call of its point.
        """
        typed = self.word("hour")
        ago = self.word("ago")
        if not typed and not ago.isdigit():
            return now
        last = (
            SessionEntry.objects.filter(meeting=self.meeting, rehearsal=rehearsal)
            .standing()
            .order_by("-n")
            .values_list("at", flat=True)
            .first()
        )
        if typed:
            return self._typed(typed, last)
        passed = timedelta(milliseconds=int(ago[:12]))
        if passed > LONGEST:
            raise Refusal("Cette saisie a plus de deux jours : notez-la avec son heure réelle.")
        pressed = now - passed
        return min(now, max(pressed, last)) if last else pressed

    def _typed(self, typed: str, last: datetime | None) -> datetime:
        try:
            return instant_of(
                time.fromisoformat(typed),
                starts_at=self.meeting.starts_at,
                timezone=self.meeting.timezone,
                after=last,
            )
        except NoSuchHour as wrong:
            raise Refusal(str(wrong)) from wrong
        except ValueError as wrong:
            raise Refusal("Écrivez l’heure ainsi : 20:15.") from wrong

    def _uid(self, name: str) -> UUID | None:
        try:
            return UUID(self.word(name))
        except ValueError:
            return None


def enter(
    *, actor: Actor, meeting: Meeting, data: QueryDict, now: datetime, rehearsal: bool
) -> SessionEntry:
    """Write one entry. Raises a Refusal with its reason."""
    posted = Posted(data, meeting)
    try:
        verb = _VERBS[EntryKind(posted.word("kind"))]
    except (ValueError, KeyError):
        raise Missing("Cette saisie n’est pas reconnue.") from None
    pen = Pen(actor, meeting, posted.key(), posted.at(now, rehearsal=rehearsal), now, rehearsal)
    return verb(pen, posted)


def _present(pen: Pen, posted: Posted) -> SessionEntry:
    if len(posted.data.getlist("person")) < 2:
        return room.record_presence(pen=pen, person=posted.somebody())
    return room.record_presences(pen=pen, people=posted.people())


def _outcome(pen: Pen, posted: Posted) -> SessionEntry:
    try:
        verb = Verb(posted.word("verb"))
    except ValueError:
        raise Missing("Dites ce qui est décidé sur ce point.") from None
    return sitting.decide_item(
        pen=pen,
        item=posted.point(),
        verb=verb,
        reason=posted.word("reason"),
        text=posted.word("text"),
    )


def _recusal(pen: Pen, posted: Posted) -> SessionEntry:
    basis = posted.word("basis")
    return room.record_recusal(
        pen=pen,
        item=posted.point(),
        person=posted.somebody(),
        basis=RecusalBasis(basis) if basis in RecusalBasis.values else RecusalBasis.PERSONAL,
    )


def _ballot(pen: Pen, posted: Posted) -> SessionEntry:
    about = posted.word("about") or About.ITEM.value
    mode = posted.word("mode") or Mode.ORDINARY.value
    try:
        facts = _facts(posted, About(about), Mode(mode))
    except ValueError:
        raise Missing("Ce scrutin n’est pas reconnu.") from None
    return voting.record_ballot(
        pen=pen,
        ballot=facts,
        item=posted.item(),
        amended=bool(posted.word("amended")),
        text=posted.word("text"),
        former=posted.word("former")[:4000],
        wording=posted.word("wording")[:4000],
    )


def _facts(posted: Posted, about: About, mode: Mode) -> BallotFacts:
    told = {
        name.removeprefix("voice-"): CHOICES[value]
        for name, value in posted.data.items()
        if name.startswith("voice-") and value in CHOICES
    }
    voters = posted.data.getlist("voter")
    if mode is Mode.PUBLIC:
        # A roll call names everybody: who was left untouched said yes.
        told = {ref: told.get(ref, CHOICES["for"]) for ref in voters} | told
    elif mode is Mode.ORDINARY:
        told = {ref: choice for ref, choice in told.items() if choice is not CHOICES["for"]}
    choices = {}
    for number in range(1, CANDIDATES + 1):
        name = posted.word(f"candidate-{number}")
        if name:
            choices[name[:200]] = posted.count(f"votes-{number}") or 0
    chair = posted.word("chair_choice")
    return BallotFacts(
        about=about,
        mode=mode,
        question=posted.word("question")[:400],
        round=posted.count("round") or 1,
        voices={} if mode is Mode.SECRET else told,
        in_favour=posted.count("in_favour"),
        against=posted.count("against"),
        abstentions=posted.count("abstentions"),
        not_voting=posted.count("not_voting"),
        blank=posted.count("blank") or 0,
        void=posted.count("void") or 0,
        choices=choices,
        at_once=bool(posted.word("at_once")),
        eldest=posted.word("eldest"),
        asking_public=posted.count("asking_public") or 0,
        asking_secret=posted.count("asking_secret") or 0,
        asking_doors=posted.count("asking_doors") or 0,
        asked_by_chair=bool(posted.word("asked_by_chair")),
        chair_choice=CHOICES.get(chair),
    )


_VERBS: dict[EntryKind, Callable[[Pen, Posted], Any]] = {
    EntryKind.PRESENT: _present,
    EntryKind.EXCUSED: lambda pen, p: room.record_excuse(pen=pen, person=p.somebody()),
    EntryKind.ARRIVAL: lambda pen, p: room.record_arrival(pen=pen, person=p.somebody()),
    EntryKind.DEPARTURE: lambda pen, p: room.record_departure(pen=pen, person=p.somebody()),
    EntryKind.SUBSTITUTE: lambda pen, p: room.seat_alternate(
        pen=pen, alternate=p.somebody(), titular=p.somebody("holder")
    ),
    EntryKind.PROXY: lambda pen, p: room.record_proxy(
        pen=pen,
        giver=p.somebody(),
        holder=p.person("holder"),
        illness_seen=bool(p.word("illness_seen")),
    ),
    EntryKind.PROXY_ENDED: lambda pen, p: room.end_proxy(pen=pen, giver=p.somebody()),
    EntryKind.SECRETARY: lambda pen, p: room.name_secretary(pen=pen, person=p.somebody()),
    EntryKind.CHAIR: lambda pen, p: room.replace_chair(pen=pen, person=p.somebody(), item=p.item()),
    EntryKind.RECUSAL: _recusal,
    EntryKind.OPENED: lambda pen, p: sitting.open_session(pen=pen, chair=p.person()),
    EntryKind.NO_QUORUM: lambda pen, p: sitting.declare_no_quorum(pen=pen),
    EntryKind.SUSPENDED: lambda pen, p: sitting.suspend(pen=pen),
    EntryKind.RESUMED: lambda pen, p: sitting.resume(pen=pen),
    EntryKind.DOORS_OPENED: lambda pen, p: sitting.open_doors(pen=pen),
    EntryKind.CALLED: lambda pen, p: sitting.call_item(pen=pen, item=p.point()),
    EntryKind.OUTCOME: _outcome,
    EntryKind.BALLOT: _ballot,
    EntryKind.NOTE: lambda pen, p: sitting.add_note(
        pen=pen, text=p.word("text"), person=p.person(), item=p.item()
    ),
    EntryKind.CLOSED: lambda pen, p: sitting.close_session(
        pen=pen, adjourn_the_rest=bool(p.word("rest"))
    ),
}
