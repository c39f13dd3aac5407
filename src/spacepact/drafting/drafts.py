"""A draft: a document with what was found in each of its paragraphs. Both drafters give one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from spacepact.drafting.documents import DocumentText
from spacepact.drafting.found import Candidate, FoundDate, Mention, UnknownMention
from spacepact.text import Paragraph

__all__ = ["Draft", "Drafter", "PassageDraft"]


@dataclass
class PassageDraft:
    """A paragraph with what was found in it."""

    paragraph: Paragraph
    mentions: list[Mention] = field(default_factory=list)
    unknown: list[UnknownMention] = field(default_factory=list)
    dates: list[FoundDate] = field(default_factory=list)
    candidates: list[Candidate] = field(default_factory=list)


@dataclass
class Draft:
    """A drafted source: the document, its paragraphs, and what the drafter has to say of its own work."""

    document: DocumentText
    slug: str
    passages: list[PassageDraft]
    notes: list[str] = field(default_factory=list)

    def candidates(self) -> list[Candidate]:
        """Return the candidate records of all passages, in their order."""
        return [candidate for passage in self.passages for candidate in passage.candidates]


class Drafter(Protocol):
    """Whatever makes a draft of a document: rules, or a language model."""

    def draft(self, document: DocumentText, slug: str) -> Draft:
        """Return the draft of *document*, to be called *slug* in the record."""
        ...
