"""Every term of the ontology as a reader wants it: what it means, what it goes with, what facts must keep to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from spacepact.iris import NS, ONTOLOGY, PREFIXES, curie
from spacepact.ontology.parts import part

__all__ = ["Header", "Term", "header", "terms"]

_RDF, _RDFS, _OWL, _SKOS = (PREFIXES[prefix] for prefix in ("rdf", "rdfs", "owl", "skos"))
_SH = "http://www.w3.org/ns/shacl#"
_KINDS = {
    "Class": "class",
    "ObjectProperty": "object property",
    "DatatypeProperty": "data property",
    "AnnotationProperty": "annotation property",
}


@dataclass(frozen=True)
class Term:
    """A class or a property. IRIs stand in *domain*, *range*, *values_from*, *above*, *below*, *like* and *apart*.

    *name* is its local name, or a CURIE if it is a term of others; *anchor* the fragment it has on the page.
    *like* are the terms of others above it, *apart* the classes it shares no member with. *refused* is what the shapes
    refuse, as the end of a sentence that begins with the thing.
    """

    iri: str
    name: str
    kind: str
    labels: Mapping[str, str]
    definition: str
    example: str
    notes: tuple[str, ...]
    domain: str
    range: str
    values_from: str
    above: tuple[str, ...]
    below: tuple[str, ...]
    like: tuple[str, ...]
    apart: tuple[str, ...]
    refused: tuple[str, ...]

    @property
    def anchor(self) -> str:
        """The fragment of the term on its page: for a term of ours that of its IRI."""
        return self.name.replace(":", "-")


@dataclass(frozen=True)
class Header:
    """What the ontology says of itself."""

    title: str
    comment: str
    version: str
    version_iri: str
    licence: str


class _Index:
    """Statements by subject and predicate."""

    def __init__(self, quads: Iterable[Quad]) -> None:
        self.of: dict[str, dict[str, list[NamedNode | BlankNode | Literal]]] = {}
        self.below: dict[str, set[str]] = {}
        for quad in quads:
            if not isinstance(quad.object, (NamedNode, BlankNode, Literal)):
                continue
            subject = quad.subject.value if isinstance(quad.subject, (NamedNode, BlankNode)) else ""
            self.of.setdefault(subject, {}).setdefault(quad.predicate.value, []).append(quad.object)
            if quad.predicate.value in (_RDFS + "subClassOf", _RDFS + "subPropertyOf"):
                self.below.setdefault(quad.object.value, set()).add(subject)

    def values(self, subject: str, predicate: str) -> list[str]:
        return sorted(found.value for found in self.of.get(subject, {}).get(predicate, []))

    def one(self, subject: str, predicate: str) -> str:
        return next(iter(self.values(subject, predicate)), "")

    def english(self, subject: str, predicate: str) -> str:
        found = self.of.get(subject, {}).get(predicate, [])
        return next((t.value for t in found if isinstance(t, Literal) and t.language in (None, "en")), "")

    def members(self, head: str) -> list[str]:
        """Return the members of an RDF list."""
        found = []
        while head and head != _RDF + "nil":
            found += self.values(head, _RDF + "first")
            head = self.one(head, _RDF + "rest")
        return found


def header() -> Header:
    """Return what the ontology says of itself.

    >>> header().version_iri.endswith(header().version)
    True
    """
    index = _Index(part("ns"))
    return Header(
        title=index.english(ONTOLOGY, PREFIXES["dcterms"] + "title"),
        comment=index.english(ONTOLOGY, _RDFS + "comment"),
        version=index.one(ONTOLOGY, _OWL + "versionInfo"),
        version_iri=index.one(ONTOLOGY, _OWL + "versionIRI"),
        licence=index.one(ONTOLOGY, PREFIXES["dcterms"] + "license"),
    )


@cache
def terms() -> tuple[Term, ...]:
    """Return every term of ours, and those of others that have a definition here, by kind and name.

    >>> [term.name for term in terms() if term.kind == "class"][:2]
    ['Actor', 'Agreement']
    """
    index = _Index(part("ns"))
    kinds = {_OWL + name: kind for name, kind in _KINDS.items()}
    kind_of = {
        iri: next(kinds[t] for t in index.values(iri, _RDF + "type") if t in kinds)
        for iri in index.of
        if any(t in kinds for t in index.values(iri, _RDF + "type"))
    }
    refused = _refused()
    apart = _apart(index)
    wanted = [iri for iri in kind_of if iri.startswith(NS) or index.english(iri, _SKOS + "definition")]
    found = [_term(index, iri, kind_of[iri], refused.get(iri, ()), apart.get(iri, ())) for iri in wanted]
    return tuple(sorted(found, key=lambda t: (list(_KINDS.values()).index(t.kind), ":" in t.name, t.name.casefold())))


def _term(index: _Index, iri: str, kind: str, refused: Iterable[str], apart: Iterable[str]) -> Term:
    link = _RDFS + ("subClassOf" if kind == "class" else "subPropertyOf")
    above = index.values(iri, link)
    texts = [t for t in index.of[iri].get(_RDFS + "label", []) if isinstance(t, Literal)]
    return Term(
        iri=iri,
        name=iri.removeprefix(NS) if iri.startswith(NS) else curie(iri),
        kind=kind,
        labels={t.language or "en": t.value for t in sorted(texts, key=lambda t: (t.language != "en", t.value))},
        definition=index.english(iri, _SKOS + "definition"),
        example=index.english(iri, _SKOS + "example"),
        notes=tuple(t for name in ("scopeNote", "editorialNote") for t in index.values(iri, _SKOS + name)),
        domain=index.one(iri, _RDFS + "domain"),
        range=index.one(iri, _RDFS + "range"),
        values_from=index.one(iri, NS + "valuesFrom"),
        above=tuple(found for found in above if found.startswith(NS)),
        below=tuple(sorted(index.below.get(iri, ()))),
        like=tuple(found for found in above if not found.startswith(NS)),
        apart=tuple(sorted(apart)),
        refused=tuple(refused),
    )


def _apart(index: _Index) -> dict[str, set[str]]:
    """Return for each class those that it is disjoint with."""
    found: dict[str, set[str]] = {}
    for node in index.of:
        groups = [index.members(head) for head in index.values(node, _OWL + "members")]
        groups += [[node, other] for other in index.values(node, _OWL + "disjointWith")]
        for group in groups:
            for each in group:
                found.setdefault(each, set()).update(set(group) - {each})
    return found


def _refused() -> dict[str, tuple[str, ...]]:
    """Return the messages of the shapes by the class, or the property of those, that they are on."""
    index = _Index(part("shapes"))
    found: dict[str, list[str]] = {}
    for shape in index.of:
        aims = [
            t
            for name in ("targetClass", "targetSubjectsOf", "targetObjectsOf")
            for t in index.values(shape, _SH + name)
        ]
        parts = [shape, *(p for name in ("property", "sparql") for p in index.values(shape, _SH + name))]
        messages = [index.english(each, _SH + "message") for each in parts]
        for aim in aims:
            found.setdefault(aim, []).extend(filter(None, messages))
    return {aim: tuple(sorted(set(messages))) for aim, messages in found.items()}
