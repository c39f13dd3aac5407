"""Fixtures for all tests: the compiled record, and real servers that hold it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from pyoxigraph import Store

import servers
from browsing import ARGUMENTS, CHROMIUM
from service import Live, live
from spacepact.graph.compiling import Compiled, compile_facts
from spacepact.graph.engines.loading import load

# How long an example takes is the machine's affair, and what else it does.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --write-answers."""
    parser.addoption("--write-answers", action="store_true", help="write the gold answers in tests/answers anew")


LONG = (
    "test_server_accessibility", "test_visualizations_browser", "test_server_application", "test_server_hostile_words",
    "test_server_overview_browser", "test_server_query_browser", "test_server_hostile", "test_cli", "test_ontology",
    "test_engines", "test_docs", "test_exporting", "test_server_waiting_browser", "test_server_downloads",
    "test_server_load",
)  # fmt: skip
"""The files of tests that take longest, by their names, the longest first."""


def pytest_configure(config: pytest.Config) -> None:
    """Have xdist keep the order of the files. Its own puts those with many tests first, however short these are."""
    config.option.loadscopereorder = False


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first: one that is begun last is waited for when all other tests are done."""
    first = {name: number for number, name in enumerate(LONG)}
    items.sort(key=lambda item: first.get(item.path.stem, len(first)))


@pytest.fixture(scope="session")
def compiled() -> Compiled:
    """The facts that are shipped, compiled into memory, with the places they come from. Not to be written to."""
    return compile_facts()


@pytest.fixture(scope="session")
def record(compiled: Compiled) -> Store:
    """The record that is shipped. Not to be written to."""
    return compiled.store


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


@pytest.fixture(scope="session")
def served() -> Iterator[Live]:
    """The service with its settings as they come. A test that would hurt it starts one of its own."""
    with live() as running:
        yield running


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """A Chromium for a file of tests, which take ``browser``: while Playwright runs, nothing can run an event loop."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="needs playwright: pip install playwright")
    if CHROMIUM is None:
        pytest.skip("needs Chromium: apt install chromium, or name one in CHROMIUM")
    with sync_api.sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield running
        running.close()


@pytest.fixture
def browser(chromium: Any) -> Iterator[Any]:
    """Chromium, in which nothing is open before the test, nor after it."""
    yield chromium
    for context in chromium.contexts:
        context.close()
