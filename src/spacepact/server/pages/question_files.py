"""Answers as files, and for programs: CSV, TSV, JSON, Markdown, and the same under /api/questions."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from spacepact.errors import ParameterError
from spacepact.queries.catalogue import Parameter, Question, catalogue
from spacepact.queries.formats import write
from spacepact.server.openapi import PROOF
from spacepact.server.pages._asking import AS_OF, find_question, read_asking
from spacepact.server.site import PageRequest, PageResponse, Site

__all__ = ["API", "ROUTES", "api_answer", "api_catalogue", "csv_file", "json_file", "markdown_file", "tsv_file"]

ROUTES = {
    "/questions/{name}.csv": "csv_file",
    "/questions/{name}.tsv": "tsv_file",
    "/questions/{name}.json": "json_file",
    "/questions/{name}.md": "markdown_file",
    "/api/questions": "api_catalogue",
    "/api/questions/{name}": "api_answer",
}

_CITATION = {**dict.fromkeys(("question", "title", "version", "as_of"), "string"), "parameters": {"*": "string"}}
API: dict[str, dict[str, Any]] = {
    "/api/questions": {
        "summary": "All questions of the catalogue with their parameters, columns and examples",
        "answer": {
            "version": "string",
            "as_of": "string",
            "questions": [
                {
                    **dict.fromkeys(("name", "title", "description", "group", "url"), "string"),
                    "parameters": [
                        {"name": "string", "kind": "string", "required": "boolean", "description": "string"}
                    ],
                    "columns": {"*": "string"},
                    "examples": [{"*": "string"}],
                }
            ],
        },
        "example": "/api/questions",
    },
}


def _described(question: Question) -> dict[str, Any]:
    """Return the description of the address of *question*, with the first of its examples."""
    example = question.examples[0] if question.examples else {}
    return {
        "summary": question.title,
        "parameters": {p.name: _parameter(p, example.get(p.name, "")) for p in [*question.parameters.values(), AS_OF]},
        "answer": {
            "columns": ["string"],
            "rows": [_row(question)],
            "citation": _CITATION,
            "sources": [{"entity": "string", **PROOF}],
            "evidence": [{"entity": "string", **PROOF}],
        },
        "example": f"/api/questions/{question.name}" + (f"?{urlencode(example)}" if example else ""),
    }


def _row(question: Question) -> dict[str, str]:
    """Return what a row has: a value, or several, in each column, and the names of those that are IRIs."""
    values = dict.fromkeys(question.columns, "string|integer|number|boolean|null|array")
    return values | {f"{column}Label?": "string" for column in question.columns}


_KINDS = {"date": "an EDTF date", "entity": "the slug or a name of anything", "topic": "the slug or name of a topic"}


def _parameter(parameter: Parameter, example: str) -> dict[str, Any]:
    kind = parameter.kind
    words = kind.removeprefix("one of ").split(", ") if kind.startswith("one of ") else []
    of_kind = "a code" if kind.startswith("code ") else f"the slug or a name of a {kind}"
    taken = "" if words else f": {_KINDS.get(kind, of_kind)}"
    found = {"description": parameter.description + taken, "type": "string", "required": parameter.required}
    return found | ({"enum": words} if words else {}) | ({"example": example} if example else {})


API |= {f"/api/questions/{name}": _described(question) for name, question in catalogue().items()}

_TYPES = {
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "json": "application/json",
    "markdown": "text/markdown",
}
_SUFFIXES = {"markdown": "md"}


def csv_file(site: Site, request: PageRequest) -> PageResponse:
    """Return the rows separated by commas; with ``evidence=1`` the passages behind them."""
    return _file(site, request, "csv")


def tsv_file(site: Site, request: PageRequest) -> PageResponse:
    """Return the rows separated by tabs; with ``evidence=1`` the passages behind them."""
    return _file(site, request, "tsv")


def json_file(site: Site, request: PageRequest) -> PageResponse:
    """Return rows, citation, sources and evidence."""
    return _file(site, request, "json")


def markdown_file(site: Site, request: PageRequest) -> PageResponse:
    """Return a table with its citation; with ``evidence=1`` also one of the passages behind the rows."""
    return _file(site, request, "markdown")


def _file(site: Site, request: PageRequest, format: str) -> PageResponse:
    question = find_question(request.params["name"])
    suffix = _SUFFIXES.get(format, format)
    return PageResponse.download(
        _written(site, request, question, format, evidence=request.one("evidence", "0")) + "\n",
        f"{_TYPES[format]}; charset=utf-8",
        f"spacepact-{question.name}.{suffix}",
    )


def _written(site: Site, request: PageRequest, question: Question, format: str, evidence: str = "0") -> str:
    """Return the answer in *format*. The words of passages stay on the pages: they are their documents'."""
    asking = read_asking(site, question, request, [AS_OF.name, *request.known])
    asking.require()
    if evidence not in ("0", "1"):
        raise ParameterError(f"evidence: '{evidence}' is not 0 or 1")
    return write(asking.ask(), format, cite=True, evidence=evidence == "1", ids=True)


def api_answer(site: Site, request: PageRequest) -> PageResponse:
    """Return the answer to a question as JSON: rows, citation, sources and evidence."""
    return PageResponse(_written(site, request, find_question(request.params["name"]), "json"), "application/json")


def api_catalogue(site: Site, request: PageRequest) -> PageResponse:
    """Return all questions with their parameters, columns and examples."""
    found = [
        {
            "name": question.name,
            "title": question.title,
            "description": question.description,
            "group": question.group,
            "parameters": [parameter._asdict() for parameter in question.parameters.values()],
            "columns": question.columns,
            "examples": question.examples,
            "url": f"{site.settings.public_url}/api/questions/{question.name}",
        }
        for question in catalogue().values()
    ]
    return PageResponse.json({"version": site.graph.version, "as_of": site.graph.as_of, "questions": found})
