"""The SPARQL 1.1 Protocol, as far as requests can be read without asking the graph."""

from __future__ import annotations

from contextlib import suppress
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol import CASES, DIRECT, FORM, Case
from spacepact.errors import ProtocolError
from spacepact.server.protocol.requests import Query, read

NEEDS_THE_GRAPH = {"bad_query_syntax", "an update as a query", "an insertion as a query"}
FORBIDDEN = [case for case in CASES if case.status != 200 and case.name not in NEEDS_THE_GRAPH]


@pytest.mark.parametrize("case", [case for case in CASES if case.status == 200], ids=lambda case: case.name)
def test_what_the_protocol_allows(case: Case) -> None:
    found = read(case.method, case.query_string, case.content_type, case.body)
    assert found.sparql.split(maxsplit=1)[0].startswith(("ASK", "SELECT", "CONSTRUCT", "DESCRIBE"))


@pytest.mark.parametrize("case", FORBIDDEN, ids=lambda case: case.name)
def test_what_it_forbids(case: Case) -> None:
    with pytest.raises(ProtocolError) as caught:
        read(case.method, case.query_string, case.content_type, case.body)
    assert caught.value.status == case.status
    assert str(caught.value)


def test_the_table_has_each_case_of_the_w3c_once() -> None:
    names = [case.name for case in CASES]
    assert len(names) == len(set(names))
    assert len([name for name in names if name.startswith(("query_", "update_", "bad_"))]) == 34


def test_the_dataset_is_that_of_the_request_in_its_order() -> None:
    dataset = b"default-graph-uri=urn:b&named-graph-uri=urn:c&default-graph-uri=urn:a"
    expected = Query("ASK {}", ("urn:b", "urn:a"), ("urn:c",))
    assert read("GET", b"query=ASK+%7B%7D&" + dataset) == expected
    assert read("POST", dataset, DIRECT, b"ASK {}") == expected
    assert read("POST", b"", FORM, dataset + b"&query=ASK+%7B%7D") == expected


def test_a_method_that_is_not_allowed_is_told_which_are() -> None:
    with pytest.raises(ProtocolError) as caught:
        read("PUT", b"", DIRECT, b"ASK {}")
    assert caught.value.headers == {"Allow": "GET, HEAD, POST, OPTIONS"}


def test_a_body_that_cannot_be_read_is_told_which_can() -> None:
    with pytest.raises(ProtocolError) as caught:
        read("POST", b"", "text/turtle", b"")
    assert caught.value.headers == {"Accept-Post": f"{DIRECT}, {FORM}"}


@pytest.mark.parametrize(
    ("query_string", "told"),
    [
        (b"query=ASK%7B%7D%", "the address: '%' is no percent-encoding"),
        (b"query=ASK%7B%7D%E9x", "the address: byte 5 is not UTF-8"),
        (b"query=a&query=b", "query: given 2 times"),
        (b"", "query: missing"),
        (b"query=ASK%7B%7D&named-graph-uri=here", "named-graph-uri: 'here' is no absolute IRI"),
    ],
)
def test_a_refusal_names_what_is_wrong(query_string: bytes, told: str) -> None:
    with pytest.raises(ProtocolError, match="^" + told.replace("(", r"\(")):
        read("GET", query_string)


def test_the_longest_query_is_counted_in_bytes() -> None:
    assert read("POST", b"", DIRECT, "é".encode() * 5, max_query=10).sparql == "ééééé"
    with pytest.raises(ProtocolError, match="11 bytes long; 10 at most"):
        read("POST", b"", DIRECT, "é".encode() * 5 + b" ", max_query=10)


@given(st.binary(), st.text(), st.binary())
def test_any_bytes_give_a_query_or_a_refusal(query_string: bytes, content_type: str, body: bytes) -> None:
    for method in ("GET", "POST"):
        for kind in (content_type, FORM, DIRECT):
            with suppress(ProtocolError):
                assert read(method, query_string, kind, body).sparql.strip()


@given(st.text(min_size=1).filter(str.strip))
def test_a_query_arrives_as_it_was_sent(sparql: str) -> None:
    encoded = urlencode({"query": sparql}).encode()
    assert read("GET", encoded).sparql == sparql
    assert read("POST", b"", FORM, encoded).sparql == sparql
    assert read("POST", b"", DIRECT, sparql.encode()).sparql == sparql.removeprefix("﻿")
