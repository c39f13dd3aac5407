"""Compiling facts: every mistake is caught at its line, and the same files give the same quads."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store

from spacepact.errors import FactError
from spacepact.folders import folder
from spacepact.graph.compiling import compile_facts
from spacepact.iris import DERIVED, ENTITY, NS, PREFIXES, SOURCE

HASH = "0" * 64

REGISTER = """
id: ../source/register-test
type: Document
title: {en: Register}
publisher: Test
language: en
rank: other
says:
  - {id: usa, type: State, prefLabel: {en: United States}}
  - {id: rok, type: State, prefLabel: {en: Republic of Korea}}
  - {id: kr-mnd, type: GovernmentBody, prefLabel: {en: Ministry}, ofState: rok}
  - {id: scwg, type: MeetingSeries, prefLabel: {en: Working group}}
"""

SOURCE_HEAD = f"""
id: ../source/report
type: Document
title: {{en: Report}}
publisher: Test
issued: "2022-05-14"
language: en
rank: press
length: 500
sha256: {HASH}
passages:
  - id: ../source/report/p1
    type: Passage
    paragraph: 1
    startOffset: 0
    length: 100
    sha256: {HASH}
    says:
"""

NAMES_HEAD = REGISTER.split("  - ")[0].replace("register-test", "register-names")

MEETING = """
      - id: scwg-18
        type: Meeting
        inSeries: scwg
        ordinal: 18
        date: "2022-04-25"
        participant: [usa, kr-mnd]
"""

Compile = Callable[..., Store]


@pytest.fixture
def compiling(tmp_path: Path) -> Compile:
    """Compile a graph of one register and one source with the given text, and *names* of another register."""

    def run(
        says: str = MEETING, *, head: str = SOURCE_HEAD, register: str = REGISTER, after: str = "", names: str = ""
    ) -> Store:
        for name in ("register", "sources", "links"):
            (tmp_path / name).mkdir(exist_ok=True)
        (tmp_path / "register" / "all.yaml").write_text(register, encoding="utf-8")
        if names:
            (tmp_path / "register" / "names.yaml").write_text(NAMES_HEAD + names, encoding="utf-8")
        (tmp_path / "sources" / "x.yaml").write_text(head.strip("\n") + "\n" + says.strip("\n") + "\n" + after, "utf-8")
        return compile_facts(tmp_path).store

    return run


def mistakes(compiling: Compile, says: str = MEETING, **rest: str) -> list[str]:
    with pytest.raises(FactError) as caught:
        compiling(says, **rest)
    return caught.value.mistakes


def test_a_fact_lies_in_the_graph_of_its_passage_and_once_in_the_default_graph(compiling: Compile) -> None:
    store = compiling()
    fact = (NamedNode(ENTITY + "scwg-18"), NamedNode(NS + "participant"), NamedNode(ENTITY + "kr-mnd"))
    assert Quad(*fact, NamedNode(SOURCE + "report/p1")) in store
    assert len(list(store.quads_for_pattern(*fact, DefaultGraph()))) == 1


def test_every_fact_of_a_named_graph_is_in_the_default_graph_and_the_other_way_round(record: Store) -> None:
    store = record
    default = {str(q.triple) for q in store.quads_for_pattern(None, None, None, DefaultGraph())}
    named = {str(q.triple) for g in store.named_graphs() for q in store.quads_for_pattern(None, None, None, g)}
    assert default == named


def test_facts_about_the_document_lie_in_the_graph_of_the_document(compiling: Compile) -> None:
    store = compiling()
    document = NamedNode(SOURCE + "report")
    about = {q.subject for q in store.quads_for_pattern(None, None, None, document)}
    assert about == {document, NamedNode(SOURCE + "report/p1")}


def test_dates_get_their_bounds(compiling: Compile) -> None:
    store = compiling()
    latest = next(store.quads_for_pattern(NamedNode(ENTITY + "scwg-18"), NamedNode(NS + "latest"), None, None))
    assert isinstance(latest.object, Literal)
    assert latest.object.value == "2022-04-25T23:59:59Z"


WRONG: list[tuple[str, str, str]] = [
    ("unknown key", "        ordinall: 18\n", "19:9: unknown key 'ordinall'; did you mean 'ordinal'"),
    ("unknown entity", "        hostedBy: kr-mdn\n", "19:19: unknown entity 'kr-mdn'; did you mean 'kr-mnd'?"),
    ("unknown type", "        type: Meating\n", "19:15: unknown type 'Meating'; did you mean 'Meeting'"),
    ("wrong kind of thing", "        inSeries: usa\n", "19:19: 'inSeries' takes a meeting series; 'usa' is a state"),
    ("key of another class", "        committedBy: usa\n", "19:9: 'committedBy' belongs to a commitment"),
    (
        "unknown code",
        "        level: director\n",
        "19:16: unknown code 'director' for 'level'; did you mean 'director-gen",
    ),
    (
        "unknown topic",
        "        topic: space-wether\n",
        "19:16: unknown code 'space-wether' for 'topic'; did you mean 'space-w",
    ),
    ("no date", '        date: "April 2022"\n', "19:15: 'April 2022' is not an EDTF date; write 2022-04-25"),
    ("no day", '        date: "2022-02-30"\n', "19:15: '2022-02-30' is no date of the calendar"),
    ("no number", "        ordinal: eighteen\n", "19:18: 'ordinal' takes a whole number, not 'eighteen'"),
    ("no language", "        prefLabel: 18th meeting\n", "19:20: 'prefLabel' needs a language"),
    ("no language tag", "        prefLabel: {english: 18th}\n", "19:21: 'english' is no language tag"),
    ("mapping for a literal", "        ordinal: {n: 18}\n", "19:18: 'ordinal' takes a single value"),
    ("nested without id", "        hasParticipation: {actor: usa}\n", "19:27: no 'id'"),
    ("passage key on an entity", "        says: []\n", "19:9: 'says' belongs to a document or passage"),
]


@pytest.mark.parametrize(("extra", "expected"), [w[1:] for w in WRONG], ids=[w[0] for w in WRONG])
def test_a_mistake_is_caught_at_its_line(compiling: Compile, extra: str, expected: str) -> None:
    says = f"\n      - id: scwg-18\n{extra}"
    if "type:" not in extra:
        says += "        type: Meeting\n"
    assert any(m.startswith(f"sources/x.yaml:{expected}") for m in mistakes(compiling, says)), mistakes(compiling, says)


def test_all_mistakes_of_all_files_come_in_one_run(compiling: Compile) -> None:
    says = "\n      - {id: scwg-18, type: Meeting, ordinall: 1, inSeries: nowhere}"
    register = REGISTER + "  - {id: mars, type: Planet}\n"
    found = mistakes(compiling, says, register=register)
    assert {m.split(":")[0] for m in found} == {"register/all.yaml", "sources/x.yaml"}
    assert len(found) >= 4


def test_an_entity_twice_in_one_passage_is_refused(compiling: Compile) -> None:
    says = MEETING + "      - {id: scwg-18, place: nowhere}\n"
    assert any("'scwg-18' stands twice in one passage" in m for m in mistakes(compiling, says))


def test_an_entity_twice_in_the_register_is_refused(compiling: Compile) -> None:
    register = REGISTER + "  - {id: usa, type: State, prefLabel: {en: Again}}\n"
    assert any("duplicate id 'usa'" in m for m in mistakes(compiling, register=register))


def test_an_entry_without_a_type_adds_names_to_what_another_register_has(compiling: Compile) -> None:
    store = compiling(names="  - {id: usa, prefLabel: {fr: États-Unis}}\n")
    label = NamedNode(PREFIXES["skos"] + "prefLabel")
    found = {q.object for q in store.quads_for_pattern(NamedNode(ENTITY + "usa"), label, None)}
    assert found == {Literal("United States", language="en"), Literal("États-Unis", language="fr")}


def test_names_of_another_dataset_are_no_source(compiling: Compile) -> None:
    register = REGISTER + "  - {id: mars, type: Place, prefLabel: {en: Mars}}\n"
    found = mistakes(compiling, register=register, names="  - {id: mars, prefLabel: {fr: Mars}}\n")
    assert any("unsourced entity 'mars'" in m for m in found)


def test_a_passage_twice_is_refused(compiling: Compile) -> None:
    again = textwrap.dedent(SOURCE_HEAD.split("passages:\n")[1])
    after = textwrap.indent(again, "  ") + MEETING
    assert any("duplicate id '../source/report/p1'" in m for m in mistakes(compiling, after=after))


def test_a_key_twice_is_refused_with_both_lines(compiling: Compile) -> None:
    found = mistakes(compiling, MEETING + "        ordinal: 19\n")
    assert found == ["sources/x.yaml:24:9: the key 'ordinal' stands twice (first at line 21)"]


def test_a_fact_outside_a_passage_is_refused(compiling: Compile) -> None:
    head = SOURCE_HEAD.replace("passages:", "says:\n  - {id: usa, ofState: usa}\npassages:")
    assert any("facts outside a passage" in m for m in mistakes(compiling, head=head))


def test_an_entity_no_passage_speaks_of_is_refused(compiling: Compile) -> None:
    register = REGISTER + "  - {id: mars, type: Place, prefLabel: {en: Mars}}\n"
    found = mistakes(compiling, register=register)
    assert found == ["register/all.yaml:13:5: unsourced entity 'mars': no passage speaks of it"]


def test_an_entity_reached_through_another_is_sourced(compiling: Compile) -> None:
    says = MEETING.replace("[usa, kr-mnd]", "kr-mnd")
    register = REGISTER.replace("  - {id: usa, type: State, prefLabel: {en: United States}}\n", "")
    assert len(compiling(says, register=register)) > 0


def test_the_register_holds_no_commitments(compiling: Compile) -> None:
    register = REGISTER + "  - {id: c-9, type: Commitment, committedBy: usa, statement: {en: Help.}}\n"
    found = mistakes(compiling, MEETING + "      - {id: c-9}\n", register=register)
    assert any("the register holds no Commitment; declare it in a source" in m for m in found)
    assert any("the register holds names and what belongs to what; 'committedBy' is for a source" in m for m in found)


def test_the_register_has_no_passages(compiling: Compile) -> None:
    found = mistakes(compiling, register=REGISTER.replace("says:", "passages: []\nsays:"))
    assert any("the register has no passages" in m for m in found)


def test_two_files_cannot_be_one_document(compiling: Compile, tmp_path: Path) -> None:
    compiling()
    (tmp_path / "sources" / "y.yaml").write_bytes((tmp_path / "sources" / "x.yaml").read_bytes())
    with pytest.raises(
        FactError, match=r"sources/y.yaml:1:1: duplicate id '../source/report', already that of the doc"
    ):
        compile_facts(tmp_path)


def test_a_source_needs_a_date_of_issue(compiling: Compile) -> None:
    assert any(
        "needs 'issued'" in m for m in mistakes(compiling, head=SOURCE_HEAD.replace('issued: "2022-05-14"\n', ""))
    )


def test_a_source_needs_passages(compiling: Compile) -> None:
    head = SOURCE_HEAD.split("passages:")[0] + "passages: []"
    assert any("has no 'passages'" in m for m in mistakes(compiling, "", head=head))


def test_two_dates_in_one_passage_are_refused(compiling: Compile) -> None:
    says = MEETING.replace('"2022-04-25"', '["2022-04-25", "2022-04-26"]')
    assert any("takes one date in a passage" in m for m in mistakes(compiling, says))


def test_the_ending_of_a_passage_fits_its_certainty(compiling: Compile) -> None:
    head = SOURCE_HEAD.replace("report/p1", "report/p1-inferred")
    assert any("the id does not fit 'certainty'" in m for m in mistakes(compiling, head=head))


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        (['made "2022-05"', 'dropped ""'], "dropped"),
        (['under-way "2023"', 'dropped "2023-06-01"'], "dropped"),
        (['made "2022-05-01"', 'completed "2022"'], "completed"),
        (['dropped "2021"', 'renewed "2022"'], "renewed"),
        (['signed "2022-05-01"', 'proposed "2022-05-01"'], "signed"),
        (['announced "2022-05-01"', 'under-way "2022"'], "under-way"),
        (['planned "2022-05-21"', 'signed "2022-05"'], "signed"),
        (['under-way "2013/2021"', 'proposed "2015"'], "under-way"),
    ],
)
def test_the_latest_event_gives_the_status(compiling: Compile, events: list[str], expected: str) -> None:
    told = []
    for number, event in enumerate(events):
        name, date = event.split(" ")
        dated = "" if date == '""' else f", date: {date}"
        told.append(f"{{id: e-{number}, type: StatusEvent, newStatus: {name}{dated}}}")
    says = f"\n      - {{id: imap, type: Mission, partner: [usa, kr-mnd], hasStatusEvent: [{', '.join(told)}]}}\n"
    store = compiling(MEETING + says)
    status = next(store.quads_for_pattern(NamedNode(ENTITY + "imap"), NamedNode(NS + "currentStatus"), None, None))
    assert str(status.object).endswith(f"/{expected}>")


@pytest.mark.parametrize(
    ("due", "expected"), [("2021", "no-data"), ("2021/..", "under-way"), ("2021-12/..", "under-way")]
)
def test_only_a_deadline_can_be_past(compiling: Compile, due: str, expected: str) -> None:
    event = "{id: e-1, type: StatusEvent, newStatus: under-way}"
    mission = f"{{id: imap, type: Mission, partner: [usa, kr-mnd], dueBy: '{due}', hasStatusEvent: [{event}]}}"
    store = compiling(f"{MEETING}\n      - {mission}\n")
    status = next(store.quads_for_pattern(NamedNode(ENTITY + "imap"), NamedNode(NS + "currentStatus"), None, None))
    assert str(status.object).endswith(f"/{expected}>")


def test_an_undated_event_counts_from_the_first_document_that_tells_it(compiling: Compile, tmp_path: Path) -> None:
    told = "{id: e-0, type: StatusEvent, newStatus: signed}"
    later = "{id: e-1, type: StatusEvent, newStatus: completed, date: '2023'}"
    says = "\n      - {id: imap, type: Mission, partner: [usa, kr-mnd], hasStatusEvent: [%s]}\n"
    compiling(MEETING + says % f"{told}, {later}")
    again = SOURCE_HEAD.replace("report", "later").replace("2022-05-14", "2024-01-01") + says % told
    (tmp_path / "sources" / "y.yaml").write_text(again.strip("\n"), encoding="utf-8")
    store = compile_facts(tmp_path).store
    status = next(store.quads_for_pattern(NamedNode(ENTITY + "imap"), NamedNode(NS + "currentStatus"), None, None))
    assert str(status.object).endswith("/completed>")


EXTENT: list[tuple[str, str, str, str]] = [
    ("past the end", "    length: 100\n", "    length: 900\n", "ends at character 900, its document at 500"),
    ("empty", "    length: 100\n", "    length: 0\n", "a passage of no characters"),
    ("no offset", "    startOffset: 0\n", "", "a passage needs 'startOffset'"),
    ("bad hash", f"    sha256: {HASH}\n    says", "    sha256: abc\n    says", "64 hexadecimal digits"),
    ("another number", "    paragraph: 1\n", "    paragraph: 2\n", "passage p1 says it is paragraph 2"),
    ("another document", "report/p1", "other/p1", "the id of a passage is that of its document"),
]


@pytest.mark.parametrize(("old", "new", "expected"), [e[1:] for e in EXTENT], ids=[e[0] for e in EXTENT])
def test_offsets_and_hashes_that_do_not_fit_are_refused(compiling: Compile, old: str, new: str, expected: str) -> None:
    assert SOURCE_HEAD.count(old) == 1
    assert any(expected in m for m in mistakes(compiling, head=SOURCE_HEAD.replace(old, new)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- a list", "1:1: a fact file is one mapping"),
        ("id: [unclosed", "not YAML"),
        ("a: &x {b: *x}", "an alias that contains itself"),
        ("", "1:1: a fact file is one mapping"),
    ],
)
def test_what_is_no_fact_file_is_refused(compiling: Compile, text: str, expected: str) -> None:
    found = mistakes(compiling, "", head=text)
    assert expected in found[0]
    assert found[0].startswith("sources/x.yaml:")


def test_text_that_is_not_utf8_is_refused(compiling: Compile, tmp_path: Path) -> None:
    compiling()
    (tmp_path / "sources" / "x.yaml").write_bytes(b"id: \xff")
    with pytest.raises(FactError, match="not UTF-8"):
        compile_facts(tmp_path)


def test_the_same_files_give_the_same_quads_wherever_they_lie(tmp_path: Path, record: Store) -> None:
    shutil.copytree(folder("graph"), tmp_path / "graph")
    assert sorted(map(str, compile_facts(tmp_path / "graph").store)) == sorted(map(str, record))


def test_the_order_of_facts_in_a_file_does_not_matter(compiling: Compile) -> None:
    lines = MEETING.strip("\n").splitlines()
    turned = "\n".join([lines[0], *reversed(lines[1:])])
    assert sorted(map(str, compiling())) == sorted(map(str, compiling(turned)))


def test_a_later_document_adds_to_an_engagement_without_a_change_of_the_older_file(
    compiling: Compile, tmp_path: Path
) -> None:
    compiling()
    later = SOURCE_HEAD.replace("report", "later").replace("2022-05-14", "2023-01-01") + MEETING.replace(
        'date: "2022-04-25"', "hasStatusEvent: {id: scwg-18-dropped, type: StatusEvent, newStatus: dropped}"
    )
    (tmp_path / "sources" / "y.yaml").write_text(later.strip("\n"), encoding="utf-8")
    store = compile_facts(tmp_path).store
    events = list(
        store.quads_for_pattern(NamedNode(ENTITY + "scwg-18"), NamedNode(NS + "hasStatusEvent"), None, DefaultGraph())
    )
    assert {e.object for e in events} == {NamedNode(ENTITY + n) for n in ("scwg-18/held", "scwg-18-dropped")}


def test_derived_facts_lie_in_the_derived_graph_only(compiling: Compile) -> None:
    store = compiling()
    graphs = {q.graph_name for q in store.quads_for_pattern(None, NamedNode(NS + "involves"), None, None)}
    assert graphs == {DefaultGraph(), NamedNode(DERIVED)}
