"""The SPARQL 1.1 Protocol over HTTP, asked of a service that runs."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from urllib.parse import quote

import httpx
import pytest
from pyoxigraph import RdfFormat, parse

from protocol import CASES, Case
from service import Live, live
from spacepact.server.protocol.results import offered

JSON = "application/sparql-results+json"


@pytest.fixture(scope="module")
def served() -> Iterator[Live]:
    with live("--max-rows", "50", "--workers", "2", "--log", "warnings") as running:
        yield running


def sent(served: Live, case: Case, **headers: str) -> httpx.Response:
    url = httpx.URL(f"{served.url}/sparql")
    url = url.copy_with(raw_path=b"/sparql" + (b"?" + case.query_string if case.query_string else b""))
    kind = {"Content-Type": case.content_type} if case.content_type else {}
    return httpx.request(case.method, url, content=case.body, headers={**kind, **headers}, timeout=60)


# HTTP has no bytes in an address but those of ASCII, and httpx sends no address as long as the other.
NOT_BY_HTTPX = {"bytes that need no percent sign", "too long for an address"}


@pytest.mark.parametrize("case", [case for case in CASES if case.name not in NOT_BY_HTTPX], ids=lambda case: case.name)
def test_the_protocol(served: Live, case: Case) -> None:
    answer = sent(served, case)
    assert answer.status_code == case.status, answer.text
    kind = answer.headers["content-type"].partition(";")[0]
    assert answer.headers["access-control-allow-origin"] == "*"
    if case.method == "HEAD":
        assert answer.content == b""
    elif case.holds in ("true", "false"):
        assert answer.json()["boolean"] is (case.holds == "true")
    elif case.holds == "rows":
        assert answer.json()["results"]["bindings"]
    elif case.holds == "triples":
        assert kind == "text/turtle"
        assert list(parse(answer.content, format=RdfFormat.TURTLE)) or "DESCRIBE" in case.body.decode()
    elif case.status >= 400:
        assert answer.json()["error"]
        assert "Traceback" not in answer.text
    if case.status == 405:
        assert answer.headers["allow"] == "GET, HEAD, POST, OPTIONS"


def test_an_address_that_is_too_long_is_refused(served: Live) -> None:
    connection = http.client.HTTPConnection(served.url.removeprefix("http://"), timeout=60)
    connection.request("GET", "/sparql?query=ASK%7B%7D%23" + "x" * 65_536)
    answer = connection.getresponse()
    assert answer.status == 414
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "bytes" in json.load(answer)["error"]
    connection.close()


def asked(served: Live, query: str, **headers: str) -> httpx.Response:
    return httpx.get(f"{served.url}/sparql", params={"query": query}, headers=headers, timeout=60)


@pytest.mark.parametrize("query", ["SELECT ?s { ?s a pact:State } LIMIT 3", "ASK {}", "DESCRIBE id:nasa"])
def test_every_media_type_that_is_offered_can_be_had(served: Live, query: str) -> None:
    for media_type in offered(query.split()[0]):
        name = media_type.partition(";")[0]
        answer = asked(served, query, Accept=f"image/png, {name};q=0.5")
        assert (answer.status_code, answer.headers["content-type"]) == (200, media_type)
        assert "Accept" in answer.headers["vary"].split(", ")
        assert answer.content


def test_what_cannot_be_had_is_told_with_what_can(served: Live) -> None:
    answer = asked(served, "ASK {}", Accept="image/png")
    assert answer.status_code == 406
    assert JSON in answer.json()["error"]


def test_head_has_the_headers_of_get(served: Live) -> None:
    get = asked(served, "ASK {}", **{"Accept-Encoding": "identity"})
    head = httpx.head(f"{served.url}/sparql", params={"query": "ASK {}"}, headers={"Accept-Encoding": "identity"})
    for name in ("content-type", "content-length", "etag", "vary"):
        assert head.headers[name] == get.headers[name]


@pytest.mark.parametrize("query", ["ASK {}", "ASK {"])
def test_pages_of_other_hosts_may_ask_without_credentials(served: Live, query: str) -> None:
    origin = {"Origin": "https://elsewhere.example", "Cookie": "a=b"}
    answer = asked(served, query, **origin)
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in answer.headers
    assert "set-cookie" not in answer.headers


def test_a_preflight_is_answered(served: Live) -> None:
    asking = {
        "Origin": "https://elsewhere.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
    }
    answer = httpx.options(f"{served.url}/sparql", headers=asking)
    assert answer.status_code in (200, 204)
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "POST" in answer.headers["access-control-allow-methods"]
    assert "content-type" in answer.headers["access-control-allow-headers"].lower()
    assert "access-control-allow-credentials" not in answer.headers


def test_a_result_cut_short_says_so_twice(served: Live) -> None:
    answer = asked(served, "SELECT * { ?s ?p ?o }", Accept=JSON)
    found = answer.json()
    assert len(found["results"]["bindings"]) == 50
    assert found["head"]["link"]
    assert "50" in answer.headers["spacepact-truncated"]
    whole = asked(served, "SELECT * { ?s ?p ?o } LIMIT 50", Accept=JSON)
    assert "spacepact-truncated" not in whole.headers
    assert "link" not in whole.json()["head"]


def test_the_address_of_the_endpoint_describes_it(served: Live) -> None:
    answer = httpx.get(f"{served.url}/sparql", headers={"Accept": "application/n-triples"}, timeout=60)
    said = {str(quad.predicate.value) for quad in parse(answer.content, format=RdfFormat.N_TRIPLES)}
    assert "http://www.w3.org/ns/sparql-service-description#endpoint" in said
    assert "at most 50 rows" in answer.text
    browser = httpx.get(f"{served.url}/sparql", headers={"Accept": "text/html,*/*;q=0.8"}, timeout=60)
    assert (browser.status_code, browser.headers["location"]) == (303, "/query")


def test_the_examples_can_be_queried(served: Live) -> None:
    graph = f"<{served.url}/.well-known/sparql-examples>"
    query = f"SELECT (COUNT(*) AS ?n) {{ GRAPH {graph} {{ ?e a <http://www.w3.org/ns/shacl#SPARQLExecutable> }} }}"
    found = json.loads(asked(served, query).text)["results"]["bindings"]
    assert int(found[0]["n"]["value"]) > 20


def test_a_body_that_is_too_large_is_refused(served: Live) -> None:
    for content in (b"x" * (2 * 1024 * 1024 + 1), (b"x" * 65_536 for _ in range(40))):
        kind = {"Content-Type": "application/sparql-query"}
        answer = httpx.post(f"{served.url}/sparql", content=content, headers=kind, timeout=60)
        assert answer.status_code == 413


def test_the_page_of_a_long_query_is_asked_by_post(served: Live) -> None:
    query = "SELECT ?n { VALUES ?n { 1 } } #" + "é" * 30_000
    assert len(quote(query)) > 90_000
    headers = {"Accept": "text/html"}
    assert "1 row" not in httpx.get(f"{served.url}/query", headers=headers, timeout=60).text  # which is kept
    page = httpx.post(f"{served.url}/query", data={"query": query}, headers=headers, timeout=60)
    assert page.status_code == 200
    assert ">1 row</h2>" in page.text
    assert "too long for a link" in page.text
    assert "Copy link" not in page.text
    too_long = httpx.post(f"{served.url}/query", data={"query": "ASK {} #" + "x" * 65_536}, timeout=60)
    assert (too_long.status_code, "65,536" in too_long.json()["error"]) == (413, True)
    assert httpx.post(f"{served.url}/query", content=b"ASK {}", timeout=60).status_code == 415
    assert httpx.post(f"{served.url}/query", data={"quer": "ASK {}"}, timeout=60).status_code == 400
    for path in ("/query", "/explore"):
        refused = httpx.delete(f"{served.url}{path}", timeout=60)
        assert (refused.status_code, "POST" in refused.headers["allow"]) == (405, path == "/query")
        assert ("POST" in httpx.options(f"{served.url}{path}").headers["allow"]) == (path == "/query")
    assert httpx.post(f"{served.url}/explore", data={"query": "ASK {}"}, timeout=60).status_code == 405
