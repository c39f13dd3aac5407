"""The command line: data on standard output, the rest on standard error, 0 for yes, 1 for no, 2 for a mistake."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, Store

from spacepact.cli import commands, main

EXAMPLE = Path(__file__).parents[1] / "docs" / "first-documents.md"


class Outcome:
    """The exit code of a command and what it printed."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    monkeypatch.setenv("COLUMNS", "100")

    def call(*arguments: str) -> Outcome:
        try:
            code = main(arguments)
        except SystemExit as stop:
            code = int(stop.code or 0)
        printed = capsys.readouterr()
        return Outcome(code, printed.out, printed.err)

    return call


def test_without_arguments_the_commands_are_listed(run) -> None:  # type: ignore[no-untyped-def]
    done = run()
    assert done.code == 0
    assert all(name in done.out for name in commands())


@pytest.mark.parametrize("name", commands())
def test_every_command_has_help_with_examples(run, name: str) -> None:  # type: ignore[no-untyped-def]
    done = run(name, "--help")
    assert done.code == 0
    assert "example" in done.out
    assert f"spacepact {name}" in done.out


def test_ask_without_a_question_lists_them(run) -> None:  # type: ignore[no-untyped-def]
    assert "who-cooperates-with-whom" in run("ask").out
    listed = json.loads(run("ask", "--format", "json").out)
    assert {"question", "title", "parameters"} <= set(listed[0])


def test_a_table_fits_the_terminal(run, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    from wcwidth import wcswidth

    for width in (80, 120, 200):
        monkeypatch.setenv("COLUMNS", str(width))
        lines = run("ask", "what-links", "NASA", "KASA").out.splitlines()
        assert max(map(wcswidth, lines)) <= width


def test_csv_is_csv_and_names_stand_beside_iris(run) -> None:  # type: ignore[no-untyped-def]
    done = run("ask", "partners-of", "NASA", "--format", "csv", "--cite")
    rows = list(csv.DictReader(io.StringIO(done.out)))
    assert rows[0]["through"] == "id:nasa"
    assert rows[0]["throughLabel"] == "National Aeronautics and Space Administration"
    assert "Sources:" in done.err
    assert "Sources:" not in done.out


def test_json_carries_citation_and_evidence_when_asked(run) -> None:  # type: ignore[no-untyped-def]
    answer = json.loads(run("ask", "partners-of", "--actor", "NASA", "--format", "json", "--cite").out)
    assert answer["citation"]["parameters"] == {"actor": "id:nasa"}
    assert answer["evidence"][0]["passage"].startswith("source:")
    assert "citation" not in json.loads(run("ask", "partners-of", "NASA", "--format", "json").out)


def test_markdown_is_a_table(run) -> None:  # type: ignore[no-untyped-def]
    lines = run("ask", "due", "--format", "markdown").out.splitlines()
    assert lines[1].replace(" ", "") == "|---|---|---|---|---|"


def test_evidence_names_passages_and_documents(run) -> None:  # type: ignore[no-untyped-def]
    done = run("ask", "partners-of", "NOAA", "--evidence")
    assert "retold/p5" in done.out
    assert "Watchdog" in done.out


def test_no_rows_say_that_absence_is_no_evidence(run) -> None:  # type: ignore[no-untyped-def]
    done = run("ask", "due", "--until", "1990")
    assert done.code == 0
    assert "no evidence of absence" in done.out
    assert run("ask", "due", "--until", "1990", "--format", "csv").out.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["aks"], "no command 'aks'; did you mean 'ask'"),
        (["ask", "partner-of", "NASA"], "did you mean 'partners-of'"),
        (["ask", "partners-of"], "give --actor"),
        (["ask", "partners-of", "NASSA"], "did you mean 'NASA'"),
        (["ask", "partners-of", "NASA", "KASA"], "'KASA' is one value too many"),
        (["ask", "partners-of", "NASA", "--topic", "sience"], "did you mean"),
        (["ask", "due", "--since", "soon"], "'soon' is not an EDTF date"),
        (["ask", "due", "--as-of", "soon"], "'soon' is not an EDTF date"),
        (["ask", "due", "--endpoint", "http://127.0.0.1:9/none"], "127.0.0.1:9"),
        (["query", "SELECT"], "line 1"),
        (["query", "--file", "nowhere.rq"], "nowhere.rq"),
        (["query", "ASK {}", "--file", "x.rq"], "not both"),
        (["query", "SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }"], "SERVICE"),
        (["show", "Nobody"], "no entity is called 'Nobody'"),
        (["explain", "NASA", "cooperateswith"], "did you mean 'cooperatesWith'"),
        (["export", "x.txt"], "no format has the suffix '.txt'"),
        (["view", "coperation"], "did you mean 'cooperation'"),
        (["view", "cooperation", "--out", "no/such/folder/x.html"], "there is no folder"),
        (["verify", "--documents", "no-such-folder"], "no *.txt files there"),
        (["passages", "no-such-file.txt"], "no-such-file.txt"),
        (["load", "--to", "ftp://example.org/"], "ftp"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_a_mistake_is_told_in_one_line_with_the_fix(run, arguments: list[str], expected: str) -> None:  # type: ignore[no-untyped-def]
    done = run(*arguments)
    assert done.code == 2
    assert expected in done.err
    assert "Traceback" not in done.err
    assert done.out == ""


def test_query_reads_argument_file_and_standard_input(run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    text = "SELECT ?a { ?a a pact:SpaceAgency } ORDER BY ?a"
    given = run("query", text, "--format", "tsv").out
    (tmp_path / "q.rq").write_text(text, encoding="utf-8")
    assert run("query", "--file", str(tmp_path / "q.rq"), "--format", "tsv").out == given
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))
    assert run("query", "--format", "tsv").out == given
    assert "id:nasa" in given


def test_bytes_that_are_no_text_are_told(run, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(sys, "stdin", io.StringIO("\udcff"))
    assert "standard input is not UTF-8 text" in run("query").err
    assert "not UTF-8 text" in run("ask", "partners-of", "\udcff").err


def test_find_tells_what_is_called_so(run) -> None:  # type: ignore[no-untyped-def]
    assert "id:space-policy-joint-study" in run("find", "joint", "study").out
    assert run("find", "no such thing").code == 1
    assert "did you mean 'Mission'" in run("find", "x", "--kind", "mission").err


def test_an_ask_whose_answer_is_no_exits_with_1(run) -> None:  # type: ignore[no-untyped-def]
    assert run("query", "ASK { id:nasa a pact:SpaceAgency }").code == 0
    assert run("query", "ASK { id:nasa a pact:State }").code == 1


def test_show_tells_names_facts_and_where_they_are_said(run) -> None:  # type: ignore[no-untyped-def]
    done = run("show", "KASA")
    assert "우주항공청" in done.out
    assert "https://ror.org/03khw1425" in done.out
    assert json.loads(run("show", "KASA", "--format", "json").out)["iri"].endswith("/id/kasa")


def test_explain_goes_from_a_derived_fact_down_to_passages(run) -> None:  # type: ignore[no-untyped-def]
    done = run("explain", "NASA", "cooperatesWith", "KASA")
    assert "by the rule a-cooperation" in done.out
    assert "said in" in done.out
    tree = json.loads(run("explain", "csd-5", "currentStatus", "--format", "json").out)[0]
    leaves = [tree]
    while any(leaf["premises"] for leaf in leaves):
        leaves = [p for leaf in leaves for p in (leaf["premises"] or [leaf])]
    assert all(leaf["passages"] or leaf["rule"] for leaf in leaves)


def test_explain_of_what_is_not_there_exits_with_1(run) -> None:  # type: ignore[no-untyped-def]
    done = run("explain", "NASA", "cooperatesWith", "FCC")
    assert done.code == 1
    assert "does not say" in done.out


def test_every_derived_fact_can_be_explained(record: Store) -> None:
    from pyoxigraph import NamedNode

    from spacepact.graph.explaining import explain
    from spacepact.iris import DERIVED

    derived = sorted((q.triple for q in record.quads_for_pattern(None, None, None, NamedNode(DERIVED))), key=str)
    told = [t for t in derived if t.subject != NamedNode(DERIVED)][:: max(1, len(derived) // 12)]
    for fact, found in zip(told, explain(record, told), strict=True):
        assert found.fact == fact
        assert found.passages or (found.rule and found.premises), fact


def test_check_finds_nothing_wrong_with_what_is_shipped(run) -> None:  # type: ignore[no-untyped-def]
    done = run("check", "--only", "style")
    assert (done.code, done.out) == (0, "all is well\n")


def test_passages_gives_a_skeleton_without_the_words(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "Statement 1.txt").write_text("First secret words.\n\nSecond secret words.\n", encoding="utf-8")
    done = run("passages", str(tmp_path / "Statement 1.txt"))
    assert "id: ../source/statement-1/p2" in done.out
    assert "startOffset: 20" in done.out
    assert "secret" not in done.out


def test_build_writes_the_schema_for_editors(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "s.json"
    assert run("build", "--schema", str(path)).code == 0
    assert "$schema" in json.loads(path.read_text(encoding="utf-8"))
    assert os.listdir(tmp_path) == ["s.json"]


@pytest.mark.parametrize("suffix", ["trig", "nq", "ttl", "jsonld", "graphml", "gexf"])
def test_export_gives_the_same_bytes_twice(run, tmp_path: Path, suffix: str) -> None:  # type: ignore[no-untyped-def]
    first, second = tmp_path / f"a.{suffix}", tmp_path / f"b.{suffix}"
    assert run("export", str(first)).code == 0
    assert run("export", str(second)).code == 0
    assert first.read_bytes() == second.read_bytes()
    assert sorted(os.listdir(tmp_path)) == [first.name, second.name]


def test_what_is_exported_loads_again_as_the_same_record(run, tmp_path: Path, record: Store) -> None:  # type: ignore[no-untyped-def]
    run("export", str(tmp_path / "x.nq"))
    store = Store()
    store.load(path=str(tmp_path / "x.nq"), format=RdfFormat.N_QUADS)
    assert len(store) == len(record)


def test_a_view_is_one_file_with_the_data_in_it(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "c.html"
    assert run("view", "cooperation", "--out", str(path)).code == 0
    assert "Republic of Korea" in path.read_text(encoding="utf-8")
    assert os.listdir(tmp_path) == ["c.html"]
    assert "cooperation" in run("view").out


def test_completion_knows_commands_and_questions(run) -> None:  # type: ignore[no-untyped-def]
    script = run("completion", "bash").out
    assert "who-cooperates-with-whom" in script
    assert "explain" in script


def test_info_says_version_engine_and_counts(run) -> None:  # type: ignore[no-untyped-def]
    told = json.loads(run("info", "--format", "json").out)
    assert told["version"].startswith("0.2.0+")
    assert told["document"] > 20


def test_load_and_the_endpoint_give_what_the_embedded_engine_gives(run, oxigraph_server) -> None:  # type: ignore[no-untyped-def]
    done = run("load", "--to", oxigraph_server.graphs)
    assert done.code == 0
    assert "triples in" in done.out
    asked = ("ask", "due", "--format", "csv")
    assert run(*asked, "--endpoint", oxigraph_server.query).out == run(*asked).out


def test_as_of_on_an_endpoint_is_refused_with_the_way_to_do_it(run, oxigraph_server) -> None:  # type: ignore[no-untyped-def]
    done = run("ask", "due", "--as-of", "2023", "--endpoint", oxigraph_server.query)
    assert done.code == 2
    assert "spacepact load --as-of DATE" in done.err


def test_the_program_itself_runs_and_a_closed_pipe_is_no_mistake() -> None:
    program = [sys.executable, "-c", "from spacepact.cli import main; raise SystemExit(main())"]
    with subprocess.Popen([*program, "ask", "unlinked"], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdout is not None
        running.stdout.close()
        assert running.wait(60) == 0
        assert running.stderr is not None
        assert running.stderr.read() == b""


def test_a_cache_folder_of_ones_own_is_filled_once(tmp_path: Path) -> None:
    environment = {**os.environ, "SPACEPACT_CACHE": str(tmp_path)}
    program = [sys.executable, "-c", "from spacepact.cli import main; raise SystemExit(main())", "ask", "due"]
    first = subprocess.run(program, env=environment, capture_output=True, check=True)
    built = sorted(p.name for p in tmp_path.iterdir())
    second = subprocess.run(program, env=environment, capture_output=True, check=True)
    assert first.stdout == second.stdout
    assert sorted(p.name for p in tmp_path.iterdir()) == built
    assert sum(name.startswith("store-") for name in built) == 1


def test_an_option_that_stands_twice_is_refused(run) -> None:  # type: ignore[no-untyped-def]
    done = run("ask", "path", "KASA", "NASA", "--without", "usa", "--without", "esa")
    assert done.code == 2
    assert "--without stands twice" in done.err


def test_find_tells_topics_too(run) -> None:  # type: ignore[no-untyped-def]
    assert "topic:lunar-exploration" in run("find", "lunar", "--format", "csv").out


def test_in_another_checkout_it_is_said_which_facts_are_read(run, tmp_path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "graph" / "sources").mkdir(parents=True)
    (tmp_path / "graph" / "context.jsonld").write_text("{}", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert f"not {tmp_path / 'graph'}: to have changes here count" in run("build").err
