"""Reads the TSV form of SSSOM: a YAML header in comments, then a table of mappings.

Read here with the csv module, because a mistake must be caught at its line. The ``sssom`` package brings 98
others with it and turns a rejected mapping into an accepted one; ``sssom-pydantic`` brings 11 and drops the rows
it cannot read unless told otherwise. Source: A Simple Standard for Sharing Ontological Mappings (SSSOM), 1.0.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import yaml

from spacepact.errors import nearest

__all__ = ["Mapping", "MappingSet", "read_mappings"]

_NEEDED = (
    *("subject_id", "predicate_id", "object_id"),
    *("mapping_justification", "author_label", "mapping_date", "confidence"),
)
_COLUMNS = (*_NEEDED, "subject_label", "predicate_modifier", "object_label", "author_id", "comment")
_IRIS = ("subject_id", "predicate_id", "object_id", "mapping_justification", "author_id")
_SLOTS = ("mapping_set_id", "mapping_set_title", "license", "subject_source", "object_source")
_FULL = ("mapping_set_id", "license", "subject_source", "object_source")
_WEB = re.compile(r"https?://[^\s<>\"{}|\\^`]+")
_LOCAL = re.compile(r"[A-Za-z0-9._-]+/?")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_SHARE = re.compile(r"0(\.\d+)?|1(\.0+)?")


@dataclass(frozen=True)
class Mapping:
    """One row: its line in the file, its cells that are not empty, and the IRIs of those that hold CURIEs."""

    line: int
    cells: dict[str, str]
    iris: dict[str, str]

    @property
    def accepted(self) -> bool:
        """False for a candidate that was rejected, which has the modifier ``Not``."""
        return "predicate_modifier" not in self.cells


@dataclass
class MappingSet:
    """A file: its header, its mappings, and what is wrong with it as pairs of line and text."""

    header: dict[str, str] = field(default_factory=dict)
    prefixes: dict[str, str] = field(default_factory=dict)
    mappings: list[Mapping] = field(default_factory=list)
    mistakes: list[tuple[int, str]] = field(default_factory=list)

    def wrong(self, line: int, what: str) -> None:
        """Note a mistake."""
        self.mistakes.append((line, what))


def read_mappings(path: Path) -> MappingSet:
    """Read the SSSOM file *path*. A row with a mistake is not among the mappings; nothing is raised for it."""
    found = MappingSet()
    try:
        lines = path.read_text(encoding="utf-8").rstrip("\n").split("\n")
    except UnicodeDecodeError as error:
        found.wrong(1, f"not UTF-8 text (byte {error.start}); save the file as UTF-8")
        return found
    top = next((n for n, line in enumerate(lines) if not line.startswith("#")), len(lines))
    _header(found, lines[:top])
    if not found.mistakes:
        found.mappings.extend(_rows(found, lines, top))
    return found


def _header(found: MappingSet, lines: list[str]) -> None:
    try:
        # Without the comment sign the lines are YAML, at the numbers they have in the file; every value is text.
        body = yaml.load("\n".join(line[1:] for line in lines), Loader=yaml.BaseLoader)
    except yaml.MarkedYAMLError as error:
        found.wrong(error.problem_mark.line + 1 if error.problem_mark else 1, f"the header is no YAML: {error.problem}")
        return
    except yaml.YAMLError as error:
        found.wrong(1, f"the header is no YAML: {error}")
        return
    body = body if isinstance(body, dict) else {}
    found.header = {name: text for name, text in body.items() if isinstance(text, str)}
    prefixes = body.get("curie_map")
    found.prefixes = prefixes if isinstance(prefixes, dict) else {}
    lines_of = {line[1:].partition(":")[0].strip(): n for n, line in reversed(list(enumerate(lines, 1)))}
    for name in _SLOTS:
        if not found.header.get(name):
            found.wrong(1, f"the header lacks {name}; write it as '# {name}: ...'")
        elif name in _FULL and not _WEB.fullmatch(found.header[name]):
            found.wrong(lines_of.get(name, 1), f"{name} takes a full IRI, not '{found.header[name]}'")
    if not found.prefixes:
        found.wrong(1, "the header lacks curie_map, the namespaces of the prefixes")
    for prefix, namespace in found.prefixes.items():
        if not isinstance(namespace, str) or not _WEB.fullmatch(namespace):
            found.wrong(lines_of.get(prefix, 1), f"the prefix '{prefix}' takes a full IRI, not '{namespace}'")


def _rows(found: MappingSet, lines: list[str], top: int) -> Iterator[Mapping]:
    columns = _cells(found, lines[top], top + 1) if top < len(lines) else []
    if columns is None:
        return
    for number, name in enumerate(columns):
        if name not in _COLUMNS:
            found.wrong(top + 1, f"unknown column '{name}'{nearest(name, _COLUMNS)}")
        if name in columns[:number]:
            found.wrong(top + 1, f"the column '{name}' stands twice")
    if missing := [name for name in _NEEDED if name not in columns]:
        found.wrong(top + 1, f"missing column {', '.join(missing)}")
        return
    for number, line in enumerate(lines[top + 1 :], top + 2):
        cells = _cells(found, line, number)
        if cells is not None and len(cells) != len(columns):
            found.wrong(
                number, f"{len(cells)} cells, not {len(columns)} as in line {top + 1}; put one tab between cells"
            )
        elif cells is not None:
            before = len(found.mistakes)
            mapping = _mapping(found, number, dict(zip(columns, cells, strict=True)))
            if len(found.mistakes) == before:
                yield mapping


def _cells(found: MappingSet, line: str, number: int) -> list[str] | None:
    try:
        return next(csv.reader([line], delimiter="\t", strict=True), [])
    except csv.Error as error:
        found.wrong(number, f"cannot be read: {error}; quote a whole cell, and double the quotation marks in it")
        return None


def _mapping(found: MappingSet, line: int, cells: dict[str, str]) -> Mapping:
    for name in _NEEDED:
        if not cells[name]:
            found.wrong(line, f"no {name}")
    cells = {name: text for name, text in cells.items() if text}
    iris = {name: _iri(found, line, name, cells[name]) for name in _IRIS if name in cells}
    if cells.get("predicate_modifier", "Not") != "Not":
        found.wrong(line, f"unknown predicate_modifier '{cells['predicate_modifier']}'; write Not, or nothing")
    if not _is_day(day := cells.get("mapping_date", "1970-01-01")):
        found.wrong(line, f"mapping_date '{day}' is no day; write it like 2026-11-21")
    if not _SHARE.fullmatch(share := cells.get("confidence", "1")):
        found.wrong(line, f"confidence '{share}' is not from 0 to 1; write it like 0.95")
    return Mapping(line, cells, iris)


def _iri(found: MappingSet, line: int, name: str, text: str) -> str:
    prefix, colon, local = text.partition(":")
    if not colon or prefix not in found.prefixes:
        known = sorted(found.prefixes)
        hint = nearest(prefix, known) or f" ({', '.join(known)})"
        found.wrong(line, f"{name} '{text}' begins with no prefix of the curie_map{hint}")
        return ""
    if not _LOCAL.fullmatch(local):
        found.wrong(line, f"{name} '{text}' takes letters, digits, dots and hyphens after its prefix")
    return found.prefixes[prefix] + local


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return _DAY.fullmatch(text) is not None
