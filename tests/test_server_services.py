"""SERVICE: what an allow-list lets pass, and the many ways around it that it does not."""

from __future__ import annotations

import pytest

from spacepact.errors import ParameterError, QueryError
from spacepact.graph.engines.refusals import MOST_OPERATORS, check_services, refuse

ALLOWED = ("https://ok.example/sparql", "http://localhost:8080/")


@pytest.mark.parametrize(
    "clause",
    [
        "SERVICE <https://ok.example/sparql> { ?s ?p ?o }",
        "SERVICE SILENT <https://ok.example/sparql/a-b_c.d> { ?s ?p ?o }",
        "service#x\n<http://localhost:8080/>{ ?s ?p ?o }",
        "SERVICE <https://ok.example/sparql> { SERVICE <http://localhost:8080/query> { ?s ?p ?o } }",
    ],
)
def test_what_begins_as_allowed_passes(clause: str) -> None:
    refuse(f"SELECT * {{ {clause} }}", ALLOWED)
    with pytest.raises(QueryError, match="SERVICE is refused"):
        refuse(f"SELECT * {{ {clause} }}")


EVIL = [
    "SERVICE <https://evil.example/> { ?s ?p ?o }",
    "SERVICE <https://ok.example.evil.example/sparql> { ?s ?p ?o }",
    "SERVICE <https://ok.example@evil.example/sparql> { ?s ?p ?o }",
    "SERVICE <https://ok.example:8443/sparql> { ?s ?p ?o }",
    "SERVICE <http://ok.example/sparql> { ?s ?p ?o }",
    "SERVICE <HTTPS://ok.example/sparql> { ?s ?p ?o }",
    "SERVICE <https://OK.example/sparql> { ?s ?p ?o }",
    "SERVICE <https://ok.example/> { ?s ?p ?o }",
    "SERVICE <https://ok.example/sparql/../admin> { ?s ?p ?o }",
    "SERVICE <https://ok.example/sparql/./../admin> { ?s ?p ?o }",
    "SERVICE <https://ok.example/sparql/%2e%2e/admin> { ?s ?p ?o }",
    "SERVICE <https://ok.example/sparql/\\u002e\\u002e/admin> { ?s ?p ?o }",
    "SERVICE <https://ok.example/sparql?update=CLEAR> { ?s ?p ?o }",
    "SERVICE <https://ok.example/sparql#x> { ?s ?p ?o }",
    "SERVICE <https://ok.example/sparql\\@evil> { ?s ?p ?o }",
    "SERVICE <https:ok.example/sparql> { ?s ?p ?o }",
    "SERVICE <//ok.example/sparql> { ?s ?p ?o }",
    "SERVICE < https://ok.example/sparql> { ?s ?p ?o }",
    "SERVICE <sparql> { ?s ?p ?o }",
    "SERVICE <> { ?s ?p ?o }",
    "SERVICE ?where { ?s ?p ?o }",
    "SERVICE $where { ?s ?p ?o }",
    "SERVICE ok:sparql { ?s ?p ?o }",
    "SERVICE : { ?s ?p ?o }",
    "SERVICE <http://localhost:80801/> { ?s ?p ?o }",
    "SERVICE <http://localhost:8080@evil.example/> { ?s ?p ?o }",
    "SERVICE <https://ok.example/sparql> { SERVICE <https://evil.example/> { ?s ?p ?o } }",
    '?s ?p "SERVICE #" . SERVICE <https://evil.example/> { ?a ?b ?c } GRAPH\n<https://ok.example/sparql> { ?s ?p ?o }',
    "?s ?p <urn:SERVICE#> . SERVICE <https://evil.example/> { ?a ?b ?c } GRAPH\n<https://ok.example/sparql> { }",
]


@pytest.mark.parametrize("clause", EVIL)
def test_whatever_else_is_refused(clause: str) -> None:
    declared = "BASE <https://ok.example/> PREFIX ok: <https://ok.example/> PREFIX : <https://ok.example/sparql>"
    bound = "BIND(<https://ok.example/sparql> AS ?where)"
    for sparql in (f"SELECT * {{ {clause} }}", f"{declared} SELECT * {{ {bound} {clause} }}"):
        with pytest.raises(QueryError, match="SERVICE is refused"):
            refuse(sparql, ALLOWED)


def test_one_clause_in_the_comment_of_another_is_seen() -> None:
    clause = '"SERVICE #" . SERVICE <http://127.0.0.1/> { ?a ?b ?c } GRAPH\n<urn:g> { ?s ?p ?o }'
    with pytest.raises(QueryError, match="SERVICE is refused"):
        refuse(f"SELECT * {{ ?s ?p {clause} }}")


@pytest.mark.parametrize(
    "prefix",
    ["", "https://", "https://ok.example", "ok.example/", "file:///", "https://user@ok.example/", "https://ok.example/%41",
     "https://ok.example/?x=", "//ok.example/", "HTTPS://ok.example/", "https:///x", "https://ok.example/#"],
)  # fmt: skip
def test_a_prefix_names_its_host_as_a_whole(prefix: str) -> None:
    with pytest.raises(ParameterError, match="slash after the host"):
        check_services([prefix])
    with pytest.raises(QueryError, match="SERVICE is refused"):
        refuse(f"SELECT * {{ SERVICE <{prefix}x> {{ ?s ?p ?o }} }}", [prefix])


def test_prefixes_that_are_right() -> None:
    check_services(["https://query.wikidata.org/sparql", "http://127.0.0.1:7878/", *ALLOWED])


@pytest.mark.parametrize("length", [1, 1000, 1022, 1023, 1024, 1025, 5000, 50_000])
@pytest.mark.parametrize("name", ["?{}", "${}", "{}:x", "x:{}", ":{}", "x:{}\\#{}"])
def test_a_name_is_seen_however_long_it_is(name: str, length: int) -> None:
    clause = f"SERVICE {name.replace('{}', 'n' * length)} {{ ?s ?p ?o }}"
    with pytest.raises(QueryError, match="SERVICE is refused"):
        refuse(f"SELECT * {{ {clause} }}", ALLOWED)
    refuse(f"SELECT * {{ ?s ?p '{clause}' }}", ALLOWED)
    refuse(f"SELECT * {{ ?s ?p ?o }} # {clause}", ALLOWED)


def test_comments_between_the_words_are_passed_over_together() -> None:
    lines = "# SERVICE # x\n" * 500
    with pytest.raises(QueryError, match="SERVICE is refused"):
        refuse(f"SELECT * {{ SERVICE {lines} SILENT \r #\r {lines} <http://127.0.0.1/> {lines} {{ ?s ?p ?o }} }}")
    refuse(f"SELECT * {{ {lines} ?s ?p ?o }} {lines}")
    refuse("SELECT * { ?s ?p ?o } # SERVICE # <http://127.0.0.1/> {")


@pytest.mark.parametrize("operator", ["+1", "*1", "-1", "/1", "||1", "&&1", "=1"])
def test_more_operators_than_the_engine_bears_are_refused(operator: str) -> None:
    refuse(f"ASK {{ FILTER(1{operator * 1000}) }}")
    with pytest.raises(QueryError, match="operators are refused"):
        refuse(f"ASK {{ FILTER(1{operator * (MOST_OPERATORS + 1)}) }}")


def test_what_looks_like_operators_in_names_and_texts_is_none() -> None:
    iris = " ".join(f"<https://example.org/a-b/{n}>" for n in range(1500))
    refuse(f"SELECT * {{ VALUES ?x {{ {iris} '{'+' * 9000}' }} }} # {'*' * 9000}")
