"""Explains facts: by which passages a fact is stated, or by which rule and from what it follows.

A rule is run again with the fact put into the head of its query; the patterns of its body, with what they matched,
are the premises. They are looked up in turn, until every one ends in a passage.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, QuerySolutions, Store, Triple

from spacepact.graph.rules import Rule, rules
from spacepact.iris import DERIVED

__all__ = ["Explanation", "explain"]

_DERIVED = NamedNode(DERIVED)
_DEPTH = 8


@dataclass
class Explanation:
    """Why a fact is in the graph: ``passages`` that state it, or the ``rule`` and the ``premises`` it follows from.

    ``passages`` holds the IRIs of named graphs: passages, documents of the register, the ontology.
    """

    fact: Triple
    passages: list[str] = field(default_factory=list)
    rule: Rule | None = None
    premises: list[Explanation] = field(default_factory=list)


def explain(store: Store, fact: Triple) -> Explanation:
    """Return why *fact* is in *store*. A fact that is not there has neither passages nor a rule."""
    return _explain(store, fact, frozenset(), _DEPTH)


def _explain(store: Store, fact: Triple, above: frozenset[str], depth: int) -> Explanation:
    graphs = [q.graph_name for q in store.quads_for_pattern(fact.subject, fact.predicate, fact.object, None)]
    stated = sorted(g.value for g in graphs if isinstance(g, NamedNode) and g != _DERIVED)
    found = Explanation(fact, stated)
    if stated or _DERIVED not in graphs or depth == 0 or str(fact) in above:
        return found
    for rule in rules():
        premises = _premises(store, rule, fact)
        if premises:
            found.rule = rule
            found.premises = [_explain(store, p, above | {str(fact)}, depth - 1) for p in premises]
            break
    return found


def _premises(store: Store, rule: Rule, fact: Triple) -> list[Triple]:
    """Return the facts from which *rule* derives *fact*, or nothing if it does not."""
    from rdflib.plugins.sparql import prepareQuery

    algebra = prepareQuery(rule.sparql).algebra
    head, _, body = rule.sparql.partition("WHERE")
    prefixes = "\n".join(line for line in head.splitlines() if line.startswith("PREFIX"))
    patterns = list(_patterns(algebra.p))
    for template in algebra.template:
        bound = _unify(template, fact)
        if bound is None:
            continue
        filters = " ".join(f"FILTER (sameTerm(?{name}, {term}))" for name, term in bound.items())
        solutions = store.query(f"{prefixes}\nSELECT * WHERE {{ {body} {filters} }}")
        assert isinstance(solutions, QuerySolutions)
        variables = [v.value for v in solutions.variables]
        premises: dict[str, Triple] = {}
        for solution in solutions:
            row = {name: solution[name] for name in variables if solution[name] is not None}
            for pattern in patterns:
                triple = _instance(pattern, row)
                if triple and Quad(triple.subject, triple.predicate, triple.object, DefaultGraph()) in store:
                    premises.setdefault(str(triple), triple)
        if premises:
            return [premises[key] for key in sorted(premises)]
    return []


def _patterns(node: Any) -> Iterator[tuple[Any, Any, Any]]:
    """Yield the triple patterns of an rdflib query algebra, those of property paths left out."""
    from rdflib.plugins.sparql.parserutils import CompValue

    if isinstance(node, CompValue):
        yield from (triple for triple in node.get("triples") or () if len(triple) == 3)
        for key in ("p", "p1", "p2", "part", "graph"):
            yield from _patterns(node.get(key))
    elif isinstance(node, list):
        for item in node:
            yield from _patterns(item)


def _unify(template: tuple[Any, Any, Any], fact: Triple) -> dict[str, str] | None:
    from rdflib import Variable

    bound: dict[str, str] = {}
    for part, term in zip(template, (fact.subject, fact.predicate, fact.object), strict=True):
        if isinstance(part, Variable):
            if bound.setdefault(str(part), str(term)) != str(term):
                return None
        elif _term(part) != term:
            return None
    return bound


def _instance(pattern: tuple[Any, Any, Any], row: dict[str, Any]) -> Triple | None:
    from rdflib import Variable

    terms = [row.get(str(part)) if isinstance(part, Variable) else _term(part) for part in pattern]
    subject, predicate, value = terms
    if not isinstance(subject, NamedNode) or not isinstance(predicate, NamedNode) or value is None:
        return None
    return Triple(subject, predicate, value)


def _term(node: Any) -> NamedNode | Literal | BlankNode | None:
    """Return the pyoxigraph term for an rdflib *node*, or None for a property path."""
    import rdflib

    if isinstance(node, rdflib.URIRef):
        return NamedNode(str(node))
    if isinstance(node, rdflib.Literal):
        if node.language:
            return Literal(str(node), language=node.language)
        return Literal(str(node), datatype=NamedNode(str(node.datatype))) if node.datatype else Literal(str(node))
    return None
