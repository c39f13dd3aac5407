"""Leads from what has no form of its own to the page on it, or to its description as RDF, as the client prefers."""

from __future__ import annotations

from spacepact.graph.dereferencing import SYNTAXES
from spacepact.server.protocol.negotiation import preferred
from spacepact.server.site import PageResponse

__all__ = ["HTML", "VARIES", "see", "wanted_of"]

HTML = "text/html"
"""The media type of pages."""

VARIES = {"Vary": "Accept"}
"""What an answer says that depends on what the client prefers."""

_SUFFIXES = {syntax.media_type: suffix for suffix, syntax in SYNTAXES.items()} | {"application/json": "jsonld"}


def wanted_of(accept: str, otherwise: str) -> str:
    """Return ``text/html`` or the suffix of what a client prefers; *otherwise* where it takes nothing of ours."""
    offered = [HTML, *_SUFFIXES] if otherwise == HTML else [*_SUFFIXES, HTML]
    found = preferred(accept, offered)
    # RFC 9110, section 15.5.7: to answer with what was not asked for may be better than with 406.
    return otherwise if found is None else _SUFFIXES.get(found, found)


def see(path: str, wanted: str) -> PageResponse:
    """Lead to *path*, where it is as *wanted*."""
    shown = wanted if wanted == HTML else SYNTAXES[wanted].media_type
    return PageResponse.redirect(path, headers=VARIES | {"Link": f'<{path}>; rel="describedby"; type="{shown}"'})
