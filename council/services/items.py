"""Points: draft from documents, propose, return, mark ready, list, withdraw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from accounts.audit import Verb, record
from accounts.models import Person
from config.lib.access import require
from config.lib.text import plural
from config.work.services import emit
from council import audit
from council.access import can_edit_item, can_prepare, can_prepare_meeting, can_propose
from council.enums import BudgetImpact, ItemKind, ItemState, Matter, MeetingState
from council.law import ordinary_notice_of, urgent_notice_of
from council.models import (
    AgendaItem,
    AgendaSection,
    Assembly,
    Mandate,
    Meeting,
)
from council.rules.agenda import VOTABLE, check_addition
from council.rules.nomenclature import MATTERS
from council.services import agenda, numbering, reviewing, steps, telling
from council.services.locking import lock_assembly, lock_item, lock_meeting
from council.services.pieces import AgendaFrozen, check_open, join
from council.services.refusals import Missing, Refusal
from council.workflow import ITEM
from documents.models import Document


class NotNow(Refusal):
    """The point is not in a state where this can be done."""


class NotAMember(Refusal):
    """The rapporteur is a member in office of the body."""


class NotComplete(Refusal):
    """Something of the point was not looked at."""


class NotValidated(Refusal):
    """A step of the body's validation is left."""


class AddedTooLate(Refusal):
    """The convocation has left and the delay no longer allows this point."""


@dataclass(frozen=True, slots=True)
class ItemContent:
    """What a person writes in a point."""

    title: str
    kind: ItemKind = ItemKind.DELIBERATION
    matter: Matter = Matter.ORDINARY
    summary: str = ""
    proposed_text: str = ""
    equivalent_document: bool = False
    closed_doors: bool = False
    subject_code: str = ""
    budget_impact: BudgetImpact | None = None
    budget_year: str = ""
    budget_name: str = ""
    rapporteur: Person | None = None
    section: AgendaSection | None = None


@transaction.atomic
def draft_item_from_documents(
    *,
    actor: Actor,
    assembly: Assembly,
    content: ItemContent,
    now: datetime,
    documents: Sequence[Document] = (),
    meeting: Meeting | None = None,
) -> AgendaItem:
    """Draft a point, with pieces that stay where they are in the tree.

    ``meeting`` is the one aimed at; the point is listed there by whoever prepares it.
    """
    body = lock_assembly(assembly)
    require(can_propose(actor, body))
    if meeting is not None and meeting.assembly_id != body.pk:
        raise Refusal("Cette séance est celle d’une autre instance.")
    _check_content(body, content, actor)
    item = AgendaItem.objects.create(
        organisation=actor.organisation,
        assembly=body,
        meeting=meeting,
        state=ItemState.DRAFT,
        created_by=actor.person,
        created_at=now,
        changed_at=now,
        **_columns(content),
    )
    for position, document in enumerate(documents, start=1):
        join(actor, item, document, position, now)
    record(actor, audit.ITEM_DRAFTED, item, now=now)
    _emit("council.item.drafted", actor, item, now)
    return item


@transaction.atomic
def edit_item(*, actor: Actor, item: AgendaItem, content: ItemContent, now: datetime) -> AgendaItem:
    """Rewrite a point that is not frozen."""
    locked = lock_item(item)
    require(can_edit_item(actor, locked))
    check_open(locked)
    _check_content(locked.assembly, content, actor)
    if locked.matter in (Matter.URGENCY, Matter.MINUTES) and content.matter != locked.matter:
        raise NotNow("Ce point est demandé par la loi : son objet ne change pas.")
    columns, former = _columns(content), locked.section_id
    for name, value in columns.items():
        setattr(locked, name, value)
    listed_on = locked.meeting if locked.state == ItemState.LISTED else None
    if listed_on is not None:
        agenda.find_section(locked, agenda.sections_of(locked))
    locked.changed_at = now
    locked.save(update_fields=[*columns, "changed_at"])
    if listed_on is not None and locked.section_id != former:
        agenda.place_last(listed_on, locked)
    record(actor, audit.ITEM_EDITED, locked, now=now)
    return locked


@transaction.atomic
def propose_item(*, actor: Actor, item: AgendaItem, now: datetime) -> AgendaItem:
    """Hand the point to those who prepare the meetings."""
    locked = lock_item(item)
    require(can_edit_item(actor, locked))
    moved = _move(actor, locked, "propose", audit.ITEM_PROPOSED, now)
    if steps.wait_for_next(moved) is not None:
        telling.tell_validators(actor, moved, now=now)
    else:
        telling.tell_proposed(actor, moved, now=now)
    return moved


@transaction.atomic
def return_item(*, actor: Actor, item: AgendaItem, reason: str, now: datetime) -> AgendaItem:
    """Give the point back to its author, with the reason. It keeps its place."""
    locked = lock_item(item)
    require(can_prepare(actor, locked.assembly))
    if not reason.strip():
        raise Missing("Dites à l’auteur ce qu’il doit reprendre.")
    check_open(locked)
    return give_back(actor, locked, reason.strip(), now)


def give_back(actor: Actor, item: AgendaItem, reason: str, now: datetime) -> AgendaItem:
    """Return a point held by the caller, who asked for the right. On an agenda in preparation its
    rank stays its own: listed there again, it takes it back."""
    moved = _move(actor, item, "return", audit.ITEM_RETURNED, now, reason=reason)
    moved.step = None
    moved.save(update_fields=["step"])
    telling.tell_returned(actor, moved, now=now)
    return moved


@transaction.atomic
def mark_ready(*, actor: Actor, item: AgendaItem, now: datetime) -> AgendaItem:
    """The point is complete and waits for a place on an agenda."""
    locked = lock_item(item)
    require(can_prepare(actor, locked.assembly))
    return make_ready(actor, locked, now)


@transaction.atomic
def list_item(*, actor: Actor, item: AgendaItem, meeting: Meeting, now: datetime) -> AgendaItem:
    """Put a ready point on the agenda of a meeting, last, or at the rank that it had there before
    it was returned. A draft is marked ready on the way."""
    body = lock_meeting(meeting)
    locked = lock_item(item)
    require(can_prepare_meeting(actor, body))
    if locked.assembly_id != body.assembly_id:
        raise Refusal("Ce point est celui d’une autre instance.")
    if locked.amendment_id is not None:
        raise NotNow("Ce point attend dans un modificatif : ôtez-le d’abord de là.")
    if body.state != MeetingState.PREPARATION:
        _refuse_late(body, locked, now)
        raise AgendaFrozen(
            "L’ordre du jour est arrêté. Rouvrez-le pour y ajouter un point : "
            "l’accord du maire sera redemandé."
        )
    if locked.state != ItemState.READY:
        locked = make_ready(actor, locked, now)
    # Returned from this very agenda, it takes its rank back; only aimed at it, it has none.
    kept = locked.position if locked.meeting_id == body.pk else 0
    locked.meeting = body
    locked.save(update_fields=["meeting"])
    locked = _move(actor, locked, "list", audit.ITEM_LISTED, now)
    agenda.place_at(body, locked, kept)
    return locked


@transaction.atomic
def table_item(*, actor: Actor, item: AgendaItem, meeting: Meeting, now: datetime) -> AgendaItem:
    """Bring a point « sur table » : told in a meeting already convened, with a number of its own,
    and never put to the vote (R-AGE-01). Nothing is sent: the dossier stays the one that left."""
    body = lock_meeting(meeting)
    locked = lock_item(item)
    require(can_prepare_meeting(actor, body))
    if locked.assembly_id != body.assembly_id:
        raise Refusal("Ce point est celui d’une autre instance.")
    if locked.kind in VOTABLE:
        raise NotNow(
            "Un point sur table ne se vote pas. Envoyez-le par un modificatif, dans les délais, "
            "ou faites-en une information."
        )
    if locked.amendment_id is not None:
        raise NotNow("Ce point attend dans un modificatif\u00a0: ôtez-le d’abord de là.")
    if body.state not in (MeetingState.CONVENED, MeetingState.OPEN):
        raise NotNow("Cette séance n’est pas convoquée, ou elle est levée.")
    if locked.state != ItemState.READY:
        locked = make_ready(actor, locked, now)
    locked = _move(actor, locked, "table", audit.ITEM_TABLED, now, meeting=body)
    locked.number = numbering.take(
        organisation=body.organisation, name=numbering.item_numbers(body)
    )[0]
    locked.save(update_fields=["number"])
    agenda.place_last(body, locked)
    return locked


@transaction.atomic
def unlist_item(*, actor: Actor, item: AgendaItem, now: datetime) -> AgendaItem:
    """Take a point off the agenda in preparation; it waits again among the ready ones.

    A point already numbered stays tied to its meeting: its number is not given again.
    """
    locked = lock_item(item)
    require(can_prepare(actor, locked.assembly))
    check_open(locked)
    if locked.matter == Matter.URGENCY:
        raise NotNow("Ce point s’en va quand vous renoncez à l’urgence.")
    if locked.number is not None:
        return _move(
            actor, locked, "withdraw", audit.ITEM_WITHDRAWN, now, reason="Ôté de l’ordre du jour."
        )
    meeting = locked.meeting
    locked = _move(actor, locked, "unlist", audit.ITEM_UNLISTED, now)
    locked.meeting = None
    locked.save(update_fields=["meeting"])
    if meeting is not None:
        agenda.renumber_positions(list(agenda.listed(meeting)))
    return locked


@transaction.atomic
def withdraw_item(*, actor: Actor, item: AgendaItem, reason: str, now: datetime) -> AgendaItem:
    """Withdraw a point, listed or frozen: always possible (R-CONV-10). Its number stays its own.

    Before the convocation, the mayor agreed to another agenda: it opens again.
    """
    locked = lock_item(item)
    require(can_prepare(actor, locked.assembly))
    if not reason.strip():
        raise Missing("Dites pourquoi ce point est retiré.")
    if locked.meeting is not None and locked.meeting.adjourned_at is not None:
        raise NotNow("La séance est levée.")
    if locked.meeting is not None and locked.meeting.opened_at is not None:
        raise NotNow("La séance est ouverte : retirez ce point depuis l’écran de séance.")
    if locked.matter == Matter.URGENCY:
        raise NotNow("Le conseil se prononce d’abord sur l’urgence : ce point reste.")
    moved = _move(actor, locked, "withdraw", audit.ITEM_WITHDRAWN, now, reason=reason.strip())
    if locked.meeting is not None and locked.meeting.convened_at is None:
        agenda.withdraw_agreement(actor, locked.meeting, now)
        agenda.reopen(locked.meeting, now)
    return moved


@transaction.atomic
def abandon_item(*, actor: Actor, item: AgendaItem, now: datetime) -> AgendaItem:
    """Give a point up before it is listed."""
    locked = lock_item(item)
    require(can_edit_item(actor, locked))
    return _move(actor, locked, "abandon", audit.ITEM_ABANDONED, now)


def make_ready(actor: Actor, item: AgendaItem, now: datetime) -> AgendaItem:
    """Declare ready a point held by the caller, who asked for the right. Raises NotComplete while
    something taken from a former year was not looked at, NotValidated while a step is left."""
    left = len(reviewing.left_of(item))
    if left:
        raise NotComplete(f"Il reste {plural(left, 'passage')} à revoir dans ce point.")
    waited = steps.steps_left(item)
    if waited:
        raise NotValidated(f"Ce point attend une validation\u00a0: {waited[0].name}.")
    return _move(actor, item, "mark_ready", audit.ITEM_READY, now)


def _columns(content: ItemContent) -> dict[str, object]:
    return {
        "title": " ".join(content.title.split()),
        "kind": content.kind,
        "matter": content.matter,
        "summary": content.summary.strip(),
        "proposed_text": content.proposed_text.strip(),
        "equivalent_document": content.equivalent_document,
        "closed_doors": content.closed_doors,
        "subject_code": content.subject_code,
        "budget_impact": content.budget_impact or "",
        "budget_year": content.budget_year.strip(),
        "budget_name": " ".join(content.budget_name.split()),
        "rapporteur": content.rapporteur,
        "section": content.section,
    }


def _check_content(assembly: Assembly, content: ItemContent, actor: Actor) -> None:
    if not content.title.strip():
        raise Missing("Donnez un objet au point.")
    if content.subject_code and content.subject_code not in MATTERS:
        raise Missing("Choisissez la matière dans la liste.")
    if bool(content.budget_year.strip()) != bool(content.budget_name.strip()):
        raise Missing("L’année et le nom du budget vont ensemble.")
    if content.section is not None and content.section.assembly_id != assembly.pk:
        raise Missing("Cette rubrique est celle d’une autre instance.")
    if content.rapporteur is not None:
        seats = Mandate.objects.filter(assembly=assembly, person=content.rapporteur)
        if not seats.current(actor.today).exists():
            raise NotAMember("Le rapporteur est un membre en exercice de l’instance.")


def _refuse_late(meeting: Meeting, item: AgendaItem, now: datetime) -> None:
    """R-CONV-10: after sending, say which ways are left."""
    if meeting.convened_at is None:
        return
    findings = check_addition(
        added_on=now.astimezone(meeting.tz).date(),
        meets_on=meeting.local_day,
        kind=item.kind,
        notice=ordinary_notice_of(meeting),
        urgent=urgent_notice_of(meeting),
        ref=str(item.uid),
    )
    if findings:
        raise AddedTooLate(findings[0].message, findings)


def _move(
    actor: Actor,
    item: AgendaItem,
    verb: str,
    told: Verb,
    now: datetime,
    *,
    reason: str = "",
    meeting: Meeting | None = None,
) -> AgendaItem:
    if not ITEM.allows(item.state, verb):
        raise NotNow(
            f"Ce point est « {item.get_state_display().lower()} » : ce n’est pas possible."
        )
    item.state = ITEM.next(item.state, verb)
    item.state_reason = reason
    item.changed_at = now
    item.meeting = meeting or item.meeting
    item.save(update_fields=["state", "state_reason", "changed_at", "meeting"])
    record(actor, told, item, now=now)
    _emit(told.code, actor, item, now)
    return item


def _emit(name: str, actor: Actor, item: AgendaItem, now: datetime) -> None:
    emit(
        name,
        now=now,
        organisation_id=actor.organisation.pk,
        actor_id=actor.person.pk,
        payload={"item": str(item.uid)},
    )
