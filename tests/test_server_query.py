"""The SPARQL page: what became of a query is shown, with links, and the editor knows our terms."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import quote

import pytest

from service import page, site
from spacepact.iris import PREFIXES
from spacepact.queries.catalogue import catalogue
from spacepact.server.routing import answer
from spacepact.visualizations.drawing import look

ROWS = "application/sparql-results+json"


def shown(results: object, *, media_type: str = ROWS, truncated: bool = False) -> str:
    text = results if isinstance(results, str) else json.dumps(results)
    outcome = {"results": text, "media_type": media_type, "truncated": truncated, "seconds": 0.5}
    found = answer(site(), "/query?query=SELECT", "text/html", outcome)
    assert found.status == 200
    return str(found.body)


def rows(columns: list[str], *found: dict[str, Any]) -> dict[str, Any]:
    return {"head": {"vars": columns}, "results": {"bindings": list(found)}}


def iri(name: str) -> dict[str, str]:
    return {"type": "uri", "value": name}


def entity(slug: str) -> dict[str, str]:
    return iri(PREFIXES["id"] + slug)


def test_the_editor_begins_with_a_query_that_runs() -> None:
    body = str(page("/query").body)
    sparql = re.search(r"(?s)<textarea[^>]*>\n(.*?)</textarea>", body)
    assert sparql is not None
    text = sparql[1].replace("&lt;", "<").replace("&gt;", ">").replace("&#34;", '"')
    assert len(site().graph.query(text)) > 10


@pytest.mark.parametrize("name", sorted(catalogue()))
def test_every_question_is_an_example_with_its_prefixes(name: str) -> None:
    body = str(page(f"/query?example={name}").body)
    assert f'<option value="{name}" selected>' in body
    assert "PREFIX pact:" in body


def test_an_unknown_example_is_told() -> None:
    found = page("/query?example=partners-off")
    assert found.status == 400
    assert "partners-of" in str(found.body)


def test_entities_are_shown_by_name_and_lead_to_their_pages() -> None:
    body = shown(rows(["who"], {"who": entity("nasa")}))
    assert '<a href="/page/nasa">National Aeronautics and Space Administration</a>' in body
    assert "1 row" in body


def test_addresses_that_are_not_of_the_web_are_no_links() -> None:
    body = shown(rows(["x"], {"x": iri("javascript:alert(1)")}, {"x": iri("https://example.org/")}))
    assert 'href="javascript' not in body
    assert '<a href="https://example.org/" rel="noopener noreferrer external">' in body


def test_numbers_stand_to_the_right() -> None:
    number = {"type": "literal", "value": "7", "datatype": PREFIXES["xsd"] + "integer"}
    body = shown(rows(["n", "none"], {"n": number}))
    assert '<th scope="col" data-sort="number" class="number">n</th>' in body
    assert '<th scope="col" data-sort="text">none</th>' in body


def test_no_rows_say_what_to_look_at() -> None:
    body = shown(rows(["x"]))
    assert "Absence from the record is no evidence of absence" in body


@pytest.mark.parametrize(
    ("sparql", "said"),
    [
        ("SELECT ?x { ?x a pact:Agreemnt }", "pact:Agreemnt</code>; did you mean &#39;pact:Agreement&#39;"),
        ("SELECT ?x { ?x pact:strength strength:plegded }", "&#39;strength:pledged&#39;"),
        ("SELECT ?x { id:nassa pact:partner ?x }", "&#39;id:nasa&#39;"),
        (f"SELECT ?x {{ ?x a <{PREFIXES['pact']}Agreemnt> }}", "&#39;pact:Agreement&#39;"),
        ('PREFIX pact: <https://w3id.org/spacepact/ns#> SELECT ?x { ?x a pact:Mission, "pact:No" } # pact:No', ""),
        (r"SELECT ?x { GRAPH graph:derived { id:nasa pact:no\/t ?x } GRAPH source:csd-4-retold\/p6 {} }", "pact:no/t"),
    ],
)
def test_where_there_are_no_rows_names_that_are_not_ours_are_told(sparql: str, said: str) -> None:
    outcome = {"results": json.dumps(rows(["x"])), "media_type": ROWS, "truncated": False, "seconds": 0.5}
    body = str(answer(site(), f"/query?query={quote(sparql)}", "text/html", outcome).body)
    assert said in body
    assert body.count("The record knows nothing called") == bool(said)


def test_a_yes_is_a_yes() -> None:
    assert '<h2 id="summary">Yes</h2>' in shown({"head": {}, "boolean": True})
    assert '<h2 id="summary">No</h2>' in shown({"head": {}, "boolean": False})


def test_what_was_cut_short_says_so() -> None:
    row = {"who": entity("nasa")}
    assert "Cut short" in shown(rows(["who"], *[row] * 3), truncated=True)
    assert "Cut short" not in shown(rows(["who"], *[row] * 3))
    many = shown(rows(["who"], *[row] * 1500))
    assert "1,500 rows" in many
    assert "The page shows the first 1,000, the downloads have them all." in many
    cut = shown(rows(["who"], *[row] * 1500), truncated=True)
    assert "The page shows the first 1,000, the downloads have the first 1,500." in cut
    assert "neither the page nor a download has the rest" in cut
    assert many.count('<a href="/page/nasa">') == 1000


@pytest.mark.parametrize(
    ("results", "drawn"),
    [
        (rows(["a", "b"], {"a": entity("nasa"), "b": entity("kasa")}), True),
        (rows(["a", "b"], {"a": entity("nasa")}), False),
        (rows(["a"], {"a": entity("nasa")}), False),
    ],
)
def test_a_network_is_offered_where_two_columns_hold_things(results: object, drawn: bool) -> None:
    body = shown(results)
    assert ('id="draw"' in body) is drawn


def test_a_drawing_has_at_most_150_nodes_and_tells_what_is_left_out() -> None:
    body = shown(rows(["a", "b"], *({"a": entity("nasa"), "b": iri(f"https://e.x/{n}")} for n in range(300))))
    graph = json.loads(re.search(r'(?s)id="graph">(.*?)</script>', body)[1])  # type: ignore[index]
    assert len(graph["nodes"]) == 150
    assert len(graph["edges"]) == 149
    assert graph["whole"] == {"nodes": 301, "edges": 300}
    first = graph["nodes"][0]
    assert (first["path"], first["ties"]) == ("/page/nasa", 300), "those with most neighbours stand first"


def test_what_is_drawn_has_the_sign_of_its_kind() -> None:
    body = shown(
        rows(["a", "b"], {"a": entity("nasa"), "b": entity("rok")}, {"a": entity("csd-4"), "b": entity("rok")})
    )
    graph = json.loads(re.search(r'(?s)id="graph">(.*?)</script>', body)[1])  # type: ignore[index]
    assert {node["path"]: (node["shape"], node["colour"]) for node in graph["nodes"]} == {
        "/page/nasa": look("space agency"),
        "/page/rok": look("state"),
        "/page/csd-4": look(""),
    }


def test_how_many_are_drawn_is_one_of_some_numbers() -> None:
    assert page("/query?draw=40").status == 200
    assert page("/query?draw=41").status == 400


def test_triples_are_shown_and_drawn_with_their_predicates() -> None:
    triple = f"<{PREFIXES['id']}kasa> <{PREFIXES['pact']}ofState> <{PREFIXES['id']}rok> .\n"
    body = shown(triple, media_type="application/n-triples")
    assert "1 triple" in body
    graph = json.loads(re.search(r'(?s)id="graph">(.*?)</script>', body)[1])  # type: ignore[index]
    assert graph["edges"] == [{"from": PREFIXES["id"] + "kasa", "to": PREFIXES["id"] + "rok", "label": "pact:ofState"}]


@pytest.mark.parametrize(("status", "words"), [(400, "cannot be run"), (504, "was stopped"), (429, "was stopped")])
def test_a_query_that_failed_says_why_with_the_status(status: int, words: str) -> None:
    found = answer(site(), "/query?query=SELECT", "text/html", {"status": status, "message": "because <of> this"})
    assert found.status == status
    assert words in str(found.body)
    assert "because &lt;of&gt; this" in str(found.body)


def test_the_terms_to_complete_are_those_of_the_ontology_and_its_codes() -> None:
    told = json.loads(page("/api/terms").body)
    assert told["prefixes"] == PREFIXES
    kinds = {each["term"]: each["kind"] for each in told["terms"]}
    assert kinds["pact:Commitment"] == "class"
    assert kinds["pact:committedBy"] == "property"
    assert kinds["strength:pledged"] == "code"
    terms = {each["term"]: each for each in told["terms"]}
    assert terms["strength:pledged"]["scheme"] == terms["pact:strength"]["scheme"] == "code:strength"
    assert terms["topic:pnt"]["scheme"] == terms["pact:topic"]["scheme"] != ""
    assert terms["pact:party"]["range"] == "pact:Actor"


def test_what_a_class_bears_is_what_its_things_have_and_those_below_it() -> None:
    bears = json.loads(page("/api/terms").body)["bears"]
    query = "SELECT DISTINCT ?p { ?x a pact:Agreement ; ?p ?o }"
    assert set(bears["pact:Agreement"]) == {str(row["p"]) for row in site().graph.query(query).records()}
    assert bears["pact:Agreement"].index("pact:party") < bears["pact:Agreement"].index("pact:place")
    assert "pact:participant" not in bears["pact:Agreement"]
    assert set(bears["pact:State"]) <= set(bears["pact:Actor"])
