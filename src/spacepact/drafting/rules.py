"""The drafter that works by rules: no model, nothing sent anywhere, the same draft each time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import count

from spacepact.drafting.documents import DocumentText
from spacepact.drafting.drafts import Draft
from spacepact.drafting.found import Candidate
from spacepact.drafting.names import Names
from spacepact.drafting.promises import commitments, partners
from spacepact.drafting.readings import Line, Reading, passages_of
from spacepact.drafting.records import Happenings
from spacepact.text import normalise, paragraphs

__all__ = ["RuleDrafter"]


class RuleDrafter:
    """Drafts by the names of the record, the wordings of the ontology, and rules for how sentences are built."""

    def __init__(self, names: Names) -> None:
        self.names = names

    def draft(self, document: DocumentText, slug: str) -> Draft:
        """Return the draft of *document*, to be called *slug* in the record."""
        passages = passages_of(paragraphs(document.text), normalise(document.text), self.names)
        draft = Draft(document, slug, passages)
        if not passages:
            return draft
        reading = Reading(passages, self.names)
        found: dict[int, list[Candidate]] = defaultdict(list)
        happenings, numbers = Happenings(reading, slug), count(1)
        for line in reading.lines:
            found[line.paragraph] += self._of(line, reading, happenings, slug, numbers)
        for passage in passages:
            passage.candidates = found[passage.paragraph.number]
        return draft

    @staticmethod
    def _of(line: Line, reading: Reading, happenings: Happenings, slug: str, numbers: Iterator[int]) -> list[Candidate]:
        told = list(happenings.candidates(line))
        signed = any(c.kind in ("agreement-signed", "next-meeting") for c in told)
        promised = [] if signed else list(commitments(reading, slug, line, numbers, happenings.meeting))
        return [*told, *promised, *partners(line)]
