"""The dossier of a pair of actors: /between/{a}/{b}, as a page, CSV, JSON-LD and JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote, urlencode

from pyoxigraph import NamedNode

from spacepact.errors import NotFound, ParameterError, UnknownName, nearest
from spacepact.iris import ENTITY, TOPIC, curie
from spacepact.queries.catalogue import question
from spacepact.queries.formats import plural
from spacepact.queries.names import labels, resolve
from spacepact.server.openapi import ENGAGEMENT
from spacepact.server.site import PageRequest, PageResponse, Site, page_path, record_of
from spacepact.visualizations.dossier import GROUPS, TIED, Dossier, Entry, Wanted, build_dossier, side
from spacepact.visualizations.dossier_files import beyond_question, citation, to_csv, to_data, to_jsonld
from spacepact.visualizations.dossier_standing import STANDINGS
from spacepact.visualizations.paths import find_ways, homes

__all__ = ["API", "ROUTES", "api", "between", "jsonld", "near_actors", "table"]

ROUTES = {
    "/between/{a}/{b}": "between",
    "/between/{a}/{b}.csv": "table",
    "/between/{a}/{b}.jsonld": "jsonld",
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

_TITLES = {
    "agreement": "Agreements",
    "commitment": "Commitments",
    "activity": "Missions, programmes and systems",
    "meeting": "Meetings they hold",
    "no tie": "Named together, without a tie",
    "attendance": "Sat in one meeting",
}
_NOUNS = {"activity": "activities"}
_BESIDES = {
    "meeting": ("meeting or series that both hold", "meetings or series that both hold"),
    "no tie": ("engagement that names both and ties neither", "engagements that name both and tie neither"),
    "attendance": ("meeting that both sat in", "meetings that both sat in"),
}


class _Asked:
    """What a request asks for: the whole dossier, what of it is wanted, and the parameters as they are in addresses."""

    def __init__(self, site: Site, request: PageRequest, a: str, b: str) -> None:
        self.site = site
        engine = site.graph.engine
        parts = {"": None, "yes": True, "no": False}
        if request.one("parts") not in parts:
            raise ParameterError("parts: write yes or no, whether the parts of the two count for them")
        sides = [side(site.graph, iri, parts=parts[request.one("parts")]) for iri in (a, b)]
        self.whole = build_dossier(site.graph, site.view, *sides)
        topics = [resolve(engine, text, "topic", option="topic") for text in request.all("topic")]
        self.bases = [_basis(text) for text in request.all("basis")]
        self.statuses = [_status(site, text) for text in request.all("status")]
        self.topics = topics
        self.since, self.until = request.one("from"), request.one("to")
        self.wanted = Wanted(tuple(topics), tuple(self.bases), tuple(self.statuses), *request.span())
        self.shown = self.whole.wanted(self.wanted)
        given = {
            "topic": ",".join(iri.removeprefix(TOPIC) for iri in topics),
            "basis": ",".join(basis.replace(" ", "-") for basis in self.bases),
            "status": ",".join(status.replace(" ", "-") for status in self.statuses),
            "from": self.since,
            "to": self.until,
            "parts": request.one("parts"),
            "as_of": request.one("as_of"),
        }
        self.given = {name: text for name, text in given.items() if text}

    def without(self, one: str) -> Dossier:
        """Return the dossier as asked for but for the filter *one*: "topics", "bases" or "statuses"."""
        nothing: dict[str, Any] = {one: ()}
        return self.whole.wanted(replace(self.wanted, **nothing))

    def path(self, suffix: str = "", before: str = "/between", /, **changes: str | None) -> str:
        """Return the address of this dossier in another form, or with parameters changed; None takes one out."""
        a, b = self.whole.a.slug, self.whole.b.slug
        return self.pair(f"{before}/{a}/{b}{suffix}", {**self.given, **changes})

    def pair(self, path: str, given: Mapping[str, str | None]) -> str:
        """Return *path* with what is *given*, of the same day of the record."""
        query = {name: text for name, text in {"as_of": self.given.get("as_of"), **given}.items() if text}
        return path + (f"?{urlencode(query, safe=',')}" if query else "")


def _status(site: Site, text: str) -> str:
    if (found := text.replace("-", " ")) in STANDINGS:
        return found
    iri = resolve(site.graph.engine, text, "code status", option="status")
    return labels(site.graph.engine, [iri])[iri]


def _basis(text: str) -> str:
    found = text.replace("-", " ")
    if found not in GROUPS:
        known = [group.replace(" ", "-") for group in GROUPS]
        raise ParameterError(f"basis: there is no '{text}'{nearest(text, known)}; there are {', '.join(known)}")
    return found


def _asked(site: Site, request: PageRequest) -> _Asked | PageResponse:
    """Return what is asked for, or a redirection to the address with the slugs of the two actors.

    Raises NotFound for a name that fits no actor, and where the two are one.
    """
    request.knows("topic", "basis", "status", "from", "to", "parts")
    site = record_of(site, request)
    names = [request.params["a"], request.params["b"]]
    ways = ("/between/{}/" + quote(names[1], safe=""), "/between/" + quote(names[0], safe="") + "/{}")
    iris = [_actor(site, name, way) for name, way in zip(names, ways, strict=True)]
    slugs = [iri.removeprefix(ENTITY) for iri in iris]
    if iris[0] == iris[1]:
        label = labels(site.graph.engine, iris)[iris[0]]
        partners = [
            (f"/between/{slugs[0]}/{other.removeprefix(ENTITY)}", f"{label} and {name}")
            for other, name in _partners(site, iris[0])
        ]
        message = f"A dossier is of two actors, and both of these are {label}."
        raise NotFound(message, [(page_path(iris[0]), f"The page of {label}"), *partners])
    if names != slugs:
        path = request.path.replace("/".join(names), "/".join(slugs))
        return PageResponse.redirect(PageRequest(path, query=request.query).url())
    return _Asked(site, request, *iris)


def _actor(site: Site, name: str, way: str) -> str:
    """Return the IRI of the actor *name*; *way* is the address with braces in its place, for others it may mean."""
    try:
        iri = site.graph.resolve(name, "Actor")
    except UnknownName as error:
        said = error.said.removeprefix("name: ")
        ways = list(near_actors(site, name, way))
        like = "" if len(ways) > 1 else " None has a name like it either."
        raise NotFound(f"{said[:1].upper()}{said[1:]}.{like}", ways) from None
    newer = site.graph.query(f"SELECT ?by WHERE {{ {NamedNode(iri)} dcterms:isReplacedBy ?by }}").rows
    return min((str(row[0].value) for row in newer), default=iri)  # type: ignore[union-attr]


def near_actors(site: Site, name: str, way: str) -> Iterator[tuple[str, str]]:
    """Yield addresses with words: *way* with the slugs of actors that *name* may mean in its braces, and a search."""
    for hit in site.names.search(name, "Actor", limit=5):
        slug = hit.entry.iri.rpartition("/")[2].removeprefix("id:")
        yield way.replace("{}", slug), f"{hit.entry.label} ({hit.entry.kind})"
    shown = name if len(name) <= 80 else name[:80] + "…"
    yield "/search?" + urlencode({"q": shown}), f"Search all names for “{shown}”"


def _partners(site: Site, iri: str) -> list[tuple[str, str]]:
    names = {node.iri: node.label for node in site.view.nodes}
    others = [tie.b if tie.a == iri else tie.a for tie in site.view.ties if iri in (tie.a, tie.b)]
    return [(other, names[other]) for other in others[:5]]


def between(site: Site, request: PageRequest) -> PageResponse:
    """Return the page of a dossier."""
    asked = _asked(site, request)
    if isinstance(asked, PageResponse):
        return asked
    if not request.asks(asked.given):
        return PageResponse.redirect(asked.path())
    site = asked.site
    whole, shown = asked.whole, asked.shown
    sparql = question("what-links").bind({"a": NamedNode(whole.a.iri), "b": NamedNode(whole.b.iri)})
    body = site.render(
        "between.html",
        request,
        asked=asked,
        whole=whole,
        dossier=shown,
        titles=_TITLES,
        counts=_counts(shown),
        span=_span(shown),
        besides=[
            (group, plural(len(found), *_BESIDES[group])) for group, found in shown.groups.items() if group in _BESIDES
        ],
        standing=_standing(asked),
        last=_last_meeting(shown),
        beyond=beyond_question(shown, site.graph.store),
        newest=next(iter(shown.tied), None),
        bodies=_bodies(asked),
        years=_strip(asked),
        choices=_choices(asked),
        empty=_empty(site, asked) if not shown.tied else None,
        canonical=site.settings.public_url + "/between/" + "/".join(sorted((whole.a.slug, whole.b.slug))),
        citation=_citation(site, asked),
        sparql=sparql,
        sparql_path="/query?" + urlencode({"query": sparql}),
        wider=_wider(site, asked),
        ways_path=asked.pair("/path", {"from": whole.a.slug, "to": whole.b.slug}),
    )
    return PageResponse(body)


def _counts(dossier: Dossier) -> list[tuple[str, str]]:
    """Return the groups that tie the two, each with the number of its engagements in words."""
    groups = dossier.groups
    return [(group, plural(len(groups[group]), group, _NOUNS.get(group, ""))) for group in TIED if group in groups]


def _span(dossier: Dossier) -> str:
    """Return in words when the two have cooperated, and from how many documents that is known."""
    years = [year for entry in dossier.tied for year in entry.years]
    when = [f"{min(years)}–{max(years)}" if min(years) != max(years) else str(min(years))] if years else []
    documents = {proof.document for entry in dossier.tied for proof in entry.showing.passages}
    return ", ".join([*when, f"from {plural(len(documents), 'document')}"])


def _standing(asked: _Asked) -> list[tuple[str, str]]:
    """Return how many engagements are open, past their date or moved: the address that shows them, and words."""
    entries = asked.without("statuses").entries
    found = {name: [entry for entry in entries if name in entry.standing] for name in STANDINGS}
    loose = sum(entry.group not in TIED for entry in found["open"])
    considered = sum(entry.showing.strength == "under consideration" for entry in found["open"])
    less = [f"{n} {what}" for n, what in ((loose, "that tie nobody"), (considered, "only under consideration")) if n]
    words = {
        "open": plural(len(found["open"]), "open commitment") + (f", of them {' and '.join(less)}" if less else ""),
        "past its date": f"{len(found['past its date'])} past the date without news",
        "date moved": f"{len(found['date moved'])} whose date moved",
    }
    return [(asked.path(status=_slug(name)), words[name]) for name in STANDINGS if found[name]]


def _last_meeting(dossier: Dossier) -> Entry | None:
    """Return the newest meeting that the two have held, or else have attended."""
    held = [entry for entry in dossier.entries if entry.showing.what == "meeting" and entry.showing.date]
    return next((entry for group in ("meeting", "attendance") for entry in held if entry.group == group), None)


def _bodies(asked: _Asked) -> list[dict[str, Any]]:
    """Return which members of the two sides are tied, those by most engagements first."""
    dossier, view = asked.whole, asked.site.view
    names = {node.iri: node.label for node in view.nodes}
    sides = {iri: at for at, one in enumerate((dossier.a, dossier.b)) for iri in one.members}
    found = []
    for tie in view.ties:
        count = len({shown.iri for shown in tie.showings if shown.kind in TIED})
        if count and tie.a in sides and tie.b in sides and sides[tie.a] != sides[tie.b]:
            a, b = sorted((tie.a, tie.b), key=lambda iri: sides[iri])
            path = f"/between/{a.removeprefix(ENTITY)}/{b.removeprefix(ENTITY)}"
            alone = {"parts": "no"} if {a, b} == {dossier.a.iri, dossier.b.iri} else {}
            found.append({"a": names[a], "b": names[b], "count": count, "path": asked.pair(path, alone)})
    return sorted(found, key=lambda row: (-row["count"], row["a"], row["b"])) if len(found) > 1 else []


def _strip(asked: _Asked) -> list[dict[str, Any]]:
    """Return the years of the whole dossier, with what of them is drawn in the strip: heights are parts of 100."""
    years = asked.whole.wanted(replace(asked.wanted, since="", until="")).years
    most = max((tied + loose for tied, loose in years.values()), default=0)
    return [
        {
            "year": year,
            "tied": tied,
            "loose": loose,
            "tied_height": round(100 * tied / most, 2),
            "loose_height": round(100 * loose / most, 2),
            "path": asked.path(**{"from": str(year), "to": str(year)}),
            "on": asked.since == str(year) == asked.until,
        }
        for year, (tied, loose) in years.items()
    ]


def _choices(asked: _Asked) -> list[dict[str, Any]]:
    """Return the filters of the form: name, words, what may be chosen with its count, and what is."""
    topics = {iri: asked.whole.topics[iri].label for iri in asked.whole.counted("topic")}
    chosen = {"topic": asked.topics, "basis": asked.bases, "status": asked.statuses}
    # Within the other filters, or a choice would promise what it does not give.
    counted = {
        "topic": asked.without("topics").counted("topic"),
        "basis": asked.without("bases").counted("group"),
        "status": asked.without("statuses").counted("status"),
    }
    made = []
    for name, words in (("topic", "Topic"), ("basis", "Kind"), ("status", "Status")):
        rows: list[tuple[str, str, int | None]] = [
            (_slug(value), topics.get(value, _TITLES.get(value, value)), count)
            for value, count in counted[name].items()
        ]
        rows.sort(key=lambda row: row[1].lower()) if name != "basis" else rows.sort(key=_place)
        value = ",".join(map(_slug, chosen[name]))
        if value and value not in {row[0] for row in rows}:
            words_of = [asked.whole.topics[one].label if one in asked.whole.topics else one for one in chosen[name]]
            rows.append((value, " or ".join(words_of), None))
        made.append({"name": name, "words": words, "rows": rows, "value": value})
    return made


def _slug(value: str) -> str:
    return value.removeprefix(TOPIC).replace(" ", "-")


def _place(row: tuple[str, str, int | None]) -> int:
    return GROUPS.index(row[0].replace("-", " "))


def _wider(site: Site, asked: _Asked) -> list[tuple[str, str]]:
    """Return the addresses of dossiers of more bodies than this one, with words for them."""
    a, b = asked.whole.a, asked.whole.b
    found = []
    states = [one.state or one.iri for one in (a, b)]
    if states != [a.iri, b.iri] and states[0] != states[1]:
        words = labels(site.graph.engine, states)
        slugs = "/".join(iri.removeprefix(ENTITY) for iri in states)
        found.append(
            (asked.pair(f"/between/{slugs}", {}), f"{words[states[0]]} and {words[states[1]]}, with all their bodies")
        )
    if any(one.parts and len(one.members) == 1 for one in (a, b)):
        found.append((asked.path(parts="yes"), "These two with their parts"))
    return found


def _empty(site: Site, asked: _Asked) -> dict[str, Any]:
    """Return what to say where nothing that is wanted ties the two: when there is something, and what would widen."""
    always = asked.whole.wanted(replace(asked.wanted, since="", until=""))
    years = [year for entry in always.tied for year in entry.years]
    ways = find_ways(site.view, homes(site.graph), asked.whole.a.iri, asked.whole.b.iri, most=1)
    called = labels(site.graph.engine, [iri for way in ways for iri in way.actors])
    return {
        "one_state": len({one.state or one.iri for one in (asked.whole.a, asked.whole.b)}) == 1,
        "when": _range(asked.since, asked.until),
        "earliest": min(years, default=None),
        "latest": max(years, default=None),
        "loosened": _loosened(asked),
        "way": [(iri, called[iri]) for iri in ways[0].actors] if ways else [],
    }


def _loosened(asked: _Asked) -> list[tuple[str, str, int]]:
    """Return the filters without which something ties the two: address, words, and how many engagements."""
    found: list[tuple[str, str, int]] = []
    for given, changes, words in (
        (("from", "to"), {"since": "", "until": ""}, "At any time"),
        (("topic",), {"topics": ()}, "On any topic"),
        (("basis",), {"bases": ()}, "Of any kind"),
        (("status",), {"statuses": ()}, "Of any status"),
        (("from", "to", "topic", "basis", "status"), dict.fromkeys(_FILTERS, ()) | {"since": "", "until": ""}, "All"),
    ):
        count = len(asked.whole.wanted(replace(asked.wanted, **changes)).tied)
        path = asked.path("", "/between", **dict.fromkeys(given))
        if count and asked.given.keys() & set(given) and path not in {one[0] for one in found}:
            found.append((path, words, count))
    return found


_FILTERS = ("topics", "bases", "statuses")


def _range(since: str, until: str) -> str:
    if since and until:
        return f" in {since}" if since == until else f" in {since}–{until}"
    return f" since {since}" if since else f" until {until}" if until else ""


def _citation(site: Site, asked: _Asked) -> str:
    a, b = asked.whole.a, asked.whole.b
    beyond = beyond_question(asked.shown, asked.site.graph.store)
    parameters = {"a": curie(a.iri), "b": curie(b.iri), **asked.given}
    question = f"What is on record between {a.label} and {b.label}?"
    address = site.settings.public_url + asked.path()
    text = citation(question, parameters, address, asked.shown.documents, site.graph.version, site.graph.as_of)
    if not beyond:
        return text
    named = ", ".join(curie(entry.showing.iri) for entry in beyond)
    return f"{text}\nBeyond the catalogue's question what-links ({len(beyond)} of {len(asked.shown.entries)}): {named}"


def table(site: Site, request: PageRequest) -> PageResponse:
    """Return a dossier as CSV: a row for each engagement and passage."""
    asked = _asked(site, request)
    if isinstance(asked, PageResponse):
        return asked
    text = to_csv(asked.shown, asked.site.graph.version, asked.site.graph.as_of)
    return PageResponse.download(text, "text/csv; charset=utf-8", _file_name(asked, "csv"))


def jsonld(site: Site, request: PageRequest) -> PageResponse:
    """Return the facts of a dossier and their named graphs as JSON-LD."""
    asked = _asked(site, request)
    if isinstance(asked, PageResponse):
        return asked
    content = to_jsonld(asked.shown, asked.site.graph.store)
    return PageResponse.download(content, "application/ld+json", _file_name(asked, "jsonld"))


def api(site: Site, request: PageRequest) -> PageResponse:
    """Return a dossier as JSON."""
    asked = _asked(site, request)
    if isinstance(asked, PageResponse):
        return asked
    address = {"address": site.settings.public_url + asked.path(), "parameters": asked.given}
    return PageResponse.json(address | to_data(asked.shown, asked.site.graph.version, asked.site.graph.as_of))


def _file_name(asked: _Asked, suffix: str) -> str:
    return f"{asked.whole.a.slug}-{asked.whole.b.slug}.{suffix}"
