"""Describes one entity, or the whole record, on any engine."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pyoxigraph import Literal, NamedNode, QuerySolutions

from spacepact.iris import NS, PREFIXES, curie
from spacepact.queries.names import labels
from spacepact.queries.result import Term

if TYPE_CHECKING:
    from spacepact.queries.knowledge import KnowledgeGraph

__all__ = ["Description", "Statement", "describe", "inventory"]

_HIDDEN = (
    "rdf:type",
    "skos:prefLabel",
    "skos:altLabel",
    "schema:sameAs",
    "pact:earliest",
    "pact:latest",
    "pact:dueEarliest",
    "pact:dueLatest",
    "pact:whenEarliest",
    "pact:whenLatest",
    "pact:firstTold",
    "pact:lastTold",
    "pact:endedBy",
    "pact:cooperatesWith",
    "pact:involves",
)
_INCOMING_HIDDEN = (
    "pact:between",
    "pact:shownBy",
    "pact:cooperatesWith",
    "pact:involves",
    "pact:inDocument",
    "sssom:subject_id",
)


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
    rows = _rows(
        graph,
        f"""SELECT DISTINCT ?property ?value ?passage WHERE {{
          <{iri}> ?property ?value .
          OPTIONAL {{ GRAPH ?passage {{ <{iri}> ?property ?value }}
            ?passage a ?evidence . ?evidence rdfs:subClassOf pact:Evidence }} }}""",
    )
    incoming = _rows(
        graph,
        f"""SELECT DISTINCT ?property ?value ?passage WHERE {{
          ?value ?property <{iri}> .
          OPTIONAL {{ GRAPH ?passage {{ ?value ?property <{iri}> }}
            ?passage a ?evidence . ?evidence rdfs:subClassOf pact:Evidence }} }}""",
    )
    by_property: dict[str, list[Term]] = {}
    for property_, value, _ in rows:
        by_property.setdefault(property_, []).append(value)
    iris = {t.value for _, t, _ in [*rows, *incoming] if isinstance(t, NamedNode)} | {iri}
    iris |= {_full(p) for p, _, _ in [*rows, *incoming]}
    names = labels(graph.engine, iris)
    statements = _statements([r for r in rows if r[0] not in _HIDDEN], names, "{}")
    statements += _statements([r for r in incoming if r[0] not in _INCOMING_HIDDEN], names, "← {}")
    called = sorted({t.value for p in ("skos:prefLabel", "skos:altLabel") for t in by_property.get(p, [])})  # type: ignore[union-attr]
    return Description(
        iri,
        names[iri],
        sorted({names[t.value] for t in by_property.get("rdf:type", []) if isinstance(t, NamedNode)}),
        [name for name in called if name != names[iri]],
        sorted({t.value for t in by_property.get("schema:sameAs", []) if isinstance(t, NamedNode)}),
        statements,
    )


def _rows(graph: KnowledgeGraph, sparql: str) -> list[tuple[str, Term, str]]:
    found = graph.engine.query(sparql)
    assert isinstance(found, QuerySolutions)
    return [
        (curie(row["property"].value), row["value"], curie(row["passage"].value) if row["passage"] else "")
        for row in found
    ]


def _full(short: str) -> str:
    prefix, _, local = short.partition(":")
    return PREFIXES.get(prefix, prefix + ":") + local


def _statements(rows: list[tuple[str, Term, str]], names: dict[str, str], form: str) -> list[Statement]:
    """Make one statement of each value, with every property that has it."""
    properties: dict[str, set[str]] = {}
    passages: dict[str, set[str]] = {}
    for property_, value, passage in rows:
        if isinstance(value, NamedNode):
            text = f"{names[value.value]} ({curie(value.value)})"
        else:
            text = value.value if isinstance(value, Literal) else str(value)
        properties.setdefault(text, set()).add(names[_full(property_)])
        passages.setdefault(text, set()).update({passage} - {""})
    found = [Statement(form.format(", ".join(sorted(properties[v]))), v, sorted(passages[v])) for v in passages]
    return sorted(found)


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
