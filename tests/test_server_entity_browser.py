"""The ego network in a browser: drawn, opened in place, walked by keys, told in words and in a table."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from browsing import PHONE
from service import site
from visiting import visit


def opened(browser: Any, url: str, **options: Any) -> tuple[Any, list[str]]:
    """Open *url* and wait for the drawing; return the page, and the list of what goes wrong in it."""
    found = visit(browser, url, reduced_motion="reduce", **options)
    found.page.wait_for_selector("#ego-drawing[data-drawn]")
    return found.page, found.errors


def ink(shown: Any) -> int:
    """Count the pixels of the drawing that something is drawn on."""
    return int(
        shown.evaluate("""() => {
          const canvas = document.querySelector("#ego-drawing canvas");
          const dots = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
          return dots.filter((value, at) => at % 4 === 3 && value > 0).length;
        }""")
    )


def places(shown: Any, *actors: str) -> list[Any]:
    return [shown.evaluate("(id) => document.querySelector('#ego-drawing').place(id)", one) for one in actors]


def drawn(shown: Any) -> int:
    return int(shown.get_attribute("#ego-drawing", "data-drawn"))


def test_the_network_is_drawn_and_told_in_words_and_in_a_table(browser: Any) -> None:
    shown, errors = opened(browser, "/page/kasa")
    partners = len(site().actors.of["https://w3id.org/spacepact/id/kasa"])
    assert drawn(shown) == partners + 1
    assert ink(shown) > 1000
    assert f"and {partners} actors" in shown.inner_text("#ego-words")
    assert shown.locator("#ties-table tbody tr").count() == int(shown.inner_text("#ties-count"))
    assert errors == []


def test_partners_are_added_in_place_and_the_address_holds_them(browser: Any) -> None:
    shown, errors = opened(browser, "/page/kasa")
    before, count = places(shown, "kasa", "nasa", "esa"), drawn(shown)
    shown.click('a[data-expand="esa"]')
    shown.wait_for_selector(f"#ego-drawing:not([data-drawn='{count}'])")
    assert drawn(shown) > count
    assert places(shown, "kasa", "nasa", "esa") == before
    assert shown.url.endswith("?expand=esa")
    assert shown.locator("#ties-table tbody tr").count() == int(shown.inner_text("#ties-count"))
    shown.go_back()
    shown.wait_for_selector(f"#ego-drawing[data-drawn='{count}']")
    assert places(shown, "kasa", "nasa", "esa") == before
    assert errors == []


def test_the_keys_of_the_drawing_are_listed(browser: Any) -> None:
    shown, _ = opened(browser, "/page/kasa")
    shown.keyboard.press("?")
    assert "there: the dossier of the one chosen" in shown.locator("#keys td").all_inner_texts()


def test_keys_walk_from_partner_to_partner_and_open_them(browser: Any) -> None:
    shown, _ = opened(browser, "/page/kasa")
    shown.focus("#ego-drawing")
    names = set()
    for _ in range(drawn(shown) - 1):
        shown.keyboard.press("ArrowRight")
        names.add(shown.inner_text("#ego-words").partition(",")[0])
    assert len(names) == drawn(shown) - 1
    count = drawn(shown)
    shown.keyboard.press("+")
    shown.wait_for_function("(n) => document.querySelector('#ego-drawing').dataset.drawn !== n", arg=str(count))
    shown.keyboard.press("Enter")
    shown.wait_for_url("**/page/*")
    shown.wait_for_function("() => location.pathname !== '/page/kasa'")


def test_a_click_on_an_actor_leads_to_its_page(browser: Any) -> None:
    shown, _ = opened(browser, "/page/kasa")
    at = shown.evaluate("() => document.querySelector('#ego-drawing').position('nasa')")
    shown.click("#ego-drawing canvas", position=at)
    shown.wait_for_url("**/page/nasa")


def test_the_drawing_follows_the_theme(browser: Any) -> None:
    shown, errors = opened(browser, "/page/kasa")
    picture = "() => document.querySelector('#ego-drawing canvas').toDataURL()"
    light = shown.evaluate(picture)
    shown.click("#theme")
    shown.wait_for_function(f"(before) => ({picture})() !== before", arg=light)
    assert errors == []


def test_a_phone_does_not_scroll_sideways(browser: Any) -> None:
    shown, _ = opened(browser, "/page/kasa", viewport=PHONE)
    assert shown.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


def test_the_drawing_is_saved_as_a_picture_of_twice_its_size(browser: Any) -> None:
    shown, errors = opened(browser, "/page/kasa")
    with shown.expect_download() as told:
        shown.click("#png")
    saved = Path(told.value.path()).read_bytes()
    assert told.value.suggested_filename == "spacepact-kasa.png"
    assert saved.startswith(b"\x89PNG")
    assert int.from_bytes(saved[16:20], "big") == 2 * shown.evaluate(
        "document.querySelector('#ego-drawing').clientWidth"
    )
    assert errors == []
