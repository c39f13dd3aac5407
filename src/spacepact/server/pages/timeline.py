"""The timeline: the dated lives of meeting series, agreements, activities and promises."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from spacepact.dates import date_words
from spacepact.errors import ParameterError
from spacepact.folders import folder
from spacepact.iris import LICENCE, LICENCE_WORDS, NS, TOPIC, curie
from spacepact.queries.formats import csv_text, plural
from spacepact.queries.names import resolve
from spacepact.server.site import PageRequest, PageResponse, Site, page_path, record_of
from spacepact.visualizations.lanes import KINDS, SIGNS, Lane, Mark
from spacepact.visualizations.lettering import flowed, wrapped
from spacepact.visualizations.palette import palette
from spacepact.visualizations.timeline import Timeline, Wanted, build_timeline
from spacepact.visualizations.years import Bar

__all__ = ["API", "ROUTES", "timeline", "timeline_csv", "timeline_json", "timeline_svg", "topics"]

ROUTES = {
    "/timeline": "timeline",
    "/timeline.csv": "timeline_csv",
    "/timeline.svg": "timeline_svg",
    "/api/timeline": "timeline_json",
}

API: dict[str, dict[str, Any]] = {
    "/api/timeline": {
        "summary": "Series, agreements, missions and promises as lanes of marks, with what renews or succeeds what",
        "parameters": {
            "actor": {"description": "only lanes of this actor", "type": "string", "example": "kasa"},
            "with": {"description": "and of this one", "type": "string"},
            "topic": {"description": "only this topic", "type": "string"},
            "kind": {"description": "only these kinds", "type": "string", "many": True},
            "from": {"description": "not before this date", "type": "string"},
            "to": {"description": "not after this date", "type": "string"},
            "lanes": {"description": "at most so many lanes, or all", "type": "string"},
            "as_of": {"description": "the record as it stood at the end of this day", "type": "string"},
        },
        "answer": {
            **dict.fromkeys(("asOf", "dataVersion", "licence", "url"), "string"),
            **dict.fromkeys(("fitting", "shown"), "integer"),
            "lanes": [
                {
                    **dict.fromkeys(("iri", "label", "kind", "what", "strength", "status"), "string"),
                    **{key: ["string"] for key in ("actors", "topics", "documents")},
                    "marks": [
                        dict.fromkeys(("date", "earliest", "latest", "note", "of", "sign", "to", "words"), "string")
                    ],
                }
            ],
            "links": [{"earlier": "string", "later": "string", "words": "string"}],
            "years": [{"year": "integer", "number": "integer", "within": "boolean"}],
            "sources": [
                dict.fromkeys(("iri", "title", "publisher", "issued", "latest", "rank", "url"), "string"),
            ],
        },
        "example": "/api/timeline?actor=kasa",
    },
}

_SHOWN = 40


def timeline(site: Site, request: PageRequest) -> PageResponse:
    """Return the page: the lanes drawn, the histogram that filters by time, and the same as a table."""
    today, site = site.graph.as_of, record_of(site, request)
    found = build_timeline(site.lanes, _wanted(site, request))
    earlier, bars = _bars(found)
    context = _drawing(site, found) | {
        "bars": bars,
        "earlier": earlier,
        "words": _in_words(site, found),
        "empty": None if found.shown else _wider(site, request, found),
        "fields": [
            ("actor", "Involves", _given(site, found.wanted.actor)),
            ("with", "together with", _given(site, found.wanted.other)),
        ],
        "feed": PageRequest("", query={n: request.query.get(n, ()) for n in ("actor", "topic")}).url(),
        "today": today,
        "target": lambda mark: request.stay(_target(mark)),
        "narrowed": any(request.one(n) for n in ("actor", "with", "topic", "from", "to", "as_of"))
        or request.all("kind"),
        "topic_choices": topics(site),
        "kinds": KINDS,
        "moved": any(row.lane.slipped for row in found.rows),
        "export": request.url().removeprefix("/timeline"),
        "more": [(n, words) for n, words in _more(found.fitting) if n != found.wanted.lanes],
    }
    return PageResponse(site.render("timeline.html", request, **context))


def timeline_svg(site: Site, request: PageRequest) -> PageResponse:
    """Return the drawing as a file of its own, in the colours of paper."""
    site = record_of(site, request)
    found = build_timeline(site.lanes, _wanted(site, request))
    source = site.settings.public_url + request.url().replace("/timeline.svg", "/timeline", 1)
    context = _drawing(site, found) | {
        "words": _in_words(site, found),
        "about": f"{plural(len(found.documents), 'source')}. Licence: {LICENCE_WORDS}.",
        "source": source,
        "style": _style(),
        "wrapped": wrapped,
    }
    entries = [(sign, words, 0) for sign, words in context["legend_signs"].items()]
    entries += [("", words, colour) for words, colour in context["legend_topics"]]
    places = flowed([words for _, words, _ in entries], 12, 1184, sign=22)
    context["legend"] = [(*entry, place) for entry, place in zip(entries, places, strict=True)]
    text = site.render("timeline.svg", request, **context)
    return PageResponse.download(text, "image/svg+xml; charset=utf-8", "spacepact-timeline.svg")


def timeline_csv(site: Site, request: PageRequest) -> PageResponse:
    """Return what is on the lanes, one row a mark, each with the documents that tell of its lane."""
    site = record_of(site, request)
    found = build_timeline(site.lanes, _wanted(site, request))
    source = site.settings.public_url + request.url().replace("/timeline.csv", "/timeline", 1)
    rows = []
    for row in found.rows:
        lane = row.lane
        about = (lane.iri, lane.label, lane.kind, lane.what, lane.strength, lane.status)
        rest = (" ".join(sorted(lane.documents)), found.version, found.as_of, LICENCE, source)
        for mark in lane.marks:
            rows.append((*about, mark.of, mark.date, mark.sign, mark.words, mark.note, mark.to, *rest))
    text = csv_text(_COLUMNS, rows)
    return PageResponse.download(text, "text/csv; charset=utf-8; header=present", "spacepact-timeline.csv")


_COLUMNS = (
    *("lane", "laneLabel", "kind", "what", "strength", "status"),
    *("of", "date", "sign", "words", "note", "to", "documents", "dataVersion", "asOf", "licence", "url"),
)


def timeline_json(site: Site, request: PageRequest) -> PageResponse:
    """Return the lanes that are shown, the links between them and the documents behind them as JSON."""
    site = record_of(site, request)
    found = build_timeline(site.lanes, _wanted(site, request))
    shown = {row.lane.iri for row in found.rows}
    data = {
        "asOf": found.as_of,
        "dataVersion": found.version,
        "licence": LICENCE,
        "url": site.settings.public_url + request.url().replace("/api/timeline", "/timeline", 1),
        "fitting": found.fitting,
        "shown": found.shown,
        "lanes": [_lane(row.lane) for row in found.rows],
        "links": [link._asdict() for link in site.lanes.links if {link.earlier, link.later} <= shown],
        "years": [bar._asdict() for bar in found.bars],
        "sources": [document._asdict() for document in found.documents],
    }
    return PageResponse.json(data)


def _lane(lane: Lane) -> dict[str, Any]:
    names = ("iri", "label", "kind", "what", "strength", "status")
    sets = {"actors": sorted(lane.actors), "topics": sorted(lane.topics), "documents": sorted(lane.documents)}
    return {name: getattr(lane, name) for name in names} | sets | {"marks": [vars(mark) for mark in lane.marks]}


def _wanted(site: Site, request: PageRequest) -> Wanted:
    """Return what the parameters ask for. Raises ParameterError naming the one that is wrong."""
    kinds = tuple(dict.fromkeys(request.all("kind")))
    for kind in kinds:
        if kind not in KINDS:
            raise ParameterError(f"kind: there is no '{kind}'; there are: {', '.join(KINDS)}")
    shown = request.one("lanes", str(_SHOWN))
    if not re.fullmatch("all|[1-9][0-9]{0,3}", shown, re.ASCII):
        raise ParameterError("lanes: write how many to show, from 1 to 9999, or all")
    return Wanted(
        _named(site, request, "actor", "Actor"),
        _named(site, request, "with", "Actor"),
        _named(site, request, "topic", "topic"),
        kinds,
        *request.span(),
        0 if shown == "all" else int(shown),
    )


def _named(site: Site, request: PageRequest, name: str, kind: str) -> str:
    given = request.one(name)
    return resolve(site.graph.engine, given, kind, option=name) if given else ""


def _given(site: Site, actor: str) -> tuple[str, str] | None:
    """Return the slug and the name of an actor that was asked for."""
    return (curie(actor).removeprefix("id:"), site.lanes.label(actor)) if actor else None


def _bars(found: Timeline) -> tuple[tuple[int, int, int] | None, tuple[Bar, ...]]:
    """Return the bars from the first year that the axis, or most of what is on record, needs; and what is before them.

    That is its first and last year and the number of engagements in it, or None.
    """
    total, before = sum(bar.number for bar in found.bars), 0
    for at, bar in enumerate(found.bars):
        before += bar.number
        if before > total / 50 or bar.year >= int(found.axis.start[:4]):
            left = found.bars[:at]
            number = sum(each.number for each in left)
            return ((left[0].year, left[-1].year, number) if number else None), found.bars[at:]
    return None, found.bars


def topics(site: Site) -> list[tuple[str, str]]:
    """Return the slugs and names of the topics that something is on."""
    found = {topic for lane in site.lanes.lanes for topic in lane.topics}
    return sorted(((iri.removeprefix(TOPIC), site.lanes.label(iri)) for iri in found), key=lambda p: p[1])


def _drawing(site: Site, found: Timeline) -> dict[str, Any]:
    """Return what the templates of the drawing need."""
    broad = [topic for row in found.rows for topic in row.lane.broad[:1]]
    signs = {mark.sign for row in found.rows for mark in row.marks}
    return {
        "found": found,
        "colour": lambda lane: site.view.colours.get(next(iter(lane.broad), ""), 0),
        "legend_topics": [(site.lanes.label(t), site.view.colours.get(t, 0)) for t in sorted(set(broad))]
        + ([("no topic on record", 0)] if any(not row.lane.broad for row in found.rows) else []),
        "legend_signs": {sign: words for sign, words in SIGNS.items() if sign in signs},
        "headings": KINDS,
        "cut": _cut,
        "target": _target,
        "tip": _tip,
        "single": NS + "Meeting",
    }


def _cut(text: str, most: int) -> str:
    """Return the words of *text* that fit into *most* characters.

    >>> _cut("Korean Positioning System", 20), _cut("a" * 30, 20) == "a" * 20
    ('Korean Positioning', True)
    """
    return text if len(text) <= most else text[: most + 1].rpartition(" ")[0] or text[:most]


def _target(mark: Mark) -> str:
    """Return the path of the page on what *mark* is about: on what brought it about, if that has a page."""
    return page_path(mark.to or mark.of)


def _tip(mark: Mark) -> str:
    """Return all that *mark* says, in one line."""
    doubt = " (the source doubts it)" if mark.doubtful else ""
    day = f"{date_words(mark.date)}{doubt}" if mark.date else "" if mark.sign == "missing" else "undated"
    note = "" if mark.sign == "missing" else mark.note
    return ". ".join(filter(None, (": ".join(filter(None, (day, mark.words))).rstrip("."), note)))


def _in_words(site: Site, found: Timeline) -> str:
    """Return a sentence that says what is shown, and of how much."""
    wanted, name = found.wanted, site.lanes.label
    of = [name(iri) for iri in (wanted.actor, wanted.other) if iri]
    about = f" involving {' and '.join(of)}" if of else ""
    about += f" on {name(wanted.topic)}" if wanted.topic else ""
    if wanted.since or wanted.until:
        about += f" from {wanted.since or 'the first'} to {wanted.until or 'the last'}"
    kinds = ", ".join(f"{len(rows)} of {found.counts[kind]} {_NOUNS[kind]}" for kind, rows in found.groups.items())
    if found.shown == found.fitting:
        kinds = ", ".join(plural(len(rows), *_NOUN_PAIRS[kind]) for kind, rows in found.groups.items())
        return f"{kinds or 'Nothing'}{about}: that is all in the record as of {found.as_of}."
    which = "of each kind those" if len(found.groups) > 1 else "those"
    return f"{kinds}{about}: {which} of which most is on record, as of {found.as_of}."


_NOUN_PAIRS = {
    "series": ("line of meetings", "lines of meetings"),
    "agreement": ("agreement", "agreements"),
    "activity": ("mission, programme or system", "missions, programmes and systems"),
    "promise": ("promise", "promises"),
}
_NOUNS = {kind: many for kind, (_, many) in _NOUN_PAIRS.items()}


def _more(fitting: int) -> list[tuple[int, str]]:
    steps = [(n, f"{n} lanes") for n in (_SHOWN, 120) if n < fitting]
    return [*steps, (0, f"all {fitting} lanes")] if fitting > _SHOWN else []


def _wider(site: Site, request: PageRequest, found: Timeline) -> list[tuple[str, str]]:
    """Return addresses that ask for more, each with words; only such as find something."""
    tries = {
        "at any time": {"from": None, "to": None},
        "of every kind": {"kind": None},
        "on every topic": {"topic": None},
        "without the second actor": {"with": None},
        "of all actors": {"actor": None, "with": None},
        "on all topics, of every kind, at any time": {"topic": None, "kind": None, "from": None, "to": None},
    }
    offers = []
    for words, changes in tries.items():
        query = {name: values for name, values in request.query.items() if name not in changes}
        if query != dict(request.query):
            number = build_timeline(site.lanes, _wanted(site, PageRequest(request.path, query=query))).fitting
            if number:
                offers.append((request.url(**changes), f"{words}: {plural(number, 'lane')}"))
    return offers


@cache
def _style() -> str:
    """Return the style of the drawing for a file of its own, with the light colours in the place of their names."""
    text = (folder("visualizations") / "explorer" / "timeline-drawing.css").read_text(encoding="utf-8")
    topics = "".join(f".topic-{n} {{ color: var(--topic-{n}); }}" for n in range(9))
    return re.sub(r"var\(--([\w-]+)\)", lambda found: palette()[found[1]], topics + text)
