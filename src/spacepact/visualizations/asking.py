"""What a view asks of the graph: plain SPARQL queries, joined here.

They are proof against default graphs that give a fact more than once, and need no reasoner.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from spacepact.iris import DERIVED, PREFIXES

__all__ = ["Answer", "Queryable", "Record", "Things", "read_record"]


class Answer(Protocol):
    """The rows of an answer; a cell is an RDF term of pyoxigraph, or None."""

    @property
    def rows(self) -> Sequence[Sequence[Any]]:
        """The rows, one cell a variable."""
        ...


class Queryable(Protocol):
    """Anything that answers SPARQL SELECT queries."""

    def query(self, sparql: str, /) -> Answer:
        """Return the answer to *sparql*, in which our own prefixes need not be declared."""
        ...


_TIES = """
SELECT DISTINCT ?tie ?actor ?basis ?topic ?engagement WHERE {
  ?tie a pact:Cooperation ; pact:between ?actor ; pact:basis ?basis ; pact:shownBy ?engagement .
  OPTIONAL { ?tie pact:onTopic ?topic }
}"""

# In sub-selects of their own, or Oxigraph tries every property on every thing: 550 ms instead of 4.
_THINGS = """
SELECT DISTINCT ?thing ?property ?value WHERE {
  { SELECT DISTINCT ?thing WHERE {
      { ?engagement pact:involves ?thing } UNION { ?tie pact:shownBy ?thing } UNION { ?body pact:ofState ?thing }
      UNION { ?tie pact:shownBy ?shown . ?shown pact:inSeries ?thing }
      UNION { ?thing skos:inScheme ?scheme } UNION { ?thing a owl:Class } UNION { ?thing a owl:ObjectProperty }
      UNION { ?thing a owl:DatatypeProperty } UNION { ?thing a owl:AnnotationProperty }
  } }
  VALUES ?property {
    rdf:type rdfs:label skos:prefLabel skos:altLabel skos:broader skos:inScheme pact:ofState
    pact:statement pact:when pact:whenLatest pact:date pact:dueBy pact:strength pact:currentStatus
    pact:agreementType pact:inSeries
  }
  ?thing ?property ?value .
}"""

_PASSAGES = """
SELECT DISTINCT ?engagement ?property ?passage WHERE {
  ?tie pact:shownBy ?engagement .
  ?passage pact:inDocument ?document .
  GRAPH ?passage { ?engagement ?property ?value }
}"""

_EVIDENCE = """
SELECT DISTINCT ?thing ?property ?value WHERE {
  { SELECT DISTINCT ?thing WHERE { { ?thing pact:inDocument ?in } UNION { ?passage pact:inDocument ?thing } } }
  VALUES ?property {
    pact:inDocument pact:paragraph pact:certainty dcterms:title dc:publisher pact:issued schema:url pact:sourceRank
  }
  ?thing ?property ?value .
}"""

_RECORD = f"""
SELECT DISTINCT ?version ?moment WHERE {{
  <{DERIVED}> dcterms:hasVersion ?version ; pact:asOf ?moment .
}}"""


@dataclass(frozen=True)
class Things:
    """Properties of things, as RDF terms."""

    values: dict[str, dict[str, list[Any]]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(list)))

    def add(self, rows: Iterable[Sequence[Any]]) -> None:
        """Add rows of thing, property and value."""
        for thing, prop, value in rows:
            self.values[thing.value][prop.value].append(value)

    def terms(self, thing: str, prop: str) -> list[Any]:
        """Return the values of the property with the CURIE *prop*, in a fixed order."""
        prefix, _, name = prop.partition(":")
        found = self.values.get(thing, {}).get(PREFIXES[prefix] + name, [])
        return sorted(found, key=lambda t: (getattr(t, "language", None) != "en", t.value))

    def texts(self, thing: str, prop: str) -> list[str]:
        """Return the values of a property as texts: English first, then by spelling."""
        return list(dict.fromkeys(term.value for term in self.terms(thing, prop)))

    def text(self, thing: str, prop: str) -> str:
        """Return the first of `texts`, or an empty string."""
        return next(iter(self.texts(thing, prop)), "")

    def label(self, thing: str) -> str:
        """Return the name of *thing*, in English if it has one; the end of its IRI if it has none."""
        for prop in ("skos:prefLabel", "rdfs:label"):
            if found := self.text(thing, prop):
                return found
        return thing.rsplit("/", 1)[-1].rsplit("#", 1)[-1]

    def labels(self, thing: str, prop: str) -> list[str]:
        """Return the names of the things that are values of a property."""
        return sorted({self.label(term.value) for term in self.terms(thing, prop)})


@dataclass(frozen=True)
class Record:
    """What the graph answered: rows of ties, properties of things, and what each passage says of an engagement."""

    ties: list[tuple[str, str, str, str | None, str]]
    things: Things
    evidence: Things
    says: dict[str, dict[str, set[str]]]
    version: str
    as_of: str


def read_record(graph: Queryable, engagements: Iterable[str] | None = None) -> Record:
    """Ask *graph* for all that views need; with *engagements*, IRIs of the graph, for these instead of those that tie.

    A record of engagements has no ties.
    """
    things, evidence = Things(), Things()
    things.add(graph.query(_narrowed(_THINGS, engagements)).rows)
    evidence.add(graph.query(_EVIDENCE).rows)
    says: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for engagement, prop, passage in graph.query(_narrowed(_PASSAGES, engagements)).rows:
        says[engagement.value][passage.value].add(prop.value)
    ties = [
        (tie.value, actor.value, basis.value, topic.value if topic else None, engagement.value)
        for tie, actor, basis, topic, engagement in (graph.query(_TIES).rows if engagements is None else ())
    ]
    record = [(v.value, m.value) for v, m in graph.query(_RECORD).rows]
    version, moment = max(record, default=("", ""))
    return Record(sorted(ties, key=str), things, evidence, says, version, moment[:10])


def _narrowed(sparql: str, engagements: Iterable[str] | None) -> str:
    """Return *sparql* with *engagements*, where given, in place of those that show a tie."""
    if engagements is None:
        return sparql
    values = " ".join(f"<{iri}>" for iri in sorted(engagements))
    return re.sub(r"\?tie pact:shownBy (\?\w+)", lambda found: f"VALUES {found[1]} {{ {values} }}", sparql)
