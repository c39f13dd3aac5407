"""Fills a SPARQL server through the Graph Store Protocol: one PUT for each named graph, one for the default graph.

On a server whose default graph is a union of the named ones (Virtuoso, RDF4J and its kin) it cannot be stored, and
is not sent. What the server does is asked of it, with one fact in a graph of its own that is taken away again.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

from pyoxigraph import DefaultGraph, NamedNode, QuerySolutions, RdfFormat, Store

from spacepact.errors import EndpointError
from spacepact.graph.engines.endpoint import Endpoint
from spacepact.graph.engines.servers import Server
from spacepact.iris import BASE, PREFIXES

__all__ = ["Progress", "addresses", "load"]

Progress = Callable[[int, int, str], None]
"""Told how many requests are done, of how many, and the graph or step that comes next."""

_NTRIPLES = {"Content-Type": "application/n-triples"}
_VERSION = PREFIXES["owl"] + "versionInfo"
_MARKER = BASE + "graph/marker"
_OURS = f'FILTER(STRSTARTS(STR(?g), "{BASE}"))'

_QUERY_BESIDE = {
    "/store": "/query",  # Oxigraph
    "/sparql-graph-crud-auth": "/sparql",  # Virtuoso, with credentials
    "/sparql-graph-crud": "/sparql",
    "/data": "/sparql",  # Fuseki
    "/rdf-graphs/service": "",  # RDF4J, GraphDB
}


def addresses(graphs: str, query: str | None = None) -> tuple[str, str]:
    """Return the addresses of a server's graph store and of its queries, the second worked out where not given.

    >>> addresses("http://localhost:7878/store")
    ('http://localhost:7878/store', 'http://localhost:7878/query')
    >>> addresses("http://localhost:3030/pact/data")
    ('http://localhost:3030/pact/data', 'http://localhost:3030/pact/sparql')

    Raises EndpointError where it cannot be worked out.
    """
    if query:
        return graphs, query
    parts = urlsplit(graphs)
    for ending, beside in _QUERY_BESIDE.items():
        if parts.path.endswith(ending):
            return graphs, urlunsplit(parts._replace(path=parts.path.removesuffix(ending) + beside, query=""))
    raise EndpointError(
        f"{Server(graphs).url}: cannot tell the address for queries from this address of a graph store; "
        "give both (--to and --query). Known endings: " + ", ".join(_QUERY_BESIDE)
    )


def load(
    store: Store, url: str, *, query: str | None = None, progress: Progress = lambda *_: None,
    timeout: float = 300.0, user: str | None = None, password: str | None = None,
) -> dict[str, int]:  # fmt: skip
    """Make the server with the graph store *url* hold what *store* holds, and count it there.

    *query* is the server's address for queries, worked out from *url* for the servers known. *timeout* is in seconds
    for each request. Graphs of an earlier load that are no longer in the record are removed; no other graph is
    touched. Returns the number of triples in each graph by its IRI, the default graph under "" where it was sent.
    Raises EndpointError where the server fails, counts differently, or has foreign facts in its default graph.
    """
    graphs_url, query_url = addresses(url, query)
    server = Server(graphs_url, timeout=timeout, user=user, password=password)
    given = server.credentials or (None, None)
    endpoint = Endpoint(query_url, timeout=timeout, user=given[0], password=given[1])
    expected = {g.value: _size(store, g) for g in store.named_graphs() if isinstance(g, NamedNode)}
    union = _is_union(server, endpoint)
    if not union:
        _refuse_foreign(endpoint)
        expected[""] = _size(store, DefaultGraph())
    stale = sorted(_counts(endpoint).keys() - expected.keys())
    names = sorted(expected, key=lambda name: (not name, name))  # the default graph last
    total = len(names) + len(stale) + 1
    for done, name in enumerate(names):
        progress(done, total, name or "the default graph")
        graph = NamedNode(name) if name else DefaultGraph()
        content = store.dump(format=RdfFormat.N_TRIPLES, from_graph=graph)
        server.request("PUT", query=_graph(name), content=content, headers=_NTRIPLES)
    for done, name in enumerate(stale, start=len(names)):
        progress(done, total, f"removing {name}")
        server.request("DELETE", query=_graph(name))
    progress(total - 1, total, "counting")
    _verify(endpoint, expected)
    progress(total, total, "done")
    return expected


def _is_union(server: Server, endpoint: Endpoint) -> bool:
    """Put a fact into a named graph of its own, and see whether it shows up in the default graph."""
    unique = uuid.uuid4().hex
    fact = f'<{_MARKER}> <{_VERSION}> "{unique}" .'
    server.request("PUT", query=_graph(_MARKER), content=fact.encode(), headers=_NTRIPLES)
    try:
        if not endpoint.query(f"ASK {{ GRAPH <{_MARKER}> {{ {fact} }} }}"):
            raise EndpointError(
                f"{endpoint.url}: does not show what was put into {server.url}; "
                "are these the two addresses of one dataset?"
            )
        return bool(endpoint.query(f"ASK {{ {fact} }}"))
    finally:
        server.request("DELETE", query=_graph(_MARKER), allowed=(404,))


def _refuse_foreign(endpoint: Endpoint) -> None:
    """Stop before a default graph is replaced that somebody else keeps facts in.

    After an earlier load every fact of it is in a named graph too; blank nodes are not compared, being renamed.
    """
    found = _count(
        endpoint,
        "SELECT (COUNT(*) AS ?n) { ?s ?p ?o FILTER(!isBLANK(?s) && !isBLANK(?o)) MINUS { GRAPH ?g { ?s ?p ?o } } }",
    )
    if found:
        raise EndpointError(
            f"{endpoint.url}: the default graph has {found} facts of somebody else, and loading would replace them; "
            "use a dataset of its own"
        )


def _verify(endpoint: Endpoint, expected: dict[str, int]) -> None:
    counted = _counts(endpoint)
    if "" in expected:
        counted[""] = _count(endpoint, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    wrong = [
        f"{name or 'the default graph'} has {counted.get(name, 0)} triples instead of {expected.get(name, 0)}"
        for name in sorted(expected.keys() | counted.keys())
        if counted.get(name, 0) != expected.get(name, 0)
    ]
    if wrong:
        more = f" (and {len(wrong) - 5} more)" if len(wrong) > 5 else ""
        raise EndpointError(f"{endpoint.url}: not what was loaded: {'; '.join(wrong[:5])}{more}; load again")


def _counts(endpoint: Endpoint) -> dict[str, int]:
    """Return the number of triples in each of our named graphs on the server."""
    rows = endpoint.query(f"SELECT ?g (COUNT(*) AS ?n) {{ GRAPH ?g {{ ?s ?p ?o }} {_OURS} }} GROUP BY ?g")
    assert isinstance(rows, QuerySolutions), "a SELECT gives rows"
    return {row["g"].value: int(row["n"].value) for row in rows}


def _count(endpoint: Endpoint, sparql: str) -> int:
    rows = endpoint.query(sparql)
    assert isinstance(rows, QuerySolutions), "a SELECT gives rows"
    return int(next(rows)["n"].value)


def _size(store: Store, graph: NamedNode | DefaultGraph) -> int:
    return sum(1 for _ in store.quads_for_pattern(None, None, None, graph))


def _graph(name: str) -> str:
    return urlencode({"graph": name}, quote_via=quote) if name else "default"
