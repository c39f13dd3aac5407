"""What the ontology says of its terms, ready to be asked: the only schema there is.

The compiler, the JSON Schema for editors and the pages of reference all read terms, domains, ranges and code
lists from here; none of them keeps a list of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    NamedNode,
    RdfFormat,
    Triple,
    parse,
)

from spacepact.errors import VocabularyError
from spacepact.folders import folder
from spacepact.iris import CODE, PREFIXES, TOPIC

__all__ = ["Property", "Vocabulary", "code_name", "ontology_triples", "vocabulary"]

_RDF, _RDFS, _OWL = PREFIXES["rdf"], PREFIXES["rdfs"], PREFIXES["owl"]
_SKOS, _PACT = PREFIXES["skos"], PREFIXES["pact"]
_KINDS = {
    _OWL + "ObjectProperty": "object",
    _OWL + "DatatypeProperty": "data",
    _OWL + "AnnotationProperty": "annotation",
}


@dataclass(frozen=True)
class Property:
    """A property: its IRI, kind (object, data or annotation), and what may stand at its two ends, as IRIs.

    ``values_from`` is the scheme of codes its values are from; ``bounds`` the properties for the first and the
    last moment of its EDTF date.
    """

    iri: str
    kind: str
    domain: str | None = None
    range: str | None = None
    values_from: str | None = None
    bounds: tuple[str, str] | None = None


@dataclass(frozen=True)
class Vocabulary:
    """The terms of the ontology, by IRI."""

    superclasses: Mapping[str, frozenset[str]]
    """Each class with itself and every class above it."""
    properties: Mapping[str, Property]
    schemes: Mapping[str, tuple[str, ...]]
    """Each code scheme with the IRIs of its concepts, sorted."""
    register: frozenset[str] = frozenset()
    """The classes, with all below them, and the properties that the register may hold."""
    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """For each term and code its English label, definition and example, as ``{"label": ...}``."""

    def is_a(self, types: frozenset[str] | set[str], wanted: str) -> bool:
        """Tell whether one of *types* is the class *wanted* or below it."""
        return any(wanted in self.superclasses.get(t, ()) for t in types)

    def subclasses(self, wanted: str) -> frozenset[str]:
        """Return the class *wanted* and every class below it."""
        return frozenset(c for c, above in self.superclasses.items() if wanted in above)


def ontology_triples(where: Path | None = None) -> list[Triple]:
    """Return the triples of every ``*.ttl`` file of the ontology, sorted, with canonical names of blank nodes.

    Raises VocabularyError, with file, line and column, for Turtle that cannot be read.
    """
    dataset = Dataset()
    for path in sorted((where or folder("ontology")).glob("*.ttl")):
        try:
            for quad in parse(path=str(path), format=RdfFormat.TURTLE, rename_blank_nodes=True):
                dataset.add(quad)
        except SyntaxError as error:
            raise VocabularyError(f"ontology/{path.name}:{error.lineno}:{error.offset}: {error.msg}") from None
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return sorted((quad.triple for quad in dataset), key=str)


def vocabulary(where: Path | None = None) -> Vocabulary:
    """Return the vocabulary of the ontology in the folder *where*, by default of the one that is shipped.

    >>> pact = "https://w3id.org/spacepact/ns#"
    >>> vocabulary().is_a({pact + "SpaceAgency"}, pact + "Actor")
    True
    """
    return _vocabulary(where or folder("ontology"))


@cache
def _vocabulary(where: Path) -> Vocabulary:
    values: dict[str, dict[str, list[str]]] = {}
    texts: dict[str, dict[str, str]] = {}
    registered: set[str] = set()
    for triple in ontology_triples(where):
        if not isinstance(triple.subject, NamedNode):
            continue
        subject, predicate = triple.subject.value, triple.predicate.value
        if predicate == _PACT + "inRegister":
            registered.add(subject)
        elif isinstance(triple.object, NamedNode):
            values.setdefault(predicate, {}).setdefault(subject, []).append(triple.object.value)
        elif not isinstance(triple.object, (BlankNode, Triple)) and triple.object.language in (None, "en"):
            for name in ("label", "definition", "example"):
                if predicate in (_RDFS + name, _SKOS + name, _SKOS + "pref" + name.title()):
                    texts.setdefault(subject, {})[name] = triple.object.value
    types = values[_RDF + "type"]
    classes = {s for s, t in types.items() if _OWL + "Class" in t}
    in_scheme = values[_SKOS + "inScheme"]
    schemes = {
        scheme: tuple(sorted(c for c, s in in_scheme.items() if scheme in s))
        for scheme in sorted({s for found in in_scheme.values() for s in found})
    }
    properties = _properties(types, values)
    superclasses = _above(classes, values.get(_RDFS + "subClassOf", {}))
    return Vocabulary(
        superclasses=superclasses,
        properties=properties,
        schemes=schemes,
        register=frozenset(registered | {c for c, above in superclasses.items() if above & registered}),
        texts=texts,
    )


def _properties(types: dict[str, list[str]], values: dict[str, dict[str, list[str]]]) -> dict[str, Property]:
    def one(predicate: str, subject: str) -> str | None:
        return next(iter(values.get(predicate, {}).get(subject, [])), None)

    properties = {}
    for iri, found in types.items():
        kind = next((_KINDS[t] for t in found if t in _KINDS), None)
        if kind is None:
            continue
        earliest, latest = one(_PACT + "earliestIn", iri), one(_PACT + "latestIn", iri)
        properties[iri] = Property(
            iri,
            kind,
            one(_RDFS + "domain", iri),
            one(_RDFS + "range", iri),
            one(_PACT + "valuesFrom", iri),
            (earliest, latest) if earliest and latest else None,
        )
    return properties


def _above(terms: set[str], parents: Mapping[str, list[str]]) -> dict[str, frozenset[str]]:
    def climb(term: str, seen: set[str]) -> set[str]:
        if term not in seen:
            seen.add(term)
            for parent in parents.get(term, []):
                climb(parent, seen)
        return seen

    return {term: frozenset(climb(term, set())) for term in sorted(terms)}


def code_name(iri: str) -> str:
    """Return the name that a fact file writes for the code or topic *iri*.

    >>> code_name("https://w3id.org/spacepact/code/level/ministers")
    'ministers'
    """
    if iri.startswith(TOPIC):
        return iri[len(TOPIC) :]
    return iri[len(CODE) :].partition("/")[2]
