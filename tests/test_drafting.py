"""The drafting aid: what it reads, finds and writes, and that nothing of it gets into the graph unread."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spacepact.cli import main
from spacepact.dates import bounds
from spacepact.drafting.dates import dates_in, only_date
from spacepact.drafting.documents import DocumentText, read_bytes, read_path
from spacepact.drafting.drafts import Draft
from spacepact.drafting.file import written
from spacepact.drafting.names import Names
from spacepact.drafting.readings import passages_of
from spacepact.drafting.rules import RuleDrafter
from spacepact.errors import FactError, MissingExtra, SpacepactError
from spacepact.folders import folder
from spacepact.graph.checking import Checker, FactFile
from spacepact.graph.compiling import compile_facts, fact_files
from spacepact.graph.context import context
from spacepact.graph.reading import read
from spacepact.ontology.vocabulary import vocabulary
from spacepact.text import normalise, paragraphs, sha256

DOCUMENTS = Path(__file__).parents[2] / "shared" / "documents"
INVENTED = """NASA and KASA look at the Moon together

The United States and the Republic of Korea held the 7th U.S.-ROK Civil Space Dialogue in Seoul on March 3, 2031. \
Participants included NASA, the Korea Aerospace Administration and the Ministry of Lunar Affairs.

The two countries agreed to share data on space situational awareness. They plan to explore a joint lander.

NASA and KASA signed a memorandum of understanding on April 2031. The next dialogue will be held in Washington in 2033.
"""


@pytest.fixture(scope="module")
def files() -> list[FactFile]:
    return fact_files(folder("graph"))


@pytest.fixture(scope="module")
def names(files: list[FactFile]) -> Names:
    return Names.of(files)


@pytest.fixture(scope="module")
def draft(names: Names) -> Draft:
    return RuleDrafter(names).draft(read_bytes(INVENTED.encode(), "invented"), "invented")


def ids_in(names: Names, text: str) -> list[str]:
    found = names.find(normalise(text))
    return [" or ".join(m.ids) for m in found if not any(names.entities[i].is_a("Post") for i in m.ids)]


# --- Names


def test_names_aliases_and_other_languages_are_found(names: Names) -> None:
    assert ids_in(names, "NASA, the Republic of Korea and the Korea AeroSpace Administration") == [
        "nasa",
        "rok",
        "kasa",
    ]
    assert ids_in(names, "우주항공청은 미국 항공우주청과") == ["kasa", "nasa"]
    assert ids_in(names, "la République de Corée et les États-Unis d'Amérique") == ["rok", "usa"]


def test_case_tells_a_state_from_a_pronoun(names: Names) -> None:
    assert ids_in(names, "It gives us all hope; US and U.S. officials") == ["usa", "usa"]
    assert ids_in(names, "nasa, Nasa and a cleaned nasals") == []


def test_a_name_ends_where_the_word_ends(names: Names) -> None:
    assert ids_in(names, "Japanese NASAX Koreans") == []
    assert ids_in(names, "Korea's") == ["rok"]


def test_the_longest_name_wins(names: Names) -> None:
    assert ids_in(names, "the U.S.-ROK Civil Space Dialogue") == ["csd"]
    assert ids_in(names, "the United States of America") == ["usa"]


def test_korean_has_particles_and_compounds(names: Names) -> None:
    assert ids_in(names, "한미 양국은") == ["rok", "usa"]
    assert ids_in(names, "한미 국방부는") in (["rok-mnd", "us-dod"], ["us-dod", "rok-mnd"])
    assert ids_in(names, "한국수자원공사") == []  # a longer word of which the name is a part only


def test_a_ministry_is_that_of_a_state_the_text_names(names: Names) -> None:
    assert "rok-mnd" not in ids_in(names, "The Ministry of National Defense of Atlantis spoke.")
    assert "rok-mnd" in ids_in(names, "The Ministry of National Defense spoke for the Republic of Korea.")


def test_unknown_names_are_listed_with_the_nearest(names: Names) -> None:
    text = normalise("They met the Korea Aerospace Adminstration and Ms. Ada Poole of the Lunar Trade Agency.")
    (passage,) = passages_of(paragraphs(text), text, names)
    found = {u.name for u in passage.unknown}
    assert {"Korea Aerospace Adminstration", "Ada Poole", "Lunar Trade Agency"} <= found
    assert "kasa" in [entity for _, entity in names.near("Korea Aerospace Adminstration")]


def test_a_line_in_title_case_is_no_name_and_does_not_get_into_the_draft(names: Names) -> None:
    line = " ".join(f"Word{chr(97 + n)}" for n in range(20))
    draft = RuleDrafter(names).draft(DocumentText("x", f"{line}\n\nThe rest of it is here."), "x")
    assert "Worda" not in written(draft, names).partition("passages:")[2]


def test_the_command_says_if_the_record_has_the_text_already(
    files: list[FactFile], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "copy.txt"
    copy.write_text("NASA and KASA met in Seoul on 3 May 2027.\n", encoding="utf-8")
    assert main(["draft", str(copy)]) == 0
    assert "in the record already" not in capsys.readouterr().err
    digest = next(f for f in files if f.name.startswith("sources/")).content.text("sha256")
    monkeypatch.setattr("spacepact.text.sha256", lambda text: digest)
    assert main(["draft", str(copy)]) == 0
    assert "this text is in the record already: graph/sources/" in capsys.readouterr().err


def test_without_a_document_go_the_entities_that_only_it_speaks_of(files: list[FactFile], names: Names) -> None:
    fewer = Names.of(files, without="../source/scwg-18-report")
    assert set(fewer.entities) <= set(names.entities)
    assert "usa" in fewer.entities
    assert len(Names.of(files, without="../source/none").entities) == len(names.entities)


# --- Dates


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("on July 20, 2018", "2018-07-20"),
        ("on 3rd March 2021", "2021-03-03"),
        ("in Sept. 2019", "2019-09"),
        ("since 2013", "2013"),
        ("from 2013 to 2021", "2013/2021"),
        ("on April 13-14, 2025", "2025-04-13/2025-04-14"),
        ("October 30 to November 2, 2023", "2023-10-30/2023-11-02"),
        ("2025년 4월 14일에", "2025-04-14"),
        ("2012년 10월", "2012-10"),
        ("2022.5.21.", "2022-05-21"),
        ("le 3 juillet 2023", "2023-07-03"),
    ],
)
def test_dates_have_the_precision_of_the_text(text: str, value: str) -> None:
    (date,) = dates_in(text)
    assert date.value == value


@pytest.mark.parametrize("text", ["on Sept. 23", "today", "next year", "25일 개최", "내년", "in May of", "4/5/2024"])
def test_what_the_text_alone_does_not_settle_has_a_reason_and_no_value(text: str) -> None:
    (date,) = dates_in(text)
    assert (date.value, bool(date.why)) == ("", True)


@pytest.mark.parametrize("text", ["they may agree", "2019 km", "No. 2024", "31 February 2020 m", "12345", "X-2024"])
def test_what_is_no_date_gives_no_day(text: str) -> None:
    assert [d.value for d in dates_in(text) if len(d.value) > 7] == []


def test_the_date_of_a_header_may_stand_in_words() -> None:
    assert only_date("Feb. 1, 2024 (first date in the text)") == "2024-02-01"
    assert only_date("not stated") == ""


# --- Records


def kinds(draft: Draft) -> dict[str, list[dict[str, object]]]:
    found: dict[str, list[dict[str, object]]] = {}
    for candidate in draft.candidates():
        found.setdefault(candidate.kind, []).append(candidate.facts)
    return found


def test_a_meeting_that_was_held(draft: Draft) -> None:
    (meeting,) = kinds(draft)["meeting-held"]
    assert meeting == {
        "id": "csd-7",
        "type": "Meeting",
        "inSeries": "csd",
        "ordinal": "7",
        "date": "2031-03-03",
        "place": "seoul",
        "convenedBy": ["usa", "rok"],
    }


def test_participants_known_and_unknown(draft: Draft) -> None:
    (present,) = kinds(draft)["participant"]
    assert present == {"id": "csd-7", "participant": ["nasa", "kasa", "ministry-of-lunar-affairs"]}


def test_the_weakest_word_decides_on_the_strength(draft: Draft) -> None:
    promised = kinds(draft)["commitment"]
    assert [p["strength"] for p in promised] == ["agreed", "under-consideration"]
    assert all(sorted(p["committedBy"]) == ["rok", "usa"] for p in promised)  # type: ignore[call-overload]
    assert promised[0]["topic"] == ["ssa"]


def test_an_agreement_and_a_planned_meeting(draft: Draft) -> None:
    (agreement,) = kinds(draft)["agreement-signed"]
    assert agreement["agreementType"] == "memorandum-of-understanding"
    assert agreement["party"] == ["nasa", "kasa"]
    (planned,) = kinds(draft)["next-meeting"]
    assert planned["dueBy"] == "2033"
    assert "date" not in planned


def test_a_partner_in_a_mission(names: Names) -> None:
    text = "Last year Japan joined the Artemis program. NASA's Artemis program grows."
    made = RuleDrafter(names).draft(DocumentText("x", text), "x")
    assert [c.facts for c in made.candidates() if c.kind == "mission-partner"] == [
        {"id": "artemis", "partner": ["japan"]}
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Both sides look forward to further cooperation.",
        "Officials from Japan and the United States discussed space weather.",
        "The rover will be delivered soon.",
    ],
)
def test_courtesy_and_talk_are_no_promises(names: Names, text: str) -> None:
    made = RuleDrafter(names).draft(DocumentText("x", f"Headline\n\n{text}"), "x")
    assert [c.kind for c in made.candidates() if c.kind == "commitment"] == []


def test_a_missing_library_is_named(names: Names, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ahocorasick_rs", None)
    monkeypatch.setitem(sys.modules, "pypdf", None)
    with pytest.raises(MissingExtra, match=r'pip install "spacepact\[draft\]"'):
        Names(names.entities.values()).find("NASA")
    with pytest.raises(MissingExtra, match=r"spacepact\[draft\]"):
        read_bytes(b"%PDF-1.4", "x")


# --- The file


def in_copy(tmp_path: Path, text: str) -> Path:
    graph = tmp_path / "graph"
    if not graph.exists():
        shutil.copytree(folder("graph"), graph)
    (graph / "sources" / "2031-03-04-invented.yaml").write_text(text, encoding="utf-8")
    return graph


def test_a_draft_never_compiles(draft: Draft, names: Names, tmp_path: Path) -> None:
    text = written(draft, names)
    with pytest.raises(FactError) as refused:
        compile_facts(in_copy(tmp_path, text))
    marks = [m for m in refused.value.mistakes if "is a draft" in m]
    assert len(marks) == text.count("draft: true")
    line = text[: text.index("draft: true")].count("\n") + 1
    assert f"sources/2031-03-04-invented.yaml:{line}:1: is a draft; read it" in marks[0]


def test_once_read_it_is_a_source_file_like_any_other(draft: Draft, names: Names, tmp_path: Path) -> None:
    text = re.sub(r"(?m)^ *draft: true.*\n", "", written(draft, names))
    text = text.replace('{en: ""}', "{en: In our own words.}").replace("ministry-of-lunar-affairs", "kari")
    text = text.replace("type: Document\n", 'type: Document\nissued: "2031-03-04"\nrank: press\n', 1)
    assert compile_facts(in_copy(tmp_path, text)).store


def test_what_the_register_lacks_is_listed(draft: Draft, names: Names) -> None:
    assert "\n# To be put into the register first: ministry-of-lunar-affairs\n" in written(draft, names)


def test_a_statement_is_for_a_person_to_write(draft: Draft, names: Names, tmp_path: Path) -> None:
    text = re.sub(r"(?m)^ *draft: true.*\n", "", written(draft, names)).replace("ministry-of-lunar-affairs", "kari")
    with pytest.raises(FactError, match="'statement' takes text here"):
        compile_facts(in_copy(tmp_path, text.replace("type: Document\n", 'type: Document\nissued: "2031"\n', 1)))


def test_no_words_of_the_document_are_in_the_file(draft: Draft, names: Names) -> None:
    words = re.findall(r"\w+", written(draft, names).lower())
    made = {" ".join(words[i : i + 5]) for i in range(len(words))}
    for paragraph in paragraphs(INVENTED)[1:]:
        theirs = re.findall(r"\w+", paragraph.text.lower())
        assert not made & {" ".join(theirs[i : i + 5]) for i in range(len(theirs) - 4)}


def verdicts(text: str, path: Path) -> list[str]:
    path.write_text(text, encoding="utf-8")
    return Checker(vocabulary(), context()).check([FactFile(path.name, False, read(path, path.name))])


_PIECES = [
    *(
        "NASA",
        "KASA",
        "the United States",
        "Republic of Korea",
        "한미",
        "국방부는",
        "우주항공청",
        "Ada Poole",
        "Łódź",
        "Artemis",
    ),
    *(
        "agreed to",
        "plans to explore",
        "held the",
        "3rd",
        "Dialogue",
        "meeting",
        "signed",
        "memorandum",
        "will be held",
        "next",
    ),
    *(
        "July 20, 2018",
        "31.2.2020",
        "2013-2021",
        "today",
        "25일",
        "in May",
        "2025년 4월 14일",
        "99/99/2024",
        ".",
        ",",
        "\n\n",
        "'s",
        '"',
    ),
    *(
        "# comment",
        "draft: true",
        "id: x\n---\n",
        "{en: ",
        "\t- ",
        "\x07",
        "\u2028",
        "participants included",
        "joined",
        "하기로 했다",
    ),
]


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.one_of(st.text(min_size=1), st.lists(st.sampled_from(_PIECES), min_size=1, max_size=25).map(" ".join)))
def test_any_text_gives_a_draft_that_is_refused(text: str, names: Names, tmp_path: Path) -> None:
    if not normalise(text):
        return
    made = RuleDrafter(names).draft(DocumentText("x", text), "x")
    whole = normalise(text)
    for passage in made.passages:
        begin, end = passage.paragraph.start, passage.paragraph.start + len(passage.paragraph.text)
        places = [(m.start, m.length) for m in passage.mentions] + [(u.start, u.length) for u in passage.unknown]
        places += [(d.start, d.length) for d in passage.dates] + [(c.start, c.length) for c in passage.candidates]
        for date in passage.dates:
            assert date.why if not date.value else bounds(date.value)
        assert all(begin <= start and start + length <= end for start, length in places)
        assert all(whole[u.start : u.end] == u.name for u in passage.unknown)
    yaml_text = written(made, names)
    plain = yaml.safe_load(yaml_text)
    assert [p["sha256"] for p in plain["passages"]] == [sha256(p.text) for p in paragraphs(text)]
    assert any("is a draft" in mistake for mistake in verdicts(yaml_text, tmp_path / "x.yaml"))
    assert not any("unknown key" in m or "takes one date" in m for m in verdicts(yaml_text, tmp_path / "x.yaml"))


@pytest.mark.skipif(not DOCUMENTS.is_dir(), reason="needs copies of the documents, which are not in the repository")
def test_a_real_document(names: Names) -> None:
    path = next(DOCUMENTS.glob("p015_*.txt"))
    made = RuleDrafter(names).draft(read_path(path), "fifth")
    assert made.document.citation.issued == "2018-07-20"
    (meeting,) = [c.facts for c in made.candidates() if c.kind == "meeting-held"]
    assert (meeting["ordinal"], meeting["date"]) == ("5", "2018-07-20")
    assert len(made.candidates()) >= 3
    assert '\nissued: "2018-07-20"\n' in written(made, names)


# --- The command


def test_the_command_writes_aside_and_not_over_what_is_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, goal, copy = tmp_path / "A pact.txt", tmp_path / "x.yaml", tmp_path / "copy.txt"
    source.write_text(INVENTED, encoding="utf-8")
    given_here = ["--url", "https://example.org/a", "--publisher", "Atlantis Daily", "--issued", "2031-03-04"]
    assert main(["draft", str(source), "--output", str(goal), "--text", str(copy), *given_here]) == 0
    text = goal.read_text(encoding="utf-8")
    assert "id: ../source/a-pact\n" in text
    assert 'publisher: "Atlantis Daily"\nissued: "2031-03-04"\nurl: "https://example.org/a"\n' in text
    assert normalise(copy.read_text(encoding="utf-8")) == normalise(INVENTED)
    assert main(["draft", str(source), "--output", str(goal)]) == 2
    assert "is there already; name another file, or add --force" in capsys.readouterr().err
    assert main(["draft", str(source), "--output", str(goal), "--force"]) == 0
    assert sorted(p.name for p in tmp_path.iterdir()) == ["A pact.txt", "copy.txt", "x.yaml"]


def test_standard_input(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(INVENTED.encode())))
    assert main(["draft", "-", "--slug", "from-a-pipe"]) == 0
    assert yaml.safe_load(capsys.readouterr().out)["id"] == "../source/from-a-pipe"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["none.txt"], "none.txt: cannot be read: No such file"),
        (["-", "--slug", "No Slug"], "--slug: 'No Slug' can be no id"),
        (["-", "--issued", "yesterday"], "'yesterday' is not an EDTF date"),
        (["-", "--model", "m"], "--llm and --model go together"),
        (["-", "--llm", "ftp://x", "--model", "m"], "is no web address"),
    ],
)
def test_mistakes_name_the_option(
    arguments: list[str], said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"NASA met.")))
    assert main(["draft", *arguments]) == 2
    assert said in capsys.readouterr().err


def test_other_commands_do_not_pay_for_it() -> None:
    code = "import sys; from spacepact.cli import main; main(['find', 'NASA'])"
    code += "; print([m for m in sys.modules if 'draft' in m])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_slug_that_is_none_is_an_error(draft: Draft, names: Names) -> None:
    with pytest.raises(SpacepactError, match="--slug"):
        written(Draft(draft.document, "../x", draft.passages), names)


@pytest.mark.skipif(not DOCUMENTS.is_dir(), reason="needs copies of the documents, which are not in the repository")
def test_the_figures_do_not_fall(files: list[FactFile], monkeypatch: pytest.MonkeyPatch) -> None:
    import importlib.util

    path = Path(__file__).parents[1] / "benchmarks" / "drafting.py"
    monkeypatch.syspath_prepend(path.parent)
    spec = importlib.util.spec_from_file_location("benchmark_of_drafting", path)
    assert spec is not None
    assert spec.loader is not None
    benchmark = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, benchmark)
    spec.loader.exec_module(benchmark)
    found = {
        row["kind"]: float(row["F1"]) for row in benchmark.table("dev", files, DOCUMENTS, False) if row["F1"] != "-"
    }
    assert {kind for kind, f1 in found.items() if f1 < 0.75} == set()
    assert found["name"] >= 0.9
