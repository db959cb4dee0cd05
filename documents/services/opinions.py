"""Asking for an opinion on a document, giving it, and what happens when nobody does."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q

from accounts.access import visible_people, visible_teams
from accounts.actor import Actor
from accounts.audit import Verb, record
from accounts.models import Organisation, Person, Team, TeamMembership
from accounts.notifications import notify, settle
from config.lib.access import ALLOWED, Decision, refuse, require
from config.lib.clock import end_of_day, local_date
from documents import audit
from documents.access import can_comment, can_manage, can_read, domain_id_of, is_confidential
from documents.enums import Advice, OpinionState, Role
from documents.models import Document, OpinionRequest
from documents.notifications import (
    OPINION_ANSWERED,
    OPINION_ASKED,
    OPINION_CANCELLED,
    OPINION_ENDED,
    OPINION_LATE,
    OPINION_SOON,
)
from documents.services.reach import roles_in
from documents.services.refusals import Refusal
from documents.services.telling import tell


class CannotBeAsked(Refusal):
    """The person or team could not open the document."""


class AlreadyAsked(Refusal):
    """The same person or team has not answered yet."""


class BadDate(Refusal):
    """A date that has passed."""


class NoAnswer(Refusal):
    """A question or an answer without words."""


class NoLongerAwaited(Refusal):
    """Answered, cancelled or ended meanwhile."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who might be asked; `reason` says why they cannot be, empty when they can."""

    who: Person | Team
    reason: str

    @property
    def name(self) -> str:
        """As shown."""
        return self.who.label if isinstance(self.who, Team) else self.who.full_name


def candidates(actor: Actor, document: Document) -> list[Candidate]:
    """Every team and person of the organisation but oneself, with why some cannot be asked."""
    readers = _readers(actor, document)
    seats = _seats(actor.organisation, actor.today)
    found: list[Candidate] = []
    for team in visible_teams(actor).order_by("label", "pk"):
        members = seats.get(team.pk, set())
        if members & readers - {actor.person.pk}:
            reason = ""
        elif members - {actor.person.pk}:
            reason = "aucun de ses membres ne peut ouvrir ce document"
        else:
            reason = "personne d’autre que vous n’en fait partie"
        found.append(Candidate(team, reason))
    for person in visible_people(actor).order_by("family_name", "given_name", "pk"):
        if person.pk != actor.person.pk:
            reason = "" if person.pk in readers else "n’a pas accès à ce document"
            found.append(Candidate(person, reason))
    return found


@transaction.atomic
def ask_opinion(
    *,
    actor: Actor,
    document: Document,
    who: Person | Team,
    question: str,
    due: date,
    now: datetime,
) -> OpinionRequest:
    """Ask a person or a team what they think of the current version, for a day (included).

    Raises Refused, CannotBeAsked, AlreadyAsked, BadDate or NoAnswer.
    """
    document = _locked(actor, document.pk)
    require(can_comment(actor, document))
    if not question.strip() or document.current_version is None:
        raise NoAnswer("Écrivez votre question.")
    if due < actor.today:
        raise BadDate("Cette date est passée. Choisissez aujourd’hui ou un jour à venir.")
    known = next(
        (c for c in candidates(actor, document) if c.who.pk == who.pk and type(c.who) is type(who)),
        None,
    )
    if known is None:
        raise CannotBeAsked("Cette personne ou cette équipe n’appartient pas à votre organisation.")
    if known.reason:
        raise CannotBeAsked(
            f"{known.name} : {known.reason}. Donnez d’abord le droit de lire, dans l’onglet Droits."
        )
    team, person = (who, None) if isinstance(who, Team) else (None, who)
    if document.opinions.open().filter(person=person, team=team).exists():
        raise AlreadyAsked(f"L’avis de {known.name} est déjà demandé sur ce document.")
    asked = OpinionRequest.objects.create(
        organisation=actor.organisation,
        document=document,
        version=document.current_version,
        asked_by=actor.person,
        person=person,
        team=team,
        question=question.strip(),
        due=due,
        created_at=now,
    )
    _record(actor, audit.OPINION_ASKED, asked, now)
    people = _asked_people(asked, actor.today)
    _notify(asked, OPINION_ASKED, people, now, "on vous demande votre avis", actor)
    return asked


@transaction.atomic
def give_opinion(
    *, actor: Actor, request: OpinionRequest, advice: Advice, text: str, now: datetime
) -> OpinionRequest:
    """Answer, for oneself or for one's team. Raises Refused or NoLongerAwaited; a reserved or an
    unfavourable opinion without its reasons raises NoAnswer."""
    request = _awaited(actor, request)
    require(can_answer(actor, request))
    if advice in (Advice.RESERVED, Advice.UNFAVOURABLE) and not text.strip():
        raise NoAnswer("Dites en quelques mots ce qui motive cet avis.")
    version = request.document.current_version
    request.advice = advice
    request.answer = text.strip()
    request.answered_version = version
    _close(actor, request, OpinionState.GIVEN, now)
    _record(actor, audit.OPINION_GIVEN, request, now)
    _notify(request, OPINION_ANSWERED, [request.asked_by], now, "vous avez demandé cet avis", actor)
    return request


@transaction.atomic
def decline_opinion(
    *, actor: Actor, request: OpinionRequest, text: str, now: datetime
) -> OpinionRequest:
    """Say that one will not answer, with a word if one likes. Raises Refused, NoLongerAwaited."""
    request = _awaited(actor, request)
    require(can_answer(actor, request))
    request.answer = text.strip()
    _close(actor, request, OpinionState.DECLINED, now)
    _record(actor, audit.OPINION_DECLINED, request, now)
    _notify(request, OPINION_ANSWERED, [request.asked_by], now, "vous avez demandé cet avis", actor)
    return request


@transaction.atomic
def cancel_opinion(*, actor: Actor, request: OpinionRequest, now: datetime) -> OpinionRequest:
    """No longer wait for it: the one who asked, or who manages the document. Raises Refused or
    NoLongerAwaited."""
    request = _awaited(actor, request)
    require(can_cancel(actor, request))
    _close(actor, request, OpinionState.CANCELLED, now)
    _record(actor, audit.OPINION_CANCELLED, request, now)
    people = _asked_people(request, actor.today)
    _notify(request, OPINION_CANCELLED, people, now, "on vous l’avait demandé", actor)
    return request


def can_answer(actor: Actor, request: OpinionRequest) -> Decision:
    """Who gives the opinion: the person asked, or a member of the team asked, who reads the
    document; never the one who asks."""
    if not can_read(actor, request.document):
        return refuse("Vous n’avez pas accès à ce document.")
    mine = request.person_id == actor.person.pk or request.team_id in actor.team_ids
    if mine and request.asked_by_id != actor.person.pk:
        return ALLOWED
    return refuse("Cet avis est demandé à quelqu’un d’autre.")


def can_cancel(actor: Actor, request: OpinionRequest) -> Decision:
    """Who cancels: the one who asked, or who manages the rights of the document."""
    if request.asked_by_id == actor.person.pk:
        return ALLOWED
    if can_manage(actor, request.document):
        return ALLOWED
    return refuse("Seule la personne qui a demandé cet avis peut l’annuler.")


# -- what the clock and the events start -----------------------------------------------------------


def remind(*, now: datetime) -> int:
    """Remind the day before and once when late; end what nobody can answer any more.

    May run as often as one likes: each reminder goes once. Returns how many requests were touched.
    """
    touched = 0
    for organisation in Organisation.objects.order_by("pk"):
        touched += end_out_of_reach(organisation=organisation, now=now)
        today = local_date(now, organisation.timezone)
        due = (
            OpinionRequest.objects.open()
            .filter(organisation=organisation)
            .due_by(today + timedelta(days=1))
            .filter(Q(reminded_before_at=None) | Q(reminded_late_at=None, due__lt=today))
        )
        for pk in due.order_by("pk").values_list("pk", flat=True):
            touched += _remind_one(pk, today, now)
    return touched


@transaction.atomic
def _remind_one(pk: int, today: date, now: datetime) -> bool:
    request = (
        OpinionRequest.objects.select_for_update(of=("self",))
        .select_related("document__folder", "organisation", "asked_by", "person", "team")
        .filter(pk=pk, state=OpinionState.ASKED)
        .first()
    )
    if request is None:
        return False
    people = _asked_people(request, today)
    if request.due < today:
        if request.reminded_late_at is not None:
            return False
        request.reminded_late_at = now
        request.reminded_before_at = request.reminded_before_at or now
        _notify(request, OPINION_LATE, people, now, "votre avis est attendu")
        _notify(request, OPINION_LATE, [request.asked_by], now, "vous avez demandé cet avis")
    else:
        if request.reminded_before_at is not None or local_date(
            request.created_at, request.organisation.timezone
        ) >= request.due - timedelta(days=1):
            return False  # asked for so soon that the question itself is the reminder
        request.reminded_before_at = now
        _notify(request, OPINION_SOON, people, now, "votre avis est attendu")
    request.save(update_fields=["reminded_before_at", "reminded_late_at"])
    return True


@transaction.atomic
def end_out_of_reach(*, organisation: Organisation, now: datetime) -> int:
    """End the questions whose addressee can no longer open the document, and tell who asked.

    What is in the trash waits there: it may come back.
    """
    today = local_date(now, organisation.timezone)
    seats = _seats(organisation, today)
    readers: dict[int, set[int]] = {}
    ended = 0
    waiting = (
        OpinionRequest.objects.select_for_update(of=("self",))
        .select_related("document__folder", "organisation", "asked_by", "person", "team")
        .open()
        .filter(organisation=organisation)
        .order_by("pk")
    )
    for request in waiting:
        domain = domain_id_of(request.document)
        if domain not in readers:
            roles = roles_in(domain, organisation=organisation, day=today)
            readers[domain] = {person for person, role in roles.items() if role >= Role.READER}
        asked = {request.person_id} if request.person_id else seats.get(request.team_id or 0, set())
        if asked & readers[domain]:
            continue
        request.state = OpinionState.OUT_OF_REACH
        request.closed_at = now
        request.save(update_fields=["state", "closed_at"])
        _record(None, audit.OPINION_OUT_OF_REACH, request, now)
        _notify(request, OPINION_ENDED, [request.asked_by], now, "vous avez demandé cet avis")
        ended += 1
    return ended


# -- inside ----------------------------------------------------------------------------------------


def _locked(actor: Actor, pk: int) -> Document:
    Document.objects.select_for_update(no_key=True, of=("self",)).get(
        pk=pk, organisation=actor.organisation
    )
    return Document.objects.select_related("folder", "current_version").get(pk=pk)


def _awaited(actor: Actor, request: OpinionRequest) -> OpinionRequest:
    """The request under lock, still open."""
    found = (
        OpinionRequest.objects.select_for_update(of=("self",))
        .select_related(
            "document__folder", "document__current_version", "asked_by", "person", "team"
        )
        .get(pk=request.pk, organisation=actor.organisation)
    )
    if found.state != OpinionState.ASKED:
        raise NoLongerAwaited("Cet avis n’est plus attendu : il a été donné, décliné ou annulé.")
    return found


def _close(actor: Actor, request: OpinionRequest, state: OpinionState, now: datetime) -> None:
    request.state = state
    request.closed_at = now
    request.closed_by = actor.person
    request.save()
    settle(
        OPINION_ASKED,
        OPINION_SOON,
        OPINION_LATE,
        about=request.uid,
        organisation=request.organisation,
        now=now,
    )


def _record(actor: Actor | None, verb: Verb, request: OpinionRequest, now: datetime) -> None:
    who = request.team or request.person
    data = {"opinion": str(request.uid), "of": str(who.uid) if who else ""}
    if actor is not None:
        tell(actor, verb, request.document, now=now, data=data)
    else:
        record(
            None,
            verb,
            request.document,
            now=now,
            organisation=request.organisation,
            data=data,
            label=not is_confidential(request.document),
        )


def _notify(
    request: OpinionRequest,
    kind: str,
    people: Iterable[Person],
    now: datetime,
    reason: str,
    actor: Actor | None = None,
) -> None:
    organisation = request.organisation
    notify(
        kind,
        organisation=organisation,
        recipients=people,
        group_key=f"document:opinion:{request.uid}:{kind}",
        now=now,
        actor=actor,
        object_uid=request.document.uid,
        payload={"opinion": str(request.uid)},
        reason=f"parce que {reason}",
        due=end_of_day(request.due, organisation.timezone),
    )


def _asked_people(request: OpinionRequest, day: date) -> list[Person]:
    if request.person is not None:
        return [request.person]
    members = _seats(request.organisation, day).get(request.team_id or 0, set())
    return list(
        Person.objects.filter(pk__in=members - {request.asked_by_id}, is_active=True).order_by("pk")
    )


def _readers(actor: Actor, document: Document) -> set[int]:
    roles = roles_in(domain_id_of(document), organisation=actor.organisation, day=actor.today)
    return {person for person, role in roles.items() if role >= Role.READER}


def _seats(organisation: Organisation, day: date) -> dict[int, set[int]]:
    """Who is in each team on a day."""
    found: dict[int, set[int]] = {}
    seats = TeamMembership.objects.filter(
        Q(to_date=None) | Q(to_date__gte=day), organisation=organisation, from_date__lte=day
    )
    for team, person in seats.values_list("team_id", "person_id"):
        found.setdefault(team, set()).add(person)
    return found
