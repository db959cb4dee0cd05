"""Where a sheet of paper is in a photograph: four straight sides, brighter inside than outside.

Lines are voted for by the points where the picture brightens (Hough, each point knowing its own
direction), on a copy of a few hundred points; the four that make the largest well-drawn
quadrilateral are the sheet. A shadow, a line of text or the edge of the table draws lines too, but
not four that turn in order, brighter towards the middle.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import PIL.Image
import PIL.ImageChops
import PIL.ImageFilter

Point = tuple[float, float]
Corners = tuple[Point, Point, Point, Point]

_SIDE = 420  # points of the small copy
_CLOSED = 7  # ink thinner than this, on the small copy, is wiped out before looking
_WEAKEST = 5  # of 127: a change of brightness that counts
_MOST_POINTS = 6000
_SPREAD = 4  # degrees on each side of what a point says of its line
_LINES = 22
_NEAR = 2.0  # points: how far from its line a point may be
_SQUARE = 38  # degrees that perspective may take from a right angle
_SMALLEST = 0.14  # share of the picture: less is not what was photographed
_WORST_SIDE, _MEAN_SIDE = 0.42, 0.66  # share of a side that must be drawn


@dataclass(frozen=True, slots=True)
class _Edge:
    x: float
    y: float
    angle: float  # degrees, towards what is brighter


@dataclass(frozen=True, slots=True)
class _Line:
    """x·cos(angle) + y·sin(angle) = distance; `drawn[t]` counts what is drawn before `t`."""

    angle: float
    distance: float
    drawn: Sequence[int]
    start: int

    @property
    def normal(self) -> Point:
        return math.cos(math.radians(self.angle)), math.sin(math.radians(self.angle))

    def along(self, point: Point) -> float:
        nx, ny = self.normal
        return -ny * point[0] + nx * point[1]

    def support(self, one: Point, other: Point) -> float:
        """Share of the side between two points that is drawn in the picture."""
        low, high = sorted((self.along(one), self.along(other)))
        length = high - low
        if length < 1:
            return 0.0
        last = len(self.drawn) - 1
        first = min(max(round(low) - self.start, 0), last)
        end = min(max(round(high) - self.start, 0), last)
        return min(1.0, (self.drawn[end] - self.drawn[first]) / length)


def sheet_corners(image: PIL.Image.Image) -> Corners | None:
    """Corners of the sheet in points of `image`, in order round it; None when there is none."""
    small = image.copy()
    small.thumbnail((_SIDE, _SIDE), PIL.Image.Resampling.BOX)
    if min(small.size) < 60:
        return None
    edges = _edges(_whiteness(small))
    if len(edges) < 40:
        return None
    lines = _lines(edges, small.size)
    best = max(_sheets(lines, small.size), default=None, key=lambda found: found[0])
    if best is None:
        return None
    across, down = image.width / small.width, image.height / small.height
    a, b, c, d = (((x + 0.5) * across, (y + 0.5) * down) for x, y in best[1])
    return a, b, c, d


def _whiteness(small: PIL.Image.Image) -> PIL.Image.Image:
    """White paper is bright in each colour, wood and cloth are not; thin ink is wiped out."""
    red, green, blue = small.convert("RGB").split()
    least = PIL.ImageChops.darker(PIL.ImageChops.darker(red, green), blue)
    closed = least.filter(PIL.ImageFilter.MaxFilter(_CLOSED))
    return closed.filter(PIL.ImageFilter.MinFilter(_CLOSED)).filter(
        PIL.ImageFilter.GaussianBlur(1.2)
    )


def _edges(grey: PIL.Image.Image) -> list[_Edge]:
    """Points where the brightness changes most, each thinned to the crest of its change."""
    width, height = grey.size
    # Pillow reads the rows of a kernel from the bottom up.
    dx = grey.filter(PIL.ImageFilter.Kernel((3, 3), (-1, 0, 1, -2, 0, 2, -1, 0, 1), 4, 128))
    dy = grey.filter(PIL.ImageFilter.Kernel((3, 3), (1, 2, 1, 0, 0, 0, -1, -2, -1), 4, 128))
    across, down = dx.tobytes(), dy.tobytes()
    strength = [math.hypot(x - 128, y - 128) for x, y in zip(across, down, strict=True)]
    found: list[tuple[float, _Edge]] = []
    for row in range(2, height - 2):
        for at in range(row * width + 2, row * width + width - 2):
            value = strength[at]
            if value < _WEAKEST:
                continue
            gx, gy = across[at] - 128, down[at] - 128
            step = 1 if abs(gx) >= abs(gy) else width
            before, after = strength[at - step], strength[at + step]
            if value < before or value <= after:
                continue
            # The crest lies between points.
            bend = before - 2 * value + after
            shift = 0.5 * (before - after) / bend if bend else 0.0
            x, y = float(at - row * width), float(row)
            x, y = (x + shift, y) if step == 1 else (x, y + shift)
            found.append((value, _Edge(x, y, math.degrees(math.atan2(gy, gx)) % 360)))
    found.sort(key=lambda pair: -pair[0])
    return [edge for _, edge in found[:_MOST_POINTS]]


def _lines(edges: list[_Edge], size: tuple[int, int]) -> list[_Line]:
    """The longest lines, each fitted to its points."""
    votes: dict[tuple[int, int], int] = defaultdict(int)
    turns = [(math.cos(math.radians(n)), math.sin(math.radians(n))) for n in range(360)]
    for edge in edges:
        middle = round(edge.angle)
        for angle in range(middle - _SPREAD, middle + _SPREAD + 1):
            cos, sin = turns[angle % 360]
            votes[angle % 360, round((edge.x * cos + edge.y * sin) / 2)] += 1
    least = 0.1 * min(size)
    lines: list[_Line] = []
    ranked = sorted((pair for pair in votes.items() if pair[1] >= least), key=lambda p: -p[1])
    for (angle, half), _count in ranked:
        if len(lines) == _LINES:
            break
        if any(_alike(line, angle, 2.0 * half) for line in lines):
            continue
        line = _fitted(edges, angle, 2.0 * half, size)
        if line is not None and not any(_alike(o, line.angle, line.distance) for o in lines):
            lines.append(line)
    return lines


def _alike(line: _Line, angle: float, distance: float) -> bool:
    return abs(_turn(line.angle, angle)) < 5 and abs(line.distance - distance) < 5


def _turn(one: float, other: float) -> float:
    """Degrees from one direction to another, between -180 and 180."""
    return (other - one + 180) % 360 - 180


def _fitted(
    edges: list[_Edge], angle: float, distance: float, size: tuple[int, int]
) -> _Line | None:
    """The line moved to the middle of its points, twice, with what is drawn along it."""
    near: list[_Edge] = []
    for reach in (3.0, _NEAR):
        cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
        near = [
            edge
            for edge in edges
            if abs(edge.x * cos + edge.y * sin - distance) <= reach
            and abs(_turn(angle, edge.angle)) <= 20
        ]
        if len(near) < 8:
            return None
        mx = sum(edge.x for edge in near) / len(near)
        my = sum(edge.y for edge in near) / len(near)
        xx = sum((edge.x - mx) ** 2 for edge in near)
        yy = sum((edge.y - my) ** 2 for edge in near)
        xy = sum((edge.x - mx) * (edge.y - my) for edge in near)
        lies = 0.5 * math.degrees(math.atan2(2 * xy, xx - yy))
        normal = lies + 90
        angle = normal % 360 if abs(_turn(angle, normal)) <= 90 else (normal + 180) % 360
        cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
        distance = mx * cos + my * sin
    reach = math.ceil(math.hypot(*size)) + 1
    present = [0] * (2 * reach + 1)
    for edge in near:
        at = round(-sin * edge.x + cos * edge.y) + reach
        for slot in (at - 1, at, at + 1):
            present[slot] = 1
    drawn = [0]
    for one in present:
        drawn.append(drawn[-1] + one)
    return _Line(angle, distance, drawn, -reach)


def _sheets(lines: list[_Line], size: tuple[int, int]) -> Iterator[tuple[float, Corners]]:
    """Every four lines that make a sheet, with how good a sheet it is."""
    for first in lines:
        for second in _next(first, lines):
            for third in _next(second, lines):
                for fourth in _next(third, lines):
                    four = (first, second, third, fourth)
                    if first.angle > min(line.angle for line in four):
                        continue
                    if not _follows(fourth, first):
                        continue
                    found = _sheet(four, size)
                    if found is not None:
                        yield found


def _next(line: _Line, lines: list[_Line]) -> list[_Line]:
    return [other for other in lines if _follows(line, other)]


def _follows(line: _Line, other: _Line) -> bool:
    return abs(_turn(line.angle + 90, other.angle)) <= _SQUARE


def _sheet(four: Sequence[_Line], size: tuple[int, int]) -> tuple[float, Corners] | None:
    corners = [_crossing(four[rank - 1], four[rank]) for rank in range(4)]
    width, height = size
    for x, y in corners:
        if not (-0.02 * width <= x <= 1.02 * width and -0.02 * height <= y <= 1.02 * height):
            return None
    sides = [math.dist(corners[rank], corners[(rank + 1) % 4]) for rank in range(4)]
    area = _area(corners)
    if area < _SMALLEST * width * height or min(sides) < 0.2 * max(sides):
        return None
    drawn = [line.support(corners[rank], corners[(rank + 1) % 4]) for rank, line in enumerate(four)]
    mean = sum(share * side for share, side in zip(drawn, sides, strict=True)) / sum(sides)
    if min(drawn) < _WORST_SIDE or mean < _MEAN_SIDE:
        return None
    a, b, c, d = corners
    return mean**2 * math.sqrt(area), (a, b, c, d)


def _crossing(one: _Line, other: _Line) -> Point:
    (a, b), (c, d) = one.normal, other.normal
    # Never parallel: they follow each other at a right angle, give or take perspective.
    whole = a * d - b * c
    return (
        (one.distance * d - b * other.distance) / whole,
        (a * other.distance - one.distance * c) / whole,
    )


def _area(corners: Sequence[Point]) -> float:
    """Positive when the corners turn as the lines do: brighter inside."""
    pairs = zip(corners, [*corners[1:], corners[0]], strict=True)
    return 0.5 * sum(x * v - u * y for (x, y), (u, v) in pairs)
