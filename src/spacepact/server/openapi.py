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
beside it. An answer is written as what it looks like: the name of a type, or several with bars between them; a list of
one; an object with all its keys, those that may be missing with a question mark; or ``{"*": ...}`` for any keys.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Mapping
from typing import Any

from spacepact import __version__
from spacepact.server.routing import routes

__all__ = ["PROOF", "declared", "schema", "specification"]

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

_ERROR = {"error": "string", "suggestions": [{"path": "string", "label": "string"}]}


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
                for name, words in (
                    (
                        "BadRequest",
                        "A parameter that cannot be answered; the message says which and what would be right",
                    ),
                    ("NotFound", "Nothing is known by this name"),
                    ("Busy", "Too many wait, or the answer would take too long"),
                )
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
            "303": {"description": "The same under the names that addresses have"},
            "400": _reference("BadRequest", "responses"),
            "404": _reference("NotFound", "responses"),
            "429": _reference("Busy", "responses"),
            "503": _reference("Busy", "responses"),
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
