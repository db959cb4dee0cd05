"""The session itself: it opens, stops, starts again and ends; points are called and decided."""

from __future__ import annotations

from django.db import transaction

from accounts.models import Person
from config.lib.text import join_french
from council.enums import EntryKind
from council.models import AgendaItem, SessionEntry
from council.rules.session import Verb
from council.rules.session.fold import VOTABLE
from council.services.locking import lock_meeting
from council.services.refusals import Missing
from council.services.session.reading import Sitting, ref_of, sitting_of
from council.services.session.recording import Impossible, Pen, write, write_on

_NEEDS_A_REASON = (Verb.WITHDRAW, Verb.POSTPONE, Verb.ADJOURN)


@transaction.atomic
def open_session(*, pen: Pen, chair: Person | None = None) -> SessionEntry:
    """The session opens, with its quorum. What was rehearsed goes at that moment."""
    lock_meeting(pen.meeting)
    entry = write(pen, EntryKind.OPENED, person=chair)
    if not pen.rehearsal:
        SessionEntry.objects.filter(meeting=pen.meeting, rehearsal=True).delete()
    return entry


def declare_no_quorum(*, pen: Pen) -> SessionEntry:
    """Too few came: the council is convened again (R-QUO-05)."""
    return write(pen, EntryKind.NO_QUORUM)


def suspend(*, pen: Pen) -> SessionEntry:
    """The session stops for a while."""
    return write(pen, EntryKind.SUSPENDED)


def resume(*, pen: Pen) -> SessionEntry:
    """It goes on."""
    return write(pen, EntryKind.RESUMED)


def open_doors(*, pen: Pen) -> SessionEntry:
    """The session is public again."""
    return write(pen, EntryKind.DOORS_OPENED)


@transaction.atomic
def call_item(*, pen: Pen, item: AgendaItem) -> SessionEntry:
    """A point is put to discussion; its quorum is counted.

    An information left without a word is noted on the way: nobody votes on it.
    """
    meeting = lock_meeting(pen.meeting)
    told: Sitting | None = None
    if not SessionEntry.objects.filter(client_key=pen.key).exists():
        told = sitting_of(meeting, rehearsal=pen.rehearsal)
        left = told.items.get(told.session.current)
        if left is not None and left.pk != item.pk and left.kind not in VOTABLE:
            data = {"outcome": Verb.NOTE.value}
            _, told = write_on(pen.then("note"), EntryKind.OUTCOME, item=left, data=data, told=told)
    return write(pen, EntryKind.CALLED, item=item, told=told)


def decide_item(
    *, pen: Pen, item: AgendaItem, verb: Verb, reason: str = "", text: str = ""
) -> SessionEntry:
    """What becomes of a point. Put off, it goes to the next meeting; amended, its text is kept."""
    if verb in _NEEDS_A_REASON and not reason.strip():
        raise Missing("Dites pourquoi en quelques mots : le procès-verbal le dira.")
    data = {"outcome": verb.value, "reason": reason.strip(), "text": text.strip()}
    return write(pen, EntryKind.OUTCOME, item=item, data={k: v for k, v in data.items() if v})


def add_note(
    *, pen: Pen, text: str, person: Person | None = None, item: AgendaItem | None = None
) -> SessionEntry:
    """A few words for the minutes: what was said, a question and its answer."""
    if not text.strip():
        raise Missing("Écrivez quelques mots.")
    return write(pen, EntryKind.NOTE, person=person, item=item, data={"text": text.strip()[:4000]})


@transaction.atomic
def close_session(*, pen: Pen, adjourn_the_rest: bool = False) -> SessionEntry:
    """The session ends. A point without a decision is decided, or adjourned with the rest."""
    lock_meeting(pen.meeting)
    known = SessionEntry.objects.filter(client_key=pen.key).first()
    if known is None:
        now = sitting_of(pen.meeting, rehearsal=pen.rehearsal)
        left = [item for ref, item in now.items.items() if now.session.points[ref].verb is None]
        if left and not adjourn_the_rest:
            names = join_french([str(item.number or item.title) for item in left])
            raise Impossible(
                f"Sans décision : {names}. Décidez-en, ou ajournez tout ce qui reste en levant "
                "la séance."
            )
        for item in left:
            quiet = item.kind not in VOTABLE and ref_of(item) == now.session.current
            write(
                pen.then(f"close:{item.uid}"),
                EntryKind.OUTCOME,
                item=item,
                data={"outcome": (Verb.NOTE if quiet else Verb.ADJOURN).value}
                | ({} if quiet else {"reason": "Séance levée avant son examen."}),
            )
    return write(pen, EntryKind.CLOSED)
