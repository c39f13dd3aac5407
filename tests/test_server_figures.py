"""The figures of the overview and the timeline: their words stay inside, and the legend is of what is drawn."""

from __future__ import annotations

import csv
import io
import json
import re
from functools import cache
from typing import Any
from xml.etree import ElementTree

import pytest

from service import page, site
from spacepact.folders import folder
from spacepact.visualizations.folding import short_name
from spacepact.visualizations.lanes import SIGNS
from spacepact.visualizations.lettering import text_width

SVG = "{http://www.w3.org/2000/svg}"


@cache
def data(path: str) -> Any:
    return json.loads(page(path, "application/json").body)


@pytest.mark.parametrize("form", ["wide", "tall"])
@pytest.mark.parametrize("query", ["", "basis=attendance", "topic=pnt", "kind=state&kind=company&from=2012&min=2"])
def test_the_words_of_the_figure_cover_neither_each_other_nor_its_edge(form: str, query: str) -> None:
    root = ElementTree.fromstring(str(page(f"/explore.svg?form={form}&{query}").body))
    room = float(root.get("width", ""))
    legend = next(group for group in root.iter(f"{SVG}g") if group.get("class") == "legend")
    entries = [(float(e.get("y", "")), float(e.get("x", "")), str(e.text), 12.0) for e in legend.iter(f"{SVG}text")]
    assert entries
    for (y, x, text, size), (below, after, _, _) in zip(entries, [*entries[1:], (0.0, 0.0, "", 0.0)], strict=True):
        assert x + text_width(text, size) <= (after - 28 if below == y else room)
    for group in root.findall(f"{SVG}g[@font-size]"):
        size = float(group.get("font-size", ""))
        for line in group.findall(f"{SVG}text"):
            assert float(line.get("x", "")) + text_width(str(line.text), size) <= room


@pytest.mark.parametrize("query", ["", "topic=pnt", "focus=peru", "topic=exploration&topic=science"])
def test_the_legend_has_the_colours_that_are_drawn_and_no_other(query: str) -> None:
    root = ElementTree.fromstring(str(page(f"/explore.svg?{query}").body))
    legend = next(group for group in root.iter(f"{SVG}g") if group.get("class") == "legend")
    named = {e.get("stroke") for e in legend.iter(f"{SVG}path") if e.get("stroke")}
    drawn = {e.get("stroke") for e in root.iter(f"{SVG}path") if str(e.get("class")).startswith("line ")}
    assert named == drawn
    assert {entry["topic"] for entry in data(f"/api/explore?{query}")["legend"]} == {
        t["leading_topic"] for t in data(f"/api/explore?{query}")["ties"]
    } - {""}


def test_where_topics_are_asked_for_one_of_them_leads() -> None:
    label = "positioning, navigation and timing"
    assert {tie["leading_topic"] for tie in data("/api/explore?topic=pnt")["ties"]} == {"pnt"}
    rows = csv.DictReader(io.StringIO(str(page("/explore.csv?topic=pnt").body)))
    assert {row["leading_topic"] for row in rows} == {label}
    for view, words in (
        ("map", 'mostly ([^"<]+)"'),
        ("table", r'topic-\d" aria-hidden="true"></span>([^<]+)'),
        ("matrix", r'\d engagements?, ([^"]+)" aria'),
    ):
        found = re.findall(words, str(page(f"/explore?topic=pnt&view={view}").body))
        assert {text.strip() for text in found} == {label}, view


@pytest.mark.parametrize("query", ["?actor=rok", "?actor=rok&with=usa&topic=exploration&from=2015", "?lanes=all"])
def test_no_words_of_the_figure_are_cut_off(query: str) -> None:
    root = ElementTree.fromstring(str(page("/timeline.svg" + query).body))
    for line in (each for each in root.findall(f"{SVG}text") if each.get("class") == "aside"):
        assert 8 + text_width(str(line.text), 12) <= 1200
    words = " ".join(" ".join("".join(each.itertext()) for each in root.findall(f"{SVG}text")).split())
    sentence = re.search(r'<p class="lead" id="summary">(.*?)</p>', str(page("/timeline" + query).body), re.S)
    assert sentence
    assert " ".join(sentence[1].split()) in words
    legend = next(group for group in root.iter(f"{SVG}g") if group.get("class") == "legend")
    told = {each.text for each in legend.iter(f"{SVG}text")}
    assert told >= {
        SIGNS[m["sign"]] for each in data("/api/timeline" + query)["lanes"] for m in each["marks"] if m["sign"] == "due"
    }
    ends = [
        float(e.get("x", "")) + 14 + text_width("".join(e.itertext()).strip(), 12) for e in legend.findall(f"{SVG}svg")
    ]
    assert max(ends) <= 1200


def test_names_are_shortened_to_english_ones() -> None:
    shown = {node.iri: short_name(node, 14) for node in site().overview.whole.nodes}
    for node in site().overview.whole.nodes:
        english = site().graph.query(
            f"""ASK {{ <{node.iri}> skos:prefLabel|skos:altLabel ?name
              FILTER (STR(?name) = {json.dumps(shown[node.iri])} && LANG(?name) IN ("", "en")) }}"""
        )
        assert english.rows[0][0].value == "true", shown[node.iri]  # type: ignore[union-attr]
    assert len(set(shown.values())) == len(shown)


def test_the_matrix_hides_no_row_in_a_box() -> None:
    css = (folder("visualizations") / "explorer" / "overview.css").read_text(encoding="utf-8")
    frame = re.findall(r"\.matrix-frame {([^}]*)}", css)
    assert frame
    assert not any("max-height" in rule or "overflow: auto" in rule for rule in frame)
    body = str(page("/explore?view=matrix").body)
    above, below = (
        re.findall(r"<span>([^<]+)</span></th>", part)
        for part in re.findall(r"<(?:thead|tfoot)[^>]*>(.*?)</(?:thead|tfoot)>", body, re.S)
    )
    assert above
    assert above == below
    assert "columns: the box scrolls sideways" in body


def test_on_paper_the_colours_stay_and_addresses_stand_once() -> None:
    css = (folder("visualizations") / "explorer" / "explorer.css").read_text(encoding="utf-8")
    paper = css.split("@media print")[1]
    coloured = re.search(r"\n  ([^\n]*) { print-color-adjust: exact; }", paper)
    assert coloured
    assert {".swatch", ".key"} <= set(coloured[1].split(", "))
    assert ".passages a" not in paper
    for url in ("/between/nasa/kasa", "/path?from=kasa&to=isro", "/page/wh-2022-kps-support"):
        body = str(page(url).body)
        around = body[: body.index('<pre id="citation"')].rpartition("<section")[2].partition(">")[0]
        assert "no-print" not in around
