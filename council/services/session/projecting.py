"""What the facts tell is written where the rest of Parvis reads it: meeting, points, ballots,
pouvoirs. Everything here may be worked out again from the entries; a rehearsal writes its own
ballots and nothing else."""

from __future__ import annotations

from datetime import datetime

from accounts.actor import Actor
from accounts.audit import record
from config.work.services import emit
from council import audit
from council.enums import AnswerSource, EntryKind, ItemState, ProxyState
from council.models import AgendaItem, Ballot, BallotChoice, DossierEdition, Proxy
from council.rules.agenda import VOTABLE
from council.rules.session import BallotResult, Verb
from council.rules.votes import Why
from council.services.session import words
from council.services.session.carrying_over import carry_over, take_back
from council.services.session.reading import ENDED_IN_SESSION, PRESENT, REPLACED, REVOKED, Sitting
from council.workflow import ITEM


def project(sitting: Sitting, before: Sitting, *, actor: Actor, now: datetime) -> None:
    """Bring the rows to what the facts say now; ``before`` is what they were brought to last."""
    _ballots(sitting, before)
    if sitting.rehearsal:
        return
    _meeting(sitting, actor, now)
    _items(sitting, actor, now)
    _proxies(sitting, now)


def _meeting(sitting: Sitting, actor: Actor, now: datetime) -> None:
    meeting, session = sitting.meeting, sitting.session
    facts = {
        "opened_at": session.opened_at,
        "quorum_missed_at": session.quorum_missed_at,
        "adjourned_at": session.closed_at,
    }
    changed = {name: at for name, at in facts.items() if getattr(meeting, name) != at}
    if not changed:
        return
    for name, at in changed.items():
        setattr(meeting, name, at)
    meeting.save(update_fields=list(changed))
    verbs = {
        "opened_at": (audit.SESSION_OPENED, "council.session.opened"),
        "quorum_missed_at": (audit.QUORUM_MISSED, "council.session.quorum_missed"),
        "adjourned_at": (audit.SESSION_CLOSED, "council.session.closed"),
    }
    for name, at in changed.items():
        if at is None:
            continue
        verb, event = verbs[name]
        record(actor, verb, meeting, now=now)
        emit(
            event,
            now=now,
            organisation_id=meeting.organisation_id,
            actor_id=actor.person.pk,
            payload={"meeting": str(meeting.uid)},
        )


def _items(sitting: Sitting, actor: Actor, now: datetime) -> None:
    """Each point takes the state of its decision, by the moves of the workflow."""
    for ref, item in sitting.items.items():
        point = sitting.session.points[ref]
        told = _stored(item)
        if told is point.verb or (point.verb is None and _decided_elsewhere(item)):
            continue
        if told is Verb.POSTPONE:
            take_back(actor=actor, item=item, now=now)
        if told is not None:
            back = "reconsider_tabled" if _came_on_the_table(item) else "reconsider"
            item.state = ITEM.next(item.state, back)
            item.state_reason = ""
        if point.verb is not None:
            item.state = ITEM.next(item.state, point.verb.value)
            entry = sitting.entry(point.decided_n)
            item.state_reason = str(entry.data.get("reason", ""))
        item.changed_at = now
        item.save(update_fields=["state", "state_reason", "changed_at"])
        if point.verb is None:
            continue
        record(actor, audit.ITEM_DECIDED, item, now=now, data={"outcome": point.verb.value})
        if point.verb is Verb.POSTPONE:
            carry_over(actor=actor, item=item, meeting=sitting.meeting, now=now)
        emit(
            "council.item.decided",
            now=now,
            organisation_id=item.organisation_id,
            actor_id=actor.person.pk,
            payload={"item": str(item.uid), "outcome": point.verb.value},
        )


_VERBS = {
    ItemState.ADOPTED: Verb.ADOPT,
    ItemState.AMENDED: Verb.ADOPT_AMENDED,
    ItemState.REJECTED: Verb.REJECT,
    ItemState.ADJOURNED: Verb.ADJOURN,
    ItemState.WITHDRAWN: Verb.WITHDRAW,
    ItemState.POSTPONED: Verb.POSTPONE,
    ItemState.NOTED: Verb.NOTE,
}


def _stored(item: AgendaItem) -> Verb | None:
    return _VERBS.get(ItemState(item.state))


def _came_on_the_table(item: AgendaItem) -> bool:
    """Told and not voted, and in no dossier that left: it was never on the settled agenda."""
    sent = DossierEdition.objects.filter(meeting=item.meeting_id, manifest__contains=str(item.uid))
    return item.kind not in VOTABLE and not sent.exists()


def _decided_elsewhere(item: AgendaItem) -> bool:
    """Decided without any entry, before the session was entered here: left as it is."""
    return not item.entries.filter(kind=EntryKind.OUTCOME, rehearsal=False).exists()


def _results(sitting: Sitting) -> dict[int, BallotResult]:
    return {
        result.n: result for point in sitting.session.points.values() for result in point.ballots
    } | {result.n: result for result in sitting.session.votes_apart}


def _ballots(sitting: Sitting, before: Sitting) -> None:
    """Counts and sentences follow the presences: a show of hands is « tous, sauf… ». Only the votes
    that the last fact changed are written again."""
    former = _results(before)
    results = {n: one for n, one in _results(sitting).items() if former.get(n) != one}
    if not results:
        return
    changed = [entry for entry in sitting.entries if entry.n in results]
    rows = {
        ballot.entry_id: ballot
        for ballot in Ballot.objects.filter(
            meeting=sitting.meeting,
            rehearsal=sitting.rehearsal,
            entry__cancelled_at__isnull=True,
            entry__in=changed,
        ).prefetch_related("choices")
    }
    for entry in changed:
        row, result = rows.get(entry.pk), results.get(entry.n)
        if row is None or result is None:
            continue
        wanted = columns_of(sitting, result)
        if any(getattr(row, name) != value for name, value in wanted.items()):
            Ballot.objects.filter(pk=row.pk).update(**wanted)
        elected = set(words.elected_of(result))
        for choice in row.choices.all():
            if choice.elected != (choice.label in elected):
                BallotChoice.objects.filter(pk=choice.pk).update(elected=choice.label in elected)


def columns_of(sitting: Sitting, result: BallotResult) -> dict[str, object]:
    """A vote as it is stored."""
    counts = result.counts
    return {
        "in_office": len(result.situation.in_office),
        "voters": len(result.voters),
        "for_count": counts.in_favour,
        "against_count": counts.against,
        "abstention_count": counts.abstentions,
        "not_voting_count": counts.not_voting,
        "blank_count": counts.blank,
        "void_count": counts.void,
        "casting_vote": bool(
            result.outcome
            and result.outcome.why is Why.CASTING_VOTE
            and result.facts.mode.value != "secret"
        ),
        "carried": result.carried,
        "sentence": words.ballot_sentence(sitting, result),
    }


def _proxies(sitting: Sitting, now: datetime) -> None:
    """The pouvoirs as the session leaves them. They fall with their giver's coming once it ends."""
    session = sitting.session
    pairs = {**session.proxies, **session.waiting}
    if not session.is_over:
        pairs = {**session.lapsed, **pairs}
    wanted = {
        (sitting.people[giver].pk, sitting.people[holder].pk)
        for giver, holder in pairs.items()
        if giver in sitting.people and holder in sitting.people
    }
    rows = list(
        Proxy.objects.filter(meeting=sitting.meeting)
        .exclude(state=ProxyState.TO_CONFIRM)
        .order_by("given_at", "pk")
    )
    live = {(r.giver_id, r.holder_id): r for r in rows if r.state == ProxyState.CONFIRMED}
    if set(live) == wanted:
        return
    lapsed = {sitting.people[g].pk for g in session.lapsed if g in sitting.people}
    givers = {giver for giver, _ in wanted}
    for pair, row in live.items():
        if pair in wanted:
            continue
        came = row.giver_id in lapsed and row.giver_id not in givers
        row.state = ProxyState.LAPSED if came else ProxyState.REVOKED
        row.ended_at = max(now, row.given_at)
        row.end_reason = PRESENT if came else REPLACED if row.giver_id in givers else REVOKED
        row.save(update_fields=["state", "ended_at", "end_reason"])
    known = {(r.giver_id, r.holder_id): r for r in rows if r.end_reason in ENDED_IN_SESSION}
    for giver, holder in wanted - set(live):
        again = known.get((giver, holder))
        if again is not None:
            again.state, again.ended_at, again.end_reason = ProxyState.CONFIRMED, None, ""
            again.save(update_fields=["state", "ended_at", "end_reason"])
            continue
        Proxy.objects.filter(
            meeting=sitting.meeting, giver=giver, state=ProxyState.TO_CONFIRM
        ).update(state=ProxyState.REVOKED, ended_at=now, end_reason="remplacé à la porte")
        Proxy.objects.create(
            organisation=sitting.meeting.organisation,
            meeting=sitting.meeting,
            giver_id=giver,
            holder_id=holder,
            state=ProxyState.CONFIRMED,
            source=AnswerSource.TOWN_HALL,
            in_session=True,
            given_at=now,
            confirmed_at=now,
        )
