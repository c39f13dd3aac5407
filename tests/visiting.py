"""Pages of the service in a browser: answered in this process, under the strict policy, with the network cut off."""

from __future__ import annotations

import mimetypes
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pyvis

from browsing import Opened, new_page
from service import page
from spacepact.folders import folder
from spacepact.server.envelope import POLICY

__all__ = ["HOST", "visit"]

HOST = "http://localhost"


def visit(browser: Any, url: str, **options: Any) -> Opened:
    """Open *url*, a path with its query string, in *browser*; *options* are those of a browser's context."""
    found = new_page(browser, **options)
    found.page.route("**/*", _fulfil)
    found.page.goto(HOST + url)
    return found


def _fulfil(route: Any) -> None:
    url = route.request.url
    if not url.startswith(HOST + "/"):
        route.abort()
        return
    headers = {"Content-Security-Policy": POLICY}
    if (path := urlsplit(url).path).startswith("/static/"):
        file = _static(path.removeprefix("/static/"))
        kind = mimetypes.guess_type(path)[0] or "text/plain"
        route.fulfill(status=200 if file else 404, body=file.read_bytes() if file else b"", content_type=kind)
        return
    response = page(url.removeprefix(HOST), route.request.headers.get("accept", "*/*"))
    body = response.file.read_bytes() if response.file else response.body
    headers |= {**response.headers, "Content-Type": response.media_type}
    route.fulfill(status=response.status, body=body, headers=headers)


def _static(name: str) -> Path | None:
    own = folder("visualizations")
    drawing = Path(pyvis.__file__).parent / "templates/lib/vis-9.1.2"
    return next((file for where in (own, own / "explorer", drawing) if (file := where / name).is_file()), None)
