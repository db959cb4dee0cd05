"""The year of a body: what the law asks of it, which point answers, and the point to propose."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet

from accounts.actor import Actor
from accounts.audit import record
from config.lib.access import require
from council import audit
from council.access import can_prepare, can_propose
from council.enums import CHAIRS, AssemblyKind, ItemKind, ItemState, Matter
from council.law import facts_of
from council.models import (
    AgendaItem,
    Assembly,
    Mandate,
    Meeting,
    ObligationMet,
    YearServices,
)
from council.rules.installation import is_renewal_year
from council.rules.obligations import Obligation, YearFacts, obligations_of
from council.services.items import ItemContent, draft_item_from_documents
from council.services.locking import lock_assembly
from council.services.refusals import Refusal

#: Points that no longer answer anything.
_GONE = (ItemState.ABANDONED, ItemState.WITHDRAWN, ItemState.REJECTED)
_QUARTER = "quarter_"
#: Bodies to which the texts give a year; a commission has none.
WITH_A_YEAR = (
    AssemblyKind.MUNICIPAL_COUNCIL,
    AssemblyKind.COMMUNITY_COUNCIL,
    AssemblyKind.SYNDICATE_COMMITTEE,
    AssemblyKind.CCAS_BOARD,
)


class NothingToPropose(Refusal):
    """This obligation has no point: a transmission, a binding, a session to hold."""


class AlreadyProposed(Refusal):
    """A point answers it already."""


@dataclass(frozen=True, slots=True)
class Services:
    """What the body runs itself, said once by who prepares it: no text lets Parvis guess it."""

    water: bool = False
    delegation: bool = False
    visitor_tax: bool = False


@dataclass(frozen=True, slots=True)
class Due:
    """One obligation, the point that answers it, the session that does when it asks for one."""

    obligation: Obligation
    item: AgendaItem | None = None
    meeting: Meeting | None = None
    met: ObligationMet | None = None

    @property
    def may_be_proposed(self) -> bool:
        return bool(self.obligation.kind) and self.item is None and self.met is None

    @property
    def is_answered(self) -> bool:
        return self.item is not None or self.meeting is not None or self.met is not None


def services_of(assembly: Assembly) -> Services:
    """What was said of this body; nothing run by itself until somebody says so."""
    said = YearServices.objects.filter(assembly=assembly).first()
    return Services(said.water, said.delegation, said.visitor_tax) if said else Services()


def year_of(assembly: Assembly, year: int) -> list[Due]:
    """The obligations of that body that year, by last day, each with what answers it."""
    items, services = _items(assembly, year), services_of(assembly)
    met = {one.code: one for one in ObligationMet.objects.filter(assembly=assembly, year=year)}
    meetings = list(
        Meeting.objects.filter(assembly=assembly)
        .alive()
        .filter(quorum_missed_at=None)
        .order_by("starts_at", "pk")
    )
    return [
        Due(
            one,
            items.get(one.code),
            _held(one, meetings) if one.code.startswith(_QUARTER) else None,
            met.get(one.code),
        )
        for one in obligations_of(_facts(assembly, year, services, items))
    ]


@dataclass(frozen=True, slots=True)
class Owed:
    """An obligation that nothing answers yet, of whom and of which year."""

    assembly: Assembly
    year: int
    due: Due

    @property
    def ref(self) -> str:
        """What names it in a form of one button."""
        return f"{self.assembly.uid}:{self.year}:{self.due.obligation.code}"


def still_owed(assemblies: QuerySet[Assembly], first: date, last: date) -> list[Owed]:
    """What these bodies have still to do between two days, both included, the nearest first."""
    bodies = assemblies.filter(kind__in=WITH_A_YEAR).select_related("organisation")
    found = [
        Owed(body, year, due)
        for body in bodies.in_french_order()  # type: ignore[attr-defined]
        for year in range(first.year, last.year + 1)
        for due in year_of(body, year)
        if not due.is_answered and first <= due.obligation.last_day <= last
    ]
    return sorted(found, key=lambda one: one.due.obligation.last_day)


@transaction.atomic
def propose_obligation(
    *,
    actor: Actor,
    assembly: Assembly,
    year: int,
    code: str,
    now: datetime,
) -> AgendaItem:
    """Draft the point of an obligation, with its matter and its last day. Once per year."""
    body = lock_assembly(assembly)
    require(can_propose(actor, body))
    due = next((d for d in year_of(body, year) if d.obligation.code == code), None)
    if due is None or not due.obligation.kind:
        raise NothingToPropose("Cette obligation ne demande pas de point à l’ordre du jour.")
    if due.item is not None:
        raise AlreadyProposed(f"Un point y répond déjà\u00a0: « {due.item.title} ».")
    one = due.obligation
    matter = Matter(one.subject) if one.subject in Matter.values else Matter.ORDINARY
    year_told = _budget_year(matter, one.title)
    item = draft_item_from_documents(
        actor=actor,
        assembly=body,
        content=ItemContent(
            title=one.title,
            kind=ItemKind(one.kind),
            matter=matter,
            subject_code=one.classification,
            budget_name="Budget principal" if year_told else "",
            budget_year=year_told,
        ),
        now=now,
    )
    item.obligation, item.due_on = _key(year, code), one.last_day
    item.save(update_fields=["obligation", "due_on"])
    return item


@transaction.atomic
def tell_services(
    *, actor: Actor, assembly: Assembly, services: Services, now: datetime
) -> YearServices:
    """Say what the body runs itself: its year, and what is reminded of it, follow."""
    body = lock_assembly(assembly)
    require(can_prepare(actor, body))
    said, _ = YearServices.objects.update_or_create(
        assembly=body,
        defaults={
            "organisation": actor.organisation,
            "water": services.water,
            "delegation": services.delegation,
            "visitor_tax": services.visitor_tax,
            "changed_at": now,
        },
    )
    record(actor, audit.SERVICES_TOLD, body, now=now)
    return said


@transaction.atomic
def note_met(
    *, actor: Actor, assembly: Assembly, year: int, code: str, words: str, now: datetime
) -> ObligationMet:
    """It was done otherwise than by a point kept here: before Parvis, by another body, by post.
    ``words`` says how, for who looks for it. Nothing reminds of it any more."""
    body = lock_assembly(assembly)
    require(can_prepare(actor, body))
    due = next((d for d in year_of(body, year) if d.obligation.code == code), None)
    if due is None:
        raise NothingToPropose("Cette obligation n’est pas de cette année.")
    if due.met is not None:
        return due.met
    met = ObligationMet.objects.create(
        organisation=actor.organisation,
        assembly=body,
        year=year,
        code=code,
        words=" ".join(words.split())[:200],
        noted_by=actor.person,
        noted_at=now,
    )
    record(actor, audit.OBLIGATION_MET, body, now=now, data={"year": year, "code": code})
    return met


@transaction.atomic
def take_back_met(*, actor: Actor, assembly: Assembly, year: int, code: str, now: datetime) -> None:
    """It was not done after all."""
    body = lock_assembly(assembly)
    require(can_prepare(actor, body))
    gone, _ = ObligationMet.objects.filter(assembly=body, year=year, code=code).delete()
    if gone:
        record(actor, audit.OBLIGATION_NOT_MET, body, now=now, data={"year": year, "code": code})


def _budget_year(matter: Matter, title: str) -> str:
    """The year of the budget that a budgetary vote is about: that of its title."""
    year = re.search(r"\b\d{4}\b", title)
    return year[0] if year and matter in (Matter.BUDGET, Matter.ACCOUNTS) else ""


def _key(year: int, code: str) -> str:
    return f"{year}:{code}"


def _items(assembly: Assembly, year: int) -> dict[str, AgendaItem]:
    """The points that answer, by code of obligation; the newest when there are several."""
    rows = (
        AgendaItem.objects.filter(assembly=assembly, obligation__startswith=f"{year}:")
        .exclude(state__in=_GONE)
        .select_related("meeting__assembly")
        .order_by("pk")
    )
    return {row.obligation.partition(":")[2]: row for row in rows}


def _facts(
    assembly: Assembly, year: int, services: Services, items: dict[str, AgendaItem]
) -> YearFacts:
    body = facts_of(assembly)
    renewal = is_renewal_year(year)
    budget = items.get("budget")
    vote = budget.meeting.local_day if budget is not None and budget.meeting else None
    return YearFacts(
        body.body,
        body.population,
        year,
        renewal=renewal,
        installed_on=_installed_on(assembly, year) if renewal else None,
        budget_vote_on=vote if vote is not None and vote.year == year else None,
        runs_water=services.water,
        delegates_a_service=services.delegation,
        has_visitor_tax=services.visitor_tax,
    )


def _installed_on(assembly: Assembly, year: int) -> date | None:
    """The day when the mayor or the president of that year took office."""
    return (
        Mandate.objects.filter(assembly=assembly, function__in=CHAIRS, from_date__year=year)
        .order_by("from_date")
        .values_list("from_date", flat=True)
        .first()
    )


def _held(one: Obligation, meetings: Collection[Meeting]) -> Meeting | None:
    """The first session, held or planned, inside the quarter."""
    first = one.first_day or one.last_day
    return next((m for m in meetings if first <= m.local_day <= one.last_day), None)
