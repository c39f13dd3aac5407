"""Views: the model from the real record, its layout, its exports, its page."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from itertools import combinations, pairwise
from pathlib import Path
from xml.etree import ElementTree

import networkx as nx
import pytest
from pyoxigraph import Store

import servers
from spacepact.errors import MissingExtra, SpacepactError, ViewError
from spacepact.graph.engines.embedded import Embedded
from spacepact.graph.engines.endpoint import connect
from spacepact.iris import ENTITY, SOURCE
from spacepact.queries.evidence import RANKS, Proof
from spacepact.queries.knowledge import KnowledgeGraph
from spacepact.visualizations import build_view, to_gexf, to_graphml, to_json, to_networkx, view_page, write_page
from spacepact.visualizations.layout import LARGE, place
from spacepact.visualizations.model import Node, Showing, Source, Tie, Topic, View
from spacepact.visualizations.views import definition, view_names

USA, ROK = ENTITY + "usa", ENTITY + "rok"
DOD, MND = ENTITY + "us-dod", ENTITY + "rok-mnd"


@pytest.fixture(scope="module")
def graph(record: Store) -> KnowledgeGraph:
    return KnowledgeGraph(Embedded(record))


@pytest.fixture(scope="module")
def view(graph: KnowledgeGraph) -> View:
    return build_view(graph, "cooperation")


def tie(view: View, *ends: str) -> Tie:
    return next(t for t in view.ties if {t.a, t.b} == set(ends))


def test_a_tie_is_shown_by_engagements_and_these_by_passages(view: View) -> None:
    study = next(s for s in tie(view, DOD, MND).showings if s.iri == ENTITY + "space-policy-joint-study")
    assert (study.kind, study.what, study.date) == ("agreement", "study agreement", "2022-04-25")
    proof = next(p for p in study.passages if p.passage == SOURCE + "scwg-18-report/p7-inferred")
    assert (proof.certainty, proof.paragraph, proof.says) == ("inferred", 7, ("party",))
    assert proof.publisher == "Parabolic Arc"
    assert all(s.passages for t in view.ties for s in t.showings)


def test_official_sources_come_before_the_press(view: View) -> None:
    mixed = [s for s in tie(view, USA, ROK).showings if len({p.rank for p in s.passages}) > 1]
    assert mixed
    for showing in mixed:
        ranks = [RANKS.index(p.rank) for p in showing.passages if not set(p.says) <= {"name", "note"}]
        assert ranks == sorted(ranks)


def test_only_actors_of_different_states_are_tied(view: View) -> None:
    states = {node.iri: node.state for node in view.nodes}
    assert all(states[t.a] != states[t.b] or states[t.a] is None for t in view.ties)


def test_what_is_only_considered_ties_no_one(view: View) -> None:
    promised = [s for t in view.ties for s in t.showings if s.kind == "commitment"]
    assert promised
    assert not [s.iri for s in promised if s.strength == "under consideration"]


def test_attendance_is_kept_apart(view: View) -> None:
    assert view.bases[-1] == "attendance"
    assert "attendance" not in view.shown
    attended = [s for t in view.ties for s in t.showings if s.kind == "attendance"]
    assert attended
    assert not any(s.topics for s in attended)


def test_newest_comes_first_and_the_heaviest_tie(view: View) -> None:
    dates = [s.date[:4] for s in tie(view, USA, ROK).showings if s.date and "/" not in s.date]
    assert dates == sorted(dates, reverse=True)
    weights = [t.weight for t in view.ties]
    assert weights == sorted(weights, reverse=True)


def test_counts_agree_with_the_showings(view: View) -> None:
    found = tie(view, USA, ROK)
    assert found.weight == len({s.iri for s in found.showings})
    assert sum(found.bases.values()) == len(found.showings)
    assert all(count <= found.weight for count in found.topics.values())


def test_names_in_all_languages_are_kept(view: View) -> None:
    rok = next(node for node in view.nodes if node.iri == ROK)
    assert rok.label == "Republic of Korea"
    assert {"대한민국", "South Korea"} <= set(rok.aliases)


@pytest.mark.parametrize("kind", ["oxigraph_server", "virtuoso_server"])
def test_servers_give_the_same_view(kind: str, request: pytest.FixtureRequest, view: View) -> None:
    server: servers.Server = request.getfixturevalue(kind)
    assert to_json(build_view(KnowledgeGraph(connect(server.query)), "cooperation")) == to_json(view)


def test_json_and_networkx_hold_the_view(view: View) -> None:
    data = json.loads(to_json(view))
    graph = to_networkx(view)
    assert len(data["ties"]) == len(view.ties)
    assert len(data["nodes"]) == graph.number_of_nodes() == len(view.nodes)


def test_attendance_neither_weighs_nor_ties_in_a_network(view: View) -> None:
    graph, found = to_networkx(view), tie(view, USA, ROK)
    firm = {s.iri for s in found.showings if s.kind in view.shown}
    edge = graph.edges[USA, ROK]
    assert edge["weight"] == len(firm) == len(edge["engagements"].split("; ")) < found.weight
    assert {basis: edge[basis] for basis in view.bases} == {b: found.bases.get(b, 0) for b in view.bases}
    assert {frozenset(e) for e in graph.edges} == {
        frozenset((t.a, t.b)) for t in view.ties if any(s.kind in view.shown for s in t.showings)
    }
    attending = [t for t in view.ties if set(t.bases) == {"attendance"}]
    assert attending
    only = next(n.iri for n in view.nodes if n.weight and not graph.degree(n.iri))
    assert graph.nodes[only]["weight"] == 0 < graph.nodes[only]["attendance"]
    shown = to_networkx(replace(view, shown=view.bases))
    assert shown.number_of_edges() == len(view.ties)
    assert shown.edges[USA, ROK]["weight"] == found.weight


def test_exports_carry_sources_and_licence(view: View) -> None:
    read = nx.parse_graphml(to_graphml(view))
    assert read.number_of_edges() == to_networkx(view).number_of_edges() > 0
    assert "CC0" in read.graph["licence"]
    assert view.sources[0].title in read.graph["sources"]
    root = ElementTree.fromstring(to_gexf(view))
    meta = root[0]
    assert meta.get("lastmodifieddate") == view.as_of
    assert view.sources[0].title in "".join(meta.itertext())
    assert len(root.findall(".//{*}edge")) == read.number_of_edges()


def boxes_overlap(at: dict[str, tuple[float, float]], sizes: dict[str, tuple[float, float]]) -> list[tuple[str, str]]:
    return [
        (a, b)
        for a, b in combinations(sorted(at), 2)
        if abs(at[a][0] - at[b][0]) < (sizes[a][0] + sizes[b][0]) / 2
        and abs(at[a][1] - at[b][1]) < (sizes[a][1] + sizes[b][1]) / 2
    ]


@pytest.mark.parametrize("tall", [False, True])
def test_layout_keeps_labels_apart_and_isolates_aside(tall: bool) -> None:
    sizes = {f"n{i:02}": (120.0, 50.0) for i in range(30)}
    names = sorted(sizes)
    ties = [(names[i], names[i // 2]) for i in range(1, 14)] + [("n14", "n15")]
    weak = [("n00", f"n{i}") for i in range(16, 24)]
    at = place(sizes, ties, weak, dict.fromkeys(names, "x"), tall=tall)
    assert set(at) == set(sizes)
    assert boxes_overlap(at, sizes) == []
    assert min(at[n][1] for n in names[24:]) > max(at[n][1] for n in names[:24] if n not in ("n14", "n15"))
    assert at == place(dict(reversed(sizes.items())), reversed(ties), weak, dict.fromkeys(names, "x"), tall=tall)
    alone = place(sizes, ties, (), tall=tall)
    core = [(alone[a][0] - alone["n00"][0], at[a][0] - at["n00"][0]) for a in names[:14]]
    assert all(abs(x - y) <= 1 for x, y in core), "weak ties must not move the others"


def test_large_networks_are_laid_out_by_igraph(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("igraph")
    names = [f"n{i:04}" for i in range(LARGE + 1)]
    sizes = dict.fromkeys(names, (60.0, 30.0))
    ties = list(pairwise(names))
    assert place(sizes, ties) == place(sizes, ties)
    monkeypatch.setitem(sys.modules, "igraph", None)
    with pytest.raises(MissingExtra, match=r"spacepact\[layout\]"):
        place(sizes, ties)


def test_every_view_that_is_shipped_has_ties(graph: KnowledgeGraph) -> None:
    for name in view_names():
        assert build_view(graph, name).ties, name


GOOD = (
    'title = "T"\ndescription = "D"\nactors = ["state"]\nbases = ["agreement", "commitment"]\nshown = ["agreement"]\n'
)


def test_a_view_can_keep_to_topics(graph: KnowledgeGraph, tmp_path: Path, view: View) -> None:
    (tmp_path / "defence.toml").write_text(GOOD + 'topics = ["security and defence"]\n', encoding="utf-8")
    kept = build_view(graph, "defence", tmp_path)
    found = [s for t in kept.ties for s in t.showings]
    roots = {topic.iri: topic.path[-1] for topic in view.topics}
    assert found
    assert all("security" in " ".join(roots[iri] for iri in s.topics) for s in found)
    assert {node.kind for node in kept.nodes} == {"state"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (GOOD + "shwon = []", "unknown key 'shwon'; did you mean 'shown'"),
        (GOOD.replace('"T"', "1"), "'title' must be a text"),
        (GOOD.replace('["state"]', '"state"'), "'actors' must be a list of texts"),
        (GOOD.replace('title = "T"\n', ""), "write 'title' too"),
        (
            GOOD.replace('shown = ["agreement"]', 'shown = ["activity"]'),
            "'shown' has 'activity', which 'bases' has not",
        ),
        (
            GOOD.replace('["state"]', '["stat"]'),
            "'actors' has 'stat', which the graph does not know; did you mean 'state'",
        ),
        (GOOD + 'topics = ["lunar exploraton"]', "did you mean 'lunar exploration'"),
        (GOOD + "= 1", "visualizations/x.toml: "),
    ],
)
def test_mistakes_in_a_view_file_are_named(text: str, words: str, tmp_path: Path, graph: KnowledgeGraph) -> None:
    (tmp_path / "x.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ViewError) as caught:
        build_view(graph, "x", tmp_path)
    assert words in str(caught.value)


def test_an_unknown_view_gets_the_nearest() -> None:
    with pytest.raises(ViewError, match="no view 'coperation'; did you mean 'cooperation'"):
        definition("coperation")


def small(text: str, url: str = "https://example.org/doc") -> View:
    """A view of two actors whose every text is *text*."""
    proof = Proof("https://e.x/p1", 1, "presumed", (text,), "https://e.x/d", text, text, "2020", url, text)
    showing = Showing(
        "https://e.x/id/e", text, "agreement", text, "2020-02?", ("2019",), "2027", text, text, ("t:1",), (proof,)
    )
    return View(
        name="small",
        title=text,
        description=text,
        nodes=(
            Node("https://e.x/id/a", "A" + text, "state", text, (text,), 1),
            Node("https://e.x/id/b", "B" + text, text, text, (), 1),
        ),
        ties=(Tie("https://e.x/id/a", "https://e.x/id/b", (showing,)),),
        topics=(Topic("t:1", text, ("t:1",)),),
        shown=("agreement",),
        data_version=text,
        as_of="2025-01-01",
        sources=(Source("https://e.x/d", text, text, "2020", url, text),),
        licence=text,
    )


@pytest.mark.parametrize(
    "hostile", ["<script>x</script>", "</script><img src=x onerror=x>", "\"' onclick=x", "a\u2028b\u2029c"]
)
def test_hostile_text_is_escaped(hostile: str) -> None:
    page = view_page(small(hostile))
    assert page.count("<script") == view_page(small("plain")).count("<script")
    assert "<img" not in page.split('id="data"')[0].split("</style>")[-1]
    data = page.split('id="data">')[1].split("</script>")[0]
    assert not set("<>&") & set(data)
    assert json.loads(data)["actors"]["n0"]["label"] == "A" + hostile


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", " javascript:alert(1)", ""])
def test_only_web_addresses_become_links(url: str) -> None:
    page = view_page(small("x", url))
    assert 'target="_blank"' not in page
    assert 'href="https://example.org/doc"' in view_page(small("x"))


def test_the_page_holds_all_evidence_without_a_script(view: View) -> None:
    page = view_page(view)
    html = page.split("</style>")[-1].split('<script type="application/json"')[0]
    engagements = {(s.iri, s.kind) for t in view.ties for s in t.showings}
    assert html.count("<article") == len(engagements)
    assert html.count("<details class") == len(view.ties)
    assert "as of " + view.as_of in html
    assert page == view_page(view)


def test_an_empty_view_says_so() -> None:
    empty = View("e", "T", "D", (), (), (), ("agreement",), "0", "2025-01-01", (), "CC0")
    assert "no evidence that there is none" in view_page(empty)


def test_a_page_is_replaced_in_one_step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "page.html"
    target.write_text("old", encoding="utf-8")

    def fail(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("os.replace", fail)
        with pytest.raises(KeyboardInterrupt):
            write_page(small("x"), target)
    assert [p.name for p in tmp_path.iterdir()] == ["page.html"]
    assert target.read_text(encoding="utf-8") == "old"
    write_page(small("x"), target)
    assert target.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    with pytest.raises(SpacepactError, match="cannot be written"):
        write_page(small("x"), tmp_path / "nowhere" / "page.html")
