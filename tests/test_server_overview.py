"""The overview: what counts on it, its filters, how it is drawn, and the files that go with it."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import defaultdict
from dataclasses import replace
from functools import cache
from itertools import combinations, pairwise
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

import networkx as nx
import pytest
from pyoxigraph import NamedNode

from browsing import hostile
from service import page, site
from spacepact.iris import LICENCE
from spacepact.server.routing import answer
from spacepact.server.settings import Settings
from spacepact.server.site import Site
from spacepact.visualizations.model import Node, Showing, Tie, View
from spacepact.visualizations.overview import Filters, Overview
from spacepact.visualizations.ring import MOST, draw, ring_order
from spacepact.visualizations.years import years_of

EVERY = "basis=agreement,commitment,activity,attendance"
SVG = "{http://www.w3.org/2000/svg}"

# By states, from the derived facts themselves.
BETWEEN_STATES = """
PREFIX pact: <https://w3id.org/spacepact/ns#>
SELECT DISTINCT ?x ?y ?engagement ?basis {
  ?cooperation pact:between ?a, ?b ; pact:basis ?basis ; pact:shownBy ?engagement .
  OPTIONAL { ?a pact:ofState ?of_a } OPTIONAL { ?b pact:ofState ?of_b }
  BIND (COALESCE(?of_a, ?a) AS ?x) BIND (COALESCE(?of_b, ?b) AS ?y)
  FILTER (STR(?x) < STR(?y))
}"""


@cache
def data(query: str = "") -> dict[str, Any]:
    """What the overview gives as JSON."""
    found = page(f"/api/explore?{query}")
    assert found.status == 200, found.body
    return dict(json.loads(found.body))


def engagements(query: str) -> set[str]:
    return {iri for tie in data(query)["ties"] for iri in tie["shown_by"]}


def html(query: str = "") -> str:
    found = page(f"/explore?{query}")
    assert found.status == 200
    return str(found.body)


def strangers(number: int) -> View:
    """A view of so many states, each tied to the next, the first ones more firmly."""
    node = Node("", "", "state", None, (), 1)
    nodes = [
        replace(node, iri=f"https://e.x/id/s{n:03}", label=f"State {n:03}", state=f"State {n:03}")
        for n in range(number)
    ]
    showing = Showing("", "x", "agreement", "agreement", "2020", (), "", "", "", (), ())
    ties = [
        Tie(a.iri, b.iri, tuple(replace(showing, iri=f"https://e.x/id/e{n}-{k}") for k in range(max(1, number - n))))
        for n, (a, b) in enumerate(pairwise(nodes))
    ]
    return replace(site().view, nodes=tuple(nodes), ties=tuple(ties), topics=(), sources=())


# --- What counts


@pytest.mark.parametrize("attendance", [False, True])
def test_ties_and_their_counts_are_those_of_the_facts(attendance: bool) -> None:
    facts = defaultdict(set)
    for row in site().graph.query(BETWEEN_STATES).rows:
        x, y, engagement, basis = (cell.value for cell in row if isinstance(cell, NamedNode))
        if attendance or not basis.endswith("/attendance"):
            facts[frozenset((x.rsplit("/", 1)[-1], y.rsplit("/", 1)[-1]))].add(engagement)
    shown = data(EVERY if attendance else "")["ties"]
    assert {frozenset((tie["a"], tie["b"])): set(tie["shown_by"]) for tie in shown} == facts
    assert all(tie["engagements"] == len(tie["shown_by"]) for tie in shown)


def test_bodies_count_for_their_states_and_those_without_one_stand_for_themselves() -> None:
    actors = {actor["id"]: actor["kind"] for actor in data(EVERY)["actors"]}
    assert not {"nasa", "jaxa", "kari"} & actors.keys()
    assert actors["esa"] == "space agency"
    states = {node.label for node in site().view.nodes if node.kind == "state"}
    of_none = {node.iri for node in site().view.nodes if node.state not in states}
    assert {actor["iri"] for actor in data(EVERY)["actors"] if actor["kind"] != "state"} <= of_none


def test_an_engagement_shown_by_many_bodies_of_two_states_counts_once() -> None:
    for tie in site().overview.whole.ties:
        keys = [(showing.iri, showing.kind) for showing in tie.showings]
        assert len(keys) == len(set(keys))


def test_the_sentence_says_what_is_shown() -> None:
    for query in ("", EVERY, "topic=ssa&from=2020", "focus=sweden"):
        found, sentence = data(query), data(query)["sentence"]
        states = sum(actor["kind"] == "state" for actor in found["actors"])
        assert sentence.startswith(f"{states} state")
        assert f" {len(found['ties'])} pair" in sentence
        assert f" {len(engagements(query))} engagement" in sentence
        assert sentence in html(query)


# --- Filters


def test_attendance_counts_only_if_asked_for() -> None:
    assert "attendance" not in {basis for tie in data()["ties"] for basis in tie["bases"]}
    assert "attendance" in {basis for tie in data(EVERY)["ties"] for basis in tie["bases"]}
    assert engagements("") < engagements(EVERY)


def test_a_topic_counts_for_the_one_above_it() -> None:
    assert engagements("topic=ssa")
    assert engagements("topic=ssa") < engagements("topic=security")
    assert engagements("topic=ssa,pnt") == engagements("topic=ssa") | engagements("topic=pnt")


@pytest.mark.parametrize("given", ["topic=ssa", "topic=Space%20situational%20awareness", "topic=ssa&topic=ssa"])
def test_a_topic_is_named_by_slug_or_label(given: str) -> None:
    assert engagements(given) == engagements("topic=ssa")


def test_years_take_what_their_dates_touch_and_leave_out_what_has_none() -> None:
    dates = {s.iri: s.date for tie in site().overview.whole.ties for s in tie.showings}
    found = engagements("from=2023&to=2023")
    assert found == {iri for iri in engagements("") if (y := years_of(dates[iri])) and y[0] <= 2023 <= y[-1]}
    assert engagements("from=2023") | engagements("to=2022") < engagements("")
    undated = len([iri for iri in engagements("") if not dates[iri]])
    assert f"{undated} engagements without a date are left out" in html("from=2023")


def test_kinds_are_those_of_both_ends() -> None:
    kinds = {actor["kind"] for actor in data("kind=state")["actors"]}
    assert kinds == {"state"}
    both = {actor["kind"] for actor in data("kind=state&kind=space%20agency")["actors"]}
    assert both == {"state", "space agency"}


def test_focus_shows_the_ties_of_an_actor_and_a_body_stands_for_its_state() -> None:
    assert all("japan" in (tie["a"], tie["b"]) for tie in data("focus=japan")["ties"])
    assert {(t["a"], t["b"]) for t in data()["ties"] if "japan" in (t["a"], t["b"])} == {
        (t["a"], t["b"]) for t in data("focus=japan")["ties"]
    }
    assert data("focus=jaxa")["ties"] == data("focus=Japan")["ties"] == data("focus=japan")["ties"]
    two = {(t["a"], t["b"]) for t in data("focus=japan,india")["ties"]}
    assert two == {(t["a"], t["b"]) for name in ("japan", "india") for t in data(f"focus={name}")["ties"]}


def test_at_least_so_many_engagements() -> None:
    assert [t for t in data()["ties"] if t["engagements"] >= 4] == data("min=4")["ties"]


def test_facets_say_what_each_choice_gives() -> None:
    overview, filters = site().overview, Filters(since=2021)
    facets = overview.facets(filters)
    for name, choices in (("topics", facets.topics), ("bases", facets.bases), ("focus", facets.actors)):
        for choice in choices:
            given = overview.narrowed(replace(filters, **{name: (choice.value,)}))  # type: ignore[arg-type]
            shown = {s.iri for tie in given.ties for s in tie.showings}
            assert (choice.ties, choice.engagements) == (len(given.ties), len(shown)), choice
    for year in overview.facets(Filters(topics=())).years:
        given = overview.narrowed(Filters(since=year.year, until=year.year))
        assert year.number == len({s.iri for tie in given.ties for s in tie.showings}), year


def test_taking_a_kind_away_takes_what_its_facet_says() -> None:
    overview = site().overview
    kinds = overview.facets(Filters()).kinds
    for kind in kinds:
        others = tuple(other.value for other in kinds if other != kind)
        assert len(overview.narrowed(Filters()).ties) - len(overview.narrowed(Filters(kinds=others)).ties) == kind.ties


def test_every_choice_is_in_the_address() -> None:
    found = html("topic=ssa&from=2020&to=2024&min=2&basis=agreement,activity&kind=state&view=table")
    assert '<option value="ssa" selected>' in found
    assert re.search(r'name="from"[^>]*value="2020"', found)
    assert re.search(r'name="to"[^>]*value="2024"', found)
    assert re.search(r'name="min"[^>]*value="2"', found)
    ticked = set(re.findall(r'name="basis" value="(\w+)" checked', found))
    assert ticked == {"agreement", "activity"}
    assert '<input type="hidden" name="view" value="table">' in found


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("topic=sssa", "topic: no tie is on 'sssa'; did you mean 'ssa'?"),
        ("basis=agrement", "basis: there is no 'agrement'; did you mean 'agreement'?"),
        ("kind=planet", "kind: there is no 'planet'"),
        ("view=maps", "view: there is no 'maps'; did you mean 'map'?"),
        ("from=twenty", "from: 'twenty' is no number from 1 to 9999"),
        ("from=2024&to=2020", "from: 2024 is after to: 2020"),
        ("from=2020&from=2021", "from: given 2 times"),
        ("min=0", "min: '0' is no number"),
        ("min=²", "min: '²' is no number"),
        ("focus=nobody-of-that-name", "nobody-of-that-name"),
        ("focus=ssa", "focus: "),
        ("view=matrix&order=size", "order: there is no 'size'"),
    ],
)
def test_a_mistake_is_named_with_its_mend(given: str, says: str) -> None:
    found = page("/explore?" + quote(given, safe="=&"))
    assert found.status == 400
    assert says in str(found.body).replace("&#39;", "'")


@pytest.mark.parametrize("name", ["topic", "basis", "kind", "view", "focus", "from", "min"])
def test_long_and_hostile_values_are_refused_in_few_words(name: str) -> None:
    found = page(f"/explore?{name}=" + quote("<script>alert(1)</script>" * 80))
    assert found.status == 400
    assert "<script>alert" not in str(found.body)


def test_a_mistake_in_the_api_is_answered_as_json() -> None:
    found = page("/api/explore?topic=nothing", accept="*/*")
    assert (found.status, list(json.loads(found.body))) == (400, ["error", "status", "suggestions"])


def test_nothing_found_says_what_would_widen_it() -> None:
    found = html("focus=japan&topic=ssa&from=1900&to=1901")
    assert "no evidence" in found
    for link in ("all years", "all topics", "all actors", "ties by attendance too"):
        assert f">{link}</a>" in found
    assert re.search(r"what else fits is dated \d{4}", found)
    assert '<svg class="overview-map' not in found
    assert data("focus=japan&topic=ssa&from=1900&to=1901")["ties"] == []


# --- The drawing


@pytest.mark.parametrize("form", ["wide", "tall"])
@pytest.mark.parametrize("query", ["", EVERY])
def test_names_do_not_cover_each_other_and_stay_in_the_drawing(form: str, query: str) -> None:
    filters = Filters(bases=site().overview.whole.bases if query else ())
    drawing = draw(site().overview, filters, form)
    boxes = []
    for mark in drawing.marks:
        wide = 0.5 * drawing.font * len(mark.name)
        left = mark.text_x - {"start": 0, "middle": wide / 2, "end": wide}[mark.anchor]
        boxes.append((left, mark.text_y - drawing.font, left + wide, mark.text_y, mark.name))
    for left, top, right, bottom, name in boxes:
        assert 0 <= left < right <= drawing.width, name
        assert 0 <= top < bottom <= drawing.height, name
    for a, b in combinations(boxes, 2):
        assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1], (a[4], b[4])


def test_every_tie_is_drawn_from_one_actor_to_the_other_as_wide_as_it_is_strong() -> None:
    drawing = draw(site().overview, Filters())
    at = {mark.iri: (mark.x, mark.y) for mark in drawing.marks}
    assert {(line.a, line.b) for line in drawing.lines} == {
        (t.a, t.b) for t in site().overview.narrowed(Filters()).ties
    }
    for line in drawing.lines:
        numbers = [float(number) for number in re.findall(r"[\d.]+", line.path)]
        assert (tuple(numbers[:2]), tuple(numbers[-2:])) == (at[line.a], at[line.b])
    widths = [(line.engagements, line.width) for line in drawing.lines]
    assert widths == sorted(widths, reverse=True)


def test_no_tie_between_others_runs_through_the_one_in_the_middle() -> None:
    drawing = draw(site().overview, Filters(bases=site().overview.whole.bases))
    hub = drawing.marks[0]
    assert hub.anchor == "middle"
    for line in drawing.lines:
        if hub.iri in (line.a, line.b):
            continue
        ax, ay, cx, cy, bx, by = (float(number) for number in re.findall(r"[\d.]+", line.path))
        for step in range(21):
            t = step / 20
            x, y = ((1 - t) ** 2 * p + 2 * t * (1 - t) * q + t * t * r for p, q, r in ((ax, cx, bx), (ay, cy, by)))
            assert abs(x - hub.x) + abs(y - hub.y) > 22, (line.a, line.b)


def test_the_drawing_is_the_same_each_time_and_filters_move_nothing() -> None:
    again = Overview(site().view)
    everything = draw(again, Filters())
    assert everything == draw(site().overview, Filters())
    places = {mark.iri: (mark.x, mark.y) for mark in everything.marks}
    for filters in (Filters(since=2023), Filters(focus=(everything.marks[3].iri,)), Filters(minimum=5)):
        assert {mark.iri: (mark.x, mark.y) for mark in draw(again, filters).marks} == places


def test_what_does_not_fit_is_drawn_faint() -> None:
    drawing = draw(site().overview, Filters(minimum=5))
    ends = {end for line in drawing.lines for end in (line.a, line.b)}
    assert {mark.iri for mark in drawing.marks if not mark.absent} == ends
    assert {mark.iri for mark in drawing.marks if mark.absent}


def test_a_weak_actor_more_moves_no_other_past_its_neighbour() -> None:
    view = site().overview.narrowed(Filters())
    actors = [node.iri for node in view.nodes]
    hub, order = ring_order(actors, view.ties)
    weakest = actors[-1]
    assert (hub, tuple(iri for iri in order if iri != weakest)) == ring_order(actors[:-1], view.ties)


def test_at_most_so_many_are_drawn_and_the_rest_is_told() -> None:
    overview = Overview(strangers(MOST + 40))
    drawing = draw(overview, Filters())
    assert len(drawing.marks) == MOST
    assert (drawing.hidden_actors, drawing.hidden_ties) == (40, len(overview.whole.ties) - len(drawing.lines))
    assert drawing.marks[0].anchor != "middle"  # None holds more than half.
    shown = Site(site().graph, Settings())
    shown.__dict__["view"] = strangers(MOST + 40)
    found = str(answer(shown, "/explore").body)
    assert "Not drawn: 40 weaker actors with 40 ties" in found
    weak = f"/between/s{MOST + 38:03}/s{MOST + 39:03}"
    assert weak not in found
    assert weak in str(answer(shown, "/explore?view=table").body)


@pytest.mark.parametrize("number", [0, 1, 2, 3, 5])
def test_few_actors_are_drawn_too(number: int) -> None:
    shown = Site(site().graph, Settings())
    shown.__dict__["view"] = strangers(number)
    for url in (
        "/explore",
        "/explore?view=matrix",
        "/explore?view=table",
        "/explore.svg",
        "/explore.gexf",
        "/api/explore",
    ):
        assert answer(shown, url).status == 200


def test_much_tied_to_much_is_better_seen_as_a_matrix() -> None:
    view = strangers(20)
    every = [replace(view.ties[0], a=a.iri, b=b.iri) for a, b in combinations(view.nodes, 2)]
    shown = Site(site().graph, Settings())
    shown.__dict__["view"] = replace(view, ties=tuple(every))
    assert '<a href="/explore?view=matrix">the matrix</a> shows it more clearly' in str(answer(shown, "/explore").body)
    assert "more clearly" not in html()


# --- Page, matrix, table


def test_the_map_and_its_table_lead_to_the_dossiers() -> None:
    for query in ("", "view=matrix", "view=table"):
        found = set(re.findall(r'href="/between/([\w-]+)/([\w-]+)"', html(query)))
        assert {frozenset(pair) for pair in found} == {frozenset((t["a"], t["b"])) for t in data()["ties"]}
    a, b = next(iter(found))
    assert page(f"/between/{a}/{b}").status == 200


@pytest.mark.parametrize("query", ["", "topic=security&from=2021", EVERY])
def test_a_dossier_shows_all_that_its_tie_counts(query: str) -> None:
    found = re.findall(r'href="(/between/([\w-]+)/([\w-]+)[^"]*)"', html(query + "&view=table"))
    ties = {frozenset((t["a"], t["b"])): t for t in data(query)["ties"]}
    assert found
    for link, a, b in found[:10]:
        dossier = json.loads(page(f"/api{link}".replace("&amp;", "&")).body)
        assert set(ties[frozenset((a, b))]["shown_by"]) <= {each["iri"] for each in dossier["engagements"]}, link
        if "from=" in link:
            assert all(each["date"] >= "2021" for each in dossier["engagements"])


def test_an_actor_leads_to_its_ties_and_these_to_its_page() -> None:
    assert 'href="/explore?focus=japan"' in html()
    assert 'href="/page/japan"' in html("focus=japan")
    assert 'href="/explore?topic=ssa&amp;focus=japan"' in html("topic=ssa")


def test_the_matrix_has_counts_below_and_topics_above_its_diagonal() -> None:
    colours = {entry["topic"]: entry["colour"] for entry in data()["legend"]}
    ties = {frozenset((t["a"], t["b"])): t for t in data()["ties"]}
    rows = re.findall(r'<tr><th scope="row">.*?</tr>', html("view=matrix"), re.S)
    assert len(rows) == len(data()["actors"])
    assert [re.search(r"/page/([\w-]+)", row)[1] for row in rows] == [a["id"] for a in data()["actors"]]  # type: ignore[index]
    for at, row in enumerate(rows):
        cells = re.findall(r"<td.*?</td>", row, re.S)
        for column, cell in enumerate(cells):
            if link := re.search(r'/between/([\w-]+)/([\w-]+)".*>(.+)</a>', cell):
                tie = ties[frozenset(link.groups()[:2])]
                number = colours.get(tie["leading_topic"])
                assert link[3] == (str(number or "–") if column > at else str(tie["engagements"]))
    assert sum("/between/" in cell for row in rows for cell in re.findall(r"<td.*?</td>", row, re.S)) == 2 * len(ties)


def test_the_table_has_all_pairs_the_strongest_first() -> None:
    counts = [int(n) for n in re.findall(r'data-head="Engagements" class="number">(\d+)<', html("view=table"))]
    assert counts == [tie["engagements"] for tie in data()["ties"]] == sorted(counts, reverse=True)


def test_actors_without_a_tie_are_named() -> None:
    alone = {n.label for n in site().overview.whole.nodes} - {a["label"] for a in data("focus=sweden")["actors"]}
    words = html("focus=sweden").split('<details class="alone">')[1]
    assert alone == set(
        re.findall(r'href="/page/[\w-]+">([^<]+)</a>', words.split("</details>")[0].replace("&amp;", "&"))
    )


def test_each_year_is_a_link_to_itself_alone() -> None:
    bars = re.findall(
        r'href="([^"]+)" class="(\w*)" data-year="(\d+)" aria-label="\d+: ([\d,]+) engagement', html("from=2022")
    )
    assert [int(year) for *_, year, _ in bars] == [y.year for y in site().overview.facets(Filters()).years if y.number]
    assert all((chosen == "chosen") == (int(year) >= 2022) for _, chosen, year, _ in bars)
    assert "/explore?from=2024&amp;to=2024" in [link for link, *_ in bars]
    counted = {int(year): int(count) for *_, year, count in bars}
    assert counted[2024] == len(engagements("from=2024&to=2024"))


@pytest.mark.parametrize("url", ["/explore", "/explore?view=matrix", "/explore?view=table", "/explore.svg"])
def test_labels_are_text(url: str) -> None:
    view = hostile("\"><script>alert(1)</script>'&", "javascript:alert(1)")
    proof = view.ties[0].showings[0].passages[0]._replace(issued="2021")
    tie = replace(view.ties[0], showings=(replace(view.ties[0].showings[0], date="2020", passages=(proof,)),))
    shown = Site(site().graph, Settings())
    shown.__dict__["view"] = replace(view, ties=(tie,), as_of="2021-01-01")
    found = answer(shown, url)
    assert found.status == 200
    assert "&lt;script&gt;alert(1)" in str(found.body)
    assert "<script>alert" not in str(found.body)


# --- Files


@pytest.mark.parametrize("query", ["", "topic=security&from=2021&" + EVERY, "focus=peru&topic=pnt"])
def test_ties_as_csv(query: str) -> None:
    rows = list(csv.DictReader(io.StringIO(str(page(f"/explore.csv?{query}").body))))
    assert [
        (row["iri_a"].rsplit("/", 1)[-1], row["iri_b"].rsplit("/", 1)[-1], int(row["engagements"])) for row in rows
    ] == [(tie["a"], tie["b"], tie["engagements"]) for tie in data(query)["ties"]]
    for row in rows:
        assert row["sources"]
        assert row["licence"] == LICENCE
        assert row["as_of"] == data()["as_of"]
        assert row["address"].split("?")[0].endswith("/explore")


@pytest.mark.parametrize("query", ["", "topic=security&from=2021&" + EVERY])
def test_engagements_as_csv_each_with_its_passages(query: str) -> None:
    found = page(f"/explore-engagements.csv?{query}")
    assert "attachment" in found.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(str(found.body))))
    assert {row["iri"] for row in rows} == engagements(query)
    assert all(row["passage"] and row["source"] and row["certainty"] and row["licence"] for row in rows)
    assert "" in {row["strength"] for row in rows if row["basis"] != "commitment"}


@pytest.mark.parametrize("query", ["", "topic=security&from=2021&" + EVERY])
@pytest.mark.parametrize("suffix", ["graphml", "gexf"])
def test_networks_for_other_programs(suffix: str, query: str) -> None:
    text = str(page(f"/explore.{suffix}?{query}").body)
    assert "CC0" in text
    assert all(source["url"] in text.replace("&amp;", "&") for source in data(query)["sources"])
    read = nx.read_graphml if suffix == "graphml" else nx.read_gexf
    graph = read(io.BytesIO(text.encode()))
    edges = [(a.rsplit("/", 1)[-1], b.rsplit("/", 1)[-1], of["weight"]) for a, b, of in graph.edges(data=True)]
    weights = {frozenset((a, b)): int(weight) for a, b, weight in edges}
    assert weights == {frozenset((t["a"], t["b"])): t["engagements"] for t in data(query)["ties"]}


@pytest.mark.parametrize("form", ["wide", "tall"])
def test_the_drawing_as_svg_stands_by_itself(form: str) -> None:
    found = page(f"/explore.svg?form={form}&topic=security")
    assert found.media_type == "image/svg+xml"
    root = ElementTree.fromstring(str(found.body))
    words = " ".join(root.itertext())
    assert root.find(f"{SVG}title") is not None
    for said in (
        "CC0",
        data("topic=security")["sentence"],
        "/explore?topic=security",
        f"{len(data('topic=security')['sources'])} sources",
    ):
        assert said in words
    assert all(source["title"] in words for source in data("topic=security")["sources"])
    assert len(root.findall(f".//{SVG}a[@class='tie']")) == len(data("topic=security")["ties"])
    assert not [e for e in root.iter() if e.get("style") or e.tag in (f"{SVG}style", f"{SVG}script", f"{SVG}image")]
    assert all(e.get("href", "").startswith(site().settings.public_url) for e in root.iter(f"{SVG}a"))


def test_an_empty_drawing_says_so() -> None:
    assert "No tie of the record fits" in str(page("/explore.svg?focus=peru&topic=pnt").body)
