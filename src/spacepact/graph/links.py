"""Ties to outside datasets: the SSSOM files in ``graph/links``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pyoxigraph import Quad

__all__ = ["link_quads"]


def link_quads(where: Path, entities: set[str]) -> Iterator[Quad]:
    """Yield the links of every ``*.sssom.tsv`` file in *where* to the entities, whose IRIs are *entities*."""
    yield from ()
