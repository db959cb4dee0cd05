"""Who signs an act, and in which quality: the mayor, or whoever acts for them (L2122-17)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from accounts.actor import Actor, actor_for
from accounts.audit import record
from accounts.enums import Gender, TeamKind
from accounts.models import Person
from config.lib.clock import local_date
from council import audit
from council.enums import ActKind, ActState, Function, ReplacementReason
from council.models import Act, Assembly, Mandate, MayorReplacement, Meeting
from council.services.acts.printing import ask_for_paper_of
from council.services.locking import lock_assembly
from council.services.standing_in import replacement_on

#: « Pour le maire empêché »: the words for a man, for a woman.
_WHY = {
    ReplacementReason.ABSENCE: ("absent", "absente"),
    ReplacementReason.SUSPENSION: ("suspendu", "suspendue"),
    ReplacementReason.REVOCATION: ("révoqué", "révoquée"),
    ReplacementReason.IMPEDIMENT: ("empêché", "empêchée"),
}


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs, as it is printed above the name."""

    person: Person
    title: str


def signer_of(meeting: Meeting, on: date) -> Signer | None:
    """Who signs the deliberations of a session on that day: its chair, who came after them when
    they are no longer in office, or who replaces them."""
    chair = _chair_on(meeting.assembly, on) or chair_of(meeting)
    standing = replacement_on(meeting.assembly, on)
    if standing is not None:
        return Signer(standing.by.person, _in_place(standing, chair))
    return Signer(chair.person, title_of(chair)) if chair else None


def person_title(person: Person, act: Act, on: date) -> str:
    """How the signatory of an order is named under it, from what they hold that day."""
    standing = (
        MayorReplacement.objects.filter(organisation=act.organisation, by__person=person)
        .current(on)
        .select_related("by__person", "assembly")
        .order_by("assembly__position", "-pk")
        .first()
    )
    if standing is not None:
        seats = Mandate.objects.filter(assembly=standing.assembly).chairing().current(on)
        return _in_place(standing, seats.select_related("person").order_by("pk").first())
    mandate = (
        Mandate.objects.filter(organisation=act.organisation, person=person)
        .exclude(function=Function.MEMBER)
        .order_by("assembly__position", "-from_date", "pk")
        .select_related("person")
        .first()
    )
    return title_of(mandate) if mandate else ""


def every_night(*, now: datetime) -> None:
    """A replacement that begins or ends today, a mayor no longer in office: what waits for a
    signature bears the name of who signs it from today."""
    waiting = Act.objects.filter(kind=ActKind.DELIBERATION, state=ActState.TO_SIGN)
    bodies = Assembly.objects.filter(pk__in=waiting.values("item__assembly"))
    for body in bodies.order_by("pk"):
        with transaction.atomic():
            name_signer_again(None, lock_assembly(body), now)


def name_signer_again(actor: Actor | None, assembly: Assembly, now: datetime) -> list[Act]:
    """The deliberations still to be signed by hand bear the name of who signs from today: the
    mayor was replaced, or is back. What was agreed to was another paper. ``actor`` is None for
    the clock.

    The caller holds the body and asked for the right.
    """
    today = local_date(now, assembly.organisation.timezone)
    changed = []
    waiting = (
        Act.objects.select_for_update(of=("self",), no_key=True)
        .filter(item__assembly=assembly, kind=ActKind.DELIBERATION, state=ActState.TO_SIGN)
        .select_related("item__meeting__assembly", "register", "organisation")
        .order_by("pk")
    )
    for act in waiting:
        meeting = act.item.meeting if act.item else None
        signer = signer_of(meeting, today) if meeting else None
        if signer is None or (act.signatory_id, act.signatory_title) == (
            signer.person.pk,
            signer.title,
        ):
            continue
        act.signatory, act.signatory_title = signer.person, signer.title
        act.agreed_at, act.agreed_sha256 = None, ""
        act.revision += 1
        act.changed_at = now
        act.save()
        record(
            actor,
            audit.ACT_EDITED,
            act,
            now=now,
            organisation=act.organisation,
            data={"signatory": str(signer.person.uid)},
        )
        printer = actor.person if actor else _printer(act, now)
        if printer is not None:
            ask_for_paper_of(printer, act, now)
        changed.append(act)
    return changed


def _printer(act: Act, now: datetime) -> Person | None:
    """In whose name the clock prints: who made the act, else somebody of the direction."""
    direction = Person.objects.filter(
        team_memberships__team__kind=TeamKind.DGS,
        team_memberships__organisation=act.organisation,
    )
    people = [*([act.created_by] if act.created_by else []), *direction.order_by("pk")]
    return next((one for one in people if actor_for(one, act.organisation, now=now)), None)


def _in_place(standing: MayorReplacement, chair: Mandate | None) -> str:
    """« Pour le maire empêché, l’adjointe au maire »"""
    woman = chair is not None and chair.person.gender == Gender.FEMININE
    of = title_of(chair) if chair is not None and not chair.function_label else ""
    of = of or ("La maire" if woman else "Le maire")
    seat = standing.by
    plain = "La conseillère" if seat.person.gender == Gender.FEMININE else "Le conseiller"
    quality = title_of(seat) or plain
    why = _WHY[ReplacementReason(standing.reason)][woman]
    return f"Pour {of[:1].lower()}{of[1:]} {why}, {quality[:1].lower()}{quality[1:]}"[:160]


def _chair_on(assembly: Assembly, on: date) -> Mandate | None:
    seats = Mandate.objects.filter(assembly=assembly).chairing().current(on)
    return seats.select_related("person").order_by("pk").first()


def chair_of(meeting: Meeting) -> Mandate | None:
    """The mayor or the president in office on the day of the session."""
    return _chair_on(meeting.assembly, meeting.local_day)


def plain_quality(title: str) -> str:
    """« La maire » as it stands behind a name: « maire »."""
    plain = title[:1].lower() + title[1:]
    for article in ("le ", "la ", "l’"):
        plain = plain.removeprefix(article)
    return plain


def title_of(mandate: Mandate) -> str:
    """« La maire », « Le président », or the words chosen by the commune."""
    if mandate.function_label:
        return mandate.function_label
    woman = mandate.person.gender == Gender.FEMININE
    words = {
        Function.MAYOR: ("Le maire", "La maire"),
        Function.PRESIDENT: ("Le président", "La présidente"),
        Function.VICE_PRESIDENT: ("Le vice-président", "La vice-présidente"),
        Function.DEPUTY: ("L’adjoint au maire", "L’adjointe au maire"),
    }
    one, two = words.get(Function(mandate.function), ("", ""))
    return two if woman else one
