"""The documents that the record rests on, their passages, and what would be unknown without each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pyoxigraph import DefaultGraph, NamedNode, QuerySolution, QuerySolutions, Store, Triple

from spacepact.iris import CODE, DERIVED, NS, ONTOLOGY, SOURCE, curie
from spacepact.queries.knowledge import KnowledgeGraph
from spacepact.queries.names import labels
from spacepact.queries.saying import told_quads

__all__ = ["Document", "Passage", "Share", "counted_facts", "documents", "passages", "share"]


@dataclass(frozen=True)
class Document:
    """A document with its citation. Dates are EDTF; what is unknown is empty; *rank* and *part_held* are words.

    *kind* is ``document``, ``register`` or ``links``: the latter two are of the editors.
    """

    iri: str
    title: str
    language: str
    publisher: str
    author: str
    issued: str
    rank: str
    url: str
    published_in: str
    reproduces: str
    part_held: str
    length: int
    sha256: str
    licence: str
    notes: tuple[str, ...]
    kind: str


@dataclass(frozen=True)
class Passage:
    """A passage of a document. *certainty* is ``stated``, ``inferred`` or ``presumed``; offsets are in characters."""

    iri: str
    name: str
    document: str
    paragraph: int
    certainty: str
    start: int | None
    length: int
    sha256: str
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Share:
    """What a document gives to the record: its facts, and how many of them and which things no other one tells of.

    *things* are the IRIs of the things that the record knows of by this document alone, with their names, by the
    labels of their classes.
    """

    facts: int
    alone: int
    things: Mapping[str, tuple[tuple[str, str], ...]]


def documents(graph: KnowledgeGraph, iri: str = "") -> list[Document]:
    """Return all documents, the newest first, registers and links last; or only the one that *iri* names."""
    one = f"VALUES ?iri {{ {NamedNode(iri)} }}" if iri else ""
    rows = graph.engine.query(
        f"""SELECT ?iri ?title ?publisher ?author ?issued ?rank ?url ?in ?reproduces ?part ?length ?sha256 ?language
          ?licence (GROUP_CONCAT(?remark; separator="\\n") AS ?notes) WHERE {{
          {one} ?iri a pact:Document ; dcterms:title ?title
          OPTIONAL {{ ?iri dc:publisher ?publisher }} OPTIONAL {{ ?iri dc:creator ?author }}
          OPTIONAL {{ ?iri pact:issued ?issued }} OPTIONAL {{ ?iri pact:sourceRank ?rank }}
          OPTIONAL {{ ?iri schema:url ?url }} OPTIONAL {{ ?iri pact:publishedIn ?in }}
          OPTIONAL {{ ?iri pact:reproduces ?reproduces }} OPTIONAL {{ ?iri pact:partHeld ?part }}
          OPTIONAL {{ ?iri pact:length ?length }} OPTIONAL {{ ?iri pact:sha256 ?sha256 }}
          OPTIONAL {{ ?iri dc:language ?language }} OPTIONAL {{ ?iri dcterms:license ?licence }}
          OPTIONAL {{ ?iri skos:note ?remark }} }}
          GROUP BY ?iri ?title ?publisher ?author ?issued ?rank ?url ?in ?reproduces ?part ?length ?sha256 ?language
            ?licence"""
    )
    assert isinstance(rows, QuerySolutions)
    found = {document.iri: document for document in map(_document, rows)}  # one title of several is enough
    ordered = sorted(found.values(), key=lambda d: d.title)
    ordered.sort(key=lambda d: d.issued, reverse=True)
    return sorted(ordered, key=lambda d: ("document", "register", "links").index(d.kind))


def _document(row: QuerySolution) -> Document:
    iri = _text(row, "iri")
    slug = iri.removeprefix(SOURCE)
    kind = next((k for k in ("register", "links") if slug.startswith(k + "-")), "document")
    return Document(
        iri=iri,
        title=_text(row, "title"),
        language=_text(row, "language"),
        publisher=_text(row, "publisher"),
        author=_text(row, "author"),
        issued=_text(row, "issued"),
        rank=_text(row, "rank").removeprefix(f"{CODE}source-rank/"),
        url=_text(row, "url"),
        published_in=_text(row, "in"),
        reproduces=_text(row, "reproduces"),
        part_held=_text(row, "part"),
        length=int(_text(row, "length") or 0),
        sha256=_text(row, "sha256"),
        licence=_text(row, "licence"),
        notes=tuple(sorted(filter(None, _text(row, "notes").split("\n")))),
        kind=kind,
    )


def _text(row: QuerySolution, name: str) -> str:
    return row[name].value if row[name] else ""


def passages(graph: KnowledgeGraph, document: str) -> list[Passage]:
    """Return the passages of *document* in their order; of one paragraph, what is stated comes first."""
    rows = graph.engine.query(
        f"""SELECT ?iri ?paragraph ?certainty ?start ?length ?sha256 (GROUP_CONCAT(?remark; separator="\\n") AS ?notes)
          WHERE {{ ?iri pact:inDocument {NamedNode(document)}
          OPTIONAL {{ ?iri pact:paragraph ?paragraph }} OPTIONAL {{ ?iri pact:certainty ?certainty }}
          OPTIONAL {{ ?iri pact:startOffset ?start }} OPTIONAL {{ ?iri pact:length ?length }}
          OPTIONAL {{ ?iri pact:sha256 ?sha256 }} OPTIONAL {{ ?iri skos:note ?remark }} }}
          GROUP BY ?iri ?paragraph ?certainty ?start ?length ?sha256"""
    )
    assert isinstance(rows, QuerySolutions)
    return sorted((_passage(row, document) for row in rows), key=lambda p: (p.paragraph, p.iri))


def _passage(row: QuerySolution, document: str) -> Passage:
    iri = _text(row, "iri")
    return Passage(
        iri=iri,
        name=iri.rpartition("/")[2],
        document=document,
        paragraph=int(_text(row, "paragraph") or 0),
        certainty=_text(row, "certainty").removeprefix(f"{CODE}certainty/") or "stated",
        start=int(_text(row, "start")) if row["start"] else None,
        length=int(_text(row, "length") or 0),
        sha256=_text(row, "sha256"),
        notes=tuple(sorted(filter(None, _text(row, "notes").split("\n")))),
    )


def _graphs(graph: KnowledgeGraph, document: str) -> list[str]:
    return [document, *(passage.iri for passage in passages(graph, document))]


def counted_facts(store: Store) -> dict[str, int]:
    """Return the number of facts that each document tells, by its IRI."""
    told: dict[str, set[Triple]] = {}
    for graph in store.named_graphs():
        if isinstance(graph, NamedNode) and graph.value not in (DERIVED, ONTOLOGY):
            document = _document_of(graph.value)
            told.setdefault(document, set()).update(quad.triple for quad in told_quads(store, graph.value))
    return {document: len(facts) for document, facts in told.items()}


def _document_of(graph: str) -> str:
    return SOURCE + graph.removeprefix(SOURCE).partition("/")[0]


def share(graph: KnowledgeGraph, document: str) -> Share:
    """Return what *document* gives to the record, and what the record would not know without it."""
    store = graph.store
    facts = {quad.triple for name in _graphs(graph, document) for quad in told_quads(store, name)}
    alone = {fact for fact in facts if _tellers(store, fact.subject, fact.predicate, fact.object) == {document}}
    subjects = {fact.subject.value for fact in facts if isinstance(fact.subject, NamedNode)}
    only = sorted(s for s in subjects if _tellers(store, NamedNode(s)) == {document})
    return Share(len(facts), len(alone), _by_kind(graph, only))


def _tellers(store: Store, subject: object, predicate: object = None, object_: object = None) -> set[str]:
    """Return the documents that say something of this pattern."""
    found = store.quads_for_pattern(subject, predicate, object_, None)  # type: ignore[arg-type]
    graphs = {quad.graph_name.value for quad in found if isinstance(quad.graph_name, NamedNode)}
    return {_document_of(graph) for graph in graphs - {DERIVED, ONTOLOGY}}


def _by_kind(graph: KnowledgeGraph, things: list[str]) -> dict[str, tuple[tuple[str, str], ...]]:
    """Return *things* with their names by the label of their class; parts of others, such as events, are left out."""
    a = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    kinds: dict[str, str] = {}
    for thing in things:
        types = graph.store.quads_for_pattern(NamedNode(thing), a, None, DefaultGraph())
        ours = sorted(
            q.object.value for q in types if isinstance(q.object, NamedNode) and q.object.value.startswith(NS)
        )
        if ours and curie(ours[0]) not in ("pact:StatusEvent", "pact:Participation", "pact:Document", "pact:Passage"):
            kinds[thing] = ours[0]
    names = labels(graph.engine, {*kinds, *kinds.values()})
    found: dict[str, list[tuple[str, str]]] = {}
    for thing, kind in kinds.items():
        found.setdefault(names[kind], []).append((thing, names[thing]))
    return {kind: tuple(sorted(found[kind], key=lambda pair: pair[1])) for kind in sorted(found)}
