"""Facts with their sources: what the record says of things, each fact with the passages that say it.

What a page or an export shows of an entity is made from these; ``describing`` gives the same in words.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from pyoxigraph import Literal, NamedNode, QuerySolutions

from spacepact.iris import CODE, curie, expand
from spacepact.queries.names import blocks
from spacepact.queries.result import Term

if TYPE_CHECKING:
    from spacepact.graph.engines.embedded import Engine

__all__ = ["Fact", "Facts", "Saying", "read_facts", "sayings"]

_RANKS = ("official-primary", "official-other", "press", "other", "")
_CERTAINTIES = ("stated", "inferred", "presumed")


@dataclass(frozen=True)
class Saying:
    """Where something is said: a passage and its document, or a document of the register, which has no passages.

    *certainty* is "stated", "inferred" or "presumed", *rank* the slug of a source rank or empty. What is unknown is
    empty.
    """

    passage: str
    paragraph: int | None
    certainty: str
    document: str
    title: str
    publisher: str
    issued: str
    url: str
    rank: str

    @property
    def order(self) -> tuple[int, int, str, str, int, str]:
        """By this, the highest rank comes first, then what is stated; of equals the older document."""
        rank, sure = _RANKS.index(self.rank), _CERTAINTIES.index(self.certainty)
        return (rank, sure, self.issued or "9999", self.document, self.paragraph or 0, self.passage)


class Fact(NamedTuple):
    """A fact of the record. *predicate* is a CURIE; without *sayings* the fact is derived."""

    subject: str
    predicate: str
    value: Term
    sayings: tuple[Saying, ...]

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
        """The best certainty of its sayings; "derived" without one."""
        return min((s.certainty for s in self.sayings), key=_CERTAINTIES.index, default="derived")


@dataclass
class Facts:
    """Facts by subject and property, those of higher rank first."""

    found: dict[str, dict[str, list[Fact]]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(list)))

    def add(self, facts: Iterable[Fact]) -> None:
        """Add *facts*."""
        for fact in facts:
            self.found[fact.subject][fact.predicate].append(fact)

    def of(self, subject: str, *properties: str) -> list[Fact]:
        """Return the facts with one of the *properties*, CURIEs, in this order."""
        return [fact for name in properties for fact in self.found.get(subject, {}).get(name, ())]

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
    sayings, and sooner. The facts of one property come in a fixed order, those that documents of higher rank say first.
    """
    pattern = "?subject ?property ?thing" if incoming else "?thing ?property ?value"
    wanted = f"VALUES ?property {{ {' '.join(f'<{expand(name)}>' for name in only)} }}" if only else ""
    saying = f"""OPTIONAL {{ GRAPH ?passage {{ {pattern} }}
      ?passage a ?evidence . ?evidence rdfs:subClassOf pact:Evidence }}"""
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
    where = sayings(engine, {passage for passages in said.values() for passage in passages})
    facts = [Fact(*key, _ordered(passages, where)) for key, passages in said.items()]
    return sorted(facts, key=lambda f: (f.subject, f.predicate, _rank(f), str(f.value)))


def sayings(engine: Engine, passages: Iterable[str]) -> dict[str, Saying]:
    """Return the sayings of *passages*, which are IRIs of passages or of documents of the register."""
    wanted = sorted(set(passages))
    about = _properties(engine, wanted, ("pact:inDocument", "pact:paragraph", "pact:certainty"))
    document = {iri: about[iri].get("pact:inDocument", iri) for iri in wanted}
    cited = ("dcterms:title", "dc:publisher", "pact:issued", "schema:url", "pact:sourceRank")
    of = _properties(engine, sorted(set(document.values())), cited)
    found = {}
    for iri in wanted:
        own, its = about[iri], of[document[iri]]
        found[iri] = Saying(
            passage=iri,
            paragraph=int(own["pact:paragraph"]) if "pact:paragraph" in own else None,
            certainty=own.get("pact:certainty", "stated").removeprefix(f"{CODE}certainty/"),
            document=document[iri],
            title=its.get("dcterms:title", ""),
            publisher=its.get("dc:publisher", ""),
            issued=its.get("pact:issued", ""),
            url=its.get("schema:url", ""),
            rank=its.get("pact:sourceRank", "").removeprefix(f"{CODE}source-rank/"),
        )
    return found


def _properties(engine: Engine, things: Sequence[str], names: Sequence[str]) -> dict[str, dict[str, str]]:
    """Return one value of each of the properties *names* of *things*; of several, the first by its text."""
    found: dict[str, dict[str, str]] = {iri: {} for iri in things}
    wanted = " ".join(f"<{expand(name)}>" for name in names)
    for block in blocks(things):
        rows = engine.query(
            f"""SELECT DISTINCT ?thing ?property ?value WHERE {{
              VALUES ?thing {{ {block} }} VALUES ?property {{ {wanted} }} ?thing ?property ?value }}"""
        )
        assert isinstance(rows, QuerySolutions)
        for thing, name, value in sorted(
            (r["thing"].value, curie(r["property"].value), r["value"].value) for r in rows
        ):
            found[thing].setdefault(name, value)
    return found


def _ordered(passages: Iterable[str], where: Mapping[str, Saying]) -> tuple[Saying, ...]:
    return tuple(sorted((where[iri] for iri in passages), key=lambda saying: saying.order))


def _rank(fact: Fact) -> tuple[int, bool]:
    """Order facts by their best saying; derived ones, and of texts those that are not English, come last."""
    best = fact.sayings[0].order[0] if fact.sayings else len(_RANKS)
    return (best, fact.language not in ("", "en"))
