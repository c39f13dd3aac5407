"""The drawing of a view: nodes and edges as pyvis holds them, placed beforehand."""

from __future__ import annotations

import math
import textwrap
from typing import Any

from spacepact.visualizations.layout import Point, place
from spacepact.visualizations.model import Node, Tie, View

__all__ = ["FONTS", "drawing", "look"]

_SHAPES = {
    "state": ("square", "state"),
    "coalition": ("star", "coalition"),
    "space agency": ("dot", "agency"),
    "government body": ("triangle", "government"),
    "intergovernmental organization": ("hexagon", "intergovernmental"),
    "research organization": ("diamond", "research"),
    "company": ("triangleDown", "company"),
}

FONTS = {"wide": 14, "tall": 22, "least": 11}
"""Height of letters in the drawing; a tall one is for phones, and shrinks more. On the screen, at *least* 11 pixels."""


def look(kind: str) -> tuple[str, str]:
    """Return the vis-network shape of a kind of actor, and the name of its colour in palette.css.

    >>> look("state"), look("person")
    (('square', 'state'), ('dot', 'other'))
    """
    return _SHAPES.get(kind, ("dot", "other"))


def drawing(view: View, nodes: dict[str, str]) -> dict[str, Any]:
    """Return the nodes and edges of the drawing, as pyvis holds them.

    *nodes* gives each actor a short id; the ties are t0, t1 and so on. Colours are names of palette.css.
    """
    from pyvis.edge import Edge
    from pyvis.network import Network  # 290 ms, with IPython

    network = Network()
    labels = {node.iri: _short(node) for node in view.nodes}
    wide, tall = (_positions(view, labels, form) for form in ("wide", "tall"))
    for node in view.nodes:
        shape, colour = look(node.kind)
        x, y = wide[node.iri]
        network.add_node(
            nodes[node.iri],
            label=labels[node.iri],
            shape=shape,
            color=colour,
            size=_size(node),
            x=x,
            y=y,
            tall=tall[node.iri],
        )
    # Drawn in this order: firm ties over those by attendance alone, thin ones over wide ones.
    for number, tie in sorted(enumerate(view.ties), key=lambda entry: _firm(view, entry[1])):
        # add_edge compares every edge with all others; the model has one tie a pair already.
        edge = Edge(nodes[tie.a], nodes[tie.b], id=f"t{number}")
        network.edges.append(edge.options)
    return {"nodes": network.nodes, "edges": network.edges}


def _firm(view: View, tie: Tie) -> bool:
    """Whether the tie is shown at first."""
    return any(s.kind in view.shown for s in tie.showings)


def _positions(view: View, labels: dict[str, str], form: str) -> dict[str, Point]:
    """Return where the mark of each actor goes; its label stands beneath it."""
    letter, line = FONTS[form] * 0.52, FONTS[form] * 1.1
    sizes, beneath = {}, {}
    for node in view.nodes:
        lines = labels[node.iri].split("\n")
        # Letters of East Asian scripts are about twice as wide.
        width = letter * max(sum(2 if ord(sign) > 0x1100 else 1 for sign in text) for text in lines)
        beneath[node.iri] = line * len(lines)
        sizes[node.iri] = (max(width, 2 * _size(node)), 2 * _size(node) + beneath[node.iri])
    firm = [(tie.a, tie.b) for tie in view.ties if _firm(view, tie)]
    groups = {node.iri: node.state or "" for node in view.nodes}
    at = place(sizes, firm, [(tie.a, tie.b) for tie in view.ties], groups, tall=form == "tall")
    return {iri: (x, round(y - beneath[iri] / 2)) for iri, (x, y) in at.items()}


def _size(node: Node) -> float:
    """The radius of an actor: its area grows with the engagements behind it."""
    return round(8 + 2.5 * math.sqrt(node.weight), 1)


def _short(node: Node) -> str:
    """The name in the drawing: the full one if it is short, else the longest short one, in lines."""
    short = [name for name in node.english if 3 <= len(name) <= 30 and name.isascii()]
    name = node.label if len(node.label) <= 30 or not short else max(short, key=lambda n: (len(n), n))
    return "\n".join(textwrap.wrap(name, 18)) or name
