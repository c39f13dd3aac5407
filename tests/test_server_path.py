"""The path finder: what its ways are, and how they are asked for and shown."""

from __future__ import annotations

import csv
import html
import io
import json
import random
import re
from dataclasses import replace
from functools import cache
from itertools import pairwise
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service import page, site
from spacepact.iris import ENTITY
from spacepact.visualizations.model import Node, Showing, Tie, View
from spacepact.visualizations.paths import Rules, Way, find_ways, homes, hubs

STATES = ["A", "B", "C", "D"]
BODIES = {f"{state}{number}": state for state in STATES for number in (1, 2)}
OTHERS = ["X", "Y"]  # of no state
ACTORS = [*STATES, *BODIES, *OTHERS]
BASES = ("agreement", "commitment", "activity", "attendance")


def made(number: int, basis: str) -> Showing:
    return Showing(f"e{number}", f"e{number}", basis, basis, "", (), "", "", "", (), ())


@st.composite
def views(draw: st.DrawFn) -> View:
    """A view of actors of different states with ties; an engagement may show several of them."""
    pairs = [(a, b) for a in ACTORS for b in ACTORS if a < b and BODIES.get(a, a) != BODIES.get(b, b)]
    chosen = draw(st.lists(st.sampled_from(pairs), max_size=14, unique=True))
    shown = st.lists(st.tuples(st.integers(0, 12), st.sampled_from(BASES)), min_size=1, max_size=3, unique=True)
    ties = tuple(Tie(a, b, tuple(made(*each) for each in draw(shown))) for a, b in chosen)
    nodes = tuple(Node(iri, iri, "state", None, (), 0) for iri in ACTORS)
    return View("v", "", "", nodes, ties, (), BASES[:3], "", "", (), "")


# To load networkx takes longer than any example.
prove = settings(max_examples=50)
actors = st.sampled_from(ACTORS)
rules = st.builds(
    Rules,
    without=st.lists(actors, max_size=2, unique=True).map(tuple),
    bases=st.lists(st.sampled_from(BASES), max_size=3, unique=True).map(tuple),
    bodies=st.booleans(),
)


def length(way: Way) -> tuple[int, float]:
    """The hops of a way, and how little they are shown: one over the engagements, of a body's own state 1."""
    return len(way.hops), sum(1 / (len({s.iri for s in hop.showings}) or 1) for hop in way.hops)


def home(actor: str) -> str:
    return BODIES.get(actor, actor)


@prove
@given(views(), actors, actors, rules, st.integers(1, 6))
def test_ways_lead_from_start_to_end_and_meet_no_actor_twice(
    view: View, start: str, end: str, rule: Rules, most: int
) -> None:
    found = find_ways(view, BODIES, start, end, rule, most)
    assert len(found) <= most
    assert len({way.actors for way in found}) == len(found)
    for way in found:
        assert (way.actors[0], way.actors[-1]) == (start, end)
        assert len(set(way.actors)) == len(way.actors)
        assert all(a.b == b.a for a, b in pairwise(way.hops))


@prove
@given(views(), actors, actors, rules)
def test_the_nearest_way_comes_first_and_of_these_the_best_shown(view: View, start: str, end: str, rule: Rules) -> None:
    lengths = [length(way) for way in find_ways(view, BODIES, start, end, rule, 10)]
    for (hops, shown), (more_hops, less_shown) in pairwise(lengths):
        assert hops < more_hops or (hops == more_hops and shown <= less_shown + 1e-9)


@prove
@given(views(), actors, actors, rules)
def test_a_hop_is_shown_by_allowed_ties_of_those_who_count_for_its_ends(
    view: View, start: str, end: str, rule: Rules
) -> None:
    for way in find_ways(view, BODIES, start, end, rule, 5):
        for hop in way.hops:
            counts = [
                {a for a in ACTORS if a == at or (not rule.bodies and home(a) == at and a not in (start, end))}
                for at in (hop.a, hop.b)
            ]
            between = [
                shown
                for tie in view.ties
                for one, other in (counts, counts[::-1])
                if tie.a in one and tie.b in other
                for shown in tie.showings
            ]
            assert set(hop.showings) <= set(between)
            assert {s.kind for s in hop.showings} <= set(rule.bases or view.shown)
            if not hop.showings:
                assert not rule.bodies
                assert {hop.a, hop.b} & {start, end}
                assert home(hop.a) == home(hop.b)


@prove
@given(views(), actors, actors, rules)
def test_no_way_leads_over_who_is_left_out_nor_over_what_it_has_a_part_in(
    view: View, start: str, end: str, rule: Rules
) -> None:
    barred = {
        shown.iri
        for tie in view.ties
        if not {tie.a, tie.b, home(tie.a), home(tie.b)}.isdisjoint(rule.without)
        for shown in tie.showings
        if shown.kind in (rule.bases or view.shown)
    }
    for way in find_ways(view, BODIES, start, end, rule, 5):
        assert set(way.actors[1:-1]).isdisjoint(rule.without)
        assert barred.isdisjoint(s.iri for hop in way.hops for s in hop.showings)


@prove
@given(views(), actors, actors)
def test_over_bodies_alone_no_state_lies_on_the_way(view: View, start: str, end: str) -> None:
    for way in find_ways(view, BODIES, start, end, Rules(bodies=True), 5):
        assert set(way.actors[1:-1]).isdisjoint(STATES)


@prove
@given(views(), actors, actors, rules, st.randoms())
def test_the_order_in_which_ties_are_given_does_not_matter(
    view: View, start: str, end: str, rule: Rules, chance: random.Random
) -> None:
    ties = list(view.ties)
    chance.shuffle(ties)
    first, second = (find_ways(v, BODIES, start, end, rule, 5) for v in (view, replace(view, ties=tuple(ties))))
    assert [way.actors for way in first] == [way.actors for way in second]


@prove
@given(views(), actors, actors, rules)
def test_a_way_that_is_there_is_found(view: View, start: str, end: str, rule: Rules) -> None:
    direct = any(
        {tie.a, tie.b} == {start, end} and any(s.kind in (rule.bases or view.shown) for s in tie.showings)
        for tie in view.ties
    )
    if direct and not rule.without:
        assert len(find_ways(view, BODIES, start, end, rule, 1)[0].hops) == 1


def test_hubs_are_what_ways_lead_through() -> None:
    view, home_of = site().view, homes(site().graph)
    found = find_ways(view, home_of, ENTITY + "kasa", ENTITY + "isro", most=5)
    counted = hubs(found)
    assert all(sum(hub in way.actors[1:-1] for way in found) == count for hub, count in counted.items())
    assert list(counted.values()) == sorted(counted.values(), reverse=True)


# --- On the real record

PAIRS = [("nasa", "kasa"), ("kasa", "isro"), ("peru", "china"), ("usa", "rok"), ("esa", "rok-mnd"), ("kcg", "usa")]


@cache
def data(query: str) -> Any:
    found = page(f"/api/path?{query}", "application/json")
    assert found.status == 200, found.body
    return json.loads(found.body)


@cache
def text(query: str, status: int = 200) -> str:
    found = page(f"/path?{query}")
    assert found.status == status, found.body
    return str(found.body)


def steps(query: str) -> list[list[tuple[str, str, set[str]]]]:
    return [
        [(hop["from"], hop["to"], {e["iri"] for e in hop["engagements"]}) for hop in way["hops"]]
        for way in data(query)["ways"]
    ]


@pytest.mark.parametrize("more", ["", "&without=usa", "&basis=agreement", "&topic=exploration"])
@pytest.mark.parametrize(("a", "b"), PAIRS)
def test_it_agrees_with_the_question_path(a: str, b: str, more: str) -> None:
    name, _, value = more.removeprefix("&").partition("=")
    if value in (a, b):
        return
    rows = site().graph.ask("path", a=a, b=b, **({name: value} if name else {})).records()
    ways: dict[Any, list[tuple[Any, ...]]] = {}
    for row in rows:
        cell = row["engagement"]
        engagements = {str(e).replace("id:", ENTITY) for e in (cell if isinstance(cell, list) else [cell])}
        ends = [str(row[end]).replace("id:", ENTITY) for end in ("from", "to")]
        ways.setdefault(row["path"], []).append((*ends, engagements))
    assert steps(f"from={a}&to={b}{more}") == list(ways.values())


def test_each_way_is_drawn_and_listed_with_the_evidence_of_its_hops() -> None:
    body = text("from=kasa&to=isro&k=5")
    ways = data("from=kasa&to=isro&k=5")["ways"]
    assert len(ways) == 5
    body = re.sub(r'<svg class="upright".*?</svg>', "", body, flags=re.S)
    assert body.count('role="img"') == len(ways)
    assert body.count('<ol class="hops">') == len(ways)
    for way, section in zip(ways, re.findall(r"<section aria-labelledby=\"way-.*?</section>", body, re.S), strict=True):
        # A body and its own state are beside each other without an engagement.
        counts = [str(len(hop["engagements"]) or "its state") for hop in way["hops"]]
        assert re.findall(r'class="count"[^>]*>([^<]+)<', section) == counts
        for hop in filter(lambda hop: hop["engagements"], way["hops"]):
            assert html.escape(hop["engagements"][0]["label"]) in section
            assert html.escape(hop["engagements"][0]["passages"][0]["url"]) in section
            slugs = [hop[end].removeprefix(ENTITY) for end in ("from", "to")]
            assert f'href="/between/{"/".join(slugs)}"' in section
    assert len(set(re.findall(r' id="([^"]+)"', body))) == len(re.findall(r' id="([^"]+)"', body))


def test_hubs_that_occur_can_be_left_out() -> None:
    body = text("from=kasa&to=isro")
    offered = re.findall(r'name="without" value="([^"]+)"', body)
    assert "usa" in offered
    without = text("from=kasa&to=isro&without=usa")
    assert '<input type="checkbox" name="without" value="usa" checked>' in without
    assert all(ENTITY + "usa" not in hop[:2] for way in steps("from=kasa&to=isro&without=usa") for hop in way)


def test_several_may_be_left_out_by_name_or_slug() -> None:
    names = ["without=usa&without=esa", "without=usa,esa", "without=usa&without=" + quote("European Space Agency")]
    assert len({json.dumps(data(f"from=kasa&to=isro&{name}")["ways"]) for name in names}) == 1
    long = "Ministry of Education, Culture, Sports, Science and Technology of Japan"
    assert data(f"from=kasa&to=isro&without={quote(long)}")["parameters"]["without"] == "japan-mext"


def test_names_lead_to_slugs() -> None:
    found = page("/path?from=KASA&to=" + quote("Indian Space Research Organisation") + "&k=5&without=USA")
    assert (found.status, found.headers["Location"]) == (303, "/path?from=kasa&to=isro&without=usa&k=5")


def test_a_body_and_its_state_are_one_hop_that_no_engagement_shows() -> None:
    assert steps("from=nasa&to=usa")[0] == [(ENTITY + "nasa", ENTITY + "usa", set())]
    assert "one is a body of the other" in text("from=nasa&to=usa")


def test_where_there_is_no_way_it_says_what_would_open_one() -> None:
    for query in ("from=kcg&to=usa", "from=kasa&to=isro&basis=activity&level=bodies"):
        assert data(query)["ways"] == []
        body = text(query)
        assert "No way from" in body
        assert "no evidence" in body
        block = body.partition('class="empty"')[2].partition("</div>")[0]
        offered = [html.unescape(path) for path in re.findall(r'href="([^"]+)"', block)]
        assert offered
        for path in offered:
            assert json.loads(str(page("/api" + path).body))["ways"]


def test_two_parties_of_one_agreement_without_a_direct_way_are_told_of_it_with_the_passages() -> None:
    parties = site().graph.query(
        "SELECT DISTINCT ?agreement ?party { ?agreement a pact:Agreement ; pact:party ?party }"
    )
    of: dict[str, set[str]] = {}
    for row in parties.records():
        of.setdefault(str(row["party"]).removeprefix("id:"), set()).add(str(row["agreement"]).removeprefix("id:"))
    assert of["philippines"] & of["luxembourg"]
    told = text("from=philippines&to=luxembourg").partition('id="shared"')[2].partition("</section>")[0]
    for agreement in of["philippines"] & of["luxembourg"]:
        assert f'href="/page/{agreement}"' in told
    assert "/page/source/" in told
    assert 'id="shared"' not in text("from=japan&to=usa")


def test_without_actors_it_asks_for_them() -> None:
    body = str(page("/path").body)
    assert body.count('data-pick="Actor"') == 3
    assert "way-1" not in body
    assert page("/path?from=nasa").status == 200


def test_from_an_actor_to_itself_there_is_nothing_to_find() -> None:
    body = text("from=nasa&to=nasa")
    assert "there is no way to look for" in body
    assert "No way from" not in body


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("from=zzz&to=usa", "from: no actor is called 'zzz'"),
        ("from=usa&to=kassa", "to: no actor is called 'kassa'; did you mean"),
        ("from=usa&to=rok&without=zzz", "without: no actor is called 'zzz'"),
        ("from=usa&to=rok&without=usa", "without: United States of America is where the way is to lead from"),
        ("from=usa&to=rok&basis=treaty", "basis: there is no 'treaty'"),
        ("from=usa&to=rok&k=4000", "k: write how many ways at most"),
        ("from=usa&to=rok&level=towns", "level: write states or bodies"),
        ("from=usa&to=rok&as_of=then", "as_of: 'then' is not an EDTF date"),
        ("from=usa&to=rok&topic=pmt", "topic: no topic is called 'pmt'"),
        ("from=" + "x" * 2000 + "&to=usa", "from: no actor is called"),
        ("from=%3Cscript%3E&to=usa", "from: no actor is called '<script>'"),
    ],
)
def test_a_mistake_is_named_with_its_mending(query: str, says: str) -> None:
    body = text(query, 400)
    assert says in html.unescape(body)
    assert "'<script>'" not in body


@pytest.mark.parametrize("path", ["/path.csv", "/api/path"])
def test_files_need_both_ends(path: str) -> None:
    found = page(f"{path}?from=nasa", "text/csv")
    assert (found.status, "to: give an actor" in str(found.body)) == (400, True)


def test_the_csv_has_a_row_for_each_hop_and_engagement() -> None:
    found = page("/path.csv?from=nasa&to=kasa")
    rows = list(csv.DictReader(io.StringIO(str(found.body))))
    ways = steps("from=nasa&to=kasa")
    expected = [
        (str(number), str(step), a, b, engagement)
        for number, way in enumerate(ways, 1)
        for step, (a, b, engagements) in enumerate(way, 1)
        for engagement in sorted(engagements or {""})
    ]
    found_rows = [(row["path"], row["step"], row["from"], row["to"], row["engagement"]) for row in rows]
    assert sorted(found_rows) == sorted(expected)
    assert {row["data_version"] for row in rows} == {site().graph.version}


def test_the_citation_has_the_question_and_its_sources() -> None:
    body = text("from=peru&to=china&k=1")
    cited = html.unescape(re.findall(r'<pre id="citation"[^>]*>(.*?)</pre>', body, re.S)[0])
    assert "How are Peru and China connected?" in cited
    assert site().graph.version in cited
    for proof in data("from=peru&to=china&k=1")["ways"][0]["hops"][0]["engagements"][0]["passages"]:
        assert proof["title"] in cited


def test_of_an_earlier_day_it_knows_what_was_on_record_then() -> None:
    assert data("from=nasa&to=kasa")["ways"][0]["hops"][0]["engagements"]
    then = data("from=nasa&to=rok&as_of=2022")
    assert then["as_of"] == "2022-12-31"
    for way in then["ways"]:
        for hop in way["hops"]:
            assert all(p["issued"] < "2023" for e in hop["engagements"] for p in e["passages"])
    assert "as it stood at the end of 2022-12-31" in text("from=nasa&to=rok&as_of=2022")


def test_the_address_has_nothing_that_is_empty_or_as_ever() -> None:
    found = page("/path?from=nasa&to=kasa&level=states&k=3&without=")
    assert (found.status, found.headers["Location"]) == (303, "/path?from=nasa&to=kasa")


def test_an_unknown_name_has_web_words_and_near_actors() -> None:
    found = page("/path?from=kassa&to=isro")
    body = html.unescape(str(found.body))
    assert found.status == 400
    assert "spacepact find" not in body + str(page("/path?from=nope&to=isro").body)
    near = re.findall(r'<li><a href="(/path[?]from=[^"]+)">', body)
    assert near
    assert all(path.endswith("&to=isro") and page(path).status == 200 for path in near)


def test_a_mistaken_name_keeps_the_form_with_the_nearest_name_in_it() -> None:
    body = text("from=filipines&to=kassa&level=bodies&k=5&basis=agreement&without=usa", 400)
    fields = dict(re.findall(r'<input id="(\w+)" name="(?:from|to)" value="([^"]*)"', body))
    assert fields == {"start": "Philippines", "end": "Korea AeroSpace Administration"}
    assert re.search(r'value="bodies" selected', body)
    assert "<option selected>5</option>" in body
    assert re.search(r'value="agreement" checked', body)
    assert re.search(r'name="without" value="usa" checked', body)
    # What is offered for one of them has the nearest name in the place of the other too.
    offered = re.findall(r'<li><a href="(/path[?][^"]+)">', html.unescape(body))
    assert offered
    assert all(page(path).status in (200, 303) for path in offered)
    assert 'name="to" value="zzz"' in text("from=usa&to=zzz", 400)


def test_a_long_way_is_drawn_from_top_to_bottom_too() -> None:
    body = str(page("/path?from=kasa&to=isro").body)
    assert body.count('class="upright"') == body.count('class="long"') > 0
