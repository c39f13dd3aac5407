"""What the service says of itself in RDF: service description, VoID, and examples of queries."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from pyoxigraph import Triple, serialize

from spacepact.server.protocol.described import descriptions
from spacepact.server.protocol.negotiation import preferred
from spacepact.server.protocol.results import GRAPHS
from spacepact.server.protocol.statements import NAMESPACES
from spacepact.server.site import PageRequest, PageResponse, Site

__all__ = ["ROUTES", "dataset", "examples", "moved", "service"]

ROUTES = {
    "/sparql": "service",
    "/void": "dataset",
    "/.well-known/void": "moved",
    "/.well-known/sparql-examples": "examples",
}

_VARY = {"Vary": "Accept"}


def service(site: Site, request: PageRequest) -> PageResponse:
    """Return the answer to a request of the endpoint without a query: all that there is to say of it.

    A reader who finds no examples and no VoID by queries, since the default graph has only the record, looks here. A
    browser is led to the page for queries.
    """
    request.knows(*request.query)  # those of the SPARQL Protocol are looked at elsewhere
    if preferred(request.accept, [*GRAPHS, "text/html"]) == "text/html":
        return PageResponse.redirect("/query", headers=_VARY)
    return _document(site, request, ["service", "dataset", "examples"])


def dataset(site: Site, request: PageRequest) -> PageResponse:
    """Return the description of the dataset in VoID."""
    return _document(site, request, ["dataset"])


def moved(site: Site, request: PageRequest) -> PageResponse:
    """Lead from where VoID is looked for, as its registration asks, to where it is."""
    return PageResponse.redirect("/void")


def examples(site: Site, request: PageRequest) -> PageResponse:
    """Return the questions as examples of queries."""
    return _document(site, request, ["examples"])


@lru_cache(maxsize=1)
def _described(site: Site) -> dict[str, list[Triple]]:
    """Kept, since to count all that is in the record takes a second."""
    return descriptions(site.graph.store, site.settings)


def _document(site: Site, request: PageRequest, names: Sequence[str]) -> PageResponse:
    media_type = preferred(request.accept, list(GRAPHS)) or next(iter(GRAPHS))
    found = dict.fromkeys(triple for name in names for triple in _described(site)[name])
    # Each subject once, in the order of what is described: an editor of text shows the service first.
    places = {subject: at for at, subject in enumerate(dict.fromkeys(triple.subject for triple in found))}
    by_subject = sorted(found, key=lambda triple: places[triple.subject])
    written = serialize(by_subject, format=GRAPHS[media_type], prefixes=NAMESPACES)
    assert written is not None, "without an output it returns bytes"
    return PageResponse(written, media_type, headers=_VARY)
