"""What the record holds, in numbers, and what is newest in it: for the sentence on the home page."""

from __future__ import annotations

from typing import NamedTuple

from pyoxigraph import QuerySolutions

from spacepact.dates import bounds
from spacepact.queries.knowledge import KnowledgeGraph

__all__ = ["Holdings", "Issued", "holdings", "newest_documents"]

_COUNTED = ("State", "Organization", "Agreement", "Commitment", "Meeting")


class Issued(NamedTuple):
    """A document with the day it was issued, an EDTF date, and its language, a code such as "ko"."""

    iri: str
    title: str
    publisher: str
    issued: str
    language: str


class Holdings(NamedTuple):
    """What the record holds: the number of things of some classes, the years they are of, and its documents.

    *languages* are codes, the commonest first. *since* and *until* are the years of the first and the last dated
    engagement.
    """

    documents: int
    languages: tuple[str, ...]
    counts: dict[str, int]
    since: str
    until: str


def holdings(graph: KnowledgeGraph) -> Holdings:
    """Return what *graph* holds. The registers and notes that no day is known of do not count as documents.

    >>> from spacepact.queries.knowledge import open_graph
    >>> "ko" in holdings(open_graph()).languages
    True
    """
    languages = _rows(
        graph,
        """SELECT ?language (STR(COUNT(DISTINCT ?document)) AS ?n) WHERE {
          ?document a pact:Document ; pact:issued ?day ; dc:language ?language } GROUP BY ?language""",
    )
    spoken = sorted(languages, key=lambda row: (-int(row[1]), row[0]))
    kinds = " ".join(f"(pact:{name} '{name}')" for name in _COUNTED)
    counts = _rows(
        graph,
        f"""SELECT ?name (STR(COUNT(DISTINCT ?thing)) AS ?n) WHERE {{
          VALUES (?kind ?name) {{ {kinds} }} ?class rdfs:subClassOf* ?kind . ?thing a ?class }} GROUP BY ?name""",
    )
    years = _rows(
        graph,
        """SELECT (STR(MIN(?first)) AS ?since) (STR(MAX(?last)) AS ?until) WHERE {
          VALUES ?class { pact:Agreement pact:Commitment pact:Meeting }
          ?thing a ?class ; pact:whenEarliest ?first ; pact:whenLatest ?last }""",
    )
    return Holdings(
        sum(int(n) for _, n in languages),
        tuple(language for language, _ in spoken),
        dict.fromkeys(_COUNTED, 0) | {name: int(n) for name, n in counts},
        *(moment[:4] for row in years for moment in row),
    )


def newest_documents(graph: KnowledgeGraph, most: int) -> list[Issued]:
    """Return the *most* newest documents. Of one whose day is not known for sure, the first day it can be of counts."""
    found = graph.engine.query(
        """SELECT DISTINCT ?iri ?title ?publisher ?issued ?language WHERE {
          ?iri a pact:Document ; dcterms:title ?title ; dc:publisher ?publisher ; pact:issued ?issued ;
            dc:language ?language } ORDER BY ?iri"""
    )
    assert isinstance(found, QuerySolutions)
    documents = [Issued(*(row[name].value for name in Issued._fields)) for row in found]
    return sorted(documents, key=lambda d: bounds(d.issued).earliest, reverse=True)[:most]


def _rows(graph: KnowledgeGraph, sparql: str) -> list[tuple[str, ...]]:
    found = graph.engine.query(sparql)
    assert isinstance(found, QuerySolutions)
    return [tuple(term.value if term is not None else "" for term in row) for row in found]
