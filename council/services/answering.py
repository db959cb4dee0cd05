"""« Serez-vous là ? » : answers and pouvoirs, changeable until the meeting opens.

R-PRO-01 one pouvoir per holder, always revocable; R-PRO-02 whose author is certain: from a
mailbox that several people read it waits for the secretary, and already occupies its holder.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from accounts.actor import Actor
from accounts.audit import record
from accounts.enums import Capacity
from accounts.models import Membership, Person
from config.lib.access import require
from config.lib.clock import local_date
from config.work.services import emit
from council import audit
from council.access import can_open_dossier, can_prepare_meeting
from council.enums import LIVE_PROXY, AnswerSource, Intent, Means, ProxyState
from council.models import Answer, Convocation, Mandate, Meeting, Proxy
from council.models.assembly import MandateQuerySet
from council.papers import allows_proxies
from council.rules.finding import Severity
from council.rules.policy import Body
from council.rules.proxies import SESSIONS, ProxyFacts, check_proxy, limited_to_three_sessions
from council.services.locking import lock_meeting
from council.services.refusals import Missing, Refusal
from council.workflow import PROXY

ANSWERED = "council.answer.given"
SHARED_MAILBOX = "shared_mailbox"


class TooLate(Refusal):
    """The meeting has begun, or will not be held."""


class NoVoice(Refusal):
    """Who sits without a vote gives no pouvoir."""


class NotAnAgent(Refusal):
    """Who received the answer does not work here."""


class NotThisHolder(Refusal):
    """The person chosen cannot receive this pouvoir; the message says why."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one member stands for one meeting."""

    intent: str
    proxy: Proxy | None
    received_from: Person | None
    may_change: bool
    why_not: str
    may_give_proxy: bool


def holders_for(meeting: Meeting, giver: Person) -> list[Mandate]:
    """To whom the member may give pouvoir: voting members in office, in the order of the tableau,
    who hold none yet (the one that this member gave does not count)."""
    taken = (
        Proxy.objects.filter(meeting=meeting)
        .live()
        .exclude(giver=giver)
        .values_list("holder_id", flat=True)
    )
    return list(
        _voters(meeting)
        .in_order_of_the_tableau()
        .exclude(person=giver)
        .exclude(person__in=list(taken))
        .select_related("person")
    )


def holders_taken(meeting: Meeting, giver: Person) -> list[Person]:
    """The members who already hold somebody else's pouvoir, to say why they are not offered."""
    return list(
        Person.objects.filter(
            pk__in=Proxy.objects.filter(meeting=meeting)
            .live()
            .exclude(giver=giver)
            .values("holder_id")
        ).order_by("family_name", "given_name", "pk")
    )


def _voters(meeting: Meeting) -> MandateQuerySet:
    return Mandate.objects.filter(assembly=meeting.assembly_id).current(meeting.local_day).voting()


def why_closed(meeting: Meeting, *, now: datetime) -> str:
    """Why no answer can be given any more; "" while one can."""
    if meeting.cancelled_at is not None:
        return "Cette séance est annulée."
    if meeting.adjourned_at is not None or local_date(now, meeting.timezone) > meeting.local_day:
        return "La séance a eu lieu."
    if meeting.opened_at is not None or now >= meeting.starts_at:
        return "La séance a commencé : dites-le directement au secrétariat."
    return ""


def standing(convocation: Convocation, *, now: datetime) -> Standing:
    """What the member answered, whom they gave pouvoir to, from whom they received one."""
    meeting, person = convocation.meeting, convocation.person
    answer = Answer.objects.current().filter(meeting=meeting, person=person).first()
    proxies = list(
        Proxy.objects.filter(meeting=meeting)
        .live()
        .select_related("giver", "holder")
        .order_by("pk")
    )
    closed = why_closed(meeting, now=now)
    return Standing(
        intent=answer.intent if answer else "",
        proxy=next((one for one in proxies if one.giver_id == person.pk), None),
        received_from=next((one.giver for one in proxies if one.holder_id == person.pk), None),
        may_change=not closed,
        why_not=closed,
        may_give_proxy=allows_proxies(meeting.assembly)
        and _voters(meeting).filter(person=person).exists(),
    )


@transaction.atomic
def answer(
    *,
    convocation: Convocation,
    intent: Intent,
    source: AnswerSource,
    now: datetime,
    holder: Person | None = None,
) -> Answer:
    """Record what a member says of their coming; a later word replaces an earlier one.

    The former answer and the former pouvoir stay in the log (T-PRO-02).
    """
    meeting = lock_meeting(convocation.meeting)
    person = convocation.person
    today = local_date(now, meeting.timezone)
    require(can_open_dossier(person, convocation.edition, today=today))
    return _answer(meeting, person, intent, source, now, holder=holder, recorded_by=None)


@transaction.atomic
def note_answer(
    *,
    actor: Actor,
    meeting: Meeting,
    person: Person,
    intent: Intent,
    now: datetime,
    holder: Person | None = None,
    received_by: Person | None = None,
    means: Means = Means.PHONE,
) -> Answer:
    """The town hall notes what a member said by telephone or on paper, and who received it."""
    held = lock_meeting(meeting)
    require(can_prepare_meeting(actor, held))
    receiver = received_by or actor.person
    known = receiver == actor.person or receivers(held, now=now).filter(pk=receiver.pk).exists()
    if not known:
        raise NotAnAgent("Choisissez la personne de la mairie qui a reçu cette réponse.")
    if (
        not Mandate.objects.filter(assembly=held.assembly_id, person=person)
        .current(held.local_day)
        .exists()
    ):
        raise NoVoice("Cette personne ne siège pas dans cette instance.")
    return _answer(
        held,
        person,
        intent,
        AnswerSource.TOWN_HALL,
        now,
        holder=holder,
        recorded_by=actor,
        received_by=receiver,
        means=means,
    )


def receivers(meeting: Meeting, *, now: datetime) -> QuerySet[Person]:
    """Who may have received an answer at the town hall: its agents of today."""
    working = Membership.objects.current(local_date(now, meeting.timezone)).filter(
        organisation=meeting.organisation_id, capacity=Capacity.AGENT
    )
    return Person.objects.filter(pk__in=working.values("person")).order_by(
        "family_name", "given_name", "pk"
    )


def _answer(
    meeting: Meeting,
    person: Person,
    intent: Intent,
    source: AnswerSource,
    now: datetime,
    *,
    holder: Person | None,
    recorded_by: Actor | None,
    received_by: Person | None = None,
    means: str = "",
) -> Answer:
    closed = why_closed(meeting, now=now)
    if closed:
        raise TooLate(closed)
    if intent != Intent.PROXY:
        holder = None
    elif holder is None:
        raise Missing("Choisissez la personne à qui vous donnez pouvoir.")
    current = Answer.objects.current().filter(meeting=meeting, person=person).first()
    mine = Proxy.objects.filter(meeting=meeting, giver=person).live().first()
    same_holder = (mine.holder_id if mine else None) == (holder.pk if holder else None)
    if current is not None and current.intent == intent and same_holder:
        return current
    if intent == Intent.PROXY and holder is not None:
        _check(meeting, person, holder)
    if mine is not None and not (intent == Intent.PROXY and same_holder):
        _end(mine, now, reason="remplacé" if intent == Intent.PROXY else "révoqué par son auteur")
    if current is not None:
        current.replaced_at = max(now, current.answered_at)
        current.save(update_fields=["replaced_at"])
    given = Answer.objects.create(
        organisation=meeting.organisation,
        meeting=meeting,
        person=person,
        intent=intent,
        source=source,
        recorded_by=recorded_by.person if recorded_by else None,
        received_by=received_by,
        means=means,
        answered_at=now,
    )
    if intent == Intent.PROXY and holder is not None and not (mine and same_holder):
        _give(meeting, person, holder, source, now, recorded_by)
    record(
        recorded_by,
        audit.ANSWER_GIVEN,
        meeting,
        now=now,
        organisation=meeting.organisation,
        actor_uid=person.uid,
        data={"intent": intent.value, "source": source.value, "person": str(person.uid)},
    )
    emit(
        ANSWERED,
        organisation_id=meeting.organisation_id,
        actor_id=person.pk,
        payload={"meeting": str(meeting.uid), "person": str(person.uid), "intent": intent.value},
        now=now,
    )
    return given


def _check(meeting: Meeting, giver: Person, holder: Person) -> None:
    if not allows_proxies(meeting.assembly):
        raise NoVoice("On ne donne pas pouvoir dans cette instance.")
    members = frozenset(str(pk) for pk in _voters(meeting).values_list("person_id", flat=True))
    if str(giver.pk) not in members:
        raise NoVoice("Vous siégez sans voix délibérative : vous ne pouvez pas donner pouvoir.")
    live = dict(Proxy.objects.filter(meeting=meeting).live().values_list("giver_id", "holder_id"))
    body = Body(meeting.assembly.kind)
    findings = check_proxy(
        ProxyFacts(
            giver=str(giver.pk),
            holder=str(holder.pk),
            members=members,
            live={str(one): str(other) for one, other in live.items()},
            previous_in_a_row=represented_in_a_row(meeting, giver),
            limited_to_three_sessions=limited_to_three_sessions(body),
            body=body,
        )
    )
    blocking = [one for one in findings if one.severity == Severity.BLOCKING]
    if blocking:
        raise NotThisHolder(blocking[0].message, blocking)


def represented_in_a_row(meeting: Meeting, giver: Person) -> int:
    """How many meetings of the body in a row, just before this one, the member was represented
    (counted up to what the law allows: more changes nothing)."""
    before = (
        Meeting.objects.filter(assembly=meeting.assembly_id, starts_at__lt=meeting.starts_at)
        .alive()
        .filter(convened_at__isnull=False)
        .exclude(pk=meeting.pk)
        .order_by("-starts_at", "-pk")[:SESSIONS]
    )
    previous = list(before)
    represented = set(
        Proxy.objects.filter(meeting__in=previous, giver=giver, state__in=LIVE_PROXY).values_list(
            "meeting_id", flat=True
        )
    )
    count = 0
    for one in previous:
        if one.pk not in represented:
            break
        count += 1
    return count


def doubts_of(meeting: Meeting, giver: Person, source: AnswerSource) -> list[str]:
    """Why a pouvoir's author is not certain: a link that arrives in a shared mailbox."""
    if source != AnswerSource.LINK or not giver.email:
        return []
    address = giver.email.lower()
    organisation = meeting.organisation
    official = {organisation.email.lower(), meeting.assembly.reply_email.lower()} - {""}
    shared = (
        Person.objects.filter(email__iexact=address, is_active=True).exclude(pk=giver.pk).exists()
    )
    if shared or address in official or address.startswith(("mairie@", "mairie.", "accueil@")):
        return [SHARED_MAILBOX]
    return []


def _give(
    meeting: Meeting,
    giver: Person,
    holder: Person,
    source: AnswerSource,
    now: datetime,
    recorded_by: Actor | None,
) -> Proxy:
    doubts = doubts_of(meeting, giver, source)
    certain = not doubts
    try:
        with transaction.atomic():
            proxy = Proxy.objects.create(
                organisation=meeting.organisation,
                meeting=meeting,
                giver=giver,
                holder=holder,
                state=ProxyState.CONFIRMED if certain else ProxyState.TO_CONFIRM,
                source=source,
                doubts=doubts,
                given_at=now,
                confirmed_at=now if certain else None,
                confirmed_by=recorded_by.person if recorded_by and certain else None,
            )
    except IntegrityError as error:
        raise NotThisHolder(
            f"{holder.full_name} a déjà reçu un pouvoir : un seul par membre. Choisissez une "
            "autre personne."
        ) from error
    record(
        recorded_by,
        audit.PROXY_GIVEN,
        proxy,
        now=now,
        organisation=meeting.organisation,
        actor_uid=giver.uid,
        data={"holder": str(holder.uid), "doubts": doubts},
        label=False,
    )
    return proxy


def _end(proxy: Proxy, now: datetime, *, reason: str) -> None:
    proxy.state = ProxyState.REVOKED
    proxy.ended_at = now
    proxy.end_reason = reason
    proxy.save(update_fields=["state", "ended_at", "end_reason"])


@transaction.atomic
def confirm_proxy(*, actor: Actor, proxy: Proxy, now: datetime) -> Proxy:
    """The secretary made sure of the author: the pouvoir is whole."""
    meeting = lock_meeting(proxy.meeting)
    require(can_prepare_meeting(actor, meeting))
    held = Proxy.objects.select_for_update(of=("self",), no_key=True).get(pk=proxy.pk)
    if not PROXY.allows(held.state, "confirm"):
        raise Refusal("Ce pouvoir n’attend pas de confirmation.")
    held.state = ProxyState.CONFIRMED
    held.confirmed_at = now
    held.confirmed_by = actor.person
    held.save(update_fields=["state", "confirmed_at", "confirmed_by"])
    record(actor, audit.PROXY_CONFIRMED, held, now=now, label=False)
    return held
