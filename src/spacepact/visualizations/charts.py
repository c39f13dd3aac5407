"""A small chart of an answer, where one fits: bars by year, or bars by what is counted. Which, its columns decide."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from spacepact.errors import DateError
from spacepact.iris import PREFIXES
from spacepact.queries.catalogue import Question
from spacepact.queries.result import Cell, Result, terms
from spacepact.visualizations.years import years_of

__all__ = ["Bar", "Chart", "chart"]

_DATES = ("when", "due", "issued")
"""Columns of dates, the first that a result has being the one of its chart."""

_CATEGORIES = ("year", "topic", "partner", "series", "basis")
"""Columns by which counts of several rows may be brought together, the most telling first."""

_MOST = 12
"""Bars beyond which only the longest are drawn."""


@dataclass(frozen=True)
class Bar:
    """A bar: its name, the IRI of what it stands for if it has one, and how long it is."""

    label: str
    iri: str
    value: float


@dataclass(frozen=True)
class Chart:
    """Bars of *what* by *by*, a column. With *years* they are in the order of time, one a year, also the empty ones;
    else the longest first. *left_out* is the number of rows, or else of bars, that are not drawn."""

    what: str
    by: str
    years: bool
    bars: tuple[Bar, ...]
    left_out: int = 0

    @property
    def most(self) -> float:
        """The length of the longest bar."""
        return max(bar.value for bar in self.bars)


def chart(question: Question, result: Result) -> Chart | None:
    """Return the chart that fits *result*, an answer to *question*, or None if none does.

    Rows that have a name each and a figure give a bar a row. Where figures of several rows belong together, the
    different engagements behind them are counted, by year or by the first column of categories. Rows that have dates
    and no figure are counted by year.
    """
    figures = [c for c in question.columns if c in question.tally or _decimal(result, c)]
    if figures:
        return _by_name(question, result, figures) or _by_category(question, result, figures)
    return _by_date(result)


def _decimal(result: Result, column: str) -> bool:
    at = result.columns.index(column)
    cells = [row[at] for row in result.rows]
    decimal = PREFIXES["xsd"] + "decimal"
    return bool(cells) and all(isinstance(cell, Literal) and cell.datatype.value == decimal for cell in cells)


def _by_name(question: Question, result: Result, figures: Sequence[str]) -> Chart | None:
    """Return a chart with a bar a row, if the first column that is no figure names each row."""
    name = next(c for c in question.columns if c not in figures)
    names, values = ([row[result.columns.index(c)] for row in result.rows] for c in (name, figures[0]))
    if name == "year" or len(set(map(str, names))) < len(names) or not all(isinstance(v, Literal) for v in values):
        return None
    bars = [
        Bar(result.text(named), named.value if isinstance(named, NamedNode) else "", float(value.value))
        for named, value in zip(names, values, strict=True)
        if isinstance(value, Literal)
    ]
    return _longest(figures[0], name, bars)


def _by_category(question: Question, result: Result, figures: Sequence[str]) -> Chart | None:
    """Return a chart of the different things counted in the first figure that has evidence, by a category."""
    counted = next((c for c in figures if c in question.evidence), "")
    by = next((c for c in _CATEGORIES if c in question.columns and c not in question.fold), "")
    if not counted or not by:
        return None
    found: dict[str, set[str]] = defaultdict(set)
    cells: dict[str, Cell] = {}
    at = result.columns.index(by)
    for row, grounds in zip(result.rows, result.grounds, strict=True):
        cells[str(row[at])] = row[at]
        found[str(row[at])].update(grounds)
    if by == "year":
        years = [int(result.text(cells[key])) for key, things in found.items() for _ in things]
        return _yearly(counted, by, years, 0)
    bars = [
        Bar(result.text(cell) or f"no {by} given", cell.value if isinstance(cell, NamedNode) else "", len(found[key]))
        for key, cell in cells.items()
    ]
    return _longest(counted, by, bars)


def _longest(what: str, by: str, bars: Iterable[Bar]) -> Chart | None:
    drawn = sorted((bar for bar in bars if bar.value > 0), key=lambda bar: (-bar.value, bar.label))
    return Chart(what, by, False, tuple(drawn[:_MOST]), max(0, len(drawn) - _MOST)) if len(drawn) > 2 else None


def _by_date(result: Result) -> Chart | None:
    by = next((c for c in _DATES if c in result.columns), "")
    if not by:
        return None
    at = result.columns.index(by)
    found = [_year(row[at]) for row in result.rows]
    years = [year for year in found if year is not None]
    return _yearly("rows", by, years, len(found) - len(years))


def _year(cell: Cell) -> int | None:
    """Return the year of a date, or None for none, for several dates, and for one that spans years.

    >>> _year(Literal("2020-02?")), _year(Literal("2013/2021"))
    (2020, None)
    """
    try:
        found = {year for term in terms(cell) for year in years_of(term.value if isinstance(term, Literal) else "")}
    except DateError:
        return None
    return found.pop() if len(found) == 1 else None


def _yearly(what: str, by: str, years: Sequence[int], left_out: int) -> Chart | None:
    if len(years) < 4 or len(set(years)) < 3:
        return None
    bars = (Bar(str(year), "", years.count(year)) for year in range(min(years), max(years) + 1))
    return Chart(what, by, True, tuple(bars), left_out)
