"""How many engagements there are to each year: the one rule by which drawings, filters and dossiers count them.

An engagement counts once in each year that its date touches: one of 2023/2024 may have been in either. Of a date
without an end, 2028/.., only the year in which it begins is known, and counts. Two others are meant otherwise, and say
so to readers: a chart of an answer (`charts`) leaves out the rows, and the question `communities` (`queries.measures`)
the engagements, that belong to no single year. A list has each engagement but once, under the first year that it can
be of (the page of an actor).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from spacepact.dates import bounds, known

__all__ = ["Bar", "by_year", "years_of"]


class Bar(NamedTuple):
    """A year, the number of different engagements in it, and whether the filter has it in."""

    year: int
    number: int
    within: bool


@cache
def years_of(date: str) -> range:
    """Return the years that an EDTF date touches; of none, none. Raises DateError.

    >>> list(years_of("2023-12-20/2024-02-15")), list(years_of("2028/..")), list(years_of(""))
    ([2023, 2024], [2028], [])
    """
    if not date:
        return range(0)
    earliest, latest = bounds(known(date))
    return range(int(earliest[:4]), int(latest[:4]) + 1)


def by_year(
    dated: Iterable[tuple[str, str]], since: int = 0, until: int = 9999, *, span: Iterable[int] = ()
) -> list[Bar]:
    """Return a bar for each year from the first to the last of *dated*: engagements, each with an EDTF date or none.

    *since* and *until* are the years of the filter. The bars reach over the years *span* at any rate.

    >>> by_year([("a", "2023-05"), ("b", "2023/2024"), ("b", "2023"), ("c", "")], until=2023)
    [Bar(year=2023, number=2, within=True), Bar(year=2024, number=1, within=False)]
    """
    found: dict[int, set[str]] = defaultdict(set, {year: set() for year in span})
    for engagement, date in dated:
        for year in years_of(date):
            found[year].add(engagement)
    if not found:
        return []
    return [Bar(year, len(found[year]), since <= year <= until) for year in range(min(found), max(found) + 1)]
