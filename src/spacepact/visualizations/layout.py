"""Places actors on the plane beforehand, so that a drawing stands still and is the same each time.

The plane is in pixels; y grows downwards. Each component is laid out by stress: the further two actors are apart in
the network, the further apart they stand. The largest one gets the middle; smaller ones, and actors without ties, are
parked in rows underneath, so that they do not shrink it. networkx gives components and distances; its own layouts
would need NumPy, which a plain installation does not have.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from spacepact.errors import MissingExtra

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["LARGE", "Point", "Size", "place"]

Point = tuple[float, float]
Size = tuple[float, float]

LARGE = 300
"""Components of more actors than this are laid out by igraph: stress takes the square of their number."""

_STEP = 165.0  # between two actors that are tied, in pixels
_GAP = 16.0  # between two labels, in pixels
_STRETCH = 1.2  # along the longer side of the drawing; across it, as much less
_ROUNDS = 60
_STARTS = 8


def place(
    sizes: Mapping[str, Size],
    ties: Iterable[tuple[str, str]],
    weak: Iterable[tuple[str, str]] = (),
    groups: Mapping[str, str] | None = None,
    *,
    tall: bool = False,
) -> dict[str, Point]:
    """Return the middle of each actor with its label.

    *sizes* are the width and height of each actor with its label. Actors that only *weak* ties hold stand in a ring
    around those they are tied to, ordered by their *groups*. The drawing is wider than high, or *tall*. Raises
    MissingExtra for a component of more than LARGE actors where igraph is not installed.

    >>> place({"a": (50, 30), "b": (50, 30)}, [("a", "b")])
    {'a': (-99, 0), 'b': (99, 0)}
    """
    import networkx as nx

    firm: nx.Graph[str] = nx.Graph()
    firm.add_nodes_from(sorted(sizes))
    firm.add_edges_from(sorted(ties))
    every = firm.copy()
    every.add_edges_from(sorted(weak))
    groups = groups or {}
    blocks = []
    for members in sorted(nx.connected_components(every), key=lambda c: (-len(c), min(c))):
        held = firm.subgraph(node for node in members if firm.degree(node))
        parts = sorted(nx.connected_components(held), key=lambda c: (-len(c), min(c)))
        core = _stack([_laid_out(firm.subgraph(part), sizes, tall) for part in parts], sizes, tall)
        rest = sorted(members - set(core), key=lambda n: (groups.get(n, ""), n))
        blocks.append(_ringed(core, rest, sizes))
    return {node: (round(x), round(y)) for node, (x, y) in sorted(_stack(blocks, sizes, tall).items())}


def _laid_out(graph: nx.Graph[str], sizes: Mapping[str, Size], tall: bool) -> dict[str, Point]:
    nodes = sorted(graph)
    if len(nodes) > LARGE:
        return _by_igraph(graph, nodes)
    import networkx as nx

    far = dict(nx.all_pairs_shortest_path_length(graph))
    # Stress can get stuck; for small networks, where it shows most, the best of several starts is taken.
    tries = [_by_stress(nodes, far, random.Random(start)) for start in range(_STARTS if len(nodes) <= 60 else 1)]
    best = min(tries, key=lambda at: round(_stress(nodes, far, at), 6))
    return _apart(_turned(best, tall), sizes, fixed=())


def _by_stress(nodes: Sequence[str], far: Mapping[str, Mapping[str, int]], chance: random.Random) -> dict[str, Point]:
    # Stress majorisation, one actor at a time (Gansner, Koren and North, 2004).
    span = _STEP * math.sqrt(len(nodes))
    at = {node: (chance.uniform(-span, span), chance.uniform(-span, span)) for node in nodes}
    for _ in range(_ROUNDS):
        for node in nodes:
            x, y = at[node]
            total = sum_x = sum_y = 0.0
            for other, steps in far[node].items():
                if other != node:
                    ox, oy = at[other]
                    pull, reach = 1 / steps**2, steps * _STEP / (math.hypot(x - ox, y - oy) or 1e-9)
                    sum_x += pull * (ox + (x - ox) * reach)
                    sum_y += pull * (oy + (y - oy) * reach)
                    total += pull
            at[node] = (sum_x / total, sum_y / total)
    return at


def _stress(nodes: Sequence[str], far: Mapping[str, Mapping[str, int]], at: Mapping[str, Point]) -> float:
    return sum(
        (math.dist(at[node], at[other]) / (steps * _STEP) - 1) ** 2
        for node in nodes
        for other, steps in far[node].items()
        if other > node
    )


def _turned(at: Mapping[str, Point], tall: bool) -> dict[str, Point]:
    """Turn the drawing around its middle so that it stretches sideways, or upwards if *tall*."""
    middle_x, middle_y = (sum(p[i] for p in at.values()) / len(at) for i in (0, 1))
    flat = {node: (x - middle_x, y - middle_y) for node, (x, y) in at.items()}
    angle = math.atan2(2 * sum(x * y for x, y in flat.values()), sum(x * x - y * y for x, y in flat.values())) / 2
    cos, sin = math.cos(angle), math.sin(angle)
    turned = {node: (x * cos + y * sin, y * cos - x * sin) for node, (x, y) in flat.items()}
    # Mirrored so that the first actor stands left and above: the same drawing however the search began.
    first = turned[min(turned)]
    flip_x, flip_y = (-1 if first[0] > 0 else 1), (-1 if first[1] > 0 else 1)
    wide = {node: (x * flip_x * _STRETCH, y * flip_y / _STRETCH) for node, (x, y) in turned.items()}
    return {node: (y, x) for node, (x, y) in wide.items()} if tall else wide


def _ringed(core: dict[str, Point], rest: Sequence[str], sizes: Mapping[str, Size]) -> dict[str, Point]:
    """Put *rest* on an ellipse around *core*, anticlockwise from the top."""
    if not core and len(rest) < 2:
        return dict.fromkeys(rest, (0.0, 0.0))
    left, top, right, bottom = _box(core, sizes) if core else (0.0, 0.0, 0.0, 0.0)
    room = max((sizes[node] for node in rest), default=(0.0, 0.0))
    across, down = (right - left) / 2 + room[0], (bottom - top) / 2 + 2 * room[1]
    # As long as the labels side by side, and a half more, since on its flanks they stand one above the other.
    grow = max(1.0, sum(sizes[n][0] + _GAP for n in rest) / 1.5 / (math.pi * (across + down)))
    found = dict(core)
    for number, node in enumerate(rest):
        angle = math.pi / 2 + 2 * math.pi * (number + 0.5) / len(rest)
        found[node] = (
            (left + right) / 2 + across * grow * math.cos(angle),
            (top + bottom) / 2 - down * grow * math.sin(angle),
        )
    return _apart(found, sizes, fixed=core)


def _apart(at: Mapping[str, Point], sizes: Mapping[str, Size], fixed: Iterable[str]) -> dict[str, Point]:
    """Push actors apart until no label covers another, moving as little as may be."""
    found = dict(at)
    nodes = sorted(found)
    free = set(nodes) - set(fixed)
    for _ in range(200):
        moved = False
        for i, a in enumerate(nodes):
            for b in nodes[i + 1 :]:
                (ax, ay), (bx, by) = found[a], found[b]
                over_x = (sizes[a][0] + sizes[b][0]) / 2 + _GAP - abs(ax - bx)
                over_y = (sizes[a][1] + sizes[b][1]) / 2 + _GAP - abs(ay - by)
                movers = (a in free) + (b in free)
                if over_x <= 0.5 or over_y <= 0.5 or not movers:
                    continue
                moved = True
                x, y = (
                    (over_x if ax < bx else -over_x, 0.0) if over_x < over_y else (0.0, over_y if ay < by else -over_y)
                )
                if a in free:
                    found[a] = (ax - x / movers, ay - y / movers)
                if b in free:
                    found[b] = (bx + x / movers, by + y / movers)
        if not moved:
            break
    return found


def _stack(blocks: Sequence[dict[str, Point]], sizes: Mapping[str, Size], tall: bool) -> dict[str, Point]:
    """Put the first block in the middle, and the others in rows beneath it, about as wide as it is."""
    if len(blocks) < 2:
        return dict(blocks[0]) if blocks else {}
    found = dict(blocks[0])
    left, _, right, y = _box(found, sizes)
    limit = max(right - left, (2.5 if tall else 5.5) * _STEP)
    for row in _rows([(block, _box(block, sizes)) for block in blocks[1:]], limit):
        x = (left + right - sum(b[2] - b[0] for _, b in row) - 2 * _GAP * (len(row) - 1)) / 2
        y += 2 * _GAP
        for block, box in row:
            found |= {node: (px - box[0] + x, py - box[1] + y) for node, (px, py) in block.items()}
            x += box[2] - box[0] + 2 * _GAP
        y += max(box[3] - box[1] for _, box in row)
    return found


_Boxed = tuple[dict[str, Point], tuple[float, float, float, float]]


def _rows(blocks: Iterable[_Boxed], limit: float) -> list[list[_Boxed]]:
    rows: list[list[_Boxed]] = []
    used = math.inf
    for block, box in blocks:
        width = box[2] - box[0] + 2 * _GAP
        if used + width > limit:
            rows.append([])
            used = 0.0
        rows[-1].append((block, box))
        used += width
    return rows


def _box(block: Mapping[str, Point], sizes: Mapping[str, Size]) -> tuple[float, float, float, float]:
    return (
        min(x - sizes[n][0] / 2 for n, (x, _) in block.items()),
        min(y - sizes[n][1] / 2 for n, (_, y) in block.items()),
        max(x + sizes[n][0] / 2 for n, (x, _) in block.items()),
        max(y + sizes[n][1] / 2 for n, (_, y) in block.items()),
    )


def _by_igraph(graph: nx.Graph[str], nodes: Sequence[str]) -> dict[str, Point]:
    try:
        import igraph
    except ImportError:
        raise MissingExtra("layout", f"a drawing of {len(nodes)} actors") from None
    index = {node: at for at, node in enumerate(nodes)}
    chance = random.Random(0)
    whole = igraph.Graph(n=len(nodes), edges=sorted((index[a], index[b]) for a, b in graph.edges))
    start = [[chance.uniform(-1, 1), chance.uniform(-1, 1)] for _ in nodes]
    igraph.set_random_number_generator(chance)
    found = whole.layout_fruchterman_reingold(niter=300, seed=start, grid="auto")
    return {node: (x * _STEP / 2, y * _STEP / 2) for node, (x, y) in zip(nodes, found, strict=True)}
