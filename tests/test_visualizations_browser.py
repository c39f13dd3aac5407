"""The page of a view in a real browser, with the network cut off."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import Store

from browsing import (
    PHONE,
    WRITING,
    hostile,
    hovered,
    in_sight,
    ink,
    numbers,
    opened,
    pixels,
    searched,
    visible_rows,
)
from service import until
from spacepact.graph.engines.embedded import Embedded
from spacepact.queries.knowledge import KnowledgeGraph
from spacepact.visualizations import View, build_view, write_page
from spacepact.visualizations.model import Topic


@pytest.fixture(scope="module")
def view(record: Store) -> View:
    return build_view(KnowledgeGraph(Embedded(record)), "cooperation")


@pytest.fixture(scope="module")
def file(view: View, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("view") / "cooperation.html"
    write_page(view, path)
    return path


def test_nothing_is_asked_of_the_network(browser: Any, file: Path) -> None:
    found = opened(browser, file)
    found.page.locator("#ties tbody button:visible").first.click()
    found.page.wait_for_function("document.querySelector('#panel h2').textContent")
    assert found.requests[0] == file.as_uri()
    assert [url for url in found.requests[1:] if not url.startswith("data:image/")] == []
    assert found.errors == []
    assert ink(found.page) > 2000


def test_the_page_cannot_reach_out_even_if_told_to(browser: Any, file: Path) -> None:
    found = opened(browser, file)
    reached = found.page.evaluate("""async () => {
      try { await fetch("https://example.org/"); return true } catch { return false } }""")
    assert reached is False
    assert any("Content Security Policy" in error for error in found.errors)


def test_the_words_and_the_table_agree_with_the_model(browser: Any, file: Path, view: View) -> None:
    page = opened(browser, file).page
    shown = {t: [s for s in t.showings if s.kind in view.shown] for t in view.ties}
    ties = [t for t, showings in shown.items() if showings]
    engagements = {s.iri for showings in shown.values() for s in showings}
    documents = {p.document for showings in shown.values() for s in showings for p in s.passages}
    assert numbers(page) == [len({e for t in ties for e in (t.a, t.b)}), len(ties), len(engagements), len(documents)]
    assert visible_rows(page) == len(ties)


def test_a_filter_changes_words_table_and_drawing(browser: Any, file: Path, view: View) -> None:
    page = opened(browser, file).page
    before, drawn = numbers(page), ink(page)
    page.check("input[value=attendance]")
    assert numbers(page)[1] == visible_rows(page) == len(view.ties) > before[1]
    until(lambda: ink(page) != drawn)
    page.click("button[type=reset]")
    page.wait_for_function("n => document.querySelector('#sentence').textContent.includes(n)", arg=f"{before[1]} tie")
    for basis in view.shown:
        page.uncheck(f"input[value={basis}]")
    assert numbers(page) == [0, 0, 0, 0]
    assert page.is_visible("#nothing")
    assert page.is_visible("#no-rows")


def test_a_broad_topic_counts_its_narrower_ones(browser: Any, file: Path, view: View) -> None:
    page = opened(browser, file).page
    root = next(t.path[-1] for t in view.topics if len(t.path) > 1)
    below = {t.iri for t in view.topics if t.path[-1] == root}
    page.select_option("#topic", root)
    expected = {s.iri for t in view.ties for s in t.showings if s.kind in view.shown and not below.isdisjoint(s.topics)}
    assert numbers(page)[2] == len(expected)


def test_a_tie_opens_from_the_table_with_the_keyboard(browser: Any, file: Path) -> None:
    page = opened(browser, file).page
    button = page.locator("#ties tbody button:visible").first
    button.focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "panel-title"
    panel = page.locator("#panel")
    assert panel.locator("article").count() >= 1
    assert panel.locator("article .passages li").count() >= 1
    assert "paragraph" in panel.inner_text()
    assert "Shown by" in page.inner_text("#status")
    page.keyboard.press("Escape")
    assert panel.is_hidden()
    assert page.evaluate("document.activeElement.dataset.tie") == button.get_attribute("data-tie")


@pytest.mark.parametrize("asked", ["republic of k", "대한민국", "SOUTH KOREA"])
def test_an_actor_is_found_by_any_name(browser: Any, file: Path, asked: str) -> None:
    page = opened(browser, file).page
    page.keyboard.press("/")
    page.keyboard.type(asked)
    assert page.get_attribute("#search", "aria-expanded") == "true"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    assert page.inner_text("#panel-title") == "Republic of Korea"
    assert page.locator("#panel .partners button").count() >= 1
    assert page.locator("#panel article").count() >= 1
    page.locator("#panel .partners button").first.click()
    assert "Republic of Korea" in page.inner_text("#panel-title")
    assert " and " in page.inner_text("#panel-title")


def test_a_click_on_an_actor_and_on_a_tie_opens_the_evidence(browser: Any, file: Path, view: View) -> None:
    first = view.ties[0]
    slugs = ",".join(end.rsplit("/", 1)[-1] for end in (first.a, first.b))
    page = opened(browser, file, f"#tie={slugs}").page
    labels = {node.iri: node.label for node in view.nodes}
    assert page.inner_text("#panel-title") == f"{labels[first.a]} and {labels[first.b]}"
    page.keyboard.press("Escape")
    # Walk over the drawing until both have been hit: where they stand is the drawing's affair.
    box = page.locator("#network").bounding_box()
    titles = set()
    for down in range(10, int(box["height"]), 22):
        for right in range(10, int(box["width"]), 22):
            page.mouse.move(box["x"] + right, box["y"] + down)
            if page.evaluate("document.querySelector('#network').style.cursor") == "pointer":
                page.mouse.click(box["x"] + right, box["y"] + down)
                page.wait_for_timeout(30)
                titles.add(page.inner_text("#panel-title"))
        if any(" and " in t for t in titles) and titles & set(labels.values()):
            break
    assert titles & set(labels.values())
    assert any(" and " in title for title in titles)


def test_sorting_the_table(browser: Any, file: Path) -> None:
    page = opened(browser, file).page
    head = page.locator("#ties th", has_text="Engagements")
    assert head.get_attribute("aria-sort") == "descending"
    head.locator("button").click()
    assert head.get_attribute("aria-sort") == "ascending"
    counts = [int(text) for text in page.locator("#ties tbody tr:visible .count").all_inner_texts()]
    assert counts == sorted(counts)


def test_filters_and_choice_are_in_the_address(browser: Any, file: Path, view: View) -> None:
    page = opened(browser, file).page
    page.check("input[value=attendance]")
    page.locator("#ties tbody button:visible").first.click()
    title, counts = page.inner_text("#panel-title"), numbers(page)
    again = opened(browser, file, page.evaluate("location.hash")).page
    assert again.inner_text("#panel-title") == title
    assert numbers(again) == counts
    assert again.is_checked("input[value=attendance]")


def test_the_skip_link_leaves_filters_and_choice_alone(browser: Any, file: Path) -> None:
    page = opened(browser, file).page
    page.check("input[value=attendance]")
    page.locator("#ties tbody button:visible").first.click()
    title = page.locator("#panel h2").text_content()
    page.locator("a.skip").evaluate("link => link.click()")
    page.wait_for_function("location.hash === document.querySelector('a.skip').hash")
    assert page.is_checked("input[value=attendance]")
    assert page.locator("#panel h2").text_content() == title


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_does_not_scroll_sideways(browser: Any, file: Path, scheme: str) -> None:
    page = opened(browser, file, viewport=PHONE, color_scheme=scheme).page
    assert ink(page) > 500
    page.locator("#ties tbody button:visible").first.click()
    page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true })")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_dark_differs_from_light_and_can_be_chosen(browser: Any, file: Path) -> None:
    def look(page: Any) -> str:
        return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))

    light = opened(browser, file, color_scheme="light").page
    dark = opened(browser, file, color_scheme="dark").page
    assert look(light) != look(dark)
    light.click("#theme")
    assert look(light) == look(dark)


def test_it_reads_without_a_script(browser: Any, file: Path, view: View) -> None:
    page = opened(browser, file, java_script_enabled=False).page
    assert page.locator("#stage, #filters, #theme").locator("visible=true").count() == 0
    assert visible_rows(page) == len(view.ties)
    page.locator("#ties details summary").first.click()
    link = page.locator("#ties details a").first
    target = link.get_attribute("href")
    assert page.locator(f"article{target}").is_visible()
    assert page.locator(f"article{target} .passages li").count() >= 1


@pytest.mark.parametrize("end", ["first", "last"])
def test_on_a_phone_the_evidence_comes_to_the_reader_and_the_row_comes_back(browser: Any, file: Path, end: str) -> None:
    page = opened(browser, file, viewport=PHONE, has_touch=True).page
    page.check("input[value=attendance]")
    button = getattr(page.locator("#ties tbody button:visible"), end)
    row = f"#ties button[data-tie={button.get_attribute('data-tie')}]"
    for leave in ("Escape", "#close"):
        button.tap()
        assert in_sight(page, "#panel-title")
        assert page.evaluate("document.activeElement.id") == "panel-title"
        page.keyboard.press(leave) if leave == "Escape" else page.tap(leave)
        assert in_sight(page, row)
        assert page.evaluate("document.activeElement.dataset.tie") == button.get_attribute("data-tie")


@pytest.mark.parametrize("what", ["leave", "key", "filter", "theme", "reset"])
def test_the_tip_goes_when_anything_else_happens(browser: Any, file: Path, what: str) -> None:
    page = opened(browser, file).page
    hovered(page)
    page.wait_for_selector("#tip:visible")
    assert page.inner_text("#tip")
    if what == "leave":
        page.mouse.move(2, 2)
    elif what == "key":
        page.keyboard.press("Shift")
    else:  # with the pointer left where it is
        page.evaluate(
            "(selector) => document.querySelector(selector).click()",
            {"filter": "input[value=activity]", "theme": "#theme", "reset": "button[type=reset]"}[what],
        )
    page.wait_for_timeout(400)
    assert page.locator("#tip:visible, .vis-tooltip:visible").count() == 0


def test_a_tip_does_not_come_after_the_pointer_has_gone(browser: Any, file: Path) -> None:
    page = opened(browser, file).page
    hovered(page)
    page.mouse.move(2, 2)
    page.wait_for_timeout(400)
    assert page.locator("#tip:visible, .vis-tooltip:visible").count() == 0


def test_reset_forgets_what_was_chosen(browser: Any, file: Path) -> None:
    page = opened(browser, file).page
    page.check("input[value=attendance]")
    page.locator("#ties tbody button:visible").first.click()
    page.fill("#search", "korea")
    page.click("button[type=reset]")
    page.wait_for_selector("#panel", state="hidden")
    assert page.is_hidden("#hits")
    assert page.evaluate("location.hash") == ""
    assert not page.is_checked("input[value=attendance]")


def test_an_actor_whose_ties_are_hidden_offers_to_show_them(browser: Any, file: Path, view: View) -> None:
    page = opened(browser, file).page
    bases = {n.label: {b for t in view.ties if n.iri in (t.a, t.b) for b in t.bases} for n in view.nodes}
    searched(page, next(label for label, found in bases.items() if found == {"attendance"}))
    assert page.locator("#panel article").count() == 0
    page.click("#panel button:text-is('Show attendance')")
    assert page.locator("#panel article").count() >= 1
    assert page.is_checked("input[value=attendance]")
    assert "attendance" in page.evaluate("location.hash")
    page.click("button[type=reset]")

    firm = next(n for n in view.nodes if sum(n.iri in (t.a, t.b) and bool(t.topics) for t in view.ties) == 1)
    only = next(t for t in view.ties if firm.iri in (t.a, t.b) and t.topics)
    above = {iri for topic in view.topics if topic.iri in only.topics for iri in topic.path}
    page.select_option("#topic", next(t.iri for t in view.topics if t.iri not in above))
    searched(page, firm.label)
    assert page.locator("#panel article").count() == 0
    page.click("#panel button:text-is('Show all topics')")
    assert page.locator("#panel article").count() >= 1
    assert page.input_value("#topic") == ""
    assert page.evaluate("document.activeElement.id") == "panel-title"


def test_where_no_one_change_helps_all_ties_are_offered(browser: Any, file: Path, view: View) -> None:
    page = opened(browser, file).page
    bases = {n.label: {b for t in view.ties if n.iri in (t.a, t.b) for b in t.bases} for n in view.nodes}
    page.select_option("#topic", view.topics[0].iri)  # attendance is on no topic
    searched(page, next(label for label, found in bases.items() if found == {"attendance"}))
    page.click("#panel button:text-is('Show all ties')")
    assert page.locator("#panel article").count() >= 1


def test_the_words_say_what_is_drawn(browser: Any, file: Path, view: View) -> None:
    tied = {e for t in view.ties for e in (t.a, t.b) if any(s.kind in view.shown for s in t.showings)}
    bound = {e for t in view.ties for e in (t.a, t.b)}
    lone = len(view.nodes) - len(bound)
    assert lone
    assert bound - tied
    wide = opened(browser, file).page
    words = wide.inner_text("#sentence")
    assert words.startswith(f"{len(tied)} tied actors, {lone} without a tie; ")
    assert words.endswith(f" Not drawn: {len(bound - tied)} whose ties the filters hide.")
    assert opened(browser, file, java_script_enabled=False).page.inner_text("#sentence") == words
    wide.check("input[value=attendance]")
    assert wide.inner_text("#sentence").startswith(f"{len(bound)} tied actors, {lone} without a tie; ")
    assert "Not drawn" not in wide.inner_text("#sentence")
    phone = opened(browser, file, viewport=PHONE).page
    assert f"Not drawn: {lone} without any tie, {len(bound - tied)} whose" in phone.inner_text("#sentence")


def test_a_tie_has_the_colour_of_the_broad_topic_with_most_engagements(browser: Any, tmp_path: Path) -> None:
    whole = hostile("x", "")
    showing = whole.ties[0].showings[0]
    # Three showings of one engagement on the first topic; on the second, two engagements on topics beneath it.
    showings = [replace(showing, kind=kind, topics=("t:1",)) for kind in ("agreement", "commitment", "activity")]
    showings += [replace(showing, iri=f"https://e.x/id/{n}", label=f"e{n}", topics=(f"t:2{n}",)) for n in "ab"]
    topics = [Topic("t:1", "one", ("t:1",)), Topic("t:2", "two", ("t:2",))]
    topics += [Topic(f"t:2{n}", f"two {n}", (f"t:2{n}", "t:2")) for n in "ab"]
    path = tmp_path / "colours.html"
    shown = ("agreement", "commitment", "activity")
    tie = replace(whole.ties[0], showings=tuple(showings))
    write_page(replace(whole, ties=(tie,), topics=tuple(topics), shown=shown), path)
    page = opened(browser, path, color_scheme="light").page
    until(lambda: pixels(page, "topic-2") > 50)
    assert pixels(page, "topic-1") == 0
    page.locator("#ties tbody button:visible").first.click()
    assert "By broad topic: two 2, one 1." in page.inner_text("#panel")
    page.click("#close")
    page.uncheck("input[value=agreement]")  # the engagements on "two" are agreements
    until(lambda: pixels(page, "topic-1") > 50)


@pytest.mark.parametrize("attendance", [False, True])
@pytest.mark.parametrize("size", [PHONE, {"width": 1280, "height": 800}], ids=["phone", "desktop"])
def test_labels_can_be_read_and_no_tie_crosses_them(
    browser: Any, file: Path, size: dict[str, int], attendance: bool
) -> None:
    page = browser.new_page(viewport=size, color_scheme="light")
    page.add_init_script(WRITING)
    page.goto(file.as_uri())
    if attendance:
        page.check("input[value=attendance]")
    page.wait_for_function("written.size >= 5")
    page.evaluate("window.written.clear(); document.querySelector('[data-zoom=fit]').click()")
    page.wait_for_function(
        """() => {  // at rest: what is written is where it was a quarter of a second ago
          const before = window.stood;
          window.stood = JSON.stringify([...written]);
          return written.size >= 5 && stood === before;
        }""",
        polling=250,
    )
    assert page.evaluate("Math.min(...[...written.values()].map((w) => w.size))") >= 10.9
    # Where "Republic of Korea" is written, a wide tie runs beneath, whose colour may not show between the letters; the
    # sign of a neighbour may touch the end of the words.
    found = page.evaluate("""() => {
      const { left, middle, width, size } = written.get("Republic of Korea");
      const canvas = document.querySelector("#network canvas");
      const dots = canvas.getContext("2d").getImageData(left, middle - size * 0.4, width, size * 0.8).data;
      let coloured = 0;
      for (let at = 0; at < dots.length; at += 4) {
        const [r, g, b, a] = dots.slice(at, at + 4);
        if (a > 100 && Math.max(r, g, b) - Math.min(r, g, b) > 60) coloured += 1;
      }
      return coloured / (dots.length / 4);
    }""")
    assert found < 0.01


@pytest.mark.parametrize("size", [PHONE, {"width": 1280, "height": 800}], ids=["phone", "desktop"])
def test_an_engagement_is_found_and_its_tie_opens_on_it(browser: Any, file: Path, size: dict[str, int]) -> None:
    page = opened(browser, file, viewport=size).page
    page.fill("#search", "study joint")  # in any order
    label = page.evaluate("document.querySelector('#hits [role=option]').firstChild.textContent")
    assert "joint study" in label.lower()
    page.keyboard.press("Enter")
    assert " and " in page.inner_text("#panel-title")
    assert page.inner_text("#panel article.chosen h4") == label
    assert in_sight(page, "#panel article.chosen h4")
    assert page.evaluate("document.activeElement.className") == "chosen"


def test_the_last_of_many_engagements_is_scrolled_into_the_panel(browser: Any, file: Path, view: View) -> None:
    page = opened(browser, file).page
    first = next(t for t in view.ties if any(s.kind in view.shown for s in t.showings))
    searched(page, [s for s in first.showings if s.kind == "commitment"][-1].label)
    assert page.locator("#panel article.chosen").count() == 1
    assert page.evaluate("""() => {
      const panel = document.querySelector("aside").getBoundingClientRect();
      const { top } = document.querySelector("#panel article.chosen").getBoundingClientRect();
      return top >= panel.top && top < panel.bottom - 40; }""")


def test_a_hidden_engagement_is_offered_and_then_in_sight(browser: Any, file: Path, view: View) -> None:
    page = opened(browser, file).page
    firm = {s.label for t in view.ties for s in t.showings if s.kind in view.shown}
    hidden = next(s.label for t in view.ties for s in t.showings if s.label not in firm)
    searched(page, hidden)
    assert page.locator("#panel article.chosen").count() == 0
    page.click("#panel button:text-is('Show attendance')")
    assert page.inner_text("#panel article.chosen h4") == hidden
    assert in_sight(page, "#panel article.chosen h4")


@pytest.mark.parametrize(
    "text",
    [
        "<script>window.broken=1</script>",
        "</script><script>window.broken=1</script>",
        "<img src=x onerror=window.broken=1>",
        "\"'><svg onload=window.broken=1>",
        "<!--<script>",
        "a\u2028b\u2029\u202ec",
        "{{ 7 * 7 }}<b>*bold*</b>",
    ],
)
def test_hostile_text_stays_text(browser: Any, tmp_path: Path, text: str) -> None:
    path = tmp_path / "hostile.html"
    write_page(hostile(text, "javascript:window.broken=1"), path)
    found = opened(browser, path)
    page = found.page
    page.locator("#ties tbody button:visible").first.click()
    assert text.split("\u2028")[0] in page.evaluate("document.querySelector('#panel h4').textContent")
    page.keyboard.press("Escape")
    page.fill("#search", text[:12])
    assert page.locator("#hits li").count() >= 1
    assert page.evaluate("document.querySelector('#hits li').textContent").startswith(text)
    page.keyboard.press("Enter")
    box = page.locator("#network").bounding_box()
    for right in range(4, int(box["width"]), 12):  # over actors and the tie, so that their tips open
        page.mouse.move(box["x"] + right, box["y"] + box["height"] / 2)
    page.wait_for_timeout(400)
    assert page.evaluate("window.broken") is None
    assert page.locator("body img, body svg[onload], #panel b, #tip b, .vis-tooltip").count() == 0
    assert page.locator("a[href^='javascript']").count() == 0
    assert found.errors == []
    assert [url for url in found.requests[1:] if not url.startswith("data:image/")] == []
