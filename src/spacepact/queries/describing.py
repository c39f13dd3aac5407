"""Describes one entity, or the whole record, on any engine."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from pyoxigraph import NamedNode, QuerySolutions

from spacepact.iris import NS, curie, expand
from spacepact.queries.entities import SILENT, SILENT_INCOMING, names_of
from spacepact.queries.facts import Fact, Facts, read_facts
from spacepact.queries.names import labels
from spacepact.queries.result import Term

if TYPE_CHECKING:
    from spacepact.queries.knowledge import KnowledgeGraph

__all__ = ["Description", "Statement", "describe", "inventory"]

_APART = {"skos:prefLabel", "skos:altLabel", "schema:sameAs"}


class Statement(NamedTuple):
    """One thing said of an entity, in words, with the CURIEs of the passages, or of the documents of
    the register, that say it; none if it is derived. What points to the entity begins with an arrow."""

    property: str
    value: str
    passages: list[str]


class Description(NamedTuple):
    """What the record holds on one entity. ``kinds`` are class labels, ``links`` IRIs of outside datasets."""

    iri: str
    label: str
    kinds: list[str]
    names: list[str]
    links: list[str]
    statements: list[Statement]


def describe(graph: KnowledgeGraph, iri: str) -> Description:
    """Return what *graph* holds on the entity *iri*: facts about it, and facts that point to it."""
    own = read_facts(graph.engine, [iri])
    incoming = read_facts(graph.engine, [iri], incoming=True)
    names = names_of(graph.engine, own, incoming, more=[iri])
    about = Facts(own)
    statements = _statements([(f, f.value) for f in own if f.predicate not in SILENT | _APART], names, "{}")
    pointing = [f for f in incoming if f.predicate not in SILENT_INCOMING | {"pact:inDocument"}]
    statements += _statements([(f, NamedNode(f.subject)) for f in pointing], names, "← {}")
    return Description(
        iri,
        names[iri],
        sorted(names[kind] for kind in about.iris(iri, "rdf:type")),
        [name for name in sorted(about.texts(iri, "skos:prefLabel", "skos:altLabel")) if name != names[iri]],
        sorted(about.iris(iri, "schema:sameAs")),
        statements,
    )


def _statements(facts: Iterable[tuple[Fact, Term]], names: Mapping[str, str], form: str) -> list[Statement]:
    """Make one statement of each value, which stands beside its fact, with every property that has it."""
    properties: dict[str, set[str]] = defaultdict(set)
    passages: dict[str, set[str]] = defaultdict(set)
    for fact, value in facts:
        text = f"{names[value.value]} ({curie(value.value)})" if isinstance(value, NamedNode) else fact.text
        properties[text].add(names[expand(fact.predicate) or fact.predicate])
        passages[text] |= {curie(proof.passage) for proof in fact.proofs}
    return sorted(Statement(form.format(", ".join(sorted(properties[v]))), v, sorted(passages[v])) for v in passages)


def inventory(graph: KnowledgeGraph) -> dict[str, str | int]:
    """Return what the record holds: version, day, engine, and the number of things of each class."""
    counts = graph.engine.query(
        f"""SELECT ?class (COUNT(DISTINCT ?thing) AS ?n) WHERE {{
          ?thing a ?class . ?class a owl:Class . FILTER (STRSTARTS(STR(?class), "{NS}")) }} GROUP BY ?class"""
    )
    assert isinstance(counts, QuerySolutions)
    rows = [(row["class"].value, int(row["n"].value)) for row in counts]
    names = labels(graph.engine, [iri for iri, _ in rows])
    found: dict[str, str | int] = {"version": graph.version, "record as of": graph.as_of}
    found |= {name: text for name, text in graph.engine.describe().items() if name != "data version"}
    found["source documents"] = len(graph.query("SELECT DISTINCT ?d { ?d a pact:Document ; pact:issued ?day }"))
    found |= {names[iri]: n for iri, n in sorted(rows, key=lambda r: (-r[1], r[0]))}
    return found
