"""Entities: all that the record says of one thing, in the order in which a reader wants it, with numbered sources."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from pyoxigraph import Literal, NamedNode, QuerySolutions

from spacepact.iris import curie, expand
from spacepact.queries.evidence import Proof
from spacepact.queries.facts import Fact, Facts, read_facts
from spacepact.queries.names import labels

if TYPE_CHECKING:
    from spacepact.graph.engines.embedded import Engine
    from spacepact.queries.result import Result

__all__ = [
    "CLASSES",
    "SILENT",
    "SILENT_INCOMING",
    "Bibliography",
    "Cited",
    "Entity",
    "Statements",
    "bodies",
    "names_of",
    "participations",
    "read_entity",
    "repeats",
    "rows_of",
]

CLASSES = {
    "actor": ("State", "Coalition", "Organization", "GovernmentBody", "IntergovernmentalOrganization", "SpaceAgency",
              "ResearchOrganization", "Company", "Person"),
    "engagement": ("Agreement", "Commitment", "MeetingSeries", "Meeting", "Mission", "Programme", "SpaceSystem"),
}  # fmt: skip
"""The classes of the two great kinds of things."""

_NAMES = ("skos:prefLabel", "skos:altLabel")
_LINKS = ("schema:sameAs", "rdfs:seeAlso")
SILENT = {
    "rdf:type", "pact:earliest", "pact:latest", "pact:dueEarliest", "pact:dueLatest", "pact:whenEarliest",
    "pact:whenLatest", "pact:firstTold", "pact:lastTold", "pact:endedBy", "pact:cooperatesWith", "pact:involves",
}  # fmt: skip
"""No news to a reader of a thing: bounds that are computed from dates, and what rules derive for questions alone."""

SILENT_INCOMING = {"pact:between", "pact:shownBy", "pact:cooperatesWith", "pact:involves", "sssom:subject_id"}
"""No news to a reader of the thing that these properties point to."""

_ORDER = (
    "pact:statement", "pact:committedBy", "pact:committedTo", "pact:strength", "pact:currentStatus", "pact:actionKind",
    "pact:agreementType", "pact:bindingForce", "pact:party", "pact:inSeries", "pact:ordinal", "pact:when", "pact:date",
    "pact:dueBy", "pact:place", "pact:level", "pact:cadenceMonths", "pact:hostedBy", "pact:convenedBy", "pact:ledBy",
    "pact:partner", "pact:participant", "pact:topic", "pact:concerns", "pact:under", "pact:outcomeOf", "pact:renews",
    "pact:fulfils", "pact:establishes", "pact:supersedes", "pact:amends", "pact:discussed", "pact:ofState",
    "pact:inState", "pact:partOf", "pact:memberOf", "pact:successorOf", "pact:established", "pact:holdsPost",
    "pact:postIn", "pact:actor", "pact:nameAsGiven", "pact:role", "pact:inPost", "pact:onBehalfOf", "pact:newStatus",
    "pact:byActor", "pact:atMeeting", "pact:evidencedBy", "pact:signatoryOrdinal", "pact:signatoryCount",
    "pact:timesHeld", "skos:note", *_NAMES, *_LINKS,
)  # fmt: skip


class Statements(NamedTuple):
    """All values that one property has here. *incoming*: the entity is the value, and the subjects differ."""

    property: str
    incoming: bool
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class Entity:
    """What the record says of the thing *iri*. *classes* are names of our classes, as in CLASSES."""

    iri: str
    classes: tuple[str, ...]
    own: Facts
    incoming: Facts
    statements: tuple[Statements, ...]

    def kind(self, name: str) -> bool:
        """Whether it is an "actor" or an "engagement"."""
        return not set(CLASSES[name]).isdisjoint(self.classes)

    @property
    def names(self) -> list[Fact]:
        """Its names, the preferred ones first, in each language together."""
        found = self.own.of(self.iri, *_NAMES)
        return sorted(found, key=lambda f: (f.language not in ("en", ""), f.language, f.predicate != _NAMES[0], f.text))

    @property
    def links(self) -> list[Fact]:
        """What it is in other datasets: the same, or close to it."""
        return self.own.of(self.iri, *_LINKS)

    @property
    def told(self) -> bool:
        """Whether a document speaks of it: in the record of an earlier day, registers may be all that do."""
        return any(proof.issued for facts in (self.own, self.incoming) for fact in facts for proof in fact.proofs)

    def pointing(self, *properties: str) -> list[str]:
        """Return the IRIs of what points to it by one of the *properties*."""
        return list(dict.fromkeys(f.subject for p in properties for f in self._by_property.get(p, ())))

    @property
    def _by_property(self) -> dict[str, tuple[Fact, ...]]:
        return {s.property: s.facts for s in self.statements if s.incoming}

    def facts(self) -> Iterator[Fact]:
        """Yield the facts of all statements."""
        for group in self.statements:
            yield from group.facts


def read_entity(engine: Engine, iri: str) -> Entity | None:
    """Return what the record says of *iri*, or None where it says nothing."""
    told, pointing = read_facts(engine, [iri]), read_facts(engine, [iri], incoming=True)
    own = Facts(told)
    types = [name for name in own.iris(iri, "rdf:type") if curie(name).startswith("pact:")]
    if not types:
        return None
    led = set(own.iris(iri, "pact:ledBy"))
    # That whoever leads is a partner too follows from a rule, and is no news.
    told = [f for f in told if f.proofs or f.predicate != "pact:partner" or f.text not in led]
    groups = _groups(told, SILENT)
    groups += _groups(pointing, SILENT_INCOMING, incoming=True)
    return Entity(iri, tuple(sorted(curie(t)[len("pact:") :] for t in types)), own, Facts(pointing), tuple(groups))


def _groups(facts: Iterable[Fact], silent: set[str], *, incoming: bool = False) -> list[Statements]:
    by_property: dict[str, list[Fact]] = defaultdict(list)
    for fact in facts:
        if fact.predicate not in silent:
            by_property[fact.predicate].append(fact)
    places = {name: at for at, name in enumerate(_ORDER)}
    ordered = sorted(by_property.items(), key=lambda entry: (places.get(entry[0], len(places)), entry[0]))
    return [Statements(name, incoming, tuple(found)) for name, found in ordered]


def bodies(engine: Engine, iri: str) -> list[str]:
    """Return the IRIs of the bodies of a state, and of the parts of a body at any depth."""
    rows = engine.query(
        f"""SELECT DISTINCT ?body WHERE {{ {{ ?body pact:ofState <{iri}> }} UNION {{ ?body pact:partOf+ <{iri}> }}
          MINUS {{ ?body a pact:Person }} }}"""
    )
    assert isinstance(rows, QuerySolutions)
    return sorted(row["body"].value for row in rows)


def participations(engine: Engine, actor: str) -> tuple[Facts, dict[str, str]]:
    """Return the facts about the participations of *actor*, and the engagement of each of them."""
    found = {f.subject for f in read_facts(engine, [actor], incoming=True, only=["pact:actor"], sourced=False)}
    own = Facts(read_facts(engine, found, only=["pact:actor", "pact:role", "pact:inPost", "pact:onBehalfOf"]))
    parts = read_facts(engine, found, incoming=True, only=["pact:hasParticipation"], sourced=False)
    return own, {fact.text: fact.subject for fact in parts}


def repeats(engine: Engine, commitment: str) -> list[str]:
    """Return the chain of commitments that take each other up, *commitment* among them, oldest first."""
    rows = engine.query(
        f"""SELECT DISTINCT ?other ?when WHERE {{ <{commitment}> (pact:renews|^pact:renews)* ?other .
          OPTIONAL {{ ?other pact:whenLatest ?when }} }}"""
    )
    assert isinstance(rows, QuerySolutions)
    dated = {row["other"].value: row["when"].value if row["when"] else "9999" for row in rows}
    return sorted(dated, key=lambda iri: (dated[iri], iri))


def names_of(engine: Engine, *facts: Iterable[Fact], more: Iterable[str] = ()) -> dict[str, str]:
    """Return names for all things and properties in *facts*, and for the IRIs *more*."""
    wanted = set(more)
    for fact in (fact for several in facts for fact in several):
        wanted |= {fact.subject, expand(fact.predicate) or fact.predicate} | ({fact.text} if fact.is_iri else set())
    return labels(engine, wanted)


def rows_of(result: Result) -> list[dict[str, list[str]]]:
    """Return the rows of *result*: of each column the IRIs or texts in it."""
    found = []
    for row in result.rows:
        cells = zip(result.columns, row, strict=True)
        found.append(
            {c: [_plain(t) for t in (v if isinstance(v, tuple) else () if v is None else (v,))] for c, v in cells}
        )
    return found


def _plain(term: object) -> str:
    return term.value if isinstance(term, (NamedNode, Literal)) else str(term)


class Cited(NamedTuple):
    """A document with its number on a page, and what is cited of it."""

    number: int
    document: Proof
    passages: tuple[Proof, ...]


class Bibliography:
    """The documents behind a page, numbered: those of the highest rank first, of one rank the oldest first."""

    def __init__(self, facts: Iterable[Fact], more: Iterable[Proof] = ()) -> None:
        cited = {proof.passage: proof for fact in facts for proof in fact.proofs}
        cited |= {proof.passage: proof for proof in more}
        by_document: dict[str, list[Proof]] = defaultdict(list)
        for proof in sorted(cited.values(), key=lambda p: (p.firmness[0], p.issued or "9999", p.document, *p.order)):
            by_document[proof.document].append(proof)
        self.documents = tuple(
            Cited(at, several[0], tuple(sorted(several, key=lambda p: (p.paragraph or 0, p.passage))))
            for at, several in enumerate(by_document.values(), start=1)
        )
        self._numbers = {cited.document.document: cited.number for cited in self.documents}

    def number(self, proof: Proof) -> int:
        """Return the number of the document of *proof*."""
        return self._numbers[proof.document]

    def __len__(self) -> int:
        return len(self.documents)
