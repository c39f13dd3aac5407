"""The interface of an engine, and the one inside this process.

Every engine takes standard SPARQL and gives pyoxigraph terms, so whatever shows an answer need not know where it
comes from.
"""

from __future__ import annotations

from typing import Protocol

import pyoxigraph
from pyoxigraph import DefaultGraph, NamedNode, QueryBoolean, QuerySolutions, Triple

from spacepact.errors import QueryError
from spacepact.graph.engines.refusals import form, misplaced_bracket, refuse
from spacepact.iris import ONTOLOGY, PREFIXES

__all__ = ["Answer", "Embedded", "Engine", "explained"]

Answer = QuerySolutions | QueryBoolean | list[Triple]
"""What a SELECT, an ASK, and a CONSTRUCT or DESCRIBE give."""

_VERSION = NamedNode(PREFIXES["owl"] + "versionInfo")


class Engine(Protocol):
    """Answers SPARQL about one state of the record. Our own prefixes need not be declared."""

    @property
    def name(self) -> str:
        """What to call the engine when an answer says where it comes from."""

    def query(self, sparql: str) -> Answer:
        """Run a query. Raises QueryError for SPARQL that cannot be run, EndpointError where a server fails."""

    def describe(self) -> dict[str, str]:
        """Return what ``spacepact info`` says of the engine, in words."""


class Embedded:
    """The engine inside this process, on *store*. Its default graph is the store's own, never a union.

    Queries only: an update is refused as any other text that is no query, and so is SERVICE.

    >>> engine = Embedded(pyoxigraph.Store())
    >>> bool(engine.query("ASK {}"))
    True
    """

    def __init__(self, store: pyoxigraph.Store) -> None:
        self.store = store
        self.name = "embedded"

    def query(self, sparql: str) -> Answer:
        """Run *sparql*. Raises QueryError that names line and column where the text cannot be run."""
        refuse(sparql)
        try:
            answer = self.store.query(sparql, prefixes=PREFIXES)
        except SyntaxError as error:
            raise QueryError(explained(sparql, error)) from None
        return list(dict.fromkeys(answer)) if isinstance(answer, pyoxigraph.QueryTriples) else answer

    def describe(self) -> dict[str, str]:
        """Return the engine with its version, the number of quads, and the version of the data."""
        stated = self.store.quads_for_pattern(NamedNode(ONTOLOGY), _VERSION, None, DefaultGraph())
        versions = sorted(quad.object.value for quad in stated if isinstance(quad.object, pyoxigraph.Literal))
        return {
            "engine": f"embedded, pyoxigraph {pyoxigraph.__version__}",
            "default graph": "gives each fact once",
            "quads": str(len(self.store)),
            "data version": ", ".join(versions) or "none",
        }


def explained(sparql: str, error: SyntaxError) -> str:
    """Return the engine's message on *sparql*, with the line it is about, and without its long lists of characters.

    >>> explained("SELECT * { ?s }", SyntaxError("error at 1:15: expected one of 'a', ['a'..='z']"))
    "line 1, column 15: cannot go on after 'SELECT * { ?s'"
    >>> explained("SELECT * {", SyntaxError("error at 1:11: expected one of '}', ['a'..='z']"))
    'line 1, column 11: a } is missing: nothing closes the { of line 1, column 10'
    """
    said = str(error)
    if not form(sparql):
        return "no query: it has none of SELECT, ASK, CONSTRUCT and DESCRIBE; the record cannot be changed by SPARQL"
    place, _, expected = said.removeprefix("error at ").partition(": expected ")
    line, _, column = place.partition(":")
    if not (line.isdecimal() and column.isdecimal()):
        return said
    before = (sparql.splitlines() or [""])[int(line) - 1 : int(line)]
    shown = (before[0] if before else "")[: int(column) - 1].strip()[-60:]
    hint = "; expected " + expected if expected and not expected.startswith("one of") else ""
    after = f"cannot go on after {shown!r}" if shown else "cannot go on"
    if "Prefix not found" in expected:
        hint = "; its prefix is not declared"
    elif bracket := misplaced_bracket(sparql):
        after, hint = bracket, ""
    return f"line {line}, column {column}: {after}{hint}"
