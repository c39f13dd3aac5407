"""A result: rows and columns, the names behind the IRIs, and the evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from spacepact.errors import MissingExtra, QueryError
from spacepact.iris import PREFIXES, curie

if TYPE_CHECKING:
    import networkx
    import pandas

__all__ = ["Citation", "Proof", "Result", "Term", "Value", "python_value"]

Term: TypeAlias = NamedNode | BlankNode | Literal | Triple
"""A term as the engines give it."""

Value: TypeAlias = str | int | float | bool | None
"""A value as Python has it: an IRI is its CURIE."""

_NUMBERS: dict[str, Callable[[str], Value]] = {
    PREFIXES["xsd"] + "integer": int,
    PREFIXES["xsd"] + "decimal": float,
    PREFIXES["xsd"] + "double": float,
    PREFIXES["xsd"] + "boolean": lambda text: text in ("true", "1"),
}


class Proof(NamedTuple):
    """A passage that speaks of an entity, and the document it is in. Dates are EDTF; what is unknown is empty."""

    entity: str
    passage: str
    paragraph: int | None
    certainty: str
    document: str
    title: str
    publisher: str
    issued: str
    rank: str
    url: str


class Citation(NamedTuple):
    """What it takes to ask again: the question, its parameters as CURIEs or texts, and the version of the data."""

    question: str
    title: str
    parameters: Mapping[str, str]
    version: str
    as_of: str


class Result:
    """The answer to a question or a query.

    ``columns`` are the names of the columns and ``rows`` tuples of RDF terms (None where unbound). ``evidence()``
    gives the passages behind the rows.
    """

    def __init__(
        self,
        columns: list[str],
        rows: list[tuple[Term | None, ...]],
        *,
        name_all: Callable[[list[str]], dict[str, str]],
        prove: Callable[[Result], list[Proof]],
        citation: Citation,
    ) -> None:
        self.columns = columns
        self.rows = rows
        self.citation = citation
        self._name_all = name_all
        self._prove = prove

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[dict[str, Value]]:
        return iter(self.records())

    @cached_property
    def labels(self) -> dict[str, str]:
        """The readable name of each IRI in the rows."""
        return self._name_all(sorted({t.value for row in self.rows for t in row if isinstance(t, NamedNode)}))

    @cached_property
    def _proofs(self) -> list[Proof]:
        return self._prove(self)

    def evidence(self) -> list[Proof]:
        """Return the passages that speak of what proves the rows, the highest rank and newest document first."""
        return self._proofs

    def sources(self) -> list[Proof]:
        """Return one proof for each document among the evidence."""
        return list({proof.document: proof for proof in reversed(self._proofs)}.values())[::-1]

    def records(self) -> list[dict[str, Value]]:
        """Return the rows as dictionaries of plain values; an IRI is its CURIE."""
        return [dict(zip(self.columns, map(python_value, row), strict=True)) for row in self.rows]

    def text(self, term: Term | None) -> str:
        """Return what a person reads for *term*: the name of an entity, the text of a literal."""
        if term is None:
            return ""
        if isinstance(term, NamedNode):
            return self.labels.get(term.value) or curie(term.value)
        return term.value if isinstance(term, (Literal, BlankNode)) else str(term)

    def iri_columns(self) -> list[str]:
        """Return the columns in which an IRI stands."""
        return [c for i, c in enumerate(self.columns) if any(isinstance(row[i], NamedNode) for row in self.rows)]

    def to_pandas(self) -> pandas.DataFrame:
        """Return a DataFrame; each column of IRIs is followed by one of names. Needs ``spacepact[pandas]``."""
        try:
            import pandas
        except ImportError:
            raise MissingExtra("pandas", "to_pandas()") from None
        columns, rows = self.with_labels()
        return pandas.DataFrame(
            [[python_value(t) if not isinstance(t, str) else t for t in r] for r in rows], columns=columns
        )

    def with_labels(self) -> tuple[list[str], list[list[Term | str | None]]]:
        """Return columns and rows with a column of names, ``<column>Label``, after each column of IRIs."""
        named = set(self.iri_columns())
        columns = [name for c in self.columns for name in ([c, f"{c}Label"] if c in named else [c])]
        rows: list[list[Term | str | None]] = []
        for row in self.rows:
            cells: list[Term | str | None] = []
            for column, term in zip(self.columns, row, strict=True):
                cells.append(term)
                if column in named:
                    cells.append(self.text(term))
            rows.append(cells)
        return columns, rows

    def to_networkx(self) -> networkx.MultiDiGraph:
        """Return a graph with an edge for each row, from its first IRI to its second; other columns are attributes.

        Raises QueryError if the result has fewer than two columns of IRIs.
        """
        import networkx

        ends = self.iri_columns()[:2]
        if len(ends) < 2:
            raise QueryError("a network needs two columns of IRIs; this result has " + (", ".join(ends) or "none"))
        graph = networkx.MultiDiGraph(title=self.citation.title, version=self.citation.version)
        at = [self.columns.index(end) for end in ends]
        for row in self.rows:
            source, target = (row[i] for i in at)
            if isinstance(source, NamedNode) and isinstance(target, NamedNode):
                for end in (source, target):
                    graph.add_node(curie(end.value), label=self.text(end), iri=end.value)
                rest = {
                    c: python_value(t)
                    for c, t in zip(self.columns, row, strict=True)
                    if c not in ends and t is not None
                }
                graph.add_edge(curie(source.value), curie(target.value), **rest)
        return graph

    def __repr__(self) -> str:
        return f"<Result of {self.citation.question or 'a query'}: {len(self.rows)} rows of {', '.join(self.columns)}>"

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        """Show the result in a notebook, as a table and as plain text."""
        from spacepact.queries.formats import html, table

        return {"text/plain": table(self, width=120), "text/html": html(self)}


def python_value(term: Term | None) -> Value:
    """Return *term* as a Python value: numbers and booleans as such, an IRI as its CURIE, the rest as text.

    >>> python_value(Literal(18)), python_value(NamedNode("https://w3id.org/spacepact/id/nasa"))
    (18, 'id:nasa')
    """
    if term is None:
        return None
    if isinstance(term, NamedNode):
        return curie(term.value)
    if isinstance(term, Literal):
        return _NUMBERS.get(term.datatype.value, str)(term.value)
    return str(term)
