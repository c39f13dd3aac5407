"""Draws an overview as a ring: actors around, the one that holds most ties in the middle, ties as arcs between.

Actors take their places one by one, the strongest first, each where its ties to those already there are shortest. So
what belongs together stands together, and a weak actor that a new release adds moves no other one past its neighbour.
The places are those of everything on the chosen bases; narrower filters leave them as they are.

Names stand outside the ring, one a line on either side, so that they never cover each other. All lengths are pixels.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from spacepact.visualizations.drawing import look
from spacepact.visualizations.folding import leading_topic, short_name
from spacepact.visualizations.model import Tie, View
from spacepact.visualizations.overview import Filters, Overview

__all__ = ["MOST", "Drawing", "Line", "Mark", "draw", "outline", "ring_order"]

MOST = 60
"""So many actors are drawn; the others are in the table."""

_CLEAR = 60.0  # around the middle, in pixels
_FORMS = {"wide": (960, 570, 25, 196, 24, 14), "tall": (390, 560, 24, 118, 14, 13)}
# of each form: width, least height, height of a name, room for names at the side, letters of a name and their height


class Mark(NamedTuple):
    """An actor in the drawing: where it stands, its *outline* as an SVG path, and its name beside it.

    *anchor* is SVG's text-anchor. *absent* actors have no tie that fits the filters; they are drawn faint, so that
    the others can be found where they always are.
    """

    iri: str
    label: str
    name: str
    kind: str
    colour: str
    x: float
    y: float
    outline: str
    text_x: float
    text_y: float
    anchor: str
    weight: int
    absent: bool


class Line(NamedTuple):
    """A tie in the drawing: its *path*, width, the number of its colour in palette.css, and what it stands for.

    *bases* say in words how many engagements are on each basis."""

    a: str
    b: str
    path: str
    width: float
    colour: int
    topic: str
    engagements: int
    bases: tuple[str, ...]
    dashed: bool


class Drawing(NamedTuple):
    """The drawing: marks in the order of the ring, the middle one first, and lines, the widest first."""

    width: int
    height: int
    font: int
    marks: tuple[Mark, ...]
    lines: tuple[Line, ...]
    hidden_actors: int
    hidden_ties: int


def draw(overview: Overview, filters: Filters, form: str = "wide") -> Drawing:
    """Return the drawing of what fits *filters*, "wide" for a screen or "tall" for a phone."""
    shown = overview.narrowed(filters)
    basis = overview.narrowed(Filters(bases=overview.bases(filters)))
    drawn = {node.iri for node in shown.nodes[:MOST]}
    placed = basis if drawn <= {node.iri for node in basis.nodes[:MOST]} else shown
    among = [node.iri for node in placed.nodes[:MOST]]
    hub, order = ring_order(among, placed.ties)
    width, least, line, room, letters, font = _FORMS[form]
    height = max(least, math.ceil(len(order) / 2) * line + 2 * line)
    at = _places(hub, order, (width, height), room, line)
    weights = {node.iri: node.weight for node in shown.nodes}
    marks = []
    for iri, (x, y) in at.items():
        node = overview.nodes[iri]
        shape, colour = look(node.kind)
        weight = weights.get(iri, 0)
        radius = _radius(weight, iri == hub)
        side = "middle" if iri == hub else "start" if x >= width / 2 else "end"
        text_x = x if iri == hub else x + (radius + 7) * (1 if side == "start" else -1)
        marks.append(
            Mark(
                iri, node.label, _cut(short_name(node, letters), letters), node.kind, colour,
                _round(x), _round(y), outline(shape, x, y, radius), _round(text_x),
                _round(y + (radius + 16 if iri == hub else 5)), side, weight, not weight,
            )
        )  # fmt: skip
    ties = [tie for tie in shown.ties if tie.a in at and tie.b in at]
    lines = tuple(_line(shown, tie, filters, at, hub, (width / 2, height / 2)) for tie in ties)
    return Drawing(
        width, height, font, tuple(marks), lines, len(weights.keys() - at.keys()), len(shown.ties) - len(ties)
    )


def ring_order(actors: Sequence[str], ties: Iterable[Tie]) -> tuple[str | None, tuple[str, ...]]:
    """Return the actor for the middle, if one is tied to more than half of *actors*, and the order of the others.

    *actors* stand in the order of their strength.
    """
    among = set(actors)
    return _ring_order(
        tuple(actors), tuple((tie.a, tie.b, tie.weight) for tie in ties if tie.a in among and tie.b in among)
    )


@lru_cache(maxsize=64)  # The order of one set of bases serves all narrower filters.
def _ring_order(actors: tuple[str, ...], ties: tuple[tuple[str, str, int], ...]) -> tuple[str | None, tuple[str, ...]]:
    pull: dict[str, dict[str, float]] = defaultdict(dict)
    for a, b, weight in ties:
        pull[a][b] = pull[b][a] = math.sqrt(weight)
    hub = max(actors, key=lambda iri: (len(pull[iri]), -actors.index(iri)), default=None)
    if hub is not None and (len(actors) < 4 or len(pull[hub]) <= (len(actors) - 1) / 2):
        hub = None
    order: list[str] = []
    for iri in actors:
        if iri != hub:
            tries = [[*order[:at], iri, *order[at:]] for at in range(len(order) or 1)]
            order = min(tries, key=lambda places: _length(places, pull, hub))
    return hub, tuple(order)


def _length(order: Sequence[str], pull: Mapping[str, Mapping[str, float]], hub: str | None) -> float:
    """Return how far the ties reach around the ring, heavy ones counting more. Rounded, so that ties stay ties."""
    at = {iri: number for number, iri in enumerate(order)}
    far = 0.0
    for iri, number in at.items():
        for other, weight in pull[iri].items():
            if other != hub and at.get(other, -1) > number:
                steps = at[other] - number
                far += weight * min(steps, len(order) - steps)
    return round(far, 6)


def _places(
    hub: str | None, order: Sequence[str], size: tuple[float, float], room: float, line: float
) -> dict[str, tuple[float, float]]:
    """Return where each actor stands: down the right side of the ring, up the left one, a line of text apart."""
    width, height = size
    across, down = width / 2 - room, height / 2 - line
    found = {} if hub is None else {hub: (width / 2, height / 2)}
    right = math.ceil(len(order) / 2)
    for number, iri in enumerate(order):
        rows, row = (right, number) if number < right else (len(order) - right, len(order) - 1 - number)
        y = ((row + 0.5) / rows * 2 - 1) * 0.995
        x = across * math.sqrt(1 - y * y)
        found[iri] = (width / 2 + (x if number < right else -x), height / 2 + y * down)
    return found


def _line(
    view: View,
    tie: Tie,
    filters: Filters,
    at: Mapping[str, tuple[float, float]],
    hub: str | None,
    middle: tuple[float, float],
) -> Line:
    topic = leading_topic(view, tie, filters.topics)
    (ax, ay), (bx, by) = at[tie.a], at[tie.b]
    path = f"M{_round(ax)} {_round(ay)}"
    if hub in (tie.a, tie.b):
        path += f"L{_round(bx)} {_round(by)}"
    else:
        # Bent towards the middle, the more the further apart its ends are, but never near to it, where it would be
        # taken for a tie of the one that stands there. Ends opposite each other have no side: the left is as good.
        bend_x, bend_y = (ax + bx) / 2 - middle[0], (ay + by) / 2 - middle[1]
        apart, long = math.dist((ax, ay), (bx, by)), math.hypot(bend_x, bend_y)
        reach = long - min(0.3 * apart + 18, 2 * (long - _CLEAR))
        if long < 1:
            bend_x, bend_y, long = by - ay, ax - bx, apart
        path += (
            f"Q{_round(middle[0] + bend_x / long * reach)} {_round(middle[1] + bend_y / long * reach)}"
            f" {_round(bx)} {_round(by)}"
        )
    weight = tie.weight
    dashed = all(s.kind == "attendance" for s in tie.showings)
    width = min(0.8 + 1.25 * math.sqrt(weight), 14)
    bases = tuple(f"{count} by {basis}" for basis, count in tie.bases.items())
    return Line(tie.a, tie.b, path, _round(width), view.colour(topic), topic, weight, bases, dashed)


def _radius(weight: int, middle: bool) -> float:
    """Its area grows with the engagements, as far as the lines of text leave room."""
    return min(3.5 + 0.75 * math.sqrt(weight), 20 if middle else 11)


def outline(shape: str, x: float, y: float, radius: float) -> str:
    """Return the mark of a kind of actor around a point, as in marks.html, as an SVG path. *shape* is vis-network's.

    >>> outline("square", 0, 0, 10)
    'M8.5 -8.5L-8.5 -8.5L-8.5 8.5L8.5 8.5z'
    """
    corners = {"square": (4, 45), "triangle": (3, 90), "triangleDown": (3, 270), "diamond": (4, 90), "hexagon": (6, 0)}
    if shape in corners:
        number, turn = corners[shape]
        radii = [radius * 1.2]
    elif shape == "star":
        number, turn, radii = 10, 90, [radius * 1.3, radius * 0.6]
    else:
        r = _round(radius)
        return f"M{_round(x - radius)} {_round(y)}a{r} {r} 0 1 0 {2 * r} 0a{r} {r} 0 1 0 {-2 * r} 0z"
    points = []
    for corner in range(number):
        angle = math.radians(turn + 360 * corner / number)
        reach = radii[corner % len(radii)]
        points.append(f"{_round(x + reach * math.cos(angle))} {_round(y - reach * math.sin(angle))}")
    return "M" + "L".join(points) + "z"


def _cut(name: str, most: int) -> str:
    return name if len(name) <= most else name[: most - 1].rstrip() + "…"


def _round(number: float) -> float:
    return round(number, 1)
