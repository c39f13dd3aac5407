"""What a release, or a span of days, has changed in the record, told in words."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store

from spacepact.cli import main
from spacepact.errors import ParameterError
from spacepact.graph.engines.embedded import Embedded
from spacepact.graph.exporting import export
from spacepact.iris import PREFIXES
from spacepact.queries.comparing import compare, open_release
from spacepact.queries.knowledge import KnowledgeGraph, open_graph


def words(old: KnowledgeGraph, new: KnowledgeGraph) -> list[str]:
    return [change.words for change in compare(old, new)]


@pytest.fixture(scope="module")
def graph(record: Store) -> KnowledgeGraph:
    return KnowledgeGraph(Embedded(record))


@pytest.fixture(scope="module")
def release(record: Store, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("release") / "record.nq"
    with path.open("wb") as target:
        export(record, "nquads", target)
    return path


def test_a_release_differs_in_nothing_from_the_record_it_was_made_of(graph: KnowledgeGraph, release: Path) -> None:
    assert compare(open_release(release), graph) == []


def test_what_a_day_added_and_what_it_changed_is_told_in_words() -> None:
    days = compare(open_graph(as_of="2025-04-13"), open_graph(as_of="2025-04-15"))
    told = {change.words: change.which for change in days}
    agreements = next(which for words, which in told.items() if words.endswith("agreements added"))
    assert {"id:nasa-kasa-artemis-study-agreement", "id:nasa-kasa-l4-study-agreement"} <= set(agreements)
    assert "id:csd-4-deep-space-antennas" in next(w for words, w in told.items() if words.endswith("commitments added"))
    assert told["1 commitment now completed"] == ["id:nasa-kasa-2024-sign-l4-agreement"]
    assert any(words.endswith("facts added") for words in told)
    assert not any("taken away" in words for words in told)


def test_backwards_the_same_is_taken_away() -> None:
    def numbers(old: str, new: str, what: str) -> set[tuple[int, str]]:
        found = compare(open_graph(as_of=old), open_graph(as_of=new))
        return {(c.number, c.words.removesuffix(what)) for c in found if c.words.endswith(what)}

    assert numbers("2022", "2023", " added") == numbers("2023", "2022", " taken away") != set()


def test_a_fact_more_is_a_fact_more(graph: KnowledgeGraph, record: Store) -> None:
    richer = Store()
    richer.bulk_extend(record)
    passage = NamedNode(PREFIXES["source"] + "scwg-18-report/p4")
    note = NamedNode(PREFIXES["skos"] + "note")
    richer.add(Quad(NamedNode(PREFIXES["id"] + "scwg-18"), note, Literal("one more"), passage))
    assert words(graph, KnowledgeGraph(Embedded(richer))) == ["1 fact added"]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("none.nq", None, "none.nq: No such file"),
        ("odd.csv", "a,b", "odd.csv: a release is a file of 'spacepact export' in .nq, .trig, .jsonld"),
        ("broken.nq", "<a <b", "broken.nq: not the RDF that its suffix tells"),
        ("other.nq", "<http://a.example/> <http://b.example/> <http://c.example/> .\n", "holds no record of Spacepact"),
    ],
)
def test_what_is_no_release_is_refused_by_name(tmp_path: Path, name: str, content: str | None, message: str) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(ParameterError, match=message):
        open_release(path)


def test_bodies_of_every_kind_are_organizations(graph: KnowledgeGraph) -> None:
    empty = KnowledgeGraph(Embedded(Store()))
    told = {c.words.partition(" ")[2]: c for c in compare(empty, graph)}
    assert {"id:nasa", "id:nikon", "id:us-dod", "id:esa"} <= set(told["organizations added"].which)
    assert "posts added" in told


# --- The command


def test_the_command_tells_names_and_how_many_more(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["changes", "2025-04-13", "2025-04-15", "--most", "2"]) == 0
    out = capsys.readouterr().out
    assert "commitments added\n  " in out
    assert "  ... and " in out


def test_the_command_gives_json_and_csv(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["changes", "2022", "2023", "--format", "json"]) == 0
    changes = json.loads(capsys.readouterr().out)
    assert {"number", "words", "which", "names"} == set(changes[0])
    assert main(["changes", "2022", "2023", "--format", "csv"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "number,change,which"
    assert len(lines) == len(changes) + 1


def test_where_nothing_has_changed_the_command_says_so(capsys: pytest.CaptureFixture[str], release: Path) -> None:
    assert main(["changes", str(release), str(release)]) == 0
    assert capsys.readouterr().out == "nothing has changed\n"


def test_what_is_neither_file_nor_date_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["changes", "yesterday"]) == 2
    assert "'yesterday' is not an EDTF date" in capsys.readouterr().err
