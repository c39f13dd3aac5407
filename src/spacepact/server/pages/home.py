"""The home page: the search, what the record holds in a sentence, what is new and what is due."""

from __future__ import annotations

from typing import NamedTuple

from pyoxigraph import NamedNode

from spacepact.dates import bounds
from spacepact.iris import curie
from spacepact.queries.evidence import Proof, proofs
from spacepact.queries.holdings import holdings, newest_documents
from spacepact.queries.result import Result, flat, terms
from spacepact.server.pages.explore import overview_map
from spacepact.server.site import PageRequest, PageResponse, Site

__all__ = ["ROUTES", "home"]

ROUTES = {"/": "home"}

_LANGUAGES = {"en": "English", "ko": "Korean", "ja": "Japanese", "zh": "Chinese", "fr": "French", "es": "Spanish",
              "ru": "Russian", "ar": "Arabic", "de": "German", "it": "Italian", "pt": "Portuguese"}  # fmt: skip
_LISTED = 5  # entries of each list
_NEWS = 3  # documents whose engagements are told
_LOOKED_AT = 40  # engagements among which these are found
_ENDED = ("completed", "dropped")


class _Item(NamedTuple):
    """An engagement in a list. *date* is that of the list: when it was or is due. *strength* is of a promise.

    *promises* are those to bring it about by the same date.
    """

    iri: str
    label: str
    kind: str
    date: str
    status: str
    actors: str
    strength: str = ""
    promises: tuple[_Item, ...] = ()


def home(site: Site, request: PageRequest) -> PageResponse:
    """Return the home page."""
    held = holdings(site.graph)
    due, silent = _due(site)
    latest = _with_strength(site, _latest(site))
    folded = _folded(site, _with_strength(site, due))[:_LISTED]
    listed = [*folded, *silent[:_LISTED], *latest]
    proved = _proved(site, {item.iri for item in listed})
    body = site.render(
        "home.html",
        request,
        held=held,
        languages=[_LANGUAGES.get(code, code) for code in held.languages],
        documents=newest_documents(site.graph, _LISTED),
        news=_by_document(latest, proved)[:_NEWS],
        due=folded,
        silent=_with_strength(site, silent[:_LISTED]),
        counted={"due": len(due), "silent": len(silent)},
        proved=proved,
        maps=[overview_map(site, request, form=form) for form in ("wide", "tall")],
    )
    return PageResponse(body)


def _latest(site: Site) -> list[_Item]:
    """Return the newest engagements. Of one whose day is not known for sure, the first day it can have been counts."""
    result = site.graph.ask("timeline", until=site.graph.as_of)
    items = sorted(_items(result, "when", "engagement"), key=lambda item: bounds(item.date).earliest, reverse=True)
    return items[:_LOOKED_AT]


def _by_document(items: list[_Item], proved: dict[str, Proof]) -> list[tuple[Proof, list[_Item]]]:
    """Return *items* in their order by the documents that tell of them."""
    groups: dict[str, tuple[Proof, list[_Item]]] = {}
    for item in items:
        if proof := proved.get(item.iri):
            groups.setdefault(proof.document, (proof, []))[1].append(item)
    return list(groups.values())


def _due(site: Site) -> tuple[list[_Item], list[_Item]]:
    """Return what falls due next, the earliest first, and what is past its date unheard of, the latest first."""
    day = site.graph.as_of
    coming = [i for i in _items(site.graph.ask("due", since=day), "due", "what") if i.status not in _ENDED]
    past = [
        item
        for status in ("overdue", "no-data")
        for item in _items(site.graph.ask("due", until=day, status=status), "due", "what")
        if bounds(item.date).latest[:10] <= day
    ]
    return coming, sorted(past, key=lambda item: bounds(item.date).latest, reverse=True)


def _items(result: Result, date: str, what: str) -> list[_Item]:
    """Return the rows of *result* that have a date in its column *date*, once each."""
    found: dict[_Item, None] = {}
    for row in result.rows:
        cells = dict(zip(result.columns, row, strict=True))
        thing, *_ = terms(cells[what])
        label, kind, status, actors = (result.text(cells.get(name)) for name in (what, "kind", "status", "actor"))
        day = str(flat(cells[date]) or "")
        if day and isinstance(thing, NamedNode):
            found[_Item(thing.value, label, kind, day, status, actors)] = None
    return list(found)


def _folded(site: Site, items: list[_Item]) -> list[_Item]:
    """Return *items* with each promise at what it concerns, where that is due by the same date and in the list too."""
    rows = site.graph.query(
        f"""SELECT DISTINCT ?promise ?of WHERE {{ VALUES ?promise {{ {" ".join(f"<{item.iri}>" for item in items)} }}
          ?promise a pact:Commitment ; pact:concerns ?of FILTER NOT EXISTS {{ ?of a pact:Commitment }} }}
          ORDER BY ?promise ?of"""
    ).rows
    dates = {item.iri: item.date for item in items}
    promise_of: dict[str, str] = {}
    for promise, of in ((row[0].value, row[1].value) for row in rows):  # type: ignore[union-attr]
        if dates.get(of) == dates[promise]:
            promise_of.setdefault(promise, of)
    return [
        item._replace(promises=tuple(one for one in items if promise_of.get(one.iri) == item.iri))
        for item in items
        if item.iri not in promise_of
    ]


def _with_strength(site: Site, items: list[_Item]) -> list[_Item]:
    """Return *items* with how firm each promise is: a list must not make more of it than it says."""
    found = site.graph.query(
        f"""SELECT ?promise ?word WHERE {{ VALUES ?promise {{ {" ".join(f"<{item.iri}>" for item in items)} }}
          ?promise pact:strength/skos:prefLabel ?word FILTER (LANG(?word) = "en") }} ORDER BY ?word"""
    )
    words: dict[str, list[str]] = {}
    for row in found.records():
        words.setdefault(str(row["promise"]), []).append(str(row["word"]))
    return [item._replace(strength=" or ".join(words.get(curie(item.iri), ()))) for item in items]


def _proved(site: Site, iris: set[str]) -> dict[str, Proof]:
    """Return the best passage on each of *iris*."""
    best: dict[str, Proof] = {}
    for proof in proofs(site.graph.engine, iris):
        best.setdefault(proof.entity, proof)
    return best
