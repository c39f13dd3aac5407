"""The JSON addresses described as OpenAPI 3.1: made from what each module of pages declares beside its routes.

Such a module has ``API``, which maps the path of a route to a description::

    API = {
        "/api/search": {
            "summary": "Names that fit",
            "parameters": {"q": {"description": "what is looked for", "type": "string", "required": True}},
            "answer": {"query": "string", "results": [{"id": "string", "due?": "string|null"}]},
            "example": "/api/search?q=kari",
        },
    }

A parameter is a JSON Schema with its description; ``required`` and ``many`` (several, with commas between them) stand
beside it. Of an address that may lead elsewhere, ``moved`` has the status and what it means. A route whose parameters
depend on a part of its path has a description for each such path in its stead.

An answer is written as what it looks like: the name of a type, or several with bars between them; a list of one; an
object with all its keys, those that may be missing with a question mark; or ``{"*": ...}`` for any keys.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Mapping
from typing import Any

from spacepact import __version__
from spacepact.server.routing import routes

__all__ = ["ENGAGEMENT", "PROOF", "declared", "schema", "specification"]

PROOF = {
    "passage": "string",
    "paragraph": "integer|null",
    "certainty": "string",
    "document": "string",
    "title": "string",
    "publisher": "string",
    "issued": "string",
    "rank": "string",
    "url": "string",
}
"""How an answer shows a passage with its document."""

ENGAGEMENT = {
    **dict.fromkeys(("iri", "label", "kind", "what", "date", "due", "strength", "status"), "string"),
    **{key: ["string"] for key in ("also_dated", "topics")},
    "passages": [{**PROOF, "says": ["string"]}],
}
"""How an answer shows an engagement with its passages."""

_ERROR = {
    "error": "string",
    "status": "integer",
    "suggestions?": [{"path": "string", "label": "string"}],
    "id?": "string",
}
_RESPONSES = {
    "400": ("BadRequest", "A parameter that cannot be answered; the message says which and what would be right"),
    "404": ("NotFound", "Nothing is known by this name"),
    "421": ("Elsewhere", "The Host header names another service"),
    "429": ("Busy", "Too many wait, or others wait and this took long; Retry-After says when to come back"),
    "431": ("Long", "Address and headers are too long"),
    "500": ("Failed", "A mistake of the service; the log names it by the id"),
    "503": ("Full", "Too many ask at a time, or no worker starts; Retry-After says when to come back"),
    "504": ("Late", "It took longer than an answer may take"),
    "507": ("Large", "It needed more memory than an answer may"),
}
"""What may come instead of an answer, by status: a name and what it means. All are of one schema."""


def schema(answer: Any) -> dict[str, Any]:
    """Return the JSON Schema of *answer*, which is written as what it looks like.

    >>> schema({"names": ["string"], "note?": "string|null"})["required"]
    ['names']
    """
    if isinstance(answer, str):
        types = answer.split("|")
        return {"type": types[0] if len(types) == 1 else types}
    if isinstance(answer, list):
        return {"type": "array", "items": schema(answer[0])}
    if set(answer) == {"*"}:
        return {"type": "object", "additionalProperties": schema(answer["*"])}
    return {
        "type": "object",
        "properties": {key.removesuffix("?"): schema(each) for key, each in answer.items()},
        "required": [key for key in answer if not key.endswith("?")],
        "additionalProperties": False,
    }


def declared() -> dict[str, dict[str, Any]]:
    """Return the descriptions of the JSON addresses by their paths, sorted."""
    found: dict[str, dict[str, Any]] = {}
    for module in {route.module for route in routes() if route.path.startswith("/api/")}:
        found |= getattr(importlib.import_module(module), "API", {})
    return {_plain(path): found[path] for path in sorted(found)}


def _plain(path: str) -> str:
    return path.replace(":path}", "}")


def specification(url: str) -> dict[str, Any]:
    """Return the OpenAPI document of the service at *url*."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Spacepact",
            "version": __version__,
            "summary": "Who cooperates with whom in space, on what, and what they promised each other.",
            "description": "What the explorer asks for. Dates are EDTF as sources give them; an empty text is unknown.",
            "license": {"name": "CC0 1.0", "identifier": "CC0-1.0"},
        },
        "servers": [{"url": url}],
        "paths": {path: {"get": _operation(path, described)} for path, described in declared().items()},
        "components": {
            "schemas": {"Error": schema(_ERROR)},
            "responses": {
                name: {"description": words, "content": {"application/json": {"schema": _reference("Error")}}}
                for name, words in _RESPONSES.values()
            },
        },
    }


def _reference(name: str, kind: str = "schemas") -> dict[str, str]:
    return {"$ref": f"#/components/{kind}/{name}"}


def _operation(path: str, described: Mapping[str, Any]) -> dict[str, Any]:
    given = described.get("parameters", {})
    return {
        "operationId": re.sub(r"\W+", "_", path.removeprefix("/api/")).strip("_"),
        "summary": described["summary"],
        "parameters": [_parameter(name, {**each}, path) for name, each in given.items()],
        "responses": {
            "200": {
                "description": "The answer",
                "content": {"application/json": {"schema": schema(described["answer"])}},
            },
            **{status: {"description": words} for status, words in described.get("moved", {}).items()},
            "304": {"description": "The answer is still what If-None-Match names"},
            **{status: _reference(name, "responses") for status, (name, _) in _RESPONSES.items()},
        },
    }


def _parameter(name: str, each: dict[str, Any], path: str) -> dict[str, Any]:
    words, required, many = each.pop("description"), each.pop("required", False), each.pop("many", False)
    within = f"{{{name}}}" in path
    found = {"name": name, "in": "path" if within else "query", "description": words, "required": within or required}
    if "example" in each:
        found["example"] = each.pop("example")
    if many:
        return found | {"schema": {"type": "array", "items": each}, "style": "form", "explode": False}
    return found | {"schema": each}
