"""The register of a year in one PDF: asked for, made by a job (`register_pages`), filed.

It completes the register on paper, which stays compulsory and signed by hand (R-DOC-04).
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.db import transaction

from accounts.actor import Actor, actor_for
from accounts.audit import record
from accounts.models import Person
from config.lib.access import require
from config.work.services import enqueue
from council import audit
from council.access_acts import can_keep
from council.enums import ActState
from council.models import Act, BoundRegister, Register
from council.rules.finding import blocking
from council.rules.register import check_year_numbers
from council.services.acts.places import folder_of_register
from council.services.refusals import Refusal
from documents.services import filing
from documents.services.locking import lock_organisation

#: The job that makes the register of a year.
BIND = "council.register.bind"
_WAITING = (ActState.DRAFT, ActState.TO_SIGN)


class NotWhole(Refusal):
    """Something in the year keeps its register from being bound."""


def problems_of(register: Register, year: int) -> list[str]:
    """What keeps the register of that year from being bound; nothing when it may be."""
    acts = list(_acts(register, year))
    if not acts:
        return ["Ce registre n’a aucun acte pour cette année."]
    waiting = [act.reference for act in acts if act.state in _WAITING]
    told = []
    if waiting:
        told.append(f"À signer d’abord : {', '.join(waiting[:10])}{'…' if waiting[10:] else ''}.")
    found = check_year_numbers([act.number or 0 for act in acts])
    return [*told, *(one.message for one in blocking(found))]


@transaction.atomic
def ask_for_binding(*, actor: Actor, register: Register, year: int, now: datetime) -> BoundRegister:
    """Have the register of a year made in the background. Raises NotWhole with what it lacks."""
    lock_organisation(actor.organisation.pk)
    locked = Register.objects.select_for_update(of=("self",), no_key=True).get(pk=register.pk)
    require(can_keep(actor, locked))
    lacking = problems_of(locked, year)
    if lacking:
        raise NotWhole(" ".join(lacking))
    bound, _ = BoundRegister.objects.update_or_create(
        register=locked,
        year=year,
        defaults={
            "organisation": actor.organisation,
            "asked_at": now,
            "asked_by": actor.person,
            "problem": "",
        },
    )
    enqueue(
        BIND,
        payload={"bound": bound.pk, "person": actor.person.pk},
        now=now,
        organisation_id=actor.organisation.pk,
        dedupe=str(bound.pk),
    )
    record(actor, audit.REGISTER_BOUND, locked, now=now, data={"year": year})
    return bound


def bind_register(*, bound_id: int, person_id: int, now: datetime) -> BoundRegister | None:
    """Make the file outside any lock, then file it: the next version of the same document. What
    is refused is kept in ``problem``. The same acts make the same pages."""
    bound = BoundRegister.objects.select_related(
        "organisation", "register__assembly__organisation", "register__organisation"
    ).get(pk=bound_id)
    actor = actor_for(Person.objects.get(pk=person_id), bound.organisation, now=now)
    if actor is None or not can_keep(actor, bound.register):
        return None
    try:
        with tempfile.TemporaryDirectory(prefix="registre-") as name:
            # Carried only by the process that binds a register: with it comes pikepdf.
            from council.services.acts.register_pages import make

            target, sheets = make(
                bound.register, bound.year, whole_year(bound), Path(name), today=actor.today
            )
            with target.open("rb") as file:
                received = filing.receive(file, f"{bound.register.name} {bound.year}.pdf")
        return _file(actor, bound, received, sheets, now)
    except (Refusal, filing.NotFiled) as refused:
        BoundRegister.objects.filter(pk=bound.pk).update(problem=str(refused))
        return None


def whole_year(bound: BoundRegister) -> Iterator[Act]:
    """Its acts in their order. Raises NotWhole with what the year lacks."""
    lacking = problems_of(bound.register, bound.year)
    if lacking:
        raise NotWhole(" ".join(lacking))
    return _acts(bound.register, bound.year)


def _acts(register: Register, year: int) -> Iterator[Act]:
    rows = Act.objects.filter(register=register, year=year).select_related(
        "item__meeting__assembly__organisation",
        "register",
        "signed_version",
        "draft_version",
        "signatory",
        "organisation",
    )
    return rows.order_by("number", "pk").iterator(chunk_size=200)


@transaction.atomic
def _file(
    actor: Actor, bound: BoundRegister, received: filing.Received, sheets: int, now: datetime
) -> BoundRegister:
    lock_organisation(bound.organisation_id)
    locked = (
        BoundRegister.objects.select_for_update(of=("self",), no_key=True)
        .select_related("register__folder", "version__document")
        .get(pk=bound.pk)
    )
    known = locked.version.document if locked.version else None
    if known is not None and known.trashed_at is None:
        filed = filing.add_version(actor=actor, document=known, received=received, now=now)
    else:
        filed = filing.file_document(
            actor=actor,
            folder=folder_of_register(actor, locked.register, now=now),
            received=received,
            now=now,
            keep_both=True,
        )
    locked.version, locked.made_at, locked.sheets, locked.problem = filed.version, now, sheets, ""
    locked.save()
    return locked
