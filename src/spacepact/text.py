"""The text of documents: normalising, splitting into paragraphs, and finding a passage again.

No text of a source is kept in the repository. A passage is known by the length and the SHA-256 hash of its
normalised text, so that anyone who has the document can find the words, also where they have moved.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from pathlib import Path
from typing import NamedTuple

__all__ = ["Paragraph", "find", "normalise", "paragraphs", "read_document", "sha256", "without_header"]

_PLAIN = str.maketrans(
    {**dict.fromkeys("‘’‚‛′`´", "'"), **dict.fromkeys("“”„‟″«»", '"'), **dict.fromkeys("‐‑‒–—―−", "-")}
)
_BLANK = re.compile(r"\n[^\S\n]*\n")


class Paragraph(NamedTuple):
    """A paragraph: its number from 1, its offset in the normalised text of its document, and its text."""

    number: int
    start: int
    text: str


def normalise(text: str) -> str:
    """Return *text* with runs of white space as one blank, and with plain quotation marks and dashes.

    >>> normalise("the  ROK–US “joint\\n study”")
    'the ROK-US "joint study"'
    """
    return " ".join(unicodedata.normalize("NFC", text).translate(_PLAIN).split())


def paragraphs(text: str) -> list[Paragraph]:
    """Split *text* into paragraphs: at blank lines if it has any, otherwise at each line.

    >>> [p.text for p in paragraphs("one\\ntwo\\n\\nthree")]
    ['one two', 'three']
    """
    text = text.strip().replace("\r\n", "\n")
    parts = _BLANK.split(text) if _BLANK.search(text) else text.split("\n")
    found: list[Paragraph] = []
    start = 0
    for part in filter(None, map(normalise, parts)):
        found.append(Paragraph(len(found) + 1, start, part))
        start += len(part) + 1
    return found


def sha256(text: str) -> str:
    """Return the hexadecimal SHA-256 hash of *text*, which must be normalised.

    >>> sha256("x")[:8]
    '2d711642'
    """
    return hashlib.sha256(text.encode()).hexdigest()


def read_document(path: Path) -> str:
    """Return the text of a local copy of a document, without the header of key-value lines that some have."""
    return without_header(path.read_text(encoding="utf-8"))


def without_header(text: str) -> str:
    """Return *text* without its header, which begins with ``id:`` and ends with a line of three hyphens.

    >>> without_header("id: x\\ntitle: y\\n---\\nwords")
    'words'
    """
    if text.startswith("id:") and "\n---\n" in text:
        return text.split("\n---\n", 1)[1]
    return text


def find(document: str, length: int, digest: str, hint: int) -> int | None:
    """Return the offset at which normalised text of *length* characters with hash *digest* stands, or None.

    The offset *hint* is tried first, then every other one.

    >>> find("some words here", 5, sha256("words"), 0)
    5
    """
    offsets = [hint, *range(len(document) - length + 1)]
    return next((at for at in offsets if sha256(document[at : at + length]) == digest), None)
