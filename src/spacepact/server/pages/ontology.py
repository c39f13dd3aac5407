"""The ontology: one page with every term, and a page on what is derived."""

from __future__ import annotations

from collections import Counter

from pyoxigraph import DefaultGraph, NamedNode

from spacepact import __version__
from spacepact.errors import NotFound
from spacepact.graph.dereferencing import data_path, short
from spacepact.graph.rules import rules
from spacepact.iris import DERIVED, NS, PREFIXES, curie
from spacepact.ontology.reference import header, terms
from spacepact.ontology.vocabulary import vocabulary
from spacepact.queries.concepts import concept, schemes
from spacepact.server.site import PageRequest, PageResponse, Site, page_path

__all__ = ["ROUTES", "derived_page", "reference_page", "version_page"]

ROUTES = {
    "/page/ns": "reference_page",
    "/page/ns/{version}": "version_page",
    "/page/graph/derived": "derived_page",
}

_HEADINGS = {
    "class": "Classes",
    "object property": "Properties that lead to things and codes",
    "data property": "Properties with values",
    "annotation property": "Annotations",
}


def reference_page(site: Site, request: PageRequest) -> PageResponse:
    """Show every term of the ontology, with the number of its uses in the record."""
    known = {term.iri: term for term in terms()}
    body = site.render(
        "ontology.html",
        request,
        header=header(),
        groups=[(words, [t for t in terms() if t.kind == kind]) for kind, words in _HEADINGS.items()],
        known=known,
        uses=_uses(site),
        path=lambda iri: f"#{known[iri].anchor}" if iri in known else page_path(iri),
        name=lambda iri: known[iri].name if iri in known else short(iri),
        schemes=[(concept(site.graph, scheme), codes) for scheme, codes in schemes().items()],
    )
    return PageResponse(body)


def _uses(site: Site) -> dict[str, int]:
    """Count the statements with each property, and the things of each class and of those below it."""
    counted: Counter[str] = Counter()
    things: dict[str, set[object]] = {}
    above = vocabulary().superclasses
    a = NamedNode(PREFIXES["rdf"] + "type")
    for quad in site.graph.store.quads_for_pattern(None, None, None, DefaultGraph()):
        counted[quad.predicate.value] += 1
        if quad.predicate == a and isinstance(quad.object, NamedNode):
            for kind in above.get(quad.object.value, (quad.object.value,)):
                things.setdefault(kind, set()).add(quad.subject)
    return counted | {kind: len(found) for kind, found in things.items()}


def version_page(_: Site, request: PageRequest) -> PageResponse:
    """Lead from a version of the ontology to its page; the record knows but the one it is written in."""
    if request.params["version"] != __version__:
        raise NotFound(f"This is version {__version__} of the ontology.", [("/page/ns", "the ontology")])
    return PageResponse.redirect("/page/ns")


def derived_page(site: Site, request: PageRequest) -> PageResponse:
    """Show by which rules facts are derived, and how many there are of each property."""
    derived = site.graph.store.quads_for_pattern(None, None, None, NamedNode(DERIVED))
    counted = Counter(quad.predicate.value for quad in derived)
    body = site.render(
        "derived.html",
        request,
        rules=rules(),
        counted=[(iri, curie(iri), count) for iri, count in counted.most_common() if iri.startswith(NS)],
        total=counted.total(),
        data=data_path(DERIVED),
    )
    return PageResponse(body)
