"""Finds the passages of the record again in local copies of the documents."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from spacepact.errors import SpacepactError
from spacepact.graph.compiling import fact_files
from spacepact.graph.reading import Mapping, Sequence
from spacepact.text import find, normalise, paragraphs, read_document, sha256

__all__ = ["Found", "skeleton", "verify"]


@dataclass(frozen=True)
class Found:
    """What became of one passage: ``in place``, ``moved``, ``gone``, or ``no copy`` of its document."""

    source: str
    passage: str
    outcome: str
    copy: str = ""
    offset: int | None = None
    text: str = ""


def verify(graph: Path, documents: Path) -> Iterator[Found]:
    """Yield what became of each passage of the fact files in *graph*, given copies as ``*.txt`` in *documents*.

    A copy belongs to a document if the hash of its whole text is that of the document, or else if it holds one of
    the document's passages. Raises SpacepactError where *documents* is no folder with texts.
    """
    paths = sorted(documents.glob("*.txt")) if documents.is_dir() else []
    if not paths:
        raise SpacepactError(f"{documents}: no *.txt files there; name the folder that holds copies of the documents")
    copies = {path.name: normalise(read_document(path)) for path in paths}
    by_hash = {sha256(text): name for name, text in copies.items()}
    for file in fact_files(graph):
        if not file.register:
            yield from _verify_file(file.name, file.content, copies, by_hash)


def _verify_file(name: str, content: Mapping, copies: dict[str, str], by_hash: dict[str, str]) -> Iterator[Found]:
    value = content.get("passages")
    passages = [p for p in (value.items if isinstance(value, Sequence) else ()) if isinstance(p, Mapping)]
    copy = by_hash.get(content.text("sha256") or "") or _holder(passages, copies)
    for passage in passages:
        identity = (passage.text("id") or "").removeprefix("../source/")
        if copy is None:
            yield Found(name, identity, "no copy")
            continue
        start, length = int(passage.text("startOffset") or 0), int(passage.text("length") or 0)
        offset = find(copies[copy], length, passage.text("sha256") or "", start)
        if offset is None:
            yield Found(name, identity, "gone", copy)
        else:
            text = copies[copy][offset : offset + length]
            yield Found(name, identity, "in place" if offset == start else "moved", copy, offset, text)


def _holder(passages: list[Mapping], copies: dict[str, str]) -> str | None:
    """Return the copy that holds the most of *passages* at their offsets or elsewhere, or None."""
    for passage in sorted(passages, key=lambda p: -int(p.text("length") or 0)):
        start, length, digest = (passage.text(k) or "0" for k in ("startOffset", "length", "sha256"))
        for name, text in copies.items():
            if find(text, int(length), digest, int(start)) is not None:
                return name
    return None


def skeleton(path: Path, slug: str) -> str:
    """Return the YAML that a source file for the document *path* begins with: its passages, with nothing in them."""
    text = read_document(path)
    whole = normalise(text)
    lines = [
        f"id: ../source/{slug}",
        "type: Document",
        f"length: {len(whole)}",
        f"sha256: {sha256(whole)}",
        "passages:",
    ]
    for paragraph in paragraphs(text):
        lines += [
            f"  - id: ../source/{slug}/p{paragraph.number}",
            "    type: Passage",
            f"    paragraph: {paragraph.number}",
            f"    startOffset: {paragraph.start}",
            f"    length: {len(paragraph.text)}",
            f"    sha256: {sha256(paragraph.text)}",
            "    says: []",
        ]
    return "\n".join(lines) + "\n"
