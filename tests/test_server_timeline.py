"""The timeline: which lanes it has, what stands on them, and how it looks without a script."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any
from xml.etree import ElementTree

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store

from service import page, site
from spacepact.graph.engines.embedded import Embedded
from spacepact.iris import expand
from spacepact.queries.knowledge import KnowledgeGraph
from spacepact.server.routing import answer
from spacepact.server.site import Site
from spacepact.visualizations.lanes import Lane, Lanes
from spacepact.visualizations.lives import read_lanes
from spacepact.visualizations.timeline import Wanted, build_timeline

SVG = "{http://www.w3.org/2000/svg}"


def data(query: str = "") -> dict[str, Any]:
    found = page("/api/timeline" + query)
    assert found.status == 200
    read: dict[str, Any] = json.loads(found.body)
    return read


def lane(slug: str) -> Lane:
    return next(each for each in site().lanes.lanes if each.iri.endswith("/id/" + slug))


def drawings(body: str) -> list[ElementTree.Element]:
    found = re.findall(r'<svg class="lanes-drawing" width="100%".*?</svg></div>', body, re.S)
    return [ElementTree.fromstring(text.removesuffix("</div>")) for text in found]


def planted(facts: str) -> Lanes:
    store = Store()
    text = f"""@prefix pact: <https://w3id.org/spacepact/ns#> . @prefix id: <https://w3id.org/spacepact/id/> .
      @prefix skos: <http://www.w3.org/2004/02/skos/core#> . {facts}"""
    if "{" not in facts:  # what no document tells of has no lane
        source = "<https://w3id.org/spacepact/source/x>"
        passage = "<https://w3id.org/spacepact/source/x/p1>"
        text += f' {source} pact:sourceRank "press" . {passage} pact:inDocument {source} . {passage} {{ {facts} }}'
    store.load(text.encode(), format=RdfFormat.TRIG)
    return read_lanes(KnowledgeGraph(Embedded(store)), "x", "2026-01-01")


def test_every_engagement_of_the_record_is_on_one_lane() -> None:
    of_class = {
        str(row["class"]): int(str(row["n"]))
        for row in site().graph.query(
            """SELECT ?class (COUNT(DISTINCT ?thing) AS ?n) WHERE { ?thing a ?class
               VALUES ?class { pact:Agreement pact:Commitment pact:MeetingSeries pact:Mission pact:Programme
                               pact:SpaceSystem } } GROUP BY ?class"""
        )
    }
    kinds = [each.kind for each in site().lanes.lanes]
    assert kinds.count("agreement") == of_class["pact:Agreement"]
    assert kinds.count("promise") == of_class["pact:Commitment"]
    assert kinds.count("activity") == sum(of_class[c] for c in ("pact:Mission", "pact:Programme", "pact:SpaceSystem"))
    assert kinds.count("series") == of_class["pact:MeetingSeries"] + 1  # the meetings of no series share one


def test_an_actor_finds_what_the_question_timeline_finds() -> None:
    asked = {str(row["engagement"]) for row in site().graph.ask("timeline", actor="japan")}
    wanted = Wanted(actor=site().graph.resolve("japan"), lanes=0)
    found = build_timeline(site().lanes, wanted)
    lanes = {row.lane.iri for row in found.rows if row.lane.kind != "series"}
    meetings = {mark.of for row in found.rows if row.lane.kind == "series" for mark in row.lane.marks}
    short = {iri.replace("https://w3id.org/spacepact/id/", "id:") for iri in lanes | meetings}
    assert asked <= short
    # A series has all its meetings, also those Japan is not named for; all else involves it.
    assert {iri.replace("https://w3id.org/spacepact/id/", "id:") for iri in lanes} <= asked


def test_an_earliest_date_counts_in_the_year_in_which_it_begins() -> None:
    lanes = site().lanes
    marks = [mark for lane in lanes.lanes for mark in lane.marks if mark.date]
    assert any(mark.endless for mark in marks)
    assert build_timeline(lanes, Wanted()).bars[-1].year == max(int(mark.latest[:4]) for mark in marks)


def test_missing_meetings_are_gaps_as_the_question_meetings_of_tells_them() -> None:
    rows = list(site().graph.ask("meetings-of", series="us-japan-cds"))
    missing = sum(row["record"] == "missing" for row in rows)
    gaps = [mark for mark in lane("us-japan-cds").marks if mark.sign == "missing"]
    assert missing > 0
    assert sum(int(mark.note) for mark in gaps) == missing


def test_dates_that_have_moved_are_those_of_the_question() -> None:
    moved = {mark.of for each in site().lanes.lanes for mark in each.marks if mark.sign == "moved"}
    assert moved == {expand(str(row["what"])) for row in site().graph.ask("moved-dates")}
    body = str(page("/timeline?kind=activity&lanes=all").body)
    assert 'class="slip"' in body
    assert "was due, newer documents say otherwise" in body


def test_a_promise_taken_up_more_weakly_is_not_called_renewed() -> None:
    links = {link.earlier: link for link in site().lanes.links if link.later.endswith("/csd-4-kps-support")}
    assert [link.words for link in links.values()] == ["taken up again, without being renewed, by"]
    told = [mark for mark in lane("wh-2022-kps-support").marks if mark.to.endswith("/csd-4-kps-support")]
    assert [mark.sign for mark in told] == ["linked"]
    renewed = {(m.of, m.to) for each in site().lanes.lanes for m in each.marks if m.sign == "renewed" and m.to}
    assert renewed
    assert renewed == {(link.earlier, link.later) for link in site().lanes.links if link.words == "renewed by"}


def test_what_is_past_due_without_news_is_marked_so() -> None:
    marks = [mark for each in site().lanes.lanes for mark in each.marks if mark.sign == "no data"]
    assert marks
    assert all("no source tells" in mark.words and mark.latest <= site().lanes.as_of for mark in marks)


def test_a_successor_is_drawn_from_the_agreement_that_it_supersedes() -> None:
    found = planted(
        """id:new a pact:Agreement ; skos:prefLabel "New"@en ; pact:when "2024-05" ; pact:supersedes id:old .
           id:old a pact:Agreement ; skos:prefLabel "Old"@en ; pact:when "2014?" ."""
    )
    shown = build_timeline(found, Wanted())
    (arc,) = shown.arcs["agreement"]
    assert arc.link.words == "superseded by"
    assert [row.lane.label for row in shown.rows] == ["Old", "New"]
    assert (arc.earlier, arc.later) == (0, 1)
    assert [(m.sign, m.doubtful) for m in shown.rows[0].marks] == [("begun", True), ("linked", False)]


def test_hostile_names_are_text() -> None:
    store = Store()
    store.extend(site().graph.store)
    label = NamedNode("http://www.w3.org/2004/02/skos/core#prefLabel")
    for quad in list(store.quads_for_pattern(NamedNode("https://w3id.org/spacepact/id/csd"), label, None)):
        store.remove(quad)
        store.add(Quad(quad.subject, label, Literal('"><script>alert(1)</script>]]>&', language="en"), quad.graph_name))
    other = Site(KnowledgeGraph(Embedded(store)), site().settings)
    for url in ("/timeline?kind=series", "/timeline.svg?kind=series"):
        body = str(answer(other, url).body)
        assert "<script>alert" not in body
        assert "&lt;script&gt;alert(1)" in body


def test_the_first_view_is_short_and_says_of_how_much() -> None:
    body = str(page("/timeline").body)
    found = data()
    assert 36 <= found["shown"] <= 60 < found["fitting"]
    assert f"of {sum(each.kind == 'promise' for each in site().lanes.lanes)} promises" in body
    assert f"all {found['fitting']} lanes" in body
    assert data("?lanes=all")["shown"] == found["fitting"]


def test_the_drawing_is_well_formed_and_its_marks_are_links_with_titles() -> None:
    found = drawings(str(page("/timeline").body))
    assert len(found) == 4
    for drawing in found:
        marks = [link for link in drawing.iter("a") if link.get("class") == "mark"]
        assert marks
        for mark in marks:
            assert mark.get("href", "").startswith("/page/")
            assert (mark.findtext("title") or "").strip()
    for line in (line for drawing in found for line in drawing.iter("line")):
        assert all(0 <= float(line.get(x, "").rstrip("%")) <= 100 for x in ("x1", "x2"))


def test_the_table_has_every_mark_of_the_lanes_shown() -> None:
    body = str(page("/timeline?actor=rok").body)
    found = data("?actor=rok")
    rows = re.findall(r"<tr>\s*<td data-head=\"When\">", body)
    assert len(rows) == sum(max(1, len(each["marks"])) for each in found["lanes"])


def test_nothing_of_it_needs_inline_style_or_script() -> None:
    body = str(page("/timeline").body)
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\bsrc=)", body)


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ("?actor=nobody-at-all", 400, "actor"),
        ("?with=nobody-at-all", 400, "with"),
        ("?topic=alchemy", 400, "topic"),
        ("?kind=war", 400, "kind: there is no"),
        ("?from=soon", 400, "from: "),
        ("?from=2024&to=2020", 400, "from: 2024 is after to: 2020"),
        ("?lanes=-1", 400, "lanes: "),
        ("?actor=" + "x" * 2048, 400, "actor"),
        ("?actor=usa&actor=rok", 400, "actor: given 2 times"),
    ],
)
def test_mistakes_name_the_parameter(query: str, status: int, words: str) -> None:
    found = page("/timeline" + query)
    assert found.status == status
    assert words in str(found.body)


def test_nothing_found_offers_what_would_find_something() -> None:
    body = str(page("/timeline?actor=japan&with=rok&from=1901&to=1902&kind=series").body)
    assert "no evidence" in body
    offers = re.findall(r'<li><a href="([^"]*)">[^<]*: [\d,]+ lanes?</a>', body)
    assert offers
    for offer in offers:
        assert 'class="empty"' not in str(page(offer.replace("&amp;", "&")).body)


def test_a_name_works_as_well_as_a_slug_and_time_and_kind_narrow() -> None:
    assert data("?actor=South Korea")["fitting"] == data("?actor=rok")["fitting"]
    all_of, some = data("?actor=rok&lanes=all"), data("?actor=rok&from=2024&to=2025&kind=promise&lanes=all")
    assert {each["iri"] for each in some["lanes"]} < {each["iri"] for each in all_of["lanes"]}
    for each in some["lanes"]:
        assert each["kind"] == "promise"
        days = [mark for mark in each["marks"] if mark["date"]]
        assert any(mark["earliest"] <= "2025-12-31" and mark["latest"] >= "2024-01-01" for mark in days)


def test_files_carry_sources_licence_date_and_address() -> None:
    query = "?actor=japan&topic=exploration"
    found = page("/timeline.svg" + query)
    root = ElementTree.fromstring(str(found.body))
    about = (root.findtext(f"{SVG}desc") or "") + "".join(root.itertext())
    assert found.headers["Content-Disposition"].endswith('.svg"')
    for part in (f"{len(data(query)['sources'])} sources", "CC0", site().graph.as_of, "/timeline" + query):
        assert part in about
    assert "var(" not in str(found.body)
    rows = list(csv.DictReader(io.StringIO(str(page("/timeline.csv" + query).body))))
    assert len(rows) == sum(len(each["marks"]) for each in data(query)["lanes"])
    assert all(row["licence"] and row["documents"] and row["asOf"] and query in row["url"] for row in rows)


def test_the_histogram_counts_different_engagements_of_each_year() -> None:
    bars = {bar["year"]: bar["number"] for bar in data()["years"]}
    marks = [mark for each in site().lanes.lanes for mark in each.marks if mark.date and mark.sign != "moved"]
    in_2024 = {mark.of for mark in marks if mark.earliest <= "2024-12-31" and mark.latest >= "2024-01-01"}
    assert bars[2024] == len(in_2024)
    assert 'aria-label="2024: ' in str(page("/timeline").body)


def test_as_of_a_day_the_page_and_its_files_are_of_the_record_of_that_day() -> None:
    day = "2023-01-01"
    then = site().as_of(day).lanes
    assert {iri.iri for iri in then.lanes} < {iri.iri for iri in site().lanes.lanes}
    found = data(f"?as_of={day}&lanes=all")
    assert found["asOf"] == day
    assert {each["iri"] for each in found["lanes"]} == {each.iri for each in then.lanes}
    rows = list(csv.DictReader(io.StringIO(str(page(f"/timeline.csv?as_of={day}&lanes=all").body))))
    assert {row["asOf"] for row in rows} == {day}
    assert f"as of {day}" in str(page(f"/timeline.svg?as_of={day}").body)
    body = str(page(f"/timeline?as_of={day}").body)
    assert f"as of {day}" in body
    assert f'name="as_of" value="{day}"' in body
    assert f"/timeline.csv?as_of={day}" in body
    mistaken = page("/timeline?as_of=yesterday")
    assert mistaken.status == 400
    assert "as_of: " in str(mistaken.body)


def test_files_have_as_many_lanes_as_the_page() -> None:
    links = re.findall(r'href="(/timeline\.csv[^"]*)"', str(page("/timeline?lanes=all").body))
    assert links == ["/timeline.csv?lanes=all"]


def test_the_table_is_folded_beneath_the_drawing() -> None:
    body = str(page("/timeline").body)
    fold = body.rpartition("<details")[2]
    assert 'id="table"' in fold
    assert not fold.partition(">")[0].endswith(" open")
