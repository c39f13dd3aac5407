"""Facts with their sources: what the record says of things, each fact with the passages that say it.

What a page or an export shows of an entity is made from these; ``describing`` gives the same in words.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from pyoxigraph import Literal, NamedNode, QuerySolutions

from spacepact.iris import curie, expand
from spacepact.queries.evidence import RANKS, Proof, read_proofs
from spacepact.queries.names import blocks
from spacepact.queries.result import Term

if TYPE_CHECKING:
    from spacepact.graph.engines.embedded import Engine

__all__ = ["Fact", "Facts", "read_facts"]


class Fact(NamedTuple):
    """A fact of the record. *predicate* is a CURIE; without *proofs* the fact is derived."""

    subject: str
    predicate: str
    value: Term
    proofs: tuple[Proof, ...]

    @property
    def text(self) -> str:
        """The value as the text of a literal, or as an IRI."""
        return self.value.value if isinstance(self.value, (Literal, NamedNode)) else str(self.value)

    @property
    def language(self) -> str:
        """The language of a text, or empty."""
        return (self.value.language or "") if isinstance(self.value, Literal) else ""

    @property
    def is_iri(self) -> bool:
        """Whether the value is a thing and no text."""
        return isinstance(self.value, NamedNode)

    @property
    def certainty(self) -> str:
        """The best certainty of its proofs; "derived" without one."""
        return min(self.proofs, key=lambda p: p.firmness[1]).certainty if self.proofs else "derived"


class Facts:
    """Facts by subject and property, in the order in which they are given."""

    def __init__(self, facts: Iterable[Fact]) -> None:
        self._facts = tuple(facts)
        self._found: dict[tuple[str, str], list[Fact]] = defaultdict(list)
        for fact in self._facts:
            self._found[fact.subject, fact.predicate].append(fact)

    def __iter__(self) -> Iterator[Fact]:
        return iter(self._facts)

    def of(self, subject: str, *properties: str) -> list[Fact]:
        """Return the facts with one of the *properties*, CURIEs, in this order."""
        return [fact for name in properties for fact in self._found.get((subject, name), ())]

    def iris(self, subject: str, *properties: str) -> list[str]:
        """Return the IRIs that are values of one of the *properties*."""
        return list(dict.fromkeys(fact.text for fact in self.of(subject, *properties) if fact.is_iri))

    def texts(self, subject: str, *properties: str) -> list[str]:
        """Return the values of the *properties* as texts."""
        return list(dict.fromkeys(fact.text for fact in self.of(subject, *properties)))

    def text(self, subject: str, *properties: str) -> str:
        """Return the first of `texts`, or an empty string."""
        return next(iter(self.texts(subject, *properties)), "")

    def slugs(self, subject: str, name: str) -> list[str]:
        """Return the slugs of the codes that are values of the property *name*."""
        return [iri.rsplit("/", 1)[-1] for iri in self.iris(subject, name)]


def read_facts(
    engine: Engine,
    things: Iterable[str],
    *,
    incoming: bool = False,
    only: Sequence[str] = (),
    sourced: bool = True,
) -> list[Fact]:
    """Return the facts about *things*, given as IRIs; with *incoming* the facts whose value is one of them.

    *only* are the CURIEs of the properties that are wanted. Where the facts need not be *sourced*, they come without
    proofs, and sooner. The facts of one property come in a fixed order, those that documents of higher rank say first.
    """
    pattern = "?subject ?property ?thing" if incoming else "?thing ?property ?value"
    wanted = f"VALUES ?property {{ {' '.join(f'<{expand(name)}>' for name in only)} }}" if only else ""
    # With EXISTS it is looked up for each row; as a pattern of its own, Oxigraph joins all passages: 30 ms, not 0.3.
    saying = f"""OPTIONAL {{ GRAPH ?passage {{ {pattern} }}
      FILTER EXISTS {{ ?passage a ?evidence . ?evidence rdfs:subClassOf pact:Evidence }} }}"""
    said: dict[tuple[str, str, Term], set[str]] = defaultdict(set)
    for block in blocks(sorted(set(things))):
        rows = engine.query(
            f"""SELECT DISTINCT ?thing {"?subject" if incoming else "?value"} ?property ?passage WHERE {{
              VALUES ?thing {{ {block} }} {wanted} {pattern} . {saying if sourced else ""} }}"""
        )
        assert isinstance(rows, QuerySolutions)
        for row in rows:
            if not isinstance(row["property"], NamedNode):
                continue
            subject, value = (row["subject"], row["thing"]) if incoming else (row["thing"], row["value"])
            passage = {row["passage"].value} if sourced and row["passage"] else set()
            said[subject.value, curie(row["property"].value), value] |= passage
    where = read_proofs(engine, {passage for passages in said.values() for passage in passages})
    facts = [Fact(*key, _ordered(passages, where)) for key, passages in said.items()]
    return sorted(facts, key=lambda f: (f.subject, f.predicate, _rank(f), str(f.value)))


def _ordered(passages: Iterable[str], where: Mapping[str, Proof]) -> tuple[Proof, ...]:
    return tuple(sorted((where[iri] for iri in passages), key=lambda proof: proof.order))


def _rank(fact: Fact) -> tuple[int, bool]:
    """Order facts by their best proof; derived ones, and of texts those that are not English, come last."""
    best = fact.proofs[0].firmness[0] if fact.proofs else len(RANKS)
    return (best, fact.language not in ("", "en"))
