"""From rows to the facts that the rules ask for. Nothing is decided here."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from accounts.enums import OrganisationKind
from accounts.models import Organisation
from council.enums import EditionChange, MeetingState
from council.models import AgendaItem, Assembly, Convocation, DossierEdition, Meeting
from council.rules import Finding
from council.rules.agenda import ItemFacts, check_agenda
from council.rules.completeness import Draft, in_words, missing
from council.rules.notice import (
    Clock,
    Notice,
    Occasion,
    check_special_delay,
    clock,
    is_on_time,
    latest_sending_moment,
    notice_owed,
)
from council.rules.policy import (
    Body,
    BodyFacts,
    BodyPolicy,
    Count,
    OwnSettings,
    policy_for,
)
from council.rules.review import blanks

_BODIES = {
    OrganisationKind.COMMUNE: Body.MUNICIPAL_COUNCIL,
    OrganisationKind.EPCI: Body.COMMUNITY_COUNCIL,
    OrganisationKind.SYNDICAT: Body.SYNDICATE_COMMITTEE,
    OrganisationKind.CCAS: Body.CCAS_BOARD,
}


def body_of_organisation(organisation: Organisation) -> Body:
    """The body whose acts are those of an organisation, for the rules of publication."""
    return _BODIES[OrganisationKind(organisation.kind)]


def facts_of(assembly: Assembly) -> BodyFacts:
    """What the rules must know of a body. Its own population wins over the organisation's."""
    organisation = assembly.organisation
    return BodyFacts(
        body=Body(assembly.kind),
        population=organisation.population if assembly.population is None else assembly.population,
        timezone=organisation.timezone,
        local_law=assembly.local_law,
        own=OwnSettings(
            notice_days=assembly.notice_days,
            notice_count=Count(assembly.notice_kind),
            urgent_notice_days=assembly.urgent_notice_days,
            note_required=assembly.note_required,
            since=assembly.settings_from,
        ),
    )


def policy_of(meeting: Meeting) -> BodyPolicy:
    """What is owed for this meeting, on its own day."""
    return policy_for(facts_of(meeting.assembly), meeting.local_day)


def occasion_of(meeting: Meeting) -> Occasion:
    """A meeting convened again for lack of quorum has its own delay (R-QUO-05)."""
    return Occasion.SECOND_CONVOCATION if meeting.again_after_id else Occasion.ORDINARY


def notice_of(meeting: Meeting) -> Notice:
    """The delay of this meeting, urgency included when it was declared."""
    policy = policy_of(meeting)
    urgent = meeting.is_urgent and policy.urgent_notice_days is not None
    return notice_owed(policy, urgent=urgent, occasion=occasion_of(meeting))


def ordinary_notice_of(meeting: Meeting) -> Notice:
    """The delay if the meeting were not urgent."""
    return notice_owed(policy_of(meeting), occasion=occasion_of(meeting))


def urgent_notice_of(meeting: Meeting) -> Notice | None:
    """The shortened delay, or None when no text gives one to this body."""
    policy = policy_of(meeting)
    if policy.urgent_notice_days is None:
        return None
    return notice_owed(policy, urgent=True)


def clock_of(meeting: Meeting, now: datetime) -> Clock:
    """The legal clock of the meeting at this instant."""
    return clock(
        now=now,
        starts_at=meeting.starts_at,
        notice=notice_of(meeting),
        timezone=meeting.timezone,
    )


def latest_moment(meeting: Meeting) -> datetime:
    """The last second for this meeting's convocations to leave."""
    return latest_sending_moment(meeting.starts_at, notice_of(meeting), meeting.timezone)


def notice_of_edition(edition: DossierEdition) -> Notice:
    """The delay that this edition owes: the meeting's own, the shortened one for points added in
    urgency, none for a change that asks for none (R-CONV-10)."""
    meeting = edition.meeting
    match EditionChange(edition.change):
        case EditionChange.MODIFIED:
            return Notice(0)
        case EditionChange.URGENT:
            return urgent_notice_of(meeting) or notice_of(meeting)
        case _:
            return notice_of(meeting)


def notice_owed_by(convocation: Convocation) -> Notice:
    """The delay that this convocation is judged by: whoever had none before was owed the whole."""
    edition = convocation.edition
    if edition.n > 1 and convocation.follows_id is None:
        return notice_of(edition.meeting)
    return notice_of_edition(edition)


def limit_of(edition: DossierEdition) -> datetime:
    """The last second for this edition's convocations to leave."""
    meeting = edition.meeting
    return latest_sending_moment(meeting.starts_at, notice_of_edition(edition), meeting.timezone)


def left_on_time(convocation: Convocation, at: datetime) -> bool:
    """Whether this convocation, leaving at that instant, respects the delay of its edition."""
    meeting = convocation.meeting
    notice = notice_of_edition(convocation.edition)
    return is_on_time(at, meeting.starts_at, notice, meeting.timezone)


def item_facts(item: AgendaItem, documents: int) -> ItemFacts:
    """A point as the rules see it."""
    return ItemFacts(
        ref=str(item.uid),
        title=item.title,
        kind=item.kind,
        matter=item.matter,
        has_note=bool(item.summary.strip()),
        equivalent_document=item.equivalent_document,
        documents=documents,
    )


def missing_of(
    item: AgendaItem, pieces: Iterable[str], policy: BodyPolicy, *, to_review: int = 0
) -> str:
    """What a point still lacks, in words; empty when nothing does. ``pieces`` says what each
    of its pieces is; ``to_review`` counts its passages taken from a former year, not seen yet."""
    draft = Draft(
        kind=item.kind,
        matter=item.matter,
        subject_code=item.subject_code,
        told_budget=bool(item.budget_impact),
        has_note=bool(item.summary.strip()),
        equivalent_document=item.equivalent_document,
        has_text=bool(item.proposed_text.strip()),
        pieces=tuple(pieces),
    )
    left = blanks("\n".join((item.title, item.summary, item.proposed_text)))
    return in_words(missing(draft, note_required=policy.note_required), to_review, left)


def agenda_findings(
    meeting: Meeting, items: Iterable[tuple[AgendaItem, int]], *, now: datetime
) -> list[Finding]:
    """What the law says of this agenda today. ``items`` come with how many pieces they have."""
    pairs = list(items)
    first = not (
        Meeting.objects.filter(assembly=meeting.assembly_id, starts_at__lt=meeting.starts_at)
        .alive()
        .exclude(pk=meeting.pk)
        .exists()
    )
    findings = check_agenda(
        [item_facts(item, documents) for item, documents in pairs],
        policy_of(meeting),
        urgent=meeting.is_urgent,
        first_of_the_body=first,
    )
    given_on = (meeting.convened_at or now).astimezone(meeting.tz).date()
    for item, _ in pairs:
        findings += check_special_delay(
            matter=item.matter,
            given_on=given_on,
            meets_on=meeting.local_day,
            subject=str(item.uid),
        )
    return findings


#: States in which the agenda may still be worked on.
OPEN_AGENDA = (MeetingState.PREPARATION,)
