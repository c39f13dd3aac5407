"""OWL 2 consistency of the ontology with all the facts, by the reasoner HermiT, which owlready2 brings along."""

from __future__ import annotations

import io
import shutil
import tempfile
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass

from pyoxigraph import DefaultGraph, NamedNode, RdfFormat, Store, Triple, serialize

from spacepact.errors import MissingExtra, SpacepactError
from spacepact.iris import DERIVED, ONTOLOGY, SOURCE, curie
from spacepact.ontology.shapes import Violation

__all__ = ["Inconsistency", "consistency", "java"]


@dataclass(frozen=True)
class Inconsistency:
    """What HermiT refuses.

    ``unsatisfiable`` are the IRIs of classes that nothing can be in. ``clashes`` says of what has two types that
    exclude each other, and by which facts. Where there is no such thing, ``culprit`` is the IRI of the first graph, in
    the order ontology, documents by name, links, derived facts, with which the whole becomes inconsistent.
    """

    unsatisfiable: tuple[str, ...] = ()
    clashes: tuple[Violation, ...] = ()
    culprit: str | None = None

    def __str__(self) -> str:
        lines = [f"nothing can be a {curie(iri)}: its superclasses exclude each other" for iri in self.unsatisfiable]
        lines += map(str, self.clashes)
        if self.culprit:
            lines.append(f"the facts become inconsistent with those of {curie(self.culprit)}")
        return "\n".join(lines)


def java() -> str | None:
    """Return the path of the Java program, or None where there is none."""
    return shutil.which("java")


def consistency(store: Store) -> Inconsistency | None:
    """Return what is inconsistent in the default graph of *store*, the ontology included, or None if nothing is.

    Takes about a second, and for an inconsistent store some seconds more, to find the culprit. Raises MissingExtra
    without owlready2, SpacepactError where there is no Java or where HermiT refuses to read the facts.
    """
    if java() is None:
        raise SpacepactError("checking consistency needs Java: install a Java runtime, or leave this check out")
    verdict = _hermit(q.triple for q in store.quads_for_pattern(None, None, None, DefaultGraph()))
    if verdict is not None:
        return Inconsistency(unsatisfiable=verdict) if verdict else None
    clashes = tuple(_clashes(store))
    return Inconsistency(clashes=clashes, culprit=None if clashes else _culprit(store))


def _hermit(triples: Iterable[Triple]) -> tuple[str, ...] | None:
    """Return the unsatisfiable classes among *triples*, or None if they are inconsistent."""
    silence = io.StringIO()  # owlready2 prints hints on SQLite and on its own progress
    try:
        with redirect_stdout(silence), redirect_stderr(silence):
            import owlready2
    except ModuleNotFoundError:
        raise MissingExtra("check", "checking consistency") from None
    world = owlready2.World()
    before = tempfile.tempdir
    try:
        with tempfile.TemporaryDirectory() as here, redirect_stdout(silence), redirect_stderr(silence):
            tempfile.tempdir = here  # owlready2 leaves its file for HermiT behind when HermiT finds a contradiction
            content = serialize(triples, format=RdfFormat.N_TRIPLES)
            world.get_ontology(ONTOLOGY).load(fileobj=io.BytesIO(content or b""))
            owlready2.sync_reasoner_hermit(world, debug=0)
            return tuple(sorted(c.iri for c in world.inconsistent_classes() if c is not owlready2.Nothing))
    except owlready2.OwlReadyInconsistentOntologyError:
        return None
    except owlready2.OwlReadyJavaError as error:
        raise SpacepactError(f"HermiT cannot read the ontology and the facts: {_reason(str(error))}") from None
    finally:
        tempfile.tempdir = before
        world.close()


def _reason(message: str) -> str:
    """Return what a Java error says is wrong: the lines before its list of calls."""
    said = message.partition("\n\tat ")[0].removeprefix("Java error message is:")
    return " ".join(said.split()).removeprefix('Exception in thread "main" ')


_EXCLUDING = """
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
SELECT DISTINCT ?one ?other WHERE {
  ?axiom a owl:AllDisjointClasses ; owl:members/rdf:rest*/rdf:first ?one , ?other .
  FILTER (STR(?one) < STR(?other))
}"""

_KINDS = """
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT DISTINCT ?thing ?by ?class WHERE {
  { ?thing a ?type . BIND (<http://www.w3.org/1999/02/22-rdf-syntax-ns#type> AS ?by) }
  UNION { ?by rdfs:subPropertyOf*/rdfs:domain ?type ; a ?kind . ?thing ?by ?any .
          FILTER (?kind IN (owl:ObjectProperty, owl:DatatypeProperty)) }
  UNION { ?by rdfs:subPropertyOf*/rdfs:range ?type . ?any ?by ?thing . ?by a owl:ObjectProperty }
  ?type rdfs:subClassOf* ?class . ?class a owl:Class .
  FILTER (isIRI(?thing))
}"""


def _clashes(store: Store) -> Iterator[Violation]:
    """Yield what has two types that exclude each other; domains and ranges give types too, as to a reasoner."""
    kinds: dict[str, dict[str, str]] = {}
    for thing, by, kind in _rows(store, _KINDS):
        kinds.setdefault(thing, {}).setdefault(kind, by)
    pairs = _rows(store, _EXCLUDING)
    for thing, found in sorted(kinds.items()):
        for one, other in pairs:
            if one in found and other in found:
                parts = [f"a {curie(kind)} by {curie(found[kind])}" for kind in (one, other)]
                message = f"is both {parts[0]} and {parts[1]}, which exclude each other"
                yield Violation(thing, found[other], message, None, "disjoint classes")


def _rows(store: Store, sparql: str) -> list[tuple[str, ...]]:
    return sorted(tuple(term.value for term in row) for row in store.query(sparql))  # type: ignore[union-attr]


def _culprit(store: Store) -> str | None:
    """Return the first graph with which the facts become inconsistent.

    Taking facts away never makes an ontology inconsistent, so bisecting finds it in a few runs.
    """
    groups: dict[str, list[NamedNode]] = {}
    for graph in store.named_graphs():
        if isinstance(graph, NamedNode):
            inside = graph.value.removeprefix(SOURCE)
            document = SOURCE + inside.partition("/")[0] if inside != graph.value else graph.value
            groups.setdefault(document, []).append(graph)
    order = sorted(groups, key=lambda iri: (iri != ONTOLOGY, iri == DERIVED, not iri.startswith(SOURCE), iri))

    def broken(count: int) -> bool:
        graphs = [graph for iri in order[:count] for graph in groups[iri]]
        return _hermit(q.triple for g in graphs for q in store.quads_for_pattern(None, None, None, g)) is None

    first = bisect_left(range(1, len(order) + 1), True, key=broken)
    return order[first] if first < len(order) else None
