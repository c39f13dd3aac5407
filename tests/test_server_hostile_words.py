"""Words that would be code: a record whose every name, statement and title tries to run a script, on every page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from pyoxigraph import Literal, Quad, Store

from service import PAGES, Live, serving
from spacepact.iris import ENTITY, NS, PREFIXES, SOURCE, TOPIC

ATTACK = "\"'><script>hacked=1</script><img src=x onerror=hacked=1>{{7*7}}</title></textarea></svg>"
WORDS = {
    PREFIXES["skos"] + "prefLabel", PREFIXES["skos"] + "altLabel", PREFIXES["skos"] + "definition",
    PREFIXES["dcterms"] + "title", PREFIXES["dc"] + "publisher", PREFIXES["rdfs"] + "label",
    PREFIXES["rdfs"] + "comment", NS + "statement", NS + "note",
}  # fmt: skip
LINKS = {PREFIXES["schema"] + "url"}


def hostile(quad: Quad) -> Quad:
    """Return *quad* with its words turned into an attack, and its address into a script."""
    # The words of classes and codes are the ontology's, which the program relies on; those of data are anybody's.
    ours = not str(getattr(quad.subject, "value", "")).startswith((ENTITY, SOURCE, TOPIC))
    if quad.predicate.value in WORDS and isinstance(quad.object, Literal) and not ours:
        text = quad.object.value + ATTACK
        language = quad.object.language
        word = Literal(text, language=language) if language else Literal(text)
        return Quad(quad.subject, quad.predicate, word, quad.graph_name)
    if quad.predicate.value in LINKS:
        return Quad(quad.subject, quad.predicate, Literal("javascript:hacked=1"), quad.graph_name)
    return quad


@pytest.fixture(scope="module")
def attacked(record: Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    folder = tmp_path_factory.mktemp("hostile") / "store"
    store = Store(str(folder))
    store.bulk_extend(map(hostile, record))
    store.flush()
    del store
    with serving(folder) as running:
        yield running


@pytest.mark.parametrize("address", PAGES)
def test_no_word_of_the_record_becomes_code(browser: Any, attacked: Live, address: str) -> None:
    page = browser.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if "violat" in message.text.lower() else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(attacked.url + address)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("typeof hacked") == "undefined"
    assert page.locator("img[src='x'], [onerror]").count() == 0
    assert page.locator("a[href^='javascript' i]").count() == 0
    assert "49</title>" not in page.content(), "the words were taken for a template"
    assert said == [], "the browser had to stop what should not have been there"


@pytest.mark.parametrize("address", ["/page/nasa", "/between/usa/rok", "/timeline", "/explore"])
def test_the_words_are_shown_as_they_are(attacked: Live, browser: Any, address: str) -> None:
    page = browser.new_page()
    page.goto(attacked.url + address)
    assert "<script>hacked=1</script>" in page.inner_text("main")


def test_the_folder_of_the_test_holds_an_attack(attacked: Live, browser: Any) -> None:
    """Or the tests above would pass on a record that does no harm."""
    page = browser.new_page()
    page.set_content(f"<p>{ATTACK}</p>")
    page.wait_for_function("typeof hacked === 'number'")


def test_suggestions_are_words_too(attacked: Live, browser: Any) -> None:
    page = browser.new_page()
    page.goto(attacked.url + "/explore")
    page.fill("#find", "National Aeronautics")
    page.wait_for_selector("header .hits li")
    assert page.evaluate("typeof hacked") == "undefined"
    assert "<script>" in page.inner_text("header .hits")


FORMS = (
    "/search?q={}", "/query?query={}", "/path?from={}&to=nasa", "/questions/partners-of?actor={}", "/explore?focus={}",
    "/timeline?actor={}", "/between/nasa/kasa?from={}", "/page/{}", "/changes?from={}", "/feeds?actor={}",
    "/questions/partners-of?version={}&actor=nasa",
)  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_no_word_of_the_address_becomes_code(browser: Any, attacked: Live, form: str) -> None:
    page = browser.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if "violat" in message.text.lower() else None)
    page.goto(attacked.url + form.format(quote(ATTACK, safe="")))
    page.wait_for_load_state("networkidle")
    assert page.evaluate("typeof hacked") == "undefined"
    assert page.locator("img[src='x']").count() == 0
    assert said == []
