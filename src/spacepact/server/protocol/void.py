"""The description of the dataset in VoID: how much there is of what, counted by SPARQL on the record itself.

The partitions of classes by properties, and of these by the classes and datatypes of their values, are what editors
complete names from.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pyoxigraph import DefaultGraph, Literal, NamedNode, QuerySolutions, RdfFormat, Store, Triple

from spacepact.graph.engines.embedded import Embedded
from spacepact.iris import BASE, LICENCE, PREFIXES, curie
from spacepact.queries.downloads import FILES
from spacepact.queries.knowledge import KnowledgeGraph
from spacepact.server.protocol.statements import Value, english, node, short, statements

__all__ = ["DATASET", "void"]

DATASET = NamedNode(BASE)
"""The record as a dataset. The linksets in the record name it so too."""


_EXAMPLES = ("SpaceAgency", "Agreement", "Commitment", "MeetingSeries", "Mission")
"""The classes of which the entity is shown that most is said about."""

_Row = Mapping[str, NamedNode | Literal]


def void(store: Store, public_url: str) -> list[Triple]:
    """Return the description of what is in the default graph of *store*, served at *public_url*."""
    return [*_dataset(store, public_url), *_properties(store), *_classes(store), *_linksets(store)]


def _rows(store: Store, sparql: str) -> Iterator[_Row]:
    found = store.query(sparql, prefixes=PREFIXES)
    assert isinstance(found, QuerySolutions)
    names = [variable.value for variable in found.variables]
    for row in found:
        yield {name: row[name] for name in names}


def _dataset(store: Store, public_url: str) -> Iterator[Triple]:
    graph = KnowledgeGraph(Embedded(store))
    (totals,) = _rows(
        store,
        """SELECT (COUNT(*) AS ?triples) (COUNT(DISTINCT ?s) AS ?subjects) (COUNT(DISTINCT ?o) AS ?objects)
             (COUNT(DISTINCT ?p) AS ?properties) { ?s ?p ?o }""",
    )
    (classes,) = _rows(store, "SELECT (COUNT(DISTINCT ?class) AS ?count) { ?s a ?class }")
    (entities,) = _rows(
        store, f"SELECT (COUNT(DISTINCT ?s) AS ?count) {{ ?s a ?c FILTER(STRSTARTS(STR(?s), '{BASE}')) }}"
    )
    yield from statements(
        DATASET,
        {
            "rdf:type": [node("void:Dataset"), node("sd:Graph")],
            "dcterms:title": english("Spacepact: who cooperates with whom in space"),
            "dcterms:description": english(
                "Actors, agreements, commitments, meetings and missions of international cooperation in space, each "
                "statement with the passage of the document that says it."
            ),
            "dcterms:license": NamedNode(LICENCE),
            "dcterms:modified": Literal(graph.as_of, datatype=node("xsd:date")),
            "dcterms:hasVersion": Literal(graph.version),
            "void:sparqlEndpoint": NamedNode(f"{public_url}/sparql"),
            "void:dataDump": [NamedNode(f"{public_url}/data/download/{name}") for name in FILES if _is_rdf(name)],
            "rdfs:seeAlso": NamedNode(f"{public_url}/data/catalog"),
            "void:uriSpace": Literal(BASE),
            "void:vocabulary": [node(f"{prefix}:") for prefix in _vocabularies(store)],
            "void:exampleResource": [row["s"] for name in _EXAMPLES for row in _rows(store, _most_told(name))],
            "void:triples": totals["triples"],
            "void:distinctSubjects": totals["subjects"],
            "void:distinctObjects": totals["objects"],
            "void:properties": totals["properties"],
            "void:classes": classes["count"],
            "void:entities": entities["count"],
        },
    )


def _is_rdf(name: str) -> bool:
    return RdfFormat.from_extension(name.removesuffix(".gz").rpartition(".")[2]) is not None


def _most_told(name: str) -> str:
    return f"SELECT ?s {{ ?s a pact:{name} ; ?p ?o }} GROUP BY ?s ORDER BY DESC(COUNT(*)) ?s LIMIT 1"


def _vocabularies(store: Store) -> list[str]:
    found = {curie(row["p"].value).partition(":")[0] for row in _rows(store, "SELECT DISTINCT ?p { ?s ?p ?o }")}
    return sorted(found & PREFIXES.keys())


def _partition(*parts: Value) -> NamedNode:
    """Return the IRI of a part of the dataset, told by the terms that it is taken out with."""
    return NamedNode(f"{BASE}#" + "/".join(short(part.value) for part in parts))


def _properties(store: Store) -> Iterator[Triple]:
    for row in _rows(
        store,
        """SELECT ?p (COUNT(*) AS ?triples) (COUNT(DISTINCT ?s) AS ?subjects) (COUNT(DISTINCT ?o) AS ?objects)
             { ?s ?p ?o } GROUP BY ?p ORDER BY ?p""",
    ):
        part = _partition(row["p"])
        yield from statements(DATASET, {"void:propertyPartition": part})
        yield from statements(
            part,
            {
                "void:property": row["p"],
                "void:triples": row["triples"],
                "void:distinctSubjects": row["subjects"],
                "void:distinctObjects": row["objects"],
            },
        )


def _classes(store: Store) -> Iterator[Triple]:
    for row in _rows(store, "SELECT ?c (COUNT(DISTINCT ?s) AS ?n) { ?s a ?c } GROUP BY ?c ORDER BY ?c"):
        part = _partition(row["c"])
        yield from statements(DATASET, {"void:classPartition": part})
        yield from statements(part, {"void:class": row["c"], "void:entities": row["n"]})
    for row in _rows(store, "SELECT ?c ?p (COUNT(*) AS ?n) { ?s a ?c ; ?p ?o } GROUP BY ?c ?p ORDER BY ?c ?p"):
        part = _partition(row["c"], row["p"])
        yield from statements(_partition(row["c"]), {"void:propertyPartition": part})
        yield from statements(part, {"void:property": row["p"], "void:triples": row["n"]})
    for kind, pattern in _OF_VALUES.items():
        sparql = (
            f"SELECT ?c ?p ?d (COUNT(*) AS ?n) {{ ?s a ?c ; ?p ?o . {pattern} }} GROUP BY ?c ?p ?d ORDER BY ?c ?p ?d"
        )
        for row in _rows(store, sparql):
            part = _partition(row["c"], row["p"], row["d"])
            yield from statements(_partition(row["c"], row["p"]), {f"{kind}Partition": part})
            yield from statements(part, {kind: row["d"], "void:triples": row["n"]})


_OF_VALUES = {
    "void:class": "?o a ?d",
    "void-ext:datatype": "FILTER(isLiteral(?o)) BIND(DATATYPE(?o) AS ?d)",
}


def _linksets(store: Store) -> Iterator[Triple]:
    """Yield what the record says of its links, and the datasets they lead to."""
    for row in _rows(store, "SELECT ?s { ?s a <http://rdfs.org/ns/void#Linkset> } ORDER BY ?s"):
        linkset = row["s"]
        assert isinstance(linkset, NamedNode), "no subject is a literal"
        yield from statements(DATASET, {"void:subset": linkset})
        for quad in sorted(store.quads_for_pattern(linkset, None, None, DefaultGraph()), key=str):
            yield quad.triple
            if quad.predicate == node("void:objectsTarget") and isinstance(quad.object, NamedNode):
                yield from statements(quad.object, {"rdf:type": node("void:Dataset")})
