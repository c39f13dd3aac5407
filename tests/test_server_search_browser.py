"""The search box, the keys and the pickers in a browser, under the strict policy of the service."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from browsing import PHONE
from visiting import HOST, visit

_PICKERS = """
  const form = document.createElement("form");
  form.action = "/search";
  form.innerHTML = '<input name="q" data-pick="State"> <input name="kind" data-pick="topic" data-many>'
    + '<button>Go</button>';
  document.querySelector("main").replaceChildren(form);
  const { pick } = await import("/static/pick.js");
  for (const input of form.querySelectorAll("input")) pick(input);
"""


@pytest.fixture
def on_search(browser: Any) -> Any:
    """The search page."""
    return visit(browser, "/search")


def _typed(page: Any, text: str) -> Any:
    """Type *text* into the search box, and return the options once they are there."""
    page.keyboard.press("/")
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.type(text)
    page.wait_for_selector("header .hits:not([hidden]) li")
    return page.locator("header .hits [role=option]")


@pytest.mark.parametrize("address", ["/", "/search?q=nasa", "/search?q=zzzz", "/nowhere"])
def test_no_page_breaks_the_policy_or_scrolls_sideways_on_a_phone(browser: Any, address: str) -> None:
    found = visit(browser, address, viewport=PHONE)
    errors = [error for error in found.errors if "404" not in error]
    assert errors == []
    assert found.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert all(url.startswith(f"{HOST}/") for url in found.requests)


def test_slash_goes_to_the_search_and_an_arrow_and_enter_to_the_page(browser: Any) -> None:
    page = visit(browser, "/search").page
    options = _typed(page, "NASSA")
    box = page.locator("#find")
    assert box.get_attribute("aria-expanded") == "true"
    assert box.get_attribute("aria-activedescendant") is None
    page.keyboard.press("ArrowDown")
    assert options.first.get_attribute("aria-selected") == "true"
    assert box.get_attribute("aria-activedescendant") == options.first.get_attribute("id")
    page.keyboard.press("Enter")
    page.wait_for_url("**/page/nasa")


def test_enter_without_an_arrow_goes_to_the_search_page(browser: Any) -> None:
    page = visit(browser, "/").page
    page.keyboard.press("/")
    page.keyboard.type("한미")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=" + quote("한미"))


def test_escape_closes_the_suggestions_and_keeps_the_text(on_search: Any) -> None:
    page = on_search.page
    _typed(page, "kasa")
    page.keyboard.press("Escape")
    assert page.locator("header .hits").is_hidden()
    assert page.locator("#find").input_value() == "kasa"
    assert page.locator("#find").get_attribute("aria-expanded") == "false"
    page.keyboard.press("ArrowDown")
    page.wait_for_selector("header .hits:not([hidden])")
    page.keyboard.press("Escape")


def test_the_last_text_typed_wins(browser: Any) -> None:
    page = visit(browser, "/search").page
    waiting: list[Any] = []

    def slow(route: Any) -> None:
        waiting.append(route) if "q=kas&" in route.request.url else route.fallback()

    page.route("**/api/search*", slow)
    page.keyboard.press("/")
    with page.expect_request("**/api/search?q=kas&*"):
        page.keyboard.type("kas")
    page.keyboard.type("a")
    page.wait_for_selector("header .hits li")
    waiting[0].fulfill(json={"query": "kas", "results": []})
    page.evaluate("fetch('/api/search?q=x')")  # when this is answered, so was the other
    assert "Korea AeroSpace Administration" in page.locator("header .hits li").first.inner_text()


def test_escape_gives_up_suggestions_that_are_still_on_their_way(browser: Any) -> None:
    page = visit(browser, "/search?q=nasa").page
    waiting: list[Any] = []
    page.route("**/api/search?q=kasa*", lambda route: waiting.append(route))
    page.evaluate(f"async () => {{ {_PICKERS} }}")
    with page.expect_request("**/api/search?q=kasa*"):
        page.locator("main input").first.fill("kasa")
    page.keyboard.press("Escape")
    waiting[0].fulfill(json={"query": "kasa", "results": []})
    page.evaluate("fetch('/api/search?q=x')")  # when this is answered, so was the other
    assert page.locator("main .hits").first.is_hidden()
    assert page.locator("main input").first.input_value() == "kasa"


def test_the_number_of_suggestions_is_told_to_a_screen_reader(on_search: Any) -> None:
    page = on_search.page
    count = _typed(page, "jaxa").count()
    assert page.locator("#spoken").inner_text() == f"{count} suggestions"
    page.keyboard.press("Escape")


def test_suggestions_that_are_only_the_nearest_are_said_to_be_that(browser: Any) -> None:
    page = visit(browser, "/search").page
    options = _typed(page, "goddrad qqqq")
    assert page.locator("header .hits li").first.inner_text() == "Nothing of this name; the nearest:"
    assert "nearest" in page.locator("#spoken").inner_text()
    page.keyboard.press("ArrowDown")
    assert options.first.get_attribute("aria-selected") == "true"


def test_an_alias_that_was_matched_is_shown(on_search: Any) -> None:
    options = _typed(on_search.page, "나사")
    assert "나사" in options.first.inner_text()
    assert "National Aeronautics" in options.first.inner_text()
    on_search.page.keyboard.press("Escape")


def test_a_hostile_name_is_shown_as_text(browser: Any) -> None:
    found = visit(browser, "/search")
    hit = {"label": "<img src=x onerror=alert(1)>", "matched": "<b>x</b>", "kind": "<i>", "path": "/", "slug": "x"}
    found.page.route("**/api/search*", lambda route: route.fulfill(json={"results": [hit]}))
    options = _typed(found.page, "x")
    assert "<img src=x onerror=alert(1)>" in options.first.inner_text()
    assert found.page.locator("header .hits img").count() == 0


def test_a_service_that_does_not_answer_leaves_the_box_usable(browser: Any) -> None:
    page = visit(browser, "/search").page
    page.route("**/api/search*", lambda route: route.fulfill(status=503, body="busy"))
    page.keyboard.press("/")
    page.keyboard.type("nasa")
    page.locator("#spoken", has_text="does not answer").wait_for(state="attached")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=nasa")


def test_what_copies_says_so(browser: Any) -> None:
    page = visit(browser, "/search", permissions=["clipboard-read", "clipboard-write"]).page
    page.evaluate("""() => {
      const button = Object.assign(document.createElement("button"), { id: "c", textContent: "Cite" });
      button.dataset.copy = "KASA (2024)";
      document.querySelector("main").append(button);
    }""")
    page.click("#c")
    page.locator("#c", has_text="Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == "KASA (2024)"
    assert page.locator("#spoken").inner_text() == "Copied"


def test_a_question_mark_lists_the_keys_and_escape_closes_them(browser: Any) -> None:
    page = visit(browser, "/search").page
    page.keyboard.press("?")
    words = page.locator("#keys").inner_text()
    assert all(word in words for word in ("Overview", "Timeline", "Questions", "search"))
    page.keyboard.press("Escape")
    assert not page.locator("#keys").is_visible()


def test_g_and_a_letter_go_places_but_not_while_one_types(browser: Any) -> None:
    page = visit(browser, "/search").page
    _typed(page, "go")
    assert page.url.endswith("/search")
    page.keyboard.press("Escape")
    page.locator("#main").focus()
    page.keyboard.press("g")
    page.keyboard.press("h")
    page.wait_for_url(f"{HOST}/")


def test_single_letters_can_be_switched_off(browser: Any) -> None:
    page = visit(browser, "/search").page
    page.keyboard.press("?")
    page.locator("#keys-on").uncheck()
    page.keyboard.press("Escape")
    page.reload()
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") != "find"
    page.keyboard.press("?")
    assert page.locator("#keys").is_visible()


def test_a_picker_shows_the_name_and_sends_the_slug(browser: Any) -> None:
    page = visit(browser, "/search").page
    page.evaluate(f"async () => {{ {_PICKERS} }}")
    first, second = page.locator("main input").all()
    first.fill("korea")
    page.wait_for_selector("main .hits:not([hidden]) [role=option]")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert first.input_value() == "Republic of Korea"
    for text in ("lunar expl", "climate"):
        second.press("End")
        second.press_sequentially(text)
        page.wait_for_selector("main .hits:not([hidden]) [role=option]")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
    page.locator("main button").click()
    page.wait_for_url("**/search?q=rok&kind=*")
    assert "kind=lunar-exploration%2Cclimate" in page.url


def test_a_picker_sends_what_was_typed_where_nothing_was_picked(browser: Any) -> None:
    page = visit(browser, "/search").page
    page.evaluate(f"async () => {{ {_PICKERS} }}")
    page.locator("main input").first.fill("South Korea")
    page.keyboard.press("Escape")  # the suggestions, which may lie over the button
    page.locator("main button").click()
    page.wait_for_url("**/search?q=South+Korea&kind=")


def test_without_scripts_the_search_is_a_form(browser: Any) -> None:
    page = visit(browser, "/", java_script_enabled=False).page
    page.fill("#find", "nasa")
    page.press("#find", "Enter")
    page.wait_for_url("**/search?q=nasa")
    assert not page.locator("#keys-button").is_visible()
