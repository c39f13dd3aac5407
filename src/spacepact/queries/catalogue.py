"""The catalogue of questions: one ``queries/<question>.rq`` each, with a header of ``#+`` lines in YAML.

The header gives title, description, parameters and columns. In the body each parameter stands in
``VALUES ?given_name { ... }`` blocks, with a value that makes the file run as it is in any SPARQL editor: an
example for a required parameter, ``pact:any`` or a far-off date for an optional one. To ask is to put another RDF
term there.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from pyoxigraph import Literal, NamedNode

from spacepact.errors import ParameterError, QuestionError, SpacepactError, nearest
from spacepact.folders import folder, write_aside
from spacepact.graph.opening import cache_folder

__all__ = ["Parameter", "Question", "catalogue", "parse", "question"]


class Parameter(NamedTuple):
    """A parameter of a question.

    ``kind`` is ``date``, ``topic``, ``entity``, ``code <scheme>``, ``one of <word>, <word>``, or the name of a class
    whose instances it takes, such as ``Actor``.
    """

    name: str
    kind: str
    description: str
    required: bool


class Question(NamedTuple):
    """A question: its name (that of its file), what it asks, and its SPARQL.

    ``columns`` maps each column to what it holds; ``evidence`` names the columns whose entities prove a row. Rows that
    differ only in the columns of ``fold`` and ``tally`` are one row to a reader: with all values in the former, and
    with the number of different ones in the latter. With a ``measure`` the SPARQL gives the ties that the answer is
    computed from (see `measures`), and the parameters without a ``VALUES`` block are the measure's. ``group`` is the
    heading it is listed under, and each of ``examples`` gives parameters with which it has an answer.
    """

    name: str
    title: str
    description: str
    parameters: dict[str, Parameter]
    columns: dict[str, str]
    evidence: list[str]
    fold: list[str]
    tally: list[str]
    measure: str
    sparql: str
    group: str
    examples: list[dict[str, str]]

    def bind(self, values: Mapping[str, NamedNode | Literal]) -> str:
        """Return the SPARQL with *values*, RDF terms by the names of parameters, in their ``VALUES`` blocks.

        Raises ParameterError for an unknown parameter and for a required one that is missing.
        """
        self.require(values)
        sparql = self.sparql
        for name, term in values.items():
            block = f"VALUES ?given_{name} {{ {term} }}"
            sparql = _values_block(name).sub(lambda _, block=block: block, sparql)  # type: ignore[misc]
        return sparql

    def require(self, names: Iterable[str]) -> None:
        """Raise ParameterError unless *names* are parameters of the question, with all that are required."""
        given = set(names)
        for name in sorted(given):
            if name not in self.parameters:
                hint = nearest(name, sorted(self.parameters)) or f"; it takes {', '.join(self.parameters) or 'none'}"
                raise ParameterError(f"{self.name}: unknown parameter '{name}'{hint}")
        for parameter in self.parameters.values():
            if parameter.required and parameter.name not in given:
                raise ParameterError(f"{self.name}: give --{parameter.name}: {parameter.description}")


def _values_block(name: str) -> re.Pattern[str]:
    return re.compile(rf"VALUES \?given_{re.escape(name)} \{{ [^{{}}]* \}}")


def question(name: str) -> Question:
    """Return the question *name*. Raises QuestionError, with the nearest names, if there is none.

    >>> question("partners-of").parameters["actor"].kind
    'Actor'
    """
    known = catalogue()
    if name not in known:
        hint = nearest(name, sorted(known)) or f"; there are {', '.join(sorted(known))}"
        raise QuestionError(f"no question '{name}'{hint}")
    return known[name]


def catalogue() -> dict[str, Question]:
    """Return all questions by name, sorted. Raises QuestionError for a file that is no question."""
    paths = sorted(folder("queries").glob("*.rq"))
    stamp = [f"{p}|{(s := p.stat()).st_size}|{s.st_mtime_ns}" for p in [*paths, Path(__file__)]]
    if _read.get("stamp") != stamp:
        _read.update(stamp=stamp, questions=_kept(stamp, paths))
    return dict(_read["questions"])


_read: dict[str, Any] = {}
"""What the files said when this process last read them, with their stamp."""


def _kept(stamp: list[str], paths: list[Path]) -> dict[str, Question]:
    """Return the questions in *paths* as an earlier process has kept them under *stamp*, or read them and keep them.

    YAML takes longer to import than all the rest of an answer, so what it says is kept as JSON.
    """
    cache = cache_folder() / "questions.json"
    try:
        kept = json.loads(cache.read_text(encoding="utf-8"))
        if kept["stamp"] == stamp:
            return {name: _from_json(row) for name, row in kept["questions"].items()}
    except (OSError, ValueError, KeyError, TypeError):
        pass
    found = {path.stem: parse(path) for path in paths}
    kept_text = json.dumps({"stamp": stamp, "questions": found})
    with contextlib.suppress(OSError, SpacepactError):  # where nothing can be kept, the files are read each time
        cache.parent.mkdir(parents=True, exist_ok=True)
        write_aside(cache, lambda path: path.write_text(kept_text, encoding="utf-8"))
    return found


def _from_json(row: list) -> Question:  # type: ignore[type-arg]
    name, title, description, parameters, *rest = row
    return Question(
        name,
        title,
        description,
        {n: Parameter(*p) for n, p in parameters.items()},
        *rest,
    )


def _measure(where: str, name: str) -> str:
    if name:
        from spacepact.queries.measures import MEASURES

        if name not in MEASURES:
            hint = nearest(name, sorted(MEASURES)) or f"; there are {', '.join(sorted(MEASURES))}"
            raise QuestionError(f"{where}: unknown measure '{name}' in the header{hint}")
    return name


def parse(path: Path) -> Question:
    """Read the question file *path*. Raises QuestionError naming what its header lacks."""
    import yaml

    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    head = "\n".join(line[2:].removeprefix(" ") for line in lines if line.startswith("#+"))
    where = f"queries/{path.name}"
    try:
        header = yaml.safe_load(head)
    except yaml.YAMLError as error:
        raise QuestionError(f"{where}: the #+ header is not YAML: {error}") from None
    if not isinstance(header, dict):
        raise QuestionError(f"{where}: no #+ header; begin with '#+ title: ...'")
    known = {"title", "description", "parameters", "columns", "evidence", "fold", "tally", "measure"}
    known |= {"group", "examples"}
    if unknown := set(header) - known:
        raise QuestionError(
            f"{where}: unknown key '{min(unknown)}' in the header{nearest(min(unknown), sorted(known))}"
        )
    if missing := {"title", "description", "columns", "evidence"} - set(header):
        raise QuestionError(f"{where}: the header has no '{min(missing)}'")
    parameters = {
        name: Parameter(name, given["kind"], given["description"], bool(given.get("required", False)))
        for name, given in (header.get("parameters") or {}).items()
    }
    body = "\n".join(line for line in lines if not line.startswith("#+")).strip() + "\n"
    measure = _measure(where, header.get("measure") or "")
    for name in parameters:
        if not measure and not _values_block(name).search(body):
            raise QuestionError(f"{where}: no 'VALUES ?given_{name} {{ ... }}' for the parameter '{name}'")
    return Question(
        path.stem,
        header["title"],
        " ".join(header["description"].split()),
        parameters,
        {name: str(text) for name, text in header["columns"].items()},
        list(header["evidence"]),
        list(header.get("fold") or []),
        list(header.get("tally") or []),
        measure,
        body,
        str(header.get("group") or ""),
        [{name: str(value) for name, value in given.items()} for given in header.get("examples") or []],
    )
