"""The feeds: what falls due as a calendar, what documents added as Atom, and the page that explains both."""

from __future__ import annotations

from urllib.parse import urlencode

from spacepact.iris import curie
from spacepact.queries.names import resolve
from spacepact.server.pages.timeline import topics
from spacepact.server.site import PageRequest, PageResponse, Site
from spacepact.visualizations.feeds import additions, due, to_atom, to_ics

__all__ = ["ROUTES", "additions_atom", "due_ics", "feeds"]

ROUTES = {"/feeds": "feeds", "/feeds/due.ics": "due_ics", "/feeds/additions.atom": "additions_atom"}


def feeds(site: Site, request: PageRequest) -> PageResponse:
    """Return the page that explains the feeds and makes their addresses for an actor or a topic."""
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
            calendar=f"/feeds/due.ics{of}",
            atom=f"/feeds/additions.atom{by}",
            public=site.settings.public_url,
            due=due(site.lanes, actor, topic),
            added=additions(site.lanes, actor, 8),
        )
    )


def due_ics(site: Site, request: PageRequest) -> PageResponse:
    """Return what is due or planned as an iCalendar."""
    actor, topic = _named(site, request, "actor", "Actor"), _named(site, request, "topic", "topic")
    name = _title(site, "Spacepact: due and planned", actor, topic)
    text = to_ics(due(site.lanes, actor, topic), site.settings.public_url, name, site.graph.as_of)
    return PageResponse(text, "text/calendar; charset=utf-8")


def additions_atom(site: Site, request: PageRequest) -> PageResponse:
    """Return the newest documents, each with what it was the first to tell of, as an Atom feed."""
    actor = _named(site, request, "actor", "Actor")
    name = _title(site, "Spacepact: additions to the record", actor)
    found = additions(site.lanes, actor)
    text = to_atom(found, site.settings.public_url, _query(actor), name, site.graph.as_of)
    return PageResponse(text, "application/atom+xml; charset=utf-8")


def _named(site: Site, request: PageRequest, name: str, kind: str) -> str:
    given = request.one(name)
    return resolve(site.graph.engine, given, kind, option=name) if given else ""


def _query(actor: str, topic: str = "") -> dict[str, str]:
    given = {"actor": curie(actor).removeprefix("id:"), "topic": curie(topic).removeprefix("topic:")}
    return {name: slug for name, slug in given.items() if slug}


def _title(site: Site, title: str, *of: str) -> str:
    names = [site.lanes.label(iri) for iri in of if iri]
    return f"{title} ({', '.join(names)})" if names else title
