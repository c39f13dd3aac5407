"""The measures of the network: computed from ties, each of which keeps the engagements that show it."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Store

from spacepact.errors import QuestionError
from spacepact.graph.engines.embedded import Embedded
from spacepact.iris import PREFIXES
from spacepact.queries.catalogue import catalogue, parse
from spacepact.queries.knowledge import KnowledgeGraph
from spacepact.queries.measures import MEASURES, TIES, Row
from spacepact.queries.result import Term

ID = PREFIXES["id"]


def node(name: str) -> NamedNode:
    return NamedNode(ID + name)


def tie(a: str, b: str, engagement: str, year: int = 2024, *, states: tuple[str, str] | None = None) -> Row:
    """One row of ties between *a* and *b*; without *states* they are of none."""
    homes = [node(state) for state in states] if states else [None, None]
    moments = [Literal(f"{year}-01-01T00:00:00Z"), Literal(f"{year}-12-31T23:59:59Z")]
    return (node(a), homes[0], node(b), homes[1], node("basis"), node("topic"), node(engagement), *moments)


def named(term: Term | None) -> str:
    assert term is not None
    return str(term.value).removeprefix(ID)  # type: ignore[union-attr]


def ask(measure: str, rows: list[Row], **given: Term) -> list[list[str]]:
    return [[named(cell) for cell in row] for row in MEASURES[measure](rows, given)]


STAR = [tie("hub", name, f"with-{name}") for name in ("a", "b", "c")]


def test_the_most_connected_is_the_one_with_the_most_partners_not_the_most_engagements() -> None:
    rows = [
        *STAR,
        *(tie("a", "hub", f"more-{n}") for n in range(5)),
        *(tie("b", "d", f"even-more-{n}") for n in range(9)),
    ]
    order = list(dict.fromkeys(row[0] for row in ask("most-connected", rows)))
    assert order == ["hub", "b", "d", "a", "c"]


def test_every_figure_keeps_the_engagements_it_was_computed_from() -> None:
    assert {row[2] for row in ask("most-connected", STAR) if row[0] == "hub"} == {"with-a", "with-b", "with-c"}
    assert {row[3] for row in ask("bridges", STAR)} == {"with-a", "with-b", "with-c"}


def test_only_the_hub_of_a_star_is_a_bridge_and_all_ways_lead_through_it() -> None:
    assert {(row[0], row[1]) for row in ask("bridges", STAR)} == {("hub", "1.000")}


def test_a_way_that_more_engagements_show_is_shorter() -> None:
    weak = [tie("a", "x", "1"), tie("x", "b", "2")]
    strong = [tie("a", "y", f"3-{n}") for n in range(4)] + [tie("y", "b", f"4-{n}") for n in range(4)]
    between = {row[0]: row[1] for row in ask("bridges", weak + strong)}
    assert float(between["y"]) > float(between.get("x", "0"))


def test_a_body_counts_for_its_state_unless_bodies_are_asked_for() -> None:
    rows = [tie("nasa", "kasa", "1", states=("usa", "rok")), tie("noaa", "kma", "2", states=("usa", "rok"))]
    assert {row[0] for row in ask("most-connected", rows)} == {"usa", "rok"}
    assert {row[0] for row in ask("most-connected", rows, level=Literal("bodies"))} == {"nasa", "kasa", "noaa", "kma"}


def test_what_ties_two_bodies_of_one_state_is_no_tie_between_states() -> None:
    assert ask("most-connected", [tie("nasa", "noaa", "1", states=("usa", "usa"))]) == []


def test_communities_are_found_year_by_year() -> None:
    groups = [tie(a, b, f"{a}{b}", 2020) for trio in ("abc", "xyz") for a, b in combinations(trio, 2)]
    rows = ask("communities", [*groups, tie("a", "x", "ax", 2020), tie("a", "b", "ab-2021", 2021)])
    members: dict[tuple[str, str], set[str]] = {}
    for year, number, member, _, _ in rows:
        members.setdefault((year, number), set()).add(member)
    assert members == {("2021", "1"): {"a", "b"}, ("2020", "1"): set("abc"), ("2020", "2"): set("xyz")}
    assert next(iter(members)) == ("2021", "1"), "the newest year first"


def test_a_tie_between_two_communities_is_in_neither() -> None:
    groups = [tie(a, b, f"{a}{b}", 2020) for trio in ("abc", "xyz") for a, b in combinations(trio, 2)]
    assert "ax" not in {row[4] for row in ask("communities", [*groups, tie("a", "x", "ax", 2020)])}


def test_what_has_no_year_of_its_own_is_in_no_community() -> None:
    spanning = (*tie("a", "b", "1")[:7], Literal("2013-01-01T00:00:00Z"), Literal("2021-12-31T23:59:59Z"))
    undated: Row = (*tie("a", "b", "2")[:7], None, None)
    assert ask("communities", [spanning, undated]) == []


WAY = [tie("a", "hub", "1"), tie("hub", "b", "2"), tie("a", "c", "3"), tie("c", "d", "4"), tie("d", "b", "5")]


def test_the_way_of_fewest_hops_comes_first_with_the_engagements_of_each_hop() -> None:
    rows = ask("path", WAY, a=node("a"), b=node("b"))
    assert [row[:4] + row[5:] for row in rows] == [
        ["1", "1", "a", "hub", "1"],
        ["1", "2", "hub", "b", "2"],
        ["2", "1", "a", "c", "3"],
        ["2", "2", "c", "d", "4"],
        ["2", "3", "d", "b", "5"],
    ]


def test_fewer_hops_win_over_better_shown_ones() -> None:
    strong = [tie(a, b, f"{a}{b}{n}") for a, b in (("a", "c"), ("c", "d"), ("d", "b")) for n in range(50)]
    assert [r[2:4] for r in ask("path", [*WAY[:2], *strong], a=node("a"), b=node("b"), paths=Literal("1"))] == [
        ["a", "hub"],
        ["hub", "b"],
    ]


def test_without_a_hub_the_way_leads_round_it() -> None:
    rows = ask("path", WAY, a=node("a"), b=node("b"), without=node("hub"))
    assert [row[2:4] for row in rows] == [["a", "c"], ["c", "d"], ["d", "b"]]


def test_no_more_ways_than_asked_for() -> None:
    assert {row[0] for row in ask("path", WAY, a=node("a"), b=node("b"), paths=Literal("1"))} == {"1"}


@pytest.mark.parametrize(("a", "b"), [("a", "nobody"), ("nobody", "a"), ("a", "a"), ("a", "island")])
def test_where_there_is_no_way_there_are_no_rows(a: str, b: str) -> None:
    assert ask("path", [*WAY, tie("island", "islet", "6")], a=node(a), b=node(b)) == []


def test_the_ends_of_a_way_stand_for_themselves_and_what_lies_between_for_its_state() -> None:
    rows = [
        tie("kasa", "nasa", "1", states=("rok", "usa")),
        tie("noaa", "jma", "2", states=("usa", "japan")),
        tie("rok", "japan", "3", states=("rok", "japan")),
    ]
    assert [r[2:4] for r in ask("path", rows, a=node("kasa"), b=node("jma"), paths=Literal("1"))] == [
        ["kasa", "usa"],
        ["usa", "jma"],
    ]


pairs = st.sets(
    st.tuples(st.sampled_from("abcdef"), st.sampled_from("abcdef")).filter(lambda p: p[0] < p[1]), max_size=15
)


@given(pairs)
def test_the_order_of_the_rows_changes_nothing(found: set[tuple[str, str]]) -> None:
    rows = [tie(a, b, f"{a}{b}", 2020 + (a == "a")) for a, b in sorted(found)]
    for measure in ("most-connected", "bridges", "communities"):
        assert ask(measure, rows) == ask(measure, rows[::-1])


@given(pairs)
def test_ways_are_ways_of_the_network_and_the_first_is_as_short_as_any(found: set[tuple[str, str]]) -> None:
    rows = [tie(a, b, f"{a}{b}") for a, b in sorted(found)]
    network = nx.Graph(list(found))
    network.add_nodes_from("ab")
    steps = [row for row in ask("path", rows, a=node("a"), b=node("b")) if row[0] == "1"]
    assert bool(steps) == nx.has_path(network, "a", "b")
    if steps:
        assert len(steps) == nx.shortest_path_length(network, "a", "b")
        assert all(network.has_edge(row[2], row[3]) for row in steps)


# --- As questions of the catalogue


def test_every_measure_is_of_a_question_and_every_figure_has_its_evidence(record: Store) -> None:
    graph = KnowledgeGraph(Embedded(record))
    assert {q.measure for q in catalogue().values()} - {""} == set(MEASURES)
    answer = graph.ask("most-connected")
    ties = {row["actor"]: row["engagements"] for row in answer}
    assert ties
    assert all(isinstance(number, int) and number > 0 for number in ties.values())
    assert {proof.entity for proof in answer.evidence()} >= {"id:scwg-18-share-information"}


def test_a_header_with_an_unknown_measure_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "odd.rq"
    path.write_text(
        "#+ title: Odd?\n#+ description: odd\n#+ columns: {a: b}\n#+ evidence: [a]\n#+ measure: bridge\nSELECT ?a {}\n"
    )
    with pytest.raises(QuestionError, match=r"queries/odd.rq: unknown measure 'bridge'.*bridges"):
        parse(path)


def test_the_columns_of_ties_are_what_the_measures_read() -> None:
    assert len(TIES) == len(tie("a", "b", "c"))


def test_a_hop_without_engagements_leads_from_a_body_to_its_own_state() -> None:
    rows = [tie("nasa", "kasa", "1", states=("usa", "rok")), tie("usa", "hungary", "2", states=("usa", "hungary"))]
    steps = MEASURES["path"](rows, {"a": node("nasa"), "b": node("hungary"), "paths": Literal("1")})
    assert [(named(r[2]), named(r[3]), r[5]) for r in steps] == [
        ("nasa", "usa", None),
        ("usa", "hungary", node("2")),
    ]


def test_a_state_and_its_own_body_are_one_hop_apart() -> None:
    rows = [tie("nasa", "kasa", "1", states=("usa", "rok")), tie("usa", "rok", "2", states=("usa", "rok"))]
    steps = MEASURES["path"](rows, {"a": node("usa"), "b": node("nasa"), "paths": Literal("1")})
    assert [(named(r[2]), named(r[3])) for r in steps] == [("usa", "nasa")]


def test_without_an_actor_what_it_has_a_part_in_ties_nobody() -> None:
    trilateral = [tie("usa", "rok", "1"), tie("usa", "japan", "1"), tie("rok", "japan", "1")]
    assert ask("path", trilateral, a=node("rok"), b=node("japan"), without=node("usa")) == []
    body = [tie("nasa", "rok", "1", states=("usa", "rok")), tie("rok", "japan", "1"), tie("rok", "japan", "2")]
    hops = ask("path", body, a=node("rok"), b=node("japan"), without=node("nasa"))
    assert [row[5] for row in hops] == ["2"]


def test_the_questions_with_a_measure_select_the_same_ties() -> None:
    assert len({q.sparql for q in catalogue().values() if q.measure}) == 1
