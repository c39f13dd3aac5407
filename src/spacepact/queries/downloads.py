"""The whole record as files: written once for each version of the data, into the folder of builds."""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import io
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from spacepact import __version__
from spacepact.folders import write_aside
from spacepact.graph.exporting import export
from spacepact.graph.opening import cache_folder
from spacepact.queries.knowledge import KnowledgeGraph
from spacepact.queries.tables import bundle

__all__ = ["FILES", "Download", "File", "citation", "content", "made", "write_files"]

_KEPT = 2
"""Folders of other versions that stay beside the newest one."""


@dataclass(frozen=True)
class File:
    """A file that the record is published as. *format* is one of ``exporting.FORMATS``, or ``csv``."""

    name: str
    format: str
    title: str
    media_type: str
    packed: bool

    @property
    def syntax(self) -> str:
        """The media type of what is in the file, if it is packed."""
        return next((f.media_type for f in _PLAIN if f.format == self.format), self.media_type)


_PLAIN = (
    File("spacepact.nq", "nquads", "N-Quads", "application/n-quads", packed=False),
    File("spacepact.trig", "trig", "TriG", "application/trig", packed=False),
    File("spacepact.ttl", "turtle", "Turtle, the default graph alone", "text/turtle", packed=False),
    File("spacepact.jsonld", "jsonld", "JSON-LD", "application/ld+json", packed=False),
)
FILES: dict[str, File] = {
    file.name: file
    for plain in _PLAIN
    for file in (plain, File(f"{plain.name}.gz", plain.format, plain.title, "application/gzip", packed=True))
} | {"spacepact-csv.zip": File("spacepact-csv.zip", "csv", "Tables as CSV", "application/zip", packed=True)}
"""The files by their names."""


@dataclass(frozen=True)
class Download:
    """A file that is written: where it is, its size in bytes, and its SHA-256 in hexadecimal."""

    file: File
    path: Path
    size: int
    sha256: str


def made(graph: KnowledgeGraph, name: str) -> Download | None:
    """Return the file *name* of this version of the data if it is written already."""
    path = _home(graph) / name
    try:
        size, sha256 = path.stat().st_size, path.with_name(f"{name}.sha256").read_text(encoding="ascii")
    except OSError:
        return None
    return Download(FILES[name], path, size, sha256)


def write_files(graph: KnowledgeGraph) -> None:
    """Write those of ``FILES`` that are not there yet for this version of the data; that takes a few seconds.

    Raises SpacepactError where the folder of builds cannot be written.
    """
    home = _home(graph)
    home.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        if made(graph, name) is None:
            _write(home, name, content(graph, name))
    _forget(home)


def _write(home: Path, name: str, body: bytes) -> None:
    digest = hashlib.sha256(body).hexdigest()
    write_aside(home / name, lambda path: path.write_bytes(body))
    # Written last: it says that the file is there.
    write_aside(home / f"{name}.sha256", lambda path: path.write_text(digest, encoding="ascii"))


def _home(graph: KnowledgeGraph) -> Path:
    return cache_folder() / f"downloads-{__version__}-{graph.version}"


def content(graph: KnowledgeGraph, name: str) -> bytes:
    """Return what the file *name* holds, made anew: the same facts, the same bytes."""
    file = FILES[name]
    if file.format == "csv":
        return bundle(graph, citation(graph) + "\n")
    if file.packed:
        plain = made(graph, name.removesuffix(".gz"))
        return gzip.compress(plain.path.read_bytes() if plain else content(graph, name.removesuffix(".gz")), mtime=0)
    target = io.BytesIO()
    export(graph.store, file.format, target)
    return target.getvalue()


def citation(graph: KnowledgeGraph, url: str = "https://w3id.org/spacepact/") -> str:
    """Return how to cite the record as it is open here."""
    return (
        f"The Spacepact authors ({graph.as_of[:4]}). Spacepact, a knowledge graph of space cooperation, "
        f"version {graph.version}, the record as of {graph.as_of}. CC0 1.0. {url}"
    )


def _forget(keep: Path) -> None:
    """Remove the folders of other versions but the newest few."""
    age: Callable[[Path], float] = lambda path: path.stat().st_mtime  # noqa: E731
    with contextlib.suppress(OSError):  # another process may be tidying up too
        others = sorted((p for p in keep.parent.glob("downloads-*") if p != keep), key=age, reverse=True)
        for old in others[_KEPT:]:
            shutil.rmtree(old, ignore_errors=True)
