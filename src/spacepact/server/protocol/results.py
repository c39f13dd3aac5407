"""Runs a query, and gives the answer in the media type asked for: with as many rows as may be, and never more.

Imports little, since each worker process starts with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import TypeAlias, TypeVar

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    NamedNode,
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    Triple,
    serialize,
)

from spacepact.errors import ProtocolError, QueryError
from spacepact.graph.engines.embedded import explained
from spacepact.graph.engines.refusals import refuse
from spacepact.iris import PREFIXES
from spacepact.server.protocol.requests import Query
from spacepact.server.protocol.writers import NOT_XML, WRITERS, boolean

__all__ = ["GRAPHS", "Answer", "offered", "run"]

_Item = TypeVar("_Item")

_TABLES = {
    "application/sparql-results+json": "json",
    "application/sparql-results+xml": "xml",
    "text/csv; charset=utf-8": "csv",
    "text/tab-separated-values; charset=utf-8": "tsv",
    "application/json": "json",
    "application/xml": "xml",
    "text/xml": "xml",
}
GRAPHS = {
    "text/turtle; charset=utf-8": RdfFormat.TURTLE,
    "application/n-triples": RdfFormat.N_TRIPLES,
    "application/ld+json": RdfFormat.JSON_LD,
    "application/rdf+xml": RdfFormat.RDF_XML,
    "application/trig": RdfFormat.TRIG,
    "application/n-quads": RdfFormat.N_QUADS,
    "application/json": RdfFormat.JSON_LD,
}
"""The media types of graphs, the one preferred first."""

_WHOLE = (RdfFormat.JSON_LD, RdfFormat.RDF_XML)
"""Formats that have brackets around the whole, so that they cannot be written in parts and are held as a whole."""

_AT_ONCE = 512
"""Rows or triples in one piece of an answer."""


@dataclass
class Answer:
    """An answer, of which the first rows are found already.

    *rows* are the rows or triples found so far. *truncated* tells whether there are more of them than are given; None
    where that is not known yet: then taking *chunks* ends in QueryError if there are. What is left of the result is
    to be dropped on the thread that ran the query, so *chunks* is to be used up, or closed, there.
    """

    media_type: str
    rows: int
    truncated: bool | None
    chunks: Iterator[bytes]


def offered(form: str) -> tuple[str, ...]:
    """Return the media types that an answer to a query of *form* is given in, the one preferred first.

    >>> offered("ASK")[0], offered("DESCRIBE")[0]
    ('application/sparql-results+json', 'text/turtle; charset=utf-8')
    """
    return tuple(GRAPHS if form in ("CONSTRUCT", "DESCRIBE") else _TABLES)


def run(
    store: Store, query: Query, media_type: str, *, max_rows: int, held: int = 10_000, base: str = "", note: str = "",
    services: Sequence[str] = (),
) -> Answer:  # fmt: skip
    """Ask *store* the *query*, and return the answer as *media_type*, one of those `offered`.

    At most *max_rows* rows or triples are given. The first *held* of them are found before this returns, so whatever
    fails by then, fails here, and a result cut short by then says so: rows in JSON and XML link to *note*, and Turtle
    and its like end with a comment. Relative IRIs are resolved by *base*. *services* are the beginnings of addresses
    that SERVICE may call.

    Raises QueryError for a query that cannot be run, ProtocolError for an answer that *media_type* cannot hold.
    """
    refuse(query.sparql, services)
    try:
        default, named = _dataset(query)
        found = store.query(
            query.sparql, base_iri=base or None, prefixes=PREFIXES, default_graph=default, named_graphs=named
        )
        if isinstance(found, QueryBoolean):
            return Answer(media_type, 1, False, iter([boolean(_TABLES[media_type], bool(found)).encode()]))
        limits = _Limits(max_rows, held)
        if isinstance(found, QuerySolutions):
            return _rows(found, media_type, limits, note)
        return _triples(found, media_type, limits)
    except SyntaxError as error:
        raise QueryError(explained(query.sparql, error)) from None
    except RuntimeError as error:  # what the engine raises for a function or a service that it cannot call
        raise QueryError(str(error)) from None


_Default: TypeAlias = list[NamedNode | BlankNode | DefaultGraph]
_Named: TypeAlias = list[NamedNode | BlankNode]


def _dataset(query: Query) -> tuple[_Default | None, _Named | None]:
    """Return the dataset of the request, which goes before that of the query as a whole (Protocol, section 2.1.4)."""
    if not query.default_graphs and not query.named_graphs:
        return None, None
    return [NamedNode(iri) for iri in query.default_graphs], [NamedNode(iri) for iri in query.named_graphs]


@dataclass(frozen=True)
class _Limits:
    max_rows: int
    held: int

    def take(self, items: Iterator[_Item]) -> tuple[list[_Item], bool | None, Iterator[_Item]]:
        """Return the first items, whether the result is cut short after them, and the items that follow."""
        first = list(islice(items, min(self.max_rows, self.held) + 1))
        if len(first) <= min(self.max_rows, self.held):
            return first, False, iter(())
        if self.max_rows <= self.held:
            return first[: self.max_rows], True, iter(())
        return first, None, self._guarded(items, self.max_rows - len(first))

    def _guarded(self, items: Iterator[_Item], left: int) -> Iterator[_Item]:
        yield from islice(items, left)
        if next(items, None) is not None:
            raise QueryError(f"the answer has more than {self.max_rows:,} rows; ask for less, or in parts with LIMIT")


def _rows(found: QuerySolutions, media_type: str, limits: _Limits, note: str) -> Answer:
    writer = WRITERS[_TABLES[media_type]]([variable.value for variable in found.variables])
    first, truncated, rest = limits.take(map(writer.row, found))

    def chunks() -> Iterator[bytes]:
        text = writer.head(note if truncated else "")
        for number, rows in enumerate(_batches(chain(first, rest))):
            yield (text + (writer.between if number else "") + writer.between.join(rows)).encode()
            text = ""
        yield (text + writer.tail).encode()

    return Answer(media_type, len(first), truncated, chunks())


def _triples(found: QueryTriples, media_type: str, limits: _Limits) -> Answer:
    format = GRAPHS[media_type]
    # The engine gives a triple as often as it follows; keys of a dictionary keep the order.
    seen: dict[Triple, None] = {}
    new = (triple for triple in found if triple not in seen and seen.setdefault(triple) is None)
    if format in _WHOLE:
        whole, truncated, _ = _Limits(limits.max_rows, held=limits.max_rows).take(new)
        return Answer(media_type, len(whole), truncated, iter([_written(format, whole)]))
    first, truncated, rest = limits.take(new)

    def chunks() -> Iterator[bytes]:
        for number, triples in enumerate(_batches(chain(first, rest))):
            head, body = _with_head(format, triples)
            yield body if number else head + body
        if truncated:
            yield f"# Cut short: there is more than these {len(first):,} triples. Ask for less, or in parts.\n".encode()

    return Answer(media_type, len(first), truncated, chunks())


def _batches(items: Iterator[_Item]) -> Iterator[list[_Item]]:
    while batch := list(islice(items, _AT_ONCE)):
        yield batch


def _with_head(format: RdfFormat, triples: Iterable[Triple]) -> tuple[bytes, bytes]:
    """Return the declarations of prefixes, always in the same order, and the triples."""
    written = serialize(triples, format=format, prefixes=PREFIXES)
    assert written is not None, "without an output it returns bytes"
    if format not in (RdfFormat.TURTLE, RdfFormat.TRIG):
        return b"", written
    *declared, body = written.split(b"\n", len(PREFIXES))
    return b"".join(line + b"\n" for line in sorted(declared)), body


def _written(format: RdfFormat, triples: Iterable[Triple]) -> bytes:
    """Return *triples* in a format that has brackets around the whole. Raises ProtocolError if they do not fit it."""
    try:
        written = serialize(triples, format=format, prefixes=PREFIXES)
    except OSError as error:  # JSON-LD has no triples about triples
        raise ProtocolError(406, f"{error}; ask for text/turtle") from None
    assert written is not None, "without an output it returns bytes"
    if format is RdfFormat.RDF_XML:
        # The engine writes what is no XML here: a property whose IRI has no name at its end, and some characters.
        if b"<oxprefix: " in written or NOT_XML.search(written.decode()):
            raise ProtocolError(
                406, "the answer has an IRI or a character that RDF/XML cannot hold; ask for text/turtle"
            )
        written = written.replace(b"\r", b"&#xD;")
    return written
