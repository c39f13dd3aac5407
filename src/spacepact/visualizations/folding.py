"""Folds a view to states, and says what stands in a folded one: names, years, leading topics, a sentence.

A body counts for its state; bodies without a state, such as intergovernmental organizations, stand for themselves.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from spacepact.dates import bounds
from spacepact.queries.evidence import Proof
from spacepact.queries.formats import plural
from spacepact.visualizations.model import Node, Showing, Source, Tie, View
from spacepact.visualizations.years import years_of

__all__ = [
    "by_states", "dates_of", "heaviest_first", "labels_of", "leading_topic", "legend", "passages_of", "sentence",
    "short_name", "showings_of", "sources_of", "stand_ins", "weights_of",
]  # fmt: skip


def by_states(view: View) -> View:
    """Return *view* with bodies counted for their states, and an engagement once on each tie and basis."""
    stands = stand_ins(view)
    merged: dict[tuple[str, str], list[Showing]] = defaultdict(list)
    for tie in view.ties:
        a, b = sorted((stands[tie.a], stands[tie.b]))
        if a != b:
            merged[a, b] += tie.showings
    ties = [Tie(a, b, _distinct(showings)) for (a, b), showings in merged.items()]
    weights = weights_of(ties)
    nodes = [replace(n, weight=weights.get(n.iri, 0)) for n in view.nodes if stands[n.iri] == n.iri]
    return replace(
        view,
        nodes=tuple(sorted(nodes, key=heaviest_first)),
        ties=tuple(sorted(ties, key=lambda t: (-t.weight, t.a, t.b))),
        sources=sources_of(ties),
    )


def stand_ins(view: View) -> dict[str, str]:
    """Return for each actor the one it counts for: its state, or itself."""
    states = {node.label: node.iri for node in view.nodes if node.kind == "state"}
    return {node.iri: states.get(node.state or "", node.iri) for node in view.nodes}


def labels_of(view: View) -> dict[str, str]:
    """Return the labels of the actors and topics of *view* by their IRIs."""
    return {node.iri: node.label for node in view.nodes} | {topic.iri: topic.label for topic in view.topics}


def leading_topic(view: View, tie: Tie, asked: Sequence[str] = ()) -> str:
    """Return the IRI of the broad topic that most engagements of *tie* are on; empty where none has a topic.

    Where topics were *asked* for, it is the one of these that most are on: a tie shown by navigation alone is not to
    be called one of all technology. Of several with as many, those first in the legend, or asked for first, come first.
    """
    paths = {topic.iri: topic.path for topic in view.topics}
    among = list(asked) or list(view.colours)
    found = {(s.iri, above) for s in tie.showings for topic in s.topics for above in paths[topic] if above in among}
    counts = Counter(topic for _, topic in found)
    return min(counts, key=lambda iri: (-counts[iri], among.index(iri)), default="")


def legend(view: View, asked: Sequence[str] = ()) -> dict[str, int]:
    """Return the topics that lead ties of *view*, those that were *asked* for alone if any were, with their colours."""
    leading = {leading_topic(view, tie, asked) for tie in view.ties} - {""}
    return {iri: view.colour(iri) for iri in sorted(leading, key=lambda iri: (view.colour(iri), iri))}


def sentence(view: View) -> str:
    """Say in words how much *view* holds."""
    states = sum(node.kind == "state" for node in view.nodes)
    others = len(view.nodes) - states
    actors = " and ".join(
        words
        for words in (
            plural(states, "state") if states or not others else "",
            f"{plural(others, 'organization')} without a state" if others else "",
        )
        if words
    )
    dates = dates_of(view.ties)
    years = [years for years in dates.values() if years]
    undated = len(dates) - len(years)
    newest = max((s.issued for s in view.sources if s.issued), key=lambda date: bounds(date).earliest, default="")
    first, last = min((y[0] for y in years), default=0), max((y[-1] for y in years), default=0)
    return (
        f"{actors}, {plural(len(view.ties), 'pair')}, {plural(len(dates), 'engagement')}"
        + (f", {first}–{last}" if last > first else f", {first}" if years else "")
        + (f" ({undated:,} undated)" if undated else "")
        + (f"; newest source {newest}." if newest else ".")
    )


def short_name(node: Node, most: int = 17) -> str:
    """Return the name of *node* for a drawing: its own if it has *most* letters at most, else the longest English one.

    >>> short_name(Node("", "United Kingdom of Great Britain", "", None, ("UK", "Reino Unido"), 1, ("UK", "Britain")))
    'Britain'
    """
    short = [name for name in node.english if 2 <= len(name) <= most and name.isascii()]
    return node.label if len(node.label) <= most or not short else max(short, key=lambda name: (len(name), name))


def showings_of(ties: Iterable[Tie]) -> Iterable[Showing]:
    """Return all engagements on *ties*, one on several of them several times."""
    return (showing for tie in ties for showing in tie.showings)


def dates_of(ties: Iterable[Tie]) -> dict[str, range]:
    """Return the years that the engagements on *ties* touch, by their IRIs."""
    return {showing.iri: years_of(showing.date) for showing in showings_of(ties)}


def weights_of(ties: Iterable[Tie]) -> dict[str, int]:
    """Return how many engagements each actor has, by its IRI."""
    behind: dict[str, set[str]] = defaultdict(set)
    for tie in ties:
        for end in (tie.a, tie.b):
            behind[end] |= {s.iri for s in tie.showings}
    return {iri: len(engagements) for iri, engagements in behind.items()}


def sources_of(ties: Iterable[Tie]) -> tuple[Source, ...]:
    """Return the documents that *ties* rest on, the oldest first."""
    proofs = (proof for showing in showings_of(ties) for proof in showing.passages)
    found = {Source(p.document, p.title, p.publisher, p.issued, p.url, p.rank_words) for p in proofs}
    return tuple(sorted(found, key=lambda s: (s.issued, s.iri)))


def passages_of(showings: Iterable[Showing]) -> tuple[Proof, ...]:
    """Return the passages that tell of *showings*, each once: those of the newest document first, each in its order."""
    found = {proof.passage: proof for showing in showings for proof in showing.passages}
    ordered = sorted(found.values(), key=lambda p: (p.paragraph or 0, p.passage))
    return tuple(sorted(ordered, key=lambda p: (p.issued, p.document), reverse=True))


def heaviest_first(node: Node) -> tuple[int, str, str]:
    """Return what orders actors by their engagements."""
    return -node.weight, node.label, node.iri


def _distinct(showings: Iterable[Showing]) -> tuple[Showing, ...]:
    """Return each engagement once on each basis with the topics of all its ties, the newest first."""
    found: dict[tuple[str, str], Showing] = {}
    for s in showings:
        known = found.get((s.iri, s.kind), s)
        found[s.iri, s.kind] = replace(s, topics=tuple(sorted({*known.topics, *s.topics})))
    order = sorted(found.values(), key=lambda s: (s.label, s.iri, s.kind))
    return tuple(sorted(order, key=lambda s: bounds(s.date).latest if s.date else "", reverse=True))
