"""All that the record says of one entity, as plain values: each statement with the passages that make it."""

from __future__ import annotations

from typing import NamedTuple

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad

from spacepact.iris import DERIVED, NS, ONTOLOGY, PREFIXES, curie
from spacepact.queries.evidence import Proof, proofs
from spacepact.queries.knowledge import KnowledgeGraph
from spacepact.queries.names import labels

__all__ = ["Entity", "Statement", "entity"]

_NAMES = {PREFIXES["skos"] + "prefLabel": True, PREFIXES["skos"] + "altLabel": False}
_TYPE, _SAME = PREFIXES["rdf"] + "type", PREFIXES["schema"] + "sameAs"


class Statement(NamedTuple):
    """A statement. *property* is a CURIE and *words* its label; a value is a text, or a CURIE in *id* with its name.

    *said_by* are the CURIEs of the passages and registers that say it; with *derived* a rule does.
    """

    property: str
    words: str
    id: str
    value: str
    language: str
    said_by: tuple[str, ...]
    derived: bool


class Entity(NamedTuple):
    """An entity. *names* are texts with their language and whether they are the usual one; *links* are IRIs.

    *statements* are on it; *pointing* are those of other things that have it as value, which *id* and *value* name:
    what sources say, without what is derived. *sources* are the passages that speak of it or name it.
    """

    iri: str
    label: str
    kinds: tuple[str, ...]
    names: tuple[tuple[str, str, bool], ...]
    links: tuple[str, ...]
    statements: tuple[Statement, ...]
    pointing: tuple[Statement, ...]
    sources: tuple[Proof, ...]


def entity(graph: KnowledgeGraph, iri: str) -> Entity:
    """Return all that *graph* says of the entity *iri*, which it knows.

    >>> from spacepact.queries.knowledge import open_graph
    >>> entity(open_graph(), "https://w3id.org/spacepact/id/nasa").kinds
    ('government body', 'space agency')
    """
    node, default = NamedNode(iri), DefaultGraph()
    on = list(graph.store.quads_for_pattern(node, None, None, default))
    to = list(graph.store.quads_for_pattern(None, None, node, default))
    words = labels(
        graph.engine, {term.value for quad in on + to for term in quad if isinstance(term, NamedNode)} | {iri}
    )
    apart = {*_NAMES, _TYPE, _SAME}
    statements = [_statement(graph, quad, quad.object, words) for quad in on if quad.predicate.value not in apart]
    pointing = [_statement(graph, quad, quad.subject, words) for quad in to if quad.predicate.value.startswith(NS)]
    return Entity(
        iri=iri,
        label=words[iri],
        kinds=tuple(sorted(words[t] for t in _iris(on, _TYPE) if t.startswith(NS))),
        names=tuple(sorted(_names(on))),
        links=tuple(sorted(_iris(on, _SAME))),
        statements=tuple(sorted(statements)),
        pointing=tuple(sorted(each for each in pointing if not each.derived)),
        sources=tuple(proof.shortened for proof in proofs(graph.engine, [iri], mentions=True)),
    )


def _iris(quads: list[Quad], predicate: str) -> list[str]:
    return [q.object.value for q in quads if q.predicate.value == predicate and isinstance(q.object, NamedNode)]


def _names(quads: list[Quad]) -> list[tuple[str, str, bool]]:
    return [
        (quad.object.value, quad.object.language or "", _NAMES[quad.predicate.value])
        for quad in quads
        if quad.predicate.value in _NAMES and isinstance(quad.object, Literal)
    ]


def _statement(graph: KnowledgeGraph, quad: Quad, other: object, words: dict[str, str]) -> Statement:
    found = graph.store.quads_for_pattern(quad.subject, quad.predicate, quad.object, None)
    graphs = {each.graph_name.value for each in found if isinstance(each.graph_name, NamedNode)}
    said_by = tuple(sorted(curie(name) for name in graphs - {DERIVED, ONTOLOGY}))
    return Statement(
        property=curie(quad.predicate.value),
        words=words[quad.predicate.value],
        id=curie(other.value) if isinstance(other, NamedNode) else "",
        value=words[other.value] if isinstance(other, NamedNode) else getattr(other, "value", ""),
        language=(other.language or "") if isinstance(other, Literal) else "",
        said_by=said_by,
        derived=not said_by,
    )
