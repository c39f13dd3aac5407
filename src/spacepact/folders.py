"""Finds the folders of data, in an installed package or a checkout, and writes files so that none is half-written."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from pathlib import Path

from spacepact.errors import SpacepactError

__all__ = ["folder", "write_aside"]

_HERE = Path(__file__).parent


def folder(name: str) -> Path:
    """Return the folder *name*: ontology, graph, queries or visualizations.

    >>> folder("ontology").joinpath("actors.ttl").is_file()
    True
    """
    installed = _HERE / "data" / name
    return installed if installed.is_dir() else _HERE.parents[1] / name


def write_aside(path: Path, write: Callable[[Path], object]) -> None:
    """Let *write* fill a file beside *path*, then rename it: a reader sees the old file or the new one, never a part.

    Raises SpacepactError where the file cannot be written; then the old one is as it was.
    """
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        write(aside)
        aside.replace(path)
    except OSError as error:
        raise SpacepactError(f"{path}: cannot be written: {error.strerror}") from None
    finally:
        with contextlib.suppress(OSError):
            aside.unlink()
