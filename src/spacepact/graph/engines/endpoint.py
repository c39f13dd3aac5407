"""The engine on a server: any that speaks SPARQL 1.1."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import pyoxigraph
from pyoxigraph import QueryBoolean, QuerySolutions, RdfFormat, Triple

from spacepact.errors import EndpointError
from spacepact.graph.engines.embedded import Answer
from spacepact.graph.engines.refusals import form, is_distinct
from spacepact.iris import DERIVED, ONTOLOGY, PREFIXES, with_prefixes

if TYPE_CHECKING:
    import httpx

__all__ = ["Endpoint", "connect"]

DefaultGraphKind = Literal["once", "duplicates", "empty", "not loaded"]

_VERSION = PREFIXES["owl"] + "versionInfo"
_IN_WORDS: dict[DefaultGraphKind, str] = {
    "once": "gives each fact once",
    "duplicates": "a union of the named graphs that repeats a fact for each graph it is in",
    "empty": "empty, though the named graphs are loaded",
    "not loaded": "without the record: nothing is loaded",
}
_RESULTS = {"application/sparql-results+json", "application/json"}


class Endpoint:
    """The engine at *url*, the query address of any SPARQL 1.1 server. Making one asks nothing of the server yet.

    *timeout* is in seconds. For *user* and *password* see `spacepact.graph.engines.servers.Server`. What is equal
    in value is spelled as the embedded store spells it (``"1"^^xsd:boolean`` becomes ``true``). A boolean that a query
    computes comes from Virtuoso as the integer 1 or 0; what it is cannot be told, so it stays. Rows that a
    SELECT DISTINCT repeats all the same, as Virtuoso 7 does after some UNIONs, are given once.
    """

    def __init__(
        self, url: str, *, timeout: float = 60.0, user: str | None = None, password: str | None = None
    ) -> None:
        from spacepact.graph.engines.servers import Server  # brings httpx, which only servers need

        self._server = Server(url, timeout=timeout, user=user, password=password)
        self.url = self._server.url
        self.name = self.url
        self._software = ""

    def query(self, sparql: str) -> Answer:
        """Run *sparql* on the server.

        Raises EndpointError, which names the address, for whatever is not a whole answer: nothing, an error, another
        kind of page, rows that break off, and rows that the server says it has cut short.
        """
        wanted = "application/sparql-results+json"
        if form(sparql) in {"CONSTRUCT", "DESCRIBE"}:
            wanted = "application/n-triples, text/turtle;q=0.8, application/rdf+xml;q=0.5"
        response = self._server.request("POST", form={"query": with_prefixes(sparql)}, headers={"Accept": wanted})
        self._software = response.headers.get("Server", "")
        self._refuse_partial(response)
        media_type = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if media_type in _RESULTS:
            return self._results(response, distinct=is_distinct(sparql))
        syntax = RdfFormat.from_media_type(media_type) if media_type else None
        if syntax is None:
            raise EndpointError(
                f"{self.url}: answers {media_type or 'without a media type'}, not SPARQL results; "
                "is this the address for queries?"
            )
        return self._triples(response, syntax)

    def default_graph(self) -> DefaultGraphKind:
        """Ask how the server makes up its default graph: the version of the data is stated in two named graphs."""
        versions = self._versions()
        if versions:
            return "once" if len(versions) == 1 else "duplicates"
        return "empty" if self.query(f"ASK {{ GRAPH ?g {{ <{ONTOLOGY}> <{_VERSION}> ?v }} }}") else "not loaded"

    def describe(self) -> dict[str, str]:
        """Return the address, the server's software, what its default graph is like, and the version of the data."""
        kind = self.default_graph()
        return {
            "engine": f"endpoint {self.url}",
            "server": self._software or "does not say",
            "default graph": _IN_WORDS[kind],
            "data version": ", ".join(sorted(set(self._versions()))) or "none",
        }

    def _versions(self) -> list[str]:
        rows = self.query(f"SELECT ?v {{ <{ONTOLOGY}> <{_VERSION}> ?v }}")
        assert isinstance(rows, QuerySolutions), "a SELECT gives rows"
        return [row["v"].value for row in rows]

    def _refuse_partial(self, response: httpx.Response) -> None:
        """Virtuoso answers 200 to a query it has cut short, and says so in a header only."""
        if most := response.headers.get("X-SPARQL-MaxRows"):
            raise EndpointError(
                f"{self.url}: the server stops at {most} rows, so the answer may be cut short; ask for less, "
                "or raise ResultSetMaxRows in its settings"
            )
        if state := response.headers.get("X-SQL-State"):
            said = response.headers.get("X-SQL-Message", "")
            raise EndpointError(f"{self.url}: the server gave part of the answer only ({state} {said})")

    def _results(self, response: httpx.Response, *, distinct: bool) -> QuerySolutions | QueryBoolean:
        from spacepact.graph.engines.respelling import results

        try:
            return results(response.content, distinct=distinct)
        except (ValueError, KeyError, TypeError, AttributeError, SyntaxError) as error:
            raise EndpointError(f"{self.url}: the answer is not whole SPARQL results in JSON: {error}") from None

    def _triples(self, response: httpx.Response, syntax: RdfFormat) -> list[Triple]:
        if not {"content-length", "transfer-encoding"} & response.headers.keys():
            raise EndpointError(
                f"{self.url}: sends triples without their length, so an answer cut short could not be told"
            )
        from spacepact.graph.engines.respelling import respelled

        try:
            quads = list(pyoxigraph.parse(response.content, format=syntax))
        except SyntaxError as error:
            raise EndpointError(f"{self.url}: the answer is not whole {syntax.name}: {error}") from None
        return list(dict.fromkeys(Triple(q.subject, q.predicate, respelled(q.object)) for q in quads))


def connect(url: str, *, timeout: float = 60.0, user: str | None = None, password: str | None = None) -> Endpoint:
    """Return the engine at *url* once it is sure to answer questions about the record.

    Raises EndpointError where the server has nothing of it, or an empty default graph: every question would give
    no rows, and nobody would know why.
    """
    endpoint = Endpoint(url, timeout=timeout, user=user, password=password)
    kind = endpoint.default_graph()
    if kind == "empty":
        raise EndpointError(
            f"{endpoint.url}: the default graph is empty, so no question would find anything; fill it with "
            "'spacepact load --to URL', or switch on the server's union default graph"
        )
    if kind == "not loaded":
        raise EndpointError(
            f"{endpoint.url}: the record is not loaded there (no graph <{DERIVED}>); "
            "fill the server with 'spacepact load --to URL'"
        )
    return endpoint
