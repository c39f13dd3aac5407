"""The service for the tests: its pages answered in this process."""

from __future__ import annotations

from functools import cache

from spacepact.queries.knowledge import open_graph
from spacepact.server.routing import answer
from spacepact.server.settings import Settings
from spacepact.server.site import PageResponse, Site

__all__ = ["page", "site"]


@cache
def site() -> Site:
    """Return the site of the whole record."""
    return Site(open_graph(), Settings())


def page(url: str, accept: str = "text/html") -> PageResponse:
    """Return the answer to *url*, a path with its query string."""
    return answer(site(), url, accept)
