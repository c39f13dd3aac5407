"""Questions in a browser: the catalogue filters as one types, names are picked, and nothing breaks the policy."""

from __future__ import annotations

from typing import Any

import pytest

from browsing import PHONE
from visiting import visit

LONG = "/questions/commitments-of?actor=ROK"


def test_the_catalogue_filters_as_one_types_and_says_how_many_are_left(browser: Any) -> None:
    found = visit(browser, "/questions")
    cards = found.page.locator(".question:visible")
    every = cards.count()
    found.page.fill("#q", "promise meeting")
    assert 0 < cards.count() < every
    assert found.page.inner_text("#spoken") == f"{cards.count()} questions"
    found.page.fill("#q", "zzz")
    assert cards.count() == 0
    assert found.page.locator("#none").is_visible()
    assert not found.page.locator(".group:visible").count()
    found.page.fill("#q", "")
    assert cards.count() == every
    assert not found.errors


def test_a_name_is_picked_and_asked(browser: Any) -> None:
    found = visit(browser, "/questions/partners-of")
    found.page.locator("#given-actor").press_sequentially("Korea Aero")
    found.page.get_by_role("option", name="Korea AeroSpace Administration").first.click()
    found.page.click(".asking button.main")
    found.page.wait_for_url("**actor=kasa**")
    assert found.page.locator("#answer").inner_text().endswith(("rows", "row"))
    assert not found.errors


@pytest.mark.parametrize("url", [LONG, "/questions/who-leads?actor=ROK", "/questions/compare-channels"])
def test_a_phone_need_not_scroll_sideways(browser: Any, url: str) -> None:
    found = visit(browser, url, viewport=PHONE)
    assert found.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert not found.errors


def test_without_scripts_the_evidence_unfolds_and_headings_sort(browser: Any) -> None:
    found = visit(browser, LONG, java_script_enabled=False)
    proof = found.page.locator(".proof details").first
    proof.locator("summary").click()
    assert proof.locator(".passages a").first.is_visible()
    found.page.click("th >> text=when")
    found.page.wait_for_url("**sort=when**")
    assert found.page.locator('th[aria-sort="ascending"]').inner_text().startswith("when")
