"""Says in Markdown what the record covers and what it lacks.

By the country of the publisher, year, language, rank and topic; and for each series, which meetings nobody told of.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import NamedTuple

from pyoxigraph import QuerySolutions

from spacepact.queries.knowledge import KnowledgeGraph

__all__ = ["coverage"]


_NOWHERE = "none, or not known"


class _Document(NamedTuple):
    country: str
    year: str
    language: str
    rank: str
    part: str
    passages: int
    facts: int


def coverage(graph: KnowledgeGraph) -> str:
    """Return the page on the coverage of *graph*.

    A fact is a statement of a passage, without the bounds computed from its dates; one that two passages make counts
    for both documents. Percentages are rounded to whole ones.
    """
    documents = _documents(graph)
    parts = [
        "# What the record covers, and what it lacks",
        "This page is made from the facts (`pytest tests/test_docs.py --write-answers`). A fact is one statement of "
        "one passage.",
        _leaning(graph, documents),
        "## By the country of the publisher",
        _by("country", documents, lambda d: d.country),
        "## By year of issue",
        _by("year", documents, lambda d: d.year, newest=True),
        "## By language",
        _by("language", documents, lambda d: d.language),
        "## By rank of the source",
        _by("rank", documents, lambda d: d.rank),
        "## By how much of the document was at hand",
        "What the record does not have from a document of which only a part was at hand, the rest of it may say: a "
        "joint statement may have its list of topics and no promise here, because our copy ends before them.",
        _by("part", documents, lambda d: d.part),
        "## By topic",
        "Agreements, commitments and meetings that have the topic itself; one may have several.",
        _topics(graph),
        "## Series of meetings, and what is missing of each",
        "Numbers that lie below the highest a source gives and of which no source tells. A series without numbers may "
        "lack meetings too: nobody can tell how many.",
        _series(graph),
    ]
    return "\n\n".join(parts) + "\n"


def _rows(graph: KnowledgeGraph, sparql: str) -> list[list[str]]:
    found = graph.engine.query(sparql)
    assert isinstance(found, QuerySolutions)
    return [[term.value if term is not None else "" for term in row] for row in found]


def _documents(graph: KnowledgeGraph) -> list[_Document]:
    facts: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    passages: dict[str, set[str]] = defaultdict(set)
    for document, passage, subject, prop, value in _rows(
        graph,
        """SELECT DISTINCT ?document ?passage ?subject ?property ?value WHERE {
          ?passage pact:inDocument ?document .
          GRAPH ?passage { ?subject ?property ?value }
          FILTER (?property NOT IN (pact:earliest, pact:latest, pact:dueEarliest, pact:dueLatest))
        }""",
    ):
        facts[document].add((passage, subject, prop, value))
        passages[document].add(passage)
    found = _rows(
        graph,
        """SELECT DISTINCT ?document ?country ?issued ?language ?rank ?part WHERE {
          ?document pact:sourceRank ?code ; dc:language ?language . ?passage pact:inDocument ?document .
          ?code skos:prefLabel ?rank FILTER (LANG(?rank) = "en")
          OPTIONAL { ?document pact:issued ?issued } OPTIONAL { ?document pact:partHeld ?part }
          OPTIONAL { ?document pact:publishedIn ?state . ?state skos:prefLabel ?country FILTER (LANG(?country) = "en") }
        } ORDER BY ?document""",
    )
    return [
        _Document(
            country or _NOWHERE,
            _year(issued),
            language,
            rank,
            f"only the {part}" if part else "the whole",
            len(passages[document]),
            len(facts[document]),
        )
        for document, country, issued, language, rank, part in found
    ]


def _year(issued: str) -> str:
    """Return the year of an EDTF date, or both if it spans two.

    >>> _year("2023-12/2024-06"), _year("2024-09-23"), _year("")
    ('2023 or 2024', '2024', 'not known')
    """
    years = sorted({part[:4] for part in issued.split("/") if part[:4].isdigit()})
    return " or ".join(years) or "not known"


def _by(name: str, documents: list[_Document], of: Callable[[_Document], str], *, newest: bool = False) -> str:
    groups: dict[str, list[_Document]] = defaultdict(list)
    for document in documents:
        groups[of(document)].append(document)
    order = sorted(groups, reverse=True) if newest else sorted(groups, key=lambda key: (-len(groups[key]), key))
    rows = [
        [key, len(groups[key]), sum(d.passages for d in groups[key]), sum(d.facts for d in groups[key])]
        for key in order
    ]
    total = ["all", len(documents), sum(d.passages for d in documents), sum(d.facts for d in documents)]
    return _table([name, "documents", "passages", "facts"], [*rows, total])


def _leaning(graph: KnowledgeGraph, documents: list[_Document]) -> str:
    """Return in a sentence which state the record leans to, by publishers and by what it tells of."""
    counts: dict[str, int] = defaultdict(int)
    for document in documents:
        counts[document.country] += 1
    country, most = max(counts.items(), key=lambda item: (item[0] != _NOWHERE, item[1], item[0]))
    rows = _rows(
        graph,
        f"""SELECT DISTINCT ?engagement ?label WHERE {{
          VALUES ?class {{ pact:Agreement pact:Commitment pact:Meeting }}
          ?engagement a ?class ; pact:involves ?actor .
          {{ ?actor skos:prefLabel ?label }} UNION {{ ?actor pact:ofState ?state . ?state skos:prefLabel ?label }}
          FILTER (LANG(?label) = "en" && STR(?label) = "{country}") }}""",
    )
    involved = len({row[0] for row in rows})
    everything = _rows(
        graph,
        """SELECT DISTINCT ?engagement WHERE {
          VALUES ?class { pact:Agreement pact:Commitment pact:Meeting }
          ?engagement a ?class ; pact:involves ?actor }""",
    )
    return (
        f"**The record leans to one side.** {most} of {len(documents)} documents ({_share(most, len(documents))}) are "
        f"published in {_the(country)}, and {involved} of the {len(everything)} agreements, commitments and meetings "
        f"({_share(involved, len(everything))}) involve it or its bodies. What other states agree among themselves is "
        "here only as far as these documents tell it: that two of them have no tie on record says nothing about them."
    )


def _the(country: str) -> str:
    return f"the {country}" if country.startswith(("United", "Republic")) else country


def _share(part: int, whole: int) -> str:
    return f"{round(100 * part / whole)} %" if whole else "0 %"


def _topics(graph: KnowledgeGraph) -> str:
    on: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for label, engagement, kind in _rows(
        graph,
        """SELECT DISTINCT ?label ?engagement ?kind WHERE {
          VALUES (?class ?kind) {
            (pact:Agreement "agreements") (pact:Commitment "commitments") (pact:Meeting "meetings")
          }
          ?engagement a ?class ; pact:topic ?topic . ?topic skos:prefLabel ?label FILTER (LANG(?label) = "en") }""",
    ):
        on[label][kind].add(engagement)
    kinds = ["agreements", "commitments", "meetings"]
    order = sorted(on, key=lambda label: (-sum(map(len, on[label].values())), label))
    return _table(["topic", *kinds], [[label, *(len(on[label][kind]) for kind in kinds)] for label in order])


def _series(graph: KnowledgeGraph) -> str:
    names = dict(
        _rows(
            graph,
            """SELECT DISTINCT ?series ?label WHERE {
              ?series a pact:MeetingSeries ; skos:prefLabel ?label FILTER (LANG(?label) = "en") }""",
        )
    )
    meetings: dict[str, dict[str, tuple[str, bool]]] = {series: {} for series in names}
    for series, meeting, ordinal, date in _rows(
        graph,
        """SELECT DISTINCT ?series ?meeting ?ordinal ?date WHERE {
          ?meeting pact:inSeries ?series .
          OPTIONAL { ?meeting pact:ordinal ?ordinal } OPTIONAL { ?meeting pact:date ?date } }
        ORDER BY ?ordinal ?date""",
    ):
        meetings[series][meeting] = (ordinal, bool(date))
    rows = []
    for series, label in sorted(names.items(), key=lambda item: (-len(meetings[item[0]]), item[1])):
        found = meetings[series].values()
        numbers = {int(ordinal) for ordinal, _ in found if ordinal}
        missing = sorted(set(range(1, max(numbers, default=0))) - numbers)
        held, planned = sum(dated for _, dated in found), sum(not dated for _, dated in found)
        rows.append([label, held, planned, max(numbers, default=""), _spans(missing)])
    return _table(["series", "held, on record", "planned or undated", "highest number", "missing numbers"], rows)


def _spans(numbers: list[int]) -> str:
    """Return *numbers*, sorted, with runs of them as spans.

    >>> _spans([1, 2, 3, 5, 7, 8])
    '1-3, 5, 7-8'
    """
    spans: list[list[int]] = []
    for number in numbers:
        if spans and spans[-1][-1] == number - 1:
            spans[-1].append(number)
        else:
            spans.append([number])
    return ", ".join(f"{span[0]}-{span[-1]}" if len(span) > 1 else str(span[0]) for span in spans)


def _table(columns: list[str], rows: Iterable[Iterable[object]]) -> str:
    lines: list[list[str]] = [columns, ["---"] * len(columns), *([f"{cell}" for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
