"""The page of an entity: everything the record says of it, each statement with its source."""

from __future__ import annotations

import csv
import io
import json
import random
import re
from collections import Counter
from html import unescape
from typing import Any
from urllib.parse import quote

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store

from service import page, site
from spacepact.dates import bounds
from spacepact.graph.engines.embedded import Embedded
from spacepact.iris import ENTITY, NS, curie, expand
from spacepact.queries.describing import describe
from spacepact.queries.knowledge import KnowledgeGraph
from spacepact.server.routing import answer
from spacepact.server.settings import Settings
from spacepact.server.site import PageResponse, Site


def entities() -> dict[str, list[str]]:
    """Return the slugs of all entities by their classes."""
    found: dict[str, list[str]] = {}
    rows = site().graph.query(
        f"SELECT DISTINCT ?thing ?class {{ ?thing a ?class FILTER (STRSTARTS(STR(?thing), '{ENTITY}')) }}"
    )
    for row in rows.records():
        slug = str(row["thing"]).removeprefix("id:")
        found.setdefault(str(row["class"]), []).append(slug)
    return found


def text(url: str) -> str:
    """Return the words of a page, in one line."""
    body = page(url).body
    assert isinstance(body, str)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def test_every_kind_of_entity_has_a_page() -> None:
    chance = random.Random(0)
    for kind, slugs in sorted(entities().items()):
        if kind != "pact:Cooperation":
            for slug in chance.sample(sorted(slugs), min(3, len(slugs))):
                assert page(f"/page/{slug}").status == 200, (kind, slug)


@pytest.mark.parametrize("slug", ["kasa", "csd-4", "artemis-accords", "csd-4-kps-support", "scwg"])
def test_every_statement_stands_on_the_page_with_the_passages_that_say_it(slug: str) -> None:
    body = unescape(str(page(f"/page/{slug}").body))
    for statement in describe(site().graph, ENTITY + slug).statements:
        for passage in statement.passages:
            assert f'href="#{passage.replace("source:", "source-")}"' in body, (statement, passage)


def test_a_source_that_is_cited_is_listed() -> None:
    body = str(page("/page/csd-4").body)
    for goal in set(re.findall(r'class="cite" href="#([^"]+)"', body)):
        assert f'id="{goal}"' in body, goal


@pytest.mark.parametrize("slug", ["csd-4-kps-support", "spherex", "john-lee"])
def test_links_of_the_page_lead_somewhere(slug: str) -> None:
    main = str(page(f"/page/{slug}").body).partition("<main")[2].partition("</main>")[0]
    links = {unescape(link).partition("#")[0] for link in re.findall(r'href="(/[^"]*)"', main)}
    assert len(links) > 5
    for link in links:
        assert page(link).status in (200, 303), link


def test_what_a_rule_adds_is_marked_as_derived() -> None:
    assert re.search(r"current status made derived", text("/page/csd-4-kps-support"))


def test_names_stand_with_their_languages() -> None:
    assert '<span lang="ko">우주항공청</span>' in str(page("/page/kasa").body)


def test_documents_that_disagree_stand_side_by_side() -> None:
    row = next(iter(site().graph.ask("disagreements").records()))
    words = text(f"/page/{str(row['entity']).removeprefix('id:')}")
    assert "documents disagree" in words
    for value in ("value", "otherValue"):
        assert str(row[value]).removeprefix("id:") in words or str(row[value]).startswith("id:")


def test_missing_meetings_of_a_series_are_gaps() -> None:
    rows = site().graph.ask("meetings-of", series="id:scwg").records()
    missing = sum(row["record"] == "missing" for row in rows)
    assert missing
    assert str(page("/page/scwg").body).count('class="gap"') == missing


def test_a_commitment_has_its_renewals_on_one_line_of_time() -> None:
    words = text("/page/csd-4-kps-support")
    assert "(this one)" in words
    assert words.index("made 2022-05-21") < words.index("made 2025-04-14", words.index("(this one)"))


def test_a_state_stands_for_its_bodies_and_an_engagement_counts_once() -> None:
    assert "stands for its" in text("/page/rok")
    row = re.search(r"United States of America</a>.*?number\"[^>]*>(\d+)<", str(page("/page/rok").body), re.DOTALL)
    view = site().view
    states = {node.iri: node.state for node in view.nodes}
    wanted = {"Republic of Korea", "United States of America"}
    firm = {
        showing.iri
        for tie in view.ties
        for showing in tie.showings
        if {states[tie.a], states[tie.b]} == wanted and showing.kind in view.shown
    }
    assert row is not None
    assert int(row[1]) == len(firm)


def test_unknown_names_are_answered_with_the_nearest() -> None:
    found = page("/page/nassa")
    assert found.status == 404
    assert "/page/nasa" in str(found.body)
    assert page("/page/" + "x" * 2000).status == 404
    assert page("/page/%3Cscript%3E").status == 404
    assert "<script>alert" not in str(page("/page/%3Cscript%3Ealert(1)%3C%2Fscript%3E").body)


def test_a_tie_leads_to_the_dossier_of_its_actors() -> None:
    slug = entities()["pact:Cooperation"][0]
    found = page(f"/page/{slug}")
    assert (found.status, found.headers["Location"]) == (303, "/between/" + "/".join(slug.split("/")[1:3]))


@pytest.mark.parametrize("name", ["한", "x\r\nSet-Cookie: a=b", "\0", "..", "a/b", "?q=1"])
def test_a_tie_of_any_names_leads_to_an_address(name: str) -> None:
    found = page(f"/page/cooperation/{quote(name, safe='')}/nasa/topic/basis")
    if "/" in name:
        assert found.status == 404
    else:
        assert found.headers["Location"] == f"/between/{quote(name, safe='')}/nasa"
        assert page(found.headers["Location"]).status == 404


def test_no_page_leads_to_what_is_no_address() -> None:
    for wrong in ("/한", "/a\r\nb", "/a b", "/\0", ""):
        with pytest.raises(ValueError, match="no address"):
            PageResponse.redirect(wrong)


@pytest.mark.parametrize("path", ["/page/nasa", "/api/network/nasa", "/network/nasa.csv"])
def test_who_is_to_be_opened_must_be_an_actor(path: str) -> None:
    assert page(f"{path}?expand=jaxa").status == 200
    for wrong in ("zzz", "jaxa,zzz", "artemis-accords"):
        found = page(f"{path}?expand={wrong}")
        assert found.status == 400
        assert "expand: the record has no actor" in unescape(str(found.body))
    # Whom an earlier day does not know is not drawn then.
    assert page(f"{path}?expand=kasa&as_of=2020").status == 200
    assert page("/page/artemis-accords?expand=nasa").status == 400


HOSTILE = "<script>alert(1)</script>\"'{{7*7}}"


@pytest.fixture(scope="module")
def altered(record: Store) -> Site:
    """The record with an entity that was merged into another one, twice over, and one whose texts are hostile."""
    store = Store()
    store.bulk_extend(record)

    def add(subject: str, predicate: str, value: NamedNode | Literal) -> None:
        name = expand(predicate)
        assert name is not None
        store.add(Quad(NamedNode(ENTITY + subject), NamedNode(name), value, DefaultGraph()))

    add("nasa-old", "dcterms:isReplacedBy", NamedNode(ENTITY + "nasa-older"))
    add("nasa-older", "rdf:type", NamedNode(NS + "SpaceAgency"))
    add("nasa-older", "dcterms:isReplacedBy", NamedNode(ENTITY + "nasa"))
    for kind in ("Commitment", "Mission", "State"):
        add(f"hostile-{kind}", "rdf:type", NamedNode(NS + kind))
        for predicate in ("skos:prefLabel", "skos:altLabel", "pact:statement", "skos:note", "pact:discussed"):
            add(f"hostile-{kind}", predicate, Literal(HOSTILE + predicate, language="en"))
        add(f"hostile-{kind}", "schema:sameAs", NamedNode("javascript:alert(1)"))
        add(f"hostile-{kind}", "pact:concerns", NamedNode(ENTITY + "hostile-Mission"))
    return Site(KnowledgeGraph(Embedded(store)), Settings())


def test_a_merged_entity_leads_to_what_replaced_it_with_a_note(altered: Site) -> None:
    moved = answer(altered, "/page/nasa-old")
    assert (moved.status, moved.headers["Location"]) == (301, "/page/nasa?merged=nasa-old")
    for path, to in (("/id/nasa-old", "/id/nasa"), ("/api/entities/nasa-old", "/api/entities/nasa")):
        assert answer(altered, path).headers["Location"] == to, "all addresses agree on the end of the chain"
    assert "“nasa-old” has been merged into this one" in str(answer(altered, moved.headers["Location"]).body)
    for false in ("kasa", HOSTILE, "x" * 2000):
        assert "has been merged" not in str(answer(altered, f"/page/nasa?merged={quote(false)}").body)


@pytest.mark.parametrize("kind", ["Commitment", "Mission", "State"])
def test_texts_of_the_record_are_no_markup(altered: Site, kind: str) -> None:
    body = str(answer(altered, f"/page/hostile-{kind}").body)
    assert "&lt;script&gt;" in body
    for dangerous in ("<script>alert", "49", 'href="javascript:'):
        assert dangerous not in body


def test_the_page_as_of_an_earlier_day_knows_nothing_younger() -> None:
    words = text("/page/kasa?as_of=2024")
    assert "as it stood at the end of 2024-12-31" in words
    assert "2025-" not in words.partition("Partners")[2].partition("Sources")[0]
    found = network("/api/network/kasa?as_of=2024")
    assert found["asOf"] == "2024-12-31"
    assert len(found["nodes"]) < len(network("/api/network/kasa")["nodes"])
    assert page("/page/kasa?as_of=soon").status == page("/api/network/kasa?as_of=soon").status == 400


def test_long_and_odd_parameters_are_answered() -> None:
    for query, status in (
        ("expand=" + "x" * 2000, 400),
        ("expand=" + quote(HOSTILE), 400),
        ("expand=nasa,nasa,kasa,,", 200),
        ("utm_source=mail", 200),
    ):
        assert page(f"/page/kasa?{query}").status == status, query
        assert "<script>alert" not in str(page(f"/page/kasa?{query}").body)


def network(url: str) -> dict[str, Any]:
    told = page(url, "application/json")
    assert told.status == 200
    found: dict[str, Any] = json.loads(told.body)
    return found


def test_the_network_around_an_actor_has_its_partners_and_what_ties_them() -> None:
    found = network("/api/network/nasa")
    ties = [tie for tie in site().view.ties if ENTITY + "nasa" in (tie.a, tie.b)]
    assert {node["id"] for node in found["nodes"]} == {curie(end)[3:] for tie in ties for end in (tie.a, tie.b)}
    of = {frozenset((tie["a"], tie["b"])): tie["count"] for tie in found["ties"]}
    for tie in ties:
        firm = {s.iri for s in tie.showings if s.kind in site().view.shown}
        assert of[frozenset((curie(tie.a)[3:], curie(tie.b)[3:]))] == len(firm)


def test_nobody_moves_when_partners_are_added() -> None:
    before = {node["id"]: (node["x"], node["y"]) for node in network("/api/network/nasa")["nodes"]}
    after = {n["id"]: (n["x"], n["y"]) for n in network("/api/network/nasa?expand=jaxa,esa")["nodes"]}
    assert len(after) > len(before)
    assert before.items() <= after.items()
    assert len(set(after.values())) == len(after)


def test_what_is_not_drawn_cannot_be_opened_and_no_actor_has_no_network() -> None:
    far = next(node.iri.removeprefix(ENTITY) for node in site().view.nodes if node.kind == "company")
    assert network(f"/api/network/kasa?expand={far}")["opened"] == []
    assert page("/api/network/csd-4").status == 404
    assert page("/api/network/" + "x" * 2000).status == 404


def between(words: str, first: str, last: str) -> str:
    """Return what stands between two texts."""
    return words.partition(first)[2].partition(last)[0]


def test_who_neither_gives_nor_receives_a_commitment_takes_part_in_it() -> None:
    given, received, told = (
        {(str(row["actor"]), str(row["of"])) for row in site().graph.query(query).records()}
        for query in (
            "SELECT ?actor ?of { ?of a pact:Commitment ; pact:committedBy ?actor }",
            "SELECT ?actor ?of { ?of a pact:Commitment ; pact:committedTo ?actor }",
            "SELECT ?actor ?of { ?of a pact:Commitment ; pact:hasParticipation ?how . ?how pact:actor ?actor }",
        )
    )
    part = told - given - received
    assert part
    # A state or a department stands for its bodies too; of these it is the bodies' sides that count.
    alone = {actor for actor, _ in part if not site().graph.query(
        f"SELECT ?body {{ ?body pact:ofState|pact:partOf {actor} }} LIMIT 1").records()}  # fmt: skip
    for actor in sorted(alone):
        section = between(str(page(f"/page/{actor[3:]}").body), '<section id="commitments">', "</section>")
        for row in re.findall(r"<tr>\s*<td><a href=.*?</tr>", section, re.DOTALL):
            of = "id:" + between(row, 'href="/page/', '"')
            sides = [word for word, found in (("given", given), ("received", received)) if (actor, of) in found]
            assert between(row, '<p class="facts">', "·").strip() == " and ".join(sides or ["takes part"]), (actor, of)


def test_a_signing_that_no_source_ties_to_a_party_stands_by_itself_and_no_party_twice() -> None:
    rows = site().graph.ask("signatories-of", agreement="id:us-korea-gnss-joint-statement-2021").records()
    parties = [row["signatory"] for row in rows if row["signatory"]]
    assert sorted(parties) == ["id:rok", "id:usa"]
    days = {row["when"]: row["passage"] for row in rows if row["when"]}
    assert list(days) == ["2021-05-26/2021-05-27"]
    assert "source:gnss-joint-statement-2021/p9" in str(days["2021-05-26/2021-05-27"])


def test_partners_by_attendance_alone_are_told_apart_and_come_last() -> None:
    own = site().states.of[ENTITY + "japan"]
    firm = [bundle for bundle in own if bundle.weight]
    assert 0 < len(firm) < len(own)
    words = between(text("/page/japan"), "With whom, by how many", "All ties of the drawing")
    assert f"Partners {len(firm)}, and {len(own) - len(firm)} by attendance alone" in text("/page/japan")
    first, last = words.split("By attendance alone")
    assert (first.count("Dossier"), last.count("Dossier")) == (len(firm), len(own) - len(firm))


def test_the_latest_of_a_tie_is_an_engagement_that_counts() -> None:
    for bundles in site().states.of.values():
        for bundle in bundles:
            ends = {bundle.a, bundle.b}
            tie = next(tie for tie in site().overview.whole.ties if {tie.a, tie.b} == ends)
            dates = {s.date for s in tie.showings if s.kind in site().view.shown}
            assert not bundle.weight or bundle.latest in dates | {""}


@pytest.mark.parametrize("actor", ["usa", "nasa"])
def test_bars_count_the_years_that_dates_touch_and_nothing_that_is_only_due(actor: str) -> None:
    rows = site().graph.ask("timeline", actor=f"id:{actor}").records()
    dated = {row["engagement"]: bounds(str(row["when"])) for row in rows if row["when"]}
    wanted = Counter(
        year
        for found in dated.values()
        for year in range(int(found.earliest[:4]), int(found.latest[:4]) + 1)
    )  # fmt: skip
    section = between(str(page(f"/page/{actor}").body), '<section id="timeline">', "</section>")
    drawn = {int(year): int(number) for year, number in re.findall(r"<title>(\d{4}): (\d+)</title>", section)}
    assert {year: number for year, number in drawn.items() if number} == wanted
    assert f"{len({row['engagement'] for row in rows} - set(dated))} undated" in section


@pytest.mark.parametrize("slug", ["us-india-jwg", "gps-kps-twg"])
def test_a_series_with_meetings_is_not_said_to_be_without_dates(slug: str) -> None:
    words = text(f"/page/{slug}")
    assert "Meetings" in words
    assert "No source tells of a dated event" not in words


def test_strength_and_status_lead_to_what_they_mean() -> None:
    section = between(str(page("/page/nasa").body), '<section id="commitments">', "</section>")
    for path in set(re.findall(r'href="(/page/code/[^"]+)"', section)):
        assert page(path).status == 200, path
    assert '<span class="tag">' not in section


def test_no_page_advises_to_use_the_command_line() -> None:
    for url in (
        "/page/nasa",
        "/page/scwg",
        "/page/graph/derived",
        "/path?from=qqqqqq&to=nasa",
        "/questions/due?actor=qqqqqq",
    ):
        body = str(page(url).body).partition("<main")[2]
        assert not re.search(r"spacepact (find|explain|ask)", body), url


def test_the_drawing_around_an_actor_is_a_file_of_what_is_drawn_with_all_to_cite_it() -> None:
    drawn = network("/api/network/japan")
    counts = sorted(tie["count"] for tie in drawn["ties"])
    assert 0 in counts, "some are tied by attendance alone"
    for suffix in ("gexf", "graphml"):
        text_of = str(page(f"/network/japan.{suffix}").body)
        assert (text_of.count("<node id="), text_of.count("<edge ")) == (len(drawn["nodes"]), len(drawn["ties"]))
        for wanted in ("partners of Japan", "/page/japan", site().graph.version, drawn["asOf"], "https://"):
            assert wanted in text_of, (suffix, wanted)
    ties = list(csv.DictReader(io.StringIO(str(page("/network/japan.csv").body))))
    assert sorted(int(row["engagements"]) for row in ties) == counts
    actors = list(csv.DictReader(io.StringIO(str(page("/network/japan-actors.csv").body))))
    assert {row["iri"] for row in actors} == {ENTITY + node["id"] for node in drawn["nodes"]}
    for row in (*ties, *actors):
        assert row["licence"]
        assert row["sources"]
        assert row["as_of"] == drawn["asOf"]
        assert row["address"].endswith("/page/japan")
    wider = str(page("/network/nasa.gexf?expand=jaxa").body)
    assert wider.count("<node id=") > str(page("/network/nasa.gexf").body).count("<node id=")
    for wrong in ("japan.xlsx", "nobody.csv", "csd-4.gexf", "x" * 2000 + ".csv"):
        assert page(f"/network/{wrong}").status == 404, wrong
