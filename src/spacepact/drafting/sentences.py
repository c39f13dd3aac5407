"""Sentences: the span within which the words of a record must stand together."""

from __future__ import annotations

import re
from typing import NamedTuple

__all__ = ["Sentence", "sentences"]


class Sentence(NamedTuple):
    """A sentence: its offset in the text it was cut from, and its words."""

    start: int
    text: str

    @property
    def end(self) -> int:
        """The offset after its last character."""
        return self.start + len(self.text)


# What ends in a full stop and seldom ends a sentence.
_SHORT = re.compile(
    r"(?:\b(?:[A-Z]|U\.S|U\.K|U\.N|U\.A\.E|D\.C|R\.O\.K|E\.U|Mr|Mrs|Ms|Dr|Prof|Gen|Lt|Col|Maj|Adm|Brig|Sen|Rep|Gov|"
    r"Amb|St|No|"
    r"Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec|Jr|Sr|Inc|Corp|Co|Ltd|vs|etc|e\.g|i\.e|a\.m|p\.m|approx))\.$"
)
_END = re.compile(r"[.!?][\"')\]]*(?=\s|$)|[다요음함됨]\.(?=\S)|[。！？]")


def sentences(text: str) -> list[Sentence]:
    """Cut *text*, one normalised paragraph, into sentences.

    >>> [s.text for s in sentences("The U.S. side agreed. It met on Sept. 23 in Washington, D.C. Both left.")]
    ['The U.S. side agreed.', 'It met on Sept. 23 in Washington, D.C.', 'Both left.']
    """
    found: list[Sentence] = []
    start = 0
    for end in _END.finditer(text):
        if end[0] == "." and _SHORT.search(text[start : end.end()]) and not _begins(text, start, end.end()):
            continue
        found += _cut(text, start, end.end())
        start = end.end()
    return found + _cut(text, start, len(text))


def _begins(text: str, start: int, at: int) -> bool:
    """Tell whether a sentence begins at *at* all the same: after "D.C." with a word that opens sentences."""
    opening = r"\s(?:The|This|These|It|They|Both|In|At|On|During|As|He|She|We|Following|A|An|Officials|Since|After)\s"
    return bool(re.search(r"(?:D\.C|a\.m|p\.m|Inc|Corp|U\.S|etc)\.$", text[start:at]) and re.match(opening, text[at:]))


def _cut(text: str, start: int, end: int) -> list[Sentence]:
    part = text[start:end]
    words = part.strip()
    return [Sentence(start + part.index(words), words)] if words else []
