"""Reads a request of the SPARQL 1.1 Protocol (section 2.1): the query and the dataset to ask it of.

Three forms are allowed: GET with the query in the address, POST of a form, and POST of the query itself. All else is
refused with the status that says best why. What the Protocol does not name (``format``, ``timeout``) has no meaning
here and is passed over: the form of the answer is negotiated by the Accept header.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from pyoxigraph import NamedNode

from spacepact.errors import ProtocolError
from spacepact.server.protocol.negotiation import media_type

__all__ = ["ALLOWED", "MOST_GRAPHS", "Query", "read"]

ALLOWED = "GET, HEAD, POST, OPTIONS"
"""The methods of the endpoint, as the header Allow has them."""

MOST_GRAPHS = 1000
"""The most graphs that the parameters of one request may name."""

_DIRECT, _FORM = "application/sparql-query", "application/x-www-form-urlencoded"
_UPDATE = "application/sparql-update"
_DATASET = ("default-graph-uri", "named-graph-uri")
_BAD_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")


@dataclass(frozen=True)
class Query:
    """A query and the dataset that the request asks it of, as IRIs. With no graphs, the query's own dataset counts."""

    sparql: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()


def read(
    method: str, query_string: bytes, content_type: str = "", body: bytes = b"", *, max_query: int = 64 * 1024
) -> Query:
    """Return the query that a request asks. *max_query* is the longest that is taken, in bytes of UTF-8.

    Raises ProtocolError, whose status is 400 for what cannot be understood, 403 for an update, 405 for another
    method, 413 or 414 for a query that is too long in a body or an address, and 415 for another kind of body.

    >>> read("GET", b"query=ASK%20%7B%7D&default-graph-uri=urn:x")
    Query(sparql='ASK {}', default_graphs=('urn:x',), named_graphs=())
    """
    if method in ("GET", "HEAD"):
        if body:
            raise ProtocolError(400, f"a body means nothing with {method}; send it with POST")
        return _query(list(_parameters(query_string, "the address")), None, 414, max_query)
    if method != "POST":
        raise ProtocolError(405, f"{method} is not allowed; a query is asked with GET or POST", {"Allow": ALLOWED})
    kind = _kind(content_type)
    given = list(_parameters(query_string, "the address"))
    if kind == _DIRECT:
        return _query(given, _text(body, "the query", "utf-8-sig"), 413, max_query)
    if any(name == "query" for name, _ in given):
        raise ProtocolError(400, "query: belongs into the body of the form, not into the address")
    return _query([*given, *_parameters(body, "the form")], None, 413, max_query)


def _kind(content_type: str) -> str:
    """Return the media type of a body that may hold a query. Raises ProtocolError for any other."""
    accepted = {"Accept-Post": f"{_DIRECT}, {_FORM}"}
    try:
        found = media_type(content_type)
    except ValueError:
        said = "no Content-Type" if not content_type else f"Content-Type {content_type!r} is no media type"
        raise ProtocolError(415, f"{said}; it is {_DIRECT} or {_FORM}", accepted) from None
    kind = f"{found.type}/{found.subtype}"
    if kind == _UPDATE:
        raise _read_only()
    if kind not in (_DIRECT, _FORM):
        raise ProtocolError(415, f"Content-Type {kind} holds no query; it is {_DIRECT} or {_FORM}", accepted)
    if charsets := sorted(value for name, value in found.parameters if name == "charset" and value != "utf-8"):
        raise ProtocolError(415, f"charset {charsets[0]} is not read; queries are in UTF-8", accepted)
    return kind


def _read_only() -> ProtocolError:
    # Not 405, since POST is allowed here, and not 401, since no credentials would help.
    return ProtocolError(403, "the record is read-only: there are no updates; facts are changed in its source files")


def _parameters(encoded: bytes, where: str) -> Iterator[tuple[str, str]]:
    for part in encoded.split(b"&"):
        name, _, value = part.partition(b"=")
        if part:
            yield _decoded(name, where), _decoded(value, where)


def _decoded(text: bytes, where: str) -> str:
    if found := _BAD_ESCAPE.search(text):
        shown = text[found.start() :][:3].decode("ascii", "replace")
        raise ProtocolError(400, f"{where}: {shown!r} is no percent-encoding; a percent sign itself is %25")
    return _text(unquote_to_bytes(text.replace(b"+", b" ")), where)


def _text(content: bytes, where: str, encoding: str = "utf-8") -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise ProtocolError(400, f"{where}: byte {error.start} is not UTF-8") from None


def _query(given: list[tuple[str, str]], direct: str | None, too_long: int, max_query: int) -> Query:
    if any(name == "update" for name, _ in given):
        raise _read_only()
    queries = [value for name, value in given if name == "query"] + ([] if direct is None else [direct])
    if len(queries) != 1 or not queries[0].strip():
        many = f"given {len(queries)} times" if len(queries) > 1 else "missing"
        raise ProtocolError(400, f"query: {many}; a request asks one query")
    if (size := len(queries[0].encode())) > max_query:
        raise ProtocolError(too_long, f"query: {size:,} bytes long; {max_query:,} at most are taken")
    default, named = (tuple(_iri(name, value) for name, value in given if name == wanted) for wanted in _DATASET)
    if len(default) + len(named) > MOST_GRAPHS:
        raise ProtocolError(400, f"{' and '.join(_DATASET)}: at most {MOST_GRAPHS:,} graphs are taken")
    return Query(queries[0], default, named)


def _iri(name: str, value: str) -> str:
    try:
        return NamedNode(value).value
    except ValueError as error:
        raise ProtocolError(400, f"{name}: {value[:200]!r} is no absolute IRI: {error}") from None
