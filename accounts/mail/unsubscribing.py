"""The link by which a reader stops messages in one click, from their mail programme."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.urls import reverse

from accounts.enums import NoticeClass
from accounts.models import Mail

_SALT = "accounts.unsubscribe"


@dataclass(frozen=True, slots=True)
class Unsubscription:
    """Whose messages, from which organisation (None: every one of theirs)."""

    person_id: int
    organisation_id: int | None


def unsubscribe_token(wish: Unsubscription) -> str:
    """A signed wish; it never expires, a reader may find an old message."""
    return signing.dumps(
        [wish.person_id, wish.organisation_id], key=settings.LINK_KEY, salt=_SALT, compress=False
    )


def read_unsubscribe_token(token: str) -> Unsubscription | None:
    """The wish, or None when the link was cut or made up."""
    try:
        person_id, organisation_id = signing.loads(token, key=settings.LINK_KEY, salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return Unsubscription(person_id, organisation_id)


def unsubscribe_url(mail: Mail) -> str:
    """Where one click stops messages like this one; "" for those that nobody may stop."""
    if mail.notice_class not in {NoticeClass.DIRECT, NoticeClass.FOLLOWED}:
        return ""
    token = unsubscribe_token(Unsubscription(mail.person_id, mail.organisation_id))
    return settings.SITE_ADDRESS + reverse("accounts:unsubscribe", args=[token])
