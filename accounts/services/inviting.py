"""Opening an account for a person: the password is theirs, chosen from a link sent to them."""

from __future__ import annotations

import re
from datetime import datetime

from django.db import transaction

from accounts import audit
from accounts.access import can_administer
from accounts.actor import Actor
from accounts.audit import record
from accounts.enums import NoticeClass
from accounts.mail import queue_mail
from accounts.models import Mail, Membership, Person
from accounts.notifications.messages import INVITATION, WELCOME
from accounts.services.locking import lock_organisation
from accounts.services.teams import NotAMember
from config.lib.access import require
from config.lib.text import fold


class NoAddress(Exception):
    """The person cannot be written to."""


class IdentifierTaken(Exception):
    """Somebody else signs in with this identifier."""


@transaction.atomic
def invite(*, actor: Actor, person: Person, identifier: str = "", now: datetime) -> Mail:
    """Send a person of the acting organisation what they need to sign in.

    Without account yet: an invitation to choose a password, with this identifier or a proposed
    one. With an account already: a word saying that this organisation is open to them. Raises
    NotAMember, NoAddress or IdentifierTaken.
    """
    organisation = lock_organisation(actor.organisation)
    require(can_administer(actor))
    mine = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    if not Membership.objects.filter(organisation=organisation, person=mine).exists():
        raise NotAMember(f"{mine.full_name} n’appartient pas à {organisation.name}.")
    if not mine.email:
        raise NoAddress(f"{mine.full_name} n’a pas d’adresse de courriel : ajoutez-la d’abord.")
    if mine.identifier is None:
        wanted = identifier.strip() or propose_identifier(mine)
        if Person.objects.filter(identifier__iexact=wanted).exists():
            raise IdentifierTaken(f"L’identifiant « {wanted} » est déjà pris.")
        mine.identifier = wanted
        mine.full_clean()
        mine.save(update_fields=["identifier"])
    has_account = mine.has_usable_password()
    record(actor, audit.acts.PERSON_INVITED, mine, now=now)
    return queue_mail(
        WELCOME if has_account else INVITATION,
        person=mine,
        organisation=organisation,
        payload={},
        notice_class=NoticeClass.SECURITY,
        now=now,
    )


def propose_identifier(person: Person) -> str:
    """jeanne.martin, or jeanne.martin2 when it is taken."""
    words = [
        re.sub(r"[^a-z0-9]+", "-", fold(w)).strip("-")
        for w in (person.given_name, person.family_name)
    ]
    base = ".".join(w for w in words if w)[:140] or "personne"
    taken = {
        name.lower()
        for name in Person.objects.filter(identifier__istartswith=base).values_list(
            "identifier", flat=True
        )
        if name
    }
    number = 1
    while (found := base if number == 1 else f"{base}{number}") in taken:
        number += 1
    return found
