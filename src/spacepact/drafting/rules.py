"""The drafter that works by rules: no model, nothing sent anywhere, the same draft each time."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import count

from spacepact.drafting.documents import DocumentText
from spacepact.drafting.drafts import Draft, PassageDraft
from spacepact.drafting.found import Candidate
from spacepact.drafting.names import Names
from spacepact.drafting.promises import commitments, partners
from spacepact.drafting.readings import Line, Reading, passages_of
from spacepact.drafting.records import Happenings
from spacepact.text import normalise, paragraphs

__all__ = ["RuleDrafter"]


# What tells that a paragraph is about space. Leaders promise each other much else in one and the same statement.
_SPACE = re.compile(
    r"(?i)\b(?:(?:aero|outer )?space(?!s)|spaceflight|spacecraft|satellites?|orbit\w*|lunar|moon|mars|artemis|"
    r"astronauts?|launch vehicle|rockets?|gnss|gps|galileo|earth observation|remote sensing|nasa|esa|jaxa|kasa|"
    r"anti-satellite|debris|telescope|landsat)\b|우주|위성|달 탐사|발사체|아르테미스|항법"
)


_LONG = 1200
"""A paragraph of more characters, such as a list without blank lines, may be about space in one sentence only."""


def _on_space(passages: Sequence[PassageDraft], line: Line) -> bool:
    """Tell whether a sentence is about space: by its own words, its paragraph's, or those of most paragraphs."""
    texts = [p.paragraph.text for p in passages]
    own = next(p.paragraph.text for p in passages if p.paragraph.number == line.paragraph)
    most = 2 * sum(bool(_SPACE.search(text)) for text in texts) >= len(texts)
    near = line.text if len(own) > _LONG else own
    return bool(_SPACE.search(near)) or (most and len(own) <= _LONG)


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
            on_space = _on_space(passages, line)
            found[line.paragraph] += self._of(line, reading, happenings, slug, numbers if on_space else None)
        for passage in passages:
            passage.candidates = found[passage.paragraph.number]
        return draft

    @staticmethod
    def _of(
        line: Line, reading: Reading, happenings: Happenings, slug: str, numbers: Iterator[int] | None
    ) -> list[Candidate]:
        told = list(happenings.candidates(line))
        if numbers is None:  # meetings may come before the paragraph on space, what they agreed elsewhere is not ours
            return [c for c in told if c.kind in ("meeting-held", "participant")]
        signed = any(c.kind in ("agreement-signed", "next-meeting") for c in told)
        promised = [] if signed else list(commitments(reading, slug, line, numbers, happenings.meeting))
        return [*told, *promised, *partners(line)]
