"""Writes an overview as files: its ties and engagements as CSV, and all of it as data.

Each row and file carries its sources, the licence, the version and the day of the record.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from spacepact.iris import ENTITY, LICENCE
from spacepact.queries.formats import csv_text
from spacepact.visualizations.folding import labels_of, leading_topic, legend, sentence
from spacepact.visualizations.model import View
from spacepact.visualizations.ring import Drawing
from spacepact.visualizations.years import years_of

__all__ = ["engagements_csv", "overview_data", "slug", "table_csv", "ties_csv"]


def slug(iri: str) -> str:
    """Return the last part of the IRI of an actor or topic, as addresses have it.

    >>> slug("https://w3id.org/spacepact/id/nasa"), slug("https://w3id.org/spacepact/topic/pnt")
    ('nasa', 'pnt')
    """
    return iri.removeprefix(ENTITY) if iri.startswith(ENTITY) else iri.rsplit("/", 1)[-1]


def ties_csv(view: View, address: str, asked: Sequence[str] = ()) -> str:
    """Return the ties of *view* as CSV, one a row; *address* is where these rows can be had again.

    *asked* are the IRIs of the topics that the view was narrowed to.
    """
    labels = labels_of(view)
    bases = view.bases
    rows = []
    for tie in view.ties:
        years = [years for s in tie.showings if (years := years_of(s.date))]
        documents = {p.document: p for s in tie.showings for p in s.passages}
        rows.append(
            [
                labels[tie.a], labels[tie.b], tie.weight, *(tie.bases.get(basis, 0) for basis in bases),
                labels.get(leading_topic(view, tie, asked), ""),
                "; ".join(f"{labels[topic]} ({count})" for topic, count in tie.topics.items()),
                min((y[0] for y in years), default=""), max((y[-1] for y in years), default=""),
                tie.a, tie.b, " ".join(p.url or iri for iri, p in sorted(documents.items())),
            ]
        )  # fmt: skip
    head = ["actor_a", "actor_b", "engagements", *bases, "leading_topic", "topics", "first_year", "last_year"]
    return table_csv(view, address, [*head, "iri_a", "iri_b", "sources"], rows)


def engagements_csv(view: View, address: str) -> str:
    """Return the evidence of *view* as CSV: a row for each tie, engagement and passage that tells of it."""
    labels = labels_of(view)
    rows = [
        [
            labels[tie.a], labels[tie.b], s.kind, s.what, s.label, s.date, s.due, s.strength, s.status,
            "; ".join(labels[topic] for topic in s.topics), p.certainty, p.title, p.publisher, p.issued, p.rank_words,
            p.url,
            "" if p.paragraph is None else p.paragraph, p.passage, s.iri, tie.a, tie.b,
        ]
        for tie in view.ties
        for s in tie.showings
        for p in s.passages
    ]  # fmt: skip
    head = (
        "actor_a actor_b basis kind engagement date due strength status topics certainty source publisher issued rank "
        "url paragraph passage iri iri_a iri_b"
    )
    return table_csv(view, address, head.split(), rows)


def overview_data(view: View, drawings: dict[str, Drawing], address: str, asked: Sequence[str] = ()) -> dict[str, Any]:
    """Return what is drawn as data: actors, ties with their topics and bases, where they stand, and how to cite it.

    *asked* are the IRIs of the topics that the view was narrowed to.
    """
    labels = {topic.iri: topic.label for topic in view.topics}
    return {
        "title": view.title,
        "description": view.description,
        "sentence": sentence(view),
        "address": address,
        "licence": LICENCE,
        "data_version": view.data_version,
        "as_of": view.as_of,
        "legend": [{"topic": slug(iri), "label": labels[iri], "colour": n} for iri, n in legend(view, asked).items()],
        "actors": [
            {"id": slug(n.iri), "iri": n.iri, "label": n.label, "kind": n.kind, "engagements": n.weight}
            for n in view.nodes
        ],
        "ties": [
            {
                "a": slug(tie.a),
                "b": slug(tie.b),
                "engagements": tie.weight,
                "bases": tie.bases,
                "leading_topic": slug(leading_topic(view, tie, asked)),
                "topics": {slug(iri): count for iri, count in tie.topics.items()},
                "shown_by": sorted({s.iri for s in tie.showings}),
            }
            for tie in view.ties
        ],
        "places": {
            form: {slug(mark.iri): [mark.x, mark.y] for mark in drawing.marks} for form, drawing in drawings.items()
        },
        "sources": [
            {"iri": s.iri, "title": s.title, "publisher": s.publisher, "issued": s.issued, "url": s.url}
            for s in view.sources
        ],
    }


def table_csv(view: View, address: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return *rows* as CSV, each with the licence, version and day of *view* and with its *address*."""
    last = (LICENCE, view.data_version, view.as_of, address)
    return csv_text([*head, "licence", "data_version", "as_of", "address"], ([*row, *last] for row in rows))
