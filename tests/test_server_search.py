"""The search page and what the search boxes ask."""

from __future__ import annotations

import json
import re
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service import page, site


def _results(url: str) -> list[dict[str, str]]:
    answer = page(url)
    assert (answer.status, answer.media_type) == (200, "application/json")
    found: list[dict[str, str]] = json.loads(answer.body)["results"]
    return found


def test_the_page_groups_what_it_finds_by_kind_with_counts() -> None:
    body = str(page("/search?q=nasa").body)
    hits = site().names.search("nasa", limit=1000)
    actors = sum(hit.entry.group == "Actor" for hit in hits)
    assert f"{len(hits)} things for <q>nasa</q>" in body
    assert f"States, organizations, people {actors}</a>" in body
    assert '<a href="/page/nasa">National Aeronautics and Space Administration</a>' in body
    assert "also called <q>NASA</q>" in body


def test_the_one_thing_of_that_name_offers_itself() -> None:
    assert 'Probably <a href="/page/nasa">' in str(page("/search?q=nasa").body)
    assert "Probably" not in str(page("/search?q=space").body)


def test_a_kind_shows_all_of_it_and_nothing_else() -> None:
    body = str(page("/search?q=space&kind=Commitment").body)
    wanted = {h.entry.iri for h in site().names.search("space", limit=1000) if h.entry.group == "Commitment"}
    assert len(set(re.findall(r'<li>\s*<a href="(/page/[^"]+)"', body))) == len(wanted)


def test_a_near_spelling_is_said_to_be_one() -> None:
    body = str(page("/search?q=NASSA").body)
    assert "spelled nearly so" in body
    assert "/page/nasa" in body


@pytest.mark.parametrize("text", ["qqqzzzqqq", "!!!", "()"])
def test_nothing_found_says_what_would_help_and_that_it_is_no_evidence(text: str) -> None:
    body = str(page(f"/search?q={quote(text)}").body)
    assert "no evidence" in body
    assert "another language" in body


def test_nothing_found_names_the_nearest() -> None:
    assert "goddard" in str(page("/search?q=Goddrad+qqqzzz").body).lower()


def test_without_a_text_the_page_says_what_can_be_typed() -> None:
    assert "Any language" in str(page("/search").body)


def test_a_hostile_text_is_shown_as_text() -> None:
    body = str(page("/search?q=" + quote("<script>alert(1)</script>")).body)
    assert "<script>alert" not in body
    assert "&lt;script&gt;alert" in body


def test_json_says_what_a_search_box_needs() -> None:
    first = _results("/api/search?q=kasa&limit=3")[0]
    assert first == {
        "id": "id:kasa",
        "iri": "https://w3id.org/spacepact/id/kasa",
        "slug": "kasa",
        "label": "Korea AeroSpace Administration",
        "matched": "KASA",
        "how": "exact",
        "kind": "space agency",
        "group": "Actor",
        "path": "/page/kasa",
    }


def test_json_keeps_to_the_kind_and_the_limit() -> None:
    assert {hit["group"] for hit in _results("/api/search?q=space&kind=topic&limit=50")} == {"Topic"}
    assert len(_results("/api/search?q=space&limit=5")) == 5


@pytest.mark.parametrize(
    ("query", "says"),
    [("limit=0", "1 to 50"), ("limit=x", "1 to 50"), ("limit=99999999999", "1 to 50"), ("kind=Stte", "State")],
)
def test_a_mistake_is_named(query: str, says: str) -> None:
    answer = page(f"/api/search?q=x&{query}")
    assert answer.status == 400
    assert says in json.loads(answer.body)["error"]


def test_an_unknown_kind_is_named_on_the_page() -> None:
    answer = page("/search?q=x&kind=Nonsense")
    assert answer.status == 400
    assert "MeetingSeries" in str(answer.body)


@settings(max_examples=40)
@given(st.text(max_size=2000))
def test_any_text_gets_a_page_and_json(text: str) -> None:
    asked = quote(text.encode("utf-8", "replace"))
    assert page(f"/search?q={asked}").status == 200
    assert page(f"/api/search?q={asked}").status == 200


_PAIRS = ("korea usa", "korea and usa", "USA & Korea", "usa-korea", "rok vs. united states", "한국과 미국")


@pytest.mark.parametrize("text", _PAIRS)
def test_two_names_of_actors_lead_to_what_the_two_share(text: str) -> None:
    body = str(page(f"/search?q={quote(text)}").body)
    first = re.search(r'<p class="best card"><a href="(/between/[^"]+)">([^<]+)</a>:\s+([0-9]+) engagements', body)
    assert first is not None
    assert {first[1]} <= {"/between/rok/usa", "/between/usa/rok"}
    dossier = re.search(r'<p class="lead">(.*?), [0-9]{4}', str(page(first[1]).body), re.DOTALL)
    assert dossier is not None
    counted = re.findall(r">([0-9]+) [a-z]+</a>", dossier[1])
    assert sum(map(int, counted)) == int(first[3])  # as many as the page it leads to has


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("korea usa gps", "/between/rok/usa?topic=pnt"),  # GPS is no topic, but is told of under one
        ("space weather japan usa", "/between/japan/usa?topic=space-weather"),
        ("between nasa and kasa", "/between/nasa/kasa"),
    ],
)
def test_a_pair_is_the_first_suggestion_with_the_topic_besides(text: str, path: str) -> None:
    answer = json.loads(page(f"/api/search?q={quote(text)}").body)
    assert [pair["path"] for pair in answer["pairs"]] == [path]
    assert answer["pairs"][0]["engagements"] > 0
    assert path.replace("&", "&amp;") in str(page(f"/search?q={quote(text)}").body)
    assert page(path).status == 200


@pytest.mark.parametrize(
    "text", ["korea", "korea korea", "artemis accords", "korea usa zzzz", "a b c d e f g h i", "and"]
)
def test_what_names_no_two_actors_is_no_pair(text: str) -> None:
    assert json.loads(page(f"/api/search?q={quote(text)}").body)["pairs"] == []
    assert "/between/" not in str(page(f"/search?q={quote(text)}").body).partition("<main")[2]


def test_a_box_that_picks_one_kind_is_offered_no_pair() -> None:
    assert json.loads(page("/api/search?q=korea+usa&kind=Actor").body)["pairs"] == []


def test_words_that_are_nearly_found_are_not_called_a_spelling_of_the_text() -> None:
    body = str(page("/search?q=korea+and+usa").body)
    assert "Nothing has all these words in its name" in body
