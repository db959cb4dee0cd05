"""The acts of a session, one per point that was decided; their text until they are signed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from accounts.audit import record
from config.lib.access import require
from config.work.services import emit
from council import audit
from council.access import can_prepare_meeting
from council.access_acts import can_edit_act
from council.enums import ActKind, ActState, ActType, ItemKind, ItemState, Matter
from council.models import Act, AgendaItem, Meeting
from council.rules.enforce import Sort, formalities_of
from council.rules.mayor_acts import Exempt, is_transmissible, may_be_exempt
from council.rules.result import ItemResult
from council.rules.rewording import Reworded, reword
from council.services.acts.locking import lock_act
from council.services.acts.printing import ask_for_paper
from council.services.acts.registers import deliberates, give_number, register_of_assembly
from council.services.acts.results import outcome_alone, results
from council.services.acts.signatories import signer_of
from council.services.locking import lock_meeting
from council.services.refusals import Missing, Refusal
from council.services.session.rewording import changes_of

#: What becomes an act: decided, whichever way; a refusal is examined and registered too.
DECIDED = (ItemState.ADOPTED, ItemState.AMENDED, ItemState.REJECTED, ItemState.NOTED)
VOTED_KINDS = (ItemKind.DELIBERATION, ItemKind.WISH)
#: Votes about the session itself: they are told in its minutes and make no act.
PROCEDURAL = (Matter.URGENCY, Matter.MINUTES)


class NotOver(Refusal):
    """The session still sits."""


class NotDecided(Refusal):
    """A point has no outcome yet."""


class NotExempt(Refusal):
    """The law wants this act to be transmitted (R-PUB-04)."""


class ChangedMeanwhile(Refusal):
    """Somebody else saved the act since it was shown."""


@dataclass(frozen=True, slots=True)
class ActContent:
    """What a person writes in an act. ``revision`` is the one that was shown to them."""

    title: str
    text: str
    subject_code: str = ""
    # R-PUB-04: sent though the law does not ask for it; or the exception that keeps it.
    transmissible: bool | None = None
    exempt: Exempt | None = None
    nominative: bool | None = None
    type: ActType | None = None
    revision: int = 0


def items_to_act(meeting: Meeting) -> list[AgendaItem]:
    """The points whose decision is an act, in the order of their numbers."""
    return list(
        AgendaItem.objects.filter(meeting=meeting, kind__in=VOTED_KINDS, state__in=DECIDED)
        .exclude(matter__in=PROCEDURAL)
        .select_related("assembly", "meeting", "organisation", "rapporteur")
        .order_by("number", "position", "pk")
    )


@transaction.atomic
def draft_deliberations(*, actor: Actor, meeting: Meeting, now: datetime) -> list[Act]:
    """One numbered act per decided point, in their order. Those already made stay as they are.

    R-DOC-04: in date order, each with its number; a rejected proposal is registered too.
    """
    locked = lock_meeting(meeting)
    require(can_prepare_meeting(actor, locked))
    if locked.adjourned_at is None:
        raise NotOver("La séance n’est pas levée : les délibérations se font après.")
    waiting = AgendaItem.objects.filter(
        meeting=locked, kind__in=VOTED_KINDS, state__in=[ItemState.FROZEN, ItemState.TABLED]
    )
    undecided = waiting.order_by("number").first()
    if undecided is not None:
        raise NotDecided(
            f"Le point « {undecided} » n’a pas de résultat. Notez-le d’abord : "
            "les numéros se suivent dans l’ordre de la séance."
        )
    made = []
    known = {act.item_id: act for act in Act.objects.filter(item__meeting=locked)}
    told = results(locked)
    for item in items_to_act(locked):
        act = known.get(item.pk) or _make(
            actor, locked, item, told.get(item.pk) or outcome_alone(item), now
        )
        made.append(act)
    return made


def _make(
    actor: Actor, meeting: Meeting, item: AgendaItem, result: ItemResult, now: datetime
) -> Act:
    register = register_of_assembly(meeting.assembly, now=now)
    signer = signer_of(meeting, actor.today)
    social = meeting.organisation.kind == "ccas"
    act = Act(
        organisation=meeting.organisation,
        register=register,
        kind=ActKind.DELIBERATION,
        type=ActType.DELIBERATION,
        state=ActState.TO_SIGN,
        dated=meeting.local_day,
        title=" ".join(item.title.split())[:499],
        text=_adopted(item),
        item=item,
        subject_code=str(getattr(item, "subject_code", "") or ""),
        nominative=social and item.closed_doors,
        transmissible=formalities_of(Sort.DELIBERATION).transmit and deliberates(meeting.assembly),
        result=result.as_json(),
        signatory=signer.person if signer else None,
        signatory_title=signer.title if signer else "",
        created_by=actor.person,
        created_at=now,
        changed_at=now,
    )
    give_number(act, year=meeting.local_day.year)
    act.save()
    record(actor, audit.ACT_DRAFTED, act, now=now, data={"number": act.reference})
    tell(actor, "council.act.drafted", act, now)
    ask_for_paper(actor, act, now)
    return act


def _adopted(item: AgendaItem) -> str:
    """The text proposed, with what the council changed in it where it has a certain place."""
    if item.state == ItemState.REJECTED:
        return item.proposed_text
    return reword(item.proposed_text, changes_of(item)).text


@transaction.atomic
def write_act(*, actor: Actor, act: Act, content: ActContent, now: datetime) -> Act:
    """Correct the text of an act before it is signed. Its paper is printed again."""
    locked = lock_act(act)
    require(can_edit_act(actor, locked))
    title = " ".join(content.title.split())
    if not title:
        raise Missing("Donnez un objet à l’acte.")
    if content.revision and content.revision != locked.revision:
        raise ChangedMeanwhile(
            "Quelqu’un a enregistré cet acte pendant que vous écriviez. Votre texte est encore "
            "là : comparez, puis enregistrez à nouveau."
        )
    locked.title = title[:499]
    locked.text = content.text.strip()
    locked.subject_code = content.subject_code.strip()
    if content.type is not None and locked.kind == ActKind.ORDER:
        locked.type = content.type
    _set_transmission(locked, content)
    if content.nominative is not None:
        locked.nominative = content.nominative
    locked.revision += 1
    locked.changed_at = now
    # What was agreed to was another text.
    locked.agreed_at, locked.agreed_sha256 = None, ""
    locked.save()
    record(actor, audit.ACT_EDITED, locked, now=now)
    if locked.number is not None:
        ask_for_paper(actor, locked, now)
    return locked


def reworded(act: Act) -> Reworded | None:
    """What the council changed in session, beside the text of the act as it stands; None for an
    act whose text was adopted as it was proposed, or that has its own file."""
    if act.item is None or act.own_file or act.item.state == ItemState.REJECTED:
        return None
    changes = changes_of(act.item)
    return reword(act.text, changes) if changes else None


@transaction.atomic
def take_changes(*, actor: Actor, act: Act, now: datetime) -> Act:
    """Write into an act not yet signed what the council changed in session, where it has a certain
    place. The text proposed stays with its point."""
    locked = lock_act(act)
    require(can_edit_act(actor, locked))
    told = reworded(locked)
    if told is None or told.text == locked.text:
        return locked
    content = ActContent(locked.title, told.text, locked.subject_code)
    return write_act(actor=actor, act=locked, content=content, now=now)


def _set_transmission(act: Act, content: ActContent) -> None:
    """What L2131-2 wants to be sent is sent, unless an exception of the law is named: without the
    State's receipt the act would look in force too early."""
    if content.exempt is None and content.transmissible is None and content.type is None:
        return
    exempt = content.exempt if content.exempt is not None else Exempt(act.exempt)
    if not may_be_exempt(act.sort, exempt):
        if content.exempt is not None:
            raise NotExempt("Cette exception n’est pas prévue pour ce type d’acte.")
        exempt = Exempt.NONE
    body = act.register.assembly
    owed = is_transmissible(act.sort, exempt) and (body is None or deliberates(body))
    if content.transmissible is False and owed:
        raise NotExempt(
            "La loi veut que cet acte soit transmis (article L. 2131-2 du CGCT). S’il entre dans "
            "une exception, dites laquelle."
        )
    act.exempt = exempt.value
    act.transmissible = owed or bool(content.transmissible)


def tell(actor: Actor, name: str, act: Act, now: datetime) -> None:
    """The event of what happened to an act, for whoever reacts."""
    emit(
        name,
        now=now,
        organisation_id=act.organisation_id,
        actor_id=actor.person.pk,
        payload={"act": str(act.uid)},
    )
