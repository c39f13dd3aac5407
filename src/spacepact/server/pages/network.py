"""The ego network of an actor: as the page shows it, and as JSON for the script that draws it."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

from spacepact.errors import NotFound, ParameterError
from spacepact.graph.dereferencing import is_known
from spacepact.iris import ENTITY
from spacepact.server.site import PageRequest, PageResponse, Site, record_of
from spacepact.visualizations.drawing import look
from spacepact.visualizations.ego_files import actors_csv, drawn_ties_csv, drawn_view
from spacepact.visualizations.egos import Bundle, Ego, Member, ego
from spacepact.visualizations.exports import to_gexf, to_graphml
from spacepact.visualizations.folding import short_name, sources_of
from spacepact.visualizations.model import Node

__all__ = ["API", "ROUTES", "drawn", "network", "network_file"]

ROUTES = {"/api/network/{slug}": "network", "/network/{slug}.{suffix}": "network_file"}

API: dict[str, dict[str, Any]] = {
    "/api/network/{slug}": {
        "summary": "The network around an actor, with places to draw it at",
        "parameters": {
            "slug": {"description": "the actor", "type": "string", "example": "nasa"},
            "expand": {"description": "partners whose own partners are drawn too", "type": "string", "many": True},
            "as_of": {"description": "an EDTF date: the record as it stood at the end of it", "type": "string"},
        },
        "answer": {
            "centre": "string",
            "opened": ["string"],
            "asOf": "string",
            "partners": "integer",
            "leftOut": "integer",
            "nodes": [
                {
                    **dict.fromkeys(("id", "label", "short", "kind", "colour", "shape"), "string"),
                    **dict.fromkeys(("weight", "more"), "integer"),
                    **dict.fromkeys(("x", "y"), "number"),
                    "state": "string|null",
                }
            ],
            "ties": [
                {
                    **dict.fromkeys(("a", "b", "latest", "path"), "string"),
                    "bases": {"*": "integer"},
                    "colour": "string|integer",
                    "count": "integer",
                    "topic": "string|null",
                }
            ],
        },
        "example": "/api/network/kasa",
    },
}


_FILES = {
    "csv": "text/csv; charset=utf-8",
    "graphml": "application/graphml+xml",
    "gexf": "application/gexf+xml",
}


def network(site: Site, request: PageRequest) -> PageResponse:
    """Return the ego network of an actor, with the partners of those given by *expand*, as JSON."""
    slug, day = request.params["slug"], request.one("as_of")
    site = record_of(site, request)
    found = drawn(site, ENTITY + slug, request.all("expand"))
    if found is None:
        raise NotFound(f"The record has no actor '{slug[:80]}' of whom a network could be drawn.")
    return PageResponse.json(_json(site, found, day))


def network_file(site: Site, request: PageRequest) -> PageResponse:
    """Return what is drawn around an actor as a file; ``-actors.csv`` has the actors, ``.csv`` the ties."""
    name, suffix = request.params["slug"], request.params["suffix"]
    site, table = site.as_of(request.one("as_of")), name.endswith("-actors") and suffix == "csv"
    actor = name.removesuffix("-actors") if table else name
    found = drawn(site, ENTITY + actor, request.all("expand"))
    if found is None or suffix not in _FILES:
        there = ", ".join(_FILES)
        raise NotFound(f"There is no file '{name[:80]}.{suffix[:20]}': of an actor's network there are {there}.")
    drawing, around = found["ego"], found["around"]
    query = {"expand": ",".join(iri.removeprefix(ENTITY) for iri in drawing.opened), "as_of": request.one("as_of")}
    text = urlencode({key: value for key, value in query.items() if value}, safe=",")
    address = f"{site.settings.public_url.rstrip('/')}/page/{actor}" + (f"?{text}" if text else "")
    if suffix == "csv":
        body = (actors_csv if table else drawn_ties_csv)(drawing, around, address)
    else:
        body = {"gexf": to_gexf, "graphml": to_graphml}[suffix](drawn_view(drawing, around, address), weak=True)
    plain = re.sub(r"[^A-Za-z0-9-]", "-", name)
    return PageResponse.download(body, _FILES[suffix], f"spacepact-{plain}.{suffix}")


def drawn(site: Site, iri: str, opened: list[str]) -> dict[str, Any] | None:
    """Return the network around the actor *iri*, with those *opened*, given as slugs; None if there is no such actor.

    A state is drawn among states, each standing for its bodies; any other actor among actors. Raises ParameterError
    for a slug of no actor.
    """
    node = next((node for node in site.view.nodes if node.iri == iri), None)
    if node is None:
        return None
    around = site.states if node.kind == "state" else site.actors
    _require(site, opened)
    found = ego(around, iri, [ENTITY + slug for slug in opened])
    return {
        "ego": found,
        "around": around,
        "folded": node.kind == "state",
        "partners": around.of.get(iri, []),
        "documents": len(sources_of(bundle.tie for bundle in found.ties)),
    }


def _require(site: Site, opened: list[str]) -> None:
    """Raise ParameterError if one of *opened* is no actor; one whom the record of an earlier day does not have is."""
    known = {node.iri for node in site.view.nodes}
    for slug in opened:
        then = site.today is not site and is_known(site.today.graph.store, ENTITY + slug)
        if ENTITY + slug not in known and not then:
            shown = slug if len(slug) <= 60 else slug[:60] + "…"
            raise ParameterError(f"expand: the record has no actor '{shown}' with ties; write slugs, as in addresses")


def _json(site: Site, found: dict[str, Any], day: str) -> dict[str, Any]:
    drawing: Ego = found["ego"]
    return {
        "centre": drawing.centre.removeprefix(ENTITY),
        "opened": [iri.removeprefix(ENTITY) for iri in drawing.opened],
        "asOf": site.graph.as_of,
        "partners": drawing.partners,
        "leftOut": drawing.left_out,
        "nodes": [_node(member) for member in drawing.members],
        "ties": [_tie(site, tie, day) for tie in drawing.ties],
    }


def _node(member: Member) -> dict[str, Any]:
    node: Node = member.node
    shape, colour = look(node.kind)
    return {
        "id": node.iri.removeprefix(ENTITY),
        "label": node.label,
        "short": short_name(node, 22),
        "kind": node.kind,
        "state": node.state if node.state != node.label else None,
        "shape": shape,
        "colour": colour,
        "x": member.x,
        "y": member.y,
        "weight": member.weight,
        "more": member.more,
    }


def _tie(site: Site, tie: Bundle, day: str) -> dict[str, Any]:
    leading = tie.leading
    topics = site.topics
    return {
        "a": tie.a.removeprefix(ENTITY),
        "b": tie.b.removeprefix(ENTITY),
        "count": tie.weight,
        "bases": tie.bases,
        "topic": topics[leading].label if leading else None,
        "colour": site.view.colours.get(leading, 0) if tie.weight else "attendance",
        "latest": tie.latest,
        "path": f"/between/{tie.a.removeprefix(ENTITY)}/{tie.b.removeprefix(ENTITY)}"
        + (f"?{urlencode({'as_of': day})}" if day else ""),
    }
