"""Pairs: from a text such as "korea and usa on gps" to the two actors it names, and to what it names besides."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import combinations
from typing import NamedTuple

from pyoxigraph import NamedNode, QuerySolutions

from spacepact.graph.engines.embedded import Engine
from spacepact.queries.search import Entry, Names, fold

__all__ = ["Pair", "find_pair", "leading_topic"]

_BETWEEN = frozenset(["and", "vs", "versus", "with", "between", "on", "about", "for", "및", "et", "und", "y"])
_PARTICLES = ("와", "과", "랑")  # "and" is a part of the word before it in Korean
_MOST_WORDS = 8
_LONGEST = 160  # characters of a text that are looked at


class Pair(NamedTuple):
    """Two actors that a text names, and the third thing that it names, such as a topic, or None."""

    a: Entry
    b: Entry
    besides: Entry | None = None


def find_pair(names: Names, text: str) -> Pair | None:
    """Return the pair that *text* names, or None: two names of actors, and at most one of something else.

    Only whole names count, in any order, with or without words such as "and" between them. A text that is itself a
    name, such as that of an agreement, is no pair.

    >>> from spacepact.iris import NS
    >>> entries = [Entry(f"id:{n}", n, (n,), "state", frozenset({NS + "Actor"})) for n in ("Korea", "United States")]
    >>> [bool(find_pair(Names(entries), text)) for text in ("korea & united states", "Korea", "korea united")]
    [True, False, False]
    """

    @cache
    def named(part: str, kind: str) -> Entry | None:
        for form in (part, part[:-1] if part.endswith(_PARTICLES) else ""):
            for hit in names.search(form, kind, 1):
                if hit.how == "exact":
                    return hit.entry
        return None

    words = fold(text[:_LONGEST]).split()
    if not 2 <= len(words) <= _MOST_WORDS or named(" ".join(words), ""):
        return None
    for parts in _parts(words):
        actors = [(at, entry) for at, part in enumerate(parts) if (entry := named(part, "Actor"))][:2]
        if len(actors) == 2 and actors[0][1].iri != actors[1][1].iri:
            others = [part for at, part in enumerate(parts) if at not in {at for at, _ in actors}]
            besides = [entry for part in others if (entry := named(part, "topic") or named(part, ""))]
            if len(besides) == len(others):
                return Pair(actors[0][1], actors[1][1], *besides)
    return None


def _parts(words: list[str]) -> Iterator[list[str]]:
    """Yield the ways to cut *words* into two parts, then those into three, without what only stands between names."""
    for number in (1, 2):
        for cuts in combinations(range(1, len(words)), number):
            ends = zip((0, *cuts), (*cuts, len(words)), strict=True)
            parts = [_bare(words[start:end]) for start, end in ends]
            if all(parts):
                yield parts


def _bare(words: list[str]) -> str:
    kept = list(words)
    while kept and kept[0] in _BETWEEN:
        del kept[0]
    while kept and kept[-1] in _BETWEEN:
        del kept[-1]
    return " ".join(kept)


def leading_topic(engine: Engine, iri: str) -> str:
    """Return the IRI of the topic that most of what names the thing *iri* is on; empty if there is none."""
    found = engine.query(
        f"""SELECT ?topic WHERE {{ ?by ?property {NamedNode(iri)} ; pact:topic ?topic }}
          GROUP BY ?topic ORDER BY DESC(COUNT(DISTINCT ?by)) ?topic LIMIT 1"""
    )
    assert isinstance(found, QuerySolutions)
    return next((row["topic"].value for row in found), "")
