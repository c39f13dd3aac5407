"""Compiles the ontology, the fact files and the links into one dataset.

The default graph holds every fact once. The named graphs hold the same facts as evidence: the graph of a passage
what the passage says, the graph of a document what is known of the document, the derived graph what the rules add.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store, parse

from spacepact.dates import bounds
from spacepact.errors import FactError
from spacepact.folders import folder
from spacepact.graph.checking import Checker, FactFile, Places
from spacepact.graph.context import context
from spacepact.graph.links import link_quads
from spacepact.graph.reading import plain, read
from spacepact.graph.rules import apply_rules
from spacepact.iris import NS, ONTOLOGY, PREFIXES
from spacepact.ontology.vocabulary import ontology_triples, vocabulary
from spacepact.text import sha256

__all__ = ["Compiled", "compile_facts", "fact_files", "fill", "issue_moments", "newest_moment"]

_DATE_TIME = NamedNode(PREFIXES["xsd"] + "dateTime")
_ISSUED = NamedNode(NS + "issued")
_LATEST = NamedNode(NS + "latest")


@dataclass(frozen=True)
class Compiled:
    """What compiling yields: the store, and where each fact stands in the files."""

    store: Store
    places: Places


def fact_files(graph: Path) -> list[FactFile]:
    """Read every fact file of the folder *graph*. Raises FactError with the mistakes of all files together."""
    files: list[FactFile] = []
    mistakes: list[str] = []
    for kind in ("register", "sources"):
        for path in sorted((graph / kind).glob("*.yaml")):
            name = f"{kind}/{path.name}"
            try:
                files.append(FactFile(name, kind == "register", read(path, name)))
            except FactError as error:
                mistakes.extend(error.mistakes)
    if mistakes:
        raise FactError(mistakes)
    return files


def compile_facts(graph: Path | None = None) -> Compiled:
    """Compile the folder *graph*, by default the one that is shipped, into a store in memory.

    Raises FactError with every mistake in the files, VocabularyError for the ontology. The same files always give
    the same quads.
    """
    graph = graph or folder("graph")
    files = fact_files(graph)
    checker = Checker(vocabulary(), context())
    mistakes = checker.check(files)
    if mistakes:
        raise FactError(mistakes)
    evidence = [Quad(t.subject, t.predicate, t.object, NamedNode(ONTOLOGY)) for t in ontology_triples()]
    for file in files:
        evidence.extend(_quads(file))
    evidence.extend(link_quads(graph / "links", set(checker.types)))
    store = Store()
    fill(store, evidence)
    return Compiled(store, checker.places)


def fill(store: Store, evidence: Iterable[Quad], as_of: str | None = None) -> None:
    """Put the named graphs *evidence* into the empty *store*, each fact into the default graph too, then derive.

    *as_of* is an xsd:dateTime; by default the newest moment at which a document of the evidence was issued.
    """
    store.bulk_extend(evidence)
    version = sha256("\n".join(sorted(map(str, store))))[:12]
    default = DefaultGraph()
    store.bulk_extend([Quad(q.subject, q.predicate, q.object, default) for q in store])
    apply_rules(store, as_of or newest_moment(store), version)


def issue_moments(store: Store) -> dict[NamedNode, str]:
    """Return, for each document in *store* with a date of issue, its latest moment as xsd:dateTime."""
    return {
        issued.subject: latest.object.value
        for issued in store.quads_for_pattern(None, _ISSUED, None, DefaultGraph())
        for latest in store.quads_for_pattern(issued.subject, _LATEST, None, DefaultGraph())
        if isinstance(issued.subject, NamedNode) and isinstance(latest.object, Literal)
    }


def newest_moment(store: Store) -> str:
    """Return the latest moment at which a document in *store* was issued, as xsd:dateTime.

    Of a document that only has bounds the last day counts, so that the record as of that day is the whole record.
    Raises FactError if no document has a date.
    """
    moments = issue_moments(store).values()
    if not moments:
        raise FactError(["no document under graph/sources has a date of issue"])
    return max(moments)


def _quads(file: FactFile) -> Iterator[Quad]:
    properties = vocabulary().properties
    document = NamedNode(context().resolve(file.content.text("id") or ""))
    body = plain(file.content)
    assert isinstance(body, dict)
    text = json.dumps({**context().document, **body}, ensure_ascii=False)
    for quad in parse(text, format=RdfFormat.JSON_LD):
        # What lies in no named graph is about the document and its passages.
        graph = document if isinstance(quad.graph_name, DefaultGraph) else quad.graph_name
        yield Quad(quad.subject, quad.predicate, quad.object, graph)
        prop = properties.get(quad.predicate.value)
        if prop and prop.bounds and isinstance(quad.object, Literal):
            for name, moment in zip(prop.bounds, bounds(quad.object.value), strict=True):
                yield Quad(quad.subject, NamedNode(name), Literal(moment, datatype=_DATE_TIME), graph)
