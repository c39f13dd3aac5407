"""Both engines answer alike, and a server that fails is told as what it is.

What the questions must respect so that Virtuoso 7.2.5 gives the same rows as the embedded store (each was tried):

- VALUES stands inside a group, never after the last brace. A path of ``*`` or ``?`` does not start at a variable that
  only VALUES binds; ending there is fine. No semicolon before a closing brace. HAVING repeats the aggregate.
- Columns are named, never ``*``. Booleans are shown by ``IF(..., "yes", "no")``: computed ones come as 1 and 0.
- ``STR()`` around language-tagged text in GROUP_CONCAT, MIN, MAX and ORDER BY; the order in a GROUP_CONCAT is free.
- MIN and MAX of a variable that OPTIONAL leaves unbound here and there: embedded gives nothing, Virtuoso skips those.
- Functions of a variable that may be unbound stand behind COALESCE or IF(BOUND()): they give "" instead of nothing.
- A BIND in a branch of UNION sees nothing from outside it, so VALUES are repeated in each branch.
- After a UNION whose branches leave different columns unbound, DISTINCT and GROUP BY may repeat a row. Endpoint drops
  the repeats of an outermost SELECT DISTINCT; counts must be made over an inner SELECT DISTINCT.
- 14/4 is 3 there; UCASE of "ß", ENCODE_FOR_URI of Korean, DESCRIBE and a MINUS without shared variables differ.
- The default graph holds the server's own graphs too: every pattern hangs on a term of ours.
"""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, NamedNode, Quad, QueryBoolean, QuerySolutions, Store

import servers
from spacepact.errors import EndpointError, QueryError
from spacepact.graph.engines.embedded import Embedded, Engine
from spacepact.graph.engines.endpoint import Endpoint, connect
from spacepact.graph.engines.loading import addresses, load
from spacepact.graph.engines.refusals import MOST_GROUPS, MOST_NESTED, form, refuse
from spacepact.graph.engines.servers import Server
from spacepact.iris import BASE, DERIVED, ONTOLOGY, PREFIXES

_PREFIXES = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())

ALIKE = {
    "names": "SELECT ?s ?l { ?s a pact:GovernmentBody ; skos:prefLabel ?l }",
    "korean": "SELECT DISTINCT ?s { VALUES ?l { '대한민국'@ko } ?s skos:prefLabel ?l }",
    "parameters": "SELECT DISTINCT ?m { VALUES ?a { id:rok } VALUES ?b { id:usa } ?m pact:involves ?a, ?b }",
    "undef": "SELECT DISTINCT ?m ?a ?d { VALUES (?a ?d) { (id:rok-mnd UNDEF) } ?m pact:convenedBy ?a ; pact:date ?d }",
    "bounds": "SELECT DISTINCT ?m ?e ?l { ?m a pact:Meeting ; pact:earliest ?e ; pact:latest ?l "
    'FILTER(?e >= "2020-01-01T00:00:00Z"^^xsd:dateTime) }',
    "ordinals": "SELECT ?s (MAX(?o) AS ?most) (COUNT(DISTINCT ?m) AS ?n) "
    "{ ?m pact:inSeries ?s ; pact:ordinal ?o } GROUP BY ?s",
    "having": "SELECT ?a (COUNT(DISTINCT ?m) AS ?n) { ?m pact:involves ?a } GROUP BY ?a HAVING(COUNT(DISTINCT ?m) > 1)",
    "coalesce": "SELECT DISTINCT ?m ?when { ?m a pact:Meeting OPTIONAL { ?m pact:date ?d } "
    'OPTIONAL { ?m pact:dueBy ?b } BIND(COALESCE(?d, ?b, "no date") AS ?when) }',
    "absent": "SELECT DISTINCT ?a { ?a a pact:Agreement OPTIONAL { ?a pact:establishes ?e } FILTER(!BOUND(?e)) }",
    "not exists": "SELECT DISTINCT ?a { ?a a pact:Agreement FILTER NOT EXISTS { ?a pact:establishes ?e } }",
    "minus": "SELECT DISTINCT ?a { ?a a pact:Agreement MINUS { VALUES ?p { id:rok-mnd } ?a pact:party ?p } }",
    "union": "SELECT DISTINCT ?m ?how { { VALUES ?a { id:nasa } ?m pact:ledBy ?a BIND('leads' AS ?how) } "
    "UNION { VALUES ?a { id:nasa } ?m pact:partner ?a BIND('partner' AS ?how) } }",
    "broader": "SELECT DISTINCT ?x ?t { VALUES ?top { topic:space-policy } ?x pact:topic ?t . ?t skos:broader* ?top }",
    "kinds": "SELECT DISTINCT ?x { ?x a/rdfs:subClassOf* pact:Engagement }",
    "properties": "SELECT DISTINCT ?x ?p ?a { ?p rdfs:subPropertyOf* pact:involves . ?x ?p ?a }",
    "proof": "SELECT DISTINCT ?m ?a ?g ?d { GRAPH ?g { ?m pact:participant ?a } ?g pact:inDocument ?d }",
    "newest": "SELECT DISTINCT ?x ?s { { SELECT ?x (MAX(?l) AS ?last) { ?x pact:hasStatusEvent/pact:latest ?l } "
    "GROUP BY ?x } ?x pact:hasStatusEvent ?e . ?e pact:latest ?last ; pact:newStatus ?s }",
    "text": "SELECT DISTINCT ?s (STRAFTER(STR(?s), '/id/') AS ?slug) (STR(?l) AS ?name) "
    "{ ?s skos:altLabel ?l FILTER(CONTAINS(LCASE(STR(?l)), 'space')) }",
    "escapes": r"""SELECT ?x { VALUES ?x { "a \"b\" \\ \n\t é 한 😀 ' } # {" } }""",
    "numbers": "SELECT ?x { VALUES ?x { 1.50 2e3 true '007'^^xsd:integer '2020-01-01T00:00:00.500Z'^^xsd:dateTime } }",
}
"""Queries that give the same rows on every engine."""


@pytest.fixture(params=["oxigraph_server", "virtuoso_server"])
def server(request: pytest.FixtureRequest) -> servers.Server:
    found = request.getfixturevalue(request.param)
    assert isinstance(found, servers.Server)
    return found


def rows(engine: Engine, sparql: str) -> Counter[tuple[str, ...]]:
    answer = engine.query(_PREFIXES + sparql)
    assert isinstance(answer, QuerySolutions)
    names = [variable.value for variable in answer.variables]
    return Counter(tuple(str(row[name]) for name in names) for row in answer)


@pytest.mark.parametrize("sparql", ALIKE.values(), ids=ALIKE.keys())
def test_same_rows(record: Store, server: servers.Server, sparql: str) -> None:
    expected = rows(Embedded(record), sparql)
    assert expected, "a query without rows compares nothing"
    assert set(rows(Endpoint(server.query), sparql)) == set(expected)
    distinct = sparql.replace("SELECT ?", "SELECT DISTINCT ?", 1)
    assert rows(Endpoint(server.query), distinct) == rows(Embedded(record), distinct)


def test_ask_and_construct(record: Store, server: servers.Server) -> None:
    for engine in (Embedded(record), Endpoint(server.query)):
        yes = engine.query(f"ASK {{ <{BASE}id/nasa> ?p ?o }}")
        assert isinstance(yes, QueryBoolean)
        assert yes
        assert not engine.query(f"ASK {{ <{BASE}id/nobody> ?p ?o }}")
    construct = (
        _PREFIXES + "CONSTRUCT { ?s pact:from ?e ; skos:altLabel ?l } { ?s pact:earliest ?e ; skos:prefLabel ?l }"
    )
    embedded, remote = Embedded(record).query(construct), Endpoint(server.query).query(construct)
    assert isinstance(embedded, list)
    assert isinstance(remote, list)
    assert Counter(remote) == Counter(embedded)
    assert len(remote) == len(set(remote)) > 1


def test_probe_oxigraph(oxigraph_server: servers.Server) -> None:
    described = connect(oxigraph_server.query).describe()
    assert described["default graph"] == "gives each fact once"
    assert described["server"].startswith("Oxigraph")
    assert described["data version"] == "0.2.0"


def test_probe_virtuoso(virtuoso_server: servers.Server) -> None:
    described = connect(virtuoso_server.query).describe()
    assert "repeats a fact" in described["default graph"]
    assert described["server"].startswith("Virtuoso")
    assert described["data version"] == "0.2.0"


def test_embedded_describes_itself(record: Store) -> None:
    described = Embedded(record).describe()
    assert described["quads"] == str(len(record))
    assert described["data version"] == "0.2.0"


def test_virtuoso_says_when_rows_are_cut(virtuoso_server: servers.Server) -> None:
    with pytest.raises(EndpointError, match="stops at 10000 rows"):
        Endpoint(virtuoso_server.query).query("SELECT ?a ?c { ?a a ?b . ?c a ?d } LIMIT 20000")


def test_servers_name_the_mistake(server: servers.Server) -> None:
    with pytest.raises(EndpointError, match=rf"{server.query}: status 400 Bad Request: .+"):
        Endpoint(server.query).query("SELECT * {")


# --- what is loaded


@pytest.fixture
def empty_oxigraph() -> Iterator[servers.Server]:
    with servers.oxigraph() as server:
        yield server


def test_an_empty_server_is_refused(empty_oxigraph: servers.Server, record: Store) -> None:
    with pytest.raises(EndpointError, match="not loaded there"):
        connect(empty_oxigraph.query)
    copy = Store()
    copy.bulk_extend(quad for quad in record if not isinstance(quad.graph_name, DefaultGraph))
    load(copy, empty_oxigraph.graphs)  # a dataset whose default graph is empty
    with pytest.raises(EndpointError, match="default graph is empty"):
        connect(empty_oxigraph.query)


def test_loading_again_replaces_ours_and_spares_others(empty_oxigraph: servers.Server, record: Store) -> None:
    fact = Quad(NamedNode("urn:a"), NamedNode("urn:p"), NamedNode("urn:b"))
    passage = NamedNode(BASE + "source/withdrawn/p1")
    earlier = Store()
    for graph in (passage, DefaultGraph()):
        earlier.add(Quad(fact.subject, fact.predicate, fact.object, graph))
    told: list[tuple[int, int, str]] = []
    Server(empty_oxigraph.graphs).request(
        "PUT", query="graph=urn:theirs", content=b"<urn:a> <urn:p> <urn:b> .", headers={"Content-Type": "text/turtle"}
    )
    load(earlier, empty_oxigraph.graphs)
    load(record, empty_oxigraph.graphs, progress=lambda *step: told.append(step))
    engine = Endpoint(empty_oxigraph.query)
    assert not engine.query(f"ASK {{ GRAPH <{passage.value}> {{ ?s ?p ?o }} }}")
    assert engine.query("ASK { GRAPH <urn:theirs> { <urn:a> <urn:p> <urn:b> } }")
    assert not engine.query(f"ASK {{ GRAPH <{BASE}graph/marker> {{ ?s ?p ?o }} }}")
    assert not engine.query("ASK { <urn:a> <urn:p> <urn:b> }")
    total = told[-1][1]
    assert [done for done, _, _ in told] == list(range(total + 1))
    assert f"removing {passage.value}" in [name for _, _, name in told]


def test_a_default_graph_of_others_is_not_replaced(empty_oxigraph: servers.Server, record: Store) -> None:
    theirs = Store()
    theirs.add(Quad(NamedNode("urn:a"), NamedNode("urn:p"), NamedNode("urn:b")))
    load(theirs, empty_oxigraph.graphs)
    with pytest.raises(EndpointError, match="has 1 facts of somebody else"):
        load(record, empty_oxigraph.graphs)
    assert Endpoint(empty_oxigraph.query).query("ASK { <urn:a> <urn:p> <urn:b> }")


def test_virtuoso_keeps_its_own_graphs(virtuoso_server: servers.Server, record: Store) -> None:
    def others() -> Counter[tuple[str, ...]]:
        return rows(Endpoint(virtuoso_server.query), f"SELECT ?g (COUNT(*) AS ?n) {{ GRAPH ?g {{ ?s ?p ?o }} "
                    f'FILTER(!STRSTARTS(STR(?g), "{BASE}")) }} GROUP BY ?g')  # fmt: skip

    before = others()
    counted = load(record, virtuoso_server.graphs, user=virtuoso_server.user, password=virtuoso_server.password)
    assert "" not in counted, "there is no default graph to send"
    assert DERIVED in counted
    assert others() == before


def test_loading_needs_the_right_password(virtuoso_server: servers.Server, record: Store) -> None:
    with pytest.raises(EndpointError, match="401") as refused:
        load(record, virtuoso_server.graphs.replace("://", "://dba:wr0ng-secret@"))
    assert "refuses the user name or password" in str(refused.value)
    assert "secret" not in str(refused.value)


def test_credentials_from_the_environment(
    virtuoso_server: servers.Server, record: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(EndpointError, match="set SPACEPACT_USER and SPACEPACT_PASSWORD"):
        load(record, virtuoso_server.graphs)
    monkeypatch.setenv("SPACEPACT_USER", "dba")
    monkeypatch.setenv("SPACEPACT_PASSWORD", servers.PASSWORD)
    assert load(record, virtuoso_server.graphs)[ONTOLOGY] > 1000


def test_addresses() -> None:
    assert addresses("http://h:8890/sparql-graph-crud-auth") == (
        "http://h:8890/sparql-graph-crud-auth", "http://h:8890/sparql")  # fmt: skip
    assert addresses("http://h/x", "http://h/y") == ("http://h/x", "http://h/y")
    with pytest.raises(EndpointError, match="--query"):
        addresses("http://h/unknown")


# --- servers that fail


Reply = Callable[[BaseHTTPRequestHandler, int], None]


@contextmanager
def fake(reply: Reply) -> Iterator[str]:
    """Serve *reply* (told how many requests came before) on loopback and give its URL."""
    asked: list[str] = []

    class Replies(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            asked.append(self.path)
            reply(self, len(asked) - 1)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Replies)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/sparql"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


RESULTS = b'{"head": {"vars": ["x"]}, "results": {"bindings": [{"x": {"type": "literal", "value": "1"}}]}}'
JSON = "application/sparql-results+json"


def says(
    body: bytes, status: int = 200, media_type: str | None = JSON, length: int | None = -1, **headers: str
) -> Reply:
    """Reply with *body*; *length* is the Content-Length if not the true one, None for none."""

    def reply(to: BaseHTTPRequestHandler, _: int) -> None:
        to.send_response(status)
        if media_type:
            to.send_header("Content-Type", media_type)
        if length is not None:
            to.send_header("Content-Length", str(len(body) if length < 0 else length))
        for name, value in headers.items():
            to.send_header(name.replace("_", "-"), value)
        to.end_headers()
        to.wfile.write(body)

    return reply


def test_dead_port() -> None:
    with pytest.raises(EndpointError, match="cannot be reached"):
        Endpoint(f"http://127.0.0.1:{servers.free_port()}/sparql").query("ASK {}")


@pytest.mark.parametrize("url", ["file:///etc/hosts", "ftp://h/x", "localhost:7878/query", "http:///x", "http://h:x/"])
def test_not_a_web_address(url: str) -> None:
    with pytest.raises(EndpointError, match=r"begins with http:// or https://|not a URL"):
        Endpoint(url)


FAILING = {
    "404": (says(b"nothing\nhere", 404, "text/plain"), "status 404 Not Found: nothing"),
    "error as HTML": (says(b"<html><style>p{}</style><h1>Bad  day</h1>", 500, "text/html"), "Server Error: Bad  day"),
    "HTML": (says(b"<html>Welcome</html>", media_type="text/html"), "answers text/html, not SPARQL results"),
    "no media type": (says(RESULTS, media_type=None), "without a media type"),
    "moved": (says(b"", 301, Location="https://u:secret@h/new"), "has moved to https://h/new: use that URL"),
    "cut JSON": (says(RESULTS[:-4]), "not whole SPARQL results"),
    "cut JSON, no length": (says(RESULTS[:60], length=None), "not whole SPARQL results"),
    "fewer bytes than promised": (says(RESULTS, length=len(RESULTS) + 1), "the answer broke off"),
    "other JSON": (says(b'{"rows": []}', media_type="application/json"), "not whole SPARQL results"),
    "a list": (says(b"[]"), "not whole SPARQL results"),
    "no bindings": (says(b'{"head": {"vars": []}, "results": {}}'), "not whole SPARQL results"),
    "bad IRI": (says(RESULTS.replace(b"literal", b"uri").replace(b'"1"', b'"a b"')), "not whole SPARQL results"),
    "partial": (says(RESULTS, X_SQL_State="S1TAT", X_SQL_Message="late"), r"part of the answer only \(S1TAT late\)"),
    "limit": (says(RESULTS, X_SPARQL_MaxRows="1"), "stops at 1 rows"),
    "busy for an hour": (says(b"later", 429, "text/plain", Retry_After="3600"), "come back in 3600 seconds"),
    "busy for ever": (says(b"later", 503, "text/plain", Retry_After="0"), "status 503 Service Unavailable: later"),
}  # fmt: skip


@pytest.mark.parametrize(("reply", "message"), FAILING.values(), ids=FAILING.keys())
def test_failures_are_named(reply: Reply, message: str) -> None:
    with fake(reply) as url:
        with pytest.raises(EndpointError, match=message) as failed:
            Endpoint(url).query("SELECT ?x { ?x ?y ?z }")
        assert str(failed.value).startswith(url)
        assert "secret" not in str(failed.value)


@pytest.mark.parametrize(
    ("reply", "message"),
    [
        (says(b"<urn:a> <urn:b> <urn:c> .\n", media_type="application/n-triples", length=None), "without their length"),
        (says(b"<urn:a> <urn:b> <urn:c> .\n<urn:a>", media_type="application/n-triples"), "not whole N-Triples"),
    ],
)
def test_cut_triples(reply: Reply, message: str) -> None:
    with fake(reply) as url, pytest.raises(EndpointError, match=message):
        Endpoint(url).query("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }")


def test_waits_when_told_to() -> None:
    def reply(to: BaseHTTPRequestHandler, before: int) -> None:
        says(RESULTS if before == 2 else b"", 200 if before == 2 else 429, Retry_After="0")(to, before)

    with fake(reply) as url:
        assert rows(Endpoint(url), "SELECT ?x { ?x ?y ?z }") == {('"1"',): 1}


def test_slow_server() -> None:
    slow, late = fake(lambda to, _: time.sleep(0.6)), pytest.raises(EndpointError, match=r"no answer within 0\.2 sec")
    with slow as url, late:
        Endpoint(url, timeout=0.2).query("ASK {}")


def test_basic_credentials_are_sent_when_asked_and_never_shown() -> None:
    seen: list[str | None] = []

    def reply(to: BaseHTTPRequestHandler, before: int) -> None:
        seen.append(to.headers["Authorization"])
        refusal = says(b"no", 401, "text/plain", WWW_Authenticate='Basic realm="x"')
        (refusal if before in {0, 2} else says(RESULTS))(to, before)

    with fake(reply) as url:
        engine = Endpoint(url.replace("://", "://me:top%20secret@"))
        assert engine.query("SELECT ?x { ?x ?y ?z }")
        assert seen == [None, "Basic bWU6dG9wIHNlY3JldA=="]
        with pytest.raises(EndpointError, match="refuses the user name") as refused:
            engine.query("SELECT ?x { ?x ?y ?z }")
        shown = f"{refused.value} {engine.name} {engine.url} {vars(engine)}"
        assert "secret" not in shown
        assert "me:" not in shown


def test_says_who_asks() -> None:
    agents: list[str] = []

    def reply(to: BaseHTTPRequestHandler, before: int) -> None:
        agents.append(to.headers["User-Agent"])
        says(RESULTS)(to, before)

    with fake(reply) as url:
        Endpoint(url).query("ASK {}")
    assert agents[0].startswith("spacepact/")


def test_equal_values_are_spelled_alike() -> None:
    xsd = PREFIXES["xsd"]
    given = [("1", "boolean"), ("2000.0", "double"), ("007", "integer"), ("2020-01-01T00:00:00.500Z", "dateTime")]
    bindings = [{"x": {"type": "typed-literal", "value": v, "datatype": xsd + t}} for v, t in [*given, ("1", "string")]]
    body = json.dumps({"head": {"vars": ["x"]}, "results": {"bindings": bindings}}).encode()
    with fake(says(body)) as url:
        values = [row[0] for row in rows(Endpoint(url), "SELECT ?x { ?x ?y ?z }")]
    spelled = ["true", "2000", "7", "2020-01-01T00:00:00.5Z"]
    expected = [f'"{v}"^^<{xsd}{t}>' for v, (_, t) in zip(spelled, given, strict=True)]
    assert values == [*expected, '"1"']


def test_distinct_rows_are_given_once() -> None:
    bindings = [{"x": {"type": "literal", "value": v}} for v in "babc"] + [{}, {}]
    body = json.dumps({"head": {"vars": ["x"]}, "results": {"bindings": bindings}}).encode()
    with fake(says(body)) as url:
        distinct = rows(Endpoint(url), "SELECT DISTINCT ?x { ?x ?y ?z }")
        assert list(distinct.items()) == [(('"b"',), 1), (('"a"',), 1), (('"c"',), 1), (("None",), 1)]
        assert rows(Endpoint(url), "SELECT ?x { { SELECT DISTINCT ?x { ?x ?y ?z } } }").total() == 6


# --- what the embedded engine refuses


def test_the_default_graph_is_no_union() -> None:
    store = Store()
    store.add(Quad(NamedNode("urn:a"), NamedNode("urn:p"), NamedNode("urn:b"), NamedNode("urn:g")))
    assert not Embedded(store).query("ASK { ?s ?p ?o }")


@pytest.mark.parametrize(
    ("sparql", "message"),
    [
        ("SELECT ?x {\n ?x a foaf:Person }", "line 2, column 18: .*its prefix is not declared"),
        ("SELECT * { ?s ?p }", "line 1, column 19: cannot go on after 'SELECT \\* { \\?s \\?p }'"),
        ("SELECT * {", "line 1, column 11: a } is missing: nothing closes the { of line 1, column 10"),
        ("SELECT * {\n { ?a ?b ?c }", "line 2, column 14: a } is missing: nothing closes the { of line 1, column 10"),
        ("SELECT * { ?a ?b '{', \"(\" # (\n }}", "the } of line 2, column 3 is one too many"),
        ("SELECT (COUNT(?x AS ?n) { ?x ?y ?z }", "a \\) is missing: nothing closes the \\( of line 1, column 8"),
        ("SELECT * { ?a ?b [ ?c ?d }", r"a \] is missing: nothing closes the \[ of line 1, column 18"),
        ("SELECT * { ?a ?b ?c ) }", "the \\) of line 1, column 21 is one too many"),
        ("SELECT * ?a ?b ?c }", "the } of line 1, column 19 is one too many"),
        ('SELECT * { ?a ?b "x }', 'a " is missing: nothing closes that of line 1, column 18'),
        ("INSERT DATA { <urn:a> <urn:b> <urn:c> }", "no query: .*cannot be changed"),
        ("CLEAR ALL", "no query"),
        ("", "no query"),
    ],
)
def test_mistakes_are_placed(sparql: str, message: str) -> None:
    with pytest.raises(QueryError, match=message):
        Embedded(Store()).query(sparql)


CALLS = [
    "SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }",
    "SELECT * { service silent<http://127.0.0.1/>{ ?s ?p ?o } }",
    "PREFIX : <http://127.0.0.1/> SELECT * { SERVICE:x { ?s ?p ?o } }",
    "PREFIX x: <http://127.0.0.1/> SELECT * { SERVICEx:y{ ?s ?p ?o } }",
    "PREFIX : <http://127.0.0.1/> SELECT * { OPTIONAL { ?a ?b trueSERVICE:x { ?s ?p ?o } } }",
    "PREFIX : <http://127.0.0.1/> SELECT * { ?a ?b 1SERVICE:x { ?s ?p ?o } }",
    "PREFIX : <http://127.0.0.1/> SELECT * { ?a ?b :a.b.SERVICE:x { ?s ?p ?o } }",
    "SELECT * { VALUES ?x { <http://127.0.0.1/> } FILTER(1<2)SERVICE?x#>\n{ ?s ?p ?o } }",
    "PREFIX : <http://127.0.0.1/> SELECT * { FILTER(1<'>')SERVICE:x{ ?s ?p 'b' } }",
    'SELECT * { # "\n SERVICE # {\n <http://127.0.0.1/> # "\n { ?s ?p ?o } }',
    "SELECT * { ?s ?p '''a''' SERVICE <http://127.0.0.1/> { ?s ?p \"'''\" } }",
    "PREFIX : <http://127.0.0.1/> SELECT * { ?s ?p :a\\' . SERVICE:x { ?s ?p 'b' } }",
    "SELECT * { { SELECT * { FILTER EXISTS { SERVICE ?x\u0301 { ?s ?p ?o } } } } }",
]


@pytest.mark.parametrize("sparql", CALLS)
def test_service_is_refused(sparql: str) -> None:
    with pytest.raises(QueryError, match=r"line \d, column \d+: SERVICE is refused"):
        Embedded(Store()).query(sparql)


@pytest.mark.parametrize(
    "sparql",
    [
        'SELECT * { ?s ?p "SERVICE <http://example.org/> { ?s ?p ?o }" }',
        "SELECT * { ?s ?p '''\nSERVICE <http://example.org/> { ?s ?p ?o }''' }",
        "SELECT * { ?s ?p ?o } # SERVICE <http://example.org/> { ?s ?p ?o }",
        "SELECT * { ?service <http://example.org/SERVICE> ?o . ?o ?p 'a'@service }",
        "PREFIX ex: <urn:x> SELECT * { ?s ex:service ?o OPTIONAL { ?o ex:service ?service } }",
        "PREFIX service: <urn:x> SELECT * { ?s service:of ?o . { ?o service:of ?s } }",
        "SELECT * { GRAPH ?service { _:service ?p ?o } }",
    ],
)
def test_service_elsewhere_is_fine(sparql: str) -> None:
    assert not list(Embedded(Store()).query(sparql))  # type: ignore[arg-type]


def test_the_catalogue_is_never_refused() -> None:
    from spacepact.folders import folder

    for path in [*folder("queries").glob("*.rq"), *Path(folder("graph"), "rules").glob("*.rq")]:
        refuse(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("pair", ["{}", "()", "[]"])
def test_deep_nesting_is_refused(pair: str) -> None:
    deep = 4000
    with pytest.raises(QueryError, match=f"line 1, column {10 + MOST_NESTED}: brackets nested deeper than"):
        Embedded(Store()).query("SELECT * " + pair[0] * deep + pair[1] * deep)


def test_long_but_flat_is_fine_and_too_many_groups_are_not() -> None:
    values = "SELECT ?x ?y { VALUES (?x ?y) { " + "(1 '((((')\n" * 3000 + "} }"
    assert len(list(Embedded(Store()).query(values))) == 3000  # type: ignore[arg-type]
    nested = "SELECT * " + "{" * (MOST_NESTED - 1) + "}" * (MOST_NESTED - 1)
    assert len(list(Embedded(Store()).query(nested))) == 1  # type: ignore[arg-type]
    with pytest.raises(QueryError, match=f"more than {MOST_GROUPS} groups"):
        Embedded(Store()).query("SELECT * { ?s ?p ?o " + "MINUS { ?s ?p ?o } " * 5000 + "}")
    with pytest.raises(QueryError, match=f"more than {MOST_GROUPS} groups"):
        Embedded(Store()).query("SELECT " + " ".join(f"(1 AS ?x{i})" for i in range(5000)) + " {}")


def test_form() -> None:
    assert form("# SELECT\nPREFIX ask: <urn:describe> BASE <urn:select> construct where { ?s ?p ?o }") == "CONSTRUCT"
    assert form("PREFIX x: <urn:x>") == ""
