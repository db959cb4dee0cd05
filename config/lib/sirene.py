"""The numbers of French legal persons and the key that tells a mistyped one (SIRENE, INSEE)."""

from __future__ import annotations

import re


def luhn_is_right(digits: str) -> bool:
    """The key of a SIREN or a SIRET."""
    total = 0
    for place, sign in enumerate(reversed(digits)):
        value = int(sign) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def is_siren(text: str) -> bool:
    """Nine digits and their key."""
    return re.fullmatch(r"[0-9]{9}", text) is not None and luhn_is_right(text)


def is_siret(text: str) -> bool:
    """Fourteen digits and their key; the first nine are a SIREN."""
    whole = re.fullmatch(r"[0-9]{14}", text) is not None
    return whole and luhn_is_right(text) and is_siren(text[:9])
