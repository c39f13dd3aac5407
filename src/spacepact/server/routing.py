"""From a path to the page that answers it, and from an error to the page that explains it."""

from __future__ import annotations

import importlib
import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qs, unquote

from spacepact.errors import NotFound, ParameterError, SpacepactError, close_names
from spacepact.server.site import PageRequest, PageResponse, Site, record_of

__all__ = ["Route", "answer", "routes"]


class Route(NamedTuple):
    """A path with parts in braces, the function that answers it, and the module it is in."""

    path: str
    module: str
    function: str
    pattern: re.Pattern[str]


@cache
def routes() -> tuple[Route, ...]:
    """Return the routes of all pages, those with the fewest parts in braces first.

    >>> "/" in [route.path for route in routes()]
    True
    """
    found = []
    for file in sorted((Path(__file__).parent / "pages").glob("[!_]*.py")):
        module = f"spacepact.server.pages.{file.stem}"
        for path, function in importlib.import_module(module).ROUTES.items():
            found.append(Route(path, module, function, _pattern(path)))
    # Of two that fit, the one that says more of the path: /between/{a}/{b}.csv before /between/{a}/{b}.
    return tuple(sorted(found, key=lambda r: (r.path.count("{"), -len(re.sub(r"{[^}]*}", "", r.path)), r.path)))


def _pattern(path: str) -> re.Pattern[str]:
    """Return what fits *path*, in which ``{name}`` stands for a part without slash and ``{name:path}`` for any."""
    parts = re.split(r"{(\w+)(:path)?}", path)
    text = re.escape(parts[0])
    for name, whole, after in zip(parts[1::3], parts[2::3], parts[3::3], strict=True):
        text += f"(?P<{name}>{'.+' if whole else '[^/]+'}){re.escape(after)}"
    return re.compile(text)


def answer(site: Site, url: str, accept: str = "text/html", outcome: Mapping[str, Any] | None = None) -> PageResponse:
    """Return the answer to *url*, a path with its query string. A mistake of the asker is answered by a page too.

    *outcome* is what became of the SPARQL that the page is to show (see `PageRequest`).
    """
    address, _, query = url.partition("?")
    path = unquote(address)
    request = PageRequest(path, {}, parse_qs(query, keep_blank_values=True), accept, outcome)
    try:
        for route in routes():
            # A path with two slashes before it would be taken for another host, were it written into a link.
            if not path.startswith("//") and (found := route.pattern.fullmatch(path)):
                request = replace(request, params=found.groupdict())
                page = getattr(importlib.import_module(route.module), route.function)
                response: PageResponse = page(site, request)
                # A page that reads no parameters and leads on, as from an IRI, has nothing to misunderstand.
                if response.status < (400 if request.known else 300) and (strangers := request.strangers()):
                    raise _unknown(request, strangers[0])
                return response
        raise NotFound("There is no page here. What you look for may be found by its name.")  # noqa: TRY301
    except NotFound as error:
        return _message(site, request, 404, "Not found", error)
    except SpacepactError as error:
        return _message(site, request, 400, "That cannot be answered", error)


def _unknown(request: PageRequest, name: str) -> ParameterError:
    shown = name if len(name) <= 60 else name[:60] + "…"
    without = (request.url(**{name: None}), "the same without it")
    if name == "as_of":
        return ParameterError("as_of: what is here is of the record of today alone", [without])
    near = close_names(shown, sorted(request.known))
    query = {near[0] if n == name and near else n: values for n, values in request.query.items()}
    there = f"did you mean '{near[0]}'?" if near else f"there are: {', '.join(sorted(request.known)) or 'none here'}"
    meant = [(PageRequest(request.path, query=query).url(), f"the same with {near[0]}")] if near else []
    return ParameterError(f"unknown parameter '{shown}'; {there}", [*meant, without])


def _message(site: Site, request: PageRequest, status: int, title: str, error: SpacepactError) -> PageResponse:
    suggestions = getattr(error, "suggestions", [])
    if "text/html" not in request.accept or request.path.startswith("/api/"):
        near = [{"path": path, "label": words} for path, words in suggestions]
        return PageResponse.json({"error": str(error), "status": status, "suggestions": near}, status=status)
    # What a page of an earlier day does not find is missing from the record of that day.
    then = "as_of" in request.known and isinstance(error, NotFound)
    body = (record_of(site, request) if then else site).render(
        "message.html", request, title=title, message=str(error), suggestions=suggestions, then=then
    )
    return PageResponse(body, status=status)
