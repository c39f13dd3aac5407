"""Spacepact: who cooperates with whom in space, on what, and what they promised each other.

>>> import spacepact
>>> graph = spacepact.open()
>>> graph.ask("agreements-of", actor="KASA").columns[0]
'agreement'
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from spacepact.errors import SpacepactError

if TYPE_CHECKING:
    from spacepact.queries.knowledge import KnowledgeGraph
    from spacepact.queries.result import Result

__all__ = ["SpacepactError", "__version__", "ask", "open", "query"]

__version__ = "0.2.0"


def open(*, as_of: str | None = None, endpoint: str | None = None) -> KnowledgeGraph:
    """Open the knowledge graph: embedded, as of a date, or on a SPARQL server. See KnowledgeGraph."""
    from spacepact.queries.knowledge import open_graph

    return open_graph(as_of=as_of, endpoint=endpoint)


def ask(question: str, /, **parameters: object) -> Result:
    """Answer a question of the catalogue on the embedded graph: ``spacepact.ask("due")``."""
    return open().ask(question, **parameters)


def query(sparql: str) -> Result:
    """Run a SPARQL 1.1 query on the embedded graph."""
    return open().query(sparql)
