"""Queries that are meant to break a SPARQL service, and what is to become of each.

Each shape has a name, the text of a query, and the outcomes that are right for it: it is refused, answered, stopped by
the clock, or has exhausted the memory it may have. Two outcomes stand where the limits, not the shape, decide. An
error of the service is never right.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple, TypeAlias

__all__ = ["HOSTILE", "Hostile", "Outcome", "outcome", "outward"]

Outcome: TypeAlias = Literal["refused", "answered", "stopped", "exhausted", "broken"]

REFUSED: tuple[Outcome, ...] = ("refused",)
ANSWERED: tuple[Outcome, ...] = ("answered",)
STOPPED: tuple[Outcome, ...] = ("stopped",)
LIMITED: tuple[Outcome, ...] = ("answered", "stopped")
GREEDY: tuple[Outcome, ...] = ("stopped", "exhausted")
LIMITED_GREEDY: tuple[Outcome, ...] = ("answered", "stopped", "exhausted")


class Hostile(NamedTuple):
    """A query, and the outcomes that are right for it. Where @ stands in it, a port is meant that hears all calls."""

    name: str
    query: str
    right: tuple[Outcome, ...]


def outcome(status: int, said: str) -> Outcome:
    """Return what a status of HTTP, and the words with it, say became of a query.

    >>> outcome(200, ""), outcome(400, "line 1"), outcome(504, ""), outcome(500, "KeyError")
    ('answered', 'refused', 'stopped', 'broken')
    """
    if status == 507:
        return "exhausted" if "more memory than it may have" in said or "MB" in said else "broken"
    found: dict[int, Outcome] = {200: "answered", 400: "refused", 413: "refused", 414: "refused", 504: "stopped"}
    return found.get(status, "broken")


def nested() -> Iterator[Hostile]:
    """Yield queries nested deeper than any stack is."""
    for size in (8, 16, 32, 60):
        depth = size * 1024 // 2 - 10
        yield Hostile(f"braces, {size} KiB", "ASK " + "{" * depth + "}" * depth, REFUSED)
        yield Hostile(f"braces left open, {size} KiB", "ASK " + "{" * 2 * depth, REFUSED)
        yield Hostile(f"brackets, {size} KiB", "ASK { FILTER" + "(" * depth + "1" + ")" * depth + "}", REFUSED)
    depth = 10_000
    yield Hostile("blank nodes", "ASK { ?s ?p " + "[ ?p " * depth + "1" + "]" * depth + "}", REFUSED)
    yield Hostile("lists", "ASK { ?s ?p " + "(" * depth + ")" * depth + "}", REFUSED)
    yield Hostile("quoted triples", "ASK { " + "<<( ?s ?p " * 5000 + "?o" + ")>>" * 5000 + " ?q ?r }", REFUSED)
    yield Hostile("reified triples", "ASK { " + "<< ?s ?p " * 5000 + "?o" + ">>" * 5000 + " ?q ?r }", STOPPED)
    yield Hostile("groups in a graph", "ASK " + "{GRAPH?g" * 5000 + "{}" + "}" * 5000, REFUSED)
    yield Hostile("sub-selects", "SELECT * " + "{ SELECT * " * 2000 + "{}" + "}" * 2000, REFUSED)
    yield Hostile("optionals", "ASK " + "{ OPTIONAL " * 3000 + "{}" + "}" * 3000, REFUSED)
    yield Hostile("exists", "ASK " + "{ FILTER EXISTS " * 3000 + "{}" + "}" * 3000, REFUSED)
    yield Hostile("not exists", "ASK " + "{ FILTER NOT EXISTS " * 2500 + "{}" + "}" * 2500, REFUSED)
    yield Hostile("minus", "ASK " + "{ MINUS " * 5000 + "{}" + "}" * 5000, REFUSED)
    yield Hostile("functions", "ASK { FILTER" + "(STR" * 8000 + "(1)" + ")" * 8000 + "}", REFUSED)
    yield Hostile("conditions", "SELECT (" + "IF(true,1," * 4000 + "1" + ")" * 4000 + " AS ?x) {}", REFUSED)
    yield Hostile("paths in brackets", "ASK { ?s " + "(" * 20_000 + "a" + ")" * 20_000 + " ?o }", REFUSED)
    yield Hostile("negated paths", "ASK { ?s " + "!(" * 10_000 + "a" + ")" * 10_000 + " ?o }", REFUSED)
    yield Hostile("braces behind a comment", "ASK #{\n" + "{" * 20_000 + "}" * 20_000, REFUSED)
    yield Hostile("braces behind a string", "ASK { FILTER('}') " + "{" * 20_000 + "}" * 20_001, REFUSED)
    # Beside hungry ones a worker may have too little left for its stack.
    yield Hostile("as deep as may be", "ASK " + "{" * 90 + "}" * 90, (*ANSWERED, "exhausted"))


def chained() -> Iterator[Hostile]:
    """Yield queries with one operator again and again, which parsers and planners go down one by one."""
    for name, operator in {
        "sums": "+1", "products": "*1", "differences": "-1", "quotients": "/1", "or": "||1", "and": "&&1",
    }.items():  # fmt: skip
        for count in (500, 20_000):
            yield Hostile(
                f"{count} {name}", f"ASK {{ FILTER(1{operator * count}) }}", ANSWERED if count < 1000 else REFUSED
            )
    yield Hostile("negations", "ASK { FILTER(" + "!" * 60_000 + "true) }", REFUSED)
    yield Hostile("minus signs", "ASK { FILTER(" + "- " * 30_000 + "1) }", REFUSED)
    yield Hostile("plus signs", "ASK { FILTER(" + "+ " * 30_000 + "1) }", REFUSED)
    yield Hostile("comparisons", "ASK { FILTER(1" + "=1" * 30_000 + ") }", REFUSED)
    yield Hostile("unions", "ASK {" + "UNION".join(["{}"] * 8000) + "}", REFUSED)
    yield Hostile("assignments", "SELECT * {" + "".join(f"BIND({n} AS ?v{n})" for n in range(3000)) + "}", REFUSED)
    yield Hostile("values", "SELECT * {" + "".join(f"VALUES ?v{n}{{1}}" for n in range(3500)) + "}", REFUSED)
    yield Hostile("a path", "ASK { ?s a" + "/a" * 30_000 + " ?o }", REFUSED)
    yield Hostile("alternatives", "ASK { ?s a" + "|a" * 30_000 + " ?o }", REFUSED)
    yield Hostile("inverse paths", "ASK { ?s " + "^" * 60_000 + "a ?o }", REFUSED)
    yield Hostile(
        "patterns", "SELECT * {" + "".join(f"?a{n} ?p ?a{n + 1}." for n in range(3000)) + "} LIMIT 1", STOPPED
    )
    yield Hostile("objects", "ASK { ?s ?p " + ",".join(f"?o{n}" for n in range(8000)) + "}", STOPPED)
    yield Hostile("triples without end", "ASK { ?s a ?t " + ";" * 60_000 + "}", ANSWERED)
    yield Hostile("filters", "ASK {" + "FILTER(1)" * 6500 + "}", STOPPED)
    yield Hostile("options", "SELECT * { ?s ?p ?o " + "OPTIONAL{?s ?p ?o}" * 900 + "} LIMIT 1", GREEDY)
    yield Hostile("subtractions", "SELECT * { ?s ?p ?o " + "MINUS{?s ?p ?x}" * 900 + "} LIMIT 1", STOPPED)
    yield Hostile(
        "aggregates", "SELECT " + "".join(f"(COUNT(*) AS ?c{n})" for n in range(900)) + "{ ?s ?p ?o }", LIMITED
    )
    yield Hostile("orders", "SELECT * { ?s ?p ?o } ORDER BY" + " ?s" * 15_000, LIMITED_GREEDY)
    yield Hostile("groups", "SELECT (1 AS ?x) { ?s ?p ?o } GROUP BY" + " ?s" * 15_000, LIMITED_GREEDY)


def products() -> Iterator[Hostile]:
    """Yield queries whose answer is there at once in theory, and never in practice."""
    three = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i"
    for name, query in {
        "counted": f"SELECT (COUNT(*) AS ?n) {{ {three} }}",
        "counted apart": f"SELECT (COUNT(DISTINCT ?a) AS ?n) {{ {three} }}",
        "in order": f"SELECT * {{ {three} }} ORDER BY ?c",
        "in random order": f"SELECT * {{ {three} }} ORDER BY RAND() LIMIT 1",
        "once each": f"SELECT DISTINCT ?none {{ {three} }} OFFSET 1",
        "skipped": f"SELECT * {{ {three} }} OFFSET 1000000000000",
        "in groups": f"SELECT ?a (SUM(?c) AS ?n) {{ {three} }} GROUP BY ?a",
        "joined to one text": f"SELECT (GROUP_CONCAT(?c) AS ?n) {{ {three} }}",
        "sampled": f"SELECT (SAMPLE(?c) AS ?n) (MAX(?f) AS ?m) {{ {three} }}",
        "filtered": f"SELECT * {{ {three} FILTER(?c = ?f && ?f = ?i && ?a = 1) }}",
        "filtered by words": f'SELECT * {{ {three} FILTER(CONTAINS(CONCAT(STR(?c), STR(?f)), "zzzz")) }}',
        "built": "CONSTRUCT { ?a ?e ?nothing } WHERE { " + three + " }",
        "without what is there": f"SELECT * {{ {three} MINUS {{ ?a ?b ?c }} }}",
        "that do not exist": f"ASK {{ ?a ?b ?c FILTER NOT EXISTS {{ {three} }} FILTER(false || ?a = 1) {three} }}",
        "in sub-selects": "SELECT (COUNT(*) AS ?n) { { SELECT * { ?a ?b ?c } } { SELECT * { ?d ?e ?f } } ?g ?h ?i }",
        "of unions": "SELECT (COUNT(*) AS ?n) { {?a ?b ?c} UNION {?d ?e ?f} {?g ?h ?i} UNION {?j ?k ?l} {?m ?n0 ?o} }",
        "of graphs": "SELECT (COUNT(*) AS ?n) { GRAPH ?x {?a ?b ?c} GRAPH ?y {?d ?e ?f} GRAPH ?z {?g ?h ?i} }",
        "of options": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c OPTIONAL { ?d ?e ?f } OPTIONAL { ?g ?h ?i } }",
        "of values": "SELECT (COUNT(*) AS ?n) {"
        + "".join(f"VALUES ?v{n} {{ {' '.join(map(str, range(100)))} }}" for n in range(8))
        + "}",
        "described": f"DESCRIBE ?a ?d ?g {{ {three} FILTER(?a = ?d && ?d = 1) }}",
    }.items():
        clever = name in ("filtered", "that do not exist", "described")  # the planner sees that there is nothing
        yield Hostile(f"products {name}", query, LIMITED if clever else GREEDY)
    yield Hostile("products, the first of them", f"SELECT * {{ {three} }}", LIMITED)
    yield Hostile("products built, the first of them", f"CONSTRUCT {{ ?a ?e ?i }} WHERE {{ {three} }}", LIMITED)


def paths() -> Iterator[Hostile]:
    """Yield paths that go round in the whole graph."""
    for path in (
        "(a|!a)*",
        "(a|!a)+",
        "((a|!a)*/(a|!a)*)*",
        "(!a|^!a)*",
        "(a|!a|^a)*/(a|!a|^a)*",
        "((a|!a)?)*",
        "!<x:y>*",
    ):
        yield Hostile(
            f"path {path}", f"SELECT (COUNT(*) AS ?n) {{ ?s {path} ?o . ?o {path} ?x . ?x {path} ?y }}", STOPPED
        )
    yield Hostile("a path from here to here", "SELECT (COUNT(*) AS ?n) { ?s (!a|^!a)* ?s . ?t (!a|^!a)* ?t }", LIMITED)
    long = "/".join(["(!a|^!a)?"] * 60)
    yield Hostile("a path of many maybes", f"SELECT (COUNT(*) AS ?n) {{ ?s {long} ?o }}", STOPPED)
    both = "|".join(f"<urn:p{n}>" for n in range(3000))
    yield Hostile("a path of many names", f"ASK {{ ?s ({both})* ?o }}", LIMITED)
    yield Hostile("a path that avoids many names", f"ASK {{ ?s (!({both}))* ?o }}", REFUSED)


def growing() -> Iterator[Hostile]:
    """Yield texts that grow until memory ends."""

    def doubled(start: str, step: str, times: int = 40) -> str:
        binds = "".join(f"BIND({step.replace('?x', f'?x{n}')} AS ?x{n + 1})" for n in range(times))
        return f"SELECT (STRLEN(?x{times}) AS ?n) {{ BIND({start} AS ?x0) {binds} }}"

    yield Hostile("CONCAT", doubled("'0123456789'", "CONCAT(?x,?x)"), GREEDY)
    yield Hostile("REPLACE", doubled("'aa'", "REPLACE(?x,'a','aa')"), GREEDY)
    yield Hostile("ENCODE_FOR_URI", doubled("'%%%%%%%%%%'", "ENCODE_FOR_URI(?x)", 60), ANSWERED)
    yield Hostile("captures", doubled("'aaaaaaaa'", "REPLACE(?x,'^(.*)$','$1$1$1')"), GREEDY)
    yield Hostile("numbers", "SELECT (" + "*".join(["999999999999"] * 400) + " AS ?x) {}", ANSWERED)
    yield Hostile(
        "GROUP_CONCAT of a product",
        "SELECT (GROUP_CONCAT(?t; separator='"
        + "x" * 5000
        + "') AS ?n) { ?s ?p ?o . ?a ?b ?c BIND(CONCAT(STR(?s),STR(?c)) AS ?t) }",
        GREEDY,
    )
    yield Hostile(
        "long texts in every row",
        "SELECT ?x { ?s ?p ?o . ?a ?b ?c BIND('" + "y" * 50_000 + "' AS ?x) }",
        LIMITED_GREEDY,
    )
    yield Hostile(
        "hashes", "SELECT (COUNT(*) AS ?n) { ?s ?p ?o . ?a ?b ?c FILTER(SHA512(CONCAT(STR(?o),STR(?c)))='x') }", STOPPED
    )
    yield Hostile("new nodes", "SELECT (COUNT(DISTINCT ?x) AS ?n) { ?s ?p ?o . ?a ?b ?c BIND(BNODE() AS ?x) }", GREEDY)
    yield Hostile("new names", "SELECT (COUNT(DISTINCT ?x) AS ?n) { ?s ?p ?o . ?a ?b ?c BIND(UUID() AS ?x) }", GREEDY)
    yield Hostile("all there is to say of all", "DESCRIBE ?s { ?s ?p ?o }", LIMITED)
    yield Hostile("everything", "SELECT * { GRAPH ?g { ?s ?p ?o } }", LIMITED)
    yield Hostile("everything, in order", "SELECT * { GRAPH ?g { ?s ?p ?o } } ORDER BY DESC(?o) ?g", LIMITED_GREEDY)
    pattern = "".join(f"?s ?p{n} ?o{n} ." for n in range(40))
    yield Hostile(
        "triples built by the thousand", f"CONSTRUCT {{ {pattern} }} WHERE {{ ?s ?p0 ?o0 . {pattern} }}", LIMITED_GREEDY
    )
    nodes = "".join(f"[] <urn:p{n}> ?s ." for n in range(1000))
    yield Hostile(
        "nodes built by the thousand", f"CONSTRUCT {{ {nodes} }} WHERE {{ ?s ?p ?o . ?a ?b ?c }}", LIMITED_GREEDY
    )


def expressions() -> Iterator[Hostile]:
    """Yield regular expressions and functions that other engines go mad about."""
    text = "a" * 5000
    for pattern in ("(a+)+$", "(a|a)*b", "(a*)*b", "^(([a-z])+.)+[A-Z]([a-z])+$", "(.*a){20}", "((a?){50}){50}"):
        yield Hostile(f"regex {pattern}", f'ASK {{ FILTER(REGEX("{text}!", "{pattern}")) }}', ANSWERED)
    yield Hostile(
        "a regex of many repetitions", 'ASK { FILTER(REGEX("x", "((((x{100}){100}){100}){100})")) }', ANSWERED
    )
    yield Hostile("a long regex", 'ASK { FILTER(REGEX("x", "' + "(x|y)?" * 9000 + '")) }', ANSWERED)
    yield Hostile("a regex left open", 'ASK { FILTER(REGEX("x", "' + "(" * 9000 + '")) }', ANSWERED)
    yield Hostile("a regex with look-behind", 'ASK { FILTER(REGEX("x", "(?<=a)(?R)\\\\1")) }', ANSWERED)
    yield Hostile(
        "a regex out of the data",
        "SELECT * { ?s ?p ?o . ?a ?b ?c FILTER(REGEX(STR(?o), CONCAT('(.*)*', STR(?c)))) }",
        LIMITED,
    )
    yield Hostile(
        "REPLACE in every row",
        "SELECT (COUNT(?x) AS ?n) { ?s ?p ?o . ?a ?b ?c BIND(REPLACE(STR(?o),'(.*?)+','$1') AS ?x) }",
        STOPPED,
    )
    yield Hostile("a long list", f"ASK {{ ?s ?p ?o FILTER(?o IN ({','.join(map(str, range(11_000)))})) }}", ANSWERED)
    yield Hostile(
        "a long list of what it is not",
        f"SELECT * {{ ?s ?p ?o FILTER(?o NOT IN ({','.join(map(str, range(11_000)))})) }}",
        LIMITED,
    )
    yield Hostile("many values", f"SELECT * {{ VALUES ?x {{ {' '.join(map(str, range(11_000)))} }} }}", ANSWERED)
    yield Hostile(
        "dates out of all bounds", 'ASK { FILTER(xsd:dateTime("999999999-12-31T23:59:59Z") > NOW()) }', ANSWERED
    )
    yield Hostile(
        "a year with many digits", f'ASK {{ FILTER("{"9" * 60_000}"^^xsd:gYear > "1"^^xsd:gYear) }}', ANSWERED
    )
    yield Hostile("an integer with many digits", "ASK { FILTER(" + "9" * 60_000 + " > 1) }", ANSWERED)
    yield Hostile("division by nothing", "SELECT (1/0 AS ?x) (0.0/0.0 AS ?y) (0e0/0e0 AS ?z) {}", ANSWERED)
    yield Hostile(
        "SUBSTR out of bounds", 'SELECT (SUBSTR("abc", -9223372036854775808, 9223372036854775807) AS ?x) {}', ANSWERED
    )
    yield Hostile(
        "overflow",
        "SELECT (9223372036854775807 + 9223372036854775807 AS ?x) (-9223372036854775808 / -1 AS ?y) {}",
        ANSWERED,
    )
    yield Hostile("a function that nobody has", "SELECT (<http://127.0.0.1:@/f>(1) AS ?x) {}", REFUSED)
    yield Hostile("a function that runs programs", "SELECT (<java:java.lang.Runtime.exec>('id') AS ?x) {}", REFUSED)
    yield Hostile("COALESCE of many", "SELECT (COALESCE(" + ",".join(["1/0"] * 9000) + ") AS ?x) {}", REFUSED)
    yield Hostile(
        "LATERAL", "SELECT * { ?s ?p ?o LATERAL { SELECT * { ?a ?b ?c } LIMIT 100000 } } OFFSET 99999999", STOPPED
    )


def called_often() -> Iterator[Hostile]:
    """Yield texts in which the guard against SERVICE could lose itself."""
    for name, text in {
        "comments": "service#" * 8000 + "\n",
        "lines of comments": "#service\n" * 7000,
        "names": "service?x" * 7000,
        "names with escapes": "service a:" + "\\x" * 30_000,
        "silence": "service silent " * 4300,
        "addresses": "service<" * 8000,
        "blanks": ("service" + " " * 50) * 1100,
        "texts": "'SERVICE<x:y>{'" * 4300,
        "clauses": "SERVICE<x:y>{" * 5000,
    }.items():
        yield Hostile(f"SERVICE in {name}", text, REFUSED)


def odd() -> Iterator[Hostile]:
    """Yield texts that are hard to read."""
    yield Hostile("NUL", "ASK { ?s ?p 'a\0b' }", ANSWERED)
    yield Hostile("NUL between words", "ASK\0{}", REFUSED)
    yield Hostile("only NUL", "\0" * 60_000, REFUSED)
    yield Hostile("only blanks", " " * 60_000 + "ASK {}", ANSWERED)
    yield Hostile("only a comment", "#" * 60_000, REFUSED)
    yield Hostile("comments", "#x\n" * 20_000 + "ASK {}", ANSWERED)
    yield Hostile("comments without line", "ASK {} " + "#" * 60_000, ANSWERED)
    yield Hostile("prefixes", "".join(f"PREFIX p{n}: <urn:{n}>\n" for n in range(2500)) + "ASK {}", ANSWERED)
    yield Hostile("prefixes without name", "PREFIX : <urn:x> " * 3500 + "ASK {}", ANSWERED)
    yield Hostile("bases", "BASE <http://x/y/> " * 3000 + "ASK { <../a> ?p ?o }", ANSWERED)
    yield Hostile("a long IRI", f"ASK {{ <urn:{'x' * 60_000}> ?p ?o }}", ANSWERED)
    yield Hostile("a long way up", f"BASE <http://x/> ASK {{ <{'../' * 20_000}> ?p ?o }}", ANSWERED)
    yield Hostile("a long name", f"ASK {{ ?{'x' * 60_000} ?p ?o }}", ANSWERED)
    yield Hostile("a long text", f'ASK {{ ?s ?p """{chr(34)} {"x" * 60_000}""" }}', ANSWERED)
    yield Hostile("a text left open", 'ASK { ?s ?p """' + '"" ' * 20_000, REFUSED)
    yield Hostile("quotation marks", "ASK { ?s ?p " + '"' * 60_001, REFUSED)
    yield Hostile("half texts", "ASK { ?s ?p " + "\"'" * 30_000, REFUSED)
    yield Hostile("backslashes", "ASK { ?s ?p '" + "\\" * 60_001 + "' }", REFUSED)
    yield Hostile("less-than signs", "ASK { FILTER(1" + "<" * 60_000 + ") }", REFUSED)
    yield Hostile("accents on accents", f"ASK {{ ?s ?p 'a{chr(0x301) * 25_000}' }}", ANSWERED)
    yield Hostile("right to left", "ASK { ?s ?p '\u202e\u2066\u200f' } # \u202e{", ANSWERED)
    yield Hostile("the last letters", "ASK { FILTER('\U0010ffff\ufffe' = '\\U0010FFFF\\uFFFE') }", ANSWERED)
    yield Hostile("half a pair", "ASK { ?s ?p '\\uD800' }", REFUSED)
    yield Hostile("beyond the last letter", "ASK { ?s ?p '\\UFFFFFFFF' }", REFUSED)
    yield Hostile("escapes in words", "\\u0041SK {}", REFUSED)
    yield Hostile("words in another alphabet", "АSK {}", REFUSED)
    yield Hostile("numbers as large as can be", f"SELECT * {{}} LIMIT {'9' * 60_000}", REFUSED)
    yield Hostile("the largest limit", "SELECT * { ?s ?p ?o } LIMIT 18446744073709551615", LIMITED)
    yield Hostile("the largest offset", "SELECT * { ?s ?p ?o } OFFSET 18446744073709551615", ANSWERED)
    yield Hostile("a limit below nothing", "SELECT * {} LIMIT -1", REFUSED)
    yield Hostile("one name twice", "SELECT (1 AS ?x) (2 AS ?x) {}", REFUSED)
    yield Hostile("a blank node in two groups", "ASK { _:b ?p ?o { _:b ?q ?r } }", REFUSED)


def outward() -> Iterator[Hostile]:
    """Yield queries that would have the service read, call or write; @ stands for the port of a listener."""
    there = "<http://127.0.0.1:@/sparql>"
    for number, clause in enumerate(
        (
            f"SERVICE {there} {{ ?s ?p ?o }}",
            f"SERVICE SILENT {there} {{ ?s ?p ?o }}",
            f"service silent{there}{{}}",
            f"SeRvIcE#{{\n{there}#{{\n{{ ?s ?p ?o }}",
            f"BIND({there} AS ?x) SERVICE ?x {{ ?s ?p ?o }}",
            f"VALUES ?x {{ {there} }} SERVICE $x {{ ?s ?p ?o }}",
            "SERVICE there: { ?s ?p ?o }",
            "SERVICEthere:{ ?s ?p ?o }",
            "OPTIONAL { ?a ?b trueSERVICE there:{ ?s ?p ?o } }",
            "?a ?b 1SERVICE there: { ?s ?p ?o }",
            f"FILTER EXISTS {{ SERVICE {there} {{ ?s ?p ?o }} }}",
            f"{{ SELECT * {{ SERVICE {there} {{ ?s ?p ?o }} }} }}",
            f"{{}} UNION {{ SERVICE {there} {{ ?s ?p ?o }} }}",
            f"GRAPH ?g {{ SERVICE {there} {{ ?s ?p ?o }} }}",
            f"MINUS {{ SERVICE {there} {{ ?s ?p ?o }} }}",
            f"?a ?b 'SERVICE #' . SERVICE {there} {{ ?c ?d ?e }} GRAPH\n<urn:g> {{ ?s ?p ?o }}",
            "SERVICE <//127.0.0.1:@/sparql> { ?s ?p ?o }",
            "SERVICE <http://127.0.0.1\\u003A@/sparql> { ?s ?p ?o }",
            "SERVICE <http://localhost:@/> { SERVICE <http://[::1]:@/> { ?s ?p ?o } }",
            "SERVICE <file:///etc/passwd> { ?s ?p ?o }",
        ),
        1,
    ):
        declared = f"BASE <http://127.0.0.1:@/> PREFIX there: {there}"
        yield Hostile(f"SERVICE, spelling {number}", f"{declared} SELECT * {{ {clause} }}", REFUSED)
    for name, source in {
        "a page": "<http://127.0.0.1:@/data.ttl>", "a file": "<file:///etc/passwd>", "a folder": "<file:///>",
        "a process": "<file:///proc/self/environ>", "another scheme": "<ftp://127.0.0.1:@/x>",
        "data": "<data:text/turtle,%3Ca:b%3E%20a%20%3Cc:d%3E.>",
    }.items():  # fmt: skip
        yield Hostile(f"FROM {name}", f"SELECT * FROM {source} {{ ?s ?p ?o }}", ANSWERED)
        yield Hostile(
            f"FROM NAMED {name}", f"SELECT * FROM NAMED {source} {{ GRAPH {source} {{ ?s ?p ?o }} }}", ANSWERED
        )
    many = " ".join(f"FROM <urn:g{n}>" for n in range(3500))
    yield Hostile("FROM many", f"SELECT * {many} {{ ?s ?p ?o . ?a ?b ?c }}", ANSWERED)
    for update in (
        "LOAD <http://127.0.0.1:@/data.ttl>", "LOAD SILENT <file:///etc/passwd> INTO GRAPH <urn:g>", "CLEAR ALL",
        "DROP ALL", "CREATE GRAPH <urn:g>", "INSERT DATA { <urn:s> <urn:p> 1 }", "DELETE WHERE { ?s ?p ?o }",
        "DELETE { ?s ?p ?o } INSERT { ?s ?p 1 } WHERE { ?s ?p ?o }", "COPY DEFAULT TO <urn:g>",
        "MOVE <urn:a> TO DEFAULT",
        "ADD DEFAULT TO <urn:g>", "WITH <urn:g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "ASK {} ; CLEAR ALL", "SELECT * { ?s ?p ?o } ; INSERT DATA { <urn:s> <urn:p> 1 }",
    ):  # fmt: skip
        yield Hostile(f"update {update[:30]}", update, REFUSED)


HOSTILE = [
    *nested(),
    *chained(),
    *products(),
    *paths(),
    *growing(),
    *expressions(),
    *called_often(),
    *odd(),
    *outward(),
]
