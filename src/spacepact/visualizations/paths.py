"""How two actors are connected: the shortest ways from one to the other over the ties of a view."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import TYPE_CHECKING

from spacepact.queries.measures import ways
from spacepact.visualizations.dossier import merged
from spacepact.visualizations.model import Showing, Tie, View

if TYPE_CHECKING:
    import networkx as nx

    from spacepact.queries.knowledge import KnowledgeGraph

__all__ = ["Hop", "Rules", "Way", "find_ways", "homes", "hubs"]


@dataclass(frozen=True)
class Rules:
    """What ways may lead over.

    *without* are the IRIs of actors to leave out, with whatever they have a part in; *bases* are allowed, and if
    there are none, those that the view shows at first; *topics* are IRIs, narrower ones count. With *bodies* each body
    stands for itself and no state lies on the way; else a body counts for its state, as in the question `path`.
    """

    without: tuple[str, ...] = ()
    bases: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    bodies: bool = False


@dataclass(frozen=True)
class Hop:
    """A step from the actor *a* to *b*, and the engagements that show it, newest first.

    None do where it leads from a body to its own state.
    """

    a: str
    b: str
    showings: tuple[Showing, ...]


@dataclass(frozen=True)
class Way:
    """A way from one actor to another."""

    hops: tuple[Hop, ...]

    @property
    def actors(self) -> tuple[str, ...]:
        """The IRIs of the actors on the way, in order, both ends among them."""
        return (self.hops[0].a, *(hop.b for hop in self.hops))


def homes(graph: KnowledgeGraph) -> dict[str, str]:
    """Return the IRI of the state of each actor that is of one."""
    rows = graph.query("SELECT DISTINCT ?body ?state WHERE { ?body pact:ofState ?state }").rows
    return dict(sorted(((body.value, state.value) for body, state in rows), reverse=True))  # type: ignore[union-attr]


def find_ways(
    view: View, home: Mapping[str, str], start: str, end: str, rules: Rules = Rules(), most: int = 3
) -> list[Way]:
    """Return the shortest ways from the actor *start* to *end*, at most *most* of them, as *rules* allow.

    Those of fewest hops come first, of these those that more engagements show; no way meets an actor twice. *home* is
    the state of each body. The order of what is alike is that of the IRIs: the same question, the same answer.
    """
    network, ties, seen = _network(view, home, (start, end), rules)
    if not rules.bodies:
        for body in (start, end):
            state = home.get(body, body)
            if body in seen and state != body and state not in rules.without and not network.has_edge(body, state):
                network.add_edge(body, state, length=1)
    return [
        Way(tuple(Hop(a, b, merged(ties[frozenset((a, b))])) for a, b in pairwise(way)))
        for way in islice(ways(network, start, end), most)
    ]


def _network(
    view: View, home: Mapping[str, str], ends: tuple[str, str], rules: Rules
) -> tuple[nx.Graph[str], Mapping[frozenset[str], list[Tie]], set[str]]:
    """Return the network that *rules* allow, the ties behind each edge, and the actors that any tie names."""
    import networkx as nx

    allowed = [Tie(tie.a, tie.b, shown) for tie in view.ties if (shown := _shown(view, tie, rules))]
    seen = {actor for tie in allowed for actor in (tie.a, tie.b)}
    # What one who is left out has a part in shows no tie without it.
    barred = {s.iri for tie in allowed if _touches(tie, home, rules.without) for s in tie.showings}
    ties: dict[frozenset[str], list[Tie]] = defaultdict(list)
    for tie in allowed:
        a, b = (actor if rules.bodies or actor in ends else home.get(actor, actor) for actor in (tie.a, tie.b))
        through_state = rules.bodies and any(actor in home.values() and actor not in ends for actor in (a, b))
        shown = tuple(s for s in tie.showings if s.iri not in barred)
        if a != b and shown and not through_state:
            ties[frozenset((a, b))].append(Tie(a, b, shown))
    network: nx.Graph[str] = nx.Graph()
    # In the order of the question `path`, which is that of IRIs in angle brackets.
    actors: list[str] = sorted({actor for pair in ties for actor in pair}, key=_bracketed)
    network.add_nodes_from(actors)
    pairs = [sorted(pair, key=_bracketed) for pair in ties]
    for a, b in sorted(pairs, key=lambda pair: [_bracketed(actor) for actor in pair]):
        shown_by = {s.iri for tie in ties[frozenset((a, b))] for s in tie.showings}
        network.add_edge(a, b, length=1 / len(shown_by))
    return network, ties, seen


def _shown(view: View, tie: Tie, rules: Rules) -> tuple[Showing, ...]:
    under = {topic.iri for topic in view.topics if not set(topic.path).isdisjoint(rules.topics)}
    bases = rules.bases or view.shown
    return tuple(s for s in tie.showings if s.kind in bases and (not rules.topics or not under.isdisjoint(s.topics)))


def _touches(tie: Tie, home: Mapping[str, str], actors: Collection[str]) -> bool:
    return any(actor in actors or home.get(actor) in actors for actor in (tie.a, tie.b))


def _bracketed(iri: str) -> str:
    return f"<{iri}>"


def hubs(found: Iterable[Way]) -> dict[str, int]:
    """Return the actors that the ways *found* lead through, with how many of them do, the most common first."""
    counted = Counter(actor for way in found for actor in way.actors[1:-1])
    return dict(sorted(counted.items(), key=lambda item: (-item[1], item[0])))
