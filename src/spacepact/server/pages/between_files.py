"""The dossier of a pair of actors as files, and for programs: CSV, JSON-LD, RIS, and JSON under /api/between."""

from __future__ import annotations

from typing import Any

from spacepact.queries.citing import RIS
from spacepact.server.openapi import ENGAGEMENT
from spacepact.server.pages._pair import Asked, read_asked
from spacepact.server.site import PageRequest, PageResponse, Site
from spacepact.visualizations.dossier_files import to_csv, to_data, to_jsonld

__all__ = ["API", "ROUTES", "api", "jsonld", "ris", "table"]

ROUTES = {
    "/between/{a}/{b}.csv": "table",
    "/between/{a}/{b}.jsonld": "jsonld",
    "/between/{a}/{b}.ris": "ris",
    "/api/between/{a}/{b}": "api",
}

API: dict[str, dict[str, Any]] = {
    "/api/between/{a}/{b}": {
        "summary": "All that is on record between two actors, each engagement with the passages that tell of it",
        "parameters": {
            "a": {"description": "an actor, by slug or name", "type": "string", "example": "usa"},
            "b": {"description": "the other actor", "type": "string", "example": "rok"},
            "topic": {"description": "only these topics and the narrower ones", "type": "string", "many": True},
            "basis": {"description": "only these kinds, such as agreement", "type": "string", "many": True},
            "status": {
                "description": "only these statuses, such as under-way; or open, past-its-date, date-moved",
                "type": "string",
                "many": True,
            },
            "from": {"description": "not before this year or date", "type": "string"},
            "to": {"description": "not after this year or date", "type": "string"},
            "parts": {"description": "whether parts count for them", "type": "string", "enum": ["yes", "no"]},
            "as_of": {"description": "the record as it stood at the end of this day", "type": "string"},
        },
        "moved": {"303": "To the address with the slugs of the two"},
        "answer": {
            "address": "string",
            "parameters": {"*": "string"},
            "between": [{"iri": "string", "label": "string", "members": ["string"]}],
            "counts": {"*": "integer"},
            "topics": {"*": "string"},
            "engagements": [
                {
                    **ENGAGEMENT,
                    **dict.fromkeys(("group", "note"), "string"),
                    "between": [["string"]],
                    "roles": [
                        {"role": "string", "actors": [{"iri": "string", "label": "string"}], "others": "integer"}
                    ],
                    "standing": ["string"],
                    "renewals": [dict.fromkeys(("words", "iri", "label", "date"), "string")],
                }
            ],
            "data_version": "string",
            "as_of": "string",
            "licence": "string",
        },
        "example": "/api/between/nasa/kasa",
    },
}


def table(site: Site, request: PageRequest) -> PageResponse:
    """Return a dossier as CSV: a row for each engagement and passage."""
    asked = read_asked(site, request)
    if isinstance(asked, PageResponse):
        return asked
    text = to_csv(asked.shown, asked.site.graph.version, asked.site.graph.as_of)
    return PageResponse.download(text, "text/csv; charset=utf-8", _file_name(asked, "csv"))


def jsonld(site: Site, request: PageRequest) -> PageResponse:
    """Return the facts of a dossier and their named graphs as JSON-LD."""
    asked = read_asked(site, request)
    if isinstance(asked, PageResponse):
        return asked
    content = to_jsonld(asked.shown, asked.site.graph.store)
    return PageResponse.download(content, "application/ld+json", _file_name(asked, "jsonld"))


def ris(site: Site, request: PageRequest) -> PageResponse:
    """Return the citation of a dossier and its documents for a program that keeps citations."""
    asked = read_asked(site, request)
    if isinstance(asked, PageResponse):
        return asked
    return PageResponse.download(asked.citing.ris, RIS, _file_name(asked, "ris"))


def api(site: Site, request: PageRequest) -> PageResponse:
    """Return a dossier as JSON."""
    asked = read_asked(site, request)
    if isinstance(asked, PageResponse):
        return asked
    address = {"address": site.settings.public_url + asked.path(), "parameters": asked.given}
    return PageResponse.json(address | to_data(asked.shown, asked.site.graph.version, asked.site.graph.as_of))


def _file_name(asked: Asked, suffix: str) -> str:
    return f"{asked.whole.a.slug}-{asked.whole.b.slug}.{suffix}"
