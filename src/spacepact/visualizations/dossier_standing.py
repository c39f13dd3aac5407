"""How the engagements of a dossier stand: what is open, past its date or moved, planned in a series, and renewed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from pyoxigraph import NamedNode

from spacepact.queries.names import labels

if TYPE_CHECKING:
    from spacepact.queries.knowledge import KnowledgeGraph
    from spacepact.visualizations.model import Showing

__all__ = ["STANDINGS", "Renewal", "moved", "planned", "renewals", "rows", "standing", "values"]

STANDINGS = ("open", "past its date", "date moved")
"""What can be said of how an engagement stands beside its status; see `standing`."""

_CLOSED = {"completed", "dropped", "renewed"}
_PAST = {"no data", "overdue"}


class Renewal(NamedTuple):
    """What an engagement renews or is renewed by, in *words*; *date* is an EDTF date or empty."""

    words: str
    iri: str
    label: str
    date: str


def standing(shown: Showing, moved: Iterable[str]) -> tuple[str, ...]:
    """Return which of `STANDINGS` hold of *shown*; *moved* are the IRIs of what has been given another date.

    Open is a commitment that no source reports as completed, dropped or renewed, as in the question open-commitments;
    past its date is what was due, and of which no source says what became of it, or says that it is late.
    """
    statuses = set(shown.status.split(" or "))
    holds = (
        shown.what == "commitment" and statuses.isdisjoint(_CLOSED),
        not statuses.isdisjoint(_PAST),
        shown.iri in moved,
    )
    return tuple(name for name, true in zip(STANDINGS, holds, strict=True) if true)


def moved(graph: KnowledgeGraph) -> set[str]:
    """Return the IRIs of all for which sources have given different due dates over time."""
    return {getattr(row[0], "value", "") for row in graph.ask("moved-dates").rows}


def planned(graph: KnowledgeGraph, engagements: Iterable[str]) -> dict[str, str]:
    """Return the meetings that were planned in the series among *engagements*, without word that they were held.

    Each has the IRI of its series. Who will be there is seldom said, so that they involve but their host.
    """
    return dict(
        rows(
            graph,
            f"""SELECT DISTINCT ?meeting ?series WHERE {{
              VALUES ?series {{ {values(engagements)} }} ?meeting pact:inSeries ?series ; pact:dueBy ?due
              FILTER NOT EXISTS {{ ?meeting pact:when ?when }} }}""",
        )
    )


def renewals(graph: KnowledgeGraph, engagements: Iterable[str]) -> dict[str, tuple[Renewal, ...]]:
    """Return what *engagements* renew and what renews them, the earliest first.

    What takes up a promise with less strength, or of fewer actors, renews it not: the rules give it no such event.
    """
    wanted = set(engagements)
    found = rows(
        graph,
        """SELECT DISTINCT ?later ?earlier ?when ?before ?by WHERE {
          ?later pact:renews ?earlier
          OPTIONAL { ?later pact:when ?when } OPTIONAL { ?earlier pact:when ?before }
          OPTIONAL { ?earlier pact:hasStatusEvent ?event . ?event pact:evidencedBy ?later , ?by } }""",
    )
    names = labels(graph.engine, {iri for row in found for iri in row[:2]})
    told: dict[str, list[Renewal]] = defaultdict(list)
    for later, earlier, when, before, by in found:
        words = ("renews", "renewed by") if by else ("takes up again", "taken up again, without being renewed, by")
        told[later].append(Renewal(words[0], earlier, names[earlier], before))
        told[earlier].append(Renewal(words[1], later, names[later], when))
    return {iri: tuple(sorted(set(told[iri]), key=lambda r: (r.date, r.iri))) for iri in wanted & told.keys()}


def values(iris: Iterable[str]) -> str:
    """Return *iris* as they stand in a VALUES block, in a fixed order."""
    return " ".join(str(NamedNode(iri)) for iri in sorted(iris))


def rows(graph: KnowledgeGraph, sparql: str) -> list[list[str]]:
    """Return the rows of an answer as texts, empty where unbound, in a fixed order."""
    return sorted([getattr(cell, "value", "") for cell in row] for row in graph.query(sparql).rows)
