"""Derives facts from facts: the CONSTRUCT rules in ``graph/rules``, run in the order of their names."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store, Triple

from spacepact.errors import VocabularyError
from spacepact.folders import folder
from spacepact.iris import DERIVED, NS, ONTOLOGY, PREFIXES

__all__ = ["Rule", "apply_rule", "apply_rules", "rules"]

_DERIVED = NamedNode(DERIVED)
_DATE_TIME = NamedNode(PREFIXES["xsd"] + "dateTime")


@dataclass(frozen=True)
class Rule:
    """A rule: its name, what it says in words, and its CONSTRUCT query."""

    name: str
    title: str
    sparql: str


def rules(where: Path | None = None) -> list[Rule]:
    """Return the rules in the order in which they run.

    >>> rules()[0].name
    '1-involves'
    """
    found = []
    for path in sorted((where or folder("graph") / "rules").glob("*.rq")):
        text = path.read_text(encoding="utf-8")
        title = " ".join(line[2:].strip() for line in text.splitlines() if line.startswith("#+"))
        found.append(Rule(path.stem, title, text))
    return found


def apply_rules(store: Store, as_of: str, content: str, where: Path | None = None) -> None:
    """Run the rules on *store* and add what they derive to the derived graph and to the default graph.

    *as_of* is the moment by which due dates are judged, as xsd:dateTime; *content* a hash of the facts, from which
    the version of the data is made. A fact that is in the store already is not derived again.
    Raises VocabularyError for a rule that is not SPARQL.
    """
    version = next(store.quads_for_pattern(NamedNode(ONTOLOGY), NamedNode(PREFIXES["owl"] + "versionInfo"), None))
    assert isinstance(version.object, Literal)
    # Stated in two named graphs on purpose: by it a client tells how a server makes up its default graph.
    store.add(Quad(version.subject, version.predicate, version.object, _DERIVED))
    data_version = Literal(f"{version.object.value}+{as_of[:10]}.{content}")
    moment = Literal(as_of, datatype=_DATE_TIME)
    for graph in (_DERIVED, DefaultGraph()):
        store.add(Quad(_DERIVED, NamedNode(NS + "asOf"), moment, graph))
        store.add(Quad(_DERIVED, NamedNode(PREFIXES["dcterms"] + "hasVersion"), data_version, graph))
    for rule in rules(where):
        for triple in apply_rule(store, rule):
            store.add(Quad(triple.subject, triple.predicate, triple.object, _DERIVED))


def apply_rule(store: Store, rule: Rule) -> list[Triple]:
    """Add what *rule* derives to the default graph of *store*, and return what was not there before, sorted.

    Raises VocabularyError for a rule that is not SPARQL.
    """
    try:
        derived = {str(triple): triple for triple in store.query(rule.sparql)}  # type: ignore[union-attr]
    except SyntaxError as error:
        raise VocabularyError(f"graph/rules/{rule.name}.rq: {error}") from None
    added = []
    for _, triple in sorted(derived.items()):
        quad = Quad(triple.subject, triple.predicate, triple.object, DefaultGraph())
        if quad not in store:
            store.add(quad)
            added.append(triple)
    return added
