"""What changed between two days, on the web."""

from __future__ import annotations

import html
import json
import re
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service import page, site
from spacepact.iris import expand
from spacepact.queries.comparing import compare
from spacepact.server.site import page_path


def test_the_page_has_all_that_changed_and_the_json_too() -> None:
    found = compare(site().as_of("2022").graph, site().as_of("2023").graph)
    text = str(page("/changes?from=2022&to=2023").body)
    assert found
    for change in found:
        assert change.words in text
        for curie in change.which:
            assert f'href="{page_path(expand(curie) or "")}"' in text
    data = json.loads(page("/api/changes?from=2022&to=2023").body)
    assert data["changes"] == [change._asdict() for change in found]


def test_without_an_end_it_is_today() -> None:
    found = compare(site().as_of("2024").graph, site().graph)
    text = str(page("/changes?from=2024").body)
    assert all(change.words in text for change in found)


def test_without_a_day_the_page_explains_and_its_examples_answer() -> None:
    response = page("/changes")
    assert response.status == 200
    examples = re.findall(r'<li><a href="(/changes\?[^"]+)"', str(response.body))
    assert len(examples) == 3
    assert page(html.unescape(examples[0])).status == 200
    assert json.loads(page("/api/changes").body)["error"].startswith("from: is needed")


def test_the_same_day_has_no_changes_and_says_what_that_means() -> None:
    text = str(page("/changes?from=2023&to=2023").body)
    assert "Nothing has changed" in text
    assert "no evidence that nothing happened" in " ".join(text.split())


@pytest.mark.parametrize(
    ("query", "field", "expected"),
    [
        ("from=soon", "from", "is not an EDTF date"),
        ("from=2022&to=2022-02-30", "to", "is no date of the calendar"),
        ("from=2023&to=2022", "from", "is after"),
        ("from=2022&from=2021", "from", "given 2 times"),
    ],
)
def test_what_is_wrong_stands_beside_the_day(query: str, field: str, expected: str) -> None:
    response = page(f"/changes?{query}")
    assert response.status == 400
    beside = str(response.body).partition(f'id="given-{field}-what"')[2].partition("</p>")[0]
    assert expected in html.unescape(beside)
    told = page(f"/api/changes?{query}")
    assert told.status == 400
    assert json.loads(told.body)["error"].startswith(f"{field}: ")


@settings(max_examples=25)
@given(st.text(max_size=40), st.text(max_size=40))
def test_any_text_gets_an_answer_or_a_reason(old: str, new: str) -> None:
    query = urlencode({"from": f"<i>{old}", "to": new.encode("utf-8", "replace")})
    response = page(f"/changes?{query}")
    assert response.status == 400
    assert "<i>" not in str(response.body)
