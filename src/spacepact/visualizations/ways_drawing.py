"""The drawing of a way: its actors left to right, and lines as wide as what shows each hop."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["WayDrawing", "draw_way"]

_STEP, _MARGIN, _LINE = 140, 62, 15  # pixels: from actor to actor, from the edge to the first, from line to line


@dataclass(frozen=True)
class WayDrawing:
    """What a template needs for an SVG: sizes in pixels, and positions within them.

    A point is where an actor stands, with its kind of colour in palette.css and its name in lines; a line has its two
    ends, its width, and the number of engagements behind it.
    """

    width: int
    height: int
    points: tuple[tuple[int, str, tuple[str, ...]], ...]
    lines: tuple[tuple[int, int, float, int], ...]


def draw_way(actors: Sequence[tuple[str, str]], counts: Sequence[int]) -> WayDrawing:
    """Return the drawing of a way over *actors*, names with kinds, by hops that *counts* engagements show.

    >>> drawn = draw_way([("A", "state"), ("B", "state")], [4])
    >>> drawn.width, drawn.lines
    (264, ((62, 202, 4.0, 4),))
    """
    names = [_lines(name) for name, _ in actors]
    at = [_MARGIN + number * _STEP for number in range(len(actors))]
    return WayDrawing(
        width=2 * _MARGIN + _STEP * (len(actors) - 1),
        height=52 + _LINE * max(map(len, names)),
        points=tuple(zip(at, (kind for _, kind in actors), names, strict=True)),
        # Of width 2 at least to be seen, growing with the root lest the strongest swallow the marks.
        lines=tuple(
            (a, b, round(min(12, 2 + math.sqrt(count)), 1), count)
            for a, b, count in zip(at[:-1], at[1:], counts, strict=True)
        ),
    )


def _lines(name: str) -> tuple[str, ...]:
    """Return *name* in at most four lines of some 17 letters."""
    return tuple(textwrap.wrap(name, 17, max_lines=4, placeholder=" …")) or (name,)
