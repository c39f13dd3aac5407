"""The JSON Schema for editors lets every real fact file pass and marks what is planted."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from spacepact.folders import folder
from spacepact.graph.context import context
from spacepact.graph.editors import source_schema
from spacepact.graph.reading import plain, read
from spacepact.iris import NS
from spacepact.ontology import vocabulary

_FILES = sorted([*(folder("graph") / "register").glob("*.yaml"), *(folder("graph") / "sources").glob("*.yaml")])

_SOURCE = """\
id: ../source/example
type: Document
title: {en: An example, ko: 예}
publisher: A paper
issued: "2022-05-14"
language: en
rank: press
length: 500
sha256: &hash d2bd36ac0d98c5cc149f1d8c759165af3daa3a9cfa9a977d6744d5dfe8caac92
passages:
  - id: ../source/example/p4-presumed
    type: Passage
    paragraph: 4
    startOffset: 176
    length: 247
    sha256: *hash
    certainty: presumed
    says:
      - id: a-meeting
        type: Meeting
        date: "2020-02?"
        ordinal: 14
        level: director-general
        topic: [ssa, space-policy]
        participant: [nasa, kasa]
        discussed: {en: [One thing., Another.]}
        hasParticipation:
          - {id: a-part, type: Participation, actor: someone, role: representative}
      - id: an-agreement
        dueBy: 2027
        agreementType: study-agreement
      - id: an-agency
        type: [SpaceAgency, GovernmentBody]
        partOf: nasa
"""


class _Editor(yaml.SafeLoader):
    """Takes numbers for numbers as editors do, which follow YAML 1.2: a date or a plain 'no' is text there."""


_Editor.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if not tag.endswith((":timestamp", ":bool"))]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


@pytest.fixture(scope="module")
def validator() -> Draft7Validator:
    schema = source_schema()
    Draft7Validator.check_schema(schema)
    return Draft7Validator(schema)


@pytest.mark.parametrize("path", _FILES, ids=lambda path: path.name)
def test_every_file_passes_as_text(validator: Draft7Validator, path: Path) -> None:
    assert [e.message for e in validator.iter_errors(plain(read(path, path.name)))] == []


@pytest.mark.parametrize("path", _FILES, ids=lambda path: path.name)
def test_every_file_passes_as_an_editor_reads_it(validator: Draft7Validator, path: Path) -> None:
    content = yaml.load(path.read_text(encoding="utf-8"), Loader=_Editor)
    assert [e.message for e in validator.iter_errors(content)] == []


def _meeting(source: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = source["passages"][0]["says"][0]
    return found


def _put(
    where: Callable[[dict[str, Any]], dict[str, Any]], key: str, value: object
) -> Callable[[dict[str, Any]], None]:
    def plant(source: dict[str, Any]) -> None:
        where(source)[key] = value

    return plant


def _drop(where: Callable[[dict[str, Any]], dict[str, Any]], key: str) -> Callable[[dict[str, Any]], None]:
    def plant(source: dict[str, Any]) -> None:
        del where(source)[key]

    return plant


def _top(source: dict[str, Any]) -> dict[str, Any]:
    return source


def _passage(source: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = source["passages"][0]
    return found


def _agency(source: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = source["passages"][0]["says"][2]
    return found


_PLANTED: dict[str, Callable[[dict[str, Any]], None]] = {
    "unknown key": _put(_meeting, "participants", ["nasa"]),
    "unknown key of a mention": _put(lambda s: s["passages"][0]["says"][1], "partys", "nasa"),
    "key of another type": _put(_meeting, "strength", "agreed"),
    "key of none of several types": _put(_agency, "ordinal", 3),
    "unknown type": _put(_meeting, "type", "Meating"),
    "wrong code": _put(_meeting, "level", "director"),
    "wrong topic": _put(_meeting, "topic", ["ssa", "golf"]),
    "no number": _put(_meeting, "ordinal", "fourteenth"),
    "number below zero": _put(_meeting, "ordinal", -1),
    "no date": _put(_meeting, "date", "April 2022"),
    "no month": _put(_meeting, "date", "2022-13"),
    "no name of an entity": _put(_meeting, "participant", "NASA Headquarters"),
    "no language": _put(_meeting, "discussed", "One thing."),
    "wrong language": _put(_meeting, "discussed", {"English": "One thing."}),
    "empty text": _put(_top, "publisher", " "),
    "wrong kind of node": _put(_meeting, "hasParticipation", {"id": "a-part", "type": "StatusEvent"}),
    "no id": _drop(_meeting, "id"),
    "no id in a nested node": _put(_meeting, "hasParticipation", [{"type": "Participation"}]),
    "id that is no slug": _put(_meeting, "id", "A Meeting"),
    "facts outside a passage": _put(_top, "says", [{"id": "nasa", "type": "SpaceAgency"}]),
    "fact on the document": _put(_top, "participant", ["nasa"]),
    "passage on an entity": _put(_meeting, "passages", []),
    "no passages": _drop(_top, "passages"),
    "no paragraph": _drop(_passage, "paragraph"),
    "no offset": _drop(_passage, "startOffset"),
    "no hash": _drop(_passage, "sha256"),
    "short hash": _put(_passage, "sha256", "d2bd36"),
    "no facts": _drop(_passage, "says"),
    "document that is no document": _put(_top, "type", "Passage"),
    "id of a passage on a document": _put(_top, "id", "../source/example/p1"),
    "id of a document on a passage": _put(_passage, "id", "../source/example"),
    "no web address": _put(_top, "url", "www.example.org"),
}


def test_the_example_passes(validator: Draft7Validator) -> None:
    assert [e.message for e in validator.iter_errors(yaml.safe_load(_SOURCE))] == []


@pytest.mark.parametrize("plant", _PLANTED.values(), ids=_PLANTED)
def test_a_planted_mistake_is_marked(validator: Draft7Validator, plant: Callable[[dict[str, Any]], None]) -> None:
    source = copy.deepcopy(yaml.safe_load(_SOURCE))
    plant(source)
    assert not validator.is_valid(source)


def test_a_register_passes_and_needs_no_passage(validator: Draft7Validator) -> None:
    register = {"id": "../source/register-x", "type": "Document", "says": [{"id": "nasa", "type": "SpaceAgency"}]}
    assert validator.is_valid(register)


def test_keys_and_codes_are_described_as_in_the_ontology() -> None:
    definitions, texts = source_schema()["definitions"], vocabulary().texts
    for name, key in context().keys.items():
        if f"key-{name}" in definitions and key.iri.startswith(NS):
            assert definitions[f"key-{name}"]["description"].startswith(texts[key.iri]["definition"])
            assert texts[key.iri]["example"] in definitions[f"key-{name}"]["description"]
    strengths = definitions["key-strength"]["anyOf"][0]
    assert len(strengths["enum"]) == len(strengths["enumDescriptions"]) > 3


def test_every_key_and_type_of_the_context_is_offered() -> None:
    definitions = source_schema()["definitions"]
    offered = {key for name in ("document", "passage", "untyped") for key in definitions[name]["properties"]}
    assert offered == {name for name in context().keys if name not in context().classes}
    types = definitions["entity"]["properties"]["type"]["anyOf"][0]["enum"]
    assert set(types) | {"Document", "Passage"} == set(context().classes)


def test_every_reference_leads_somewhere() -> None:
    schema = source_schema()
    text = json.dumps(schema)
    names = {part.partition('"')[0] for part in text.split("#/definitions/")[1:]}
    assert names <= set(schema["definitions"])
    # What nothing refers to would never be used.
    assert set(schema["definitions"]) <= names
