"""What is found in a text: names, dates and candidate records, each with its place.

All places are offsets in the normalised text of the document, as passages have them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

__all__ = ["Candidate", "Facts", "FoundDate", "Mention", "UnknownMention"]

Facts: TypeAlias = dict[str, object]
"""A node of a fact file: its keys, with ids, texts, lists of them, nested nodes, or texts by language."""


@dataclass(frozen=True)
class Mention:
    """A name that the record knows. Several ids where the name fits several entities and nothing decides."""

    ids: tuple[str, ...]
    start: int
    length: int

    @property
    def end(self) -> int:
        """The offset after its last character."""
        return self.start + self.length


@dataclass(frozen=True)
class UnknownMention:
    """What looks like a name and is none that the record knows; ``kind`` is the class its words tell, or empty."""

    name: str
    start: int
    kind: str = ""

    @property
    def length(self) -> int:
        """The number of its characters."""
        return len(self.name)

    @property
    def end(self) -> int:
        """The offset after its last character."""
        return self.start + len(self.name)


@dataclass(frozen=True)
class FoundDate:
    """A date in the text. ``value`` is EDTF, or empty where the text alone does not give one; ``why`` says why not."""

    value: str
    start: int
    length: int
    why: str = ""


@dataclass(frozen=True)
class Candidate:
    """A record that a person may confirm: its kind, the node, the wording it rests on, and the rule that found it."""

    kind: str
    facts: Facts
    start: int
    length: int
    rule: str
