"""An answer as a page shows it: headings that sort, cells with links, and under each row the passages behind it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from pyoxigraph import NamedNode

from spacepact.errors import ParameterError, nearest
from spacepact.iris import curie, expand
from spacepact.queries.evidence import Proof
from spacepact.queries.names import labels
from spacepact.queries.result import Cell, Result, Term, python_value, terms
from spacepact.server.pages._asking import Asking
from spacepact.server.site import PageRequest, page_path

__all__ = ["ROWS", "Ground", "Head", "Row", "Shown", "Table", "make_table"]

ROWS = 50
"""Rows of a page."""

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}[-0-9?/]*|[0-9]{4}[?]?/[-0-9?]+")

_PASSAGE = re.compile(r"source:(.+)/p([0-9].*)")

_GROUNDS, _PASSAGES = 8, 3
"""Of a row whose evidence is not asked for by its number: things that prove it, and passages of each."""


@dataclass(frozen=True)
class Shown:
    """A value in a cell: its text, the path of its page if it has one, and its CURIE if it is an IRI."""

    text: str
    path: str = ""
    name: str = ""

    @property
    def days(self) -> list[str]:
        """The day, or the first and the last one, where the text is an EDTF date; else none."""
        return self.text.split("/") if _DATE.fullmatch(self.text) else []


@dataclass(frozen=True)
class Head:
    """A heading: the column, its name in words, what it holds, and the address that sorts by it."""

    column: str
    words: str
    description: str
    number: bool
    sorted: str
    url: str


@dataclass(frozen=True)
class Ground:
    """What proves a row, with passages that speak of it. Where a passage proves the row itself, there is no name."""

    text: str
    path: str
    proofs: list[Proof]


@dataclass(frozen=True)
class Row:
    """A row with the number it has in the answer before sorting. *more* is the number of passages not shown."""

    number: int
    cells: list[list[Shown]]
    grounds: list[Ground]
    passages: int
    documents: int
    more: int
    open: bool


@dataclass(frozen=True)
class Table:
    """A page of rows. *empty* are the columns in which nothing stands, which are left out."""

    heads: list[Head]
    rows: list[Row]
    empty: list[str]
    total: int
    page: int
    pages: int


def make_table(asking: Asking, result: Result, request: PageRequest) -> Table:
    """Return the rows that *request* asks for, in its order.

    Raises ParameterError for a page, a row, or a column to sort by that the answer does not have.
    """
    filled = [i for i in range(len(result.columns)) if any(terms(row[i]) for row in result.rows)]
    order = _order(result, request)
    pages = max(1, -(-len(order) // ROWS))
    page, wanted = request.number("page", 1, pages) or 1, request.number("row", 1, len(order))
    if wanted:
        page = order.index(wanted - 1) // ROWS + 1
    numbers = order[(page - 1) * ROWS : page * ROWS]
    return Table(
        [_head(asking, result, i, request) for i in filled],
        _rows(asking, result, numbers, filled, wanted),
        [_words(c) for i, c in enumerate(result.columns) if i not in filled],
        len(order),
        page,
        pages,
    )


def _order(result: Result, request: PageRequest) -> list[int]:
    """Return the numbers of the rows in the order asked for; rows with nothing in that column come last."""
    asked = request.one("sort")
    column = asked.removeprefix("-")
    if not column:
        return list(range(len(result.rows)))
    if column not in result.columns:
        hint = nearest(column, result.columns) or f"; there are {', '.join(result.columns)}"
        raise ParameterError(f"sort: there is no column '{column}'{hint}")
    at = result.columns.index(column)
    numeric = _numeric(result, at)
    filled = [i for i, row in enumerate(result.rows) if terms(row[at])]
    filled.sort(
        key=lambda i: _key(result, result.rows[i][at], numeric),
        reverse=asked.startswith("-"),
    )
    return filled + [i for i, row in enumerate(result.rows) if not terms(row[at])]


def _key(result: Result, cell: Cell, numeric: bool) -> tuple[float, str]:
    if numeric:
        value = python_value(terms(cell)[0])
        return (float(value) if isinstance(value, (int, float)) else 0, "")
    return (0, result.text(cell).casefold())


def _numeric(result: Result, at: int) -> bool:
    values = [python_value(term) for row in result.rows for term in terms(row[at])]
    return bool(values) and all(isinstance(v, (int, float)) and not isinstance(v, bool) for v in values)


def _words(column: str) -> str:
    """Return the name of a column in words.

    >>> _words("otherDocument")
    'other document'
    """
    return "".join(f" {c.lower()}" if c.isupper() else c for c in column)


def _head(asking: Asking, result: Result, at: int, request: PageRequest) -> Head:
    column = result.columns[at]
    number = _numeric(result, at)
    now = request.one("sort")
    descending = now == column or (number and now != f"-{column}")
    return Head(
        column,
        _words(column),
        asking.question.columns[column],
        number,
        {column: "ascending", f"-{column}": "descending"}.get(now, ""),
        request.url(sort=("-" if descending else "") + column, page=None, row=None),
    )


def _rows(
    asking: Asking, result: Result, numbers: Sequence[int], filled: Sequence[int], wanted: int | None
) -> list[Row]:
    proofs: dict[str, dict[str, Proof]] = defaultdict(dict)
    for proof in result.evidence():
        iri = expand(proof.passage) or proof.passage
        proofs[proof.entity][iri] = proof._replace(passage=iri, document=expand(proof.document) or proof.document)
    names = labels(asking.site.graph.engine, {expand(each) or each for i in numbers for each in result.grounds[i]})
    return [
        _row(
            result, i, [[_shown(result, t) for t in terms(result.rows[i][at])] for at in filled], proofs, names, wanted
        )
        for i in numbers
    ]


def _row(
    result: Result,
    at: int,
    cells: list[list[Shown]],
    proofs: dict[str, dict[str, Proof]],
    names: dict[str, str],
    wanted: int | None,
) -> Row:
    grounds: list[Ground] = []
    loose: dict[str, Proof] = {}
    # One thing alone that stands in the row needs no name above its passages.
    alone = len(result.grounds[at]) == 1 and any(result.grounds[at][0] == value.name for c in cells for value in c)
    for ground in result.grounds[at]:
        iri = expand(ground) or ground
        if alone or set(proofs[ground]) == {iri}:
            loose |= proofs[ground]
        else:
            grounds.append(Ground(names.get(iri, ground), page_path(iri), list(proofs[ground].values())))
    if loose:
        grounds.insert(0, Ground("", "", list(loose.values())))
    told = [proof for ground in grounds for proof in ground.proofs]
    passages = len({proof.passage for proof in told})
    opened = wanted == at + 1
    if not opened:
        grounds = [Ground(g.text, g.path, g.proofs[: _PASSAGES if g.text else _GROUNDS]) for g in grounds[:_GROUNDS]]
    kept = len({proof.passage for ground in grounds for proof in ground.proofs})
    return Row(at + 1, cells, grounds, passages, len({p.document for p in told}), passages - kept, opened)


def _shown(result: Result, term: Term) -> Shown:
    text = result.text(term)
    if not isinstance(term, NamedNode):
        return Shown(text)
    name = curie(term.value)
    if passage := _PASSAGE.fullmatch(name):  # its document's title stands with the evidence, under the row
        text = f"{passage[1]} ¶{passage[2]}"
    return Shown(text, page_path(term.value), name)
