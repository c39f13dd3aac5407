"""The ego network of an actor: as the page shows it, and as JSON for the script that draws it."""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

from spacepact.errors import NotFound
from spacepact.iris import ENTITY, curie
from spacepact.server.site import PageRequest, PageResponse, Site
from spacepact.visualizations.drawing import look
from spacepact.visualizations.egos import Bundle, Ego, Member, Neighbours, ego
from spacepact.visualizations.model import Node, View

__all__ = ["ROUTES", "drawn", "network"]

ROUTES = {"/api/network/{slug}": "network"}

_NEIGHBOURS: WeakKeyDictionary[Site, dict[bool, Neighbours]] = WeakKeyDictionary()


def network(site: Site, request: PageRequest) -> PageResponse:
    """Return the ego network of an actor, with the partners of those given by *expand*, as JSON."""
    slug = request.params["slug"]
    found = drawn(site, ENTITY + slug, request.all("expand"))
    if found is None:
        raise NotFound(f"The record has no actor '{slug[:80]}' of whom a network could be drawn.")
    return PageResponse.json(_json(site, found))


def drawn(site: Site, iri: str, opened: list[str]) -> dict[str, Any] | None:
    """Return the network around the actor *iri*, with those *opened*, given as slugs; None if there is no such actor.

    A state is drawn among states, each standing for its bodies; any other actor among actors.
    """
    view = site.view
    node = next((node for node in view.nodes if node.iri == iri), None)
    if node is None:
        return None
    around = _around(site, view, folded=node.kind == "state")
    found = ego(around, iri, [ENTITY + slug for slug in opened])
    return {"ego": found, "around": around, "folded": node.kind == "state", "partners": around.of.get(iri, [])}


def _around(site: Site, view: View, *, folded: bool) -> Neighbours:
    kept = _NEIGHBOURS.setdefault(site, {})
    if folded not in kept:
        kept[folded] = Neighbours(view, folded=folded)
    return kept[folded]


def _json(site: Site, found: dict[str, Any]) -> dict[str, Any]:
    drawing: Ego = found["ego"]
    around: Neighbours = found["around"]
    return {
        "centre": _slug(drawing.centre),
        "opened": [_slug(iri) for iri in drawing.opened],
        "asOf": site.graph.as_of,
        "partners": drawing.partners,
        "leftOut": drawing.left_out,
        "nodes": [_node(member) for member in drawing.members],
        "ties": [_tie(site, around, tie) for tie in drawing.ties],
    }


def _node(member: Member) -> dict[str, Any]:
    node: Node = member.node
    shape, colour = look(node.kind)
    return {
        "id": _slug(node.iri),
        "label": node.label,
        "short": _short(node),
        "kind": node.kind,
        "state": node.state if node.state != node.label else None,
        "shape": shape,
        "colour": colour,
        "x": member.x,
        "y": member.y,
        "weight": member.weight,
        "more": member.more,
    }


def _tie(site: Site, around: Neighbours, tie: Bundle) -> dict[str, Any]:
    leading = around.leading(tie)
    topics = site.topics
    return {
        "a": _slug(tie.a),
        "b": _slug(tie.b),
        "count": tie.weight,
        "bases": tie.bases,
        "topic": topics[leading].label if leading else None,
        "colour": site.view.colours.get(leading, 0) if tie.weight else "attendance",
        "latest": tie.latest,
        "path": f"/between/{_slug(tie.a)}/{_slug(tie.b)}",
    }


def _short(node: Node) -> str:
    """Return the name in the drawing: the full one if it is short, else the longest of the short ones."""
    short = [name for name in node.aliases if 2 <= len(name) <= 22 and name.isascii()]
    return node.label if len(node.label) <= 22 or not short else max(short, key=lambda name: (len(name), name))


def _slug(iri: str) -> str:
    return curie(iri).removeprefix("id:")
