"""One act on several folders and documents: what can be done is done, in one transaction, and
what cannot stays as it was, each with its reason."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from django.db import transaction

from accounts.actor import Actor
from config.lib.access import Refused, require
from config.lib.text import plural
from documents.access import can_edit, domain_id_of
from documents.models import AccessDomain, Document, Folder, UndoKind, UndoStep
from documents.services import copying, folders, moving, trash
from documents.services.consequences import in_words, preview_move
from documents.services.locking import lock_organisation, reread
from documents.services.refusals import NeedsConfirmation, Refusal
from documents.services.undoing import Done, remember

Thing = Folder | Document
Result = TypeVar("Result")
_LISTED = 5


@dataclass(slots=True)
class Outcome:
    """What became of a selection. `refused` pairs a name with its reason, a French sentence."""

    done: list[Done] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    step: UndoStep | None = None

    def said(self, one: str, many: str, nothing: str = "Rien n’a changé.") -> str:
        """What was done: `one` takes `{name}`, `many` takes `{count}`."""
        if not self.done:
            return nothing
        if len(self.done) == 1:
            return one.format(name=name_of(self.done[0].obj))
        return many.format(count=plural(len(self.done), "élément"))

    def reasons(self, stayed: str) -> str:
        """What was refused and why, at most five by name; `stayed` takes `{name}`."""
        lines = [
            f"{stayed.format(name=name)} : {reason[:1].lower() + reason[1:]}"
            if reason[:1] != "«"
            else f"{stayed.format(name=name)} : {reason}"
            for name, reason in self.refused[:_LISTED]
        ]
        more = len(self.refused) - _LISTED
        if more > 0:
            lines.append(f"Même chose pour {plural(more, 'autre élément')}.")
        return " ".join([*lines, *self.notes])


def name_of(thing: Thing) -> str:
    """What a person calls it."""
    return thing.title if isinstance(thing, Document) else thing.name


@transaction.atomic
def move_all(
    *,
    actor: Actor,
    things: Sequence[Thing],
    target: Folder,
    now: datetime,
    confirmed: bool = False,
    seen_in: Folder | None = None,
) -> Outcome:
    """Move each into the target. Refused without the right to file there.

    `seen_in`: the folder in whose list the actor saw them; what somebody has taken elsewhere since
    stays there, and is said.

    Raises NeedsConfirmation with who gains and who loses, unless `confirmed`.
    """
    target = _opened(actor, target)
    if not confirmed and (sentences := _consequences(actor, things, target, now)):
        raise NeedsConfirmation(sentences)

    def move(thing: Thing) -> Done | None:
        home = thing.folder if isinstance(thing, Document) else thing.parent
        if home is not None and home.pk == target.pk:
            return None
        if isinstance(thing, Document):
            moved: Thing = moving.move_document(
                actor=actor,
                document=thing,
                target=target,
                now=now,
                confirmed=True,
                seen_in=seen_in,
            )
        else:
            moved = folders.move_folder(
                actor=actor, folder=thing, target=target, now=now, seen_in=seen_in
            )
        return Done(moved, before=str(home.uid) if home else "", after=str(target.uid))

    return _each(actor, things, move, UndoKind.MOVED, now)


@transaction.atomic
def trash_all(*, actor: Actor, things: Sequence[Thing], now: datetime) -> Outcome:
    """Put each in the trash."""
    lock_organisation(actor.organisation.pk)

    def throw(thing: Thing) -> Done:
        if isinstance(thing, Document):
            gone: Thing = trash.trash_document(actor=actor, document=thing, now=now)
        else:
            gone = trash.trash_folder(actor=actor, folder=thing, now=now)
        return Done(gone, after=now.isoformat())

    return _each(actor, things, throw, UndoKind.TRASHED, now)


@transaction.atomic
def copy_all(*, actor: Actor, things: Sequence[Thing], target: Folder, now: datetime) -> Outcome:
    """Copy each into the target, with the rights of the target."""
    target = _opened(actor, target)
    left_out: list[str] = []

    def copy(thing: Thing) -> Done:
        if isinstance(thing, Document):
            made = copying.copy_document(actor=actor, document=thing, target=target, now=now)
        else:
            made = copying.copy_folder(actor=actor, folder=thing, target=target, now=now)
        if made.left_out:
            left_out.append(made.left_out)
        return Done(made.made)

    outcome = _each(actor, things, copy, None, now)
    outcome.notes += left_out
    return outcome


def _opened(actor: Actor, target: Folder) -> Folder:
    lock_organisation(actor.organisation.pk)
    target = reread(target, actor.organisation.pk)
    require(can_edit(actor, target))
    return target


def _each(
    actor: Actor,
    things: Sequence[Thing],
    act: Callable[[Thing], Done | None],
    kind: UndoKind | None,
    now: datetime,
) -> Outcome:
    outcome = Outcome()
    for stale in things:
        thing: Thing = reread(stale, actor.organisation.pk)
        try:
            with transaction.atomic():
                done = act(thing)
        except (Refusal, Refused) as refused:
            outcome.refused.append((name_of(thing), str(refused)))
        else:
            if done is not None:
                outcome.done.append(done)
    if kind is not None:
        outcome.step = remember(actor=actor, kind=kind, done=outcome.done, now=now)
    return outcome


def _consequences(
    actor: Actor, things: Sequence[Thing], target: Folder, now: datetime
) -> list[str]:
    """Who gains and who loses, said once for all the things of which it is true.

    What follows the rights of its folder changes like its neighbours: one of them speaks for all.
    What may not be moved is left out: the act itself will say why.
    """
    groups: dict[tuple[str, int], list[Thing]] = {}
    for stale in things:
        thing: Thing = reread(stale, actor.organisation.pk)
        groups.setdefault(_alike(thing), []).append(thing)
    said: dict[tuple[str, ...], list[Thing]] = {}
    for (kind, domain), alike in groups.items():
        if kind == "plain" and domain == target.domain_id:
            continue
        for speaker in alike:
            try:
                seen = preview_move(actor=actor, obj=speaker, target=target, now=now)
            except (Refusal, Refused):
                continue
            if sentences := in_words(seen):
                said.setdefault(tuple(sentences), []).extend(alike)
            break
    return [
        sentence if len(said) == 1 else f"{_named(concerned)} — {sentence}"
        for sentences, concerned in said.items()
        for sentence in sentences
    ]


def _alike(thing: Thing) -> tuple[str, int]:
    """Two things of the same key follow the same rights, and nothing below them differs."""
    if isinstance(thing, Document):
        alone = thing.own_domain_id is not None
    else:
        inside = AccessDomain.objects.filter(organisation_id=thing.organisation_id)
        end = thing.path + "["
        alone = (
            inside.filter(folder__path__gte=thing.path, folder__path__lt=end).exists()
            or inside.filter(
                document__folder__path__gte=thing.path, document__folder__path__lt=end
            ).exists()
        )
    if alone:
        return type(thing).__name__, thing.pk
    return "plain", domain_id_of(thing)


def _named(things: Sequence[Thing]) -> str:
    first = f"« {name_of(things[0])} »"
    return first if len(things) == 1 else f"{first} et {plural(len(things) - 1, 'autre')}"
