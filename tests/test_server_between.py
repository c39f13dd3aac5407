"""The dossier of a pair: what is in it, where it is said, and how it is asked for."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from dataclasses import replace
from functools import cache
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store, parse

from service import page, site
from spacepact.dates import bounds
from spacepact.graph.engines.embedded import Embedded
from spacepact.iris import ENTITY, LICENCE, NS, PREFIXES, curie
from spacepact.queries.evidence import Proof
from spacepact.queries.knowledge import KnowledgeGraph
from spacepact.server.routing import answer
from spacepact.server.settings import Settings
from spacepact.server.site import Site
from spacepact.visualizations.dossier import GROUPS, TIED, Wanted, build_dossier, side
from spacepact.visualizations.model import Tie

PAIRS = [("usa", "rok"), ("nasa", "kasa"), ("peru", "china"), ("usa", "esa"), ("nasa", "rok"), ("nasa", "usa")]


@cache
def data(path: str) -> Any:
    found = page(f"/api/between/{path}", "application/json")
    assert found.status == 200, found.body
    return json.loads(found.body)


@cache
def text(path: str, status: int = 200) -> str:
    found = page(path)
    assert found.status == status
    assert isinstance(found.body, str)
    return found.body


def selected(sparql: str) -> set[str]:
    return {row[0].value for row in site().graph.query(sparql).rows}  # type: ignore[union-attr]


def shown(path: str) -> set[str]:
    return {each["iri"] for each in data(path)["engagements"]}


def links(body: str, within: str = "") -> list[str]:
    part = body.partition(within)[2] if within else body
    return [html.unescape(path) for path in re.findall(r'href="(/[^"]*)"', part)]


def test_of_two_states_it_has_all_engagements_in_which_a_body_of_each_has_a_part() -> None:
    expected = selected(
        """SELECT DISTINCT ?e WHERE { ?e pact:involves ?a , ?b .
          ?a pact:ofState? id:usa . ?b pact:ofState? id:rok }"""
    )
    assert expected <= shown("usa/rok")
    # Beside them it has but meetings that are planned in a series of the two.
    for iri in shown("usa/rok") - expected:
        series = selected(f"SELECT ?s WHERE {{ <{iri}> pact:inSeries ?s ; pact:dueBy ?due }}")
        assert series & expected
        assert not selected(f"SELECT ?w WHERE {{ <{iri}> pact:when ?w }}")
    assert len(expected) > 50


def test_of_two_bodies_it_has_theirs_alone_and_offers_the_wider_ones() -> None:
    assert shown("nasa/kasa") == selected("SELECT DISTINCT ?e WHERE { ?e pact:involves id:nasa , id:kasa }")
    offered = links(text("/between/nasa/kasa"))
    assert "/between/usa/rok" in offered
    assert "/between/nasa/kasa?parts=yes" in offered
    assert shown("nasa/kasa") <= shown("nasa/kasa?parts=yes") <= shown("usa/rok")
    assert shown("usa/rok?parts=no") < shown("usa/rok")


@pytest.mark.parametrize(("a", "b"), PAIRS)
def test_it_agrees_with_the_question_that_it_shows(a: str, b: str) -> None:
    asked = site().graph.ask("what-links", a=a, b=b)
    rows = {row[0].value for row in asked.rows}  # type: ignore[union-attr]
    found = shown(f"{a}/{b}?parts=yes")
    assert rows <= found
    # The question lists an engagement by the passages that name one of the two in it, not in somebody's part in it.
    for iri in found - rows:
        assert selected(f"SELECT ?p WHERE {{ <{iri}> pact:hasParticipation|pact:dueBy ?p }}")
    # What is beyond it is named beside it and in the citation.
    wide = text(f"/between/{a}/{b}?parts=yes")
    told = wide.partition('id="sparql"')[2]
    cited = wide.partition('id="citation"')[2].partition("</pre>")[0].partition("Beyond")[2]
    assert {f"#{curie(iri).removeprefix('id:')}" for iri in found - rows} == set(re.findall('href="(#[^"]+)"', told))
    assert set(re.findall(r"id:[\w./-]+", cited)) == {curie(iri) for iri in found - rows}
    body = text(f"/between/{a}/{b}")
    sparql = html.unescape(re.findall(r'<pre id="query"[^>]*>(.*?)</pre>', body, re.S)[0])
    assert {row[0].value for row in site().graph.query(sparql).rows} == rows  # type: ignore[union-attr]
    opened = next(path for path in links(body) if path.startswith("/query?"))
    assert parse_qs(urlsplit(opened).query)["query"] == [sparql]


@pytest.mark.parametrize(("a", "b"), PAIRS)
def test_what_makes_them_cooperate_is_what_the_view_has_on_their_ties(a: str, b: str) -> None:
    found = data(f"{a}/{b}")
    members = [set(one["members"]) for one in found["between"]]
    ties = [
        tie
        for tie in site().view.ties
        if (tie.a in members[0] and tie.b in members[1]) or (tie.a in members[1] and tie.b in members[0])
    ]
    for basis in TIED:
        of_basis = {s.iri for tie in ties for s in tie.showings if s.kind == basis}
        assert {each["iri"] for each in found["engagements"] if each["group"] == basis} == of_basis
        assert found["counts"].get(basis, 0) == len(of_basis)


@pytest.mark.parametrize(("a", "b"), PAIRS)
def test_it_lists_newest_first_by_kind_and_attendance_last(a: str, b: str) -> None:
    body = text(f"/between/{a}/{b}")
    groups = re.findall(r'<h2 id="group-([\w-]+)"', body)
    assert groups == [g.replace(" ", "-") for g in GROUPS if g in data(f"{a}/{b}")["counts"]]
    for section in re.findall(r"<section.*?</section>", body, re.S):
        dates = re.findall(r"<time>(.*?)</time>", section)
        moments = [bounds(html.unescape(date)).latest for date in dates]
        assert moments == sorted(moments, reverse=True)


def test_the_sentence_counts_engagements_and_leads_to_them() -> None:
    body = text("/between/nasa/kasa")
    lead = re.findall(r'<p class="lead">(.*?)</p>', body, re.S)[0]
    for group, count in data("nasa/kasa")["counts"].items():
        assert (f'href="#group-{group}">{count} {group}' in lead) == (group in TIED)
    assert re.search(r"\d{4}", lead)


def test_what_is_only_considered_or_open_to_all_ties_nobody_and_says_so() -> None:
    for each in data("usa/rok")["engagements"]:
        if each["strength"] == "under consideration" or each["what"] == "accords":
            assert each["group"] == "no tie"
        planned = each["note"].startswith("Planned in the series")
        assert bool(each["note"]) == (each["group"] == "no tie" or planned)
    body = text("/between/usa/rok")
    assert "Only under consideration: nobody has promised it." in body
    assert body.index('id="group-no-tie"') > body.index('id="group-commitment"')


def test_a_meeting_that_one_side_only_sat_in_is_attendance() -> None:
    for each in data("usa/rok")["engagements"]:
        if each["kind"] == "attendance" and all(each["between"]):
            callers = selected(f"SELECT ?c WHERE {{ <{each['iri']}> pact:convenedBy|pact:hostedBy ?c }}")
            both = all(not callers.isdisjoint(end) for end in each["between"])
            assert each["group"] == ("meeting" if both else "attendance")


def test_roles_are_those_of_the_graph() -> None:
    names = {"committed by": "committedBy", "committed to": "committedTo", "led by": "ledBy", "party": "party"}
    seen = set()
    for each in data("usa/japan")["engagements"]:
        for role in each["roles"]:
            if role["role"] in names and not role["others"]:
                seen.add(role["role"])
                values = f"SELECT ?who WHERE {{ <{each['iri']}> pact:{names[role['role']]} ?who }}"
                assert {actor["iri"] for actor in role["actors"]} == selected(values)
    assert seen == set(names)


def test_signatories_stand_with_their_post_and_side() -> None:
    statement = next(e for e in data("nasa/kasa")["engagements"] if e["iri"].endswith("joint-statement-2024"))
    signed = next(role for role in statement["roles"] if role["role"] == "signatory")
    assert any("Administrator" in actor["label"] and ", for " in actor["label"] for actor in signed["actors"])


def test_of_a_treaty_of_many_those_of_the_two_are_named_and_the_others_counted() -> None:
    accords = next(e for e in data("usa/rok")["engagements"] if e["iri"] == ENTITY + "artemis-accords")
    party = next(role for role in accords["roles"] if role["role"] == "party")
    assert {actor["iri"] for actor in party["actors"]} == {ENTITY + "usa", ENTITY + "rok"}
    parties = selected("SELECT ?who WHERE { id:artemis-accords pact:party ?who }")
    assert party["others"] == len(parties) - 2


def test_each_passage_leads_to_its_page_and_to_its_source() -> None:
    body = text("/between/peru/china")
    for each in data("peru/china")["engagements"]:
        assert each["passages"]
        for proof in each["passages"]:
            assert f'href="/page/{curie(proof["passage"]).replace("source:", "source/")}"' in body
            assert html.escape(proof["url"]) in body


def test_what_a_passage_shows_is_told_in_plain_words_apart_from_its_source() -> None:
    told = {label for tie in site().view.ties for s in tie.showings for proof in s.passages for label in proof.says}
    assert told
    named = {r[0].value for r in site().graph.query("SELECT ?l { ?p a owl:ObjectProperty ; rdfs:label ?l }").rows}  # type: ignore[union-attr]
    bare = {label: Proof("", 1, "stated", (label,), *[""] * 6).shows[0] for label in told}
    assert {label for label, words in bare.items() if words == label and label in named} == set()
    body = text("/between/nasa/kasa")
    assert '<div class="shows small">shows: what is promised, who promises, to whom, how firmly' in body


# --- Filters


@cache
def dossier(a: str, b: str) -> Any:
    graph = site().graph
    return build_dossier(graph, site().view, side(graph, ENTITY + a), side(graph, ENTITY + b))


def test_a_topic_takes_the_narrower_ones_along() -> None:
    narrower = selected("SELECT ?t WHERE { ?t skos:broaderTransitive topic:exploration }") | {
        PREFIXES["topic"] + "exploration"
    }
    found = data("usa/japan?topic=exploration")["engagements"]
    whole = data("usa/japan")["engagements"]
    assert {e["iri"] for e in found} == {e["iri"] for e in whole if not narrower.isdisjoint(e["topics"])}
    assert any(PREFIXES["topic"] + "exploration" not in e["topics"] for e in found)
    assert shown("usa/japan?topic=exploration,pnt") == shown("usa/japan?topic=exploration") | shown(
        "usa/japan?topic=pnt"
    )


@pytest.mark.parametrize("basis", ["agreement", "commitment", "activity", "meeting", "no-tie", "attendance"])
def test_a_kind_leaves_the_others_out(basis: str) -> None:
    groups = {e["group"] for e in data(f"usa/rok?basis={basis}")["engagements"]}
    assert groups == ({"meeting", "attendance"} if basis == "attendance" else {basis.replace("-", " ")})


def test_a_status_leaves_the_others_out() -> None:
    assert {e["status"] for e in data("usa/rok?status=under-way")["engagements"]} == {"under way"}


def test_from_and_to_keep_what_can_have_been_between_them() -> None:
    whole = dossier("usa", "rok")
    kept = whole.wanted(Wanted(since="2016-01-01", until="2022-05-31")).entries
    for entry in whole.entries:
        date = entry.showing.date
        can = bool(date) and bounds(date).latest >= "2016" and bounds(date).earliest <= "2022-05-31T23:59:59Z"
        assert (entry in kept) == can
    assert 0 < len(kept) < len(whole.entries)


def test_a_year_of_the_strip_leads_to_as_many_engagements_as_it_shows() -> None:
    body = text("/between/usa/rok")
    drawn = re.findall(r'<a href="([^"]+)" aria-label="(\d{4}): (\d+)">', body)
    assert len(drawn) > 5
    for path, year, count in drawn:
        path = html.unescape(path)
        assert path == f"/between/usa/rok?from={year}&to={year}"
        assert len(shown(path.removeprefix("/between/"))) == int(count)


def test_a_choice_has_as_many_engagements_as_it_says() -> None:
    body = text("/between/nasa/kasa")
    chosen = re.findall(r'<option value="([\w-]+)">[^<]*\((\d+)\)</option>', body)
    names = re.findall(r'<select id="(\w+)"(.*?)</select>', body, re.S)
    assert len(chosen) > 5
    for name, options in names:
        for value, count in re.findall(r'<option value="([\w-]+)">[^<]*\((\d+)\)</option>', options):
            assert len(shown(f"nasa/kasa?{name}={value}")) == int(count)


def test_filters_are_kept_in_every_form_of_the_dossier() -> None:
    body = text("/between/usa/rok?topic=pnt&from=2016")
    for start in ("/between/usa/rok.csv", "/between/usa/rok.jsonld", "/api/between/usa/rok"):
        assert f"{start}?topic=pnt&from=2016" in links(body)
    assert '<option value="pnt" selected>' in body
    assert 'name="from" value="2016"' in body


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("from=2014&to=2012", "from: 2014 is after to: 2012"),
        ("from=yesterday", "from: 'yesterday' is not an EDTF date"),
        ("to=2012-13", "to: '2012-13' is no date"),
        ("basis=treaty", "basis: there is no 'treaty'"),
        ("status=under-weigh", "did you mean"),
        ("topic=pmt", "topic: no topic is called 'pmt'"),
        ("as_of=then", "as_of: 'then' is not an EDTF date"),
        ("parts=some", "parts: write yes or no"),
        ("from=2012&from=2013", "from: given 2 times"),
        ("topic=" + "x" * 2000, "topic: no topic is called"),
    ],
)
def test_a_mistake_is_named_with_its_mending(query: str, says: str) -> None:
    assert says in html.unescape(text(f"/between/usa/rok?{query}", 400))


# --- Addresses


@pytest.mark.parametrize("name", ["NASA", "id:nasa", "National Aeronautics and Space Administration"])
def test_a_name_leads_to_the_slug_and_keeps_the_filters(name: str) -> None:
    for suffix in ("", ".csv", ".jsonld"):
        found = page(f"/between/{quote(name)}/KASA{suffix}?from=2024")
        assert (found.status, found.headers["Location"]) == (303, f"/between/nasa/kasa{suffix}?from=2024")
    assert page(f"/api/between/{quote(name)}/kasa").headers["Location"] == "/api/between/nasa/kasa"


def test_the_address_has_nothing_that_is_empty() -> None:
    found = page("/between/usa/rok?topic=&basis=agreement&status=&from=&to=2020&as_of=")
    assert (found.status, found.headers["Location"]) == (303, "/between/usa/rok?basis=agreement&to=2020")


def test_of_an_earlier_day_it_has_what_was_on_record_then() -> None:
    then = data("usa/rok?as_of=2021")
    assert then["as_of"] == "2021-12-31"
    assert {e["iri"] for e in then["engagements"]} < shown("usa/rok")
    assert all(p["issued"] < "2022" for e in then["engagements"] for p in e["passages"])
    body = text("/between/usa/rok?as_of=2021")
    assert "as it stood at the end of 2021-12-31" in body
    for path in links(body, "<main"):
        if path.startswith(("/between/", "/api/between/", "/path")) and path != "/between/usa/rok":
            assert "as_of=2021" in path


def test_a_person_who_acts_for_several_is_named_once_in_a_role() -> None:
    for each in data("usa/rok")["engagements"]:
        for role in each["roles"]:
            named = [actor["iri"] for actor in role["actors"]]
            assert len(named) == len(set(named))


def test_the_order_of_the_two_does_not_matter() -> None:
    assert shown("nasa/kasa") == shown("kasa/nasa")
    canonical = [
        re.findall(r'rel="canonical" href="([^"]+)"', text(f"/between/{p}"))[0] for p in ("nasa/kasa", "kasa/nasa")
    ]
    assert canonical == ["http://127.0.0.1:8000/between/kasa/nasa"] * 2


def test_an_actor_that_was_merged_into_another_leads_there() -> None:
    store = Store()
    store.extend(site().graph.store)
    old = NamedNode(ENTITY + "old-nasa")
    for prop, value in (("rdf:type", NS + "SpaceAgency"), ("dcterms:isReplacedBy", ENTITY + "nasa")):
        prefix, _, name = prop.partition(":")
        store.add(Quad(old, NamedNode(PREFIXES[prefix] + name), NamedNode(value), DefaultGraph()))
    other = Site(KnowledgeGraph(Embedded(store)), Settings())
    assert answer(other, "/between/old-nasa/kasa").headers["Location"] == "/between/nasa/kasa"


def test_one_actor_twice_is_no_pair_and_leads_to_its_page_and_partners() -> None:
    offered = links(text("/between/nasa/nasa", 404), "<main")
    assert "/page/nasa" in offered
    assert all(page(path).status == 200 for path in offered if path.startswith("/between/"))
    assert len(offered) > 3


@pytest.mark.parametrize("name", ["kassa", "zzz", "x" * 2000, '<script>alert("1")</script>', "pnt"])
def test_an_unknown_name_is_not_found_and_can_be_searched_for(name: str) -> None:
    body = text(f"/between/nasa/{quote(name, safe='')}", 404)
    if "/" not in name:
        assert "/search?q=" in body
    assert "<script>alert" not in body


# --- Nothing there


def test_where_nothing_is_recorded_it_says_so_and_shows_the_nearest_way() -> None:
    body = text("/between/kasa/isro")
    assert "No cooperation recorded between" in body
    assert "no evidence" in body
    offered = links(body, 'class="empty"')
    assert "/between/rok/india" in offered
    assert "/path?from=kasa&to=isro" in offered


def test_where_the_filters_leave_nothing_it_offers_those_that_do() -> None:
    whole = dossier("usa", "rok")
    first = min(year for entry in whole.tied for year in entry.years)
    body = text(f"/between/usa/rok?from=1990&to={first - 1}&basis=agreement")
    assert "No cooperation of this kind recorded" in body
    assert f"in 1990–{first - 1}; the earliest is of" in body
    block = body.partition('class="empty"')[2].partition("</div>")[0]
    offered = re.findall(r'href="([^"]+)">[^<]*</a>: ([\d,]+) engagement', block)
    assert len(offered) >= 2
    for path, count in offered:
        groups = data(html.unescape(path).removeprefix("/between/"))["counts"]
        assert sum(groups.get(group, 0) for group in TIED) == int(count) > 0


def test_meetings_are_told_of_even_where_nobody_cooperates() -> None:
    body = text("/between/nasa/usa")
    assert "On record all the same" in body
    assert "Both are of one state, and the record ties actors of different states alone." in body
    assert "No cooperation" not in body


# --- Files


@pytest.mark.parametrize(("a", "b"), PAIRS[:3])
def test_the_csv_has_a_row_for_each_engagement_and_passage(a: str, b: str) -> None:
    found = page(f"/between/{a}/{b}.csv")
    assert found.media_type.startswith("text/csv")
    assert f'filename="{a}-{b}.csv"' in found.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(str(found.body))))
    expected = {
        (e["iri"], p["passage"]) for e in data(f"{a}/{b}")["engagements"] for p in e["passages"] or [{"passage": ""}]
    }
    assert {(row["engagement"], row["passage"]) for row in rows} == expected
    assert len(rows) == len(expected)
    assert {row["data_version"] for row in rows} == {site().graph.version}
    assert {row["licence"] for row in rows} == {LICENCE}


def test_the_jsonld_has_the_facts_of_the_engagements_and_the_graphs_that_state_them() -> None:
    found = page("/between/nasa/kasa.jsonld")
    assert found.media_type == "application/ld+json"
    store = site().graph.store
    quads = set(parse(found.body, RdfFormat.JSON_LD))
    assert quads <= set(store)
    for iri in shown("nasa/kasa"):
        for quad in store.quads_for_pattern(NamedNode(iri), None, None):
            assert quad in quads
    graphs = {quad.graph_name for quad in quads} - {DefaultGraph()}
    assert graphs
    described = {quad.subject for quad in quads if quad.graph_name == DefaultGraph()}
    assert graphs <= described | {NamedNode(PREFIXES["graph"] + "derived")}
    assert any(quad.object == Literal(site().graph.version) for quad in quads)


def test_the_jsonld_is_the_same_each_time() -> None:
    assert page("/between/peru/china.jsonld").body == page("/between/peru/china.jsonld").body


def test_the_citation_has_question_parameters_version_address_and_sources() -> None:
    body = text("/between/nasa/kasa?from=2024&topic=exploration")
    cited = html.unescape(re.findall(r'<pre id="citation"[^>]*>(.*?)</pre>', body, re.S)[0])
    assert "a=id:nasa, b=id:kasa, topic=exploration, from=2024" in cited
    assert site().graph.version in cited
    assert "/between/nasa/kasa?topic=exploration&from=2024" in cited
    for each in data("nasa/kasa?from=2024&topic=exploration")["engagements"]:
        for proof in each["passages"]:
            assert proof["title"] in cited
    assert 'data-copy-from="#citation"' in body


# --- Words of passages, hostile texts


@pytest.fixture
def worded() -> Site:
    """The site with a sentence as the words of each passage, as where copies of the documents are at hand."""
    other = Site(site().graph, Settings())
    other.__dict__["view"] = site().view
    proofs = [p for tie in site().view.ties for s in tie.showings for p in s.passages]
    other.__dict__["words"] = {curie(p.passage): "Verily <b>so</b> it is written." for p in proofs}
    return other


def test_the_words_of_a_passage_are_on_the_page_and_in_no_file(worded: Site) -> None:
    assert "Verily &lt;b&gt;so&lt;/b&gt; it is written." in str(answer(worded, "/between/nasa/kasa").body)
    for path in ("/between/nasa/kasa.csv", "/between/nasa/kasa.jsonld", "/api/between/nasa/kasa"):
        body = answer(worded, path).body
        assert "Verily" not in (body.decode() if isinstance(body, bytes) else body)


def test_hostile_texts_are_shown_as_texts() -> None:
    bad = "</script><img src=x onerror=alert(1)>\"'"
    real = site().view
    ties = []
    for tie in real.ties:
        if {tie.a, tie.b} == {ENTITY + "nasa", ENTITY + "kasa"}:
            showings = tuple(
                replace(
                    shown,
                    label=bad,
                    what=bad,
                    due=bad,
                    passages=tuple(
                        p._replace(title=bad, url="javascript:alert(1)", says=(bad,)) for p in shown.passages
                    ),
                )
                for shown in tie.showings
            )
            tie = Tie(tie.a, tie.b, showings)
        ties.append(tie)
    other = Site(site().graph, Settings())
    other.__dict__["view"] = replace(real, ties=tuple(ties))
    for path in ("/between/nasa/kasa", "/path?from=nasa&to=kasa"):
        body = str(answer(other, path).body)
        assert "&lt;img src=x" in body
        assert "<img src=x" not in body
        assert 'href="javascript:' not in body
