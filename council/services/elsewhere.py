"""A councillor's seats in the organisations beside the commune follow the one in its council."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from accounts.notifications import notify
from council import alerts_mandates
from council.enums import AssemblyKind, Capacity
from council.models import Mandate
from council.rules.mandates import Ending, Follows, seat_elsewhere
from council.services.telling import preparers

#: Whose seat follows that of the municipal council, in an organisation of its own.
ELSEWHERE = (
    AssemblyKind.COMMUNITY_COUNCIL,
    AssemblyKind.SYNDICATE_COMMITTEE,
    AssemblyKind.CCAS_BOARD,
)


def tell(ended: Mandate, now: datetime) -> int:
    """The seats that this one carried in other organisations (community, syndicate, CCAS) are
    theirs to end: the day is noted beside them, those who prepare there are told, nothing else
    passes the wall. Returns how many."""
    if ended.assembly.kind != AssemblyKind.MUNICIPAL_COUNCIL or ended.to_date is None:
        return 0
    told = 0
    carried = (
        Mandate.objects.filter(person=ended.person_id, assembly__kind__in=ELSEWHERE)
        .exclude(organisation=ended.organisation_id)
        .filter(Q(to_date=None) | Q(to_date__gt=ended.to_date))
        .select_related("assembly", "organisation")
    )
    for one in carried.order_by("pk"):
        chosen = one.capacity in (Capacity.ELECTED, Capacity.ALTERNATE)
        follows = seat_elsewhere(Ending(ended.end_reason), elected_by_the_council=chosen)
        if follows is not Follows.ENDS:
            continue
        Mandate.objects.filter(pk=one.pk).update(source_ended_on=ended.to_date)
        told += notify(
            alerts_mandates.SOURCE_ENDED,
            organisation=one.organisation,
            recipients=preparers(one.assembly, now),
            group_key=f"mandate:source:{one.uid}",
            object_uid=one.uid,
            reason="parce que vous préparez les séances de cette instance",
            now=now,
        )
    return told
