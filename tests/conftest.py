"""Fixtures for all tests: the compiled record, and real servers that hold it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pyoxigraph import Store

import servers
from spacepact.graph.compiling import compile_facts
from spacepact.graph.engines.loading import load


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --write-answers."""
    parser.addoption("--write-answers", action="store_true", help="write the gold answers in tests/answers anew")


@pytest.fixture(scope="session")
def record() -> Store:
    """The record that is shipped, compiled into memory. Not to be written to."""
    return compile_facts().store


@pytest.fixture(scope="session")
def oxigraph_server(record: Store) -> Iterator[servers.Server]:
    """An Oxigraph server that holds the record."""
    if servers.oxigraph_binary() is None:
        pytest.skip("needs the oxigraph program: pip install oxigraph")
    with servers.oxigraph() as server:
        load(record, server.graphs)
        yield server


@pytest.fixture(scope="session")
def virtuoso_server(record: Store) -> Iterator[servers.Server]:
    """A Virtuoso server that holds the record."""
    if servers.virtuoso_binary() is None:
        pytest.skip("needs virtuoso-t: apt install virtuoso-opensource-7")
    with servers.virtuoso() as server:
        load(record, server.graphs, user=server.user, password=server.password)
        yield server
