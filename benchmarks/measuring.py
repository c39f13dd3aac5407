"""Shared by the benchmarks: runs that take turns, medians, and a table of them.

Times on a busy machine mean little. What is compared therefore takes turns, round by round, so that all of it sees
the same machine, and what is reported is a ratio.
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable, Mapping, Sequence

__all__ = ["interleaved", "medians", "show"]


def interleaved(cases: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, list[float]]:
    """Return the seconds that each of *cases* took in each of *rounds*, after one round that does not count.

    Each round begins with another case, so that none always follows the same one.
    """
    names = list(cases)
    seconds: dict[str, list[float]] = {name: [] for name in names}
    for turn in range(-1, rounds):
        first = turn % len(names)
        for name in names[first:] + names[:first]:
            start = time.perf_counter()
            cases[name]()
            took = time.perf_counter() - start
            if turn >= 0:
                seconds[name].append(took)
    return seconds


def medians(seconds: Mapping[str, Sequence[float]]) -> dict[str, float]:
    """Return the median of each case, in seconds."""
    return {name: statistics.median(took) for name, took in seconds.items()}


def show(rows: Sequence[Mapping[str, str | float]], *, as_json: bool) -> None:
    """Print *rows*, which have the same keys, as a table or as JSON."""
    if as_json:
        print(json.dumps(rows, indent=2))
        return
    columns = list(rows[0])
    table = [columns, *([_text(row[c]) for c in columns] for row in rows)]
    widths = [max(len(line[i]) for line in table) for i in range(len(columns))]
    for line in table:
        cells = (
            # Numbers stand flush right, names flush left.
            cell.rjust(width) if isinstance(rows[0][column], float) else cell.ljust(width)
            for cell, width, column in zip(line, widths, columns, strict=True)
        )
        print("  ".join(cells).rstrip())


def _text(value: str | float) -> str:
    return value if isinstance(value, str) else f"{value:.2f}"
