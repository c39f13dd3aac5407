"""The view model: actors, ties between them, and on each tie the engagements and passages that show it.

Every drawing, page and export is made from a View and from nothing else.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from spacepact.queries.evidence import Proof

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["Node", "Showing", "Source", "Tie", "Topic", "View", "showing_data", "to_json", "to_networkx"]

_COLOURS = 8  # of topics, in palette.css


@dataclass(frozen=True)
class Topic:
    """A topic. *path* are the IRIs of the topics it counts for: itself, then the ones above it, the widest last."""

    iri: str
    label: str
    path: tuple[str, ...]


@dataclass(frozen=True)
class Source:
    """A document that the view rests on. *issued* is an EDTF date or empty; *url* may be empty."""

    iri: str
    title: str
    publisher: str
    issued: str
    url: str
    rank: str


@dataclass(frozen=True)
class Showing:
    """An engagement that shows a tie.

    *kind* is the basis on which it does: agreement, commitment, activity or attendance; *what* is its own kind,
    such as "study agreement" or "mission". *date* and *due* are EDTF strings or empty, *also_dated* the other
    dates that sources give. *topics* are IRIs.
    """

    iri: str
    label: str
    kind: str
    what: str
    date: str
    also_dated: tuple[str, ...]
    due: str
    strength: str
    status: str
    topics: tuple[str, ...]
    passages: tuple[Proof, ...]


@dataclass(frozen=True)
class Tie:
    """All that ties the actors *a* and *b*, newest engagement first."""

    a: str
    b: str
    showings: tuple[Showing, ...]

    @property
    def topics(self) -> dict[str, int]:
        """The IRIs of the topics of the tie, each with the number of engagements on it."""
        return dict(sorted(Counter(t for _, t in {(s.iri, t) for s in self.showings for t in s.topics}).items()))

    @property
    def bases(self) -> dict[str, int]:
        """The bases of the tie, each with the number of engagements."""
        return dict(sorted(Counter(s.kind for s in self.showings).items()))

    @property
    def weight(self) -> int:
        """The number of engagements that show the tie."""
        return len({s.iri for s in self.showings})


@dataclass(frozen=True)
class Node:
    """An actor. *kind* is the label of its class, *state* that of its state, *weight* counts its engagements.

    *aliases* are its names beside *label* in all languages, *english* those that are English or of no language.
    """

    iri: str
    label: str
    kind: str
    state: str | None
    aliases: tuple[str, ...]
    weight: int
    english: tuple[str, ...] = ()


@dataclass(frozen=True)
class View:
    """A view: what is drawn, which bases are *shown* at first, and what is needed to cite it.

    Actors and ties stand in the order of their weights, the heaviest first.
    *as_of* is a day, `2025-11-13`.
    """

    name: str
    title: str
    description: str
    nodes: tuple[Node, ...]
    ties: tuple[Tie, ...]
    topics: tuple[Topic, ...]
    shown: tuple[str, ...]
    data_version: str
    as_of: str
    sources: tuple[Source, ...]
    licence: str

    @property
    def bases(self) -> tuple[str, ...]:
        """The bases of all ties, those shown at first before the others."""
        found = sorted({s.kind for tie in self.ties for s in tie.showings})
        return tuple(b for b in self.shown if b in found) + tuple(b for b in found if b not in self.shown)

    @property
    def colours(self) -> dict[str, int]:
        """The broad topics, in the order of a legend, each with the number of its colour in palette.css."""
        roots = {topic.path[-1] for topic in self.topics}
        numbers = {iri: min(at, _COLOURS - 1) + 1 for at, iri in enumerate(sorted(roots))}
        return {topic.iri: numbers[topic.iri] for topic in self.topics if topic.iri in roots}

    def colour(self, topic: str) -> int:
        """Return the number of the colour of *topic*, which is that of its broadest one; 0 for no topic."""
        path = next((one.path for one in self.topics if one.iri == topic), ("",))
        return self.colours.get(path[-1], 0)


def to_json(view: View) -> str:
    """Return *view* as JSON, the ties with their topics, bases and weights counted."""
    ties = [
        {
            "a": tie.a,
            "b": tie.b,
            "showings": [showing_data(shown) for shown in tie.showings],
            "topics": tie.topics,
            "bases": tie.bases,
            "weight": tie.weight,
        }
        for tie in view.ties
    ]
    return json.dumps({**asdict(replace(view, ties=())), "ties": ties}, ensure_ascii=False, indent=1)


def showing_data(shown: Showing) -> dict[str, Any]:
    """Return an engagement with its passages as plain data for JSON."""
    names = ("passage", "paragraph", "certainty", "says", "document", "title", "publisher", "issued", "url")
    return {
        **{name: getattr(shown, name) for name in Showing.__dataclass_fields__},
        "passages": [
            {name: getattr(proof, name) for name in names} | {"rank": proof.rank_words} for proof in shown.passages
        ],
    }


def to_networkx(view: View, *, weak: bool = False) -> nx.Graph[str]:
    """Return *view* as an undirected networkx graph; its attributes are plain texts and numbers.

    Nodes are IRIs of actors. The graph itself carries title, day of the record, version, licence and sources.

    It holds what the view shows at first, so that programs that lay out by weight are not led by attendance: an edge's
    *weight* counts its *engagements*, those on the bases that the view shows at first, and a node's those of its
    edges. Each basis of the view has an attribute of its own with the number of engagements, *attendance* among them.
    A tie by nothing but bases that are off at first, such as attendance alone, is left out; a view that lists
    "attendance" under ``shown`` has these edges, and counts them. With *weak* they are there too, of weight 0.
    """
    import networkx as nx  # 160 ms

    names = {topic.iri: topic.label for topic in view.topics}
    graph: nx.Graph[str] = nx.Graph(
        name=view.title,
        description=view.description,
        as_of=view.as_of,
        data_version=view.data_version,
        licence=view.licence,
        sources="; ".join(_cited(source) for source in view.sources),
    )
    firm = {tie: [s for s in tie.showings if s.kind in view.shown] for tie in view.ties}
    for node in view.nodes:
        of = [tie for tie in view.ties if node.iri in (tie.a, tie.b)]
        graph.add_node(
            node.iri,
            label=node.label,
            kind=node.kind,
            state=node.state or "",
            aliases="; ".join(node.aliases),
            weight=len({s.iri for tie in of for s in firm[tie]}),
            **_by_basis(view, (s for tie in of for s in tie.showings)),
        )
    for tie, counted in firm.items():
        if not counted and not weak:
            continue
        engagements = list(dict.fromkeys(s.iri for s in counted))
        topics = replace(tie, showings=tuple(counted)).topics
        graph.add_edge(
            tie.a,
            tie.b,
            weight=len(engagements),
            topics="; ".join(f"{names[iri]} ({count})" for iri, count in topics.items()),
            engagements="; ".join(engagements),
            **_by_basis(view, tie.showings),
        )
    return graph


def _by_basis(view: View, showings: Iterable[Showing]) -> dict[str, int]:
    """Return the number of engagements on each basis of *view*."""
    found = {(s.kind, s.iri) for s in showings}
    return {basis: sum(kind == basis for kind, _ in found) for basis in view.bases}


def _cited(source: Source) -> str:
    words = ", ".join(filter(None, (source.title, source.publisher, source.issued)))
    return f"{words} <{source.url}>" if source.url else words
