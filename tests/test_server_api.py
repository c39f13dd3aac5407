"""The JSON addresses: each is described, and answers as it is described; found out by fuzzing too."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings, strategies
from pyoxigraph import DefaultGraph, NamedNode
from starlette.requests import Request

from service import live, page, site
from spacepact.iris import ENTITY, curie
from spacepact.queries.catalogue import catalogue
from spacepact.server.answers import error_response
from spacepact.server.openapi import declared, schema, specification
from spacepact.server.routing import routes


def answered(url: str) -> Any:
    response = page(url, "application/json")
    assert (response.status, response.media_type) == (200, "application/json"), response.body[:300]
    return json.loads(response.body)


def test_every_json_address_is_described_by_its_module() -> None:
    below = {route.path.replace(":path}", "}") for route in routes() if route.path.startswith("/api/")}
    questions = {f"/api/questions/{name}" for name in catalogue()}
    assert set(declared()) == below - {"/api/questions/{name}"} | questions
    assert "/api/questions/{name}" in below


def test_a_question_is_described_with_all_of_its_parameters() -> None:
    spec = answered("/api/openapi.json")
    for name, question in catalogue().items():
        operation = spec["paths"][f"/api/questions/{name}"]["get"]
        assert operation["summary"] == question.title
        assert {p["name"]: p["required"] for p in operation["parameters"]} == {
            **{p.name: p.required for p in question.parameters.values()},
            "as_of": False,
        }
        words = {p["name"]: f"one of {', '.join(p['schema'].get('enum', ()))}" for p in operation["parameters"]}
        for parameter in question.parameters.values():
            assert words[parameter.name] == (parameter.kind if parameter.kind.startswith("one of ") else "one of ")


def test_every_answer_is_as_described() -> None:
    for path, described in declared().items():
        jsonschema.validate(answered(described["example"]), schema(described["answer"]))
        for name in described.get("parameters", {}):
            assert name.isascii(), path


def test_the_description_is_what_openapi_asks_for() -> None:
    spec = answered("/api/openapi.json")
    assert spec == specification(site().settings.public_url)
    assert spec["openapi"] == "3.1.0"
    for path, item in spec["paths"].items():
        within = {p["name"] for p in item["get"]["parameters"] if p["in"] == "path"}
        assert within == {part.strip("{}") for part in path.split("/") if part.startswith("{")}
        assert all(p["required"] for p in item["get"]["parameters"] if p["in"] == "path")
    names = [item["get"]["operationId"] for item in spec["paths"].values()]
    assert len(set(names)) == len(names)


def test_a_schema_refuses_what_is_not_as_written() -> None:
    made = schema({"a": "string", "b?": "integer|null", "c": [{"*": "number"}]})
    jsonschema.validate({"a": "x", "b": None, "c": [{"any": 1.5}]}, made)
    for wrong in ({"a": "x"}, {"a": 1, "c": []}, {"a": "x", "c": [], "d": 1}, {"a": "x", "c": [{"any": "y"}]}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(wrong, made)


def test_the_readable_page_has_every_address_with_an_example_that_answers() -> None:
    text = str(page("/api").body)
    for path, described in declared().items():
        assert path in text
        assert page(described["example"], "application/json").status == 200


@pytest.mark.parametrize("slug", ["nasa", "scwg-18", "usa"])
def test_an_entity_has_every_statement_of_the_record(slug: str) -> None:
    found = answered(f"/api/entities/{slug}")
    store, node = site().graph.store, NamedNode(ENTITY + slug)
    on = list(store.quads_for_pattern(node, None, None, DefaultGraph()))
    said = {(each["property"], each["id"] or each["value"]) for each in found["statements"]}
    apart = {"rdf:type", "skos:prefLabel", "skos:altLabel", "schema:sameAs"}
    expected = {
        (curie(q.predicate.value), curie(q.object.value) if isinstance(q.object, NamedNode) else q.object.value)
        for q in on
        if curie(q.predicate.value) not in apart and hasattr(q.object, "value")
    }
    assert said == expected
    values = {
        name: [str(getattr(q.object, "value", "")) for q in on if curie(q.predicate.value) == name] for name in apart
    }
    assert sorted(each["name"] for each in found["names"]) == sorted(values["skos:prefLabel"] + values["skos:altLabel"])
    assert found["names"]
    assert found["links"] == sorted(values["schema:sameAs"])
    assert len(found["statements"]) == len(expected) > 0
    sources = {proof["passage"] for proof in found["sources"]}
    for each in found["statements"] + found["pointing"]:
        passages = {name for name in each["said_by"] if "/p" in name}
        assert passages <= sources
        assert each["derived"] == (not each["said_by"])
    assert not any(each["derived"] for each in found["pointing"])


def test_what_is_unknown_is_said_as_json() -> None:
    for url in ("/api/entities/nosa", "/api/nothing"):
        response = page(url, "text/html")
        assert (response.status, response.media_type) == (404, "application/json")
        jsonschema.validate(json.loads(response.body), specification("")["components"]["schemas"]["Error"])


def test_errors_around_the_pages_are_as_described_too() -> None:
    error = specification("")["components"]["schemas"]["Error"]
    outer = error_response(Request({"type": "http", "headers": [], "spacepact.id": "0f"}), 429, "busy")
    jsonschema.validate(json.loads(bytes(outer.body)), error)
    inner = json.loads(page("/api/nothing").body)
    for operation in (item["get"] for item in specification("")["paths"].values()):
        assert {"400", "404", "429", "500", "503", "504", "507"} <= operation["responses"].keys()
    assert specification("")["paths"]["/api/entities/{slug}"]["get"]["responses"]["301"]
    assert {"error", "status"} <= inner.keys() & json.loads(bytes(outer.body)).keys()


@pytest.fixture(scope="module")
def served() -> Iterator[str]:
    with live("--log", "warnings", "--workers", "2") as running:
        yield running.url


@cache
def fuzzed() -> Any:
    schemathesis = pytest.importorskip("schemathesis")
    return schemathesis.openapi.from_dict(specification("http://127.0.0.1"))


@pytest.mark.parametrize("path", sorted(declared()))
@given(data=strategies.data())
@settings(max_examples=4, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
def test_fuzzed_requests_are_answered_as_described(served: str, path: str, data: strategies.DataObject) -> None:
    """Schemathesis makes requests from the description, over HTTP: status, media type and body are as it says."""
    from schemathesis.checks import not_a_server_error
    from schemathesis.specs.openapi import checks

    case = data.draw(fuzzed()[path]["GET"].as_strategy())
    response = case.call(base_url=served, allow_redirects=False, timeout=60)
    conform = [checks.status_code_conformance, checks.content_type_conformance, checks.response_schema_conformance]
    case.validate_response(response, checks=[not_a_server_error, *conform])


@pytest.mark.parametrize(
    ("path", "accept", "to"),
    [
        ("/api", "application/json", "/api/openapi.json"),
        ("/openapi.json", "*/*", "/api/openapi.json"),
        ("/ontology", "text/turtle", "/ns"),
    ],
)
def test_what_is_looked_for_elsewhere_is_led_to_where_it_is(path: str, accept: str, to: str) -> None:
    response = page(path, accept)
    assert (response.status, response.headers["Location"]) == (303, to)


def test_every_page_names_the_description_of_the_service() -> None:
    assert page("/api", "text/html,*/*;q=0.8").status == 200
    for path in ("/", "/api", "/query"):
        assert (
            str(page(path).body).count('<link rel="service-desc" type="application/json" href="/api/openapi.json">')
            == 1
        )
