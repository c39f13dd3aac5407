"""The home page."""

from __future__ import annotations

from spacepact.server.site import PageRequest, PageResponse, Site

__all__ = ["ROUTES", "home"]

ROUTES = {"/": "home"}


def home(site: Site, request: PageRequest) -> PageResponse:
    """Return the home page."""
    return PageResponse(site.render("home.html", request))
