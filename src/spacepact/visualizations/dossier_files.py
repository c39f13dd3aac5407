"""A dossier as files: rows for CSV, plain data for JSON, RDF for JSON-LD.

None of them has the words of a passage: these are the publishers'.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from pyoxigraph import DefaultGraph, NamedNode, Quad, Store

from spacepact.graph.exporting import export
from spacepact.iris import DERIVED, LICENCE, NS, PREFIXES
from spacepact.queries.evidence import Proof
from spacepact.queries.formats import csv_text
from spacepact.visualizations.model import showing_data

if TYPE_CHECKING:
    from spacepact.visualizations.dossier import Dossier, Entry

__all__ = ["beyond_question", "to_csv", "to_data", "to_jsonld"]

_COLUMNS = [
    *("group", "engagement", "title", "kind", "date", "due", "status", "strength", "topics", "between", "roles"),
    *("certainty", "passage", "paragraph", "document", "publisher", "issued", "source"),
    *("data_version", "as_of", "licence"),
]


def to_csv(dossier: Dossier, version: str, as_of: str) -> str:
    """Return *dossier* as CSV: a row for each engagement and passage that tells of it."""
    rows = (
        [*_facts(dossier, entry), *_proof(proof), version, as_of, LICENCE]
        for entry in dossier.entries
        for proof in entry.showing.passages or (None,)
    )
    return csv_text(_COLUMNS, rows)


def _facts(dossier: Dossier, entry: Entry) -> list[str]:
    shown = entry.showing
    roles = (f"{role.name}: {'; '.join(part.words for part in role.actors)}" for role in entry.roles if role.actors)
    return [
        entry.group,
        shown.iri,
        shown.label,
        shown.what,
        shown.date,
        shown.due,
        shown.status,
        shown.strength,
        "; ".join(dossier.topics[iri].label for iri in shown.topics),
        "; ".join(sorted({*entry.a, *entry.b})),
        " | ".join(roles),
    ]


def _proof(proof: Proof | None) -> list[object]:
    if proof is None:
        return [""] * 7
    number = "" if proof.paragraph is None else proof.paragraph
    return [proof.certainty, proof.passage, number, proof.title, proof.publisher, proof.issued, proof.url]


def to_data(dossier: Dossier, version: str, as_of: str) -> dict[str, Any]:
    """Return *dossier* as plain data for JSON."""
    return {
        "between": [{"iri": side.iri, "label": side.label, "members": side.members} for side in (dossier.a, dossier.b)],
        "counts": {group: len(entries) for group, entries in dossier.groups.items()},
        "engagements": [
            {
                "group": entry.group,
                **showing_data(entry.showing),
                "between": [list(entry.a), list(entry.b)],
                "roles": [
                    {
                        "role": role.name,
                        "actors": [{"iri": part.iri, "label": part.words} for part in role.actors],
                        "others": role.others,
                    }
                    for role in entry.roles
                ],
                "note": entry.why,
                "standing": list(entry.standing),
                "renewals": [renewal._asdict() for renewal in entry.renewals],
            }
            for entry in dossier.entries
        ],
        "topics": {iri: dossier.topics[iri].label for iri in dossier.counted("topic")},
        "data_version": version,
        "as_of": as_of,
        "licence": LICENCE,
    }


def beyond_question(dossier: Dossier, store: Store) -> tuple[Entry, ...]:
    """Return the entries of *dossier* that the question what-links does not list.

    It lists what involves both and has a passage that names one of them in it. So it lacks those in which only persons
    have a part on behalf of one of the two, and planned meetings, of which but the host is known.
    """
    sides = (dossier.a, dossier.b)
    parties = {NamedNode(iri) for one in sides for iri in (one.iri, *one.parts)}
    derived = {DefaultGraph(), NamedNode(DERIVED)}

    def named(entry: Entry) -> bool:
        quads = store.quads_for_pattern(NamedNode(entry.showing.iri), None, None)
        return any(quad.object in parties and quad.graph_name not in derived for quad in quads)

    return tuple(entry for entry in dossier.entries if not (entry.a and entry.b and named(entry)))


def to_jsonld(dossier: Dossier, store: Store) -> bytes:
    """Return as JSON-LD what *store* says of the engagements of *dossier*.

    That is: their facts, those of their participations and status events, the named graphs of the passages as far as
    they tell of these, the passages and documents themselves, the names of all that is named, and the version of the
    data.
    """
    things = {NamedNode(entry.showing.iri) for entry in dossier.entries}
    for thing in list(things):
        for part in ("hasParticipation", "hasStatusEvent"):
            found = store.quads_for_pattern(thing, NamedNode(NS + part), None, DefaultGraph())
            things |= {quad.object for quad in found if isinstance(quad.object, NamedNode)}
    quads = {quad for thing in things for quad in store.quads_for_pattern(thing, None, None)}
    passages = {quad.graph_name for quad in quads if isinstance(quad.graph_name, NamedNode)}
    quads |= set(_described(store, passages))
    documents = {quad.object for quad in quads if quad.predicate.value == NS + "inDocument"}
    quads |= set(_described(store, documents))
    quads |= set(_described(store, [NamedNode(DERIVED)]))
    named = {quad.object for quad in quads if isinstance(quad.object, NamedNode)} - things - passages - documents
    quads |= {quad for quad in _described(store, named) if quad.predicate.value in _NAMES}
    chosen = Store()
    chosen.extend(quads)
    out = io.BytesIO()
    export(chosen, "jsonld", out)
    return out.getvalue()


_NAMES = {PREFIXES["skos"] + "prefLabel", PREFIXES["rdfs"] + "label"}


def _described(store: Store, nodes: Iterable[object]) -> Iterator[Quad]:
    for node in nodes:
        if isinstance(node, NamedNode):
            yield from store.quads_for_pattern(node, None, None, DefaultGraph())
