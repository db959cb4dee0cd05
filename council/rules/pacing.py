"""How fast the messages of one convocation leave for the same mail provider, and never too late.

A provider that receives two hundred messages at once refuses some of them, or files them as spam.
The legal limit wins over the pace: when time is short, everything leaves sooner (R-CONV-08).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

MINUTE = timedelta(minutes=1)
#: The last message leaves this long before the legal limit, so that it can be tried again.
MARGIN = timedelta(minutes=30)

#: Domains whose mail is received by the same servers.
PROVIDERS = {
    domain: provider
    for provider, domains in {
        "orange.fr": ("orange.fr", "wanadoo.fr", "voila.fr"),
        "gmail.com": ("gmail.com", "googlemail.com"),
        "outlook.com": (
            "outlook.com",
            "outlook.fr",
            "hotmail.com",
            "hotmail.fr",
            "live.com",
            "live.fr",
            "msn.com",
        ),
        "sfr.fr": ("sfr.fr", "neuf.fr", "cegetel.net", "club-internet.fr", "numericable.fr"),
        "free.fr": ("free.fr", "aliceadsl.fr", "libertysurf.fr"),
        "yahoo.com": ("yahoo.com", "yahoo.fr", "ymail.com"),
        "bbox.fr": ("bbox.fr", "bouyguestelecom.fr"),
        "icloud.com": ("icloud.com", "me.com", "mac.com"),
    }.items()
    for domain in domains
}


def provider_of(address: str) -> str:
    """Who receives the mail of that address: its domain, or the provider behind it."""
    domain = address.rpartition("@")[2].strip().casefold()
    return PROVIDERS.get(domain, domain)


def spread(
    addresses: Sequence[str], *, per_minute: int, now: datetime, limit: datetime
) -> list[datetime]:
    """When each message leaves: at most ``per_minute`` a minute for one provider, in the order
    given; faster when the last one would otherwise leave within the margin of ``limit``."""
    if per_minute < 1:
        raise ValueError("at least one message a minute")
    waves: list[int] = []
    sent: dict[str, int] = {}
    for address in addresses:
        provider = provider_of(address)
        waves.append(sent.get(provider, 0) // per_minute)
        sent[provider] = sent.get(provider, 0) + 1
    last = max(waves, default=0)
    if last == 0:
        return [now] * len(waves)
    room = max(limit - MARGIN - now, timedelta(0))
    step = min(MINUTE, room / last)
    return [now + step * wave for wave in waves]
