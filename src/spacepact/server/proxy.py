"""Static files, and pages: these are made in worker processes, and kept."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from spacepact.errors import ProtocolError
from spacepact.folders import folder
from spacepact.server.answers import client_of, error_response, file_response, response, stopped_response, unless_gone
from spacepact.server.cache import Cache, Stored
from spacepact.server.endpoint import Sparql, TooLarge, read_body
from spacepact.server.pool import Pool, Stopped
from spacepact.server.protocol.requests import read

__all__ = ["Pages", "Statics"]

_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
}
_SLOW = re.compile(r"[?&]as_of=[^&]|^/(?:api/)?changes\?|^/data/download/as-of/")
"""Addresses of what needs the record of another day, which takes a second or more to derive."""
_ABANDONED = 2.0  # seconds in which a page that nobody waits for any more may still be finished


def _is_posted(request: Request) -> bool:
    """Tell whether *request* is for the page of a query that is in its body: it may be too long for an address."""
    return request.method == "POST" and request.url.path == "/query"


class Statics:
    """The scripts and styles, and the vis-network that pyvis carries, read once."""

    @cached_property
    def _files(self) -> dict[str, Stored]:
        ours = [p for part in ("", "explorer") for p in sorted((folder("visualizations") / part).iterdir())]
        theirs = [Path(str(files("pyvis"))) / "templates" / "lib" / "vis-9.1.2" / "vis-network.min.js"]
        return {p.name: _read(p) for p in [*ours, *theirs] if p.suffix in _TYPES}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the file, or 404."""
        request = Request(scope, receive)
        found = self._files.get(request.path_params["name"])
        answer = await response(request, found) if found else error_response(request, 404, "There is no such file.")
        if request.method not in ("GET", "HEAD"):
            answer = error_response(request, 405, "Files can be read.", {"Allow": "GET, HEAD, OPTIONS"})
        await answer(scope, receive, send)


def _read(path: Path) -> Stored:
    # The map of the minified script is not there; without its name browsers do not look for it.
    body = path.read_bytes().replace(b"//# sourceMappingURL=vis-network.min.js.map", b"")
    return Stored(200, {"Content-Type": _TYPES[path.suffix]}, body)


@dataclass(eq=False)
class _Coming:
    """A page that is being made, and how many wait for it."""

    task: asyncio.Task[tuple[dict[str, Any], bytes]]
    waiting: int = 0


class Pages:
    """All that is made by the functions of `spacepact.server.pages`."""

    def __init__(self, pool: Pool, sparql: Sparql) -> None:
        self._pool, self._sparql = pool, sparql
        self._cache = Cache()
        self._coming: dict[tuple[str, str], _Coming] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the page, or the error that explains why there is none."""
        request = Request(scope, receive)
        if request.method not in ("GET", "HEAD") and not _is_posted(request):
            allowed = "GET, HEAD, POST, OPTIONS" if request.url.path == "/query" else "GET, HEAD, OPTIONS"
            answer = error_response(request, 405, "Pages can be read.", {"Allow": allowed})
        else:
            try:
                answer = await self._page(request)
            except Stopped as error:
                if error.trace:
                    scope["spacepact.trace"] = error.trace
                    error = Stopped(500, "Something went wrong here. The log names it by the id of this request.")
                answer = stopped_response(request, error)
            except ProtocolError as error:
                answer = error_response(request, error.status, str(error), dict(error.headers))
            except TooLarge:
                answer = error_response(request, 413, "the body is larger than it may be")
        await answer(scope, receive, send)

    async def _page(self, request: Request) -> Response:
        url = request.scope["raw_path"].decode("ascii", "replace")
        url += f"?{request.url.query}" if request.url.query else ""
        accept = request.headers.get("accept", "*/*")
        asked = request.query_params.get("query", "") if request.url.path == "/query" else ""
        if _is_posted(request):
            asked = await self._posted(request)
            url = f"/query?{urlencode({'query': asked})}"
        if (kept := self._cache.get((url, accept))) is not None:
            return await response(request, kept)
        outcome = None
        if asked.strip():
            outcome = await unless_gone(request, self._sparql.outcome(asked, client_of(request)))
        job = {"url": url, "accept": accept, "outcome": outcome}
        making = self._made(job, client_of(request)) if outcome else self._shared(job, client_of(request))
        head, body = await unless_gone(request, making)
        headers = {"Vary": "Accept", **head["headers"]}
        if head["file"]:
            return await file_response(request, Path(head["file"]), headers)
        answer = Stored(head["status"], headers, body)
        if outcome is None and answer.status < 400 and headers.get("Cache-Control") != "no-store":
            self._cache.put((url, accept), answer)
        return await response(request, answer)

    async def _posted(self, request: Request) -> str:
        """Return the query in the body of *request*."""
        body = await read_body(request, self._pool.settings.max_body)
        kind, most = request.headers.get("content-type", ""), self._pool.settings.max_query
        return read("POST", request.scope["query_string"], kind, body, max_query=most).sparql

    async def _shared(self, job: dict[str, Any], client: str) -> tuple[dict[str, Any], bytes]:
        """Have a page made once for all who ask for it meanwhile; soon after the last of them has gone, it is given up.

        To give up a page costs the worker that makes it, and another one takes seconds to start; so a page has some
        time to be finished for those who ask for it next. Most pages take less.
        """
        key = (job["url"], job["accept"])
        if (coming := self._coming.get(key)) is None:
            coming = self._coming[key] = _Coming(asyncio.create_task(self._made(job, client)))
            coming.task.add_done_callback(lambda done: done.cancelled() or done.exception())
            coming.task.add_done_callback(lambda _: self._forget(key, coming))
        coming.waiting += 1
        try:
            return await asyncio.shield(coming.task)
        finally:
            coming.waiting -= 1
            if not coming.waiting and not coming.task.done():
                asyncio.get_running_loop().call_later(_ABANDONED, self._give_up, key, coming)

    def _give_up(self, key: tuple[str, str], coming: _Coming) -> None:
        if not coming.waiting:
            self._forget(key, coming)  # at once, so that nobody joins what is about to end
            coming.task.cancel()

    def _forget(self, key: tuple[str, str], coming: _Coming) -> None:
        if self._coming.get(key) is coming:
            del self._coming[key]

    async def _made(self, job: dict[str, Any], client: str) -> tuple[dict[str, Any], bytes]:
        run = await self._pool.run(job, client, slow=bool(_SLOW.search(unquote(job["url"]))))
        try:
            return run.head, await run.whole()
        finally:
            run.close()
