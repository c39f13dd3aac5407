"""Pages of views in a browser: opens them with the network cut off, and looks at what is drawn."""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from spacepact.queries.evidence import Proof
from spacepact.visualizations import View
from spacepact.visualizations.model import Node, Showing, Source, Tie, Topic

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
WRITING = """
  window.written = new Map();
  const fill = CanvasRenderingContext2D.prototype.fillText;
  CanvasRenderingContext2D.prototype.fillText = function (text, x, y) {
    const matrix = this.getTransform();
    const size = parseFloat(this.font) * matrix.a;
    const { x: left, y: top } = matrix.transformPoint(new DOMPoint(x, y));
    const middle = top + (this.textBaseline === "hanging" ? size / 2 : 0);
    const width = this.measureText(text).width * matrix.a;
    written.set(text, { size, left: left - (this.textAlign === "center" ? width / 2 : 0), middle, width });
    fill.apply(this, arguments);
  };
"""


@dataclass
class Opened:
    """An open page, with what it asked of the network and what went wrong in it."""

    page: Any
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


def new_page(browser: Any, **options: Any) -> Opened:
    """Open an empty page of the size of a desktop, of which is noted what it asks and what goes wrong in it.

    *options* are those of a browser's context: each page has one of its own, and so shares nothing with others.
    """
    context = browser.new_context(**{"viewport": {"width": 1280, "height": 800}, **options})
    context.set_default_timeout(10_000)
    found = Opened(context.new_page())
    found.page.on("request", lambda request: found.requests.append(request.url))
    found.page.on("pageerror", lambda error: found.errors.append(str(error)))
    found.page.on("console", lambda said: found.errors.append(said.text) if said.type in ("error", "warning") else None)
    return found


def opened(browser: Any, file: Path, fragment: str = "", **options: Any) -> Opened:
    found = new_page(browser, **options)
    page = found.page
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
    """Return the numbers of tied actors, ties, engagements and documents that the page gives in words."""
    found = re.findall(r"(\d+) (?:tied actor|tie|engagement|document)s?\b", page.inner_text("#sentence"))
    return [int(number) for number in found]


def visible_rows(page: Any) -> int:
    return int(page.locator("#ties tbody tr:visible").count())


def in_sight(page: Any, selector: str) -> bool:
    return bool(
        page.evaluate(
            """(selector) => { const { top, bottom } = document.querySelector(selector).getBoundingClientRect();
              return top >= 0 && bottom <= innerHeight }""",
            selector,
        )
    )


def hovered(page: Any) -> tuple[float, float]:
    """Move the pointer over the drawing until it is on something, and return where that is."""
    box = page.locator("#network").bounding_box()
    for down in range(10, int(box["height"]), 22):
        for right in range(10, int(box["width"]), 22):
            at = (box["x"] + right, box["y"] + down)
            page.mouse.move(*at)
            if page.evaluate("document.querySelector('#network').style.cursor") == "pointer":
                return at
    raise AssertionError("nothing is drawn")


def searched(page: Any, words: str) -> None:
    page.fill("#search", words)
    page.keyboard.press("Enter")


def pixels(page: Any, colour: str) -> int:
    """Count the pixels of the drawing that have just the *colour* of that name in palette.css."""
    return int(
        page.evaluate(
            r"""(name) => {
              const probe = document.body.appendChild(document.createElement("i"));
              probe.style.color = `var(--${name})`;
              const wanted = getComputedStyle(probe).color.match(/\d+/g).map(Number);
              const canvas = document.querySelector("#network canvas");
              const dots = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
              let found = 0;
              for (let at = 0; at < dots.length; at += 4) {
                if (dots[at + 3] === 255 && wanted.every((value, i) => dots[at + i] === value)) found += 1;
              }
              return found;
            }""",
            colour,
        )
    )


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
