"""Exports hold the whole graph, and the same graph gives the same bytes."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Iterable

import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    Store,
    parse,
)

from spacepact.errors import SpacepactError
from spacepact.graph.exporting import FORMATS, GRAPHS, export
from spacepact.iris import DERIVED

_A, _P, _G = NamedNode("http://a.example/a"), NamedNode("http://a.example/p"), NamedNode("http://a.example/g")


@pytest.fixture(scope="module")
def store(record: Store) -> Store:
    return record


@pytest.fixture(scope="module")
def files(store: Store) -> dict[str, bytes]:
    """The record in every format, by its name."""
    return {format: written(store, format) for format in FORMATS}


@pytest.fixture(scope="module")
def reloaded(files: dict[str, bytes]) -> Store:
    """The record read back in, with other names for its blank nodes and the other way round."""
    return holding(reversed(list(parse(files["nquads"], format=FORMATS["nquads"], rename_blank_nodes=True))))


@pytest.fixture(scope="module")
def quads(store: Store) -> set[str]:
    """The quads of the record, with names of their own for blank nodes."""
    return canonical(store)


def written(store: Store, format: str, graphs: str | None = None) -> bytes:
    target = io.BytesIO()
    export(store, format, target, graphs=graphs)
    return target.getvalue()


def canonical(quads: object) -> set[str]:
    dataset = Dataset(quads)  # type: ignore[arg-type]
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return {str(quad) for quad in dataset}


def holding(quads: Iterable[Quad]) -> Store:
    store = Store()
    store.extend(quads)
    return store


def default_of(store: Store) -> list[Quad]:
    return list(store.quads_for_pattern(None, None, None, DefaultGraph()))


@pytest.mark.parametrize("format", [name for name in FORMATS if name != "turtle"])
def test_a_round_trip_gives_the_same_dataset(files: dict[str, bytes], quads: set[str], format: str) -> None:
    assert canonical(parse(files[format], format=FORMATS[format])) == quads


def test_turtle_holds_the_default_graph(store: Store, files: dict[str, bytes]) -> None:
    assert canonical(parse(files["turtle"], format=FORMATS["turtle"])) == canonical(default_of(store))


def test_named_and_default_make_up_all(store: Store) -> None:
    parts = {graphs: written(store, "nquads", graphs).splitlines() for graphs in GRAPHS}
    assert len(parts["all"]) == len(parts["named"]) + len(parts["default"]) == len(store)
    assert any(DERIVED.encode() in line for line in parts["named"])


def test_nquads_are_sorted_and_without_duplicates(files: dict[str, bytes]) -> None:
    lines = files["nquads"].splitlines()
    assert lines == sorted(set(lines))


@pytest.mark.parametrize("format", FORMATS)
def test_the_order_of_loading_changes_nothing(files: dict[str, bytes], reloaded: Store, format: str) -> None:
    assert written(reloaded, format) == files[format]


def test_another_process_writes_the_same_bytes(files: dict[str, bytes]) -> None:
    code = (
        "import sys; from spacepact.graph.compiling import compile_facts; "
        "from spacepact.graph.exporting import export; "
        "export(compile_facts().store, 'trig', sys.stdout.buffer)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert done.stdout == files["trig"]


# rdflib 7.6 calls deprecated parts of itself when it reads a dataset.
@pytest.mark.filterwarnings("ignore:(Dataset|ConjunctiveGraph)\\b:DeprecationWarning")
@pytest.mark.parametrize("format", FORMATS)
def test_rdflib_reads_the_same(store: Store, files: dict[str, bytes], quads: set[str], format: str) -> None:
    dataset = rdflib.Dataset()
    dataset.parse(data=files[format], format="json-ld" if format == "jsonld" else format)
    # A store writes a moment its own way again, which rdflib has turned from Z to +00:00.
    again = holding(parse(dataset.serialize(format="nquads"), format=FORMATS["nquads"]))
    assert canonical(again) == (canonical(default_of(store)) if format == "turtle" else quads)


# Lone surrogates are no Unicode scalar values: no RDF literal can hold them.
_texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
_literals = st.one_of(
    st.builds(Literal, _texts),
    st.builds(lambda text: Literal(text, language="ko"), _texts),
    st.builds(lambda text: Literal(text, datatype=_P), _texts),
    st.builds(Literal, st.sampled_from(["\\", '"""', "'''", 'a\n"\\', "\r\n", "\u007f\u0000", "\ufffe", "@en", "^^"])),
)


@given(st.lists(_literals, max_size=5), st.sampled_from([DefaultGraph(), _G]))
def test_any_literal_survives(literals: list[Literal], graph: DefaultGraph | NamedNode) -> None:
    store = holding(Quad(_A, _P, literal, graph) for literal in literals)
    for format in ("trig", "nquads", "jsonld"):
        data = written(store, format)
        assert canonical(parse(data, format=FORMATS[format])) == canonical(store)


def test_an_empty_store_gives_files_that_can_be_read() -> None:
    for format in FORMATS:
        assert list(parse(written(Store(), format), format=FORMATS[format])) == []


def test_blank_nodes_of_one_shape_are_told_apart() -> None:
    first, second = BlankNode(), BlankNode()
    store = holding([Quad(first, _P, second, _G), Quad(second, _P, first, _G), Quad(_A, _P, first, _G)])
    assert canonical(parse(written(store, "trig"), format=FORMATS["trig"])) == canonical(store)


@pytest.mark.parametrize(
    ("format", "graphs", "message"),
    [
        ("trigg", None, "no format 'trigg'; did you mean 'trig'"),
        ("trig", "nmaed", "graphs 'nmaed'; did you mean 'named'"),
        ("turtle", "all", "Turtle holds one graph only"),
    ],
)
def test_a_wrong_choice_is_said(format: str, graphs: str | None, message: str) -> None:
    with pytest.raises(SpacepactError, match=message):
        export(Store(), format, io.BytesIO(), graphs=graphs)
