"""Personal links of an account: signed, short-lived, worth one use, made when a mail leaves.

Each is bound to what it changes (the password, the address): once that has changed, it is dead.
"""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.models import Person


class Purpose(StrEnum):
    """What a link lets its holder do."""

    RESET = "reset"
    INVITATION = "invitation"
    CONFIRM_EMAIL = "confirm"


LIFETIME = {
    Purpose.RESET: timedelta(hours=3),
    Purpose.INVITATION: timedelta(days=14),
    Purpose.CONFIRM_EMAIL: timedelta(days=90),
}
_PAGES = {
    Purpose.RESET: "accounts:set-password",
    Purpose.INVITATION: "accounts:set-password",
    Purpose.CONFIRM_EMAIL: "accounts:confirm-email",
}


def _state(person: Person, purpose: Purpose) -> str:
    if purpose is Purpose.CONFIRM_EMAIL:
        bound = person.email
    else:
        bound = f"{person.password}|{person.identifier}|{person.email}"
        if purpose is Purpose.RESET:
            bound += f"|{person.last_login}"
    return salted_hmac(f"accounts.link.{purpose}", bound, secret=settings.LINK_KEY).hexdigest()[:24]


def make_token(person: Person, purpose: Purpose) -> str:
    """The token of a link for this person."""
    return signing.dumps(
        [str(person.uid), str(purpose), _state(person, purpose)],
        key=settings.LINK_KEY,
        salt="accounts.link",
    )


def link_to(person: Person, purpose: Purpose) -> str:
    """The whole address, for a mail that is about to leave."""
    return settings.SITE_ADDRESS + reverse(_PAGES[purpose], args=[make_token(person, purpose)])


def read_token(token: str, *purposes: Purpose) -> tuple[Person, Purpose] | None:
    """Whose link this is and what for; None when it is cut, too old, used, or for another use."""
    try:
        uid, word, state = signing.loads(token, key=settings.LINK_KEY, salt="accounts.link")
        purpose = Purpose(word)
        if purpose not in purposes:
            return None
        signing.loads(token, key=settings.LINK_KEY, salt="accounts.link", max_age=LIFETIME[purpose])
        person = Person.objects.filter(uid=UUID(uid), is_active=True).first()
    except (signing.BadSignature, ValueError, TypeError, ValidationError):
        return None
    if person is None or not constant_time_compare(state, _state(person, purpose)):
        return None
    return person, purpose
