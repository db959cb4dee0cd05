"""A commune's colour, accepted only where its words stay readable (WCAG contrast of 4.5)."""

from __future__ import annotations

import re

ENOUGH = 4.5
_HEX = re.compile(r"#[0-9a-f]{6}")
# What the accent is written on, or what is written on it, in the light theme.
SURFACES = ("#ffffff", "#f7f5f1")


def _channels(colour: str) -> tuple[float, float, float]:
    if not _HEX.fullmatch(colour):
        raise ValueError(f"not a colour: {colour!r}")
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return red, green, blue


def luminance(colour: str) -> float:
    """Relative luminance of "#rrggbb", from 0 (black) to 1 (white), as WCAG 2 defines it."""
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in _channels(colour)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, from 1 to 21."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def readable(colour: str) -> bool:
    """Whether this colour may replace the slate of the house."""
    return all(contrast(colour, surface) >= ENOUGH for surface in SURFACES)


def darker(colour: str) -> str:
    """The same colour a quarter darker, for what is hovered or pressed."""
    return "#" + "".join(f"{round(c * 0.75 * 255):02x}" for c in _channels(colour))


def tint(colour: str) -> str:
    """A breath of this colour on white, under what is chosen; ordinary text is readable on it."""
    return "#" + "".join(f"{round(255 - (1 - c) * 255 * 0.13):02x}" for c in _channels(colour))
