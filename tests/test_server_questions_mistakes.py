"""Questions asked wrongly, in vain, or with hostile intent: each gets a reason, and a way on."""

from __future__ import annotations

import html
import json
import re
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service import page, site
from spacepact.queries.catalogue import catalogue, question
from spacepact.server.pages._asking import RESERVED

NAMES = sorted(catalogue())


def url(name: str, parameters: dict[str, str] | None = None, suffix: str = "") -> str:
    return f"/questions/{name}{suffix}?{urlencode(parameters or {})}"


def body(address: str) -> str:
    response = page(address)
    assert response.status == 200
    return str(response.body)


@pytest.mark.parametrize(
    ("address", "field", "expected"),
    [
        ("/questions/partners-of?actor=Korea+Coast+Gard", "actor", "no actor is called"),
        ("/questions/partners-of?actor=KPS", "actor", "KPS is a space system: its page"),
        ("/questions/partners-of?actor=NASA&topic=pntt", "topic", "no topic is called"),
        ("/questions/partners-of?actor=NASA&actor=KASA", "actor", "given 2 times"),
        ("/questions/commitments-of?actor=NASA&direction=recieved", "direction", "is not one of made, received"),
        ("/questions/open-commitments?strength=firm", "strength", "no strength is called"),
        ("/questions/due?since=soon", "since", "is not an EDTF date"),
        ("/questions/due?until=2023-02-30", "until", "is no date of the calendar"),
        ("/questions/due?as_of=2023-13", "as_of", "is no date of the calendar"),
        ("/questions/due?as_of=2023&as_of=2022", "as_of", "given 2 times"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(address: str, field: str, expected: str) -> None:
    response = page(address)
    assert response.status == 400
    text = html.unescape(str(response.body))
    beside = text.partition(f'id="given-{field}-what"')[2].partition("</p>")[0]
    assert expected in beside
    assert "--" not in beside
    assert '<table class="stacks"' not in text
    told = page("/api" + address)
    assert told.status == 400
    assert json.loads(told.body)["error"].startswith(f"{field}: ")
    assert page(address.replace("?", ".csv?")).status == 400


def test_the_nearest_names_are_links_that_answer() -> None:
    text = str(page("/questions/partners-of?actor=Korea+Coast+Gard&topic=security").body)
    link = html.unescape(re.search(r'<a href="(/questions/partners-of\?[^"]*)">Korea Coast Guard', text)[1])  # type: ignore[index]
    assert parse_qs(urlsplit(link).query) == {"actor": ["Korea Coast Guard"], "topic": ["security"]}
    assert page(link).status == 200


def test_a_name_that_only_today_knows_leads_to_today() -> None:
    response = page("/questions/participants-of?meeting=csd-4&as_of=2020")
    assert response.status == 400
    assert 'href="/questions/participants-of?meeting=csd-4">csd-4 in the record of today' in str(response.body)


def test_an_unknown_parameter_is_not_passed_over() -> None:
    response = page("/questions/partners-of?actr=NASA")
    assert response.status == 400
    assert "no parameter “actr”" in str(response.body)
    assert "Perhaps actor" in str(response.body)
    assert "did you mean actor" in json.loads(page("/api/questions/partners-of?actr=NASA").body)["error"]


@pytest.mark.parametrize("query", ["row=3", "sort=actor", "page=2", "version=1"])
@pytest.mark.parametrize("path", ["/api/questions/due", "/questions/due.csv", "/questions/due.md"])
def test_what_only_a_page_of_rows_takes_is_not_passed_over_elsewhere(path: str, query: str) -> None:
    response = page(f"{path}?{query}", "application/json")
    assert response.status == 400
    assert "unknown parameter" in json.loads(response.body)["error"]
    assert page("/api/questions/due?evidence=1").status == 400
    assert page("/questions/due.csv?evidence=1").status == 200


def test_the_page_names_its_answer_as_json_at_an_address_that_answers() -> None:
    link = re.search(
        r'type="application/json" href="(/api/questions[^"]*)"', body("/questions/due?page=1&row=2&sort=due")
    )
    assert link
    assert page(html.unescape(link[1])).status == 200


@pytest.mark.parametrize("suffix", ["", ".csv", ".json"])
def test_an_unknown_question_gets_the_nearest(suffix: str) -> None:
    response = page(f"/questions/partner-of{suffix}")
    assert response.status == 404
    assert 'href="/questions/partners-of"' in str(response.body)


@pytest.mark.parametrize("query", ["page=0", "page=99", "page=x", "row=0", "row=9999999", "sort=nothing", "page=١"])
def test_a_page_a_row_or_a_column_that_is_not_there_is_told(query: str) -> None:
    response = page(f"/questions/due?{query}")
    assert response.status == 400
    assert query.partition("=")[0] + ":" in str(response.body)


def test_a_file_without_what_is_needed_says_so() -> None:
    response = page("/api/questions/path?a=NASA")
    assert (response.status, json.loads(response.body)["error"]) == (400, "b: is needed: to whom")


# --- Nothing found


def test_no_rows_say_what_would_widen_and_that_absence_is_no_evidence() -> None:
    given = {"actor": "ROK", "status": "overdue", "since": "2026"}
    assert not site().graph.ask("due", **given).rows
    text = html.unescape(body(url("due", given)))
    assert "No rows" in text
    assert "no evidence that there is nothing" in text
    without = site().graph.ask("due", actor="ROK", since="2026")
    assert without.rows
    assert f'<a href="/questions/due?actor=ROK&since=2026">without status overdue: {len(without)} row' in text
    assert "Cite it" in text


def test_no_rows_of_a_day_lead_to_today() -> None:
    text = html.unescape(body("/questions/meetings-of?series=csd&as_of=1957"))
    count = len(site().graph.ask("meetings-of", series="csd"))
    assert f'<a href="/questions/meetings-of?series=csd">without the day 1957: {count} rows' in text


# --- Whatever is given


HOSTILE = '"><script>alert(1)</script>'


@pytest.mark.parametrize("name", NAMES)
def test_hostile_text_is_never_markup(name: str) -> None:
    response = page(url(name, dict.fromkeys([*question(name).parameters, *RESERVED, "nothing"], HOSTILE)))
    assert response.status == 400
    assert "<script>alert" not in str(response.body)


def test_a_hostile_version_is_never_markup() -> None:
    text = body(url("due", {"version": HOSTILE, "since": "2030"}))
    assert "may differ" in text
    assert "<script>alert" not in text


@settings(max_examples=25)
@given(st.sampled_from(NAMES), st.data())
def test_any_text_gets_an_answer_or_a_reason(name: str, data: st.DataObject) -> None:
    texts = st.one_of(
        st.text(max_size=60),
        st.sampled_from(
            ["NASA", "2020", "id:nasa", "id:<>", "http://e.x/{}", "x" * 2048, "pnt", "%00", "\ud7ff", "source:"]
        ),
    )
    parameters = data.draw(st.dictionaries(st.sampled_from([*question(name).parameters, *RESERVED]), texts, max_size=4))
    marked = {parameter: text + "<i>" if "<" in text else text for parameter, text in parameters.items()}
    address = url(name, {n: t.encode("utf-8", "replace").decode() for n, t in marked.items()})
    response = page(address)
    assert response.status in (200, 400)
    assert "<i>" not in str(response.body)
    assert page("/api" + address).status in (200, 400)
