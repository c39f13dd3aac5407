"""Text in drawings that stand by themselves: SVG breaks no lines, so that they are broken here. Lengths are pixels."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import NamedTuple

__all__ = ["Place", "flowed", "text_width", "wrapped"]

_LETTER = 0.54
"""The width of a letter as a part of its height, on the average of a text; wide fonts have 0.5."""


class Place(NamedTuple):
    """Where an entry of a legend stands: the pixels from the left, and its row."""

    x: float
    row: int


def text_width(text: str, size: float) -> float:
    """Return how wide *text* is at most, in letters of the height *size*; East Asian ones are about twice as wide.

    >>> text_width("GPS", 10) < text_width("한미", 10)
    True
    """
    return round(_LETTER * size * sum(2 if ord(sign) > 0x1100 else 1 for sign in text), 1)


def wrapped(text: str, size: float, room: float) -> list[str]:
    """Return *text* in lines that fit into *room*; what has no blank, such as an address, is broken where it must be.

    >>> wrapped("Ties by agreement and commitment", 10, 120)
    ['Ties by agreement and', 'commitment']
    """
    wide = text_width(text, size) / max(len(text), 1)
    return textwrap.wrap(text, max(1, int(room / wide)) if wide else 1, break_on_hyphens=False) or [""]


def flowed(words: Sequence[str], size: float, room: float, sign: float = 28, gap: float = 16) -> list[Place]:
    """Return where the entries of a legend stand, each a *sign* and its words, in rows as wide as *room*.

    >>> flowed(["state", "space agency", "company"], 12, 200)
    [Place(x=0.0, row=0), Place(x=76.4, row=0), Place(x=0.0, row=1)]
    """
    places: list[Place] = []
    x, row = 0.0, 0
    for text in words:
        wide = sign + text_width(text, size)
        if x and x + wide > room:
            x, row = 0.0, row + 1
        places.append(Place(round(x, 1), row))
        x += wide + gap
    return places
