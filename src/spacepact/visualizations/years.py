"""How many engagements there are to each year: the histogram at the foot of a drawing, which is its time filter."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

__all__ = ["Bar", "years"]


class Bar(NamedTuple):
    """A year, the number of different engagements in it, and whether the filter has it in."""

    year: int
    number: int
    within: bool


def years(dated: Iterable[tuple[str, str, str]], since: str = "", until: str = "") -> list[Bar]:
    """Return a bar for each year from the first to the last of *dated*: engagements, each with two days.

    Between the two days the engagement took place; it counts, once, in each year that may have been. *since* and
    *until* are the days of the filter, or empty.

    >>> years([("a", "2023-05-01", "2023-05-31"), ("b", "2023-01-01", "2024-12-31")])
    [Bar(year=2023, number=2, within=True), Bar(year=2024, number=1, within=True)]
    """
    found: dict[int, set[str]] = defaultdict(set)
    for engagement, first, last in dated:
        for year in range(int(first[:4]), int(last[:4]) + 1):
            found[year].add(engagement)
    if not found:
        return []
    lowest, highest = since[:4] or "0000", until[:4] or "9999"
    return [Bar(y, len(found[y]), lowest <= f"{y:04}" <= highest) for y in range(min(found), max(found) + 1)]
