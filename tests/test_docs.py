"""The documents tell the truth: commands run and print what is shown, links lead somewhere, examples can be added.

``pytest tests/test_docs.py --write-answers`` writes the pages of the questions, the tables made from data, and what
commands print anew.
"""

from __future__ import annotations

import doctest
import re
import shlex
import shutil
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, Store, parse

import servers
from documents import TOP, Block, abridged, blocks, documents, matches, run, steps, with_output
from spacepact.cli import commands, parser
from spacepact.graph.rules import rules
from spacepact.queries.catalogue import catalogue, question
from spacepact.queries.coverage import coverage
from spacepact.queries.knowledge import KnowledgeGraph, open_graph
from spacepact.queries.pages import index, page
from spacepact.visualizations import build_view, write_page

QUESTIONS = TOP / "docs" / "questions"
WRITTEN = [path for path in documents() if QUESTIONS not in path.parents]
BLOCKS = [block for path in WRITTEN for block in blocks(path)]
CONSOLE = [block for block in BLOCKS if block.info[:1] == ("console",)]
GUIDE = TOP / "CONTRIBUTING.md"
EXAMPLE_ANSWER = "tests/answers/agreements-by-length.tsv"
SERVERS = {"http://localhost:7878": "oxigraph_server", "http://localhost:8890": "virtuoso_server"}


def of_kind(kind: str) -> list[Block]:
    return [block for block in BLOCKS if block.info[:1] == (kind,) and block.path != GUIDE]


def named(found: list[Block]) -> list[str]:
    return [block.name for block in found]


@pytest.fixture(scope="module")
def graph() -> KnowledgeGraph:
    return open_graph()


# --- Pages that are made


@pytest.mark.parametrize("name", [*sorted(catalogue()), "README"])
def test_the_page_of_a_question_is_what_would_be_made(name: str, pytestconfig: pytest.Config) -> None:
    if name == "README":
        text = index(catalogue().values())
    else:
        text = page(question(name), (TOP / "tests" / "answers" / f"{name}.tsv").read_text(encoding="utf-8"))
    _same(QUESTIONS / f"{name}.md", text, pytestconfig)


def test_no_page_is_left_of_a_question_that_is_gone() -> None:
    assert {path.stem for path in QUESTIONS.glob("*.md")} == {*catalogue(), "README"}


def test_the_page_on_coverage_is_what_would_be_made(graph: KnowledgeGraph, pytestconfig: pytest.Config) -> None:
    _same(TOP / "docs" / "coverage.md", coverage(graph), pytestconfig)


def test_the_table_of_rules_is_that_of_the_rules(pytestconfig: pytest.Config) -> None:
    path = TOP / "docs" / "model.md"
    rows = "".join(f"| `{rule.name}` | {rule.title} |\n" for rule in rules())
    text = path.read_text(encoding="utf-8")
    made = re.sub(r"(?s)(<!-- rules -->\n).*?(<!-- end -->)", lambda m: f"{m[1]}{_TABLE}{rows}{m[2]}", text)
    assert "<!-- rules -->" in text
    _same(path, made, pytestconfig)


_TABLE = "| rule | what it says |\n| --- | --- |\n"


def _same(path: Path, text: str, pytestconfig: pytest.Config) -> None:
    if pytestconfig.getoption("--write-answers"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text, "run: pytest tests/test_docs.py --write-answers"


# --- Commands


@pytest.mark.parametrize("name", commands())
def test_a_command_is_documented_and_its_help_has_examples(name: str) -> None:
    used = {
        step.command.split()[1] for block in CONSOLE for step in steps(block) if step.command.startswith("spacepact ")
    }
    assert name in used, "show it in README.md, CONTRIBUTING.md or docs/"
    text = parser(name).format_help() + _help_of(name)
    assert re.search(rf"(?m)^examples?:\n  spacepact {name}\b", text), "its docstring has no examples"


def _help_of(name: str) -> str:
    import importlib

    return importlib.import_module(f"spacepact.cli.{name}").__doc__ or ""


@pytest.mark.parametrize("path", documents(), ids=lambda p: str(p.relative_to(TOP)))
def test_every_command_line_parses(path: Path) -> None:
    for block in blocks(path):
        if block.info[:1] != ("console",):
            continue
        for step in steps(block):
            if step.command.startswith("spacepact "):
                _parse(step.command)


def _parse(command: str) -> None:
    words = shlex.split(re.split(r"\s[|>]", command)[0])[1:]
    parser(words[0]).parse_args(words)  # exits, and so fails, on a wrong option
    if words[0] != "ask" or len(words) == 1 or words[1].startswith("-"):
        return
    if words[1] not in catalogue():
        assert words[1] in GUIDE.read_text(encoding="utf-8"), f"{command}: no such question"
        return
    allowed = {f"--{name}" for name in question(words[1]).parameters} | set(
        re.findall(r"--[a-z-]+", parser("ask")._subparsers._group_actions[0].choices["ask"].format_help())  # type: ignore[union-attr, index]
    )
    assert {word for word in words if word.startswith("--")} <= allowed, command


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the checkout into which every example of CONTRIBUTING.md has been put."""
    copy = tmp_path_factory.mktemp("workshop")
    for name in ("ontology", "graph", "queries", "visualizations", "src"):
        shutil.copytree(TOP / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for block in blocks(GUIDE):
        if len(block.info) > 1 and block.info[0] != "console":
            _put(block, copy / block.info[1])
    return copy


def _put(block: Block, path: Path) -> None:
    """Do what the words after the fence say: a new file, lines ``append``-ed, or those with a plus put in a file."""
    if block.info[0] == "diff":
        text = path.read_text(encoding="utf-8")
        for before, added in re.findall(r"^ (.*\n)((?:\+.*\n)+)", block.text, re.MULTILINE):
            assert text.count(before) == 1, f"{block.name}: {before!r} is not once in {path}"
            text = text.replace(before, before + re.sub(r"(?m)^\+", "", added))
        path.write_text(text, encoding="utf-8")
    elif block.info[2:] == ("append",):
        path.write_text(path.read_text(encoding="utf-8") + block.text, encoding="utf-8")
    else:
        assert not path.exists(), f"{block.name}: {path} is there already"
        path.parent.mkdir(exist_ok=True)
        path.write_text(block.text, encoding="utf-8")


@pytest.mark.parametrize("block", CONSOLE, ids=named(CONSOLE))
def test_commands_print_what_is_shown(
    block: Block, tmp_path: Path, request: pytest.FixtureRequest, pytestconfig: pytest.Config
) -> None:
    if block.path == GUIDE:
        where = request.getfixturevalue("workshop")
        package = where / "src"
    else:
        where, package = tmp_path, TOP / "src"
    addresses = _addresses(block, request)
    outputs = []
    for step in steps(block):
        if not step.command.startswith("spacepact "):
            outputs.append(step.output)
            continue
        serves = len(step.output) if block.info[1:] == ("serves",) else 0
        code, printed = run(_with(step.command, addresses), where, package, serves=serves)
        printed = [_with(line, {real: shown for shown, real in addresses.items()}) for line in printed]
        assert code == (2 if block.info[1:] == ("fails",) else 0), "\n".join(printed)
        outputs.append(step.output if matches(step.output, printed) else abridged(printed, step.output))
    if pytestconfig.getoption("--write-answers"):
        text = block.path.read_text(encoding="utf-8")
        block.path.write_text(text.replace(block.text, with_output(block, outputs), 1), encoding="utf-8")
    else:
        assert with_output(block, outputs) == block.text, "run: pytest tests/test_docs.py --write-answers"


def _addresses(block: Block, request: pytest.FixtureRequest) -> dict[str, str]:
    """Return, by the address a page gives for a server, the address of the server that the test runs."""
    found = {}
    for address, fixture in SERVERS.items():
        if address in block.text:
            server: servers.Server = request.getfixturevalue(fixture)
            found[address] = server.query.rpartition("/")[0]
            if server.user:
                request.getfixturevalue("monkeypatch").setenv("SPACEPACT_USER", server.user)
                request.getfixturevalue("monkeypatch").setenv("SPACEPACT_PASSWORD", server.password)
    return found


def _with(text: str, instead: dict[str, str]) -> str:
    for one, other in instead.items():
        text = text.replace(one, other)
    if " check" in text and text.startswith("spacepact") and shutil.which("java") is None:
        text = text.replace("spacepact check", "spacepact check --only syntax shapes style")
    return text


# --- Other examples


@pytest.mark.parametrize("block", of_kind("pycon"), ids=named(of_kind("pycon")))
def test_python_examples_print_what_is_shown(block: Block) -> None:
    pytest.importorskip("pandas", reason="the examples use pandas, which is optional")
    test = doctest.DocTestParser().get_doctest(block.text, {}, block.name, str(block.path), block.line)
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    report: list[str] = []
    assert runner.run(test, out=report.append).failed == 0, "".join(report)


@pytest.mark.parametrize("block", of_kind("sparql"), ids=named(of_kind("sparql")))
def test_queries_find_something(block: Block, graph: KnowledgeGraph) -> None:
    assert len(graph.query(block.text)) > 0


@pytest.mark.parametrize("block", of_kind("trig"), ids=named(of_kind("trig")))
def test_shown_facts_are_in_the_record(block: Block, record: Store) -> None:
    shown = list(parse(block.text.encode(), RdfFormat.TRIG))
    assert shown
    assert [quad for quad in shown if quad not in record] == []


# --- What the text says


def _prose(path: Path) -> str:
    return re.sub(r"(?ms)^```.*?^```$", "", path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", documents(), ids=lambda p: str(p.relative_to(TOP)))
def test_links_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"`[^`]*`", "", _prose(path))):
        if re.match(r"https?://|mailto:", target):
            continue
        file, _, anchor = target.partition("#")
        goal = (path.parent / file).resolve() if file else path
        assert goal.exists(), f"{target}: nothing is there"
        assert not anchor or anchor in _anchors(goal), f"{target}: no such heading"


def _anchors(path: Path) -> set[str]:
    headings = re.findall(r"(?m)^#+ (.*)$", _prose(path))
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("path", WRITTEN, ids=lambda p: str(p.relative_to(TOP)))
def test_files_and_folders_that_are_named_are_there(path: Path) -> None:
    ours = r"ontology|graph|queries|visualizations|src|tests|docs|benchmarks|\.ci"
    examples = {word for block in blocks(GUIDE) for word in block.info[1:]}
    for name in re.findall(rf"`((?:{ours})/[^`\s]*)`", _prose(path)):
        pattern = re.sub(r"<[^>]*>", "*", name).rstrip("/")
        assert list(TOP.glob(pattern)) or (path == GUIDE and name in examples | {EXAMPLE_ANSWER}), f"there is no {name}"


def test_the_table_of_folders_has_every_folder() -> None:
    ignored = {line.strip("/\n") for line in (TOP / ".gitignore").read_text(encoding="utf-8").splitlines()}
    there = {p.name for p in TOP.iterdir() if p.is_dir() and p.name not in ignored | {".git"} and any(p.iterdir())}
    listed = set(re.findall(r"(?m)^\| `([\w.]+)/`", _prose(TOP / "README.md")))
    assert {name for name in there if not name.startswith(".")} == {name for name in listed if not name.startswith(".")}


@pytest.mark.parametrize("name", ["explorer", "network-view"])
def test_the_pictures_are_there_and_small_enough_to_load(
    name: str, graph: KnowledgeGraph, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    path = TOP / "docs" / f"{name}.png"
    if request.config.getoption("--write-answers") and not path.exists():
        if name == "explorer":
            address = f"{request.getfixturevalue('served').url}/explore"
        else:
            write_page(build_view(graph, "cooperation"), tmp_path / "cooperation.html")
            address = (tmp_path / "cooperation.html").as_uri()
        tab = request.getfixturevalue("browser").new_page(viewport={"width": 1280, "height": 800}, color_scheme="light")
        tab.goto(address)
        tab.wait_for_timeout(2_000)  # until the drawing has come to rest
        tab.screenshot(path=path)
    assert 20_000 < path.stat().st_size < 300_000, "delete it, and run: pytest tests/test_docs.py --write-answers"
