"""A result: rows and columns, the names behind the IRIs, and the evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import product
from math import isfinite
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from spacepact.dates import date_words
from spacepact.errors import MissingExtra, QueryError
from spacepact.iris import PREFIXES, curie
from spacepact.queries.evidence import Proof

if TYPE_CHECKING:
    import networkx
    import pandas

__all__ = ["Cell", "Citation", "Result", "Term", "Value", "flat", "fold", "grounds", "python_value", "terms"]

Term: TypeAlias = NamedNode | BlankNode | Literal | Triple
"""A term as the engines give it."""

Cell: TypeAlias = Term | tuple[Term, ...] | None
"""What stands in a row: a term, several where rows were folded into one, or nothing."""

Value: TypeAlias = str | int | float | bool | None
"""A value as Python has it: an IRI is its CURIE."""

_NUMBERS: dict[str, Callable[[str], Value]] = {
    PREFIXES["xsd"] + "integer": int,
    PREFIXES["xsd"] + "decimal": float,
    PREFIXES["xsd"] + "double": float,
    PREFIXES["xsd"] + "boolean": lambda text: text in ("true", "1"),
}


class Citation(NamedTuple):
    """What it takes to ask again: the question, its parameters as CURIEs or texts, and the version of the data."""

    question: str
    title: str
    parameters: Mapping[str, str]
    version: str
    as_of: str


class Result:
    """The answer to a question or a query.

    ``columns`` are the names of the columns and ``rows`` tuples of RDF terms: None where unbound, a tuple of terms
    where a cell has several. ``evidence()`` gives the passages behind the rows, and ``grounds`` holds for each row the
    CURIEs of what proves it, under which ``evidence()`` has its passages; of a table that is only shown it is empty.
    """

    def __init__(
        self,
        columns: list[str],
        rows: list[tuple[Cell, ...]],
        *,
        name_all: Callable[[list[str]], dict[str, str]],
        prove: Callable[[], list[Proof]],
        citation: Citation,
        grounds: Sequence[tuple[str, ...]] = (),
    ) -> None:
        self.columns = columns
        self.rows = rows
        self.grounds = grounds
        self.citation = citation
        self._name_all = name_all
        self._prove = prove

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[dict[str, Value | list[Value]]]:
        return iter(self.records())

    @cached_property
    def labels(self) -> dict[str, str]:
        """The readable name of each IRI in the rows."""
        found = {t.value for row in self.rows for cell in row for t in terms(cell) if isinstance(t, NamedNode)}
        return self._name_all(sorted(found))

    @cached_property
    def _proofs(self) -> list[Proof]:
        return self._prove()

    def evidence(self) -> list[Proof]:
        """Return the passages that speak of what proves the rows, the highest rank and newest document first."""
        return self._proofs

    def sources(self) -> list[Proof]:
        """Return one proof for each document among the evidence."""
        return list({proof.document: proof for proof in reversed(self._proofs)}.values())[::-1]

    def records(self) -> list[dict[str, Value | list[Value]]]:
        """Return the rows as dictionaries of plain values; an IRI is its CURIE, what may be several is a list."""
        return [dict(zip(self.columns, map(python_value, row), strict=True)) for row in self.rows]

    def text(self, cell: Cell, *, ids: bool = False) -> str:
        """Return what a person reads for *cell*: the name of an entity, with *ids* its CURIE too, or a text."""
        return "; ".join(self._text(term, ids) for term in terms(cell))

    def _text(self, term: Term, ids: bool) -> str:
        if isinstance(term, NamedNode):
            name, short = self.labels.get(term.value), curie(term.value)
            return short if not name else f"{name} ({short})" if ids and name != short else name
        if isinstance(term, Literal):
            return date_words(term.value)
        return term.value if isinstance(term, BlankNode) else str(term)

    def iri_columns(self) -> list[str]:
        """Return the columns in which an IRI stands."""
        return [
            c
            for i, c in enumerate(self.columns)
            if any(isinstance(term, NamedNode) for row in self.rows for term in terms(row[i]))
        ]

    def to_pandas(self) -> pandas.DataFrame:
        """Return a DataFrame; each column of IRIs is followed by one of names. Needs ``spacepact[pandas]``.

        Several values of a cell are one text, joined by "; ", so that one can group by them.
        """
        try:
            import pandas
        except ImportError:
            raise MissingExtra("pandas", "to_pandas()") from None
        columns, rows = self.with_labels()
        return pandas.DataFrame([list(map(flat, row)) for row in rows], columns=columns)

    def with_labels(self) -> tuple[list[str], list[list[Cell | str]]]:
        """Return columns and rows with a column of names, ``<column>Label``, after each column of IRIs."""
        named = set(self.iri_columns())
        columns = [name for c in self.columns for name in ([c, f"{c}Label"] if c in named else [c])]
        rows: list[list[Cell | str]] = []
        for row in self.rows:
            cells: list[Cell | str] = []
            for column, term in zip(self.columns, row, strict=True):
                cells.append(term)
                if column in named:
                    cells.append(self.text(term))
            rows.append(cells)
        return columns, rows

    def to_networkx(self) -> networkx.MultiDiGraph[str]:
        """Return a graph with an edge for each row, from its first IRI to its second; other columns are attributes.

        Raises QueryError if the result has fewer than two columns of IRIs.
        """
        import networkx

        ends = self.iri_columns()[:2]
        if len(ends) < 2:
            raise QueryError("a network needs two columns of IRIs; this result has " + (", ".join(ends) or "none"))
        graph: networkx.MultiDiGraph[str] = networkx.MultiDiGraph(
            title=self.citation.title, version=self.citation.version
        )
        at = [self.columns.index(end) for end in ends]
        for row in self.rows:
            rest = {c: flat(t) for c, t in zip(self.columns, row, strict=True) if c not in ends and terms(t)}
            for source, target in product(terms(row[at[0]]), terms(row[at[1]])):
                if isinstance(source, NamedNode) and isinstance(target, NamedNode):
                    for end in (source, target):
                        graph.add_node(curie(end.value), label=self.text(end), iri=end.value)
                    graph.add_edge(curie(source.value), curie(target.value), **rest)
        return graph

    def __repr__(self) -> str:
        return f"<Result of {self.citation.question or 'a query'}: {len(self.rows)} rows of {', '.join(self.columns)}>"

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        """Show the result in a notebook, as a table and as plain text."""
        from spacepact.queries.formats import html, table

        return {"text/plain": table(self, width=120), "text/html": html(self)}


def terms(cell: Cell) -> tuple[Term, ...]:
    """Return the terms in *cell*, none or one or several."""
    return () if cell is None else cell if isinstance(cell, tuple) else (cell,)


def fold(
    columns: list[str], rows: list[tuple[Term | None, ...]], folded: Sequence[str], tallied: Sequence[str] = ()
) -> list[tuple[Cell, ...]]:
    """Return *rows* with those made one that differ only in the columns *folded* and *tallied*.

    The former hold tuples of all values then, also where that is one or none, the latter the number of different ones.

    >>> a, b = Literal("a"), Literal("b")
    >>> [len(terms(cell)) for cell in fold(["what", "by"], [(a, a), (a, b)], ["by"])[0]]
    [1, 2]
    >>> fold(["what", "by"], [(a, a), (a, b)], [], ["by"])[0][1].value
    '2'
    """
    if not folded and not tallied:
        return list(rows)
    collected = {columns.index(name): _collect for name in folded}
    collected |= {columns.index(name): _count for name in tallied}
    return [
        tuple(collected[i](group, i) if i in collected else group[0][i] for i in range(len(columns)))
        for group in _groups(rows, set(collected))
    ]


def _groups(rows: list[tuple[Term | None, ...]], collected: set[int]) -> list[list[tuple[Term | None, ...]]]:
    """Return *rows* in groups of those that differ only in the columns numbered *collected*."""
    groups: dict[tuple[Term | None, ...], list[tuple[Term | None, ...]]] = {}
    for row in rows:
        groups.setdefault(tuple(t for i, t in enumerate(row) if i not in collected), []).append(row)
    return list(groups.values())


def grounds(
    columns: list[str],
    rows: list[tuple[Term | None, ...]],
    folded: Sequence[str],
    tallied: Sequence[str],
    at: list[int],
) -> list[tuple[str, ...]]:
    """Return for each row that `fold` makes the CURIEs of the entities in the columns numbered *at*, sorted.

    What proves a row stands in columns that folding may turn into a number, so it is read before.

    >>> a, x, y = Literal("a"), NamedNode("http://e.x/x"), NamedNode("http://e.x/y")
    >>> grounds(["what", "by"], [(a, x), (a, y)], [], ["by"], [1])
    [('http://e.x/x', 'http://e.x/y')]
    """
    if not folded and not tallied:
        return [_entities([row], at) for row in rows]
    collected = {columns.index(name) for name in (*folded, *tallied)}
    return [_entities(group, at) for group in _groups(rows, collected)]


def _entities(rows: list[tuple[Term | None, ...]], at: list[int]) -> tuple[str, ...]:
    return tuple(sorted({curie(term.value) for row in rows for i in at if isinstance(term := row[i], NamedNode)}))


def _collect(group: list[tuple[Term | None, ...]], at: int) -> Cell:
    found = {str(term): term for row in group if (term := row[at]) is not None}
    return tuple(found[key] for key in sorted(found))


def _count(group: list[tuple[Term | None, ...]], at: int) -> Cell:
    return Literal(len({str(row[at]) for row in group if row[at] is not None}))


def flat(cell: Cell | str) -> Value:
    """Return *cell* as one value: several are joined by "; ", in the order of the terms."""
    if cell is None or isinstance(cell, str):
        return cell
    value = python_value(cell)
    return "; ".join(map(str, value)) if isinstance(value, list) else value


def python_value(cell: Cell) -> Value | list[Value]:
    """Return *cell* as Python has it: numbers and booleans as such, an IRI as its CURIE, several terms as a list.

    >>> python_value(Literal(18)), python_value(NamedNode("https://w3id.org/spacepact/id/nasa"))
    (18, 'id:nasa')
    """
    if isinstance(cell, tuple):
        return [_value(term) for term in cell]
    return None if cell is None else _value(cell)


def _value(term: Term) -> Value:
    if isinstance(term, NamedNode):
        return curie(term.value)
    if isinstance(term, Literal):
        try:
            value = _NUMBERS.get(term.datatype.value, str)(term.value)
        except ValueError:  # a literal whose text is not of its datatype
            return term.value
        # JSON has no infinities.
        return term.value if isinstance(value, float) and not isfinite(value) else value
    return str(term)
