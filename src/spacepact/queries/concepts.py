"""Topics and codes: what each means, and what in the record bears it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pyoxigraph import DefaultGraph, Literal, NamedNode, QuerySolutions, Store

from spacepact.iris import CODE, NS, PREFIXES
from spacepact.ontology.vocabulary import vocabulary
from spacepact.queries.knowledge import KnowledgeGraph
from spacepact.queries.names import blocks, labels

__all__ = ["Borne", "Concept", "OnTopic", "concept", "on_topic", "schemes", "topic_counts", "uses"]

_SKOS = PREFIXES["skos"]
_OWNERS = (NS + "hasStatusEvent", NS + "hasParticipation")


@dataclass(frozen=True)
class Concept:
    """A topic, a code, or a scheme of codes. *names* are those in other languages and other ones, with languages.

    *wording* are the turns of phrase in sources that lead to a code; *broader* and *narrower* are IRIs, and for a
    scheme *narrower* are its codes.
    """

    iri: str
    label: str
    names: tuple[tuple[str, str], ...]
    definition: str
    example: str
    wording: tuple[str, ...]
    notes: tuple[str, ...]
    broader: tuple[str, ...]
    narrower: tuple[str, ...]


@dataclass(frozen=True)
class OnTopic:
    """An engagement on a topic: *kind* is agreement, commitment, activity or meeting, *what* the label of its class.

    *date* is an EDTF date, or empty; a plan has *due* instead. *actors* are pairs of an IRI and a name.
    """

    iri: str
    label: str
    kind: str
    what: str
    date: str
    due: str
    strength: str
    status: str
    actors: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Borne:
    """The things that bear a code by one property: of *count*, the first as pairs of an IRI and a name."""

    property: str
    iri: str
    count: int
    things: tuple[tuple[str, str], ...]


def concept(graph: KnowledgeGraph, iri: str) -> Concept | None:
    """Return the topic, code or scheme *iri*; None where there is none.

    >>> from spacepact.queries.knowledge import open_graph
    >>> concept(open_graph(), "https://w3id.org/spacepact/topic/pnt").label
    'positioning, navigation and timing'
    """
    store = graph.store
    node = NamedNode(iri)
    texts: dict[str, list[Literal]] = {}
    links: dict[str, list[str]] = {}
    for quad in store.quads_for_pattern(node, None, None, DefaultGraph()):
        if isinstance(quad.object, Literal):
            texts.setdefault(quad.predicate.value, []).append(quad.object)
        elif isinstance(quad.object, NamedNode):
            links.setdefault(quad.predicate.value, []).append(quad.object.value)
    named = sorted(texts.get(_SKOS + "prefLabel", []), key=lambda t: (t.language != "en", t.value))
    if not named:
        return None
    others = [*named[1:], *texts.get(_SKOS + "altLabel", [])]
    below = [_SKOS + "broader", _SKOS + "inScheme"] if iri.startswith(CODE) else [_SKOS + "broader"]
    return Concept(
        iri=iri,
        label=named[0].value,
        names=tuple(sorted((t.value, t.language or "") for t in others)),
        definition=_first(texts, _SKOS + "definition"),
        example=_first(texts, _SKOS + "example"),
        wording=tuple(sorted(t.value for t in texts.get(NS + "wording", []))),
        notes=tuple(sorted(t.value for p in ("scopeNote", "editorialNote", "note") for t in texts.get(_SKOS + p, []))),
        broader=tuple(sorted(links.get(_SKOS + "broader", []))),
        narrower=tuple(sorted(_pointing(store, node, below))),
    )


def _first(texts: Mapping[str, list[Literal]], predicate: str) -> str:
    return min((text.value for text in texts.get(predicate, [])), default="")


def _pointing(store: Store, node: NamedNode, predicates: Iterable[str]) -> set[str]:
    return {
        quad.subject.value
        for predicate in predicates
        for quad in store.quads_for_pattern(None, NamedNode(predicate), node, DefaultGraph())
        if isinstance(quad.subject, NamedNode)
    }


def schemes() -> dict[str, tuple[str, ...]]:
    """Return the schemes of codes with their codes, as IRIs."""
    return {scheme: codes for scheme, codes in vocabulary().schemes.items() if scheme.startswith(CODE)}


def topic_counts(graph: KnowledgeGraph) -> dict[str, int]:
    """Return the number of different engagements on each topic; one on a narrower topic counts for the broader ones."""
    rows = graph.engine.query(
        """SELECT ?topic (COUNT(DISTINCT ?engagement) AS ?n) WHERE {
          { ?engagement pact:topic ?topic }
          UNION { ?engagement pact:topic ?narrow . ?narrow skos:broaderTransitive ?topic } } GROUP BY ?topic"""
    )
    assert isinstance(rows, QuerySolutions)
    return {row["topic"].value: int(row["n"].value) for row in rows}


def on_topic(graph: KnowledgeGraph, iri: str) -> list[OnTopic]:
    """Return the engagements on the topic *iri* and on those below it, the newest first."""
    rows = graph.engine.query(
        f"""SELECT DISTINCT ?it ?class ?when ?due ?strength ?status WHERE {{
          {{ SELECT DISTINCT ?it WHERE {{ {{ ?it pact:topic {NamedNode(iri)} }}
            UNION {{ ?narrow skos:broaderTransitive {NamedNode(iri)} . ?it pact:topic ?narrow }} }} }}
          ?it a ?class
          OPTIONAL {{ ?it pact:when ?when }} OPTIONAL {{ ?it pact:dueBy ?due }}
          OPTIONAL {{ ?it pact:strength ?strength }} OPTIONAL {{ ?it pact:currentStatus ?status }} }}"""
    )
    assert isinstance(rows, QuerySolutions)
    found: dict[str, dict[str, set[str]]] = {}
    for row in rows:
        entry = found.setdefault(row["it"].value, {})
        for name in ("class", "when", "due", "strength", "status"):
            entry.setdefault(name, set()).update({row[name].value} if row[name] else ())
    actors = _involved(graph, list(found))
    codes = {v for entry in found.values() for n in ("class", "strength", "status") for v in entry[n]}
    names = labels(graph.engine, {*found, *codes, *(actor for who in actors.values() for actor in who)})

    def words(entry: dict[str, set[str]], name: str) -> str:
        return ", ".join(sorted(names.get(value, value) for value in entry[name]))

    engagements = [
        OnTopic(
            iri=it,
            label=names[it],
            kind=_kind(entry["class"]),
            what=words(entry, "class"),
            date=words(entry, "when"),
            due=words(entry, "due"),
            strength=words(entry, "strength"),
            status=words(entry, "status"),
            actors=tuple(sorted(((a, names[a]) for a in actors.get(it, ())), key=lambda pair: pair[1])),
        )
        for it, entry in found.items()
    ]
    engagements.sort(key=lambda e: e.label)
    return sorted(engagements, key=lambda e: e.date or e.due, reverse=True)


def _kind(classes: set[str]) -> str:
    """Return the kind of an engagement: meetings and their series are one kind, as are missions and programmes."""
    known = vocabulary()
    kinds = {"Agreement": "agreement", "Commitment": "commitment", "SpaceActivity": "activity"}
    return next((word for name, word in kinds.items() if known.is_a(classes, NS + name)), "meeting")


def _involved(graph: KnowledgeGraph, engagements: list[str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for block in blocks(engagements):
        rows = graph.engine.query(f"SELECT ?it ?actor WHERE {{ VALUES ?it {{ {block} }} ?it pact:involves ?actor }}")
        assert isinstance(rows, QuerySolutions)
        for row in rows:
            found.setdefault(row["it"].value, set()).add(row["actor"].value)
    return found


def uses(graph: KnowledgeGraph, iri: str, limit: int = 100) -> list[Borne]:
    """Return what bears the code *iri*, by property. For an event or a part in an engagement, the latter is named."""
    store = graph.store
    bearing: dict[str, list[str]] = {}
    for quad in store.quads_for_pattern(None, None, NamedNode(iri), DefaultGraph()):
        if quad.predicate.value.startswith(NS) and isinstance(quad.subject, NamedNode):
            bearing.setdefault(quad.predicate.value, []).append(quad.subject.value)
    owners = {p: Counter(_owner(store, thing) for thing in things) for p, things in bearing.items()}
    shown = {p: sorted(counted)[:limit] for p, counted in owners.items()}
    names = labels(graph.engine, {*shown, *(thing for things in shown.values() for thing in things)})
    return [
        Borne(names[p], p, len(owners[p]), tuple(sorted(((t, names[t]) for t in shown[p]), key=lambda pair: pair[1])))
        for p in sorted(shown)
    ]


def _owner(store: Store, thing: str) -> str:
    return min(_pointing(store, NamedNode(thing), _OWNERS), default=thing)
