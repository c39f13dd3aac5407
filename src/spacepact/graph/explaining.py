"""Explains facts: by which passages a fact is stated, or by which rule and from what it follows.

The rules are run again from the evidence, to see which of them adds the fact. That rule is then asked, on the facts
that were there before it, with the fact put into the head of its query: the patterns of its body, with what they
matched, are the premises. They are looked up in turn, until every one ends in a passage.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, QuerySolutions, Store, Triple

from spacepact.graph.rules import Rule, apply_rule, rules
from spacepact.iris import DERIVED, NS

__all__ = ["Explanation", "explain"]

_DERIVED = NamedNode(DERIVED)
_DEPTH = 8
_BOUNDED = {
    NS + bound: NS + date
    for date, bounds in {
        "date": ("earliest", "latest"),
        "when": ("whenEarliest", "whenLatest"),
        "dueBy": ("dueEarliest", "dueLatest"),
    }.items()
    for bound in bounds
}


@dataclass
class Explanation:
    """Why a fact is in the graph: ``passages`` that state it, or the ``rule`` and the ``premises`` it follows from.

    ``passages`` holds the IRIs of named graphs: passages, documents of the register, the ontology. ``others`` counts
    the other ways in which the same rule derives the fact.
    """

    fact: Triple
    passages: list[str] = field(default_factory=list)
    rule: Rule | None = None
    premises: list[Explanation] = field(default_factory=list)
    others: int = 0


class _Replay:
    """The rules run again, with what each of them adds."""

    def __init__(self, store: Store) -> None:
        named = [q for q in store if isinstance(q.graph_name, NamedNode)]
        self._evidence = [q for q in named if q.graph_name != _DERIVED]
        self._set = [q for q in named if q.graph_name == _DERIVED and q.subject == _DERIVED]
        self._added: list[tuple[Rule, list[Triple]]] = []
        current = self._before(0)
        for rule in rules():
            added = list(apply_rule(current, rule))
            self._added.append((rule, added))

    def _before(self, position: int) -> Store:
        """Return a store with the evidence, and what the rules before that at *position* add."""
        store = Store()
        store.bulk_extend(self._evidence)
        later = [triple for _, added in self._added[:position] for triple in added]
        triples = [*(q.triple for q in (*self._evidence, *self._set)), *later]
        store.bulk_extend(Quad(t.subject, t.predicate, t.object, DefaultGraph()) for t in triples)
        return store

    def rule_of(self, fact: Triple) -> tuple[Rule, Store] | None:
        """Return the rule that adds *fact*, and the store as it was before; None if no rule does."""
        for position, (rule, added) in enumerate(self._added):
            if fact in added:
                return rule, self._before(position)
        return None


def explain(store: Store, facts: Iterable[Triple]) -> list[Explanation]:
    """Return why each of *facts* is in *store*. A fact that is not there has neither passages nor a rule."""
    replay = _Replay(store)
    return [_explain(store, fact, replay, _DEPTH) for fact in facts]


def _explain(store: Store, fact: Triple, replay: _Replay, depth: int) -> Explanation:
    graphs = [q.graph_name for q in store.quads_for_pattern(fact.subject, fact.predicate, fact.object, None)]
    stated = sorted(g.value for g in graphs if isinstance(g, NamedNode) and g != _DERIVED)
    found = Explanation(fact, stated)
    if stated or _DERIVED not in graphs or depth == 0:
        return found
    derivation = replay.rule_of(fact)
    if derivation is not None:
        found.rule, before = derivation
        ways = _ways(before, found.rule, fact)
        found.premises = [_explain(store, p, replay, depth - 1) for p in (ways[0] if ways else [])]
        found.others = max(len(ways) - 1, 0)
    return found


def _ways(store: Store, rule: Rule, fact: Triple) -> list[list[Triple]]:
    """Return the sets of facts from each of which *rule* derives *fact*, the smallest first; none if it does not."""
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
        ways: dict[str, list[Triple]] = {}
        for solution in solutions:
            row = {name: solution[name] for name in variables if solution[name] is not None}
            premises: dict[str, Triple] = {}
            for pattern in patterns:
                for triple in _instances(store, pattern, row):
                    premises.setdefault(str(triple), triple)
            if premises:
                way = _without_bounds([premises[key] for key in sorted(premises)])
                ways.setdefault(str(way), way)
        if ways:
            return sorted(ways.values(), key=lambda way: (len(way), list(map(str, way))))
    return []


def _without_bounds(premises: list[Triple]) -> list[Triple]:
    """Leave out the bounds of dates that are premises themselves: they say nothing new."""
    dated = {(p.subject, p.predicate.value) for p in premises}
    return [p for p in premises if (p.subject, _BOUNDED.get(p.predicate.value)) not in dated]


def _patterns(node: Any) -> Iterator[tuple[Any, Any, Any]]:
    """Yield the triple patterns of an rdflib query algebra."""
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


def _instances(store: Store, pattern: tuple[Any, Any, Any], row: dict[str, Any]) -> list[Triple]:
    """Return the facts in *store* that *pattern* stands for where its variables are as in *row*."""
    from rdflib import Variable
    from rdflib.paths import MulPath

    subject, predicate, value = (row.get(str(part)) if isinstance(part, Variable) else _term(part) for part in pattern)
    if not isinstance(subject, NamedNode) or value is None:
        return []
    if isinstance(pattern[1], MulPath) and isinstance(step := _term(pattern[1].path), NamedNode):
        return _chain(store, subject, step, value)
    if not isinstance(predicate, NamedNode):
        return []
    quad = Quad(subject, predicate, value, DefaultGraph())
    return [quad.triple] if quad in store else []


def _chain(store: Store, start: NamedNode, step: NamedNode, end: Any) -> list[Triple]:
    """Return the shortest way from *start* to *end* along the property *step*, as facts."""
    ways: dict[Any, list[Triple]] = {start: []}
    todo = [start]
    while todo and end not in ways:
        here = todo.pop(0)
        for quad in store.quads_for_pattern(here, step, None, DefaultGraph()):
            if isinstance(quad.object, NamedNode) and quad.object not in ways:
                ways[quad.object] = [*ways[here], quad.triple]
                todo.append(quad.object)
    return ways.get(end, [])


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
