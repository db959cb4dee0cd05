"""Types and tags: named by the DGS, put on documents by those who edit them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from django.db import transaction

from accounts.access import can_administer
from accounts.actor import Actor
from accounts.audit import record
from config.lib.access import require
from config.lib.text import name_key, plural, sort_key
from documents import audit
from documents.access import can_edit
from documents.models import Document, DocumentTag, DocumentType, Tag
from documents.services.locking import lock_organisation, reread
from documents.services.names import checked_name
from documents.services.refusals import LabelInUse, LabelTaken, LabelUnknown, ReservedByAnother
from documents.services.reserving import require_not_held
from documents.services.telling import tell

Named = TypeVar("Named", DocumentType, Tag)
LONGEST = 60
# What a mairie names every day; offered once, to be renamed or removed at will.
USUAL_TYPES = (
    *("Arrêté", "Budget", "Compte rendu", "Contrat", "Convention", "Convocation", "Courrier"),
    *("Délibération", "Devis", "Facture", "Formulaire", "Plan", "Procès-verbal", "Rapport"),
)
USUAL_TAGS = ("À relire", "À signer", "Modèle", "Urgent")


@dataclass(slots=True)
class Labelled:
    """How many documents really changed, and what was left as it was: titles with the reason."""

    changed: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)


@transaction.atomic
def create_label(
    *, actor: Actor, kind: type[Named], label: str, now: datetime, retired: bool = False
) -> Named:
    """A new type or tag of the organisation. Raises LabelTaken."""
    lock_organisation(actor.organisation.pk)
    require(can_administer(actor))
    label = checked_name(label, longest=LONGEST)
    _require_free(actor, kind, label)
    made = kind.objects.create(
        organisation=actor.organisation,
        label=label,
        name_key=name_key(label),
        sort_label=sort_key(label),
        retired=retired,
    )
    record(actor, audit.LABEL_CREATED, made, now=now)
    return made


@transaction.atomic
def change_label(*, actor: Actor, thing: Named, label: str, retired: bool, now: datetime) -> Named:
    """Another name, on every document that carries it; or no longer offered, or again."""
    lock_organisation(actor.organisation.pk)
    require(can_administer(actor))
    thing = type(thing).objects.get(pk=thing.pk, organisation=actor.organisation)
    label = checked_name(label, longest=LONGEST)
    if name_key(label) != thing.name_key:
        _require_free(actor, type(thing), label)
    thing.label, thing.name_key, thing.sort_label = label, name_key(label), sort_key(label)
    thing.retired = retired
    thing.save(update_fields=["label", "name_key", "sort_label", "retired"])
    record(actor, audit.LABEL_CHANGED, thing, now=now, data={"retired": retired})
    return thing


@transaction.atomic
def remove_label(*, actor: Actor, thing: DocumentType | Tag, now: datetime) -> None:
    """Forget a type or a tag that no document carries. Raises LabelInUse otherwise."""
    lock_organisation(actor.organisation.pk)
    require(can_administer(actor))
    thing = type(thing)._default_manager.get(pk=thing.pk, organisation=actor.organisation)
    used = (
        Document.objects.filter(type=thing).count()
        if isinstance(thing, DocumentType)
        else DocumentTag.objects.filter(tag=thing).count()
    )
    if used:
        raise LabelInUse(
            f"« {thing.label} » est sur {plural(used, 'document')}. "
            "Cochez « n’est plus proposé » : ils le garderont, et personne ne le choisira plus."
        )
    record(actor, audit.LABEL_REMOVED, thing, now=now)
    thing.delete()


@transaction.atomic
def offer_usual(*, actor: Actor, now: datetime) -> int:
    """The usual types and tags that are missing, to start with. Returns how many were made."""
    made = 0
    kinds: tuple[tuple[type[DocumentType] | type[Tag], tuple[str, ...]], ...] = (
        (DocumentType, USUAL_TYPES),
        (Tag, USUAL_TAGS),
    )
    for kind, labels in kinds:
        known = set(
            kind.objects.filter(organisation=actor.organisation).values_list("name_key", flat=True)
        )
        for label in labels:
            if name_key(label) not in known:
                create_label(actor=actor, kind=kind, label=label, now=now)  # type: ignore[type-var]
                made += 1
    return made


@transaction.atomic
def describe_document(
    *,
    actor: Actor,
    document: Document,
    type: DocumentType | None,
    tags: Iterable[Tag],
    now: datetime,
) -> Document:
    """The type and the tags of one document, as they shall be.

    Raises Refused or ReservedByAnother.
    """
    lock_organisation(actor.organisation.pk)
    document = reread(document, actor.organisation.pk)
    require(can_edit(actor, document))
    here = set(document.tagged.values_list("tag", flat=True))
    wanted = {tag.pk: tag for tag in tags}
    _require_ours(actor, [*wanted.values(), *([type] if type else [])])
    added, removed = wanted.keys() - here, here - wanted.keys()
    if document.type_id == (type.pk if type else None) and not added and not removed:
        return document
    require_not_held(actor, document, now)
    document.type = type
    document.save(update_fields=["type"])
    document.tagged.filter(tag__in=removed).delete()
    _put(actor, [document], [wanted[pk] for pk in sorted(added)])
    _tell(actor, document, now)
    return document


@transaction.atomic
def label_documents(
    *,
    actor: Actor,
    documents: Sequence[Document],
    now: datetime,
    type: DocumentType | None = None,
    add: Sequence[Tag] = (),
    remove: Sequence[Tag] = (),
) -> Labelled:
    """Give several documents a type, more tags, fewer tags.

    What somebody else holds is left as it was, and said. Raises Refused, nothing being changed,
    when one of them is not the actor's to edit.
    """
    lock_organisation(actor.organisation.pk)
    _require_ours(actor, [*add, *remove, *([type] if type else [])])
    outcome = Labelled()
    for stale in documents:
        document = reread(stale, actor.organisation.pk)
        require(can_edit(actor, document))
        here = set(document.tagged.values_list("tag", flat=True))
        new = [tag for tag in add if tag.pk not in here]
        gone = [tag.pk for tag in remove if tag.pk in here]
        other_type = type is not None and document.type_id != type.pk
        if not (new or gone or other_type):
            continue
        try:
            require_not_held(actor, document, now)
        except ReservedByAnother as held:
            outcome.refused.append((document.title, str(held)))
            continue
        if other_type:
            document.type = type
            document.save(update_fields=["type"])
        document.tagged.filter(tag__in=gone).delete()
        _put(actor, [document], new)
        _tell(actor, document, now)
        outcome.changed += 1
    return outcome


def _put(actor: Actor, documents: Sequence[Document], tags: Sequence[Tag]) -> None:
    DocumentTag.objects.bulk_create(
        [
            DocumentTag(organisation=actor.organisation, document=document, tag=tag)
            for document in documents
            for tag in tags
        ],
        ignore_conflicts=True,
    )


def _tell(actor: Actor, document: Document, now: datetime) -> None:
    tags = document.tagged.select_related("tag").order_by("tag__sort_label", "tag_id")
    tell(
        actor,
        audit.DOCUMENT_LABELLED,
        document,
        now=now,
        data={
            "type": str(document.type.uid) if document.type else None,
            "tags": [str(tagged.tag.uid) for tagged in tags],
        },
    )


def _require_ours(actor: Actor, chosen: Iterable[DocumentType | Tag]) -> None:
    if any(label.organisation_id != actor.organisation.pk for label in chosen):
        raise LabelUnknown("Ce type ou cette étiquette n’existe pas ici.")


def _require_free(actor: Actor, kind: type[DocumentType] | type[Tag], label: str) -> None:
    if kind.objects.filter(organisation=actor.organisation, name_key=name_key(label)).exists():
        raise LabelTaken(f"« {label} » existe déjà.")
