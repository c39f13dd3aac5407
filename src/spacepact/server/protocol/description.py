"""What the endpoint says of itself: the SPARQL 1.1 Service Description, and the questions as examples to start from.

The examples are written as SIB's editor and its like read them: each a ``sh:SPARQLExecutable`` with a comment, the
query, and the endpoint it is for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Store, Triple

from spacepact.graph.engines.refusals import form
from spacepact.iris import LICENCE, PREFIXES
from spacepact.queries.catalogue import catalogue
from spacepact.server.protocol.statements import english, node, statements
from spacepact.server.protocol.void import DATASET
from spacepact.server.settings import Settings

__all__ = ["examples", "examples_graph", "service"]

_FORMATS = (
    "SPARQL_Results_JSON",
    "SPARQL_Results_XML",
    "SPARQL_Results_CSV",
    "SPARQL_Results_TSV",
    "Turtle",
    "N-Triples",
    "JSON-LD",
    "RDF_XML",
    "TriG",
    "N-Quads",
)


def examples_graph(public_url: str) -> str:
    """Return the IRI of the graph with the examples.

    >>> examples_graph("https://spacepact.example")
    'https://spacepact.example/.well-known/sparql-examples'
    """
    return f"{public_url}/.well-known/sparql-examples"


def service(store: Store, settings: Settings, beside: Mapping[str, int | None] | None = None) -> list[Triple]:
    """Return the description of the endpoint that serves *store*, with its limits in words.

    Of the named graphs those are listed that are not about one document or passage: there is one for each of these.
    *beside* are the graphs that the endpoint has beside the record, with the number of their triples where it is known.
    """
    endpoint = NamedNode(f"{settings.public_url}/sparql")
    dataset = NamedNode(f"{endpoint.value}#dataset")
    federated = [node("sd:BasicFederatedQuery")] if settings.services else []
    found = statements(
        endpoint,
        {
            "rdf:type": node("sd:Service"),
            "rdfs:label": english("SPARQL endpoint of Spacepact"),
            "rdfs:comment": [english(_limits(settings)), english(_GRAPHS)],
            "dcterms:license": NamedNode(LICENCE),
            "sd:endpoint": endpoint,
            "sd:supportedLanguage": [node("sd:SPARQL10Query"), node("sd:SPARQL11Query")],
            "sd:feature": federated,
            "sd:resultFormat": [node(f"format:{name}") for name in _FORMATS],
            "sd:defaultEntailmentRegime": NamedNode("http://www.w3.org/ns/entailment/Simple"),
            "sd:defaultDataset": dataset,
            "rdfs:seeAlso": [
                NamedNode(f"{settings.public_url}/.well-known/void"),
                NamedNode(examples_graph(settings.public_url)),
            ],
        },
    )
    return [*found, *_dataset(store, dataset, beside or {})]


_GRAPHS = (
    "The default graph has each fact of the record once. What a passage of a document says is also in the named graph "
    "of that passage, what is said of a document in the graph of the document, and what follows by rule in "
    f"<{PREFIXES['graph']}derived>. Examples, and this description, are in named graphs only."
)


def _limits(settings: Settings) -> str:
    return (
        f"Limits: a query may be {settings.max_query // 1024} KiB long and take {settings.deadline:g} seconds. An "
        f"answer has at most {settings.max_rows:,} rows or triples; one cut short says so. The record is read-only."
    )


def _dataset(store: Store, dataset: NamedNode, beside: Mapping[str, int | None]) -> Iterator[Triple]:
    sizes = {graph.value: [_size(store, graph)] for graph in store.named_graphs() if _is_about_all(graph.value)}
    sizes |= {graph: [] if size is None else [Literal(size)] for graph, size in beside.items()}
    parts = {NamedNode(f"{dataset.value}-{number}"): graph for number, graph in enumerate(sorted(sizes), 1)}
    yield from statements(
        dataset, {"rdf:type": node("sd:Dataset"), "sd:defaultGraph": DATASET, "sd:namedGraph": list(parts)}
    )
    yield from statements(DATASET, {"rdf:type": node("sd:Graph"), "void:triples": _size(store, DefaultGraph())})
    for part, graph in parts.items():
        contents = NamedNode(f"{part.value}-graph")
        yield from statements(
            part, {"rdf:type": node("sd:NamedGraph"), "sd:name": NamedNode(graph), "sd:graph": contents}
        )  # fmt: skip
        yield from statements(contents, {"rdf:type": node("sd:Graph"), "void:triples": sizes[graph]})


def _is_about_all(graph: str) -> bool:
    _, of_source, slug = graph.partition(PREFIXES["source"])
    return not of_source or slug.startswith(("links-", "register-"))


def _size(store: Store, graph: NamedNode | BlankNode | DefaultGraph) -> Literal:
    return Literal(sum(1 for _ in store.quads_for_pattern(None, None, None, graph)))


def examples(settings: Settings) -> list[Triple]:
    """Return the questions of the catalogue as examples of queries, and the prefixes they are written with."""
    graph = examples_graph(settings.public_url)
    prefixes = NamedNode(f"{graph}#prefixes")
    found = list(_prefixes(prefixes))
    for name, question in catalogue().items():
        kind = form(question.sparql)
        found += statements(
            NamedNode(f"{graph}/{name}"),
            {
                "rdf:type": [node("sh:SPARQLExecutable"), node(f"sh:SPARQL{kind.capitalize()}Executable")],
                "rdfs:label": english(name),
                "rdfs:comment": english(question.title),
                "dcterms:description": english(question.description),
                "sh:prefixes": prefixes,
                f"sh:{kind.lower()}": Literal(question.sparql),
                "schema:target": NamedNode(f"{settings.public_url}/sparql"),
                "schema:keywords": [Literal(word) for word in sorted(set(_TERM.findall(question.sparql)))],
                "rdfs:seeAlso": NamedNode(f"{settings.public_url}/questions/{name}"),
            },
        )
    return found


_TERM = re.compile(r"\bpact:([A-Z]\w+)")
"""A class of ours: what a question is about."""


def _prefixes(prefixes: NamedNode) -> Iterator[Triple]:
    for name, namespace in PREFIXES.items():
        declaration = NamedNode(f"{prefixes.value}-{name}")
        yield from statements(prefixes, {"sh:declare": declaration})
        yield from statements(
            declaration,
            {
                "rdf:type": node("sh:PrefixDeclaration"),
                "sh:prefix": Literal(name),
                "sh:namespace": Literal(namespace, datatype=node("xsd:anyURI")),
            },
        )
