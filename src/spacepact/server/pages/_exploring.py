"""From a request to the filters of the overview, and what its drawings are filled with."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

from spacepact.errors import ParameterError, UnknownName, nearest
from spacepact.server.site import PageRequest, Site, page_path
from spacepact.visualizations.overview import Filters, Overview
from spacepact.visualizations.overview_files import slug
from spacepact.visualizations.palette import palette

__all__ = ["FILTERS", "address_of", "drawn_with", "filter_query", "kept_filters", "read_filters"]

FILTERS = ("topic", "basis", "kind", "from", "to", "focus", "min")
"""The parameters that filter the overview."""


def read_filters(site: Site, request: PageRequest) -> Filters:
    """Return the filters that *request* asks for.

    Raises ParameterError for a value that no choice has, and UnknownName for an actor that is not known.
    """
    overview = site.overview
    topics = {topic.iri: topic.label for topic in overview.whole.topics}
    since, until = request.number("from", 1, 9999), request.number("to", 1, 9999)
    if since is not None and until is not None and since > until:
        raise ParameterError(f"from: {since} is after to: {until}; change one of them")
    return Filters(
        topics=tuple(dict.fromkeys(_topic(value, topics) for value in request.all("topic"))),
        bases=_among(request, "basis", overview.whole.bases),
        kinds=_among(request, "kind", sorted({node.kind for node in overview.whole.nodes})),
        since=since,
        until=until,
        focus=tuple(dict.fromkeys(_actor(site, value) for value in request.all("focus"))),
        minimum=request.number("min", 1, 10_000) or 1,
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


def kept_filters(request: PageRequest) -> str:
    """Return the day and the filters that a dossier has too, as a query string: it then shows what a tie counts."""
    given = [(name, value) for name in ("topic", "basis", "from", "to", "as_of") for value in request.all(name)]
    return f"?{urlencode(given)}" if given else ""


def filter_query(request: PageRequest) -> str:
    """Return the filters of *request* and its day as a query string with its question mark, or nothing."""
    given = [(name, value) for name in (*FILTERS, "as_of") for value in request.all(name)]
    return f"?{urlencode(given)}" if given else ""


def drawn_with(overview: Overview, kept: str = "") -> dict[str, Any]:
    """Return what the template of a drawing needs besides the drawing. *kept* is what links to dossiers end with."""
    return {
        "colours": palette(),
        "labels": overview.labels,
        "slug": slug,
        "between": lambda a, b: f"/between/{quote(slug(a), safe='')}/{quote(slug(b), safe='')}{kept}",
        "page_path": page_path,
    }


def address_of(site: Site, request: PageRequest) -> str:
    """Return the public address of the page that shows what *request* asks for."""
    return site.settings.public_url + "/explore" + filter_query(request)
