"""The package as a whole: what is shipped, what is public, which version it is, and the size of its parts."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Store

import spacepact
from spacepact import errors
from spacepact.errors import SpacepactError
from spacepact.folders import folder
from spacepact.iris import ONTOLOGY, PREFIXES

TOP = Path(__file__).parents[1]
MODULES = ["spacepact", *sorted(found.name for found in pkgutil.walk_packages(spacepact.__path__, prefix="spacepact."))]
MOST_LINES = 500
MOST_LINES_OF_A_FUNCTION = 60


def pyproject() -> dict[str, Any]:
    return tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))


def shipped() -> dict[str, str]:
    found: dict[str, str] = pyproject()["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    return found


def test_the_folders_of_data_are_shipped_where_they_are_looked_for() -> None:
    assert sorted(shipped()) == ["graph", "ontology", "queries", "visualizations"]
    for name, target in shipped().items():
        assert target == f"spacepact/data/{name}"
        assert (TOP / name).is_dir()


@pytest.mark.parametrize("name", sorted(shipped()))
def test_the_locator_finds_in_the_checkout_what_is_shipped(name: str) -> None:
    assert folder(name) == TOP / name
    assert any(folder(name).iterdir())


def test_an_installed_package_has_its_data_beside_its_modules(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for target in shipped().values():
        (tmp_path / target).mkdir(parents=True)
    monkeypatch.setattr("spacepact.folders._HERE", tmp_path / "spacepact")
    for name, target in shipped().items():
        assert folder(name) == tmp_path / target


def defined(module: ModuleType) -> set[str]:
    """Return the public functions and classes that *module* defines itself."""
    tree = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return {node.name for node in tree.body if isinstance(node, kinds) and not node.name.startswith("_")}


@pytest.mark.parametrize("name", MODULES)
def test_all_is_exact(name: str) -> None:
    module = importlib.import_module(name)
    public = list(getattr(module, "__all__", []))
    assert [n for n in public if not hasattr(module, n)] == [], "in __all__, but not in the module"
    assert sorted(defined(module) - set(public)) == [], "public, but not in __all__: add it, or begin it with _"
    assert len(public) == len(set(public)), "twice in __all__"


def test_the_version_is_the_same_everywhere(record: Store) -> None:
    stated = record.quads_for_pattern(
        NamedNode(ONTOLOGY), NamedNode(PREFIXES["owl"] + "versionInfo"), None, DefaultGraph()
    )
    ontology = [quad.object.value for quad in stated if isinstance(quad.object, Literal)]
    citation = re.findall(r"^version: (.+)$", (TOP / "CITATION.cff").read_text(encoding="utf-8"), re.MULTILINE)
    assert [pyproject()["project"]["version"]] == [spacepact.__version__] == ontology == citation


def drawn() -> dict[str, str]:
    """Return each error in the tree of the docstring of errors.py with the one above it."""
    above: dict[str, str] = {}
    path: list[str] = []
    for line in (errors.__doc__ or "").splitlines():
        if found := re.match(r"([│├└─ ]*)([A-Z]\w+)  +\S", line):
            depth = len(found[1]) // 4
            path[depth:] = [found[2]]
            above[found[2]] = path[depth - 1] if depth else "Exception"
    return above


def below(error: type[Exception]) -> Iterator[type[Exception]]:
    yield error
    for under in error.__subclasses__():
        yield from below(under)


def test_the_tree_of_errors_is_drawn_as_it_is() -> None:
    for name in MODULES:
        importlib.import_module(name)
    assert drawn() == {error.__name__: error.__bases__[0].__name__ for error in below(SpacepactError)}


def sources() -> list[Path]:
    found = [path for top in ("src", "tests", "benchmarks") for path in sorted((TOP / top).rglob("*.py"))]
    assert found
    return found


def test_no_module_is_too_long() -> None:
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in sources()}
    too_long = [f"{path.relative_to(TOP)}: {lines} lines" for path, lines in lengths.items() if lines > MOST_LINES]
    assert too_long == []


def test_no_function_is_too_long() -> None:
    too_long = [
        f"{path.relative_to(TOP)}:{node.lineno}: {node.name}: {lines} lines"
        for path in sources()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (lines := (node.end_lineno or node.lineno) - node.lineno + 1) > MOST_LINES_OF_A_FUNCTION
    ]
    assert too_long == []
