"""Finds the folders of data: inside an installed package, or at the top of a checkout."""

from __future__ import annotations

from pathlib import Path

__all__ = ["folder"]

_HERE = Path(__file__).parent


def folder(name: str) -> Path:
    """Return the folder *name*: ontology, graph, queries or visualizations.

    >>> folder("ontology").joinpath("actors.ttl").is_file()
    True
    """
    installed = _HERE / "data" / name
    return installed if installed.is_dir() else _HERE.parents[1] / name
