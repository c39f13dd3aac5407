"""The evidence: the passages that prove something, each with its document."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from pyoxigraph import QuerySolutions

from spacepact.graph.engines.embedded import Engine
from spacepact.iris import CODE, curie, expand
from spacepact.queries.names import blocks

__all__ = ["RANKS", "Proof", "proof_of", "proofs", "read_proofs"]

RANKS = ("official-primary", "official-other", "press", "other", "")
"""The slugs of the ranks of sources, the highest first; of a document of the register it is empty."""

_RANKS = {rank: at for at, rank in enumerate(RANKS)}
_CERTAINTIES = {"stated": 0, "inferred": 1, "presumed": 2}

_SHOWS = {
    "name": "its name",
    "statement": "what is promised",
    "agreement type": "what kind of agreement",
    "committed by": "who promises",
    "committed to": "to whom",
    "strength": "how firmly",
    "binding force": "how binding",
    "party": "between whom",
    "led by": "who leads",
    "partner": "with whom",
    "convened by": "who convenes",
    "hosted by": "who hosts",
    "participant": "who takes part",
    "has participation": "who takes part",
    "date": "when",
    "due by": "by when",
    "place": "where",
    "level": "at what level",
    "discussed": "what was discussed",
    "action kind": "what is to be done",
    "topic": "on what topic",
    "concerns": "what it concerns",
    "has status event": "how it stood",
    "outcome of": "at which meeting",
    "under": "under what",
    "in series": "in which series",
    "ordinal": "which number",
    "cadence in months": "how often",
    "establishes": "what it sets up",
    "renews": "what it takes up again",
    "fulfils": "what it carries out",
    "note": "a note",
}
"""What a passage shows that gives a property, by the label of the property, in the order in which it is told."""


class Proof(NamedTuple):
    """A passage that proves something, and its document; or a document of the register, which has no passages.

    *passage*, *document* and *entity* are IRIs, in a Result CURIEs as all else there. *certainty* is "stated",
    "inferred" or "presumed", *rank* one of RANKS; dates are EDTF, and what is unknown is empty. *entity* is what the
    passage speaks of, and *says* the labels of the properties of it that the passage gives, where these are asked for.
    """

    passage: str
    paragraph: int | None
    certainty: str
    says: tuple[str, ...]
    document: str
    title: str
    publisher: str
    issued: str
    url: str
    rank: str
    entity: str = ""

    @property
    def firmness(self) -> tuple[int, int]:
        """By this, the highest rank comes first, and of one rank what is stated before what is inferred."""
        return _RANKS.get(self.rank, len(_RANKS)), _CERTAINTIES.get(self.certainty, len(_CERTAINTIES))

    @property
    def order(self) -> tuple[int, int, str, str, int, str]:
        """By this, the firmest comes first, of equals the older document."""
        return (*self.firmness, self.issued or "9999", self.document, self.paragraph or 0, self.passage)

    @property
    def rank_words(self) -> str:
        """The rank in words: "official, primary"."""
        return self.rank.replace("-", ", ")

    @property
    def shows(self) -> tuple[str, ...]:
        """What the passage shows, in plain words: "who promises", "to whom", "how firmly".

        >>> Proof("", 6, "stated", ("strength", "committed by", "capacity"), "", "", "", "", "", "").shows
        ('who promises', 'how firmly', 'capacity')
        """
        told = [words for label, words in _SHOWS.items() if label in self.says]
        return tuple(dict.fromkeys([*told, *(label for label in self.says if label not in _SHOWS)]))

    @property
    def shortened(self) -> Proof:
        """The same with CURIEs for IRIs."""
        return self._replace(passage=curie(self.passage), document=curie(self.document), entity=curie(self.entity))


def proof_of(passage: str, text: Callable[[str, str], str], says: tuple[str, ...] = ()) -> Proof:
    """Return the proof that *passage* gives; *text* is asked for the value of a property of a thing, or nothing."""
    document = text(passage, "pact:inDocument") or passage
    number = text(passage, "pact:paragraph")
    return Proof(
        passage=passage,
        paragraph=int(number) if number else None,
        certainty=text(passage, "pact:certainty").removeprefix(f"{CODE}certainty/") or "stated",
        says=says,
        document=document,
        title=text(document, "dcterms:title"),
        publisher=text(document, "dc:publisher"),
        issued=text(document, "pact:issued"),
        url=text(document, "schema:url"),
        rank=text(document, "pact:sourceRank").removeprefix(f"{CODE}source-rank/"),
    )


def read_proofs(engine: Engine, passages: Iterable[str]) -> dict[str, Proof]:
    """Return the proofs that *passages* give, which are IRIs of passages or of documents of the register."""
    wanted = sorted(set(passages))
    about = _properties(engine, wanted, ("pact:inDocument", "pact:paragraph", "pact:certainty"))
    documents = sorted({about[iri].get("pact:inDocument", iri) for iri in wanted})
    cited = _properties(
        engine, documents, ("dcterms:title", "dc:publisher", "pact:issued", "schema:url", "pact:sourceRank")
    )

    known = about | cited
    return {iri: proof_of(iri, lambda thing, name: known[thing].get(name, "")) for iri in wanted}


def _properties(engine: Engine, things: Sequence[str], names: Sequence[str]) -> dict[str, dict[str, str]]:
    """Return one value of each of the properties *names* of *things*; of several, the first by its text."""
    found: dict[str, dict[str, str]] = {iri: {} for iri in things}
    short = {expand(name): name for name in names}
    for block in blocks(things):
        rows = engine.query(
            f"""SELECT DISTINCT ?thing ?property ?value WHERE {{
              VALUES ?thing {{ {block} }} VALUES ?property {{ {" ".join(names)} }} ?thing ?property ?value }}"""
        )
        assert isinstance(rows, QuerySolutions)
        for thing, name, value in sorted((thing.value, name.value, value.value) for thing, name, value in rows):
            found[thing].setdefault(short[name], value)
    return found


def proofs(engine: Engine, entities: Iterable[str], *, mentions: bool = False) -> list[Proof]:
    """Return the passages that say something of *entities*; of an entity that is a passage, itself.

    With *mentions* also those that name an entity only in what they say of another one. The firmest come first, of
    equals the newest document.
    """
    ways = ["GRAPH ?passage { ?entity ?property ?value }", "?entity a pact:Passage BIND (?entity AS ?passage)"]
    ways += ["GRAPH ?passage { ?subject ?property ?entity }"] if mentions else []
    pairs: list[tuple[str, str]] = []
    for block in blocks(sorted(set(entities))):
        union = " UNION ".join(f"{{ VALUES ?entity {{ {block} }} {way} }}" for way in ways)
        rows = engine.query(
            f"""SELECT DISTINCT ?entity ?passage WHERE {{
              {{ SELECT DISTINCT ?entity ?passage WHERE {{ {union} }} }} ?passage pact:inDocument ?document }}"""
        )
        assert isinstance(rows, QuerySolutions)
        pairs += [(row["entity"].value, row["passage"].value) for row in rows]
    where = read_proofs(engine, (passage for _, passage in pairs))
    found = [where[passage]._replace(entity=entity) for entity, passage in sorted(pairs)]
    found.sort(key=lambda proof: proof.issued, reverse=True)
    return sorted(found, key=lambda proof: proof.firmness)
