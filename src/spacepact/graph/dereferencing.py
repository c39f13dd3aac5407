"""What the record holds on one thing, as RDF: the answer to whoever asks for its IRI.

A description has each fact on the thing and each that points to it. In the syntaxes that know named graphs it also
has the graphs that say so, with the citations of their documents.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from pyoxigraph import (
    CanonicalizationAlgorithm,
    Dataset,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    Store,
    serialize,
)

from spacepact.iris import BASE, DERIVED, ENTITY, LICENCE, NS, ONTOLOGY, PREFIXES

__all__ = ["SYNTAXES", "Syntax", "data_path", "describe", "is_known", "replacement", "short", "write"]


class Syntax(NamedTuple):
    """A way to write RDF; *graphs* tells whether it knows named graphs."""

    name: str
    media_type: str
    format: RdfFormat
    graphs: bool


SYNTAXES = {
    "ttl": Syntax("Turtle", "text/turtle", RdfFormat.TURTLE, graphs=False),
    "jsonld": Syntax("JSON-LD", "application/ld+json", RdfFormat.JSON_LD, graphs=True),
    "nt": Syntax("N-Triples", "application/n-triples", RdfFormat.N_TRIPLES, graphs=False),
    "trig": Syntax("TriG", "application/trig", RdfFormat.TRIG, graphs=True),
    "nq": Syntax("N-Quads", "application/n-quads", RdfFormat.N_QUADS, graphs=True),
    "rdf": Syntax("RDF/XML", "application/rdf+xml", RdfFormat.RDF_XML, graphs=False),
}
"""The syntaxes by the suffixes of their files; of two that please equally, the one that stands first is sent."""

_PREFIXES = PREFIXES | {
    "foaf": "http://xmlns.com/foaf/0.1/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "prov": "http://www.w3.org/ns/prov#",
    "void": "http://rdfs.org/ns/void#",
    "org": "http://www.w3.org/ns/org#",
    "sh": "http://www.w3.org/ns/shacl#",
    "shape": BASE + "shapes#",
    "gist": "https://w3id.org/semanticarts/ns/ontology/gist/",
    "fibo-agr": "https://spec.edmcouncil.org/fibo/ontology/FND/Agreements/Agreements/",
}
_TYPE = NamedNode(PREFIXES["rdf"] + "type")
_IN_DOCUMENT = NamedNode(NS + "inDocument")


def data_path(iri: str) -> str:
    """Return the path of the description of *iri*, without a suffix.

    >>> data_path(ENTITY + "nasa"), data_path(BASE + "source/x/p4"), data_path(NS + "Commitment")
    ('/data/nasa', '/data/source/x/p4', '/data/ns')
    """
    local = iri.removeprefix(ENTITY) if iri.startswith(ENTITY) else iri.removeprefix(BASE).partition("#")[0]
    return f"/data/{local}"


def short(iri: str) -> str:
    """Return the short form of *iri*, with prefixes of the vocabularies that ours is aligned with too.

    >>> short("http://www.w3.org/ns/prov#Agent"), short(NS + "Actor")
    ('prov:Agent', 'pact:Actor')
    """
    found = (f"{prefix}:{iri.removeprefix(space)}" for prefix, space in _PREFIXES.items() if iri.startswith(space))
    return next(found, iri)


def is_known(store: Store, iri: str) -> bool:
    """Tell whether the record has a fact on *iri*, which may be any text."""
    try:
        term = NamedNode(iri)
    except ValueError:  # what is no IRI is nothing of the record
        return False
    return next(iter(store.quads_for_pattern(term, None, None, None)), None) is not None


def replacement(store: Store, iri: str) -> str | None:
    """Return what stands in for *iri*, an entity that was merged into another one; at the end of a chain of mergers."""
    by = NamedNode(PREFIXES["dcterms"] + "isReplacedBy")
    seen = [iri]
    while True:
        found = store.quads_for_pattern(NamedNode(seen[-1]), by, None, None)
        after = {quad.object.value for quad in found if isinstance(quad.object, NamedNode)}.difference(seen)
        if not after:
            return seen[-1] if len(seen) > 1 else None
        seen.append(min(after))


def describe(store: Store, iri: str, *, graphs: bool = False, version: str = "") -> list[Quad]:
    """Return the facts on *iri* and those that point to it, with a few on the description itself.

    With *graphs* also the named graphs that say so, what *iri* says if it is a passage or a document, and the citations
    of all documents that speak.
    """
    thing = NamedNode(iri)
    quads = set(_about(store, thing, None if graphs else DefaultGraph()))
    if graphs:
        quads.update(_said_by(store, thing))
        for evidence in {quad.graph_name for quad in quads}:
            quads.update(_citation(store, evidence) if isinstance(evidence, NamedNode) else ())
    return [*quads, *_metadata(iri, version)]


def _about(store: Store, thing: NamedNode, graph: DefaultGraph | None) -> Iterator[Quad]:
    yield from store.quads_for_pattern(thing, None, None, graph)
    yield from store.quads_for_pattern(None, None, thing, graph)


def _said_by(store: Store, thing: NamedNode) -> Iterator[Quad]:
    """Yield the graph of *thing* and those of its passages; of what is derived and of the ontology, none."""
    if thing.value in (DERIVED, ONTOLOGY):
        return
    found = (quad.subject for quad in store.quads_for_pattern(None, _IN_DOCUMENT, thing, DefaultGraph()))
    for graph in (thing, *(passage for passage in found if isinstance(passage, NamedNode))):
        yield from store.quads_for_pattern(None, None, None, graph)


def _citation(store: Store, evidence: NamedNode) -> Iterator[Quad]:
    """Yield the facts on the passage or document *evidence*, and on its document, as facts of the default graph."""
    default = DefaultGraph()
    if evidence.value == ONTOLOGY:
        return
    found = (quad.object for quad in store.quads_for_pattern(evidence, _IN_DOCUMENT, None, default))
    for cited in (evidence, *(document for document in found if isinstance(document, NamedNode))):
        yield from store.quads_for_pattern(cited, None, None, default)


def _metadata(iri: str, version: str) -> Iterator[Quad]:
    """Yield what is to be known of the description: of what it is, of which data, under which licence."""
    page = NamedNode(BASE.rstrip("/") + data_path(iri))
    dcterms, foaf = PREFIXES["dcterms"], _PREFIXES["foaf"]
    yield Quad(page, _TYPE, NamedNode(foaf + "Document"))
    yield Quad(page, NamedNode(foaf + "primaryTopic"), NamedNode(iri))
    yield Quad(page, NamedNode(dcterms + "license"), NamedNode(LICENCE))
    yield Quad(page, NamedNode(dcterms + "isPartOf"), NamedNode(BASE))
    if version:
        yield Quad(page, NamedNode(dcterms + "hasVersion"), Literal(version))


def write(quads: Iterable[Quad], suffix: str, first: str = "") -> bytes:
    """Return *quads* in the syntax of *suffix*, in an order that depends on them alone; those on *first* lead.

    A syntax without named graphs takes the default graph only.

    >>> nasa, usa = NamedNode(ENTITY + "nasa"), NamedNode(ENTITY + "usa")
    >>> print(write([Quad(nasa, NamedNode(NS + "ofState"), usa)], "ttl").decode().splitlines()[-1])
    id:nasa pact:ofState id:usa .
    """
    syntax = SYNTAXES[suffix]
    dataset = Dataset(quads)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    default = DefaultGraph()
    ordered = sorted(
        (quad for quad in dataset if syntax.graphs or quad.graph_name == default),
        key=lambda q: (
            "" if q.graph_name == default else str(q.graph_name),
            str(q.subject) != f"<{first}>",
            str(q.subject),
            q.predicate != _TYPE,
            str(q.predicate),
            str(q.object),
        ),
    )
    text = "\n".join({str(node) for quad in ordered for node in quad})
    prefixes = {prefix: space for prefix, space in _PREFIXES.items() if f"<{space}" in text}
    if syntax.graphs:
        return serialize(ordered, format=syntax.format, prefixes=prefixes) or b""
    return serialize([quad.triple for quad in ordered], format=syntax.format, prefixes=prefixes) or b""
