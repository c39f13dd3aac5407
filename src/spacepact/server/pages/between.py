"""The dossier of a pair of actors as a page: /between/{a}/{b}."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from pyoxigraph import NamedNode

from spacepact.iris import ENTITY, TOPIC
from spacepact.queries.catalogue import question
from spacepact.queries.formats import plural
from spacepact.queries.names import labels
from spacepact.server.pages._pair import Asked, read_asked
from spacepact.server.site import PageRequest, PageResponse, Site
from spacepact.visualizations.dossier import GROUPS, TIED, Dossier, Entry
from spacepact.visualizations.dossier_files import beyond_question
from spacepact.visualizations.dossier_standing import STANDINGS
from spacepact.visualizations.paths import find_ways, homes

__all__ = ["ROUTES", "between"]

ROUTES = {"/between/{a}/{b}": "between"}

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


def between(site: Site, request: PageRequest) -> PageResponse:
    """Return the page of a dossier."""
    asked = read_asked(site, request)
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
        citation=asked.citing.text,
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


def _standing(asked: Asked) -> list[tuple[str, str]]:
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


def _bodies(asked: Asked) -> list[dict[str, Any]]:
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


def _strip(asked: Asked) -> list[dict[str, Any]]:
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


def _choices(asked: Asked) -> list[dict[str, Any]]:
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


def _wider(site: Site, asked: Asked) -> list[tuple[str, str]]:
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


def _empty(site: Site, asked: Asked) -> dict[str, Any]:
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


def _loosened(asked: Asked) -> list[tuple[str, str, int]]:
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
