"""Writes the graph out as RDF, in an order that depends on its content alone.

TriG, N-Quads and JSON-LD hold the whole dataset: the named graphs (the evidence, and what is derived) and the
default graph (every fact once). Loading such a file elsewhere gives the same dataset, and plain SPARQL the same
answers. A server whose default graph is the union of its named graphs wants ``graphs="named"``. Turtle knows no
named graphs and holds the default graph.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import BinaryIO

from pyoxigraph import (
    CanonicalizationAlgorithm,
    Dataset,
    DefaultGraph,
    Quad,
    RdfFormat,
    Store,
    Triple,
    serialize,
)

from spacepact.errors import SpacepactError, nearest
from spacepact.iris import PREFIXES

__all__ = ["FORMATS", "GRAPHS", "export"]

FORMATS: dict[str, RdfFormat] = {
    "trig": RdfFormat.TRIG,
    "nquads": RdfFormat.N_QUADS,
    "turtle": RdfFormat.TURTLE,
    "jsonld": RdfFormat.JSON_LD,
}
"""The names of the formats, each with what pyoxigraph calls it; ``.file_extension`` is the suffix of its files."""

GRAPHS = ("all", "named", "default")
"""Which graphs a file may hold."""


def export(store: Store, format: str, target: BinaryIO, *, graphs: str | None = None) -> None:
    """Write the quads of *store* to *target* in *format*, one of ``FORMATS``: the same content, the same bytes.

    *graphs* is ``all`` (the dataset as it is), ``named`` or ``default``. Without it Turtle holds the default
    graph, which is all it can hold, and the other formats everything. Quads are in the order of their code points;
    blank nodes are named by RDFC-1.0 (W3C, RDF Dataset Canonicalization, 2024), so N-Quads are canonical N-Quads.
    JSON-LD is in expanded form, which needs no context. Everything is sorted in memory first.

    Raises SpacepactError for an unknown format or choice of graphs, and for named graphs in Turtle.

    >>> import io
    >>> from pyoxigraph import NamedNode
    >>> nasa, usa = NamedNode(PREFIXES["id"] + "nasa"), NamedNode(PREFIXES["id"] + "usa")
    >>> store = Store()
    >>> store.add(Quad(nasa, NamedNode(PREFIXES["pact"] + "ofState"), usa))
    >>> target = io.BytesIO()
    >>> export(store, "turtle", target)
    >>> target.getvalue().decode().splitlines()[-1]
    'id:nasa pact:ofState id:usa .'
    """
    if format not in FORMATS:
        known = ", ".join(FORMATS)
        raise SpacepactError(f"no format '{format}'{nearest(format, list(FORMATS))} (formats: {known})")
    graphs = graphs or ("default" if format == "turtle" else "all")
    if graphs not in GRAPHS:
        raise SpacepactError(f"graphs '{graphs}'{nearest(graphs, GRAPHS)}: write {', '.join(GRAPHS)}")
    if format == "turtle" and graphs != "default":
        raise SpacepactError("Turtle holds one graph only; export TriG, or the default graph alone")
    quads = _canonical(_chosen(store, graphs))
    if format == "nquads":
        # Canonical N-Quads are sorted by line, the others by graph first so that each graph is written once.
        lines = serialize(quads, format=RdfFormat.N_QUADS) or b""
        target.writelines(sorted(lines.splitlines(keepends=True)))
        return
    quads.sort(key=_place)
    if format == "turtle":
        triples = [quad.triple for quad in quads]
        serialize(triples, target, RdfFormat.TURTLE, prefixes=_used(triples))
    elif format == "trig":
        serialize(quads, target, RdfFormat.TRIG, prefixes=_used(quads))
    else:
        expanded = json.loads(serialize(quads, format=RdfFormat.JSON_LD) or b"[]")
        target.write(json.dumps(expanded, ensure_ascii=False, indent=1).encode() + b"\n")


def _chosen(store: Store, graphs: str) -> Iterable[Quad]:
    default = DefaultGraph()
    if graphs == "default":
        return store.quads_for_pattern(None, None, None, default)
    return store if graphs == "all" else (quad for quad in store if quad.graph_name != default)


def _canonical(quads: Iterable[Quad]) -> list[Quad]:
    dataset = Dataset(quads)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return list(dataset)


def _place(quad: Quad) -> tuple[str, str, str, str]:
    graph = "" if quad.graph_name == DefaultGraph() else str(quad.graph_name)
    return graph, str(quad.subject), str(quad.predicate), str(quad.object)


def _used(statements: Iterable[Quad] | Iterable[Triple]) -> dict[str, str]:
    text = "\n".join(sorted({str(node) for statement in statements for node in statement}))
    return {prefix: namespace for prefix, namespace in PREFIXES.items() if f"<{namespace}" in text}
