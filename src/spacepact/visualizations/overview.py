"""The overview: a view folded to states, and what of it fits a reader's filters.

A body counts for its state; bodies without a state, such as intergovernmental organizations, stand for themselves.
What comes out is a View again, so that drawings, tables and exports are made from it as from any other.

>>> Filters(since=2020).years(1998, 2026)
(2020, 2026)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

from spacepact.visualizations.folding import (
    by_states,
    dates_of,
    heaviest_first,
    labels_of,
    showings_of,
    sources_of,
    stand_ins,
    weights_of,
)
from spacepact.visualizations.model import Node, Showing, Tie, View
from spacepact.visualizations.years import Bar, by_year, years_of

__all__ = ["Choice", "Facets", "Filters", "Overview"]


@dataclass(frozen=True)
class Filters:
    """What of the overview a reader wants to see. An empty tuple wants what is shown at first, or everything.

    *topics* are IRIs and count for the topics below them too; *bases* and *kinds* are labels, and both ends of a tie
    are of the *kinds*. *since* and *until* are years: an engagement fits if its date touches one of them. *focus* are
    IRIs of actors: one end of a tie is among them. A tie is shown by at least *minimum* engagements.
    """

    topics: tuple[str, ...] = ()
    bases: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    since: int | None = None
    until: int | None = None
    focus: tuple[str, ...] = ()
    minimum: int = 1

    def years(self, first: int, last: int) -> tuple[int, int]:
        """Return the years that are chosen of those from *first* to *last*."""
        return (first if self.since is None else self.since, last if self.until is None else self.until)


class Choice(NamedTuple):
    """A value that a filter can take, with what choosing it would give. *depth* counts the topics above it."""

    value: str
    label: str
    chosen: bool
    ties: int
    engagements: int
    depth: int = 0


@dataclass(frozen=True)
class Facets:
    """The choices of each filter, all others being as they are. *undated* counts engagements without a date."""

    topics: tuple[Choice, ...]
    bases: tuple[Choice, ...]
    kinds: tuple[Choice, ...]
    actors: tuple[Choice, ...]
    years: tuple[Bar, ...]
    undated: int


class Overview:
    """The overview of *view*: its ties folded to states, and the parts of them that fit filters."""

    def __init__(self, view: View) -> None:
        self.whole = by_states(view)
        self.stands = stand_ins(view)
        self.nodes: Mapping[str, Node] = {node.iri: node for node in self.whole.nodes}
        self._above = {topic.iri: frozenset(topic.path) for topic in view.topics}

    @cached_property
    def span(self) -> tuple[int, int]:
        """The first and the last year that an engagement's date touches; the year of the record if there is none."""
        found = [years for s in showings_of(self.whole.ties) if (years := years_of(s.date))]
        year = int(self.whole.as_of[:4])
        return min((y[0] for y in found), default=year), max((y[-1] for y in found), default=year)

    @cached_property
    def labels(self) -> Mapping[str, str]:
        """The labels of actors and topics by their IRIs."""
        return labels_of(self.whole)

    def bases(self, filters: Filters) -> tuple[str, ...]:
        """Return the bases that count, in the order of the view."""
        return tuple(b for b in self.whole.bases if b in (filters.bases or self.whole.shown))

    def words(self, filters: Filters) -> str:
        """Say in words what *filters* leave, for headings and citations."""
        topics = {topic.iri: topic.label for topic in self.whole.topics}
        first, last = self.span
        since, until = filters.years(first, last)
        parts = [
            f"by {_listed(self.bases(filters), 'and')}",
            f"on {_listed([topics[iri] for iri in filters.topics], 'or')}" if filters.topics else "",
            f"between actors that are each a {_listed(filters.kinds, 'or')}" if filters.kinds else "",
            f"dated {since}–{until}" if (filters.since, filters.until) != (None, None) else "",
            f"of {_listed([self.nodes[iri].label for iri in filters.focus], 'or')}" if filters.focus else "",
            f"shown by at least {filters.minimum} engagements" if filters.minimum > 1 else "",
        ]
        return "Ties " + ", ".join(filter(None, parts))

    def narrowed(self, filters: Filters) -> View:
        """Return the view of the ties that fit, with the actors they tie and the sources that show them.

        Topics and their colours are those of the whole.
        """
        ties = self._fitting(filters)
        nodes = [replace(self.nodes[iri], weight=weight) for iri, weight in weights_of(ties).items()]
        return replace(
            self.whole,
            nodes=tuple(sorted(nodes, key=heaviest_first)),
            ties=tuple(sorted(ties, key=lambda t: (-t.weight, t.a, t.b))),
            title=f"{self.whole.title}: overview by states",
            description=f"{self.words(filters)}. A body counts for its state.",
            shown=self.bases(filters),
            sources=sources_of(ties),
        )

    def facets(self, filters: Filters) -> Facets:
        """Return what each choice would give, the other filters being as they are."""
        free = self._fitting(replace(filters, since=None, until=None))
        first, last = self.span
        since, until = filters.years(first, last)
        dated = ((s.iri, s.date) for s in showings_of(free))
        return Facets(
            topics=tuple(self._topics(filters)),
            bases=tuple(self._choice(filters, b, b, b in self.bases(filters), bases=(b,)) for b in self.whole.bases),
            kinds=tuple(self._kinds(filters)),
            actors=tuple(
                self._choice(filters, n.iri, n.label, n.iri in filters.focus, focus=(n.iri,))
                for n in sorted(self.whole.nodes, key=lambda n: n.label)
            ),
            years=tuple(by_year(dated, since, until, span=(first, last))),
            undated=sum(not years for years in dates_of(free).values()),
        )

    def _topics(self, filters: Filters) -> Iterable[Choice]:
        """Give the topics as a tree: each broad one, then those below it."""
        labels = {topic.iri: topic.label for topic in self.whole.topics}
        for topic in sorted(self.whole.topics, key=lambda t: [labels[iri] for iri in reversed(t.path)]):
            found = self._choice(filters, topic.iri, topic.label, topic.iri in filters.topics, topics=(topic.iri,))
            yield found._replace(depth=len(topic.path) - 1)

    def _kinds(self, filters: Filters) -> Iterable[Choice]:
        every = sorted({node.kind for node in self.nodes.values()}, key=lambda kind: (kind != "state", kind))
        for kind in every:
            # With this kind added, the ties that it has a part in: what a tick here brings, or its loss takes away.
            ties = [
                tie
                for tie in self._fitting(replace(filters, kinds=(*filters.kinds, kind) if filters.kinds else ()))
                if kind in (self.nodes[tie.a].kind, self.nodes[tie.b].kind)
            ]
            yield Choice(kind, kind, not filters.kinds or kind in filters.kinds, len(ties), _engagements(ties))

    def _choice(self, filters: Filters, value: str, label: str, chosen: bool, **changes: tuple[str, ...]) -> Choice:
        ties = self._fitting(replace(filters, **changes))  # type: ignore[arg-type]
        return Choice(value, label, chosen, len(ties), _engagements(ties))

    def _fitting(self, filters: Filters) -> list[Tie]:
        bases = self.bases(filters)
        found = []
        for tie in self.whole.ties:
            if filters.focus and not {tie.a, tie.b} & {*filters.focus}:
                continue
            if filters.kinds and not {self.nodes[tie.a].kind, self.nodes[tie.b].kind} <= {*filters.kinds}:
                continue
            showings = tuple(s for s in tie.showings if s.kind in bases and self._fits(s, filters))
            if showings and len({s.iri for s in showings}) >= filters.minimum:
                found.append(replace(tie, showings=showings))
        return found

    def _fits(self, showing: Showing, filters: Filters) -> bool:
        if filters.topics and not any(self._above[t] & {*filters.topics} for t in showing.topics):
            return False
        if filters.since is None and filters.until is None:
            return True
        years = years_of(showing.date)
        if not years:
            return False
        since, until = filters.years(years[0], years[-1])
        return years[0] <= until and years[-1] >= since


def _engagements(ties: Iterable[Tie]) -> int:
    return len({showing.iri for showing in showings_of(ties)})


def _listed(names: Sequence[str], word: str) -> str:
    """Return *names* as English lists them.

    >>> _listed(["a", "b", "c"], "and")
    'a, b and c'
    """
    return f" {word} ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))
