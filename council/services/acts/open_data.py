"""The deliberations of a commune as open data, and what keeps some of them out of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from accounts.models import Organisation
from config.lib.text import plural
from council.access_public import has_public_text, public_act_title, public_acts
from council.enums import ActKind, ItemState
from council.models import Act
from council.rules.nomenclature import MATTERS, level_two
from council.rules.open_data import PublicAct, check_row, csv_text, exportable, row_of
from council.rules.result import ItemResult, Way
from council.rules.votes import Counts
from council.services.acts.settings import settings_of
from council.services.refusals import Refusal


class NoSiret(Refusal):
    """The schema wants the SIRET of the town hall on every line."""


def deliberations_csv(
    organisation: Organisation, *, today: date, address: Callable[[Act], str]
) -> str:
    """The deliberations put online by that day, as the SCDL schema wants them, oldest first.

    ``address`` gives the whole public address of an act. A line that the schema would refuse is
    left out: `lacking` tells why. Raises NoSiret.
    """
    if not organisation.siret:
        raise NoSiret("La commune n’a pas encore donné son SIRET : le fichier paraîtra ensuite.")
    prefecture = settings_of(organisation).prefecture
    told = exportable(
        _public(act, address(act), prefecture) for act in _published(organisation, today)
    )
    rows = (row_of(one, body_name=organisation.name, siret=organisation.siret) for one in told)
    return csv_text(row for row in rows if not check_row(row))


def lacking(organisation: Organisation, *, today: date) -> list[str]:
    """Why the open data are not whole, in sentences; nothing when they are."""
    told = []
    if not organisation.siret:
        told.append(
            "Il manque le SIRET de la mairie : aucune délibération ne paraît en données ouvertes."
        )
    acts = public_acts(organisation, today=today).filter(kind=ActKind.DELIBERATION)
    codes = acts.values_list("subject_code", flat=True)
    unsorted = sum(1 for code in codes if level_two(code) not in MATTERS)
    if unsorted:
        told.append(
            f"{plural(unsorted, 'délibération publiée', 'délibérations publiées')} sans matière : "
            "le fichier ouvert ne peut pas les donner."
        )
    return told


def _published(organisation: Organisation, today: date) -> Iterator[Act]:
    rows = public_acts(organisation, today=today).filter(kind=ActKind.DELIBERATION)
    for act in rows.select_related("register", "item").order_by("dated", "year", "number", "pk"):
        if level_two(act.subject_code) in MATTERS and act.dated is not None:
            yield act


def _public(act: Act, address: str, prefecture: str) -> PublicAct:
    result = act.item_result
    assert act.dated is not None  # noqa: S101 - a signed act bears a date
    return PublicAct(
        number=act.internal_number,
        decided_on=act.dated,
        matter=act.subject_code,
        # What is told of an act behind closed doors is not its object (T-SCDL-13).
        object=public_act_title(act),
        adopted=result is None or result.outcome != ItemState.REJECTED,
        closed_doors=act.item is not None and act.item.closed_doors,
        redacted=has_public_text(act),
        prefecture=prefecture if act.received_on else "",
        received_on=act.received_on,
        in_office=(result.in_office or None) if result else None,
        counts=_counts(result),
        url=address,
        budget_year=act.item.budget_year if act.item else "",
        budget_name=act.item.budget_name if act.item else "",
    )


def _counts(result: ItemResult | None) -> Counts | None:
    """Nothing for a nomination, nor where nobody counted."""
    if result is None or result.tally is None or result.way is Way.NOMINATION:
        return None
    tally = result.tally
    return Counts(
        in_favour=tally.in_favour,
        against=tally.against,
        abstentions=tally.abstaining,
        not_voting=tally.not_voting,
        blank=tally.blank,
    )
