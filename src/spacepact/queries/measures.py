"""Measures of the network: what a question computes from the ties that its SPARQL gives.

A question with a ``measure`` in its header selects ties, one engagement that shows one a row, in the columns `TIES`.
The measure makes the rows of the answer from them, again with one engagement a row, so that every figure keeps the
engagements, and with them the passages, that it was computed from. The algorithms are networkx's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice, pairwise
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, TypeVar

from pyoxigraph import Literal, NamedNode

from spacepact.iris import PREFIXES
from spacepact.queries.result import Term

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["MEASURES", "TIES", "Measure", "Row", "ways"]

TIES = ["actor", "home", "other", "otherHome", "basis", "topic", "engagement", "earliest", "latest"]
"""The columns in which a question gives ties: two actors and the state of each (none, where it is of no state), the
basis, the topic, the engagement, and the first and the last moment at which it can have been."""

Row: TypeAlias = tuple[Term | None, ...]

Measure: TypeAlias = Callable[[list[Row], Mapping[str, Term]], list[Row]]
"""Makes the rows of an answer from those of ties and the parameters that the SPARQL does not take."""

_SEED = 1

_Actor = TypeVar("_Actor")


class _Tie(NamedTuple):
    """Two actors as nodes of the network, and one engagement that ties them."""

    a: NamedNode
    b: NamedNode
    engagement: NamedNode
    basis: Term | None
    topic: Term | None
    years: tuple[int, int] | None


def _ties(rows: Iterable[Row], given: Mapping[str, Term], themselves: frozenset[Term] = frozenset()) -> list[_Tie]:
    """Return the ties in *rows* between what the parameter ``level`` calls for: states (the default) or bodies.

    Of *themselves* each is a node of its own at any level.
    """
    level = given.get("level")
    bodies = level is not None and level.value == "bodies"  # type: ignore[union-attr]
    found = []
    for actor, home, other, other_home, basis, topic, engagement, earliest, latest in rows:
        a, b = (
            end if bodies or end in themselves else state or end for end, state in ((actor, home), (other, other_home))
        )
        assert isinstance(a, NamedNode)
        assert isinstance(b, NamedNode)
        assert isinstance(engagement, NamedNode)
        if a != b:
            found.append(_Tie(a, b, engagement, basis, topic, _years(earliest, latest)))
    return sorted(found, key=lambda t: tuple(map(str, t)))


def _years(earliest: Term | None, latest: Term | None) -> tuple[int, int] | None:
    if not isinstance(earliest, Literal) or not isinstance(latest, Literal):
        return None
    return int(earliest.value[:4]), int(latest.value[:4])


def _network(ties: Iterable[_Tie]) -> nx.Graph[NamedNode]:
    """Return the network of *ties*: ``weight`` of an edge is the number of engagements, ``length`` one over it."""
    import networkx as nx

    shown: dict[tuple[NamedNode, NamedNode], set[NamedNode]] = defaultdict(set)
    for tie in ties:
        a, b = sorted((tie.a, tie.b), key=str)
        shown[a, b].add(tie.engagement)
    network: nx.Graph[NamedNode] = nx.Graph()
    # In a fixed order: networkx goes through nodes and edges as they were added, and so do its ties between equals.
    network.add_nodes_from(sorted({end for pair in shown for end in pair}, key=str))
    for (a, b), engagements in sorted(shown.items(), key=str):
        network.add_edge(a, b, weight=len(engagements), length=1 / len(engagements))
    return network


def _around(ties: Iterable[_Tie]) -> dict[NamedNode, list[_Tie]]:
    """Return the ties of each actor, with the actor as ``a``."""
    around: dict[NamedNode, list[_Tie]] = defaultdict(list)
    for tie in ties:
        around[tie.a].append(tie)
        around[tie.b].append(tie._replace(a=tie.b, b=tie.a))
    return around


def _leading(ties: Iterable[_Tie]) -> Term | None:
    """Return the topic of most engagements of *ties*; of equals the first by its IRI."""
    on: dict[Term, set[NamedNode]] = defaultdict(set)
    for tie in ties:
        if tie.topic is not None:
            on[tie.topic].add(tie.engagement)
    return min(on, key=lambda topic: (-len(on[topic]), str(topic)), default=None)


def _most_connected(rows: list[Row], given: Mapping[str, Term]) -> list[Row]:
    around = _around(_ties(rows, given))
    order = sorted(
        around.items(),
        key=lambda item: (-len({t.b for t in item[1]}), -len({t.engagement for t in item[1]}), str(item[0])),
    )
    leading = {actor: _leading(ties) for actor, ties in order}
    return [(actor, tie.b, tie.engagement, leading[actor]) for actor, ties in order for tie in ties]


def _bridges(rows: list[Row], given: Mapping[str, Term]) -> list[Row]:
    import networkx as nx

    ties = _ties(rows, given)
    between = nx.betweenness_centrality(_network(ties), weight="length", normalized=True)
    around = _around(ties)
    order = sorted((a for a in around if between[a] > 0), key=lambda a: (-round(between[a], 9), str(a)))
    return [(a, _decimal(between[a]), tie.b, tie.engagement) for a in order for tie in around[a]]


def _communities(rows: list[Row], given: Mapping[str, Term]) -> list[Row]:
    import networkx as nx

    dated = [tie for tie in _ties(rows, given) if tie.years is not None and tie.years[0] == tie.years[1]]
    by_year: dict[int, list[_Tie]] = defaultdict(list)
    for tie in dated:
        assert tie.years is not None
        by_year[tie.years[0]].append(tie)
    found: list[Row] = []
    for year, ties in sorted(by_year.items(), reverse=True):
        parts = nx.community.louvain_communities(_network(ties), weight="weight", seed=_SEED)
        for number, members in enumerate(sorted(parts, key=lambda part: (-len(part), min(map(str, part)))), 1):
            inside = [tie for tie in ties if tie.a in members and tie.b in members]
            topic = _leading(inside)
            found.extend(
                (Literal(year), Literal(number), member, topic, tie.engagement)
                for tie in inside
                for member in (tie.a, tie.b)
            )
    return found


def _path(rows: list[Row], given: Mapping[str, Term]) -> list[Row]:
    start, end = given["a"], given["b"]
    assert isinstance(start, NamedNode)
    assert isinstance(end, NamedNode)
    without = given.get("without")
    # What the one left out has a part in shows no tie without it.
    shared = {row[6] for row in rows if without is not None and without in row[:4]}
    ties = [t for t in _ties(rows, given, frozenset((start, end))) if t.engagement not in shared]
    network = _network(ties)
    for body, state in _homes(rows, (start, end)):
        if state != without and not network.has_edge(body, state):
            network.add_edge(body, state, weight=0, length=1)
    found: list[Row] = []
    wanted = given.get("paths")
    most = int(wanted.value) if isinstance(wanted, Literal) else 3
    for number, way in enumerate(islice(ways(network, start, end), most), 1):
        for step, (a, b) in enumerate(pairwise(way), 1):
            shown = [tie for tie in ties if {tie.a, tie.b} == {a, b}]
            found.extend((Literal(number), Literal(step), a, b, tie.basis, tie.engagement) for tie in shown)
            if not shown:  # from a body to its own state
                found.append((Literal(number), Literal(step), a, b, None, None))
    return found


def _homes(rows: list[Row], ends: tuple[NamedNode, NamedNode]) -> Iterator[tuple[NamedNode, NamedNode]]:
    """Give each of *ends* that is a body of a state, with the state."""
    for row in rows:
        for end, home in (row[0:2], row[2:4]):
            if end in ends and isinstance(end, NamedNode) and isinstance(home, NamedNode) and end != home:
                yield end, home


def ways(network: nx.Graph[_Actor], start: _Actor, end: _Actor) -> Iterator[list[_Actor]]:
    """Give the ways from *start* to *end*, those of fewest hops first, of these the best shown.

    Each edge of *network* has a ``length``: one over the number of engagements that show it.
    """
    import networkx as nx

    if start == end or start not in network or end not in network or not nx.has_path(network, start, end):
        return
    # A hop costs 1, and up to half of what one more hop of the longest way could cost, the less it is shown.
    least = 1 / (2 * len(network))
    for _, _, edge in network.edges(data=True):
        edge["cost"] = 1 + least * edge["length"]
    yield from nx.shortest_simple_paths(network, start, end, weight="cost")


def _decimal(value: float) -> Literal:
    return Literal(f"{value:.3f}", datatype=NamedNode(PREFIXES["xsd"] + "decimal"))


MEASURES: dict[str, Measure] = {
    "most-connected": _most_connected,
    "bridges": _bridges,
    "communities": _communities,
    "path": _path,
}
"""The measures by the names that a header gives."""
