"""Acts without a vote: orders, and decisions taken in the place of the council (L2122-22)."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from accounts.actor import Actor
from accounts.audit import record
from accounts.models import Organisation, Person
from config.lib.access import require
from council import audit
from council.access_acts import can_write_act
from council.enums import CHAIRS, ActKind, ActType, Function
from council.models import Act, Mandate, MayorReplacement, Register
from council.rules.enforce import Sort, formalities_of
from council.services.acts.drafting import ActContent, tell
from council.services.refusals import Missing

_NAMES_PEOPLE = (
    *(ActType.STAFF, ActType.STAFF_ENTRY),
    *(ActType.POLICE_INDIVIDUAL, ActType.INDIVIDUAL),
)
#: What the editor begins with: the words that every such act has.
MODELS = {
    ActKind.ORDER: (
        "Le maire,\n"
        "Vu le code général des collectivités territoriales, notamment ses articles L. 2212-1 et "
        "suivants ;\n"
        "Considérant que … ;\n"
        "# Arrête\n"
        "Article 1er — …\n"
        "Article 2 — Le présent arrêté sera transmis, publié ou notifié comme la loi le prévoit."
    ),
    ActKind.DECISION: (
        "Le maire,\n"
        "Vu l’article L. 2122-22 du code général des collectivités territoriales ;\n"
        "Vu la délibération n° … du … par laquelle le conseil municipal lui a donné délégation ;\n"
        "Considérant que … ;\n"
        "# Décide\n"
        "Article 1er — …\n"
        "Article 2 — Il sera rendu compte de cette décision à la prochaine séance du conseil."
    ),
}


@transaction.atomic
def draft_act(*, actor: Actor, register: Register, content: ActContent, now: datetime) -> Act:
    """Write an order or a decision. It has no number before it is presented for signature."""
    require(can_write_act(actor, register))
    title = " ".join(content.title.split())
    if not title:
        raise Missing("Donnez un objet à l’acte.")
    kind = ActKind(register.kind)
    type_ = ActType.DECISION if kind == ActKind.DECISION else content.type or ActType.REGULATION
    # L2122-17: whoever acts for the mayor signs meanwhile.
    standing = standing_in_for_head(actor.organisation, actor.today)
    signatory = standing or head_of(actor.organisation, actor.today)
    act = Act.objects.create(
        organisation=actor.organisation,
        register=register,
        kind=kind,
        type=type_,
        title=title[:499],
        text=content.text.strip(),
        subject_code=content.subject_code.strip(),
        transmissible=formalities_of(Sort(type_)).transmit,
        # What names somebody is closed unless a person says otherwise.
        nominative=type_ in _NAMES_PEOPLE if content.nominative is None else content.nominative,
        signatory=signatory,
        created_by=actor.person,
        created_at=now,
        changed_at=now,
    )
    record(actor, audit.ACT_DRAFTED, act, now=now)
    tell(actor, "council.act.drafted", act, now)
    return act


def head_of(organisation: Organisation, today: date) -> Person | None:
    """The mayor, or the president, in office today."""
    seat = (
        Mandate.objects.filter(organisation=organisation, function__in=CHAIRS)
        .current(today)
        .select_related("person")
        .order_by("assembly__position", "pk")
        .first()
    )
    return seat.person if seat else None


def standing_in_for_head(organisation: Organisation, today: date) -> Person | None:
    """Who acts for the mayor, or the president, today; None while they act themselves."""
    standing = (
        MayorReplacement.objects.filter(organisation=organisation)
        .current(today)
        .select_related("by__person")
        .order_by("assembly__position", "-pk")
        .first()
    )
    return standing.by.person if standing else None


def signatories(organisation: Organisation, today: date) -> list[Person]:
    """Who may be asked to sign: whoever acts for the mayor, the mayor, then deputies and those
    with a delegation."""
    standing = standing_in_for_head(organisation, today)
    seats = (
        Mandate.objects.filter(organisation=organisation)
        .current(today)
        .exclude(function=Function.MEMBER)
        .select_related("person")
        .order_by("assembly__position", "rank", "pk")
    )
    people = [*([standing] if standing else []), *(seat.person for seat in seats)]
    return list({person.pk: person for person in people}.values())
