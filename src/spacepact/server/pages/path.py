"""How two actors are connected: /path, with the evidence of each hop."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any
from urllib.parse import quote, urlencode

from spacepact.errors import ParameterError, UnknownName, nearest
from spacepact.iris import ENTITY, LICENCE, TOPIC, curie
from spacepact.queries.citing import cite_answer
from spacepact.queries.evidence import Proof
from spacepact.queries.facts import read_facts
from spacepact.queries.formats import csv_text, plural
from spacepact.queries.names import labels, resolve
from spacepact.server.openapi import ENGAGEMENT
from spacepact.server.pages._pair import near_actors
from spacepact.server.site import PageRequest, PageResponse, Site, record_of
from spacepact.visualizations.dossier import side
from spacepact.visualizations.drawing import look
from spacepact.visualizations.folding import passages_of
from spacepact.visualizations.model import showing_data
from spacepact.visualizations.paths import Hop, Rules, Way, find_ways, homes, hubs
from spacepact.visualizations.ways_drawing import draw_way

__all__ = ["API", "ROUTES", "api", "path", "table"]

ROUTES = {"/path": "path", "/path.csv": "table", "/api/path": "api"}

API: dict[str, dict[str, Any]] = {
    "/api/path": {
        "summary": "How two actors are connected: the shortest ways, with the evidence of each hop",
        "parameters": {
            "from": {"description": "an actor, by slug or name", "type": "string", "required": True, "example": "kari"},
            "to": {"description": "the other actor", "type": "string", "required": True, "example": "jaxa"},
            "without": {"description": "actors that no way may pass", "type": "string", "many": True},
            "basis": {"description": "only ties on these bases", "type": "string", "many": True},
            "topic": {"description": "only ties on these topics", "type": "string", "many": True},
            "level": {"description": "among states or among bodies", "type": "string", "enum": ["states", "bodies"]},
            "k": {"description": "at most so many ways", "type": "integer", "enum": [1, 2, 3, 5, 10]},
            "as_of": {"description": "the record as it stood at the end of this day", "type": "string"},
        },
        "answer": {
            "address": "string",
            "parameters": {"*": "string"},
            "ways": [
                {
                    "actors": [{"iri": "string", "label": "string"}],
                    "hops": [
                        {
                            "from": "string",
                            "to": "string",
                            "engagements": [ENGAGEMENT],
                        }
                    ],
                }
            ],
            "data_version": "string",
            "as_of": "string",
            "licence": "string",
        },
        "example": "/api/path?from=kari&to=jaxa",
    },
}

_COUNTS = (1, 2, 3, 5, 10)
_LEVELS = {"states": "States, each with its bodies", "bodies": "Bodies alone"}
_SHOWN = 5  # engagements of a hop; the dossier has all


class _Asked:
    """What a request asks for, its names resolved, and the ways that were found."""

    def __init__(self, site: Site, request: PageRequest) -> None:
        self.site = site = record_of(site, request)
        self.request = request
        self.as_of = request.one("as_of")
        self.start, self.end = (self.resolved(name, request.one(name)) for name in ("from", "to"))
        level = request.one("level", "states")
        if level not in _LEVELS:
            raise ParameterError(f"level: write states or bodies, not '{level}'")
        bases = tuple(request.all("basis"))
        for basis in bases:
            if basis not in site.view.bases:
                known = site.view.bases
                raise ParameterError(
                    f"basis: there is no '{basis}'{nearest(basis, known)}; there are {', '.join(known)}"
                )
        topics = [resolve(site.graph.engine, text, "topic", option="topic") for text in request.all("topic")]
        self.rules = Rules(self._left_out(request), bases, tuple(topics), level == "bodies")
        for name, iri in (("from", self.start), ("to", self.end)):
            if iri and iri in self.rules.without:
                raise ParameterError(f"without: {self.label(iri)} is where the way is to lead {name}; take it out")
        self.most = _count(request.one("k", "3"))

    def resolved(self, name: str, text: str) -> str:
        """Return the IRI of the actor *text*; raises UnknownName with addresses of this question with others."""
        try:
            return resolve(self.site.graph.engine, text, "Actor", option=name) if text else ""
        except UnknownName as error:
            way = self.request.url(**{name: "{}"}).replace("%7B%7D", "{}")
            web = UnknownName(str(error).removesuffix("; try 'spacepact find'"), "", error.near, error.other)
            web.suggestions = list(near_actors(self.site, text, way))
            raise web from None

    def _left_out(self, request: PageRequest) -> tuple[str, ...]:
        """Return the actors to leave out; a name may have commas in it, and commas may stand between names."""
        found = []
        for text in filter(None, map(str.strip, request.given("without"))):
            try:
                found.append(self.resolved("without", text))
            except UnknownName:
                if "," not in text:
                    raise
                found += [self.resolved("without", part.strip()) for part in text.split(",") if part.strip()]
        return tuple(dict.fromkeys(found))

    @cached_property
    def homes(self) -> dict[str, str]:
        return homes(self.site.graph)

    @cached_property
    def ways(self) -> list[Way]:
        return self.found(self.rules, self.most)

    def found(self, rules: Rules, most: int = 1) -> list[Way]:
        """Return the ways that *rules* allow."""
        if not self.start or not self.end:
            return []
        return find_ways(self.site.view, self.homes, self.start, self.end, rules, most)

    @property
    def passages(self) -> tuple[Proof, ...]:
        """The passages behind the ways, those of the newest document first."""
        return passages_of(s for way in self.ways for hop in way.hops for s in hop.showings)

    @cached_property
    def labels(self) -> dict[str, str]:
        iris = {self.start, self.end, *self.rules.without, *hubs(self.ways)} - {""}
        return labels(self.site.graph.engine, iris)

    def label(self, iri: str) -> str:
        """Return the name of an actor, or an empty string for none."""
        return labels(self.site.graph.engine, [iri])[iri] if iri else ""

    def given(self, rules: Rules | None = None, **ends: str) -> dict[str, str]:
        """Return the parameters of this question, or of one with other *rules* or *ends*, as they are in addresses."""
        rules = rules or self.rules
        values = {
            "from": ends.get("start", self.start).removeprefix(ENTITY),
            "to": ends.get("end", self.end).removeprefix(ENTITY),
            "without": ",".join(iri.removeprefix(ENTITY) for iri in rules.without),
            "basis": ",".join(rules.bases),
            "topic": ",".join(iri.removeprefix(TOPIC) for iri in rules.topics),
            "level": "bodies" if rules.bodies else "",
            "k": "" if self.most == 3 else str(self.most),
            "as_of": self.as_of,
        }
        return {name: text for name, text in values.items() if text}

    def path(self, rules: Rules | None = None, before: str = "/path", **ends: str) -> str:
        """Return the address of this question, or of one with other *rules* or *ends*."""
        query = urlencode(self.given(rules, **ends), quote_via=quote, safe=",")
        return before + (f"?{query}" if query else "")


def _count(text: str) -> int:
    if text not in map(str, _COUNTS):
        raise ParameterError(f"k: write how many ways at most: {', '.join(map(str, _COUNTS))}; not '{text}'")
    return int(text)


def _mistaken(site: Site, request: PageRequest) -> dict[str, str]:
    """Return the ends of the way that are no name of an actor, each with the slug of the nearest one, or nothing."""
    found = {}
    for name in ("from", "to"):
        try:
            resolve(site.graph.engine, request.one(name) or "usa", "Actor", option=name)
        except UnknownName:
            nearest_one = site.names.search(request.one(name), "Actor", limit=1)
            found[name] = nearest_one[0].entry.iri.rpartition("/")[2].removeprefix("id:") if nearest_one else ""
    return found


def path(site: Site, request: PageRequest) -> PageResponse:
    """Return the page of the ways from one actor to another; without both, the form.

    Where a name is mistaken, the form has the nearest one in its place, and what else is asked for as it was.
    """
    mistaken = _mistaken(record_of(site, request), request)
    query = {name: [mistaken[name]] if name in mistaken else list(values) for name, values in request.query.items()}
    asked = _Asked(site, replace(request, query=query) if mistaken else request)
    if mistaken:
        return _form_again(site, request, asked, mistaken)
    if not request.asks(asked.given()):
        return PageResponse.redirect(asked.path())
    return PageResponse(_rendered(asked, request, {"start": asked.label(asked.start), "end": asked.label(asked.end)}))


def _form_again(site: Site, request: PageRequest, asked: _Asked, mistaken: dict[str, str]) -> PageResponse:
    """Return the form as it was filled in, with the nearest name in the place of each that is *mistaken*."""
    mistakes = []
    for name in mistaken:
        try:
            asked.resolved(name, request.one(name))
        except UnknownName as error:
            mistakes.append(error)
    ends = {"start": asked.label(asked.start), "end": asked.label(asked.end)}
    kept = {end: ends[end] or request.one(name) for end, name in (("start", "from"), ("end", "to"))}
    return PageResponse(_rendered(asked, request, kept, mistakes), status=400)


def _rendered(asked: _Asked, request: PageRequest, ends: dict[str, str], mistakes: Sequence[UnknownName] = ()) -> str:
    asking = bool(asked.start and asked.end) and not mistakes
    same = asking and asked.start == asked.end
    direct = asking and any(len(way.hops) == 1 for way in asked.ways)
    return asked.site.render(
        "path.html",
        request,
        asked=asked,
        **ends,
        mistakes=mistakes,
        asking=asking,
        same=same,
        ways=[_drawn(asked, way) for way in asked.ways] if asking else [],
        sentence=_sentence(asked) if asking else "",
        hubs=_hubs(asked),
        openers=_openers(asked) if asking and not same and not asked.ways else [],
        agreements=_agreements(asked) if asking and not same and not direct else [],
        dossier=_dossier(asked, Hop(asked.start, asked.end, ())),
        levels=_LEVELS,
        counts=_COUNTS,
        question_path=_question(asked),
        citation=_citation(asked) if asking else "",
    )


def _drawn(asked: _Asked, way: Way) -> dict[str, Any]:
    """Return a way as the page has it: the drawing, and its hops with names, counts, dossier and newest engagements."""
    nodes = {node.iri: node for node in asked.site.view.nodes}
    names = [(iri, asked.labels[iri], look(nodes[iri].kind)[1] if iri in nodes else "other") for iri in way.actors]
    return {
        "drawing": draw_way([(name, kind) for _, name, kind in names], [len(hop.showings) for hop in way.hops]),
        "words": " – ".join(name for _, name, _ in names),
        "hops": [
            {
                "a": (hop.a, asked.labels[hop.a]),
                "b": (hop.b, asked.labels[hop.b]),
                "counts": _counts(hop),
                "count": len(hop.showings),
                "newest": hop.showings[:_SHOWN],
                "dossier": _dossier(asked, hop),
            }
            for hop in way.hops
        ],
    }


def _counts(hop: Hop) -> str:
    """Return in words how many engagements of which kind show a hop."""
    kinds: dict[str, int] = {}
    for shown in hop.showings:
        kinds[shown.kind] = kinds.get(shown.kind, 0) + 1
    many = {"activity": "activities", "attendance": "meetings"}
    one = {"attendance": "meeting"}
    return ", ".join(plural(n, one.get(kind, kind), many.get(kind, "")) for kind, n in sorted(kinds.items()))


def _dossier(asked: _Asked, hop: Hop) -> str:
    """Return the address of the dossier of a hop: of states with their bodies, unless each is to stand for itself."""
    chosen = {
        "topic": ",".join(iri.removeprefix(TOPIC) for iri in asked.rules.topics),
        "basis": ",".join(asked.rules.bases),
        "parts": "no" if asked.rules.bodies else "",
        "as_of": asked.as_of,
    }
    query = urlencode({name: text for name, text in chosen.items() if text}, safe=",")
    return f"/between/{hop.a.removeprefix(ENTITY)}/{hop.b.removeprefix(ENTITY)}" + (f"?{query}" if query else "")


def _sentence(asked: _Asked) -> str:
    """Return in words how near the two are and over whom the best way leads."""
    if not asked.ways:
        return ""
    best = asked.ways[0]
    between = [asked.labels[iri] for iri in best.actors[1:-1]]
    how = f"over {' and '.join(between)}" if between else "directly"
    return f"{plural(len(best.hops), 'hop')} at least, {how}; {plural(len(asked.ways), 'way')} shown."


def _hubs(asked: _Asked) -> list[tuple[str, str, str, bool]]:
    """Return the actors the ways lead through and those left out: slug, name, in how many ways, whether left out."""
    through = hubs(asked.ways)
    kept = [(iri, plural(count, "way")) for iri, count in through.items()]
    rows = [(iri, "left out") for iri in asked.rules.without] + kept
    return [(iri.removeprefix(ENTITY), asked.labels[iri], words, iri in asked.rules.without) for iri, words in rows]


def _agreements(asked: _Asked) -> list[tuple[str, str, list[Proof]]]:
    """Return the agreements to which both are parties: IRI, name, and the best passage on the part of each.

    An accord that any state may join ties no two of its parties, and leads nowhere. Still it is what they share.
    """
    engine = asked.site.graph.engine
    sides = [
        side(asked.site.graph, iri, parts=False if asked.rules.bodies else None) for iri in (asked.start, asked.end)
    ]
    a, b = (set(each.members) for each in sides)
    parties = read_facts(engine, {*a, *b}, incoming=True, only=["pact:party"])
    of_a, of_b = ({fact.subject: fact for fact in parties if fact.text in members} for members in (a, b))
    shared = sorted(of_a.keys() & of_b.keys())
    names = labels(engine, shared)
    return [
        (iri, names[iri], [min(f.proofs, key=lambda p: p.order) for f in (of_a[iri], of_b[iri]) if f.proofs])
        for iri in shared
    ]


def _openers(asked: _Asked) -> list[tuple[str, str]]:
    """Return questions a little wider than this one that have an answer, as addresses and words."""
    rules, found = asked.rules, []
    wider: list[tuple[Rules, str]] = [
        (replace(rules, without=tuple(w for w in rules.without if w != iri)), f"with {asked.labels[iri]} again")
        for iri in rules.without
    ]
    wider += [(replace(rules, without=()), "leaving nobody out")] if len(rules.without) > 1 else []
    wider += [(replace(rules, topics=()), "on any topic")] if rules.topics else []
    wider += [(replace(rules, bases=()), "by agreement, commitment or activity")] if rules.bases else []
    wider += [(replace(rules, bodies=False), "with bodies counting for their states")] if rules.bodies else []
    every = replace(rules, bases=asked.site.view.bases)
    wider += [(every, "counting also who sat in one meeting, which is the weakest of ties")]
    for looser, words in wider:
        if looser != rules and (ways := asked.found(looser)):
            found.append((asked.path(looser), f"{words}: {plural(len(ways[0].hops), 'hop')}"))
    ends = {"start": asked.homes.get(asked.start, asked.start), "end": asked.homes.get(asked.end, asked.end)}
    if ends != {"start": asked.start, "end": asked.end} and ends["start"] != ends["end"]:
        states = find_ways(asked.site.view, asked.homes, ends["start"], ends["end"], rules, 1)
        if states:
            words = f"between their states, {asked.label(ends['start'])} and {asked.label(ends['end'])}"
            found.append((asked.path(None, "/path", **ends), f"{words}: {plural(len(states[0].hops), 'hop')}"))
    return found


def _question(asked: _Asked) -> str:
    """Return the address of the catalogue's question `path` that has the same answer, or none: it knows fewer rules."""
    rules = asked.rules
    if rules.bodies or max(map(len, (rules.without, rules.bases, rules.topics))) > 1:
        return ""
    given = {"a": asked.start.removeprefix(ENTITY), "b": asked.end.removeprefix(ENTITY), "paths": str(asked.most)}
    given |= {name: text for name, text in asked.given().items() if name in ("without", "basis", "topic", "as_of")}
    return "/questions/path?" + urlencode(given)


def _citation(asked: _Asked) -> str:
    graph = asked.site.graph
    question = f"How are {asked.label(asked.start)} and {asked.label(asked.end)} connected?"
    parameters = asked.given() | {"from": curie(asked.start), "to": curie(asked.end)}
    address = asked.site.settings.public_url + asked.path()
    return cite_answer(question, parameters, address, asked.passages, (graph.version, graph.as_of)).text


def _both(asked: _Asked) -> None:
    for name, iri in (("from", asked.start), ("to", asked.end)):
        if not iri:
            raise ParameterError(f"{name}: give an actor: its name, alias or slug")


def table(site: Site, request: PageRequest) -> PageResponse:
    """Return the ways as CSV: a row for each hop and engagement that shows it."""
    asked = _Asked(site, request)
    _both(asked)
    columns = ["path", "step", "from", "to", "basis", "engagement", "title", "date", "documents"]
    text = csv_text([*columns, "data_version", "as_of", "licence"], _rows(asked))
    name = f"path-{asked.start.removeprefix(ENTITY)}-{asked.end.removeprefix(ENTITY)}.csv"
    return PageResponse.download(text, "text/csv; charset=utf-8", name)


def _rows(asked: _Asked) -> Iterable[list[object]]:
    last = [asked.site.graph.version, asked.site.graph.as_of, LICENCE]
    for number, way in enumerate(asked.ways, 1):
        for step, hop in enumerate(way.hops, 1):
            start = [number, step, hop.a, hop.b]
            for s in hop.showings:
                documents = "; ".join(dict.fromkeys(proof.url or proof.document for proof in s.passages))
                yield [*start, s.kind, s.iri, s.label, s.date, documents, *last]
            if not hop.showings:
                yield [*start, "", "", "", "", "", *last]


def api(site: Site, request: PageRequest) -> PageResponse:
    """Return the ways as JSON."""
    asked = _Asked(site, request)
    _both(asked)
    ways = [
        {
            "actors": [{"iri": iri, "label": asked.labels[iri]} for iri in way.actors],
            "hops": [
                {"from": hop.a, "to": hop.b, "engagements": [showing_data(s) for s in hop.showings]} for hop in way.hops
            ],
        }
        for way in asked.ways
    ]
    return PageResponse.json(
        {
            "address": site.settings.public_url + asked.path(),
            "parameters": asked.given(),
            "ways": ways,
            "data_version": asked.site.graph.version,
            "as_of": asked.site.graph.as_of,
            "licence": LICENCE,
        }
    )
