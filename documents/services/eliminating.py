"""The bordereau d'élimination: drawn up, stamped by the archives, executed or given up."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import Count, Max, Min, Sum

from accounts.actor import Actor
from accounts.audit import record
from config.lib.access import require
from config.lib.clock import local_date
from documents import audit
from documents.access import can_eliminate, visible_slips, visible_thrown_away
from documents.models import EliminationLine, EliminationSlip, Folder
from documents.services.erasing import StillOfUse, erase
from documents.services.keeping import TRASH_DAYS, fates, in_full
from documents.services.locking import lock_organisation
from documents.services.refusals import Refusal


class NothingToEliminate(Refusal):
    """No document of the trash waits for a visa."""


class NoVisa(Refusal):
    """The slip has no visa yet."""


class SlipClosed(Refusal):
    """Executed or abandoned: it does not change any more."""


@transaction.atomic
def prepare_slip(*, actor: Actor, now: datetime) -> EliminationSlip:
    """Draw up a slip of all that waits for a visa and that the direction may see.

    Raises Refused or NothingToEliminate.
    """
    lock_organisation(actor.organisation.pk)
    require(can_eliminate(actor))
    listed = EliminationLine.objects.filter(
        organisation=actor.organisation,
        document__isnull=False,
        slip__executed_at=None,
        slip__abandoned_at=None,
    ).values("document")
    due = list(
        visible_thrown_away(actor, before=now - TRASH_DAYS)
        .exclude(pk__in=listed)
        .select_related("folder", "current_version")
        .annotate(
            first=Min("versions__created_at"),
            last=Max("versions__created_at"),
            count=Count("versions"),
            weight=Sum("versions__size"),
        )
        .order_by("folder__path", "sort_title", "pk")
    )
    future = fates(due)
    waiting = [d for d in due if future[d.pk].why == "visa"]
    if not waiting:
        raise NothingToEliminate(
            "Rien dans la corbeille n’attend le visa des archives : ce qui y est depuis moins de "
            "30 jours, les copies et les documents de travail n’en ont pas besoin."
        )
    today = actor.today
    last = (
        EliminationSlip.objects.filter(organisation=actor.organisation, year=today.year)
        .order_by("-number")
        .values_list("number", flat=True)
        .first()
    )
    slip = EliminationSlip.objects.create(
        organisation=actor.organisation,
        year=today.year,
        number=(last or 0) + 1,
        created_by=actor.person,
        created_at=now,
    )
    zone = actor.organisation.timezone
    EliminationLine.objects.bulk_create(
        [
            EliminationLine(
                organisation=actor.organisation,
                slip=slip,
                document=d,
                title=d.title,
                place=_place(d.folder),
                first_date=local_date(d.first or d.created_at, zone),
                last_date=local_date(d.last or d.created_at, zone),
                versions=d.count,
                size=d.weight or 0,
                sha256=d.current_version.sha256 if d.current_version else "",
            )
            for d in waiting
        ]
    )
    record(actor, audit.SLIP_PREPARED, slip, now=now, data={"lines": len(waiting)})
    return slip


def _place(folder: Folder) -> str:
    step = Folder.steplen
    above = [folder.path[:end] for end in range(step, len(folder.path) + 1, step)]
    names = Folder.objects.filter(path__in=above).order_by("path").values_list("name", flat=True)
    return " › ".join(names)


@transaction.atomic
def record_visa(
    *, actor: Actor, slip: EliminationSlip, reference: str, day: date, now: datetime
) -> EliminationSlip:
    """Write down the visa of the departmental archives. Raises Refused, SlipClosed or NoVisa."""
    slip = _open_slip(actor, slip)
    if not reference.strip():
        raise NoVisa("Recopiez la référence portée sur le bordereau visé.")
    if day > actor.today or day < local_date(slip.created_at, actor.organisation.timezone):
        raise NoVisa("La date du visa est comprise entre celle du bordereau et aujourd’hui.")
    slip.visa_reference, slip.visa_date = reference.strip()[:120], day
    slip.save(update_fields=["visa_reference", "visa_date"])
    record(actor, audit.SLIP_STAMPED, slip, now=now, data={"day": day.isoformat()})
    return slip


@transaction.atomic
def execute_slip(*, actor: Actor, slip: EliminationSlip, now: datetime) -> tuple[int, int]:
    """Erase what the stamped slip lists. Returns how many went, and how many did not.

    What was taken out of the trash since, or is held, stays; its line says so.
    """
    slip = _open_slip(actor, slip)
    if slip.visa_date is None:
        raise NoVisa("Ce bordereau n’a pas encore le visa des archives départementales.")
    erased = kept = 0
    for line in slip.lines.select_related("document__folder").order_by("pk"):
        document = line.document
        if document is None:
            continue
        fate = fates([document])[document.pk]
        if document.trashed_at is None and document.folder.trashed_at is None:
            outcome = "Sorti de la corbeille : gardé."
        elif fate.why in ("held", "archives"):
            outcome = "À garder : gardé."
        else:
            try:
                erase(document, actor.organisation, now, actor=actor, why=str(slip))
                outcome = f"Éliminé le {in_full(actor.today)}."
                erased += 1
            except StillOfUse:
                outcome = "Sert encore ailleurs : gardé."
        kept += not outcome.startswith("Éliminé")
        EliminationLine.objects.filter(pk=line.pk).update(outcome=outcome)
    slip.executed_at, slip.executed_by = now, actor.person
    slip.save(update_fields=["executed_at", "executed_by"])
    record(actor, audit.SLIP_EXECUTED, slip, now=now, data={"erased": erased, "kept": kept})
    return erased, kept


@transaction.atomic
def abandon_slip(*, actor: Actor, slip: EliminationSlip, now: datetime) -> None:
    """Give a slip up: nothing of it is erased, its number stays taken."""
    slip = _open_slip(actor, slip)
    slip.abandoned_at = now
    slip.save(update_fields=["abandoned_at"])
    record(actor, audit.SLIP_ABANDONED, slip, now=now)


def _open_slip(actor: Actor, slip: EliminationSlip) -> EliminationSlip:
    lock_organisation(actor.organisation.pk)
    require(can_eliminate(actor))
    slip = visible_slips(actor).get(pk=slip.pk)
    if slip.executed_at or slip.abandoned_at:
        raise SlipClosed("Ce bordereau est clos.")
    return slip
