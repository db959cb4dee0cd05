"""« Reprendre une délibération » : a past point written anew, what may have changed marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from accounts.audit import record
from accounts.models import Person
from config.lib.access import require
from council import audit
from council.access_acts import can_see_act
from council.access_preparing import can_resume
from council.enums import ItemKind, Matter
from council.models import Act, AgendaItem, ItemPassage, Mandate, Meeting
from council.rules.review import passages
from council.services.items import ItemContent, draft_item_from_documents
from council.services.pieces import NotReadable
from council.services.reviewing import full_text
from documents.models import Document


@dataclass(frozen=True, slots=True)
class Former:
    """What a past point leaves to the next one: its text is the act's, when one was made."""

    title: str
    text: str
    summary: str


def former_of(actor: Actor, item: AgendaItem) -> Former:
    """The words of a past point, those of its act when the actor may read them."""
    act = Act.objects.filter(item=item).select_related("register__assembly", "item").first()
    voted = act is not None and bool(act.text) and bool(can_see_act(actor, act))
    text = act.text if act is not None and voted else item.proposed_text
    return Former(item.title, text, item.summary)


@transaction.atomic
def resume_item(
    *,
    actor: Actor,
    former: AgendaItem,
    documents: Sequence[Document],
    now: datetime,
    meeting: Meeting | None = None,
) -> AgendaItem:
    """Draft a point like a past one: title, note, text, matter; the rapporteur only while in
    office, the chosen annexes, none of its dates nor of its effect on the budget.

    Dates, amounts, names, references and years are marked, to be looked at one by one.
    """
    require(can_resume(actor, former))
    joined = set(former.pieces.values_list("document", flat=True))
    if any(document.pk not in joined for document in documents):
        raise NotReadable("Choisissez parmi les pièces de ce point.")
    words = former_of(actor, former)
    item = draft_item_from_documents(
        actor=actor,
        assembly=former.assembly,
        content=ItemContent(
            title=words.title,
            kind=ItemKind(former.kind),
            matter=Matter(former.matter),
            summary=words.summary,
            proposed_text=words.text,
            closed_doors=former.closed_doors,
            subject_code=former.subject_code,
            rapporteur=_still_here(actor, former),
        ),
        documents=documents,
        meeting=meeting,
        now=now,
    )
    item.taken_from = former
    item.save(update_fields=["taken_from"])
    ItemPassage.objects.bulk_create(
        ItemPassage(
            organisation=actor.organisation,
            item=item,
            position=position,
            kind=found.kind.value,
            words=found.words[:300],
        )
        for position, found in enumerate(
            passages(full_text(item), known_names=_names(former)), start=1
        )
    )
    record(actor, audit.ITEM_RESUMED, item, now=now, data={"from": str(former.uid)})
    return item


def _still_here(actor: Actor, former: AgendaItem) -> Person | None:
    seats = Mandate.objects.filter(assembly=former.assembly_id, person=former.rapporteur_id)
    return former.rapporteur if seats.current(actor.today).exists() else None


def _names(former: AgendaItem) -> list[str]:
    """Everybody who sat in that body, in office or not."""
    people = Person.objects.filter(mandates__assembly=former.assembly_id).distinct()
    return [person.full_name for person in people.order_by("pk")]
