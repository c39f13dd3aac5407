"""The evidence behind rows: which passages speak of the entities that prove them."""

from __future__ import annotations

from collections.abc import Iterable

from pyoxigraph import QuerySolution, QuerySolutions

from spacepact.graph.engines.embedded import Engine
from spacepact.iris import CODE, curie
from spacepact.queries.names import blocks
from spacepact.queries.result import Proof

__all__ = ["proofs"]

_CERTAINTIES = ("stated", "inferred", "presumed")
_RANKS = ("official-primary", "official-other", "press", "other", "")


def proofs(engine: Engine, entities: Iterable[str], *, mentions: bool = False) -> list[Proof]:
    """Return the passages that say something of *entities*; of an entity that is a passage, itself.

    With *mentions* also those that name an entity only in what they say of another one. The highest rank comes first,
    of one rank what is stated before what is inferred, and the newest document first.
    """
    found: list[Proof] = []
    ways = ["GRAPH ?passage { ?entity ?property ?value }", "?entity a pact:Passage BIND (?entity AS ?passage)"]
    ways += ["GRAPH ?passage { ?subject ?property ?entity }"] if mentions else []
    for block in blocks(sorted(set(entities))):
        union = " UNION ".join(f"{{ VALUES ?entity {{ {block} }} {way} }}" for way in ways)
        rows = engine.query(
            f"""SELECT DISTINCT ?entity ?passage ?paragraph ?certainty ?document ?title ?publisher ?issued ?rank
              ?url WHERE {{
              {{ SELECT DISTINCT ?entity ?passage WHERE {{ {union} }} }}
              ?passage pact:inDocument ?document .
              ?document dcterms:title ?title ; dc:publisher ?publisher ; pact:sourceRank ?rank .
              OPTIONAL {{ ?passage pact:paragraph ?paragraph }}
              OPTIONAL {{ ?passage pact:certainty ?certainty }}
              OPTIONAL {{ ?document pact:issued ?issued }}
              OPTIONAL {{ ?document schema:url ?url }} }}"""
        )
        assert isinstance(rows, QuerySolutions)
        found.extend(map(_proof, rows))
    found.sort(key=lambda p: (p.entity, p.passage, p.title))
    found.sort(key=lambda p: p.issued, reverse=True)
    found.sort(key=lambda p: (_RANKS.index(p.rank), _CERTAINTIES.index(p.certainty)))
    return found


def _proof(row: QuerySolution) -> Proof:
    def text(name: str) -> str:
        term = row[name]
        return term.value if term else ""

    return Proof(
        entity=curie(text("entity")),
        passage=curie(text("passage")),
        paragraph=int(text("paragraph")) if text("paragraph") else None,
        certainty=text("certainty").removeprefix(f"{CODE}certainty/") or "stated",
        document=curie(text("document")),
        title=text("title"),
        publisher=text("publisher"),
        issued=text("issued"),
        rank=text("rank").removeprefix(f"{CODE}source-rank/"),
        url=text("url"),
    )
