"""Registers, made when they are first needed, and the numbers they give."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from accounts.audit import record
from accounts.models import Organisation
from config.lib.access import refuse, require
from council import audit
from council.access_acts import can_keep
from council.enums import ActKind, AssemblyKind
from council.models import Act, Assembly, Register
from council.services import numbering
from council.services.refusals import Refusal
from documents.access import can_edit
from documents.models import Folder
from documents.services.locking import lock_organisation

#: The bodies whose votes are acts of the organisation; a commission only gives its opinion.
DELIBERATING = (
    AssemblyKind.MUNICIPAL_COUNCIL,
    AssemblyKind.COMMUNITY_COUNCIL,
    AssemblyKind.SYNDICATE_COMMITTEE,
    AssemblyKind.CCAS_BOARD,
    AssemblyKind.BUREAU,
)
_WORDS = {
    ActKind.ORDER: ("ARR", "Registre des arrêtés"),
    ActKind.DECISION: ("DEC", "Registre des décisions"),
}


class NoRegister(Refusal):
    """This body gives opinions: it has no register of acts."""


def deliberates(assembly: Assembly) -> bool:
    """Whether the votes of this body are acts."""
    return assembly.kind in DELIBERATING


@transaction.atomic
def register_of_assembly(assembly: Assembly, *, now: datetime) -> Register:
    """The register of the deliberations of a body, made if it has none.

    The first body of an organisation has the plain code « D »; the next ones « DB », « DC »…
    """
    found = Register.objects.filter(assembly=assembly).first()
    if found is not None:
        return found
    if not deliberates(assembly):
        raise NoRegister(f"« {assembly.name} » donne des avis : ses votes ne font pas d’acte.")
    lock_organisation(assembly.organisation_id)
    found = Register.objects.filter(assembly=assembly).first()
    if found is not None:
        return found
    taken = set(
        Register.objects.filter(organisation=assembly.organisation_id).values_list(
            "code", flat=True
        )
    )
    codes = ["D", *(f"D{letter}" for letter in "BCFGHIJKLMNOPQRSTUVWXYZ")]
    return Register.objects.create(
        organisation_id=assembly.organisation_id,
        kind=ActKind.DELIBERATION,
        assembly=assembly,
        name=f"Délibérations — {assembly.name}",
        code=next(one for one in codes if one not in taken),
        created_at=now,
    )


@transaction.atomic
def register_of_mayor(organisation: Organisation, kind: ActKind, *, now: datetime) -> Register:
    """The register of the orders, or of the decisions, of an organisation, made if it has none.

    It is kept by the team that prepares the first body which has one.
    """
    rows = Register.objects.filter(organisation=organisation, kind=kind).order_by("pk")
    found = rows.first()
    if found is not None:
        return found
    lock_organisation(organisation.pk)
    found = rows.first()
    if found is not None:
        return found
    first = (
        Assembly.objects.filter(organisation=organisation, kind__in=DELIBERATING)
        .exclude(preparing_team=None)
        .in_french_order()
        .first()
    )
    code, name = _WORDS[kind]
    return Register.objects.create(
        organisation=organisation,
        kind=kind,
        name=name,
        code=code,
        team=first.preparing_team if first else None,
        created_at=now,
    )


@transaction.atomic
def choose_folder(*, actor: Actor, register: Register, folder: Folder, now: datetime) -> Register:
    """Where the acts of a register are filed when their point has no folder of its own."""
    lock_organisation(actor.organisation.pk)
    locked = Register.objects.select_for_update(of=("self",), no_key=True).get(pk=register.pk)
    require(can_keep(actor, locked))
    if folder.organisation_id != actor.organisation.pk or folder.trashed_at is not None:
        require(refuse("Ce dossier n’existe pas ici."))
    require(can_edit(actor, folder))
    locked.folder = folder
    locked.save(update_fields=["folder"])
    record(actor, audit.REGISTER_FOLDER, locked, now=now, data={"folder": str(folder.uid)})
    return locked


def give_number(act: Act, *, year: int) -> None:
    """The next number of its register and year, for ever. The caller holds the act's row, and
    saves it: a transaction that fails gives nothing."""
    if act.number is not None:
        return
    name = f"acte:{act.register.uid}:{year}"
    act.year = year
    act.number = numbering.take(organisation=act.organisation, name=name)[0]


def missing_numbers(register: Register, year: int) -> list[int]:
    """Numbers that no act of that year bears: always empty, unless rows were touched by hand."""
    rows = Act.objects.filter(register=register, year=year).values_list("number", flat=True)
    numbers = {number for number in rows if number is not None}
    return [n for n in range(1, max(numbers, default=0) + 1) if n not in numbers]


@transaction.atomic
def choose_words(
    *, actor: Actor, register: Register, head: str, mention: str, now: datetime
) -> Register:
    """The commune's model: what stands above its name, what is said at the end."""
    locked = Register.objects.select_for_update(of=("self",), no_key=True).get(pk=register.pk)
    require(can_keep(actor, locked))
    locked.head, locked.mention = head.strip(), mention.strip()
    locked.save(update_fields=["head", "mention"])
    record(actor, audit.REGISTER_WORDS, locked, now=now)
    return locked
