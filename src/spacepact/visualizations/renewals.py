"""Which promise renews which, and which only takes one up again: one answer for dossiers, lives and pages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from spacepact.queries.names import labels
from spacepact.visualizations.asking import Queryable

if TYPE_CHECKING:
    from spacepact.queries.knowledge import KnowledgeGraph

__all__ = ["AGAIN", "Renewal", "Renewing", "read_renewing", "renewals"]

AGAIN = "taken up again, without being renewed, by"
"""What is said of a promise that a later one takes up with less strength, or of fewer actors."""

# A source may say itself that a promise was renewed; by which one, the same passage says.
_RENEWING = """
PREFIX status: <https://w3id.org/spacepact/code/status/>
SELECT DISTINCT ?earlier ?event ?later WHERE {
  ?later pact:renews ?earlier . ?earlier pact:hasStatusEvent ?event . ?event pact:newStatus status:renewed .
  { ?event pact:evidencedBy ?later }
  UNION { GRAPH ?passage { ?later pact:renews ?earlier . ?event pact:newStatus status:renewed } }
}"""

_REPEATING = """
SELECT DISTINCT ?later ?earlier ?when ?before WHERE {
  ?later pact:renews ?earlier OPTIONAL { ?later pact:when ?when } OPTIONAL { ?earlier pact:when ?before } }"""


class Renewing(NamedTuple):
    """The promise *later* renews *earlier*, and *event* is this in the life of the earlier; all three are IRIs."""

    earlier: str
    event: str
    later: str


class Renewal(NamedTuple):
    """What an engagement renews or is renewed by, in *words*; *date* is an EDTF date or empty."""

    words: str
    iri: str
    label: str
    date: str


def read_renewing(graph: Queryable) -> list[Renewing]:
    """Return which promise renews which: as the rules hold, as firmly and of the same actors, or as a source says."""
    return sorted(Renewing(*(cell.value for cell in row)) for row in graph.query(_RENEWING).rows)


def renewals(graph: KnowledgeGraph, engagements: Iterable[str]) -> dict[str, tuple[Renewal, ...]]:
    """Return what *engagements* renew or take up again and what does so to them, the earliest first."""
    renewing = {(found.earlier, found.later) for found in read_renewing(graph)}
    rows = [[getattr(cell, "value", "") for cell in row] for row in graph.query(_REPEATING).rows]
    names = labels(graph.engine, {iri for row in rows for iri in row[:2]})
    told: dict[str, list[Renewal]] = defaultdict(list)
    for later, earlier, when, before in rows:
        words = ("renews", "renewed by") if (earlier, later) in renewing else ("takes up again", AGAIN)
        told[later].append(Renewal(words[0], earlier, names[earlier], before))
        told[earlier].append(Renewal(words[1], later, names[later], when))
    return {iri: tuple(sorted(set(told[iri]), key=lambda r: (r.date, r.iri))) for iri in {*engagements} & told.keys()}
