"""Topics and codes: what each means, how the source words lead to it, and what in the record bears it."""

from __future__ import annotations

from collections import Counter
from functools import cache

from pyoxigraph import NamedNode

from spacepact.errors import NotFound
from spacepact.graph.dereferencing import data_path
from spacepact.iris import CODE, TOPIC
from spacepact.ontology.parts import part
from spacepact.ontology.vocabulary import vocabulary
from spacepact.queries.concepts import Concept, concept, on_topic, schemes, topic_counts, uses
from spacepact.queries.names import labels
from spacepact.server.site import PageRequest, PageResponse, Site, record_of

__all__ = ["ROUTES", "code_page", "codes_page", "topic_page", "topics_page"]

ROUTES = {
    "/topics": "topics_page",
    "/page/topic": "topics_page",
    "/page/topic/{slug}": "topic_page",
    "/page/code": "codes_page",
    "/page/code/{name:path}": "code_page",
}

_KINDS = {
    "agreement": "Agreements",
    "commitment": "Commitments",
    "activity": "Missions and programmes",
    "meeting": "Meetings that spoke of it",
}
_ACTORS = 24


def topics_page(site: Site, request: PageRequest) -> PageResponse:
    """Show the tree of topics, each with the number of engagements; with *as_of* those of an earlier day."""
    site = record_of(site, request)
    counts = topic_counts(site.graph)
    found = {iri: _concept(site, iri) for iri in vocabulary().schemes[TOPIC.rstrip("/")]}
    roots = sorted((c for c in found.values() if not c.broader), key=lambda c: c.label)
    below = {
        iri: sorted((found[n] for n in c.narrower if n in found), key=lambda c: c.label) for iri, c in found.items()
    }
    body = site.render("topics.html", request, roots=roots, below=below, counts=counts, data="/data/topic")
    return PageResponse(body)


def topic_page(site: Site, request: PageRequest) -> PageResponse:
    """Show what a topic means and the engagements on it; with *as_of* those that were known on an earlier day."""
    site = record_of(site, request)
    topic = _concept(site, TOPIC + request.params["slug"])
    engagements = on_topic(site.graph, topic.iri)
    who = Counter(actor for engagement in engagements for actor in engagement.actors)
    body = site.render(
        "topic.html",
        request,
        topic=topic,
        slug=topic.iri.removeprefix(TOPIC),
        names=labels(site.graph.engine, {*topic.broader, *topic.narrower}),
        counts=topic_counts(site.graph),
        groups=[(words, [e for e in engagements if e.kind == kind]) for kind, words in _KINDS.items()],
        total=len(engagements),
        who=sorted(who.items(), key=lambda pair: (-pair[1], pair[0][1]))[:_ACTORS],
        others=max(0, len(who) - _ACTORS),
        data=data_path(topic.iri),
    )
    return PageResponse(body)


def _concept(site: Site, iri: str) -> Concept:
    try:
        found = concept(site.graph, iri)
    except ValueError:  # what is no IRI is no topic
        found = None
    if found is None:
        ways = [("/topics", "All topics")] if iri.startswith(TOPIC) else [("/page/code", "All codes")]
        raise NotFound("The record has no such topic." if iri.startswith(TOPIC) else "There is no such code.", ways)
    return found


def codes_page(site: Site, request: PageRequest) -> PageResponse:
    """List the schemes of codes with their codes."""
    found = [(_concept(site, scheme), [_concept(site, code) for code in codes]) for scheme, codes in schemes().items()]
    return PageResponse(site.render("codes.html", request, schemes=found))


@cache
def _places() -> dict[str, int]:
    """Return the places of the codes in their file: the order of strengths and statuses means something."""
    return {quad.subject.value: at for at, quad in enumerate(part("codes")) if isinstance(quad.subject, NamedNode)}


def code_page(site: Site, request: PageRequest) -> PageResponse:
    """Show a code with what bears it, or a scheme with its codes."""
    name = request.params["name"]
    code = _concept(site, CODE + name)
    scheme = _concept(site, CODE + name.partition("/")[0])
    codes = sorted((_concept(site, iri) for iri in scheme.narrower), key=lambda c: _places().get(c.iri, 0))
    body = site.render(
        "code.html",
        request,
        code=code,
        scheme=scheme,
        codes=codes,
        counts={c.iri: sum(borne.count for borne in uses(site.graph, c.iri, 0)) for c in codes}
        if code == scheme
        else {},
        uses=[] if code == scheme else uses(site.graph, code.iri),
        data=data_path(code.iri),
    )
    return PageResponse(body)
