"""Slowing down those who guess passwords, without closing the door of a whole town hall.

Failures count per identifier *and* address: behind one address, the mistakes of one agent never
hold another. From the fifth on, each try waits twice as long as the one before. Someone guessing
one identifier from many addresses, or everybody's from everywhere, meets two softer limits, which
never hold anybody at an address where somebody works: a session is open there.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from accounts.models import FailedSignIn, SignedInSession

WINDOW = timedelta(minutes=30)
FREE_TRIES = 4
FIRST_WAIT = timedelta(seconds=10)
LONGEST_WAIT = timedelta(minutes=15)
# From any address, on one identifier, then on the platform.
TRIES_ON_IDENTIFIER = 40
TRIES_ON_PLATFORM = 600
SOFT_WAIT = timedelta(seconds=30)


def key_of(identifier: str) -> str:
    """What is stored instead of the identifier: a failed one may be a password typed too early."""
    return hashlib.sha256(identifier.strip().lower().encode()).hexdigest()


def wait_before(identifier: str, address: str, *, now: datetime) -> timedelta:
    """How long this try must wait; zero when it may go on."""
    recent = FailedSignIn.objects.filter(at__gt=now - WINDOW)
    mine = list(
        recent.filter(identifier_key=key_of(identifier), address=address or None)
        .order_by("-at")
        .values_list("at", flat=True)[:60]
    )
    if len(mine) > FREE_TRIES:
        doublings: int = min(len(mine) - FREE_TRIES - 1, 10)
        rising = FIRST_WAIT * int(2**doublings)
        return max(mine[0] + min(rising, LONGEST_WAIT) - now, timedelta(0))
    if address and SignedInSession.objects.filter(address=address).exists():
        return timedelta(0)
    for tries, most in (
        (recent.filter(identifier_key=key_of(identifier)), TRIES_ON_IDENTIFIER),
        (FailedSignIn.objects.filter(at__gt=now - timedelta(minutes=5)), TRIES_ON_PLATFORM),
    ):
        last = list(tries.order_by("-at").values_list("at", flat=True)[:most])
        if len(last) >= most:
            return max(last[0] + SOFT_WAIT - now, timedelta(0))
    return timedelta(0)


def remember_failure(identifier: str, address: str, *, now: datetime) -> None:
    """Count a failed try."""
    FailedSignIn.objects.create(identifier_key=key_of(identifier), address=address or None, at=now)


def forget_failures(identifier: str, address: str) -> None:
    """The right password was given: the person starts afresh from this address."""
    FailedSignIn.objects.filter(identifier_key=key_of(identifier), address=address or None).delete()


def purge_failures(*, now: datetime) -> int:
    """Forget tries that no longer count. Returns how many."""
    return FailedSignIn.objects.filter(at__lt=now - timedelta(days=1)).delete()[0]
