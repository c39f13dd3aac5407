"""What one state of the record has that another has not, in words: between two releases, or between two days."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from pyoxigraph import NamedNode, QuerySolutions, RdfFormat, Store

from spacepact.errors import ParameterError
from spacepact.graph.engines.embedded import Embedded
from spacepact.iris import DERIVED, PREFIXES, curie
from spacepact.queries.knowledge import KnowledgeGraph
from spacepact.queries.names import labels

__all__ = ["Change", "compare", "open_release"]

_KINDS = {
    "Document": ("document", "documents"),
    "Agreement": ("agreement", "agreements"),
    "Commitment": ("commitment", "commitments"),
    "Meeting": ("meeting", "meetings"),
    "MeetingSeries": ("series of meetings", "series of meetings"),
    "Mission": ("mission", "missions"),
    "Programme": ("programme", "programmes"),
    "SpaceSystem": ("space system", "space systems"),
    "State": ("state", "states"),
    "Organization": ("organization", "organizations"),
    "Coalition": ("coalition", "coalitions"),
    "Person": ("person", "persons"),
    "Post": ("post", "posts"),
    "Place": ("place", "places"),
}
"""The classes that are told of, each with its word for one and for several."""

_SUFFIXES = {".nq": RdfFormat.N_QUADS, ".trig": RdfFormat.TRIG, ".jsonld": RdfFormat.JSON_LD}


class Change(NamedTuple):
    """So many things have changed in one way: ``words`` tells it, ``which`` are their CURIEs and ``names`` names."""

    number: int
    words: str
    which: list[str]
    names: list[str]


def open_release(path: Path) -> KnowledgeGraph:
    """Open a release: a file that ``spacepact export`` wrote with its named graphs (``.nq``, ``.trig``, ``.jsonld``).

    Raises ParameterError naming *path* if it cannot be read, is no such RDF, or holds no record.
    """
    if path.suffix not in _SUFFIXES:
        raise ParameterError(f"{path}: a release is a file of 'spacepact export' in {', '.join(_SUFFIXES)}")
    store = Store()
    try:
        store.bulk_load(path=str(path), format=_SUFFIXES[path.suffix])
    except OSError as error:
        raise ParameterError(f"{path}: {error.strerror or error}") from None
    except SyntaxError as error:
        raise ParameterError(f"{path}: not the RDF that its suffix tells: {error}") from None
    if not any(store.quads_for_pattern(None, None, None, NamedNode(DERIVED))):
        raise ParameterError(f"{path}: holds no record of Spacepact; export one with 'spacepact export {path.name}'")
    return KnowledgeGraph(Embedded(store))


def compare(old: KnowledgeGraph, new: KnowledgeGraph) -> list[Change]:
    """Return what *new* has that *old* has not, what it no longer has, and what stands otherwise.

    >>> from spacepact.queries.knowledge import open_graph
    >>> print([change.words for change in compare(open_graph(as_of="2022-05-13"), open_graph(as_of="2022-05-14"))][0])
    1 document added
    """
    said_before, said_after = _said(old), _said(new)
    before, after = _things(old, said_before), _things(new, said_after)
    names = labels(old.engine, sorted(before)) | labels(new.engine, sorted(after))
    found = [
        change
        for what, here, there in (("added", after, before), ("taken away", before, after))
        for kind in _KINDS
        if (change := _change(kind, what, (t for t in here if here[t][0] == kind and t not in there), names))
    ]
    moved = [thing for thing in after if thing in before and after[thing][1] != before[thing][1] and after[thing][1]]
    for kind in _KINDS:
        for status in sorted({after[t][1] for t in moved}):
            which = (t for t in moved if after[t] == (kind, status))
            if change := _change(kind, f"now {status}", which, names):
                found.append(change)
    said, no_longer = said_after - said_before, said_before - said_after
    found += [
        Change(len(facts), f"{len(facts):,} {'fact' if len(facts) == 1 else 'facts'} {what}", [], [])
        for facts, what in ((said, "added"), (no_longer, "taken away"))
        if facts
    ]
    return found


def _change(kind: str, what: str, things: Iterable[str], names: dict[str, str]) -> Change | None:
    which = sorted(things)
    if not which:
        return None
    word = _KINDS[kind][len(which) > 1]
    return Change(
        len(which),
        f"{len(which):,} {word} {what}",
        [curie(t) for t in which],
        [names.get(t) or curie(t) for t in which],
    )


def _things(graph: KnowledgeGraph, said: set[tuple[str, str, str]]) -> dict[str, tuple[str, str]]:
    """Return the documents, and the things in what they have *said*, with the name of the class and the word for the
    status, or "". What only a register has, which is the same on all days, is left out."""
    told = {end for subject, _, value in said for end in (subject, value)}
    classes = " ".join(f"pact:{kind}" for kind in _KINDS)
    rows = graph.engine.query(
        f"""SELECT DISTINCT ?thing ?class ?word WHERE {{
          VALUES ?class {{ {classes} }}
          {{ ?thing a ?class }} UNION {{ ?thing a ?narrower . ?narrower rdfs:subClassOf ?class }}
          FILTER (?class != pact:Document || EXISTS {{ ?passage pact:inDocument ?thing }})
          OPTIONAL {{ ?thing pact:currentStatus ?status . ?status skos:prefLabel ?word FILTER (LANG(?word) = "en") }}
        }} ORDER BY ?thing ?class ?word"""
    )
    assert isinstance(rows, QuerySolutions)
    return {
        row["thing"].value: (
            row["class"].value.removeprefix(PREFIXES["pact"]),
            row["word"].value if row["word"] else "",
        )
        for row in rows
        if str(row["thing"]) in told or row["class"].value == PREFIXES["pact"] + "Document"
    }


def _said(graph: KnowledgeGraph) -> set[tuple[str, str, str]]:
    """Return what the passages say, without saying which says it."""
    rows = graph.engine.query(
        """SELECT DISTINCT ?subject ?property ?value WHERE {
          GRAPH ?passage { ?subject ?property ?value } ?passage pact:inDocument ?document }"""
    )
    assert isinstance(rows, QuerySolutions)
    return {(str(row["subject"]), str(row["property"]), str(row["value"])) for row in rows}
