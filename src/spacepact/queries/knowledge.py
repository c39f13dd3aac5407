"""The knowledge graph, opened: to be asked, queried, and worked with as an rdflib dataset."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode, QueryBoolean, QuerySolutions, Store

from spacepact.errors import ParameterError, QueryError
from spacepact.graph.engines.embedded import Embedded, Engine
from spacepact.graph.opening import as_of_store, open_store
from spacepact.iris import DERIVED, NS, PREFIXES, curie
from spacepact.queries.catalogue import Question
from spacepact.queries.catalogue import question as find_question
from spacepact.queries.evidence import Proof, proofs
from spacepact.queries.names import labels, resolve, term_for
from spacepact.queries.result import Citation, Result, Term, fold, grounds

if TYPE_CHECKING:
    import rdflib

__all__ = ["KnowledgeGraph", "open_graph"]


class KnowledgeGraph:
    """The facts, on an engine: the embedded one or a SPARQL server.

    ``ask`` answers a question of the catalogue, ``query`` any SPARQL 1.1 query; both give a Result.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @cached_property
    def dataset(self) -> rdflib.Dataset:
        """The facts as an rdflib Dataset over the same store; only the embedded engine has one."""
        import rdflib
        from oxrdflib import OxigraphStore

        return rdflib.Dataset(store=OxigraphStore(store=self.store), default_union=False)

    @property
    def store(self) -> Store:
        """The pyoxigraph store beneath. Raises QueryError on an endpoint, which has none here."""
        if not isinstance(self.engine, Embedded):
            raise QueryError("the facts are on a server; open the graph without an endpoint to work on them here")
        return self.engine.store

    @cached_property
    def _derivation(self) -> dict[str, str]:
        found = self.engine.query(
            f"""SELECT DISTINCT ?property ?value WHERE {{
              VALUES ?property {{ <{NS}asOf> <{PREFIXES["dcterms"]}hasVersion> }} <{DERIVED}> ?property ?value }}"""
        )
        assert isinstance(found, QuerySolutions)
        return {curie(row["property"].value): row["value"].value for row in found}

    @property
    def version(self) -> str:
        """The version of the data: of the ontology, the newest day of the record, and a hash of its facts."""
        return self._derivation.get("dcterms:hasVersion", "unknown")

    @property
    def as_of(self) -> str:
        """The day the record is read for, as YYYY-MM-DD."""
        return self._derivation.get("pact:asOf", "unknown")[:10]

    def ask(self, question: str, /, **parameters: object) -> Result:
        """Answer the catalogue question *question*; each parameter takes a name, alias, CURIE, date or text.

        Raises QuestionError, ParameterError or UnknownName, each with what would be right.

        >>> open_graph().ask("meetings-of", series="SCWG").columns[0]
        'ordinal'
        """
        asked = find_question(question)
        given = {name: str(value) for name, value in parameters.items() if value is not None}
        asked.require(given)
        terms = {name: term_for(self.engine, asked.parameters[name], text) for name, text in given.items()}
        shown = {name: curie(t.value) if isinstance(t, NamedNode) else given[name] for name, t in terms.items()}
        citation = Citation(asked.name, asked.title, shown, self.version, self.as_of)
        return self._run(asked.bind(terms), citation, asked, terms)

    def query(self, sparql: str) -> Result:
        """Run a SPARQL 1.1 query. ASK gives one row; CONSTRUCT and DESCRIBE give subject, predicate, object.

        Raises QueryError for SPARQL that is refused, EndpointError for a server that fails.
        """
        given = {"query": " ".join(sparql.split())}
        return self._run(sparql, Citation("", "a SPARQL query", given, self.version, self.as_of))

    def _run(
        self, sparql: str, citation: Citation, asked: Question | None = None, given: Mapping[str, Term] | None = None
    ) -> Result:
        found = self.engine.query(sparql)
        rows: list[tuple[Term | None, ...]]
        if isinstance(found, QuerySolutions):
            columns = [variable.value for variable in found.variables]
            rows = [tuple(row) for row in found]
        elif isinstance(found, QueryBoolean):
            from pyoxigraph import Literal

            columns, rows = ["answer"], [(Literal(bool(found)),)]
        else:
            columns, rows = ["subject", "predicate", "object"], [(t.subject, t.predicate, t.object) for t in found]
        if asked is not None and asked.measure:
            from spacepact.queries.measures import MEASURES

            columns, rows = list(asked.columns), MEASURES[asked.measure](rows, given or {})

        proving = [columns.index(name) for name in (columns[:1] if asked is None else asked.evidence)]

        def prove() -> list[Proof]:
            entities = {term.value for row in rows for i in proving if isinstance(term := row[i], NamedNode)}
            return [proof.shortened for proof in proofs(self.engine, entities)]

        folded, tallied = (asked.fold, asked.tally) if asked else ([], [])
        return Result(
            columns,
            fold(columns, rows, folded, tallied),
            name_all=lambda iris: labels(self.engine, iris),
            prove=prove,
            citation=citation,
            grounds=grounds(columns, rows, folded, tallied, proving),
        )

    def resolve(self, name: str, kind: str = "entity") -> str:
        """Return the IRI of the entity that *name* names: a name, alias, slug, CURIE or IRI.

        >>> open_graph().resolve("ROK")
        'https://w3id.org/spacepact/id/rok'
        """
        return resolve(self.engine, name, kind)

    def evidence(self, *entities: str) -> list[Proof]:
        """Return the passages that speak of *entities* or name them, given by name, alias, CURIE or IRI."""
        found = proofs(self.engine, [self.resolve(entity) for entity in entities], mentions=True)
        return [proof.shortened for proof in found]


def open_graph(
    *, as_of: str | None = None, endpoint: str | None = None, progress: Callable[[str], None] = lambda _: None
) -> KnowledgeGraph:
    """Open the knowledge graph.

    Without arguments: the facts that come with the package, on the embedded engine, compiled once into the user's
    cache. *as_of* (an EDTF date) gives the record as it stood at the end of that day. *endpoint* is the URL of a
    SPARQL 1.1 server that holds the facts. *progress* is told each step in words where the facts must be compiled.

    >>> graph = open_graph(as_of="2021")
    >>> graph.as_of
    '2021-12-31'
    """
    if endpoint is not None:
        if as_of is not None:
            raise ParameterError(
                "--as-of needs the embedded engine; or fill a server with 'spacepact load --as-of DATE --to URL'"
            )
        from spacepact.graph.engines.endpoint import connect

        return KnowledgeGraph(connect(endpoint))
    store = open_store(progress)
    return KnowledgeGraph(Embedded(store if as_of is None else as_of_store(store, as_of)))
