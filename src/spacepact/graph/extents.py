"""Where passages stand in their documents: paragraph, offset, length and hash, and how these must fit together."""

from __future__ import annotations

import re
from collections.abc import Iterator

from spacepact.graph.reading import Mapping, Mark
from spacepact.iris import curie

__all__ = ["HASH", "extent_mistakes", "number_in"]

HASH = re.compile(r"[0-9a-f]{64}")
"""A SHA-256 hash in hexadecimal."""


def extent_mistakes(
    node: Mapping, iri: str, document: str, content: Mapping, previous: list[Mapping]
) -> Iterator[tuple[Mark, str]]:
    """Yield what is wrong with where a passage *node* says it stands, each with its place in the file.

    *iri* is that of the passage, *document* that of its document, whose content is *content*; *previous* are the
    passages above it.
    """
    number = re.fullmatch(re.escape(document) + r"/p([0-9]+)(-[a-z]+)?", iri)
    paragraph, start, length = (number_in(node.text(k)) for k in ("paragraph", "startOffset", "length"))
    for name, given in (("paragraph", paragraph), ("startOffset", start), ("length", length)):
        if given is None and node.get(name) is None:
            yield node.mark, f"a passage needs '{name}'; 'spacepact passages FILE' prints it"
    if number is None:
        yield node.mark, f"the id of a passage is that of its document with /p and a number: {curie(document)}/p4"
    elif paragraph is not None and int(number[1]) != paragraph:
        yield node.mark, f"passage p{number[1]} says it is paragraph {paragraph}"
    elif (number[2] or "-stated")[1:] != (node.text("certainty") or "stated"):
        yield node.mark, f"the id does not fit 'certainty': p{number[1]}, p{number[1]}-inferred or -presumed"
    if HASH.fullmatch(node.text("sha256") or "") is None:
        yield node.mark, "a passage needs 'sha256', 64 hexadecimal digits; 'spacepact passages FILE' prints it"
    total = number_in(content.text("length"))
    if start is None or length is None:
        return
    if length == 0:
        yield node.mark, "a passage of no characters"
    if total is not None and start + length > total:
        yield node.mark, f"the passage ends at character {start + length}, its document at {total}"
    for earlier in previous[-1:] + [p for p in previous[:-1] if p.text("paragraph") == node.text("paragraph")]:
        yield from _after(node, earlier, start)


def _after(node: Mapping, last: Mapping, start: int) -> Iterator[tuple[Mark, str]]:
    last_start, last_length = number_in(last.text("startOffset")) or 0, number_in(last.text("length")) or 0
    same = node.text("paragraph") == last.text("paragraph")
    if same and any(node.text(k) != last.text(k) for k in ("startOffset", "length", "sha256")):
        yield node.mark, f"two readings of paragraph {node.text('paragraph')} differ in offset, length or hash"
    if not same and start < last_start + last_length:
        yield node.mark, f"the passage begins at character {start}, before the one above ends"


def number_in(text: str | None) -> int | None:
    """Return *text* as a whole number, or None where it is none."""
    return int(text) if text is not None and re.fullmatch(r"[0-9]{1,9}", text) else None
