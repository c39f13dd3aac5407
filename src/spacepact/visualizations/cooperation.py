"""Builds a view of cooperation: ties between actors from the derived Cooperation nodes of the graph."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

from spacepact.errors import ViewError, nearest
from spacepact.iris import BASE, LICENCE_WORDS, NS, PREFIXES
from spacepact.queries.evidence import Proof, proof_of
from spacepact.visualizations.asking import Queryable, Record, read_record
from spacepact.visualizations.folding import heaviest_first, sources_of, weights_of
from spacepact.visualizations.model import Node, Showing, Tie, Topic, View
from spacepact.visualizations.views import Definition, definition

__all__ = ["build_showings", "build_view"]


_NAMES = {PREFIXES["skos"] + "prefLabel", PREFIXES["skos"] + "altLabel"}
# Computed from the dates beside them, or said by every passage: no news to a reader.
_SILENT = {NS + name for name in ("earliest", "latest", "dueEarliest", "dueLatest")} | {PREFIXES["rdf"] + "type"}


def build_view(graph: Queryable, name: str, where: Path | None = None) -> View:
    """Build the view *name*, read from the folder *where*, from *graph*.

    Actors without a tie are in it too: no engagement of the record ties them to an actor of another state. Raises
    ViewError for an unknown view, and for a kind, basis or topic that the graph does not know.
    """
    return _Building(definition(name, where), read_record(graph)).view()


def build_showings(
    graph: Queryable, engagements: Mapping[str, Iterable[str]], kind: str
) -> tuple[dict[str, Showing], dict[str, Topic]]:
    """Return what there is to show of *engagements*, their IRIs with those of their topics, and all topics by IRI.

    They need not tie anybody, so the *kind* is given.
    """
    building = _Building(definition("cooperation"), read_record(graph, engagements))
    shown = {iri: building.showing(iri, kind, tuple(sorted(topics))) for iri, topics in engagements.items()}
    return shown, building.topics


class _Building:
    def __init__(self, wanted: Definition, record: Record) -> None:
        self.wanted, self.record, self.things = wanted, record, record.things
        self.topics = {iri: self._topic(iri) for iri in self._in_scheme("topic")}
        self._check("actors", wanted.actors, self._labels(self._of_type("owl:Class")))
        self._check("bases", wanted.bases, self._labels(self._in_scheme("code/basis")))
        self._check("topics", wanted.topics, [topic.label for topic in self.topics.values()])
        self.showings: dict[tuple[str, str, tuple[str, ...]], Showing] = {}

    def view(self) -> View:
        ties = self._ties()
        weights = weights_of(ties)
        nodes = [self._node(iri, kind, weights.get(iri, 0)) for iri, kind in self._actors().items()]
        used = {above for tie in ties for iri in tie.topics for above in self.topics[iri].path}
        return View(
            name=self.wanted.name,
            title=self.wanted.title,
            description=self.wanted.description,
            nodes=tuple(sorted(nodes, key=heaviest_first)),
            ties=tuple(ties),
            topics=tuple(sorted((self.topics[iri] for iri in used), key=lambda t: (t.label, t.iri))),
            shown=self.wanted.shown,
            data_version=self.record.version,
            as_of=self.record.as_of,
            sources=sources_of(ties),
            licence=LICENCE_WORDS,
        )

    def _check(self, key: str, asked: Iterable[str], known: Iterable[str]) -> None:
        known = sorted(known)
        for name in asked:
            if name not in known:
                file = f"visualizations/{self.wanted.name}.toml"
                hint = nearest(name, known) or f"; there are: {', '.join(known)}"
                raise ViewError(f"{file}: '{key}' has '{name}', which the graph does not know{hint}")

    def _in_scheme(self, scheme: str) -> list[str]:
        return [t for t in self.things.values if BASE + scheme in self.things.texts(t, "skos:inScheme")]

    def _of_type(self, kind: str) -> list[str]:
        prefix, _, name = kind.partition(":")
        return [t for t in self.things.values if PREFIXES[prefix] + name in self.things.texts(t, "rdf:type")]

    def _labels(self, iris: Iterable[str]) -> list[str]:
        return [self.things.label(iri) for iri in iris]

    def _topic(self, iri: str) -> Topic:
        path = [iri]
        while (above := self.things.text(path[-1], "skos:broader")) and above not in path:
            path.append(above)
        return Topic(iri, self.things.label(iri), tuple(path))

    def _actors(self) -> dict[str, str]:
        """Return the actors to draw, each with the label of its kind."""
        kinds: dict[str, str] = {}
        for thing in self.things.values:
            have = self.things.labels(thing, "rdf:type")
            if kind := next((kind for kind in self.wanted.actors if kind in have), None):
                kinds[thing] = kind
        return kinds

    def _node(self, iri: str, kind: str, weight: int) -> Node:
        label, things = self.things.label(iri), self.things
        names = [*things.terms(iri, "skos:prefLabel"), *things.terms(iri, "skos:altLabel")]
        aliases = tuple(name for name in dict.fromkeys(term.value for term in names) if name != label)
        english = tuple(dict.fromkeys(term.value for term in names if term.language in (None, "", "en")))
        state = next(iter(things.labels(iri, "pact:ofState")), None)
        return Node(iri, label, kind, label if kind == "state" else state, aliases, weight, english)

    def _ties(self) -> list[Tie]:
        actors: dict[str, set[str]] = defaultdict(set)
        shows: dict[str, dict[tuple[str, str], set[str]]] = defaultdict(lambda: defaultdict(set))
        for cooperation, actor, basis, topic, engagement in self.record.ties:
            actors[cooperation].add(actor)
            shows[cooperation][engagement, basis] |= {topic} if topic else set()
        drawn = set(self._actors())
        pairs: dict[tuple[str, str], dict[tuple[str, str], set[str]]] = defaultdict(lambda: defaultdict(set))
        for cooperation, ends in actors.items():
            if len(ends) != 2 or not ends <= drawn:
                continue
            a, b = sorted(ends)
            for key, topics in shows[cooperation].items():
                if self._wanted(key[1], topics):
                    pairs[a, b][key] |= topics
        ties = [Tie(a, b, self._ordered(found)) for (a, b), found in sorted(pairs.items())]
        return sorted(ties, key=lambda tie: -tie.weight)

    def _wanted(self, basis: str, topics: set[str]) -> bool:
        above = {self.topics[iri].label for topic in topics for iri in self.topics[topic].path}
        return self.things.label(basis) in self.wanted.bases and (
            not self.wanted.topics or not above.isdisjoint(self.wanted.topics)
        )

    def _ordered(self, found: dict[tuple[str, str], set[str]]) -> tuple[Showing, ...]:
        showings = [self.showing(iri, basis, tuple(sorted(topics))) for (iri, basis), topics in found.items()]
        showings.sort(key=lambda s: (s.label, s.iri, s.kind))
        return tuple(sorted(showings, key=lambda s: self.things.text(s.iri, "pact:whenLatest"), reverse=True))

    def showing(self, iri: str, basis: str, topics: tuple[str, ...]) -> Showing:
        key = (iri, basis, topics)
        if key not in self.showings:
            things = self.things
            when = things.text(iri, "pact:when")
            self.showings[key] = Showing(
                iri=iri,
                label=self._engagement_label(iri),
                kind=things.label(basis),
                what=" or ".join(things.labels(iri, "pact:agreementType")) or self._class_label(iri),
                date=when,
                also_dated=tuple(date for date in things.texts(iri, "pact:date") if date != when),
                due=" or ".join(things.texts(iri, "pact:dueBy")),
                strength=" or ".join(things.labels(iri, "pact:strength")),
                status=" or ".join(things.labels(iri, "pact:currentStatus")),
                topics=topics,
                passages=self._proofs(iri),
            )
        return self.showings[key]

    def _class_label(self, iri: str) -> str:
        return next((label for label in self.things.labels(iri, "rdf:type") if label != "engagement"), "")

    def _engagement_label(self, iri: str) -> str:
        things = self.things
        for prop in ("pact:statement", "skos:prefLabel", "skos:altLabel"):
            if text := things.text(iri, prop):
                return text
        if series := things.labels(iri, "pact:inSeries"):
            return f"{series[0]}, {things.text(iri, 'pact:when') or 'undated'}"
        return things.label(iri)

    def _proofs(self, engagement: str) -> tuple[Proof, ...]:
        proofs = [self._proof(passage, said) for passage, said in self.record.says[engagement].items()]
        # A passage that only names it proves less than one that tells of it.
        return tuple(sorted(proofs, key=lambda p: (set(p.says) <= {"name", "note"}, *p.order)))

    def _proof(self, passage: str, said: set[str]) -> Proof:
        known = self.record.evidence
        says = {"name" if prop in _NAMES else self.things.label(prop) for prop in said - _SILENT}
        proof = proof_of(passage, known.text, tuple(sorted(says)))
        return proof if proof.title else proof._replace(title=known.label(proof.document))
