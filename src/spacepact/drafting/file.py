"""Writes a draft as a source file that nobody can take for a finished one.

The document and each candidate record carry the mark ``draft: true``, for which the compiler refuses the file. The
statement of a commitment is left empty, which it refuses too. None of the document's words are in the file, save its
title and names. What was found is told in comments, which no program reads, as offset+length.
"""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence

from spacepact.drafting.drafts import Draft, PassageDraft
from spacepact.drafting.found import Candidate, Facts
from spacepact.drafting.names import Names
from spacepact.errors import SpacepactError
from spacepact.graph.context import context, is_slug
from spacepact.text import normalise, sha256

__all__ = ["written"]

_NOT_PLAIN = {"yes", "no", "on", "off", "true", "false", "null", "y", "n"}  # for readers that guess at types
_MOST_SHOWN = 40


def written(draft: Draft, names: Names) -> str:
    """Return the YAML of *draft*. Raises SpacepactError for a slug that can be no part of an id.

    *names* are those that the nearest ones to an unknown name are looked for in.
    """
    if not is_slug(draft.slug):
        raise SpacepactError(
            f"--slug: '{draft.slug}' can be no id; write lower-case ASCII letters, digits and single hyphens: "
            "csd-5-joint-statement"
        )
    whole = normalise(draft.document.text)
    lines = [
        "# A draft: read each passage against the document; then take away its marks, or the records they stand at."
    ]
    lines += [line for note in draft.notes for line in _comment(note, "")]
    lines += [f"id: ../source/{draft.slug}", "type: Document", "draft: true  # the citation, and what it lacks"]
    lines += _citation(draft)
    lines += [f"length: {len(whole)}", f"sha256: {sha256(whole)}", "passages:"]
    lines[1:1] = _to_register(draft, names)
    told: set[str] = set()
    for passage in draft.passages:
        lines += ["", *_passage(passage, draft.slug, names, told)]
    return "\n".join(lines) + "\n"


def _to_register(draft: Draft, names: Names) -> list[str]:
    """Return a comment with the ids that candidates use and that neither the record nor the draft declares."""
    nodes = [node for candidate in draft.candidates() for node in _nodes(candidate.facts)]
    declared = {str(node["id"]) for node in nodes if "type" in node}
    used = dict.fromkeys(value for node in nodes for value in _ids(node))
    missing = [value for value in used if value not in declared and value not in names.entities]
    return list(_comment("To be put into the register first: " + ", ".join(missing), "")) if missing else []


def _nodes(facts: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    yield facts
    for value in facts.values():
        if isinstance(value, list):
            yield from (node for item in value if isinstance(item, dict) for node in _nodes(item))


def _ids(node: Mapping[str, object]) -> Iterator[str]:
    """Yield the entities that *node* refers to: the values of keys that the context takes for entities."""
    for key, value in node.items():
        meaning = context().keys.get(key)
        if meaning and meaning.coercion == "@id" and meaning.base == context().base:
            yield from (item for item in (value if isinstance(value, list) else [value]) if isinstance(item, str))


def _citation(draft: Draft) -> Iterator[str]:
    citation = draft.document.citation
    language = citation.language
    if citation.title:
        yield f"title: {{{_scalar(language or 'und')}: {_quoted(citation.title)}}}"
    for key in ("publisher", "creator", "issued", "url", "language"):
        if value := getattr(citation, key):
            yield f"{key}: {_quoted(value)}"
        elif key != "creator":
            yield f"# {key}: the document does not say" + ("; nothing goes in without it" if key == "issued" else "")
    yield "# rank: a person decides: official-primary, official-other, press or other"


def _passage(passage: PassageDraft, slug: str, names: Names, told: set[str]) -> Iterator[str]:
    paragraph = passage.paragraph
    yield f"  - id: ../source/{slug}/p{paragraph.number}"
    yield "    type: Passage"
    yield f"    paragraph: {paragraph.number}"
    yield f"    startOffset: {paragraph.start}"
    yield f"    length: {len(paragraph.text)}"
    yield f"    sha256: {sha256(paragraph.text)}"
    if passage.mentions:
        found = (f"{' or '.join(m.ids)} {m.start}+{m.length}" for m in passage.mentions)
        yield from _comment("names: " + ", ".join(found))
    if passage.dates:
        yield from _comment("dates: " + ", ".join(f"{d.value or d.why} {d.start}+{d.length}" for d in passage.dates))
    for unknown in passage.unknown:
        if unknown.name not in told and len(told) < _MOST_SHOWN:
            told.add(unknown.name)
            near = " or ".join(f"{entity} ({name})" for name, entity in names.near(unknown.name))
            hint = f"; did you mean {near}?" if near else ""
            yield from _comment(f"not in the record: {unknown.name} {unknown.start}+{unknown.length}{hint}")
    if not passage.candidates:
        yield "    says: []"
        return
    yield "    says:"
    for facts, places in _merged(passage.candidates):
        yield from _node(facts, "      ", mark=f"draft: true  # {'; '.join(places)}")


def _merged(candidates: Sequence[Candidate]) -> list[tuple[Facts, list[str]]]:
    """Put candidates on the same entity together: it may stand once in a passage."""
    found: dict[str, tuple[Facts, list[str]]] = {}
    for candidate in candidates:
        facts, places = found.setdefault(str(candidate.facts["id"]), ({}, []))
        place = f"{candidate.start}+{candidate.length} {candidate.rule}"
        if place not in places:
            places.append(place)
        for key, value in candidate.facts.items():
            facts[key] = _both(facts[key], value) if key in facts else value
    return list(found.values())


def _both(one: object, other: object) -> object:
    """Return two values of one key as one: lists joined, nodes of one id put together, else the first."""
    if not isinstance(one, list) or not isinstance(other, list):
        return one
    joined = list(one)
    for item in other:
        same = isinstance(item, dict) and any(isinstance(i, dict) and i.get("id") == item.get("id") for i in joined)
        if not same and item not in joined:
            joined.append(item)
    return joined


def _node(facts: Mapping[str, object], indent: str, mark: str = "") -> Iterator[str]:
    yield f"{indent}- id: {_scalar(str(facts['id']))}"
    if mark:
        yield f"{indent}  {mark}"
    for key, value in facts.items():
        if key == "id":
            continue
        if isinstance(value, list) and any(isinstance(item, dict) for item in value):
            yield f"{indent}  {key}:"
            for item in value:
                yield from _node(item, indent + "    ")
        elif isinstance(value, list):
            yield f"{indent}  {key}: {_flow(value)}"
        elif isinstance(value, dict):
            texts = ", ".join(f"{_scalar(language)}: {_quoted(text)}" for language, text in value.items())
            yield f"{indent}  {key}: {{{texts}}}" + ("  # in your own words" if not any(value.values()) else "")
        else:
            yield f"{indent}  {key}: {_scalar(str(value))}"


def _flow(values: Sequence[str]) -> str:
    listed = ", ".join(map(_scalar, values))
    return listed if len(values) == 1 else f"[{listed}]"


def _comment(text: str, indent: str = "    ") -> Iterator[str]:
    safe = "".join(c if c.isprintable() else "?" for c in text)
    wrapped = textwrap.wrap(safe, 116 - len(indent), break_long_words=False, break_on_hyphens=False)
    return (f"{indent}# {line}" for line in wrapped)


def _scalar(text: str) -> str:
    plain = re.fullmatch(r"[A-Za-z][A-Za-z0-9-]*", text) and text.lower() not in _NOT_PLAIN
    return text if plain or re.fullmatch(r"[1-9][0-9]{0,2}", text) else _quoted(text)


def _quoted(text: str) -> str:
    """Return *text* in double quotes, as YAML and JSON both read it; what is not printable is escaped."""
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(c if c.isprintable() else _escaped(c) for c in quoted)


def _escaped(character: str) -> str:
    number = ord(character)
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"
