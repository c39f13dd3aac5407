"""Sends whole answers: compressed where that is wanted, not again to who has them, and errors in the asker's format."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Coroutine, Mapping
from html import escape
from pathlib import Path
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from spacepact.server.cache import Stored
from spacepact.server.pool import Stopped

__all__ = ["client_of", "error_response", "file_response", "response", "stopped_response", "unless_gone"]

_Found = TypeVar("_Found")


_LARGE = 64 * 1024  # bytes that are hashed and compressed in a thread, so that nobody waits for it
_HUGE = 4 * 1024 * 1024  # bytes that are sent as they are


async def response(request: Request, answer: Stored) -> Response:
    """Return *answer* as *request* wants it: 304 where the asker has it, compressed where it can be read so."""
    headers = {"Cache-Control": "no-cache", **answer.headers}
    headers["Vary"] = ", ".join(dict.fromkeys([*filter(None, [headers.get("Vary")]), "Accept-Encoding"]))
    if len(answer.body) > _HUGE:
        return Response(answer.body, answer.status, headers)
    packed = _takes_gzip(request.headers.get("accept-encoding", ""))
    if len(answer.body) > _LARGE:
        await asyncio.to_thread(lambda: (answer.etag, packed and answer.compressed))
    headers["ETag"] = answer.etag
    if answer.status == 200 and _has(request, answer.etag):
        return _not_modified(headers)
    body = answer.body
    if packed and len(answer.compressed) < len(body):
        body = answer.compressed
        headers["Content-Encoding"] = "gzip"
    return Response(body, answer.status, headers)


async def file_response(request: Request, path: Path, headers: Mapping[str, str]) -> Response:
    """Return the file at *path*, or a range of it, as *request* asks; 304 where the asker has it."""
    answer = FileResponse(path, headers=headers, stat_result=await asyncio.to_thread(path.stat))
    return _not_modified(answer.headers) if _has(request, answer.headers["etag"]) else answer


def _has(request: Request, etag: str) -> bool:
    """Tell whether the asker has what *etag* names: by any of the tags it gives, strong or weak, or by ``*``.

    >>> given = [(b"if-none-match", b'"x", W/"a1"')]
    >>> [_has(Request({"type": "http", "headers": given}), etag) for etag in ('W/"a1"', '"a1"', '"a"')]
    [True, True, False]
    """
    told = ",".join(request.headers.getlist("if-none-match"))
    return told.strip() == "*" or etag.removeprefix("W/") in re.findall(r'"[^"]*"', told)


def _not_modified(headers: Mapping[str, str]) -> Response:
    kept = ("cache-control", "content-type", "etag", "vary")
    return Response(status_code=304, headers={name: value for name, value in headers.items() if name.lower() in kept})


def _takes_gzip(accepted: str) -> bool:
    """Tell whether an Accept-Encoding header allows gzip.

    >>> _takes_gzip("br, gzip"), _takes_gzip("gzip;q=0, identity"), _takes_gzip("")
    (True, False, False)
    """
    for part in accepted.lower().split(","):
        name, _, weight = part.partition(";")
        if name.strip() == "gzip":
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


def client_of(request: Request) -> str:
    """Return what tells one client from another when workers are scarce: the address it comes from."""
    return request.client.host if request.client else ""


def stopped_response(request: Request, error: Stopped) -> Response:
    """Return what *error* says, with Retry-After where it makes sense to come back."""
    again = {"Retry-After": str(error.retry_after)} if error.retry_after else {}
    return error_response(request, error.status, str(error), again)


def error_response(request: Request, status: int, message: str, headers: dict[str, str] | None = None) -> Response:
    """Return an error as a page to browsers, as JSON to programs, with the id by which the log names the request."""
    name = request.scope.get("spacepact.id", "")
    if "text/html" not in request.headers.get("accept", ""):
        body = json.dumps({"error": message, "status": status, "id": name}, ensure_ascii=False)
        return Response(body, status, headers, media_type="application/json")
    page = (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Spacepact</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<link rel="stylesheet" href="/static/palette.css"><link rel="stylesheet" href="/static/explorer.css"></head>'
        f'<body><main><h1>That did not work</h1><p>{escape(message)}</p><p class="small">Status {status}, '
        f'request {escape(name)}</p><p><a href="/">Spacepact</a></p></main></body></html>'
    )
    return Response(page, status, headers, media_type="text/html")


async def unless_gone(request: Request, work: Coroutine[Any, Any, _Found]) -> _Found:
    """Return what *work* finds, which is stopped as soon as the client hangs up: nobody waits for it any more.

    Raises Stopped then, with a status that nobody sees.
    """
    working, gone = asyncio.create_task(work), asyncio.create_task(_gone(request))
    try:
        await asyncio.wait({working, gone}, return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            raise Stopped(499, "the client hung up")
        return working.result()
    finally:
        gone.cancel()
        working.cancel()


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
