"""The feeds: what falls due as a calendar, the newest documents as Atom, and the page that explains both."""

from __future__ import annotations

from urllib.parse import urlencode

from spacepact.errors import ParameterError
from spacepact.iris import curie
from spacepact.queries.names import resolve
from spacepact.server.pages.timeline import topics
from spacepact.server.site import PageRequest, PageResponse, Site
from spacepact.visualizations.feeds import additions, due, to_atom, to_ics

__all__ = ["ROUTES", "documents_atom", "due_ics", "feeds", "to_come_ics"]

ROUTES = {
    "/feeds": "feeds",
    "/feeds/to-come.ics": "to_come_ics",
    "/feeds/due.ics": "due_ics",
    "/feeds/documents.atom": "documents_atom",
}


def feeds(site: Site, request: PageRequest) -> PageResponse:
    """Return the page that explains the feeds and makes their addresses for an actor or a topic."""
    _refuse_day(request)
    actor, topic = _named(site, request, "actor", "Actor"), _named(site, request, "topic", "topic")
    of = f"?{urlencode(_query(actor, topic))}" if actor or topic else ""
    by = f"?{urlencode(_query(actor))}" if actor else ""
    return PageResponse(
        site.render(
            "feeds.html",
            request,
            actor=(curie(actor).removeprefix("id:"), site.lanes.label(actor)) if actor else None,
            topic=(curie(topic).removeprefix("topic:"), site.lanes.label(topic)) if topic else None,
            topic_choices=topics(site),
            calendar=f"/feeds/to-come.ics{of}",
            whole=f"/feeds/due.ics{of}",
            atom=f"/feeds/documents.atom{by}",
            public=site.settings.public_url,
            due=due(site.lanes, actor, topic, site.graph.as_of),
            past=len(due(site.lanes, actor, topic)) - len(due(site.lanes, actor, topic, site.graph.as_of)),
            added=additions(site.lanes, actor, 8),
        )
    )


def due_ics(site: Site, request: PageRequest) -> PageResponse:
    """Return what is due or planned as an iCalendar, with what is past its date without news."""
    return _calendar(site, request, "Spacepact: due and planned")


def to_come_ics(site: Site, request: PageRequest) -> PageResponse:
    """Return what is due or planned on the day of the record or later as an iCalendar."""
    return _calendar(site, request, "Spacepact: to come", site.graph.as_of)


def _calendar(site: Site, request: PageRequest, title: str, since: str = "") -> PageResponse:
    _refuse_day(request)
    actor, topic = _named(site, request, "actor", "Actor"), _named(site, request, "topic", "topic")
    found = due(site.lanes, actor, topic, since)
    text = to_ics(found, site.settings.public_url, _title(site, title, actor, topic), site.graph.as_of)
    return PageResponse(text, "text/calendar; charset=utf-8")


def documents_atom(site: Site, request: PageRequest) -> PageResponse:
    """Return the newest documents, each with what it was the first to tell of, as an Atom feed."""
    _refuse_day(request)
    actor = _named(site, request, "actor", "Actor")
    name = _title(site, "Spacepact: newest documents", actor)
    found = additions(site.lanes, actor)
    text = to_atom(found, site.settings.public_url, _query(actor), name, site.graph.as_of)
    return PageResponse(text, "application/atom+xml; charset=utf-8")


def _refuse_day(request: PageRequest) -> None:
    """Say why a feed takes no day: who subscribes to it would hear of nothing new."""
    if day := "".join(request.given("as_of")).strip():
        then = [
            (f"/questions/due?{urlencode({'as_of': day})}", "What was due as of that day"),
            (f"/timeline?{urlencode({'as_of': day})}", "The timeline as of that day"),
            (request.url(as_of=None), "The feed"),
        ]
        raise ParameterError("as_of: a feed tells what is due or new now, so it takes no earlier day", then)


def _named(site: Site, request: PageRequest, name: str, kind: str) -> str:
    given = request.one(name)
    return resolve(site.graph.engine, given, kind, option=name) if given else ""


def _query(actor: str, topic: str = "") -> dict[str, str]:
    given = {"actor": curie(actor).removeprefix("id:"), "topic": curie(topic).removeprefix("topic:")}
    return {name: slug for name, slug in given.items() if slug}


def _title(site: Site, title: str, *of: str) -> str:
    names = [site.lanes.label(iri) for iri in of if iri]
    return f"{title} ({', '.join(names)})" if names else title
