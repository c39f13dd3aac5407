"""Lifelines: where the events of a life stand on a line of time.

Positions are per cent of the width of a drawing. What is drawn stands beside it in words.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from spacepact.dates import date_words
from spacepact.queries.lives import Life, Moment

__all__ = ["Lifeline", "Mark", "Scale", "lifeline", "scale"]

_FORMS = {
    **dict.fromkeys(("proposed", "announced", "planned"), "open"),
    **dict.fromkeys(("made", "signed", "in-force", "under-way"), "firm"),
    "renewed": "renewed",
    "completed": "completed",
    "dropped": "dropped",
}
_ENDS = ("completed", "dropped")
_LEAST = 3.0  # per cent of the width: what is shorter is drawn as a point


@dataclass(frozen=True)
class Scale:
    """A line of time from the first day of the year *first* to the last day of the year *last*."""

    first: int
    last: int

    def at(self, day: str) -> float:
        """Return where *day*, ``YYYY-MM-DD``, stands.

        >>> Scale(2020, 2029).at("2025-01-01")
        50.0
        """
        start, end = date(self.first, 1, 1).toordinal(), date(self.last, 12, 31).toordinal() + 1
        return round(100 * (date.fromisoformat(day).toordinal() - start) / (end - start), 1)

    @property
    def ticks(self) -> list[tuple[float, int]]:
        """Where years begin, at most eight of them, at even steps.

        >>> [year for _, year in Scale(1998, 2027).ticks]
        [2000, 2005, 2010, 2015, 2020, 2025]
        """
        span = self.last - self.first + 1
        step = next(step for step in (1, 2, 5, 10, 20, 50, 100, 1000) if span / step <= 8)
        return [(self.at(f"{year:04}-01-01"), year) for year in range(self.first, self.last + 1) if year % step == 0]


@dataclass(frozen=True)
class Mark:
    """A sign on a line from *left*, *width* wide; a point has no width.

    *form* says how it looks: open, firm, renewed, completed, dropped, due, or nodata. *unsure* is what a source is in
    doubt about. *words* say what it is.
    """

    form: str
    left: float
    width: float
    unsure: bool
    words: str

    @property
    def middle(self) -> float:
        """Where its middle is."""
        return round(self.left + self.width / 2, 1)


@dataclass(frozen=True)
class Lifeline:
    """A life as drawn: *lasting* from the first event to an end or the day of the record, *waiting* to what is due.

    *undated* counts the events that have no place on the line. A life is *slight* in which nothing was agreed or made.
    """

    marks: tuple[Mark, ...]
    lasting: tuple[float, float] | None
    waiting: tuple[float, float] | None
    undated: int
    slight: bool

    @property
    def words(self) -> str:
        """What the line shows."""
        return "; ".join(mark.words for mark in self.marks)


def scale(lives: Iterable[Life], as_of: str) -> Scale:
    """Return the line of time that holds all dates of *lives*, and the day of the record *as_of*."""
    found = [moment for life in lives for moment in _moments(life)]
    years = [int(day[:4]) for m in found for day in (m.first, m.last)] + [int(as_of[:4])]
    return Scale(min(years), max(years))


def _moments(life: Life) -> list[Moment]:
    return [event.when for event in life.events if event.when] + list(life.due)


def lifeline(life: Life, along: Scale, as_of: str) -> Lifeline:
    """Return how *life* is drawn on the line *along* for the day of the record *as_of*, ``YYYY-MM-DD``."""
    dated = [(event.status, event.when) for event in life.events if event.when]
    marks = [_mark(_FORMS.get(status, "firm"), when, status.replace("-", " "), along) for status, when in dated]
    marks += [_mark("due", when, "due", along) for when in life.due]
    lasting = waiting = None
    today = along.at(as_of)
    if dated:
        start = min(along.at(when.first) for _, when in dated)
        end = max(along.at(when.last) for _, when in dated)
        over = life.status in _ENDS or dated[-1][0] in _ENDS
        lasting = (start, end if over else max(end, today))
    if life.status == "no-data":
        marks.append(Mark("nodata", today, 0, False, f"no data by {as_of}"))
        # What became of it after it was due, nobody says: there the line is broken.
        until = max((along.at(when.last) for when in life.due), default=today)
        lasting, waiting = (lasting and (lasting[0], min(until, today))), (min(until, today), today)
    elif life.due and life.status not in _ENDS:
        last = max(along.at(when.last) for when in life.due)
        waiting = (today, last) if last > today else None
    slight = all(_FORMS.get(event.status) == "open" for event in life.events)
    return Lifeline(tuple(marks), lasting, waiting, sum(event.when is None for event in life.events), slight)


def _mark(form: str, when: Moment, words: str, along: Scale) -> Mark:
    left, right = along.at(when.first), along.at(when.last)
    wide = right - left if right - left >= _LEAST else 0.0
    return Mark(
        form,
        left if wide else round((left + right) / 2, 1),
        round(wide, 1),
        "?" in when.edtf,
        f"{words} {date_words(when.edtf)}",
    )
