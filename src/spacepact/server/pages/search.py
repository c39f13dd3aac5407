"""Search: the page that groups what a text may mean, and the same as JSON for the search boxes."""

from __future__ import annotations

from itertools import groupby
from typing import Any, NamedTuple
from urllib.parse import urlencode

from spacepact.errors import ParameterError
from spacepact.iris import BASE, ENTITY, TOPIC, curie
from spacepact.queries.pairs import find_pair, leading_topic
from spacepact.queries.search import KINDS, Entry, Hit
from spacepact.server.site import PageRequest, PageResponse, Site, page_path
from spacepact.visualizations.dossier import Wanted, build_dossier, side

__all__ = ["API", "ROUTES", "api_search", "search"]

ROUTES = {"/search": "search", "/api/search": "api_search"}

API: dict[str, dict[str, Any]] = {
    "/api/search": {
        "summary": "What a name may mean: actors, engagements, topics and documents, the best first",
        "parameters": {
            "q": {"description": "a name or the beginning of one, in any language", "type": "string"},
            "kind": {"description": "only this class, such as Actor, or topic", "type": "string"},
            "limit": {"description": "at most so many", "type": "integer", "minimum": 1, "maximum": 50, "default": 8},
        },
        "answer": {
            "query": "string",
            "pairs": [{"a": "string", "b": "string", "label": "string", "engagements": "integer", "path": "string"}],
            "results": [
                dict.fromkeys(("id", "iri", "slug", "label", "matched", "how", "kind", "group", "path"), "string")
            ],
        },
        "example": "/api/search?q=kari",
    },
}

_WORDS = {
    "Actor": "States, organizations, people",
    "SpaceActivity": "Missions, programmes, space systems",
    "MeetingSeries": "Series of meetings",
    "Agreement": "Agreements",
    "Topic": "Topics",
    "Meeting": "Meetings",
    "Post": "Posts",
    "Place": "Places",
    "Commitment": "Commitments",
    "Document": "Documents",
}
_MOST = 1000  # hits that are counted
_SHOWN = 12  # of each kind, unless only that kind is asked for
_MOST_JSON = 50


class _Found(NamedTuple):
    """A pair that a text names: the number of its engagements, on *topic* if that is not empty, and of all.

    *besides* is what the text names besides, of which *topic* may only be the one it is told of under.
    """

    a: Entry
    b: Entry
    besides: Entry | None
    topic: str
    number: int
    all: int
    path: str

    @property
    def label(self) -> str:
        return f"{self.a.label} and {self.b.label}"


def search(site: Site, request: PageRequest) -> PageResponse:
    """Return the page of what ``q`` may mean: by kind, or with ``kind`` all of that kind."""
    text, kind = request.one("q"), request.one("kind")
    if kind and kind not in KINDS:
        raise ParameterError(f"kind: '{kind}' is no kind to filter by; there are {', '.join(KINDS)}")
    hits = site.names.search(text, limit=_MOST)
    firm = [hit for hit in hits if hit.how != "some"]
    found = {name: [hit for hit in firm if hit.entry.group == name] for name in KINDS}
    groups = {name: these for name, these in found.items() if these and kind in ("", name)}
    body = site.render(
        "search.html",
        request,
        text=text,
        kind=kind,
        words=_WORDS,
        counts={name: len(these) for name, these in found.items()},
        total=len(firm),
        cut=len(hits) >= _MOST,
        groups={name: these if kind else these[:_SHOWN] for name, these in groups.items()},
        best=None if kind else _best(firm),
        nearest=[hit for hit in hits if hit.how == "some"][:8],
        pair=None if kind else _pair(site, text),
    )
    return PageResponse(body)


def _pair(site: Site, text: str) -> _Found | None:
    """Return the two actors that *text* names, with what its dossier counts."""
    pair = find_pair(site.names, text)
    if pair is None:
        return None
    topic = ""
    if pair.besides:
        topic = (
            pair.besides.iri if pair.besides.group == "Topic" else leading_topic(site.graph.engine, pair.besides.iri)
        )
    topic = topic if topic in site.topics else ""
    whole = build_dossier(site.graph, site.view, side(site.graph, pair.a.iri), side(site.graph, pair.b.iri))
    number = len(whole.wanted(Wanted((topic,))).tied) if topic else len(whole.tied)
    path = f"/between/{pair.a.iri.removeprefix(ENTITY)}/{pair.b.iri.removeprefix(ENTITY)}"
    path += f"?{urlencode({'topic': topic.removeprefix(TOPIC)})}" if topic else ""
    return _Found(*pair, site.topics[topic].label if topic else "", number, len(whole.tied), path)


def _best(hits: list[Hit]) -> Hit | None:
    """Return the one hit that is clearly meant: the only one of that very name, or the only one at all."""
    for _, found in groupby(hits, key=lambda hit: hit.how):
        first = list(found)
        return first[0] if len(first) == 1 and (first[0].how == "exact" or len(hits) == 1) else None
    return None


def api_search(site: Site, request: PageRequest) -> PageResponse:
    """Return what ``q`` may mean as JSON, at most ``limit`` of it, of the class ``kind`` if that is given."""
    text = request.one("q")
    kind = request.one("kind")
    hits = site.names.search(text, kind, request.number("limit", 1, _MOST_JSON) or 8)
    pair = None if kind else _pair(site, text)
    pairs = [_pair_as_json(pair)] if pair else []
    return PageResponse.json({"query": text, "pairs": pairs, "results": [_as_json(hit) for hit in hits]})


def _pair_as_json(pair: _Found) -> dict[str, Any]:
    label = f"{pair.label}: {pair.topic}" if pair.topic else pair.label
    return {"a": pair.a.iri, "b": pair.b.iri, "label": label, "engagements": pair.number, "path": pair.path}


def _as_json(hit: Hit) -> dict[str, Any]:
    """Return *hit* for a script: *slug* is what forms send and addresses have."""
    iri = hit.entry.iri
    slug = iri.removeprefix(ENTITY if iri.startswith(ENTITY) else TOPIC if iri.startswith(TOPIC) else BASE)
    return {
        "id": curie(iri),
        "iri": iri,
        "slug": slug,
        "label": hit.entry.label,
        "matched": hit.matched,
        "how": hit.how,
        "kind": hit.entry.kind,
        "group": hit.entry.group,
        "path": page_path(iri),
    }
