"""The catalogue: every question has a header that holds, a gold answer, and the same rows on every engine.

``pytest --write-answers`` writes the gold answers anew; read the difference before committing it.
"""

from __future__ import annotations

import csv
import io
import shlex
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store

import servers
from spacepact.errors import ParameterError, QuestionError, UnknownName
from spacepact.graph.engines.embedded import Embedded
from spacepact.graph.engines.endpoint import connect
from spacepact.iris import ENTITY, PREFIXES, SOURCE, curie, expand
from spacepact.queries.catalogue import catalogue, parse, question
from spacepact.queries.describing import describe
from spacepact.queries.formats import table
from spacepact.queries.knowledge import KnowledgeGraph, open_graph
from spacepact.queries.measures import TIES
from spacepact.queries.names import find, labels
from spacepact.queries.result import terms

ANSWERS = Path(__file__).parent / "answers"
GOLD = sorted(ANSWERS.glob("*.tsv"))
NAMES = sorted(catalogue())


@pytest.fixture(scope="module")
def graph(record: Store) -> KnowledgeGraph:
    return KnowledgeGraph(Embedded(record))


def asked(path: Path) -> tuple[str, dict[str, str]]:
    """Return the question of a gold answer and its parameters: its first line is how one would ask it."""
    words = shlex.split(path.read_text(encoding="utf-8").splitlines()[0].removeprefix("# spacepact ask "))
    return words[0], {words[i].removeprefix("--"): words[i + 1] for i in range(1, len(words), 2)}


def rows(graph: KnowledgeGraph, name: str, parameters: dict[str, str]) -> list[list[str]]:
    result = graph.ask(name, **parameters)
    return [[text(value) for value in record.values()] for record in result.records()]


def text(value: object) -> str:
    return "; ".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)


def written(name: str, parameters: dict[str, str], columns: list[str], found: list[list[str]]) -> str:
    out = io.StringIO()
    out.write(
        "# spacepact ask " + shlex.join([name, *(w for n, v in parameters.items() for w in (f"--{n}", v))]) + "\n"
    )
    csv.writer(out, delimiter="\t", lineterminator="\n").writerows([columns, *found])
    return out.getvalue()


@pytest.mark.parametrize("path", GOLD, ids=[p.stem for p in GOLD])
def test_the_answer_is_the_gold_answer(graph: KnowledgeGraph, path: Path, pytestconfig: pytest.Config) -> None:
    name, parameters = asked(path)
    result = graph.ask(name, **parameters)
    answer = written(name, parameters, result.columns, rows(graph, name, parameters))
    if pytestconfig.getoption("--write-answers"):
        path.write_text(answer, encoding="utf-8")
    assert answer == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_every_question_has_a_gold_answer_with_rows(name: str) -> None:
    gold = [path for path in GOLD if asked(path)[0] == name]
    assert gold, f"write '# spacepact ask {name} ...' into tests/answers/{name}.tsv, then pytest --write-answers"
    assert any(len(path.read_text(encoding="utf-8").splitlines()) > 2 for path in gold), "no gold answer has a row"


@pytest.mark.parametrize("server", ["oxigraph_server", "virtuoso_server"])
@pytest.mark.parametrize("path", GOLD, ids=[p.stem for p in GOLD])
def test_a_server_gives_the_same_rows(path: Path, server: str, request: pytest.FixtureRequest) -> None:
    running: servers.Server = request.getfixturevalue(server)
    name, parameters = asked(path)
    gold = list(csv.reader(path.read_text(encoding="utf-8").splitlines()[2:], delimiter="\t"))
    found = rows(KnowledgeGraph(connect(running.query)), name, parameters)
    assert Counter(map(tuple, found)) == Counter(map(tuple, gold))


@pytest.mark.parametrize("name", NAMES)
def test_the_header_says_what_the_query_gives(graph: KnowledgeGraph, name: str) -> None:
    of = question(name)
    result = graph.query(of.sparql)
    assert result.columns == (TIES if of.measure else list(of.columns))
    assert set(of.evidence) <= set(of.columns)
    assert of.title.endswith("?")


@pytest.mark.parametrize("name", NAMES)
def test_the_file_runs_as_it_is_and_gives_no_row_twice(graph: KnowledgeGraph, name: str) -> None:
    found = [tuple(map(str, row)) for row in graph.query(question(name).sparql).rows]
    assert len(found) == len(set(found))


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_record_gives_no_rows_or_only_missing_ones(name: str) -> None:
    early = open_graph(as_of="1957")
    assert len(early.query(question(name).sparql)) == 0 or name in ("unlinked", "names-of")


def test_the_record_of_a_day_holds_no_later_document() -> None:
    before, after = open_graph(as_of="2025-04-13"), open_graph(as_of="2025-04-14")
    assert "id:csd-4" not in {r["meeting"] for r in before.ask("meetings-of", series="csd")}
    assert "id:csd-4" in {r["meeting"] for r in after.ask("meetings-of", series="csd")}


@pytest.mark.parametrize("day", ["2017", "2022-11-10", "2025-12-31", "2026-01-31"])
def test_the_record_of_a_day_refers_to_nothing_that_it_does_not_have(day: str) -> None:
    asked = """SELECT DISTINCT ?thing WHERE { { ?thing ?property ?value } UNION { ?other ?property ?thing }
      FILTER (STRSTARTS(STR(?thing), STR(id:))) FILTER NOT EXISTS { ?thing a ?class } }"""
    assert open_graph(as_of=day).query(asked).records() == []


def test_a_due_date_that_is_past_without_news_is_no_data_only_from_then_on() -> None:
    def status(day: str) -> set[object]:
        return {r["status"] for r in open_graph(as_of=day).ask("due") if r["what"] == "id:gps-kps-twg-2"}

    assert status("2023-09-15") == {"status:planned"}
    assert status("2023-10-01") == {"status:no-data"}


# --- Parameters and names


@pytest.mark.parametrize(
    "name",
    ["NASA", "nasa", "id:nasa", "https://w3id.org/spacepact/id/nasa", "National Aeronautics and Space Administration"],
)
def test_an_actor_is_found_by_name_alias_slug_curie_and_iri(graph: KnowledgeGraph, name: str) -> None:
    assert graph.resolve(name, "Actor") == "https://w3id.org/spacepact/id/nasa"


@pytest.mark.parametrize("name", ["korea coast guard", "Korea  Coast Guard", "The Korea Coast-Guard", "해양경찰청"])
def test_case_hyphens_articles_and_languages_do_not_matter(graph: KnowledgeGraph, name: str) -> None:
    assert graph.resolve(name, "Actor").endswith("/kcg")


def test_nothing_in_the_record_is_shown_by_its_identifier(graph: KnowledgeGraph) -> None:
    things = [
        str(expand(str(row["thing"]))) for row in graph.query("SELECT DISTINCT ?thing { ?thing a ?class }").records()
    ]
    ours = [iri for iri in things if iri.startswith(ENTITY)]
    assert len(ours) > 1000
    assert [iri for iri, name in labels(graph.engine, ours).items() if name == curie(iri)] == []
    given = graph.query(
        "SELECT ?part ?name { ?part pact:nameAsGiven ?name FILTER NOT EXISTS { ?part pact:actor ?who } }"
    )
    parts = [(str(expand(str(row["part"]))), str(row["name"])) for row in given.records()]
    names = labels(graph.engine, {part for part, _ in parts})
    assert parts
    assert [part for part, name in parts if name not in names[part]] == []


def test_an_unknown_name_gets_the_nearest(graph: KnowledgeGraph) -> None:
    with pytest.raises(UnknownName, match="did you mean 'Korea Coast Guard'"):
        graph.resolve("Korea Coast Gard", "Actor")


def test_a_name_that_several_have_gets_all_of_them(graph: KnowledgeGraph) -> None:
    engine = Store()
    engine.bulk_extend(graph.store)
    alias = NamedNode("http://www.w3.org/2004/02/skos/core#altLabel")
    for slug in ("nasa", "kasa"):
        engine.add(
            Quad(NamedNode(f"https://w3id.org/spacepact/id/{slug}"), alias, Literal("The Agency"), DefaultGraph())
        )
    with pytest.raises(UnknownName, match="may be id:kasa or id:nasa"):
        KnowledgeGraph(Embedded(engine)).resolve("agency", "Actor")


def test_an_entity_of_another_kind_is_refused(graph: KnowledgeGraph) -> None:
    with pytest.raises(UnknownName, match="id:imap is no actor of the record"):
        graph.ask("partners-of", actor="id:imap")


def test_an_unknown_question_gets_the_nearest(graph: KnowledgeGraph) -> None:
    with pytest.raises(QuestionError, match="did you mean 'partners-of'"):
        graph.ask("partner-of", actor="NASA")


def test_a_missing_parameter_is_named(graph: KnowledgeGraph) -> None:
    with pytest.raises(ParameterError, match="give --actor"):
        graph.ask("partners-of")


def test_an_unknown_parameter_gets_the_nearest(graph: KnowledgeGraph) -> None:
    with pytest.raises(ParameterError, match="unknown parameter 'actr'; did you mean 'actor'"):
        graph.ask("partners-of", actr="NASA")


def test_a_broader_topic_counts_its_narrower_ones(graph: KnowledgeGraph) -> None:
    narrow = {r["commitment"] for r in graph.ask("open-commitments", topic="ssa")}
    broad = {r["commitment"] for r in graph.ask("open-commitments", topic="security")}
    assert narrow < broad


@given(st.text())
def test_no_text_breaks_out_of_its_place(value: str) -> None:
    if any(0xD800 <= ord(c) <= 0xDFFF for c in value):
        return
    plain = question("unlinked")
    bound = plain.bind({"kind": Literal(value)})
    before, _, rest = plain.sparql.partition('VALUES ?given_kind { "any" }')
    assert bound == f"{before}VALUES ?given_kind {{ {Literal(value)} }}{rest}"
    store = Store()
    assert not list(store.query(bound))  # type: ignore[arg-type]  # still one SELECT, which runs


def test_a_word_that_is_not_offered_gets_the_nearest(graph: KnowledgeGraph) -> None:
    with pytest.raises(ParameterError, match="'recieved' is not one of made, received; did you mean 'received'"):
        graph.ask("commitments-of", actor="ROK", direction="recieved")


def test_a_code_that_is_not_known_gets_all_codes(graph: KnowledgeGraph) -> None:
    with pytest.raises(UnknownName, match="there are agreed, intended, legally-binding, pledged, under-consideration"):
        graph.ask("open-commitments", strength="xyz")


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", "no #\\+ header"),
        ("#+ title: [", "not YAML"),
        ("#+ title: T?\n#+ description: D\n#+ columns: {a: A}", "has no 'evidence'"),
        ("#+ titel: T?", "unknown key 'titel' in the header; did you mean 'title'"),
        (
            "#+ title: T?\n#+ description: D\n#+ columns: {a: A}\n#+ evidence: [a]\n"
            "#+ parameters: {actor: {kind: Actor, description: whose}}",
            "no 'VALUES \\?given_actor",
        ),
    ],
)
def test_a_wrong_question_file_is_refused(tmp_path: Path, header: str, expected: str) -> None:
    path = tmp_path / "new.rq"
    path.write_text(f"{header}\nSELECT ?a {{ ?a a ?b }}\n", encoding="utf-8")
    with pytest.raises(QuestionError, match=expected):
        parse(path)


# --- Results


def test_a_result_has_records_labels_and_a_citation(graph: KnowledgeGraph) -> None:
    result = graph.ask("partners-of", actor="NASA")
    assert result.records()[0]["through"] == "id:nasa"
    assert result.text(result.rows[0][0]) == "National Aeronautics and Space Administration"
    assert result.citation.parameters == {"actor": "id:nasa"}
    assert result.citation.version == graph.version


def test_the_evidence_of_a_pair_is_what_shows_its_cooperation(graph: KnowledgeGraph) -> None:
    result = graph.ask("partners-of", actor="NOAA")
    assert {proof.entity for proof in result.evidence()} == {"id:swfo-l1"}
    assert all(proof.document and proof.title for proof in result.evidence())


@pytest.mark.parametrize("path", GOLD, ids=[p.stem for p in GOLD])
def test_the_evidence_of_an_answer_holds_every_passage_that_the_answer_names(graph: KnowledgeGraph, path: Path) -> None:
    name, parameters = asked(path)
    result = graph.ask(name, **parameters)
    at = result.columns.index("passage") if "passage" in result.columns else None
    named = {
        curie(t.value) for row in result.rows if at is not None for t in terms(row[at]) if isinstance(t, NamedNode)
    }
    proved = {proof.passage for proof in result.evidence()}
    assert named <= proved
    if result.rows and name != "unlinked":
        assert proved


def test_an_actor_that_is_only_named_has_evidence(graph: KnowledgeGraph) -> None:
    assert len({proof.document for proof in graph.evidence("FCC")}) >= 2


def cells(graph: KnowledgeGraph, name: str, **parameters: str) -> set[str]:
    return {str(sorted(record.items())) for record in graph.ask(name, **parameters)}


@pytest.mark.parametrize(
    ("name", "base", "filters"),
    [
        ("open-commitments", {}, {"actor": "USA"}),
        ("open-commitments", {}, {"topic": "security"}),
        ("open-commitments", {}, {"strength": "pledged"}),
        ("open-commitments", {}, {"status": "made"}),
        ("commitments-of", {"actor": "ROK"}, {"topic": "pnt"}),
        ("commitments-of", {"actor": "ROK"}, {"direction": "received", "since": "2023"}),
        ("commitments-on", {"engagement": "KPS"}, {"until": "2022"}),
        ("agreements-of", {"actor": "ROK"}, {"topic": "science"}),
        ("missions-of", {"actor": "ROK"}, {"topic": "science"}),
        ("due", {}, {"actor": "USA"}),
        ("due", {}, {"status": "planned", "since": "2026"}),
        ("who-cooperates-with-whom", {}, {"topic": "exploration"}),
        ("unlinked", {}, {"kind": "mission"}),
        ("presumed-facts", {}, {"entity": "scwg-14"}),
    ],
)
def test_a_filter_chooses_rows_and_changes_none(
    graph: KnowledgeGraph, name: str, base: dict[str, str], filters: dict[str, str]
) -> None:
    chosen = cells(graph, name, **base, **filters)
    assert chosen
    assert chosen < cells(graph, name, **base)


def test_a_weaker_promise_does_not_close_a_firmer_one(graph: KnowledgeGraph) -> None:
    rows = {r["commitment"]: r for r in graph.ask("open-commitments", topic="pnt")}
    assert rows["id:csd-4-kps-support"]["strength"] == "strength:pledged"  # tpd-2025-kps only intends
    assert "id:fs-2021-kps-support" not in rows  # wh-2022-kps-support agreed to it


def test_the_history_of_a_renewed_promise_says_by_what_and_where(graph: KnowledgeGraph) -> None:
    last = graph.ask("history-of", engagement="fs-2021-kps-support").records()[-1]
    assert (last["status"], last["renewedBy"]) == ("status:renewed", "id:wh-2022-kps-support")
    assert last["passage"]


def test_a_statement_finds_its_commitment(graph: KnowledgeGraph) -> None:
    statement = graph.ask("commitments-on", engagement="KPS").text(
        graph.ask("commitments-on", engagement="KPS").rows[0][0]
    )
    assert graph.resolve(statement, "Commitment").endswith("/id/tpd-2025-kps")


def test_the_name_of_something_else_is_told_as_such(graph: KnowledgeGraph) -> None:
    with pytest.raises(UnknownName, match="no actor is called 'KPS'; that is id:kps, a space system"):
        graph.ask("commitments-of", actor="KPS")


def test_words_find_what_has_them_in_a_name(graph: KnowledgeGraph) -> None:
    assert ("id:space-policy-joint-study", "agreement") in {(i, k) for i, _, k in find(graph.engine, "Joint STUDY")}
    assert [i for i, _, _ in find(graph.engine, "우주항공청", "Actor")] == ["id:kasa"]
    assert find(graph.engine, "zzzz") == []


def test_a_number_will_do_for_a_date(graph: KnowledgeGraph) -> None:
    assert graph.ask("due", since=2026).records() == graph.ask("due", since="2026").records()


def test_values_that_are_not_of_their_datatype_stay_texts(graph: KnowledgeGraph) -> None:
    result = graph.query('SELECT ("abc"^^xsd:integer AS ?a) ("INF"^^xsd:double AS ?b) {}')
    assert result.records() == [{"a": "abc", "b": "INF"}]


def test_rows_in_which_nothing_stands_are_counted(graph: KnowledgeGraph) -> None:
    assert "1 row in which nothing stands" in table(
        graph.query("SELECT ?x { id:nasa a pact:SpaceAgency OPTIONAL { id:nasa pact:dueBy ?x } }")
    )


def test_documents_that_contradict_each_other_are_told_by_rank(record: Store) -> None:
    store = Store()
    store.bulk_extend(record)
    csd_4, pact, xsd = "https://w3id.org/spacepact/id/csd-4", "https://w3id.org/spacepact/ns#", PREFIXES["xsd"]
    planted: dict[str, Literal | NamedNode] = {
        "date": Literal("2025-04-20"),
        "earliest": Literal("2025-04-20T00:00:00Z", datatype=NamedNode(xsd + "dateTime")),
        "latest": Literal("2025-04-20T23:59:59Z", datatype=NamedNode(xsd + "dateTime")),
        "ordinal": Literal(5),
        "place": NamedNode("https://w3id.org/spacepact/id/seoul"),
    }
    for name, value in planted.items():
        for where in (NamedNode("https://w3id.org/spacepact/source/csd-4-release-copied/p3"), DefaultGraph()):
            store.add(Quad(NamedNode(csd_4), NamedNode(pact + name), value, where))
    rows = KnowledgeGraph(Embedded(store)).ask("disagreements", entity="csd-4").records()
    assert {r["property"] for r in rows} == {"pact:date", "pact:ordinal", "pact:place"}
    wrong = "source:csd-4-release-copied"  # official, so that it stands before the press
    assert all(wrong in (r["document"], r["otherDocument"]) for r in rows)
    assert all(r["document"] == wrong for r in rows if r["otherDocument"] == "source:csd-4-retold")
    assert {"2025-04-14", "2025-04-20"} in [{r["value"], r["otherValue"]} for r in rows]


def test_a_date_that_is_only_less_precise_is_no_disagreement(graph: KnowledgeGraph) -> None:
    assert "2012-10" in {
        str(q.object.value)
        for q in graph.store.quads_for_pattern(
            NamedNode("https://w3id.org/spacepact/id/scm-44"),
            NamedNode("https://w3id.org/spacepact/ns#date"),
            None,
            DefaultGraph(),
        )
        if isinstance(q.object, Literal)
    }
    assert len(graph.ask("disagreements", entity="scm-44")) == 0


def test_evidence_lists_the_highest_rank_first(graph: KnowledgeGraph) -> None:
    ranks = [proof.rank for proof in graph.evidence("csd-4")]
    order = ["official-primary", "official-other", "press", "other"]
    assert ranks == sorted(ranks, key=order.index)


def test_a_result_becomes_a_data_frame_with_names(graph: KnowledgeGraph) -> None:
    pytest.importorskip("pandas", reason="pandas is optional")
    frame = graph.ask("partners-of", actor="NASA").to_pandas()
    assert list(frame.columns[:2]) == ["through", "throughLabel"]
    assert frame["engagements"].dtype.kind == "i"


def test_a_result_becomes_a_network(graph: KnowledgeGraph) -> None:
    network = graph.ask("who-cooperates-with-whom").to_networkx()
    assert network.nodes["id:nasa"]["label"].startswith("National")
    assert network.number_of_edges() == len(graph.ask("who-cooperates-with-whom"))


def test_a_result_shows_itself_in_a_notebook(graph: KnowledgeGraph) -> None:
    shown = graph.ask("due")._repr_mimebundle_()
    assert shown["text/html"].startswith("<table>")
    assert "2027" in shown["text/plain"]


def test_the_dataset_is_an_rdflib_dataset_on_the_same_store(graph: KnowledgeGraph) -> None:
    import rdflib

    nasa = rdflib.URIRef("https://w3id.org/spacepact/id/nasa")
    labels = set(graph.dataset.objects(nasa, rdflib.SKOS.prefLabel))
    assert rdflib.Literal("National Aeronautics and Space Administration", lang="en") in labels
    assert len(graph.dataset.graph(rdflib.URIRef("https://w3id.org/spacepact/source/scwg-18-report/p4"))) > 5


@pytest.mark.parametrize("kind", ["oxigraph_server", "virtuoso_server"])
def test_servers_describe_a_thing_as_the_embedded_engine_does(
    kind: str, request: pytest.FixtureRequest, record: Store
) -> None:
    server: servers.Server = request.getfixturevalue(kind)
    for iri in (ENTITY + "csd-4", ENTITY + "kasa", SOURCE + "csd-4-retold"):
        found = describe(KnowledgeGraph(connect(server.query)), iri)
        assert found.statements
        assert found == describe(KnowledgeGraph(Embedded(record)), iri)
