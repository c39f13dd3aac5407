"""IRIs: each leads to the page on the thing it names, or to its description as RDF, as the client prefers.

The answer is 303 See Other (Cool URIs for the Semantic Web, W3C 2008): what is named is no document, and the document
on it has an address of its own.
"""

from __future__ import annotations

from difflib import get_close_matches

from pyoxigraph import DefaultGraph, NamedNode

from spacepact import __version__
from spacepact.errors import NotFound
from spacepact.graph.dereferencing import SYNTAXES, data_path, describe, is_known, replacement, write
from spacepact.iris import BASE, ENTITY, ONTOLOGY, PREFIXES, curie
from spacepact.ontology.parts import PARTS, part
from spacepact.queries.names import labels
from spacepact.server.pages._negotiating import HTML, VARIES, see, wanted_of
from spacepact.server.site import PageRequest, PageResponse, Site, page_path

__all__ = ["ROUTES", "description", "identified", "ontology_part", "version_of_ontology"]

ROUTES = {
    "/id/{name:path}": "identified",
    "/source/{name:path}": "identified",
    "/topic": "identified",
    "/topic.{suffix}": "identified",
    "/topic/{name}": "identified",
    "/code/{name:path}": "identified",
    "/mapping/{name:path}": "identified",
    "/graph/derived": "identified",
    "/graph/derived.{suffix}": "identified",
    "/ns": "identified",
    "/ns.{suffix}": "identified",
    "/ns/{version}": "version_of_ontology",
    "/shapes": "version_of_ontology",
    "/data/{name:path}": "description",
} | {f"/data/{name}{suffix}": "ontology_part" for name in PARTS for suffix in ("", ".{suffix}")}


def identified(site: Site, request: PageRequest) -> PageResponse:
    """Lead from an IRI to its page or its description; from that of a merged entity to what stands in for it."""
    name, suffix = _parted(request.path.lstrip("/"))
    iri = BASE + name
    wanted = suffix or wanted_of(request.accept, HTML)
    if not is_known(site.graph.store, iri):
        return _missing(site, iri, wanted)
    if other := replacement(site.graph.store, iri):
        to = other.removeprefix(BASE.rstrip("/")) + (f".{suffix}" if suffix else "")
        return PageResponse.redirect(to, status=301, headers=VARIES)
    return see(page_path(iri) if wanted == HTML else f"{data_path(iri)}.{wanted}", wanted)


def version_of_ontology(_: Site, request: PageRequest) -> PageResponse:
    """Lead from the IRI of the ontology as of a version, or of the shapes, to what is published of it."""
    name, suffix = _parted(request.path.lstrip("/"))
    if name not in (f"ns/{__version__}", "shapes"):
        known = [(f"/ns/{__version__}", f"the ontology of version {__version__}")]
        raise NotFound(f"There is no {name} here; this is version {__version__}.", known)
    wanted = suffix or wanted_of(request.accept, HTML)
    page, data = ("/page/ns#shapes", "shapes") if name == "shapes" else ("/page/ns", "ns")
    return see(page if wanted == HTML else f"/data/{data}.{wanted}", wanted)


def description(site: Site, request: PageRequest) -> PageResponse:
    """Answer with the facts on a thing in the syntax of the suffix; without one, lead to the one preferred."""
    name, suffix = _parted(request.path.removeprefix("/data/"))
    iri = BASE + name if name.partition("/")[0] in ("source", "topic", "code", "mapping", "graph") else ENTITY + name
    wanted = suffix or wanted_of(request.accept, "ttl")
    if not is_known(site.graph.store, iri):
        return _missing(site, iri, wanted)
    if not suffix:
        return see(page_path(iri) if wanted == HTML else f"/data/{name}.{wanted}", wanted)
    quads = describe(site.graph.store, iri, graphs=SYNTAXES[suffix].graphs, version=site.graph.version)
    links = f'<{iri}>; rel="describes", <{page_path(iri)}>; rel="alternate"; type="text/html"'
    return _written(write(quads, suffix, iri), suffix, links)


def ontology_part(_: Site, request: PageRequest) -> PageResponse:
    """Answer with a part of the ontology: its terms, its codes, its topics, or the shapes."""
    name, suffix = _parted(request.path.removeprefix("/data/"))
    if name in PARTS and not suffix:
        wanted = wanted_of(request.accept, "ttl")
        return see("/page/ns" if wanted == HTML else f"/data/{name}.{wanted}", wanted)
    if name not in PARTS:
        raise NotFound(f"The syntaxes are {', '.join(SYNTAXES)}.", [(f"/data/{name.partition('.')[0]}.ttl", "Turtle")])
    return _written(write(part(name), suffix, ONTOLOGY), suffix, '</page/ns>; rel="alternate"; type="text/html"')


def _parted(path: str) -> tuple[str, str]:
    """Return a path without the suffix of a syntax, and that suffix.

    >>> _parted("id/nasa.ttl"), _parted("ns/0.2.0")
    (('id/nasa', 'ttl'), ('ns/0.2.0', ''))
    """
    name, dot, suffix = path.rpartition(".")
    return (name, suffix) if dot and suffix in SYNTAXES else (path, "")


def _written(body: bytes, suffix: str, links: str) -> PageResponse:
    syntax = SYNTAXES[suffix]
    charset = "; charset=utf-8" if syntax.media_type.startswith("text/") else ""
    return PageResponse(body, syntax.media_type + charset, headers={"Link": links})


def _missing(site: Site, iri: str, wanted: str) -> PageResponse:
    """Say that nothing is known of *iri*: on a page, in a comment of Turtle and its like, else as JSON."""
    message = f"The record knows nothing of {curie(iri)}."
    if wanted in ("ttl", "trig", "nt", "nq"):
        comment = "# " + " ".join(message.split()) + "\n"
        return PageResponse(comment, SYNTAXES[wanted].media_type, 404, VARIES)
    raise NotFound(message, _near(site, iri))


def _near(site: Site, iri: str) -> list[tuple[str, str]]:
    """Return the pages on entities whose slugs are spelled nearest to that of *iri*."""
    kinds = NamedNode(PREFIXES["skos"] + "prefLabel")
    named = {
        quad.subject.value.removeprefix(BASE): quad.subject.value
        for quad in site.graph.store.quads_for_pattern(None, kinds, None, DefaultGraph())
        if isinstance(quad.subject, NamedNode)
    }
    close = get_close_matches(iri.removeprefix(BASE)[:100], named, n=5, cutoff=0.75)
    words = labels(site.graph.engine, [named[slug] for slug in close])
    return [(page_path(named[slug]), words[named[slug]]) for slug in close]
