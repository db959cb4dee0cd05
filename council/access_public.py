"""What anybody may read of an organisation, without an account: what the law makes public, once
somebody of the town hall has published it.

A CCAS has no such pages, and neither have the bodies that do not sit in public (commissions,
bureau). Nothing here has an actor: the day is the only thing that opens.
"""

from __future__ import annotations

from datetime import date

from django.db.models import F, Q, QuerySet

from accounts.enums import OrganisationKind
from accounts.models import Organisation
from council.enums import SIGNED_STATES, AssemblyKind, PublicationMode
from council.models import Act, AgendaItem, Meeting, Minutes, Redaction, ResultList
from council.rules.enforce import Sort, formalities_of
from documents.models import Version

#: Their sessions are public (CGCT, art. L2121-18, L5211-1, L5711-1).
PUBLIC_BODIES = (
    AssemblyKind.MUNICIPAL_COUNCIL,
    AssemblyKind.COMMUNITY_COUNCIL,
    AssemblyKind.SYNDICATE_COMMITTEE,
)
#: Sorts that are known by publication; the others are notified to somebody, and only to them.
PUBLISHED_SORTS = tuple(sort.value for sort in Sort if formalities_of(sort).publish)
CLOSED_DOORS_POINT = "Point examiné à huis clos"
CLOSED_DOORS_ACT = "Délibération prise à huis clos"

_REDACTED = (
    Q(published_version__isnull=False)
    & (Q(signed_version__isnull=True) | ~Q(published_version=F("signed_version")))
    & (Q(draft_version__isnull=True) | ~Q(published_version=F("draft_version")))
)


def public_organisations() -> QuerySet[Organisation]:
    """Those that have public pages: all but the CCAS."""
    return Organisation.objects.exclude(kind=OrganisationKind.CCAS)


def public_meetings(organisation: Organisation) -> QuerySet[Meeting]:
    """Sessions that were convened, of the bodies that sit in public; cancelled ones included."""
    return Meeting.objects.convened().filter(
        organisation=organisation,
        organisation__in=public_organisations(),
        assembly__kind__in=PUBLIC_BODIES,
    )


def public_items(meetings: QuerySet[Meeting]) -> QuerySet[AgendaItem]:
    """The points of these agendas as convened: each has its number. One added since has none
    yet."""
    told = AgendaItem.objects.filter(meeting__in=meetings, number__isnull=False).on_the_agenda()
    return told.select_related("section")


def public_title(item: AgendaItem, act: Act | None = None) -> str:
    """The title of a point, which is not told when it is examined behind closed doors. Once its
    ``act`` had words hidden, they are hidden here too; before, what may be personal is."""
    if item.closed_doors:
        return CLOSED_DOORS_POINT
    return (act.public_title if act else "") or item.public_title or item.title


def public_acts(organisation: Organisation, *, today: date) -> QuerySet[Act]:
    """Acts put online by that day: signed, naming nobody, of a sort that is published.

    One posted or printed on paper is here when a text was put online as well. One taken behind
    closed doors waits for a text in which something was hidden.
    """
    return Act.objects.filter(
        Q(publication_mode=PublicationMode.ELECTRONIC) | Q(published_version__isnull=False),
        Q(register__assembly=None) | Q(register__assembly__kind__in=PUBLIC_BODIES),
        Q(item=None) | Q(item__closed_doors=False) | _REDACTED,
        organisation=organisation,
        organisation__in=public_organisations(),
        state__in=SIGNED_STATES,
        type__in=PUBLISHED_SORTS,
        nominative=False,
        published_on__lte=today,
    )


def has_public_text(act: Act) -> bool:
    """Whether the public reads its text: the file put online, never the signed original."""
    return act.published_version_id is not None and (
        act.published_version_id != act.signed_version_id
    )


def public_act_title(act: Act) -> str:
    """The object of an act, untold when it was taken behind closed doors, without the words that
    were hidden in it."""
    if act.item is not None and act.item.closed_doors:
        return CLOSED_DOORS_ACT
    hidden = act.public_title
    return hidden or act.title


def public_lists(organisation: Organisation, *, today: date) -> QuerySet[ResultList]:
    """Lists of the deliberations examined that are online."""
    return ResultList.objects.filter(
        meeting__in=public_meetings(organisation),
        published_on__lte=today,
        version__isnull=False,
    )


def list_text(made: ResultList) -> Version | None:
    """The list as the public reads it: with something hidden, when somebody decided so."""
    prepared: Redaction | None = getattr(made, "redaction", None)
    return prepared.version if prepared else made.version


def public_minutes(organisation: Organisation, *, today: date) -> QuerySet[Minutes]:
    """Minutes approved, put online, with the file that the public reads."""
    return Minutes.objects.filter(
        Q(signed_version__isnull=True) | ~Q(published_version=F("signed_version")),
        meeting__in=public_meetings(organisation),
        settled_on__isnull=False,
        published_on__lte=today,
        published_version__isnull=False,
    )
