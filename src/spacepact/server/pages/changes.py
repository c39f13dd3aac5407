"""What changed in the record between two days."""

from __future__ import annotations

from typing import Any, NamedTuple

from spacepact.dates import bounds
from spacepact.errors import DateError, ParameterError, SpacepactError
from spacepact.iris import expand
from spacepact.queries.comparing import Change, compare
from spacepact.server.site import PageRequest, PageResponse, Site, page_path

__all__ = ["API", "ROUTES", "Day", "api_changes", "changes"]

ROUTES = {"/changes": "changes", "/api/changes": "api_changes"}

API: dict[str, dict[str, Any]] = {
    "/api/changes": {
        "summary": "What changed in the record from the end of one day to the end of another",
        "parameters": {
            "from": {"description": "the day from whose end on", "type": "string", "required": True, "example": "2025"},
            "to": {"description": "the day to whose end; today's record without it", "type": "string"},
        },
        "answer": {
            "from": "string",
            "to": "string",
            "changes": [{"number": "integer", "words": "string", "which": ["string"], "names": ["string"]}],
        },
        "example": "/api/changes?from=2025",
    },
}

SHOWN = 12
"""Things of a kind that are seen at once; the others unfold."""


class Day(NamedTuple):
    """A day of the form, as it was given, and what is wrong with it."""

    name: str
    text: str
    error: str = ""


def changes(site: Site, request: PageRequest) -> PageResponse:
    """Return the page of what changed from the end of ``from`` to the end of ``to``, which is today if not given."""
    days = _days(request)
    wrong = any(day.error for day in days)
    asked = bool(days[0].text) and not wrong
    found = _compared(site, days) if asked else []
    body = site.render(
        "changes.html",
        request,
        days=days,
        asked=asked,
        wrong=wrong,
        sections=_sections(found),
        facts=[change.words for change in found if not change.which],
        uncertain=_uncertain(site, days) if asked else [],
        shown=SHOWN,
    )
    return PageResponse(body, status=400 if wrong else 200)


def api_changes(site: Site, request: PageRequest) -> PageResponse:
    """Return the changes as JSON."""
    days = _days(request)
    for day in days:
        if day.error:
            raise ParameterError(f"{day.name}: {day.error}")
    if not days[0].text:
        raise ParameterError("from: is needed: the day from whose end changes are told")
    found = _compared(site, days)
    return PageResponse.json(
        {"from": days[0].text, "to": days[1].text or site.graph.as_of, "changes": [c._asdict() for c in found]}
    )


def _days(request: PageRequest) -> tuple[Day, Day]:
    old, new = _day(request, "from"), _day(request, "to")
    if old.text and new.text and not old.error and not new.error and bounds(old.text).latest > bounds(new.text).latest:
        old = old._replace(error=f"'{old.text}' is after '{new.text}'; changes are told forwards in time")
    return old, new


def _day(request: PageRequest, name: str) -> Day:
    try:
        text = request.one(name)
    except SpacepactError as error:
        return Day(name, "", str(error).removeprefix(f"{name}: "))
    try:
        if text:
            bounds(text)
    except DateError as error:
        return Day(name, text, str(error))
    return Day(name, text)


def _compared(site: Site, days: tuple[Day, Day]) -> list[Change]:
    old, new = (site.as_of(day.text) for day in days)
    return compare(old.graph, new.graph)


def _sections(found: list[Change]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return what changed under its words: for each thing the path of its page and its name."""
    return [
        (change.words, [(page_path(expand(c) or c), name) for c, name in zip(change.which, change.names, strict=True)])
        for change in found
        if change.which
    ]


def _uncertain(site: Site, days: tuple[Day, Day]) -> list[tuple[str, str]]:
    """Return the documents, with titles, that one of the days leaves out, as they may be of a later one."""
    return sorted({document for day in days for document in site.uncertain(day.text)})
