"""Answers to SPARQL queries: the same bytes as the engine's own, and never more rows than may be."""

from __future__ import annotations

import json
from collections.abc import Iterator
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import (
    BaseDirection,
    BlankNode,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Store,
    Triple,
    parse,
)

from spacepact.errors import ProtocolError, QueryError
from spacepact.graph.engines.refusals import form
from spacepact.iris import PREFIXES
from spacepact.queries.catalogue import catalogue
from spacepact.server.protocol.requests import Query
from spacepact.server.protocol.results import Answer, offered, run

TABLES = {
    "application/sparql-results+json": QueryResultsFormat.JSON,
    "application/sparql-results+xml": QueryResultsFormat.XML,
    "text/csv; charset=utf-8": QueryResultsFormat.CSV,
    "text/tab-separated-values; charset=utf-8": QueryResultsFormat.TSV,
}
JSON, XML, CSV, TSV = TABLES
GRAPHS = {
    "text/turtle; charset=utf-8": RdfFormat.TURTLE,
    "application/n-triples": RdfFormat.N_TRIPLES,
    "application/ld+json": RdfFormat.JSON_LD,
    "application/rdf+xml": RdfFormat.RDF_XML,
    "application/trig": RdfFormat.TRIG,
    "application/n-quads": RdfFormat.N_QUADS,
}
TURTLE, NTRIPLES, JSONLD, RDFXML, *_ = GRAPHS
ALL = 10**6


def ask(store: Store, sparql: str, media_type: str = JSON, *, max_rows: int = ALL, held: int = 10_000) -> Answer:
    return run(store, Query(sparql), media_type, max_rows=max_rows, held=held, note="https://example.org/limits?a&b")


def text(answer: Answer) -> bytes:
    return b"".join(answer.chunks)


def native(store: Store, sparql: str, media_type: str) -> bytes:
    found = store.query(sparql, prefixes=PREFIXES)
    assert isinstance(found, QuerySolutions | QueryBoolean)
    written = found.serialize(format=TABLES[media_type])
    assert written is not None
    return written


@pytest.mark.parametrize("media_type", TABLES)
@pytest.mark.parametrize("question", sorted(catalogue()))
def test_an_answer_has_the_bytes_of_the_engine_s_own(record: Store, question: str, media_type: str) -> None:
    sparql = catalogue()[question].sparql
    answer = ask(record, sparql, media_type)
    assert text(answer) == native(record, sparql, media_type)
    assert answer.truncated is False


@pytest.mark.parametrize("media_type", TABLES)
@pytest.mark.parametrize(
    "sparql",
    [
        "SELECT ?s ?p ?o { ?s ?p ?o } LIMIT 2000",
        "SELECT * { ?s pact:date ?date OPTIONAL { ?s pact:none ?none } }",
        "SELECT * {}",
        "SELECT ?a ?b { FILTER(false) }",
        "SELECT ?x { VALUES ?x { UNDEF '' 'a' UNDEF } }",
        "SELECT ?x { VALUES ?x { 1 -1 +1 1.0 1e0 1e-7 true 'NaN'^^xsd:double 'x'^^xsd:integer '01'^^xsd:int .5 } }",
        "SELECT (<http://example.org/a,b;c'd> AS ?iri) ('a,b' AS ?comma) {}",
        "SELECT ?통계 { VALUES ?통계 { '우주' } }",
        "SELECT (<<( <urn:s> <urn:p> 'o\\n\"' )>> AS ?triple) ('rtl'@ar--rtl AS ?direction) {}",
        "ASK {}",
        "ASK { FILTER(false) }",
    ],
)
def test_all_kinds_of_terms(record: Store, sparql: str, media_type: str) -> None:
    assert text(ask(record, sparql, media_type)) == native(record, sparql, media_type)


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
tricky = st.text(
    st.sampled_from("\"'\\\n\r\t\x00\x01\x08\x0c\x1f\x7f\x85\u2028\ufffe\uffff🛰\u0301,;<>&]#@^ a"), max_size=12
)
datatypes = st.sampled_from(["string", "integer", "decimal", "double", "boolean", "date", "dateTime", "anyURI"])
literals = st.one_of(
    (texts | tricky).map(Literal),
    st.builds(lambda v, t: Literal(v, language=t), texts | tricky, st.sampled_from(["en", "ko-KR", "x-a1"])),
    st.builds(lambda v, t: Literal(v, datatype=NamedNode(PREFIXES["xsd"] + t)), texts | tricky, datatypes),
    st.builds(lambda v: Literal(v, language="he", direction=BaseDirection.RTL), texts | tricky),
    st.one_of(st.integers(), st.floats(), st.booleans()).map(Literal),
)
nodes = st.one_of(
    st.sampled_from(["urn:x", "http://é.example/,?a=b&c='d'#(e)", "x:🛰"]).map(NamedNode),
    st.sampled_from(["b", "b-1.x", "한"]).map(BlankNode),
)
terms = st.one_of(literals, nodes, st.builds(Triple, nodes, st.just(NamedNode("urn:p")), literals))


def filled(found: list[Literal | NamedNode | BlankNode | Triple]) -> Store:
    store = Store()
    store.extend(Quad(NamedNode(f"urn:s:{i}"), NamedNode("urn:p"), term) for i, term in enumerate(found))
    return store


@given(st.lists(terms, max_size=5))
def test_any_terms_have_the_bytes_of_the_engine_s_own(found: list[Literal]) -> None:
    store = filled(list(found))
    for media_type in (JSON, CSV, TSV):
        for sparql in ("SELECT * { ?s ?p ?o }", "SELECT ?o ?none { ?s ?p ?o }"):
            assert text(ask(store, sparql, media_type)) == native(store, sparql, media_type)


def values(xml: bytes) -> list[str]:
    """Return the texts of the bindings as a reader of XML sees them."""
    return ["".join(node.itertext()) for node in ElementTree.fromstring(xml).iter() if node.tag.endswith("binding")]


@given(st.lists(literals, max_size=5))
def test_any_text_comes_back_from_xml_or_is_refused(found: list[Literal]) -> None:
    store = filled(list(found))
    sparql = "SELECT ?o { ?s ?p ?o }"
    found_rows = store.query(sparql)
    assert isinstance(found_rows, QuerySolutions)
    expected = [row["o"].value for row in found_rows]
    if all(c in "\t\n\r" or 0x20 <= ord(c) <= 0xFFFD or ord(c) >= 0x10000 for c in "".join(expected)):
        assert values(text(ask(store, sparql, XML))) == expected
    else:
        with pytest.raises(ProtocolError, match="which XML cannot hold"):
            ask(store, sparql, XML)


def test_a_carriage_return_comes_back_from_xml() -> None:
    store = filled([Literal(" a\r\nb\rc ")])
    assert values(text(ask(store, "SELECT ?o { ?s ?p ?o }", XML))) == [" a\r\nb\rc "]
    triples = ElementTree.fromstring(text(ask(store, "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", RDFXML)))
    assert [node.text for node in triples.iter() if node.tag == "{urn:}p"] == [" a\r\nb\rc "]


@pytest.mark.parametrize("character", ["\x00", "\x01", "\x0b", "\x1f", "￾", "￿"])
def test_what_xml_cannot_hold_is_refused(character: str) -> None:
    store = filled([Literal(character)])
    for sparql, media_type in (("SELECT ?o { ?s ?p ?o }", XML), ("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", RDFXML)):
        with pytest.raises(ProtocolError) as caught:
            ask(store, sparql, media_type)
        assert caught.value.status == 406


def triples_of(store: Store, sparql: str) -> set[Triple]:
    return {Triple(t.subject, t.predicate, t.object) for t in store.query(sparql, prefixes=PREFIXES)}  # type: ignore[union-attr]


def parsed(content: bytes, media_type: str) -> set[Triple]:
    return {Triple(q.subject, q.predicate, q.object) for q in parse(content, format=GRAPHS[media_type])}


@pytest.mark.parametrize("media_type", GRAPHS)
@pytest.mark.parametrize(
    "sparql",
    [
        "CONSTRUCT { ?s ?p ?o } WHERE { ?s a pact:Document ; ?p ?o }",
        "CONSTRUCT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o FILTER(?s = id:nasa) } }",
        "DESCRIBE id:nasa",
        "CONSTRUCT WHERE { ?s pact:none ?o }",
    ],
)
def test_a_graph_is_the_engine_s_own(record: Store, sparql: str, media_type: str) -> None:
    answer = ask(record, sparql, media_type, held=100)
    assert parsed(text(answer), media_type) == triples_of(record, sparql)


def test_a_triple_is_given_once(record: Store) -> None:
    answer = ask(record, "CONSTRUCT { <urn:s> a ?type } WHERE { ?s a ?type }", NTRIPLES)
    lines = text(answer).splitlines()
    assert len(lines) == len(set(lines)) == answer.rows


def test_turtle_has_our_prefixes_once_and_in_order(record: Store) -> None:
    found = text(ask(record, "CONSTRUCT WHERE { ?s a pact:Document ; ?p ?o }", TURTLE)).decode().splitlines()
    declared = [line for line in found if line.startswith("@prefix")]
    assert declared == found[: len(PREFIXES)] == sorted(declared)
    assert "pact:Document" in "".join(found)


@pytest.mark.parametrize(
    ("media_type", "triple"),
    [
        (JSONLD, "?s ?p <<( ?s ?p ?o )>>"),
        (RDFXML, "?s <http://example.org/1> ?o"),
    ],
)
def test_a_graph_that_a_format_cannot_hold_is_refused(media_type: str, triple: str) -> None:
    sparql = f"CONSTRUCT {{ {triple} }} WHERE {{ ?s ?p ?o }}"
    with pytest.raises(ProtocolError, match="text/turtle") as caught:
        ask(filled([Literal("x")]), sparql, media_type)
    assert caught.value.status == 406
    assert text(ask(filled([Literal("x")]), sparql, TURTLE))


@pytest.mark.parametrize("media_type", [*offered("SELECT"), *offered("CONSTRUCT")])
def test_every_media_type_offered_is_given(record: Store, media_type: str) -> None:
    sparql = "SELECT ?s { ?s a pact:State }" if media_type in offered("SELECT") else "DESCRIBE id:nasa"
    answer = ask(record, sparql, media_type)
    assert (answer.media_type, bool(text(answer))) == (media_type, True)


def numbered(count: int) -> Store:
    return filled([Literal(i) for i in range(count)])


def counted(content: bytes, media_type: str) -> int:
    if media_type in GRAPHS:
        return len(parsed(content, media_type))
    if media_type == JSON:
        return len(json.loads(content)["results"]["bindings"])
    return len(values(content)) if media_type == XML else len(content.decode().splitlines()) - 1


@pytest.mark.parametrize("media_type", [*TABLES, *GRAPHS])
@given(st.integers(0, 12), st.integers(1, 12), st.integers(1, 12))
def test_there_are_never_more_rows_than_may_be(media_type: str, count: int, max_rows: int, held: int) -> None:
    sparql = "SELECT ?o { ?s ?p ?o }" if media_type in TABLES else "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
    if media_type in (JSONLD, RDFXML):
        held = max_rows  # they are not written in parts
    try:
        answer = ask(numbered(count), sparql, media_type, max_rows=max_rows, held=held)
        content = text(answer)
    except QueryError:
        assert count > max_rows > held
        return
    assert counted(content, media_type) == min(count, max_rows)
    if answer.truncated is None:
        assert held < count <= max_rows
    else:
        assert answer.truncated == (count > max_rows)
        assert count <= held or max_rows <= held
        assert answer.rows == min(count, max_rows)


def test_a_result_cut_short_links_to_the_reason() -> None:
    cut = ask(numbered(5), "SELECT ?o { ?s ?p ?o }", max_rows=3)
    assert json.loads(text(cut))["head"] == {"vars": ["o"], "link": ["https://example.org/limits?a&b"]}
    xml = ElementTree.fromstring(text(ask(numbered(5), "SELECT ?o { ?s ?p ?o }", XML, max_rows=3)))
    links = [node.get("href") for node in xml.iter() if node.tag.endswith("link")]
    assert links == ["https://example.org/limits?a&b"]


def test_a_result_that_turns_out_too_long_breaks_off_while_it_is_sent() -> None:
    answer = ask(numbered(3000), "SELECT ?o { ?s ?p ?o }", max_rows=2000, held=100)
    assert (answer.rows, answer.truncated) == (101, None)
    received: list[bytes] = []

    def receive(chunks: Iterator[bytes]) -> None:
        received.extend(chunks)

    with pytest.raises(QueryError, match="more than 2,000 rows"):
        receive(answer.chunks)
    with pytest.raises(ValueError, match="Expecting"):
        json.loads(b"".join(received))


def test_rows_that_are_not_given_are_not_looked_for(record: Store) -> None:
    endless = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    assert ask(record, endless, max_rows=10).truncated is True
    answer = ask(record, endless, max_rows=10**9, held=10)
    assert answer.truncated is None
    assert next(answer.chunks).startswith(b'{"head"')


def test_a_long_answer_comes_in_pieces(record: Store) -> None:
    pieces = list(ask(record, "SELECT * { ?s ?p ?o } LIMIT 5000").chunks)
    assert len(pieces) > 5
    assert len(json.loads(b"".join(pieces))["results"]["bindings"]) == 5000


def test_relative_iris_are_resolved() -> None:
    query = Query("CONSTRUCT { <s> <p> 1 } WHERE {}")
    answer = run(Store(), query, NTRIPLES, max_rows=9, base="https://example.org/sparql")
    assert text(answer).startswith(b"<https://example.org/s> <https://example.org/p> ")


@pytest.mark.parametrize(
    "sparql",
    [
        "SELECT * {",
        "CLEAR ALL",
        "SELECT (<urn:f>(1) AS ?x) {}",
        "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
    ],
)
def test_what_cannot_be_run_is_told(sparql: str) -> None:
    with pytest.raises(QueryError):
        ask(Store(), sparql)


def test_the_form_of_a_query_tells_what_is_offered() -> None:
    assert offered(form("PREFIX ask: <urn:x> SELECT * {}"))[0] == JSON
    assert offered(form("# SELECT\nDESCRIBE <urn:x>"))[0] == TURTLE
    assert set(TABLES) <= set(offered("ASK"))
    assert set(GRAPHS) <= set(offered("CONSTRUCT"))


@pytest.mark.parametrize(
    "media_type", [name for name, format in GRAPHS.items() if format not in (RdfFormat.JSON_LD, RdfFormat.RDF_XML)]
)
def test_triples_cut_short_end_with_a_comment_that_says_so(record: Store, media_type: str) -> None:
    sparql = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 900"
    cut = ask(record, sparql, media_type, max_rows=600)
    *_, last = text(cut).decode().splitlines()
    assert cut.truncated
    assert last == "# Cut short: there is more than these 600 triples. Ask for less, or in parts."
    assert "Cut short" not in text(ask(record, sparql, media_type)).decode()
