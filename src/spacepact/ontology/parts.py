"""The parts of the ontology that are published as files of their own: terms, codes, topics, shapes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from pyoxigraph import Quad, RdfFormat, parse

from spacepact.folders import folder

__all__ = ["PARTS", "part"]

PARTS = {
    "ns": "The ontology: classes and properties, with what they mean and how they relate to terms of others",
    "codes": "The code lists: agreement types, strengths, statuses, roles and more",
    "topics": "The tree of topics",
    "shapes": "The shapes (SHACL) that the facts are checked against",
}
"""The names of the parts, each with what is in it."""


@cache
def part(name: str) -> tuple[Quad, ...]:
    """Return the statements of the part *name*, one of ``PARTS``.

    >>> len(part("topics")) > 100
    True
    """
    return tuple(
        quad
        for path in _files(name)
        for quad in parse(path=str(path), format=RdfFormat.TURTLE, rename_blank_nodes=True)
    )


def _files(name: str) -> Iterator[Path]:
    home = folder("ontology")
    if name == "shapes":
        yield from sorted((home / "shapes").glob("*.ttl"))
    elif name == "ns":
        yield from (path for path in sorted(home.glob("*.ttl")) if path.stem not in PARTS)
    else:
        yield home / f"{name}.ttl"
