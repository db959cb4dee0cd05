"""Who may do what in the council. Beside each row rule stands its list twin; a test compares them.

Who prepares a body: the organisation's DGS team, and the team named on the body. Who sits in it
sees what was convened, while their mandate runs. An agent proposes points and follows their own.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import TeamMembership
from config.lib.access import ALLOWED, Decision, refuse
from council.enums import MAYOR_OUT, ConvocationState, ItemState
from council.models import (
    OFF_AGENDA,
    Absence,
    AgendaItem,
    Assembly,
    Convocation,
    DossierEdition,
    Mandate,
    MayorReplacement,
    Meeting,
    PointTemplate,
    Snippet,
)

if TYPE_CHECKING:
    from accounts.actor import Actor
    from accounts.models import Person
    from council.models.assembly import MandateQuerySet
    from council.models.preparing import SnippetQuerySet

#: The dossier is open to those to whom it was handed over, a doubt being in their favour.
HANDED_OVER = (
    ConvocationState.SENT,
    ConvocationState.ACCEPTED,
    ConvocationState.DELIVERED,
    ConvocationState.UNCERTAIN,
)
#: The author keeps the pen until the point is ready.
WITH_THE_AUTHOR = (ItemState.DRAFT, ItemState.PROPOSED, ItemState.RETURNED)
NOT_THEIRS = "Seule l’équipe qui prépare les séances peut faire cela. Demandez-le-lui."


# --- bodies ----------------------------------------------------------------------------------


def can_prepare(actor: Actor, assembly: Assembly) -> Decision:
    """Who prepares the meetings of a body: the DGS team of its organisation, and its own team."""
    if assembly.organisation_id != actor.organisation.pk:
        return refuse("Cette instance n’existe pas ici.")
    if actor.is_dgs or assembly.preparing_team_id in actor.team_ids:
        return ALLOWED
    return refuse(NOT_THEIRS)


def prepared_assemblies(actor: Actor) -> QuerySet[Assembly]:
    """List twin of `can_prepare`."""
    here = Assembly.objects.filter(organisation=actor.organisation)
    if actor.is_dgs:
        return here
    return here.filter(preparing_team_id__in=list(actor.team_ids))


def can_settle_bodies(actor: Actor) -> Decision:
    """Who creates a body and gives mandates: the DGS team (house rule on people)."""
    if actor.is_dgs:
        return ALLOWED
    return refuse("Seule la direction générale crée une instance ou un mandat.")


def can_propose(actor: Actor, assembly: Assembly) -> Decision:
    """Who drafts a point for a body: any agent of its organisation, and those who prepare it."""
    if assembly.organisation_id != actor.organisation.pk:
        return refuse("Cette instance n’existe pas ici.")
    if actor.is_agent or can_prepare(actor, assembly):
        return ALLOWED
    return refuse("Les points sont proposés par les agents. Parlez-en à la mairie.")


def assemblies_to_propose_to(actor: Actor) -> QuerySet[Assembly]:
    """List twin of `can_propose`."""
    if actor.is_agent:
        return Assembly.objects.filter(organisation=actor.organisation)
    return prepared_assemblies(actor)


def current_mandates(actor: Actor) -> MandateQuerySet:
    """The actor's own mandates that run today in the acting organisation."""
    return Mandate.objects.filter(organisation=actor.organisation, person=actor.person).current(
        actor.today
    )


def chaired_assemblies(actor: Actor) -> QuerySet[Assembly]:
    """The bodies whose agenda is the actor's to agree to: they chair them, or act for the chair
    (L2122-17); a mayor suspended or dismissed no longer does."""
    standing = MayorReplacement.objects.filter(assembly=OuterRef("pk")).current(actor.today)
    chairs = current_mandates(actor).chairing().filter(assembly=OuterRef("pk"))
    return Assembly.objects.filter(organisation=actor.organisation).filter(
        (Q(Exists(chairs)) & ~Q(Exists(standing.filter(reason__in=MAYOR_OUT))))
        | Q(Exists(standing.filter(by__person=actor.person)))
    )


def validators_of(actor: Actor) -> Q:
    """What says that a point waits for the actor: the step that it waits for is their team's or
    their function's, or those of somebody away who named them."""
    away = Absence.objects.filter(
        organisation=actor.organisation, replacement=actor.person
    ).current(actor.today)
    teams = TeamMembership.objects.filter(
        organisation=actor.organisation, team__archived_at=None, person__in=away.values("person")
    ).current(actor.today)
    seats = (
        Mandate.objects.filter(organisation=actor.organisation)
        .current(actor.today)
        .filter(Q(person=actor.person) | Q(person__in=away.values("person")))
        .filter(assembly=OuterRef("assembly"), function=OuterRef("step__function"))
    )
    return Q(state=ItemState.PROPOSED, step__isnull=False) & (
        Q(step__team_id__in=list(actor.team_ids))
        | Q(step__team__in=teams.values("team"))
        | Q(Exists(seats))
    )


def items_to_validate(actor: Actor) -> QuerySet[AgendaItem]:
    """List twin of `can_validate`."""
    return AgendaItem.objects.filter(organisation=actor.organisation).filter(validators_of(actor))


def can_validate(actor: Actor, item: AgendaItem) -> Decision:
    """Who says yes or sends back at the step that a point waits for."""
    if items_to_validate(actor).filter(pk=item.pk).exists():
        return ALLOWED
    return refuse("Ce point n’attend pas votre validation.")


# --- meetings --------------------------------------------------------------------------------


def visible_meetings(actor: Actor) -> QuerySet[Meeting]:
    """Which meetings may be seen:

    - by agents of the organisation: all of them (when, where; the points have their own rule);
    - by those who prepare the body: all of its meetings;
    - by its members: those that were convened, while their mandate runs;
    - by its mayor or president: those in preparation too, since their agreement is asked.
    """
    here = Meeting.objects.filter(organisation=actor.organisation)
    if actor.is_agent or actor.is_dgs:
        return here
    mandates = current_mandates(actor).filter(assembly=OuterRef("assembly"))
    return here.filter(
        Q(assembly__preparing_team_id__in=list(actor.team_ids))
        | Q(assembly__in=chaired_assemblies(actor))
        | (Q(convened_at__isnull=False) & Q(Exists(mandates)))
    )


def can_see_meeting(actor: Actor, meeting: Meeting) -> Decision:
    """Row twin of `visible_meetings`."""
    if meeting.organisation_id == actor.organisation.pk:
        if actor.is_agent or can_prepare(actor, meeting.assembly):
            return ALLOWED
        sits = current_mandates(actor).filter(assembly=meeting.assembly_id).exists()
        if (sits and meeting.convened_at) or _chairs(actor, meeting.assembly_id):
            return ALLOWED
    return refuse("Cette séance ne vous est pas ouverte.")


def can_prepare_meeting(actor: Actor, meeting: Meeting) -> Decision:
    """Who orders the agenda, asks for the agreement, freezes, convenes, reads the proof."""
    return can_prepare(actor, meeting.assembly)


def prepared_meetings(actor: Actor) -> QuerySet[Meeting]:
    """List twin of `can_prepare_meeting`."""
    return Meeting.objects.filter(assembly__in=prepared_assemblies(actor))


def can_agree(actor: Actor, meeting: Meeting) -> Decision:
    """Who agrees to the agenda: the mayor or the president of the body, in office today, or the
    deputy who acts for them (L2122-17).

    The DGS cannot agree in their place, even when asked to: the agreement is recorded by the one
    who gives it (R-CONV-01, R-AGE-02).
    """
    if meeting.organisation_id == actor.organisation.pk and _chairs(actor, meeting.assembly_id):
        return ALLOWED
    return refuse(
        "Seul le maire (ou le président de l’instance), ou qui le remplace, donne cet accord."
    )


def _chairs(actor: Actor, assembly_id: int) -> bool:
    return chaired_assemblies(actor).filter(pk=assembly_id).exists()


def meetings_to_agree(actor: Actor) -> QuerySet[Meeting]:
    """List twin of `can_agree`."""
    return Meeting.objects.filter(
        organisation=actor.organisation, assembly__in=chaired_assemblies(actor)
    )


def can_read_before_agreeing(actor: Actor, meeting: Meeting) -> Decision:
    """Who reads the pieces of an agenda not yet sent: the one who is asked to agree to it.

    Whoever joined a piece could read it, and meant it for the whole assembly; the chair cannot
    agree to what they may not see. Only while the question, or the agreement, stands.
    """
    decision = can_agree(actor, meeting)
    if not decision:
        return decision
    if meeting.agreements.filter(withdrawn_at=None, amendment=None).exists():
        return ALLOWED
    return refuse("Aucun accord ne vous est demandé pour cette séance.")


# --- in session ------------------------------------------------------------------------------


def can_record(actor: Actor, meeting: Meeting) -> Decision:
    """Who enters what happens in session, live or afterwards, and rehearses it: those who prepare
    the body. A member, even the one who chairs, enters nothing."""
    return can_prepare(actor, meeting.assembly)


def recorded_meetings(actor: Actor) -> QuerySet[Meeting]:
    """List twin of `can_record`."""
    return prepared_meetings(actor)


def can_follow(actor: Actor, meeting: Meeting) -> Decision:
    """Who sees what the room sees of a session, once it is open: whoever may see the meeting and
    has its convocation behind it. Never a name of a secret ballot, nothing behind closed doors."""
    if meeting.convened_at is None:
        return refuse("Cette séance n’est pas encore convoquée.")
    return can_see_meeting(actor, meeting)


def followed_meetings(actor: Actor) -> QuerySet[Meeting]:
    """List twin of `can_follow`."""
    return visible_meetings(actor).filter(convened_at__isnull=False)


# --- points ----------------------------------------------------------------------------------


def visible_items(actor: Actor) -> QuerySet[AgendaItem]:
    """Which points may be seen:

    - by those who prepare the body: all;
    - by an agent: their own, and the agenda of a convened meeting (it is posted at the town
      hall), closed doors left out;
    - by a member: the agenda of a convened meeting, while their mandate runs;
    - by the mayor or president: whatever is listed for a meeting of the body;
    - by whoever validates: what waits for them.
    """
    here = AgendaItem.objects.filter(organisation=actor.organisation)
    if actor.is_dgs:
        return here
    on_agenda = ~Q(state__in=OFF_AGENDA) & Q(meeting__isnull=False)
    convened = on_agenda & Q(meeting__convened_at__isnull=False)
    mandates = current_mandates(actor).filter(assembly=OuterRef("assembly"))
    seen = (
        Q(assembly__preparing_team_id__in=list(actor.team_ids))
        | (convened & Q(Exists(mandates)))
        | (on_agenda & Q(assembly__in=chaired_assemblies(actor)))
        | validators_of(actor)
    )
    if actor.is_agent:
        seen |= Q(created_by=actor.person) | (convened & Q(closed_doors=False))
    return here.filter(seen)


def can_see_item(actor: Actor, item: AgendaItem) -> Decision:
    """Row twin of `visible_items`."""
    refused = refuse("Ce point ne vous est pas ouvert.")
    if item.organisation_id != actor.organisation.pk:
        return refused
    if can_prepare(actor, item.assembly):
        return ALLOWED
    if actor.is_agent and item.created_by_id == actor.person.pk:
        return ALLOWED
    if item.state == ItemState.PROPOSED and can_validate(actor, item):
        return ALLOWED
    meeting = item.meeting
    if meeting is None or item.state in OFF_AGENDA:
        return refused
    sits = current_mandates(actor).filter(assembly=item.assembly_id).exists()
    if (sits and meeting.convened_at) or _chairs(actor, item.assembly_id):
        return ALLOWED
    if actor.is_agent and meeting.convened_at and not item.closed_doors:
        return ALLOWED
    return refused


def can_edit_item(actor: Actor, item: AgendaItem) -> Decision:
    """Who rewrites a point: those who prepare the body, until it is frozen; its author, until it
    is ready."""
    if item.state not in (*WITH_THE_AUTHOR, ItemState.READY, ItemState.LISTED):
        return refuse("L’ordre du jour est arrêté : ce point ne se modifie plus.")
    if can_prepare(actor, item.assembly):
        return ALLOWED
    own = actor.is_agent and item.created_by_id == actor.person.pk
    if own and item.organisation_id == actor.organisation.pk:
        if item.state in WITH_THE_AUTHOR:
            return ALLOWED
        return refuse("Votre point est prêt : demandez à l’équipe des séances de vous le rendre.")
    return refuse(NOT_THEIRS)


# --- ready-made sentences --------------------------------------------------------------------


def can_keep_snippets(actor: Actor) -> Decision:
    """Who writes the sentences of the commune: the direction, and those who prepare a body."""
    if prepared_assemblies(actor).exists():
        return ALLOWED
    return refuse(NOT_THEIRS)


def usable_snippets(actor: Actor) -> SnippetQuerySet:
    """The sentences of the acting organisation, for whoever writes a point there."""
    here = Snippet.objects.filter(organisation=actor.organisation)
    return here if assemblies_to_propose_to(actor).exists() else here.none()


def usable_templates(actor: Actor) -> QuerySet[PointTemplate]:
    """The models of points of the acting organisation, for whoever writes a point there. Those who
    keep the sentences keep them too (`can_keep_snippets`)."""
    here = PointTemplate.objects.filter(organisation=actor.organisation).order_by("name", "pk")
    return here if assemblies_to_propose_to(actor).exists() else here.none()


# --- convocations and dossiers ---------------------------------------------------------------


def visible_convocations(actor: Actor) -> QuerySet[Convocation]:
    """The proof: those who prepare the body. The mayor and the members do not see it."""
    return Convocation.objects.filter(
        organisation=actor.organisation, meeting__assembly__in=prepared_assemblies(actor)
    )


def can_see_convocation(actor: Actor, convocation: Convocation) -> Decision:
    """Row twin of `visible_convocations`."""
    return can_prepare(actor, convocation.meeting.assembly)


def _handed_over() -> Q:
    """What a member may open: all that was handed over; a message that came back too, since
    somebody who opens it has received it some other way."""
    return Q(state__in=HANDED_OVER) | Q(state=ConvocationState.FAILED, handed_over_at__isnull=False)


def visible_editions(person: Person, *, today: date) -> QuerySet[DossierEdition]:
    """The frozen dossiers of one member: handed over to them, while their mandate runs.

    No organisation session is needed: the personal link opens the same dossiers (portal). Rights
    on the documents themselves play no part, in either direction.
    """
    own = Convocation.objects.filter(
        _handed_over(),
        edition=OuterRef("pk"),
        person=person,
        mandate__in=Mandate.objects.filter(person=person).current(today),
    )
    return DossierEdition.objects.filter(Exists(own))


def can_open_dossier(person: Person, edition: DossierEdition, *, today: date) -> Decision:
    """Row twin of `visible_editions`."""
    own = (
        Convocation.objects.filter(_handed_over(), edition=edition, person=person)
        .select_related("mandate")
        .order_by("pk")
        .first()
    )
    if own is not None and own.mandate.is_current(today):
        return ALLOWED
    return refuse("Ce dossier ne vous a pas été adressé, ou votre mandat est terminé.")


def can_read_edition(actor: Actor, edition: DossierEdition) -> Decision:
    """Who reads a sent dossier from inside: a member it was sent to, and those who prepare."""
    if can_prepare(actor, edition.meeting.assembly):
        return ALLOWED
    if edition.organisation_id != actor.organisation.pk:
        return refuse("Ce dossier n’existe pas ici.")
    return can_open_dossier(actor.person, edition, today=actor.today)
