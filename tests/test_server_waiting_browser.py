"""Slow answers in a browser: what is said while one waits, and how to cancel. Slow is a service whose workers stand."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest

from service import Live, live, until
from spacepact.server.settings import Settings

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="stops processes as Linux does")
EVERY = Settings().page_workers
WATCH = """() => {
  const [bar, status] = [document.querySelector("#waiting"), document.querySelector("#spoken")];
  window.seen = [];
  new MutationObserver(() => { if (!bar.hidden) seen.push([bar.innerText, status.textContent]); })
    .observe(bar, { attributes: true, subtree: true, childList: true });
}"""


@pytest.fixture(scope="module")
def running() -> Iterator[Live]:
    with live("--workers", "1", "--deadline", "35") as found:
        yield found


@pytest.fixture
def page(running: Live, browser: Any) -> Iterator[Any]:
    awake(running)
    found = browser.new_page()
    wrong: list[str] = []
    found.on("pageerror", lambda error: wrong.append(str(error)))
    yield found
    found.close()
    running.halt(signal.SIGCONT)
    assert wrong == []


def awake(running: Live) -> None:
    running.halt(signal.SIGCONT)
    until(lambda: running.idle() == (EVERY, EVERY))  # the service does not go on with what nobody waits for


def cancelled(page: Any, act: str, cancel: str) -> list[list[str]]:
    """Run the script *act*, and *cancel* once one waits; return what the bar and the status said meanwhile.

    Both run in the page: from outside, a browser does not answer while it waits for another page.
    """
    page.evaluate(WATCH)
    page.evaluate(
        f"""() => {{
          const ask = setInterval(() => {{ if (seen.length > 1) {{ clearInterval(ask); {cancel}; }} }}, 50);
          {act};
        }}"""
    )
    page.wait_for_function("() => document.querySelector('#spoken').textContent.startsWith('Cancelled')")
    return list(page.evaluate("seen"))


ESC = "document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }))"
BUTTON = "document.querySelector('#waiting-cancel').click()"


def test_a_page_that_is_slow_to_come_can_be_cancelled(running: Live, page: Any) -> None:
    page.goto(f"{running.url}/questions/due")
    running.halt()
    [*_, (bar, status)] = cancelled(page, "document.querySelector('nav a[href=\"/timeline\"]').click()", ESC)
    assert "Timeline" in bar
    assert "s of at most 40 s" in bar, "what the deadline and the wait for a worker come to"
    assert "Timeline" in status
    assert "40 seconds" in status
    assert page.is_hidden("#waiting")
    assert page.url == f"{running.url}/questions/due"
    awake(running)  # the work on it ended too
    page.click("nav a[href='/timeline']")
    page.wait_for_url("**/timeline")
    assert page.is_hidden("#waiting")


def test_a_question_that_is_slow_can_be_cancelled_and_asked_otherwise(running: Live, page: Any) -> None:
    page.goto(f"{running.url}/questions/partners-of")
    running.halt()
    page.fill("form.asking input[name=actor]", "nasa")
    ask = "document.activeElement.blur(); document.querySelector('form.asking').requestSubmit()"
    assert page.inner_text("h1") in cancelled(page, ask, BUTTON)[-1][0]
    assert page.input_value("form.asking input[name=actor]") == "nasa"
    awake(running)
    page.fill("form.asking input[name=actor]", "kasa")
    page.evaluate(ask)
    page.wait_for_url("**/questions/partners-of?*actor=kasa*")


def test_filters_of_the_overview_that_are_cancelled_are_as_they_were(running: Live, page: Any) -> None:
    page.goto(f"{running.url}/explore")
    before = page.inner_text("#sentence")
    running.halt()
    page.focus("input[value=attendance]")
    cancelled(page, "document.querySelector('input[value=attendance]').click()", ESC)
    assert not page.is_checked("input[value=attendance]")
    assert page.evaluate("document.activeElement.value") == "attendance"
    assert page.get_attribute("#explore", "aria-busy") is None
    assert (page.url, page.inner_text("#sentence")) == (f"{running.url}/explore", before)
    awake(running)
    page.check("input[value=attendance]")
    page.wait_for_url("**/explore?*attendance*")
    assert page.inner_text("#sentence") != before


def test_the_browsers_own_stop_ends_the_wait_and_files_are_not_waited_for(running: Live, page: Any) -> None:
    page.goto(f"{running.url}/questions/due")
    page.evaluate(WATCH)
    running.halt()
    tools = page.context.new_cdp_session(page)
    page.evaluate("document.querySelector('nav a[href=\"/path\"]').click()")
    time.sleep(2)
    tools.send("Page.stopLoading")
    page.wait_for_function("() => seen.length && document.querySelector('#waiting').hidden")
    page.evaluate("() => { seen = []; document.querySelector('main a[href*=\".csv\"]').click(); }")
    time.sleep(1.5)
    assert page.evaluate("seen") == []
