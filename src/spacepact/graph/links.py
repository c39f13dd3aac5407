"""Ties to outside datasets: the SSSOM files in ``graph/links``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad

from spacepact.errors import FactError, nearest
from spacepact.graph.sssom import Mapping, MappingSet, read_mappings
from spacepact.iris import BASE, CODE, ENTITY, NS, PREFIXES, SOURCE

__all__ = ["link_quads"]

_SUFFIX = ".sssom.tsv"
_SKOS, _SSSOM, _VOID = PREFIXES["skos"], PREFIXES["sssom"], "http://rdfs.org/ns/void#"
_EXACT, _CLOSE = _SKOS + "exactMatch", _SKOS + "closeMatch"
# skos:exactMatch makes concepts of both its ends, and no agency is one; an accepted match is written with these.
_WRITTEN = {_EXACT: NamedNode(PREFIXES["schema"] + "sameAs"), _CLOSE: NamedNode(PREFIXES["rdfs"] + "seeAlso")}
_TYPE = NamedNode(PREFIXES["rdf"] + "type")
_DOUBLE, _INTEGER = NamedNode(PREFIXES["xsd"] + "double"), NamedNode(PREFIXES["xsd"] + "integer")


def link_quads(where: Path, entities: set[str]) -> Iterator[Quad]:
    """Yield the links of every ``*.sssom.tsv`` file in *where* to the entities, whose IRIs are *entities*.

    The file of a dataset is a document, ``source/links-<dataset>``, and the named graph of what it says: the
    mappings with their justification, and for each accepted one ``schema:sameAs`` (exact) or ``rdfs:seeAlso``
    (close). A mapping with the modifier ``Not`` was rejected: it is kept, and ties nothing.

    Raises FactError with the mistakes of all files, each with file and line.
    """
    quads: list[Quad] = []
    mistakes: list[str] = []
    for path in sorted(where.glob("*" + _SUFFIX)):
        dataset = path.name.removesuffix(_SUFFIX)
        found = read_mappings(path)
        _check(found, dataset, entities)
        if found.mistakes:
            mistakes.extend(f"links/{path.name}:{line}:1: {what}" for line, what in sorted(found.mistakes))
        else:
            quads.extend(_set_quads(found, dataset))
            quads.extend(quad for mapping in found.mappings for quad in _mapping_quads(mapping, dataset))
    if mistakes:
        raise FactError(mistakes)
    yield from quads


# --- What must hold beyond the format


def _check(found: MappingSet, dataset: str, entities: set[str]) -> None:
    document = SOURCE + "links-" + dataset
    if found.header.get("mapping_set_id", document) != document:
        found.wrong(1, f"mapping_set_id is '{found.header['mapping_set_id']}'; this file is {document}")
    if found.prefixes.get("id", ENTITY) != ENTITY:
        found.wrong(1, f"the prefix 'id' stands for {ENTITY}, not for {found.prefixes['id']}")
    known = sorted("id:" + entity.removeprefix(ENTITY) for entity in entities if entity.startswith(ENTITY))
    rows: dict[str, Mapping] = {}
    exact: dict[str, Mapping] = {}
    for mapping in found.mappings:
        subject, target, predicate = (mapping.cells[f"{end}_id"] for end in ("subject", "object", "predicate"))
        if not mapping.iris["subject_id"].startswith(ENTITY):
            found.wrong(mapping.line, f"'{subject}' is no entity of ours; write subject_id like 'id:nasa'")
        elif mapping.iris["subject_id"] not in entities:
            found.wrong(mapping.line, f"unknown entity '{subject}'{nearest(subject, known)}")
        if mapping.iris["predicate_id"] not in _WRITTEN:
            found.wrong(mapping.line, f"unknown predicate '{predicate}'; write skos:exactMatch or skos:closeMatch")
        first = rows.setdefault(_name(mapping, dataset), mapping)
        if first is not mapping:
            found.wrong(mapping.line, f"{subject} and {target} stand twice (first at line {first.line}); keep one row")
        elif mapping.accepted and mapping.iris["predicate_id"] == _EXACT:
            other = exact.setdefault(mapping.iris["object_id"], mapping)
            if other is not mapping:
                whose = f"{other.cells['subject_id']} at line {other.line}"
                found.wrong(mapping.line, f"{target} is an exact match of {whose} already; one of the two is wrong")


def _name(mapping: Mapping, dataset: str) -> str:
    slug = mapping.iris["subject_id"].removeprefix(ENTITY)
    # A readable name, as all our IRIs have one: geonames:6252001/ becomes 6252001, wikidata:Q30 becomes q30.
    target = re.sub(r"[^a-z0-9]+", "-", mapping.cells["object_id"].partition(":")[2].lower()).strip("-")
    return f"{BASE}mapping/{dataset}/{slug}-{target}"


# --- The quads


def _set_quads(found: MappingSet, dataset: str) -> Iterator[Quad]:
    graph, header = NamedNode(SOURCE + "links-" + dataset), found.header
    ties = sum(mapping.accepted and mapping.iris["predicate_id"] == _EXACT for mapping in found.mappings)
    values: dict[str, NamedNode | Literal] = {
        PREFIXES["dcterms"] + "title": Literal(header["mapping_set_title"], language="en"),
        PREFIXES["dcterms"] + "license": NamedNode(header["license"]),
        PREFIXES["dc"] + "publisher": Literal("Spacepact"),
        PREFIXES["dc"] + "language": Literal("en"),
        NS + "sourceRank": NamedNode(CODE + "source-rank/other"),
        _VOID + "subjectsTarget": NamedNode(header["subject_source"]),
        _VOID + "objectsTarget": NamedNode(header["object_source"]),
        _VOID + "linkPredicate": _WRITTEN[_EXACT],
        _VOID + "triples": Literal(str(ties), datatype=_INTEGER),
    }
    if note := header.get("mapping_set_description"):
        values[_SKOS + "note"] = Literal(note, language="en")
    for kind in (NS + "Document", _VOID + "Linkset"):
        yield Quad(graph, _TYPE, NamedNode(kind), graph)
    for predicate, value in values.items():
        yield Quad(graph, NamedNode(predicate), value, graph)


def _mapping_quads(mapping: Mapping, dataset: str) -> Iterator[Quad]:
    graph, node = NamedNode(SOURCE + "links-" + dataset), NamedNode(_name(mapping, dataset))
    yield Quad(node, _TYPE, NamedNode(_SSSOM + "Mapping"), graph)
    for name, text in mapping.cells.items():
        value: NamedNode | Literal = Literal(text, datatype=_DOUBLE) if name == "confidence" else Literal(text)
        if name in mapping.iris:
            value = NamedNode(mapping.iris[name])
        yield Quad(node, NamedNode(_SSSOM + name), value, graph)
    if mapping.accepted:
        subject, target = (NamedNode(mapping.iris[name]) for name in ("subject_id", "object_id"))
        yield Quad(subject, _WRITTEN[mapping.iris["predicate_id"]], target, graph)
