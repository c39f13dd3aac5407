"""How the engagements of a dossier stand: what is open, past its date or moved, and planned in a series."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

if TYPE_CHECKING:
    from spacepact.queries.knowledge import KnowledgeGraph
    from spacepact.visualizations.model import Showing

__all__ = ["STANDINGS", "moved", "planned", "rows", "standing", "values"]

STANDINGS = ("open", "past its date", "date moved")
"""What can be said of how an engagement stands beside its status; see `standing`."""

_CLOSED = {"completed", "dropped", "renewed"}
_PAST = {"no data", "overdue"}


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


def values(iris: Iterable[str]) -> str:
    """Return *iris* as they stand in a VALUES block, in a fixed order."""
    return " ".join(str(NamedNode(iri)) for iri in sorted(iris))


def rows(graph: KnowledgeGraph, sparql: str) -> list[list[str]]:
    """Return the rows of an answer as texts, empty where unbound, in a fixed order."""
    return sorted([getattr(cell, "value", "") for cell in row] for row in graph.query(sparql).rows)
