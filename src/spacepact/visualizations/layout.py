"""Places actors on the plane beforehand, so that a drawing stands still and is the same each time.

The plane is in pixels; y grows downwards. The largest component is laid out by stress: the further two actors are
apart in the network, the further apart they stand. What is not tied to it is parked in rows underneath, so that it
does not shrink the rest. networkx gives components and distances; its own layouts would need NumPy, which a plain
installation does not have.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from spacepact.errors import MissingExtra

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["LARGE", "Point", "place"]

Point = tuple[float, float]

LARGE = 300
"""Components of more actors than this are laid out by igraph: stress takes the square of their number."""

_STEP = 190.0  # between two actors that are tied, in pixels
_GAP = 18.0  # between two labels, in pixels
_ROUNDS = 60
_STARTS = 8


def place(
    sizes: Mapping[str, tuple[float, float]],
    ties: Iterable[tuple[str, str]],
    weak: Iterable[tuple[str, str]] = (),
) -> dict[str, Point]:
    """Return a position for each actor.

    *sizes* are the width and height of each actor with its label, in pixels. Actors that only *weak* ties hold are
    put around the others, which stay where their other ties put them. Raises MissingExtra for a component of more
    than LARGE actors where igraph is not installed.

    >>> place({"a": (50, 30), "b": (50, 30)}, [("a", "b")])
    {'a': (-95, 0), 'b': (95, 0)}
    """
    import networkx as nx

    firm: nx.Graph[str] = nx.Graph()
    firm.add_nodes_from(sorted(sizes))
    firm.add_edges_from(sorted(ties))
    every = firm.copy()
    every.add_edges_from(sorted(weak))
    blocks = []
    for members in sorted(nx.connected_components(every), key=lambda c: (-len(c), min(c))):
        block: dict[str, Point] = {}
        held = sorted(node for node in members if firm.degree(node))
        if held:
            parts = sorted(nx.connected_components(firm.subgraph(held)), key=lambda c: (-len(c), min(c)))
            block = _stack([_laid_out(firm.subgraph(part), sizes, {}) for part in parts], sizes)
        if len(block) < len(members):
            block = _laid_out(every.subgraph(members), sizes, block)
        blocks.append(block)
    return {node: (round(x), round(y)) for node, (x, y) in sorted(_stack(blocks, sizes).items())}


def _laid_out(
    graph: nx.Graph[str], sizes: Mapping[str, tuple[float, float]], fixed: Mapping[str, Point]
) -> dict[str, Point]:
    nodes = sorted(graph)
    if len(nodes) > LARGE:
        return _by_igraph(graph, nodes)
    import networkx as nx

    far = dict(nx.all_pairs_shortest_path_length(graph))
    best: dict[str, Point] = {}
    least = math.inf
    for start in range(_STARTS if len(nodes) <= 60 else 1):
        found = _by_stress(nodes, far, fixed, random.Random(start))
        stress = _stress(nodes, far, found)
        if stress < least - 1e-6:
            best, least = found, stress
    return _apart(best if fixed else _wide(best), sizes, fixed)


def _by_stress(
    nodes: Sequence[str], far: Mapping[str, Mapping[str, int]], fixed: Mapping[str, Point], chance: random.Random
) -> dict[str, Point]:
    # Stress majorisation, one actor at a time (Gansner, Koren and North, 2004).
    span = _STEP * math.sqrt(len(nodes))
    at = {node: fixed.get(node) or (chance.uniform(-span, span), chance.uniform(-span, span)) for node in nodes}
    moving = [node for node in nodes if node not in fixed]
    for _ in range(_ROUNDS):
        for node in moving:
            x, y = at[node]
            total = sum_x = sum_y = 0.0
            for other, steps in far[node].items():
                if other != node:
                    ox, oy = at[other]
                    apart = math.hypot(x - ox, y - oy) or 1e-9
                    pull, reach = 1 / steps**2, steps * _STEP / apart
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


def _wide(at: Mapping[str, Point]) -> dict[str, Point]:
    """Turn the drawing around its middle so that it stretches sideways: screens are wide, and so are labels."""
    middle_x, middle_y = (sum(p[i] for p in at.values()) / len(at) for i in (0, 1))
    flat = {node: (x - middle_x, y - middle_y) for node, (x, y) in at.items()}
    spread = sum(x * x - y * y for x, y in flat.values()), 2 * sum(x * y for x, y in flat.values())
    angle = math.atan2(spread[1], spread[0]) / 2
    cos, sin = math.cos(angle), math.sin(angle)
    turned = {node: (x * cos + y * sin, y * cos - x * sin) for node, (x, y) in flat.items()}
    # Mirrored so that the first actor stands left and above: the same drawing however the search began.
    first = turned[min(turned)]
    flip_x, flip_y = (-1 if first[0] > 0 else 1), (-1 if first[1] > 0 else 1)
    return {node: (x * flip_x, y * flip_y) for node, (x, y) in turned.items()}


def _apart(
    at: Mapping[str, Point], sizes: Mapping[str, tuple[float, float]], fixed: Mapping[str, Point]
) -> dict[str, Point]:
    """Push actors apart until no label covers another, moving as little as may be."""
    found = dict(at)
    nodes = sorted(found)
    for _ in range(200):
        moved = False
        for i, a in enumerate(nodes):
            for b in nodes[i + 1 :]:
                (ax, ay), (bx, by) = found[a], found[b]
                over_x = (sizes[a][0] + sizes[b][0]) / 2 + _GAP - abs(ax - bx)
                over_y = (sizes[a][1] + sizes[b][1]) / 2 + _GAP - abs(ay - by)
                shares = (0.0 if a in fixed else 1.0, 0.0 if b in fixed else 1.0)
                if over_x <= 0.5 or over_y <= 0.5 or not any(shares):
                    continue
                moved = True
                part_a, part_b = (share / sum(shares) for share in shares)
                if over_x < over_y:
                    way = 1 if ax < bx else -1
                    found[a], found[b] = (ax - way * over_x * part_a, ay), (bx + way * over_x * part_b, by)
                else:
                    way = 1 if ay < by else -1
                    found[a], found[b] = (ax, ay - way * over_y * part_a), (bx, by + way * over_y * part_b)
        if not moved:
            break
    return found


def _stack(blocks: Sequence[dict[str, Point]], sizes: Mapping[str, tuple[float, float]]) -> dict[str, Point]:
    """Put the first block in the middle, the others in rows beneath it that are no wider than it is."""
    if len(blocks) < 2:
        return dict(blocks[0]) if blocks else {}
    left, _, right, bottom = _box(blocks[0], sizes)
    right = max(right, left + 5 * _STEP)
    found = dict(blocks[0])
    x, y, row = left, bottom + 2 * _GAP, 0.0
    for block in blocks[1:]:
        b_left, b_top, b_right, b_bottom = _box(block, sizes)
        if x > left and x + b_right - b_left > right:
            x, y, row = left, y + row + 2 * _GAP, 0.0
        found |= {node: (px - b_left + x, py - b_top + y) for node, (px, py) in block.items()}
        x += b_right - b_left + 2 * _GAP
        row = max(row, b_bottom - b_top)
    return found


def _box(
    block: Mapping[str, Point], sizes: Mapping[str, tuple[float, float]]
) -> tuple[float, float, float, float]:
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
