"""Reads fact files: YAML in which every value keeps its place, so that a mistake is caught at its line.

YAML's own guesses at types are switched off: every scalar is text, and the context says what it means.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import yaml

from spacepact.errors import FactError

__all__ = [
    "Mapping",
    "Mark",
    "Scalar",
    "Sequence",
    "Value",
    "items",
    "nodes",
    "plain",
    "read",
    "scalars",
    "texts_in",
]


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in a file: line and column from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text and where it stands."""

    text: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list and where it begins."""

    items: tuple[Value, ...]
    mark: Mark


@dataclass(frozen=True, slots=True)
class Mapping:
    """A mapping: its entries as (key, value), in the order of the file, no key twice."""

    entries: tuple[tuple[Scalar, Value], ...]
    mark: Mark

    def get(self, key: str) -> Value | None:
        """Return the value of *key*, or None."""
        return next((value for name, value in self.entries if name.text == key), None)

    def text(self, key: str) -> str | None:
        """Return the value of *key* if it is a scalar, or None."""
        value = self.get(key)
        return value.text if isinstance(value, Scalar) else None


Value: TypeAlias = Scalar | Sequence | Mapping
"""What a fact file is made of."""


def read(path: Path, name: str) -> Mapping:
    """Return the content of the fact file *path*, called *name* in error messages.

    Raises FactError for what is no YAML, for a key that stands twice, and for a file that is not one mapping.
    """
    try:
        text = path.read_text(encoding="utf-8")
        node = yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except UnicodeDecodeError as error:
        raise FactError([f"{name}:1:1: not UTF-8 text (byte {error.start}); save the file as UTF-8"]) from None
    except yaml.MarkedYAMLError as error:
        at = error.problem_mark or error.context_mark
        line, column = (at.line + 1, at.column + 1) if at else (1, 1)
        raise FactError([f"{name}:{line}:{column}: not YAML: {error.problem}"]) from None
    except yaml.YAMLError as error:
        raise FactError([f"{name}:1:1: not YAML: {error}"]) from None
    if not isinstance(node, yaml.MappingNode):
        raise FactError([f"{name}:1:1: a fact file is one mapping that begins with 'id:'"])
    mistakes: list[str] = []
    value = _value(node, name, mistakes, frozenset())
    if mistakes:
        raise FactError(mistakes)
    assert isinstance(value, Mapping)
    return value


def _value(node: yaml.Node, name: str, mistakes: list[str], above: frozenset[int]) -> Value:
    mark = Mark(name, node.start_mark.line + 1, node.start_mark.column + 1)
    if id(node) in above:
        mistakes.append(f"{mark}: an alias that contains itself; write the value out")
        return Scalar("", mark)
    above |= {id(node)}
    if isinstance(node, yaml.SequenceNode):
        return Sequence(tuple(_value(item, name, mistakes, above) for item in node.value), mark)
    if not isinstance(node, yaml.MappingNode):
        return Scalar(str(node.value), mark)
    entries: list[tuple[Scalar, Value]] = []
    seen: dict[str, Mark] = {}
    for key_node, value_node in node.value:
        key_mark = Mark(name, key_node.start_mark.line + 1, key_node.start_mark.column + 1)
        key = Scalar(str(key_node.value), key_mark)
        if key.text in seen:
            mistakes.append(f"{key_mark}: the key '{key.text}' stands twice (first at line {seen[key.text].line})")
        seen[key.text] = key_mark
        entries.append((key, _value(value_node, name, mistakes, above)))
    return Mapping(tuple(entries), mark)


def plain(value: Value) -> object:
    """Return *value* as plain lists, dictionaries and texts, as JSON-LD wants it."""
    if isinstance(value, Scalar):
        return value.text
    if isinstance(value, Sequence):
        return [plain(item) for item in value.items]
    return {key.text: plain(item) for key, item in value.entries}


def items(value: Value | None) -> tuple[Value, ...]:
    """Return the items of a list, or the value itself as the only one, or nothing."""
    if value is None:
        return ()
    return value.items if isinstance(value, Sequence) else (value,)


def scalars(value: Value | None) -> list[Scalar]:
    """Return the scalars among the items of *value*."""
    return [item for item in items(value) if isinstance(item, Scalar)]


def texts_in(value: Value) -> Iterator[Scalar]:
    """Yield the scalars that *value* is made of: itself, or the texts of a language map; of a node only its id."""
    if isinstance(value, Scalar):
        yield value
    elif isinstance(value, Mapping):
        entries = [v for k, v in value.entries if k.text == "id"] or [v for _, v in value.entries]
        yield from (item for entry in entries for item in items(entry) if isinstance(item, Scalar))


def nodes(value: Value) -> Iterator[Mapping]:
    """Yield every mapping with an ``id`` in *value*, at any depth."""
    if isinstance(value, Mapping):
        if value.get("id") is not None:
            yield value
        for _, item in value.entries:
            yield from nodes(item)
    elif isinstance(value, Sequence):
        for item in value.items:
            yield from nodes(item)
