"""Writes the drawing around an actor as files: the same actors and ties, also those by attendance alone.

Each file carries its title, sources, licence, version, day of the record and address.
"""

from __future__ import annotations

from dataclasses import replace

from spacepact.visualizations.egos import Ego, Neighbours
from spacepact.visualizations.folding import sources_of
from spacepact.visualizations.model import View
from spacepact.visualizations.overview_files import table_csv

__all__ = ["actors_csv", "drawn_ties_csv", "drawn_view"]


def drawn_view(drawing: Ego, around: Neighbours, address: str) -> View:
    """Return the view of nothing but what *drawing* shows; *address* is where it can be seen."""
    ties = tuple(bundle.tie for bundle in drawing.ties)
    label = around.label(drawing.centre)
    return replace(
        around.view,
        title=f"{around.view.title}: partners of {label}",
        description=f"{label} with {len(drawing.members) - 1} actors, {len(ties)} ties. {address}",
        nodes=tuple(replace(member.node, weight=member.weight) for member in drawing.members),
        ties=ties,
        sources=sources_of(ties),
    )


def drawn_ties_csv(drawing: Ego, around: Neighbours, address: str) -> str:
    """Return the ties of *drawing* as CSV; of those by attendance alone the number of engagements is 0."""
    view = drawn_view(drawing, around, address)
    labels = {topic.iri: topic.label for topic in view.topics}
    rows = [
        [
            around.label(b.a), around.label(b.b), b.weight, *(b.bases.get(basis, 0) for basis in view.bases),
            labels.get(b.leading, ""), b.latest, b.a, b.b, " ".join(s.url or s.iri for s in sources_of([b.tie])),
        ]
        for b in drawing.ties
    ]  # fmt: skip
    head = ["actor_a", "actor_b", "engagements", *view.bases, "leading_topic", "latest", "iri_a", "iri_b", "sources"]
    return table_csv(view, address, head, rows)


def actors_csv(drawing: Ego, around: Neighbours, address: str) -> str:
    """Return the actors of *drawing* as CSV; their engagements are all that they have, *partners_not_drawn* too."""
    view = drawn_view(drawing, around, address)
    rows = []
    for m in drawing.members:
        ties = [b.tie for b in drawing.ties if m.node.iri in (b.a, b.b)]
        sources = " ".join(s.url or s.iri for s in sources_of(ties))
        rows.append([m.node.label, m.node.kind, m.node.state or "", m.weight, m.more, m.node.iri, sources])
    head = ["actor", "kind", "state", "engagements", "partners_not_drawn", "iri", "sources"]
    return table_csv(view, address, head, rows)
