"""A choice of lanes in the order of time, few enough to be read, and where each thing stands on the axis."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from spacepact.visualizations.lanes import KINDS, SINGLE, Document, Lane, Lanes, Link, Mark
from spacepact.visualizations.years import Bar, by_year

__all__ = ["Arc", "Axis", "Row", "Timeline", "Wanted", "build_timeline"]

_EARLY = 0.04
"""The share of marks that may lie before the axis, where the reader has not said from when."""


@dataclass(frozen=True)
class Wanted:
    """What is asked for: IRIs of actors and a topic, kinds of lanes, days, and how many lanes at most (0: all)."""

    actor: str = ""
    other: str = ""
    topic: str = ""
    kinds: tuple[str, ...] = ()
    since: str = ""
    until: str = ""
    lanes: int = 40


class Axis(NamedTuple):
    """The days from *start* to *end*, as percents of the width."""

    start: str
    end: str

    def at(self, day: str) -> float:
        """Return the percent at which the morning of *day* stands; what lies outside stands at the end of the axis.

        >>> Axis("2019-01-01", "2020-12-30").at("2020-01-01")
        50.0
        """
        first, last = date.fromisoformat(self.start).toordinal(), date.fromisoformat(self.end).toordinal() + 1
        return round(min(100.0, max(0.0, 100 * (date.fromisoformat(day).toordinal() - first) / (last - first))), 1)

    def middle(self, mark: Mark) -> float:
        """Return the percent of the middle of the time that *mark* can mean."""
        return round((self.at(mark.earliest) + self.at(_next(mark.latest))) / 2, 2)

    def span(self, mark: Mark) -> tuple[float, float]:
        """Return the percents between which *mark* lies."""
        return self.at(mark.earliest), self.at(_next(mark.latest))

    def holds(self, mark: Mark) -> bool:
        """Return whether *mark* has a date, and some of it lies on the axis."""
        return bool(mark.latest) and mark.latest >= self.start and mark.earliest <= self.end

    @property
    def ticks(self) -> list[tuple[str, float]]:
        """The years, or months, to be named, at most about fifteen, each with its percent."""
        first, last = (int(day[:4]) * 12 + int(day[5:7]) - 1 for day in self[:2])
        steps = (1, 3, 6, 12, 24, 60, 120, 240, 600)
        step = next((step for step in steps if (last - first) / step <= 15), 1200)
        days = [f"{month // 12:04}-{month % 12 + 1:02}-01" for month in range(first, last + 1) if month % step == 0]
        return [(day[:4] if day[5:7] == "01" else day[:7], self.at(day)) for day in days if day >= self.start]


class Arc(NamedTuple):
    """A link between two rows of one group: *words* lead from the *earlier* to the *later*, positions are percents."""

    link: Link
    earlier: int
    later: int
    start: float
    end: float


@dataclass(frozen=True)
class Row:
    """A lane to be drawn. *life* and *told* are percents: from its first to its last date, and while it was told of.
    Dates that are months, years or spans count by their middle.

    Where meetings are missing, *life* is interrupted. *ahead* leads from it to the day it is due, *slips* from due
    dates that have moved to what is due now. *before* counts marks that lie before the axis, *after* after it.
    """

    lane: Lane
    marks: tuple[Mark, ...]
    life: tuple[tuple[float, float], ...]
    ahead: tuple[float, float] | None
    told: tuple[float, float] | None
    slips: tuple[tuple[float, float], ...]
    before: int
    after: int


@dataclass(frozen=True)
class Timeline:
    """The lanes that are shown, by kind, with arcs between those of a kind.

    *counts* has the number of lanes of each kind that fit all that is asked for but the kind; *fitting* those that fit
    all of it, of which *shown* are drawn. *bars* count by year what fits all but the time.
    """

    wanted: Wanted
    axis: Axis
    groups: dict[str, tuple[Row, ...]]
    arcs: dict[str, tuple[Arc, ...]]
    counts: dict[str, int]
    fitting: int
    bars: tuple[Bar, ...]
    documents: tuple[Document, ...]
    version: str
    as_of: str

    @property
    def rows(self) -> list[Row]:
        """The rows of all groups."""
        return [row for rows in self.groups.values() for row in rows]

    @property
    def shown(self) -> int:
        """The number of lanes that are drawn."""
        return len(self.rows)


def build_timeline(lanes: Lanes, wanted: Wanted) -> Timeline:
    """Return the part of *lanes* that is *wanted*.

    If more lanes fit than may be shown, each kind has an equal share, and in it those come first of which most is on
    record. Lanes of a kind that are linked stay together; so they are shown, the newest first.
    """
    about = [cut for lane in lanes.lanes if (cut := _cut(lane, lanes, wanted)) is not None]
    timed = [lane for lane in about if _in_time(lane, wanted)]
    fitting = [lane for lane in timed if not wanted.kinds or lane.kind in wanted.kinds]
    chosen = _chosen(fitting, lanes, wanted.lanes or len(fitting))
    axis = _axis([mark for lane in chosen for mark in lane.marks], wanted, lanes.as_of)
    groups = {kind: tuple(_row(lane, axis) for lane in chosen if lane.kind == kind) for kind in KINDS}
    kept = [lane for lane in about if not wanted.kinds or lane.kind in wanted.kinds]
    dated = [(m.of, m.date) for lane in kept for m in lane.marks if m.sign != "moved"]
    used = {document for lane in chosen for document in lane.documents}
    return Timeline(
        wanted=wanted,
        axis=axis,
        groups={kind: rows for kind, rows in groups.items() if rows},
        arcs={kind: tuple(_arcs(rows, lanes.links, axis)) for kind, rows in groups.items()},
        counts=dict(Counter(lane.kind for lane in timed)),
        fitting=len(fitting),
        bars=tuple(by_year(dated, int(wanted.since[:4] or 0), int(wanted.until[:4] or 9999))),
        documents=tuple(sorted((lanes.documents[d] for d in used), key=lambda d: (d.latest, d.iri))),
        version=lanes.version,
        as_of=lanes.as_of,
    )


def _fits(actors: Iterable[str], topics: Iterable[str], wanted: Wanted) -> bool:
    return {wanted.actor, wanted.other} - {""} <= set(actors) and (not wanted.topic or wanted.topic in topics)


def _cut(lane: Lane, lanes: Lanes, wanted: Wanted) -> Lane | None:
    """Return *lane* if it fits; of the meetings of no series those that do."""
    if lane.iri != SINGLE:
        return lane if _fits(lane.actors, lane.topics, wanted) else None
    single = {mark.of: lanes.meetings[mark.of] for mark in lane.marks}
    fitting = {iri: meeting for iri, meeting in single.items() if _fits(meeting.actors, meeting.topics, wanted)}
    if not fitting:
        return None
    return replace(
        lane,
        marks=tuple(mark for mark in lane.marks if mark.of in fitting),
        documents=frozenset(document for meeting in fitting.values() for document in meeting.documents),
        first=min(meeting.first for meeting in fitting.values()),
        last=max(meeting.last for meeting in fitting.values()),
    )


def _in_time(lane: Lane, wanted: Wanted) -> bool:
    """Return whether something of *lane* was in the time asked for; what has no date was when it was told of."""
    spans = [(m.earliest, m.latest) for m in lane.marks if m.date] or [(lane.first, lane.last)]
    return any(last >= wanted.since and first <= (wanted.until or "9999") for first, last in spans)


def _newest(chain: Sequence[Lane], as_of: str) -> str:
    marks = [mark for lane in chain for mark in lane.marks]
    return max((m.latest for m in marks if m.date and m.latest <= as_of and m.sign not in _AHEAD), default="")


def _liveliness(chain: Sequence[Lane]) -> int:
    """Return how many days something is on record for: of four signings on one day, one counts."""
    return len({(lane.iri, mark.date) for lane in chain for mark in lane.marks if mark.date})


def _chosen(fitting: Sequence[Lane], lanes: Lanes, most: int) -> list[Lane]:
    """Return at most about *most* lanes: kind by kind in turn, chain by chain, the newest first."""
    queues = {kind: _chains([lane for lane in fitting if lane.kind == kind], lanes) for kind in KINDS}
    chosen: dict[str, list[list[Lane]]] = {kind: [] for kind in KINDS}
    number = dict.fromkeys(KINDS, 0)
    while any(queues.values()) and sum(number.values()) < most:
        # Of the kinds that have lanes left, the one with the fewest shown.
        kind = min((k for k in KINDS if queues[k]), key=lambda k: number[k])
        chosen[kind].append(queues[kind].pop(0))
        number[kind] += len(chosen[kind][-1])
    return [
        lane
        for kind in KINDS
        for chain in sorted(chosen[kind], key=lambda chain: _newest(chain, lanes.as_of), reverse=True)
        for lane in chain
    ]


def _chains(found: Sequence[Lane], lanes: Lanes) -> list[list[Lane]]:
    """Return *found* in chains of lanes that are linked, each oldest first; the chain of most life first."""
    here = {lane.iri: lane for lane in found}
    chain = {iri: iri for iri in here}

    def head(iri: str) -> str:
        while chain[iri] != iri:
            iri = chain[iri]
        return iri

    for link in lanes.links:
        if link.earlier in here and link.later in here:
            chain[head(link.later)] = head(link.earlier)
    groups: dict[str, list[Lane]] = defaultdict(list)
    for iri, lane in here.items():
        groups[head(iri)].append(lane)
    for group in groups.values():
        group.sort(key=lambda lane: (min((m.latest for m in lane.marks if m.latest), default=lane.first), lane.iri))
    order = sorted(groups.values(), key=lambda chain: chain[0].iri)
    return sorted(order, key=lambda chain: (_liveliness(chain), _newest(chain, lanes.as_of)), reverse=True)


def _axis(marks: Sequence[Mark], wanted: Wanted, as_of: str) -> Axis:
    dated = sorted(mark.earliest for mark in marks if mark.date)
    last = max((mark.latest for mark in marks if mark.date), default=as_of)
    # One old treaty would else press all that happened since into a corner.
    first = dated[int(len(dated) * _EARLY)] if dated else as_of
    start, end = wanted.since or f"{first[:4]}-01-01", wanted.until or max(f"{last[:4]}-12-31", as_of)
    return Axis(start, max(end, start))


def _row(lane: Lane, axis: Axis) -> Row:
    dated = [mark for mark in lane.marks if mark.date]
    past = [mark for mark in dated if mark.sign not in _AHEAD]
    life = (min(map(axis.middle, past)), max(map(axis.middle, past))) if past else None
    due = max((axis.middle(m) for m in dated if m.sign in _AHEAD), default=0.0)
    return Row(
        lane,
        tuple(mark for mark in lane.marks if _drawn(mark, axis)),
        tuple(_living(life, lane.marks, axis)) if life else (),
        (life[1], due) if life and due > life[1] else None,
        _percents(lane.first, lane.last, axis),
        tuple(_slips(dated, axis)),
        sum(mark.latest < axis.start for mark in dated),
        sum(mark.earliest > axis.end for mark in dated),
    )


def _drawn(mark: Mark, axis: Axis) -> bool:
    """Return whether *mark* is on the axis. Missing numbers without an earlier meeting stand before the later one."""
    return axis.holds(mark) if mark.earliest else axis.start <= mark.latest <= axis.end


def _percents(first: str, last: str, axis: Axis) -> tuple[float, float] | None:
    if not first or last < axis.start or first > axis.end:
        return None
    return axis.at(first), axis.at(_next(last))


def _living(life: tuple[float, float], marks: Sequence[Mark], axis: Axis) -> Iterator[tuple[float, float]]:
    """Yield the parts of *life* between runs of missing meetings."""
    start, end = life
    for gap in sorted((m for m in marks if m.sign == "missing" and m.earliest), key=lambda m: m.earliest):
        if axis.at(gap.earliest) > start:
            yield start, axis.at(gap.earliest)
        start = max(start, axis.at(gap.latest))
    if end > start:
        yield start, end


_AHEAD = ("due", "no data", "moved", "met")


def _slips(dated: Sequence[Mark], axis: Axis) -> Iterator[tuple[float, float]]:
    for mark in dated:
        now = [m for m in dated if m.of == mark.of and m.sign in _AHEAD and m.sign != "moved"]
        if mark.sign == "moved" and now and axis.holds(mark):
            yield axis.middle(mark), axis.middle(now[-1])


def _arcs(rows: Sequence[Row], links: Sequence[Link], axis: Axis) -> Iterator[Arc]:
    """Yield an arc for each link between two of *rows*, from the mark of it to the first date of the later lane."""
    at = {row.lane.iri: number for number, row in enumerate(rows)}
    for link in links:
        if link.earlier not in at or link.later not in at:
            continue
        earlier, later = rows[at[link.earlier]], rows[at[link.later]]
        start = [m for m in earlier.marks if m.to == link.later] or list(earlier.marks)
        end = [m for m in later.marks if m.sign in ("begun", "proposed")] or list(later.marks)
        if start and end and start[0].earliest and end[0].earliest:
            yield Arc(link, at[link.earlier], at[link.later], axis.middle(start[0]), axis.middle(end[0]))


def _next(day: str) -> str:
    number = date.fromisoformat(day).toordinal() + 1
    return date.fromordinal(number).isoformat() if number < date.max.toordinal() else day
