"""What named graphs say, in words: for each thing they speak of its properties, each with names and links."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Store

from spacepact.dates import date_words
from spacepact.iris import NS, PREFIXES
from spacepact.queries.knowledge import KnowledgeGraph
from spacepact.queries.names import labels

__all__ = ["Fact", "Said", "Value", "said_in", "told_quads"]

_COMPUTED = {NS + name for name in ("earliest", "latest", "dueEarliest", "dueLatest", "whenEarliest", "whenLatest")}
"""Bounds that the compiler reckons from the dates: no source says them."""

_TYPE = PREFIXES["rdf"] + "type"
_FIRST = [PREFIXES["skos"] + "prefLabel", PREFIXES["skos"] + "altLabel", NS + "statement", NS + "date", NS + "dueBy"]


class Value(NamedTuple):
    """A value as people read it; *iri* is empty for a text, *language* is that of a text in a language."""

    text: str
    iri: str
    language: str


class Fact(NamedTuple):
    """A property, by its label and IRI, and its values."""

    property: str
    iri: str
    values: tuple[Value, ...]


class Said(NamedTuple):
    """What is said of one thing; *kinds* are the labels of the classes that the graph gives it."""

    iri: str
    label: str
    kinds: tuple[str, ...]
    facts: tuple[Fact, ...]


def told_quads(store: Store, graph: str) -> list[Quad]:
    """Return the statements of the named graph *graph*, but for bounds of dates, which are computed.

    What a document is, such as its title, lies in its own graph; that is its citation and nothing it tells.
    """
    return [
        quad
        for quad in store.quads_for_pattern(None, None, None, NamedNode(graph))
        if quad.predicate.value not in _COMPUTED and not _is_of(quad, graph)
    ]


def _is_of(quad: Quad, document: str) -> bool:
    """Tell whether *quad* is on the document itself or a passage of it."""
    subject = quad.subject
    return isinstance(subject, NamedNode) and (subject.value == document or subject.value.startswith(document + "/"))


def said_in(graph: KnowledgeGraph, graphs: Sequence[str]) -> dict[str, list[Said]]:
    """Return what each of the named *graphs* says, by things: those that come first in the order of their IRIs lead.

    >>> from spacepact.queries.knowledge import open_graph
    >>> passage = "https://w3id.org/spacepact/source/scwg-18-report/p4"
    >>> said_in(open_graph(), [passage])[passage][-1].kinds
    ('meeting',)
    """
    told = {name: told_quads(graph.store, name) for name in graphs}
    nodes = {node.value for quads in told.values() for q in quads for node in q if isinstance(node, NamedNode)}
    names = labels(graph.engine, nodes)
    return {name: _things(quads, names) for name, quads in told.items()}


def _things(quads: list[Quad], names: dict[str, str]) -> list[Said]:
    things: dict[str, dict[str, list[Value]]] = {}
    for quad in quads:
        if isinstance(quad.subject, NamedNode):
            value = _value(quad.object, names)
            things.setdefault(quad.subject.value, {}).setdefault(quad.predicate.value, []).append(value)
    found = []
    for iri in sorted(things):
        kinds = tuple(sorted(value.text for value in things[iri].pop(_TYPE, [])))
        facts = [Fact(names[p], p, tuple(sorted(values))) for p, values in things[iri].items()]
        # A name that is all there is in names stands in the label already.
        facts = [f for f in facts if f.iri != _FIRST[0] or [value.text for value in f.values] != [names[iri]]]
        facts.sort(key=lambda f: (_FIRST.index(f.iri) if f.iri in _FIRST else len(_FIRST), f.property))
        found.append(Said(iri, names[iri], kinds, tuple(facts)))
    return found


def _value(term: object, names: dict[str, str]) -> Value:
    if isinstance(term, NamedNode):
        return Value(names[term.value], term.value, "")
    if isinstance(term, Literal):
        return Value(date_words(term.value), "", term.language or "")
    assert isinstance(term, BlankNode)
    return Value("something without a name", "", "")
