"""The overview as files: the drawing, ties and engagements as CSV, networks for other programs, JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from spacepact.errors import ParameterError
from spacepact.server.pages._exploring import address_of, drawn_with, kept_filters, read_filters
from spacepact.server.site import PageRequest, PageResponse, Site, page_path, record_of
from spacepact.visualizations.drawing import look
from spacepact.visualizations.exports import to_gexf, to_graphml
from spacepact.visualizations.folding import labels_of, legend, sentence
from spacepact.visualizations.lettering import Place, flowed, wrapped
from spacepact.visualizations.model import View
from spacepact.visualizations.overview import Filters
from spacepact.visualizations.overview_files import engagements_csv, overview_data, ties_csv
from spacepact.visualizations.ring import draw, outline

__all__ = ["API", "ROUTES", "data", "engagements", "gexf", "graphml", "svg", "ties"]

ROUTES = {
    "/explore.svg": "svg",
    "/explore.csv": "ties",
    "/explore-engagements.csv": "engagements",
    "/explore.graphml": "graphml",
    "/explore.gexf": "gexf",
    "/api/explore": "data",
}

API: dict[str, dict[str, Any]] = {
    "/api/explore": {
        "summary": "The overview: states, and the ties between them with what shows each",
        "parameters": {
            "topic": {
                "description": "only these topics and the narrower ones",
                "type": "string",
                "many": True,
                "example": ["pnt"],
            },
            "basis": {
                "description": "only these bases; without it, all but attendance",
                "type": "string",
                "many": True,
            },
            "kind": {"description": "only between actors of these kinds", "type": "string", "many": True},
            "focus": {"description": "only ties of these actors, by slug or name", "type": "string", "many": True},
            "from": {"description": "not before this year", "type": "integer", "minimum": 1, "maximum": 9999},
            "to": {"description": "not after this year", "type": "integer", "minimum": 1, "maximum": 9999},
            "min": {"description": "ties of so many engagements", "type": "integer", "minimum": 1, "maximum": 10000},
            "as_of": {"description": "the record as it stood at the end of this day", "type": "string"},
        },
        "answer": {
            **dict.fromkeys(("title", "description", "sentence", "address"), "string"),
            **dict.fromkeys(("data_version", "as_of", "licence"), "string"),
            "actors": [{**dict.fromkeys(("id", "iri", "label", "kind"), "string"), "engagements": "integer"}],
            "ties": [
                {
                    **dict.fromkeys(("a", "b", "leading_topic"), "string"),
                    "engagements": "integer",
                    **{key: {"*": "integer"} for key in ("bases", "topics")},
                    "shown_by": ["string"],
                }
            ],
            "legend": [{"topic": "string", "label": "string", "colour": "integer"}],
            "places": {"wide": {"*": ["number"]}, "tall": {"*": ["number"]}},
            "sources": [dict.fromkeys(("iri", "title", "publisher", "issued", "url"), "string")],
        },
        "example": "/api/explore?topic=pnt",
    },
}


def svg(site: Site, request: PageRequest) -> PageResponse:
    """Return the drawing as a file that stands by itself, with its title, legend, sources, licence and address."""
    site = record_of(site, request)
    filters = read_filters(site, request)
    form = request.one("form", "wide")
    if form not in ("wide", "tall"):
        raise ParameterError(f"form: there is no '{form[:60]}'; there are: wide, tall")
    shown = site.overview.narrowed(filters)
    drawing = draw(site.overview, filters, form)
    public = site.settings.public_url
    context = drawn_with(site.overview, kept_filters(request))
    body = site.render(
        "overview.svg",
        request,
        drawing=drawing,
        shown=shown,
        sentence=sentence(shown),
        legend=_legend(shown, filters.topics, drawing.width - 32),
        wrapped=wrapped,
        address=address_of(site, request),
        tie_address=lambda a, b: public + context["between"](a, b),
        node_address=lambda iri: public + request.stay(page_path(iri)),
        **context,
    )
    return PageResponse(body, "image/svg+xml")


def _legend(shown: View, asked: Sequence[str], room: float) -> list[tuple[str, str, str, Place]]:
    """Return what colours and marks stand for: words, a name in palette.css, a mark's outline, and its place."""
    labels = labels_of(shown)
    entries = [(labels[iri], f"topic-{number}", "") for iri, number in legend(shown, asked).items()]
    if any(not tie.topics for tie in shown.ties):
        entries.append(("no topic", "topic-0", ""))
    kinds = {node.kind: look(node.kind) for node in shown.nodes}
    entries += [(kind, f"kind-{name}", outline(shape, 0, 0, 6)) for kind, (shape, name) in kinds.items()]
    places = flowed([words for words, _, _ in entries], 12, room, gap=22)
    return [(*entry, place) for entry, place in zip(entries, places, strict=True)]


def _shown(site: Site, request: PageRequest) -> tuple[View, Filters]:
    site = record_of(site, request)
    filters = read_filters(site, request)
    return site.overview.narrowed(filters), filters


def ties(site: Site, request: PageRequest) -> PageResponse:
    """Return the ties as CSV."""
    shown, filters = _shown(site, request)
    return PageResponse.download(
        ties_csv(shown, address_of(site, request), filters.topics), "text/csv; charset=utf-8", "spacepact-ties.csv"
    )


def engagements(site: Site, request: PageRequest) -> PageResponse:
    """Return the engagements with their evidence as CSV."""
    shown, _ = _shown(site, request)
    text = engagements_csv(shown, address_of(site, request))
    return PageResponse.download(text, "text/csv; charset=utf-8", "spacepact-engagements.csv")


def graphml(site: Site, request: PageRequest) -> PageResponse:
    """Return the network as GraphML."""
    shown, _ = _shown(site, request)
    return PageResponse.download(to_graphml(shown), "application/graphml+xml", "spacepact.graphml")


def gexf(site: Site, request: PageRequest) -> PageResponse:
    """Return the network as GEXF."""
    shown, _ = _shown(site, request)
    return PageResponse.download(to_gexf(shown), "application/gexf+xml", "spacepact.gexf")


def data(site: Site, request: PageRequest) -> PageResponse:
    """Return the overview as JSON."""
    site = record_of(site, request)
    filters = read_filters(site, request)
    drawings = {form: draw(site.overview, filters, form) for form in ("wide", "tall")}
    shown, address = site.overview.narrowed(filters), address_of(site, request)
    return PageResponse.json(overview_data(shown, drawings, address, filters.topics))
