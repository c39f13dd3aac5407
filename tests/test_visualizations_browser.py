"""The page of a view in a real browser, with the network cut off."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import Store

from spacepact.graph.engines.embedded import Embedded
from spacepact.queries.knowledge import KnowledgeGraph
from spacepact.visualizations import View, build_view, write_page
from spacepact.visualizations.model import Node, Proof, Showing, Source, Tie, Topic

sync_api = pytest.importorskip("playwright.sync_api", reason="needs playwright: pip install playwright")

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE = {"width": 390, "height": 844}


@dataclass
class Opened:
    """An open page, with what it asked of the network and what went wrong in it."""

    page: Any
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if CHROMIUM is None:
        pytest.skip("needs Chromium: apt install chromium, or name one in CHROMIUM")
    with sync_api.sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield running
        running.close()


@pytest.fixture(scope="module")
def view(record: Store) -> View:
    return build_view(KnowledgeGraph(Embedded(record)), "cooperation")


@pytest.fixture(scope="module")
def file(view: View, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("view") / "cooperation.html"
    write_page(view, path)
    return path


def opened(browser: Any, file: Path, fragment: str = "", **options: Any) -> Opened:
    context = browser.new_context(**{"viewport": {"width": 1280, "height": 800}, **options})
    context.set_default_timeout(10_000)
    page = context.new_page()
    found = Opened(page)
    page.on("request", lambda request: found.requests.append(request.url))
    page.on("pageerror", lambda error: found.errors.append(str(error)))
    page.on("console", lambda said: found.errors.append(said.text) if said.type in ("error", "warning") else None)
    page.route("**/*", lambda route: route.continue_() if route.request.url.startswith("file:") else route.abort())
    page.goto(file.as_uri() + fragment)
    if options.get("java_script_enabled", True):
        page.wait_for_selector("#network canvas")
    return found


def ink(page: Any) -> int:
    """Count the pixels of the drawing that something is drawn on."""
    return int(
        page.evaluate("""() => {
          const canvas = document.querySelector("#network canvas");
          const dots = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
          return dots.filter((value, at) => at % 4 === 3 && value > 0).length;
        }""")
    )


def numbers(page: Any) -> list[int]:
    """Return the numbers of actors, ties, engagements and documents that the page gives in words."""
    words = page.inner_text("#sentence").split("; record")[0].replace(",", " ").split()
    return [int(word) for word in words if word.isdigit()]


def visible_rows(page: Any) -> int:
    return int(page.locator("#ties tbody tr:visible").count())


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
    page.wait_for_timeout(200)
    assert ink(page) != drawn
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


def hostile(text: str, url: str) -> View:
    """A view of three actors whose every text is *text*."""
    proof = Proof("https://e.x/p1", 1, "presumed", (text,), "https://e.x/d", text, text, text, url, text)
    showing = Showing("https://e.x/id/e", text, "agreement", text, text, (text,), text, text, text, ("t:1",), (proof,))
    node = Node("https://e.x/id/a", text, "state", text, (text,), 1)
    return View(
        name="hostile",
        title=text,
        description=text,
        nodes=(node, replace(node, iri="https://e.x/id/b", kind=text), replace(node, iri="https://e.x/id/c", weight=0)),
        ties=(Tie("https://e.x/id/a", "https://e.x/id/b", (showing,)),),
        topics=(Topic("t:1", text, ("t:1",)),),
        shown=("agreement",),
        data_version=text,
        as_of=text,
        sources=(Source("https://e.x/d", text, text, text, url, text),),
        licence=text,
    )


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
    assert page.locator("body img, body svg[onload], #panel b, .vis-tooltip b").count() == 0
    assert page.locator("a[href^='javascript']").count() == 0
    assert found.errors == []
    assert [url for url in found.requests[1:] if not url.startswith("data:image/")] == []
