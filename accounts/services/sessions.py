"""The open sessions of a person: seen, dated, closed one by one."""

from __future__ import annotations

from datetime import datetime, timedelta
from importlib import import_module
from uuid import UUID

from django.conf import settings
from django.db import transaction

from accounts import audit
from accounts.audit import record
from accounts.models import Person, SignedInSession

_DEVICES = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("CrOS", "Chromebook"),
    ("Linux", "Linux"),
)
_BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)


def device_name(user_agent: str) -> str:
    """ "Firefox, Windows": enough to recognise one's own computer."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "Navigateur")
    machine = next((name for mark, name in _DEVICES if mark in user_agent), "appareil inconnu")
    return f"{browser}, {machine}"


@transaction.atomic
def open_session(
    *, person: Person, session_key: str, user_agent: str, address: str, now: datetime
) -> SignedInSession:
    """Note a session that was just opened."""
    session = SignedInSession.objects.create(
        person=person,
        session_key=session_key,
        device=device_name(user_agent),
        address=address or None,
        started_at=now,
        last_seen_at=now,
    )
    record(None, audit.acts.SIGNED_IN, person, now=now, actor_uid=person.uid)
    return session


@transaction.atomic
def sign_out(*, person: Person, session_key: str | None, now: datetime) -> None:
    """The person leaves this session."""
    SignedInSession.objects.filter(person=person, session_key=session_key or "").delete()
    record(None, audit.acts.SIGNED_OUT, person, now=now, actor_uid=person.uid)


@transaction.atomic
def close_session(*, person: Person, uid: UUID, now: datetime) -> bool:
    """Close one of the person's own sessions, wherever it is. False when it was not theirs."""
    session = SignedInSession.objects.filter(person=person, uid=uid).first()
    if session is None:
        return False
    _end([session])
    record(None, audit.acts.SESSION_CLOSED, person, now=now, actor_uid=person.uid)
    return True


@transaction.atomic
def close_others(*, person: Person, kept_key: str | None, now: datetime) -> int:
    """Close every session of the person but this one. Returns how many."""
    sessions = list(
        SignedInSession.objects.filter(person=person)
        .exclude(session_key=kept_key or "")
        .order_by("pk")
    )
    _end(sessions)
    if sessions:
        record(
            None, audit.acts.SESSION_CLOSED, person, now=now, actor_uid=person.uid,
            data={"count": len(sessions)},
        )  # fmt: skip
    return len(sessions)


def still_here(session_key: str | None, *, now: datetime) -> None:
    """The session is in use today. Not business: called once a day per session."""
    SignedInSession.objects.filter(session_key=session_key or "").update(last_seen_at=now)


def purge_sessions(*, now: datetime) -> int:
    """Forget sessions that ran out by themselves. Returns how many."""
    oldest = now - timedelta(seconds=settings.SESSION_COOKIE_AGE)
    return SignedInSession.objects.filter(last_seen_at__lt=oldest).delete()[0]


def _end(sessions: list[SignedInSession]) -> None:
    store = import_module(settings.SESSION_ENGINE).SessionStore
    for session in sessions:
        store(session_key=session.session_key).delete()
        session.delete()
