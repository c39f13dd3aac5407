"""Pages can be used by everyone: axe-core finds nothing, light or dark, and no phone has to scroll sideways."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from browsing import PHONE
from service import PAGES, Live

axe = pytest.importorskip("axe_playwright_python", reason="needs axe-core: pip install axe-playwright-python")

GUIDELINES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def findings(page: Any, rules: Sequence[str] = ()) -> list[str]:
    """Return what axe-core finds on *page* by *rules* or all of ours, one line an element.

    Its code is evaluated, so that the page's policy stays as strict as it is. What it finds right is neither described
    nor brought here: of a large page that would take ten times as long as the looking.
    """
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(Path(axe.__file__).with_name("axe.min.js").read_text(encoding="utf-8"))
    found = page.evaluate(
        """async (only) => {
          const found = await axe.run(document, { runOnly: only, resultTypes: ["violations"], selectors: false });
          return found.violations.flatMap(({ id, nodes }) =>
            nodes.map(({ html, failureSummary }) => [id, html, failureSummary]));
        }""",
        list(rules) or GUIDELINES,
    )
    return [f"{rule}: {html[:160]} ({why.splitlines()[-1].strip()[:160]})" for rule, html, why in found]


@pytest.mark.parametrize("address", PAGES)
def test_a_page_can_be_used_by_everyone(browser: Any, served: Live, address: str) -> None:
    page = browser.new_page(color_scheme="light", viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(served.url + address)
    page.wait_for_load_state("networkidle")
    assert findings(page) == []
    page.emulate_media(color_scheme="dark")
    assert findings(page, ["color-contrast"]) == []
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], "it scrolls sideways on a phone"
    assert [line for line in said if "Failed to load resource" not in line] == []


def test_axe_would_find_something(browser: Any) -> None:
    page = browser.new_page()
    page.set_content("<img src='x'><p style='color: #ddd; background: #fff'>pale</p>")
    assert {line.partition(":")[0] for line in findings(page)} >= {"image-alt", "color-contrast"}


@pytest.mark.parametrize("address", PAGES)
def test_a_page_says_what_it_is_without_script(browser: Any, served: Live, address: str) -> None:
    page = browser.new_page(java_script_enabled=False)
    page.goto(served.url + address)
    assert page.locator("h1:visible").count() == 1
    assert page.locator(".scripted:visible").count() == 0, "a button that does nothing without script"
