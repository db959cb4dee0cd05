"""Who sees what arrives, and the register of the post.

The bin is kept by the direction and by one team of its choosing: what lands there may be anything
(a summons, a medical certificate), so it is not open to every agent. What was sent to a folder's
own address is that folder's: only those who may file there see it, the keepers of the bin no more
than others. Nobody is offered, shown or told of a folder where they may not file.
"""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.fields import BooleanField

from accounts.actor import Actor
from config.lib.access import ALLOWED, Decision, refuse
from documents.access.tree import readable_domains, role_of, visible_documents, visible_folders
from documents.enums import ArrivalState, Role
from documents.models import Arrival, ArrivalBin, Envelope, Folder, MailEntry


def can_keep_bin(actor: Actor) -> Decision:
    """Who empties the bin:

    - the organisation's DGS team;
    - the members of the team that it chose for this.
    """
    if actor.is_dgs or _in_chosen_team(actor):
        return ALLOWED
    return refuse(
        "Seules la direction générale et l’équipe qu’elle a choisie classent ce qui arrive. "
        "Demandez-lui d’en faire partie."
    )


def _in_chosen_team(actor: Actor) -> bool:
    if not actor.team_ids:
        return False
    return ArrivalBin.objects.filter(
        organisation=actor.organisation, team_id__in=actor.team_ids
    ).exists()


def visible_envelopes(actor: Actor) -> QuerySet[Envelope]:
    """What came for the bin, to its keepers; for a folder, to those who may file there."""
    mine = Q(folder__domain__in=readable_domains(actor, Role.EDITOR))
    if can_keep_bin(actor):
        mine |= Q(folder=None)
    return Envelope.objects.filter(mine, organisation=actor.organisation)


def visible_arrivals(actor: Actor) -> QuerySet[Arrival]:
    """The files of the envelopes that the actor sees; not those still being put together."""
    return Arrival.objects.filter(
        organisation=actor.organisation, envelope__in=visible_envelopes(actor)
    ).exclude(state=ArrivalState.ASSEMBLING)


def waiting_arrivals(actor: Actor) -> QuerySet[Arrival]:
    """What is left to sort, held messages included."""
    return visible_arrivals(actor).filter(state__in=[ArrivalState.TO_FILE, ArrivalState.HELD])


def can_sort(actor: Actor, envelope: Envelope) -> Decision:
    """Row twin of `visible_envelopes`: who sees an envelope sorts it."""
    if envelope.organisation_id != actor.organisation.pk:
        return refuse("Ce pli n’est pas à vous.")
    folder = envelope.folder
    if folder is None:
        return can_keep_bin(actor)
    if role_of(actor, folder) >= Role.EDITOR:
        return ALLOWED
    return refuse("Ce pli est arrivé pour un dossier où vous ne pouvez pas déposer.")


def can_open_arrival(actor: Actor, arrival: Arrival) -> Decision:
    """Who opens the bytes: who sorts, once the sender is proved or a person vouched for them."""
    allowed = can_sort(actor, arrival.envelope)
    if allowed and arrival.state == ArrivalState.HELD:
        return refuse(
            "Ce message est retenu : son expéditeur n’est pas prouvé. "
            "Libérez-le d’abord si vous le reconnaissez."
        )
    if allowed and arrival.state == ArrivalState.FILED:
        return refuse(
            "Ce fichier est classé : il s’ouvre là où il est, selon les droits du dossier."
        )
    return allowed


def editable_folders(actor: Actor) -> QuerySet[Folder]:
    """Where the actor may file: the only folders ever proposed."""
    return visible_folders(actor, Role.EDITOR)


# -- the register of the post ----------------------------------------------------------------------


def can_keep_register(actor: Actor) -> Decision:
    """Who enters lines that carry no document, and sees every number: the keepers of the bin."""
    allowed = can_keep_bin(actor)
    if allowed:
        return ALLOWED
    return refuse(
        "Seules la direction générale et l’équipe qu’elle a choisie tiennent le registre "
        "du courrier."
    )


def _in_charge(actor: Actor) -> Q:
    return Q(person=actor.person) | Q(team__in=actor.team_ids)


def visible_entries(actor: Actor) -> QuerySet[MailEntry]:
    """The lines of the register that the actor knows of, with `whole` on each.

    Keepers see every number, for none may seem missing; others see what they are in charge of and
    what they may read. `whole` is false where the document is closed to a keeper: the number and
    the date are shown, neither the correspondent nor the subject.
    """
    readable = Exists(visible_documents(actor).filter(pk=OuterRef("document_id")))
    entries = MailEntry.objects.filter(organisation=actor.organisation)
    if can_keep_register(actor):
        return entries.annotate(whole=Q(on_paper=True) | _in_charge(actor) | readable)
    return entries.filter(_in_charge(actor) | readable).annotate(
        whole=Value(True, output_field=BooleanField())
    )


def can_see_entry(actor: Actor, entry: MailEntry) -> Decision:
    """Row twin of `visible_entries`, for lines shown whole."""
    if entry.organisation_id != actor.organisation.pk:
        return refuse("Cette ligne n’est pas de votre registre.")
    if entry.person_id == actor.person.pk or entry.team_id in actor.team_ids:
        return ALLOWED
    if entry.on_paper:
        return can_keep_register(actor)
    key = entry.document_id
    if key is not None and visible_documents(actor).filter(pk=key).exists():
        return ALLOWED
    return refuse("Le document de cette ligne ne vous est pas ouvert.")


def can_change_entry(actor: Actor, entry: MailEntry) -> Decision:
    """Who assigns, dates and closes a line: keepers who may see it, and who is in charge."""
    seen = can_see_entry(actor, entry)
    if not seen:
        return seen
    if entry.person_id == actor.person.pk or entry.team_id in actor.team_ids:
        return ALLOWED
    return can_keep_register(actor)
