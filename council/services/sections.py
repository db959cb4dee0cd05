"""The model of an agenda: the headings of a body, in order. Agendas already settled keep theirs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from accounts.audit import record
from config.lib.access import require
from council import audit
from council.access import can_settle_bodies
from council.models import AgendaItem, AgendaSection, Assembly, Meeting
from council.rules.nomenclature import DOMAINS, MATTERS
from council.services import agenda
from council.services.locking import lock_assembly, lock_meeting
from council.services.refusals import Missing, Refusal


class NameTaken(Refusal):
    """The body has a heading of this name."""


class AlreadyBegun(Refusal):
    """The body has headings."""


class Gone(Refusal):
    """The heading was removed meanwhile."""


@dataclass(frozen=True, slots=True)
class SectionContent:
    """A heading as written; ``codes`` are @ctes matters of one level or two."""

    title: str
    codes: tuple[str, ...] = ()
    takes_questions: bool = False


#: What small communes usually write, to begin with.
USUAL = (
    SectionContent("Administration générale", ("5", "9")),
    SectionContent("Finances et commande publique", ("7", "1")),
    SectionContent("Ressources humaines", ("4",)),
    SectionContent("Urbanisme et domaine", ("2", "3")),
    SectionContent("Vie locale", ("8",)),
    SectionContent("Questions diverses", takes_questions=True),
)


@transaction.atomic
def add_section(
    *, actor: Actor, assembly: Assembly, content: SectionContent, now: datetime
) -> AgendaSection:
    """One more heading, the last; points of open agendas that it asks for go under it."""
    meetings, body = _hold(actor, assembly)
    made = _add(actor, body, content)
    return _settled(actor, body, meetings, made, now)


@transaction.atomic
def begin(*, actor: Actor, assembly: Assembly, now: datetime) -> list[AgendaSection]:
    """The usual headings, for a body that has none."""
    meetings, body = _hold(actor, assembly)
    if in_use(body):
        raise AlreadyBegun("Cette instance a déjà ses rubriques.")
    for content in USUAL:
        last = _add(actor, body, content)
    _settled(actor, body, meetings, last, now)
    return in_use(body)


@transaction.atomic
def change_section(
    *, actor: Actor, section: AgendaSection, content: SectionContent, now: datetime
) -> AgendaSection:
    """Another name, other matters. A settled agenda keeps the words that it was settled with."""
    meetings, body = _hold(actor, section.assembly)
    held = _held(section)
    _check(body, content, held)
    held.title = " ".join(content.title.split())
    held.codes, held.takes_questions = list(content.codes), content.takes_questions
    held.save(update_fields=["title", "codes", "takes_questions"])
    return _settled(actor, body, meetings, held, now)


@transaction.atomic
def move_section(
    *, actor: Actor, section: AgendaSection, rank: int, now: datetime
) -> AgendaSection:
    """Put a heading at a rank, 1 being first: its points follow on every open agenda."""
    meetings, body = _hold(actor, section.assembly)
    held = _held(section)
    others = [one for one in in_use(body) if one.pk != held.pk]
    place = min(max(rank - 1, 0), len(others))
    _number([*others[:place], held, *others[place:]])
    return _settled(actor, body, meetings, _held(section), now)


@transaction.atomic
def remove_section(*, actor: Actor, section: AgendaSection, now: datetime) -> AgendaSection:
    """Take a heading out of the model. Its points on open agendas go where their matter says, or
    before the first heading."""
    meetings, body = _hold(actor, section.assembly)
    held = _held(section)
    held.removed_at = now
    held.save(update_fields=["removed_at"])
    _number(in_use(body))
    return _settled(actor, body, meetings, held, now)


def in_use(assembly: Assembly) -> list[AgendaSection]:
    """The model of a body, in order; empty when it has none."""
    return list(AgendaSection.objects.filter(assembly=assembly).in_use())


def _hold(actor: Actor, assembly: Assembly) -> tuple[list[Meeting], Assembly]:
    """The open agendas of the body, then the body itself, held in the order of all writers."""
    open_ones = Meeting.objects.filter(assembly=assembly, agenda_frozen_at=None).in_preparation()
    meetings = [lock_meeting(one) for one in open_ones.order_by("pk")]
    body = lock_assembly(assembly)
    require(can_settle_bodies(actor))
    if body.organisation_id != actor.organisation.pk:
        raise Refusal("Cette instance n’existe pas ici.")
    return [one for one in meetings if one.agenda_frozen_at is None], body


def _held(section: AgendaSection) -> AgendaSection:
    held = AgendaSection.objects.select_for_update(of=("self",), no_key=True).get(pk=section.pk)
    if held.removed_at is not None:
        raise Gone("Cette rubrique n’est plus dans le modèle.")
    return held


def _check(body: Assembly, content: SectionContent, known: AgendaSection | None = None) -> None:
    title = " ".join(content.title.split())
    if not title:
        raise Missing("Donnez un nom à la rubrique.")
    for code in content.codes:
        if code not in MATTERS and not (code.isdecimal() and int(code) in DOMAINS):
            raise Missing(f"« {code} » n’est pas une matière : écrivez par exemple 7, ou 7.1.")
    others = AgendaSection.objects.filter(assembly=body, title=title).in_use()
    if known is not None:
        others = others.exclude(pk=known.pk)
    if others.exists():
        raise NameTaken("Une rubrique porte déjà ce nom.")


def _add(actor: Actor, body: Assembly, content: SectionContent) -> AgendaSection:
    _check(body, content)
    return AgendaSection.objects.create(
        organisation=actor.organisation,
        assembly=body,
        position=len(in_use(body)),
        title=" ".join(content.title.split()),
        codes=list(content.codes),
        takes_questions=content.takes_questions,
    )


def _number(sections: Sequence[AgendaSection]) -> None:
    for position, one in enumerate(sections):
        one.position = position
    AgendaSection.objects.bulk_update(sections, ["position"])


def _settled(
    actor: Actor,
    body: Assembly,
    meetings: Sequence[Meeting],
    section: AgendaSection,
    now: datetime,
) -> AgendaSection:
    """Each open agenda follows its model. What the mayor agreed to no longer holds where it
    changed."""
    sections = in_use(body)
    ranks = {one.pk: rank for rank, one in enumerate(sections, start=1)}
    for meeting in meetings:
        before = agenda.digest(meeting)
        items = list(agenda.listed(meeting))
        for item in items:
            agenda.find_section(item, sections)
        AgendaItem.objects.bulk_update(items, ["section"])
        agenda.renumber_positions(
            sorted(items, key=lambda one: (ranks.get(one.section_id or 0, 0), one.position))
        )
        if agenda.digest(meeting) != before:
            agenda.withdraw_agreement(actor, meeting, now)
    record(
        actor, audit.SECTIONS_SETTLED, body, now=now, data={"sections": [s.title for s in sections]}
    )
    return section
