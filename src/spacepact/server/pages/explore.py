"""The overview: states, their ties, and filters, as a map, a matrix and a table.

Other pages show a small one: ``{{ overview_map(site, request) }}`` in a template that is given this function, or, where
it shall not be clicked, ``<img src="/explore.svg" alt="...">``; both take the filters of ``/explore``. The style sheet
``/static/overview.css`` gives the former the colours of the theme.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from spacepact.errors import ParameterError, nearest
from spacepact.server.pages._exploring import FILTERS, drawn_with, filter_query, kept_filters, read_filters
from spacepact.server.site import PageRequest, PageResponse, Site, page_path, record_of
from spacepact.visualizations.drawing import look
from spacepact.visualizations.folding import leading_topic, legend, sentence, short_name
from spacepact.visualizations.model import View
from spacepact.visualizations.overview import Filters
from spacepact.visualizations.overview_files import slug
from spacepact.visualizations.ring import MOST, draw, ring_order

if TYPE_CHECKING:
    from markupsafe import Markup

__all__ = ["ROUTES", "explore", "overview_map"]

ROUTES = {"/explore": "explore"}

_VIEWS = ("map", "matrix", "table")
_DENSE = 0.2
_MANY = 150
_SOME = 20  # fewer can be told apart however densely they are tied


def explore(site: Site, request: PageRequest) -> PageResponse:
    """Return the overview as a page."""
    view = request.one("view", "map")
    request.knows("order")
    if view not in _VIEWS:
        raise ParameterError(
            f"view: there is no '{view[:60]}'{nearest(view[:60], _VIEWS)}; there are: {', '.join(_VIEWS)}"
        )
    site = record_of(site, request)
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
        peak=max((year.number for year in facets.years), default=0) or 1,
        leading=lambda tie: leading_topic(shown, tie, filters.topics),
        legend=legend(shown, filters.topics),
        alone=[node for node in overview.whole.nodes if node.iri not in {n.iri for n in shown.nodes}],
        query=filter_query(request),
        shapes={kind: look(kind) for kind in dict.fromkeys(node.kind for node in shown.nodes)},
        short=short_name,
        heat=lambda tie: _heat(tie.weight, shown.ties[0].weight),
        node_address=lambda iri: (
            request.url(focus=slug(iri)) if (iri,) != filters.focus else request.stay(page_path(iri))
        ),
        filtered=any(request.all(name) for name in FILTERS),
        **drawn_with(overview, kept_filters(request)),
    )
    return PageResponse(body)


def _matrix(shown: View, order: str) -> dict[str, Any]:
    """Return the rows of the matrix in their order, and the ties by the pairs of their ends."""
    if order not in ("strength", "cluster"):
        raise ParameterError(f"order: there is no '{order[:60]}'; there are: strength, cluster")
    actors = [node.iri for node in shown.nodes[:_MANY]]
    if order == "cluster":
        hub, others = ring_order(actors[:MOST], shown.ties)
        actors = [*([hub] if hub else []), *others, *actors[MOST:]]
    ties = {frozenset((tie.a, tie.b)): tie for tie in shown.ties}
    return {"actors": actors, "ties": ties, "order": order, "pair": lambda a, b: ties.get(frozenset((a, b)))}


def _heat(weight: int, most: int) -> int:
    """Return how dark the cell of a tie is, 1 to 5: by the logarithm, since few pairs have most engagements."""
    return 1 + round(4 * math.log(weight) / math.log(max(most, 2)))


def overview_map(site: Site, request: PageRequest, filters: Filters | None = None, form: str = "wide") -> Markup:
    """Return the overview as SVG to stand in a page, its ties and actors links. *form* is "wide" or "tall"."""
    from markupsafe import Markup

    drawing = draw(site.overview, filters or Filters(), form)
    return Markup(site.render("overview_map.html", request, drawing=drawing, form=form, **drawn_with(site.overview)))
