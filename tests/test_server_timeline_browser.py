"""The timeline in a browser: what its script adds, on any width, and that it asks nothing of other hosts."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from browsing import PHONE
from visiting import visit


def shown(browser: Any, path: str, **options: Any) -> tuple[Any, list[str]]:
    """Open *path*; return its page, and the list of what goes wrong in it."""
    found = visit(browser, path, **options)
    return found.page, found.errors


def test_a_tip_says_what_a_mark_says_also_to_the_keyboard(browser: Any) -> None:
    page, errors = shown(browser, "/timeline?actor=rok&kind=series")
    mark = page.locator('[data-lane="id:csd"] .mark').first
    mark.focus()
    tip = page.locator("#tip")
    tip.wait_for(state="visible")
    assert tip.text_content() == mark.get_attribute("aria-label")
    assert "Civil Space Dialogue" in tip.text_content()
    page.keyboard.press("Escape")
    tip.wait_for(state="hidden")
    assert errors == []


def test_arrow_keys_walk_along_a_lane_and_to_the_next(browser: Any) -> None:
    page, _ = shown(browser, "/timeline?actor=rok&kind=series")
    page.locator('[data-lane="id:csd"] .mark').first.focus()
    lane = "document.activeElement.closest('.lane').dataset.lane"
    left = "document.activeElement.querySelector('.sign').getBoundingClientRect().left"
    before = page.evaluate(left)
    page.keyboard.press("ArrowRight")
    assert page.evaluate(lane) == "id:csd"
    assert page.evaluate(left) > before
    page.keyboard.press("ArrowDown")
    assert page.evaluate(lane) not in ("id:csd", None)


def test_wider_scrolls_in_its_own_box_and_the_names_stay(browser: Any) -> None:
    page, errors = shown(browser, "/timeline?actor=rok")
    page.click('[data-zoom="in"]')
    page.click('[data-zoom="in"]')
    widths = page.evaluate("[...document.querySelectorAll('#drawing .scroll')].map(b => b.scrollWidth / b.clientWidth)")
    assert all(width == pytest.approx(4, abs=0.05) for width in widths)
    page.evaluate("document.querySelector('#drawing .scroll').scrollLeft = 700")
    page.wait_for_function("[...document.querySelectorAll('#drawing .scroll')].every(b => b.scrollLeft === 700)")
    page.wait_for_function("document.querySelector('.name text').getBoundingClientRect().left >= 0")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert "4 times as wide" in page.text_content("#spoken")
    assert errors == []


def test_years_are_chosen_by_drawing_along_the_bars(browser: Any) -> None:
    page, errors = shown(browser, "/timeline?actor=rok")
    bars = {year: page.locator(f'svg.bars a[aria-label^="{year}:"] .hit').bounding_box() for year in (2022, 2024)}
    page.locator("svg.bars").scroll_into_view_if_needed()
    bars = {year: page.locator(f'svg.bars a[aria-label^="{year}:"] .hit').bounding_box() for year in bars}
    middle = {year: (box["x"] + box["width"] / 2, box["y"] + 40) for year, box in bars.items()}
    page.mouse.move(*middle[2024])
    page.mouse.down()
    page.mouse.move(*middle[2022], steps=4)
    with page.expect_navigation():
        page.mouse.up()
    query = parse_qs(urlsplit(page.url).query)
    assert (query["from"], query["to"], query["actor"]) == (["2022"], ["2024"], ["rok"])
    with page.expect_navigation():
        page.locator('svg.bars a[aria-label^="2023:"]').click()
    query = parse_qs(urlsplit(page.url).query)
    assert (query["from"], query["to"]) == (["2023"], ["2023"])
    assert errors == []


@pytest.mark.parametrize(
    ("path", "scheme"),
    [("/timeline", "light"), ("/timeline?from=2024", "dark"), ("/feeds", "light"), ("/timeline?to=1902", "dark")],
)
def test_a_phone_shows_it_without_scrolling_sideways(browser: Any, path: str, scheme: str) -> None:
    page, errors = shown(browser, path, viewport=PHONE, color_scheme=scheme)
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    assert errors == []


def test_without_script_folding_links_and_the_table_work(browser: Any) -> None:
    page, _ = shown(browser, "/timeline?topic=pnt", java_script_enabled=False)
    marks = page.locator(".group:nth-of-type(1) .mark")
    assert marks.first.is_visible()
    page.click(".group:nth-of-type(1) summary")
    marks.first.wait_for(state="hidden")
    page.click(".group:nth-of-type(1) summary")
    assert marks.first.get_attribute("href").startswith("/page/")
    assert page.locator("table tbody tr").count() > 10
    assert not page.locator("[data-zoom]").first.is_visible()


def test_paper_has_the_headings_of_the_table_and_the_legend(browser: Any) -> None:
    page, _ = shown(browser, "/timeline?topic=pnt")
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("th", has_text="In the life of").inner_text().strip() == "In the life of"
    assert page.locator(".legend li").first.is_visible()
    assert not page.locator("#filters").is_visible()


def test_a_link_to_the_table_unfolds_it(browser: Any) -> None:
    page, errors = shown(browser, "/timeline?actor=kasa", viewport=PHONE)
    table = page.locator("#table")
    assert not table.is_visible()
    page.click(".ways a[href='#table']")
    table.wait_for(state="visible")
    assert errors == []


def test_the_drawing_is_saved_as_png_twice_as_large(browser: Any) -> None:
    page, errors = shown(browser, "/timeline?actor=kasa")
    with page.expect_download() as saved:
        page.click("button[data-svg]")
    assert saved.value.suggested_filename == "spacepact-timeline.png"
    head = saved.value.path().read_bytes()[:24]
    assert head[:8] == b"\x89PNG\r\n\x1a\n"
    assert int.from_bytes(head[16:20], "big") == 2400
    assert errors == []
