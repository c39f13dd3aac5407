"""The overview in a browser: what the scripts add, and that it reads without them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from browsing import PHONE, new_page
from service import Live

sync_api = pytest.importorskip("playwright.sync_api")
expect = sync_api.expect


@pytest.fixture
def opened(served: Live, browser: Any) -> Any:
    """Open a path of the service; in the end, nothing must have gone wrong in the page, nor been asked elsewhere."""

    @contextmanager
    def opening(path: str, **options: Any) -> Iterator[Any]:
        found = new_page(browser, **options)
        found.page.goto(served.url + path)
        yield found.page
        assert found.errors == []
        assert [url for url in found.requests if not url.startswith((served.url, "blob:"))] == []

    return opening


def query(page: Any) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def shown(page: Any) -> str:
    return str(page.inner_text("#sentence"))


def focused(page: Any) -> str:
    return str(page.evaluate("document.activeElement.getAttribute('aria-label') ?? document.activeElement.id"))


def ties_in_sight(page: Any) -> int:
    """The number of ties of which something can be seen and clicked."""
    return int(
        page.evaluate(
            """() => [...document.querySelectorAll(".overview-map .line")].filter((line) => line.checkVisibility() &&
              line.getTotalLength() > 5 && getComputedStyle(line).stroke !== "none" &&
              getComputedStyle(line).strokeWidth !== "0px").length"""
        )
    )


def pairs(page: Any) -> int:
    found = re.search(r"(\d+) pair", shown(page))
    assert found
    return int(found[1])


@pytest.mark.parametrize("options", [{}, {"viewport": PHONE}, {"color_scheme": "dark"}, {"java_script_enabled": False}])
def test_the_map_is_drawn_and_nothing_scrolls_sideways(opened: Any, options: dict[str, Any]) -> None:
    with opened("/explore", **options) as page:
        assert page.locator(".overview-map:visible").count() == 1
        assert page.locator(".overview-map:visible .tie").count() == pairs(page)
        assert page.locator(".overview-map:visible text").first.bounding_box()["height"] >= 11
        if options.get("java_script_enabled", True):
            assert ties_in_sight(page) == pairs(page)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_theme_recolours_the_map(opened: Any) -> None:
    with opened("/explore") as page:
        colour = "getComputedStyle(document.querySelector('.overview-map .line')).stroke"
        light = page.evaluate(colour)
        page.click("#theme")
        assert page.evaluate(colour) != light


def test_names_on_the_map_do_not_cover_each_other(opened: Any) -> None:
    for options in ({}, {"viewport": PHONE}):
        with opened("/explore?basis=agreement,commitment,activity,attendance", **options) as page:
            covered = page.evaluate(
                """() => {
                  const texts = [...document.querySelectorAll(".overview-map text")].filter((t) => t.checkVisibility());
                  const boxes = texts.map((t) => [t.textContent, t.getBoundingClientRect()]);
                  const frame = texts[0].closest("svg").getBoundingClientRect();
                  const out = boxes.filter(([, b]) => b.left < frame.left - 1 || b.right > frame.right + 1);
                  const over = boxes.flatMap(([m, a], i) => boxes.slice(i + 1).filter(([, b]) => a.left < b.right &&
                    b.left < a.right && a.top + 3 < b.bottom && b.top + 3 < a.bottom).map(([n]) => `${m} / ${n}`));
                  return [...out.map(([n]) => n), ...over];
                }"""
            )
            assert covered == []


def test_arrow_keys_walk_the_map(opened: Any) -> None:
    with opened("/explore") as page:
        page.locator(".overview-map:visible .actor").first.focus()
        hub = focused(page).split(",")[0]
        page.keyboard.press("ArrowDown")
        strongest = focused(page)
        assert hub in strongest
        assert " – " in strongest
        page.keyboard.press("ArrowDown")
        assert hub in focused(page)
        assert focused(page) != strongest
        page.keyboard.press("ArrowUp")
        assert focused(page) == strongest
        page.keyboard.press("ArrowRight")
        other = focused(page).split(",")[0]
        assert other != hub
        assert other in strongest
        page.keyboard.press("ArrowRight")
        assert focused(page).split(",")[0] != other
        page.keyboard.press("ArrowUp")
        page.keyboard.press("Escape")
        assert " – " not in focused(page)
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        page.wait_for_url("**/between/**")


def test_what_is_pointed_at_stands_out_and_is_told(opened: Any) -> None:
    with opened("/explore") as page:
        actor = page.locator(".overview-map:visible .actor", has_text="Japan")
        actor.hover()
        assert page.inner_text("#tip") == actor.get_attribute("aria-label")
        lit = page.locator(".overview-map:visible .tie.lit")
        assert 0 < lit.count() < pairs(page)
        assert all(
            "Japan" in label for label in lit.evaluate_all("all => all.map((e) => e.getAttribute('aria-label'))")
        )
        page.locator("h1").hover()
        assert not page.locator("#tip").is_visible()
        assert lit.count() == 0


def test_filters_answer_in_place_and_stand_in_the_address(opened: Any) -> None:
    with opened("/explore") as page:
        before = pairs(page)
        page.evaluate("window.same = true")
        page.click("input[name=basis][value=attendance]")
        page.wait_for_url("**basis=attendance**")
        expect(page.locator("#sentence")).not_to_contain_text(f" {before} pair")
        assert pairs(page) > before
        assert page.inner_text("#spoken") == shown(page)
        assert page.evaluate("document.activeElement.value") == "attendance"
        page.click("input[name=basis][value=attendance]")
        page.wait_for_url("**/explore")
        page.select_option("#f-topic", "ssa")
        page.wait_for_url("**topic=ssa")
        page.go_back()
        expect(page.locator("#sentence")).to_contain_text(f" {before} pair")
        assert query(page) == {}
        assert page.evaluate("window.same")


def test_an_actor_of_the_map_is_focused_and_escape_goes_back(opened: Any) -> None:
    with opened("/explore") as page:
        page.locator(".overview-map:visible .actor", has_text="Japan").click()
        page.wait_for_url("**focus=japan")
        page.wait_for_selector("#unfocus")
        assert ties_in_sight(page) == pairs(page)
        page.keyboard.press("Escape")
        page.wait_for_url("**/explore")


def test_the_years_have_two_thumbs_for_the_keyboard(opened: Any) -> None:
    with opened("/explore") as page:
        page.focus("#slide-to")
        last = int(page.input_value("#slide-to"))
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("ArrowLeft")
        page.wait_for_url(f"**to={last - 2}")
        expect(page.locator("#f-to")).to_have_value(str(last - 2))
        expect(page.locator("[aria-busy]")).to_have_count(0)
        assert focused(page) == "To year"
        assert page.locator(f"#years a[data-year='{last - 1}']").get_attribute("class") == ""
        page.locator(f"#years a[data-year='{last - 3}'] .reach").click()
        page.wait_for_url(f"**from={last - 3}**")
        assert query(page) == {"from": [str(last - 3)], "to": [str(last - 3)]}


def test_arrow_keys_walk_the_matrix_which_is_one_stop_of_the_tab_key(opened: Any) -> None:
    with opened("/explore?view=matrix") as page:
        assert page.locator("#matrix [tabindex='0']").count() == 1
        page.locator("#matrix [tabindex='0']").focus()
        for key, row, column in [
            ("ArrowRight", 0, 1), ("ArrowRight", 0, 2), ("ArrowDown", 1, 2), ("ArrowUp", 0, 2), ("ArrowUp", 0, 2),
            ("ArrowLeft", 0, 1), ("Home", 0, 0), ("ArrowLeft", 0, 0), ("ArrowDown", 1, 0), ("ArrowRight", 1, 1),
        ]:  # fmt: skip
            page.keyboard.press(key)
            cell = "document.activeElement.closest('td, th')"
            assert page.evaluate(f"[{cell}.parentElement.sectionRowIndex, {cell}.cellIndex]") == [row, column], key
            assert page.evaluate(
                "(document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent).trim()"
            )
            assert page.locator("#matrix [tabindex='0']").count() == 1
        page.keyboard.press("Enter")
        page.wait_for_url("**/between/**")


def test_keys_switch_the_view_and_tables_sort(opened: Any) -> None:
    with opened("/explore?focus=japan") as page:
        page.keyboard.press("t")
        page.wait_for_url("**view=table**")
        page.wait_for_selector("#pairs th button")
        page.locator("#pairs th button", has_text="Engagements").click()
        counts = [int(text) for text in page.locator("#pairs td[data-head=Engagements]").all_inner_texts()]
        assert counts in (sorted(counts), sorted(counts, reverse=True))
        page.keyboard.press("m")
        page.wait_for_selector("#matrix")
        assert query(page) == {"view": ["matrix"], "focus": ["japan"]}
        page.keyboard.press("n")
        page.wait_for_selector(".overview-map:visible")
        page.focus("#f-min")
        page.keyboard.press("t")
        assert query(page) == {"focus": ["japan"]}


def test_the_drawing_is_saved_as_a_picture_of_twice_its_size(opened: Any) -> None:
    with opened("/explore") as page:
        with page.expect_download() as download:
            page.click("#png")
        content = download.value.path().read_bytes()
        assert content[:8] == b"\x89PNG\r\n\x1a\n"
        assert int.from_bytes(content[16:20], "big") == 2 * 960


def test_without_script_filters_are_a_form(opened: Any) -> None:
    with opened("/explore", java_script_enabled=False) as page:
        page.select_option("#f-topic", "ssa")
        page.click("#filters button[type=submit]")
        assert query(page)["topic"] == ["ssa"]
        assert "space situational awareness" in page.inner_text("#explore")
        assert not page.locator("#png").is_visible()
        page.locator(".views a", has_text="Matrix").click()
        assert page.locator("#matrix").is_visible()
        assert query(page)["topic"] == ["ssa"]


def test_still_where_motion_is_not_wanted(opened: Any) -> None:
    with opened("/explore", reduced_motion="reduce") as page:
        assert page.evaluate("getComputedStyle(document.querySelector('.tie')).transitionDuration") == "0s"


def test_on_paper_are_the_map_and_the_headings_of_the_table(opened: Any) -> None:
    with opened("/explore") as page:
        page.emulate_media(media="print")
        assert page.locator(".overview-map.wide").is_visible()
        assert page.locator("#pairs thead").inner_text().startswith("Between")
        assert not page.locator("#filters").is_visible()


def test_the_map_of_the_home_page_is_one_stop_that_arrow_keys_walk(opened: Any) -> None:
    with opened("/") as page:
        stops = "[...document.querySelectorAll('.overview-map a')].filter(a => a.tabIndex >= 0 && a.checkVisibility())"
        assert page.evaluate(f"{stops}.length") == 1
        page.evaluate(f"{stops}[0].focus()")
        first = focused(page)
        page.keyboard.press("ArrowRight")
        assert focused(page) != first
        page.keyboard.press("ArrowDown")
        tie = page.locator(".overview-map .tie:focus-visible")
        expect(tie).to_have_count(1)
        assert page.inner_text("#tip") == focused(page)
        assert page.evaluate(f"{stops}.length") == 1
        # The focus is told by more than its colour: nothing else is as wide.
        width = "element => parseFloat(getComputedStyle(element).strokeWidth)"
        widest = max(page.evaluate("[...document.querySelectorAll('.overview-map .line')].map(" + width + ")"))
        assert tie.locator(".reach").evaluate(width) > widest
        page.keyboard.press("Enter")
        page.wait_for_url("**/between/**")


def played(page: Any) -> str:
    return str(page.inner_text("#played"))


def test_the_years_can_be_played_and_any_key_stops_it(opened: Any) -> None:
    with opened("/") as page:
        page.goto(page.url + "explore")
        first = played(page)
        page.evaluate(
            """() => {
              window.said = [];
              const status = document.querySelector("#spoken");
              new MutationObserver(() => said.push(status.textContent)).observe(status, { childList: true });
            }"""
        )
        page.click("#play")
        tops, years = set(), list[str]()
        for _ in range(3):
            expect(page.locator("#played")).not_to_have_text([first, *years][-1])
            years.append(played(page))
            assert query(page) == {"to": [years[-1][-4:]]}
            places = ("#years svg", ".overview-map:not(.tall)", "#play")
            tops.add(tuple(page.locator(place).bounding_box()["y"] for place in places))
        assert years == sorted(years)
        assert len(tops) == 1, "nothing moves"
        assert page.inner_text("#play") == "Stop"
        assert page.evaluate("said").count(shown(page)) == 0, "frames follow each other too fast to be read out"
        page.keyboard.press("ArrowDown")
        assert page.inner_text("#play") == "Play"
        assert page.inner_text("#spoken") == shown(page)
        there = page.url
        page.wait_for_timeout(2000)
        assert page.url == there
        page.go_back()
        expect(page.locator("#played")).to_have_text(first)
        page.go_back()
        assert page.locator("#explore").count() == 0, "it is one step of the browser's history, however many frames"


def test_playing_ends_with_the_last_year_and_at_a_second_press(opened: Any) -> None:
    with opened("/explore") as page:
        years = page.evaluate("[...document.querySelectorAll('#years a')].map((bar) => bar.dataset.year)")
    with opened(f"/explore?from={years[-2]}&to={years[-2]}") as page:
        page.click("#play")
        expect(page.locator("#played")).to_have_text(years[-1])
        expect(page.locator("#play")).to_have_text("Play")
        assert query(page) == {"from": [years[-1]], "to": [years[-1]]}
        assert page.inner_text("#spoken") == shown(page)
        page.focus("#play")
        page.keyboard.press("Enter")
        expect(page.locator("#played")).to_have_text(years[0])
        expect(page.locator("#play")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator("#play")).to_have_text("Play")
        page.check("input[value=attendance]")
        page.wait_for_url("**attendance**")
        assert query(page)["to"] == [years[0]]


def test_without_script_nothing_is_there_to_be_played(opened: Any) -> None:
    with opened("/explore", java_script_enabled=False) as page:
        assert page.is_hidden("#play")
