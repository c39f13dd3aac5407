"""The record itself: what the first documents say is in it, passages are found again, the chains join up."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Quad, RdfFormat, Store, parse

from spacepact.folders import folder
from spacepact.graph.auditing import audit
from spacepact.graph.compiling import fact_files
from spacepact.graph.engines.embedded import Embedded
from spacepact.graph.verifying import verify
from spacepact.iris import PREFIXES, SOURCE, expand
from spacepact.queries.knowledge import KnowledgeGraph, open_graph

DOCUMENTS = Path(__file__).parents[2] / "shared" / "documents"
SEED = [
    dict(zip(("id", "passage", "subject", "predicate", "object", "reason"), line.split("\t"), strict=True))
    for line in (Path(__file__).parent / "seed-facts.tsv").read_text(encoding="utf-8").splitlines()[1:]
]
HEAD = "".join(f"PREFIX {p}: <{ns}>\n" for p, ns in PREFIXES.items())


@pytest.fixture(scope="module")
def graph(record: Store) -> KnowledgeGraph:
    return KnowledgeGraph(Embedded(record))


def test_every_seed_fact_is_accounted_for() -> None:
    wanted = {f"{letter}{n}" for letter, last in (("D", 8), ("A", 34), ("B", 50)) for n in range(1, last + 1)}
    assert {row["id"] for row in SEED} == wanted
    for row in SEED:
        assert bool(row["subject"]) != bool(row["reason"]), f"{row['id']}: a triple or a reason, not both"


@pytest.mark.parametrize("number", [n for n, row in enumerate(SEED) if row["subject"]])
def test_a_seed_fact_is_in_the_graph_of_its_passage(record: Store, number: int) -> None:
    row = SEED[number]
    subject, predicate = (f"<{expand(row[end])}>" for end in ("subject", "predicate"))
    value = row["object"] if row["object"].startswith('"') else f"<{expand(row['object'])}>"
    text = f"{HEAD}{subject} {predicate} {value} ."
    fact = next(iter(parse(text, format=RdfFormat.TURTLE))).triple
    assert Quad(fact.subject, fact.predicate, fact.object, NamedNode(SOURCE + row["passage"])) in record, row


def test_what_the_texts_garble_or_praise_is_left_out_on_purpose() -> None:
    assert {row["id"] for row in SEED if row["reason"]} == {"A18", "B18", "B20", "B21"}


@pytest.mark.skipif(not DOCUMENTS.is_dir(), reason="needs copies of the documents, which are not in the repository")
def test_every_passage_is_found_again_in_place() -> None:
    found = list(verify(folder("graph"), DOCUMENTS))
    assert found
    assert {f.outcome for f in found} == {"in place"}, [f for f in found if f.outcome != "in place"]


@pytest.mark.skipif(not DOCUMENTS.is_dir(), reason="needs copies of the documents, which are not in the repository")
def test_a_passage_that_moved_or_changed_in_a_copy_is_told(tmp_path: Path) -> None:
    original = next(DOCUMENTS.glob("000_*.txt")).read_text(encoding="utf-8")
    (tmp_path / "copy.txt").write_text("An introduction.\n\n" + original.replace("COVID-19", "the pandemic"), "utf-8")
    found = {f.passage: f.outcome for f in verify(folder("graph"), tmp_path) if f.passage.startswith("scwg-18-report/")}
    assert found["scwg-18-report/p4"] == "moved"
    assert found["scwg-18-report/p8"] == "gone"
    others = {f.outcome for f in verify(folder("graph"), tmp_path) if not f.passage.startswith("scwg-18-report/")}
    assert others == {"no copy"}


def test_no_passage_asserts_one_of_sixteen_unknown_meetings(graph: KnowledgeGraph) -> None:
    rows = open_graph(as_of="2022-06").ask("meetings-of", series="SCWG").records()
    assert {r["ordinal"] for r in rows if r["record"] == "on record" and r["ordinal"]} == {14, 18}


def test_support_for_kps_joins_up_through_the_years(graph: KnowledgeGraph) -> None:
    later, chain = "fs-2021-kps-support", []
    while later:
        chain.append(later)
        rows = graph.query(f"{HEAD}SELECT ?c {{ ?c pact:renews id:{later} }}").records()
        later = str(rows[0]["c"]).removeprefix("id:") if rows else ""
    assert chain == ["fs-2021-kps-support", "wh-2022-kps-support", "csd-4-kps-support", "tpd-2025-kps"]


def test_one_meeting_that_several_documents_report_is_one_entity(graph: KnowledgeGraph) -> None:
    documents = {proof.document for proof in graph.evidence("scwg-18")}
    assert {"source:scwg-18-report", "source:konas-scwg-18"} <= documents
    assert len({proof.document for proof in graph.evidence("csd-4")}) >= 5


def test_the_promise_of_a_third_dialogue_was_kept(graph: KnowledgeGraph) -> None:
    rows = graph.ask("history-of", engagement="wh-2022-hold-third-csd").records()
    assert [r["status"] for r in rows] == ["status:made", "status:completed"]
    before = open_graph(as_of="2022-06").ask("history-of", engagement="wh-2022-hold-third-csd").records()
    assert [r["status"] for r in before] == ["status:made"]


def test_where_the_joint_statement_and_its_retelling_differ_both_stand(graph: KnowledgeGraph) -> None:
    rows = graph.ask("disagreements", entity="csd-4-strengthen-alliance").records()
    assert [(r["document"], r["otherDocument"]) for r in rows] == [
        ("source:csd-4-joint-statement", "source:csd-4-retold")
    ]


def test_every_register_file_and_source_is_named_by_the_rule() -> None:
    for path in (folder("graph") / "sources").glob("*"):
        date, _, slug = path.stem[:10], path.stem[10:11], path.stem
        assert path.suffix == ".yaml", path.name
        assert slug[:4].isdigit(), f"{path.name}: begin with the date of issue, {date}"
    assert [f.name for f in fact_files(folder("graph"))]


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What is found in a copy of the facts in which a strength is left out in one place, and an ordinal is 0."""
    pytest.importorskip("pyshacl", reason="pyshacl is optional")
    copy = tmp_path_factory.mktemp("broken") / "graph"
    shutil.copytree(folder("graph"), copy)
    path = copy / "sources" / "2022-05-14-scwg-18-report.yaml"
    lines = path.read_text(encoding="utf-8").splitlines()
    at = next(n for n, line in enumerate(lines) if "id: scwg-18-share-information" in line)
    gone = next(n for n in range(at, at + 8) if "strength:" in lines[n])
    path.write_text("\n".join(lines[:gone] + lines[gone + 1 :]) + "\n", encoding="utf-8")
    other = copy / "sources" / "2022-04-26-konas-scwg-18.yaml"
    other.write_text(
        "\n".join(line for line in other.read_text("utf-8").splitlines() if "strength: agreed" not in line), "utf-8"
    )
    path = copy / "sources" / "2025-04-15-csd-4-korean-record.yaml"
    text = path.read_text(encoding="utf-8")
    assert text.count('ordinal: "4"') + text.count("ordinal: 4") == 1
    path.write_text(text.replace("ordinal: 4", "ordinal: 0").replace('ordinal: "4"', 'ordinal: "0"'), encoding="utf-8")
    return list(audit(["syntax", "shapes"], lambda _: None, copy))


def test_a_shape_that_is_broken_is_told_at_its_line(broken: list[str]) -> None:
    assert any("scwg-18-share-information" in f and "yaml:" in f and "strength" in f for f in broken), broken


def test_a_finding_names_the_file_with_the_wrong_value(broken: list[str]) -> None:
    assert any(f.startswith("sources/2025-04-15-csd-4-korean-record.yaml:") and "ordinal" in f for f in broken), broken
