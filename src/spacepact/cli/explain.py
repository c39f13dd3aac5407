"""Explain a fact: the passages that state it, or the rule and the sourced facts it follows from.

examples:
  spacepact explain id:csd-4-kps-support currentStatus
  spacepact explain NASA cooperatesWith KASA
  spacepact explain id:scwg-18 date
"""

from __future__ import annotations

import argparse
import json

from spacepact.cli._common import graph_options, open_from
from spacepact.errors import ParameterError, nearest
from spacepact.graph.explaining import Explanation, explain
from spacepact.iris import NS, PREFIXES, curie, expand
from spacepact.queries.knowledge import KnowledgeGraph
from spacepact.queries.names import labels

__all__ = ["arguments", "run"]


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.add_argument("entity", help="the subject: a name, alias, slug, CURIE or IRI")
    parser.add_argument("property", help="the property, such as currentStatus or skos:altLabel")
    parser.add_argument(
        "value", nargs="?", help="the value: a name, CURIE or text; without it, every value is explained"
    )
    parser.add_argument("--format", choices=("text", "json"), default="text", help="default: text")
    graph_options(parser)


def run(options: argparse.Namespace) -> int:
    """Print the explanation; exit with 1 if there is no such fact."""
    from pyoxigraph import DefaultGraph, NamedNode

    graph = open_from(options)
    subject = NamedNode(graph.resolve(options.entity))
    predicate = NamedNode(_property(graph, options.property))
    facts = [q.triple for q in graph.store.quads_for_pattern(subject, predicate, None, DefaultGraph())]
    if options.value is not None:
        wanted = expand(options.value) or options.value
        named = graph.resolve(options.value) if not _matches(facts, wanted) and facts and _points(facts) else wanted
        facts = [f for f in facts if getattr(f.object, "value", None) in (wanted, named)]
    if not facts:
        value = f" {options.value}" if options.value else ""
        print(f"The record does not say: {curie(subject.value)} {options.property}{value}")
        return 1
    found = explain(graph.store, sorted(facts, key=str))
    if options.format == "json":
        print(json.dumps([_json(e) for e in found], ensure_ascii=False, indent=2))
    else:
        iris = {iri for e in found for iri in _iris(e)}
        names = labels(graph.engine, iris)
        told: set[str] = set()
        for explanation in found:
            _print(explanation, names, "", told)
    return 0


def _matches(facts: list, wanted: str) -> bool:  # type: ignore[type-arg]
    return any(getattr(f.object, "value", None) == wanted for f in facts)


def _points(facts: list) -> bool:  # type: ignore[type-arg]
    from pyoxigraph import NamedNode

    return any(isinstance(f.object, NamedNode) for f in facts)


def _property(graph: KnowledgeGraph, text: str) -> str:
    if iri := expand(text):
        return iri
    from spacepact.ontology.vocabulary import vocabulary

    known = {iri.removeprefix(NS): iri for iri in vocabulary().properties if iri.startswith(NS)}
    known |= {
        "prefLabel": PREFIXES["skos"] + "prefLabel",
        "altLabel": PREFIXES["skos"] + "altLabel",
        "type": PREFIXES["rdf"] + "type",
    }
    if text not in known:
        raise ParameterError(f"property: no term is called '{text}'{nearest(text, sorted(known))}")
    return known[text]


def _iris(explanation: Explanation) -> set[str]:
    from pyoxigraph import NamedNode

    fact = explanation.fact
    found = {t.value for t in (fact.subject, fact.object) if isinstance(t, NamedNode)} | set(explanation.passages)
    for premise in explanation.premises:
        found |= _iris(premise)
    return found


def _fact(explanation: Explanation) -> tuple[str, str, str]:
    fact = explanation.fact
    return (
        curie(getattr(fact.subject, "value", str(fact.subject))),
        curie(fact.predicate.value),
        curie(getattr(fact.object, "value", str(fact.object))),
    )


def _print(explanation: Explanation, names: dict[str, str], indent: str, told: set[str]) -> None:
    text = " ".join(_fact(explanation))
    if text in told and explanation.rule:
        print(f"{indent}{text} (as above)")
        return
    told.add(text)
    print(f"{indent}{text}")
    for passage in explanation.passages:
        print(f"{indent}    said in {names.get(passage, passage)} ({curie(passage)})")
    if explanation.rule:
        print(f"{indent}    by the rule {explanation.rule.name}: {explanation.rule.title}")
        for premise in explanation.premises:
            _print(premise, names, indent + "      ", told)
        if explanation.others:
            print(f"{indent}    and in {explanation.others} more ways")
    elif not explanation.passages:
        print(f"{indent}    (set by the compiler)")


def _json(explanation: Explanation) -> dict[str, object]:
    subject, predicate, value = _fact(explanation)
    return {
        "subject": subject,
        "property": predicate,
        "value": value,
        "passages": [curie(p) for p in explanation.passages],
        "rule": explanation.rule.name if explanation.rule else None,
        "premises": [_json(p) for p in explanation.premises],
        "otherWays": explanation.others,
    }
