"""Spells what servers answer as the embedded store does, where the values are equal.

A number, boolean or date and time can be written in several ways; the store keeps one of them, a server another.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any, TypeVar

from pyoxigraph import (
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    Store,
    parse_query_results,
)

from spacepact.iris import ONTOLOGY, PREFIXES

__all__ = ["respelled", "results"]

_Term = TypeVar("_Term")
_KINDS = frozenset(PREFIXES["xsd"] + kind for kind in ("boolean", "integer", "decimal", "double", "float", "dateTime"))


def results(content: bytes, *, distinct: bool) -> QuerySolutions | QueryBoolean:
    """Read SPARQL results in JSON, whole or not at all, with equal rows given once where they are *distinct*.

    Raises ValueError, KeyError, TypeError, AttributeError or SyntaxError for what is not such results.
    """
    document = json.loads(content)
    changed = _respell(document)
    if distinct and "results" in document:
        changed |= _drop_repeats(document["results"])
    text = json.dumps(document) if changed else content
    read = parse_query_results(text, QueryResultsFormat.JSON)
    if isinstance(read, QueryBoolean):
        return read
    list(read)  # so that a bad row is told here, not while the rows are used
    return parse_query_results(text, QueryResultsFormat.JSON)


def respelled(term: _Term) -> _Term | Literal:
    """Return *term* as the embedded store would give it back.

    >>> respelled(Literal("1", datatype=NamedNode(PREFIXES["xsd"] + "boolean"))).value
    'true'
    """
    if isinstance(term, Literal) and term.datatype.value in _KINDS:
        return _stored(term)
    return term


def _respell(document: dict[str, Any]) -> bool:
    """Spell the literals in *document*, results as JSON, as the embedded store does. True where one was changed.

    Raises KeyError or TypeError for what is not SPARQL results.
    """
    if "boolean" in document:
        return False
    document["head"]["vars"]
    changed = False
    for row in document["results"]["bindings"]:
        for term in row.values():
            if term.get("datatype") in _KINDS:
                spelled = respelled(Literal(term["value"], datatype=NamedNode(term["datatype"])))
                changed |= spelled.value != term["value"]
                term["value"] = spelled.value
    return changed


def _drop_repeats(results: dict[str, Any]) -> bool:
    """Keep the first of equal rows in *results*, rows as JSON. True where one was dropped."""
    rows = results["bindings"]
    first: dict[frozenset[Any], Any] = {}
    for row in rows:
        first.setdefault(frozenset((name, *sorted(term.items())) for name, term in row.items()), row)
    results["bindings"] = list(first.values())
    return len(first) < len(rows)


@lru_cache(maxsize=10_000)
def _stored(literal: Literal) -> Literal:
    store, node = Store(), NamedNode(ONTOLOGY)
    store.add(Quad(node, node, literal))
    stored = next(iter(store)).object
    assert isinstance(stored, Literal), "a literal stays one"
    return stored
