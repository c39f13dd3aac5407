"""The overview: states, their ties, and filters, as a map, a matrix, a table and files.

Other pages show a small one: ``{{ overview_map(site, request) }}`` in a template that is given this function, or, where
it shall not be clicked, ``<img src="/explore.svg" alt="...">``; both take the filters of ``/explore``. The style sheet
``/static/overview.css`` gives the former the colours of the theme.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from spacepact.errors import ParameterError, UnknownName, nearest
from spacepact.server.site import PageRequest, PageResponse, Site, page_path
from spacepact.visualizations.drawing import look
from spacepact.visualizations.exports import to_gexf, to_graphml
from spacepact.visualizations.overview import Filters, Overview, labels_of, leading_topic, sentence, short_name
from spacepact.visualizations.overview_files import engagements_csv, overview_data, slug, ties_csv
from spacepact.visualizations.palette import palette
from spacepact.visualizations.ring import draw, outline, ring_order

if TYPE_CHECKING:
    from markupsafe import Markup

    from spacepact.visualizations.model import View

__all__ = [
    "API",
    "ROUTES",
    "data",
    "engagements",
    "explore",
    "gexf",
    "graphml",
    "overview_map",
    "read_filters",
    "svg",
    "ties",
]

ROUTES = {
    "/explore": "explore",
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
            "topic": {"description": "only ties on these topics", "type": "string", "many": True, "example": ["pnt"]},
            "basis": {"description": "only on these bases", "type": "string", "many": True},
            "kind": {"description": "only actors of these kinds", "type": "string", "many": True},
            "focus": {"description": "only ties of these actors", "type": "string", "many": True},
            "from": {"description": "not before this year", "type": "integer", "minimum": 1, "maximum": 9999},
            "to": {"description": "not after this year", "type": "integer", "minimum": 1, "maximum": 9999},
            "min": {"description": "ties of so many engagements", "type": "integer", "minimum": 1, "maximum": 10000},
        },
        "answer": {
            **dict.fromkeys(("title", "description", "sentence", "address"), "string"),
            **dict.fromkeys(("version", "as_of", "licence"), "string"),
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

_VIEWS = ("map", "matrix", "table")
_FILTERS = ("topic", "basis", "kind", "from", "to", "focus", "min")
_DENSE = 0.2
_MANY = 150
_SOME = 20  # fewer can be told apart however densely they are tied


def read_filters(site: Site, request: PageRequest) -> Filters:
    """Return the filters that *request* asks for.

    Raises ParameterError for a value that no choice has, and UnknownName for an actor that is not known.
    """
    overview = site.overview
    topics = {topic.iri: topic.label for topic in overview.whole.topics}
    since, until = _year(request, "from"), _year(request, "to")
    if since is not None and until is not None and since > until:
        raise ParameterError(f"from: {since} is after to={until}; turn them round")
    return Filters(
        topics=tuple(dict.fromkeys(_topic(value, topics) for value in request.all("topic"))),
        bases=_among(request, "basis", overview.whole.bases),
        kinds=_among(request, "kind", sorted({node.kind for node in overview.whole.nodes})),
        since=since,
        until=until,
        focus=tuple(dict.fromkeys(_actor(site, value) for value in request.all("focus"))),
        minimum=_number(request, "min", 1, 10_000) or 1,
    )


def _topic(value: str, topics: dict[str, str]) -> str:
    for iri, label in topics.items():
        if value.lower() in (iri.lower(), slug(iri), label.lower()):
            return iri
    names = sorted(slug(iri) for iri in topics)
    raise ParameterError(
        f"topic: no tie is on '{value[:60]}'{nearest(value[:60], names)}; there are: {', '.join(names)}"
    )


def _among(request: PageRequest, name: str, known: tuple[str, ...] | list[str]) -> tuple[str, ...]:
    given = request.all(name)
    for value in given:
        if value not in known:
            hint = nearest(value[:60], known)
            raise ParameterError(f"{name}: there is no '{value[:60]}'{hint}; there are: {', '.join(known)}")
    return tuple(value for value in known if value in given)


def _actor(site: Site, value: str) -> str:
    """Return the actor of the overview that *value* names; a body stands for its state."""
    try:
        found = next((iri for iri in site.overview.nodes if slug(iri) == value), None) or site.graph.resolve(value)
    except UnknownName as error:
        raise UnknownName(f"focus: {error}") from None
    stands = site.overview.stands.get(found)
    if stands is None:
        raise ParameterError(f"focus: '{value[:60]}' is no actor; look for one at /search")
    return stands


def _year(request: PageRequest, name: str) -> int | None:
    return _number(request, name, 1, 9999)


def _number(request: PageRequest, name: str, least: int, most: int) -> int | None:
    text = request.one(name)
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 6 and least <= int(text) <= most):
        raise ParameterError(f"{name}: '{text[:60]}' is no number from {least} to {most}")
    return int(text)


def explore(site: Site, request: PageRequest) -> PageResponse:
    """Return the overview as a page."""
    view = request.one("view", "map")
    if view not in _VIEWS:
        raise ParameterError(
            f"view: there is no '{view[:60]}'{nearest(view[:60], _VIEWS)}; there are: {', '.join(_VIEWS)}"
        )
    filters = read_filters(site, request)
    overview = site.overview
    shown = overview.narrowed(filters)
    facets = overview.facets(filters)
    drawings = {form: draw(overview, filters, form) for form in ("wide", "tall") if view == "map"}
    pairs = len(shown.nodes) * (len(shown.nodes) - 1) / 2
    body = site.render(
        "overview.html",
        request,
        view=view,
        views=_VIEWS,
        filters=filters,
        overview=overview,
        shown=shown,
        facets=facets,
        words=overview.words(filters),
        sentence=sentence(shown),
        drawings=drawings,
        matrix=_matrix(shown, request.one("order", "strength")) if view == "matrix" else {},
        crowded=len(shown.nodes) > _MANY or (len(shown.nodes) >= _SOME and len(shown.ties) / pairs > _DENSE),
        span=overview.span,
        peak=max((year.engagements for year in facets.years), default=0) or 1,
        leading=lambda tie: leading_topic(shown, tie, filters.topics),
        alone=[node for node in overview.whole.nodes if node.iri not in {n.iri for n in shown.nodes}],
        query=_query(request),
        shapes={kind: look(kind) for kind in dict.fromkeys(node.kind for node in shown.nodes)},
        short=short_name,
        heat=lambda tie: _heat(tie.weight, shown.ties[0].weight),
        node_address=lambda iri: request.url(focus=slug(iri)) if (iri,) != filters.focus else page_path(iri),
        filtered=any(request.all(name) for name in _FILTERS),
        **_map_context(overview),
    )
    return PageResponse(body)


def _query(request: PageRequest) -> str:
    """Return the filters of *request* as a query string with its question mark, or nothing."""
    given = [(name, value) for name in _FILTERS for value in request.all(name)]
    return f"?{urlencode(given)}" if given else ""


def _map_context(overview: Overview) -> dict[str, Any]:
    return {"colours": palette(), "labels": overview.labels, "slug": slug, "between": _between, "page_path": page_path}


def _between(a: str, b: str) -> str:
    """Return the path of the dossier of two actors."""
    return f"/between/{quote(slug(a), safe='')}/{quote(slug(b), safe='')}"


def _matrix(shown: View, order: str) -> dict[str, Any]:
    """Return the rows of the matrix in their order, and the ties by the pairs of their ends."""
    if order not in ("strength", "cluster"):
        raise ParameterError(f"order: there is no '{order[:60]}'; there are: strength, cluster")
    actors = [node.iri for node in shown.nodes[:_MANY]]
    if order == "cluster":
        hub, others = ring_order(actors, shown.ties)
        actors = [*([hub] if hub else []), *others]
    ties = {frozenset((tie.a, tie.b)): tie for tie in shown.ties}
    return {"actors": actors, "ties": ties, "order": order, "pair": lambda a, b: ties.get(frozenset((a, b)))}


def _heat(weight: int, most: int) -> int:
    """Return how dark the cell of a tie is, 1 to 5: by the logarithm, since few pairs have most engagements."""
    return 1 + round(4 * math.log(weight) / math.log(max(most, 2)))


def overview_map(site: Site, request: PageRequest, filters: Filters | None = None, form: str = "wide") -> Markup:
    """Return the overview as SVG to stand in a page, its ties and actors links. *form* is "wide" or "tall"."""
    from markupsafe import Markup

    drawing = draw(site.overview, filters or Filters(), form)
    return Markup(site.render("overview_map.html", request, drawing=drawing, form=form, **_map_context(site.overview)))


def svg(site: Site, request: PageRequest) -> PageResponse:
    """Return the drawing as a file that stands by itself, with its title, legend, sources, licence and address."""
    filters = read_filters(site, request)
    form = request.one("form", "wide")
    if form not in ("wide", "tall"):
        raise ParameterError(f"form: there is no '{form[:60]}'; there are: wide, tall")
    shown = site.overview.narrowed(filters)
    public = site.settings.public_url
    body = site.render(
        "overview.svg",
        request,
        drawing=draw(site.overview, filters, form),
        shown=shown,
        sentence=sentence(shown),
        legend=_legend(shown),
        columns=4 if form == "wide" else 1,
        address=public + "/explore" + _query(request),
        tie_address=lambda a, b: public + _between(a, b),
        node_address=lambda iri: public + page_path(iri),
        **_map_context(site.overview),
    )
    return PageResponse(body, "image/svg+xml")


def _legend(shown: View) -> list[tuple[str, str, str]]:
    """Return what the colours of lines and the marks stand for: words, a name in palette.css, a mark's outline."""
    labels = labels_of(shown)
    topics = [(labels[iri], f"topic-{number}", "") for iri, number in shown.colours.items()]
    if any(not tie.topics for tie in shown.ties):
        topics.append(("no topic", "topic-0", ""))
    kinds = {node.kind: look(node.kind) for node in shown.nodes}
    return topics + [(kind, f"kind-{name}", outline(shape, 0, 0, 6)) for kind, (shape, name) in kinds.items()]


def ties(site: Site, request: PageRequest) -> PageResponse:
    """Return the ties as CSV."""
    shown = site.overview.narrowed(read_filters(site, request))
    return PageResponse.download(
        ties_csv(shown, _address(site, request)), "text/csv; charset=utf-8", "spacepact-ties.csv"
    )


def engagements(site: Site, request: PageRequest) -> PageResponse:
    """Return the engagements with their evidence as CSV."""
    shown = site.overview.narrowed(read_filters(site, request))
    text = engagements_csv(shown, _address(site, request))
    return PageResponse.download(text, "text/csv; charset=utf-8", "spacepact-engagements.csv")


def graphml(site: Site, request: PageRequest) -> PageResponse:
    """Return the network as GraphML."""
    shown = site.overview.narrowed(read_filters(site, request))
    return PageResponse.download(to_graphml(shown), "application/graphml+xml", "spacepact.graphml")


def gexf(site: Site, request: PageRequest) -> PageResponse:
    """Return the network as GEXF."""
    shown = site.overview.narrowed(read_filters(site, request))
    return PageResponse.download(to_gexf(shown), "application/gexf+xml", "spacepact.gexf")


def data(site: Site, request: PageRequest) -> PageResponse:
    """Return the overview as JSON."""
    filters = read_filters(site, request)
    drawings = {form: draw(site.overview, filters, form) for form in ("wide", "tall")}
    return PageResponse.json(overview_data(site.overview.narrowed(filters), drawings, _address(site, request)))


def _address(site: Site, request: PageRequest) -> str:
    return site.settings.public_url + "/explore" + _query(request)
