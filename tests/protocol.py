"""The cases of the SPARQL 1.1 Protocol as a table: requests, and what must come of them.

The cases named after the test suite of the W3C (sparql11/protocol) ask what it asks, written anew, of graphs of our
record: each document is the graph of what is said about it. Its updates are all refused here. Of its cases on
queries one is left out: "query specifying dataset in both query string and protocol", in which the separator of two
parameters is percent-encoded, so that they are one; the case here has them as they were meant.
"""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import quote, urlencode

__all__ = ["CASES", "DIRECT", "FORM", "UPDATE", "Case"]

DIRECT, FORM, UPDATE = "application/sparql-query", "application/x-www-form-urlencoded", "application/sparql-update"

_SOURCE = "https://w3id.org/spacepact/source/"
ONE, TWO, THREE = _SOURCE + "scm-44-communique", _SOURCE + "cspo-2024", _SOURCE + "csd-3-media-note"
BOTH = f"ASK {{ <{ONE}> a ?type . <{TWO}> a ?type }}"
NAMED = f"ASK {{ GRAPH ?g {{ <{ONE}> a ?type }} GRAPH ?h {{ <{TWO}> a ?type }} }}"


class Case(NamedTuple):
    """A request, the status of its answer, and what the answer holds: true, false, rows, triples or nothing known."""

    name: str
    method: str
    query_string: bytes
    status: int
    holds: str = ""
    content_type: str = ""
    body: bytes = b""


def _get(name: str, query: str, holds: str, *dataset: tuple[str, str], method: str = "GET") -> Case:
    return Case(name, method, urlencode([("query", query), *dataset]).encode(), 200, holds)


def _direct(name: str, query: str, holds: str, *dataset: tuple[str, str]) -> Case:
    return Case(name, "POST", urlencode(dataset).encode(), 200, holds, DIRECT, query.encode())


def _form(name: str, query: str, holds: str, *dataset: tuple[str, str]) -> Case:
    return Case(name, "POST", b"", 200, holds, FORM, urlencode([("query", query), *dataset]).encode())


def default(*graphs: str) -> list[tuple[str, str]]:
    return [("default-graph-uri", graph) for graph in graphs]


def named(*graphs: str) -> list[tuple[str, str]]:
    return [("named-graph-uri", graph) for graph in graphs]


ASK = b"query=ASK%20%7B%7D"

W3C = [
    Case("query_post_form", "POST", urlencode(default(ONE)).encode(), 200, "true", FORM, ASK),
    _get("query_dataset_default_graphs_get", BOTH, "true", *default(ONE, TWO)),
    _direct("query_dataset_default_graphs_post", BOTH, "true", *default(ONE, TWO)),
    _direct("query_dataset_named_graphs_post", NAMED, "true", *named(ONE, TWO)),
    _get("query_dataset_named_graphs_get", NAMED, "true", *named(ONE, TWO)),
    _direct(
        "query_dataset_full",
        f"ASK {{ <{THREE}> a ?type GRAPH ?g {{ <{ONE}> a ?type }} GRAPH ?h {{ <{TWO}> a ?type }} }}",
        "true", *default(THREE), *named(ONE, TWO),
    ),
    _direct("query_multiple_dataset", NAMED.replace("ASK", f"ASK FROM <{THREE}>"), "true", *named(ONE, TWO)),
    _get("query_get", "ASK {}", "true", *default(ONE)),
    _direct("query_content_type_select", "SELECT (1 AS ?value) {}", "rows", *default(ONE)),
    _direct("query_content_type_ask", "ASK {}", "true", *default(ONE)),
    _direct("query_content_type_describe", "DESCRIBE <http://example.org/>", "triples", *default(ONE)),
    _direct("query_content_type_construct", "CONSTRUCT { <s> <p> 1 } WHERE {}", "triples", *default(ONE)),
    _direct("query_post_direct", "ASK {}", "true"),
    Case("bad_query_method", "PUT", ASK, 405, "", FORM),
    Case("bad_multiple_queries", "GET", ASK + b"&query=SELECT%20%2A%20%7B%7D", 400),
    Case("bad_query_wrong_media_type", "POST", b"", 415, "", "text/plain", b"ASK {}"),
    Case("bad_query_missing_form_type", "POST", b"", 415, "", "", ASK),
    Case("bad_query_missing_direct_type", "POST", b"", 415, "", "", b"ASK {}"),
    Case("bad_query_non_utf8", "POST", b"", 415, "", DIRECT + "; charset=UTF-16", "ASK {}".encode("utf-16")),
    Case("bad_query_syntax", "GET", b"query=ASK%20%7B", 400),
    Case("update_dataset_default_graph", "POST", b"using-graph-uri=urn:x", 403, "", UPDATE, b"CLEAR ALL"),
    Case("update_dataset_default_graphs", "POST", b"using-graph-uri=urn:x&using-graph-uri=urn:y", 403, "", UPDATE,
         b"INSERT { <urn:s> <urn:p> ?o } WHERE { ?s ?p ?o }"),
    Case("update_dataset_named_graphs", "POST", b"using-named-graph-uri=urn:x", 403, "", UPDATE,
         b"INSERT { <urn:s> <urn:p> ?o } WHERE { GRAPH ?g { ?s ?p ?o } }"),
    Case("update_dataset_full", "POST", b"using-graph-uri=urn:x&using-named-graph-uri=urn:y", 403, "", UPDATE,
         b"DROP ALL; INSERT DATA { <urn:s> <urn:p> 1 }"),
    Case("update_post_form", "POST", b"", 403, "", FORM, b"update=CLEAR+ALL"),
    Case("update_post_direct", "POST", b"", 403, "", UPDATE, b"CLEAR ALL"),
    Case("update_base_uri", "POST", b"", 403, "", UPDATE, b"INSERT DATA { <urn:s> <urn:p> <test> }"),
    Case("bad_update_get", "GET", b"update=CLEAR%20ALL", 403),
    Case("bad_multiple_updates", "POST", b"", 403, "", FORM, b"update=CLEAR%20NAMED&update=CLEAR%20DEFAULT"),
    Case("bad_update_wrong_media_type", "POST", b"", 415, "", "text/plain", b"CLEAR NAMED"),
    Case("bad_update_missing_form_type", "POST", b"", 415, "", "", b"update=CLEAR%20NAMED"),
    Case("bad_update_non_utf8", "POST", b"", 403, "", UPDATE + "; charset=UTF-16", "CLEAR ALL".encode("utf-16")),
    Case("bad_update_syntax", "POST", b"", 403, "", FORM, b"update=CLEAR%20XYZ"),
    Case("bad_update_dataset_conflict", "POST", b"", 403, "", FORM,
         b"using-named-graph-uri=urn:x&update=WITH%20%3Curn:y%3E%20DELETE%20%7B%7D%20WHERE%20%7B%7D"),
]  # fmt: skip

MORE = [
    _get("HEAD", "ASK {}", "true", method="HEAD"),
    _form("a form names a dataset", BOTH, "true", *default(ONE, TWO)),
    _form("a form names named graphs", NAMED, "true", *named(ONE, TWO)),
    Case("a form and its address name graphs", "POST", urlencode(default(ONE)).encode(), 200, "true", FORM,
         urlencode([("query", BOTH), *default(TWO)]).encode()),
    _get("named graphs leave no default graph", f"ASK {{ <{ONE}> ?p ?o }}", "false", *named(ONE)),
    _get("a default graph leaves no named graphs", "ASK { GRAPH ?g { ?s ?p ?o } }", "false", *default(ONE)),
    _get("the request's dataset goes before FROM", f"ASK FROM <{ONE}> {{ <{ONE}> ?p ?o }}", "false", *default(TWO)),
    _get("named graphs go before FROM too", f"ASK FROM <{ONE}> {{ <{ONE}> ?p ?o }}", "false", *named(ONE)),
    _get("the query's own dataset", f"ASK FROM <{ONE}> {{ <{ONE}> ?p ?o }}", "true"),
    _get("a graph that is not there is empty", "ASK { ?s ?p ?o }", "false", *default("urn:nothing")),
    _get("no graph is read from a file", "ASK { ?s ?p ?o }", "false", *default("file:///etc/passwd")),
    _get("no graph is fetched", "ASK { ?s ?p ?o }", "false", *default("http://127.0.0.1:9/")),
    _get("FROM reads no file", "ASK FROM <file:///etc/passwd> { ?s ?p ?o }", "false"),
    _get("FROM fetches nothing", "ASK FROM <http://127.0.0.1:9/> { ?s ?p ?o }", "false"),
    _get("other parameters have no meaning", "ASK {}", "true", ("format", "csv"), ("timeout", "0"), ("ac", "1")),
    _get("letters of the whole world", 'ASK { FILTER("한국 🛰" = "\\uD55C\\uAD6D \\U0001F6F0") }', "true"),
    Case("blanks as plus signs", "GET", b"query=ASK+%7B+%7D", 200, "true"),
    Case("bytes that need no percent sign", "GET", "query=ASK%7BFILTER('é'='é')%7D".encode(), 200, "true"),
    Case("a name that is percent-encoded", "GET", b"q%75ery=ASK%7B%7D", 200, "true"),
    Case("a charset, in any case", "POST", b"", 200, "true", "Application/SPARQL-Query; Charset=\"UTF-8\"", b"ASK {}"),
    Case("a byte-order mark", "POST", b"", 200, "true", DIRECT, b"\xef\xbb\xbfASK {}"),
    Case("no query", "GET", b"default-graph-uri=urn:x", 400),
    Case("an empty query", "GET", b"query=+", 400),
    Case("a form without query", "POST", b"", 400, "", FORM, b"default-graph-uri=urn:x"),
    Case("an empty body", "POST", b"", 400, "", DIRECT),
    Case("the same query twice", "GET", ASK + b"&" + ASK, 400),
    Case("a query in the address of a form", "POST", ASK, 400, "", FORM, b"default-graph-uri=urn:x"),
    Case("a query in the address and in the form", "POST", ASK, 400, "", FORM, ASK),
    Case("a query in the address and in the body", "POST", ASK, 400, "", DIRECT, b"ASK {}"),
    Case("a query in the address, with an update", "POST", ASK, 403, "", UPDATE, b"CLEAR ALL"),
    Case("an update beside a query", "POST", b"", 403, "", FORM, ASK + b"&update=CLEAR+ALL"),
    Case("an update as a query", "GET", b"query=CLEAR+ALL", 400),
    Case("an insertion as a query", "POST", b"", 400, "", DIRECT, b"INSERT DATA { <urn:s> <urn:p> 1 }"),
    Case("GET with a body", "GET", ASK, 400, "", DIRECT, b"ASK {}"),
    Case("DELETE", "DELETE", ASK, 405),
    Case("PATCH", "PATCH", b"", 405, "", DIRECT, b"ASK {}"),
    Case("a form in several parts", "POST", b"", 415, "", "multipart/form-data; boundary=x", b"--x--"),
    Case("JSON", "POST", b"", 415, "", "application/json", b'{"query": "ASK {}"}'),
    Case("no media type", "POST", b"", 415, "", "sparql", b"ASK {}"),
    Case("a form in another charset", "POST", b"", 415, "", FORM + "; charset=iso-8859-1", ASK),
    Case("bytes that are not UTF-8", "POST", b"", 400, "", DIRECT, b"ASK { FILTER('\xe9' = 'x') }"),
    Case("percent-encoded bytes that are not UTF-8", "GET", b"query=ASK%7B%7D%20%23%E9", 400),
    Case("half of a surrogate pair", "GET", b"query=ASK%7B%7D%20%23%ED%A0%80", 400),
    Case("no percent-encoding", "GET", b"query=ASK%7B%7D%20%23100%", 400),
    Case("no percent-encoding in a form", "POST", b"", 400, "", FORM, b"query=ASK%7B%7D&x=%zz"),
    *(
        Case(f"{parameter}={iri}", "GET", ASK + f"&{parameter}={quote(iri)}".encode(), 400)
        for parameter in ("default-graph-uri", "named-graph-uri")
        for iri in ("graph", "../x", "//host/x", "", "http://a b/", "http://x/<y>", "http://x/%zz", "http://[::1")
    ),
    Case("too long for an address", "GET", b"query=ASK%7B%7D%23" + b"x" * 65_536, 414),
    Case("too long for a body", "POST", b"", 413, "", DIRECT, b"ASK{}#" + b"x" * 65_536),
    Case("too long for a form", "POST", b"", 413, "", FORM, b"query=ASK%7B%7D%23" + b"x" * 65_536),
    Case("a query as long as may be", "POST", b"", 200, "true", DIRECT, b"ASK{}#" + b"x" * 65_530),
    Case("too many graphs", "POST", b"", 400, "", FORM, ASK + b"&named-graph-uri=urn:x" * 1001),
]  # fmt: skip

CASES = W3C + MORE
