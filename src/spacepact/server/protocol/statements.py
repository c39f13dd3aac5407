"""Statements of RDF as they are written by hand: a subject, and under each property its values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias
from urllib.parse import quote

from pyoxigraph import Literal, NamedNode, Triple

from spacepact.iris import PREFIXES

__all__ = ["NAMESPACES", "Value", "english", "node", "short", "statements"]

NAMESPACES: dict[str, str] = {
    **PREFIXES,
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "format": "http://www.w3.org/ns/formats/",
    "void": "http://rdfs.org/ns/void#",
    "void-ext": "http://ldf.fi/void-ext#",
    "sh": "http://www.w3.org/ns/shacl#",
}
"""Prefix to namespace: those of the record, and those of descriptions of services and datasets."""

Value: TypeAlias = NamedNode | Literal


def node(name: str) -> NamedNode:
    """Return what a CURIE of NAMESPACES, or an IRI, stands for.

    >>> node("sd:Service").value, node("https://example.org/").value
    ('http://www.w3.org/ns/sparql-service-description#Service', 'https://example.org/')
    """
    prefix, _, local = name.partition(":")
    return NamedNode(NAMESPACES[prefix] + local if prefix in NAMESPACES else name)


def short(iri: str) -> str:
    """Return *iri* as it may stand in a fragment: as a CURIE of NAMESPACES, else percent-encoded.

    >>> short("http://rdfs.org/ns/void#Linkset"), short("urn:x#y")
    ('void:Linkset', 'urn%3Ax%23y')
    """
    for prefix, namespace in NAMESPACES.items():
        if iri.startswith(namespace):
            return f"{prefix}:{quote(iri[len(namespace) :], safe='')}"
    return quote(iri, safe="")


def english(text: str) -> Literal:
    """Return *text* as a literal in English."""
    return Literal(text, language="en")


def statements(subject: NamedNode, values: Mapping[str, Value | Iterable[Value]]) -> Iterator[Triple]:
    """Yield what *values* say of *subject*: one value or several under the CURIE of each property.

    >>> [triple.object.value for triple in statements(node("id:nasa"), {"rdfs:label": [english("NASA"), english("N")]})]
    ['NASA', 'N']
    """
    for name, given in values.items():
        for value in [given] if isinstance(given, NamedNode | Literal) else given:
            yield Triple(subject, node(name), value)
