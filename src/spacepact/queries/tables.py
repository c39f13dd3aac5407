"""The record as a handful of plain tables, for spreadsheets and data frames: one CSV file each, in one ZIP file.

Ids are CURIEs, dates are EDTF as sources give them; several values of a cell are joined by "; ".
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import cast

from spacepact.queries.formats import csv_text
from spacepact.queries.knowledge import KnowledgeGraph
from spacepact.queries.result import Term, flat, fold

__all__ = ["TABLES", "bundle", "table"]

TABLES = {
    "actors": (
        "Who: states, organizations, coalitions, people",
        """SELECT DISTINCT ?actor ?kind ?state WHERE {
          ?kind rdfs:subClassOf* pact:Actor . ?actor a ?kind . FILTER (STRSTARTS(STR(?kind), STR(pact:)))
          OPTIONAL { ?actor pact:ofState ?state } }""",
        ("kind", "state"),
    ),
    "engagements": (
        "What: agreements, commitments, meetings and their series, missions and programmes",
        """SELECT DISTINCT ?engagement ?kind ?date ?due ?strength ?status ?topic WHERE {
          ?kind rdfs:subClassOf* pact:Engagement . ?engagement a ?kind . FILTER (STRSTARTS(STR(?kind), STR(pact:)))
          OPTIONAL { ?engagement pact:when ?date } OPTIONAL { ?engagement pact:dueBy ?due }
          OPTIONAL { ?engagement pact:strength ?strength } OPTIONAL { ?engagement pact:currentStatus ?status }
          OPTIONAL { ?engagement pact:topic ?topic } }""",
        ("kind", "date", "due", "strength", "status", "topic"),
    ),
    "involvement": (
        "Who is in what, and how",
        """SELECT DISTINCT ?engagement ?how ?actor WHERE {
          ?how rdfs:subPropertyOf+ pact:involves . ?engagement ?how ?actor }""",
        (),
    ),
    "evidence": (
        "Which passage tells of what",
        """SELECT DISTINCT ?engagement ?passage ?certainty ?document WHERE {
          ?kind rdfs:subClassOf* pact:Engagement . ?engagement a ?kind .
          GRAPH ?passage { ?engagement ?property ?value } ?passage pact:inDocument ?document
          OPTIONAL { ?passage pact:certainty ?certainty } }""",
        (),
    ),
    "documents": (
        "Where it is said",
        """SELECT DISTINCT ?document ?title ?publisher ?issued ?rank ?language ?url WHERE {
          ?document a pact:Document ; dcterms:title ?title
          OPTIONAL { ?document dc:publisher ?publisher } OPTIONAL { ?document pact:issued ?issued }
          OPTIONAL { ?document pact:sourceRank ?rank } OPTIONAL { ?document dc:language ?language }
          OPTIONAL { ?document schema:url ?url } }""",
        ("title",),
    ),
}
"""Each table by its name: what is in it, the query, and the columns that may have several values."""


def table(graph: KnowledgeGraph, name: str) -> Iterator[list[object]]:
    """Yield the head and the rows of the table *name*; a column of names stands after each column of ids."""
    _, sparql, folded = TABLES[name]
    found = graph.query(sparql)
    named = set(found.iri_columns())
    yield [head for column in found.columns for head in ([column, f"{column}Label"] if column in named else [column])]
    rows = fold(found.columns, cast("list[tuple[Term | None, ...]]", found.rows), folded)
    for row in sorted(rows, key=str):
        cells: list[object] = []
        for column, cell in zip(found.columns, row, strict=True):
            cells += [flat(cell), found.text(cell)] if column in named else [flat(cell)]
        yield cells


def bundle(graph: KnowledgeGraph, notice: str) -> bytes:
    """Return all tables as CSV files in one ZIP file, with *notice* as README.txt: the same facts, the same bytes."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as bundled:
        files = {f"{name}.csv": _csv(graph, name) for name in TABLES}
        for name, text in {"README.txt": notice, **files}.items():
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            bundled.writestr(entry, text.encode())
    return target.getvalue()


def _csv(graph: KnowledgeGraph, name: str) -> str:
    columns, *rows = table(graph, name)
    return csv_text(columns, rows)
