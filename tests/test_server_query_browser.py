"""The SPARQL page in a browser: typing, completing, running, cancelling, drawing, saving."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from browsing import ink
from service import Live, until

sync_api = pytest.importorskip("playwright.sync_api", reason="needs playwright: pip install playwright")

PAIRS = "PREFIX pact: <https://w3id.org/spacepact/ns#>\nSELECT ?m ?p { ?m a pact:Mission ; pact:partner ?p } LIMIT 9"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


@pytest.fixture
def page(browser: Any, served: Live) -> Any:
    found = browser.new_page()
    found.set_default_timeout(15_000)
    found.goto(f"{served.url}/query")
    return found


def test_a_query_runs_without_leaving_the_page_and_is_in_the_address(page: Any, served: Live) -> None:
    page.evaluate("kept = true")
    page.fill("#query", PAIRS)
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("#answers")
    assert page.inner_text("#summary") == "9 rows"
    assert page.evaluate("kept"), "the page was loaded anew"
    assert "query=PREFIX" in page.url
    assert page.inner_text("#spoken") == "9 rows"
    page.locator("#answers tbody a").first.click()
    page.wait_for_url(f"{served.url}/page/*")


def test_the_words_of_the_query_are_painted(page: Any) -> None:
    page.fill("#query", 'SELECT ?x { ?x pact:date "2024" } # all')
    assert page.locator("#painted .sparql-keyword").all_inner_texts() == ["SELECT"]
    assert page.locator("#painted .sparql-name").all_inner_texts() == ["pact:date"]
    assert page.locator("#painted .sparql-comment").all_inner_texts() == ["# all"]
    assert page.locator("#painted").inner_text().strip() == page.input_value("#query")


def test_a_term_is_completed_and_its_prefix_declared(page: Any) -> None:
    page.fill("#query", "")
    page.type("#query", "SELECT * { ?x a pact:Commi")
    page.wait_for_selector("#completions li")
    assert "pact:Commitment" in page.locator("#completions li").first.inner_text()
    page.keyboard.press("Enter")
    sync_api.expect(page.locator("#query")).to_have_value(re.compile("^PREFIX pact:"))
    assert page.input_value("#query").endswith("SELECT * { ?x a pact:Commitment")
    assert page.locator("#completions").is_hidden()


@pytest.mark.parametrize(
    ("typed", "first"),
    [("{ ?c a pact:Commitment ; pact:comm", "pact:committed"), ("{ ?c pact:comm", "pact:committed"),
     ("{ ?c pact:committedBy ?x . ?c a pact:comm", "pact:Commitment"),
     # What things of the subject's class have comes before what is spelled more alike.
     ("{ ?x a pact:Agreement ; pact:par", "pact:party"),
     ("{ ?x pact:topic ?t . ?x a pact:Agreement . ?x pact:par", "pact:party"),
     ("{ ?x a pact:Meeting ; pact:par", "pact:participant"), ("{ ?x a pact:Agreement . ?y pact:par", "pact:paragraph"),
     # The values of the property, by name.
     ("{ ?x pact:topic nav", "topic:pnt"), ("{ ?x a pact:Agreement ; pact:topic ?t , nav", "topic:pnt"),
     ("{ ?x pact:strength bind", "strength:legally-binding"), ("{ ?x pact:party luxem", "id:luxembourg"),
     ("{ ?x pact:outcomeOf id:civil", "id:csd-1")],
)  # fmt: skip
def test_what_fits_the_place_is_offered_first(page: Any, typed: str, first: str) -> None:
    page.fill("#query", "")
    page.type("#query", f"SELECT * {typed}")
    page.wait_for_selector("#completions li")
    assert page.locator("#completions li").first.inner_text().startswith(first)


def test_what_a_class_bears_can_be_had_without_a_letter(page: Any) -> None:
    page.fill("#query", "")
    page.type("#query", "SELECT * { ?x a pact:Agreement ; ")
    page.keyboard.press("Control+Space")
    page.wait_for_selector("#completions li:has-text('pact:party')")
    assert not any("pact:participant" in one for one in page.locator("#completions li").all_inner_texts())
    page.keyboard.press("Escape")
    page.type("#query", "pact:strength ")
    page.keyboard.press("Control+Space")
    page.wait_for_selector("#completions li:has-text('strength:')")
    codes = page.locator("#completions li").all_inner_texts()
    assert all(code.startswith("strength:") for code in codes)


def test_an_entity_is_completed_by_any_of_its_names(page: Any) -> None:
    page.fill("#query", "")
    page.type("#query", "DESCRIBE id:한국항공우주")
    page.wait_for_selector("#completions li:has-text('id:kari')")


def test_a_query_that_is_too_long_for_an_address_runs_and_is_kept(page: Any, served: Live) -> None:
    long = "SELECT ?n { VALUES ?n { 1 } } # " + "é" * 30_000
    page.fill("#query", long)
    page.click("#run")
    page.wait_for_selector("#answers")
    assert page.url == f"{served.url}/query"
    assert page.locator("#no-link").is_visible()
    with page.expect_download() as saved:
        page.click("#downloads button:has-text('CSV')")
    assert Path(saved.value.path()).read_text().split() == ["n", "1"]
    page.reload()
    sync_api.expect(page.locator("#query")).to_have_value(long)


def test_the_keys_of_the_editor_are_listed(page: Any) -> None:
    page.click("#keys-button")
    assert {"run the query", "complete what is typed"} <= set(page.locator("#keys td").all_inner_texts())


def test_a_slow_query_can_be_cancelled(page: Any) -> None:
    page.fill("#query", ENDLESS)
    page.click("#run")
    sync_api.expect(page.locator("#clock")).not_to_be_empty()
    page.click("#cancel")
    page.wait_for_selector("#results .error")
    assert page.inner_text("#results") == "Cancelled."
    assert page.locator("#cancel").is_hidden()


def test_a_mistake_puts_the_caret_where_it_is(page: Any) -> None:
    page.fill("#query", "SELECT *\nWHERE { ?s ?p }")
    page.click("#run")
    page.wait_for_selector("#failed")
    assert "line 2" in page.inner_text("#failed")
    assert page.evaluate("document.activeElement.id") == "query"
    assert page.evaluate("document.activeElement.selectionStart") > len("SELECT *\n")


def test_results_are_drawn_on_demand(page: Any, served: Live) -> None:
    page.goto(f"{served.url}/query?query={quote(PAIRS)}")
    assert page.locator("#drawing").is_hidden()
    page.click("#draw")
    page.wait_for_selector("#network canvas")
    until(lambda: ink(page) > 500)
    assert "ties" in page.inner_text("#drawn")
    assert "draw=" in page.url
    page.click("#draw")
    assert page.locator("#drawing").is_hidden()
    assert "draw=" not in page.url


MANY = """PREFIX pact: <https://w3id.org/spacepact/ns#>
SELECT ?a ?b { ?t a pact:Cooperation ; pact:between ?a, ?b FILTER (STR(?a) < STR(?b)) }"""


def test_of_many_things_those_are_drawn_that_can_be_read_and_the_rest_is_told(page: Any, served: Live) -> None:
    page.goto(f"{served.url}/query?query={quote(MANY)}")
    page.click("#draw")
    page.wait_for_selector("#network[data-drawn='20']")
    assert re.search(r"20 things, \d+ ties\. Left out: \d+ things of \d+ and \d+ ties", page.inner_text("#drawn"))
    assert page.locator("#drawing [data-kind='state']").is_visible()
    assert page.locator("#drawing [data-kind='company']").is_hidden(), "no company is among them"
    page.select_option("#most", "40")
    page.wait_for_selector("#network[data-drawn='40']")
    assert "draw=40" in page.url
    page.reload()
    page.wait_for_selector("#network[data-drawn='40']")
    assert "draw=40" in str(page.get_attribute("#downloads [data-copy]", "data-copy"))


def test_a_thing_in_the_drawing_opens_by_keys_and_by_a_click(page: Any, served: Live) -> None:
    address = f"{served.url}/query?query={quote(PAIRS)}&draw=20"
    page.goto(address)
    page.wait_for_selector("#network[data-drawn]")
    page.focus("#network")
    page.keyboard.press("ArrowRight")
    assert "neighbour" in page.inner_text("#told")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{served.url}/page/*")
    page.goto(address)
    page.wait_for_selector("#network[data-drawn]")
    page.locator("#network").scroll_into_view_if_needed()
    page.click("[data-zoom='1.3']")
    page.click("[data-zoom='fit']")
    thing = page.evaluate("JSON.parse(document.querySelector('#graph').textContent).nodes[0]")
    at = page.evaluate("(id) => document.querySelector('#network').position(id)", thing["id"])
    page.locator("#network").click(position=at)
    page.wait_for_url(f"{served.url}{thing['path']}")


def test_results_are_saved_as_a_file(page: Any, served: Live) -> None:
    page.goto(f"{served.url}/query?query={quote(PAIRS)}")
    with page.expect_download() as saved:
        page.click("#downloads button:has-text('CSV')")
    assert saved.value.suggested_filename == "spacepact.csv"
    assert Path(saved.value.path()).read_text().splitlines()[0] == "m,p"


def test_a_file_that_is_cut_short_says_so_by_its_name_and_in_words(page: Any, served: Live) -> None:
    page.goto(f"{served.url}/query?query={quote('SELECT * { ?s ?p ?o }')}")
    with page.expect_download() as saved:
        page.click("#downloads button:has-text('CSV')")
    assert saved.value.suggested_filename == "spacepact-first-10000-rows.csv"
    assert "cut short: it has the first 10,000 only" in page.inner_text("#saved")
    assert len(Path(saved.value.path()).read_bytes().splitlines()) >= 10_001


def test_a_table_sorts_after_it_has_come_in(page: Any) -> None:
    page.fill("#query", "SELECT ?n { VALUES ?n { 10 9 100 } }")
    page.click("#run")
    page.wait_for_selector("#answers th button")
    page.click("#answers th button")
    assert page.locator("#answers td").all_inner_texts() == ["100", "10", "9"]


def test_without_script_the_form_shows_the_results(browser: Any, served: Live) -> None:
    page = browser.new_page(java_script_enabled=False)
    page.goto(f"{served.url}/query")
    page.fill("#query", PAIRS)
    page.click("#run")
    assert page.inner_text("#summary") == "9 rows"
    assert page.locator("#answers tbody tr").count() == 9
